"""Every small change of a source file that could be a bug: its mutants.

A mutant is named by its file, its function, and the expression or statement before and after the change, so that a name
stays while lines move. What cannot be a bug that a test sees is left out by kind: `LEFT_OUT` says which, and why.
"""

import __future__

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

LEFT_OUT = {
    "docstrings and annotations": "they do nothing when the program runs",
    "what stands in `raise` and in warnings": "the text of a message; that it is raised is mutated",
    "texts that calls of `validation` are given": "they stand in messages, which test_hostile_calls.py reads",
    "imports, `__all__`, type variables, `cast`": "a type checker and the linter read them",
    "decorators": "a cache changes no value, and the others (property, dataclass) fail at the first use",
    "`strict=` of zip": "a guard against mistakes of ours that no argument of a caller reaches",
    "the arguments of min, max and isinstance swapped": "it changes no value, or fails at once",
    "`maxsize=`": "how much a cache keeps changes no value",
}
WIDEST = 100
"""A change is shown in its statement, or where that has more characters, in the largest expression that has not."""

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
PAIRS = (("min", "max"), ("any", "all"), ("minimum", "maximum"), ("floor", "ceil"), ("argmin", "argmax"))
NAMES = {name: other for pair in PAIRS for name, other in (pair, pair[::-1])}
SYMMETRIC = {
    *("min", "max", "minimum", "maximum", "fmin", "fmax", "hypot", "array_equal", "gcd", "logaddexp"),
    *("isinstance", "issubclass", "hasattr", "getattr", "setattr"),
}
NOT_MUTATED = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Place(NamedTuple):
    """Where a node hangs in its tree, and how to hang another one there."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        """Hang a node here."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


class Around(NamedTuple):
    """What stands around a node: the names of its scopes, the outermost function, the statement, the wide enough."""

    scope: tuple[str, ...]
    function: ast.AST | None
    statement: ast.stmt
    inner: ast.AST | None  # the innermost statement or lambda: its lines are reached if the node is
    shown: ast.AST


class Mutant(NamedTuple):
    """One change of one file of the package; `nth` counts the same change in the same function."""

    file: str
    function: str
    before: str
    after: str
    nth: int
    kind: str
    state: str
    """What changes when anything in the function or the class does."""
    lines: range
    body: range | None
    """The lines of the function that is replaced, or none: the change is in what an import runs."""
    tree: ast.Module
    place: Place
    node: ast.AST

    @property
    def name(self) -> str:
        """What the list of equivalent mutants calls it."""
        nth = f" ({self.nth + 1})" if self.nth else ""
        return f"{self.file} {self.function}: {self.before} → {self.after}{nth}"

    def code(self, path: Path, *, whole: bool = True) -> CodeType:
        """Change the tree of the file for good, and compile it, or only the statement that holds the change."""
        self.place.put(self.node)
        body = [part for part in self.tree.body if whole or holds(part, self.lines.start)]
        module = ast.fix_missing_locations(ast.Module(body, type_ignores=[]))
        flags = 0 if whole else __future__.annotations.compiler_flag
        return compile(module, path, "exec", flags=flags, dont_inherit=True)


def holds(part: ast.stmt, line: int) -> bool:
    """Tell whether a statement has this line."""
    return part.lineno <= line <= part.end_lineno


def mutants(file: str, tree: ast.Module) -> Iterator[Mutant]:
    """Give every mutant of a file, in the order of its lines."""
    seen: set[tuple[str, str, str, int]] = set()
    places: Counter[tuple[str, str, str]] = Counter()
    for statement in tree.body:
        place = Place(tree, "body", tree.body.index(statement))
        state = sha256(ast.dump(statement).encode()).hexdigest()[:16]
        for at, node, kind, new, around in walk(place, statement, Around((), None, statement, None, statement)):
            before, after = texts(at, node, new, around)
            function = ".".join(around.scope)
            position = (node.lineno, node.col_offset, kind) if hasattr(node, "lineno") else (0, 0, kind)
            if before == after or (key := (function, before, after, hash(position))) in seen:
                continue
            seen.add(key)
            nth = places[function, before, after]
            places[function, before, after] += 1
            lines = lines_of(around.inner or around.statement)
            body = None if around.function is None else lines_of_body(around.function)
            yield Mutant(file, function, before, after, nth, kind, state, lines, body, tree, at, located(new, node))


def located(new: ast.AST, old: ast.AST) -> ast.AST:
    """Give new nodes the lines of those that they replace."""
    if isinstance(new, ast.cmpop | ast.operator | ast.boolop):
        return new
    return ast.copy_location(copy(new), old)  # a part that was in the tree before keeps its own lines there


def texts(place: Place, node: ast.AST, new: ast.AST, around: Around) -> tuple[str, str]:
    """Write what is shown of a change before and after it."""
    if around.shown is node:
        return headline(node), headline(new)
    before = headline(around.shown)
    place.put(new)
    after = headline(around.shown)
    place.put(node)
    return before, after


def headline(node: ast.AST) -> str:
    """Write a node, without the body of a statement that has one."""
    if not isinstance(node, ast.stmt) or not {"body", "cases"} & {*node._fields}:
        return ast.unparse(node)
    if isinstance(node, ast.Match):
        return f"match {ast.unparse(node.subject)}"
    if isinstance(node, ast.Try):
        return "try"
    bare = changed(node, body=[ast.Pass()])
    for field in {"orelse", "decorator_list"} & {*node._fields}:
        setattr(bare, field, [])
    return ast.unparse(bare).rpartition(":\n")[0]


@cache
def too_wide(node: ast.AST) -> bool:
    """Tell a text that is too long to be shown."""
    return len(headline(node)) > WIDEST


def lines_of(node: ast.AST) -> range:
    """Give the lines of a node; of a statement with a body, those before it."""
    body = getattr(node, "body", None)
    if isinstance(node, ast.Match):
        return range(node.lineno, node.lineno + 1)
    if isinstance(body, list) and body and not isinstance(node, SCOPES):
        return range(node.lineno, max(node.lineno + 1, body[0].lineno))
    return range(node.lineno, node.end_lineno + 1)


def lines_of_body(function: ast.AST) -> range:
    """Give the lines that run when a function is called, and none that run when it is defined."""
    if isinstance(function, ast.Lambda):
        return range(function.lineno, function.end_lineno + 1)
    return range(function.body[0].lineno, function.end_lineno + 1)


# --- the walk --------------------------------------------------------------------------------------------------------

Change = tuple[Place, ast.AST, str, ast.AST, Around]


def walk(place: Place, node: ast.AST, around: Around) -> Iterator[Change]:
    """Give every change of a node and of what it holds."""
    if isinstance(node, NOT_MUTATED) or says_nothing(node):
        return
    if isinstance(node, ast.stmt):
        around = around._replace(statement=node, inner=node, shown=node)
    elif isinstance(node, ast.expr) and too_wide(around.shown):
        around = around._replace(shown=node)
    for kind, new in changes_of(node, place):
        yield place, node, kind, new, around
    yield from (
        change for field, value in ast.iter_fields(node) for change in inside(node, field, value, entered(node, around))
    )


def inside(node: ast.AST, field: str, value: Any, around: Around) -> Iterator[Change]:
    """Give every change of a field of a node, unless that is left out."""
    if left_out(node, field):
        return
    outside = around._replace(scope=around.scope[:-1], function=None) if field in ("args", "bases") else around
    if isinstance(node, (*SCOPES, ast.ClassDef)) and field != "body":
        around = outside if around.function in (None, node) else around
    for index, part in enumerate(value) if isinstance(value, list) else ((None, value),):
        if isinstance(part, ast.AST) and not (validates(node) and is_text(part)):
            yield from walk(Place(node, field, index), part, around)


def entered(node: ast.AST, around: Around) -> Around:
    """Enter a function or a class."""
    if isinstance(node, SCOPES):
        name = getattr(node, "name", "lambda")
        inner = node if isinstance(node, ast.Lambda) else around.inner
        return around._replace(scope=(*around.scope, name), function=around.function or node, inner=inner)
    if isinstance(node, ast.ClassDef):
        return around._replace(scope=(*around.scope, node.name))
    return around


def validates(node: ast.AST) -> bool:
    """Tell a call of a function that checks an argument."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="validation"))):
            return True
    return False


def is_text(node: ast.AST) -> bool:
    """Tell a text, with or without values in it."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def says_nothing(node: ast.AST) -> bool:
    """Tell a docstring, what only types and linters read, and a block for them."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar" | "ParamSpec" | "NewType"))):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="warnings")))):
            return True
    return False


def left_out(node: ast.AST, field: str) -> bool:
    """Tell the fields that are not mutated."""
    match node:
        case ast.keyword(arg="strict" | "maxsize" | "stacklevel"):
            return True
        case ast.Raise():
            return True
        case ast.Call(func=ast.Name(id="cast" | "TypeVar")):
            return field != "args"
        case ast.Expr(value=ast.Call()):
            return False
    return field in ("annotation", "returns", "decorator_list", "type_params", "type_comment", "ctx")


# --- the changes -----------------------------------------------------------------------------------------------------


def changes_of(node: ast.AST, place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Give what could stand in the place of one node."""
    for kind in type(node).__mro__:
        if kind in CHANGES:
            yield from CHANGES[kind](node, place)


def changed(node: ast.AST, **fields: Any) -> Any:
    """Copy a node with some of its fields changed; the rest is shared."""
    new = type(node)(**{**dict(ast.iter_fields(node)), **fields})
    return ast.copy_location(new, node) if hasattr(node, "lineno") else new


def comparisons(node: ast.Compare, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Move the border of a comparison, and turn it round."""
    for at, op in enumerate(node.ops):
        for other in COMPARISONS[type(op)]:
            yield "comparison", changed(node, ops=[*node.ops[:at], other(), *node.ops[at + 1 :]])


def operators(node: ast.BinOp, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Put another operator, and leave out what is added or multiplied."""
    if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant | ast.JoinedStr):
        return
    if type(node.op) in OPERATORS:
        yield "operator", changed(node, op=OPERATORS[type(node.op)]())
    if isinstance(node.op, ast.Add | ast.Mult) and not isinstance(node.right, ast.Constant):
        yield "term left out", node.left
    if isinstance(node.op, ast.MatMult):
        yield "arguments swapped", changed(node, left=node.right, right=node.left)


def steps(node: ast.AugAssign, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Put another operator in front of the equals sign."""
    if type(node.op) in OPERATORS:
        yield "operator", changed(node, op=OPERATORS[type(node.op)]())


def signs(node: ast.UnaryOp, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Remove a sign, or `not`."""
    yield "sign or not removed", node.operand


def connectives(node: ast.BoolOp, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Put `or` for `and`, and leave out each part."""
    yield "and, or", changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for at in range(len(node.values)):
        values = [*node.values[:at], *node.values[at + 1 :]]
        yield "part of a condition", values[0] if len(values) == 1 else changed(node, values=values)


def constants(node: ast.Constant, place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Change a number by 1, turn a truth value round, and empty a text."""
    match node.value:
        case bool():
            yield "constant", ast.Constant(not node.value)
        case int() | float() if not isinstance(place.parent, ast.FormattedValue):
            yield "constant", ast.Constant(node.value + 1)
            yield "constant", ast.Constant(node.value - 1)
        case str():
            yield "text", ast.Constant("" if node.value else "?")


def calls(node: ast.Call, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Put the argument for the call, swap the first two arguments, and leave out each that is named."""
    if isinstance(node.func, ast.Name) and node.func.id == "cast":
        return
    plain = not any(isinstance(argument, ast.Starred) for argument in node.args[:2])
    if plain and len(node.args) == 1 and not node.keywords:
        yield "call removed", node.args[0]
    if plain and len(node.args) > 1 and not symmetric(node.func) and differ(*node.args[:2]):
        yield "arguments swapped", changed(node, args=[node.args[1], node.args[0], *node.args[2:]])
    for at, keyword in enumerate(node.keywords):
        if keyword.arg not in (None, "strict", "maxsize"):
            yield "argument left out", changed(node, keywords=[*node.keywords[:at], *node.keywords[at + 1 :]])


def symmetric(function: ast.expr) -> bool:
    """Tell a function that gives the same for its first two arguments swapped, or an error at once."""
    return getattr(function, "attr", getattr(function, "id", "")) in SYMMETRIC


def differ(one: ast.AST, other: ast.AST) -> bool:
    """Tell whether two nodes are written differently."""
    return ast.dump(one) != ast.dump(other)


def slices(node: ast.Slice, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Leave out each end and the step."""
    for part in ("lower", "upper", "step"):
        if getattr(node, part) is not None:
            yield "slice", changed(node, **{part: None})


def filters(node: ast.comprehension, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Leave out each condition."""
    for at in range(len(node.ifs)):
        yield "condition left out", changed(node, ifs=[*node.ifs[:at], *node.ifs[at + 1 :]])


def conditions(node: ast.If | ast.IfExp | ast.While, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Turn a condition round, unless it is a comparison or has `not`: those are turned by themselves."""
    alone = isinstance(node.test, ast.Compare) and len(node.test.ops) == 1
    if not alone and not (isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)):
        yield "condition turned", changed(node, test=ast.UnaryOp(ast.Not(), node.test))


def names(node: ast.Attribute | ast.Name, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Put `max` for `min`, and the like."""
    field = "attr" if isinstance(node, ast.Attribute) else "id"
    if getattr(node, field) in NAMES and isinstance(node.ctx, ast.Load):
        yield "name", changed(node, **{field: NAMES[getattr(node, field)]})


def statements(node: ast.stmt, _place: Place) -> Iterator[tuple[str, ast.AST]]:
    """Remove a statement that acts, or gives a name another value; return nothing; go on for break, and back."""
    match node:
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Delete():
            yield "statement removed", ast.Pass()
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield "statement removed", ast.Pass()
        case ast.Assign(targets=[ast.Name(id=name)]) if name in names_in(node.value):
            yield "statement removed", ast.Pass()
        case ast.Return(value=ast.expr()) if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield "returned value", changed(node, value=ast.Constant(None))
        case ast.Continue():
            yield "continue, break", ast.Break()
        case ast.Break():
            yield "continue, break", ast.Continue()
        case ast.With() if all(item.optional_vars is None for item in node.items):
            yield "context left out", ast.If(test=ast.Constant(1), body=node.body, orelse=[])


def names_in(node: ast.AST) -> set[str]:
    """Give the names that are read."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


CHANGES: dict[type[ast.AST], Callable[[Any, Place], Iterator[tuple[str, ast.AST]]]] = {
    ast.Compare: comparisons,
    ast.BinOp: operators,
    ast.AugAssign: steps,
    ast.UnaryOp: signs,
    ast.BoolOp: connectives,
    ast.Constant: constants,
    ast.Call: calls,
    ast.Slice: slices,
    ast.comprehension: filters,
    ast.If: conditions,
    ast.IfExp: conditions,
    ast.While: conditions,
    ast.Attribute: names,
    ast.Name: names,
    ast.stmt: statements,
}
"""The changes of each kind of node."""
