"""Adds the role `py-name`, a name that may be broken, and links from names in docstrings to their entries.

A docstring says `forward`, or has Network for a type: on the pages of the API each leads to what it names there. What
stands for several things, and not for one of its own module or a public one, stays as it is.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import desc_sig_name, desc_signature
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from program.modules import imported, path_of

API = "reference/api/"
PACKAGE = "literate_bp"
BREAKS = re.compile(r"(?<=_)(?<!literate_)(?=[^_])|(?<=[^.])(?=\.)")
"""Where a name may be broken: before a dot, and behind an underscore other than that of the package."""
LONG = 12
"""From how many letters on a name has places where it may be broken: a shorter one fits anywhere."""
BREAK = re.compile("<wbr[^>]*>")
IDENTIFIER = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?")
TYPE = re.compile(r"(?<![\w.])[A-Z]\w+\b")
TELLING = re.compile("[A-Z_]")
"""A capital or an underscore, which an ordinary word lacks: such a name leads to the only entry of that name."""
QUOTES = str.maketrans("“”‘’", "\"\"''")


class line_break(nodes.raw):  # noqa: N801  docutils calls a method of this name
    """A place where a browser may break a name: a tag in HTML, and nothing in a text, such as a title.

    It is hidden from those who listen, or they hear a name in pieces.
    """

    def astext(self) -> str:
        """Return nothing."""
        return ""


def visit_break(translator: HTML5Translator, node: line_break) -> None:
    """Write the tag."""
    translator.body.append(node.rawsource)
    raise nodes.SkipNode


def breakable(name: str) -> nodes.literal:
    """Write a name that may be broken behind an underscore, which a style sheet can prevent, and before a dot."""
    first, *rest = BREAKS.split(name) if len(name) >= LONG else [name]
    written = nodes.literal("", "", nodes.Text(first))
    for part in rest:
        kind = "" if part.startswith(".") else ' class="in-word"'
        written += [line_break(f'<wbr{kind} aria-hidden="true">', "", format="html"), nodes.Text(part)]
    return written


class NameRole(SphinxRole):
    """A name that may be broken."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write it."""
        return [breakable(self.text)], []


class Entries:
    """The entries of the API: where a name leads, if it leads to one place; a member only within its class."""

    def __init__(self, env: BuildEnvironment, source: Path) -> None:
        self.source = source
        self.objects = env.domains.python_domain.objects
        classes = {name for name, found in self.objects.items() if found.objtype in {"class", "exception"}}
        self.of: dict[str, set[str]] = {}
        for name, found in self.objects.items():
            if not found.aliased and found.objtype != "module" and name.rpartition(".")[0] not in classes:
                self.of.setdefault(name.rpartition(".")[2], set()).add(name)

    def find(self, name: str, module: str, within: str) -> str:
        """Return the full name of an entry: of the same class or module, imported there, public, or the only one."""
        path = path_of(module, self.source)
        known_there = imported(path, self.source) if path.is_file() else {}
        likely = (f"{within}.{name}", f"{module}.{name}", known_there.get(name, ""), f"{PACKAGE}.{name}", name)
        known = next((full for full in likely if full.startswith(PACKAGE) and full in self.objects), "")
        only = self.of.get(name, set()) if TELLING.search(name) else set()
        return known or (next(iter(only)) if len(only) == 1 else "")


def link_names(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Link the names on a page of the API."""
    if not page.startswith(API) or app.config.one_page:
        return
    entries = Entries(app.env, Path(app.config.rule_source))
    outside = getattr(app.env, "intersphinx_inventory", {})
    for literal in list(doctree.findall(nodes.literal)):
        if IDENTIFIER.fullmatch(literal.astext()) and not within_link(literal):
            name = literal.astext().removesuffix("()")
            full = entries.find(name, *place_of(literal))
            if full and not is_of(literal, full) and name not in parameters(literal):
                shown = breakable(literal.astext())
                literal.replace_self(link(app, page, entries, full, shown))
            elif name.startswith(f"{PACKAGE}."):
                literal.replace_self(breakable(literal.astext()))
    typed = [*doctree.findall(nodes.classifier), *doctree.findall(nodes.term)]
    for text in [text for node in typed for text in texts(node)]:
        parts = (linked(app, page, piece, text, entries, outside) for piece in pieces(text.translate(QUOTES)))
        text.parent.replace(text, [*parts])


def texts(node: nodes.Element) -> list[nodes.Text]:
    """Return the texts of a type or a term; the name of a parameter is bold, and so not among them."""
    return [child for child in node.children if isinstance(child, nodes.Text)]


def pieces(text: str) -> list[str]:
    """Split a type into the names of classes and the text between them."""
    return [piece for piece in re.split(f"({TYPE.pattern})", text) if piece]


def linked(
    app: Sphinx, page: str, piece: str, text: nodes.Text, entries: Entries, outside: Mapping[str, Mapping[str, object]]
) -> nodes.Node:
    """Link a piece of a type, if it is the name of a class: of this package, or an exception of Python."""
    plain = nodes.Text(piece)
    if not TYPE.fullmatch(piece):
        return plain
    if full := entries.find(piece, *place_of(text)):
        return link(app, page, entries, full, plain)
    if found := outside.get("py:exception", {}).get(piece):
        return nodes.reference("", "", plain, refuri=getattr(found, "uri", ""), internal=False)
    return plain


def link(app: Sphinx, page: str, entries: Entries, full: str, shown: nodes.Node) -> nodes.reference:
    """Link to an entry."""
    entry = entries.objects[full]
    address = "" if entry.docname == page else app.builder.get_relative_uri(page, entry.docname)
    return nodes.reference("", "", shown, refuri=f"{address}#{entry.node_id}", internal=True)


def above(node: nodes.Node) -> list[nodes.Element]:
    """Return the elements around a node, the innermost first."""
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def within_link(node: nodes.Node) -> bool:
    """Whether a node stands in a link, a heading or a signature, where none is wanted."""
    return any(isinstance(around, nodes.reference | nodes.title | desc_signature) for around in above(node))


def signatures(node: nodes.Node) -> list[desc_signature]:
    """Return the signatures of the entries around a node, the innermost first."""
    entries = [around for around in above(node) if around.tagname == "desc"]
    return [child for entry in entries for child in entry.children if isinstance(child, desc_signature)]


def place_of(node: nodes.Node) -> tuple[str, str]:
    """Return the module that a docstring belongs to, and its class."""
    around = signatures(node)
    if not around:
        titles = [t.astext() for s in above(node) for t in s.children if isinstance(t, nodes.title)]
        module = next((title for title in reversed(titles) if title.startswith(PACKAGE)), PACKAGE)
        return module, ".".join((module, *titles[:-1]))
    outer = around[-1]
    return str(outer.get("module")), f"{outer.get('module')}.{outer.get('fullname')}"


def parameters(node: nodes.Node) -> set[str]:
    """Return the names of the parameters of the entries around a node, which mean nothing else there."""
    return {name.astext() for s in signatures(node) for name in s.findall(desc_sig_name) if name.parent is not s}


def is_of(node: nodes.Node, full: str) -> bool:
    """Whether a name is that of the entry that it stands in."""
    return any(f"{s.get('module')}.{s.get('fullname')}" == full for s in signatures(node)[:1])


def clean_titles(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Let the search from a disk show the titles of pages as text: Sphinx has kept them as HTML."""
    titles = app.env._search_index_titles  # noqa: SLF001  Sphinx has no other name for it
    titles.update({page: BREAK.sub("", title) for page, title in titles.items() if title})
    return ()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the role, and link names when all pages are read."""
    app.add_role("py-name", NameRole())
    app.add_node(line_break, html=(visit_break, None))
    app.connect("doctree-resolved", link_names)
    app.connect("html-collect-pages", clean_titles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
