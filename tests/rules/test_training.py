"""Training: every step is the one that the gradients say, every example has its turn, and nothing is left to chance."""

import builtins
import dataclasses
import io
import sys

import numpy as np
import pytest
import truth
from hypothesis import given, settings
from hypothesis import strategies as st

from literate_bp import (
    Layer,
    Network,
    accuracy,
    backward,
    backward_in_segments,
    cost,
    descend,
    forward,
    initialize,
    training,
)
from literate_bp.training import mini_batches, share_correct, shuffled, step, train

RNG = np.random.default_rng(5)
X = RNG.normal(size=(23, 3))
Y = np.column_stack([X.sum(axis=1) > 0, X.sum(axis=1) <= 0]).astype(float)


def network(cost_name="half_squared_error", **options):
    return initialize((3, 4, 2), "sigmoid", cost=cost_name, seed=1, **options)


def same(one, other):
    pairs = zip(one.layers, other.layers, strict=True)
    return all(np.array_equal(a.weights, b.weights) and np.array_equal(a.biases, b.biases) for a, b in pairs)


def test_a_step_goes_against_the_slope():
    assert step(np.array([1.0, 2.0]), np.array([4.0, -2.0]), 0.5).tolist() == [-1.0, 3.0]


def pairs(of_layer):
    return zip(truth.PARAMETERS, of_layer, strict=True)


@settings(max_examples=30)
@given(truth.problems())
def test_a_step_goes_where_the_cost_falls_by_the_squared_slope(problem):
    net, x, y = problem
    gradients = backward(net, forward(net, x), y)
    after, g = descend(net, gradients, 0.25), truth.named(gradients)
    arrays, down = truth.arrays_of(net), 1j * truth.PUSH
    pushed = [
        [None if old is None else old - down * getattr(gradients, name)[n] for name, old in pairs(of_layer)]
        for n, of_layer in enumerate(arrays)
    ]
    derivative = truth.cost_of(net, pushed, x, y).imag / truth.PUSH
    names = [name for name in g if name != "inputs"]
    squares = sum(float(np.sum(g[name] ** 2)) for name in names)
    bounds = truth.rounding_bounds(net, x, y)
    # every entry of the gradient may be off by its bound, and so may the complex step
    assert abs(derivative + squares) <= 2 * sum(bounds[name] * float(np.sum(np.abs(g[name]))) for name in names)
    for n, layer in enumerate(after.layers):
        assert layer.residual == net.layers[n].residual
        for name, old in pairs(arrays[n]):
            new = getattr(layer, name)
            assert new is old is None or np.array_equal(new, old - getattr(gradients, name)[n] / 4)


def test_a_step_leaves_the_network_as_it_was():
    net = network()
    before = [layer.weights.copy() for layer in net.layers]
    after = descend(net, backward(net, forward(net, X), Y), 0.5)
    assert all(np.array_equal(b, layer.weights) for b, layer in zip(before, net.layers, strict=True))
    assert not same(net, after)
    assert all(not a.flags.writeable for layer in after.layers for a in (layer.weights, layer.biases))


def test_a_layer_without_biases_descends_without():
    net = network(biases=False)
    after = descend(net, backward(net, forward(net, X), Y), 0.5)
    assert [layer.biases for layer in after.layers] == [None, None]


@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 10**6))
def test_mini_batches_deal_every_example_once_with_its_target(count, batch, seed):
    x, y = shuffled(np.arange(count), -np.arange(count), np.random.default_rng(seed))
    hands = list(mini_batches(x, y, batch))
    assert sorted(np.concatenate([some_x for some_x, _ in hands]).tolist()) == list(range(count))
    assert all((some_y == -some_x).all() for some_x, some_y in hands)
    assert {len(some_x) for some_x, _ in hands[:-1]} <= {batch}
    assert 1 <= len(hands[-1][0]) <= batch


def test_examples_are_shuffled_anew_every_epoch():
    rng = np.random.default_rng(0)
    first, second = (shuffled(np.arange(50), np.arange(50), rng)[0].tolist() for _ in range(2))
    assert first != second
    assert first != list(range(50))


def test_every_example_is_seen_once_an_epoch(monkeypatch):
    seen = []

    def watched(net, x):
        seen.append(np.array(x))
        return forward(net, x)

    monkeypatch.setattr(training, "forward", watched)
    monkeypatch.setattr(training, "with_epoch", lambda history, *_: history)
    train(network(), X, Y, epochs=3, batch=5)
    steps = [x for x in seen if len(x) <= 5][-15:]  # 23 examples in batches of 5, 5, 5, 5 and 3, three times over
    for epoch in range(3):
        rows = np.concatenate(steps[5 * epoch : 5 * epoch + 5])
        assert np.array_equal(np.sort(rows, axis=0), np.sort(X, axis=0))


def test_training_is_the_steps_that_one_would_take_by_hand():
    net, rng = network(), np.random.default_rng(3)
    for _ in range(2):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 4):
            hand = order[start : start + 4]
            net = descend(net, backward(net, forward(net, X[hand]), Y[hand]), 0.25)
    assert same(net, train(network(), X, Y, rate=0.25, epochs=2, batch=4, seed=3)[0])


def test_the_steps_of_an_epoch_may_be_taken_by_something_else():
    taken = []

    def whole_batches(net, x, y, rate, batch):
        taken.append((x, y, rate, batch))
        return descend(net, backward(net, forward(net, x), y), rate)

    trained, history = train(network(), X, Y, rate=0.25, epochs=2, batch=4, seed=3, run_epoch=whole_batches)
    by_hand, orders = network(), np.random.default_rng(3)
    for x, y, rate, batch in taken:
        order = orders.permutation(len(X))
        assert np.array_equal(x, X[order])
        assert np.array_equal(y, Y[order])
        assert (rate, batch) == (0.25, 4)
        by_hand = descend(by_hand, backward(by_hand, forward(by_hand, x), y), 0.25)
    assert len(taken) == len(history.cost) == 2
    assert same(trained, by_hand)
    assert history.cost[-1] == cost(by_hand, forward(by_hand, X), Y)


@pytest.mark.parametrize(
    ("run_epoch", "message"),
    [
        ("an epoch", "run_epoch is a str; a function was expected"),
        (lambda *_: None, "what run_epoch returned is None; a Network was expected"),
        (lambda *_: initialize((3, 5, 2)), r"run_epoch returned a network with shapes \[\(3, 5\),.* \[\(3, 4\),"),
        (lambda net, *_: Network(net.layers[:1]), r"run_epoch returned a network with shapes \[\(3, 4\), \(4,\)\];"),
    ],
)
def test_what_takes_no_steps_is_refused(run_epoch, message):
    with pytest.raises(ValueError, match=message):
        train(network(), X, Y, epochs=1, run_epoch=run_epoch)


def test_the_same_seed_gives_the_same_result_bit_for_bit():
    one, same_seed, other = (train(network(), X, Y, epochs=3, seed=seed) for seed in (7, 7, 8))
    assert same(one[0], same_seed[0])
    assert one[1] == same_seed[1]
    assert not same(one[0], other[0])


def test_a_batch_larger_than_the_data_is_all_of_it():
    whole = descend(network(), backward(network(), forward(network(), X), Y), 0.5)
    trained, _ = train(network(), X, Y, epochs=1, batch=1000)
    for a, b in zip(whole.layers, trained.layers, strict=True):
        # the order of the 23 terms of a mean differs, each below 1
        assert np.max(np.abs(a.weights - b.weights)) <= 23 * truth.EPS * 2


def test_training_leaves_its_arguments_as_they_were():
    net, x, y = network(), X.copy(), Y.copy()
    before = [layer.weights.copy() for layer in net.layers]
    trained, _ = train(net, x, y, epochs=2)
    assert np.array_equal(x, X)
    assert np.array_equal(y, Y)
    assert all(np.array_equal(b, layer.weights) for b, layer in zip(before, net.layers, strict=True))
    assert not same(net, trained)


def test_the_record_has_an_entry_an_epoch_taken_at_its_end():
    trained, history = train(network(), X, Y, epochs=4)
    assert [len(record) for record in dataclasses.astuple(history)[:4]] == [4, 4, 0, 0]
    assert history.cost[-1] == cost(trained, forward(trained, X), Y)
    assert history.accuracy[-1] == accuracy(trained, X, Y)
    with pytest.raises(dataclasses.FrozenInstanceError):
        history.cost = ()


def test_held_out_examples_are_measured_and_not_learned_from():
    aside = (X[:5] + 1, Y[:5])
    trained, history = train(network(), X, Y, epochs=3, test=aside)
    plain, plain_history = train(network(), X, Y, epochs=3)
    assert same(trained, plain)
    assert [len(record) for record in dataclasses.astuple(history)[:4]] == [3, 3, 3, 3]
    assert history.test_cost[-1] == cost(trained, forward(trained, aside[0]), aside[1])
    assert history.test_accuracy[-1] == accuracy(trained, *aside)
    assert (history.cost, history.accuracy) == (plain_history.cost, plain_history.accuracy)


def test_training_learns():
    net = initialize((3, 8, 2), ["tanh", "softmax"], cost="cross_entropy", seed=2)
    trained, history = train(net, X, Y, rate=0.5, epochs=60, batch=5)
    assert history.cost[-1] < 0.1 * cost(net, forward(net, X), Y)
    assert history.accuracy[-1] == 1.0
    assert accuracy(trained, X, Y) == 1.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_float32_network_stays_float32_whatever_it_is_trained_on(dtype):
    trained, _ = train(network(dtype=np.float32), X.astype(dtype), Y.astype(dtype), epochs=1)
    assert {a.dtype for layer in trained.layers for a in (layer.weights, layer.biases)} == {np.dtype(np.float32)}


def test_accuracy_is_the_share_of_right_answers():
    identity = initialize((2, 2), "identity", scheme="normal", std=1.0)
    one = initialize((1, 1), "identity", scheme="normal", std=1.0)
    identity = dataclasses.replace(identity, layers=(dataclasses.replace(identity.layers[0], weights=np.eye(2)),))
    one = dataclasses.replace(one, layers=(dataclasses.replace(one.layers[0], weights=np.eye(1)),))
    assert accuracy(identity, [[1, 0], [0, 1], [3, 2], [0, 5]], [[1, 0], [0, 1], [0, 1], [0, 1]]) == 0.75
    assert accuracy(one, [[0.2], [0.8], [0.9]], [[0], [1], [0]]) == pytest.approx(2 / 3)
    assert accuracy(identity, [1, 0], [1, 0]) == 1.0


def test_yes_is_above_a_half_whatever_is_above_it():
    output, y = np.array([[0.5], [0.5], [0.75], [1.75], [-2.0]]), np.array([[0.0], [0.0], [1.0], [1.0], [0.5]])
    assert share_correct(output, y) == 1.0
    assert type(share_correct(output, y)) is float
    assert type(share_correct(np.eye(2), np.eye(2))) is float


def test_complex_outputs_name_no_class():
    layers = [Layer([[1.0]], None, "identity"), Layer([[1j]], None, "identity")]
    for turned in (Network(layers), Network(layers[::-1])):
        with pytest.raises(ValueError, match=r"^the output of network came as complex"):
            accuracy(turned, np.ones((1, 1)), [[1.0]])


def test_one_example_is_trained_on_as_a_batch_of_one():
    alone, _ = train(network(), X[0], Y[0], epochs=2)
    batch, _ = train(network(), X[:1], Y[:1], epochs=2)
    assert same(alone, batch)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def without_tqdm(name, *rest, real=builtins.__import__):
    if name.partition(".")[0] == "tqdm":
        raise ImportError(name)
    return real(name, *rest)


def test_a_progress_bar_is_shown_to_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    plain = train(network(), X, Y, epochs=2)[1]
    assert "2/2" in sys.stderr.getvalue()
    assert "epoch" in sys.stderr.getvalue()
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert train(network(), X, Y, epochs=2)[1] == plain
    assert sys.stderr.getvalue() == ""


def test_nobody_watching_needs_no_tqdm_and_sees_nothing(monkeypatch, capsys):
    monkeypatch.setattr(builtins, "__import__", without_tqdm)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    train(network(), X, Y, epochs=2)
    assert sys.stderr.getvalue() == ""
    assert capsys.readouterr().out == ""


def test_a_terminal_without_tqdm_is_no_error(monkeypatch):
    monkeypatch.setattr(builtins, "__import__", without_tqdm)
    monkeypatch.setattr(sys, "stderr", Terminal())
    train(network(), X, Y, epochs=2)
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize("rate", [5e-324, 1e-30])
def test_a_rate_that_changes_no_parameter_is_said(rate):
    network, x, y = Network([Layer([[0.4], [-0.2]], [0.5])]), [[0.1, 0.3]], [[1.0]]
    with pytest.warns(UserWarning, match=f"rate is {rate:g}; training has changed no parameter: .* take a larger rate"):
        trained, _ = train(network, x, y, rate=rate, epochs=2)
    assert (trained.layers[0].weights == network.layers[0].weights).all()


def test_one_layer_that_changes_is_a_change():
    dead = Layer([[0.4], [-0.2]], [-5.0], "relu")
    start = Network([dead, Layer([[1.0]], [0.5], "identity")])
    trained, _ = train(start, [[0.1, 0.3]], [[1.0]], rate=0.5)  # a warning would be an error
    assert (trained.layers[0].weights == dead.weights).all()
    assert trained.layers[1].biases != 0.5


def test_an_infinite_weight_less_an_infinite_gradient_is_refused_without_a_warning():
    start = Network([Layer([[1.0]], None, "identity")])
    gradients = backward(start, forward(start, [1.0]), [0.0])
    endless = dataclasses.replace(gradients, weights=(np.array([[np.inf]]),))
    with pytest.raises(ValueError, match=r"^rate is 0.5; with it, a step has left weights of layer 1 infinite or NaN"):
        descend(Network([Layer([[np.inf]], None, "identity")]), endless, 0.5)


def test_targets_of_a_network_of_several_types_keep_their_digits():
    narrow, wide = Layer(np.ones((1, 1), np.float32), None, "identity"), Layer([[1.0]], None, "identity")
    start, x, y = Network((narrow, wide), "squared_error"), np.ones((1, 1), np.float32), np.array([[0.1]])
    trained, _ = train(start, x, y, rate=0.25, epochs=1)
    assert trained.layers[1].weights.item() == 1 - 0.25 * (2 * (1 - 0.1))
    assert backward_in_segments(start, x, y, 2).weights[1].item() == 2 * (1 - 0.1)


@pytest.mark.parametrize("history", [3, "a history", {}])
def test_a_run_goes_on_from_a_history_alone(history):
    with pytest.raises(
        ValueError, match=r"^history is an? \w+; a History was expected: make one with literate_bp.train"
    ):
        train(initialize((3, 2)), X, Y, history=history)
