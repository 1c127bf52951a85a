"""What a host says of each file, and the server that says it on this machine."""

import gzip
import http.client
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from pages import HERE

from publish.headers import ASK_AGAIN, FOREVER, HEADERS, KINDS, headers
from publish.policy import POLICY

sys.path.insert(0, str(HERE / "tools"))
import serve

FILES = {
    "index.html": "<p>first</p>" * 50,
    "404.html": "<p>no such page</p>",
    "reference/card.html": "card",
    "_static/site-0a1b2c3d.css": "p {}",
    "_static/notation.js": "1",
    "_search/pagefind.js": "2",
    "_search/wasm.en.pagefind": "3",
    "_search/index/en_0a1b2c3.pf_index": "4",
    "_static/fonts/a.woff2": "5",
    "a.wasm": "6",
    "a.mjs": "7",
    "01-one.md": "8",
    "01-one.ipynb": "9",
}


@contextmanager
def served(folder, under=""):
    """Serve a folder, and give a function that asks for a path."""
    server = serve.Site(folder, 0, under, quiet=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def ask(path, method="GET", **given):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in given.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    try:
        yield ask
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with a file of each kind, beside one that nobody may see."""
    top = tmp_path_factory.mktemp("served")
    for name, text in FILES.items():
        (top / "html" / name).parent.mkdir(parents=True, exist_ok=True)
        (top / "html" / name).write_text(text, encoding="utf-8")
    (top / "secret.txt").write_text("secret", encoding="utf-8")
    return top / "html"


@pytest.fixture(scope="module")
def ask(site):
    """A function that asks the server of that folder."""
    with served(site) as asking:
        yield asking


@pytest.mark.parametrize("name", FILES)
def test_a_file_comes_with_its_bytes_its_type_and_what_holds_for_all(ask, name):
    answer, body = ask(f"/{name}")
    assert (answer.status, body.decode()) == (200, FILES[name])
    said = dict(answer.getheaders())
    assert said["Content-Security-Policy"] == f"{POLICY}; frame-ancestors 'self'"
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Referrer-Policy"] == "same-origin"
    assert said["Content-Type"] == headers(name)["Content-Type"]


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("a.wasm", "application/wasm"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("01-one.md", "text/markdown; charset=utf-8"),
        ("01-one.ipynb", "application/x-ipynb+json"),
        ("404.html", "text/html; charset=utf-8"),
        ("_static/fonts/a.woff2", "font/woff2"),
        ("_search/wasm.en.pagefind", "application/octet-stream"),
    ],
)
def test_the_types_are_those_that_browsers_insist_on(name, type_):
    assert headers(name)["Content-Type"] == type_


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("_static/site-0a1b2c3d.css", FOREVER),
        ("_scripts/c92bd3d8.js", FOREVER),
        ("_search/index/en_0a1b2c3.pf_index", FOREVER),
        ("_search/fragment/en_0a1b2c3.pf_fragment", FOREVER),
        ("_search/pagefind.js", ASK_AGAIN),
        ("_search/pagefind-entry.json", ASK_AGAIN),
        ("_static/notation.js", ASK_AGAIN),
        ("index.html", ASK_AGAIN),
        ("_letters/01-why.mazur.js", ASK_AGAIN),
    ],
)
def test_only_what_has_its_content_in_its_name_is_kept_without_asking(name, kept):
    assert headers(name)["Cache-Control"] == kept


def test_what_a_browser_can_unpack_is_packed_and_a_font_is_not(ask):
    answer, body = ask("/index.html", Accept_Encoding="gzip, br")
    assert answer.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(body).decode() == FILES["index.html"]
    assert ask("/_static/fonts/a.woff2", Accept_Encoding="gzip")[0].getheader("Content-Encoding") is None
    assert ask("/index.html")[0].getheader("Content-Encoding") is None


def test_what_a_browser_has_is_not_sent_again_until_it_changes(site, ask):
    (site / "changing.html").write_text("before", encoding="utf-8")
    state = ask("/changing.html")[0].getheader("ETag")
    again, body = ask("/changing.html", If_None_Match=state)
    assert (again.status, body) == (304, b"")
    (site / "changing.html").write_text("after!", encoding="utf-8")
    changed, body = ask("/changing.html", If_None_Match=state)
    assert (changed.status, body) == (200, b"after!")


@pytest.mark.parametrize("form", ["{}", "W/{}", '"another", {}', 'W/"another",W/{}', "*"])
def test_a_browser_may_say_in_each_form_what_it_has(ask, form):
    state = ask("/a.mjs")[0].getheader("ETag")
    assert ask("/a.mjs", If_None_Match=form.format(state))[0].status == 304
    assert ask("/a.mjs", If_None_Match=form.format('"old"'))[0].status == (304 if form == "*" else 200)


@pytest.mark.parametrize(
    ("said", "packed"),
    [
        *(("gzip;q=0", False), ("gzip; q=0.0, br", False), ("*;q=0", False), ("br", False), ("gzip;q=0, *", False)),
        *(("gzip;q=0.5", True), ("br, GZIP", True), ("*", True), ("deflate;q=0, gzip;q=1.0", True)),
    ],
)
def test_a_file_is_packed_for_those_who_take_it_so(ask, said, packed):
    assert (ask("/index.html", Accept_Encoding=said)[0].getheader("Content-Encoding") == "gzip") is packed


IMPOSSIBLE = ["/%00", "/index.html%00", f"/{'a' * 5000}", f"/{'a' * 5000}/", "/100%", "/%E0%A4%A"]


@pytest.mark.parametrize(
    "path", ["/gone.html", "/reference/", "/../secret.txt", "/%2e%2e/secret.txt", "/_static", *IMPOSSIBLE]
)
def test_what_is_not_there_and_what_is_outside_is_the_page_for_missing_pages(ask, path):
    answer, body = ask(path)
    assert (answer.status, body.decode()) == (404, FILES["404.html"])


def test_what_is_no_address_is_answered_too(site):
    server = serve.Site(site, 0, quiet=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with server, socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as connection:
        connection.sendall(b"GET http://[ HTTP/1.1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 404")
        server.shutdown()


def test_a_question_after_a_path_and_a_question_for_the_headers_alone_are_answered(ask):
    assert ask("/_static/notation.js?v=1")[1] == b"1"
    answer, body = ask("/index.html", "HEAD")
    assert (answer.status, body, answer.getheader("Content-Length")) == (200, b"", str(len(FILES["index.html"])))


def test_a_site_below_a_path_answers_there_alone_and_its_top_ends_with_a_slash(site):
    with served(site, "book/one") as ask:
        assert ask("/book/one/")[1].decode() == FILES["index.html"]
        moved, _ = ask("/book/one")
        assert (moved.status, moved.getheader("Location")) == (301, "/book/one/")
        assert ask("/book/one?q=a%20b")[0].getheader("Location") == "/book/one/?q=a%20b"
        for path in ("/", "/index.html", "/book/index.html"):
            assert ask(path)[0].status == 404


def test_a_port_that_is_taken_is_said_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "tools/serve.py", str(taken.getsockname()[1])]
        result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 2
    assert "another one is given as" in result.stderr or "not built yet" in result.stderr
    assert "Traceback" not in result.stderr


def test_no_header_is_said_twice_and_every_kind_is_an_ending():
    assert all(ending.startswith(".") for ending in KINDS)
    assert not {"Content-Type", "Cache-Control"} & HEADERS.keys()
