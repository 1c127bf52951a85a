"""One node, in plain Python: against numbers worked out by hand, and many digits."""

import math

import pytest
import truth

from literate_bp.node import activated_error, linear, linear_error, sigmoid, sigmoid_derivative, weighted_sum

FAR = (-745.0, -708.0, -100.0, -36.0, -2.5, -1e-8, 0.0, 1e-8, 0.3, 1.0, 17.0, 40.0, 708.0, 745.0)


def test_a_weighted_sum_weighs_and_adds_up():
    assert weighted_sum((1.0, -2.0, 0.5), (3.0, 4.0, 8.0)) == -1.0
    assert weighted_sum((), ()) == 0


def test_the_linear_part_adds_the_bias():
    assert linear((1.0, -2.0, 0.5), (3.0, 4.0, 8.0), 0.25) == -0.75


@pytest.mark.parametrize("z", FAR)
def test_sigmoid_has_full_relative_accuracy(z):
    # exp, a sum of positive numbers, a quotient: 3 roundings of 1 ulp at most; below the normal numbers, 1 more
    expected = truth.logistic(truth.mp.mpf(z))
    assert abs(truth.mp.mpf(sigmoid(z)) - expected) <= 3 * truth.EPS * expected + truth.TINY


@pytest.mark.parametrize("z", FAR)
def test_sigmoid_slope_has_full_relative_accuracy(z):
    # the product of two of the above
    expected = truth.SLOPES["sigmoid"](truth.mp.mpf(z))
    assert abs(truth.mp.mpf(sigmoid_derivative(z)) - expected) <= 7 * truth.EPS * expected + truth.TINY


def test_sigmoid_overflows_nowhere():
    for z in (1e4, 1e300, math.inf):
        assert sigmoid(z) == 1.0
        assert sigmoid(-z) == 0.0
        assert sigmoid_derivative(z) == sigmoid_derivative(-z) == 0.0


def test_the_slope_is_a_quarter_at_most_at_zero():
    assert sigmoid_derivative(0.0) == 0.25
    assert max(map(sigmoid_derivative, FAR)) == 0.25


def test_the_slope_is_taken_at_the_linear_part_and_not_at_the_activated_value():
    a = sigmoid(2.0)
    assert sigmoid_derivative(2.0) == pytest.approx(a * (1 - a), rel=16 * truth.EPS)
    assert sigmoid_derivative(a) > 1.9 * sigmoid_derivative(2.0)


def test_errors_come_back_through_the_weights_and_the_slope():
    assert activated_error((0.5, -1.0), (4.0, 3.0)) == -1.0
    assert linear_error(0.25, -1.0) == -0.25
