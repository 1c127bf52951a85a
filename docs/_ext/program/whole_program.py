"""Adds the directive `whole-program`: every file of the package, each definition in it, and the page that lists it.

The chapters list every line of the rules, each definition once; what is missing or listed twice fails the build. Of
the other packages pages list what they like, and the rest is source alone. A file begins with its docstring and its
imports; of a rule, these stand on the directive's own page.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TypeVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

import literate_bp
from page.failures import report
from page.notes import AFTER_NUMBERS, PageNotes, has_changed
from program.listing import is_display, pieces
from program.modules import PACKAGES, beginning, definitions, modules, path_of, summary, tree
from program.names import breakable

EXPLAINED = tuple(f"literate_bp.{name}" for name in literate_bp.READING_ORDER)
"""The modules that pages list whole, in reading order."""


class Listed(NamedTuple):
    """A definition on a page: its full name, the page, the ids of listing and section, the section's heading."""

    name: str
    page: str
    listing: str
    section: str
    heading: list[nodes.Node]


LISTINGS = PageNotes[Listed]("listings")
LINKING = PageNotes[str]("linking_to_listings")
"""The pages that say where something is listed."""


def unlisted(module: str, source: Path, listed: Iterable[str]) -> list[str]:
    """Return the lines of a module that no page shows, if those pieces are listed: `file:line: its text`."""
    path, listed = path_of(module, source), set(listed)
    shown = set(beginning(path))
    for piece in pieces(path):
        if is_display(piece) or f"{module}.{piece.name}" in listed:
            shown |= set(range(piece.first, piece.last + 1))
    lines = path.read_text(encoding="utf-8").splitlines()
    return [f"{path.name}:{at}: {line}" for at, line in enumerate(lines, 1) if line and at not in shown]


class pending_listing(nodes.Inline, nodes.TextElement):  # noqa: N801 (docutils names its nodes so)
    """Stands for the link to the listing of a definition, until every page is read."""


def listing_role(role: str, raw: str, text: str, *_: object, **__: object) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """Read {listing}`name`, {if-listed}`name` or {section}`name` of a definition, or {pages}`name` of a module."""
    return [pending_listing(raw, text, role=role)], []


class WholeProgram(SphinxDirective):
    """All files of the package, in reading order."""

    @property
    def source(self) -> Path:
        """The folder that the package is in."""
        return Path(self.config.rule_source)

    def run(self) -> list[nodes.Node]:
        """Count the lines, and write a section for the rules, and one for each package."""
        self.env.metadata[self.env.docname]["whole_program"] = "here"
        others = {package: [n for n in modules(self.source, package) if n not in EXPLAINED] for package in PACKAGES}
        names = [*EXPLAINED, *(name for found in others.values() for name in found)]
        for name in names:
            self.env.note_dependency(str(path_of(name, self.source)))
        total = f"These are {len(names)} files of {sum(map(self.lines, names)):,} lines, with comments and docstrings."
        text = "\n".join([*self.rules(), *(line for p, found in others.items() for line in self.package(p, found))])
        return [nodes.paragraph(total, total), *self.parse_text_to_nodes(text, allow_section_headings=True)]

    def lines(self, module: str) -> int:
        """Count the lines of a file."""
        return len(path_of(module, self.source).read_text(encoding="utf-8").splitlines())

    def rules(self) -> Iterator[str]:
        """Write the section of the rules: of each file its beginning, and each definition with its place."""
        yield from (f"## {PACKAGES['']}: every line is explained on a page", "")
        for name in EXPLAINED:
            yield from self.rule_module(name)

    def rule_module(self, name: str) -> Iterator[str]:
        """Write of one file what it says of itself, what it imports, and where each definition is listed."""
        path = path_of(name, self.source)
        place = "/" + os.path.relpath(path, self.env.srcdir).replace(os.sep, "/")
        yield from (f"### `{path.name}`", "", summary(tree(path)), "")
        yield from (":::{dropdown} How the file begins", f"```{{literalinclude}} {place}", ":language: text")
        yield from (f":lines: {','.join(map(str, beginning(path)))}", "```", ":::", "")
        yield from ("{.close}", "| definitions | lines | where they are explained |", "|:--|--:|:--|")
        for found in definitions(path):
            full = f"{name}.{found.name}"
            yield f"| {{listing}}`{full}` | {found.last - found.first + 1} | {{section}}`{full}` |"
        yield from (f"| the whole file | {self.lines(name)} | {self.source_of(path)} |", "")

    def package(self, package: str, names: list[str]) -> Iterator[str]:
        """Write the section of a package: of each file its lines, its source, and what pages list of it."""
        if not names:
            return
        title = f"`{package}`: {PACKAGES[package]}" if package else "Beside the rules"
        yield from (f"## {title}", "", "{.close}", "| file | lines | listed on pages |", "|:--|--:|:--|")
        for name in names:
            path = path_of(name, self.source)
            listed = " ".join(f"{{if-listed}}`{name}.{found.name}`" for found in definitions(path))
            yield f"| {self.source_of(path)} | {self.lines(name)} | {listed} |"
        yield ""

    def source_of(self, path: Path) -> str:
        """Write the link to the page of a file."""
        return f"{{source}}`{path.relative_to(self.source).as_posix()}`"


Kind = TypeVar("Kind", bound=nodes.Node)


def ancestor(kind: type[Kind], node: nodes.Node) -> Kind:
    """Return what a node stands in, of a kind."""
    while not isinstance(node, kind):
        node = node.parent
    return node


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Note what a page lists."""
    page = app.env.current_document.docname
    for block in doctree.findall(nodes.literal_block):
        for name in block.get("defines", ()):
            section = ancestor(nodes.section, block)
            heading = [child.deepcopy() for child in section[0].children]
            LISTINGS.add(app.env, [Listed(name, page, block.parent["ids"][0], section["ids"][0], heading)])
    if next(doctree.findall(pending_listing), None) is not None:
        LINKING.add(app.env, [page])


def report_missing(app: Sphinx, env: BuildEnvironment) -> None:
    """Report lines of the rules that no page lists, and definitions that are listed twice."""
    pages = [page for page, found in env.metadata.items() if "whole_program" in found]
    if not pages or app.config.one_page:
        return
    listed = LISTINGS.all(env)
    for module in EXPLAINED:
        missing = unlisted(module, Path(app.config.rule_source), (found.name for found in listed))
        if missing:
            lines = "\n".join(missing[:9])
            report("listing", f"no page lists {len(missing)} lines of {module}, from here:\n{lines}", pages[0])
    for name, count in Counter(found.name for found in listed).items():
        if count > 1 and name.startswith(tuple(f"{module}." for module in EXPLAINED)):
            on = ", ".join(found.page for found in listed if found.name == name)
            report("listing", f"{name} is listed {count} times: on {on}", pages[0])


def link_again(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have the pages written again that say where something is listed, when it is listed elsewhere."""
    return LINKING.all(env) if has_changed(env, "listings", LISTINGS.by_page(env), env.titles) else []


def link(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the links in their places, now that every page is read; what no page lists has none."""
    found = {listed.name: listed for listed in reversed(LISTINGS.all(app.env))}
    pending = list(doctree.findall(pending_listing))
    rows = [ancestor(nodes.row, node) for node in pending if node["role"] == "section"]
    for node in pending:
        listed, name = found.get(node.astext()), node.astext()
        short = breakable(name.rpartition(".")[2])
        if node["role"] == "pages":
            node.replace_self(pages_of(app, name, page))
            continue
        if listed is None:
            node.replace_self([short] if node["role"] == "listing" else [])
            continue
        address = app.builder.get_relative_uri(page, listed.page)
        if node["role"] == "section":
            text, place = where(app, listed), listed.section
        else:
            text, place = [short], listed.listing
        node.replace_self(nodes.reference("", "", *text, refuri=f"{address}#{place}", internal=True))
    join(rows)


def join(rows: Iterable[nodes.row]) -> None:
    """Put definitions that are explained in one section, one after another, into one row with all of their lines."""
    for (parent, place), group in groupby(rows, lambda row: (row.parent, section_linked(row))):
        first, *others = group
        if place is None:
            continue
        names, lines, _ = (entry[0] for entry in first)
        lines[:] = [nodes.Text(f"{sum(int(row[1].astext()) for row in (first, *others)):,}")]
        for row in others:
            names += [nodes.Text(", "), *row[0][0].children]
            parent.remove(row)


def section_linked(row: nodes.row) -> str | None:
    """Return the address that the last cell of a row links to."""
    link = next(row[-1].findall(nodes.reference), None)
    return link and link["refuri"]


def pages_of(app: Sphinx, module: str, page: str) -> list[nodes.Node]:
    """Link to the pages that list something of a module."""
    pages = dict.fromkeys(found.page for found in LISTINGS.all(app.env) if found.name.startswith(f"{module}."))
    links: list[nodes.Node] = []
    for found in sorted(pages):
        title = [child.deepcopy() for child in app.env.titles[found].children]
        address = app.builder.get_relative_uri(page, found)
        links += [nodes.Text(", "), nodes.reference("", "", *title, refuri=address, internal=True)]
    return [nodes.Text(". Explained in "), *links[1:], nodes.Text(".")] if links else [nodes.Text(".")]


def where(app: Sphinx, listed: Listed) -> list[nodes.Node]:
    """Write the title of the page, and the heading of the section, unless they are the same."""
    title = [child.deepcopy() for child in app.env.titles[listed.page].children]
    heading = [child.deepcopy() for child in listed.heading]
    same = [child.astext() for child in title] == [child.astext() for child in heading]
    return title if same else [*title, nodes.Text(": "), *heading]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive `whole-program`, and the two roles that it writes."""
    app.add_node(pending_listing)
    app.add_role("listing", listing_role)
    app.add_role("if-listed", listing_role)
    app.add_role("pages", listing_role)
    app.add_role("section", listing_role)
    app.add_directive("whole-program", WholeProgram)
    app.connect("doctree-read", collect)
    app.connect("env-get-updated", link_again, priority=AFTER_NUMBERS)
    app.connect("env-check-consistency", report_missing)
    app.connect("doctree-resolved", link)
    LISTINGS.connect(app)
    LINKING.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
