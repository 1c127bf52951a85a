"""The built book in Debian's Chromium, over HTTP, as readers have it: `nox -s browser`."""

import gzip
import io
import threading
import time
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest
from browser import flags, program, shell
from pages import SITE
from sweeps import one_in

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]
"""The environment of `nox -s browser` has what these tests need, that of the other tests has not."""


COMPRESSED = {".woff2", ".png", ".whl", ".gz", ".zip"}
"""What a host does not compress again."""


def pytest_addoption(parser):
    """Add the option that has every page seen."""
    parser.addoption("--every-page", action="store_true", help="see all generated pages, and all by Lighthouse")


LONGEST = ("test_downloads", "whole_book_is_kept", "ten_thousand", "there_soon_on_a_phone", "whatever_is_changed")
"""Which tests come first, in this order, so that no processor ends with one of them while the others have none left.

Those of the first file stand together: the processor that begins with them makes once what they all look at.
"""


def pytest_collection_modifyitems(config, items):
    """Take one test in so many, if that is asked for, and begin with what takes longest."""
    if number := config.getoption("--one-in"):
        here = [item for item in items if Path(__file__).parent in item.path.parents]
        left_out = {*here} - {*one_in(number, here)}
        config.hook.pytest_deselected(items=[*left_out])
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: next((at for at, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST)))


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


AS_DEBIAN_DRAWS = "--font-render-hinting=slight"
"""How letters are fitted to pixels: the whole browser asks the machine, and the other one does not."""


@pytest.fixture(scope="session")
def playwright():
    """What starts browsers and speaks with them."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  as above

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright):
    """Chromium as readers have it: where a browser prints, and where it keeps a site."""
    browser = playwright.chromium.launch(executable_path=program(), args=flags())
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser(playwright):
    """Chromium without what stands around a page, where it is installed: it shows the same in half the time."""
    browser = playwright.chromium.launch(executable_path=shell(), args=[*flags(), AS_DEBIAN_DRAWS])
    yield browser
    browser.close()


SHIFTS = """moved = [];
new PerformanceObserver((list) => moved.push(...list.getEntries().map((entry) => entry.value)))
  .observe({ type: "layout-shift", buffered: true });"""


AT_ONCE = """{
  const later = window.setTimeout;
  window.setTimeout = (call, after, ...given) => after >= 3000 ? 0 : later(call, after, ...given);
}"""
"""What a page would do when it has been there for a while is not done: on a busy machine it would come too early."""
WINDOW = {"width": 1280, "height": 720}
AS_IT_COMES = dict.fromkeys(("media", "color_scheme", "reduced_motion", "forced_colors"), "null")
"""What a page asks a browser about its reader, as the browser answers by itself."""
SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await document.fonts.ready;
  for (let frames = 0; frames < 3; frames++) await frame(); // what watches sizes has seen them, and has answered
  await Promise.allSettled(document.getAnimations().map((each) => each.finished));
}"""


class Tab:
    """A tab for one visit after another, each as a first one: to open a tab takes longer than to open a page in it.

    Fonts come `late` in it, by so many seconds each.
    """

    def __init__(self, browser, late=0, **look):
        self.context = browser.new_context(service_workers="block", **look)
        self.page = self.context.new_page()
        self.session = self.context.new_cdp_session(self.page)
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.said, self.asked = [], []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", lambda response: self.asked.append((response.url, response.status)))
        self.page.on("requestfailed", lambda request: self.asked.append((request.url, 0)))
        self.page.add_init_script(SHIFTS)
        if late:
            self.page.route("**/*.woff2", lambda route: (time.sleep(late), route.continue_()))

    def leave(self):
        """Leave the page, and all that it has kept."""
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.page.goto("about:blank")
        self.page.mouse.move(-1, -1)
        self.said, self.asked = [], []


class Visit:
    """A page that was opened: what it asked for, what the browser said of it, and what it weighs over the wire.

    It is weighed `alone`, in a tab of its own: what a browser asks for depends on the pages that a tab had before.
    """

    def __init__(self, tabs, browser, address, name, *, viewport=WINDOW, alone=False, **look):
        media = {each: look.pop(each) for each in AS_IT_COMES if each in look}
        self.alone = alone
        self.tabs, self.kind, self.address = {} if alone else tabs, tuple(look.items()), address
        if self.kind not in self.tabs:
            self.tabs[self.kind] = Tab(browser, **look)
        self.tab = self.tabs[self.kind]
        self.page, self.said, self.asked = self.tab.page, self.tab.said, self.tab.asked
        if alone:
            self.page.add_init_script(AT_ONCE)
        self.page.set_viewport_size(viewport)
        self.page.emulate_media(**AS_IT_COMES | media)
        self.page.goto(f"{address}{name}", wait_until="load")
        self.settle()

    def __enter__(self):
        """Return the visit."""
        return self

    def __exit__(self, failed, *_):
        """Leave the page; what has failed there may have left the tab in any state."""
        if failed or self.alone:
            self.tabs.pop(self.kind).context.close()
        else:
            self.tab.leave()

    def settle(self):
        """Wait until fonts are there, and all that follows from an opening, or from a change, has happened."""
        self.page.evaluate(SETTLED)

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
    return partial(Visit, {}, browser, address)


@pytest.fixture(scope="session")
def visit_in_chromium(chromium, address):
    """Return a function that opens a page in the whole browser."""
    return partial(Visit, {}, chromium, address)
