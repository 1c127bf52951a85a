"""Adds nothing by itself: what the checks of a rule came to, kept while every file of the package is as it was.

SymPy alone takes longer to load than a page to be read. A check that fails is not kept.
"""

import json
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path

import literate_bp
from cells.reach import digest
from cells.results import write
from literate_bp.proof.check import Check

FOLDER = "checks"
"""In the folder that has the outputs of cells."""


def checks(rule: str, kept: Path, versions: str) -> tuple[Check, ...]:
    """Return what `literate_bp.proof.proof.checks_of` does, from the folder where it was kept if it still holds."""
    path = kept / FOLDER / f"{rule}.json"
    with suppress(OSError, ValueError, TypeError, KeyError):  # none, or of another version of this file
        known = json.loads(path.read_text(encoding="utf-8"))
        if known["state"] == state(versions):
            return tuple(Check(**check) for check in known["checks"])
    from literate_bp.proof.proof import checks_of  # noqa: PLC0415  SymPy takes long, and few builds need it

    found = checks_of(rule)
    write(path, {"state": state(versions), "checks": [asdict(check) for check in found]})
    return found


@cache
def state(versions: str) -> str:
    """Return the digest of all files of the package, and of the versions of what it uses."""
    files = (path for path in Path(literate_bp.__file__).parent.rglob("*") if path.is_file())
    source = sorted((str(path), digest(path.read_bytes())) for path in files if "__pycache__" not in path.parts)
    return digest(json.dumps([versions, [content for _, content in source]]))
