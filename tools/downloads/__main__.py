"""Makes of the built site what readers take along: the offline copy, the EPUB and the PDF, and offers them.

python tools/downloads [--notation NAME] [--site FOLDER] writes them into the site's folder `get`, and then the table of
the page *Get the book*. The same pages give the same bytes. The PDF is printed by Chromium.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import yaml

HERE = Path(__file__).parents[2]
sys.path[:0] = [str(HERE / "docs/_ext")]

import epub  # noqa: E402  the path is set above
import offline  # noqa: E402
import pdf  # noqa: E402
from book import Book, book  # noqa: E402
from tree import make  # noqa: E402

from literate_bp.formula.notation import BOOK, NOTATIONS  # noqa: E402
from publish import downloads  # noqa: E402
from publish.citation import authors  # noqa: E402
from publish.offline import WORKER, kept, worker  # noqa: E402


def title_page(of: Book, citation: dict[str, Any], notation: str, address: str) -> Element:
    """Write the first page."""
    where = make("a", address, href=address) if address else "the site of the book"
    lines = [
        make("p", of.title, class_="book-title"),
        make("p", ", ".join(authors(citation))),
        make("p", f"Version {citation['version']}"),
        *([make("p", f"In the letters of {NOTATIONS[notation].title}")] if notation != BOOK.name else []),
        of.cover,
        make("p", "Each formula, number and picture was made by the code that it explains, and checked by it. What was "
             "checked, and the source, stand on ", where, "."),
        make("p", "Text and pictures: CC BY 4.0. Code: BSD-3-Clause."),
    ]  # fmt: skip
    return make("section", *lines, class_="title-page")


def refresh(site: Path, address: str) -> None:
    """Let the pages offer what is there; browsers that keep the site learn which pages have changed."""
    downloads.refresh(site, address)
    if (site / WORKER).exists():
        (site / WORKER).write_text(worker(kept(site)), encoding="utf-8")


def main() -> None:
    """Make all of them."""
    parser = argparse.ArgumentParser(prog="downloads", description="Make the PDF, the EPUB and the offline copy.")
    parser.add_argument("--notation", choices=NOTATIONS, default=BOOK.name, help="the letters of formulas and pictures")
    parser.add_argument("--site", type=Path, default=HERE / "docs/_build/html", help="the folder of the built site")
    options = parser.parse_args()
    site, folder = options.site, options.site / downloads.FOLDER
    if not (site / "index.html").exists():
        raise SystemExit(f"{site} has no built book: nox -s docs")
    address = f"{os.environ['BOOK_ADDRESS'].rstrip('/')}/" if os.environ.get("BOOK_ADDRESS") else ""
    citation = yaml.safe_load((HERE / "CITATION.cff").read_text(encoding="utf-8"))

    def pieces() -> tuple[Book, Element]:  # each format changes them in its own way
        of = book(site, citation["title"], options.notation, address)
        return of, title_page(of, citation, options.notation, address)

    folder.mkdir(exist_ok=True)
    downloads.remove(site)
    refresh(site, address)
    offline.write(site, folder / downloads.OFFLINE)
    epub.write(*pieces(), site, citation["version"], authors(citation), folder / downloads.EPUB)
    program = pdf.chromium()
    if program:
        pdf.write(program, *pieces(), site, folder / downloads.PDF)
    refresh(site, address)
    if not program:
        raise SystemExit("no PDF was made: there is no Chromium here (on Debian: apt-get install chromium)")


if __name__ == "__main__":
    main()
