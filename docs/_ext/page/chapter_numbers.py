"""Lets numbers be what a reader of the page expects.

A section is cited by the number of its chapter, as in {numref}`chapter {number} <q-sign>`: sections have no numbers of
their own here, and Sphinx would leave the place of the number empty. On a page that is no chapter, figures and
equations are counted from 1 on; Sphinx would count on from one such page to the next.
"""

from collections.abc import Collection
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

BEFORE_SPHINX, AFTER_SPHINX = 450, 550
"""Sphinx counts at 500. The numbers of `page.one_page` are taken over before and after both, at 400 and 600."""


class NumbersOfChapters(StandardDomain):
    """Sphinx's own domain, but for the number of a section."""

    def get_fignumber(self, env: Any, builder: Any, figtype: str, docname: str, target_node: Any) -> Any:
        """Return the number of a figure, of an equation, or of the chapter of a section."""
        number = super().get_fignumber(env, builder, figtype, docname, target_node)
        return number or env.toc_secnumbers[docname].get("") if figtype == "section" else number


def restore(_app: Sphinx, env: BuildEnvironment) -> Collection[str]:
    """Give Sphinx its own numbers of the last build: it writes each page again whose numbers have changed."""
    env.toc_fignumbers = getattr(env, "counted_by_sphinx", env.toc_fignumbers)
    return ()


def count_each_page(_app: Sphinx, env: BuildEnvironment) -> Collection[str]:
    """Number what is on a page outside the chapters from 1 on, kind by kind, in the order in which it stands there."""
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
    app.connect("env-get-updated", restore, priority=BEFORE_SPHINX)
    app.connect("env-get-updated", count_each_page, priority=AFTER_SPHINX)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
