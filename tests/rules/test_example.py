"""The published numbers: source B's, Mazur's, and micrograd's README, each computed here and compared as printed."""

from dataclasses import replace

import numpy as np
import pytest
import truth

from literate_bp import backward, check_gradient, cost, descend, example, forward
from literate_bp.layer import activated_error, linear_error, weight_gradient
from literate_bp.oracle import complex_step, relative_error

# 9 ε: each number comes out of at most 3 layers with sums of 3 terms at most, and nothing cancels by more than a factor
# of 2 but z of source B, by 5, which is the first number of all.
RIGHT = 2e-15


def near(value):
    return pytest.approx(value, rel=RIGHT, abs=0)


def test_source_b_has_the_exact_numbers_of_many_digits():
    network, x, y = example.udacity()
    trace = forward(network, x)
    gradients = backward(network, trace, y)
    assert trace.linear[0] == near(-0.02)
    assert trace.activated[1] == near(0.49500016666000027)
    assert trace.output == near(0.51237247796261698)
    assert -gradients.errors[1] == near(0.12183223536066939)
    assert -gradients.errors[0] == near(0.003045501323732555)
    assert -0.5 * gradients.weights[1] == near(0.030153488404045863)
    assert (-0.5 * gradients.weights[0]).ravel() == near([0.00015227506618662775, 0.00045682519855988325])
    assert cost(network, trace, y) == near(0.11889030012415923)
    after = descend(network, gradients, 0.5)
    assert cost(after, forward(after, x), y) == near(0.11707855586061906)


def test_source_b_in_sixty_digits_by_its_own_formulas():
    # w and x are the doubles of the package; h cancels by a factor of 5, so its digits count against 0.06
    mp = truth.mp
    w, x, big_w = truth.many_digits((0.4, -0.2)), truth.many_digits((0.1, 0.3)), mp.mpf(0.1)
    h = w[0] * x[0] + w[1] * x[1]
    a, out = truth.logistic(h), truth.logistic(big_w * truth.logistic(h))
    delta_o = (1 - out) * out * (1 - out)
    delta_h = big_w * delta_o * a * (1 - a)
    network, inputs, y = example.udacity()
    gradients = backward(network, forward(network, inputs), y)
    assert -float(gradients.errors[1][0]) == near(float(delta_o))
    assert -float(gradients.errors[0][0]) == near(float(delta_h))


MAZUR_PRINTED = {
    "E": (0.298371109, 0.2983711087600027, 9),
    "w5": (0.082167041, 0.08216704056423081, 9),
    "w1": (0.000438568, 0.000438567734474, 9),
}


def test_mazur_is_reproduced_to_the_printed_digit():
    network, x, y = example.mazur()
    trace = forward(network, x)
    gradients = backward(network, trace, y)
    found = {"E": cost(network, trace, y), "w5": gradients.weights[1][0, 0], "w1": gradients.weights[0][0, 0]}
    for name, (printed, exact, digits) in MAZUR_PRINTED.items():
        assert round(float(found[name]), digits) == printed
        # facts.md gives 12 decimals of ∂E/∂w1
        assert found[name] == pytest.approx(exact, rel=RIGHT, abs=6e-16)


def without_bias_steps(gradients):
    return replace(gradients, biases=tuple(np.zeros_like(b) for b in gradients.biases))


def test_mazur_after_one_step_has_the_printed_weights():
    network, x, y = example.mazur()
    after = descend(network, without_bias_steps(backward(network, forward(network, x), y)), 0.5)
    first, second = (layer.weights.T.ravel() for layer in after.layers)  # w1, w2 lead into h1; w3, w4 into h2
    assert first == near([0.1497807161327628, 0.1995614322655257, 0.2497511436323696, 0.2995022872647391])
    assert second == near([0.3589164797178846, 0.4086661860762334, 0.5113012702387375, 0.5613701211079891])
    # printed to 9, 8, 8, 8 and 8, 9, 9, 9 decimals
    assert [round(w, d) for w, d in zip(first, (9, 8, 8, 8), strict=True)] == [
        0.149780716,
        0.19956143,
        0.24975114,
        0.29950229,
    ]
    assert [round(w, d) for w, d in zip(second, (8, 9, 9, 9), strict=True)] == [
        0.35891648,
        0.408666186,
        0.51130127,
        0.561370121,
    ]


def test_mazur_after_one_step_has_another_cost_than_the_printed_one():
    network, x, y = example.mazur()
    after = descend(network, without_bias_steps(backward(network, forward(network, x), y)), 0.5)
    value = cost(after, forward(after, x), y)
    assert value == near(0.2910277736935994)
    assert round(value, 9) != 0.291027924


def stale_gradients(network, x, y):
    """Work the hidden errors out with output weights that were already updated: the slip behind the printed cost."""
    trace = forward(network, x)
    right = backward(network, trace, y)
    moved = descend(network, without_bias_steps(right), 0.5)
    a = trace.activated[1]
    hidden = linear_error(a * (1 - a), activated_error(right.errors[1], moved.layers[1].weights))
    weights = (weight_gradient(trace.activated[0], hidden), right.weights[1])
    return replace(right, weights=weights, biases=(hidden, right.biases[1]), errors=(hidden, right.errors[1]))


def test_mazurs_printed_cost_is_that_of_stale_weights_and_the_gradient_comparison_rejects_it():
    network, x, y = example.mazur()
    stale = stale_gradients(network, x, y)
    after = descend(network, without_bias_steps(stale), 0.5)
    value = cost(after, forward(after, x), y)
    assert round(value, 9) == 0.291027924
    assert value == pytest.approx(0.291027923905, abs=6e-13)  # as many digits as facts.md has
    assert stale.weights[0][0, 0] == pytest.approx(0.000364722877594, abs=6e-16)
    expected = truth.gradients_of(network, x, y)["weights 1"]
    assert relative_error(stale.weights[0], expected) > 0.1
    assert relative_error(backward(network, forward(network, x), y).weights[0], expected) < 1e-13
    assert check_gradient(network, x, y).worst < 1e-13


def test_every_example_of_the_book_passes_the_check():
    for given in (example.running, example.udacity, example.mazur):
        network, x, y = given()
        report = check_gradient(network, x, y)
        # relative to the largest entry of each array, nothing cancels by more than 100 in these: K = 64 roundings
        assert report.worst <= 64 * truth.EPS, given


def relu(v):
    return v if v.real > 0 else 0 * v


def micrograd(a, b):
    """Follow the example in micrograd's README."""
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    f = (c - d) ** 2
    return f / 2 + 10 / f


def test_micrograds_readme_is_what_the_complex_step_says():
    # f = 49 and g = 24.5 + 10/49: a handful of roundings of numbers of one size
    assert micrograd(-4.0, 2.0) == near(24.70408163265306)
    assert complex_step(lambda a: micrograd(a, 2.0), -4.0) == near(138.83381924198252)
    assert complex_step(lambda b: micrograd(-4.0, b), 2.0) == near(645.5772594752186)


def test_a_value_used_twice_gets_both_of_its_errors():
    def reused(a):
        b = a + a
        return b + b

    assert complex_step(reused, 1.0) == 4.0


def test_the_running_example_has_every_size_that_the_diagrams_show():
    network, x, y = example.running()
    assert network.sizes == (3, 3, 2, 3)
    assert len(x) == 3
    assert y == (1.0, 0.0, 0.0)
    assert all(layer.activation == "sigmoid" and layer.biases is not None for layer in network.layers)


def test_the_running_example_gives_the_numbers_that_the_book_has_had_from_the_start():
    network, x, y = example.running()
    trace = forward(network, x)
    assert np.allclose(trace.output, [0.5888179444873238, 0.4644798205364185, 0.670058043956471], rtol=1e-14)
    assert cost(network, trace, y) == pytest.approx(0.4168949843659725, rel=1e-14)
    assert np.allclose(
        backward(network, trace, y).weights[0][:, 1], [0.0212618773468, 0.0047248616326, -0.0118121540816]
    )
