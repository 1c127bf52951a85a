"""The page *Your network* in Chromium: what is built, typed, sent and opened gives the sheet of the command line."""

import json
import math
import re
from functools import partial
from html import unescape
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from axe import faults
from hands import silent, wait_until

from literate_bp import backward, cost, forward
from literate_bp.activation import ACTIVATIONS
from literate_bp.diagram import network_backward, network_forward, node_backward, node_forward, weight_gradients
from literate_bp.diagram.drawing.svg_text import label_groups
from literate_bp.formula.notation import NOTATIONS
from literate_bp.network import Layer, Network
from literate_bp.worked.problem import read

PAGE = "your-network.html"
DIAGRAMS = 5
CURVES = [name for name, row in ACTIVATIONS.items() if row.elementwise]
WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 360, "height": 800}
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LONG = re.compile(r"^−?\d+\.\d{8,}$")
"""A number with all its digits, of which the last depends on the order in which numbers are added up."""
TEXTS = """() => {
  const copy = document.querySelector(".net-sheet").cloneNode(true);
  const parts = [...copy.querySelectorAll("h3, h4, p, caption, th, td")];
  return parts.map((each) => each.textContent.trim()).filter(Boolean);
}"""
LABELS = """() => Array.from(document.querySelectorAll(".net-drawing svg"), (svg) => [
  svg.getAttribute("aria-label"), Array.from(svg.querySelectorAll("text"), (each) => each.textContent)])"""
PRINTED = """{
  diagrams: Array.from(document.querySelectorAll(".net-drawing svg"), (svg) =>
    svg.checkVisibility() && svg.viewBox.baseVal.width >= 700),
  sheet: document.querySelector(".net-sheet h3").checkVisibility(),
  form: document.querySelector(".net-form").checkVisibility() }"""
BLOCKS = re.compile(r"(?s)<(h1|h2|p|caption|th|td)\b[^>]*>(.*?)</\1>")


@pytest.fixture
def visit(visit):
    """A function that opens a page in a tab of its own kind: what these tests load is not counted by others."""
    return partial(visit, has_touch=False, accept_downloads=True)


class Builder:
    """The page, when its network is built."""

    def __init__(self, page):
        self.page = page

    def begin(self):
        """Ask for it."""
        self.page.locator("button.net-begin").click()
        self.page.locator(".net-sheet tr").first.wait_for()
        return self

    def choose(self, label, value):
        """Choose from a list."""
        self.page.locator(f".net label:has-text('{label}') select").first.select_option(value)
        self.page.evaluate(FRAME)

    def type(self, label, text):
        """Type a number, and leave it."""
        box = self.page.get_by_label(label, exact=True)
        box.fill(text)
        box.press("Tab")
        self.page.evaluate(FRAME)

    def shape(self, sizes):
        """Give the network its sizes."""
        self.choose("Layers", str(len(sizes) - 1))
        for n, size in enumerate(sizes):
            self.choose(f"Nodes in layer {n}" if n else "Inputs", str(size))

    def activation(self):
        """Return what is chosen as activation."""
        return self.page.get_by_role("combobox", name="Activation", exact=True).input_value()

    def layer(self, number):
        """Return the list of the activations of a layer."""
        return self.page.locator(".net-layers select").nth(number - 1)

    def link(self):
        """Return the link to the network."""
        self.page.evaluate(FRAME)
        return self.page.locator(".net .live-link").get_attribute("href")

    def open(self, path, sizes):
        """Open a problem file of a network of some sizes."""
        self.page.locator(".net input[type=file]").set_input_files(path)
        wait_until(self.page, f"document.querySelector('.net-sheet h3').textContent.includes('{sizes}')")

    def diagrams(self):
        """Wait for the diagrams, and return the labels of each, and its sentence."""
        self.page.locator(".net-diagrams").scroll_into_view_if_needed()
        self.page.evaluate(FRAME)
        self.page.locator(".net-diagrams:not([aria-busy]) .net-diagram:last-child svg").wait_for(timeout=60_000)
        return self.page.evaluate(LABELS)

    def said(self):
        """Return what is said of what was typed."""
        return self.page.locator(".net-said").text_content()

    def texts(self):
        """Return what stands on the sheet, cell by cell, once its letters are there."""
        self.page.evaluate(FRAME)
        self.page.locator(".net-sheet:not([aria-busy])").wait_for(state="attached")
        return self.page.evaluate(TEXTS)

    def file(self, folder):
        """Save its problem file."""
        with self.page.expect_download() as saving:
            self.page.get_by_role("button", name="Problem file", exact=True).click()
        path = folder / "problem.toml"
        saving.value.save_as(path)
        return path

    def assert_right(self, folder, hide=None):
        """Compare the sheet with that of the command line, for the file that is saved."""
        notation = self.page.evaluate("document.documentElement.dataset.notation")
        html = read(self.file(folder)).explain(notation, hide).document("html", solutions=bool(hide))
        assert_same(self.texts(), texts(html.partition("</style>")[2]))


def texts(html):
    """Return what stands in a page, cell by cell."""
    found = [unescape(re.sub(r"<[^>]*>", "", text)).strip() for _, text in BLOCKS.findall(html)]
    return [text for text in found if text]


def assert_same(found, expected):
    """Compare two sheets; numbers with all their digits may differ by one in the last of them."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        if LONG.match(one) and LONG.match(other):
            values = [float(text.replace("−", "-")) for text in (one, other)]
            assert values[0] == pytest.approx(values[1], rel=1.01e-11, abs=1e-14)
        else:
            assert one == other


def test_nothing_is_loaded_before_it_is_wanted_and_nothing_is_said(visit):
    with visit(PAGE) as seen:
        asked = [url.rpartition("/")[2] for url, _ in seen.asked if "/live/" in url]
        assert set(asked) <= {"page.js", "dom.js", "net.css"}
        Builder(seen.page).begin().diagrams()
        assert silent(seen)
        assert all(status == 200 for url, status in seen.asked if "/live/" in url)


STATES = 320
LINES = """async (states) => {
  const { start } = await import(new URL("_static/live/engine.js", location.href));
  const more = ["layers", "rounding", "sheet"].map((name) => `diagram/passes/live_${name}.py`);
  const { lines } = (await start(undefined, more)).pyimport("literate_bp.diagram.passes.live_sheet");
  return states.map((state) => lines(JSON.stringify(state)));
}"""


def state_of_several(draw):
    """Draw a network whose layers have activations of their own, and an example."""
    sizes = [draw.randint(1, 6) for _ in range(draw.randint(3, 5))]
    rows = [[[draw.uniform(-2, 2) for _ in range(b)] for _ in range(a)] for a, b in pairwise(sizes)]
    biases = [[draw.uniform(-1, 1) for _ in range(size)] for size in sizes[1:]]
    x, y = ([draw.uniform(-1, 1) for _ in range(size)] for size in (sizes[0], sizes[-1]))
    names = [*draw.sample(CURVES, 2), *draw.choices(CURVES, k=2)][: len(rows)]
    given = {"w": rows, "b": biases, "x": x, "y": y, "activation": names, "cost": draw.choice(["half_", ""])}
    return given | {"cost": f"{given['cost']}squared_error", "rate": 0.5, "digits": 3, "rounding": "significant"}


def of_the_package(state):
    """Return the numbers of a sheet before the steps, in its order, as the package's own passes find them."""
    layers = [Layer(*of_layer) for of_layer in zip(state["w"], state["b"], state["activation"], strict=True)]
    network = Network(layers, state["cost"])
    trace = forward(network, state["x"])
    found = [each for pair in zip(trace.linear, trace.activated[1:], strict=True) for each in pair]
    found.append([cost(network, trace, state["y"])])
    errors = backward(network, trace, state["y"]).errors
    for layer, z, delta in reversed([*zip(network.layers, trace.linear, errors, strict=True)]):
        found += [ACTIVATIONS[layer.activation].derivative(z), delta]
    return np.concatenate(found)


def test_layers_of_several_activations_have_the_numbers_of_the_package(visit):
    draw = Random("several")  # noqa: S311  nothing is secret
    states = [state_of_several(draw) for _ in range(STATES)]
    with visit(PAGE) as seen:
        for state, answer in zip(states, seen.page.evaluate(LINES, states), strict=True):
            expected = of_the_package(state)
            lines = [line.partition("=")[2].split() for line in answer.split("\n")[: len(expected)]]
            found = [math.ldexp(int(digits), int(power)) for digits, power, *_ in lines]
            assert found == pytest.approx(expected, rel=1e-12, abs=1e-14)


def test_each_layer_may_have_an_activation_of_its_own_on_the_sheet_in_the_link_and_in_the_file(visit, tmp_path):
    draw = Random("layers")  # noqa: S311  nothing is secret
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        builder.shape([2, 3, 2, 1])
        builder.choose("Activation", "relu")
        assert not seen.page.get_by_role("group", name="Activation of each layer").is_visible()
        builder.choose("Activation", "each")
        for layer, name in zip((1, 2, 3), ["relu", "leaky_relu", "sigmoid"], strict=True):
            assert builder.layer(layer).input_value() == "relu"
            builder.layer(layer).select_option(name)
        for hide in (None, "values", "formulas"):
            builder.choose("Sheet", hide or "None")
            for notation in draw.sample([*NOTATIONS], 3):
                seen.page.select_option(".notation-content select", notation)
                wait_until(seen.page, f"document.documentElement.dataset.notation === '{notation}'")
                seen.page.wait_for_load_state("networkidle")
                builder.assert_right(tmp_path, hide)
        assert [layer.activation for layer in read(tmp_path / "problem.toml").network.layers] == [
            "relu",
            "leaky_relu",
            "sigmoid",
        ]
        before, link = builder.texts(), builder.link()
        assert "activation=relu+leaky_relu+sigmoid" in link
        assert silent(seen)
    with visit(PAGE + link) as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        builder = Builder(seen.page)
        wait_until(seen.page, f"document.documentElement.dataset.notation === '{notation}'")
        assert builder.texts() == before
        assert builder.layer(3).input_value() == "sigmoid"
        seen.page.get_by_role("button", name="The book’s network").click()
        builder.choose("Sheet", "None")
        assert not builder.layer(3).is_visible()
        assert builder.activation() == "sigmoid"
        builder.open(tmp_path / "problem.toml", "2-3-2-1")
        builder.choose("Sheet", "formulas")
        assert builder.texts() == before
        assert silent(seen)


def test_one_activation_for_each_layer_that_is_the_same_in_all_has_the_link_of_one(visit):
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        builder.choose("Activation", "tanh")
        link, before = builder.link(), builder.texts()
        builder.choose("Activation", "each")
        assert builder.link() == link
        assert builder.texts() == before
        assert link.count("+") == 0
    with visit(PAGE + "#net:3-2-2:activation=relu+relu") as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        assert Builder(seen.page).activation() == "relu"


def test_the_output_keeps_its_activation_in_a_network_of_another_depth_and_hidden_layers_come_back(visit):
    with visit(PAGE + "#net:2-2-2-2-1:activation=relu+tanh+silu+sigmoid") as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        builder = Builder(seen.page)
        whole = builder.link()
        for depth, names in [(2, "relu+sigmoid"), (1, "sigmoid"), (3, "relu+tanh+sigmoid"), (4, "relu+tanh+silu")]:
            builder.choose("Layers", str(depth))
            assert (f"activation={names}" in builder.link()) == (depth > 1)  # the book has the sigmoid
        assert builder.link().split(":")[2] == whole.split(":")[2]


def test_formulas_call_an_activation_by_its_name_where_there_are_several_alone(visit):
    with visit(PAGE + "#net:2-2-1:activation=relu+sigmoid") as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        builder = Builder(seen.page)
        assert any(text.startswith("ReLU′") for text in builder.texts())
        builder.choose("Activation", "relu")
        assert not any("ReLU′" in text for text in builder.texts())
        assert not builder.layer(1).is_visible()


@pytest.mark.parametrize("seed", range(3))
def test_a_network_of_any_shape_has_the_sheet_of_the_command_line(visit, tmp_path, seed):
    draw = Random(seed)  # noqa: S311  nothing is secret
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        sizes = [draw.randint(1, 6) for _ in range(draw.randint(2, 5))]
        builder.shape(sizes)
        for label in ("Activation", "Cost", "Digits", "Rounding"):
            options = seen.page.locator(f".net label:has-text('{label}') option").evaluate_all(
                "each => each.map((e) => e.value)"
            )
            builder.choose(label, draw.choice(options[:6]))
        boxes = seen.page.locator(".net-numbers input")
        assert boxes.count() == sizes[0] + sizes[-1] + sum((a + 1) * b for a, b in pairwise(sizes))
        for _ in range(4):
            label = boxes.nth(draw.randrange(boxes.count())).get_attribute("aria-label")
            builder.type(label, str(round(draw.uniform(-2, 2), 2)))
        hide = draw.choice([None, "values", "formulas"])
        builder.choose("Sheet", hide or "None")
        notation = draw.choice([*NOTATIONS])
        seen.page.select_option(".notation-content select", notation)
        wait_until(seen.page, f"document.documentElement.dataset.notation === '{notation}'")
        seen.page.wait_for_load_state("networkidle")
        builder.assert_right(tmp_path, hide)
        assert silent(seen)


def pictures_of(path, notation, values, place):
    """Return the diagrams that the package draws of a problem file: the sentence and the labels of each."""
    problem = read(path)
    x, y, how = problem.x, problem.y, {"values": values, "notation": notation}
    node = dict(zip(("layer", "node"), map(int, place.split(".")), strict=True))
    drawn = [node_forward(problem.network, x, **node, **how), node_backward(problem.network, x, y, **node, **how)]
    drawn += [draw(problem.network, x, y, **how) for draw in (network_forward, network_backward, weight_gradients)]
    return [(each.alt, each.variants[notation]) for each in drawn]


def labels_of(scene):
    """Return what the labels of a scene say, those of one style after those of another, as a page has them."""
    groups = re.findall(r"<text.*?</text>", label_groups({"": scene}, ""))
    return [unescape(re.sub(r"<[^>]*>", "", text)) for text in groups]


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("seed", range(2))
def test_the_diagrams_of_any_network_have_the_numbers_of_the_package(visit, tmp_path, viewport, seed):
    draw = Random(f"diagrams {seed}")  # noqa: S311  nothing is secret
    with visit(PAGE, viewport=WIDE) as seen:
        builder = Builder(seen.page).begin()
        sizes = [draw.randint(1, 6) for _ in range(draw.randint(2 + seed, 5))]
        builder.shape(sizes)
        layer = draw.randint(1, len(sizes) - 1)
        place = f"{layer}.{draw.randint(1, sizes[layer])}"
        builder.choose("Diagrams 1 and 2 show", place)
        marks = draw.choice(["both", "symbols", "numbers"])
        builder.choose("Diagrams show", marks)
        if seed:
            builder.choose("Activation", "each")
            for each in range(1, len(sizes)):
                builder.layer(each).select_option(draw.choice(CURVES))
        else:
            builder.choose("Activation", draw.choice(["sigmoid", "tanh", "relu"]))
        notation = draw.choice([*NOTATIONS])
        seen.page.select_option(".notation-content select", notation)
        wait_until(seen.page, f"document.documentElement.dataset.notation === '{notation}'")
        builder.diagrams()
        seen.page.set_viewport_size(viewport)
        builder.type("weight from input 1 to node 1 of layer 1", str(round(draw.uniform(-2, 2), 2)))
        found = builder.diagrams()
        expected = pictures_of(builder.file(tmp_path), notation, marks, place)
        orientation = "landscape" if viewport is WIDE else "portrait"
        assert found == [[alt, labels_of(getattr(variant, orientation))] for alt, variant in expected]
        assert silent(seen)


def test_a_sheet_with_blanks_has_diagrams_without_numbers(visit):
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        assert "0.900" in str(builder.diagrams())
        builder.choose("Sheet", "values")
        assert "0.900" not in str(builder.diagrams())
        builder.choose("Sheet", "None")
        assert "0.900" in str(builder.diagrams())


def test_the_words_of_a_diagram_say_its_numbers_when_they_are_opened(visit):
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        builder.diagrams()
        last = seen.page.locator(".net-diagram").last
        last.locator("summary").click()
        last.locator("li").first.wait_for()
        builder.type("input 1", "0.123")
        builder.diagrams()
        assert "input x₁ = 0.123" in last.locator("details").text_content()


def numbers(page):
    """Return the numbers in the form, by what they are."""
    boxes = page.locator(".net-numbers input").evaluate_all("all => all.map((e) => [e.ariaLabel, e.value])")
    return dict(boxes)


def test_numbers_that_a_smaller_shape_leaves_out_come_back_with_their_places(visit):
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        for n, label in enumerate(numbers(seen.page)):
            builder.type(label, f"{n / 100 + 0.01:.2f}")
        before = numbers(seen.page)
        for label, less, more in [
            ("Inputs", "1", "3"),
            ("Nodes in layer 2", "1", "2"),
            ("Nodes in layer 3", "1", "3"),
            ("Layers", "1", "3"),
        ]:
            builder.choose(label, less)
            assert len(numbers(seen.page)) < len(before)
            builder.choose(label, more)
            assert numbers(seen.page) == before
        biases = seen.page.locator(".net label:has-text('Biases') input")
        biases.uncheck()
        biases.check()
        seen.page.evaluate(FRAME)
        assert numbers(seen.page) == before


def test_the_networks_of_the_book_and_of_a_file_have_nothing_of_what_was_typed_before(visit):
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        builder.choose("Layers", "4")
        book = numbers(seen.page)
        for label in book:
            builder.type(label, "0.77")
        builder.choose("Layers", "1")
        seen.page.get_by_role("button", name="The book’s network").click()
        builder.choose("Layers", "4")
        assert numbers(seen.page) == book
        builder.type("input 3", "0.77")
        builder.choose("Inputs", "2")
        seen.page.evaluate(DROP, "inputs = [1]\ntargets = [1]\n[[layer]]\nweights = [[1]]")
        wait_until(seen.page, "document.querySelector('.net-sheet h3').textContent.includes('1-1')")
        builder.choose("Inputs", "3")
        assert numbers(seen.page)["input 3"] == book["input 3"]


BROKEN = """() => {
  const walker = document.createTreeWalker(document.querySelector(".net-sheet"), NodeFilter.SHOW_TEXT);
  let [letter, broken] = [null, 0];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const part = document.createRange();
    part.selectNodeContents(text);
    const index = text.parentElement.closest("sup, sub");
    if (!index) letter = [...part.getClientRects()].at(-1) ?? letter;
    else if (part.getClientRects()[0].left < letter.right - 2) broken += 1;
  }
  return broken;
}"""


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("notation", ["book", "nielsen"])
def test_no_line_breaks_between_a_letter_and_its_indices(visit, width, notation):
    with visit(PAGE + "#net:6-6-6-6-6", viewport={"width": 1200, "height": 800}) as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        seen.page.select_option(".notation-content select", notation)
        wait_until(seen.page, f"document.documentElement.dataset.notation === '{notation}'")
        seen.page.wait_for_load_state("networkidle")
        seen.page.set_viewport_size({"width": width, "height": 800})
        assert seen.page.evaluate("document.querySelectorAll('.net-sheet sup').length") > 1000
        assert seen.page.evaluate(BROKEN) == 0


PARTED = """() => {
  const place = (text, at) => {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect();
  };
  for (const part of document.querySelectorAll(".net-part")) part.style.contentVisibility = "visible";
  return [...document.querySelectorAll(".net-sheet td .symbol")].filter((symbol) => {
    const { left, right } = symbol.getBoundingClientRect();
    const [before, after] = [symbol.previousSibling, symbol.nextSibling];
    return (before?.data?.endsWith("(") && place(before, before.length - 1).right > left + 2)
      || (after?.data?.startsWith(")") && place(after, 0).left < right - 2);
  }).length;
}"""


@pytest.mark.parametrize("width", [360, 1200])
def test_no_line_breaks_between_a_parenthesis_and_a_symbol_beside_it(visit, width):
    link = "#net:3-3-2-2:activation=relu+silu+sigmoid"
    with visit(PAGE + link, viewport={"width": width, "height": 800}) as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        assert seen.page.evaluate(PARTED) == 0


ELEMENTS = 5_000
"""As many as any page may have."""


def test_the_network_of_the_book_has_no_more_elements_than_a_page_may_have(visit):
    with visit(PAGE) as seen:
        Builder(seen.page).begin().diagrams()
        assert seen.page.evaluate("document.querySelectorAll('*').length") <= ELEMENTS


SHADOWS = "(selector) => getComputedStyle(document.querySelector(selector)).backgroundAttachment"


def test_a_table_that_is_wider_than_a_phone_has_a_shadow_where_more_of_it_is(visit):
    with visit(PAGE + "#net:6-6-6-6-6", viewport=NARROW) as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        table = seen.page.locator(".net-sheet table").first
        assert table.evaluate("(each) => each.scrollWidth > each.clientWidth")
        table.scroll_into_view_if_needed()
        wait_until(seen.page, "document.querySelector('.net-sheet table').tabIndex === 0")
        for selector in (".net-sheet table", ".net-table"):
            assert seen.page.evaluate(SHADOWS, selector) == "local, local, scroll, scroll"


LAID_OUT = """() => [...document.querySelectorAll(".net-sheet td")]
  .map((each) => each.checkVisibility({ contentVisibilityAuto: true }))"""


def test_the_parts_of_a_sheet_far_from_the_window_are_laid_out_when_they_are_near_and_on_paper(visit):
    with visit(PAGE + "#net:6-6-6-6-6") as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        assert not seen.page.evaluate(LAID_OUT)[-1]
        seen.page.emulate_media(media="print")
        assert all(seen.page.evaluate(LAID_OUT))
        seen.page.emulate_media(media="screen")
        seen.page.locator(".net-sheet td").last.scroll_into_view_if_needed()
        wait_until(seen.page, f"({LAID_OUT})().at(-1)")


@pytest.mark.parametrize("link", ["#net:2-2:x.1=1000.5", "#net:2-2:x.1=999,x.2=2000"])
def test_a_number_of_a_link_that_nobody_may_type_is_named(visit, link):
    with visit(PAGE + link) as seen:
        wait_until(seen.page, "document.querySelector('.net-said')?.textContent")
        expected = "1000.5 (input 1)" if "1000.5" in link else "2000 (input 2)"
        assert Builder(seen.page).said() == f"It has {expected}, which is too far from 0 to be typed."


def test_a_link_and_a_problem_file_bring_back_the_same_network(visit, tmp_path):
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        builder.shape([2, 5, 1])
        builder.type("weight from input 2 to node 4 of layer 1", "−0,75")
        builder.type("Rate", "0.2")
        builder.choose("Sheet", "values")
        builder.choose("Diagrams show", "numbers")
        builder.choose("Diagrams 1 and 2 show", "1.4")
        seen.page.locator(".net label:has-text('Biases') input").uncheck()
        before, link = builder.texts(), seen.page.locator(".net .live-link").get_attribute("href")
        path = builder.file(tmp_path)
    with visit(PAGE + link) as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        builder = Builder(seen.page)
        assert builder.texts() == before
        assert builder.diagrams()[0][0].startswith("Node 4 of layer 1, forward")
        builder.shape([6, 6, 6, 6, 6])
        assert builder.texts() != before
        seen.page.locator(".net input[type=file]").set_input_files(path)
        wait_until(seen.page, "document.querySelector('.net-sheet h3').textContent.includes('2-5-1')")
        assert builder.texts() == before


@pytest.mark.parametrize(
    ("label", "typed", "words"),
    [
        ("input 1", "x", "“x” is not a number; one such as −0.25 was expected."),
        ("input 1", "1001", "1001 is too far from 0; a number from −1000 to 1000 was expected."),
        ("target 2", "1,000", "“1,000” may be one of two numbers; one with a point was expected."),
        ("Rate", "0", "a rate of 0 takes no step downhill; one above 0 was expected."),
    ],
)
def test_what_no_one_can_mean_is_refused_in_words_and_the_sheet_stays(visit, label, typed, words):
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        before = builder.texts()
        builder.type(label, typed)
        assert builder.said() == words
        assert seen.page.get_by_label(label, exact=True).get_attribute("aria-invalid") == "true"
        assert builder.texts() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("inputs = [1]\ntargets = [1]\n", "the file has 0 layers; 1 to 4 were expected."),
        ("inputs = [1]\ntargets = [1]\n[[layer]]\nweights = [[1], [2]]", "layer 1 have 2 rows; 1 was expected."),
        ("inputs = [1]\ntargets = [1, 2]\n[[layer]]\nweights = [[1]]", "the targets are 2 numbers; 1 was expected."),
        ("inputs = [1]\ntargets = [1]\nrates = 2\n[[layer]]\nweights = [[1]]", "a problem file has no rates;"),
        (
            "inputs = [1]\ntargets = [1]\n[[layer]]\nweights = [[1]]\n[[layer]]\nactivation = 'sin'\nweights = [[1]]",
            'the activation of layer 2 is "sin"; one of',
        ),
        ("inputs = [1]\ntargets = [1]\n[[layer]]\nweigths = [[1]]", "layer 1 of a problem file has no weigths;"),
        (
            "inputs = [1]\ntargets = [1]\nrate = '1'\n[[layer]]\nweights = [[1]]",
            'the rate is "1"; a number such as 0.5',
        ),
        (
            "inputs = [1]\ntargets = [1]\nrate = [1]\n[[layer]]\nweights = [[1]]",
            "the rate is [1]; a number such as 0.5",
        ),
        ("inputs = [1]\nwhat is it", "line 2: “what is it” stands where a key or [[layer]] was expected."),
        ("inputs = [1]\ninputs = [2]", "line 2: inputs stands twice."),
    ],
)
def test_a_problem_file_that_does_not_fit_is_refused_in_words(visit, tmp_path, text, words):
    path = tmp_path / "problem.toml"
    path.write_text(text, encoding="utf-8")
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        before = builder.texts()
        seen.page.locator(".net input[type=file]").set_input_files(path)
        wait_until(seen.page, "document.querySelector('.net-said').textContent")
        assert words in builder.said()
        assert builder.texts() == before


@pytest.mark.parametrize(
    "link",
    [
        "#net:9-9",
        "#net:2-2:node=1.3",
        "#net:2-2:marks=few",
        "#net:2-2:w7.1.1=3",
        "#net:2-2:rate=-1",
        "#net:%",
        "#net:2-2:digits=99",
        "#net:2-2-2:activation=each",
        "#net:2-2:digits=3,digits=4",
        "#net:2-2:x.1=1,x.1=2",
    ],
)
def test_a_link_that_cannot_be_is_refused_in_words(visit, link):
    with visit(PAGE + link) as seen:
        wait_until(seen.page, "document.querySelector('.net-said')?.textContent")
        assert Builder(seen.page).said()
        assert silent(seen)


@pytest.mark.parametrize(
    ("sizes", "names", "words"),
    [
        ("2-2-2", "relu+tanh+relu", "the link has 3 activations; 1 or 2 were expected, for 2 layers."),
        ("2-2", "relu+tanh", "the link has 2 activations; 1 was expected, for 1 layer."),
        ("2-2-2", "relu+sin", "no activation “sin”; one of sigmoid, "),
        ("2-2-2", "sin", "no activation “sin”; one of sigmoid, "),
        ("2-2-2", "+", "no activation “”; one of sigmoid, "),
    ],
)
def test_activations_of_a_link_that_do_not_fit_are_refused_in_words_and_the_network_stays(visit, sizes, names, words):
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        before = builder.texts()
        seen.page.evaluate("(hash) => { location.hash = hash; }", f"#net:{sizes}:activation={names}")
        wait_until(seen.page, "document.querySelector('.net-said').textContent")
        assert builder.said().startswith(words)
        assert builder.texts() == before


def test_what_was_said_goes_when_the_network_is_another(visit):
    with visit(PAGE + "#net:2-2:digits=99") as seen:
        wait_until(seen.page, "document.querySelector('.net-said')?.textContent")
        seen.page.get_by_role("button", name="The book’s network").click()
        wait_until(seen.page, "!document.querySelector('.net-said').textContent")


DROP = """(text) => {
  const given = new DataTransfer();
  given.items.add(new File([text], "problem.toml"));
  const told = (kind) => new DragEvent(kind, { dataTransfer: given, bubbles: true, cancelable: true });
  return ["dragover", "drop"].map((kind) => document.querySelector(".net-sheet").dispatchEvent(told(kind)));
}"""


def test_a_problem_file_may_be_dropped(visit):
    with visit(PAGE) as seen:
        Builder(seen.page).begin()
        text = "inputs = [1]\ntargets = [1]\n[[layer]]\nweights = [[1]]"
        assert seen.page.evaluate(DROP, text) == [False, False]  # the browser does not open it itself
        wait_until(seen.page, "document.querySelector('.net-sheet h3').textContent.includes('1-1')")


def test_the_keyboard_alone_builds_a_network(visit):
    with visit(PAGE) as seen:
        seen.page.locator("button.net-begin").focus()
        seen.page.keyboard.press("Enter")
        seen.page.locator(".net-sheet tr").first.wait_for()
        assert seen.page.evaluate("document.activeElement.closest('label').textContent").startswith("Layers")
        seen.page.keyboard.press("ArrowDown")
        wait_until(seen.page, "document.querySelector('.net-sheet h3').textContent.includes('3-3-2-3-')")
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.type("1")
        wait_until(seen.page, "document.querySelector('.net-sheet h3').textContent.includes('A 1-3-')")


def test_the_keyboard_alone_gives_each_layer_an_activation(visit):
    with visit(PAGE) as seen:
        builder = Builder(seen.page).begin()
        seen.page.get_by_role("combobox", name="Activation", exact=True).focus()
        seen.page.keyboard.press("End")
        builder.layer(3).wait_for()
        for _ in range(2):
            seen.page.keyboard.press("Tab")
            seen.page.keyboard.type("R")
        seen.page.keyboard.press("Tab")
        wait_until(seen.page, "document.querySelector('.net .live-link').href.includes('activation=relu+relu+sigmoid')")
        label = seen.page.evaluate("document.activeElement.closest('label').textContent")
        assert label.startswith("Layer 3, the output")


def test_the_largest_network_stays_within_its_window_without_a_fault_that_axe_finds(visit):
    link = "#net:6-6-6-6-6:sheet=values,activation=relu+silu+gelu_tanh+sigmoid"
    with visit(PAGE + link, viewport={"width": 320, "height": 900}) as seen:
        seen.page.locator(".net-sheet tr").first.wait_for()
        builder = Builder(seen.page)
        assert len(builder.diagrams()) == DIAGRAMS
        for width in (320, 1200):
            seen.page.set_viewport_size({"width": width, "height": 900})
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        builder.shape([2, 2, 1])
        builder.diagrams()
        assert faults(seen) == []


SHOWN = "(selector) => document.querySelector(selector).checkVisibility()"


def test_paper_has_the_sheet_alone(visit):
    with visit(PAGE) as seen:
        Builder(seen.page).begin()
        seen.page.emulate_media(media="print")
        assert seen.page.evaluate(SHOWN, ".net-sheet h3")
        for selector in ("article h1", ".net-form", ".net-buttons", ".net-diagrams", "#what-it-does"):
            assert not seen.page.evaluate(SHOWN, selector)


def test_paper_has_the_diagrams_too_where_they_are_asked_for_as_wide_as_it_is(visit):
    with visit(PAGE, viewport=NARROW) as seen:
        Builder(seen.page).begin()
        seen.page.emulate_media(media="print")
        seen.page.evaluate(
            f"() => {{ window.print = () => {{ document.body.dataset.printed = JSON.stringify({PRINTED}); }}; }}"
        )
        seen.page.evaluate("document.querySelectorAll('.net-buttons button')[1].click()")
        seen.page.locator("body[data-printed]").wait_for(state="attached", timeout=60_000)
        kinds = json.loads(seen.page.evaluate("document.body.dataset.printed"))
        assert kinds["diagrams"] == [True] * DIAGRAMS
        assert kinds["sheet"]
        assert not kinds["form"]
        wait_until(seen.page, "!document.querySelector('.net-all')")
