"""Serve the built book on this machine, with what a real host should say of each file.

`python tools/serve.py` serves docs/_build/html at http://127.0.0.1:8000/; `8080` is another port, and `--under book`
serves it below http://127.0.0.1:8000/book/, as many hosts do. It needs the standard library alone.
"""

import argparse
import gzip
import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).parents[1]
sys.path.insert(0, str(HERE / "docs/_ext"))

from publish.headers import headers, worth_compressing  # noqa: E402  the path is set above

SITE = HERE / "docs/_build/html"
PORT = 8000
MISSING = "404.html"
CODING = re.compile(r"(?P<coding>[\w*-]+)\s*(?:;\s*q\s*=\s*(?P<weight>\d+(?:\.\d*)?))?\s*(?:,|$)", re.IGNORECASE)
"""One of the codings that a browser takes, and the weight that it gives it."""
STATE = re.compile(r'"[^"]*"')


@lru_cache(maxsize=4096)
def contents(path: Path, _modified: int, *, compress: bool) -> bytes:
    """Return what is in a file, compressed or not, and remember it until the file changes."""
    return gzip.compress(path.read_bytes(), mtime=0) if compress else path.read_bytes()


def accepts_gzip(said: str) -> bool:
    """Whether a browser says that it takes what is packed; it says no by a weight of 0."""
    weights = {found["coding"].lower(): float(found["weight"] or 1) for found in CODING.finditer(said)}
    return weights.get("gzip", weights.get("*", 0)) > 0


def has(said: str, state: str) -> bool:
    """Whether a browser says that it has a file in this state: it may name several states, or any."""
    return said.strip() == "*" or state in STATE.findall(said)


class Site(ThreadingHTTPServer):
    """A server of the site in a folder, below a path that begins and ends with a slash."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int = PORT, under: str = "", *, quiet: bool = False) -> None:
        super().__init__(("127.0.0.1", port), Answer)
        self.folder, self.quiet = folder.resolve(), quiet
        self.top = f"/{under.strip('/')}/".replace("//", "/")

    @property
    def address(self) -> str:
        """The address of the first page."""
        return f"http://127.0.0.1:{self.server_port}{self.top}"

    def place(self, address: str) -> str | None:
        """Return where a file lies within the site, by the path of its address; nothing for what is outside."""
        try:
            path = unquote(urlsplit(address).path)
            if not path.startswith(self.top):
                return None
            name = path.removeprefix(self.top)
            name = f"{name}index.html" if name.endswith("/") or not name else name
            inside = (self.folder / name).resolve().is_relative_to(self.folder)
            return name if inside and (self.folder / name).is_file() else None
        except (OSError, ValueError):  # what cannot be the name of a file, or is no address
            return None

    def with_slash(self, address: str) -> str | None:
        """Return the address of a folder with the slash at its end; nothing where there is no such folder."""
        path, mark, query = address.partition("?")
        if not self.place(f"{path}/"):
            return None
        return urlsplit(f"{path}/{mark}{query}")._replace(scheme="", netloc="").geturl()


class Answer(BaseHTTPRequestHandler):
    """Answers a browser."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        """Send a file, or the page for what is not there; the address of a folder ends with a slash."""
        found = self.server.place(self.path)
        folder = None if found else self.server.with_slash(self.path)
        if folder:
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", folder)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.answer(found or MISSING, HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET  # noqa: N815  likewise

    def answer(self, name: str, status: HTTPStatus) -> None:
        """Send the file of a name; nothing of it where the browser has it already."""
        path = self.server.folder / name
        if not path.is_file():
            self.send_error(status)
            return
        modified = path.stat().st_mtime_ns
        compress = worth_compressing(name) and accepts_gzip(self.headers.get("Accept-Encoding", ""))
        body, state = contents(path, modified, compress=compress), f'"{modified:x}-{compress:d}"'
        if status == HTTPStatus.OK and has(self.headers.get("If-None-Match", ""), state):
            status, body = HTTPStatus.NOT_MODIFIED, b""
        said = headers(name) | {"ETag": state, "Vary": "Accept-Encoding", "Content-Length": str(len(body))}
        said |= {"Content-Encoding": "gzip"} if compress else {}
        self.send_response(status)
        for header, value in said.items():
            self.send_header(header, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  the name that http.server gives
        """Say what was asked for, unless the server is quiet."""
        if not self.server.quiet:
            super().log_message(format, *arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the reader has had enough."""
    parser = argparse.ArgumentParser(description="Serve the built book on this machine.")
    parser.add_argument("port", nargs="?", type=int, default=PORT)
    parser.add_argument("--under", default="", metavar="PATH", help="serve it below this path, such as book")
    given = parser.parse_args(arguments)
    if not (SITE / "index.html").exists():
        parser.error("the book is not built yet: nox -s docs")
    try:
        server = Site(SITE, given.port, given.under)
    except OSError as error:
        parser.error(f"port {given.port}: {error.strerror}; another one is given as: nox -s serve -- 8080")
    with server:
        print(f"the book is at {server.address}; Ctrl-C ends it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
