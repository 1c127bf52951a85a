"""Say on the terminal that a page is still being read, every five seconds: its cells run, and `-q` hides the rest."""

import sys
import threading
from time import monotonic

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

EVERY = 5.0


class Watch:
    """A clock beside the page that is being read."""

    def __init__(self, every: float = EVERY) -> None:
        self.every = every
        self.read = threading.Event()

    def begin(self, _app: Sphinx, docname: str, _source: list[str]) -> None:
        """Start to watch a page, and no other one."""
        self.read.set()
        self.read = threading.Event()
        threading.Thread(target=self.tick, args=(docname, self.read), daemon=True).start()

    def tick(self, docname: str, read: threading.Event) -> None:
        """Say how long it has taken, until it has been read."""
        start = monotonic()
        while not read.wait(self.every):
            sys.stderr.write(f"{docname}: still being read after {monotonic() - start:.0f} s\n")
            sys.stderr.flush()

    def end(self, _app: Sphinx, _doctree: nodes.document | Exception | None) -> None:
        """Stop to watch: the page has been read, or the build is over."""
        self.read.set()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Watch every page."""
    watch = Watch()
    app.connect("source-read", watch.begin)
    app.connect("doctree-read", watch.end)
    app.connect("build-finished", watch.end)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
