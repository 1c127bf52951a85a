"""What differs between notations, each with its mark; a page can choose.

Whatever has the class ``n`` belongs to the notations that ``data-n`` names.
The style sheet of a site shows those of the chosen notation and hides the
others. Where there is no such sheet, those of the call are shown.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

Variant = TypeVar("Variant", bound=Hashable)


def variants(
    written: Mapping[str, Variant], shown: str
) -> list[tuple[Variant, str]]:
    """Give what notations write, each once with its mark.

    There is no mark if they agree.

    Parameters
    ----------
    written : dict
        What each notation writes, by its name.
    shown : str
        The notation that is shown where no style sheet chooses.
    """
    names: dict[Variant, list[str]] = {}
    for name, each in written.items():
        names.setdefault(each, []).append(name)
    if len(names) == 1:
        return [(each, "") for each in names]
    return [(each, html_attributes(who, shown)) for each, who in names.items()]


def spans(written: Mapping[str, str], shown: str) -> str:
    """Write what notations write, as HTML in a line of text."""
    return "".join(
        f"<span{attributes}>{text}</span>" if attributes else text
        for text, attributes in variants(written, shown)
    )


def html_attributes(names: list[str], shown: str) -> str:
    """Write the attributes of what belongs to some notations."""
    hidden = (
        ""
        if shown in names
        else f' style="display:var(--bp-n-{names[0]},none)"'
    )
    return f' class="n" data-n="{" ".join(names)}"{hidden}'
