"""What notations call an array, or a product of arrays, in a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..formula.expression import Expression
from ..formula.notation import NOTATIONS, Notation, unicode_of
from ..formula.printing import BIG, Bound, Latex
from ..formula.translation import as_it_lies

__all__ = ["in_every_notation", "plain_text"]

TRANSPOSED = re.compile(r"(?:\\,)?\\top\}")


@dataclass(frozen=True)
class OnOneLine(Latex):
    """LaTeX that stands on one line, above a grid."""

    def derivative(self, of: Expression, by: Expression) -> Bound:
        """Write a partial derivative with a slash; in a product, in parentheses."""
        return rf"\partial {self.text(of)}/\partial {self.text(by)}", BIG


def in_every_notation(symbol: str | Expression) -> dict[str, str]:
    """LaTeX of the same numbers by notation: a fixed one is the same in all."""
    if isinstance(symbol, str):
        return dict.fromkeys(NOTATIONS, symbol)
    return {name: latex(symbol, notation) for name, notation in NOTATIONS.items()}


def latex(tree: Expression, notation: Notation) -> str:
    """LaTeX of what a notation writes for the same numbers."""
    return OnOneLine(name=notation.latex).text(as_it_lies(tree, notation))


def plain_text(symbol: str) -> str:
    """Write LaTeX in Unicode, with the sign of a transpose."""
    return unicode_of(TRANSPOSED.sub("}ᵀ", symbol).replace(r"\,", "")).replace("^{}", "")
