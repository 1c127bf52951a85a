"""A tape that a reader follows in Chromium: by mouse, finger, keys and typing, it shows what NumPy's tape finds."""

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

from literate_bp import Variable
from literate_bp.diagram.passes.quantities import three_digits
from literate_bp.diagram.plots.live_record import CALCULATIONS, answer, run

RECORDED = [name for name in book_pages() if "data-record=" in (SITE / name).read_text(encoding="utf-8")]
CHAPTER = "19-what-backward-does.html"
WINDOWS = {360: {"width": 360, "height": 800}, 1200: {"width": 1200, "height": 900}}
CHANGES = 15
DIGITS = 1e-12
KEYS = ("ArrowUp", "ArrowLeft", "Shift+ArrowRight", "PageDown", "Shift+ArrowDown", "PageUp")
BUTTONS = ("Step", "Step", "Step", "Step back", "From the beginning", "Backward", "Zero the gradients")


def short(value):
    """Write a number as the figure does: with three digits at most."""
    if not np.isfinite(value):
        return {"inf": "∞", "-inf": "−∞", "nan": "NaN"}[str(float(value))]
    digits, dot, power = three_digits(value).partition("·")
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + dot + power


@pytest.fixture
def visit(visit):
    """A function that opens a page in a tab of its own kind: what these tests load is not counted by others."""
    return partial(visit, has_touch=False, locale="en-GB")


class Tape:
    """A calculation of a page whose reader follows it."""

    def __init__(self, page):
        self.page = page
        self.figure = page.locator(".bp-picture[data-record]")
        self.given = json.loads(self.figure.get_attribute("data-record"))

    def open(self):
        """Have its numbers changed."""
        self.figure.locator("button.live").click()
        self.figure.locator(".record-drawing").wait_for()
        return self

    def press(self, name):
        """Press a button."""
        self.figure.get_by_role("button", name=re.compile(f"^{name}( again)?$")).click()

    def state(self):
        """Return the calculation, the leaves, the calls, and the step; at the end, that is None."""
        self.page.evaluate(FRAME)
        link = self.figure.locator(".live-link")
        changes = link.get_attribute("href").split(":", 2)[2] if link.is_visible() else ""
        found = dict(each.split("=") for each in filter(None, changes.split(",")))
        of = found.get("of", self.given["of"])
        assert self.figure.locator("select").input_value() == of
        leaves = [float(found.get(name, value)) for name, value in CALCULATIONS[of][1]]
        now = self.handles().evaluate_all("(all) => all.map((each) => Number(each.ariaValueNow))")
        boxes = self.figure.locator(".record-tape input").evaluate_all("(all) => all.map((each) => each.value)")
        assert leaves == now == [float(text.replace("−", "-")) for text in boxes]
        return of, leaves, int(found.get("calls", 1)), int(found["step"]) if "step" in found else None

    def handles(self):
        """Return the controls of the leaves."""
        return self.figure.locator(".live-number")

    def cells(self, column):
        """Return the number of each line in a column, and its text; nothing where there is none."""
        read = "[...each.querySelectorAll('data')].map((number) => [Number(number.value), each.textContent])[0]"
        return self.figure.locator(f".record-tape .record-{column}").evaluate_all(f"(all) => all.map((each) => {read})")

    def said(self):
        """Return what the step is said to have done."""
        return self.figure.locator(".record-now").text_content()

    def texts(self, kind):
        """Return texts of the drawing."""
        return self.figure.locator(f".record-drawing {kind}").all_text_contents()

    def assert_right(self):
        """Compare all that is shown with the package's own tape, over NumPy's arrays."""
        state = self.state()
        records, gradients, shares, last = truth(*state)
        assert_numbers(self.cells("value"), records)
        assert_numbers(self.cells("sum"), gradients)
        drawn = [short(each) for each in [*records, *gradients] if each is not None]
        assert sorted(self.texts(".record-number")) == sorted(drawn)
        assert sorted(each[2:] for each in self.texts(".record-share")) == sorted(map(short, shares))
        said = self.said()
        assert last is None or short(last) in said
        assert self.figure.locator(".record-drawing").get_attribute("aria-label") == said
        assert said in self.figure.locator("details > p").first.text_content()
        return state


def assert_numbers(shown, expected):
    """Compare numbers and their texts with those expected."""
    assert len(shown) == len(expected)
    for cell, right in zip(shown, expected, strict=True):
        assert (cell is None) == (right is None)
        if right is not None:
            number, text = cell
            assert number == pytest.approx(right, rel=DIGITS, abs=0, nan_ok=True)
            assert re.split(" [=≈] ", text)[-1] == short(right)


def truth(of, leaves, calls, step):
    """Return what the package's tape has after these steps: values, gradients, shares of the call, the last number."""
    with np.errstate(all="ignore"):
        made = run(of, leaves)
        many, lines = len(made), answer(json.dumps({"of": of, "leaves": leaves, "calls": calls})).split("\n")
    added = [line.split(" ") for line in lines[many:]]
    step = len(lines) if step is None else step
    records = [float(each.value) if place < step else None for place, each in enumerate(made)]
    gradients, shares, last = dict.fromkeys(range(many)), [], records[step - 1] if 0 < step <= many else None
    for start, _, to, share, _, after in added[: max(0, step - many)]:
        if start == "None":
            shares = []
            gradients |= {place: None for place, each in enumerate(made) if each.operation}
        else:
            shares.append(float(share))
        gradients[int(to)] = last = float(after)
    if step == len(lines):
        with np.errstate(all="ignore"):
            for _ in range(calls):
                made[-1].backward(keep=True)
        found = [float(each.gradient) for each in made if not each.operation]
        np.testing.assert_array_equal([gradients[place] for place in range(len(leaves))], found)
    return records, [*gradients.values()], shares, last


def change(tape, draw):
    """Change one thing in one of the ways that a reader has."""
    page, place = tape.page, draw.randrange(tape.handles().count())
    how = draw.choice(["drag", "keys", "type", "choose", "press", "press", "press"])
    if how == "drag":
        drag(page, tape.handles().nth(place), draw.randint(-60, 60), shift=draw.random() < 0.3)
    elif how == "keys":
        tape.handles().nth(place).focus()
        for _ in range(draw.randint(1, 4)):
            page.keyboard.press(draw.choice(KEYS))
    elif how == "type":
        tape.figure.locator(".record-tape input").nth(place).fill(
            f"{draw.uniform(-4, 4):.{draw.randrange(1, 5)}f}".replace("-", "−")
        )
        page.keyboard.press("Enter")
    elif how == "choose":
        tape.figure.locator("select").select_option(draw.choice([*CALCULATIONS]))
    else:
        for _ in range(draw.randint(1, 5)):
            tape.press(draw.choice(BUTTONS))


def test_the_tape_of_one_chapter_is_followed():
    assert [name for name in RECORDED if name[0].isdigit()] == [CHAPTER]


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whatever_a_reader_does_every_number_is_that_of_the_tape_until_the_book_is_asked_for(visit, scheme, width):
    draw = Random(f"{scheme} {width}")  # noqa: S311  the same numbers every time
    with visit(CHAPTER, viewport=WINDOWS[width], color_scheme=scheme) as seen:
        tape = Tape(seen.page)
        at_rest = tape.figure.locator("details").first.inner_html()
        states = [tape.open().assert_right()]
        assert states[0] == ("product", [2, 3], 1, None)
        for _ in range(CHANGES):
            change(tape, draw)
            states.append(tape.assert_right())
        assert len({str(state) for state in states}) > CHANGES / 2
        tape.figure.locator("button.live").click()
        assert tape.figure.locator("details").first.inner_html() == at_rest
        assert tape.figure.locator(".live-panel, .record-drawing").count() == 0
        assert tape.figure.locator("img").is_visible()
        assert silent(seen)


def test_nothing_is_loaded_before_a_tape_is_touched_and_then_no_file_of_another_host(visit):
    with visit(CHAPTER) as seen:
        assert not [url for url, _ in seen.asked if "/live/" in url]
        Tape(seen.page).open()
        asked = [(url.removeprefix(seen.address), status) for url, status in seen.asked if "/live/" in url]
        assert len(asked) == len({*asked})
        assert {status for _, status in asked} == {200}
        own = {path.relative_to(SITE).as_posix() for path in (SITE / "_static/live/record").iterdir()}
        assert own <= {path for path, _ in asked}
        assert not [path for path, _ in asked if "/edit/" in path or path.endswith(("walk.js", "downhill.js"))]
        assert silent(seen)


def test_a_keyboard_alone_goes_through_the_whole_tape_and_sees_both_terms_where_a_value_is_used_twice(visit):
    with visit(CHAPTER) as seen:
        tape = Tape(seen.page)
        tape.figure.locator("button.live").focus()
        seen.page.keyboard.press("Enter")
        tape.figure.locator(".record-drawing").wait_for()
        assert seen.page.evaluate("document.activeElement.ariaLabel") == "leaf a"
        while seen.page.evaluate("document.activeElement.textContent") != "Step":
            seen.page.keyboard.press("Tab")
        said, sums = [], []
        for _ in range(9):
            seen.page.keyboard.press("Enter")
            tape.assert_right()
            said.append(tape.said())
            sums.append(tape.figure.locator(".record-tape .record-sum").first.text_content())
            assert tape.figure.locator(".record-tape tr.record-lit").count() == (1 if len(said) <= 4 else 2)
        assert [each[:8] for each in said[:4]] == [f"Place {place}:" for place in range(4)]
        assert said[2] == "Place 2: c = a * b is recorded. It was made by multiply, and is 6."
        assert said[4] == "Call 1 of backward begins at the end: the gradient of d is 1."
        assert said[7].startswith(
            "From c to a, by the rule of multiply: g * b with g = 1 and b = 3 is 3. "
            "It is added to what is there: the gradient of a is 1 + 3 = 4."
        )
        assert said[8].endswith("After 1 call, the gradient is 4 for a and 2 for b.")
        assert sums[5:] == ["", "1", "1 + 3 = 4", "4"]
        seen.page.keyboard.press("Enter")
        assert tape.assert_right()[3] == 1
        assert silent(seen)


def test_backward_again_adds_to_the_leaves_and_zero_clears_them(visit):
    with visit(CHAPTER) as seen:
        tape, w = Tape(seen.page).open(), Variable(0.4)
        tape.figure.locator("select").select_option("square")
        for call in range(1, 4):
            ((w * 3 - 2) ** 2).backward()
            assert tape.assert_right()[2] == call
            assert tape.cells("sum")[0][0] == pytest.approx(float(w.gradient), rel=DIGITS)
            tape.press("Backward")
        tape.press("Zero the gradients")
        tape.assert_right()
        assert tape.cells("sum") == [None] * 4
        assert None not in tape.cells("value")
        tape.press("Backward")
        assert tape.assert_right()[2:] == (1, None)
        for _ in range(20):
            tape.press("Backward")
        tape.figure.locator(".live-said", has_text="After 20 calls, zero the gradients.").wait_for()
        assert tape.assert_right()[2] == 20


def test_what_is_infinite_and_what_is_no_number_is_shown_as_such(visit):
    with visit(f"{CHAPTER}#live:fig-graph:of=textbook,z=-800") as seen:
        tape = Tape(seen.page)
        tape.figure.locator(".record-drawing").wait_for()
        tape.assert_right()
        assert [text for _, text in tape.cells("value")] == ["−800", "800", "∞", "∞", "0"]
        assert tape.cells("sum")[0][1] == "NaN"
        assert tape.said().endswith("After 1 call, the gradient is NaN for z.")


def test_a_finger_drags_a_leaf_and_scrolls_the_page_up_and_down(visit):
    with visit(CHAPTER, viewport=WINDOWS[360], has_touch=True, is_mobile=True) as seen:
        tape = Tape(seen.page).open()
        handle = tape.handles().first
        handle.scroll_into_view_if_needed()
        before, top = tape.state(), seen.page.evaluate("scrollY")
        swipe(seen.page, handle, 40, 25)
        after = tape.assert_right()
        assert after[1][0] == pytest.approx(before[1][0] + 0.4, abs=0.1)
        assert seen.page.evaluate("scrollY") == top
        swipe(seen.page, handle, 0, -200)
        wait_until(seen.page, f"scrollY > {top + 50}")
        assert tape.state() == after


def test_what_nobody_can_take_is_refused_in_words_and_changes_nothing(visit):
    with visit(CHAPTER) as seen:
        tape = Tape(seen.page).open()
        before, box = tape.state(), tape.figure.locator(".record-tape input").first
        for wrong, words in (
            ("1001", "is too far from 0"),
            ("one", "is not a number"),
            ("1,000", "may be one of two numbers"),
        ):
            box.fill(wrong)
            seen.page.keyboard.press("Enter")
            tape.figure.locator(".live-said", has_text=words).wait_for()
            assert box.get_attribute("aria-invalid") == "true"
            seen.page.evaluate(FRAME)
            assert tape.cells("value")[0][0] == before[1][0]
        seen.page.keyboard.press("Escape")
        assert box.input_value() == "2"
        assert tape.assert_right() == before


@pytest.mark.parametrize(
    ("leaves", "shown"),
    [
        ("a=2,b=3", ["1 + 3 = 4"]),
        ("a=-123.456,b=0.0001234", ["1 + 1.2·10⁻⁴ ≈ 1"]),
        ("a=2,b=0.1236", ["1 + 0.124 ≈ 1.12"]),
        ("a=2,b=1000", ["1 + 1·10³ ≈ 1·10³"]),
        ("a=2,b=-0.125", ["1 + (−0.125) = 0.875"]),
    ],
)
def test_a_sum_is_said_to_be_equal_where_it_is_as_it_is_shown(visit, leaves, shown):
    with visit(f"{CHAPTER}#live:fig-graph:of=product,{leaves},step=8") as seen:
        tape = Tape(seen.page)
        tape.figure.locator(".record-drawing").wait_for()
        sums = [text for _, text in filter(None, tape.cells("sum")) if "+" in text]
        assert sums == shown
        assert f"is {shown[0]}." in tape.said()


BROKEN = {
    "q=2": "no q in this figure",
    "of=products": "no calculation “products” in this figure",
    "of=square,a=1": "no a in this figure",
    "a=one": "“one” is not a number",
    "b=1e9": "is too far from 0",
    "calls=21": "calls is 21; a whole number from 1 to 20 was expected",
    "step=10": "step is 10; a whole number from 0 to 9 was expected",
    "step=1.5": "step is 1.5; a whole number from 0 to 9 was expected",
    "step": "“” is not a number",
    "of=constructor": "no calculation “constructor” in this figure",
    "a=1,a=2": "two values for a",
    "step=1,a=3,step=2": "two values for step",
    "a=1=2": "“1=2” is not a number",
}


def test_a_link_gives_back_what_was_followed_and_a_broken_one_the_numbers_of_the_book(visit):
    with visit(CHAPTER) as seen:
        tape = Tape(seen.page).open()
        tape.figure.locator("select").select_option("sums")
        tape.assert_right()
        tape.handles().first.press("ArrowUp")
        for name in ("Backward", "Step back", "Step back"):
            tape.press(name)
        state, link = tape.assert_right(), tape.figure.locator(".live-link").get_attribute("href")
    assert link == "#live:fig-graph:of=sums,a=1.1,calls=2,step=16"
    with visit(f"{CHAPTER}{link}") as seen:
        tape = Tape(seen.page)
        tape.figure.locator(".record-drawing").wait_for()
        assert tape.assert_right() == state
        for broken, words in BROKEN.items():
            seen.page.evaluate(f"location.hash = '#live:fig-graph:{broken}'")
            said = tape.figure.locator(".live-said", has_text=words)
            said.wait_for()
            assert "These are the numbers of the book." in said.text_content()
            assert tape.assert_right() == ("product", [2, 3], 1, None)
        assert silent(seen)


def test_an_open_tape_has_no_fault_that_axe_finds_and_stays_within_its_window(visit):
    with visit(CHAPTER, viewport={"width": 320, "height": 900}) as seen:
        tape = Tape(seen.page).open()
        for name in ("Step back", "Step back"):
            tape.press(name)
        assert faults(seen) == []


def test_paper_has_the_printed_graph(visit):
    with visit(CHAPTER) as seen:
        tape = Tape(seen.page).open()
        seen.page.emulate_media(media="print")
        assert tape.figure.locator("img").is_visible()
        assert tape.figure.locator(".record-drawing").is_hidden()
        assert tape.figure.locator(".live-open").is_hidden()
