"""Keeps the outputs of pages between builds: a file for each page and each state of its cells, in one folder.

A file is written aside and moved into place, so that a build that is ended at any moment leaves none that is broken.
What it says holds for any place of the repository.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cells.reach import Reach, digest
from cells.shell import Cell, Output

KEPT = 4
"""Of how many states of a page's cells the outputs are kept."""


@dataclass(frozen=True)
class PageResult:
    """What the cells of a page have shown, with what they reached, and how the language is called."""

    outputs: list[list[Output]]
    language: dict[str, Any]
    seconds: float
    reach: Reach


class Results:
    """The results in a folder, all made with the same versions of Python and of packages."""

    def __init__(self, folder: Path, versions: str) -> None:
        self.folder, self.versions = folder, versions

    def path(self, page: str, cells: Sequence[Cell]) -> Path:
        """Return the file for the cells of a page."""
        return self.folder / page / f"{digest(json.dumps([self.versions, cells]))}.json"

    def get(self, page: str, cells: Sequence[Cell]) -> PageResult | None:
        """Return what cells showed, if all that they reached is as it was."""
        try:
            known = json.loads(self.path(page, cells).read_text(encoding="utf-8"))
            result = PageResult(**known | {"reach": Reach(**known["reach"])})
        except (OSError, ValueError, TypeError, KeyError):  # none, or of another version of this file
            return None
        return result if result.reach.holds() else None

    def put(self, page: str, cells: Sequence[Cell], result: PageResult) -> None:
        """Keep what cells showed, and no more than a few earlier states of this page."""
        path = self.path(page, cells)
        write(path, asdict(result))
        states = sorted(path.parent.glob("*.json"), key=lambda state: state.stat().st_mtime)
        for old in [*states[:-KEPT], *path.parent.glob("*.tmp")]:
            old.unlink(missing_ok=True)


def write(path: Path, known: object) -> None:
    """Write what is known aside, and move it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".tmp", delete=False, encoding="utf-8") as aside:
        json.dump(known, aside)
    Path(aside.name).replace(path)
