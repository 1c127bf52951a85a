"""Adds nothing by itself: MathML without the rows that group nothing, a third of the elements of a formula."""

from collections.abc import Iterable
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

ROWS = {"math", "mrow", "mtd", "msqrt", "mstyle", "mpadded"}
"""The elements whose children stand in a row."""


def without_needless_rows(mathml: str) -> str:
    """Return a formula as one element, in which a row is left where it groups, has a name, or limits what stretches."""
    formula = ET.fromstring(mathml)  # noqa: S314  Temml wrote it
    simplify(formula)
    if len(formula) != 1:
        row = Element("mrow")
        row[:], formula[:] = [*formula], [row]
    return ET.tostring(formula, encoding="unicode", short_empty_elements=False)


def simplify(element: Element) -> None:
    """Take needless rows out of an element, those deep in it first."""
    for child in element:
        simplify(child)
    element[:] = [part for child in element for part in parts(child, element)]
    if element.tag == "mtd" and len(element) == 1 and is_plain(element[0]):
        element[:] = [*element[0]]


def parts(child: Element, parent: Element) -> Iterable[Element]:
    """Return what stands in the place of a child: itself, the one element in it, or the elements of its row."""
    if not is_plain(child):
        return [child]
    in_row = parent.tag in ROWS
    if len(child) == 1 or (in_row and (len(child) == 0 or is_fenced(child))):
        return [*child]
    return [child]


def is_plain(element: Element) -> bool:
    """Whether an element is a row without attributes."""
    return element.tag == "mrow" and not element.attrib


def is_fenced(row: Element) -> bool:
    """Whether a row stands between fences that do not stretch: what is beside an operator in it stays the same."""
    first, last = row[0], row[-1]
    return all(
        each.tag == "mo" and each.get("form") == form and each.get("stretchy") == "false"
        for each, form in ((first, "prefix"), (last, "postfix"))
    )
