"""For every hand, eye and ear: where the keyboard is, what moves, colors that the reader forces, what is copied."""

import pytest

PAGE = "05-errors-flow-back.html"
WINDOW = {"viewport": {"width": 1200, "height": 900}}
CLIPBOARD = ("clipboard-read", "clipboard-write")
FOCUSED = [".sidebar-search", ".highlight > button.copy", "div.math > button.copy", "button.claim"]
FOCUSED += [
    ".content-icon-container .theme-toggle",
    ".notation-content select",
    "details.check > summary",
    "article p > a",
]
OUTLINE = """(selector) => {
  const element = [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
  element.scrollIntoView({ block: 'center', behavior: 'instant' });
  element.focus({ focusVisible: true });
  const { outlineStyle, outlineWidth, opacity } = getComputedStyle(element);
  return [document.activeElement === element, outlineStyle !== 'none' && parseFloat(outlineWidth) > 0, opacity];
}"""
MOVING = """() => [...document.querySelectorAll('*')].filter((element) => {
  const style = getComputedStyle(element);
  const lasts = (times) => times.split(', ').some((time) => parseFloat(time) > 0);
  const animated = style.animationName !== 'none' && lasts(style.animationDuration);
  return lasts(style.transitionDuration) || animated || style.scrollBehavior === 'smooth';
}).length"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_seen_where_the_keyboard_is(visit, scheme):
    with visit(PAGE, **WINDOW, color_scheme=scheme) as seen:
        for selector in FOCUSED:
            assert seen.page.evaluate(OUTLINE, selector) == [True, True, "1"], selector


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_ask_for_it(visit, motion, moves):
    with visit(PAGE, **WINDOW, reduced_motion=motion) as seen:
        assert (seen.page.evaluate(MOVING) > 0) == moves


def test_with_colors_of_the_readers_own_buttons_have_borders_and_pictures_their_colors_on_paper(visit):
    with visit(PAGE, **WINDOW, forced_colors="active") as seen:
        style = "(selector) => { const found = getComputedStyle(document.querySelector(selector)); return [%s]; }"
        for selector in ("button.copy", "button.claim", "details.check > summary"):
            kind, width = seen.page.evaluate(style % "found.borderStyle, parseFloat(found.borderWidth)", selector)
            assert kind == "solid"
            assert width >= 1
        adjusted, ground = seen.page.evaluate(
            style % "found.forcedColorAdjust, found.backgroundColor", ".bp-picture svg"
        )
        assert adjusted == "none"
        assert ground == "rgb(255, 255, 255)"


def buttons(page, selector):
    """Return the first button of a kind, of which the page has many."""
    return page.locator(selector).first


def accessible(page):
    """Return the roles and names that Chromium tells those who listen."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [(each["role"]["value"], each.get("name", {}).get("value", "")) for each in nodes if not each["ignored"]]


def test_each_button_that_copies_is_named_for_what_it_copies_and_no_two_have_one_name(visit):
    with visit("03-node-backward.html", **WINDOW) as seen:
        names = [name for role, name in accessible(seen.page) if role == "button" and name.startswith("Copy ")]
        assert len(names) > 30
        assert len({*names}) == len(names)
        assert "Copy formula (3.1) as LaTeX" in names
        assert sum(name.startswith("Copy Listing 3.3: def linear_error(") for name in names) == 1
        seen.page.select_option(".notation-content select", "udacity")
        seen.page.wait_for_selector("html[data-notation=udacity]", state="attached")
        again = [name for role, name in accessible(seen.page) if role == "button" and name.startswith("Copy ")]
        assert len({*again}) == len(again)


def test_a_button_that_copies_a_command_is_named_for_the_command(visit):
    with visit("teachers.html", **WINDOW) as seen:
        names = [name for role, name in accessible(seen.page) if role == "button" and name.startswith("Copy code")]
        assert "Copy code: python -m literate_bp diagram problem.toml --out figures" in names
        assert not [name for name in names if "%%" in name]


BROKEN = "[...document.querySelectorAll('article a:has(wbr)')].map((each) => each.innerText)"


@pytest.mark.parametrize("name", ["reference/card.html", "reference/whole-program.html"])
def test_a_name_that_may_be_broken_is_heard_as_one_word(visit, name):
    with visit(name, **WINDOW) as seen:
        heard = {said for role, said in accessible(seen.page) if role in {"link", "heading"}}
        written = seen.page.evaluate(BROKEN)
        assert len(written) > 10
        assert [each for each in written if each not in heard] == []


@pytest.mark.parametrize("by", ["pointer", "keyboard"])
def test_a_listing_is_copied_without_numbers_prompts_and_answers_and_it_is_said(visit, by):
    with visit(PAGE, **WINDOW, permissions=CLIPBOARD) as seen:
        button = buttons(seen.page, ".highlight > button.copy")
        seen.page.evaluate(
            """() => { const code = document.querySelector('.highlight pre');
            code.innerHTML = '<span class="linenos">1 </span><span class="gp">&gt;&gt;&gt; </span>x = <b>1</b>\\n'
              + '<span class="go">no</span>y\\n'; }"""
        )
        if by == "pointer":
            button.hover()
            button.click()
        else:
            button.focus()
            seen.page.keyboard.press("Enter")
        seen.page.get_by_role("status").filter(has_text="copied").wait_for(state="attached")
        assert seen.page.evaluate("navigator.clipboard.readText()") == "x = 1\ny"
        button.and_(seen.page.get_by_text("copy", exact=True)).wait_for(state="attached")


def test_where_there_is_no_clipboard_it_is_selected_and_copied(visit):
    with visit(PAGE, **WINDOW, permissions=CLIPBOARD) as seen:
        seen.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
        code = seen.page.evaluate("document.querySelector('.highlight pre').textContent")
        buttons(seen.page, ".highlight > button.copy").click()
        seen.page.get_by_role("status").filter(has_text="copied").wait_for(state="attached")
        assert seen.page.evaluate("navigator.clipboard.readText()") == code.rstrip("\n")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_lines_of_a_sheet_are_cards_of_which_nothing_scrolls_off(visit, scheme):
    with visit("07-worked-example.html", viewport={"width": 360, "height": 780}, color_scheme=scheme) as seen:
        tables = "[...document.querySelectorAll('.worked :is(.lines, .sheet)')]"
        assert seen.page.evaluate(f"{tables}.map((table) => table.scrollWidth - table.clientWidth)") == [0] * 7
        rows = f"{tables}.flatMap((table) => [...table.querySelectorAll('tbody tr')])"
        cells = "[...row.children].every((cell) => cell.getBoundingClientRect().right <= innerWidth)"
        assert seen.page.evaluate(f"{rows}.length > 50 && {rows}.every((row) => {cells})")


BUTTONS = """() => [...document.querySelectorAll('button.copy')].filter((b) => b.checkVisibility()).map((button) => {
  const { left, right, top, bottom, height } = button.getBoundingClientRect();
  const edges = [];
  for (let around = button.parentElement; !around.matches('article'); around = around.parentElement)
    if (getComputedStyle(around).overflowX !== 'visible') edges.push(around.getBoundingClientRect());
  const whole = edges.every((edge) => edge.top <= top && edge.bottom >= bottom && edge.left <= left);
  const text = document.createRange();
  text.selectNodeContents(button.parentElement.querySelector('pre, math'));
  const over = [...text.getClientRects()].some((line) => line.width > 0 && line.top < bottom && line.bottom > top
    && line.left < right && line.right > left && line.height < 60);
  return { whole, over, height };
})"""


@pytest.mark.parametrize("phone", [True, False])
def test_buttons_are_whole_and_on_a_phone_they_are_large_enough_and_lie_over_nothing(visit, phone):
    window = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True} if phone else WINDOW
    with visit(PAGE, **window) as seen:
        found = seen.page.evaluate(BUTTONS)
        assert len(found) > 10
        assert all(button["whole"] for button in found)
        if phone:
            assert min(button["height"] for button in found) >= 24
            assert not [button for button in found if button["over"]]
