"""The directive that lists a rule of the package on a page: ```{rule} literate_bp.node.linear```."""

import ast
import os
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude
from sphinx.util.typing import ExtensionMetadata

ROLES = {ast.FunctionDef: "func", ast.ClassDef: "class", ast.Assign: "data", ast.AnnAssign: "data"}
SECTION = re.compile(r"\s*\n[^\n]+\n\s*---")


def names(statement: ast.stmt) -> list[str]:
    """Return the names that a statement of a module defines."""
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", statement)]
    return [getattr(target, "id", getattr(target, "name", "")) for target in targets]


def is_text(statement: ast.stmt) -> bool:
    """Whether this is a string and nothing else: below a constant, that is what documents it."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def definition(source: Path, name: str) -> ast.stmt | None:
    """Find what defines `name` in a module, without importing it."""
    body = ast.parse(source.read_text(encoding="utf-8")).body
    found = next((s for s in body if type(s) in ROLES and name in names(s)), None)
    if found in body[:-1] and is_text(after := body[body.index(found) + 1]):
        found.end_lineno = after.end_lineno
    return found


def shown(found: ast.stmt) -> str:
    """Return the numbers of a definition's lines, less the parameter lists of docstrings: those stand in the API."""
    first = min([found.lineno, *(d.lineno for d in getattr(found, "decorator_list", []))])
    keep = set(range(first, (found.end_lineno or first) + 1))
    for node in ast.walk(found):
        text = isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False)
        if text and (section := SECTION.search(text)):
            opening, closing = node.body[0].lineno, node.body[0].end_lineno or 0
            keep -= set(range(opening + 1 + text[: section.start()].count("\n"), closing))
    return ",".join(map(str, sorted(keep)))


class Rule(LiteralInclude):
    """A `literalinclude` of one function, class or table, found by its dotted name; its caption leads to the API."""

    def run(self) -> list[nodes.Node]:
        """Resolve the name, and let `literalinclude` do the rest."""
        dotted = self.arguments[0]
        module, _, name = dotted.rpartition(".")
        source = Path(self.config.rule_source, *module.split(".")).with_suffix(".py")
        found = definition(source, name) if source.is_file() else None
        if found is None:
            return [self.state.document.reporter.warning(f"no rule {dotted!r} in {source.name}", line=self.lineno)]
        self.arguments = ["/" + os.path.relpath(source, self.env.srcdir).replace(os.sep, "/")]
        self.options |= {"lines": shown(found), "language": "python", "class": ["rule"]}
        self.options["caption"] = f"{{py:{ROLES[type(found)]}}}`{dotted}`"
        return super().run()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive `rule`, and the folder where it looks."""
    app.add_config_value("rule_source", "", "env", types=frozenset({str}))
    app.add_directive("rule", Rule)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
