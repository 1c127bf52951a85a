"""Adds the directive `rule`, which lists a definition of the package: ```{rule} literate_bp.module.name```.

With the option `through`, the listing goes on to another definition of the same file: `:through: linear_error`. A class
may be listed a few methods at a time: from `Writer` through `Writer.text` is its head and first method.
"""

import ast
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude
from sphinx.util.typing import ExtensionMetadata, OptionSpec

ROLES = {ast.FunctionDef: "func", ast.ClassDef: "class", ast.Assign: "data", ast.AnnAssign: "data"}
INSIDE = {"func": "meth", "data": "attr"}
DISPLAY = {"summary", "table"}
SECTION = re.compile(r"\s*\n[^\n]+\n\s*---")


class Piece(NamedTuple):
    """A part of a file, with its lines: a definition, the head of a class, or a method."""

    name: str
    role: str
    first: int
    last: int


def names(statement: ast.stmt) -> list[str]:
    """Return the names that a statement of a module defines: of `A, B = 1, 2` both."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", statement)]
    each = [single for target in targets for single in getattr(target, "elts", [target])]
    return [getattr(target, "id", getattr(target, "name", "")) for target in each]


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is a string alone, which documents the constant above it."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def statements(body: Iterable[ast.stmt], within: str = "") -> Iterator[tuple[str, ast.stmt, int]]:
    """Yield the name, the statement and the last line of each part: of a class first the head, then each method."""
    for s in body:
        inside = s.body if isinstance(s, ast.ClassDef) else []
        head = next((n for n, part in enumerate(inside) if isinstance(part, ast.FunctionDef)), len(inside))
        end = (inside[head - 1] if head else s).end_lineno if inside else s.end_lineno
        yield within + names(s)[0], s, end or s.lineno
        yield from statements(inside[head:], f"{within}{names(s)[0]}.")


def pieces(source: Path) -> list[Piece]:
    """Split a module into its parts, without importing it. A comment belongs to what it stands above."""
    return [*pieces_of(source.read_text(encoding="utf-8"))]


@cache
def pieces_of(text: str) -> tuple[Piece, ...]:
    """Split the text of a module into its parts."""
    lines, found, end = text.splitlines(), list[Piece](), 0
    for name, s, last in statements(ast.parse(text).body):
        first = next(n for n, line in enumerate(lines[end:], end + 1) if line.strip())
        if is_docstring(s) and found:
            found[-1] = found[-1]._replace(last=last)
        elif type(s) in ROLES:
            role = ROLES[type(s)]
            found.append(Piece(name, INSIDE.get(role, role) if "." in name else role, first, last))
        end = last
    return tuple(found)


def is_display(piece: Piece) -> bool:
    """Whether a piece is a method by which a result shows itself; a listing leaves those out."""
    owner, _, own = piece.name.rpartition(".")
    return bool(owner) and own in DISPLAY


def located(source: Path, dotted: str) -> tuple[Path, str]:
    """Return the file of a dotted name, and the rest of the name within that file."""
    path, parts = source, dotted.split(".")
    while parts and not path.is_file():
        path = (path.with_suffix("") / parts.pop(0)).with_suffix(".py")
    return path, ".".join(parts)


def between(found: list[Piece], first: str, last: str = "") -> list[Piece]:
    """Return the pieces from one name through another, or of one name; a class at the end is whole."""
    start = next((n for n, piece in enumerate(found) if piece.name == first), len(found))
    ends = [n for n, piece in enumerate(found) if f"{piece.name}.".startswith(f"{last or first}.")]
    within = found[start : max(ends, default=-1) + 1]
    return [piece for piece in within if not is_display(piece) or piece.name in (first, last)]


def listed_names(source: Path, dotted: str, last: str = "") -> list[str]:
    """Return the dotted names of everything in a listing."""
    path, name = located(source, dotted)
    module = dotted.removesuffix(name)
    return [module + piece.name for piece in between(pieces(path), name, last)] if path.is_file() else []


def omitted_lines(tree: ast.AST) -> set[int]:
    """Return the lines of docstrings that a listing leaves out: sections such as Parameters, which the API has."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        text = isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False)
        if text and (section := SECTION.search(text)):
            opening, closing = node.body[0].lineno, node.body[0].end_lineno or 0
            lines |= set(range(opening + 1 + text[: section.start()].count("\n"), closing))
    return lines


def line_numbers(source: Path, found: list[Piece]) -> str:
    """Return the line numbers of a listing, as `literalinclude` takes them."""
    hidden = [piece for piece in pieces(source) if is_display(piece) and piece not in found]
    lines = set(range(found[0].first, found[-1].last + 1))
    lines -= {line for piece in hidden for line in range(piece.first - 1, piece.last + 1)}
    return ",".join(map(str, sorted(lines - omitted_lines(ast.parse(source.read_text(encoding="utf-8"))))))


def api_link(piece: Piece, module: str, text: str) -> str:
    """Write the link of a piece to the API; fields and special methods are documented with their class."""
    owner, _, own = piece.name.rpartition(".")
    within = owner and (piece.role == "attr" or own.startswith("__"))
    found = module + (owner if within else piece.name)
    target = text if text == found else f"{text} <{found}>"
    return f"{{py:{'class' if within else piece.role}}}`{target}`"


class Listing(LiteralInclude):
    """A `literalinclude` of definitions, found by their dotted names; its caption links to the API."""

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
        ends = [api_link(found[0], module, dotted), *(api_link(p, module, p.name) for p in found if p.name == last)]
        self.arguments = ["/" + os.path.relpath(path, self.env.srcdir).replace(os.sep, "/")]
        self.options |= {"lines": line_numbers(path, found), "language": "python", "class": ["rule"]}
        file = path.relative_to(self.config.rule_source).as_posix()
        self.options["caption"] = f"{' to '.join(ends)} {{source}}`{file}:{found[0].first}`"
        made = super().run()
        for block in (block for node in made for block in node.findall(nodes.literal_block)):
            block["defines"] = [module + piece.name for piece in found]
        return made


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive `rule`, and the folder where it looks."""
    app.add_config_value("rule_source", "", "", types=frozenset({str}))
    app.add_directive("rule", Listing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
