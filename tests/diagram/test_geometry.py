"""Where marks and texts are: nothing overlaps, arrows end at marks, and one diagram lies over the other."""

import re
from io import StringIO
from itertools import combinations, pairwise, product
from math import dist, hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_svg import RendererSVG
from pictures import KINDS, LARGEST, LARGEST_RESIDUAL, ORIENTATIONS, POWERS_OF_TEN, RESIDUAL, SHAPES, VALUES, picture

from literate_bp import Layer, Network, diagram
from literate_bp.diagram.drawing.artists import baseline
from literate_bp.diagram.drawing.palette import MARK_STYLES
from literate_bp.diagram.drawing.text_layout import text_runs, text_width
from literate_bp.formula.notation import NOTATIONS


def text_boxes(shown, orientation):
    """The rectangles of all texts as a file has them, in outlines, in the scene's pixels."""
    figure = shown.figure(orientation=orientation)
    scene = shown.oriented(orientation)
    height, renderer = scene.height, RendererSVG(scene.width, scene.height, StringIO())
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


QUICK = {*product(VALUES, ((3, 3, 2, 3), "2-2-2-4-4 residual")), *(("both", sizes) for sizes in SHAPES[:-1])}
"""Each shape, and what else is drawn of a plain network and of a residual one."""


@pytest.mark.parametrize(
    ("values", "sizes"),
    [
        pytest.param(*pair, marks=() if pair in QUICK else pytest.mark.exhaustive)
        for pair in (*product(VALUES, SHAPES[:-1]), ("both", LARGEST), ("both", LARGEST_RESIDUAL))
    ],
    ids=str,
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


@pytest.mark.parametrize("sizes", POWERS_OF_TEN)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_overlaps_where_numbers_have_powers_of_ten(kind, sizes):
    shown = picture(kind, "both", sizes)
    assert any("·$10^{" in label.text for label in shown.scene.labels)
    assert page_problems(shown) == []
    assert geometry_problems(shown, "landscape") == geometry_problems(shown, "portrait") == []


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


@pytest.mark.parametrize("sizes", SHAPES[:-1], ids=str)
@pytest.mark.parametrize("kind", KINDS[2:])
def test_numbers_of_a_table_keep_away_from_its_rules(kind, sizes):
    shown = picture(kind, sizes=sizes)
    for scene in (scene for orientation in ORIENTATIONS for scene in shown.scenes(orientation).values()):
        numbers = [page_box(label) for label in scene.labels if label.key.startswith("table") and label.value]
        stems = [edge for edge in scene.edges if edge.key.endswith("-stem")]
        assert stems
        assert not [box for stem in stems for box in numbers if crosses(box, stem.start, stem.end, room=3)]


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


@pytest.mark.parametrize(("values", "least"), [("both", 11.0), ("numbers", 10.5), ("symbols", 10.5)])
@pytest.mark.parametrize("kind", KINDS)
def test_text_is_large_enough_where_it_is_shown(kind, values, least):
    shown = picture(kind, values)
    for scene, width, smallest in ((shown.scene, 720, least), (shown.portrait, 330, 10.0)):
        scale = min(1.0, width / scene.width)
        assert min(label.size for label in scene.labels) * scale >= smallest - 0.6


def test_a_cost_that_gives_the_error_at_once():
    layers = (Layer(np.eye(2), None, "tanh"), Layer([[1.0, -1.0], [0.5, 0.25]], None, "softmax"))
    network = Network(layers, cost="cross_entropy")
    shown = diagram.network_backward(network, [0.5, -1.0], [1.0, 0.0])
    assert geometry_problems(shown, "landscape") == geometry_problems(shown, "portrait") == []
    diagram.node_backward(network, [0.5, -1.0], [1.0, 0.0], layer=1)
    with pytest.raises(ValueError, match="gives its error at once"):
        diagram.node_backward(network, [0.5, -1.0], [1.0, 0.0], layer=2)


@pytest.mark.parametrize(
    ("kind", "notation"),
    [
        pytest.param(*pair, marks=() if "network_backward" in pair or "mazur" in pair else pytest.mark.exhaustive)
        for pair in product(KINDS, NOTATIONS)
    ],
)
def test_a_file_has_the_letters_of_its_notation(kind, notation, tmp_path):
    shown = picture(kind, sizes=(2, 1, 1), notation=notation)
    assert geometry_problems(shown, "landscape") == geometry_problems(shown, "portrait") == []
    shown.save(tmp_path / "a.svg")
    assert "data-n" not in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_symbol_is_too_small_to_read_in_any_notation(kind, values):
    shown = picture(kind, values)
    scenes = [scene for orientation in ORIENTATIONS for scene in shown.scenes(orientation).values()]
    assert len(scenes) == 2 * len(NOTATIONS)
    assert min(label.size for scene in scenes for label in scene.labels) >= 8.5
