"""A rule's own code, run with other primitives.

The code of a rule stays as it is. In a copy of its globals, each name that it
uses is bound to something else: a primitive such as `exp` or `np` to another
implementation, and a rule that it calls to a copy of the same kind. So the
same code computes with the symbols of a formula, with SymPy's, or with
numbers.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dis import get_instructions
from functools import cache
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MappingProxyType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any, TypeGuard


def global_of(rule: FunctionType, name: str) -> Any:
    """Look up a global name of a rule, or a builtin."""
    if name in rule.__globals__:
        return rule.__globals__[name]
    return getattr(builtins, name)


def with_primitives(
    rule: Any,
    primitives: Mapping[str, Any],
    otherwise: Callable[[FunctionType, str], Any] = global_of,
) -> FunctionType:
    """Copy a rule, and the rules that it calls, with other primitives.

    Parameters
    ----------
    rule : function
        Any function of Python.
    primitives : dict of str to object
        What global names are bound to.
    otherwise : callable
        Called with the rule and a name that is neither a primitive nor a
        rule; gives what the name is bound to.
    """

    def bound(name: str) -> Any:
        if name in primitives:
            return primitives[name]
        found = rule.__globals__.get(name)
        if is_rule(found):
            return with_primitives(found, primitives, otherwise)
        return otherwise(rule, name)

    names = names_in(rule.__code__)
    return FunctionType(
        rule.__code__,
        {**rule.__globals__, **{name: bound(name) for name in names}},
        rule.__name__,
        rule.__defaults__,
        rule.__closure__,
    )


@cache
def names_in(code: CodeType) -> frozenset[str]:
    """Give the global names that a function and its inner functions use."""
    inside = [c for c in code.co_consts if isinstance(c, CodeType)]
    own = {
        step.argval
        for step in get_instructions(code)
        if step.opname == "LOAD_GLOBAL"
    }
    return frozenset(own.union(*map(names_in, inside)))


def is_rule(found: object) -> TypeGuard[FunctionType]:
    """Tell whether an object is a function of this package."""
    return isinstance(found, FunctionType) and found.__module__.startswith(
        __package__.partition(".")[0]
    )


def reachable_rules(
    rule: Any, primitives: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[FunctionType]:
    """Yield a rule and all rules that it calls, directly or not.

    Parameters
    ----------
    rule : function
        Any function of Python.
    primitives : dict of str to object
        Global names that are bound to something else; these calls do not
        count.
    """
    found, waiting = [rule], [rule]
    while waiting:
        rule = waiting.pop()
        yield rule
        names = sorted(names_in(rule.__code__) - primitives.keys())
        called = filter(is_rule, map(rule.__globals__.get, names))
        new = [each for each in called if each not in found]
        found += new
        waiting += new


# --- what is not supported --------------------------------------------------


@dataclass(frozen=True)
class Unsupported:
    """Stands for a function or a module without a primitive.

    It may be looked up, but not used.

    Attributes
    ----------
    name : str
        Its name.
    reason : str
        The rest of the message: ``"cannot be written"``.
    """

    name: str
    reason: str

    def __call__(self, *_: object, **__: object) -> Any:
        """Refuse a call."""
        raise NotImplementedError(f"{self.name} {self.reason}")

    def __getattr__(self, name: str) -> Any:
        """Refuse an attribute."""
        raise NotImplementedError(f"{self.name}.{name} {self.reason}")


def is_foreign(found: object) -> bool:
    """Tell whether an object is a module or a function, but no type."""
    return isinstance(found, ModuleType | FunctionType | BuiltinFunctionType)


@dataclass(frozen=True)
class Namespace:
    """The primitives of a module; its other functions are not supported.

    Attributes
    ----------
    name : str
        Its name in rules: ``"np"``.
    reason : str
        The rest of the message: ``"cannot be written"``.
    known : dict of str to object
        The primitives, by name.
    home : str
        Where they are defined, and another one can be added.
    """

    name: str
    reason: str
    known: Mapping[str, Any]
    home: str

    def __getattr__(self, name: str) -> Any:
        """Give a primitive."""
        if name not in self.known:
            raise NotImplementedError(
                f"{self.name}.{name} {self.reason}; known are "
                f"{', '.join(sorted(self.known))}: use these, or add it to "
                f"{self.home}"
            )
        return self.known[name]


UNVALIDATED = SimpleNamespace(
    examples=lambda _, x, *__: x,
    instance=lambda _, value, __: value,
    are_labels=lambda *_: False,
    targets=lambda y, *_: y,
    trace=lambda *_: None,
)
"""Stands for `validation`, and accepts symbols and complex numbers too."""
