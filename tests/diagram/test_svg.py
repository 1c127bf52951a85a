"""The files and the inline SVG of diagrams: the same bytes every time, themes, and letters as text or outlines."""

import pickle
import re
import zlib
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.image import imread
from matplotlib.transforms import Affine2D
from pictures import KINDS, ORIENTATIONS, RUNNING, drawings, html_of, picture

from literate_bp import diagram
from literate_bp.diagram import plots
from literate_bp.diagram.drawing import svg, svg_outlines, svg_text
from literate_bp.diagram.drawing.palette import colors
from literate_bp.diagram.drawing.scene import Label, Scene
from literate_bp.formula.notation import NOTATIONS


@pytest.mark.parametrize("kind", KINDS)
def test_two_draws_give_the_same_bytes(kind, tmp_path):
    network, x, y = RUNNING
    draw = getattr(diagram, kind)
    given = (network, x) if kind == "node_forward" else (network, x, y)
    one, two = draw(*given), draw(*given)
    for suffix in ("svg", "png", "pdf"):
        one.save(tmp_path / f"one.{suffix}", theme="dark")
        two.save(tmp_path / f"two.{suffix}", theme="dark")
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()
    assert one._repr_html_() == two._repr_html_()


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
    assert svg.letter_path(lines) == "m100 0l100-100q0 100-100 100zm-100 10l10 0z"
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
    drawing = svg.page_svg(picture("network_forward").figure("light", orientation))
    assert set(re.findall(r"scale\(([\d.]+) -([\d.]+)\)", drawing)) == {
        ("0.12", "0.12"),
        ("0.115", "0.115"),
        ("0.135", "0.135"),
    }


def absolute(path):
    """The points of a path that is written in relative coordinates."""
    points, start = [np.zeros(2)], np.zeros(2)
    for command, text in re.findall(r"([mlqcz])([^mlqcz]*)", path):
        steps = np.reshape([float(each) for each in re.findall(r"-?[\d.]+", text)], (-1, 2))
        points += [*(points[-1] + steps)] if len(steps) else [start]
        start = points[-1] if command == "m" else start
    return points[1:]


def letters(element, place=None):
    """The points of all paths in an element of an SVG, where it shows them."""
    place = place or Affine2D()
    for name, text in re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", "")):
        numbers = [float(each) for each in text.split()]
        turn = {"rotate": Affine2D().rotate_deg, "translate": Affine2D().translate, "scale": Affine2D().scale}[name]
        place = turn(*numbers) + place
    own = [*place.transform(absolute(element.get("d")))] if "d" in element.attrib else []
    return own + [each for child in element for each in letters(child, place)]


def commands(element):
    """The letters of the commands of all paths in an element."""
    return "".join(re.sub("[^a-z]", "", each.get("d", "")) for each in element.iter())


def labels_in(drawing):
    """The elements in which labels are, of which only letters are turned upside down."""
    elements = ET.fromstring(drawing).iter()  # noqa: S314  our own drawing
    return [each for each in elements if re.search(r"scale\(\S+ -", each.get("transform", ""))]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_outlines_in_a_file_are_the_letters_that_matplotlib_draws(kind, orientation):
    shown = picture(kind)
    labels = shown.oriented(orientation).labels
    drawn = labels_in(svg.page_svg(shown.figure("light", orientation)))
    expected = dict(zip(map(id, labels), drawn, strict=True))
    of_one_color = sorted(labels, key=lambda label: [other.color for other in labels].index(label.color))
    for label, found in zip(of_one_color, labels_in(shown.svg("light", orientation)), strict=True):
        other = expected[id(label)]
        assert commands(found) == commands(other), label
        assert np.allclose(letters(found), letters(other), atol=0.025), label  # Matplotlib's has two decimals


def test_a_label_ends_at_its_place_or_begins_there():
    place = [svg_outlines.path_element(Label("", "one", 50, 0, align=align)) for align in ("left", "center", "right")]
    before = [50 - float(re.search(r"translate\((\S+)", each)[1]) for each in place]
    assert before[0] == 0 < before[1]
    assert before[2] == pytest.approx(2 * before[1], abs=0.015)  # of three decimals, the last is rounded away


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


def test_scripts_are_moved_up_and_down_from_the_line():
    written = svg_text.text_spans(Label("", "$w^{1}_{2}(x)$", 0, 0, size=10))
    assert written == (
        '𝑤<tspan dy="-3.8" font-size="7">1</tspan><tspan dx="-3.46" dy="6.5" font-size="7">2</tspan>'
        '<tspan dx="0.4" dy="-2.7">(𝑥)</tspan>'
    )


def test_a_label_that_a_notation_lacks_is_written_for_the_others_alone():
    label = Label("", "$a$", 0, 0)
    scenes = {"book": Scene(labels=(label,)), "mazur": Scene(labels=(replace(label, text=""),))}
    written = svg_text.label_groups(scenes, "book")
    assert (written.count("<g"), written.count("<text")) == (1, 1)
    assert 'data-n="book"' in written
    assert "mazur" not in written


def test_a_diagram_is_drawn_in_the_notations_that_are_asked_for():
    drawn = diagram.network_forward(*RUNNING)
    drawn.svg()
    assert set(drawn.variants.drawn) == {"book"}
    assert list(drawn.variants) == list(NOTATIONS)
    other = drawn.variants["nielsen"]
    assert drawn.variants["nielsen"] is other
    assert other.landscape == diagram.network_forward(*RUNNING, notation="nielsen").scene
    with pytest.raises(KeyError):
        drawn.variants["nobody's"]


def test_a_copy_of_a_diagram_shows_the_same():
    drawn = diagram.node_forward(*RUNNING[:2])
    sent = pickle.loads(pickle.dumps(drawn))  # noqa: S301 — our own
    assert sent.variants == drawn.variants
    assert sent._repr_html_() == drawn._repr_html_()
