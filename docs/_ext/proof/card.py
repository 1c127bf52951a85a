"""Adds the directives `earned`, a line of the card, which closes a chapter, and `formula-card`, such lines together.

A line is a formula with its name: it leads to its chapter, its code and its check. The formula is that of a labeled
equation, and is never typed again. `formula-card` takes the labels of the lines; without any, it has the whole card.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

from page.notes import AFTER_NUMBERS, PageNotes, has_changed
from program.listing import Piece, located, pieces
from program.names import breakable
from program.source_pages import FOLDER
from program.whole_program import LISTINGS
from proof.all_equations import number_of, reading_order
from proof.check_mark import check_mark
from proof.equations import EQUATIONS, DisplayedEquation, displayed_math

PAGE = "reference/card"
"""The page of the whole card."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """A line of the card: the chapter that earns it, its place there, its name, its equation's label, its code."""

    docname: str
    location: tuple[str, int]
    name: tuple[nodes.Node, ...]
    equation: str
    code: str


@dataclass(frozen=True)
class Shown:
    """A place where lines are shown: by the labels of their equations, or all of them."""

    location: tuple[str, int]
    equations: tuple[str, ...]


LINES = PageNotes[Line]("card_lines")
SHOWN = PageNotes[Shown]("card_shown")


class CardDirective(SphinxDirective):
    """What both directives share: they leave a place open until all pages are read."""

    def place(self, *equations: str) -> nodes.container:
        """Leave the place open."""
        SHOWN.add(self.env, [Shown((self.env.docname, self.lineno), equations)])
        return nodes.container("", classes=["formula-card"], equations=equations)


class Earned(CardDirective):
    """The line of the card that a chapter has earned."""

    required_arguments, final_argument_whitespace = 1, True
    option_spec: ClassVar[OptionSpec] = {
        "equation": directives.unchanged_required,
        "code": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Note the line; an option that is missing is an error at its place."""
        missing = [option for option in self.option_spec if option not in self.options]
        if missing:
            raise self.error(f"a line of the card needs :{missing[0]}:")
        name, messages = self.parse_inline(self.arguments[0], lineno=self.lineno)
        location, equation = (self.env.docname, self.lineno), self.options["equation"]
        LINES.add(self.env, [Line(self.env.docname, location, tuple(name), equation, self.options["code"])])
        place = self.place(equation)
        place["classes"].append("earned")
        return [place, *messages]


class FormulaCard(CardDirective):
    """Lines of the card, from whatever chapters they stand on."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Leave the place open; the labels stand in the body."""
        return [self.place(*" ".join(self.content).split())]


def piece_of(source: Path, dotted: str) -> tuple[Path, Piece | None]:
    """Return the file and the piece of a definition; the piece is None if there is none."""
    path, name = located(source, dotted)
    found = pieces(path) if path.is_file() else []
    return path, next((piece for piece in found if piece.name == name), None)


def report_missing(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of lines without their equation or their code, of equations that two lines have, and of missing lines."""
    labels = {equation.label for equation in EQUATIONS.all(env)}
    lines = LINES.all(env)
    for line in lines:
        if line.equation not in labels:
            warn(f"no equation has the label {line.equation!r}", line.location)
        if piece_of(Path(app.config.rule_source), line.code)[1] is None:
            warn(f"no code is called {line.code!r}", line.location)
    earned = Counter(line.equation for line in lines)
    for line in lines:
        if earned[line.equation] > 1:
            warn(f"the line of {line.equation!r} is earned {earned[line.equation]} times", line.location)
    for shown in SHOWN.all(env):
        for equation in shown.equations:
            if not earned[equation]:
                warn(f"no chapter earns a line with the equation {equation!r}", shown.location)


def warn(message: str, location: tuple[str, int]) -> None:
    """Warn of a line as of any reference that leads nowhere."""
    logger.warning("card: %s", message, location=location, type="ref", subtype="card")


def write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write a page again, when lines have changed, if it shows lines that others earn."""
    source = Path(app.config.rule_source)
    lines = {
        page: [(line.name, line.equation, line.code, piece_of(source, line.code)[1]) for line in earned]
        for page, earned in LINES.by_page(env).items()
    }
    shown = {page: [place.equations for place in places] for page, places in SHOWN.by_page(env).items()}
    numbers = (env.titles, env.toc_secnumbers, env.toc_fignumbers)
    if not has_changed(env, PAGE, lines, shown, EQUATIONS.by_page(env), LISTINGS.by_page(env), *numbers):
        return []
    earned = {line.equation: line.docname for line in LINES.all(env)}
    return [
        docname
        for docname, places in SHOWN.by_page(env).items()
        if any(not shown.equations or {*map(earned.get, shown.equations)} != {docname} for shown in places)
    ]


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the lines in their places, now that every page is read."""
    equations = {equation.label: equation for equation in EQUATIONS.all(app.env)}
    lines = {line.equation: line for line in in_order(app)}
    for place in doctree.findall(nodes.container):
        if "formula-card" not in place["classes"]:
            continue
        if "earned" in place["classes"] and PAGE in app.env.all_docs:
            place.append(nodes.paragraph("", "", *whole_card(app, docname), classes=["card-head"]))
        for label in place["equations"] or lines:
            if label in lines and label in equations:
                place.append(line_of_card(app, lines[label], equations[label], docname))


def whole_card(app: Sphinx, docname: str) -> list[nodes.Node]:
    """Say that a line belongs to the card, and link to all of it."""
    return [
        nodes.Text("For "),
        nodes.reference("", "the card", refuri=app.builder.get_relative_uri(docname, PAGE), internal=True),
    ]


def in_order(app: Sphinx) -> Iterator[Line]:
    """Yield all lines as one earns them."""
    by_page = LINES.by_page(app.env)
    for docname in reading_order(app):
        yield from by_page.get(docname, ())


def line_of_card(app: Sphinx, line: Line, equation: DisplayedEquation, docname: str) -> nodes.container:
    """Make a line: its name, its formula with the check, and where it leads."""
    display = displayed_math(equation.latex, docname=equation.docname, label=equation.label)
    display["check_mark"] = check_mark(equation.checks, equation.source)
    name = nodes.paragraph("", "", *(part.deepcopy() for part in line.name), classes=["card-name"])
    links = [
        to_equation(app, equation, docname),
        *to_chapter(app, equation.docname, docname),
        to_code(app, line, docname),
    ]
    return nodes.container("", name, display, nodes.bullet_list("", *links, classes=["card-links"]))


def to_equation(app: Sphinx, equation: DisplayedEquation, docname: str) -> nodes.list_item:
    """Link to the equation, by its number."""
    return link(app, docname, equation.docname, f"equation-{equation.label}", nodes.Text(number_of(app, equation)))


def to_chapter(app: Sphinx, chapter: str, docname: str) -> list[nodes.list_item]:
    """Link to the chapter that explains the equation, unless it is this one: by its number, or by a page's title."""
    if docname == chapter:
        return []
    number = app.env.toc_secnumbers.get(chapter, {}).get("")
    title = [part.deepcopy() for part in app.env.titles[chapter].children]
    text = [nodes.Text(f"Chapter {'.'.join(map(str, number))}")] if number else title
    return [link(app, docname, chapter, "", *text)]


def to_code(app: Sphinx, line: Line, docname: str) -> nodes.list_item:
    """Link to the listing of the code, or to its source if no page lists it."""
    text = nodes.literal("", "", *breakable(line.code.removeprefix("literate_bp.")).children)
    for listed in LISTINGS.all(app.env):
        if listed.name == line.code:
            return link(app, docname, listed.page, listed.listing, text)
    source = Path(app.config.rule_source)
    path, piece = piece_of(source, line.code)
    page = f"{FOLDER}/{path.relative_to(source).with_suffix('').as_posix()}"
    return link(app, docname, page, f"line-{piece.first if piece else 1}", text)


def link(app: Sphinx, docname: str, page: str, anchor: str, *text: nodes.Node) -> nodes.list_item:
    """Make an entry of the links of a line."""
    address = "" if page == docname else app.builder.get_relative_uri(docname, page)
    reference = nodes.reference("", "", *text, refuri=f"{address}#{anchor}", internal=True)
    return nodes.list_item("", nodes.paragraph("", "", reference))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives, and fill their places when all pages are read."""
    app.add_directive("earned", Earned)
    app.add_directive("formula-card", FormulaCard)
    app.connect("env-check-consistency", report_missing)
    app.connect("env-get-updated", write_again, priority=AFTER_NUMBERS)
    app.connect("doctree-resolved", fill)
    LINES.connect(app)
    SHOWN.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
