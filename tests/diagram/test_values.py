"""What diagrams show is what was computed, and their descriptions say all of it."""

import re

import numpy as np
import pytest
from pictures import KINDS, ORIENTATIONS, RESIDUAL, RUNNING, SHAPES, picture, sample, shown_by

from literate_bp import COSTS, Layer, Network, backward, cost, diagram, explain, forward
from literate_bp.diagram.passes.quantities import three_digits
from literate_bp.network import mean_cost
from literate_bp.oracle import complex_step


def test_every_diagram_is_tried():
    made = {name for name in diagram.__all__ if getattr(diagram, name).__annotations__.get("return") == "Picture"}
    assert made == {*KINDS}, f"name them in KINDS, tests/pictures.py: {made ^ {*KINDS}}"


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
    assert shown_by(back, "bias.1") == three_digits(gradients.biases[layer - 1][node - 1])
    assert shown_by(back, "ghost-bias.1") == three_digits(network.layers[layer - 1].biases[node - 1])
    assert "bias" in {edge.key for edge in back.edges}
    assert shown_by(back, "a.1") == three_digits(delta / (a * (1 - a)))
    for i, w in enumerate(network.layers[layer - 1].weights[:, node - 1], 1):
        assert shown_by(ahead, f"in.{i}") == shown_by(back, f"in.{i}") == three_digits(w)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_between_the_two_errors_of_a_node_stands_the_factor_that_turns_one_into_the_other(orientation):
    network, x, y = RUNNING
    gradients, last = backward(network, forward(network, x), y), forward(network, x).output
    scene = picture("network_backward", "numbers").oriented(orientation)
    for layer, errors in enumerate(gradients.errors, 1):
        activated = last - y if layer == 3 else network.layers[layer].weights @ gradients.errors[layer]
        for j, factor in enumerate(errors / activated, 1):
            assert shown_by(scene, f"factor{layer}.{j}") == f"× {three_digits(factor)}"
            label = next(label for label in scene.labels if label.key == f"factor{layer}.{j}")
            z, a = (next(node.box for node in scene.nodes if node.key == f"{half}{layer}.{j}") for half in "za")
            assert (z.x + a.x) / 2 == label.x
            assert z.y < label.y < max(a.y, z.y + 40)


@pytest.mark.parametrize("kind", KINDS)
def test_symbols_alone_betray_no_value(kind):
    network, *_ = RUNNING
    turned = [Layer(-2 * layer.weights, 0.5 - layer.biases, layer.activation) for layer in network.layers]
    others = Network(tuple(turned), network.cost), [-3.0, 0.25, 40.0], [0.2, 0.7, -0.1]
    drawn = [
        getattr(diagram, kind)(*(given[:2] if kind == "node_forward" else given), values="symbols")
        for given in (RUNNING, others)
    ]
    assert len({shown.svg() for shown in drawn}) == 1
    assert len({(shown.alt, shown.description, shown._repr_html_()) for shown in drawn}) == 1
    assert not re.search(r"\d\.\d", drawn[0].description)


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


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.5, "−0.500"),
        (123.4, "123"),
        (0.00305, "0.00305"),
        (0.00061234, "6.1·10⁻⁴"),
        (-3.05e-5, "−3.0·10⁻⁵"),
        (1234, "1.2·10³"),
        (1, "1.00"),
    ],
)
def test_numbers_have_three_digits_and_a_proper_minus(value, text):
    assert three_digits(value) == text


@pytest.mark.parametrize("value", [-3.4e-5, 0.5, -0.05])
def test_a_diagram_writes_a_number_as_a_sheet_does(value):
    network = Network([Layer([[value]])])
    text = explain(network, [1.0], [1.0]).document()
    written = three_digits(value)
    assert re.search(rf"w¹₁₁ = {re.sub('0+(?=$|·)', '0*', re.escape(written))}", text), written
    assert written in diagram.network_forward(network, [1.0], [1.0]).description
