"""Plots that move in Chromium: by mouse, finger, keys and typing, they show what NumPy computes."""

import json
import warnings
from dataclasses import replace
from functools import cache, partial
from itertools import count
from random import Random

import numpy as np
import pytest
from built import book_pages
from hands import FRAME, drag, silent, swipe
from pages import HERE, SITE
from sklearn.datasets import load_digits

import literate_bp
from literate_bp import (
    OPTIMIZERS,
    SGD,
    Layer,
    Network,
    SchemeWarning,
    accuracy,
    backward,
    cost,
    forward,
    gallery,
    gradient_flow,
    initialize,
)
from literate_bp.diagram.passes.quantities import three_digits
from literate_bp.diagram.plots.live_pipeline import ORDERS
from literate_bp.diagram.plots.precision import percent
from literate_bp.pipeline import bubble_share, schedule, waiting_share
from literate_bp.precision import rounding_outcomes

PLOTS = [name for name in book_pages() if "data-plot=" in (SITE / name).read_text(encoding="utf-8")]
WINDOWS = {360: {"width": 360, "height": 800}, 1200: {"width": 1200, "height": 900}}
CHANGES = 25
COUNTED = {"scale", "starts", "bugs"}
"""The kinds of plots whose numbers were found when the page was made."""
FIRST = {
    "vanishing": "depth",
    "scale": "power",
    "descent": "rate",
    "starts": "seed",
    "pipeline": "stages",
    "bugs": "start",
}
"""What links call the first number of each kind."""
DIGITS = 1e-12
CLOSE = 1e-8
"""Times that are as near are one but for rounding."""
KEYS = ("ArrowUp", "ArrowLeft", "Shift+ArrowRight", "PageDown", "Shift+ArrowDown", "PageUp", "Home", "End")


@pytest.fixture
def visit(visit):
    """A function that opens a page in a tab of its own kind: what these tests load is not counted by others."""
    return partial(visit, has_touch=False, locale="en-GB")


class Plot:
    """A plot of a page whose reader moves it."""

    def __init__(self, page):
        self.page = page
        self.figure = page.locator(".bp-picture[data-plot]")
        self.given = json.loads(self.figure.get_attribute("data-plot"))

    def open(self):
        """Have its numbers changed."""
        self.page.evaluate("for (const fold of document.querySelectorAll('details.hide')) fold.open = true")
        self.figure.locator("button.live").click()
        self.figure.locator(".plot-drawing").wait_for()
        return self

    def state(self):
        """Return its numbers and choices by what they are called."""
        self.page.evaluate(FRAME)
        numbers = self.figure.locator(".plot-number").evaluate_all(
            "(all) => all.map((each) => [each.textContent, Number(each.querySelector('[type=range]').value)])"
        )
        choices = self.figure.locator(".live-choices select").evaluate_all(
            "(all) => all.map((each) => [each.labels[0].firstChild.data, each.value])"
        )
        return dict(numbers) | dict(choices)

    @property
    def first_number(self):
        """What links call its first number."""
        if "powers" in self.given:
            return "power"
        return FIRST[self.given["kind"]]

    def rows(self):
        """Return the numbers of its table, and their texts."""
        self.page.evaluate(FRAME)
        rows = self.figure.locator("details tbody tr").evaluate_all(
            "(all) => all.map((row) => [...row.querySelectorAll('data')].map((n) => [Number(n.value), n.textContent]))"
        )
        assert rows
        return rows

    def range(self, name):
        """Return what moves a number."""
        return self.figure.get_by_role("slider", name=name, exact=True)

    def assert_right(self):
        """Compare all its numbers with those of NumPy, to twelve digits, and what is said with them."""
        state, rows = self.state(), self.rows()
        expected, write = TRUTHS[self.given["kind"]](self.given, state, rows)
        assert len(rows) == len(expected)
        largest = np.max(np.abs(expected), axis=0)  # on a walk, a weight may pass through 0
        for row, right in zip(rows, expected, strict=True):
            for (number, text), value, scale in zip(row, right, largest, strict=True):
                assert abs(number - value) <= DIGITS * (scale if "levels" in self.given else abs(value)), (state, value)
                assert text == write(number)
        said = self.figure.locator(".plot-now").text_content()
        assert all(text in said for text in SAID[self.given["kind"]](rows))
        assert said in self.figure.locator(".plot-drawing").get_attribute("aria-label")
        for slider in self.figure.get_by_role("slider").all():
            assert said in slider.get_attribute("aria-valuetext")
        return state


def of_layers(given, state, _):
    """Return the lengths of the errors and their bounds, by NumPy."""
    asked = given["networks"][state["Network"]]
    tables, nodes = asked["w"], len(asked["x"])
    layers = [
        Layer(
            state["weight"] * np.array(tables[n % len(tables)], float),
            np.full(nodes, state["bias"]),
            state["Activation"],
        )
        for n in range(int(state["depth"]))
    ]
    flow = gradient_flow(Network(layers), np.array(asked["x"], float), np.array(asked["y"], float))
    return list(zip(flow.errors, flow.bound, strict=True)), three_digits


def of_rounding(_given, state, _rows):
    """Return what float16 makes of the errors of the page's network, by NumPy."""
    scaled = np.ldexp(share_of_a_large_batch(), int(state["exponent of the loss scale"]))
    return [tuple(rounding_outcomes(scaled, np.float16))], percent


def share_of_a_large_batch():
    """Return the errors of which chapter 17 has a histogram."""
    digits = load_digits()
    known = np.random.default_rng(0).permutation(len(digits.data))[360:][:128]
    x, y = digits.data[known] / 16, np.eye(10)[digits.target[known]]
    start = initialize((64, 30, 10), ("sigmoid", "softmax"), "glorot_normal", "cross_entropy", 0)
    return np.concatenate([delta.ravel() for delta in backward(start, forward(start, x), y).errors]) * 2.0**-15


def of_steps(given, state, rows):
    """Return both weights and the cost at each place of a walk downhill, by NumPy.

    Each step is taken from where the page is: a large rate makes of a small difference a large one, in some steps.
    """
    x, y = np.array(given["x"], float), np.array(given["y"], float)[:, None]
    take = steps_of(given, state)
    after, found = np.array([state["first weight"], state["second weight"]], float), []
    for row in rows:
        there = np.array([number for number, _ in row[:2]])
        network = Network([Layer(there[:, None])])
        trace = forward(network, x)
        found.append((*after, cost(network, trace, y)))
        after = take(there, backward(network, trace, y).weights[0][:, 0])
    assert len(rows) == state["steps"] + 1
    return found, three_digits


def steps_of(given, state):
    """Return what takes one step after the other: it keeps what the next one needs."""
    if "powers" not in given:
        optimizer, rate = SGD(state["momentum"]), state["rate"]
    else:
        optimizer, rate = OPTIMIZERS[state["Optimizer"]], 2.0 ** state["exponent of the rate"]
    kept, numbers = {name: np.zeros(2) for name in optimizer.names}, count(1)

    def take(weights, gradient):
        nonlocal kept
        after, kept = optimizer.step(weights, gradient, rate, next(numbers), kept)
        return after

    return take


def of_starts(_given, state, _rows):
    """Return the sizes of values and errors of the networks of chapter 13, to three digits."""
    digits = load_digits()
    known = np.random.default_rng(0).permutation(len(digits.data))[360:][:500]
    x, y = digits.data[known] / 16, np.eye(10)[digits.target[known]]
    names, sizes = (*[state["Activation"]] * 6, "softmax"), (*[64] * 7, 10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SchemeWarning)
        network = initialize(sizes, names, state["Scheme"], "cross_entropy", int(state["seed"]))
    trace = forward(network, x)
    errors = [500 * delta for delta in backward(network, trace, y).errors[:-1]]
    pairs = zip(trace.activated[1:-1], errors, strict=True)
    return [[float(f"{np.sqrt(np.mean(of**2)):.2e}") for of in pair] for pair in pairs], three_digits


def of_pipeline(_given, state, _rows):
    """Return how many small batches each stage keeps at a time, and at most."""
    tasks = tasks_of(state)
    kept = [kept_at(tasks, stage, state["time"]) for stage in range(int(state["stages"]))]
    return list(zip(kept, map(most_of, own_tasks(tasks)), strict=True)), lambda value: f"{value:.0f}"


def tasks_of(state):
    """Return the schedule of a state."""
    _, order = ORDERS[state["Order"]]
    return schedule(int(state["stages"]), int(state["small batches"]), order, state["time of a way back"])


def own_tasks(tasks):
    """Return the passes of each stage."""
    return [[task for task in tasks if task.stage == stage] for stage in range(1 + max(each.stage for each in tasks))]


def kept_at(tasks, stage, time):
    """Return how many small batches have gone forward through a stage, or begun to, and are not back yet."""
    own = own_tasks(tasks)[stage]
    begun = sum(task.forward and task.start <= time + CLOSE for task in own)
    return begun - sum(not task.forward and task.end <= time + CLOSE for task in own)


def most_of(tasks):
    """Return the largest number of small batches that are kept at once."""
    return max(kept_at(shifted(tasks), 0, task.start) for task in tasks)


def shifted(tasks):
    """Return the passes of a stage as those of the first one."""
    return [replace(task, stage=0) for task in tasks]


LETTERS = dict(zip("ABCDEFGHIJKLM", gallery.BUGS, strict=True))
"""The bugs of chapter 21 by their letters."""
STARTS = 10


@cache
def learned(letter, start, *, wrong):
    """Return the costs of a run of chapter 21 at every second step, and which share of other digits is read right."""
    digits, name = load_digits(), LETTERS[letter]
    x, y = digits.data / 16, np.eye(10)[digits.target]
    package = gallery.package_with(name) if wrong else literate_bp
    sizes = (64, 10, 10, 10)
    network, costs = gallery.learn(
        name, package, x[:500], y[:500], sizes=sizes, steps=40, batch=50, seed=start - 1, every=2
    )
    return costs, (package.accuracy if wrong else accuracy)(network, x[500:1000], y[500:1000])


def of_bugs(_given, state, _rows):
    """Return the costs at a step and at the end with a bug and without, and what is read right, from each start."""
    found = []
    for start in range(1, STARTS + 1):
        pair = [learned(state["Bug"], start, wrong=wrong) for wrong in (True, False)]
        numbers = [costs[int(state["step"]) // 2] for costs, _ in pair]
        numbers += [costs[-1] for costs, _ in pair]
        found.append([*(float(f"{each:.4g}") for each in numbers), *(float(f"{share:.3g}") for _, share in pair)])
    return found, three_digits


TRUTHS = {
    "vanishing": of_layers,
    "scale": of_rounding,
    "descent": of_steps,
    "starts": of_starts,
    "pipeline": of_pipeline,
    "bugs": of_bugs,
}
SAID = {
    "vanishing": lambda rows: texts(rows[0]),
    "scale": lambda rows: texts(rows[0]),
    "descent": lambda rows: [texts(rows[0])[2], texts(rows[-1])[2]],
    "starts": lambda rows: texts(rows[0]) + texts(rows[-1]),
    "pipeline": lambda rows: said_of_stages(*zip(*map(texts, rows), strict=True)),
    "bugs": lambda _: [],  # which row is said depends on the start
}
"""What the sentence of a plot has of its table."""


def said_of_stages(kept, most):
    """Return what is said of stages: what they keep or, where all is over, have kept at most."""
    return [f"by stage: {', '.join(most if {*kept} == {'0'} else kept)}."]


def texts(row):
    """Return the texts of a row."""
    return [text for _, text in row]


def change(plot, draw):
    """Change one thing in one of the ways that a reader has."""
    page, sliders = plot.page, plot.figure.get_by_role("slider")
    slider = sliders.nth(draw.randrange(sliders.count()))
    selects = plot.figure.locator(".live-choices select")
    how = draw.choice(["drag", "keys", "type", "choose"])
    if how == "drag":
        drag(page, slider, draw.randint(-90, 90), shift=draw.random() < 0.3)
    elif how == "keys":
        slider.focus()
        for _ in range(draw.randint(1, 4)):
            page.keyboard.press(draw.choice(KEYS))
    elif how == "type":
        box = plot.figure.locator(".plot-number").nth(draw.randrange(plot.figure.locator(".plot-number").count()))
        low, high = (float(box.locator("[type=range]").get_attribute(end)) for end in ("min", "max"))
        whole = draw.randint(int(low), int(high))
        box.locator("[type=text]").fill(
            str(draw.choice((whole, whole + (draw.random() - 0.5) * 0.5))).replace("-", "−")
        )
        page.keyboard.press("Enter")
    elif selects.count():
        select = selects.nth(draw.randrange(selects.count()))
        select.select_option(index=draw.randrange(select.locator("option").count()))


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PLOTS)
def test_whatever_is_moved_every_number_is_numpys_until_the_book_is_asked_for(visit, name, scheme, width):
    draw = Random(f"{name} {scheme} {width}")  # noqa: S311  the same numbers every time
    with visit(name, viewport=WINDOWS[width], color_scheme=scheme) as seen:
        plot = Plot(seen.page)
        at_rest = plot.figure.locator("details").first.inner_html()
        plot.open()
        states = [plot.assert_right()]
        for _ in range(CHANGES):
            change(plot, draw)
            states.append(plot.assert_right())
        assert len({tuple(state.items()) for state in states}) > CHANGES / 3
        plot.figure.locator("button.live").click()
        assert plot.figure.locator("details").first.inner_html() == at_rest
        assert plot.figure.locator(".live-panel, .plot-drawing").count() == 0
        assert plot.figure.locator("img").is_visible()
        assert silent(seen)


@pytest.mark.parametrize("name", PLOTS)
def test_nothing_is_loaded_before_a_plot_is_moved_and_then_no_file_of_another_host(visit, name):
    with visit(name) as seen:
        assert not [url for url, _ in seen.asked if "/live/" in url]
        kind = Plot(seen.page).open().given["kind"]
        asked = [(url.removeprefix(seen.address), status) for url, status in seen.asked if "/live/" in url]
        assert len(asked) == len({*asked})
        assert {status for _, status in asked} == {200}
        paths = {path for path, _ in asked}
        assert f"_static/live/plots/{kind}.js" in paths
        assert len([path for path in paths if "/live/plots/" in path]) == 7
        assert ("_static/live/micropython.wasm" in paths) == (kind not in COUNTED)
        assert not [path for path in paths if "/edit/" in path or path.endswith(("walk.js", "downhill.js"))]
        assert silent(seen)


@pytest.mark.parametrize("name", PLOTS)
def test_a_link_gives_back_what_was_moved_and_a_broken_one_the_numbers_of_the_book(visit, name):
    with visit(name) as seen:
        plot, draw = Plot(seen.page).open(), Random(name)  # noqa: S311  the same numbers every time
        book = plot.state()
        while plot.state() == book:
            for _ in range(4):
                change(plot, draw)
        state, link = plot.state(), plot.figure.locator(".live-link").get_attribute("href")
        first, figure = plot.first_number, link.split(":")[1]
    broken = {
        "nothing=2": "no nothing in this figure",
        f"{first}=one": "is not a number",
        f"{first}=900": "too large",
        f"{first}=1,{first}=2": f"two values for {first}",
    }
    for changes, words in broken.items():
        with visit(f"{name}{link}") as seen:
            plot = Plot(seen.page)
            plot.figure.locator(".plot-drawing").wait_for()
            assert plot.assert_right() == state
            seen.page.evaluate(f"location.hash = '#live:{figure}:{changes}'")
            said = plot.figure.locator(".live-said", has_text="These are the numbers of the book.")
            said.wait_for()
            assert words in said.text_content()
            assert plot.assert_right() == book
            assert silent(seen)


@pytest.mark.parametrize("name", PLOTS)
def test_what_cannot_be_taken_is_refused_in_words_and_changes_nothing(visit, name):
    with visit(name) as seen:
        plot = Plot(seen.page).open()
        before = plot.state()
        box = plot.figure.locator(".plot-number [type=text]").first
        shown = box.input_value()
        for wrong, words in (("900", "too large"), ("−900", "too small"), ("one", "is not a number")):
            box.fill(wrong)
            seen.page.keyboard.press("Enter")
            plot.figure.locator(".live-said", has_text=words).wait_for()
            assert box.get_attribute("aria-invalid") == "true"
            assert plot.state() == before
        seen.page.keyboard.press("Escape")
        assert box.input_value() == shown
        plot.assert_right()


def test_the_same_numbers_give_the_same_again(visit):
    with visit("11-vanishing.html") as seen:
        plot = Plot(seen.page).open()
        before, depth = plot.rows(), plot.range("depth")
        depth.focus()
        for keys in (("PageUp", "ArrowDown"), ("ArrowUp", "PageDown")):
            for key in keys:
                seen.page.keyboard.press(key)
                plot.assert_right()
        assert plot.rows() == before
        assert not plot.figure.locator(".live-link").is_visible()


def test_bars_are_dragged_by_mouse_and_finger_and_a_finger_scrolls_the_page_up_and_down(visit):
    with visit("17-loss-scaling.html", viewport=WINDOWS[360], has_touch=True, is_mobile=True) as seen:
        plot = Plot(seen.page).open()
        handle = plot.figure.locator(".plot-handle")
        handle.scroll_into_view_if_needed()
        before, top = plot.state(), seen.page.evaluate("scrollY")
        swipe(seen.page, handle, 60, 10)
        after = plot.assert_right()
        assert after["exponent of the loss scale"] > before["exponent of the loss scale"]
        assert seen.page.evaluate("scrollY") == top
        swipe(seen.page, handle, 0, -120)
        assert plot.assert_right() == after


@pytest.mark.parametrize("name", PLOTS)
@pytest.mark.parametrize("width", WINDOWS)
def test_an_open_plot_has_no_fault_that_axe_finds_and_stays_within_its_window(visit, name, width):
    axe = (HERE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    run = "async () => (await axe.run('.bp-picture[data-plot]')).violations.map((each) => each.id)"
    for scheme in ("light", "dark"):
        with visit(name, viewport=WINDOWS[width], color_scheme=scheme) as seen:
            Plot(seen.page).open()
            seen.page.evaluate(axe)
            assert seen.page.evaluate(run) == []
            assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("name", PLOTS)
def test_paper_has_the_printed_plot(visit, name):
    with visit(name) as seen:
        plot = Plot(seen.page).open()
        seen.page.emulate_media(media="print")
        assert plot.figure.locator("img").is_visible()
        assert plot.figure.locator(".plot-drawing").is_hidden()
        assert plot.figure.locator(".live-open").is_hidden()


def test_the_dot_where_steps_begin_is_dragged_anywhere_and_its_numbers_follow(visit):
    with visit("10-train.html") as seen:
        plot = Plot(seen.page).open()
        dot = plot.figure.locator(".plot-dot")
        dot.scroll_into_view_if_needed()
        before, box = plot.state(), dot.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        seen.page.mouse.move(x, y)
        seen.page.mouse.down()
        seen.page.mouse.move(x - 60, y - 90, steps=4)
        seen.page.mouse.up()
        after = plot.assert_right()
        assert after["first weight"] < before["first weight"] - 0.5
        assert after["second weight"] > before["second weight"] + 1
        moved = dot.bounding_box()
        assert moved["x"] + moved["width"] / 2 == pytest.approx(x - 60, abs=1)
        assert moved["y"] + moved["height"] / 2 == pytest.approx(y - 90, abs=1)


def test_a_seed_that_comes_again_gives_the_same_again(visit):
    with visit("13-initialization.html") as seen:
        plot = Plot(seen.page).open()
        before, seed = plot.rows(), plot.range("seed")
        seed.focus()
        seen.page.keyboard.press("ArrowUp")
        assert plot.assert_right()["seed"] == 2
        assert plot.rows() != before
        seen.page.keyboard.press("ArrowDown")
        assert plot.rows() == before


def test_an_optimizer_is_named_in_the_picture_and_a_rate_that_was_set_stays_with_the_next_one(visit):
    with visit("20-steps-that-learn.html") as seen:
        plot = Plot(seen.page).open()
        choose = plot.figure.locator(".live-choices select")
        powers = plot.given["powers"]
        for name in powers:
            choose.select_option(name)
            assert plot.assert_right()["exponent of the rate"] == powers[name]
            plot.figure.locator(".plot-drawing text", has_text=name).wait_for()
        plot.range("exponent of the rate").focus()
        seen.page.keyboard.press("ArrowDown")
        last = plot.assert_right()["exponent of the rate"]
        choose.select_option(min(powers))
        assert plot.assert_right() == plot.state() | {"Optimizer": min(powers), "exponent of the rate": last}


def test_steps_outside_the_picture_are_counted(visit):
    with visit("20-steps-that-learn.html") as seen:
        plot, found = Plot(seen.page).open(), []
        (low, high), (least, most) = plot.given["ends"]
        for name in plot.given["powers"]:
            plot.figure.locator(".live-choices select").select_option(name)
            plot.range("exponent of the rate").fill(str(plot.given["bounds"][1]))
            plot.assert_right()
            places = [(row[0][0], row[1][0]) for row in plot.rows()]
            found.append(sum(not (low <= w1 <= high and least <= w2 <= most) for w1, w2 in places))
            said = plot.figure.locator("details p").first.text_content()
            assert (f"{found[-1]} of the {len(places)} places are outside the picture." in said) == (found[-1] > 0)
        assert max(found) > 0


@pytest.mark.parametrize("name", PLOTS)
def test_a_link_shows_its_figure_from_its_top_on_a_phone(visit, name):
    with visit(name) as seen:
        plot = Plot(seen.page).open()
        plot.figure.get_by_role("slider").last.focus()
        seen.page.keyboard.press("ArrowDown" if plot.given["kind"] in {"pipeline", "bugs"} else "ArrowUp")
        plot.assert_right()
        link = plot.figure.locator(".live-link").get_attribute("href")
    with visit(f"{name}{link}", viewport=WINDOWS[360]) as seen:
        drawing = Plot(seen.page).figure.locator(".plot-drawing")
        drawing.wait_for()
        seen.page.evaluate(FRAME)
        assert -1 < drawing.bounding_box()["y"] < 400  # pages scroll by whole pixels


PIPELINE = "22-more-than-one-machine.html"


class Pipeline(Plot):
    """The schedule of a pipeline that a reader goes through."""

    def press(self, name):
        """Press a button."""
        self.figure.get_by_role("button", name=name, exact=True).click()

    def assert_drawn(self):
        """Compare each bar, the columns beside them and the shares above them with the package's own schedule."""
        state = self.assert_right()
        tasks, now = tasks_of(state), state["time"] + CLOSE
        bars = self.figure.locator(".plot-pass").evaluate_all(
            "(all) => all.slice(2).map((bar) => [bar.classList.value.split(' ').slice(1), "
            "...['x', 'width', 'y'].map((name) => Number(bar.getAttribute(name)))])"
        )
        assert len(bars) == len(tasks)
        starts = np.array([task.start for task in tasks])
        scale = np.polyfit(starts, [x for _, x, *_ in bars], 1) if len(tasks) > 1 else None
        rows = {}
        for (classes, x, width, y), task in zip(bars, tasks, strict=True):
            runs, ahead = task.start <= now < task.end, task.start > now
            way = "forward" if task.forward else "back"
            assert classes == [f"plot-{way}", *["plot-ahead"] * ahead, *["plot-runs"] * runs]
            assert x == pytest.approx(np.polyval(scale, task.start), abs=0.15)
            assert width == pytest.approx(scale[0] * (task.end - task.start), abs=0.15)
            rows.setdefault((task.stage, task.forward), set()).add(y)
        assert all(len(each) == 1 for each in rows.values())
        assert [min(rows[stage, True]) for stage in range(int(state["stages"]))] == sorted(
            min(rows[stage, True]) for stage in range(int(state["stages"]))
        )
        assert all(min(rows[stage, True]) < min(rows[stage, False]) for stage, _ in rows)
        names = self.figure.locator(".plot-drawing text").all_text_contents()
        shares = [waiting_share(tasks), bubble_share(state["stages"], state["small batches"])]
        waiting, formula = (f"{three_digits(100 * share)}%" for share in shares)
        assert f"waiting {waiting}, by the formula {formula}" in names
        words = self.figure.locator("details").first.text_content()
        assert f"Stages wait {waiting} of it, and {formula} by the formula." in words
        begins = self.figure.locator("details tbody td:last-child").all_text_contents()
        assert begins == [", ".join(map(begin, own)) for own in own_tasks(tasks)]
        return state


def begin(task):
    """Say when which pass begins."""
    time = f"{task.start:.9f}".rstrip("0").rstrip(".")
    return f"{time} {'forward' if task.forward else 'back'} {task.batch + 1}"


def moments(state):
    """Return the times at which a pass begins or ends."""
    tasks = tasks_of(state)
    return sorted({round(time, 9) for task in tasks for time in (task.start, task.end)})


def test_a_keyboard_alone_goes_through_a_schedule_moment_by_moment_and_back(visit):
    with visit(PIPELINE) as seen:
        plot = Pipeline(seen.page)
        seen.page.evaluate("for (const fold of document.querySelectorAll('details.hide')) fold.open = true")
        plot.figure.locator("button.live").focus()
        seen.page.keyboard.press("Enter")
        plot.figure.locator(".plot-drawing").wait_for()
        book = plot.assert_drawn()
        assert book["time"] == 33
        while seen.page.evaluate("document.activeElement.textContent") != "Step":
            seen.page.keyboard.press("Tab")
        said = plot.figure.locator(".plot-now")
        assert said.get_attribute("role") == "status"
        for time in moments(book):
            seen.page.keyboard.press("Enter")
            assert plot.assert_drawn()["time"] == time
        assert said.text_content() == (
            "All takes a time of 33. Stages wait 27.3% of it, and 27.3% by the formula. "
            "Small batches kept at most, by stage: 8, 8, 8, 8."
        )
        assert not plot.figure.locator(".live-link").is_visible()
        plot.press("Step back")
        assert plot.assert_drawn()["time"] == moments(book)[-2]
        assert said.text_content() == (
            "At time 31: stage 1 back 1, stage 2 waits, stage 3 waits, stage 4 waits. "
            "Small batches kept, by stage: 1, 0, 0, 0."
        )
        plot.press("From the beginning")
        plot.press("Step back")
        assert plot.assert_drawn() == book
        assert silent(seen)


@pytest.mark.parametrize("width", WINDOWS)
def test_whatever_the_pipeline_each_bar_is_where_the_package_runs_it(visit, width):
    draw = Random(width)  # noqa: S311  the same numbers every time
    with visit(PIPELINE, viewport=WINDOWS[width]) as seen:
        plot = Pipeline(seen.page).open()
        for _ in range(12):
            change(plot, draw)
            for name in draw.choices(("Step", "Step", "Step back", "From the beginning"), k=2):
                plot.press(name)
            state = plot.assert_drawn()
            assert state["time"] in moments(state)
        assert silent(seen)


def test_who_has_seen_all_of_a_schedule_sees_all_of_the_next_one_and_fewer_are_kept_in_the_other_order(visit):
    with visit(PIPELINE) as seen:
        plot, kept = Pipeline(seen.page).open(), []
        for order in ORDERS:
            plot.figure.locator(".live-choices select").select_option(order)
            state = plot.assert_drawn()
            assert state["time"] == moments(state)[-1]
            kept.append([row[1][0] for row in plot.rows()])
        assert kept == [[8, 8, 8, 8], [4, 3, 2, 1]]
        plot.range("small batches").focus()
        seen.page.keyboard.press("End")
        assert plot.assert_drawn()["time"] == 57
        plot.range("time").focus()
        seen.page.keyboard.press("PageDown")
        assert plot.assert_drawn()["time"] == 47
        plot.range("small batches").focus()
        seen.page.keyboard.press("Home")
        assert plot.assert_drawn()["time"] == 12


REFUSED = {
    "time=34": "34 is too large for the time; a number from 0 to 33 was expected",
    "time=-1": "−1 is too small for the time",
    "stages=2.5": "2.5 is no whole number; one was expected for the stages",
    "stages=9": "9 is too large for the stages; a number from 1 to 8 was expected",
    "batches=0": "0 is too small for the small batches; a number from 1 to 16 was expected",
    "back=0": "0 is too small for the time of a way back; a number from 0.25 to 4 was expected",
    "back": "“” is not a number",
    "order=constructor": "no order “constructor” in this figure",
    "order=back_when_possible,order=forward_first": "two values for order",
    "stages=3,time=2,stages=4": "two values for stages",
    "step=3": "no step in this figure",
    "time=1=2": "“1=2” is not a number",
}


def test_a_link_gives_back_a_moment_of_a_schedule_in_any_order_and_a_broken_one_is_refused_in_words(visit):
    with visit(f"{PIPELINE}#live:fig-pipeline:time=11.4,back=0.7,stages=6,order=back_when_possible") as seen:
        plot = Pipeline(seen.page)
        plot.figure.locator(".plot-drawing").wait_for()
        state = plot.assert_drawn()
        assert [*state.values()] == [6, 8, 0.7, 11.4, "back_when_possible"]
        plot.press("Step back")
        plot.press("Step")
        assert plot.assert_drawn()["time"] in moments(state)
        link = plot.figure.locator(".live-link").get_attribute("href")
        assert link.startswith("#live:fig-pipeline:order=back_when_possible,stages=6,back=0.7,time=")
        for broken, words in REFUSED.items():
            seen.page.evaluate(f"location.hash = '#live:fig-pipeline:{broken}'")
            said = plot.figure.locator(".live-said", has_text=words)
            said.wait_for()
            assert "These are the numbers of the book." in said.text_content()
            assert plot.assert_drawn()["time"] == 33
        assert silent(seen)


def test_one_small_batch_and_one_stage_are_said_in_the_singular(visit):
    with visit(f"{PIPELINE}#live:fig-pipeline:stages=1,batches=1") as seen:
        drawing = Pipeline(seen.page).figure.locator(".plot-drawing")
        drawing.wait_for()
        assert drawing.get_attribute("aria-label").startswith(
            "1 small batch in a pipeline of 1 stage, all forward first."
        )


LONG = {
    "stages=" + "9" * 400: f"{'9' * 59}… is too far from 0",
    "q" * 400 + "=1": f"no {'q' * 59}… in this figure",
    "order=" + "q" * 400: f"no order “{'q' * 59}…” in this figure",
}


def test_a_refused_link_is_repeated_shortened(visit):
    with visit(f"{PIPELINE}#live:fig-pipeline:stages=3") as seen:
        figure = Pipeline(seen.page).figure
        figure.locator(".plot-drawing").wait_for()
        for changes, words in LONG.items():
            seen.page.evaluate(f"location.hash = '#live:fig-pipeline:{changes}'")
            figure.locator(".live-said", has_text=words).wait_for()


def test_a_time_beyond_the_end_is_refused_where_it_is_typed_and_the_end_moves_with_the_pipeline(visit):
    with visit(PIPELINE) as seen:
        plot = Pipeline(seen.page).open()
        box = plot.figure.get_by_label("time, typed", exact=True)
        for stages, most in (("4", 33), ("2", 27)):
            plot.figure.get_by_label("stages, typed").fill(stages)
            seen.page.keyboard.press("Enter")
            before = plot.assert_drawn()
            assert before["time"] == most
            box.fill(str(most + 1))
            seen.page.keyboard.press("Enter")
            plot.figure.locator(".live-said", has_text=f"a number from 0 to {most} was expected").wait_for()
            assert box.get_attribute("aria-invalid") == "true"
            assert plot.state() == before
            seen.page.keyboard.press("Escape")
            assert box.input_value() == str(most)


def test_the_picture_of_a_schedule_is_dragged_by_mouse_and_finger_and_a_finger_scrolls_the_page(visit):
    with visit(PIPELINE, viewport=WINDOWS[360], has_touch=True, is_mobile=True) as seen:
        plot = Pipeline(seen.page).open()
        handle = plot.figure.locator(".plot-handle")
        handle.scroll_into_view_if_needed()
        top = seen.page.evaluate("scrollY")
        swipe(seen.page, handle, -60, 10)
        after = plot.assert_drawn()
        assert 15 < after["time"] < 30
        assert seen.page.evaluate("scrollY") == top
        swipe(seen.page, handle, 0, -120)
        assert plot.assert_drawn() == after
    with visit(PIPELINE) as seen:
        plot = Pipeline(seen.page).open()
        handle = plot.figure.locator(".plot-handle")
        drag(seen.page, handle, -100, shift=False)
        assert 20 < plot.assert_drawn()["time"] < 32
        handle.focus()
        seen.page.keyboard.press("Home")
        assert plot.assert_drawn()["time"] == 0


GALLERY = "21-gallery-of-bugs.html"


class Gallery(Plot):
    """The bugs of chapter 21, of which a reader looks at one with a check."""

    def press(self, name):
        """Press a button."""
        self.figure.get_by_role("button", name=name, exact=True).click()

    def choose(self, name, value):
        """Choose from a list."""
        self.figure.locator("label", has_text=name).locator("select").select_option(value)

    def assert_drawn(self):
        """Compare what is drawn and said of costs and of checks with the package's own bugs."""
        state = self.assert_right()
        said = self.figure.locator(".plot-now").text_content()
        row = self.rows()[int(state["start"]) - 1]
        (here, beside, last, other), shares = texts(row)[:4], [percent_of(share) for share, _ in row[4:]]
        assert said.startswith(
            f"Bug {state['Bug']}, start {state['start']:g}: after {state['step']:g} steps, the cost is {here} with the "
            f"bug and {beside} without; at the end, {last} and {other}. "
            f"Of other digits, {' and '.join(shares)} are read right."
        )
        lines = self.figure.locator(".plot-drawing > g > path.plot-line").evaluate_all(
            "(all) => all.map((line) => [line.classList.contains('plot-thin'), "
            "line.getAttribute('d').split(',').length - 1])"
        )
        drawn = [points for thin, points in lines if not thin]
        assert [points for thin, points in lines if thin] == [21] * 2 * STARTS
        assert drawn[:2] == [int(state["step"]) // 2 + 1] * 2
        self.assert_checked(state, said)
        self.assert_answer(state)
        return state

    def assert_checked(self, state, said):
        """Compare what each check finds, and where, with `gallery.errors`."""
        name, words = LETTERS[state["Bug"]], self.figure.locator("details p").first.text_content()
        named = self.figure.locator(".plot-drawing text").all_text_contents()
        found = {check: checked(name, check) for check in gallery.CHECKS if has_check(state["Bug"], check)}
        worst = {check: max(each.max() for each in arrays.values()) for check, arrays in found.items()}
        caught = [check for check in found if gallery.is_caught(name, gallery.package_with(name), check=check)]
        assert f"Caught by: {', '.join(caught)}." in words
        for check in found:
            assert named.count(f"{percent_of(worst[check])}: {'caught' if check in caught else 'passes'}") >= 1
        chosen = state["Check"]
        drawn = self.figure.locator(".plot-off[fill-opacity]").evaluate_all(
            "(all) => all.map((each) => Number(each.getAttribute('fill-opacity')))"
        )
        frames = self.figure.locator(".plot-frame").count()
        if chosen not in found:
            assert "has nothing to compare" in said
            assert (drawn, frames) == ([], 0)
            return
        entries = np.concatenate([*found[chosen].values()])
        assert drawn == [min(1, each) for each in entries if each > gallery.TELLING]
        assert frames == len(found[chosen])
        for array, values in found[chosen].items():
            assert f"{array.split(' of ')[0]} {percent_of(values.max())}" in named
            assert f"{array} {percent_of(values.max())}" in words
        verdict = "the bug is caught" if chosen in caught else "the bug passes"
        assert said.endswith(
            f"The check of the {chosen} finds what is off by {percent_of(worst[chosen])} at most: {verdict}."
        )

    def assert_answer(self, state):
        """Require the answer where it is asked for, and there alone."""
        code, answer = self.figure.locator(".plot-code"), gallery.difference(LETTERS[state["Bug"]])
        assert code.is_visible() == (state["Answer"] == "shown")
        assert code.text_content() == (answer if state["Answer"] == "shown" else "")


def has_check(letter, check):
    """Whether a check goes with a bug: with dropout, a step has no single gradient."""
    return letter != "J" or check in {"gradient", "mean over masks"}


@cache
def checked(name, check):
    """Return how far off each entry is, to the digits that a page has."""
    found = gallery.errors(name, gallery.package_with(name), check=check)
    return {key: np.array([round(float(each), 3) for each in of.flat]) for key, of in found.items()}


def percent_of(share):
    """Write a share as a percentage with one decimal."""
    return f"{100 * share:.1f}%" if share else "0%"


@pytest.mark.parametrize("width", WINDOWS)
def test_whatever_the_bug_the_start_the_step_and_the_check_all_that_is_drawn_is_the_packages(visit, width):
    draw = Random(width)  # noqa: S311  the same numbers every time
    with visit(GALLERY, viewport=WINDOWS[width]) as seen:
        plot = Gallery(seen.page).open()
        assert [*plot.assert_drawn().values()] == [1, 40, "A", "gradient", "hidden"]
        letters = [*LETTERS]
        draw.shuffle(letters)
        for letter in letters:
            plot.choose("Bug", letter)
            plot.choose("Check", draw.choice([*gallery.CHECKS]))
            change(plot, draw)
            plot.choose("Answer", draw.choice(["hidden", "shown"]))
            plot.assert_drawn()
        assert silent(seen)


def test_each_bug_is_caught_in_the_figure_by_the_check_that_it_needs(visit):
    with visit(GALLERY) as seen:
        plot = Gallery(seen.page).open()
        for letter, name in LETTERS.items():
            plot.choose("Bug", letter)
            plot.choose("Check", gallery.BUGS[name].check)
            plot.assert_drawn()
            assert "the bug is caught" in plot.figure.locator(".plot-now").text_content()
            assert not plot.figure.locator(".plot-code").is_visible()


def test_an_answer_is_hidden_again_with_the_next_bug(visit):
    with visit(GALLERY) as seen:
        plot = Gallery(seen.page).open()
        assert not any(gallery.difference(name) in plot.figure.text_content() for name in gallery.BUGS)
        plot.choose("Answer", "shown")
        assert plot.assert_drawn()["Answer"] == "shown"
        plot.choose("Bug", "D")
        assert plot.assert_drawn()["Answer"] == "hidden"


def test_a_keyboard_alone_goes_through_the_steps_of_training_and_back(visit):
    with visit(GALLERY) as seen:
        plot = Gallery(seen.page)
        plot.figure.locator("button.live").focus()
        seen.page.keyboard.press("Enter")
        plot.figure.locator(".plot-drawing").wait_for()
        while seen.page.evaluate("document.activeElement.textContent") != "Step":
            seen.page.keyboard.press("Tab")
        assert plot.figure.locator(".plot-now").get_attribute("role") == "status"
        for step in range(0, 41, 2):
            seen.page.keyboard.press("Enter")
            assert plot.assert_drawn()["step"] == step
        plot.press("Step back")
        assert plot.assert_drawn()["step"] == 38
        plot.press("From the beginning")
        assert plot.assert_drawn()["step"] == 0
        plot.press("Step back")
        assert plot.assert_drawn()["step"] == 40
        for key, step in (("ArrowLeft", 38), ("PageDown", 18), ("Home", 0), ("PageUp", 20), ("End", 40)):
            plot.range("step").focus()
            seen.page.keyboard.press(key)
            assert plot.assert_drawn()["step"] == step
        plot.range("start").focus()
        seen.page.keyboard.press("ArrowUp")
        assert plot.assert_drawn()["start"] == 2
        assert silent(seen)


def test_the_costs_of_a_bug_are_dragged_by_mouse_and_finger_and_a_finger_scrolls_the_page(visit):
    with visit(GALLERY, viewport=WINDOWS[360], has_touch=True, is_mobile=True) as seen:
        plot = Gallery(seen.page).open()
        handle = plot.figure.locator(".plot-handle")
        handle.scroll_into_view_if_needed()
        top = seen.page.evaluate("scrollY")
        swipe(seen.page, handle, -60, 10)
        after = plot.assert_drawn()
        assert 10 < after["step"] < 40
        assert seen.page.evaluate("scrollY") == top
        swipe(seen.page, handle, 0, -120)
        assert plot.assert_drawn() == after
    with visit(GALLERY) as seen:
        plot = Gallery(seen.page).open()
        drag(seen.page, plot.figure.locator(".plot-handle"), -100, shift=False)
        assert 10 < plot.assert_drawn()["step"] < 40


REFUSED_BUGS = {
    "bug=N": "no bug “N” in this figure",
    "bug=no slope": "no bug “no slope” in this figure",
    "check=constructor": "no check “constructor” in this figure",
    "answer=yes": "no answer “yes” in this figure",
    "bug=A,bug=B": "two values for bug",
    "start=0": "0 is too small for the start; a number from 1 to 10 was expected",
    "start=11": "11 is too large for the start; a number from 1 to 10 was expected",
    "start=1.5": "1.5 is no whole number; one was expected for the start",
    "step=7": "7 is no multiple of 2; one was expected for the step",
    "step=42": "42 is too large for the step; a number from 0 to 40 was expected",
    "rate=1": "no rate in this figure",
}


def test_a_link_gives_back_a_bug_with_its_check_and_step_and_a_broken_one_is_refused_in_words(visit):
    with visit(f"{GALLERY}#live:fig-where-bugs-are:step=12,answer=shown,check=second step,bug=K,start=4") as seen:
        plot = Gallery(seen.page)
        plot.figure.locator(".plot-drawing").wait_for()
        assert [*plot.assert_drawn().values()] == [4, 12, "K", "second step", "shown"]
        link = plot.figure.locator(".live-link").get_attribute("href")
        assert link == "#live:fig-where-bugs-are:bug=K,check=second step,answer=shown,start=4,step=12"
        for broken, words in REFUSED_BUGS.items():
            seen.page.evaluate(f"location.hash = '#live:fig-where-bugs-are:{broken}'")
            said = plot.figure.locator(".live-said", has_text=words)
            said.wait_for()
            assert "These are the numbers of the book." in said.text_content()
            assert [*plot.assert_drawn().values()] == [1, 40, "A", "gradient", "hidden"]
        assert silent(seen)


def test_a_step_after_which_no_cost_was_taken_is_refused_where_it_is_typed(visit):
    with visit(GALLERY) as seen:
        plot = Gallery(seen.page).open()
        box = plot.figure.get_by_label("step, typed", exact=True)
        box.fill("13")
        seen.page.keyboard.press("Enter")
        plot.figure.locator(".live-said", has_text="13 is no multiple of 2; one was expected for the step").wait_for()
        assert box.get_attribute("aria-invalid") == "true"
        assert plot.state()["step"] == 40
        box.fill("14")
        seen.page.keyboard.press("Enter")
        assert plot.assert_drawn()["step"] == 14
