"""Every page in a real browser: light enough, silent, within its window, and without a fault that axe finds."""

import pytest
from built import all_pages, book_pages
from pages import HERE, SITE

BOOK = book_pages()
ELEMENTS, REQUESTS, BYTES, SHIFT = 5_000, 15, 150_000, 0.02
SCHEMES = {320: ("light", "dark"), 1200: ("dark", "light")}
"""The widths of windows, and in which order a page has its colors there: all rules are asked about the first."""
TRIES = 4
LATE = 0.3
"""Seconds until a font is there, on a slow line."""
OF = 8
"""Of how many generated pages, all of one kind, one is opened, unless every page is asked for."""
ALL = {}
COLORS = {"color-contrast", "link-in-text-block"}
"""The rules of axe that look at colors: the others say of a page in the dark what they say of it in the light."""
OFF = {"color-contrast-enhanced"}
"""The rule that looks at colors, too, and asks for more than axe does by itself."""
AXE_RUN = """async ([rules, all]) => {
  const found = await axe.run(all ? document : oneOfEach(), { resultTypes: ["violations"], ...rules });
  return found.violations.map(({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes[0].html.slice(0, 120)}`);
}"""
ONE_OF_EACH = """() => {
  const words = (each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const behind = (each) => {
    const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(each);
    return `${backgroundColor} ${backgroundImage} ${opacity} ${filter}|`
      + (each.parentElement ? behind(each.parentElement) : "");
  };
  const look = (each) => {
    const { color, fontSize, fontWeight, textDecorationLine, textShadow } = getComputedStyle(each);
    return [each.localName, color, fontSize, fontWeight, textDecorationLine, textShadow, behind(each)].join("|");
  };
  window.oneOfEach = () => {
    const found = new Map();
    for (const each of document.querySelectorAll("body *")) {
      if (words(each) && each.getBoundingClientRect().width > 1) found.set(look(each), each);
    }
    return { include: [...found.values()] };
  };
}"""
"""Of texts that look the same, all that is behind them included, one."""
OPEN_FOLDS = "() => { for (const fold of document.querySelectorAll('details')) fold.open = true; }"


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


@pytest.fixture(scope="module")
def axe():
    """The text of axe."""
    return (HERE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


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


def faults(seen, axe, width):
    """Return what axe finds, of both colors: of the first by all rules, then by those that look at colors.

    The second time they are asked about one of the texts that look the same: where a text stands, the first has said.
    """
    seen.page.evaluate(axe)
    seen.page.evaluate(ONE_OF_EACH)
    seen.page.evaluate(OPEN_FOLDS)
    found = []
    for scheme, rules in zip(SCHEMES[width], (ALL, {"runOnly": [*COLORS]}), strict=True):
        seen.page.emulate_media(color_scheme=scheme)
        seen.settle()
        assert seen.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
        found += seen.page.evaluate(AXE_RUN, [rules, rules is ALL])
        assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    return found


@pytest.mark.parametrize("width", SCHEMES)
@pytest.mark.parametrize("name", BOOK)
def test_a_page_has_no_fault_that_axe_finds_and_stays_within_its_window(visit, axe, name, width):
    with visit(name, viewport={"width": width, "height": 900}) as seen:
        assert faults(seen, axe, width) == []


PLANTED = """(scheme) => {
  const style = new CSSStyleSheet();
  style.replaceSync(`@media (prefers-color-scheme: ${scheme}) { #planted { color: #777; background: #888 } }`);
  document.adoptedStyleSheets.push(style);
  document.querySelector("article").innerHTML += "<p id=planted>Hard to read.</p><img src=favicon.ico>";
}"""


@pytest.mark.parametrize("width", SCHEMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_fault_of_one_color_is_found_and_so_is_one_of_both(visit, axe, scheme, width):
    with visit("index.html", viewport={"width": width, "height": 900}) as seen:
        seen.page.evaluate(PLANTED, scheme)
        found = faults(seen, axe, width)
        assert sorted(each.partition(",")[0] for each in found) == ["color-contrast", "image-alt"], found


def test_two_rules_of_axe_look_at_colors(visit, axe):
    with visit("index.html") as seen:
        seen.page.evaluate(axe)
        assert {rule["ruleId"] for rule in seen.page.evaluate("axe.getRules(['cat.color'])")} == COLORS | OFF


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
