"""Adds the directives `downloads`, a table of the files in which the book can be taken, and `install`, for its wheel.

The table has the files that are there. A build of the site makes two of them; `nox -s downloads` makes the others of
its pages, and writes the table again.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from page.incremental import Site, writing
from publish.archives import FOLDER, KINDS, wheel
from publish.fragments import markdown

PAGE = "reference/get-the-book"
BEGINS, ENDS = "<!-- downloads -->", "<!-- end of downloads -->"
TABLE = re.compile(f"{BEGINS}.*?{ENDS}", re.DOTALL)
NAME = "literate-backpropagation"
PDF, EPUB, OFFLINE = f"{NAME}.pdf", f"{NAME}.epub", f"{NAME}.zip"
OF_PAGES = (PDF, EPUB, OFFLINE)
"""What is made of the pages of a site, after they are built."""
CITED = '<meta name="citation_language"'
CITED_PDF = re.compile(r'<meta name="citation_pdf_url" content="[^"]*">\n')


@dataclass(frozen=True)
class Offer:
    """A file in which the book can be taken: its pattern, what it is called, and what it is for."""

    pattern: str
    title: str
    purpose: str


OFFERS = (
    Offer(PDF, "PDF", "All chapters and the card, to print and to keep; solutions stand at the end."),
    Offer(EPUB, "EPUB", "The same for e-readers and phones; lines are as long as the screen is wide."),
    Offer(OFFLINE, "Offline copy", "This site, to unpack and to open by a double click on <code>index.html</code>."),
    Offer(KINDS[0], "Wheel", "The package, without the book; the next section says how to install it."),
    Offer(KINDS[1], "Source archive", "All that builds this site and checks it, with the tests."),
)


def size(length: int) -> str:
    """Write the size of a file, in the units that hosts and browsers use."""
    return f"{length / 1e6:.1f}\N{NO-BREAK SPACE}MB" if length >= 1e6 else f"{length / 1e3:.0f}\N{NO-BREAK SPACE}KB"


def rows(folder: Path, address: str) -> Iterator[str]:
    """Yield the row of each file that is in a folder; `address` is that of the folder."""
    for offer in OFFERS:
        for path in sorted(folder.glob(offer.pattern)):
            link = f'<a class="reference internal" href="{address}{escape(path.name)}" download>{offer.title}</a>'
            cells = (link, size(path.stat().st_size), offer.purpose)
            yield f"<tr>{''.join(f'<td><p>{cell}</p></td>' for cell in cells)}</tr>\n"


def table(folder: Path, address: str) -> str:
    """Write the table of the files in a folder, and what is not there."""
    found = "".join(rows(folder, address))
    heads = "".join(f'<th class="head"><p>{name}</p></th>' for name in ("file", "size", "what it is for"))
    head = f"<thead><tr>{heads}</tr></thead>"
    missing = [offer.title for offer in OFFERS if not any(folder.glob(offer.pattern))]
    written = f'<div class="table-wrapper"><table class="docutils">{head}<tbody>\n{found}</tbody></table></div>\n'
    said = f"<p>Not in this copy: {', '.join(missing)}.</p>\n" if missing else ""
    return f"{BEGINS}{written if found else ''}{said}{ENDS}"


def filled(html: str, folder: Path) -> str:
    """Return the page with the table of the files in a folder."""
    return TABLE.sub(lambda _: table(folder, f"../{FOLDER}/"), html)


def filled_markdown(text: str, folder: Path) -> str:
    """Return the Markdown of the page with the table of the files in a folder."""
    said = "\n\n".join(markdown(table(folder, f"../{FOLDER}/")))
    return TABLE.sub(lambda _: f"{BEGINS}\n\n{said}\n\n{ENDS}", text)


def cited(html: str, address: str) -> str:
    """Return a page that says where the PDF is, if an address is given, and nothing of it if none is."""
    html = CITED_PDF.sub("", html)
    return html.replace(CITED, f'<meta name="citation_pdf_url" content="{address}">\n{CITED}', 1) if address else html


@writing()
def refresh(site: Path, base: str) -> None:
    """Let the pages of a site offer what is there; `base` is its address, or nothing."""
    folder = site / FOLDER
    pdf = f"{base}{FOLDER}/{PDF}" if base and (folder / PDF).exists() else ""
    change(site / f"{PAGE}.html", lambda html: filled(html, folder))
    change(site / f"{PAGE}.md", lambda text: filled_markdown(text, folder))
    for path in site.glob("*.html"):
        change(path, lambda html: cited(html, pdf))


def change(path: Path, how: Callable[[str], str]) -> None:
    """Change a page, if it is there."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if (new := how(text)) != text:
        path.write_text(new, encoding="utf-8")


def remove(site: Path) -> None:
    """Remove what was made of pages that are no longer so."""
    with writing():
        for name in OF_PAGES:
            (site / FOLDER / name).unlink(missing_ok=True)


class Downloads(SphinxDirective):
    """The place of the table."""

    def run(self) -> list[nodes.Node]:
        """Leave the place open until all files are there."""
        return [nodes.raw("", f"{BEGINS}{ENDS}", format="html")]


class Install(SphinxDirective):
    """The command that installs the wheel beside which it is typed."""

    def run(self) -> list[nodes.Node]:
        """Write it with the name of the file."""
        command = f'python -m pip install "./{Path(wheel(self.config.release)).name}[diagram]"'
        return [nodes.literal_block(command, command, language="sh")]


def finish(app: Sphinx, error: Exception | None) -> None:
    """Write the table; what was made of older pages is not offered."""
    if error or app.builder.format != "html":
        return
    if isinstance(app.builder, Site) and not app.builder.idle and not app.config.one_page:
        remove(Path(app.outdir))
    refresh(Path(app.outdir), app.config.html_baseurl)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register both directives, and write the table when the archives are there."""
    app.add_directive("downloads", Downloads)
    app.add_directive("install", Install)
    app.connect("build-finished", finish, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
