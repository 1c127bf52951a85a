r"""A small document, and its four formats: text, Markdown, LaTeX and HTML.

A document is a row of blocks: headings, paragraphs and tables. What stands in
them is text, formulas, numbers, and blanks to fill in. All formats are written
from the same blocks, so they say the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from textwrap import fill

from .. import validation
from ..formula.letters import SUBSCRIPTS, SUPERSCRIPTS


@dataclass(frozen=True)
class Maths:
    """A formula, in LaTeX and as Unicode text."""

    latex: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A number, as text with a proper minus sign."""

    text: str


@dataclass(frozen=True)
class Blank:
    """A place to fill in, some characters wide."""

    width: int = 10


Piece = str | Maths | Figure | Blank
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
    """A table; the first cell of a row says what the row is about.

    Attributes
    ----------
    caption : str
        What it shows, for those who hear it.
    columns : str
        A letter a column: ``s`` for symbols and ``l`` for other short ones,
        ``p`` for formulas, ``n`` for numbers with all their digits and ``r``
        for rounded ones, ``b`` for blanks.
    head : tuple
        The cells of the first row.
    rows : tuple
        The others.
    """

    caption: str
    columns: str
    head: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True)
class PageBreak:
    """What follows starts a page of its own."""


Block = Heading | Paragraph | Table | PageBreak


class Format:
    """What all formats share; this one writes plain text."""

    between = "\n\n"

    def inline(self, content: Inline) -> str:
        """Write what stands in a line."""
        return "".join(map(self.piece, content))

    def piece(self, piece: Piece) -> str:
        """Write text, a formula, a number or a blank."""
        match piece:
            case Blank(width):
                return "_" * width
            case Maths(_, text) | Figure(text) | str(text):
                return text

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Write block after block."""
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

    def whole(self, title: str, blocks: Sequence[Block]) -> str:
        """Write a file; its title stands in one of the blocks, or nowhere."""
        del title
        return self.blocks(blocks) + "\n"


class Markdown(Format):
    """Markdown with formulas between dollars."""

    def piece(self, piece: Piece) -> str:
        """Write a formula between dollars, where no bar ends a cell."""
        if isinstance(piece, Maths):
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


LONGEST = 24
"""A fraction of more characters is wider than a column."""
MOST_ROWS = 30
"""More than fit on a page."""


class Latex(Format):
    """A document that pdflatex and lualatex typeset as it stands."""

    def piece(self, piece: Piece) -> str:
        """Write a formula between dollars, and text without commands."""
        match piece:
            case Maths(latex, text):
                low = on_a_line(latex) if len(text) > LONGEST else latex
                return f"${breakable(low)}$"
            case Figure(text):
                number = text.replace("\N{MINUS SIGN}", "-")
                return f"${number}$"
            case Blank(width):
                return rf"\rule{{{width * 0.27:.1f}cm}}{{0.4pt}}"
            case str(text):
                return re.sub(r"[_%&#$]", r"\\\g<0>", text)

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
        columns = "".join(self.column(each, table) for each in table.columns)
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

    def column(self, letter: str, table: Table) -> str:
        """Write how wide a column is, so that all tables stand in line."""
        share = 0.33 if "b" in table.columns else 0.24
        wide = rf">{{\raggedright\arraybackslash}}p{{{share}\linewidth}}"
        widths = {
            "s": "w{l}{1.3cm}",
            "n": "w{r}{2.9cm}",
            "r": "w{r}{1.8cm}",
            "p": wide,
            "b": r">{\high}l",
        }
        return widths.get(letter, "l")

    def whole(self, title: str, blocks: Sequence[Block]) -> str:
        """Write a document to be typeset."""
        del title
        lines = [
            r"\documentclass[a4paper]{article}",
            r"\usepackage{amsmath, array, longtable}",
            r"\usepackage[margin=15mm]{geometry}",
            r"\setlength{\parindent}{0pt}",
            r"\setlength{\parskip}{0.4em}",
            r"\setlength{\tabcolsep}{4pt}",
            r"\setlength{\LTleft}{0pt}",
            r"\setlength{\LTpre}{0.2em}",
            r"\setlength{\LTpost}{0.8em}",
            r"\renewcommand{\arraystretch}{1.35}",
            r"\everymath{\displaystyle}",
            r"\newcommand{\high}{\rule[0pt]{0pt}{1.5em}}  % to write in",
            r"\setcounter{LTchunksize}{1000}  % no second run is needed",
            r"\pagestyle{plain}",
            r"\begin{document}",
            r"\small",
            self.blocks(blocks),
            r"\end{document}",
        ]
        return "\n".join(lines) + "\n"


def on_a_line(latex: str) -> str:
    """Write a long fraction on one line, which can end, or else low."""
    found = re.fullmatch(r"\\frac\{(.*)\}\{(\w+)\}", latex)
    if found:
        return rf"\bigl({found[1]}\bigr)/{found[2]}"
    return rf"\textstyle {latex}" if r"\frac" in latex else latex


def breakable(latex: str) -> str:
    """Let a line end in high parentheses; those of cases are too high."""
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
@media screen and (max-width: 40em) { .worked .blank { max-width: 3em; }
  .worked thead th { white-space: normal; }
  .worked :is(th, td) { padding-inline: 0.35em; } }
@media print { .worked .page { visibility: hidden; margin: 0; }
  .worked { font-size: 10pt; line-height: 1.3; }
  .worked th, .worked td { padding: 0.15em 0.5em; }
  .worked table, .worked tr { break-inside: avoid; }
  .worked :is(h1, h2, h3, h4), .worked thead { break-after: avoid; } }
""".strip()


@dataclass(frozen=True)
class Html(Format):
    """HTML that needs nothing else: symbols with <i>, <sub> and <sup>.

    Attributes
    ----------
    kinds : dict of str to str
        The class of each symbol, by which a page may color it.
    top : int
        The level of the title.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    top: int = 1
    between = "\n"

    def piece(self, piece: Piece) -> str:
        """Write text, a formula, a number or a blank."""
        match piece:
            case Maths(_, text):
                return self.formula(text)
            case Figure(text) | str(text):
                return escape(text)
            case Blank(width):
                style = f"width: {width * 0.6:.1f}em"
                return (
                    '<span class="blank" role="img" aria-label="to fill in" '
                    f'style="{style}"></span>'
                )

    def formula(self, text: str) -> str:
        """Write a formula; symbols that are known have their class."""
        parts = self.known.split(text) if self.kinds else [text]
        return "".join(
            symbol_of(part, self.kinds[part]) if n % 2 else html_of(part)
            for n, part in enumerate(parts)
        )

    @cached_property
    def known(self) -> re.Pattern[str]:
        """What finds a known symbol: the longest one that fits."""
        longest = sorted(self.kinds, key=len, reverse=True)
        return re.compile(
            rf"(?<![^\W\d_])({'|'.join(map(re.escape, longest))})(?![\w⁺])"
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
        """Write a table whose cells know their row and column."""
        head = "".join(
            f"<th{self.kind(column)} scope='col'>{self.inline(cell)}</th>"
            if cell
            else "<td></td>"
            for cell, column in zip(table.head, table.columns, strict=True)
        ).replace("'", '"')
        rows = (f"<tr>{self.cells(row, table)}</tr>" for row in table.rows)
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

    def cells(self, row: tuple[Inline, ...], table: Table) -> str:
        """Write the cells of a row; the first is what it is about."""
        first, *others = map(self.inline, row)
        kinds = map(self.kind, table.columns[1:])
        cells = (
            f"<td{kind}>{cell}</td>"
            for kind, cell in zip(kinds, others, strict=True)
        )
        return f'<th scope="row">{first}</th>{"".join(cells)}'

    def kind(self, column: str) -> str:
        """Write the class of a column of numbers."""
        return ' class="number"' if column in "nr" else ""

    def part(self, body: str) -> str:
        """Write a part of a page, with its style."""
        style = f"<style>\n{STYLE}\n</style>"
        return f'<div class="worked">\n{style}\n{body}\n</div>'

    def whole(self, title: str, blocks: Sequence[Block]) -> str:
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
            self.part(self.blocks(blocks)),
            "</body>",
            "</html>",
        ]
        return "\n".join(lines) + "\n"


FORMATS = {
    "text": Format(),
    "markdown": Markdown(),
    "latex": Latex(),
    "html": Html(),
}


def format_of(name: str) -> Format:
    """Look a format up by its name, or refuse it."""
    return FORMATS[validation.one_of("format", name, FORMATS)]


RAISED = {small: letter for letter, small in SUPERSCRIPTS.items()}
LOWERED = {small: letter for letter, small in SUBSCRIPTS.items()}
INSIDE = r"(?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*"
"""What stands in parentheses, with up to three more pairs inside."""
TOKENS = re.compile(
    rf"(?P<sup>[{''.join(RAISED)}]+)(?P<below>[{''.join(LOWERED)}]+)?"
    rf"|(?P<sub>[{''.join(LOWERED)}]+)(?P<above>[{''.join(RAISED)}]+)?"
    rf"|(?P<name>(?:(?![½{''.join(RAISED)}{''.join(LOWERED)}])[^\W\d_])+)"
    rf"|\^\((?P<raised>{INSIDE})\)|\^(?P<high>\w+)"
    r"|(?<![^\W\d_]{2})_(?P<low>\w+)|(?P<rest>.)",
    re.DOTALL,
)
NUCLEUS = re.compile(
    rf"(∂.*|[^_^{''.join(RAISED)}{''.join(LOWERED)}]*)(.*)", re.DOTALL
)
"""A derivative as a whole, or a letter, and its scripts."""
SCRIPTS = re.compile(rf"[{''.join(RAISED)}]+|[{''.join(LOWERED)}]+")
WORDS = ("ln", "if")
LONGEST_PRODUCT = 2
"""What is longer is a word too: the name of a function."""


def html_of(text: str) -> str:
    """Write a formula in Unicode as HTML.

    Letters that stand for numbers are slanted, names of functions are not.
    """
    return "".join(tokens_of(text))


def symbol_of(text: str, kind: str) -> str:
    """Write a symbol, its letter in the class of what it stands for."""
    # the pattern fits any text, which its type cannot say
    letter, scripts = NUCLEUS.fullmatch(text).groups()  # type: ignore[union-attr]
    written = html_of(letter)
    if written == slanted(letter):
        return f'<i class="{kind}">{letter}</i>{html_of(scripts)}'
    return f'<span class="{kind}">{written}</span>{html_of(scripts)}'


def tokens_of(text: str) -> Iterator[str]:
    """Write a formula piece by piece."""
    for found in TOKENS.finditer(text):
        part = found[0]
        match found.lastgroup:
            case "sup":
                yield f"<sup>{plain(part, RAISED)}</sup>"
            case "sub":
                yield f"<sub>{plain(part, LOWERED)}</sub>"
            case "above" | "below":
                scripts = "".join(map(html_of, SCRIPTS.findall(part)))
                yield f'<span class="both">{scripts}</span>'
            case "raised" | "high":
                yield f"<sup>{html_of(found[found.lastgroup])}</sup>"
            case "low":
                yield f"<sub>{html_of(found['low'])}</sub>"
            case "name" if part not in WORDS and len(part) <= LONGEST_PRODUCT:
                yield "".join(map(slanted, part))
            case _:
                yield f"{escape(part)}{'<wbr />' if part == ' ' else ''}"


def plain(part: str, letters: dict[str, str]) -> str:
    """Put scripts on the line."""
    on_line = "".join(letters[letter] for letter in part)
    return html_of(on_line.replace("-", "\N{MINUS SIGN}"))


def slanted(letter: str) -> str:
    """Slant a letter, unless it says that there is a difference or a sum."""
    return letter if letter in "Δ∂Σ" else f"<i>{letter}</i>"
