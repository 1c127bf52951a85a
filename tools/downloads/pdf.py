"""Prints the book by Chromium: a title page, contents with their pages, an outline, and all parts."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree.ElementTree import Element

from book import Book, Part
from pypdf import PdfReader
from tree import document, make, text_of

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHEET = re.compile(r'<link rel="stylesheet" href="(_static/site-[^"]*)"')
DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")
FIXED = rb"/\1 (D:20200202000000"
"""Where a PDF says when it was made, and what it says in its place, so that the same book has the same bytes."""
OPTIONS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--allow-file-access-from-files"),
    *("--no-pdf-header-footer", "--generate-pdf-document-outline", "--virtual-time-budget=60000"),
)


@dataclass(frozen=True)
class Entry:
    """A heading in the contents: its id, its title, and whether it heads a part."""

    id: str
    title: str
    is_part: bool


def chromium() -> str | None:
    """Return the program that prints, if it is on this machine."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def entries(parts: tuple[Part, ...]) -> Iterator[Entry]:
    """Yield what the contents list: parts, and their sections."""
    for part in parts:
        yield Entry(part.id, part.title, is_part=True)
        for section in part.content.iter("section"):
            heading = next((each for each in section if each.tag == "h2"), None)
            if heading is not None and "id" in section.attrib:
                yield Entry(section.get("id", ""), text_of(heading), is_part=False)


def contents(parts: tuple[Part, ...], pages: Mapping[str, int]) -> Element:
    """Make the contents, with the pages as far as they are known."""
    listed = make("nav", make("h1", "Contents"), class_="book-contents", id="contents")
    for entry in entries(parts):
        page = make("span", str(pages.get(entry.id, 0)), class_="contents-page")
        link = make("a", make("span", entry.title), page, href=f"#{entry.id}")
        listed.append(make("p", link, class_="contents-part" if entry.is_part else "contents-section"))
    return listed


def heads(parts: tuple[Part, ...]) -> str:
    """Write the rules that have the title of a part at the top of its pages."""
    rules = []
    for part in parts:
        title = part.title.replace("\\", "\\\\").replace('"', '\\"')
        rules.append(f"#{part.id} {{ page: {part.id}; }}")
        rules.append(f'@page {part.id} {{ @top-center {{ content: "{title}"; }} }}')
    return "\n".join(rules)


def html(book: Book, title_page: Element, site: Path, pages: Mapping[str, int]) -> str:
    """Write the document that is printed."""
    sheet = SHEET.search((site / "index.html").read_text(encoding="utf-8"))
    rules = [book.styles.rules(":not(#_)"), Path(__file__).with_name("pdf.css").read_text(encoding="utf-8")]
    own = (make("style", "\n".join([*rules, heads(book.parts)])),)
    links = [make("link", rel="stylesheet", href=f"{site.resolve().as_uri()}/{sheet[1]}")]  # type: ignore[index]
    body = (title_page, contents(book.parts, pages), *(part.content for part in book.parts))
    for image in (each for part in book.parts for each in part.content.iter("img")):
        if not image.get("src", "").startswith("file:"):
            image.set("src", f"{site.resolve().as_uri()}/{image.get('src')}")
    written = document(book.title, book.language, [*links, *own], *body, data_theme="light")
    return written.replace("data_theme", "data-theme", 1)


def print_page(program: str, page: str, target: Path) -> None:
    """Print a document of XHTML."""
    with TemporaryDirectory() as folder:
        source = Path(folder, "book.xhtml")
        source.write_text(page, encoding="utf-8")
        options = [*OPTIONS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target.resolve()}"]
        options += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # which root must not have
        command = [program, *options, source.as_uri()]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if result.returncode or not target.exists():
        raise SystemExit(f"Chromium did not print the book:\n{result.stderr}")
    target.write_bytes(DATE.sub(FIXED, target.read_bytes()))


def pages_of(path: Path) -> dict[str, int]:
    """Return the pages, from 1 on, on which the named places of a PDF stand."""
    reader = PdfReader(path)
    found = reader.named_destinations.items()
    return {name.lstrip("/"): reader.get_destination_page_number(place) + 1 for name, place in found}


def write(program: str, book: Book, title_page: Element, site: Path, target: Path) -> None:
    """Print the book twice: the pages of the contents are known when it was printed once."""
    pages: dict[str, int] = {}
    for _ in range(2):
        print_page(program, html(book, title_page, site, pages), target)
        pages = pages_of(target)
