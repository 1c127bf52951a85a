"""Adds the package itself to the site: its wheel and its source archive, made of the files that the site is made of.

They have the same bytes wherever they are made, and are made again when a file that is in them has changed.
"""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from page.incremental import writing

FOLDER = "get"
KINDS = ("*.whl", "*.tar.gz")
LEFT_OUT = {"_build", "__pycache__", "node_modules"}
STATE = "archived"
"""The file that says what the archives were made of."""


def wheel(version: str) -> str:
    """Return where the site has the wheel of a version."""
    return f"{FOLDER}/literate_bp-{version}-py3-none-any.whl"


def files(root: Path) -> Iterator[Path]:
    """Yield the files that may be in the archives of a project."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    yield root / "pyproject.toml"
    for pattern in project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]:
        for path in sorted(root.glob(pattern.lstrip("/"))):
            yield from sorted(below(path)) if path.is_dir() else [path]


def below(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in LEFT_OUT:
            yield from below(path)
        elif path.is_file():
            yield path


def state(root: Path) -> str:
    """Return a name for the state of these files, and of what makes the archives: Python, and what they name."""
    digest = sha256(f"{sys.version} {sys.prefix} {os.environ.get('BOOK_REPOSITORY')}".encode())
    for path in files(root):
        digest.update(f"\n{path.relative_to(root).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def made(folder: Path) -> list[Path]:
    """Return the archives in a folder."""
    return [path for kind in KINDS for path in folder.glob(kind)]


def make(root: Path, folder: Path, known: Path) -> None:
    """Make the archives of a project in a folder, unless they are there as they would be now."""
    now = state(root)
    if len(made(folder)) == len(KINDS) and known.exists() and known.read_text(encoding="utf-8") == now:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for path in made(folder):
        path.unlink()
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder.resolve())]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if result.returncode:
        message = f"the wheel and the source archive could not be made:\n{result.stdout}{result.stderr}"
        raise ExtensionError(message)
    known.write_text(now, encoding="utf-8")


def add(app: Sphinx, error: Exception | None) -> None:
    """Make them with a build of the whole site, where it is built from a checkout or from a source archive."""
    root = Path(app.confdir).parent
    if error or app.builder.format != "html" or app.config.one_page or not (root / "pyproject.toml").exists():
        return
    with writing():
        make(root, Path(app.outdir, FOLDER), Path(app.doctreedir, STATE))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the archives when all pages are there."""
    app.connect("build-finished", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
