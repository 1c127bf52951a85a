"""The built book in Debian's Chromium, over HTTP, as readers have it: `nox -s browser`."""

import gzip
import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec

import pytest
from browser import NAMES
from pages import SITE

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]
"""The environment of `nox -s browser` has what these tests need, that of the other tests has not."""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="session")
def address():
    """Where the site is served on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    """Chromium."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium here: install it (on Debian: apt-get install chromium)")
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # which root must not have
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  as above

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=flags)
        yield chromium
        chromium.close()


class Visit:
    """A page that was opened: what it asked for, what the browser said of it, and what it weighs over the wire."""

    def __init__(self, browser, address, name, **look):
        self.context = browser.new_context(bypass_csp=look.pop("bypass_csp", False), **look)
        self.page = self.context.new_page()
        self.said, self.asked = [], []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", lambda response: self.asked.append((response.url, response.status)))
        self.page.on("requestfailed", lambda request: self.asked.append((request.url, 0)))
        self.address = address
        self.page.goto(f"{address}{name}", wait_until="load")
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_timeout(150)

    def __enter__(self):
        """Return the visit."""
        return self

    def __exit__(self, *_):
        """Leave the page."""
        self.context.close()

    def elements(self):
        """Return how many elements the page has."""
        return self.page.evaluate("document.querySelectorAll('*').length")

    def weight(self):
        """Return the bytes over the wire of all that was asked for, where a host compresses what is not compressed."""
        paths = {SITE / url.removeprefix(self.address).partition("?")[0] for url, _ in self.asked}
        return sum(compressed(path) for path in paths if path.is_file())


def compressed(path):
    """Return how many bytes a host sends for a file."""
    data = path.read_bytes()
    return len(data) if path.suffix in {".woff2", ".png"} else len(gzip.compress(data, 9))


@pytest.fixture(scope="session")
def visit(browser, address):
    """Return a function that opens a page."""
    return partial(Visit, browser, address)
