"""Put another function in the place of a rule, also where an activation or a cost declares it."""

import inspect
import sys
from dataclasses import replace

from literate_bp.activation import ACTIVATIONS
from literate_bp.cost import COSTS


def put_in_place(monkeypatch, right, other):
    """Let other modules find a function where they found the right one."""
    monkeypatch.setattr(sys.modules[right.__module__], right.__name__, other)
    for table in (ACTIVATIONS, COSTS):
        for name, row in table.items():
            parts = {part: other for part, of in vars(row).items() if of is right}
            monkeypatch.setitem(table, name, replace(row, **parts))


def written_wrong(right, before, after):
    """Write a function with one change in its code, within the globals of its module."""
    source = inspect.getsource(right)
    head, quotes, body = source.rpartition('"""')
    assert before in body, f"{before!r} is not in the code of {right.__name__}: the change no longer applies"
    found = dict(vars(sys.modules[right.__module__]))
    code = compile(head + quotes + body.replace(before, after), right.__name__, "exec")
    exec(code, found)  # noqa: S102 — our own code, written wrong
    return found[right.__name__]
