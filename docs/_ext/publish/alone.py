"""What cells use of the site where there is none: notebooks and scripts carry this file behind `proof.comparison`."""

from typing import Any

from proof.comparison import compare

GLUED: dict[str, Any] = {}
"""The values that sentences of the page have, by their names."""


def glue(name: str, value: Any, **_: Any) -> None:
    """Keep a value, which the sentences already have."""
    GLUED[name] = value


def claim(
    name: str, values: Any, *, of: str, holds_for: Any = "all", equals: Any = None, within: float = 0.0, **bounds: Any
) -> None:
    """Check what a sentence says, and stop if it does not hold."""
    found = compare(name, values, bounds, equals, within, of, holds_for)
    if not found.holds:
        raise AssertionError(f"claim {name!r} does not hold: {found.holding} of {len(found.found)} {of} are as it says")
