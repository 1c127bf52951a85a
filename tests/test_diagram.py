"""The pictures: what they show is computed, nothing overlaps, and they are the same every time."""

import importlib
import re
import zlib
from functools import cache
from itertools import combinations, pairwise, product
from math import dist, hypot
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.image import imread

from literate_bp import Layer, Network, backward, cost, diagram, example, forward
from literate_bp.diagram import curves, svg
from literate_bp.diagram.palette import LOOKS, colors
from literate_bp.diagram.quantities import number

RUNNING = example.running()
KINDS = ("node_forward", "node_backward", "network_forward", "network_backward", "weight_gradients")
VALUES = ("symbols", "numbers", "both")
ORIENTATIONS = ("landscape", "portrait")
LARGEST = (8,) * 7
SHAPES = ((3, 3, 2, 3), (2, 1, 1), (2, 2, 2), (1, 1), (4, 2, 5), LARGEST)


@cache
def sample(sizes):
    if sizes == (3, 3, 2, 3):
        return RUNNING
    draw = np.random.default_rng(sum(sizes))
    layers = [
        Layer(draw.normal(size=pair), None if sizes == (2, 1, 1) else draw.normal(size=pair[1]), "tanh")
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
    scene = shown.oriented(orientation)
    texts = text_boxes(shown, orientation)
    ground = (0, 0, scene.width, scene.height)
    found = [("off the ground", text) for _, text, box in texts if not contains(ground, box)]
    found += [("texts overlap", a[1], b[1]) for a, b in combinations(texts, 2) if overlap(a[2], b[2], slack=0.01)]
    for key, text, box in texts:
        for edge in scene.edges:
            if crosses(box, edge.start, edge.end, room=edge.width / 2 + 0.3):
                found.append(("text on a line", text, edge.key))
        for node in scene.nodes:
            inner = 2.7 if LOOKS[node.meaning].outlines > 1 and not node.faded else 0.8
            if overlap(box, rectangle(node.box)) and not contains(rectangle(node.box, inner), box):
                found.append(("text on an outline", key, text, node.key))
    nodes = [node for node in scene.nodes if not node.key.endswith("-marked")]
    found += [
        ("nodes overlap", a.key, b.key)
        for a, b in combinations(nodes, 2)
        if overlap(rectangle(a.box), rectangle(b.box), slack=0.01)
    ]
    for edge in scene.edges:
        for node in nodes:
            if crosses(rectangle(node.box, 1.5), edge.start, edge.end, 0) and node_between(edge, node):
                found.append(("line through a node", edge.key, node.key))
    return found


def node_between(edge, node):
    """Whether a line goes on inside a node, rather than ending at its outline."""
    if node.meaning == "cost" or node.key == "C.1":
        return min(dist(point, (node.box.x, node.box.y)) for point in (edge.start, edge.end)) < node.box.w / 2 - 0.1
    return True


@pytest.mark.parametrize(("values", "sizes"), [*product(VALUES, SHAPES[:-1]), ("both", LARGEST)], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_overlaps_and_no_text_touches_a_line(kind, values, sizes):
    shown = picture(kind, values, sizes)
    assert geometry_problems(shown, "landscape") == []
    assert geometry_problems(shown, "portrait") == []


@settings(max_examples=12)
@given(
    kind=st.sampled_from(KINDS),
    values=st.sampled_from(VALUES),
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple),
)
def test_nothing_overlaps_whatever_the_shape(kind, values, sizes):
    shown = picture(kind, values, sizes)
    assert geometry_problems(shown, "landscape") == geometry_problems(shown, "portrait") == []


def on_border(node, point):
    box = node.box
    if node.key == "C.1" or LOOKS[node.meaning].shape == "circle":
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
@pytest.mark.parametrize("sizes", SHAPES[:5], ids=str)
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
    assert shown_by(ahead, "C.1") == number(cost(network, trace, y))
    for layer, linear in enumerate(trace.linear, 1):
        for node, z in enumerate(linear, 1):
            assert shown_by(ahead, f"z{layer}.{node}") == shown_by(back, f"ghost-z{layer}.{node}") == number(z)
            assert shown_by(ahead, f"a{layer}.{node}") == number(trace.activated[layer][node - 1])
            assert shown_by(back, f"z{layer}.{node}") == number(gradients.errors[layer - 1][node - 1])
            assert shown_by(edges, f"z{layer}.{node}") == number(gradients.errors[layer - 1][node - 1])
        for (i, j), value in np.ndenumerate(gradients.weights[layer - 1]):
            assert shown_by(edges, f"table{layer}-{i + 1}.{j + 1}") == number(value)
            assert shown_by(ahead, f"table{layer}-{i + 1}.{j + 1}") == number(network.layers[layer - 1].weights[i, j])
    for i, value in enumerate(gradients.inputs, 1):
        assert shown_by(back, f"a0.{i}") == number(value)
    for k, output in enumerate(trace.output, 1):
        assert shown_by(back, f"a3.{k}") == number(output - y[k - 1])


@pytest.mark.parametrize(("layer", "node"), [(1, 2), (2, 1), (3, 3)])
def test_one_node_carries_the_computed_values(layer, node):
    network, x, y = RUNNING
    trace = forward(network, x)
    gradients = backward(network, trace, y)
    back = diagram.node_backward(network, x, y, layer=layer, node=node).scene
    ahead = diagram.node_forward(network, x, layer=layer, node=node).scene
    a, delta = trace.activated[layer][node - 1], gradients.errors[layer - 1][node - 1]
    assert shown_by(ahead, "a.1") == number(a)
    assert shown_by(back, "z.1") == number(delta)
    assert shown_by(back, "sign.1") == number(a * (1 - a))
    assert shown_by(back, "a.1") == number(delta / (a * (1 - a)))
    for i, w in enumerate(network.layers[layer - 1].weights[:, node - 1], 1):
        assert shown_by(ahead, f"in.{i}") == shown_by(back, f"in.{i}") == number(w)


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_the_words_hold_every_number_of_the_picture(kind, sizes):
    shown = picture(kind, "numbers", sizes)
    marks = [mark for scene in (shown.scene, shown.portrait) for mark in (*scene.labels, *scene.nodes, *scene.edges)]
    seen = {number(mark.value) for mark in marks if mark.value is not None and not mark.key.startswith("key-")}
    told = set(re.findall(r"= (\S+?)[;.]?(?:\s|$)", shown.description))
    assert seen <= told
    assert seen
    assert shown.alt.endswith(".")
    assert shown.alt.count(". ") == 0
    assert re.search(r"\d", shown.alt)


@pytest.mark.parametrize("kind", KINDS)
def test_inline_svg_is_well_formed_and_named(kind):
    html = html_of(kind)
    drawings = [element for element in ET.fromstring(html).iter() if element.tag.endswith("}svg")]  # noqa: S314  our own drawing
    assert [(drawing.get("role"), drawing.get("aria-label")) for drawing in drawings] == [
        ("img", picture(kind).alt),
        ("img", picture(kind).alt),
    ]
    marks = {element.get("data-mark") for element in drawings[0].iter()}
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
    assert svg.compact(lines) == "m100 0l100-100q0 100-100 100zm-100 10l10 0z"
    drawing = (
        '<svg><defs><path id="a" d="M 0 0 L 640 0" transform="scale(0.015625)"/><path id="blank" transform="s"/></defs>'
        '<use href="#a" transform="translate(2 0)"/><use href="#blank"/></svg>'
    )
    assert svg.in_place(drawing) == '<svg><path transform="translate(2 0) scale(.1)" d="m0 0l100 0"/></svg>'


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
    for shown in (picture("node_forward"), curves.activation_curves(("relu",))):
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
    for name in LOOKS:
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
    seen = [lab(np.array(SIGHT[sight]) @ linear_light(colors(theme)[name])) for name in LOOKS]
    assert min(dist(a, b) for a, b in combinations(seen, 2)) > 8


def test_never_color_alone():
    told_apart = {(look.shape, look.outlines) for look in LOOKS.values()}
    assert (
        len({(LOOKS[name].shape, LOOKS[name].outlines) for name in ("linear", "activated", "error", "gradient")}) == 4
    )
    assert len(told_apart) >= 6
    assert len({look.words for look in LOOKS.values()}) == len(LOOKS)


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
    assert number(value) == text


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
def test_another_notation_has_its_own_letters_and_sign(kind):
    network, x, y = example.udacity()
    given = (network, x) if kind == "node_forward" else (network, x, y)
    shown = getattr(diagram, kind)(*given, notation="udacity")
    assert geometry_problems(shown, "landscape") == geometry_problems(shown, "portrait") == []
    errors = backward(network, forward(network, x), y).errors
    if kind in ("network_backward", "weight_gradients"):
        assert shown_by(shown.scene, "z2.1") == number(-errors[1][0])
        assert shown_by(shown.scene, "z1.1") == number(-errors[0][0])


def test_a_network_with_nan_in_it_is_not_drawn():
    network = Network((Layer([[0.1, np.nan]]),))
    with pytest.raises(ValueError, match=r"weights of layer 1 at \(0, 1\) is nan"):
        diagram.network_forward(network, [1.0], [0.0, 1.0])


def test_without_matplotlib_the_diagrams_say_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ImportError, match=r"literate_bp\[diagram\]"):
        importlib.reload(diagram)
