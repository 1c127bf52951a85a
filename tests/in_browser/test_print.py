"""A page on paper: all that it says, in light colors whatever the screen has, and nothing that works by a click."""

import re

import pytest

PRINTED = ("03-node-backward", "05-errors-flow-back", "10-train", "reference/checked", "reference/how-fast")
WITHIN_THE_MARGINS = 640
"""How many pixels of CSS fit between the margins of the narrower paper, A4, less a few."""
SCREEN_ONLY = """.skip-to-content, .mobile-header, .content-icon-container, .sidebar-drawer, .toc-drawer,
.notation-menu, .headerlink, button.copy, button.claim, .claim-run, .bp-portrait"""
SHOWN = f"() => [...document.querySelectorAll(`{SCREEN_ONLY}`)].filter((each) => each.checkVisibility()).map(String)"
CLOSED = """() => [...document.querySelectorAll('article details:not([open])')]
  .filter((each) => each.checkVisibility()).length"""
OPEN = "() => document.querySelectorAll('article details[open]').length"
LAZY = "() => [...document.images].filter((image) => image.loading === 'lazy' && !image.complete).length"
UNLOADED = "() => { for (const image of document.images) image.loading = 'eager'; }"
LOADED = "() => [...document.images].every((image) => image.complete)"
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


@pytest.mark.parametrize("name", PRINTED)
def test_a_page_is_printed_from_a_dark_screen_as_from_a_light_one(visit, name):
    papers = []
    for scheme in ("light", "dark"):
        with visit(f"{name}.html", color_scheme=scheme) as seen:
            seen.page.evaluate("(theme) => document.body.dataset.theme = theme", scheme)
            seen.page.evaluate(UNLOADED)
            seen.page.wait_for_function(LOADED)
            papers.append(DATES.sub(b"", seen.page.pdf(prefer_css_page_size=True, print_background=True)))
    assert papers[0] == papers[1]


@pytest.mark.parametrize("name", ["10-train", "reference/how-fast"])
def test_before_a_page_is_printed_the_plots_to_which_nobody_has_scrolled_are_loaded(visit, name):
    with visit(f"{name}.html") as seen:
        assert seen.page.evaluate(LAZY) > 0
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        seen.page.wait_for_function(LOADED, timeout=5000)
