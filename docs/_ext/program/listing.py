"""The directive that lists a rule of the package on a page: ```{rule} literate_bp.module.name```.

The option `through` goes on to another definition of the same file: `:through: linear_error`. A class may be listed a
few methods at a time: from `Writer` through `Writer.text` is its head and first method.
"""

import ast
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude
from sphinx.util.typing import ExtensionMetadata, OptionSpec

ROLES = {ast.FunctionDef: "func", ast.ClassDef: "class", ast.Assign: "data", ast.AnnAssign: "data"}
INSIDE = {"func": "meth", "data": "attr"}
SECTION = re.compile(r"\s*\n[^\n]+\n\s*---")


class Piece(NamedTuple):
    """What a listing may begin or end with: a definition, the head of a class, or a method; and its lines."""

    name: str
    role: str
    first: int
    last: int


def names(statement: ast.stmt) -> list[str]:
    """Return the names that a statement of a module defines: of `A, B = 1, 2` both."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", statement)]
    each = [single for target in targets for single in getattr(target, "elts", [target])]
    return [getattr(target, "id", getattr(target, "name", "")) for target in each]


def is_text(statement: ast.stmt) -> bool:
    """Whether this is a string and nothing else: below a constant, that is what documents it."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def statements(body: Iterable[ast.stmt], within: str = "") -> Iterator[tuple[str, ast.stmt, int]]:
    """Give what stands in a module, its name and its last line: of a class first the head, then each method."""
    for s in body:
        inside = s.body if isinstance(s, ast.ClassDef) else []
        head = next((n for n, part in enumerate(inside) if isinstance(part, ast.FunctionDef)), len(inside))
        end = (inside[head - 1] if head else s).end_lineno if inside else s.end_lineno
        yield within + names(s)[0], s, end or s.lineno
        yield from statements(inside[head:], f"{within}{names(s)[0]}.")


def pieces(source: Path) -> list[Piece]:
    """Take a module apart, without importing it. A comment belongs to what it stands above."""
    text, found, end = source.read_text(encoding="utf-8"), list[Piece](), 0
    for name, s, last in statements(ast.parse(text).body):
        first = next(n for n, line in enumerate(text.splitlines()[end:], end + 1) if line.strip())
        if is_text(s) and found:
            found[-1] = found[-1]._replace(last=last)
        elif type(s) in ROLES:
            role = ROLES[type(s)]
            found.append(Piece(name, INSIDE.get(role, role) if "." in name else role, first, last))
        end = last
    return found


def located(source: Path, dotted: str) -> tuple[Path, str]:
    """Find the file of a dotted name, and what is left of the name within it."""
    path, parts = source, dotted.split(".")
    while parts and not path.is_file():
        path = (path.with_suffix("") / parts.pop(0)).with_suffix(".py")
    return path, ".".join(parts)


def between(found: list[Piece], first: str, last: str = "") -> list[Piece]:
    """Return the pieces from one name to another, or those of one alone; a class at the end is whole."""
    start = next((n for n, piece in enumerate(found) if piece.name == first), len(found))
    ends = [n for n, piece in enumerate(found) if f"{piece.name}.".startswith(f"{last or first}.")]
    return found[start : max(ends, default=-1) + 1]


def listed(source: Path, dotted: str, last: str = "") -> list[str]:
    """Return the dotted names of all that a listing holds."""
    path, name = located(source, dotted)
    module = dotted.removesuffix(name)
    return [module + piece.name for piece in between(pieces(path), name, last)] if path.is_file() else []


def documented(tree: ast.AST) -> set[int]:
    """Return the lines of docstrings that a listing leaves out: parameters and so on, which stand in the API."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        text = isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False)
        if text and (section := SECTION.search(text)):
            opening, closing = node.body[0].lineno, node.body[0].end_lineno or 0
            lines |= set(range(opening + 1 + text[: section.start()].count("\n"), closing))
    return lines


def shown(source: Path, found: list[Piece]) -> str:
    """Return the numbers of the lines of a listing."""
    lines = set(range(found[0].first, found[-1].last + 1))
    return ",".join(map(str, sorted(lines - documented(ast.parse(source.read_text(encoding="utf-8"))))))


def link(piece: Piece, module: str, text: str) -> str:
    """Write the link of a piece to the API, where fields and what Python calls by itself are found with their class."""
    owner, _, own = piece.name.rpartition(".")
    within = owner and (piece.role == "attr" or own.startswith("__"))
    found = module + (owner if within else piece.name)
    target = text if text == found else f"{text} <{found}>"
    return f"{{py:{'class' if within else piece.role}}}`{target}`"


class Rule(LiteralInclude):
    """A `literalinclude` of definitions, found by their dotted names; its caption leads to the API."""

    option_spec: ClassVar[OptionSpec] = {**LiteralInclude.option_spec, "through": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Resolve the names, and let `literalinclude` do the rest."""
        dotted, last = self.arguments[0], self.options.pop("through", "")
        path, name = located(Path(self.config.rule_source), dotted)
        found = between(pieces(path), name, last) if path.is_file() else []
        if not found:
            asked = f"no rule {dotted!r}" + (f" with {last!r} after it" if last else "")
            return [self.state.document.reporter.warning(f"{asked} in {path.name}", line=self.lineno)]
        module = dotted.removesuffix(name)
        ends = [link(found[0], module, dotted), *(link(p, module, p.name) for p in found if p.name == last)]
        self.arguments = ["/" + os.path.relpath(path, self.env.srcdir).replace(os.sep, "/")]
        self.options |= {"lines": shown(path, found), "language": "python", "class": ["rule"]}
        self.options["caption"] = " to ".join(ends)
        made = super().run()
        for block in (block for node in made for block in node.findall(nodes.literal_block)):
            block["defines"] = [module + piece.name for piece in found]
        return made


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive `rule`, and the folder where it looks."""
    app.add_config_value("rule_source", "", "env", types=frozenset({str}))
    app.add_directive("rule", Rule)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
