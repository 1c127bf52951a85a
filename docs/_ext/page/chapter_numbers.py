"""Lets numbers be what a reader of the page expects.

A section is cited by the number of its chapter, as in {numref}`chapter {number} <q-sign>`: sections have no numbers of
their own here, and Sphinx would leave the place of the number empty. On a page that is no chapter, figures and
equations are counted from 1 on; Sphinx would count on from one such page to the next.

Sphinx loads every page to count. Here it is given an outline of each, which is kept: what has a number, and in which
section it stands.
"""

from collections.abc import Collection, Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from page.notes import PageNotes

BEFORE_SPHINX, AFTER_SPHINX = 450, 550
"""Sphinx counts at 500. The numbers of `page.one_page` are taken over before and after both, at 400 and 600."""


class NumbersOfChapters(StandardDomain):
    """Sphinx's own domain, but for the number of a section."""

    def get_fignumber(self, env: Any, builder: Any, figtype: str, docname: str, target_node: Any) -> Any:
        """Return the number of a figure, of an equation, or of the chapter of a section."""
        number = super().get_fignumber(env, builder, figtype, docname, target_node)
        return number or env.toc_secnumbers[docname].get("") if figtype == "section" else number


OUTLINES = PageNotes[nodes.Element]("outlines")
NAMES = (nodes.caption, nodes.title)


def outline(node: nodes.Element, env: BuildEnvironment) -> Iterator[nodes.Element]:
    """Yield what counts within a node: sections, tables of contents, and what has a number, without their contents."""
    for child in filter(lambda child: isinstance(child, nodes.Element), node.children):
        inside = [*outline(child, env)]
        if isinstance(child, addnodes.toctree):
            yield child.deepcopy()
        elif isinstance(child, nodes.section):
            yield nodes.section("", *inside, ids=child["ids"])
        elif child["ids"] and any(domain.get_enumerable_node_type(child) for domain in env.domains.sorted()):
            names = [nodes.title("", part.astext()) for part in child if isinstance(part, NAMES)]
            block = [nodes.literal_block() for part in child if isinstance(part, nodes.literal_block)]
            kind = {"literal_block": True} if child.get("literal_block") else {}
            yield type(child)("", *names, *block, *inside, ids=child["ids"], **kind)
        else:
            yield from inside


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the outline of a page."""
    OUTLINES.add(app.env, [nodes.section("", *outline(doctree, app.env))])


def prepare(_app: Sphinx, env: BuildEnvironment) -> Collection[str]:
    """Give Sphinx outlines, and its own numbers of the last build: it writes each page again whose numbers changed."""
    env.toc_fignumbers = getattr(env, "counted_by_sphinx", env.toc_fignumbers)
    known = OUTLINES.by_page(env)
    vars(env)["get_doctree"] = lambda page: known[page][0] if page in known else type(env).get_doctree(env, page)
    return ()


def count_each_page(_app: Sphinx, env: BuildEnvironment) -> Collection[str]:
    """Number what is on a page outside the chapters from 1 on, kind by kind, in the order in which it stands there."""
    del vars(env)["get_doctree"]
    counted = env.toc_fignumbers
    vars(env)["counted_by_sphinx"] = counted
    env.toc_fignumbers = {
        page: kinds if page in env.toc_secnumbers else {kind: from_one(found) for kind, found in kinds.items()}
        for page, kinds in counted.items()
    }
    return ()


def from_one(found: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of ids that come in order."""
    return {name: (number,) for number, name in enumerate(found, start=1)}


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain in the place of Sphinx's, and count before and after Sphinx does."""
    app.add_domain(NumbersOfChapters, override=True)
    app.connect("doctree-read", note)
    app.connect("env-get-updated", prepare, priority=BEFORE_SPHINX)
    app.connect("env-get-updated", count_each_page, priority=AFTER_SPHINX)
    OUTLINES.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
