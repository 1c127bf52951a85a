"""The directive that shows the whole program: each file, each definition in it, and the page that lists it.

A definition is a function, a class or a name of a module. A file begins with what it says of itself and what it
imports; that stands on the directive's own page. So all the listings together are the program.
"""

import ast
import os
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from literate_bp import READING_ORDER
from program.listing import is_display, pieces

NOT_SHOWN = {"__init__", "__main__"}
IMPORT = (ast.Import, ast.ImportFrom, ast.Try)  # to try an import is to say what is missing
WORD_BREAK = nodes.raw("", "<wbr>", format="html")


class Definition(NamedTuple):
    """The name of a definition, and its first and last line."""

    name: str
    first: int
    last: int


class Place(NamedTuple):
    """Where a definition is listed: the page, the ids of the listing and of its section, and what heads the section."""

    page: str
    listing: str
    section: str
    heading: list[nodes.Node]


def imported(module: Path) -> set[str]:
    """Return the modules of its folder that a module imports."""
    found = [s for s in ast.parse(module.read_text(encoding="utf-8")).body if isinstance(s, ast.ImportFrom)]
    beside = [s for s in found if s.level == 1]
    return {name for s in beside for name in ([s.module] if s.module else [alias.name for alias in s.names])}


def in_order(folder: Path, order: Iterable[str] = ()) -> list[Path]:
    """Return the modules of a folder: those that have an order first, then each after those that it imports."""
    files = {path.stem: path for path in sorted(folder.glob("*.py")) if path.stem not in NOT_SHOWN}
    needed = {name: sorted(imported(path) & files.keys()) for name, path in files.items()}
    return [files[name] for name in dict.fromkeys([*order, *TopologicalSorter(needed).static_order()])]


def modules(source: Path) -> list[Path]:
    """Return the files of the rules in reading order, and the one that checks what they are given."""
    return [source / f"{name}.py" for name in (*READING_ORDER, "validation")]


def dotted(module: Path, name: str) -> str:
    """Return the full name of what a module defines."""
    package = module.parents[1 if module.parent.name == "literate_bp" else 2]
    return ".".join((*module.relative_to(package).with_suffix("").parts, name))


def definitions(module: Path) -> list[Definition]:
    """Return what a module defines, each with the comment above it and the text below."""
    found: dict[str, Definition] = {}
    for piece in pieces(module):
        name = piece.name.partition(".")[0]
        found[name] = Definition(name, found[name].first if name in found else piece.first, piece.last)
    return list(found.values())


def beginning(module: Path) -> list[int]:
    """Return the lines of what a module says of itself, and of its imports."""
    text, *rest = ast.parse(module.read_text(encoding="utf-8")).body
    shown = [text, *(s for s in rest if isinstance(s, IMPORT))]
    return [line for s in shown for line in range(s.lineno, (s.end_lineno or s.lineno) + 1)]


def unlisted(module: Path, listed: Iterable[str]) -> list[str]:
    """Return the lines of a module that no page shows, if those pieces are listed: `file:line: its text`."""
    listed, shown = set(listed), set(beginning(module))
    for piece in pieces(module):
        if is_display(piece) or dotted(module, piece.name) in listed:
            shown |= set(range(piece.first, piece.last + 1))
    lines = module.read_text(encoding="utf-8").splitlines()
    return [f"{module.name}:{at}: {line}" for at, line in enumerate(lines, 1) if line and at not in shown]


class where(nodes.Inline, nodes.TextElement):  # noqa: N801 (docutils names its nodes so)
    """Stands for the links to the listing of a definition, until every page is read."""


def where_listed(role: str, raw: str, text: str, *_: object, **__: object) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """Read {listing}`name`, a link to the listing of a definition, or {section}`name`, one to where it is explained."""
    return [where(raw, text, role=role)], []


class WholeProgram(SphinxDirective):
    """All files of the package's rules and faces, in reading order."""

    def run(self) -> list[nodes.Node]:
        """Count the lines, and give each file a section."""
        files = modules(Path(self.config.rule_source, "literate_bp"))
        for path in files:
            self.env.note_dependency(str(path))
        self.env.metadata[self.env.docname]["whole_program"] = "here"
        sizes = [len(path.read_text(encoding="utf-8").splitlines()) for path in files]
        total = f"These are {len(files)} files of {sum(sizes):,} lines, comments and docstrings included."
        return [nodes.paragraph(total, total), *(self.section(path) for path in files)]

    def section(self, path: Path) -> nodes.section:
        """Write the section of one file."""
        name = path.relative_to(Path(self.config.rule_source, "literate_bp")).as_posix()
        section = nodes.section("", nodes.title("", "", nodes.literal(name, name)), names=[name])
        self.state.document.note_implicit_target(section, section)
        section += self.parse_text_to_nodes("\n".join(self.text(path)))
        return section

    def text(self, path: Path) -> Iterator[str]:
        """Write of one file what it says of itself, what it imports, and where each definition is listed."""
        text = path.read_text(encoding="utf-8")
        said = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0].replace("\n", " ")
        place = "/" + os.path.relpath(path, self.env.srcdir).replace(os.sep, "/")
        yield from (said, "")
        yield from (":::{dropdown} How the file begins", f"```{{literalinclude}} {place}", ":language: python")
        yield from (f":lines: {','.join(map(str, beginning(path)))}", "```", ":::", "")
        yield from ("{.close}", "| definition | lines | where it is explained |", "|:--|--:|:--|")
        for found in definitions(path):
            full = dotted(path, found.name)
            yield f"| {{listing}}`{full}` | {found.last - found.first + 1} | {{section}}`{full}` |"
        yield from (f"| the whole file | {len(text.splitlines())} | |", "")


def section_of(node: nodes.Node) -> nodes.section:
    """Return the section that a node stands in."""
    while not isinstance(node, nodes.section):
        node = node.parent
    return node


def listings(doctree: nodes.document, page: str) -> Iterator[tuple[str, Place]]:
    """Give the name of each definition that a page lists, and its place."""
    for block in doctree.findall(nodes.literal_block):
        box, section = block.parent, section_of(block)
        for name in block.get("defines", ()):
            yield name, Place(page, box["ids"][0], section["ids"][0], section[0].children)


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Remember what a page lists."""
    known(app.env)[app.env.docname] = dict(listings(doctree, app.env.docname))


def known(env: BuildEnvironment) -> dict[str, dict[str, Place]]:
    """Return what each page lists."""
    if not hasattr(env, "listings"):
        env.listings = {}  # type: ignore[attr-defined]  # an environment is where extensions keep what pages say
    return env.listings  # type: ignore[attr-defined]  # made above


def forget(_app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """Forget a page that is read again."""
    known(env).pop(page, None)


def merge(_app: Sphinx, env: BuildEnvironment, _pages: list[str], other: BuildEnvironment) -> None:
    """Take over what another process has read."""
    known(env).update(known(other))


def outdated(_app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Ask for the page of the whole program to be made again when any page is."""
    return [page for page, found in env.metadata.items() if "whole_program" in found and added | changed | removed]


def breakable(name: str) -> nodes.literal:
    """Write a name that may be broken after an underscore."""
    first, *rest = name.split("_")
    pieces = [nodes.Text(first), *(n for p in rest for n in (nodes.Text("_"), WORD_BREAK.deepcopy(), nodes.Text(p)))]
    return nodes.literal("", "", *pieces)


def link(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the links in their places, now that every page is read."""
    found = {name: place for places in known(app.env).values() for name, place in places.items()}
    for node in list(doctree.findall(where)):
        place, name = found.get(node.astext()), node.astext()
        short = breakable(name.rpartition(".")[2])
        if place is None:
            node.replace_self(short if node["role"] == "listing" else nodes.inline(name, "nowhere yet"))
            continue
        address = app.builder.get_relative_uri(page, place.page)
        if node["role"] == "listing":
            node.replace_self(nodes.reference("", "", short, refuri=f"{address}#{place.listing}", internal=True))
            continue
        title = [child.deepcopy() for child in app.env.titles[place.page].children]
        heading = [child.deepcopy() for child in place.heading]
        inside = [] if [c.astext() for c in title] == [c.astext() for c in heading] else [nodes.Text(": "), *heading]
        node.replace_self(nodes.reference("", "", *title, *inside, refuri=f"{address}#{place.section}", internal=True))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive `whole-program`, and the two roles that it writes."""
    app.add_node(where)
    app.add_role("listing", where_listed)
    app.add_role("section", where_listed)
    app.add_directive("whole-program", WholeProgram)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
