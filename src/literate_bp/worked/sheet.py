"""A worked example: its lines, written in several formats.

With the numbers it is an explanation. With blanks in their place, below the
givens, it is an exercise sheet; the formulas can be blanks as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .. import validation
from ..display import count
from ..formula.choice import variants
from ..formula.notation import BOOK, NOTATIONS
from ..formula.printing import number_text, plain_number
from .document import (
    Blank,
    Block,
    Heading,
    Html,
    Inline,
    Math,
    NumberText,
    PageBreak,
    Paragraph,
    Table,
    format_of,
)
from .givens import Givens

HIDDEN = ("values", "formulas")
"""What can be hidden: the numbers, or the formulas and the numbers."""
SECTIONS = {
    "Forward": ("linear", "activated"),
    "The cost": ("cost",),
    "The errors, from the output back": (
        "derivative",
        "activated error",
        "error",
    ),
    "The steps": ("weight step", "bias step"),
    "The new weights and biases": ("new weight", "new bias"),
    "Forward again, with the new weights and biases": (
        "new linear",
        "new activated",
    ),
    "The cost after the step": ("new cost",),
}
"""Which lines belong to which part, and its heading."""
WAY_BACK = sum(list(SECTIONS.values())[2:4], ())
"""The quantities that keep significant digits, and should not vanish."""
IDS = {
    "linear": "z",
    "activated": "a",
    "cost": "cost",
    "derivative": "slope",
    "activated error": "da",
    "error": "delta",
    "weight step": "dw",
    "bias step": "db",
}
"""How the ids of numbers in a diagram begin."""
MOST_NAMED = 3
"""How many lines are named of which rounding made 0."""


@dataclass(frozen=True)
class Step:
    """One line of the calculation.

    Attributes
    ----------
    symbol, latex : str
        The symbol of the number, in Unicode and in LaTeX.
    value : float
        The exact number.
    rounded : float
        The exact number, rounded once at the end.
    carried : float
        The number calculated by hand: each earlier result was rounded, and
        the rounded number carried on.
    decimals : int
        How many decimals `rounded` has.
    quantity : str
        The kind of number: ``"linear"``, ``"activated"``, ``"derivative"``,
        ``"error"``, ``"activated error"``, ``"weight step"`` …
    carried_decimals : int
        How many decimals `carried` has. On the way back they may differ from
        `decimals`, as significant digits are kept.
    formula : Math or None
        The rule with the indices of this number, in LaTeX and in Unicode.
    substituted : Math or None
        The same with the carried numbers in it.
    kink : Math or None
        The linear part, if rounding put it on the other side of a kink, so
        that the derivative is another.
    place : tuple of int
        Its layer, and its indices there, counted from 1.
    """

    symbol: str
    latex: str
    value: float
    rounded: float
    carried: float
    decimals: int
    quantity: str
    carried_decimals: int
    formula: Math | None = None
    substituted: Math | None = None
    kink: Math | None = None
    place: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """The id of the number in a diagram; of a step, of the derivative."""
        if self.quantity not in IDS or not self.place:
            return ""
        layer, *nodes = self.place if self.quantity != "cost" else ("",)
        return ".".join([f"{IDS[self.quantity]}{layer}", *map(str, nodes)])

    @property
    def cells(self) -> tuple[str, str, str]:
        """The value and the roundings as text, with a proper minus sign."""
        texts = (
            number_text(self.value),
            number_text(self.rounded, self.decimals),
            number_text(self.carried, self.carried_decimals),
        )
        value, rounded, carried = map(plain_number, texts)
        return value, rounded, carried

    @property
    def vanished(self) -> bool:
        """Whether rounding made 0 of a number on the way back."""
        lost = self.value and not self.carried and not self.kink
        return bool(lost and self.quantity in WAY_BACK)

    @property
    def symbol_cell(self) -> Inline:
        """The symbol, in a cell."""
        return (Math(self.latex, self.symbol),)

    @property
    def formula_cell(self) -> Inline:
        """The formula, in a cell; empty if there is none."""
        return (self.formula,) if self.formula else ()

    @property
    def substituted_cell(self) -> Inline:
        """The formula with its numbers, in a cell; empty if there is none."""
        return (self.substituted,) if self.substituted else ()


@dataclass(frozen=True, repr=False)
class Explanation:
    """A worked example; print it, or take its `steps`.

    Attributes
    ----------
    steps : tuple of Step
        Its lines.
    givens : Givens or None
        What it starts from.
    hide : str or None
        ``"values"`` for an exercise sheet with blanks, ``"formulas"`` for one
        on which the formulas are blanks, too.
    heading : str
        A prefix of its title.
    explain_in : callable or None
        Takes the name of a notation, and returns the same example in it.
    begins : bool
        Whether a sheet begins with its title, what is given and how to round.
    """

    steps: tuple[Step, ...]
    givens: Givens | None = None
    hide: str | None = None
    heading: str = ""
    explain_in: Callable[[str], Explanation] | None = field(
        default=None, repr=False, compare=False
    )
    begins: bool = True

    def __post_init__(self) -> None:
        if self.hide is not None:
            validation.one_of("hide", self.hide, HIDDEN)

    def __repr__(self) -> str:
        lines = count(len(self.steps), "step")
        notation = self.givens.notation.name if self.givens else BOOK.name
        return f"<Explanation: {self.title}, {lines}, notation {notation!r}>"

    @property
    def continued(self) -> Explanation:
        """The same as it goes on: without what a sheet begins with."""
        return replace(self, begins=False)

    @property
    def solutions(self) -> Explanation:
        """The same with all its values shown."""
        return replace(self, hide=None, heading="Solutions: ")

    def only(self, *quantities: str) -> Explanation:
        """Return the same with the lines of some quantities only.

        Parameters
        ----------
        *quantities : str
            The kinds of numbers to keep: ``"linear"``, ``"activated"``,
            ``"cost"``, ``"error"``, ``"weight step"`` …
        """
        for quantity in quantities:
            validation.one_of("quantity", quantity, sum(SECTIONS.values(), ()))
        explain_in = self.explain_in
        return replace(
            self,
            steps=tuple(s for s in self.steps if s.quantity in quantities),
            explain_in=explain_in
            and (lambda name: explain_in(name).only(*quantities)),
        )

    def in_notation(self, name: str) -> Explanation:
        """Return the same in another notation.

        Parameters
        ----------
        name : str
            A name in `literate_bp.formula.notation.NOTATIONS`.
        """
        if self.explain_in is None:
            raise ValueError(
                "explain_in is None; an Explanation that explain returned was "
                "expected, which can be written in another notation"
            )
        found = self.explain_in(name)
        return replace(
            found, hide=self.hide, heading=self.heading, begins=self.begins
        )

    @property
    def title(self) -> str:
        """The sizes of the network, and that it is one step of training."""
        title = self.givens.title if self.givens else "One step of training"
        return self.heading + title

    @property
    def shown(self) -> str:
        """What its lines are about: the parts, or where all are there, all."""
        kinds = {step.quantity for step in self.steps}
        parts = [name for name, of in SECTIONS.items() if kinds & {*of}]
        whole = len(parts) == len(SECTIONS)
        return self.title if whole else "; ".join(parts).capitalize()

    def document(
        self,
        format: str = "text",  # noqa: A002 — what everybody calls it
        *,
        solutions: bool = False,
    ) -> str:
        """Write a document: the givens, how to round, and every line.

        Parameters
        ----------
        format : {"text", "markdown", "latex", "html"}
            LaTeX is a document that pdflatex and lualatex typeset; HTML is a
            page that needs nothing else.
        solutions : bool
            Whether the solutions follow, on a page of their own.
        """
        validation.true_or_false("solutions", solutions)
        examples = [self, self.solutions] if solutions else [self]
        return joint_document(self.title, examples, format)

    def blocks(self) -> list[Block]:
        """Return the blocks of a document."""
        blocks = self.beginning() if self.begins else []
        if not self.hide:
            if notes := self.notes():
                blocks += [Heading("What rounding changes here"), *notes]
            blocks += [Heading("How to read the tables"), Paragraph((LEGEND,))]
        for title, quantities in SECTIONS.items():
            steps = tuple(s for s in self.steps if s.quantity in quantities)
            if steps:
                blocks += [Heading(title), self.table(steps, title)]
        return blocks

    def beginning(self) -> list[Block]:
        """Return the title, what is given, and how to round."""
        blocks: list[Block] = [Heading(self.title, 1)]
        if self.givens:
            formulas = self.hide != "formulas"
            blocks += [
                Heading("Given"),
                *self.givens.blocks(formulas=formulas),
            ]
            blocks += [Heading("How to round"), *self.givens.how_to_round()]
        return blocks

    def notes(self) -> list[Block]:
        """Say where rounding changed more than the last digit.

        It names results, so it is for those who see the numbers.
        """
        kinks = [step.kink for step in self.steps if step.kink]
        lost = [step for step in self.steps if step.vanished]
        notes: list[Block] = []
        if kinks:
            notes.append(Paragraph(("Rounded, ", *listed(kinks), KINKED)))
        if lost:
            symbols = [Math(step.latex, step.symbol) for step in lost]
            notes.append(
                Paragraph(("Rounding made 0 of ", *listed(symbols), LOST))
            )
        return notes

    def table(self, steps: tuple[Step, ...], caption: str) -> Table:
        """Return a table of some of the lines."""
        if not self.hide:
            return solution_table(steps, caption)
        return blank_table(steps, caption, formulas=self.hide == "values")

    def notebook_blocks(self) -> list[Block]:
        """Return what a notebook shows: the lines; of a sheet, everything."""
        if self.hide:
            return self.blocks()
        return [self.table(self.steps, self.shown), *self.notes()]

    def __str__(self) -> str:
        return format_of("text").blocks(self.notebook_blocks())

    def _repr_markdown_(self) -> str:
        return format_of("markdown").blocks(self.notebook_blocks())

    def _repr_html_(self) -> str:
        shown = self.givens.notation.name if self.givens else BOOK.name
        others = NOTATIONS if self.explain_in else (shown,)
        bodies = {
            name: (self if name == shown else self.in_notation(name)).body()
            for name in others
        }
        parts = (
            f"<div{mark}>\n{body}\n</div>" if mark else body
            for body, mark in variants(bodies, shown)
        )
        return Html().fragment("\n".join(parts))

    def body(self) -> str:
        """Write what a notebook shows as HTML, in this notation only."""
        classes = self.givens.symbol_classes() if self.givens else {}
        return Html(classes, top=3).blocks(self.notebook_blocks())


def joint_document(
    title: str,
    examples: Sequence[Explanation],
    format: str = "text",  # noqa: A002 — what everybody calls it
) -> str:
    """Write several worked examples, each on pages of its own.

    Parameters
    ----------
    title : str
        The title of the document; each example has its own as a heading.
    examples : sequence of Explanation
        The examples, in order.
    format : {"text", "markdown", "latex", "html"}
        As for `Explanation.document`.
    """
    blocks: list[Block] = []
    for example in examples:
        blocks += [PageBreak(), *example.blocks()]
    return format_of(format).document(title, blocks[1:])


def listed(symbols: Sequence[Math]) -> Inline:
    """List symbols, the first few by name."""
    pieces: list[str | Math] = []
    for symbol in symbols[:MOST_NAMED]:
        pieces += [", ", symbol]
    more = len(symbols) - MOST_NAMED
    return (*pieces[1:], *([f" and {count(more, 'line')} more"] * (more > 0)))


KINKED = (
    " lies on another side of the kink of its activation than unrounded. So "
    "the derivative is another, and what follows from it differs by more than "
    "rounding. More digits avoid that."
)
LOST = (
    ", which would not be 0 unrounded. What follows from it is lost. More "
    "digits avoid that."
)
LEGEND = (
    "value: nothing was rounded on the way, and twelve digits are shown. "
    "rounded: the value, rounded once. carried: what comes out when every "
    "line was rounded and the rounded number carried on, as on paper. Each "
    "formula is followed by itself with the carried numbers in it."
)
"""How to read the tables, whether their columns stand side by side or not."""


def solution_table(steps: tuple[Step, ...], caption: str) -> Table:
    """Return a table of lines with all their numbers."""
    with_formulas = any(step.formula for step in steps)
    rows = (
        (
            step.symbol_cell,
            *((NumberText(cell),) for cell in step.cells),
            *((step.formula_cell,) if with_formulas else ()),
            *((step.substituted_cell,) if with_formulas else ()),
        )
        for step in steps
    )
    heads = ["", "value", "rounded", "carried"]
    heads += ["formula", "carried, written out"] * with_formulas
    columns = "snrr" + "pp" * with_formulas
    ids = tuple(step.id for step in steps)
    return Table(caption, columns, head_cells(heads), tuple(rows), ids)


def blank_table(
    steps: tuple[Step, ...], caption: str, *, formulas: bool
) -> Table:
    """Return a table of lines with blanks in the place of their numbers."""
    rows = (
        (
            step.symbol_cell,
            step.formula_cell if formulas else (Blank(21),),
            (Blank(24),),
            (Blank(10),),
        )
        for step in steps
    )
    heads = ["", "formula", "with the numbers", "result"]
    columns = "spbb" if formulas else "sbbb"
    return Table(caption, columns, head_cells(heads), tuple(rows))


def head_cells(texts: list[str]) -> tuple[Inline, ...]:
    """Return the cells of the first row."""
    return tuple((text,) if text else () for text in texts)
