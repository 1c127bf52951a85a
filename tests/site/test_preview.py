"""The picture that is shown with a link: it is read from the diagram of the page, and drawn below the title."""

import struct
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.path import Path

from literate_bp import example
from literate_bp.diagram import network_backward
from literate_bp.diagram.drawing.figure import render
from publish.preview import DRAWING, FOLDER, remove_unnamed
from publish.preview_picture import HEIGHT, WIDTH, figure, fitted
from publish.svg_reader import color, path_of, read, transform

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50">{}</svg>'


def drawn(inside):
    return read(SVG.format(inside))[2]


@pytest.fixture(scope="module")
def picture():
    return network_backward(*example.running())


@pytest.fixture(scope="module")
def svg(picture):
    return DRAWING.search(picture._repr_html_())["svg"]


@pytest.mark.parametrize(
    ("absolute", "relative"),
    [
        ("M 1 2 L 3 5 L 4 4 z M 9 9 L 8 7", "m1 2l2 3l1-1zm8 7l-1-2"),
        ("M 1 2 Q 3 4 5 6 C 1 1 2 2 3 3", "m1 2q2 2 4 4c-4-5-3-4-2-3"),
        ("M .5 -1e-2 L 1.5 2.25 L 3 4", "m.5-1e-2l1 2.26 1.5 1.75"),
    ],
)
def test_relative_commands_draw_what_absolute_ones_draw(absolute, relative):
    expected, found = path_of(absolute), path_of(relative)
    np.testing.assert_allclose(found.vertices, expected.vertices, atol=1e-12)
    assert [*found.codes] == [*expected.codes]


def test_an_outline_has_the_points_that_it_names():
    path = path_of("M 1 2 L 3 4 Q 5 6 7 8 z")
    assert path.vertices.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8], [1, 2]]
    assert [*path.codes] == [Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.CLOSEPOLY]


def test_the_last_transform_is_done_first():
    assert transform("translate(10 20) scale(2) rotate(90)").transform((1, 0)) == pytest.approx((10, 22))
    assert transform("translate(3) scale(2 5)").transform((1, 1)) == pytest.approx((5, 5))


def test_what_a_group_says_holds_for_what_is_in_it_unless_that_says_otherwise():
    inside = '<path d="M 0 0 L 1 1"/><path style="fill: none; opacity: .5" transform="scale(2)" d="M 0 0 L 1 1"/>'
    first, second = drawn(f'<g fill="#123456" stroke="#abcdef" transform="translate(5 6)">{inside}</g>')
    assert (first.fill, first.stroke, first.opacity) == ("#123456", "#abcdef", 1)
    assert (second.fill, second.stroke, second.opacity) == ("none", "#abcdef", 0.5)
    assert first.path.vertices.tolist() == [[5, 6], [6, 7]]
    assert second.path.vertices.tolist() == [[5, 6], [7, 8]]


def test_a_color_is_the_one_that_stands_with_the_variable():
    assert [color("var(--bp-error, #a80f2e)"), color("#fff"), color("none"), color("currentColor")] == [
        "#a80f2e",
        "#fff",
        "none",
        "black",
    ]


@pytest.mark.parametrize(("anchor", "begins", "ends"), [("start", 50, None), ("middle", None, None), ("end", None, 50)])
def test_a_text_begins_or_ends_or_has_its_middle_at_its_place(anchor, begins, ends):
    parts = 'ab<tspan dy="-2" font-size="5">1</tspan>'
    found = drawn(f'<text x="50" y="40" font-size="10" text-anchor="{anchor}">{parts}</text>')
    left = min(each.path.get_extents().x0 for each in found)
    right = max(each.path.get_extents().x1 for each in found)
    assert begins is None or left == pytest.approx(begins, abs=1)
    assert ends is None or right == pytest.approx(ends, abs=1)
    assert anchor != "middle" or (left + right) / 2 == pytest.approx(50, abs=1)
    letters, raised = found
    assert letters.path.get_extents().y1 == pytest.approx(40, abs=0.3)
    assert raised.path.get_extents().y1 == pytest.approx(38, abs=0.3)


def test_the_letters_of_other_notations_are_left_out():
    texts = '<text x="0" y="9">a</text>'
    both = f'<g data-n="mazur" font-size="9">{texts}</g><g data-n="book mazur" font-size="9">{texts}</g>'
    assert len(drawn(both)) == 1


def test_a_letter_in_italics_keeps_its_accent():
    (accented,) = drawn('<text x="0" y="9" font-size="9">\U0001d466\u0302</text>')
    (plain,) = drawn('<text x="0" y="9" font-size="9">\U0001d466</text>')
    assert accented.path.get_extents().y0 < plain.path.get_extents().y0 - 1


def test_what_is_read_of_a_diagram_lies_where_the_diagram_has_it(picture, svg):
    width, height, outlines = read(svg)
    assert (width, height) == (picture.scene.width, picture.scene.height)
    boxes = np.array([each.path.get_extents().extents for each in outlines])
    for node in picture.scene.nodes:
        corners = [node.box.x - node.box.w / 2, node.box.y - node.box.h / 2]
        corners += [node.box.x + node.box.w / 2, node.box.y + node.box.h / 2]
        assert np.abs(boxes - corners).max(axis=1).min() < 1.01, node


@pytest.mark.parametrize("size", [(760, 558), (700, 100), (100, 700)])
def test_a_drawing_fits_below_the_title(size):
    (left, top), (right, bottom) = fitted(*size).transform([(0, 0), size])
    assert left >= 17.9
    assert top >= 47.9
    assert right <= WIDTH - 17.9
    assert bottom <= HEIGHT - 17.9
    assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1])


def test_the_picture_has_its_size_and_the_same_bytes_each_time(svg):
    first, second = (
        render(figure("A title that is long enough to be cut, " * 3, "Book", svg), "png") for _ in range(2)
    )
    assert first == second
    assert struct.unpack(">II", first[16:24]) == (1200, 630)
    assert first != render(figure("Another title", "Book", svg), "png")


def test_pictures_that_no_page_names_are_removed(tmp_path):
    pictures = [tmp_path / FOLDER / f"{name}.png" for name in ("named", "in/folder", "unnamed", "gone")]
    (tmp_path / FOLDER / "in").mkdir(parents=True)
    (tmp_path / "in").mkdir()
    for picture in pictures:
        picture.touch()
    for name, named in (("named", "named"), ("in/folder", "in/folder"), ("unnamed", "named")):
        (tmp_path / f"{name}.html").write_text(f"https://a.example/{FOLDER}/{named}.png", encoding="utf-8")
    app = SimpleNamespace(outdir=str(tmp_path), config=SimpleNamespace(one_page="named"))
    remove_unnamed(app, None)
    assert all(picture.exists() for picture in pictures)
    app.config.one_page = ""
    remove_unnamed(app, None)
    assert [picture.exists() for picture in pictures] == [True, True, False, False]
