"""The built book in Debian's Chromium, over HTTP, as readers have it: `nox -s browser`."""

import gzip
import io
import threading
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest
from browser import flags, program
from pages import SITE

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]
"""The environment of `nox -s browser` has what these tests need, that of the other tests has not."""


COMPRESSED = {".woff2", ".png", ".whl", ".gz", ".zip"}
"""What a host does not compress again."""


def pytest_addoption(parser):
    """Add the option that has every page seen."""
    parser.addoption("--every-page", action="store_true", help="see all generated pages, and all by Lighthouse")


@cache
def sent(path):
    """Return what a host sends for a file."""
    data = path.read_bytes()
    return data if path.suffix in COMPRESSED else gzip.compress(data, 9, mtime=0)


class Host(SimpleHTTPRequestHandler):
    """Serves files as hosts do, compressed, and says nothing."""

    protocol_version = "HTTP/1.1"

    def send_head(self):
        """Send the head of an answer, and return what follows it."""
        path = Path(self.translate_path(self.path))
        if path.suffix in COMPRESSED or not path.is_file():
            return super().send_head()
        data = sent(path)
        self.send_response(200)
        for name, value in (
            ("Content-Type", self.guess_type(str(path))),
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(data))),
        ):
            self.send_header(name, value)
        self.end_headers()
        return io.BytesIO(data)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="session")
def address():
    """Where the site is served on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    """Chromium."""
    path = program()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  as above

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags())
        yield chromium
        chromium.close()


SHIFTS = """moved = [];
new PerformanceObserver((list) => moved.push(...list.getEntries().map((entry) => entry.value)))
  .observe({ type: "layout-shift", buffered: true });"""


class Visit:
    """A page that was opened: what it asked for, what the browser said of it, and what it weighs over the wire."""

    def __init__(self, browser, address, name, **look):
        look = {"bypass_csp": False, "service_workers": "block"} | look
        self.context = browser.new_context(**look)
        self.page = self.context.new_page()
        self.said, self.asked = [], []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", lambda response: self.asked.append((response.url, response.status)))
        self.page.on("requestfailed", lambda request: self.asked.append((request.url, 0)))
        self.address = address
        self.page.add_init_script(SHIFTS)
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

    def shift(self):
        """Return how far the page moved while it came: what browsers call its cumulative layout shift."""
        return self.page.evaluate("moved.reduce((sum, each) => sum + each, 0)")

    def weight(self):
        """Return the bytes over the wire of all that was asked for, where a host compresses what is not compressed."""
        paths = {SITE / url.removeprefix(self.address).partition("?")[0] for url, _ in self.asked}
        return sum(len(sent(path)) for path in paths if path.is_file())


@pytest.fixture(scope="session")
def visit(browser, address):
    """Return a function that opens a page."""
    return partial(Visit, browser, address)
