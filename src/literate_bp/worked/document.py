r"""A document in several formats: text, Markdown, LaTeX and HTML.

A document is a sequence of blocks: headings, paragraphs and tables. They hold
text, formulas, numbers, and blanks to fill in. All formats are written from
the same blocks, so they say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from html import escape
from itertools import groupby
from operator import itemgetter
from textwrap import fill

from .. import validation
from ..formula.letters import SUBSCRIPTS, SUPERSCRIPTS


@dataclass(frozen=True, eq=False, repr=False)
class Math:
    """A formula, in LaTeX and as Unicode text.

    In the place of its LaTeX, it takes what writes that when it is asked for.
    """

    __match_args__ = ("latex", "text")
    writing: str | Callable[[], str]
    text: str

    @cached_property
    def latex(self) -> str:
        """The formula in LaTeX."""
        if isinstance(self.writing, str):
            return self.writing
        return self.writing()

    def __reduce__(self) -> tuple[type[Math], tuple[str, str]]:
        """Let a copy have both texts."""
        return Math, (self.latex, self.text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Math):
            return NotImplemented
        return (self.latex, self.text) == (other.latex, other.text)

    def __hash__(self) -> int:
        return hash((self.latex, self.text))

    def __repr__(self) -> str:
        return f"Math(latex={self.latex!r}, text={self.text!r})"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class NumberText:
    """A number, as text with a proper minus sign."""

    text: str


@dataclass(frozen=True)
class Blank:
    """A place to fill in, some characters wide."""

    width: int = 10


Piece = str | Math | NumberText | Blank
Inline = tuple[Piece, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    content: Inline


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its heading.

    Attributes
    ----------
    caption : str
        What it shows, for screen readers.
    columns : str
        A letter a column: ``s`` for symbols and ``l`` for other short ones,
        ``p`` for formulas, ``n`` for numbers with all their digits and ``r``
        for rounded ones, ``b`` for blanks.
    head : tuple
        The cells of the first row.
    rows : tuple
        The others.
    ids : tuple of str
        What each row is about, for a page: an id, or nothing.
    """

    caption: str
    columns: str
    head: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageBreak:
    """A break: the next block starts a new page."""


Block = Heading | Paragraph | Table | PageBreak
"""One part of a document."""


class Format:
    """The parts that all formats share; this one writes plain text."""

    suffix = "txt"
    between = "\n\n"

    @property
    def also_called(self) -> tuple[str, ...]:
        """What else is typed for its name: the end of its files."""
        return (self.suffix,)

    def inline(self, content: Inline) -> str:
        """Write text, formulas, numbers and blanks in a line."""
        return "".join(map(self.piece, content))

    def piece(self, piece: Piece) -> str:
        """Write text, a formula, a number or a blank."""
        match piece:
            case Blank(width):
                return "_" * width
            case Math(_, text) | NumberText(text) | str(text):
                return text

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Write some blocks."""
        return self.between.join(map(self.block, blocks))

    def block(self, block: Block) -> str:
        """Write one block."""
        match block:
            case Heading(text, level):
                return self.heading(text, level)
            case Paragraph(content):
                return self.paragraph(self.inline(content))
            case Table():
                return self.table(block)
            case PageBreak():
                return "\f"

    def paragraph(self, text: str) -> str:
        """Write a paragraph; in plain text, in lines."""
        return fill(text, 79, break_long_words=False, break_on_hyphens=False)

    def heading(self, text: str, level: int) -> str:
        """Write a heading, underlined."""
        return f"{text}\n{'=-'[level > 1] * len(text)}"

    def table(self, table: Table) -> str:
        """Write a table, its columns side by side."""
        rows = [[*map(self.inline, row)] for row in (table.head, *table.rows)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = (
            "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True))
            for row in rows
        )
        return "\n".join(line.rstrip() for line in lines)

    def document(self, title: str, blocks: Sequence[Block]) -> str:
        """Write a file; the title is one of the blocks."""
        del title
        return self.blocks(blocks) + "\n"


class Markdown(Format):
    """Markdown with formulas between dollars."""

    suffix = "md"

    def piece(self, piece: Piece) -> str:
        """Write a formula between dollars, without bars, which end a cell."""
        if isinstance(piece, Math):
            latex = piece.latex.replace("|", r"\vert ")
            return f"${latex}$"
        return super().piece(piece)

    def paragraph(self, text: str) -> str:
        """Write a paragraph on one line, as a formula does not break."""
        return text

    def block(self, block: Block) -> str:
        """Write one block; a new page is a rule."""
        return "---" if isinstance(block, PageBreak) else super().block(block)

    def heading(self, text: str, level: int) -> str:
        """Write a heading."""
        return f"{'#' * level} {text}"

    def table(self, table: Table) -> str:
        """Write a table between bars."""
        marks = dict.fromkeys("slpb", ":--") | {"n": "--:", "r": "--:"}
        rows = [
            f"| {' | '.join(map(self.inline, row))} |"
            for row in (table.head, *table.rows)
        ]
        rows[0] = rows[0].replace("|  |", "| |")
        rule = f"|{'|'.join(marks[column] for column in table.columns)}|"
        return "\n".join([rows[0], rule, *rows[1:]])


LONGEST_FRACTION = 24
"""The most characters of a fraction that fits into a column."""
MOST_ROWS = 30
"""The most rows that fit on a page."""


@dataclass(frozen=True)
class LatexFormat(Format):
    """A document that pdflatex and lualatex typeset as it stands.

    Attributes
    ----------
    width : float
        How wide the text is, in cm.
    """

    width: float = 17.9
    suffix = "tex"

    def piece(self, piece: Piece) -> str:
        """Write a formula between dollars, and escape text."""
        match piece:
            case Math(latex, text):
                low = with_conditions(with_exponential(latex))
                if len(text) > LONGEST_FRACTION:
                    low = with_slash(low)
                return f"${breakable(low)}$"
            case NumberText(text):
                return f"${latex_number(text)}$"
            case Blank(width):
                return rf"\rule{{{width * 0.27:.1f}cm}}{{0.4pt}}"
            case str(text):
                return "".join(ESCAPED.get(letter, letter) for letter in text)

    def block(self, block: Block) -> str:
        """Write one block."""
        if isinstance(block, PageBreak):
            return r"\clearpage"
        return super().block(block)

    def heading(self, text: str, level: int) -> str:
        """Write a heading without a number."""
        return rf"\{'sub' * (level - 1)}section*{{{self.piece(text)}}}"

    def table(self, table: Table) -> str:
        """Write a table; a long one may go over pages."""
        columns = "".join(self.columns(table))
        head, *rows = (
            rf"{' & '.join(map(self.inline, row))} \\"
            for row in (table.head, *table.rows)
        )
        rule = r"\hline\noalign{\smallskip}"
        if len(rows) > MOST_ROWS:
            start, kind = [head, rule, r"\endhead"], "longtable"
        else:
            start, kind = [head, rule], "tabular"
        lines = [
            rf"\begin{{{kind}}}{{@{{}}{columns}@{{}}}}",
            *start,
            *rows,
            rf"\end{{{kind}}}",
        ]
        return "\n".join(lines)

    def columns(self, table: Table) -> Iterator[str]:
        """Yield the widths of the columns."""
        fixed, share = self.widths(table)
        for letter, width in zip(table.columns, fixed, strict=True):
            match letter:
                case "p":
                    start = r">{\raggedright\arraybackslash}"
                    yield f"{start}p{{{share:.2f}cm}}"
                case "b":
                    yield r">{\high}l"
                case "s" | "n" | "r":
                    side = "l" if letter == "s" else "r"
                    yield f"w{{{side}}}{{{width:.2f}cm}}"
                case _:
                    yield "l"

    def widths(self, table: Table) -> tuple[list[float], float]:
        """Return the fixed widths of columns, and the share of the others.

        Formulas share what the others leave.
        """
        cells = zip(table.head, *table.rows, strict=True)
        fixed = [*map(self.fixed_width, table.columns, cells)]
        left = self.width - sum(fixed) - (len(fixed) - 1) * COLUMN_GAP
        return fixed, left / max(table.columns.count("p"), 1)

    def fixed_width(self, letter: str, cells: Iterable[Inline]) -> float:
        """Return the width of a column in cm; 0 if it shares what is left."""
        contents = [*cells]
        if letter == "b":
            blanks = [p for c in contents for p in c if isinstance(p, Blank)]
            return max(blank.width for blank in blanks) * BLANK_CHARACTER
        if letter not in LEAST_WIDTHS:
            return 0
        widest = max(map(width_of, map(Format().inline, contents)))
        return max(LEAST_WIDTHS[letter], widest)

    def document(self, title: str, blocks: Sequence[Block]) -> str:
        """Write a document to be typeset; on its side, if that is needed."""
        tables = [block for block in blocks if isinstance(block, Table)]
        formulas = [table for table in tables if "p" in table.columns]
        crowded = any(self.widths(each)[1] < LEAST_SHARE for each in formulas)
        if crowded and self.width < LANDSCAPE_WIDTH:
            return replace(self, width=LANDSCAPE_WIDTH).document(title, blocks)
        turned = ", landscape" * (self.width >= LANDSCAPE_WIDTH)
        lines = [
            rf"\documentclass[a4paper{turned}]{{article}}",
            r"\usepackage{amsmath, array, longtable}",
            r"\usepackage[margin=15mm]{geometry}",
            r"\setlength{\parindent}{0pt}",
            r"\setlength{\parskip}{0.4em}",
            r"\setlength{\tabcolsep}{5pt}",
            r"\setlength{\LTleft}{0pt}",
            r"\setlength{\LTpre}{0.2em}",
            r"\setlength{\LTpost}{0.8em}",
            r"\renewcommand{\arraystretch}{1.35}",
            r"\everymath{\displaystyle}",
            r"\newcommand{\high}{\rule[0pt]{0pt}{1.5em}}  % to write in",
            r"\setcounter{LTchunksize}{1000}  % tables in one piece",
            r"\pagestyle{plain}",
            r"\begin{document}",
            r"\small",
            self.blocks(blocks),
            r"\end{document}",
        ]
        return "\n".join(lines) + "\n"


LEAST_WIDTHS = {"s": 1.3, "n": 2.9, "r": 1.8}
"""The least widths of columns of symbols and of numbers, in cm."""
LANDSCAPE_WIDTH = 26.6
"""What the margins leave of a page on its side, in cm."""
LEAST_SHARE = 3.7
"""The least width of a column of formulas, in cm."""
COLUMN_GAP = 0.36
CHARACTER = 0.17
"""The width of a digit, in cm."""
BLANK_CHARACTER = 0.27
"""The width of what is written into a blank with a pen."""
ESCAPED = {
    **{letter: f"\\{letter}" for letter in "_%&#${}"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
"""What is a command of LaTeX, and how it is written as text."""
SCRIPTS_ALONE = "".join((*SUPERSCRIPTS.values(), *SUBSCRIPTS.values()))
POWER_OF_TEN = re.compile(rf"·10([{''.join(SUPERSCRIPTS.values())}]+)")
EXPONENTIAL = re.compile(
    r"(?<![A-Za-z\\])e\^\{((?:[^{}]|\{[^{}]*\})*[_^](?:[^{}]|\{[^{}]*\})*)\}"
)
"""A power of e whose exponent has scripts, which would be very small."""


CASES = re.compile(
    r"\\begin\{cases\} (.*?) & \\text\{if \} (.*?) \\\\ "
    r"(.*?) & \\text\{else\} \\end\{cases\}"
)
"""A choice between two values, which LaTeX writes on two lines."""


def width_of(text: str) -> float:
    """Return about how wide a text is, in cm."""
    scripts = sum(letter in SCRIPTS_ALONE for letter in text)
    return (len(text) - 0.4 * scripts) * CHARACTER


def latex_number(text: str) -> str:
    """Write a number that came in Unicode: −1.5·10⁻⁶."""
    ascii_text = text.replace("\N{MINUS SIGN}", "-")
    return POWER_OF_TEN.sub(
        lambda found: rf" \cdot 10^{{{on_line(found[1])}}}", ascii_text
    )


def on_line(raised: str) -> str:
    """Write raised characters as ordinary ones."""
    return "".join(RAISED[letter] for letter in raised)


def with_exponential(latex: str) -> str:
    """Write exp(z) for a power of e whose exponent has scripts."""
    return EXPONENTIAL.sub(r"\\exp(\1)", latex)


def with_conditions(latex: str) -> str:
    """Write a case distinction on the line, as in words."""
    return CASES.sub(r"(\1 \\text{ if } \2 \\text{ else } \3)", latex)


def with_slash(latex: str) -> str:
    """Write a fraction at the end of a formula on the line, with a slash."""
    before, _, fraction = latex.partition(r"\frac")
    found = FRACTION.fullmatch(fraction)
    if not found:
        return latex
    above, below = map(in_parentheses, found.groups())
    return f"{before}{above}/{below}"


BRACES = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
"""What is in braces, with up to two more pairs inside."""
FRACTION = re.compile(BRACES * 2)
"""Two pairs of braces: what is above, and what is below."""


def in_parentheses(latex: str) -> str:
    """Put a sum or a difference in parentheses of one size."""
    single = not re.search(r" [+-] |^-", latex)
    return latex if single else rf"\bigl({latex}\bigr)"


def breakable(latex: str) -> str:
    """Allow a line break in high parentheses, but not in those of cases."""
    if "cases" in latex:
        return latex
    return latex.replace(r"\left(", r"\Bigl(").replace(r"\right)", r"\Bigr)")


STYLE = """
.worked { font-family: "STIX Two Text", serif; line-height: 1.5; }
.worked table { border-collapse: collapse; margin: 0.5em 0 1.5em; }
.worked caption { position: absolute; clip-path: inset(50%);
  width: 1px; height: 1px; overflow: hidden; }
.worked th, .worked td { padding: 0.25em 0.6em; text-align: left;
  font-weight: normal; border-bottom: 1px solid #8888;
  vertical-align: baseline; white-space: nowrap; }
.worked .lines, .worked .sheet { width: 100%; }
.worked .sheet :is(th, td):nth-child(1) { width: 9%; }
.worked .sheet :is(th, td):nth-child(2) { width: 35%; }
.worked .sheet :is(th, td):nth-child(3) { width: 38%; }
.worked .lines :is(th, td):nth-child(-n+4) { width: 9%; }
.worked .lines :is(th, td):nth-child(5) { padding-left: 1.5em; width: 28%; }
.worked :is(.lines, .sheet) td:nth-child(n+2):not(.number) {
  white-space: normal; }
.worked thead th { font-weight: bold; }
.worked thead :is(i, span) { font-weight: normal; }
.worked sub, .worked sup { font-size: 0.7em; line-height: 0; }
.worked .both { display: inline-flex; flex-direction: column;
  vertical-align: 0.45em; }
.worked .both > * { position: static; line-height: 1; }
.worked .both > sub { order: 1; }
.worked .number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.worked .blank { display: inline-block; min-height: 1.9em; }
.worked .page { break-before: page; border: 0; margin: 3em 0; }
@media screen and (max-width: 40em) {
  .worked table { display: block; overflow-x: auto; }
  .worked :is(.lines, .sheet) :is(tbody, tr) { display: block; }
  .worked :is(.lines, .sheet) thead { position: absolute;
    clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .worked :is(.lines, .sheet) tr { display: grid; gap: 0 0.6em;
    grid-template-columns: minmax(3.4em, auto) 1fr auto auto;
    padding: 0.5em 0; border-bottom: 1px solid #8888; }
  .worked :is(.lines, .sheet) :is(th, td):nth-child(n) { width: auto;
    padding: 0; border: 0; grid-row: 1; min-width: 0; }
  .worked .lines td:nth-child(5), .worked .sheet td:nth-child(2) {
    grid-column: 2 / -1; }
  .worked .lines td:nth-child(6) { grid-area: 2 / 2 / 3 / -1; }
  .worked .lines td:nth-child(n+5)::before { content: "= "; }
  .worked .lines td.number { grid-row: 3; text-align: left; }
  .worked .lines td.number::before { display: block; font-size: 0.8em; }
  .worked .lines td:nth-child(2) { grid-column: 1 / 3; }
  .worked .lines td:nth-child(2)::before { content: "value"; }
  .worked .lines td:nth-child(3)::before { content: "rounded"; }
  .worked .lines td:nth-child(4)::before { content: "carried"; }
  .worked .sheet td:nth-child(2):has(.blank) { border-bottom: 1px dotted; }
  .worked .sheet td:nth-child(3) { grid-area: 2 / 2 / 3 / 4;
    border-bottom: 1px dotted; }
  .worked .sheet td:nth-child(4) { grid-area: 2 / 4; min-width: 4em;
    border-bottom: 1px dotted; }
  .worked .sheet td:nth-child(n+2)::before { display: block;
    font-size: 0.8em; }
  .worked .sheet td:nth-child(2)::before { content: "formula"; }
  .worked .sheet td:nth-child(3)::before { content: "with the numbers"; }
  .worked .sheet td:nth-child(4)::before { content: "result"; }
  .worked .sheet .blank { max-width: 100%; } }
@media print { .worked .page { visibility: hidden; margin: 0; }
  .worked { font-size: 10pt; line-height: 1.3; }
  .worked th, .worked td { padding: 0.15em 0.5em; }
  .worked table, .worked tr { break-inside: avoid; }
  .worked :is(h1, h2, h3, h4), .worked thead { break-after: avoid; } }
""".strip()
"""The style sheet of an HTML document."""


@dataclass(frozen=True)
class Html(Format):
    """HTML that needs nothing else: symbols with <i>, <sub> and <sup>.

    Attributes
    ----------
    classes : dict of str to str
        The class of each symbol, by which a page may color it.
    top : int
        The level of the title.
    """

    classes: Mapping[str, str] = field(default_factory=dict)
    top: int = 1
    suffix = "html"
    between = "\n"

    def piece(self, piece: Piece) -> str:
        """Write text, a formula, a number or a blank."""
        match piece:
            case Math(text=text):
                return self.formula(text)
            case NumberText(text):
                return POWER_OF_TEN.sub(power_html, text)
            case str(text):
                return escape(text)
            case Blank(width):
                style = f"width: {width * 0.6:.1f}em"
                return (
                    '<span class="blank" role="img" aria-label="to fill in" '
                    f'style="{style}"></span>'
                )

    def formula(self, text: str) -> str:
        """Write a formula; each symbol gets its class."""
        parts = self.symbol_pattern.split(text) if self.classes else [text]
        return "".join(
            symbol_html(part, self.classes[part])
            if n % 2
            else formula_html(part)
            for n, part in enumerate(parts)
        )

    @cached_property
    def symbol_pattern(self) -> re.Pattern[str]:
        """A pattern for the symbols that have a class, the longest first.

        They are grouped by their first letters, so that few are compared.
        """
        longest = sorted(self.classes, key=lambda text: (text[0], -len(text)))
        groups = (
            f"{re.escape(letter)}(?:{'|'.join(re.escape(t[1:]) for t in of)})"
            for letter, of in groupby(longest, key=itemgetter(0))
        )
        first = "".join({re.escape(text[0]) for text in longest})
        return re.compile(
            rf"(?=[{first}])(?<![^\W\d_])({'|'.join(groups)})(?![\w⁺])"
        )

    def block(self, block: Block) -> str:
        """Write one block."""
        if isinstance(block, PageBreak):
            return '<hr class="page" />'
        return super().block(block)

    def paragraph(self, text: str) -> str:
        """Write a paragraph."""
        return f"<p>{text}</p>"

    def heading(self, text: str, level: int) -> str:
        """Write a heading."""
        tag = f"h{level + self.top - 1}"
        return f"<{tag}>{escape(text)}</{tag}>"

    def table(self, table: Table) -> str:
        """Write a table whose cells are scoped to rows and columns."""
        head = "".join(
            f"<th{self.number_class(column)} scope='col'>"
            f"{self.inline(cell)}</th>"
            if cell
            else "<td></td>"
            for cell, column in zip(table.head, table.columns, strict=True)
        ).replace("'", '"')
        kinds = [*map(self.number_class, table.columns[1:])]
        ids = table.ids or ("",) * len(table.rows)
        hooks = (f' data-q="{name}"' if name else "" for name in ids)
        rows = (
            f"<tr{hook}>{self.cells(row, kinds)}</tr>"
            for row, hook in zip(table.rows, hooks, strict=True)
        )
        kind = {"b": ' class="sheet"', "n": ' class="lines"'}
        last = kind.get(table.columns[-1], kind.get(table.columns[1], ""))
        return "\n".join(
            [
                f"<table{last}><caption>{escape(table.caption)}</caption>",
                f"<thead><tr>{head}</tr></thead>",
                "<tbody>",
                *rows,
                "</tbody></table>",
            ]
        )

    def cells(self, row: tuple[Inline, ...], kinds: Sequence[str]) -> str:
        """Write the cells of a row; the first is its heading."""
        first, *others = map(self.inline, row)
        cells = (
            f"<td{kind}>{cell}</td>"
            for kind, cell in zip(kinds, others, strict=True)
        )
        return f'<th scope="row">{first}</th>{"".join(cells)}'

    def number_class(self, column: str) -> str:
        """Write the class of a column of numbers."""
        return ' class="number"' if column in "nr" else ""

    def fragment(self, body: str) -> str:
        """Write a part of a page, with its style sheet."""
        style = f"<style>\n{STYLE}\n</style>"
        return f'<div class="worked">\n{style}\n{body}\n</div>'

    def document(self, title: str, blocks: Sequence[Block]) -> str:
        """Write a page."""
        lines = [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8" />',
            '<meta name="viewport" content="width=device-width" />',
            '<meta name="color-scheme" content="light dark" />',
            f"<title>{escape(title)}</title>",
            "</head>",
            "<body>",
            self.fragment(self.blocks(blocks)),
            "</body>",
            "</html>",
        ]
        return "\n".join(lines) + "\n"


FORMATS = {
    "text": Format(),
    "markdown": Markdown(),
    "latex": LatexFormat(),
    "html": Html(),
}
"""Every `Format` by its name."""


def format_of(name: str) -> Format:
    """Return a format by its name."""
    return FORMATS[validation.one_of("format", name, FORMATS)]


RAISED = {small: letter for letter, small in SUPERSCRIPTS.items()}
"""Raised characters, and what they are on the line."""
LOWERED = {small: letter for letter, small in SUBSCRIPTS.items()}
INSIDE = r"(?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*"
"""What is in parentheses, with up to three more pairs inside."""
TOKENS = re.compile(
    rf"(?P<sup>[{''.join(RAISED)}]+)(?P<below>[{''.join(LOWERED)}]+)?"
    rf"|(?P<sub>[{''.join(LOWERED)}]+)(?P<above>[{''.join(RAISED)}]+)?"
    rf"|(?P<name>(?:(?![½{''.join(RAISED)}{''.join(LOWERED)}])[^\W\d_])+)"
    rf"|\^\((?P<raised>{INSIDE})\)|\^(?P<high>\w+)"
    r"|(?<![^\W\d_]{2})_(?P<low>\w+)|(?P<rest>.)",
    re.DOTALL,
)
"""A piece of a text in Unicode: scripts, a name, a power, or one character."""
NUCLEUS = re.compile(
    rf"(∂.*|[^_^{''.join(RAISED)}{''.join(LOWERED)}]*)(.*)", re.DOTALL
)
"""A letter or a whole derivative, and its scripts."""
SCRIPTS = re.compile(rf"[{''.join(RAISED)}]+|[{''.join(LOWERED)}]+")
WORDS = ("ln", "if", "id")
LONGEST_PRODUCT = 2
"""The most letters side by side that are a product, not a name."""


@lru_cache(8192)
def formula_html(text: str) -> str:
    """Write a formula in Unicode as HTML.

    Letters that stand for numbers are italic, names of functions are not.
    """
    return "".join(html_tokens(text))


def power_html(found: re.Match[str]) -> str:
    """Write a power of ten."""
    exponent = on_line(found[1]).replace("-", "\N{MINUS SIGN}")
    return f"·10<sup>{exponent}</sup>"


@lru_cache(8192)
def symbol_html(text: str, css_class: str) -> str:
    """Write a symbol, its letter in a class."""
    # the pattern fits any text, which its type cannot say
    letter, scripts = NUCLEUS.fullmatch(text).groups()  # type: ignore[union-attr]
    written = formula_html(letter)
    if written == italic(letter):
        return f'<i class="{css_class}">{letter}</i>{formula_html(scripts)}'
    return f'<span class="{css_class}">{written}</span>{formula_html(scripts)}'


def html_tokens(text: str) -> Iterator[str]:
    """Write a formula piece by piece."""
    for found in TOKENS.finditer(text):
        part = found[0]
        match found.lastgroup:
            case "sup":
                yield f"<sup>{scripts_html(part, RAISED)}</sup>"
            case "sub":
                yield f"<sub>{scripts_html(part, LOWERED)}</sub>"
            case "above" | "below":
                scripts = "".join(map(formula_html, SCRIPTS.findall(part)))
                yield f'<span class="both">{scripts}</span>'
            case "raised" | "high":
                yield f"<sup>{formula_html(found[found.lastgroup])}</sup>"
            case "low":
                yield f"<sub>{formula_html(found['low'])}</sub>"
            case "name" if part not in WORDS and len(part) <= LONGEST_PRODUCT:
                yield "".join(map(italic, part))
            case _:
                yield escape(part)


def scripts_html(part: str, letters: dict[str, str]) -> str:
    """Write scripts as ordinary letters."""
    on_line = "".join(letters[letter] for letter in part)
    return formula_html(on_line.replace("-", "\N{MINUS SIGN}"))


def italic(letter: str) -> str:
    """Set a letter in italics, unless it is Δ, ∂ or Σ."""
    return letter if letter in "Δ∂Σ" else f"<i>{letter}</i>"
