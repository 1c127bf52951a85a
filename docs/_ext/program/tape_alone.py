"""The tape and its operations as a page runs them under MicroPython: each rule as in the package, for single numbers.

Left out are rules that take arrays apart, types, and what MicroPython has no room for. What only checks lets all pass.
"""

import ast
import inspect

from literate_bp import layer, operations, tape
from literate_bp.diagram.passes.live_ufuncs import UFUNCS

OPERATIONS = """\
from literate_bp.activation import elementwise_activations
from literate_bp.diagram.passes.live_numpy import asarray
import numpy as np

def locked(number):
    return number

class Passes:
    variable = staticmethod(asarray)
    def __getattr__(self, name):
        return lambda *_, **__: None

validation = Passes()
CONSTANT = {}
"""
"""What the file of operations imports: a check gives back what it was given."""
TAPE = """\
from literate_bp.diagram.passes.live_ufuncs import NDArrayOperatorsMixin
from literate_bp.operations import CONSTANT, OPERATIONS, added, constant, fitted, locked, validation
import numpy as np

def zip_longest(some, others):
    return list(zip(some, others)) + [(each, None) for each in list(some)[len(others):]]

def count():
    place = 0
    while True:
        yield place
        place += 1

def current_thread():
    return None

class Recording:
    def get(self):
        return True

class NamedTuple:
    def __init__(self, *given):
        self.function, self.values, self.options, self.variables = given

RECORDING = Recording()
PLACES = count()
"""
"""What the file of the tape imports: there is one thread, and it records."""
RULES = {"OPERATIONS", "of_activation", "fitted", "added", "constant"}
RECORDS = {"Operation", "Variable", "apply", "plain", "from_end"}
METHODS = {"__getitem__", "__setitem__", "__array__", "__array_function__", "__reduce__", "__repr__", "sum", "mean"}
"""What single numbers have no use for."""


def operations_alone() -> str:
    """Return the rules of the functions that a page knows, and of activations."""
    kept = [part for part in ast.parse(inspect.getsource(operations)).body if name_of(part) in RULES]
    (table,) = (part.value for part in kept if isinstance(part, ast.AnnAssign) and isinstance(part.value, ast.Dict))
    rows = [*zip(table.keys, table.values, strict=True)]
    own = [(key, rules) for key, rules in rows if isinstance(key, ast.Attribute) and key.attr in UFUNCS]
    table.keys, table.values = [list(side) for side in zip(*own, strict=True)]
    activations = next(ast.unparse(rules) for key, rules in rows if key is None)
    linear_error = inspect.getsource(layer.linear_error)
    return "\n".join([OPERATIONS, linear_error, *map(ast.unparse, kept), f"OPERATIONS.update({activations})"])


def tape_alone() -> str:
    """Return what records and goes back."""
    kept = [part for part in ast.parse(inspect.getsource(tape)).body if name_of(part) in RECORDS]
    for part in kept:
        if isinstance(part, ast.ClassDef):
            part.body = [each for each in part.body if name_of(each) not in {*METHODS, "__slots__"}]
    return "\n".join([TAPE, *map(ast.unparse, kept)])


def name_of(statement: ast.stmt) -> str:
    """Return the name that a statement defines."""
    target = statement.target if isinstance(statement, ast.AnnAssign) else statement
    target = statement.targets[0] if isinstance(statement, ast.Assign) else target
    return getattr(target, "name", getattr(target, "id", ""))
