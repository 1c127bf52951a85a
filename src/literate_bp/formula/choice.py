"""What differs between notations, each with its mark; a page can choose.

Whatever has the class ``n`` belongs to the notations that ``data-n`` names.
The style sheet of a site shows those of the chosen notation and hides the
others. Where there is no such sheet, those of the call are shown.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

Written = TypeVar("Written", bound=Hashable)


def choices(
    written: Mapping[str, Written], shown: str
) -> list[tuple[Written, str]]:
    """Give what notations write, each once with its mark.

    There is no mark if they agree.

    Parameters
    ----------
    written : dict
        What each notation writes, by its name.
    shown : str
        The notation that is shown where no style sheet chooses.
    """
    names: dict[Written, list[str]] = {}
    for name, each in written.items():
        names.setdefault(each, []).append(name)
    if len(names) == 1:
        return [(each, "") for each in names]
    return [(each, mark(who, shown)) for each, who in names.items()]


def spans(written: Mapping[str, str], shown: str) -> str:
    """Write what notations write, as HTML in a line of text."""
    return "".join(
        f"<span{mark}>{text}</span>" if mark else text
        for text, mark in choices(written, shown)
    )


def mark(names: list[str], shown: str) -> str:
    """Write the attributes of what belongs to some notations."""
    hidden = (
        ""
        if shown in names
        else f' style="display:var(--bp-n-{names[0]},none)"'
    )
    return f' class="n" data-n="{" ".join(names)}"{hidden}'
