"""Targets of a cross-entropy: classes as ones among zeros, and smoothed, as PyTorch has them."""

import numpy as np
import pytest

from literate_bp import (
    Layer,
    Network,
    accuracy,
    backward,
    check_gradient,
    compile,  # noqa: A004 — public name
    cost,
    explain,
    forward,
    gradient_flow,
    initialize,
    train,
    train_mixed,
)
from literate_bp.targets import one_hot, smoothed

LINEAR = np.array([[2.0, -1.0, 0.5, 0.25], [-3.0, 0.75, 1.5, 0.0], [0.125, 0.5, -0.5, 4.0]])
LABELS = [2, 0, 3]
# torch.nn.functional.cross_entropy of PyTorch 2.13 in float64, and its gradients in the first row.
PYTORCH = {
    0.0: (2.3213321751162805, [0.23041084358051026, 0.011471480422040069, -0.2819217249052792, 0.04003940090272894]),
    0.1: (2.3286238417829472, [0.22207751024717695, 0.003138147088706737, -0.25692172490527926, 0.03170606756939562]),
    0.5: (
        2.3577905084496136,
        [0.1887441769138436, -0.030195186244626596, -0.15692172490527925, -0.0016272657639377214],
    ),
}
NETWORK = Network([Layer(np.eye(4), None, "softmax")], "cross_entropy")


@pytest.mark.parametrize("share", PYTORCH)
def test_cost_and_errors_are_those_of_pytorch(share):
    y, trace = smoothed(one_hot(LABELS, 4), share), forward(NETWORK, LINEAR)
    value, errors = PYTORCH[share]
    assert cost(NETWORK, trace, y) == pytest.approx(value, rel=1e-15)
    np.testing.assert_allclose(backward(NETWORK, trace, y).errors[0][0], errors, rtol=1e-14)
    assert check_gradient(NETWORK, LINEAR, y).worst <= 2e-14


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int16, list, tuple])
def test_labels_in_the_place_of_targets_give_what_pytorch_finds(kind):
    labels = kind(LABELS) if kind in (list, tuple) else np.array(LABELS, kind)
    trace, (value, errors) = forward(NETWORK, LINEAR), PYTORCH[0.0]
    assert cost(NETWORK, trace, labels) == pytest.approx(value, rel=1e-15)
    np.testing.assert_allclose(backward(NETWORK, trace, labels).errors[0][0], errors, rtol=1e-14)
    assert check_gradient(NETWORK, LINEAR, labels).worst <= 2e-14


def test_the_label_of_one_example_is_one_whole_number():
    trace = forward(NETWORK, LINEAR[1])
    assert cost(NETWORK, trace, 2) == cost(NETWORK, trace, [0, 0, 1, 0])
    assert cost(NETWORK, trace, np.int8(2)) == cost(NETWORK, trace, [0.0, 0.0, 1.0, 0.0])
    # four whole numbers are still the targets of four outputs
    assert cost(NETWORK, trace, np.array([0, 1, 0, 0])) == pytest.approx(-np.log(trace.output[1]), rel=1e-14)
    many = Network([Layer(np.eye(10_001), None, "softmax")], "cross_entropy")  # more classes than `one_hot` makes
    assert cost(many, forward(many, np.zeros(10_001)), 10_000) == pytest.approx(np.log(10_001), rel=1e-14)


RNG = np.random.default_rng(0)
SMALL = initialize((4, 5, 3), ("tanh", "softmax"), cost="cross_entropy", seed=0)
X, CLASSES = RNG.normal(size=(12, 4)), RNG.integers(3, size=12)
BOTH = [
    lambda y: train(SMALL, X, y, epochs=2, batch=5, test=(X, y))[1],
    lambda y: train(SMALL, X, y, epochs=2, batch=5, optimizer="adam", dropout=0.2)[1],
    lambda y: train_mixed(SMALL, X, y, epochs=2, batch=5)[1],
    lambda y: accuracy(SMALL, X, y),
    lambda y: gradient_flow(SMALL, X, y).errors,
    lambda y: [of.tolist() for of in compile(SMALL, 12).gradients(X, y).arrays.values()],
    lambda y: [step.value for step in explain(SMALL, X[0], y[0]).steps],
]


@pytest.mark.parametrize("found", BOTH)
def test_labels_are_understood_wherever_targets_are_checked(found):
    assert found(CLASSES) == found(np.eye(3)[CLASSES])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 4, 1], r"^y at \(1,\) is 4; with 4 classes a whole number from 0 to 3 was expected$"),
        ([0, 1, -1], r"^y at \(2,\) is -1; with 4 classes a whole number from 0 to 3 was expected$"),
        ([2.0, 0.0, 3.0], "^y of type float64 has a number for each example; labels of a type of whole numbers were"),
        (np.float32(LABELS), "^y of type float32 has a number for each example"),
        ([True, False, True], r"^y has shape \(3,\); the network has 4 outputs, so \(4,\) or \(batch, 4\)"),
        (
            [2, 0],
            r"^y of type int64 has shape \(2,\); labels of shape \(3,\) were expected, or targets of shape \(3, 4\)$",
        ),
        ([[2], [0], [3]], r"^y of type int64 has shape \(3, 1\); labels of shape \(3,\) were expected, or targets"),
        (np.ma.array(LABELS, mask=[1, 0, 0]), "^y came with masked entries"),
        ([2, [0], 3], "^y came as no rectangular array of numbers"),
        (np.array(LABELS, "m8[s]"), "^y of type timedelta64"),
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        lambda y: cost(NETWORK, forward(NETWORK, LINEAR), y),
        lambda y: backward(NETWORK, forward(NETWORK, LINEAR), y),
        lambda y: train(NETWORK, LINEAR, y),
    ],
)
def test_labels_that_are_none_are_refused(call, labels, message):
    with pytest.raises(ValueError, match=message):
        call(labels)


@pytest.mark.parametrize(
    ("activation", "name"), [("sigmoid", "half_squared_error"), ("sigmoid", "binary_cross_entropy")]
)
def test_another_cost_takes_no_labels(activation, name):
    other = Network([Layer(np.eye(4), None, activation)], name)
    with pytest.raises(
        ValueError, match=f"^y came as labels.*; cost '{name}' expects numbers for all 4 outputs: .*one_h"
    ):
        cost(other, forward(other, LINEAR), LABELS)
    single = Network([Layer(np.ones((4, 1)), None, activation)], name)  # where a number is the whole target
    with pytest.raises(ValueError, match=r"^y has shape \(3,\); the network has 1 outputs, so \(1,\) or \(batch, 1\)"):
        cost(single, forward(single, LINEAR), [0, 1, 1])


def test_with_one_class_every_label_is_0():
    one = Network([Layer(np.ones((4, 1)), None, "softmax")], "cross_entropy")
    trace = forward(one, LINEAR)
    assert np.array_equal(backward(one, trace, [0, 0, 0]).errors[0], np.zeros((3, 1)))
    with pytest.raises(ValueError, match=r"^y at \(1,\) is 1; with 1 classes a whole number from 0 to 0 was expected"):
        cost(one, trace, [0, 1, 0])


def test_a_label_is_a_one_among_zeros():
    assert one_hot([2, 0], 3).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert one_hot(1, 2).tolist() == [0, 1]
    assert one_hot(np.array([[0], [1]]), 2).shape == (2, 1, 2)
    assert one_hot([0], 3).dtype == np.float64


def test_smoothed_targets_add_up_to_one_and_keep_their_order():
    y = np.random.default_rng(0).dirichlet(np.ones(5), size=20)
    found = smoothed(y, 0.3)
    np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-15)
    assert np.array_equal(found.argsort(axis=-1), y.argsort(axis=-1))
    np.testing.assert_allclose(smoothed(y, 1.0), 0.2, rtol=1e-15)
    np.testing.assert_array_equal(smoothed(y, 0.0), y)


def test_a_tenth_is_taken_unless_another_share_is_said():
    np.testing.assert_array_equal(smoothed([1.0, 0.0]), smoothed([1.0, 0.0], 0.1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: one_hot([0, 3], 3),
            r"labels at \(1,\) is 3; with 3 classes a whole number from 0 to 2 was expected",
        ),
        (lambda: one_hot([0.5], 3), r"labels at \(0,\) is 0.5; with 3 classes a whole number from 0 to 2 was expected"),
        (lambda: one_hot(-1, 3), r"labels is -1; with 3 classes a whole number from 0 to 2 was expected"),
        (lambda: one_hot([1 + 0j], 3), "^labels came as complex numbers; real ones were expected"),
        (lambda: one_hot([np.nan], 3), r"labels at \(0,\) is nan"),
        (lambda: one_hot([0], 0), "classes is 0; a whole number of at least 1 and at most 10,000 was expected"),
        (lambda: one_hot([0], 10_001), "classes is 10001; a whole number of at least 1 and at most 10,000"),
        (lambda: one_hot("cat", 3), "labels of type"),
        (lambda: smoothed([0.0, np.inf]), r"y at \(1,\) is inf"),
        (lambda: smoothed(1.0), r"y has shape \(\); \(classes,\) or \(batch, classes\) was expected"),
        (lambda: smoothed(np.zeros((2, 0))), r"y has shape \(2, 0\); \(classes,\) or \(batch, classes\) was expected"),
        (
            lambda: smoothed([2, 0, 1]),
            "^y reaches outside 0 to 1; targets were expected, such as one_hot makes of labels$",
        ),
        (
            lambda: smoothed([0, 1, 1]),
            "^y does not add up to 1 in each example; targets were expected, such as one_hot",
        ),
        (lambda: smoothed([[0.5, 0.5], [0.5, 0.25]]), "^y does not add up to 1 in each example; targets were"),
        (lambda: smoothed([2.0, -1.0]), "^y reaches outside 0 to 1; targets were expected"),
        (lambda: smoothed([1.0, 0.0], 1.5), "share is 1.5; a number from 0 to 1 was expected"),
    ],
)
def test_what_makes_no_targets_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
