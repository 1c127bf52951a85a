"""The PDF and the EPUB of the whole book, made of the built site by the program that `nox -s downloads` runs."""

import shutil
import subprocess
import sys
from itertools import pairwise

import pytest
from book import CHAPTER, book
from pages import HERE, SITE
from pypdf import PdfReader

from publish import downloads
from publish.offline import WORKER, digest

TOO_WIDE = """() => [...document.querySelectorAll('article *')]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && each.getBoundingClientRect().width > 0)
  .map((each) => `${each.closest('article').id}: ${each.tagName} ${each.textContent.slice(0, 60)}`)"""
MILLIMETER, MARGINS = 72 / 25.4, (19, 18)
"""In points; the margins above and below, in millimeters."""
NEARLY_EMPTY = 0.15
BETWEEN_THE_MARGINS = 657
"""How many pixels of CSS lie between the margins of the PDF: 174 mm."""


@pytest.fixture
def browser(chromium):
    """The whole browser: it is the one that prints."""
    return chromium


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A copy of the site, with all that can be taken along."""
    site = tmp_path_factory.mktemp("site") / "html"
    shutil.copytree(SITE, site, ignore=shutil.ignore_patterns(*downloads.OF_PAGES))
    command = [sys.executable, str(HERE / "tools/downloads"), "--site", str(site)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if "no Chromium" in result.stderr:
        pytest.skip(result.stderr)
    assert result.returncode == 0, result.stderr
    return site


@pytest.fixture(scope="module")
def pdf(made):
    return PdfReader(made / downloads.FOLDER / downloads.PDF)


def flat(outline):
    for entry in outline:
        yield from flat(entry) if isinstance(entry, list) else [entry]


def test_the_pdf_is_tagged_and_its_outline_names_all_parts_and_sections(pdf):
    of = book(SITE, "", "book", "")
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert [each.title for each in pdf.outline if not isinstance(each, list)] == [
        "Contents",
        *(part.title for part in of.parts),
    ]
    assert len([*flat(pdf.outline)]) > 150
    pages = [pdf.get_destination_page_number(entry) for entry in flat(pdf.outline)]
    assert all(before <= after for before, after in pairwise(pages))


def test_the_contents_say_on_which_page_each_part_is(pdf):
    of = book(SITE, "", "book", "")
    before = pdf_page(pdf, of.parts[0].id) - 1
    said = "".join("".join(page.extract_text().split()) for page in pdf.pages[1:before])
    for part in of.parts:
        assert f"{''.join(part.title.split())}{pdf_page(pdf, part.id)}" in said


def pdf_page(pdf, name):
    return pdf.get_destination_page_number(pdf.named_destinations[f"/{name}"]) + 1


def filled(page):
    """Return how far down its text goes, as a share of the height between the margins."""
    top, bottom = float(page.mediabox.height) - MARGINS[0] * MILLIMETER, MARGINS[1] * MILLIMETER
    places = []

    def see(text, outer, inner, _font, _size):
        if text.strip():
            places.append(inner[4] * outer[1] + inner[5] * outer[3] + outer[5])

    page.extract_text(visitor_text=see)
    return (top - min(place for place in places if bottom < place < top)) / (top - bottom)


def test_no_part_of_the_pdf_ends_on_a_page_that_is_nearly_empty(pdf):
    starts = [pdf_page(pdf, part.id) for part in book(SITE, "", "book", "").parts]
    ends = [*(start - 1 for start in starts[1:]), len(pdf.pages)]
    assert len(ends) > 20
    assert {page: round(share, 2) for page in ends if (share := filled(pdf.pages[page - 1])) < NEARLY_EMPTY} == {}


def test_each_link_of_the_pdf_leads_to_a_page_of_it_or_to_another_site(pdf):
    inside = set()
    for page in pdf.pages:
        for link in (each.get_object() for each in page.get("/Annots", ())):
            if "/Dest" in link:
                inside.add(str(link["/Dest"]))
            else:
                assert link["/A"]["/URI"].startswith("http"), link
    assert len(inside) > 300
    assert inside <= {*pdf.named_destinations}


def test_every_solution_of_a_chapter_stands_at_the_end_of_the_book():
    of = book(SITE, "", "book", "")
    left = [
        (part.name, "".join(each.itertext()))
        for part in of.parts
        for each in part.content.iter("p")
        if CHAPTER.match(part.name) and each.get("class") == "fold-title"
    ]
    assert not [title for title in left if "olution" in title[1]]
    (solutions,) = [part.content for part in of.parts if part.name == "solutions"]
    assert len([*solutions.iter("h3")]) > 25


def test_nothing_in_the_pdf_is_wider_than_its_page(browser, tmp_path):
    from pdf import html  # noqa: PLC0415  the name of a fixture here

    of = book(SITE, "The Book", "book", "")
    (tmp_path / "book.xhtml").write_text(html(of, of.cover, SITE, {}), encoding="utf-8")
    context = browser.new_context(viewport={"width": BETWEEN_THE_MARGINS, "height": 900})
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto((tmp_path / "book.xhtml").as_uri(), wait_until="load")
    assert page.evaluate(TOO_WIDE) == []
    context.close()


def test_the_epub_has_no_fault_that_epubcheck_finds(made):
    java, program = shutil.which("java"), shutil.which("epubcheck")
    if not java or not program:
        pytest.skip("no epubcheck here (on Debian: apt-get install epubcheck)")
    command = [java, "-jar", program, str(made / downloads.FOLDER / downloads.EPUB)]  # it is an archive that runs
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "No errors or warnings detected." in result.stdout + result.stderr


def test_the_page_offers_all_of_it(made):
    html = (made / f"{downloads.PAGE}.html").read_text(encoding="utf-8")
    assert html.count("<tr>") == 1 + len(downloads.OFFERS)
    assert "Not in this copy" not in html
    assert digest(html.encode()) in (made / WORKER).read_text(encoding="utf-8")
