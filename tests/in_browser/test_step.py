"""Step by step in a live figure: the line of a listing and the row of the sheet light together with the mark."""

import json
import re

import pytest
from hands import FRAME, Figure, silent, wait_until
from pages import SITE

CHAPTERS = ["02-node-forward", "03-node-backward", "04-network-and-cost", "05-errors-flow-back", "06-weight-gradients"]
LIT = """() => [...document.querySelectorAll('.step-line')].map((box) => {
  const pre = box.querySelector('pre');
  const at = Number(box.style.getPropertyValue('--step-line'));
  const { backgroundPositionY, backgroundSize, lineHeight } = getComputedStyle(pre);
  const [, rule] = /^def (\\w+)/m.exec(pre.textContent);
  return [rule, pre.textContent.split('\\n')[at], at, backgroundPositionY, backgroundSize, lineHeight];
})"""
"""The lines that are lit, and where a browser draws the light."""
LIGHT_IS_THERE = "() => import('./_static/live/step/lines.js').then(() => {})"
"""What lights them comes with the first step, and its list of lines after it."""


def step(figure, name="Step"):
    """Take a step, and return the quantity that is lit."""
    figure.figure.get_by_role("button", name=name, exact=True).click()
    wait_until(figure.page, "document.querySelector('.live-formula').textContent !== ''")
    figure.page.evaluate(LIGHT_IS_THERE)
    figure.page.evaluate(FRAME)
    (lit,) = {each.get_attribute("data-q") for each in figure.figure.locator("text.live-lit").all()}
    return lit


def expected(page, lines, quantity, depth, values):
    """Return the rule and the line that belong to a quantity, of those that the page lists."""
    kind, layer, node = re.fullmatch(r"([a-z]+?)(\d*)((?:\.\d+)*)", quantity).groups()
    place = {"": "", "0": " inputs", str(depth): " last"}.get(layer, "")
    below = values.get(f"z{layer}{node}", 0) < 0
    listed = page.locator(".literal-block-wrapper:has(> .rule) pre").all_text_contents()
    rules = {name: text for text in listed for name in re.findall(r"(?m)^def (\w+)", text)[:1]}
    stack = lines[kind + place][0 if below else 1]
    return next(([rule, line] for rule, line in stack if rule in rules and line in rules[rule].splitlines()), None)


@pytest.mark.parametrize("name", CHAPTERS)
def test_each_step_lights_the_line_of_the_listing_that_gives_it_and_leads_there(visit, name):
    lines = json.loads((SITE / "_static/live/step/lines.json").read_text(encoding="utf-8"))
    with visit(f"{name}.html") as seen:
        figure = Figure(seen.page).open()
        values, seen_lines, first = figure.values(), set(), step(figure)
        quantity = first
        for _ in range(60):
            right = expected(seen.page, lines, quantity, len(figure.book["w"]), values)
            lit = seen.page.evaluate(LIT)
            assert [each[:2] for each in lit] == ([right] if right else []), quantity
            for _, _, at, top, size, height in lit:
                assert top == f"calc(10px + {at}lh)" or float(top.removesuffix("px")) == pytest.approx(
                    10 + at * float(height.removesuffix("px")), abs=0.5
                )
                assert size.startswith("100%")
            seen_lines |= {tuple(each[:2]) for each in lit}
            if right and len(seen_lines) == 1:
                figure.figure.get_by_role("button", name="Its line in the listing").click()
                wait_until(
                    seen.page,
                    "(({ top, bottom }) => top < innerHeight && bottom > 0)"
                    "(document.querySelector('.step-line').getBoundingClientRect())",
                )
            if (quantity := step(figure)) == first:
                break
        assert seen_lines
        figure.figure.locator("button.live").click()
        wait_until(seen.page, "!document.querySelector('.step-line, .step-row')")
        assert silent(seen)


def test_each_step_lights_the_row_of_the_sheet_that_has_its_number(visit):
    with visit("07-worked-example.html") as seen:
        figures = seen.page.locator(".bp-picture[data-live]").count()
        sheet = seen.page.locator("tr[data-q]").evaluate_all("(rows) => rows.map((row) => row.dataset.q)")
        rows, steps = set(), set()
        for number in range(figures):
            figure = Figure(seen.page, number).open()
            values, first = figure.values(), step(figure)
            quantity = first
            for _ in range(30):
                steps.add(quantity)
                row = seen.page.locator(".step-row")
                if row.count():
                    assert row.count() == 1
                    rows.add(quantity)
                    text = row.locator("td").first.text_content().replace("−", "-")
                    shown = float(re.sub(r"·10(.+)", lambda power: "e" + power[1].translate(RAISED), text))
                    factor = -RATE if quantity.startswith(("dw", "db")) else 1
                    assert shown == pytest.approx(factor * values[quantity], rel=1e-9), quantity
                if (quantity := step(figure)) == first:
                    break
            figure.figure.locator("button.live").click()
        assert rows == steps & {*sheet} >= {"z1.1", "a1.1", "z2.1", "a2.1", "cost", "slope1.1", "delta1.1", "delta2.1"}
        assert silent(seen)


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_a_list_of_lines_that_comes_late_lights_a_figure_that_is_still_open_and_no_other(visit, closed):
    with visit("07-worked-example.html") as seen:
        held = []

        def hold(route):
            held.append(route)

        seen.page.route("**/step/lines.json", hold)
        figure = Figure(seen.page).open()
        figure.figure.get_by_role("button", name="Step", exact=True).click()
        wait_until(seen.page, "document.querySelector('.live-formula').textContent !== ''")
        for _ in range(100):
            if held:
                break
            seen.page.wait_for_timeout(20)
        assert seen.page.locator(".step-row").count() == 0
        if closed:
            figure.figure.locator("button.live").click()
        held[0].continue_()
        seen.page.unroute("**/step/lines.json")
        seen.page.evaluate(LIGHT_IS_THERE)
        seen.page.evaluate(FRAME)
        assert seen.page.locator(".step-row").count() == (0 if closed else 1)
        assert silent(seen)


def test_where_a_figure_has_another_activation_or_cost_the_lines_of_the_book_stay_dark(visit):
    with visit("04-network-and-cost.html") as seen:
        figure = Figure(seen.page).open()
        choices = figure.figure.locator(".live-choices")
        choices.get_by_label("activation").select_option("relu")
        choices.get_by_label("cost").select_option(index=1)
        lit, first = {}, step(figure)
        quantity = first
        while quantity not in lit:
            lit[quantity] = [rule for rule, *_ in seen.page.evaluate(LIT)]
            quantity = step(figure)
        dark = {quantity for quantity, rules in lit.items() if not rules}
        assert dark == {quantity for quantity in lit if quantity[0] in "ac"}
        assert all(name in lit for name in ("z1.1", "a1.1", "cost"))


def test_a_sheet_whose_numbers_are_no_longer_those_of_the_figure_stays_dark(visit):
    with visit("07-worked-example.html") as seen:
        figure = Figure(seen.page).open()
        step(figure)
        wait_until(seen.page, "document.querySelectorAll('.step-row').length === 1")
        figure.handles().first.focus()
        seen.page.keyboard.press("ArrowUp")
        step(figure)
        assert seen.page.locator(".step-row").count() == 0


def test_the_keyboard_is_led_to_a_line_and_back(visit):
    with visit("03-node-backward.html") as seen:
        figure = Figure(seen.page).open()
        step(figure)
        figure.figure.get_by_role("button", name="Its line in the listing").press("Enter")
        back = seen.page.get_by_role("button", name="Back to the figure")
        wait_until(seen.page, "document.activeElement.textContent === 'Back to the figure'")
        back.press("Enter")
        wait_until(seen.page, "document.activeElement.textContent === 'Its line in the listing'")
        assert back.count() == 0


RATE = 0.5
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def test_a_row_is_lit_in_the_letters_of_the_reader_too(visit):
    with visit("07-worked-example.html") as seen:
        figure = Figure(seen.page).open()
        quantity = step(figure)
        before = seen.page.locator(".step-row").text_content()
        seen.page.select_option(".notation-content select", "nielsen")
        seen.page.wait_for_selector("html[data-notation=nielsen]", state="attached")
        wait_until(seen.page, "document.querySelectorAll('.step-row').length === 1")
        assert seen.page.locator(".step-row").get_attribute("data-q") == quantity
        assert seen.page.locator(".step-row").text_content() != before
