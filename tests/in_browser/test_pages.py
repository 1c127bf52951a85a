"""Every page in a real browser: light enough, silent, within its window, and without a fault that axe finds."""

import pytest
from axe import COLORS, LOOKS, faults, program
from built import all_pages, book_pages
from pages import SITE

BOOK = book_pages()
ELEMENTS, REQUESTS, BYTES, SHIFT = 5_000, 15, 150_000, 0.02
TRIES = 4
LATE = 0.3
"""Seconds until a font is there, on a slow line."""
OFF = {"color-contrast-enhanced"}
"""The rule of axe that looks at colors, too, and asks for more than axe does by itself."""
OF = 8
"""Of how many generated pages, all of one kind, one is opened, unless every page is asked for."""


def fits(visit, name, width):
    """Open a page, and compare what it says, asks for and weighs with the goals."""
    with visit(name, viewport={"width": width, "height": 900}, alone=True) as seen:
        assert seen.said == []
        assert not [url for url, _ in seen.asked if not url.startswith(seen.address)]
        assert not [(url, status) for url, status in seen.asked if status >= 400 or status == 0]
        assert len(seen.asked) <= REQUESTS
        found = seen.weight(), seen.elements(), seen.shift()
    for _ in range(TRIES):  # on a busy machine, fonts come late once
        if found[-1] > SHIFT:
            with visit(name, viewport={"width": width, "height": 900}) as seen:
                found = *found[:-1], seen.shift()
    assert found[-1] <= SHIFT
    return found[:-1]


def pytest_generate_tests(metafunc):
    """Open some of the generated pages, or all."""
    if "generated" in metafunc.fixturenames:
        pages = sorted({*all_pages()} - {*BOOK})
        every = metafunc.config.getoption("--every-page", default=False)
        metafunc.parametrize("generated", pages if every else pages[::OF])


def test_the_browser_has_nothing_to_say_of_a_generated_page_that_asks_for_few_files_of_its_own_site(visit, generated):
    fits(visit, generated, 1200)


@pytest.mark.parametrize("width", [412, 1200])
@pytest.mark.parametrize("name", BOOK)
def test_a_page_is_light_and_silent_and_nothing_in_it_moves_while_it_comes(visit, name, width):
    weight, elements = fits(visit, name, width)
    assert weight <= BYTES
    assert elements <= ELEMENTS


@pytest.mark.parametrize("name", BOOK)
def test_a_page_has_no_fault_that_axe_finds_and_stays_within_its_window(visit, name):
    with visit(name, viewport={"width": 320, "height": 900}) as seen:
        assert faults(seen) == []


PLANTED = """([scheme, width]) => {
  const style = new CSSStyleSheet();
  const where = `(prefers-color-scheme: ${scheme}) and (${width === 320 ? "max" : "min"}-width: 700px)`;
  style.replaceSync(`@media ${where} { #planted { color: #777; background: #888 } }`);
  document.adoptedStyleSheets.push(style);
  document.querySelector("article").innerHTML += "<p id=planted>Hard to read.</p><img src=favicon.ico>";
}"""


@pytest.mark.parametrize("width", LOOKS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_fault_of_one_color_in_one_window_is_found_there_and_one_of_all_in_both_windows(visit, scheme, width):
    with visit("index.html") as seen:
        seen.page.evaluate(PLANTED, [scheme, width])
        found = {each.partition(",")[0] for each in faults(seen)}
        assert found == {f"{width} {scheme}: color-contrast", "320 light: image-alt", "1200 dark: image-alt"}


def test_two_rules_of_axe_look_at_colors(visit):
    with visit("index.html") as seen:
        seen.page.evaluate(program())
        assert {rule["ruleId"] for rule in seen.page.evaluate("axe.getRules(['cat.color'])")} == {*COLORS} | OFF


@pytest.mark.parametrize("width", [360, 412])
@pytest.mark.parametrize("name", ["reference/questions.html", "01-why.html"])
def test_nothing_moves_where_the_fonts_come_late(visit, name, width):
    with visit(name, late=LATE, viewport={"width": width, "height": 900}) as seen:
        seen.page.wait_for_function("() => [...document.fonts].some((face) => face.status === 'loaded')")
        seen.page.wait_for_timeout(500)
        assert seen.shift() <= SHIFT


PLACES = """() => [...document.querySelectorAll('*')].map((each) => {
  const { x, y, width, height } = each.getBoundingClientRect();
  return [each.localName, x, y, width, height].join(' ');
})"""


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("name", ["07-worked-example.html", "10-train.html"])
def test_pages_look_the_same_in_the_whole_browser(visit, visit_in_chromium, name, width):
    for _ in range(TRIES):  # on a busy machine, fonts come late once
        places = []
        for opened in (visit, visit_in_chromium):
            with opened(name, viewport={"width": width, "height": 900}) as seen:
                places.append(seen.page.evaluate(PLACES))
        if places[0] == places[1]:
            break
    assert len(places[0]) > 1000
    assert places[0] == places[1]


def test_the_browser_without_its_windows_is_of_the_same_version(browser, chromium):
    assert browser.version == chromium.version


def test_there_are_pages():
    assert (SITE / "index.html").exists(), "nox -s docs makes them"
    assert len(BOOK) > 30
