"""The description of a diagram: every number that it shows, as text in reading order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

from ...formula.choice import spans
from .quantities import Passes, Quantity, Values, three_digits

__all__ = [
    "Line",
    "Section",
    "activated_error",
    "html",
    "line",
    "magnitudes",
    "numbers",
    "plain",
    "residual_suffix",
    "residual_value",
    "section",
    "target_lines",
    "template",
]

MARKED = re.compile(r"\{(?P<id>[^{}=]*)=(?P<number>[^{}]*)\}")
Line = tuple[str, tuple[Quantity, ...]]
"""The beginning of a sentence, and the quantities that it lists."""


@dataclass(frozen=True)
class Section:
    """A section of the description: a title, and lines of quantities."""

    title: str
    lines: tuple[Line, ...]
    values: Values = "both"

    def sentences(self) -> list[str]:
        """Return one sentence for each line."""
        return [f"{lead}{self.listed(quantities) or 'nothing'}." for lead, quantities in self.lines]

    def listed(self, quantities: tuple[Quantity, ...]) -> str:
        """List the name and the equation of each quantity."""
        return "; ".join(f"{quantity.name} {quantity.equation(self.values)}" for quantity in quantities)


def section(title: str, *lines: Line) -> Section:
    """Make a section of lines."""
    return Section(title, lines)


def line(lead: str, *quantities: Quantity | None) -> Line:
    """Make a line of the quantities that are not None."""
    return lead, tuple(quantity for quantity in quantities if quantity is not None)


# --- HTML --------------------------------------------------------------------


def html(sections: Mapping[str, tuple[Section, ...]], shown: str) -> str:
    """Write a description as HTML, in all notations.

    Parameters
    ----------
    sections : mapping of str to tuple of Section
        The description in each notation. They differ in symbols and signs.
    shown : str
        The notation that is shown if the page does not choose.
    """
    parts = (dict(zip(sections, same, strict=True)) for same in zip(*sections.values(), strict=True))
    return "".join(
        f"<p><strong>{escape(part[shown].title)}</strong></p><ul>{html_lines(part, shown)}</ul>" for part in parts
    )


def html_lines(parts: Mapping[str, Section], shown: str) -> str:
    """Write the lines of a section as list items."""
    lines = (dict(zip(parts, same, strict=True)) for same in zip(*(part.lines for part in parts.values()), strict=True))
    values = parts[shown].values
    return "".join(f"<li{hooks(line[shown], values)}>{html_line(line, shown, values)}</li>" for line in lines)


def hooks(line: Line, values: Values) -> str:
    """Return the ids of the quantities of a line as an attribute, with a dash for one that has none."""
    found = [quantity.hook(values) for quantity in line[1]]
    return f' data-q="{" ".join(each or "-" for each in found)}"' if any(found) else ""


def html_line(lines: Mapping[str, Line], shown: str, values: Values) -> str:
    """Write one line as a sentence."""
    lead, _ = lines[shown]
    each = zip(*(quantities for _, quantities in lines.values()), strict=True)
    text = "; ".join(html_quantity(dict(zip(lines, same, strict=True)), shown, values) for same in each)
    return f"{escape(lead)}{text or 'nothing'}."


def html_quantity(quantities: Mapping[str, Quantity], shown: str, values: Values) -> str:
    """Write a quantity: its name, then its symbol and value in each notation."""
    equations = {name: escape(quantity.equation(values)) for name, quantity in quantities.items()}
    return f"{quantities[shown].name} {spans(equations, shown)}"


# --- parts that several diagrams share ------------------------------------------


def numbers(passes: Passes, *quantities: Quantity) -> str:
    """Return a blank and the values of quantities, to stand behind what they are; nothing if no numbers are shown.

    Each is marked with its id: `plain` removes the marks, and `template` the numbers.
    """
    listed = ", ".join(f"{{{quantity.id}={three_digits(quantity.value)}}}" for quantity in quantities)
    return "" if passes.values == "symbols" else f" {listed}"


def magnitudes(passes: Passes, *errors: Quantity) -> str:
    """Do so for errors, without their signs, which differ between notations."""
    return numbers(passes, *(replace(error, value=abs(error.value), id=f"|{error.id}|") for error in errors))


def plain(marked: str) -> str:
    """Return a sentence with its numbers, which `numbers` has marked."""
    return MARKED.sub(r"\g<number>", marked)


def template(marked: str) -> str:
    """Return the same with an id in braces for each of them."""
    return MARKED.sub(r"{\g<id>}", marked)


def residual_suffix(passes: Passes, layer: int) -> str:
    """Return what follows the name of a layer in a title if it has a residual connection."""
    return ", with a residual connection" if passes.residual(layer) else ""


def residual_value(passes: Passes, layer: int, j: int) -> Quantity | None:
    """Return the value that the residual connection adds to node j, or None if the layer has none."""
    if not passes.residual(layer):
        return None
    value = passes.activated(layer - 1, j)
    return replace(value, name=f"past the layer comes the {value.name}")


def activated_error(passes: Passes, layer: int, j: int) -> Quantity | None:
    """Return the error of an activated value, with a name that mentions the residual connection if there is one."""
    error = passes.activated_error(layer, j)
    if error is None or not passes.residual(layer):
        return error
    return replace(error, name=f"{error.name}, which goes past the layer too,")


def target_lines(passes: Passes) -> list[Line]:
    """Make a line with the target of each output."""
    return [line(f"Output {j}: ", passes.target(j)) for j in passes.nodes(passes.depth)]
