"""Plots whose point is pushed, in Chromium: by mouse, finger and keys, they show what NumPy computes."""

import json
import re
from functools import partial
from random import Random

import numpy as np
import pytest
from axe import faults
from built import book_pages
from hands import FRAME, drag, silent, swipe, wait_until
from pages import SITE

from literate_bp import Layer, Network, backward, cost, forward
from literate_bp.activation import sigmoid, sigmoid_derivative
from literate_bp.diagram.passes.quantities import three_digits

PUSHED = [name for name in book_pages() if "data-push=" in (SITE / name).read_text(encoding="utf-8")]
WINDOWS = {360: {"width": 360, "height": 800}, 1200: {"width": 1200, "height": 900}}
CHANGES = 8
DIGITS = 1e-12
KEYS = ("ArrowUp", "ArrowLeft", "Shift+ArrowRight", "PageDown", "Shift+ArrowDown", "PageUp")
ROWS = ("value", "slope", "promised", "moved", "left")


@pytest.fixture
def visit(visit):
    """A function that opens a page in a tab of its own kind: what these tests load is not counted by others."""
    return partial(visit, has_touch=False, locale="en-GB")


class Pushed:
    """A plot of a page whose reader pushes it."""

    def __init__(self, page):
        self.page = page
        self.figure = page.locator(".bp-picture[data-push]")
        self.book = json.loads(self.figure.get_attribute("data-push"))

    def open(self):
        """Have its numbers changed."""
        self.page.evaluate("for (const fold of document.querySelectorAll('details.hide')) fold.open = true")
        self.figure.locator("button.live").click()
        self.figure.locator(".push-drawing").wait_for()
        return self

    @property
    def ids(self):
        """The ids of the numbers that may be chosen."""
        return self.figure.locator(".live-line option").evaluate_all("(all) => all.map((each) => each.value)")

    def handle(self, name):
        """Return what is dragged."""
        return self.figure.locator(f".push-handle-{name}")

    def state(self):
        """Return its network, the id of its number, its value, and the push, as the handles and the link have them."""
        self.page.evaluate(FRAME)
        state = json.loads(json.dumps(self.book))
        push = float(self.handle("push").get_attribute("aria-valuenow"))
        link = self.figure.locator(".live-link")
        changes = link.get_attribute("href").split(":", 2)[2] if link.is_visible() else ""
        for change in filter(None, changes.split(",")):
            name, value = change.split("=")
            if name == "id":
                state["id"] = value
            elif name == "push":
                assert float(value) == push
            else:
                row, last = place(state, name)
                row[last] = float(value)
        row, last = place(state, state["id"])
        assert row[last] == float(self.handle("number").get_attribute("aria-valuenow"))
        return state, row[last], push

    def shown(self):
        """Return the numbers of its table, and their texts."""
        cells = self.figure.locator(".push-numbers data")
        return cells.evaluate_all("(all) => all.map((each) => [Number(each.value), each.textContent])")

    def assert_right(self):
        """Compare all its numbers with those of NumPy, to twelve digits, and what is said with them."""
        state, value, push = self.state()
        now, slope = truth(state, value)
        moved = truth(state, value + push)[0] - now
        expected = (now, slope, slope * push, moved, moved - slope * push)
        shown = self.shown()
        for name, right, (number, text) in zip(ROWS, expected, shown, strict=True):
            assert abs(number - right) <= DIGITS * max(abs(right), abs(now)), (name, number, right)
            assert text == three_digits(number), name
        said = [self.figure.locator(".push-drawing").get_attribute("aria-label")]
        said += [self.handle(each).get_attribute("aria-valuetext") for each in ("number", "push")]
        for sentence in said:
            assert all(three_digits(number) in sentence for number, _ in shown[2:])
        assert self.figure.locator("details > p").first.text_content() == said[0]


def place(state, name):
    """Return the row in which a number stands, and its place there."""
    *places, last = [int(each) - 1 for each in name[1:].split(".") if each]
    row = state[name[0]]
    for each in places:
        row = row[each]
    return row, last


def truth(state, value):
    """Return what the curve has where its number is this, and its derivative there, by NumPy."""
    if state["of"] == "a1.1":
        return float(sigmoid(np.array(value))), float(sigmoid_derivative(np.array(value)))
    state = json.loads(json.dumps(state))
    row, last = place(state, state["id"])
    row[last] = value
    network = Network([Layer(w, b) for w, b in zip(state["w"], state["b"], strict=True)])
    trace = forward(network, state["x"])
    gradients = backward(network, trace, state["y"])
    kind, layer, *at = [state["id"][0], *(int(each) - 1 for each in state["id"][1:].split("."))]
    of = gradients.weights if kind == "w" else gradients.biases
    return float(cost(network, trace, state["y"])), float(of[layer][tuple(at)])


def change(pushed, draw):
    """Change one thing in one of the ways that a reader has."""
    page, name = pushed.page, draw.choice(["number", "push"])
    how = draw.choice(["drag", "keys", "type", "choose", "halve", "turn"])
    if how == "drag":
        drag(page, pushed.handle(name), draw.randint(-90, 90), shift=draw.random() < 0.3)
    elif how == "keys":
        pushed.handle(name).focus()
        for _ in range(draw.randint(1, 4)):
            page.keyboard.press(draw.choice(KEYS))
    elif how == "type":
        low, high = (float(pushed.handle(name).get_attribute(f"aria-value{end}")) for end in ("min", "max"))
        box = pushed.figure.locator(".live-line input").nth(0 if name == "number" else 1)
        box.fill(f"{draw.uniform(low, high) * 0.99:.{draw.randrange(1, 6)}f}".replace("-", "−"))
        page.keyboard.press("Enter")
    elif how == "choose" and pushed.ids:
        pushed.figure.locator(".live-line select").select_option(draw.choice(pushed.ids))
    else:
        pushed.figure.get_by_role("button", name="Halve" if how == "halve" else "other way").click()


def test_the_plots_of_a_slope_in_two_chapters_can_be_pushed():
    assert [name[:2] for name in PUSHED if name[0] == "0"] == ["01", "03"]


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [name for name in PUSHED if name[0] == "0"])
def test_whatever_is_pushed_every_number_is_numpys_until_the_book_is_asked_for(visit, name, scheme, width):
    draw = Random(f"{name} {scheme} {width}")  # noqa: S311  the same numbers every time
    with visit(name, viewport=WINDOWS[width], color_scheme=scheme) as seen:
        pushed = Pushed(seen.page)
        at_rest = pushed.figure.locator("details").first.inner_html()
        pushed.open().assert_right()
        for _ in range(CHANGES):
            change(pushed, draw)
            pushed.assert_right()
        pushed.figure.locator("button.live").click()
        assert pushed.figure.locator("details").first.inner_html() == at_rest
        assert pushed.figure.locator(".live-panel, .push-drawing").count() == 0
        assert pushed.figure.locator("img").is_visible()
        assert silent(seen)


@pytest.mark.parametrize("name", PUSHED)
def test_nothing_is_loaded_before_a_push_is_wanted_and_then_no_file_of_another_host(visit, name):
    with visit(name) as seen:
        assert not [url for url, _ in seen.asked if "/live/" in url]
        Pushed(seen.page).open()
        asked = [(url.removeprefix(seen.address), status) for url, status in seen.asked if "/live/" in url]
        assert len(asked) == len({*asked})
        assert {status for _, status in asked} == {200}
        own = {path.relative_to(SITE).as_posix() for path in (SITE / "_static/live/push").iterdir()}
        assert own <= {path for path, _ in asked}
        assert not [path for path, _ in asked if "/edit/" in path or path.endswith(("walk.js", "downhill.js"))]
        assert silent(seen)


@pytest.mark.parametrize("width", WINDOWS)
def test_the_curve_goes_through_what_numpy_computes_and_the_dot_is_on_it(visit, width):
    with visit("01-why.html", viewport=WINDOWS[width]) as seen:
        pushed = Pushed(seen.page).open()
        pushed.figure.locator(".live-line select").select_option("w2.1.2")
        state, value, _ = pushed.state()
        d = pushed.figure.locator(".push-drawing .push-curve").get_attribute("d")
        points = np.array([[float(each) for each in pair.split(",")] for pair in re.split("[ML]", d)[1:]])
        low, high = (float(pushed.handle("number").get_attribute(f"aria-value{end}")) for end in ("min", "max"))
        right = np.array([truth(state, at)[0] for at in np.linspace(low, high, len(points))])
        scale = np.polyfit(right, points[:, 1], 1)
        assert np.abs(np.polyval(scale, right) - points[:, 1]).max() < 0.06  # a tenth of a pixel is written
        assert scale[0] < 0
        places = re.findall(r"[\d.]+", pushed.handle("number").get_attribute("transform"))
        x, y = map(float, places)
        assert y == pytest.approx(np.polyval(scale, truth(state, value)[0]), abs=0.15)
        assert x == pytest.approx(np.interp(value, [low, high], points[[0, -1], 0]), abs=0.15)


@pytest.mark.parametrize("name", [name for name in PUSHED if name[0] == "0"])
def test_half_a_push_leaves_about_a_quarter_over_and_that_is_said(visit, name):
    with visit(name) as seen:
        pushed = Pushed(seen.page).open()
        box = pushed.figure.locator(".live-line input").nth(1)
        box.fill("0.1")
        seen.page.keyboard.press("Enter")
        wait_until(seen.page, "document.querySelector('.push-handle-push').ariaValueNow === '0.1'")
        before = pushed.figure.locator(".push-numbers data").nth(4).get_attribute("value")
        pushed.figure.get_by_role("button", name="Halve the push").click()
        said = pushed.figure.locator(".live-said", has_text="still there")
        said.wait_for()
        pushed.assert_right()
        share = pushed.shown()[4][0] / float(before)
        assert share == pytest.approx(0.25, abs=0.02)
        assert three_digits(share) in said.text_content()


def test_a_finger_drags_the_point_and_scrolls_the_page_up_and_down(visit):
    with visit("01-why.html", viewport=WINDOWS[360], has_touch=True, is_mobile=True) as seen:
        pushed = Pushed(seen.page).open()
        for name in ("number", "push"):
            handle = pushed.handle(name)
            handle.scroll_into_view_if_needed()
            before, top = pushed.state(), seen.page.evaluate("scrollY")
            swipe(seen.page, handle, 40, 25)
            pushed.assert_right()
            assert pushed.state() != before
            assert seen.page.evaluate("scrollY") == top
        after, top = pushed.state(), seen.page.evaluate("scrollY")
        swipe(seen.page, pushed.handle("number"), 0, -200)
        wait_until(seen.page, f"scrollY > {top + 50}")
        assert pushed.state() == after


def test_a_push_that_leads_out_of_the_drawing_is_refused_in_words_and_ends_at_its_edge_by_keys(visit):
    with visit("01-why.html") as seen:
        pushed = Pushed(seen.page).open()
        before = pushed.state()
        box = pushed.figure.locator(".live-line input").nth(1)
        for wrong, words in (("9", "outside of the drawing"), ("one", "is not a number")):
            box.fill(wrong)
            seen.page.keyboard.press("Enter")
            pushed.figure.locator(".live-said", has_text=words).wait_for()
            assert box.get_attribute("aria-invalid") == "true"
            assert pushed.state() == before
        seen.page.keyboard.press("Escape")
        assert box.input_value() == "2"
        pushed.handle("push").focus()
        for key in ("End", "ArrowRight"):
            seen.page.keyboard.press(key)
            pushed.assert_right()
            assert pushed.state()[2] == 8
        pushed.handle("number").focus()
        seen.page.keyboard.press("End")
        pushed.assert_right()
        assert pushed.state()[1:] == (8.6, 0)


BROKEN = {
    "w9.1.1=2": "no w9.1.1 in this figure",
    "id=x.1": "no x.1 in this figure",
    "push=20": "a push of 20 leads out of the drawing",
    "push=one": "a push of one leads out of the drawing",
    "w1.1.1=50": "50 is outside of the drawing",
    "push=1,push=2": "two values for push",
    "w1.1.1=1,w1.1.1=2": "two values for w1.1.1",
}


def test_a_link_gives_back_number_and_push_and_a_broken_one_those_of_the_book(visit):
    with visit("01-why.html") as seen:
        pushed, draw = Pushed(seen.page).open(), Random(3)  # noqa: S311  the same numbers every time
        pushed.figure.locator(".live-line select").select_option("b1.2")
        for _ in range(6):
            change(pushed, draw)
        state, link = pushed.state(), pushed.figure.locator(".live-link").get_attribute("href")
    for broken, words in BROKEN.items():
        with visit(f"01-why.html{link}") as seen:
            pushed = Pushed(seen.page)
            pushed.figure.locator(".push-drawing").wait_for()
            assert pushed.state() == state
            seen.page.evaluate(f"location.hash = '#live:fig-cost-one-weight:{broken}'")
            said = pushed.figure.locator(".live-said", has_text="These are the numbers of the book.")
            said.wait_for()
            assert words in said.text_content()
            pushed.assert_right()
            assert pushed.state() == (pushed.book, 0.6, 2)
            assert silent(seen)


@pytest.mark.parametrize("name", [name for name in PUSHED if name[0] == "0"])
def test_an_open_plot_has_no_fault_that_axe_finds_and_stays_within_its_window(visit, name):
    with visit(name, viewport={"width": 320, "height": 900}) as seen:
        Pushed(seen.page).open()
        assert faults(seen) == []


def test_what_ends_outside_of_the_drawing_is_pointed_at_and_numbers_are_said_as_they_are_typed(visit):
    with visit("03-node-backward.html") as seen:
        pushed = Pushed(seen.page).open()
        assert pushed.figure.locator(".push-beyond").count() == 0
        pushed.handle("number").press("End")
        pushed.handle("number").press("ArrowDown")
        for key in ("Home", "ArrowUp"):
            pushed.handle("push").press(key)
        pushed.page.evaluate(FRAME)
        for name in ("number", "push"):
            said = pushed.handle(name).get_attribute("aria-valuetext")
            assert re.match(r"−?\d+(\.\d{1,4})?\. ", said), said
        pushed.handle("number").press("Home")
        pushed.figure.locator(".live-line input").nth(0).fill("0.17")
        seen.page.keyboard.press("Enter")
        pushed.handle("push").press("End")
        pushed.page.evaluate(FRAME)
        assert pushed.figure.locator(".push-beyond").count() == 1


def test_paper_has_the_printed_plot(visit):
    with visit("01-why.html") as seen:
        pushed = Pushed(seen.page).open()
        seen.page.emulate_media(media="print")
        assert pushed.figure.locator("img").is_visible()
        assert pushed.figure.locator(".push-drawing").is_hidden()
        assert pushed.figure.locator(".live-open").is_hidden()


def test_a_plot_obeys_a_rule_that_a_reader_has_changed(visit):
    with visit("03-node-backward.html") as seen:
        pushed = Pushed(seen.page).open()
        before = pushed.shown()
        seen.page.evaluate(
            "async () => { const { answerBy } = await import('./_static/live/engine.js');"
            " answerBy(async (question, book) => book(question).replace(/slope1.1=\\S+/, 'slope1.1=1.0')); }"
        )
        wait_until(seen.page, "document.querySelectorAll('.push-numbers data')[1].value === '1'")
        assert pushed.shown()[0] == before[0]
