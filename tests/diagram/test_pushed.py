"""Plots whose point a reader pushes: a page gets the network that has the weight, and its id."""

import json

import pytest
from pictures import RUNNING

from literate_bp import Layer, Network, backward, forward
from literate_bp.diagram import plots

NETWORK, X, Y = RUNNING
GRADIENTS = backward(NETWORK, forward(NETWORK, X), Y)


def given(weight, slope, example=RUNNING):
    """Return what a page knows of a plot of the cost."""
    return json.loads(plots.cost_against_weight(lambda w: w * w, weight, slope, example=example).live)


@pytest.mark.parametrize("layer", range(3))
def test_each_weight_and_bias_is_found_by_its_value_and_its_slope(layer):
    weights, biases = NETWORK.layers[layer].weights, NETWORK.layers[layer].biases
    for i, row in enumerate(weights):
        for j, weight in enumerate(row):
            found = given(weight, GRADIENTS.weights[layer][i, j])
            assert found["id"] == f"w{layer + 1}.{i + 1}.{j + 1}"
            assert found["w"][layer][i][j] == weight
    for j, bias in enumerate(biases):
        assert given(bias, GRADIENTS.biases[layer][j])["id"] == f"b{layer + 1}.{j + 1}"


def test_a_weight_that_the_example_has_not_and_a_network_that_no_page_runs_are_refused():
    with pytest.raises(ValueError, match=r"no weight or bias of 0\.6 with a slope of 1; one was expected"):
        given(0.6, 1.0)
    with pytest.raises(ValueError, match="no weight or bias of 5 with"):
        given(5.0, GRADIENTS.weights[0][0, 0])
    with pytest.raises(ValueError, match="example has 2 parts; a network, its inputs and its targets"):
        given(0.6, 1.0, (NETWORK, X))
    with pytest.raises(ValueError, match="example is an int; a sequence of network, inputs and targets was"):
        given(0.6, 1.0, 3)
    relu = Network([Layer([[1.0]], [0.0], "relu")])
    with pytest.raises(ValueError, match="no page can change; layers of sigmoids were expected"):
        given(1.0, 1.0, (relu, [1.0], [1.0]))


def test_the_figure_of_a_plot_says_what_a_page_needs_and_one_of_another_plot_says_nothing():
    pushed = plots.activation_at("sigmoid", 0.17, with_tangent=True)._repr_html_()
    assert (
        '<figure class="bp-picture" data-push="{&quot;w&quot;:[[[1]]],&quot;b&quot;:[[0]],&quot;x&quot;:[0.17]'
        in pushed
    )
    for plot in (plots.activation_at("tanh", 0.17, with_tangent=True), plots.activation_at("sigmoid", 0.17)):
        assert plot._repr_html_().startswith('<figure class="bp-picture">')
