"""Live figures in Chromium: dragged, moved by keys and typed, they show what CPython computes, and nothing before."""

import json
import re
from functools import partial
from random import Random

import pytest
from built import book_pages
from hands import FRAME, Figure, drag, silent, swipe, wait_until
from pages import SITE

from literate_bp import Layer, Network
from literate_bp.diagram.passes.live import answer
from literate_bp.diagram.passes.quantities import three_digits
from literate_bp.formula.notation import NOTATIONS
from literate_bp.worked.problem import Problem, read, to_toml

LIVE = [name for name in book_pages() if "data-live=" in (SITE / name).read_text(encoding="utf-8")]
CHAPTERS = [name for name in LIVE if re.match("0[2-7]-", name)]
CHANGES = 8
KEYS = ("ArrowUp", "ArrowLeft", "Shift+ArrowRight", "PageDown", "Shift+ArrowDown")


@pytest.fixture
def visit(visit):
    """A function that opens a page in a tab of its own kind: what these tests load is not counted by others."""
    return partial(visit, has_touch=False)


def change(figure, draw):
    """Change one number in one of the ways that a reader has."""
    page, handles = figure.page, figure.handles()
    how = draw.choice(["drag", "keys", "type", "choose"])
    handle = handles.nth(draw.randrange(handles.count()))
    if how == "drag":
        drag(page, handle, draw.randint(-150, 150), shift=draw.random() < 0.3)
    elif how == "keys":
        handle.focus()
        for _ in range(draw.randint(1, 4)):
            page.keyboard.press(draw.choice(KEYS))
    elif how == "type":
        handle.focus()
        page.keyboard.press("Enter")
        page.keyboard.type(f"{draw.gauss(0, 2):.{draw.randrange(6)}f}")
        page.keyboard.press("Enter")
    else:
        options = figure.figure.locator(".live-line select option")
        figure.figure.locator(".live-line select").select_option(index=draw.randrange(options.count()))
        figure.figure.locator(".live-line input").fill(f"{draw.gauss(0, 5):.4f}".replace("-", "−"))
        page.keyboard.press("Enter")


def chooser(figure, kind):
    """Return the list of activations or of costs."""
    return figure.figure.locator(".live-choices").get_by_label(kind)


def test_the_figures_of_five_chapters_and_of_the_worked_example_are_live():
    assert {name[:2] for name in CHAPTERS} == {"02", "03", "04", "05", "06", "07"}


@pytest.mark.parametrize("name", LIVE)
def test_nothing_is_loaded_before_somebody_wants_it_and_then_the_pages_own_files_alone(visit, name):
    with visit(name) as seen:
        assert not [url for url, _ in seen.asked if "/live/" in url]
        before = len(seen.asked)
        Figure(seen.page).open()
        come_into_view = re.compile("/_images/plots/|/_static/fonts/")
        asked = [(url, status) for url, status in seen.asked[before:] if not come_into_view.search(url)]
        files = [path.relative_to(SITE).as_posix() for path in (SITE / "_static/live").rglob("*.*")]
        others = re.compile(
            "/(edit|push|plots|record|step|drop|net|write)/|(operations|optimizers|pipeline|tape|vanishing).py$"
            "|live_(check|descent|instead|layers|library|network|pipeline|record|rounding|sheet|ufuncs).py$"
        )  # what is asked for later
        served = [name for name in files if not others.search(name)]
        assert sorted(asked) == sorted((f"{seen.address}{name}", 200) for name in served)  # each once
        assert silent(seen)


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("name", CHAPTERS)
def test_whatever_is_changed_every_number_is_the_one_of_cpython_until_the_book_is_asked_for(visit, name, width):
    draw = Random(f"{name} {width}")  # noqa: S311  the same numbers every time
    with visit(name, viewport={"width": width, "height": 900}) as seen:
        for number in range(seen.page.locator(".bp-picture[data-live]").count()):
            figure = Figure(seen.page, number)
            at_rest = figure.texts()
            figure.open()
            assert figure.assert_right() == at_rest
            for _ in range(CHANGES):
                change(figure, draw)
                figure.assert_right()
            assert figure.texts() != at_rest
            figure.figure.locator("button.live").click()
            assert figure.texts() == at_rest
            assert figure.figure.locator(".live-panel, .live-number").count() == 0
        assert silent(seen)


def test_a_page_without_a_live_figure_offers_none(visit):
    with visit("08-matrices.html") as seen:
        assert seen.page.locator("button.live").count() == 0


def test_a_finger_drags_a_number_sideways_and_scrolls_the_page_up_and_down(visit):
    with visit("02-node-forward.html", viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True) as seen:
        figure = Figure(seen.page).open()
        handle = figure.handles().nth(1)
        handle.scroll_into_view_if_needed()
        before, top = figure.state(), seen.page.evaluate("scrollY")
        swipe(seen.page, handle, 80, 0)
        figure.assert_right()
        assert figure.state() != before
        assert figure.state()["x"][1] == pytest.approx(before["x"][1] + 0.8)  # the finger has gone by 80 pixels
        assert seen.page.evaluate("scrollY") == top
        after = figure.state()
        swipe(seen.page, handle, 0, -200)
        wait_until(seen.page, f"scrollY > {top + 50}")
        assert figure.state() == after


def test_a_finger_that_begins_to_scroll_on_a_number_never_changes_it(visit):
    with visit("02-node-forward.html", viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True) as seen:
        figure = Figure(seen.page).open()
        handle = figure.handles().nth(1)
        handle.scroll_into_view_if_needed()
        seen.page.evaluate(
            "new MutationObserver((changes) => { document.body.dataset.moved ??= changes.find(({ target, oldValue }) =>"
            " target.getAttribute('aria-valuetext') !== oldValue)?.oldValue; })"
            ".observe(document.querySelector('.live-numbers:has([tabindex])'),"
            " { subtree: true, attributeOldValue: true, attributeFilter: ['aria-valuetext'] })"
        )
        swipe(seen.page, handle, 12, -40)
        figure.assert_right()
        assert figure.state() == figure.book
        assert seen.page.evaluate("document.body.dataset.moved ?? 'undefined'") == "undefined"


def test_a_control_has_a_name_and_a_value_and_what_is_typed_wrong_is_refused_in_words(visit):
    with visit("02-node-forward.html") as seen:
        figure = Figure(seen.page).open()
        weight = seen.page.get_by_role("spinbutton", name="weight from input 2 to node 1 of layer 1")
        assert (weight.get_attribute("aria-valuenow"), weight.get_attribute("aria-valuetext")) == ("-1.1", "−1.10")
        weight.focus()
        seen.page.keyboard.press("Enter")
        seen.page.keyboard.type("two")
        seen.page.keyboard.press("Enter")
        said = figure.figure.locator(".live-said")
        assert said.text_content() == "“two” is not a number; one such as −0.25 was expected."
        assert figure.figure.locator(".live-line input").get_attribute("aria-invalid") == "true"
        assert figure.state() == figure.book
        seen.page.keyboard.press("Escape")
        assert said.text_content() == ""
        assert figure.figure.locator(".live-line input").input_value() == "−1.1"


def test_a_link_gives_back_its_numbers_and_a_broken_one_those_of_the_book(visit):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        draw = Random(5)  # noqa: S311  the same numbers every time
        for _ in range(5):
            change(figure, draw)
        texts, link = figure.texts(), figure.figure.locator(".live-link").get_attribute("href")
    with visit(f"05-errors-flow-back.html{link}") as seen:
        figure = Figure(seen.page)
        figure.figure.locator(".live-panel").wait_for()
        assert figure.texts() == texts
        seen.page.evaluate("location.hash = '#live:fig-network-backward:w9.1.1=2'")
        figure.figure.locator(".live-said", has_text="of the book").wait_for()
        assert figure.state() == figure.book
        figure.assert_right()
        assert silent(seen)


def test_a_figure_whose_engine_does_not_come_says_so_and_tries_again(visit):
    with visit("02-node-forward.html") as seen:
        seen.page.route("**/micropython.wasm", lambda route: route.abort())
        button = seen.page.locator("button.live")
        button.click()
        seen.page.locator(".notation-said", has_text="could not be loaded").wait_for(state="attached")
        assert button.text_content() == "Change the numbers: try again"
        note = seen.page.locator(".bp-picture .live-failed")
        assert note.text_content() == "What runs the rules could not be loaded."
        seen.page.unroute("**/micropython.wasm")
        Figure(seen.page).open().assert_right()
        assert button.text_content() == "Back to the book’s numbers"
        assert note.count() == 0


def test_the_numbers_keep_when_the_letters_change_and_errors_take_the_sign_of_the_notation(visit):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page)
        at_rest = figure.texts()
        figure.open()
        change(figure, Random(8))  # noqa: S311  the same numbers every time
        for notation in ("udacity", "nielsen", "book"):
            seen.page.select_option(".notation-content select", notation)
            seen.page.wait_for_selector(f"html[data-notation={notation}]", state="attached")
            figure.assert_right()
        seen.page.select_option(".notation-content select", "udacity")
        seen.page.wait_for_selector("html[data-notation=udacity]", state="attached")
        figure.figure.locator("button.live").click()
        seen.page.select_option(".notation-content select", "book")
        seen.page.wait_for_selector("html[data-notation=book]", state="attached")
        assert figure.texts() == at_rest


def test_both_views_are_live_when_the_window_changes(visit):
    with visit("04-network-and-cost.html", viewport={"width": 1200, "height": 900}) as seen:
        figure = Figure(seen.page).open()
        draw = Random(4)  # noqa: S311  the same numbers every time
        for width in (360, 1200, 360):
            seen.page.set_viewport_size({"width": width, "height": 900})
            seen.page.wait_for_timeout(200)
            change(figure, draw)
            figure.assert_right()


WORDS = """(figure) => {
  const trees = [figure, ...[...figure.querySelectorAll("template")].map((each) => each.content)];
  const places = trees.flatMap((tree) => [...tree.querySelectorAll("svg text, details, svg[aria-label]")]);
  return places.map((each) => (each.ariaLabel ?? "") + each.textContent).join();
}"""
"""What a figure says, in both views, in words, and to those who listen."""
CHOSEN = [
    ("tanh", "tanh", "squared_error"),
    ("relu", "ReLU", "half_squared_error"),
    ("gelu_tanh", "tGELU", "squared_error"),
]
"""An activation, what formulas call it, and a cost."""


@pytest.mark.parametrize("name", CHAPTERS)
def test_with_another_activation_and_another_cost_every_number_is_the_one_of_cpython_until_the_book_is_asked_for(
    visit, name
):
    draw = Random(name)  # noqa: S311  the same numbers every time
    with visit(name) as seen:
        figure = Figure(seen.page)
        at_rest, names = figure.texts(), "sigmoid" in figure.figure.evaluate(WORDS)
        figure.open()
        for activation, called, cost in CHOSEN:
            chooser(figure, "activation").select_option(activation)
            if figure.book["y"]:
                chooser(figure, "cost").select_option(cost)
            assert figure.assert_right() != at_rest
            said = figure.figure.evaluate(WORDS)
            assert "sigmoid" not in said
            assert (called in said) == names
            assert "_" not in said
            change(figure, draw)
            figure.assert_right()
        assert chooser(figure, "cost").count() == bool(figure.book["y"])
        figure.figure.locator("button.live").click()
        assert figure.texts() == at_rest
        figure.open()
        assert chooser(figure, "activation").input_value() == "sigmoid"
        assert silent(seen)


def test_a_choice_is_made_by_keyboard_kept_in_the_link_and_stands_in_the_formulas(visit):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        chooser(figure, "activation").focus()
        seen.page.keyboard.type("tanh")
        chooser(figure, "cost").focus()
        seen.page.keyboard.press("ArrowDown")
        texts, link = figure.texts(), figure.figure.locator(".live-link").get_attribute("href")
        assert link.endswith(":activation=tanh,cost=squared_error")
    with visit(f"05-errors-flow-back.html{link}") as seen:
        figure = Figure(seen.page)
        figure.figure.locator(".live-panel").wait_for()
        assert figure.texts() == texts
        line, step = (
            figure.figure.locator(".live-formula"),
            figure.figure.get_by_role("button", name="Step", exact=True),
        )
        step.click()
        assert " = 2 · (ŷ₁ − y₁) = 2 · (" in line.text_content()
        while "′" not in line.text_content().partition("=")[0]:
            step.click()
        assert " = tanh′(z³₁) = tanh′(" in line.text_content()
        broken = {
            "activation=swishy": "no activation “swishy” in this figure",
            "cost=": "no cost “” in this figure",
            "activation=relu,activation=tanh": "two values for activation",
            "x.1=1,x.1=2": "two values for x.1",
        }
        for wrong, said in broken.items():
            seen.page.evaluate(f"location.hash = '#live:fig-network-backward:{wrong}'")
            figure.figure.locator(".live-said", has_text=said).wait_for()
            assert figure.state() == figure.book
            figure.assert_right()


@pytest.mark.parametrize("number", ["1e308", "-1e99", "1e999"])
def test_a_link_whose_number_no_product_can_hold_is_refused_and_gives_the_numbers_of_the_book(visit, number):
    with visit(f"05-errors-flow-back.html#live:fig-network-backward:x.1={number}") as seen:
        figure = Figure(seen.page)
        figure.figure.locator(".live-said", has_text=f"{number} is too far from 0").wait_for()
        assert figure.state() == figure.book
        figure.assert_right()


STEPPED = {"02": "z1.1", "03": "delta2.1", "04": "z1.1", "05": "da3.1", "06": "dw3.1.1"}


@pytest.mark.parametrize("name", [name for name in CHAPTERS if name[:2] in STEPPED])
def test_step_by_step_each_quantity_of_the_figure_is_lit_with_its_formula_and_its_number(visit, name):
    with visit(name) as seen:
        figure = Figure(seen.page).open()
        change(figure, Random(2))  # noqa: S311  the same numbers every time
        line, said = figure.figure.locator(".live-formula"), []
        while len(said) < 2 or said[-1] != said[0]:
            figure.figure.get_by_role("button", name="Step", exact=True).click()
            (lit,) = {each.get_attribute("data-q") for each in figure.figure.locator("text.live-lit").all()}
            said.append((lit, line.text_content()))
        said.pop()
        values = figure.values()
        assert len({each for each, _ in said}) == len(said) >= 4
        for quantity, text in said:
            *_, numbers, number = parts = text.split(" = ")
            assert len({*parts}) == len(parts)
            assert "sigmoid((" not in text.replace("′", "")
            assert number == three_digits(values[quantity])
            assert all(part.strip("()") for part in re.split(r" [+·−/] ", numbers))
        figure.figure.get_by_role("button", name="Step back").click()
        assert line.text_content() == said[-1][1]
        figure.figure.locator("button.live").click()
        assert figure.figure.locator(".live-lit, .live-part").count() == 0


def test_a_formula_stands_in_the_letters_of_the_reader_and_follows_the_numbers(visit):
    with visit("03-node-backward.html") as seen:
        figure = Figure(seen.page).open()
        for _ in range(3):
            figure.figure.get_by_role("button", name="Step", exact=True).click()
        line = figure.figure.locator(".live-formula")
        assert line.text_content().startswith(
            "∂C/∂a¹₁ = w²₁₁ · δ²₁ + w²₁₂ · δ²₂ = 1.50 · (−0.0338) + (−0.700) · 0.0726 = "
        )
        figure.figure.locator(".live-line select").select_option("w2.1.1")
        figure.figure.locator(".live-line input").fill("2")
        seen.page.keyboard.press("Enter")
        seen.page.evaluate(FRAME)
        assert " = 2.00 · " in line.text_content()
        seen.page.select_option(".notation-content select", "mazur")
        seen.page.wait_for_selector("html[data-notation=mazur]", state="attached")
        assert line.text_content().startswith("∂E_total/∂out¹₁ = w₁₀ · δ²₁ + ")
        assert " = 2.00 · " in line.text_content()


@pytest.mark.parametrize("name", [name for name in CHAPTERS if name[:2] in {"03", "05", "06", "07"}])
def test_a_push_finds_what_the_rules_say_of_each_number(visit, name):
    with visit(name) as seen:
        figure = Figure(seen.page).open()
        draw = Random(name)  # noqa: S311  the same numbers every time
        for _ in range(6):
            change(figure, draw)
            figure.figure.get_by_role("button", name="Check").click()
            said = figure.figure.locator(".live-said").text_content()
            if "target" in said:
                continue
            chosen = figure.figure.locator(".live-line select").input_value()
            values = figure.values()
            rules = values[f"da0{chosen[1:]}" if chosen[0] == "x" else f"d{chosen}"]
            assert number_in(said, "The rules say") == pytest.approx(rules, rel=1e-5)
            assert number_in(said, "changes by") == pytest.approx(rules, rel=1e-3, abs=1e-9)


def number_in(text, before):
    """Return the number behind some words."""
    found = re.search(rf"{before} (−?[\d.]+)(?:·10(\S+?))?(?: |\.$)", text)
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(f"{found[1].replace('−', '-')}e{(found[2] or '0').translate(raised)}")


def lit(figure):
    """Return the ids of what is lit as a part of a path."""
    return {each.get_attribute("data-q") for each in figure.figure.locator(".live-path").all()}


def assert_paths(figure, weight):
    """Compare the paths of a weight with CPython's."""
    box = figure.figure.locator(".live-paths")
    notation = figure.page.evaluate("document.documentElement.dataset.notation")
    question = {**figure.state(), "do": "paths", "id": weight, "sign": NOTATIONS[notation].error_sign}
    *lines, total = (line.rpartition("=") for line in answer(json.dumps(question)).splitlines())
    box.locator(f"p:has-text('{three_digits(float(total[2]))}')").wait_for()
    said = [each.text_content() for each in box.locator("li").all()]
    assert [each.rpartition(" = ")[2] for each in said] == [three_digits(float(value)) for _, _, value in lines]
    for text, (formula, _, _) in zip(said, lines, strict=True):
        assert all(each.count(" · ") == formula.count(" · ") for each in text.split(" = ")[:-1])
    shown = {each.get_attribute("data-q") for each in figure.figure.locator("text[data-q]").all()}
    factors = {name for formula, _, _ in lines for name in re.findall(r"\{([^{}]*)\}", formula)}
    assert lit(figure) >= factors & shown
    ahead = {name for name in lit(figure) if re.match(r"d?w", name)} - {weight, f"d{weight}"}
    assert {name.removeprefix("d") for name in ahead} == {
        name for name in factors if name[0] == "w" and shown & {name, f"d{name}"}
    }
    return said


@pytest.mark.parametrize("name", [name for name in CHAPTERS if name[:2] != "02"])
def test_a_click_on_a_weight_shows_its_paths_whose_products_add_up_until_escape(visit, name):
    with visit(name) as seen:
        figure = Figure(seen.page).open()
        numbers = figure.figure.locator(".live-number[data-id^='w']").filter(visible=True)
        lines = figure.figure.locator("path[data-q^='w1'], path[data-q^='dw1']").filter(visible=True)
        weight = numbers.first.get_attribute("data-id") if numbers.count() else ""
        if weight:
            numbers.first.click()
        else:  # the gradients of weights are shown, and the weights are not
            lines.first.evaluate("(line) => line.dispatchEvent(new MouseEvent('click', { bubbles: true }))")
            weight = lines.first.get_attribute("data-q").removeprefix("d")
        before = assert_paths(figure, weight)
        figure.figure.locator(".live-line input").fill("2.5")
        seen.page.keyboard.press("Enter")
        seen.page.evaluate(FRAME)
        assert assert_paths(figure, weight) != before
        seen.page.keyboard.press("Escape")
        assert figure.figure.locator(".live-paths").is_hidden()
        assert not lit(figure)
        figure.assert_right()
        assert silent(seen)


def test_paths_are_asked_for_by_keyboard_said_to_those_who_listen_and_follow_the_letters_and_the_chosen_weight(visit):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        select, button = figure.figure.locator(".live-line select"), figure.figure.get_by_role("button", name="Paths")
        button.press("Enter")
        assert figure.figure.locator(".live-said").text_content().startswith("Weights have paths to the cost.")
        select.select_option("w1.1.2")
        button.press("Enter")
        said = assert_paths(figure, "w1.1.2")
        assert len(said) == 6
        assert said[0].startswith("x₁ · σ′(z¹₂) · w²₂₁ · σ′(z²₁) · w³₁₁ · σ′(z³₁) · ∂C/∂ŷ₁ = 0.900 · ")
        assert figure.figure.locator(".live-paths").get_attribute("role") == "status"
        assert (
            figure.figure.locator(".live-paths p")
            .text_content()
            .startswith(
                "The weight from input 1 to node 2 of layer 1 reaches the cost by 6 paths. The sum of their products "
            )
        )
        seen.page.select_option(".notation-content select", "udacity")
        seen.page.wait_for_selector("html[data-notation=udacity]", state="attached")
        figure.figure.locator(".live-paths li", has_text=" · (−").first.wait_for()
        assert_paths(figure, "w1.1.2")
        select.select_option("w3.1.2")
        assert len(assert_paths(figure, "w3.1.2")) == 1
        select.select_option("b1.1")
        assert figure.figure.locator(".live-paths").is_hidden()
        assert not lit(figure)


def test_a_path_has_the_formula_of_what_the_picture_does_not_show(visit):
    with visit("04-network-and-cost.html") as seen:
        figure = Figure(seen.page).open()
        figure.figure.locator(".live-line select").select_option("w1.1.2")
        figure.figure.get_by_role("button", name="Paths").click()
        assert assert_paths(figure, "w1.1.2")[0].startswith(
            "x₁ · sigmoid′(z¹₂) · w²₂₁ · sigmoid′(z²₁) · w³₁₁ · sigmoid′(z³₁) · (ŷ₁ − y₁) = 0.900 · "
        )


def test_a_finger_that_touches_a_weight_shows_its_paths(visit):
    with visit(
        "05-errors-flow-back.html", viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True
    ) as seen:
        figure = Figure(seen.page).open()
        number = figure.figure.locator(".live-number[data-id='w2.1.2']").filter(visible=True).first
        number.tap()
        assert len(assert_paths(figure, "w2.1.2")) == 3
        assert figure.state() == figure.book


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_downhill_each_step_is_that_of_the_rules_and_the_curve_of_the_cost_grows(visit, motion):
    with visit("05-errors-flow-back.html", reduced_motion=motion) as seen:
        figure = Figure(seen.page).open()
        rate = figure.figure.get_by_label("rate")
        rate.fill("0.25")
        state = figure.state()
        figure.figure.get_by_role("button", name="Step downhill").click()
        seen.page.evaluate(FRAME)
        stepped = answer(json.dumps({**state, "do": "step", "sign": 1, "rate": 0.25}))
        values = figure.values()
        for name, value in (each.split("=") for each in stepped.split()):
            assert values[name] == pytest.approx(float(value), rel=1e-12)
        figure.assert_right()
        figure.figure.get_by_role("button", name="100 steps").click()
        words = figure.figure.locator(".live-curve span")
        figure.figure.locator(".live-curve", has_text="101 steps").wait_for()
        costs = re.search(r"cost (\S+) → (\S+),", words.text_content())
        assert costs[1] == "0.417"
        assert costs[2] == three_digits(figure.values()["cost"])
        assert float(costs[2]) < 0.1
        points = figure.figure.locator(".live-curve-line").get_attribute("points").split()
        heights = [float(point.split(",")[1]) for point in points]
        assert len(points) == 102
        assert heights == sorted(heights)
        figure.assert_right()
        rate.fill("fast")
        figure.figure.get_by_role("button", name="Step downhill").click()
        assert figure.figure.locator(".live-said").text_content().startswith("The rate: “fast” is not a number")
        change(figure, Random(1))  # noqa: S311  the same numbers every time
        assert figure.figure.locator(".live-curve").is_hidden()


@pytest.mark.parametrize("name", [name for name in CHAPTERS if name[:2] != "02"])
def test_a_figure_gives_a_problem_file_that_the_command_line_reads(visit, name, tmp_path):
    with visit(name) as seen:
        figure = Figure(seen.page).open()
        chooser(figure, "activation").select_option("leaky_relu")
        draw = Random(name)  # noqa: S311  the same numbers every time
        for _ in range(3):
            change(figure, draw)
        seen.page.evaluate(FRAME)
        with seen.page.expect_download() as loaded:
            figure.figure.get_by_role("button", name="Problem file", exact=True).click()
        loaded.value.save_as(tmp_path / loaded.value.suggested_filename)
        problem, state = read(tmp_path / "problem.toml"), figure.state()
        assert [layer.weights.tolist() for layer in problem.network.layers] == state["w"]
        assert [None if layer.biases is None else layer.biases.tolist() for layer in problem.network.layers] == state[
            "b"
        ]
        assert ([*problem.x], [*problem.y], problem.rate) == (state["x"], state["y"], 0.5)
        assert {layer.activation for layer in problem.network.layers} == {"leaky_relu"}
        assert silent(seen)


GAPS = """(figure) => {
  const texts = [...figure.querySelectorAll("text[data-q]")];
  const boxes = texts.map((text) => [text.getAttribute("y"), text.getBoundingClientRect()]);
  const rows = Object.values(Object.groupBy(boxes.filter(([, box]) => box.width), ([y]) => y));
  const sorted = rows.map((row) => row.map(([, box]) => box).sort((one, other) => one.left - other.left));
  return sorted.flatMap((row) => row.slice(1).map((box, n) => box.left - row[n].right));
}"""
"""The gaps between numbers of the same row."""


def test_numbers_that_are_long_after_many_steps_keep_apart(visit):
    with visit("06-weight-gradients.html", viewport={"width": 1200, "height": 900}, reduced_motion="reduce") as seen:
        figure = Figure(seen.page).open()
        figure.figure.get_by_label("rate").fill("5")
        figure.figure.get_by_role("button", name="100 steps").click()
        figure.figure.locator(".live-curve", has_text="100 steps").wait_for()
        assert "·10" in str(figure.texts())
        assert min(figure.figure.evaluate(GAPS)) >= 8


FOCUSED = "(({ top, bottom }) => [top, bottom])(document.activeElement.getBoundingClientRect())"


def test_on_a_phone_the_panel_stays_in_view_below_the_picture_and_covers_neither_what_has_the_focus_nor_the_text(visit):
    with visit("05-errors-flow-back.html", viewport={"width": 360, "height": 740}, reduced_motion="reduce") as seen:
        figure = Figure(seen.page).open()
        panel = figure.figure.locator(".live-open")
        figure.figure.evaluate("(picture) => picture.scrollIntoView()")
        assert seen_whole(panel)
        assert panel.bounding_box()["height"] <= 0.4 * 740
        assert seen.page.evaluate("document.scrollingElement.scrollWidth") == 360
        figure.handles().first.focus()
        for _ in range(figure.handles().count() - 1):
            seen.page.keyboard.press("Tab")
            seen.page.evaluate(FRAME)
            top, bottom = seen.page.evaluate(FOCUSED)
            assert 0 < top < bottom <= panel.bounding_box()["y"]
        figure.figure.locator("details").first.evaluate("(words) => words.scrollIntoView({ block: 'end' })")
        words = figure.figure.locator("details").first.bounding_box()
        assert panel.bounding_box()["y"] + panel.bounding_box()["height"] <= words["y"]


def test_on_a_phone_what_was_asked_for_is_seen_and_the_way_out_stays_also_where_the_panel_is_smaller(visit):
    with visit("05-errors-flow-back.html", viewport={"width": 360, "height": 740}, reduced_motion="reduce") as seen:
        figure = Figure(seen.page).open()
        figure.figure.evaluate("(picture) => picture.scrollIntoView()")
        panel = figure.figure.locator(".live-panel")
        figure.figure.get_by_role("button", name="Step", exact=True).click()
        assert seen_within(figure.figure.locator(".live-formula"), panel)
        figure.figure.locator(".live-line select").select_option("w1.1.2")
        figure.figure.get_by_role("button", name="Paths").click()
        assert len(assert_paths(figure, "w1.1.2")) == 6
        assert seen_within(figure.figure.locator(".live-paths li").first, panel)
        figure.figure.get_by_role("button", name="Smaller panel").click()
        assert panel.bounding_box()["height"] < 40
        assert seen_whole(figure.figure.locator("button.live"))
        figure.figure.get_by_role("button", name="Larger panel").click()
        assert seen_within(figure.figure.locator(".live-paths li").first, panel)
        assert seen_whole(figure.figure.locator("button.live"))


def seen_within(locator, panel):
    """Whether an element lies in its panel, to the pixel."""
    inside, outside = locator.bounding_box(), panel.bounding_box()
    return outside["y"] - 1 <= inside["y"] and inside["y"] + inside["height"] <= outside["y"] + outside["height"] + 1


@pytest.mark.parametrize("end", ["reset", "key", "link"])
def test_a_hundred_steps_that_are_ended_take_no_further_one(visit, end):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page)
        at_rest = figure.texts()
        figure.open()
        handle = figure.handles().first
        figure.figure.get_by_role("button", name="100 steps").click()
        if end == "reset":
            figure.figure.locator("button.live").click()
            assert figure.texts() == at_rest
            return
        if end == "key":
            handle.focus()
            seen.page.keyboard.press("ArrowUp")
        else:
            seen.page.evaluate("location.hash = '#live:fig-network-backward:x.1=0.5'")
        figure.figure.locator(".live-curve").wait_for(state="hidden")
        seen.page.wait_for_timeout(100)  # the frame after the change
        state = figure.state()
        seen.page.wait_for_timeout(100)
        assert figure.state() == state
        assert figure.figure.locator(".live-curve").is_hidden()
        figure.assert_right()


def test_a_sign_of_percent_in_an_address_ends_no_script(visit):
    with visit("05-errors-flow-back.html#100%") as seen:
        Figure(seen.page).open().assert_right()
        assert silent(seen)


def seen_whole(locator):
    """Whether an element lies in the window."""
    box, height = locator.bounding_box(), locator.page.viewport_size["height"]
    return box["y"] >= 0 and box["y"] + box["height"] <= height


def test_a_link_leads_to_its_figure_and_its_panel_and_back_to_the_numbers_of_the_book(visit):
    with visit("05-errors-flow-back.html", viewport={"width": 1280, "height": 900}) as seen:
        figure = Figure(seen.page)
        at_rest = figure.texts()
        seen.page.evaluate("location.hash = '#live:fig-network-backward:x.1=0.5'")
        figure.figure.locator(".live-panel").wait_for()
        figure.assert_right()
        assert seen_whole(figure.figure.locator(".live-panel"))
        assert seen_whole(figure.handles().first)
        seen.page.go_back()
        seen.page.wait_for_timeout(100)
        assert figure.texts() == at_rest
        seen.page.evaluate("location.hash = '#live:fig-network-backward:x.1=0.5'")
        figure.figure.locator(".live-link").wait_for()
        figure.figure.locator("button.live").click()
        assert seen.page.evaluate("location.hash") == ""


@pytest.mark.parametrize("link", ["#live:fig-none:x.1=2", "#live:fig-network-backward"])
def test_a_link_that_names_no_figure_says_so_below_the_first_one(visit, link):
    with visit(f"05-errors-flow-back.html{link}", viewport={"width": 360, "height": 740}) as seen:
        said = seen.page.locator(".bp-picture .live-failed")
        said.wait_for()
        assert said.text_content() == "The link names no figure of this page."
        seen.page.wait_for_timeout(100)
        assert seen_whole(said)
        Figure(seen.page).open()
        assert said.count() == 0


def test_steps_downhill_may_lead_farther_than_one_may_type_and_their_link_leads_there_again(visit):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        seen.page.evaluate("location.hash = '#live:fig-network-backward:y.1=1000,y.2=-1000'")
        figure.figure.locator(".live-link").wait_for()
        figure.figure.get_by_label("rate").fill("1000")
        figure.figure.get_by_role("button", name="Step downhill").click()
        texts, link = figure.texts(), figure.figure.locator(".live-link").get_attribute("href")
        assert max(abs(float(each.split("=")[1])) for each in link.split(":")[2].split(",")) > 1000
    with visit(f"05-errors-flow-back.html{link}") as seen:
        figure = Figure(seen.page)
        figure.figure.locator(".live-panel").wait_for()
        assert figure.texts() == texts


@pytest.mark.parametrize("rate", ["0", "-0.5", "1,000"])
def test_a_rate_that_leads_nowhere_is_refused_in_words_and_its_box_is_marked(visit, rate):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        box = figure.figure.get_by_label("rate")
        box.fill(rate)
        figure.figure.get_by_role("button", name="Step downhill").click()
        assert figure.figure.locator(".live-said").text_content().startswith("The rate: ")
        assert box.get_attribute("aria-invalid") == "true"
        assert figure.state() == figure.book
        box.fill("0,5")
        figure.figure.get_by_role("button", name="Step downhill").click()
        assert box.get_attribute("aria-invalid") is None
        assert figure.state() != figure.book


def test_what_is_typed_is_one_number_with_a_point_or_a_comma(visit):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        figure.figure.locator(".live-line select").select_option("x.1")
        for text, value in {"0,125": 0.125, "−2e−3": -0.002, "1,5": 1.5}.items():
            figure.figure.locator(".live-line input").fill(text)
            seen.page.keyboard.press("Enter")
            seen.page.evaluate(FRAME)
            assert figure.state()["x"][0] == value
        for text in ("1,000", "1,5,3", "1 000", "--1", "1e999"):
            figure.figure.locator(".live-line input").fill(text)
            seen.page.keyboard.press("Enter")
            seen.page.evaluate(FRAME)
            assert text in figure.figure.locator(".live-said").text_content()
            assert figure.state()["x"][0] == 1.5
        figure.figure.locator(".live-line select").select_option("x.2")
        assert figure.figure.locator(".live-said").text_content() == ""


def test_paper_says_that_the_numbers_are_not_those_of_the_book(visit):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        seen.page.emulate_media(media="print")
        assert not figure.figure.locator(".live-printed").is_visible()
        seen.page.emulate_media(media="screen")
        change(figure, Random(1))  # noqa: S311  the same numbers every time
        seen.page.evaluate(FRAME)
        assert not figure.figure.locator(".live-printed").is_visible()
        seen.page.emulate_media(media="print")
        assert figure.figure.locator(".live-printed").is_visible()


MOST_BYTES = 50
"""What a change may leave behind: the heap is not the same to the byte from one collection to the next."""
AT_ONCE = "() => { window.requestAnimationFrame = (act) => { queueMicrotask(act); return 0; }; }"
PRESS = """(times) => {
  const handles = [...document.querySelectorAll('.live-number[tabindex]')];
  const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown'];
  const press = async () => {
    for (let n = 0; n < times; n += 1) {
      const handle = handles[(n * 7) % handles.length];
      handle.dispatchEvent(new KeyboardEvent('keydown', { key: keys[(n * n) % 6], bubbles: true }));
      await null;
      if (n % 100 === 0) await new Promise((done) => setTimeout(done));
    }
  };
  return press();
}"""


def held(page):
    """Return the bytes that the page holds, and how many nodes, after all that nobody needs has gone."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.collectGarbage")
    usage, counters = session.send("Runtime.getHeapUsage"), session.send("Memory.getDOMCounters")
    return usage["usedSize"] + usage.get("backingStorageSize", 0), counters["nodes"]


@pytest.mark.parametrize(("name", "times"), [("02-node-forward", 10_000), ("05-errors-flow-back", 2000)])
def test_ten_thousand_changes_leave_a_page_as_large_as_it_was_and_so_do_fewer_of_more_numbers(visit, name, times):
    with visit(f"{name}.html") as seen:
        Figure(seen.page).open()
        seen.page.evaluate(AT_ONCE)
        seen.page.evaluate(PRESS, times // 2)  # all that is made once, when it is first needed, is there
        before, nodes = held(seen.page)
        seen.page.evaluate(PRESS, times)
        after, nodes_after = held(seen.page)
        assert after - before < MOST_BYTES * times
        assert nodes_after - nodes < 100
        Figure(seen.page).assert_right()


def bring(figure, path, how):
    """Bring a file to a figure: chosen by the button, or dropped on the picture."""
    if how == "chosen":
        with figure.page.expect_file_chooser() as chooser:
            figure.figure.get_by_role("button", name="Open a problem file").press("Enter")
        chooser.value.set_files(path)
        return
    transfer = figure.page.evaluate_handle(
        "([text, name]) => { const all = new DataTransfer(); all.items.add(new File([text], name)); return all; }",
        [path.read_text(encoding="utf-8"), path.name],
    )
    for kind in ("dragover", "drop"):
        figure.figure.locator("svg[aria-label]").first.dispatch_event(kind, {"dataTransfer": transfer})


@pytest.mark.parametrize("how", ["chosen", "dropped"])
@pytest.mark.parametrize("name", [name for name in CHAPTERS if name[:2] != "02"])
def test_a_problem_file_that_fits_sets_the_numbers_of_a_figure(visit, name, how, tmp_path):
    with visit(name) as seen:
        figure, draw = Figure(seen.page).open(), Random(name + how)  # noqa: S311  the same numbers every time
        values = iter(lambda: round(draw.gauss(0, 2), draw.randrange(1, 6)), None)
        layers = [
            Layer([[next(values) for _ in row] for row in w], b and [next(values) for _ in b], "tanh")
            for w, b in zip(figure.book["w"], figure.book["b"], strict=True)
        ]
        x, y = ([next(values) for _ in figure.book[part]] for part in "xy")
        path = tmp_path / "mine.toml"
        path.write_text(to_toml(Problem(Network(layers), tuple(x), tuple(y), 0.125)), encoding="utf-8")
        bring(figure, path, how)
        figure.figure.locator(".live-said", has_text="These are the numbers of mine.toml.").wait_for()
        figure.assert_right()
        state = figure.state()
        assert [state[part] for part in ("w", "x", "y", "activation")] == [
            [layer.weights.tolist() for layer in layers],
            x,
            y,
            "tanh",
        ]
        if figure.figure.locator(".live-rate input").count():
            assert figure.figure.locator(".live-rate input").input_value() == "0.125"
        assert silent(seen)


@pytest.mark.parametrize("how", ["chosen", "dropped"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("inputs = [1", "line 1: the file ends within a list"),
        ("[[layer]]\nweights = [[1]]", "it has 1 layer, and this figure 3."),
        ("\x00", "line 1:"),
    ],
)
def test_a_file_that_does_not_fit_changes_nothing_and_what_is_wrong_is_said(visit, text, words, how, tmp_path):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        change(figure, Random(4))  # noqa: S311  the same numbers every time
        before = figure.texts(), figure.state()
        path = tmp_path / "broken.toml"
        path.write_text(text, encoding="utf-8")
        bring(figure, path, how)
        said = figure.figure.locator(".live-said", has_text="The file was not taken, and nothing is changed: ")
        said.wait_for()
        assert words in said.text_content()
        assert (figure.texts(), figure.state()) == before
        assert silent(seen)


def test_a_file_that_is_dropped_on_a_figure_at_rest_is_left_to_the_browser(visit):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        left = """() => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(["a"], "a.toml"));
          const drop = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer });
          return document.querySelector(".bp-picture[data-live]").dispatchEvent(drop);
        }"""
        assert seen.page.evaluate(left) is False
        figure.figure.locator("button.live").click()
        assert seen.page.evaluate(left) is True
