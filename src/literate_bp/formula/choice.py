"""HTML that differs between notations, so that a page can switch.

An element with the class ``n`` belongs to the notations that its ``data-n``
names. The site's style sheet shows those of the chosen notation and hides the
others. Without a style sheet, those of a default notation are visible.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def variants(written: Mapping[str, T], shown: str) -> list[tuple[T, str]]:
    """Give the distinct variants, each with its HTML attributes.

    If all notations agree, there is one variant without attributes.

    Parameters
    ----------
    written : dict
        What each notation writes, by its name.
    shown : str
        The notation that is visible without a style sheet.
    """
    names: dict[T, list[str]] = {}
    for name, each in written.items():
        names.setdefault(each, []).append(name)
    if len(names) == 1:
        return [(each, "") for each in names]
    return [(each, html_attributes(who, shown)) for each, who in names.items()]


def spans(written: Mapping[str, str], shown: str) -> str:
    """Make one span per variant: HTML within a line of text."""
    return "".join(
        f"<span{attributes}>{text}</span>" if attributes else text
        for text, attributes in variants(written, shown)
    )


def html_attributes(names: list[str], shown: str) -> str:
    """Make the attributes of an element that belongs to some notations."""
    hidden = (
        ""
        if shown in names
        else f' style="display:var(--bp-n-{names[0]},none)"'
    )
    return f' class="n" data-n="{" ".join(names)}"{hidden}'
