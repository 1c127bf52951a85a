"""The path of an outline in SVG, each step from where the last one ended: the shortest way to write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def relative_path(commands: Iterable[tuple[str, list[int]]], written: Callable[[int], str] = str) -> str:
    """Write a path with relative coordinates.

    Parameters
    ----------
    commands : iterable of (str, list of int)
        SVG's letter of each part, and its absolute coordinates: x, y, x, y …
    written : callable
        Writes a coordinate.
    """
    parts, position, start = [], (0, 0), (0, 0)
    for command, numbers in commands:
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        steps = [step for x, y in points for step in (x - position[0], y - position[1])]
        parts.append(command.lower() + " ".join(map(written, steps)))
        position = points[-1] if points else start
        start = position if command == "M" else start
    return "".join(parts).replace(" -", "-")
