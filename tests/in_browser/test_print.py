"""A page on paper: all that it says, in light colors whatever the screen has, and nothing that works by a click."""

import io
import re
from hashlib import sha256

import pytest
from pypdf import PdfReader

PRINTED = ("03-node-backward", "05-errors-flow-back", "10-train", "reference/checked", "reference/how-fast")
WITHIN_THE_MARGINS = 640
"""How many pixels of CSS fit between the margins of the narrower paper, A4, less a few."""
SCREEN_ONLY = """.skip-to-content, .mobile-header, .content-icon-container, .sidebar-drawer, .toc-drawer,
.notation-menu, .headerlink, button.copy, button.claim, .claim-run, .bp-portrait"""
SHOWN = f"() => [...document.querySelectorAll(`{SCREEN_ONLY}`)].filter((each) => each.checkVisibility()).map(String)"
CLOSED = """() => [...document.querySelectorAll('article details:not([open])')]
  .filter((each) => each.checkVisibility()).length"""
UNLOADED = "() => { for (const image of document.images) image.loading = 'eager'; }"
LOADED = "() => [...document.images].every((image) => image.complete)"
OPEN = "() => document.querySelectorAll('article details[open]').length"
FADED = """() => [...document.querySelectorAll('article details > :not(summary)')]
  .filter((each) => each.checkVisibility() && getComputedStyle(each).opacity < 1).length"""
TOO_WIDE = """() => { const right = document.querySelector('article').getBoundingClientRect().right;
  return [...document.querySelectorAll('article *')].filter((each) => each.checkVisibility() && !each.closest('.math'))
    .filter((each) => each.getBoundingClientRect().right > right + 2).map((each) => each.outerHTML.slice(0, 90)); }"""
SCROLLED = """() => [...document.querySelectorAll('article *')]
  .filter((each) => each.clientHeight && each.checkVisibility() && /auto|scroll/.test(getComputedStyle(each).overflow))
  .map((each) => each.outerHTML.slice(0, 90))"""
DATES = re.compile(rb"/(?:CreationDate|ModDate) \([^)]*\)")


@pytest.fixture(params=PRINTED)
def printed(visit, request):
    with visit(f"{request.param}.html", viewport={"width": WITHIN_THE_MARGINS, "height": 900}) as seen:
        seen.page.emulate_media(media="print")
        yield seen.page


def test_folds_are_printed_open_and_are_closed_again(printed):
    before = printed.evaluate(OPEN)
    printed.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert printed.evaluate(OPEN) > before or "checked" in printed.url  # which has none
    assert printed.evaluate(CLOSED) == 0
    assert printed.evaluate(FADED) == 0
    printed.evaluate("dispatchEvent(new Event('afterprint'))")
    assert printed.evaluate(OPEN) == before


def test_nothing_is_printed_that_works_by_a_click_and_nothing_is_wider_than_paper(printed):
    printed.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert printed.evaluate(SHOWN) == []
    assert printed.evaluate(TOO_WIDE) == []


def test_nothing_on_paper_has_a_bar_to_scroll_it(printed):
    printed.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert printed.evaluate(SCROLLED) == []


def test_without_scripts_what_is_folded_is_printed_too(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}04-network-and-cost.html")
    text = " ".join(each.extract_text() for each in PdfReader(io.BytesIO(page.pdf())).pages)
    context.close()
    assert "What is the cost? You need no computer." in " ".join(text.split())


def test_the_link_to_the_top_is_not_printed_where_a_reader_has_scrolled_up(printed):
    printed.evaluate("scrollTo(0, 3000)")
    printed.wait_for_timeout(100)
    printed.evaluate("document.documentElement.classList.add('show-back-to-top')")
    assert printed.locator(".back-to-top").count() == 1
    assert printed.locator(".back-to-top").is_hidden()


@pytest.mark.parametrize("name", PRINTED[1:3])  # diagrams, and plots
def test_a_page_is_printed_from_a_dark_screen_as_from_a_light_one(visit_in_chromium, name):
    papers = []
    for scheme in ("light", "dark"):
        with visit_in_chromium(f"{name}.html", color_scheme=scheme) as seen:
            seen.page.evaluate("(theme) => document.body.dataset.theme = theme", scheme)
            seen.page.evaluate(UNLOADED)
            seen.page.wait_for_function(LOADED)
            seen.page.wait_for_timeout(4000)  # until what paper needs is asked for: fonts, and what is folded
            seen.settle()
            papers.append(DATES.sub(b"", seen.page.pdf(prefer_css_page_size=True, print_background=True)))
    assert outlines(papers[0]) == outlines(papers[1])
    assert sha256(papers[0]).digest() == sha256(papers[1]).digest()


def outlines(pdf):
    """Return how much is drawn on each page of a PDF."""
    return [len(page.get_contents().get_data()) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("name", ["10-train", "reference/how-fast"])
def test_a_page_that_was_never_scrolled_is_printed_with_all_its_plots(visit_in_chromium, name):
    with visit_in_chromium(f"{name}.html") as seen:
        assert not seen.page.evaluate(LOADED)
        seen.page.wait_for_function(LOADED, timeout=20_000)
        seen.settle()
        assert seen.page.evaluate("scrollY") == 0
        printed = outlines(seen.page.pdf())
        seen.page.evaluate(
            "(async () => { for (const each of document.images) { each.scrollIntoView(); await each.decode(); } })()"
        )
        assert outlines(seen.page.pdf()) == printed


ASKED_FOR = """() => [...document.fonts]
  .filter((face) => face.family.includes('STIX Two') && face.status !== 'unloaded')
  .map((face) => `${face.family} ${face.weight} ${face.style} ${face.unicodeRange}`)"""


@pytest.mark.parametrize(
    "name", ["06-weight-gradients", "12-cures", "21-gallery-of-bugs", "reference/activations", "your-network"]
)
def test_paper_asks_for_no_font_that_was_not_loaded_while_the_page_was_there(visit, name):
    with visit(f"{name}.html") as seen:
        seen.page.wait_for_timeout(4000)
        seen.settle()
        before = seen.page.evaluate(ASKED_FOR)
        seen.page.emulate_media(media="print")
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        seen.settle()
        assert {*seen.page.evaluate(ASKED_FOR)} <= {*before}


SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"


def test_where_data_is_to_be_saved_plots_are_loaded_before_printing_and_not_earlier(chromium, address):
    context = chromium.new_context(service_workers="block")
    page = context.new_page()
    page.add_init_script(SAVES_DATA)
    page.goto(f"{address}10-train.html", wait_until="load")
    page.wait_for_timeout(4000)
    assert not page.evaluate(LOADED)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(LOADED, timeout=5000)
    context.close()


FACES = """(family) => [...document.fonts]
  .filter((face) => face.family.includes(family) && face.status === 'loaded').length"""


def test_text_is_printed_in_its_own_font_where_a_screen_did_without_because_it_came_late(visit_in_chromium):
    with visit_in_chromium("03-node-backward.html", late=0.3) as seen:
        seen.page.wait_for_function(f"() => ({FACES})('STIX Two Text') > 1")
        names = " ".join({font["/BaseFont"] for font in fonts(seen.page.pdf())})
        assert "STIXTwoText-Regular" in names
        assert "STIXTwoText-Bold" in names


def fonts(pdf):
    """Yield the fonts of a PDF."""
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            yield font.get_object()
