"""The menu and the contents of a page by keyboard, in windows where they are drawers."""

import contextlib

import pytest

PAGE = "05-errors-flow-back.html"
NARROW, WIDE = 360, 1200
MENU, CONTENTS = "Menu", "On this page"
DRAWERS = {MENU: ".sidebar-drawer", CONTENTS: ".toc-drawer"}
STOPS = 120
"""How often the key Tab is pressed: more often than there are links in the drawers."""
STOP = """() => {
  const { left, right, top, bottom, width } = document.activeElement.getBoundingClientRect();
  const within = left < innerWidth && right > 0 && top < innerHeight && bottom > 0 && width > 0;
  return [document.activeElement.outerHTML.slice(0, 90), within];
}"""
SEEN = """(selector) => {
  const part = document.querySelector(selector);
  const { left, right } = part.getBoundingClientRect();
  return part.checkVisibility({ visibilityProperty: true }) && left >= 0 && right <= innerWidth;
}"""
WITHIN = "(selector) => Boolean(document.activeElement.closest(selector))"
EACH_WHERE_IT_IS_ONE = pytest.mark.parametrize(
    ("name", "width"), [(MENU, NARROW), (CONTENTS, NARROW), (CONTENTS, WIDE)]
)


@pytest.fixture
def narrow(visit):
    """Return a function that opens the page in a window of some width, where nothing moves."""
    with contextlib.ExitStack() as stack:

        def at(width):
            seen = visit(PAGE, viewport={"width": width, "height": 780}, reduced_motion="reduce")
            return stack.enter_context(seen).page

        yield at


def button(page, name):
    """Return the button of a drawer that is seen."""
    return page.get_by_role("button", name=name, exact=True)


def wait(page, name, *, is_open):
    """Wait until a drawer is open, or closed, and its button says so."""
    page.wait_for_function(f"(selector) => ({SEEN})(selector) === {str(is_open).lower()}", arg=DRAWERS[name])
    assert button(page, name).get_attribute("aria-expanded") == str(is_open).lower()


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_keyboard_is_never_where_nobody_sees_it(narrow, width):
    page, stops = narrow(width), []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        page.wait_for_function(f"() => ({STOP})()[1]", timeout=1000)
        stops.append(page.evaluate(STOP)[0])
    assert len({*stops}) > STOPS / 2


@EACH_WHERE_IT_IS_ONE
def test_a_drawer_is_reached_by_tab_opened_by_enter_and_read_on_from(narrow, name, width):
    page = narrow(width)
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            break
    wait(page, name, is_open=False)
    page.keyboard.press("Enter")
    wait(page, name, is_open=True)
    page.keyboard.press("Tab")
    assert page.evaluate(WITHIN, DRAWERS[name])


@EACH_WHERE_IT_IS_ONE
def test_escape_closes_a_drawer_and_the_keyboard_is_on_its_button_again(narrow, name, width):
    page = narrow(width)
    button(page, name).click()
    wait(page, name, is_open=True)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    wait(page, name, is_open=False)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name


@EACH_WHERE_IT_IS_ONE
def test_a_drawer_closes_where_one_points_beside_it(narrow, name, width):
    page = narrow(width)
    button(page, name).click()
    wait(page, name, is_open=True)
    page.mouse.click({MENU: width - 20, CONTENTS: 20}[name], 400)
    wait(page, name, is_open=False)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_who_has_chosen_a_place_of_the_page_sees_it(narrow, width):
    page = narrow(width)
    button(page, CONTENTS).click()
    wait(page, CONTENTS, is_open=True)
    page.locator(".toc-drawer a").nth(2).click()
    wait(page, CONTENTS, is_open=False)
    assert page.evaluate("location.hash.length") > 1
