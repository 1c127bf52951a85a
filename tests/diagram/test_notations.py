"""Diagrams in every notation: symbols, signs and descriptions, and the switch of a page."""

import unicodedata
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from pictures import KINDS, ORIENTATIONS, RESIDUAL, RUNNING, drawings, html_of, picture, seen, shown_by

from literate_bp import backward, forward
from literate_bp.diagram.drawing.artists import baseline
from literate_bp.diagram.drawing.text_layout import text_runs
from literate_bp.diagram.passes.quantities import three_digits
from literate_bp.formula.notation import NOTATIONS


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


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_shows_every_label_once_in_each_notation(kind):
    for drawing, orientation in zip(drawings(html_of(kind)), ORIENTATIONS, strict=True):
        for notation, scene in picture(kind).scenes(orientation).items():
            assert letters_seen(drawing, notation) == expected_letters(scene), notation


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_picture_has_the_marks_of_its_notation_whichever_was_asked_for(notation):
    for orientation in ORIENTATIONS:
        scene = picture("network_backward", notation=notation).oriented(orientation)
        assert scene == picture("network_backward").scenes(orientation)[notation]


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


@pytest.mark.parametrize(("kind", "most"), [*zip(KINDS, (7, 10.5, 19, 31, 22), strict=True)])
def test_a_picture_is_light_in_all_notations(kind, most):
    assert len(html_of(kind).encode()) < most * 1024 * len(NOTATIONS)
