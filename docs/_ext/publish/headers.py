"""Adds nothing to a page: what a host should say of each file, for whoever serves the site or writes a host's settings.

`nox -s serve` says it, *Host it yourself* writes it down for other hosts, and nothing of it is typed a third time.
"""

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

POLICY = "default-src 'self'; img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'"
"""What a page may ask for; it stands in each page, too."""
HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
"""What is said of every file; the last part of the policy is one that a page cannot say itself."""
FOREVER, ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"
"""How long a browser may keep a file: for a year, or until it has asked whether the file is still the same."""
NAMED_BY_CONTENT = ("_scripts/*", "_search/fragment/*", "_search/index/*", "_static/site-*")
"""The files whose names change with what is in them, by their addresses within the site."""
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".epub": "application/epub+zip",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
"""The kinds of files that the site has, by their endings."""
OTHER = "application/octet-stream"
COMPRESSED = {".epub", ".pdf", ".png", ".woff2", ".zip"}
"""The kinds that are compressed already; a host compresses the others on the way."""


def kind(path: str) -> str:
    """Return the type of a file."""
    return KINDS.get(PurePosixPath(path).suffix, OTHER)


def worth_compressing(path: str) -> bool:
    """Whether a host should compress a file."""
    return PurePosixPath(path).suffix in KINDS.keys() - COMPRESSED


def headers(path: str) -> dict[str, str]:
    """Return what a host says of the file at an address within the site."""
    keep = FOREVER if any(fnmatchcase(path, pattern) for pattern in NAMED_BY_CONTENT) else ASK_AGAIN
    return {"Content-Type": kind(path), "Cache-Control": keep, **HEADERS}
