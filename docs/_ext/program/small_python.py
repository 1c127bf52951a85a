"""The part of the package that draws, as MicroPython reads it: what draws the diagrams of a reader's own network.

Files of the package are rewritten, not written again: annotations, docstrings and what nothing asks for are left out,
and what MicroPython cannot read is put in other words. A data class says how it is made, a display with stars becomes a
sum, a dictionary keeps its order. What such a file imports and MicroPython lacks comes from stand-ins.
"""

import ast
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).parents[3] / "src/literate_bp"
STAND_IN = "diagram.passes.live_library"
"""What MicroPython lacks of Python's library, and what the package asks of others."""
NETWORK = "diagram.passes.live_network"
"""A network with the rules of `nodes`, and the names that diagrams ask for."""
REST = "diagram.passes.live_instead"
"""What the diagrams ask of the rest of the package."""
ROOTS = (
    ("diagram.passes.live_drawing", "drawing"),
    ("diagram.passes.quantities", "Passes"),
    ("diagram.passes.description", "plain"),
    ("formula.notation", "Notation"),
)
"""What a page calls, and what stand-ins ask for."""
INSTEAD = {
    "network": NETWORK,
    "cost": NETWORK,
    "validation": REST,
    "diagram.passes.picture": REST,
    "diagram.passes.quantities.checked_passes": REST,
    "diagram.passes.quantities.require_number": REST,
    "diagram.passes.quantities.rounded_text": REST,
    "diagram.passes.network_layout.weights_symbol": REST,
    "diagram.drawing.text_layout.glyph_widths": REST,
    "formula.notation.NOTATIONS": REST,
    "formula.expression.Leaf": STAND_IN,
}
"""Modules, or names of them, and what takes their places."""
KEPT = {"colors", "latex", "pixels"}
"""Functions that are asked often for the same, and methods of what never changes."""
PLAIN = {NETWORK, REST, STAND_IN, "diagram.passes.live_layers", "node", "nodes", "activation"}
"""What MicroPython reads as it is; others of the engine are there already."""
BUILT_IN = {"json", "html"}
"""Modules that MicroPython has."""
EVERYWHERE = ("OrderedDict", "cache", "cached_property")
EVERYWHERE_IMPORT = f"from literate_bp.{STAND_IN} import {', '.join(EVERYWHERE)}"
"""What rewritten statements may ask for."""

Names = dict[str, str]
"""Where a name comes from, by the name: a module of the package, and behind a colon what it is called there."""


def written() -> dict[str, str]:
    """Return the rewritten files by their paths in the package."""
    modules = dict[str, Module]()
    wanted, done = [*ROOTS], set[tuple[str, str]]()
    while wanted:
        module, name = wanted.pop()
        if (module, name) in done:
            continue
        done.add((module, name))
        known = modules.setdefault(module, Module(module))
        wanted += known.ask(name)
    return {f"{name.replace('.', '/')}.py": module.text() for name, module in sorted(modules.items())}


class Module:
    """A file of the package, and which of its names are asked for."""

    def __init__(self, name: str) -> None:
        self.name = name
        tree = ast.parse((PACKAGE / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8"))
        self.imports = imports_of(tree, name)
        self.statements = [Smaller().visit(each) for each in tree.body if not isinstance(each, ast.ImportFrom)]
        self.defined = {name: each for each in self.statements if each for name in names_of(each)}
        self.kept = set[str]()

    def ask(self, name: str) -> list[tuple[str, str]]:
        """Keep a name, and return what it needs."""
        if f"{self.name}.{name}" in INSTEAD or name not in self.defined:
            raise ValueError(f"{self.name} has no {name}; a name that it defines was expected")
        self.kept.add(name)
        loaded = {node.id for node in ast.walk(self.defined[name]) if isinstance(node, ast.Name)}
        found = [(self.name, each) for each in loaded & self.defined.keys() if self.is_own(each)]
        places = (self.imports[each] for each in loaded & self.imports.keys())
        return found + [place for place in places if is_rewritten(*place)]

    def is_own(self, name: str) -> bool:
        """Whether a name is kept as the module has it."""
        return f"{self.name}.{name}" not in INSTEAD

    def text(self) -> str:
        """Write what is kept."""
        kept = [each for each in self.statements if each and self.kept.intersection(names_of(each))]
        loaded = {node.id for each in kept for node in ast.walk(each) if isinstance(node, ast.Name)}
        places = self.imports | {
            name: (INSTEAD[f"{self.name}.{name}"], name) for name in self.defined if not self.is_own(name)
        }
        lines = [import_of(name, *places[name]) for name in sorted((loaded & places.keys()) - set(EVERYWHERE))]
        return (
            "\n".join([EVERYWHERE_IMPORT, *lines, *(ast.unparse(ast.fix_missing_locations(each)) for each in kept)])
            + "\n"
        )


def names_of(statement: ast.stmt) -> list[str]:
    """Return the names that a statement defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]


# --- imports ------------------------------------------------------------------


def imports_of(tree: ast.Module, name: str) -> dict[str, tuple[str, str]]:
    """Return where the imported names of a module come from: a module, and a name of it, or none for the module."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.asname or each.name: (each.name, "") for each in node.names}
        if isinstance(node, ast.ImportFrom):
            base = (
                [*name.split(".")[: -node.level], *(node.module or "").split(".")]
                if node.level
                else [node.module or ""]
            )
            source = ".".join(part for part in base if part)
            for each in node.names:
                inner = ".".join(part for part in (source, each.name) if part)
                is_module = node.level and (PACKAGE / f"{inner.replace('.', '/')}.py").exists()
                place = (inner, "") if is_module else (source, each.name)
                found[each.asname or each.name] = instead(*place) if node.level else place
    return found


def instead(module: str, name: str) -> tuple[str, str]:
    """Return what takes the place of a name."""
    return INSTEAD.get(f"{module}.{name}", INSTEAD.get(module, module)), name


def is_rewritten(module: str, name: str) -> bool:
    """Whether something comes from a file of the package that is rewritten."""
    return bool(name) and (PACKAGE / f"{module.replace('.', '/')}.py").exists() and module not in PLAIN


def import_of(called: str, module: str, name: str) -> str:
    """Write an import."""
    inside = (PACKAGE / f"{module.replace('.', '/')}.py").exists()
    if not inside:
        return f"import {module}" if module in BUILT_IN and not name else from_library(called, module, name)
    where = f"literate_bp.{module}"
    return f"from {where} import {name} as {called}" if name else f"import {where} as {called}"


def from_library(called: str, module: str, name: str) -> str:
    """Write the import of what stands in for the library."""
    if module in BUILT_IN:
        return f"from {module} import {name} as {called}"
    return f"from literate_bp.{STAND_IN} import {name or module.partition('.')[0]} as {called}"


# --- statements and expressions -----------------------------------------------


class Smaller(ast.NodeTransformer):
    """Puts what MicroPython cannot read in other words."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave out docstring and annotations."""
        node.returns = None
        for each in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]:
            if each:
                each.annotation = None
        self.generic_visit(node)
        node.body = without_texts(node.body)
        node.decorator_list += [ast.Name("cache", ast.Load())] * (node.name in KEPT)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Write how a data class is made."""
        is_data = any("dataclass" in ast.unparse(each) for each in node.decorator_list)
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign)] if is_data else []
        if is_data:
            node.decorator_list = []
            keep_properties(node)
        node.bases = [each for each in node.bases if not isinstance(each, ast.Subscript)]
        self.generic_visit(node)
        node.body = without_texts([each for each in node.body if not fields or not isinstance(each, ast.Assign)])
        if fields:
            node.body = [*maker(fields), *(each for each in node.body if not isinstance(each, ast.Pass))]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """Leave out the annotation, and what is only annotated."""
        self.generic_visit(node)
        return ast.Assign([node.target], node.value, lineno=0) if node.value else None

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Leave out `cast` and `strict`; call an ordered dictionary."""
        self.generic_visit(node)
        called = ast.unparse(node.func)
        if called == "cast":
            return node.args[1]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "keys":
            return call("set", node.func.value)
        if called in {"dict", "zip"}:
            node.keywords = [each for each in node.keywords if each.arg != "strict"]
        if called == "dict" or called.startswith("dict["):
            node.func = ast.Name("OrderedDict", ast.Load())
        if isinstance(node.func, ast.Subscript) and called.startswith(("set[", "list[")):
            node.func = node.func.value
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Write the product of two whole numbers as a function."""
        self.generic_visit(node)
        return ast.parse("lambda x, y: x * y", mode="eval").body if ast.unparse(node) == "int.__mul__" else node

    def visit_List(self, node: ast.List) -> ast.AST:
        """Write a list with stars as a sum."""
        self.generic_visit(node)
        return summed(node.elts) if is_starred(node) else node

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        """Write a tuple with stars as a sum."""
        self.generic_visit(node)
        return call("tuple", summed(node.elts)) if is_starred(node) else node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """Keep the order."""
        self.generic_visit(node)
        pairs = [ast.Tuple([key, value], ast.Load()) for key, value in zip(node.keys, node.values, strict=True) if key]
        if len(pairs) < len(node.keys):
            raise ValueError(f"{ast.unparse(node)} has two stars; pairs were expected")
        return call("OrderedDict", ast.List(pairs, ast.Load()))

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        """Keep the order."""
        self.generic_visit(node)
        pair = ast.Tuple([node.key, node.value], ast.Load())
        return call("OrderedDict", ast.ListComp(pair, node.generators))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Fill a text in by `format`, which has no quotes within quotes."""
        self.generic_visit(node)
        text, values = "", []
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value).replace("{", "{{").replace("}", "}}")
            elif isinstance(part, ast.FormattedValue):
                how = f"!{chr(part.conversion)}" if part.conversion > 0 else ""
                text += "{" + how + (f":{spec_of(part)}" if part.format_spec else "") + "}"
                values.append(part.value)
        return ast.Call(ast.Attribute(ast.Constant(text), "format", ast.Load()), values, [])


def spec_of(part: ast.FormattedValue) -> str:
    """Return how a value is written, which a visit has made a call already."""
    spec = part.format_spec
    if (
        isinstance(spec, ast.Call)
        and isinstance(spec.func, ast.Attribute)
        and isinstance(spec.func.value, ast.Constant)
    ):
        return str(spec.func.value.value)
    raise ValueError(f"{ast.unparse(part)} has a width that is computed; a fixed one was expected")


def without_texts(body: list[ast.stmt]) -> list[ast.stmt]:
    """Leave out docstrings."""
    kept = [each for each in body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    return kept or [ast.Pass()]


def keep_properties(node: ast.ClassDef) -> None:
    """Let a data class compute each property once: it never changes."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and each.id == "property":
            each.id = "cached_property"


def maker(fields: Iterable[ast.AnnAssign]) -> list[ast.stmt]:
    """Write how an object is made of its fields, and their names."""
    names = [ast.unparse(each.target) for each in fields]
    given = [f"{name}={default(each)}" if each.value else name for name, each in zip(names, fields, strict=True)]
    lines = "".join(f"\n    self.{name} = {name}" for name in names)
    return ast.parse(f"fields = {names}\ndef __init__(self, {', '.join(given)}):{lines}\n    self.kept = {{}}").body


def default(field: ast.AnnAssign) -> str:
    """Return what a field has where nothing is given."""
    value = field.value
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "field":
        (value,) = (each.value for each in value.keywords if each.arg == "default")
    return ast.unparse(value) if value else ""


def is_starred(node: ast.List | ast.Tuple) -> bool:
    """Whether a display takes in others."""
    return isinstance(node.ctx, ast.Load) and any(isinstance(each, ast.Starred) for each in node.elts)


def summed(elements: list[ast.expr]) -> ast.expr:
    """Return a sum of lists."""
    parts: list[ast.expr] = []
    for each in elements:
        if isinstance(each, ast.Starred):
            parts.append(call("list", each.value))
        elif parts and isinstance(parts[-1], ast.List):
            parts[-1].elts.append(each)
        else:
            parts.append(ast.List([each], ast.Load()))
    total = parts[0]
    for each in parts[1:]:
        total = ast.BinOp(total, ast.Add(), each)
    return total


def call(name: str, value: ast.expr) -> ast.Call:
    """Return a call."""
    return ast.Call(ast.Name(name, ast.Load()), [value], [])
