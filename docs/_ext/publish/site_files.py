"""Adds what programs ask a site for: `robots.txt`, and with a known address `sitemap.xml`, the list of all pages."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from page.incremental import writing
from program.source_pages import FOLDER as SOURCES

NOT_LISTED = {"404"}
"""The page of the book that is found where another one is looked for."""


def pages(app: Sphinx) -> list[str]:
    """Return the pages that can be found, by their names: those of the book, and of its program."""
    source = Path(app.config.rule_source)
    files = (source / "literate_bp").rglob("*.py")
    of_program = (f"{SOURCES}/{path.relative_to(source).with_suffix('').as_posix()}" for path in files)
    return sorted({*app.env.found_docs, *of_program} - NOT_LISTED)


def sitemap(addresses: Iterator[str]) -> str:
    """Write the list of pages; it names no dates, which a build does not know."""
    entries = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def robots(base: str) -> str:
    """Allow everything, and say where the list of pages is."""
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {base}sitemap.xml\n" if base else "")


def keep(path: Path, text: str) -> None:
    """Have a file say this, and nothing if there is no text; one that says so already stays as it is."""
    if path.exists() and (not text or path.read_text(encoding="utf-8") == text):
        return path.unlink() if not text else None
    if text:
        with writing():
            path.write_text(text, encoding="utf-8")
    return None


def write(app: Sphinx, error: Exception | None) -> None:
    """Write both at the end of a build of the whole site."""
    if error or app.builder.format != "html" or app.config.one_page:
        return
    base = app.config.html_baseurl
    addresses = (base + app.builder.get_target_uri(page) for page in pages(app))
    keep(Path(app.outdir, "sitemap.xml"), sitemap(addresses) if base else "")
    keep(Path(app.outdir, "robots.txt"), robots(base))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write the files when all pages are there."""
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
