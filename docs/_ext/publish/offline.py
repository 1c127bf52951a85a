"""Adds a service worker, `worker.js` at the top of the site: a browser that has seen one page keeps the whole book.

It names each file with a short digest of its content, and its version is a digest of them all. So a build that changes
a page makes another worker, which asks for that page alone, and a build that changes nothing makes the same one.
"""

import json
import re
from hashlib import sha256
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from page.incremental import writing
from program.source_pages import FOLDER as SOURCES
from publish.letters import FOLDER as LETTERS

WORKER = "worker.js"
SOURCE = Path(__file__).with_name(WORKER)
LIMIT = 6 * 10**6
"""How many bytes a browser may have to fetch for the whole book, compressed."""
SEEN = f"{SOURCES}/"
"""The beginning of the addresses of what is kept when it has been seen: listings of the whole program, file by file."""
LEFT_OUT = (
    "get/",
    "_previews/",
    "_sources/",
    "objects.inv",
    "robots.txt",
    "sitemap.xml",
    "llms",
    "_headers",
    ".",
    WORKER,
)
"""What no page shows: downloads of the whole book, and what programs ask for; the beginnings of their addresses."""
UNASKED = re.compile(
    r"^(?!_static/live/).*\.(?:md|map|ipynb|py)$"
    r"|^_static/(?!fonts/|live/|site-|(?:missing|moved|notation)\.|[\w-]+\.svg$)"
)
"""What pages do not ask for: their other forms, and what is joined to one sheet and one script. Live figures ask for
the rules."""
SIMPLER = {"searchindex.js"}
"""What the search needs where there is no host; there is one where a worker is."""
STATE = re.compile(rf'data-letters="(?:\.\./)*(?P<page>{LETTERS}/[^"]*)" data-state="(?P<state>[^"]*)"')


def kept(site: Path) -> dict[str, Path]:
    """Return the files that a browser keeps, by their addresses."""
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    return {name: files[name] for name in sorted(files) if is_kept(name)}


def is_kept(name: str) -> bool:
    """Whether a browser keeps the file at an address."""
    return not UNASKED.search(name) and not name.startswith(LEFT_OUT) and name not in SIMPLER


def digest(content: bytes) -> str:
    """Return a short name for a content."""
    return sha256(content).hexdigest()[:8]


def states(files: dict[str, Path]) -> dict[str, str]:
    """Return the state of its page that each file of letters belongs to."""
    found = {}
    for path in (path for name, path in files.items() if name.endswith(".html")):
        if page := STATE.search(path.read_text(encoding="utf-8")[:1000]):
            found[page["page"]] = page["state"]
    letters = (name for name in files if name.startswith(f"{LETTERS}/"))
    return {name: found[page] for name in letters if (page := re.sub(r"\.\w+\.js$", "", name)) in found}


def worker(files: dict[str, Path]) -> str:
    """Write the worker that keeps these files."""
    contents = {name: digest(path.read_bytes()) for name, path in files.items()}
    text = SOURCE.read_text(encoding="utf-8")
    version = digest(json.dumps(contents).encode() + text.encode())
    known = {"VERSION": version, "FILES": contents, "LETTERS": states(files), "SEEN": SEEN}
    lines = (f"const {name} = {json.dumps(value, separators=(',', ':'))};\n" for name, value in known.items())
    return "".join(lines) + text


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the worker at the end of a build of the whole site that wrote a page."""
    target = Path(app.outdir, WORKER)
    if error or app.builder.format != "html" or app.config.one_page:
        return
    if getattr(app.builder, "idle", False) and target.exists():
        return
    with writing():
        target.write_text(worker(kept(Path(app.outdir))), encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write the worker when all else is there."""
    app.connect("build-finished", write, priority=990)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
