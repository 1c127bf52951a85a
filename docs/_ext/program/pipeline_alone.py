"""The schedules of a pipeline as a page runs them under MicroPython: each rule as in the package.

Left out are the stages with their layers, types, and what only checks.
"""

import ast
import inspect
from dataclasses import fields

from literate_bp import pipeline
from program.tape_alone import name_of

INSTEAD = """\
def dataclass(**_):
    def filled(made):
        def fill(self, *given):
            for name, value in zip(FIELDS, given):
                setattr(self, name, value)
        made.__init__ = fill
        return made
    return filled
"""
"""What the file imports: a class whose objects hold what they are given."""
RULES = {
    "bubble_share",
    "Task",
    "forward_first",
    "back_when_possible",
    "needed",
    "schedule",
    "waiting_share",
    "numbers_kept",
    "most_kept",
}


def pipeline_alone() -> str:
    """Return what a schedule is, how it is run, and what is counted in it."""
    kept = [part for part in ast.parse(inspect.getsource(pipeline)).body if name_of(part) in RULES]
    names = tuple(field.name for field in fields(pipeline.Task))
    return "\n".join([f"FIELDS = {names}", INSTEAD, "Order = None", *map(ast.unparse, kept)])
