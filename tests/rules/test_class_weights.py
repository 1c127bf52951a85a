"""Weights of classes: what PyTorch finds, what repeated examples give, and what is refused."""

import re
from functools import partial

import numpy as np
import pytest

from literate_bp import Layer, Network, backward, cost, forward, initialize, train
from literate_bp.class_weights import weighted_backward, weighted_cost, weights_of
from literate_bp.dropout import dropout_gradient, masked_forward, masks_of
from literate_bp.network import in_a_row, with_row
from literate_bp.normalization import NORMALIZATIONS
from literate_bp.oracle import relative_error
from literate_bp.targets import one_hot, smoothed
from literate_bp.training import shuffled

LINEAR = np.array([[2.0, -1.0, 0.5, 0.25], [-3.0, 0.75, 1.5, 0.0], [0.125, 0.5, -0.5, 4.0]])
LABELS, WEIGHTS = [2, 0, 3], [0.5, 1.0, 3.0, 0.25]
# torch.nn.CrossEntropyLoss(weight=...) of PyTorch 2.15 in float64, and the gradients of its input.
PYTORCH = 2.1707047960595234
PYTORCH_ERRORS = [
    [0.5529860245932247, 0.027531553012896167, -0.6766121397726703, 0.09609456216654948],
    [-0.1324654119791214, 0.036904955072051465, 0.07812779050062296, 0.01743266640644697],
    [0.001302771585163963, 0.001895521471622111, 0.0006973233797088123, -0.0038956164364948825],
]
NETWORK = Network([Layer(np.eye(4), None, "softmax")], "cross_entropy")
SMALL = initialize((4, 5, 3), ("tanh", "softmax"), cost="cross_entropy", seed=0)
RNG = np.random.default_rng(0)
X, CLASSES = RNG.normal(size=(12, 4)), RNG.integers(3, size=12)


@pytest.mark.parametrize("y", [LABELS, one_hot(LABELS, 4)])
def test_cost_and_errors_are_those_of_pytorch(y):
    trace = forward(NETWORK, LINEAR)
    found = weighted_cost(NETWORK, trace, y, WEIGHTS)
    assert type(found) is float
    assert found == pytest.approx(PYTORCH, rel=1e-15)
    errors = weighted_backward(NETWORK, trace, y, WEIGHTS).errors[0]
    np.testing.assert_allclose(errors, PYTORCH_ERRORS, rtol=1e-13)


def of_kind(*, residual=False, gains=None):
    layers = [
        Layer(RNG.normal(size=(4, 4)), RNG.normal(size=4), "tanh", residual=residual, gains=gains),
        Layer(RNG.normal(size=(4, 3)), RNG.normal(size=3), "softmax"),
    ]
    return Network(layers, "cross_entropy")


def normalized(kind):
    sizes, activations = (4, 5, 4, 3), ("tanh", "sigmoid", "softmax")
    return initialize(sizes, activations, cost="cross_entropy", normalization=kind, seed=1)


def with_a_shortcut_behind_the_first_layer():
    return Network([Layer(RNG.normal(size=(4, 4)), None, "tanh"), *of_kind(residual=True).layers], "cross_entropy")


@pytest.mark.parametrize(
    "network",
    [
        *(SMALL, of_kind(residual=True), of_kind(gains=RNG.normal(size=4)), with_a_shortcut_behind_the_first_layer()),
        *map(normalized, NORMALIZATIONS),
    ],
)
def test_every_gradient_is_that_of_the_weighted_cost_by_differences(network):
    weights, row, h = [0.3, 0.0, 2.0], in_a_row(network), 1e-6

    def at(moved, x=X):
        changed = with_row(network, moved)
        return weighted_cost(changed, forward(changed, x), CLASSES, weights)

    found = weighted_backward(network, forward(network, X), CLASSES, weights)
    in_row = np.concatenate([of.ravel() for of in found.arrays.values()])
    pushes = h * np.eye(len(row))
    expected = np.array([(at(row + push) - at(row - push)) / (2 * h) for push in pushes])
    np.testing.assert_allclose(in_row, expected, atol=2e-9)
    moves = [h * np.eye(X.size)[k].reshape(X.shape) for k in range(X.size)]
    by_inputs = np.array([(at(row, X + move) - at(row, X - move)) / (2 * h) for move in moves])
    np.testing.assert_allclose(found.inputs.ravel(), by_inputs, atol=2e-9)


def test_a_whole_weight_counts_as_so_many_examples():
    repeated = np.repeat(np.arange(12), np.array([1, 3, 2])[CLASSES])
    trace, several = forward(SMALL, X), forward(SMALL, X[repeated])
    expected = backward(SMALL, several, CLASSES[repeated])
    found = weighted_backward(SMALL, trace, CLASSES, [1, 3, 2])
    for one, other in zip(found.arrays.values(), expected.arrays.values(), strict=True):
        assert relative_error(one, other) < 1e-13
    assert weighted_cost(SMALL, trace, CLASSES, [1, 3, 2]) == pytest.approx(cost(SMALL, several, CLASSES[repeated]))


def test_equal_weights_of_any_size_and_single_examples_change_nothing():
    trace, one = forward(SMALL, X), forward(SMALL, X[0])
    assert weighted_cost(SMALL, trace, CLASSES, [7.0] * 3) == pytest.approx(cost(SMALL, trace, CLASSES), rel=1e-15)
    assert weighted_cost(SMALL, one, 1, [0.1, 0.2, 9.0]) == cost(SMALL, one, 1)
    found = weighted_backward(SMALL, one, 1, [0.1, 0.2, 9.0]).weights
    assert all(map(np.array_equal, found, backward(SMALL, one, 1).weights))


def test_single_precision_stays_single():
    network = Network([Layer(np.eye(3, dtype=np.float32), None, "softmax")], "cross_entropy")
    trace = forward(network, np.eye(3, dtype=np.float32))
    assert weighted_backward(network, trace, [0, 1, 2], [1.0, 2.0, 3.0]).weights[0].dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e39, 5e307])
def test_weights_beyond_the_type_of_the_network_count_by_their_ratios(scale, dtype):
    layers = [Layer(each.weights.astype(dtype), each.biases.astype(dtype), each.activation) for each in SMALL.layers]
    network = Network(layers, "cross_entropy")
    trace = forward(network, X.astype(dtype))
    for found in (weighted_cost, weighted_backward):
        small, large = (found(network, trace, CLASSES, [0, by, 2 * by]) for by in (1, scale))
        assert np.all(np.isfinite(getattr(small, "row", small)))
        assert np.array_equal(getattr(large, "row", large), getattr(small, "row", small))


@pytest.mark.parametrize("network", [SMALL, with_a_shortcut_behind_the_first_layer(), *map(normalized, NORMALIZATIONS)])
def test_with_dropout_the_gradient_is_that_of_the_weighted_cost_by_differences(network):
    weights, row, h = [0.3, 0.0, 2.0], in_a_row(network), 1e-6

    def at(moved):
        changed = with_row(network, moved)
        masks = masks_of(changed, len(X), 0.4, np.random.default_rng(1))
        return weighted_cost(changed, masked_forward(changed, X, masks), CLASSES, weights)

    rng, y = np.random.default_rng(1), one_hot(CLASSES, 3)
    weigh = partial(weights_of, network, weights)
    found = dropout_gradient(network, row, X, y, share=0.4, rng=rng, weigh=weigh)
    expected = np.array([(at(row + push) - at(row - push)) / (2 * h) for push in h * np.eye(len(row))])
    np.testing.assert_allclose(found, expected, atol=2e-9)


@pytest.mark.parametrize("weights", [[1.0, 3.0, 2.0], [0.0, 1e308, 5e307], [1.0, 0.0, 0.0]])
def test_accumulated_parts_give_the_steps_of_one_large_batch(weights):
    rarely = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 1, 2])  # parts with other totals, and some without any
    options = {"rate": 0.3, "epochs": 3, "seed": 2, "class_weights": weights}
    large, history = train(SMALL, X, rarely, batch=12, **options)
    parts, again = train(SMALL, X, rarely, batch=2, accumulate=6, **options)
    for one, other in zip(parts.layers, large.layers, strict=True):
        assert relative_error(one.weights, other.weights) < 1e-14
        assert relative_error(one.biases, other.biases) < 1e-14
    assert again.cost == pytest.approx(history.cost, rel=1e-14)


def test_accumulated_parts_leave_single_precision_single():
    layers = [Layer(of.weights.astype("f4"), of.biases.astype("f4"), of.activation) for of in SMALL.layers]
    options = {"batch": 2, "accumulate": 6, "class_weights": [1.0, 0.0, 0.0], "epochs": 2}
    trained, _ = train(Network(layers, "cross_entropy"), X, [0] * 2 + [1] * 10, **options)
    assert {each.weights.dtype.name for each in trained.layers} == {"float32"}


def test_accumulated_parts_without_any_weight_are_refused():
    with pytest.raises(ValueError, match="class_weights are 0 for the classes of all examples in y"):
        train(SMALL, X, np.ones(12, int), batch=2, accumulate=6, class_weights=[1.0, 0.0, 0.0])


def test_dropout_and_weights_of_classes_train_together():
    options = {"rate": 0.3, "epochs": 2, "batch": 4, "seed": 2, "dropout": 0.3}
    plain, _ = train(SMALL, X, CLASSES, **options)
    equal, _ = train(SMALL, X, CLASSES, class_weights=[2, 2, 2], **options)
    other, _ = train(SMALL, X, CLASSES, class_weights=[1, 2, 9], **options)
    for one, same, changed in zip(plain.layers, equal.layers, other.layers, strict=True):
        np.testing.assert_allclose(one.weights, same.weights, rtol=1e-12)
        assert relative_error(one.weights, changed.weights) > 1e-3


def test_training_takes_the_weighted_mean_of_each_mini_batch():
    network, rng = SMALL, np.random.default_rng(3)
    for _ in range(2):
        x, y = shuffled(X, one_hot(CLASSES, 3), rng)
        for start in (0, 5, 10):
            some = slice(start, start + 5)
            found = weighted_backward(network, forward(network, x[some]), y[some], [1.0, 2.0, 0.5])
            row = in_a_row(network) - 0.3 * np.concatenate([of.ravel() for of in found.arrays.values()])
            network = with_row(network, row)
    trained, history = train(SMALL, X, CLASSES, 0.3, 2, 5, seed=3, class_weights=[1.0, 2.0, 0.5])
    assert in_a_row(trained).tobytes() == in_a_row(network).tobytes()
    assert history.cost[-1] == cost(trained, forward(trained, X), CLASSES)


def of_another_cost(weights):
    other = initialize((4, 5, 3), seed=0)
    return weighted_cost(other, forward(other, X), one_hot(CLASSES, 3), weights)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 2.0], "class_weights has shape (2,); the network has 3 classes, so (3,) was expected"),
        (1.0, "class_weights has shape (); the network has 3 classes, so (3,) was expected"),
        ([[1.0, 2.0, 3.0]], "class_weights has shape (1, 3); the network has 3 classes"),
        ([1.0, -2.0, 1.0], "class_weights is [1.0, -2.0, 1.0]; numbers of at least 0 were expected, not all of them 0"),
        ([0, 0, 0], "class_weights is [0.0, 0.0, 0.0]; numbers of at least 0 were expected, not all of them 0"),
        ([1.0, np.nan, 1.0], "class_weights at (1,) is nan; finite numbers were expected"),
        ([1.0, np.inf, 1.0], "class_weights at (1,) is inf; finite numbers were expected"),
        ([1j, 1, 1], "class_weights came as complex numbers"),
        ("many", "class_weights of type <U4 came; numbers were expected"),
        ({0: 1.0}, "class_weights of type object came; numbers were expected"),
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        lambda weights: weighted_cost(SMALL, forward(SMALL, X), CLASSES, weights),
        lambda weights: weighted_backward(SMALL, forward(SMALL, X), CLASSES, weights),
        lambda weights: train(SMALL, X, CLASSES, class_weights=weights),
    ],
)
def test_weights_that_are_none_are_refused(call, weights, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        call(weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: of_another_cost([1.0, 1.0, 2.0]), "class_weights came, but the cost is 'half_squared_error'"),
        (
            lambda: train(initialize((4, 3), seed=0), X, one_hot(CLASSES, 3), class_weights=[1.0, 1.0, 2.0]),
            "class_weights came, but the cost is 'half_squared_error'; 'cross_entropy' was expected",
        ),
        (
            lambda: weighted_cost(SMALL, forward(SMALL, X), smoothed(one_hot(CLASSES, 3)), [1.0, 1.0, 2.0]),
            "y has examples of several classes at once, such as smoothed ones",
        ),
        (
            lambda: weighted_cost(SMALL, forward(SMALL, X[:2]), [0, 1], [0.0, 0.0, 2.0]),
            "class_weights are 0 for the classes of all examples in y",
        ),
        (lambda: train(SMALL, X, CLASSES, class_weights=[1, 1, 2], executor=3), "executor and class_weights came"),
        (lambda: weighted_cost(None, None, CLASSES, [1, 1, 2]), "network is None; a Network was expected"),
        (
            lambda: weighted_cost(NETWORK, forward(NETWORK, LINEAR + 0j), LABELS, WEIGHTS),
            "trace came as complex numbers; real ones were expected",
        ),
    ],
)
def test_what_does_not_go_with_weights_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        call()


@pytest.mark.parametrize("call", [weighted_cost, weighted_backward])
def test_the_trace_of_another_network_is_refused(call):
    with pytest.raises(ValueError, match=r"^trace "):
        call(SMALL, forward(NETWORK, LINEAR), LABELS[:3], [1.0, 1.0, 1.0])


def test_what_is_no_network_is_refused_before_its_classes_are_counted():
    with pytest.raises(ValueError, match=r"^network is a list; a Network was expected"):
        train([SMALL], X, CLASSES, class_weights=[1.0, 1.0, 1.0])
