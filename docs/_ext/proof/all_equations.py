"""Adds the directive `equations`: the list of all displayed equations of the book, and how each was checked."""

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

PAGE = "reference/checked"
HEAD = ("", "equation", "what was verified, and how", "worst error")


class AllEquations(SphinxDirective):
    """The place of the list."""

    def run(self) -> list[nodes.Node]:
        """Leave the place open until all pages are read."""
        return [nodes.container("", classes=["all-equations"])]


def report_missing(app: Sphinx, env: BuildEnvironment) -> None:
    """Report each rule with a formula, and so with checks, that no page shows, if all pages were read."""
    if PAGE not in env.all_docs or app.config.one_page:
        return
    sources = {equation.source for equation in EQUATIONS.all(env)}
    for rule in SIGNATURES:
        if f"literate_bp.{rule}" not in sources:
            report("check", f"the checks of {rule} have no equation: no page shows its formula", PAGE)


def list_again(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the list again when it would be another one."""
    changed = has_changed(env, PAGE, EQUATIONS.by_page(env), env.titles, env.toc_fignumbers)
    return [PAGE] if changed and PAGE in env.all_docs else []


def fill(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Put the list in its place, now that every page is read."""
    for place in doctree.findall(nodes.container):
        if "all-equations" in place["classes"]:
            place.children = [all_equations(app)]


def all_equations(app: Sphinx) -> nodes.table:
    """Make the table: number, formula, what was verified and how, and the worst error at this build."""
    order = reading_order(app)
    equations = sorted(EQUATIONS.all(app.env), key=lambda equation: order.index(equation.docname))
    pages = groupby(equations, key=lambda equation: equation.docname)
    rows = [
        row for docname, found in pages for row in [heading(app, docname), *(r for e in found for r in rows_of(app, e))]
    ]
    return table(HEAD, rows)


def heading(app: Sphinx, docname: str, page: str = PAGE) -> nodes.row:
    """Make the row that says from which page the rows below it are."""
    title = [child.deepcopy() for child in app.env.titles[docname].children]
    link = nodes.reference("", "", *title, refuri=app.builder.get_relative_uri(page, docname), internal=True)
    return nodes.row("", nodes.entry("", nodes.paragraph("", "", link), morecols=3), classes=["chapter"])


def rows_of(app: Sphinx, equation: DisplayedEquation) -> Iterator[nodes.row]:
    """Make the rows of one equation, one for each check."""
    uri = app.builder.get_relative_uri(PAGE, equation.docname) + f"#equation-{equation.label}"
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
