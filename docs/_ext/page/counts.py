"""Adds to a page how many of something there are: {count}`notations` is "nine", and {count}`notations in digits` is 9.

Nothing that can be counted is typed: whoever adds a notation or a chapter need not look for sentences that say how many
there were. {count}`Notations` begins a sentence.
"""

import inspect
from collections.abc import Callable
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

from cells.reach import ROOT
from literate_bp import diagram
from literate_bp.activation import ACTIVATIONS
from literate_bp.cost import COSTS
from literate_bp.formula.notation import NOTATIONS
from literate_bp.formula.signatures import SIGNATURES
from literate_bp.initialization import SCHEMES
from literate_bp.validation import one_of
from literate_bp.worked.document import FORMATS
from page.cells import REACHED
from page.questions import FILE, MORE, groups

DOCS = Path(__file__).parents[2]
DIGITS = " in digits"
COUNTED_IN = {"chapters": DOCS, "questions": FILE}
"""The file or folder that a number is read from, where it is none of the program."""
SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def diagrams() -> int:
    """Count the functions that draw one."""
    drawn = [getattr(diagram, name) for name in diagram.__all__]
    return sum(inspect.get_annotations(each).get("return") == "Picture" for each in drawn)


COUNTS: dict[str, Callable[[], int]] = {
    "activations": lambda: len(ACTIVATIONS),
    "chapters": lambda: len([*DOCS.glob("[0-9][0-9]-*.md")]),
    "costs": lambda: len(COSTS),
    "diagrams": diagrams,
    "formats": lambda: len(FORMATS),
    "notations": lambda: len(NOTATIONS),
    "questions": lambda: sum(len(asked) for group, asked in groups().items() if group != MORE),
    "rules": lambda: len(SIGNATURES),
    "schemes": lambda: len(SCHEMES),
}
"""What pages speak of, and how it is counted."""


def word(number: int) -> str:
    """Write a number below a hundred as a word, and others in digits."""
    if number < len(SMALL):
        return SMALL[number]
    tens, ones = divmod(number, 10)
    if tens > len(TENS) + 1:
        return str(number)
    return TENS[tens - 2] + (f"-{SMALL[ones]}" if ones else "")


def counted(text: str) -> str:
    """Write how many there are of what a role names."""
    name = text.removesuffix(DIGITS)
    number = COUNTS[one_of("count of", name.lower(), COUNTS)]()
    if text.endswith(DIGITS):
        return str(number)
    return word(number).capitalize() if name[:1].isupper() else word(number)


class Count(SphinxRole):
    """The role `count`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write the number; a name that counts nothing is an error at its place."""
        if source := COUNTED_IN.get(self.text.removesuffix(DIGITS).lower()):
            REACHED.add(self.env, [source.relative_to(ROOT).as_posix()])  # Sphinx takes a folder for one that is gone
        try:
            return [nodes.Text(counted(self.text))], []
        except ValueError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the role."""
    app.add_role("count", Count())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
