"""The optimizers as a page runs them under MicroPython: each rule and each step as in the package, for single numbers.

Left out are the checks of what an author gives, and what only types read.
"""

import ast
import inspect

from literate_bp import optimizers, training

INSTEAD = """\
from math import sqrt

class np:
    sqrt = sqrt

def dataclass(**_):
    def filled(made):
        def fill(self, **given):
            for name in given:
                setattr(self, name, given[name])
        made.__init__ = fill
        return made
    return filled
"""
"""What the file imports: a root, and a class whose objects hold what they are given beside its own values."""


def optimizers_alone() -> str:
    """Return the file with the rule of a plain step, and without what it imports, types and checks."""
    tree = ast.parse(inspect.getsource(optimizers))
    tree.body = [each for each in tree.body if is_run(each)]
    for made in tree.body:
        if isinstance(made, ast.ClassDef):
            made.body = [each for each in made.body if not is_named(each, "__post_init__")]
    return "\n".join([INSTEAD, inspect.getsource(training.step), ast.unparse(tree)])


def is_run(statement: ast.stmt) -> bool:
    """Whether a page has something to run in a statement: a rule, an optimizer, or their table."""
    if isinstance(statement, ast.AnnAssign):
        return True
    return isinstance(statement, ast.FunctionDef | ast.ClassDef) and not is_named(statement, "Optimizer")


def is_named(statement: ast.stmt, name: str) -> bool:
    """Whether a statement defines this name."""
    return getattr(statement, "name", "") == name
