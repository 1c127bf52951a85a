"""The pictures: what they show is computed, nothing overlaps, and they are the same every time."""

import importlib
import re
import unicodedata
import zlib
from functools import cache
from itertools import combinations, pairwise, product
from math import dist, hypot
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.image import imread

from literate_bp import COSTS, Layer, Network, backward, cost, diagram, example, forward
from literate_bp.diagram import plots
from literate_bp.diagram.drawing import svg, svg_text
from literate_bp.diagram.drawing.artists import baseline
from literate_bp.diagram.drawing.palette import MARK_STYLES, colors
from literate_bp.diagram.drawing.scene import Label
from literate_bp.diagram.drawing.text_layout import fitting_size, glyph_widths, text_runs, text_width
from literate_bp.diagram.passes.quantities import three_digits
from literate_bp.formula.letters import COMMANDS, STYLED
from literate_bp.formula.notation import NOTATIONS
from literate_bp.network import mean_cost
from literate_bp.oracle import complex_step

RUNNING = example.running()
KINDS = ("node_forward", "node_backward", "network_forward", "network_backward", "weight_gradients")
VALUES = ("symbols", "numbers", "both")
ORIENTATIONS = ("landscape", "portrait")
LARGEST = (8,) * 7
RESIDUAL = ("3-3-3-2 residual", "2-2-2-4-4 residual", "1-1 residual")
"""Networks whose layers have residual connections wherever as many nodes lie on both sides."""
LARGEST_RESIDUAL = "8-8-8-8-8-8-8 residual"
SHAPES = ((3, 3, 2, 3), (2, 1, 1), (2, 2, 2), (1, 1), (4, 2, 5), *RESIDUAL, LARGEST)


@cache
def sample(sizes):
    if sizes == (3, 3, 2, 3):
        return RUNNING
    past = isinstance(sizes, str)
    sizes = tuple(map(int, sizes.removesuffix(" residual").split("-"))) if past else sizes
    draw = np.random.default_rng(sum(sizes))
    layers = [
        Layer(
            draw.normal(size=pair) / (4 if past else 1),  # so that what adds up does not saturate
            None if sizes == (2, 1, 1) else draw.normal(size=pair[1]),
            "tanh",
            residual=past and pair[0] == pair[1],
        )
        for pair in pairwise(sizes)
    ]
    return Network(tuple(layers)), draw.normal(size=sizes[0]), draw.normal(size=sizes[-1])


@cache
def picture(kind, values="both", sizes=(3, 3, 2, 3), notation="book", **where):
    network, x, y = sample(sizes)
    given = (network, x) if kind == "node_forward" else (network, x, y)
    return getattr(diagram, kind)(*given, values=values, notation=notation, **where)


@cache
def html_of(kind):
    return picture(kind)._repr_html_()


def text_boxes(shown, orientation):
    """The rectangles of all texts as Matplotlib draws them, in the scene's pixels."""
    figure = shown.figure(orientation=orientation)
    height = shown.oriented(orientation).height
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = []
    for text in figure.axes[0].texts:
        box = text.get_window_extent(renderer)
        boxes.append((text.get_gid(), text.get_text(), (box.x0, height - box.y1, box.x1, height - box.y0)))
    return boxes


TALLEST, DEEPEST = 0.72, 0.23
BELOW_LINE = set("gjpqy(),𝑗𝑓𝑦𝑝𝜂")
"""How far letters reach above their line and below it, in sizes of their run, and which do: STIX Two Math."""


def page_boxes(scene):
    """The rectangles of all texts as a page writes them."""
    return [(label.key, label.text, page_box(label)) for label in scene.labels]


def page_box(label):
    size, (x, y), runs = label.size, baseline(label), text_runs(label.text)
    wide = text_width(label.text) * size
    top = max(run.rise + TALLEST * run.scale for run in runs) * size
    bottom = min(run.rise - (DEEPEST if set(run.text) & BELOW_LINE else 0.02) * run.scale for run in runs) * size
    left = {"left": 0, "center": wide / 2, "right": wide}[label.align]
    if not label.upright:
        return (x - top, y - left, x - bottom, y - left + wide)
    return (x - left, y - top, x - left + wide, y - bottom)


def overlap(one, other, slack=0.0):
    across = min(one[2], other[2]) - max(one[0], other[0])
    return across > slack and min(one[3], other[3]) - max(one[1], other[1]) > slack


def crosses(box, start, end, room=0.5):
    """Whether a segment comes nearer than `room` to a rectangle (Liang and Barsky's clipping)."""
    x0, y0, x1, y1 = box[0] - room, box[1] - room, box[2] + room, box[3] + room
    low, high = 0.0, 1.0
    for a, d, least, most in ((start[0], end[0] - start[0], x0, x1), (start[1], end[1] - start[1], y0, y1)):
        if abs(d) < 1e-12:
            if not least <= a <= most:
                return False
            continue
        near, far = sorted(((least - a) / d, (most - a) / d))
        low, high = max(low, near), min(high, far)
    return low <= high


def rectangle(box, shrink=0.0):
    return (
        box.x - box.w / 2 + shrink,
        box.y - box.h / 2 + shrink,
        box.x + box.w / 2 - shrink,
        box.y + box.h / 2 - shrink,
    )


def contains(outer, inner):
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def geometry_problems(shown, orientation):
    return problems(shown.oriented(orientation), text_boxes(shown, orientation))


def page_problems(shown):
    scenes = [scene for orientation in ORIENTATIONS for scene in shown.scenes(orientation).values()]
    return [problem for scene in scenes for problem in problems(scene, page_boxes(scene))]


def problems(scene, texts):
    ground = (0, 0, scene.width, scene.height)
    found = [("off the ground", text) for _, text, box in texts if not contains(ground, box)]
    found += [("texts overlap", a[1], b[1]) for a, b in combinations(texts, 2) if overlap(a[2], b[2], slack=0.01)]
    for key, text, box in texts:
        for edge, *ends in segments(scene):
            if crosses(box, *ends, room=edge.width / 2 + 0.1):
                found.append(("text on a line", text, edge.key))
        for node in scene.nodes:
            inner = 2.7 if MARK_STYLES[node.meaning].outlines > 1 and not node.faded else 0.8
            if overlap(box, rectangle(node.box)) and not contains(rectangle(node.box, inner), box):
                found.append(("text on an outline", key, text, node.key))
    nodes = [node for node in scene.nodes if not node.key.endswith("-marked")]
    found += [
        ("nodes overlap", a.key, b.key)
        for a, b in combinations(nodes, 2)
        if overlap(rectangle(a.box), rectangle(b.box), slack=0.01)
    ]
    for edge, *ends in segments(scene):
        for node in nodes:
            if crosses(rectangle(node.box, 1.5), *ends, 0) and node_between(edge, node):
                found.append(("line through a node", edge.key, node.key))
    return found


def segments(scene):
    """The straight pieces of all lines."""
    return [(edge, *ends) for edge in scene.edges for ends in pairwise(edge.points)]


def node_between(edge, node):
    """Whether a line goes on inside a node, rather than ending at its outline."""
    if node.meaning == "cost" or node.key == "C.1":
        return min(dist(point, (node.box.x, node.box.y)) for point in (edge.start, edge.end)) < node.box.w / 2 - 0.1
    return True


@pytest.mark.parametrize(
    ("values", "sizes"), [*product(VALUES, SHAPES[:-1]), ("both", LARGEST), ("both", LARGEST_RESIDUAL)], ids=str
)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_overlaps_and_no_text_touches_a_line(kind, values, sizes):
    shown = picture(kind, values, sizes)
    assert geometry_problems(shown, "landscape") == []
    assert geometry_problems(shown, "portrait") == []


@pytest.mark.parametrize("sizes", [(3, 3, 2, 3), (2, 1, 1), (4, 2, 5), (2, 6, 1), *RESIDUAL], ids=str)
@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_overlaps_on_a_page_in_any_notation(kind, values, sizes):
    assert page_problems(picture(kind, values, sizes)) == []


@settings(max_examples=12)
@given(
    kind=st.sampled_from(KINDS),
    values=st.sampled_from(VALUES),
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple)
    | st.lists(st.integers(2, 3), min_size=2, max_size=5).map(lambda drawn: f"{'-'.join(map(str, drawn))} residual"),
)
def test_nothing_overlaps_whatever_the_shape(kind, values, sizes):
    shown = picture(kind, values, sizes)
    assert geometry_problems(shown, "landscape") == geometry_problems(shown, "portrait") == []


def on_border(node, point):
    box = node.box
    if node.key == "C.1" or MARK_STYLES[node.meaning].shape == "circle":
        return abs(hypot(point[0] - box.x, point[1] - box.y) - box.w / 2) < 0.01
    x, y = abs(point[0] - box.x) - box.w / 2, abs(point[1] - box.y) - box.h / 2
    return (abs(x) < 0.01 and y < -7) or (abs(y) < 0.01 and x < -7)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("sizes", SHAPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_arrows_end_on_the_border_of_a_node(kind, sizes, orientation):
    scene = picture(kind, sizes=sizes).oriented(orientation)
    signs = [label for label in scene.labels if label.key == "sign.1"]
    arrows = [edge for edge in scene.edges if edge.arrow and not edge.key.startswith("key-")]
    if kind != "weight_gradients":
        assert arrows
    for edge in arrows:
        near_sign = signs and dist(edge.end, (signs[0].x, signs[0].y)) < 45
        assert near_sign or any(on_border(node, edge.end) for node in scene.nodes), edge


def places(shown, orientation):
    scene = shown.oriented(orientation)
    return {node.key: node.box for node in scene.nodes if re.fullmatch(r"[a-zC]+\d*\.\d+", node.key)}


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("sizes", SHAPES[:-1], ids=str)
@pytest.mark.parametrize(
    ("first", "over"),
    [
        ("node_forward", "node_backward"),
        ("network_forward", "network_backward"),
        ("network_forward", "weight_gradients"),
    ],
)
def test_the_later_diagram_lies_over_the_earlier(first, over, sizes, orientation):
    below, above = picture(first, sizes=sizes), picture(over, sizes=sizes)
    below, above = places(below, orientation), places(above, orientation)
    shared = below.keys() & above.keys()
    assert shared >= below.keys() - {"next.1"}
    assert {key: below[key] for key in shared} == {key: above[key] for key in shared}


@pytest.mark.parametrize("kind", KINDS)
def test_two_draws_give_the_same_bytes(kind, tmp_path):
    network, x, y = RUNNING
    draw = getattr(diagram, kind)
    given = (network, x) if kind == "node_forward" else (network, x, y)
    for suffix in ("svg", "png", "pdf"):
        for name in ("one", "two"):
            draw(*given).save(tmp_path / f"{name}.{suffix}", theme="dark")
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()
    assert draw(*given)._repr_html_() == draw(*given)._repr_html_()


def shown_by(scene, key):
    """The number that stands in a mark."""
    texts = [label.text for label in scene.labels if label.key == key and "$" not in label.text]
    assert len(texts) == 1, (key, texts)
    return texts[0]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_labels_carry_the_computed_values(orientation):
    network, x, y = RUNNING
    trace = forward(network, x)
    gradients = backward(network, trace, y)
    ahead = picture("network_forward").oriented(orientation)
    back = picture("network_backward").oriented(orientation)
    edges = picture("weight_gradients").oriented(orientation)
    assert shown_by(ahead, "C.1") == three_digits(cost(network, trace, y))
    for layer, linear in enumerate(trace.linear, 1):
        for node, z in enumerate(linear, 1):
            assert shown_by(ahead, f"z{layer}.{node}") == shown_by(back, f"ghost-z{layer}.{node}") == three_digits(z)
            assert shown_by(ahead, f"a{layer}.{node}") == three_digits(trace.activated[layer][node - 1])
            assert shown_by(back, f"z{layer}.{node}") == three_digits(gradients.errors[layer - 1][node - 1])
            assert shown_by(edges, f"z{layer}.{node}") == three_digits(gradients.errors[layer - 1][node - 1])
        for (i, j), value in np.ndenumerate(gradients.weights[layer - 1]):
            assert shown_by(edges, f"table{layer}-{i + 1}.{j + 1}") == three_digits(value)
            assert shown_by(ahead, f"table{layer}-{i + 1}.{j + 1}") == three_digits(
                network.layers[layer - 1].weights[i, j]
            )
    for i, value in enumerate(gradients.inputs, 1):
        assert shown_by(back, f"a0.{i}") == three_digits(value)
    for k, output in enumerate(trace.output, 1):
        assert shown_by(back, f"a3.{k}") == three_digits(output - y[k - 1])


@pytest.mark.parametrize(("layer", "node"), [(1, 2), (2, 1), (3, 3)])
def test_one_node_carries_the_computed_values(layer, node):
    network, x, y = RUNNING
    trace = forward(network, x)
    gradients = backward(network, trace, y)
    back = diagram.node_backward(network, x, y, layer=layer, node=node).scene
    ahead = diagram.node_forward(network, x, layer=layer, node=node).scene
    a, delta = trace.activated[layer][node - 1], gradients.errors[layer - 1][node - 1]
    assert shown_by(ahead, "a.1") == three_digits(a)
    assert shown_by(back, "z.1") == three_digits(delta)
    assert shown_by(back, "sign.1") == three_digits(a * (1 - a))
    assert shown_by(back, "a.1") == three_digits(delta / (a * (1 - a)))
    for i, w in enumerate(network.layers[layer - 1].weights[:, node - 1], 1):
        assert shown_by(ahead, f"in.{i}") == shown_by(back, f"in.{i}") == three_digits(w)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("sizes", RESIDUAL)
def test_what_goes_past_a_layer_is_in_the_values_and_errors_that_are_shown(sizes, orientation):
    network, x, y = sample(sizes)
    trace = forward(network, x)
    ahead = picture("network_forward", sizes=sizes).oriented(orientation)
    back = picture("network_backward", sizes=sizes).oriented(orientation)
    for number_of, a in enumerate(trace.activated):
        rest = network.layers[number_of:]
        for j, error in enumerate(oracle_of(rest, network.cost, a, np.asarray(y, float)), 1):
            assert shown_by(ahead, f"a{number_of}.{j}") == three_digits(a[j - 1])
            assert shown_by(back, f"a{number_of}.{j}") == three_digits(error)
    for layer in range(1, len(network.layers) + 1):
        residual = network.layers[layer - 1].residual
        keys = {f"past{layer}.{j}" for j in range(1, network.sizes[layer] + 1)}
        for scene in (ahead, back):
            assert len(keys & {edge.key for edge in scene.edges}) == residual * len(keys)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("sizes", [*RESIDUAL, LARGEST_RESIDUAL])
@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_past_a_layer_keeps_away_from_every_mark(kind, sizes, orientation):
    scene = picture(kind, sizes=sizes).oriented(orientation)
    ways = [edge for edge in scene.edges if edge.key.startswith("past")]
    assert ways
    for edge in ways:
        for ends in [*pairwise(edge.points)][1:-1]:
            near = [node.key for node in scene.nodes if crosses(rectangle(node.box), *ends, room=4)]
            assert near == [], edge.key


def oracle_of(layers, chosen, a, y):
    """Ask the oracle for ∂C/∂a, of what is passed on to layers."""

    def cost_of(a):
        return mean_cost(rest, forward(rest, a), y) if layers else COSTS[chosen].value(a, y)

    rest = Network(layers, chosen) if layers else None
    return [complex_step(lambda v, j=j: cost_of(np.array([*a[:j], v, *a[j + 1 :]])), a[j]) for j in range(len(a))]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize(("layer", "node"), [(1, 3), (2, 1), (3, 2)])
def test_one_node_shows_all_that_comes_to_it_and_leaves_it(layer, node, orientation):
    network, x, y = sample(RESIDUAL[0])
    trace, depth = forward(network, x), len(network.layers)
    ahead = picture("node_forward", sizes=RESIDUAL[0], layer=layer, node=node).oriented(orientation)
    back = picture("node_backward", sizes=RESIDUAL[0], layer=layer, node=node).oriented(orientation)
    errors = [oracle_of(network.layers[n:], network.cost, a, np.asarray(y)) for n, a in enumerate(trace.activated)]
    assert shown_by(ahead, "a.1") == three_digits(trace.activated[layer][node - 1])
    assert shown_by(back, "a.1") == three_digits(errors[layer][node - 1])
    for i, error in enumerate(errors[layer - 1], 1):
        assert shown_by(back, f"tail.{i}") == three_digits(error)
    residual = [one.residual for one in (*network.layers, Layer([[1.0]]))]
    for scene in (ahead, back):
        keys = {edge.key for edge in scene.edges}
        assert ("past" in keys, "past-next" in keys) == (residual[layer - 1], residual[layer])
    if layer < depth and residual[layer]:
        beside = f"next.{network.sizes[layer + 1] + 1}"
        assert shown_by(ahead, beside) == three_digits(trace.activated[layer + 1][node - 1])
        assert shown_by(back, beside) == three_digits(errors[layer + 1][node - 1])


def test_the_words_say_what_goes_past_a_layer():
    ahead, back = (picture(f"network_{way}", sizes=RESIDUAL[0]) for way in ("forward", "backward"))
    assert ahead.alt.startswith("A 3-3-3-2 network with residual connections past layers 1 and 2, forward")
    assert ahead.sections[1].title == "Layer 1, tanh, with a residual connection"
    assert "past the layer comes the input x₂ = " in ahead.sections[1].sentences()[1]
    assert "past the layer comes the activated value a¹₂ = " in ahead.sections[2].sentences()[1]
    assert back.sections[2].title == "Layer 2, with a residual connection"
    assert "which goes past the layer too, ∂C/∂a²₁ = " in back.sections[2].sentences()[0]
    assert "past" not in picture("network_forward", sizes=(2, 2, 2)).description


@pytest.mark.parametrize("kind", KINDS)
def test_normalized_weights_are_not_drawn(kind):
    network = Network((Layer([[0.5]], None, "tanh", gains=[2.0]),))
    given = ([1.0],) if kind == "node_forward" else ([1.0], [0.5])
    with pytest.raises(ValueError, match="layer 1 has gains; a picture shows weights that have none"):
        getattr(diagram, kind)(network, *given)


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_the_words_hold_every_number_of_the_picture(kind, sizes):
    shown = picture(kind, "numbers", sizes)
    marks = [mark for scene in (shown.scene, shown.portrait) for mark in (*scene.labels, *scene.nodes, *scene.edges)]
    seen = {three_digits(mark.value) for mark in marks if mark.value is not None and not mark.key.startswith("key-")}
    told = set(re.findall(r"= (\S+?)[;.]?(?:\s|$)", shown.description))
    assert seen <= told
    assert seen
    assert shown.alt.endswith(".")
    assert shown.alt.count(". ") == 0
    assert re.search(r"\d", shown.alt)


@pytest.mark.parametrize("kind", KINDS)
def test_inline_svg_is_well_formed_and_named(kind):
    html = html_of(kind)
    named = [(drawing.get("role"), drawing.get("aria-label")) for drawing in drawings(html)]
    assert named == [("img", picture(kind).alt), ("img", picture(kind).alt)]
    marks = {element.get("data-mark") for element in drawings(html)[0].iter()}
    assert {node.key for node in picture(kind).scene.nodes} <= marks
    assert "--bp-" in html
    assert not set(re.findall(r"(?<!, )#[0-9a-f]{6}\b", html)) - {"#000000"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_may_show_the_same_picture_twice(kind):
    # no id, so none stands twice, and nothing that would need one
    for written in (html_of(kind), picture(kind).svg()):
        assert not re.search(r"""\bid=|href=|url\(|aria-\w+by=""", written)


def test_letters_are_drawn_where_they_are_used():
    lines = "M 640 0 \nL 1280 -640 \nQ 1280 0 640 0 \nz\nM 0 64 \nL 64 64 \nz"
    assert svg.relative_path(lines) == "m100 0l100-100q0 100-100 100zm-100 10l10 0z"
    drawing = (
        '<svg><defs><path id="a" d="M 0 0 L 640 0" transform="scale(0.015625)"/><path id="blank" transform="s"/></defs>'
        '<use href="#a" transform="translate(2 0)"/><use href="#blank"/></svg>'
    )
    assert svg.inline_definitions(drawing) == '<svg><path transform="translate(2 0) scale(.1)" d="m0 0l100 0"/></svg>'


def test_a_coordinate_that_a_use_leaves_out_is_0():
    # Matplotlib 3.9 places a letter by x alone
    drawing = '<defs><path id="a" d="M 0 0"/></defs><use href="#a" x="27.8"/><use href="#a" y="3"/>'
    assert svg.inline_definitions(drawing) == (
        '<path transform="translate(27.8 0)" d="M 0 0"/><path transform="translate(0 3)" d="M 0 0"/>'
    )


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_slimming_keeps_the_size_of_letters(orientation):
    # 11.5 pixels: a factor cut to two decimals would squeeze every number
    assert set(re.findall(r"scale\(([\d.]+) -([\d.]+)\)", picture("network_forward").svg("light", orientation))) == {
        ("0.12", "0.12"),
        ("0.115", "0.115"),
        ("0.135", "0.135"),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_images_stand_on_the_paper_of_their_theme(theme, tmp_path):
    paper = to_rgba(colors(theme)["paper"])
    for shown in (picture("node_forward"), plots.activation_curves(("relu",))):
        shown.save(tmp_path / "a.png", theme)
        assert np.allclose(imread(tmp_path / "a.png")[[0, 0, -1, -1], [0, -1, 0, -1]], paper, atol=1 / 255)
        shown.save(tmp_path / "a.pdf", theme)
        assert np.allclose(first_fill(tmp_path / "a.pdf"), paper[:3])


def first_fill(path):
    """The color that a PDF fills first, gray or red, green and blue."""
    stream = re.search(rb"stream\r?\n(.*?)\r?\nendstream", path.read_bytes(), re.DOTALL)[1]
    return [float(channel) for channel in re.search(rb"gs ([\d. ]+) r?g", zlib.decompress(stream))[1].split()]


def test_svg_is_transparent_unless_it_is_dark():
    shown, dark = picture("node_forward"), colors("dark")["paper"]
    ground = re.compile(r'<path d="M 0 \d+\nL[^"]*" style="fill: (.*?)"')
    assert ground.search(shown.svg("light"))[1] == "none; opacity: 0"
    assert ground.search(shown.svg("dark"))[1] == dark
    assert "--bp-paper" not in shown._repr_html_()
    before, _, after = shown.svg("auto").partition("prefers-color-scheme: dark")
    assert "background" not in before
    assert f"--bp-paper: {dark}; background: var(--bp-paper);" in after


def test_files_follow_light_and_dark(tmp_path):
    shown = picture("network_backward")
    assert "prefers-color-scheme: dark" in shown.svg()
    assert colors("dark")["error"] in shown.svg("dark")
    assert "var(" not in shown.svg("dark")
    shown.save(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == shown.svg()


@pytest.mark.parametrize(("values", "least"), [("both", 11.0), ("numbers", 10.5), ("symbols", 10.5)])
@pytest.mark.parametrize("kind", KINDS)
def test_text_is_large_enough_where_it_is_shown(kind, values, least):
    shown = picture(kind, values)
    for scene, width, smallest in ((shown.scene, 720, least), (shown.portrait, 330, 10.0)):
        scale = min(1.0, width / scene.width)
        assert min(label.size for label in scene.labels) * scale >= smallest - 0.6


def linear_light(color):
    c = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    low, high = sorted(float(linear_light(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_of_marks_and_text(theme):
    shades = colors(theme)
    for name in MARK_STYLES:
        assert contrast(shades[name], shades["paper"]) >= 3
        assert contrast(shades[name], shades[f"{name}-fill"]) >= 3
        assert contrast(shades["ink"], shades[f"{name}-fill"]) >= 4.5
    for name in ("ink", "muted"):
        assert contrast(shades[name], shades["paper"]) >= 4.5


# Machado, Oliveira & Fernandes 2009, full deuteranopia and protanopia, on linear light.
SIGHT = {
    "full": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}


def lab(light):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ light.clip(0, 1)
    t = xyz / [0.9505, 1, 1.089]
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_meanings_stay_apart_for_every_eye(sight, theme):
    seen = [lab(np.array(SIGHT[sight]) @ linear_light(colors(theme)[name])) for name in MARK_STYLES]
    assert min(dist(a, b) for a, b in combinations(seen, 2)) > 8


def test_never_color_alone():
    told_apart = {(style.shape, style.outlines) for style in MARK_STYLES.values()}
    assert (
        len(
            {
                (MARK_STYLES[name].shape, MARK_STYLES[name].outlines)
                for name in ("linear", "activated", "error", "gradient")
            }
        )
        == 4
    )
    assert len(told_apart) >= 6
    assert len({style.legend for style in MARK_STYLES.values()}) == len(MARK_STYLES)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.5, "−0.500"),
        (123.4, "123"),
        (0.00305, "0.00305"),
        (-3.05e-5, "−3.0e−5"),
        (1234, "1.2e3"),
        (1, "1.00"),
    ],
)
def test_numbers_have_three_digits_and_a_proper_minus(value, text):
    assert three_digits(value) == text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": "number"}, "values 'number' is unknown; did you mean 'numbers'"),
        ({"notation": "boook"}, "notation 'boook' is unknown; did you mean 'book'"),
        ({"layer": 4}, "layer is 4; the network has 3 layers, so 1 to 3 was expected"),
        ({"node": 0}, "node is 0; layer 1 has 3 nodes, so 1 to 3 was expected"),
    ],
)
def test_refuses_unknown_choices(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        diagram.node_forward(*RUNNING[:2], **options)


@pytest.mark.parametrize("kind", KINDS[2:])
def test_refuses_what_no_page_can_hold(kind):
    network, x, y = RUNNING
    draw = getattr(diagram, kind)
    wide = Network((Layer(np.ones((9, 2)), None, "tanh"),))
    deep = Network(tuple(Layer(np.ones((1, 1)), None, "tanh") for _ in range(7)))
    with pytest.raises(ValueError, match=r"sizes 9-2; .* up to 8 nodes"):
        draw(wide, np.ones(9), np.ones(2))
    with pytest.raises(ValueError, match=r"up to 6 layers"):
        draw(deep, [1.0], [1.0])
    with pytest.raises(ValueError, match=r"x has shape \(1, 3\); .* pass x\[0\]"):
        draw(network, [x], [y])
    with pytest.raises(ValueError, match=r"x at \(1,\) is nan"):
        draw(network, [0.0, float("nan"), 0.0], y)
    with pytest.raises(ValueError, match=r"end it in \.svg, \.png or \.pdf"):
        draw(network, x, y).save("picture.jpg")
    with pytest.raises(ValueError, match="theme 'drak' is unknown; did you mean 'dark'"):
        draw(network, x, y).figure(theme="drak")


def test_a_cost_that_gives_the_error_at_once():
    layers = (Layer(np.eye(2), None, "tanh"), Layer([[1.0, -1.0], [0.5, 0.25]], None, "softmax"))
    network = Network(layers, cost="cross_entropy")
    shown = diagram.network_backward(network, [0.5, -1.0], [1.0, 0.0])
    assert geometry_problems(shown, "landscape") == geometry_problems(shown, "portrait") == []
    diagram.node_backward(network, [0.5, -1.0], [1.0, 0.0], layer=1)
    with pytest.raises(ValueError, match="gives its error at once"):
        diagram.node_backward(network, [0.5, -1.0], [1.0, 0.0], layer=2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_file_has_the_letters_of_its_notation(kind, notation, tmp_path):
    shown = picture(kind, sizes=(2, 1, 1), notation=notation)
    assert geometry_problems(shown, "landscape") == geometry_problems(shown, "portrait") == []
    shown.save(tmp_path / "a.svg")
    assert "data-n" not in (tmp_path / "a.svg").read_text(encoding="utf-8")


# --- the switch of notations ---------------------------------------------------


def drawings(html):
    """The SVG elements of a page's picture, landscape and portrait."""
    return [each for each in ET.fromstring(html).iter() if each.tag.endswith("}svg")]  # noqa: S314  our own drawing


def seen(element, notation):
    """Whether a style sheet for the switch shows an element in a notation."""
    return "data-n" not in element.attrib or notation in element.attrib["data-n"].split()


def letters_seen(drawing, notation):
    """Where a page has text in a notation, and which letters."""
    groups = [group for group in drawing.findall("{*}g") if group.get("font-family") and seen(group, notation)]
    texts = [text for group in groups for text in group.findall("{*}text")]
    return sorted(
        (text.get("x") or text.get("transform"), text.get("y", ""), "".join(text.itertext())) for text in texts
    )


def expected_letters(scene):
    def spot(label):
        x, y = (f"{round(value, 2):g}" for value in baseline(label))
        return (x, y) if label.upright else (f"translate({x} {y}) rotate(-90)", "")

    return sorted((*spot(label), "".join(run.text for run in text_runs(label.text))) for label in scene.labels)


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_shows_every_label_once_in_each_notation(kind, notation):
    for drawing, orientation in zip(drawings(html_of(kind)), ORIENTATIONS, strict=True):
        scene = picture(kind, notation=notation).oriented(orientation)
        assert letters_seen(drawing, notation) == expected_letters(scene)


@pytest.mark.parametrize("notation", ["book", "nielsen"])
def test_a_notebook_shows_the_notation_of_the_call(notation):
    drawing = drawings(picture("network_backward", notation=notation)._repr_html_())[0]
    marked = [element for element in drawing.iter() if "data-n" in element.attrib]
    for element in marked:
        assert ("display:var(--bp-n-" in element.get("style", "")) != seen(element, notation)
        assert element.get("style", ",none)").endswith(",none)")


SYMBOLS = {
    "book": ("z¹₁", "W¹", "δ¹₁", "∂C/∂w¹₁₂"),
    "four_diagrams": ("L¹₁", "W¹", "∂c/∂L¹₁", "∂c/∂W¹₁₂"),
    "nielsen": ("z²₁", "w²⊤", "δ²₁", "∂C/∂w²₂₁"),
    "bishop": ("a⁽¹⁾₁", "W⁽¹⁾⊤", "δ⁽¹⁾₁", "∂E/∂w⁽¹⁾₂₁"),
    "rumelhart": ("x¹₁", "W¹⊤", "∂E/∂x¹₁", "∂E/∂w¹₂₁"),
}
"""Node 1 of layer 1: linear part, matrix, error, and the gradient from input 1 to node 2, as the source has them.

In the table of a layer's weights a row holds what leaves a node. Where it is a column of the matrix, ⊤ says so.
"""
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾₀₁₂₃₄₅₆₇₈₉", "0123456789()0123456789")


@pytest.mark.parametrize("notation", SYMBOLS)
def test_labels_are_the_symbols_of_the_source(notation):
    linear, matrix, error, gradient = SYMBOLS[notation]
    ahead, edges = drawings(html_of("network_forward"))[0], drawings(html_of("weight_gradients"))[0]

    def plain(drawing):
        written = (text for *_, text in letters_seen(drawing, notation))
        return {unicodedata.normalize("NFKC", text) for text in written}

    assert {linear.translate(RAISED), matrix.translate(RAISED)} <= plain(ahead)
    assert {error.translate(RAISED), gradient.translate(RAISED)} <= plain(edges)


@pytest.mark.parametrize("notation", NOTATIONS)
def test_errors_have_the_sign_of_the_notation_and_gradients_do_not(notation):
    network, x, y = RUNNING
    gradients = backward(network, forward(network, x), y)
    sign = -1 if notation == "udacity" else 1
    back = picture("network_backward", notation=notation).scene
    edges = picture("weight_gradients", notation=notation).scene
    for (layer, errors), scene in product(enumerate(gradients.errors, 1), (back, edges)):
        for node, error in enumerate(errors, 1):
            assert shown_by(scene, f"z{layer}.{node}") == three_digits(sign * error)
    assert shown_by(back, "C.1") == three_digits(sign)
    assert shown_by(edges, "table1-1.2") == three_digits(gradients.weights[0][0, 1])
    assert shown_by(edges, "sign-0") == ("=" if sign > 0 else "= −")


@pytest.mark.parametrize("sizes", [(4, 2, 5), RESIDUAL[0]], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_notations_differ_in_letters_alone(kind, sizes):
    shown = picture(kind, sizes=sizes)
    for orientation in ORIENTATIONS:
        scenes = shown.scenes(orientation)
        for scene in scenes.values():
            assert (scene.width, scene.height, scene.edges) == (*ground(scenes["book"]), scenes["book"].edges)
            assert [(n.key, n.box) for n in scene.nodes] == [(n.key, n.box) for n in scenes["book"].nodes]
            assert [(n.key, n.x, n.y) for n in scene.labels] == [(n.key, n.x, n.y) for n in scenes["book"].labels]


def ground(scene):
    return scene.width, scene.height


@pytest.mark.parametrize("kind", KINDS)
def test_what_names_a_picture_holds_in_every_notation(kind):
    assert {picture(kind, notation=notation).alt for notation in NOTATIONS} == {picture(kind).alt}
    network, x, y = RUNNING
    flipped = {three_digits(-error) for errors in backward(network, forward(network, x), y).errors for error in errors}
    assert not flipped & set(picture(kind).alt.split())


def said(line, notation):
    parts = [(part.text or "" if seen(part, notation) else "") + (part.tail or "") for part in line]
    return (line.text or "") + "".join(parts)


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_words_are_those_of_the_notation(kind, notation):
    details = ET.fromstring(html_of(kind)).find("details")  # noqa: S314  our own drawing
    lines = [said(line, notation) for line in details.iter("li")]
    assert lines == [s for part in picture(kind, notation=notation).sections for s in part.sentences()]


@pytest.mark.parametrize(("kind", "most"), [*zip(KINDS, (70, 100, 180, 240, 210), strict=True)])
def test_a_picture_is_light_in_all_notations(kind, most):
    assert len(html_of(kind).encode()) < most * 1024


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_symbol_is_too_small_to_read(kind, notation):
    for values in VALUES:
        shown = picture(kind, values, notation=notation)
        assert min(label.size for scene in (shown.scene, shown.portrait) for label in scene.labels) >= 8.5


def test_letters_are_as_wide_as_in_the_font_of_formulas():
    data = pytest.importorskip("ziamath", reason="STIX Two Math comes with the group docs").__file__
    with TTFont(Path(data).parent / "fonts/STIXTwoMath-Regular.ttf") as font:
        widths, names = font["hmtx"], font.getBestCmap()
        known = glyph_widths()
        assert {letter: widths[names[ord(letter)]][0] for letter in known} == {
            letter: pytest.approx(1000 * wide) for letter, wide in known.items()
        }


def test_every_letter_of_a_formula_in_every_style_has_a_width():
    letters = {letter for table in (COMMANDS, *STYLED.values()) for letter in table.values()}
    plain = {chr(code) for code in (*range(0x20, 0x7F), *range(0x391, 0x3AA), *range(0x3B1, 0x3CA)) if code != 0x3A2}
    assert letters | plain <= glyph_widths().keys()


def test_a_letter_of_unknown_width_is_refused():
    with pytest.raises(ValueError, match=r"label has '中' \(U\+4E2D\).*add it to CHARACTERS in tools/glyph_widths.py"):
        text_width("中")


@pytest.mark.parametrize(
    ("label", "letters"),
    [
        ("0.25", [("0.25", 1, 0)]),
        ("$x_{1}$", [("𝑥", 1, 0), ("1", 0.7, -0.21)]),
        (r"$-\partial E/\partial h$", [("−𝜕𝐸/𝜕ℎ", 1, 0)]),
        (r"$\hat{y}_{12}$", [("𝑦\u0302", 1, 0), ("12", 0.7, -0.21)]),
        (r"× $f'(z)$", [("× 𝑓", 1, 0), ("′", 0.7, 0.38), ("(𝑧)", 1, 0)]),
        (r"$\mathbf{W}^{(1)}$", [("𝐖", 1, 0), ("(1)", 0.7, 0.38)]),
        (r"$E_{\text{total}}$", [("𝐸", 1, 0), ("total", 0.7, -0.21)]),
    ],
)
def test_a_symbol_is_set_in_runs(label, letters):
    assert [(run.text, run.scale, run.rise) for run in text_runs(label)] == letters


def test_a_label_is_set_as_large_as_fits_but_not_too_small_to_read():
    assert fitting_size("$w$", 13.5, 10) == 13.5
    assert fitting_size("$w$", 13.5, 0.727 * 12.06) == 12
    assert fitting_size("$w$", 13.5, 1) == 8.5


def test_scripts_are_moved_up_and_down_from_the_line():
    written = svg_text.text_spans(Label("", "$w^{1}_{2}(x)$", 0, 0, size=10))
    assert written == (
        '𝑤<tspan dy="-3.8" font-size="7">1</tspan><tspan dx="-3.46" dy="6.5" font-size="7">2</tspan>'
        '<tspan dx="0.4" dy="-2.7">(𝑥)</tspan>'
    )


def test_scripts_stand_one_below_the_other():
    below = text_runs("$w^{1}_{12}$")[2]
    assert below.gap == pytest.approx(-0.7 * 0.495)
    assert text_width("$w^{1}_{12}$") == pytest.approx(0.727 + 2 * 0.7 * 0.495)
    assert text_width("$w^{(1)}_{1}$") == text_width("$w^{(1)}$")


def test_latex_that_no_label_has_is_refused():
    with pytest.raises(ValueError, match=r"latex has \\frac, which labels of pictures cannot write"):
        text_runs(r"$\frac{1}{2}$")
    with pytest.raises(ValueError, match="a closing brace is missing"):
        text_runs("$x_{1$")


def test_a_network_with_nan_in_it_is_not_drawn():
    network = Network((Layer([[0.1, np.nan]]),))
    with pytest.raises(ValueError, match=r"weights of layer 1 at \(0, 1\) is nan"):
        diagram.network_forward(network, [1.0], [0.0, 1.0])


def test_without_matplotlib_the_diagrams_say_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ImportError, match=r"literate_bp\[diagram\]"):
        importlib.reload(diagram)
