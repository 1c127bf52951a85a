"""Adds the directive ```{packages}```, a figure of the packages of the program, made from their imports.

A package stands above all that it imports. An arrow that follows from two others is left out.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

RULES, COMMANDS, SITE = "rules", "commands", "site"
WIDTH, ROW, HIGH, APART = 420, 84, 46, 14

ARROW = (
    '<defs><marker id="packages-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>'
)

Imports = Mapping[str, frozenset[str]]


class Box(NamedTuple):
    """Where a package stands: its left and upper edge and its width."""

    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        """The middle between left and right."""
        return self.x + self.width / 2


def files(source: Path, site: Path) -> dict[str, list[Path]]:
    """Return the Python files of each package: the modules above all packages are the rules and the commands."""
    package = source / "literate_bp"
    found = {RULES: [path for path in package.glob("*.py") if path.stem not in {"__init__", "__main__"}]}
    found |= {path.parent.name: [*path.parent.rglob("*.py")] for path in sorted(package.glob("*/__init__.py"))}
    commands = [path for path in (package / "__main__.py", package / "__init__.py") if path.exists()]
    commands += found.pop("command_line", [])
    return found | {COMMANDS: commands, SITE: [*site.rglob("*.py")]}


def imported(path: Path, source: Path) -> Iterator[str]:
    """Give the dotted names within `literate_bp` that a file imports."""
    here = path.relative_to(source / "literate_bp").parts[:-1] if path.is_relative_to(source) else ()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                above = here[: len(here) - node.level + 1]
                yield from (".".join([*above, *filter(None, [module]), alias.name]) for alias in node.names)
            elif module.partition(".")[0] == "literate_bp":
                inside = module.partition(".")[2]
                yield from (".".join([*filter(None, [inside]), alias.name]) for alias in node.names)


def imports(found: Mapping[str, Iterable[Path]], source: Path) -> Imports:
    """Return which packages each package imports."""

    def package_of(name: str) -> str:
        first = name.partition(".")[0]
        if first == "command_line":
            return COMMANDS
        return first if first in found else RULES

    return {
        package: frozenset(package_of(name) for path in paths for name in imported(path, source)) - {package}
        for package, paths in found.items()
    }


def floors(of: Imports) -> dict[str, int]:
    """Return how high each package stands: above everything that it imports, and all rules at the bottom."""

    @cache
    def floor(package: str) -> int:
        return 1 + max(map(floor, of[package]), default=-1)

    return {package: floor(package) for package in of}


def reachable(of: Imports, package: str) -> frozenset[str]:
    """Return all that a package imports, also through others."""
    return of[package].union(*(reachable(of, below) for below in of[package]))


def arrows(of: Imports) -> list[tuple[str, str]]:
    """Return the imports that do not follow from two others."""
    return [
        (above, below)
        for above, all_below in of.items()
        for below in sorted(all_below)
        if not any(below in reachable(of, other) for other in all_below - {below})
    ]


def places(of: Imports) -> dict[str, Box]:
    """Return a box for each package: those of one floor share a row."""
    high = floors(of)
    found = {}
    for floor in sorted(set(high.values())):
        row = [package for package in of if high[package] == floor]
        width = (WIDTH - APART * (len(row) - 1)) / len(row)
        y = (max(high.values()) - floor) * ROW
        found |= {package: Box(n * (width + APART), y, width) for n, package in enumerate(row)}
    return found


def words(of: Imports) -> str:
    """Say the diagram in words."""
    return " ".join(
        f"{package} imports {', '.join(sorted(below))}." if below else f"{package} imports no other package."
        for package, below in of.items()
    )


def svg(of: Imports, counts: Mapping[str, str]) -> str:
    """Draw the packages as boxes, and the imports as arrows."""
    boxes = places(of)
    height = max(box.y for box in boxes.values()) + HIGH + 2
    parts = [
        f'<svg class="packages" role="img" viewBox="-1 -1 {WIDTH + 2} {height}" aria-label="{escape(words(of))}">',
        ARROW,
    ]
    for above, below in arrows(of):
        start, end = boxes[above], boxes[below]
        lands = min(max(start.middle, end.x + APART), end.x + end.width - APART)
        parts.append(
            f'<path d="M{start.middle:.1f} {start.y + HIGH:.1f}L{lands:.1f} {end.y - 2:.1f}" stroke="currentColor" '
            'stroke-width="1.2" fill="none" marker-end="url(#packages-arrow)"/>'
        )
    for package, box in boxes.items():
        parts.append(
            f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{HIGH}" rx="5"/>'
            f'<text x="{box.middle:.1f}" y="{box.y + 20:.1f}">{escape(package)}</text>'
            f'<text class="packages-size" x="{box.middle:.1f}" y="{box.y + 37:.1f}">{escape(counts[package])}</text>'
        )
    return "\n".join([*parts, "</svg>"])


class Packages(SphinxDirective):
    """The diagram of the packages; its content is the caption, and its name that of the figure."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {"name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Read the imports, and draw."""
        source = Path(self.config.rule_source)
        found = files(source, Path(self.env.srcdir, "_ext"))
        for path in (path for paths in found.values() for path in paths):
            self.env.note_dependency(str(path))
        counts = {package: f"{len(paths)} file{'s' * (len(paths) != 1)}" for package, paths in found.items()}
        words, messages = self.state.inline_text(" ".join(self.content), self.lineno)
        drawn = nodes.raw("", svg(imports(found, source), counts), format="html")
        figure = nodes.figure("", drawn, nodes.caption("", "", *words))
        self.set_source_info(figure)
        self.add_name(figure)
        return [figure, *messages]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("packages", Packages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
