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


class Archives:
    """The archives of a project in a folder, and the file that says what they were made of."""

    def __init__(self, root: Path, folder: Path, known: Path) -> None:
        self.root, self.folder, self.known = root, folder, known
        self.process: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        """Begin to make them, unless they are there as they would be now."""
        self.now = state(self.root)
        known = self.known.read_text(encoding="utf-8") if self.known.exists() else ""
        if len(made(self.folder)) == len(KINDS) and known == self.now:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in made(self.folder):
            path.unlink()
        command = [sys.executable, "-m", "hatchling", "build", "-d", str(self.folder.resolve())]
        out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(command, cwd=self.root, **out)

    def end(self) -> None:
        """Wait until they are there."""
        if self.process is None:
            return
        said, _ = self.process.communicate()
        if self.process.returncode:
            raise ExtensionError(f"the wheel and the source archive could not be made:\n{said}")
        self.known.write_text(self.now, encoding="utf-8")


class WithBuild:
    """Makes them beside a build of the whole site, from a checkout or from a source archive."""

    archives: Archives | None = None

    def begin(self, app: Sphinx) -> None:
        """Begin while pages are read."""
        root = Path(app.confdir).parent
        if app.builder.format == "html" and not app.config.one_page and (root / "pyproject.toml").exists():
            self.archives = Archives(root, Path(app.outdir, FOLDER), Path(app.doctreedir, STATE))
            with writing():
                self.archives.begin()

    def end(self, _app: Sphinx, error: Exception | None) -> None:
        """Have them there when all pages are."""
        if self.archives and not error:
            with writing():
                self.archives.end()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the archives while pages are read and written."""
    archives = WithBuild()
    app.connect("builder-inited", archives.begin)
    app.connect("build-finished", archives.end)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
