"""Adds the directive `equations`: a list of displayed equations of the book, and how each was checked.

```{equations} 11-vanishing 18-clear-to-fast
```

lists those from one page to another, in reading order, and without arguments those of all pages; each is listed once.
"""

from collections.abc import Iterator
from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from literate_bp.formula.signatures import SIGNATURES
from page.failures import report
from page.notes import AFTER_NUMBERS, has_changed
from page.reading import reading_order
from proof.check_mark import source_html, worst_error
from proof.equations import EQUATIONS, DisplayedEquation, displayed_math

HEAD = ("", "equation", "what was verified, and how", "worst error")


class AllEquations(SphinxDirective):
    """The place of a list."""

    optional_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Leave the place open until all pages are read."""
        self.env.metadata[self.env.docname]["equations"] = " ".join(self.arguments)
        return [nodes.container("", classes=["all-equations"])]


def lists(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return the pages with lists, and of each the first and the last page that it is of, if it is not of all."""
    return {page: found["equations"].split() for page, found in env.metadata.items() if "equations" in found}


def report_missing(app: Sphinx, env: BuildEnvironment) -> None:
    """Report rules with checks that no page shows, and pages whose equations no list has, if all pages were read."""
    pages = lists(env)
    if not pages or app.config.one_page:
        return
    home = min(pages)
    sources = {equation.source for equation in EQUATIONS.all(env)}
    for rule in SIGNATURES:
        if f"literate_bp.{rule}" not in sources:
            report("check", f"the checks of {rule} have no equation: no page shows its formula", home)
    listed = [page for given in pages.values() for page in between(app, given)]
    for page in sorted({equation.docname for equation in EQUATIONS.all(env)}):
        if listed.count(page) != 1:
            report("check", f"{listed.count(page)} lists have the equations of {page}", home)


def between(app: Sphinx, ends: list[str]) -> list[str]:
    """Return the pages from one to another in reading order, with both, or all."""
    order = reading_order(app)
    first, last = map(order.index, ends or (order[0], order[-1]))
    return order[first : last + 1]


def list_again(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the lists again when they would be others."""
    changed = has_changed(env, "equations", EQUATIONS.by_page(env), env.titles, env.toc_fignumbers)
    return [*lists(env)] if changed else []


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put a list in its place, now that every page is read."""
    for place in doctree.findall(nodes.container):
        if "all-equations" in place["classes"]:
            place.children = [list_of(app, page)]


def list_of(app: Sphinx, page: str) -> nodes.table:
    """Make the table: number, formula, what was verified and how, and the worst error at this build."""
    order = between(app, lists(app.env)[page])
    listed = [equation for equation in EQUATIONS.all(app.env) if equation.docname in order]
    equations = sorted(listed, key=lambda equation: order.index(equation.docname))
    rows = []
    for docname, found in groupby(equations, key=lambda equation: equation.docname):
        rows += [heading(app, docname, page), *(row for equation in found for row in rows_of(app, equation, page))]
    return table(HEAD, rows)


def heading(app: Sphinx, docname: str, page: str) -> nodes.row:
    """Make the row that says from which page the rows below it are."""
    title = [child.deepcopy() for child in app.env.titles[docname].children]
    link = nodes.reference("", "", *title, refuri=app.builder.get_relative_uri(page, docname), internal=True)
    return nodes.row("", nodes.entry("", nodes.paragraph("", "", link), morecols=3), classes=["chapter"])


def rows_of(app: Sphinx, equation: DisplayedEquation, page: str) -> Iterator[nodes.row]:
    """Make the rows of one equation, one for each check."""
    uri = app.builder.get_relative_uri(page, equation.docname) + f"#equation-{equation.label}"
    number = nodes.paragraph("", "", nodes.reference("", number_of(app, equation), refuri=uri, internal=True))
    display = displayed_math(equation.latex, docname=equation.docname, label=equation.label)
    source = nodes.raw("", source_html(equation.source), format="html")
    cells = [nodes.entry("", *parts, morerows=len(equation.checks) - 1) for parts in ([number], [display, source])]
    for check in equation.checks:
        method = nodes.inline("", f"{check.how}: ", classes=["how"])
        verified = nodes.entry("", nodes.paragraph("", "", method, nodes.Text(check.what)))
        yield nodes.row("", *cells, verified, nodes.entry("", nodes.paragraph("", worst_error(check))))
        cells = []


def number_of(app: Sphinx, equation: DisplayedEquation) -> str:
    """Return the number of an equation as it stands on its page."""
    within = app.env.toc_fignumbers.get(equation.docname, {}).get("displaymath", {})
    number = within.get(f"equation-{equation.label}")
    return f"({'.'.join(map(str, number))})" if number else equation.label


def table(head: tuple[str, ...], rows: list[nodes.row], name: str = "equations") -> nodes.table:
    """Build a table of docutils, with a class for its style."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in head)))
    group += nodes.tbody("", *rows)
    return nodes.table("", group, classes=["checked", name])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, and fill it when all pages are read."""
    app.add_directive("equations", AllEquations)
    app.connect("env-check-consistency", report_missing)
    app.connect("env-get-updated", list_again, priority=AFTER_NUMBERS)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
