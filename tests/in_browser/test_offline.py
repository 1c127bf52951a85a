"""The book without a network: what is kept after one visit, that nothing of it is stale, and how it is removed."""

import gzip
import re
import shutil
import sys
import threading

import pytest
from pages import HERE, SITE

from publish.offline import LIMIT, SEEN, kept, worker

sys.path.insert(0, str(HERE / "tools"))
import serve

UNDER = "book/one"
VISITED = (
    *("", "01-why.html", "07-worked-example.html", "11-vanishing.html", "reference/glossary.html", "genindex.html"),
    *("reference/api/modules/node.html", "teachers.html", "made/formula.html", "reference/activations.html"),
)
LONG = 180_000
FEW = re.compile(r"0[1-3]-|(?:index|search|reference/get-the-book)\.html|_static/|_scripts/|_letters/03-")
"""A part of the book, where it matters what is kept and not how much."""


@pytest.fixture
def browser(chromium):
    """The whole browser: it is the one that keeps a site."""
    return chromium


@pytest.fixture
def site(tmp_path):
    """A copy of a part of the book, which a test may change, with a worker that keeps it."""
    for name in (name for name in kept(SITE) if FEW.match(name)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SITE / name, tmp_path / name)
    write_worker(tmp_path)
    return tmp_path


def write_worker(site):
    """Write the worker, as a build does at its end."""
    (site / "worker.js").write_text(worker(kept(site)), encoding="utf-8")


def kept_at_once(site):
    """Return the names of the files that one visit keeps."""
    return [name for name in kept(site) if not name.startswith(SEEN)]


KEPT = "(name) => caches.open(name).then((cache) => cache.keys()).then((keys) => keys.length)"
"""How many files are kept under a name, their list among them."""


WORKERS = """workers = 0;
const { register } = ServiceWorkerContainer.prototype;
ServiceWorkerContainer.prototype.register = function (...asked) { workers++; return register.apply(this, asked); };"""
"""Count how often a page asks for a worker."""


class Reader:
    """A reader of a site that is served below a path."""

    def __init__(self, browser, folder, **look):
        self.server = serve.Site(folder, 0, UNDER, quiet=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.context = browser.new_context(**look)
        self.page = self.context.new_page()
        self.page.clock.install(time=0)
        self.page.add_init_script(WORKERS)

    def __enter__(self):
        """Begin."""
        return self

    def __exit__(self, *_):
        """Leave, and end the server."""
        self.context.close()
        self.server.shutdown()
        self.server.server_close()

    def open(self, name=""):
        """Open a page, and return what the browser makes of it."""
        self.page.goto(f"{self.server.address}{name}")
        return self.page

    def later(self):
        """Let the page do at once what it would do after a while."""
        self.page.clock.fast_forward(60_000)

    def wait(self, wanted, arg=None):
        """Wait until an expression, or what it promises, is true."""
        for _ in range(LONG // 50):
            if self.page.evaluate(wanted, arg):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(wanted)

    def wait_until_kept(self):
        """Wait until the worker has what it keeps, and takes over."""
        self.later()
        self.wait("navigator.serviceWorker.controller !== null")

    def wait_until_gone(self, name):
        """Wait until the browser keeps something else than this."""
        self.later()
        self.wait("async (name) => !(await caches.has(name))", name)

    def wait_until_seen(self):
        """Wait until the page is kept that is seen."""
        self.wait("async () => Boolean(await caches.match(location.href))")

    def workers(self):
        """Return how often the page has asked for a worker."""
        return self.page.evaluate("workers")

    def caches(self):
        """Return the names of what the browser keeps."""
        return self.page.evaluate("caches.keys()")


def bypassing(browser, folder, **look):
    """Return a reader whose page a test may ask for anything; the policy has its own tests."""
    return Reader(browser, folder, bypass_csp=True, **look)


def test_the_whole_book_is_kept_after_one_visit_with_its_search_and_another_notation(browser):
    with bypassing(browser, SITE) as reader:
        reader.open("03-node-backward.html")
        reader.wait_until_kept()
        reader.context.set_offline(True)
        for name in VISITED:
            page = reader.open(name)
            assert page.inner_text("h1"), name
            page.evaluate("document.fonts.ready")
            assert (
                page.evaluate("[...document.images].filter((each) => each.complete && !each.naturalWidth).length") == 0
            )
            assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--book-lines')") != ""
        page = reader.open("07-worked-example.html")
        page.select_option(".notation-content select", "nielsen")
        page.wait_for_selector("html[data-notation=nielsen]", state="attached")
        page = reader.open("search.html?q=transpose")
        page.wait_for_selector(".search-found > li")
        assert "08-matrices.html#q-transpose" in page.content()


def test_the_whole_book_is_small_enough_to_keep():
    sizes = {
        name: path.stat().st_size if path.suffix in {".woff2", ".png"} else len(gzip.compress(path.read_bytes(), 6))
        for name, path in kept(SITE).items()
        if not name.startswith(SEEN)
    }
    assert sum(sizes.values()) <= LIMIT, sum(sizes.values())


def test_a_page_that_changed_is_not_stale_at_the_next_visit_and_the_old_copies_go(browser, site):
    with bypassing(browser, site) as reader:
        reader.open("01-why.html")
        reader.wait_until_kept()
        (before,) = reader.caches()
        page = site / "01-why.html"
        page.write_text(page.read_text(encoding="utf-8").replace("<title>", "<title>Changed: "), encoding="utf-8")
        (site / "03-node-backward.html").unlink()
        write_worker(site)
        assert reader.open("01-why.html").title().startswith("Changed: ")
        reader.wait_until_gone(before)
        assert len({*reader.caches()} - {before}) == len(reader.caches()) == 1
        reader.context.set_offline(True)
        assert reader.open("01-why.html").title().startswith("Changed: ")
        assert reader.open("02-node-forward.html").inner_text("h1")


def test_letters_of_an_older_state_are_not_put_into_a_page(browser, site):
    with bypassing(browser, site) as reader:
        reader.open("03-node-backward.html")
        reader.wait_until_kept()
        reader.context.set_offline(True)
        reader.open("03-node-backward.html")
        page = reader.page.evaluate("({ ...document.documentElement.dataset })")
        for state, there in ((page["state"], True), ("0", False)):
            address = f"{page['letters']}.nielsen.js?v={state}"
            assert reader.page.evaluate("(url) => fetch(url).then((each) => each.ok, () => false)", address) is there


def test_a_reader_who_saves_data_keeps_what_was_visited(browser, site):
    saving = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });\n"
    (site / "worker.js").write_text(saving + (site / "worker.js").read_text(encoding="utf-8"), encoding="utf-8")
    with bypassing(browser, site) as reader:
        reader.open("01-why.html")
        reader.wait_until_kept()
        reader.open("02-node-forward.html")
        reader.wait_until_seen()
        reader.context.set_offline(True)
        assert reader.open("02-node-forward.html").inner_text("h1")
        assert reader.open("03-node-backward.html").inner_text("h1") == "Not kept"


def test_a_reader_can_see_what_is_kept_remove_it_and_have_it_again(browser, site):
    with bypassing(browser, site) as reader:
        reader.open("reference/get-the-book.html")
        reader.wait_until_kept()
        page = reader.open("reference/get-the-book.html")
        page.wait_for_selector(".offline p:has-text('files of the book')")
        page.click(".offline button")
        page.wait_for_selector(".offline p:has-text('keeps nothing')")
        assert reader.caches() == []
        page.click(".offline button:has-text('Keep the book')")  # its worker still has this page
        page.wait_for_selector(".offline p:has-text('files of the book')", timeout=LONG)
        (name,) = reader.caches()
        assert page.evaluate(KEPT, name) == len(kept_at_once(site)) + 1
        page.click(".offline button:has-text('Remove it')")
        page.wait_for_selector(".offline p:has-text('keeps nothing')")
        page = reader.open("01-why.html")
        reader.later()
        assert reader.workers() == 0
        page = reader.open("reference/get-the-book.html")
        page.click(".offline button:has-text('Keep the book')")
        page.wait_for_selector(".offline button:has-text('Remove it')", timeout=LONG)
        reader.wait_until_kept()
        assert len(reader.caches()) == 1


def test_a_reader_who_says_no_at_once_has_nothing_kept(browser, site):
    with bypassing(browser, site) as reader:
        reader.page.clock.pause_at(1)  # on a busy machine, a click may come late
        page = reader.open("reference/get-the-book.html")
        page.click(".offline button:has-text('Keep nothing')")
        page.wait_for_selector(".offline p:has-text('keeps nothing')")
        reader.later()
        assert reader.workers() == 0
        assert reader.caches() == []


def test_a_refusal_holds_for_one_of_two_books_on_a_host_and_what_is_kept_can_be_removed(browser, site):
    with bypassing(browser, site) as reader:
        page = reader.open("reference/get-the-book.html")
        page.evaluate("localStorage.setItem('offline', 'no'); localStorage.setItem('offline /book/two/', 'no')")
        page = reader.open("reference/get-the-book.html")
        reader.wait_until_kept()
        page.evaluate(f"localStorage.setItem('offline /{UNDER}/', 'no')")  # and yet, something is kept
        page = reader.open("reference/get-the-book.html")
        page.click(".offline button:has-text('Remove it')")
        page.wait_for_selector(".offline p:has-text('keeps nothing')")
        assert reader.caches() == []


def test_an_address_that_is_not_kept_is_answered_and_one_without_its_ending_is_found(browser, site):
    with bypassing(browser, site) as reader:
        reader.open("01-why.html")
        reader.wait_until_kept()
        for name in ("100%", "%E0%A4%A"):
            assert reader.page.goto(f"{reader.server.address}{name}").status == 404
        reader.context.set_offline(True)
        for name in ("100%", "get/book.pdf", "source/never.html"):
            answer = reader.page.goto(f"{reader.server.address}{name}")
            assert (answer.status, reader.page.inner_text("h1")) == (503, "Not kept")
        reader.page.click("a")
        assert reader.page.url == reader.server.address
        assert reader.open("01-why").inner_text("h1") == reader.open("01-why.html").inner_text("h1")


UPDATE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  const ended = new Promise((resolve) => registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => resolve(worker.state));
  }));
  registration.update().catch(() => {});
  return ended;
}"""
"""Ask for another worker, and say what became of it."""


def test_an_update_that_cannot_end_leaves_no_part_of_another_book(browser, site):
    with bypassing(browser, site) as reader:
        reader.open("01-why.html")
        reader.wait_until_kept()
        before = reader.caches()
        page = site / "01-why.html"
        page.write_text(page.read_text(encoding="utf-8").replace("<title>", "<title>Changed: "), encoding="utf-8")
        (site / "03-new.html").write_text("new", encoding="utf-8")
        write_worker(site)
        (site / "03-new.html").unlink()
        assert reader.page.evaluate(UPDATE) == "redundant"
        assert reader.caches() == before


def test_what_was_searched_for_is_marked_in_the_text_and_nowhere_in_pictures_and_formulas(browser, site):
    with bypassing(browser, site) as reader:
        wrong = []
        reader.page.on("pageerror", lambda error: wrong.append(error.message))
        page = reader.open("03-node-backward.html?highlight=weight+node")
        page.wait_for_selector("span.highlighted")
        assert wrong == []
        assert page.locator("svg .highlighted, math .highlighted").count() == 0
