"""What a worked example shows: its lines, and their faces in four formats.

With the numbers it is an explanation. With blanks in their place, below what
is given, it is an exercise sheet.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .. import validation
from ..formula.choice import variants
from ..formula.notation import BOOK, NOTATIONS
from .document import (
    Blank,
    Block,
    Figure,
    Heading,
    Html,
    Inline,
    Maths,
    PageBreak,
    Paragraph,
    Table,
    format_of,
)
from .given import Given

HIDDEN = ("values",)
PARTS = {
    "Forward": ("linear", "activated"),
    "The cost": ("cost",),
    "The errors, from the output back": ("activated error", "error"),
    "The steps": ("weight step", "bias step"),
    "The new weights and biases": ("new weight", "new bias"),
    "The cost after the step": ("new cost",),
}
AGAIN = "a second pass forward"


class Told(NamedTuple):
    """How a number is come by, in LaTeX and as Unicode text.

    Attributes
    ----------
    formula, formula_text : str
        The rule, with the indices of this number.
    written, written_text : str
        The same with the numbers in it.
    """

    formula: str = ""
    formula_text: str = ""
    written: str = ""
    written_text: str = ""


NOTHING = Told()


@dataclass(frozen=True)
class Step:
    """One line of the calculation.

    Attributes
    ----------
    symbol, latex : str
        What the number is called, in Unicode and in LaTeX.
    value : float
        The number.
    rounded : float
        The number, rounded once at the end.
    carried : float
        What comes out instead when every earlier line was rounded and carried
        on.
    decimals : int
        To how many decimals the value is rounded.
    quantity : str
        What kind of number it is: ``"linear"``, ``"activated"``, ``"error"``,
        ``"activated error"``, ``"weight step"`` …
    carried_decimals : int
        To how many decimals the carried number is rounded: other than
        `decimals` where a step has fewer digits before its first.
    told : Told
        How it is come by. Empty for the cost after the step, which takes a
        pass of its own.
    """

    symbol: str
    latex: str
    value: float
    rounded: float
    carried: float
    decimals: int
    quantity: str
    carried_decimals: int
    told: Told = NOTHING

    @property
    def formula(self) -> str:
        """The rule for this number, in LaTeX."""
        return self.told.formula

    @property
    def written(self) -> str:
        """How the carried number was come by, in LaTeX.

        The rule with the numbers in it.
        """
        return self.told.written

    @property
    def cells(self) -> tuple[str, str, str]:
        """The value and the roundings as text, with a proper minus sign."""
        texts = (
            f"{self.value:.12g}",
            f"{self.rounded:.{self.decimals}f}",
            f"{self.carried:.{self.carried_decimals}f}",
        )
        value, rounded, carried = (
            text.replace("-", "\N{MINUS SIGN}") for text in texts
        )
        return value, rounded, carried

    @property
    def name(self) -> Inline:
        """The symbol, in a cell."""
        return (Maths(self.latex, self.symbol),)

    @property
    def rule(self) -> Inline:
        """The formula, in a cell."""
        told = self.told
        return (
            (Maths(told.formula, told.formula_text),) if told.formula else ()
        )

    @property
    def substituted(self) -> Inline:
        """The formula with its numbers, in a cell."""
        told = self.told
        if not told.written:
            return (AGAIN,)
        return (Maths(told.written, told.written_text),)


@dataclass(frozen=True)
class Explanation:
    """A whole worked example; print it, or take its `steps`.

    Attributes
    ----------
    steps : tuple of Step
        Its lines.
    given : Given or None
        What it starts from.
    hide : str or None
        ``"values"`` for an exercise sheet with blanks.
    heading : str
        What stands in front of its title.
    again : callable or None
        Takes the name of a notation, and explains the same in it.
    """

    steps: tuple[Step, ...]
    given: Given | None = None
    hide: str | None = None
    heading: str = ""
    again: Callable[[str], "Explanation"] | None = field(
        default=None, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.hide is not None:
            validation.one_of("hide", self.hide, HIDDEN)

    @property
    def solutions(self) -> "Explanation":
        """The same with all its values."""
        return replace(self, hide=None, heading="Solutions: ")

    def only(self, *quantities: str) -> "Explanation":
        """Keep some of the lines.

        Parameters
        ----------
        *quantities : str
            Of which kinds: ``"linear"``, ``"activated"``, ``"cost"``,
            ``"error"``, ``"weight step"`` …
        """
        for quantity in quantities:
            validation.one_of("quantity", quantity, sum(PARTS.values(), ()))
        again = self.again
        return replace(
            self,
            steps=tuple(s for s in self.steps if s.quantity in quantities),
            again=again and (lambda name: again(name).only(*quantities)),
        )

    def in_notation(self, name: str) -> "Explanation":
        """Give the same in another notation.

        Parameters
        ----------
        name : str
            A name in `literate_bp.formula.notation.NOTATIONS`.
        """
        if self.again is None:
            raise ValueError(
                "again is None; what explain gave was expected, which can be "
                "explained again in another notation"
            )
        return replace(self.again(name), hide=self.hide, heading=self.heading)

    @property
    def title(self) -> str:
        """What it is."""
        title = self.given.title if self.given else "One step of training"
        return self.heading + title

    def document(
        self,
        format: str = "text",  # noqa: A002 — what everybody calls it
        *,
        solutions: bool = False,
    ) -> str:
        """Write it as a whole document.

        What is given, how to round, and every line.

        Parameters
        ----------
        format : {"text", "markdown", "latex", "html"}
            LaTeX is a document that pdflatex and lualatex typeset; HTML is a
            page that needs nothing else.
        solutions : bool
            Whether the solutions follow, on a page of their own.
        """
        blocks = self.blocks()
        if solutions:
            blocks += [PageBreak(), *self.solutions.blocks()]
        return format_of(format).whole(self.title, blocks)

    def blocks(self) -> list[Block]:
        """Give all that a document shows."""
        blocks: list[Block] = [Heading(self.title, 1)]
        if self.given:
            blocks += [Heading("Given"), *self.given.blocks()]
            blocks += [Heading("How to round"), *self.given.rounding()]
        if not self.hide:
            blocks += [Heading("How to read the tables"), Paragraph((LEGEND,))]
        for title, quantities in PARTS.items():
            steps = tuple(s for s in self.steps if s.quantity in quantities)
            if steps:
                blocks += [Heading(title), self.table(steps, title)]
        return blocks

    def table(self, steps: tuple[Step, ...], caption: str) -> Table:
        """Show some of the lines."""
        return (blanks if self.hide else filled)(steps, caption)

    def short(self) -> list[Block]:
        """Give what a notebook shows: the lines, and on a sheet all else."""
        if self.hide:
            return self.blocks()
        return [self.table(self.steps, self.title)]

    def __str__(self) -> str:
        return format_of("text").blocks(self.short())

    def _repr_markdown_(self) -> str:
        return format_of("markdown").blocks(self.short())

    def _repr_html_(self) -> str:
        shown = self.given.notation.name if self.given else BOOK.name
        written = {shown: self}
        if self.again:
            written = {name: self.in_notation(name) for name in NOTATIONS}
        bodies = {name: each.body() for name, each in written.items()}
        parts = (
            f"<div{mark}>\n{body}\n</div>" if mark else body
            for body, mark in variants(bodies, shown)
        )
        return Html().part("\n".join(parts))

    def body(self) -> str:
        """Write what a notebook shows as HTML, in this notation alone."""
        kinds = self.given.kinds() if self.given else {}
        return Html(kinds, top=3).blocks(self.short())


LEGEND = (
    "value: nothing was rounded on the way, and twelve digits are shown. "
    "rounded: the value, rounded once. carried: what comes out when every "
    "line was rounded and the rounded number carried on, as on paper; the "
    "last column writes it out."
)


def filled(steps: tuple[Step, ...], caption: str) -> Table:
    """Show lines with all their numbers."""
    with_rules = any(step.rule for step in steps)
    rows = (
        (
            step.name,
            *((Figure(cell),) for cell in step.cells),
            *((step.rule,) if with_rules else ()),
            step.substituted,
        )
        for step in steps
    )
    heads = ["", "value", "rounded", "carried"]
    heads += ["formula"] * with_rules + ["carried, written out"]
    columns = "snrr" + "p" * (1 + with_rules)
    return Table(caption, columns, cells(heads), tuple(rows))


def blanks(steps: tuple[Step, ...], caption: str) -> Table:
    """Show lines with blanks in the place of their numbers."""
    rows = (
        (
            step.name,
            step.rule or ((AGAIN,) if not step.told.written else ()),
            (Blank(24),),
            (Blank(10),),
        )
        for step in steps
    )
    heads = ["", "formula", "with the numbers", "result"]
    return Table(caption, "spbb", cells(heads), tuple(rows))


def cells(texts: list[str]) -> tuple[Inline, ...]:
    """Make cells of texts."""
    return tuple((text,) if text else () for text in texts)
