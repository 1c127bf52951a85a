"""Steps that learn: every rule is that of its paper, and a run that goes on is the run that was not interrupted."""

import math
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from io import BytesIO
from itertools import product

import numpy as np
import pytest

from literate_bp import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    Cosine,
    EarlyStopping,
    History,
    KeepBest,
    Layer,
    Network,
    RMSProp,
    WarmUp,
    backward,
    cost,
    dropout,
    forward,
    initialize,
    load,
    rate_range_test,
    save,
    train,
    training,
)
from literate_bp.network import cast, in_a_row, with_row
from literate_bp.optimizers import mean, unbiased
from literate_bp.schedules import clipped, norm
from literate_bp.stepping import accumulated, optimized_epochs, row_gradient

RNG = np.random.default_rng(7)
X = RNG.normal(size=(23, 3))
Y = np.eye(2)[(X.sum(axis=1) > 0).astype(int)]
NET = initialize((3, 4, 2), ("tanh", "softmax"), "glorot_normal", "cross_entropy", seed=1)
SCHEDULES = {"constant": None, "warm-up": WarmUp(9), "cosine": Cosine(30, least=0.1, warm_up=3)}


def walk(optimizer, gradients, start, rate):
    """Take a step for each gradient, and give where it leads."""
    place, averages = np.array([start]), {name: np.zeros(1) for name in optimizer.names}
    for number, gradient in enumerate(gradients, start=1):
        place, averages = optimizer.step(place, np.array([gradient]), rate, number, averages)
    return place.item()


# --- the rules, from the papers, one number at a time --------------------------


def by_sgd(optimizer, gradients, w, rate):
    """Polyak's step, and Nesterov's as of Sutskever et al., in w + μ v."""
    v = 0
    for g in gradients:
        g = g + optimizer.weight_decay * w  # noqa: PLW2901 — as it is written there
        v = optimizer.momentum * v + g
        w -= rate * (g + optimizer.momentum * v if optimizer.nesterov else v)
    return w


def exact(optimizer):
    """Give the same optimizer with fractions."""
    made = object.__new__(SGD)
    for name in ("momentum", "nesterov", "weight_decay"):
        value = getattr(optimizer, name)
        object.__setattr__(made, name, value if isinstance(value, bool) else Fraction(value))
    return made


@pytest.mark.parametrize("optimizer", [SGD(m, n, d) for m in (0, 0.5) for n in ({False, m > 0}) for d in (0, 0.25)])
def test_plain_steps_momentum_and_nesterov_are_exact_where_the_numbers_are_binary(optimizer):
    gradients = [1, -2, 0.5, 4, -1, 3]
    exactly = by_sgd(exact(optimizer), map(Fraction, gradients), Fraction(3, 2), Fraction(1, 4))
    assert Fraction(walk(optimizer, gradients, 1.5, 0.25)) == exactly


def test_nesterov_is_the_gradient_ahead_of_the_velocity():
    rate, share, curvature = 0.1, 0.9, 2.0
    w, v = 1.0, 0.0
    for _ in range(12):  # Sutskever et al. 2013, equations 3 and 4, of the cost ½ c w²
        v = share * v - rate * curvature * (w + share * v)
        w += v
    ahead, averages = np.array([1.0]), {"velocity": np.zeros(1)}
    for number in range(1, 13):
        ahead, averages = SGD(share, nesterov=True).step(ahead, curvature * ahead, rate, number, averages)
    assert ahead.item() == pytest.approx(w + share * v, rel=1e-13)


def by_rmsprop(optimizer, gradients, w, rate):
    s = 0.0
    for g in gradients:
        g = g + optimizer.weight_decay * w  # noqa: PLW2901 — as it is written there
        s = optimizer.alpha * s + (1 - optimizer.alpha) * g * g
        w -= rate * g / (math.sqrt(s) + optimizer.eps)
    return w


def by_adam(optimizer, gradients, w, rate):
    """Take the steps of algorithm 1 of Kingma and Ba, or of algorithm 2 of Loshchilov and Hutter."""
    (b1, b2), m, s = optimizer.betas, 0.0, 0.0
    beside = isinstance(optimizer, AdamW)
    for t, g in enumerate(gradients, start=1):
        g = g if beside else g + optimizer.weight_decay * w  # noqa: PLW2901 — as it is written there
        m = b1 * m + (1 - b1) * g
        s = b2 * s + (1 - b2) * g * g
        shrunk = rate * optimizer.weight_decay * w if beside else 0.0
        w -= rate * (m / (1 - b1**t)) / (math.sqrt(s / (1 - b2**t)) + optimizer.eps) + shrunk
    return w


@pytest.mark.parametrize(
    ("optimizer", "by_paper"),
    [
        (RMSProp(), by_rmsprop),
        (RMSProp(alpha=0.5, eps=0.1, weight_decay=0.25), by_rmsprop),
        (Adam(), by_adam),
        (Adam(betas=(0.5, 0.75), eps=0.1, weight_decay=0.25), by_adam),
        (AdamW(), by_adam),
        (AdamW(betas=(0.5, 0.75), eps=0.1, weight_decay=0.25), by_adam),
    ],
    ids=lambda of: getattr(of, "__name__", None) or repr(of),
)
def test_steps_are_those_of_the_paper(optimizer, by_paper):
    gradients = np.random.default_rng(3).normal(size=50).tolist()
    assert walk(optimizer, gradients, 1.5, 0.02) == pytest.approx(by_paper(optimizer, gradients, 1.5, 0.02), rel=1e-13)


def test_the_unbiased_mean_of_equal_values_is_that_value_from_the_first_on():
    average = np.zeros(1)
    for number in range(1, 40):
        average = mean(average, np.array([3.0]), 0.99)
        assert unbiased(average, 0.99, number).item() == pytest.approx(3.0, rel=1e-12)


@pytest.mark.parametrize("gradient", [1e-4, -3.0, 1e6])
def test_the_first_step_of_adam_is_as_long_as_the_rate_whatever_the_gradient(gradient):
    moved = walk(Adam(eps=1e-12), [gradient], 0.0, 0.01)
    assert moved == pytest.approx(-0.01 * math.copysign(1, gradient), rel=1e-7)


def test_decay_beside_the_gradient_shrinks_all_weights_alike_and_in_it_those_with_small_gradients_more():
    small, large = ([1e-3] * 20, [1e3] * 20)

    def shrunk(optimizer, plain, gradients):
        return walk(optimizer, gradients, 1.0, 0.01) - walk(plain, gradients, 1.0, 0.01)

    beside = [shrunk(AdamW(weight_decay=0.1), Adam(), g) for g in (small, large)]
    inside = [shrunk(Adam(weight_decay=0.1), Adam(), g) for g in (small, large)]
    assert beside[0] == pytest.approx(beside[1], rel=0.01)
    assert abs(inside[1]) < 1e-3 * abs(beside[1])


# --- schedules and clipping ----------------------------------------------------


def test_a_warm_up_rises_in_equal_steps_to_one():
    assert [WarmUp(4)(taken) for taken in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]


def test_a_cosine_falls_from_one_to_the_least_as_half_a_wave():
    assert [Cosine(4)(taken) for taken in (0, 2, 4, 99)] == pytest.approx([1, 0.5, 0, 0], abs=1e-15)
    wave = [Cosine(300, least=0.25)(taken) for taken in range(301)]
    assert wave[100] == pytest.approx(0.25 + 0.75 * 0.75, rel=1e-12)  # cos 60° is one half
    assert np.mean(wave) == pytest.approx(0.625, rel=1e-3)
    assert [Cosine(10, warm_up=4)(taken) for taken in (0, 3, 4, 7)] == pytest.approx([0.25, 1, 1, 0.5])


def test_a_long_gradient_is_shortened_and_keeps_its_direction():
    assert clipped(np.array([3.0, 4.0]), 1.0) == pytest.approx([0.6, 0.8])
    short = np.array([0.3, 0.4])
    assert clipped(short, 1.0) is short


@pytest.mark.parametrize(("dtype", "size"), [(np.float64, 1e200), (np.float32, 1e30), (np.float64, 1e-200)])
def test_no_square_of_a_norm_leaves_the_range(dtype, size):
    assert norm(np.array([3 * size, 4 * size], dtype)) == pytest.approx(5 * size, rel=1e-6)
    assert norm(np.zeros(3, dtype)) == 0.0


# --- gradient accumulation -----------------------------------------------------


@pytest.mark.parametrize("batch", [1, 4, 7, 23, 50])
def test_accumulated_gradients_are_that_of_the_large_batch(batch):
    row = in_a_row(NET)

    def of_part(x, y):
        assert len(x) <= batch
        return row_gradient(NET, row, x, y)

    found = accumulated(of_part, X, Y, batch)
    assert found == pytest.approx(row_gradient(NET, row, X, Y), rel=1e-12, abs=1e-15)


def test_accumulation_takes_the_steps_of_the_large_batch():
    parts, h1 = train(NET, X, Y, epochs=3, batch=5, accumulate=2, optimizer="adam")
    whole, h2 = train(NET, X, Y, epochs=3, batch=10, optimizer="adam")
    assert h1.kept.steps == h2.kept.steps == 9
    assert in_a_row(parts) == pytest.approx(in_a_row(whole), rel=1e-9)


# --- training ------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_is_the_steps_that_one_would_take_by_hand(name):
    optimizer, row, orders = OPTIMIZERS[name], in_a_row(NET), np.random.default_rng(3)
    averages, number = {each: np.zeros_like(row) for each in optimizer.names}, 0
    for _ in range(3):
        order = orders.permutation(len(X))
        for start in range(0, len(X), 4):
            some, net = order[start : start + 4], with_row(NET, row)
            found = backward(net, forward(net, X[some]), Y[some])
            gradient = np.concatenate(
                [of.ravel() for pair in zip(found.weights, found.biases, strict=True) for of in pair]
            )
            gradient *= min(1, 0.5 / math.sqrt((gradient**2).sum()))
            rate = 0.05 * min(1, (number + 1) / 5)
            number += 1
            row, averages = optimizer.step(row, gradient, rate, number, averages)
    trained, _ = train(NET, X, Y, 0.05, 3, 4, 3, optimizer=name, schedule=WarmUp(5), clip=0.5)
    assert in_a_row(trained) == pytest.approx(row, rel=1e-9, abs=1e-12)


def test_without_the_new_arguments_training_is_what_it_was():
    for options in ({}, {"callbacks": [lambda *_: None]}):
        found, history = train(NET, X, Y, epochs=3, **options)
        known, before = training.train(NET, X, Y, 0.5, 3)
        assert in_a_row(found) == pytest.approx(in_a_row(known), rel=1e-10)
        assert history.cost == pytest.approx(before.cost, rel=1e-10)
    by_name, _ = train(NET, X, Y, epochs=3, optimizer="sgd")
    assert in_a_row(by_name) == pytest.approx(in_a_row(found), rel=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_parameters_and_averages_keep_their_type(dtype):
    net = cast(NET, dtype)
    for optimizer in (SGD(momentum=0.5), Adam(eps=1e-4), RMSProp(eps=1e-4)):
        trained, history = train(net, X, Y, 0.01, 2, optimizer=optimizer, clip=1.0, schedule=Cosine(9), accumulate=2)
        assert {in_a_row(trained).dtype, *(of.dtype for of in history.kept.averages.values())} == {np.dtype(dtype)}


@pytest.mark.parametrize(("name", "schedule"), [*product(OPTIMIZERS, SCHEDULES)])
def test_a_run_that_goes_on_is_the_run_that_was_not_interrupted_bit_for_bit(name, schedule, tmp_path):
    options = {"optimizer": name, "schedule": SCHEDULES[schedule], "clip": 0.5, "test": (X[:5], Y[:5]), "batch": 6}
    for more in ({}, {"accumulate": 2}, {"dropout": 0.25}):
        whole, history = train(NET, X, Y, epochs=4, **options, **more)
        half, first = train(NET, X, Y, epochs=2, **options, **more)
        save(tmp_path / "run.npz", half, first)
        half, first = load(tmp_path / "run.npz")
        found, second = train(half, X, Y, epochs=2, history=first, **options, **more)
        assert in_a_row(found).tobytes() == in_a_row(whole).tobytes()
        assert second == history
        assert (second.order, second.kept.steps) == (history.order, history.kept.steps)
        assert [*second.kept.averages] == [*history.kept.averages]
        for key, array in history.kept.averages.items():
            assert second.kept.averages[key].tobytes() == array.tobytes()


def test_plain_steps_that_go_on_are_the_run_that_was_not_interrupted(tmp_path):
    whole, history = train(NET, X, Y, epochs=4)
    half, first = train(NET, X, Y, epochs=3)
    save(tmp_path / "run.npz", half, first)
    half, first = load(tmp_path / "run.npz")
    found, second = train(half, X, Y, epochs=1, history=first, seed=9)
    assert in_a_row(found).tobytes() == in_a_row(whole).tobytes()
    assert second == history


def test_an_optimizer_takes_the_same_steps_with_gradients_in_shards():
    options = {"epochs": 2, "batch": 10, "optimizer": "adam", "clip": 0.5}
    with ThreadPoolExecutor(2) as pool:
        found, _ = train(NET, X, Y, executor=pool, **options)
        with pytest.raises(
            ValueError, match=r"^dropout is 0.5 and executor is a ThreadPoolExecutor; one of them alone"
        ):
            train(NET, X, Y, executor=pool, dropout=0.5)
    assert in_a_row(found) == pytest.approx(in_a_row(train(NET, X, Y, **options)[0]), rel=1e-9)


# --- callbacks -----------------------------------------------------------------


def test_every_callback_is_called_after_each_epoch_and_true_ends_the_run():
    seen = []

    def note(network, history):
        seen.append((network, len(history.cost)))
        return "not True"

    trained, history = train(NET, X, Y, epochs=9, callbacks=[lambda _, h: len(h.cost) == 3, note])
    assert [number for _, number in seen] == [1, 2, 3]
    assert len(history.cost) == 3
    assert seen[-1][0] is trained


def test_early_stopping_ends_when_so_many_epochs_were_no_better_than_the_best():
    ends = EarlyStopping(patience=2)
    told = [ends(NET, History(test_cost=(3, 2, 1, 1.5, 1.2, 0.9)[:n])) for n in range(1, 7)]
    assert told == [False, False, False, False, True, False]


def test_the_best_network_on_held_out_examples_is_kept():
    best, held_out = KeepBest(), (X[:6], 1 - Y[:6])  # wrong targets: it gets worse
    _, history = train(NET, X[6:], Y[6:], epochs=12, test=held_out, callbacks=[best, EarlyStopping(3)])
    assert len(history.cost) < 12
    assert cost(best.network, forward(best.network, held_out[0]), held_out[1]) == min(history.test_cost)


# --- dropout -------------------------------------------------------------------


def test_both_ways_of_scaling_give_in_the_mean_what_the_whole_layer_gives():
    net = Network([Layer(RNG.normal(size=(3, 5)), None, "tanh"), Layer(RNG.normal(size=(5, 2)), None, "identity")])
    share, rng = 0.25, np.random.default_rng(0)
    patterns = np.array([*product((0.0, 1.0), repeat=5)])  # all of them, with their chances
    chances = np.prod(np.where(patterns == 1, 1 - share, share), axis=1)
    for masks, at_test in ((dropout.inverted(patterns, share), 1.0), (patterns, 1 - share)):
        outputs = [dropout.masked_forward(net, X, [mask]).output for mask in masks]
        expected = dropout.masked_forward(net, X, [at_test]).output
        assert np.tensordot(chances, outputs, 1) == pytest.approx(expected, rel=1e-12)
    drawn = dropout.kept_nodes(rng, (40_000,), share)
    assert {*np.unique(drawn)} == {0.0, 1.0}
    assert drawn.mean() == pytest.approx(1 - share, abs=5 * math.sqrt(share * (1 - share) / 40_000))


@pytest.mark.parametrize("residual", [False, True])
def test_the_gradient_with_masks_is_the_slope_of_the_cost_with_the_same_masks(residual):
    gains = RNG.normal(size=4)
    layers = [
        Layer(RNG.normal(size=(3, 4)), RNG.normal(size=4), "tanh"),
        Layer(RNG.normal(size=(4, 4)), RNG.normal(size=4), "sigmoid", residual=residual, gains=gains),
        Layer(RNG.normal(size=(4, 2)), None, "softmax"),
    ]
    net = Network(layers, "cross_entropy")
    masks = dropout.masks_of(net, len(X), 0.5, np.random.default_rng(1))
    found = dropout.masked_backward(net, dropout.masked_forward(net, X, masks), Y, masks)
    gradient = found.row
    row = in_a_row(net)

    def cost_at(moved):
        pushed = with_row(net, moved)
        return cost(pushed, dropout.masked_forward(pushed, X, masks), Y)

    for place, expected in enumerate(gradient):
        push = np.zeros_like(row)
        push[place] = 1e-5
        slope = (cost_at(row + push) - cost_at(row - push)) / 2e-5
        assert slope == pytest.approx(expected, abs=2e-9)


def test_no_dropout_is_the_plain_gradient():
    row = in_a_row(NET)
    found = dropout.dropout_gradient(NET, row, X, Y, share=0.0, rng=np.random.default_rng(0))
    assert np.array_equal(found, row_gradient(NET, row, X, Y))


# --- the range test --------------------------------------------------------------


def test_a_range_test_ends_behind_the_rate_at_which_steps_leave_a_bowl():
    """On ½ c w², steps shrink w for rates below 2 / c, and blow it up above."""
    bowl = Network([Layer([[1.0]], None, "identity")])
    for curvature in (1.0, 4.0):
        x, y = [[math.sqrt(curvature)]], [[0.0]]
        found = rate_range_test(bowl, x, y, rates=(1e-4, 1e3), steps=200)
        assert found.rates[0] == 1e-4
        assert len(found.rates) == len(found.costs) < 200
        assert found.lowest > 1 / curvature
        assert found.rates[-1] > 2 / curvature
        assert found.suggested == found.lowest / 10
        assert found.costs[-1] <= 4 * min(found.costs)


def a_task(seed):
    """Return a network, and examples that it can learn."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(200, 10))
    y = np.eye(3)[(x @ rng.normal(size=(10, 3))).argmax(axis=1)]
    return initialize((10, 8, 3), ("tanh", "softmax"), "glorot_normal", "cross_entropy", seed=seed), x, y


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam"])
def test_whichever_batches_come_the_suggested_rate_lowers_the_cost_in_an_epoch(optimizer):
    for seed in range(10):
        net, x, y = a_task(seed)
        for order in range(3):
            rate = rate_range_test(net, x, y, optimizer, rates=(1e-5, 100.0), seed=order).suggested
            history = train(net, x, y, rate, 2, optimizer=optimizer, seed=order)[1]
            assert history.cost[-1] < 0.97 * cost(net, forward(net, x), y)


def test_before_anything_was_learned_a_range_test_shows_the_cost_on_all_examples():
    net, x, y = a_task(0)
    found = rate_range_test(net, x, y, rates=(1e-12, 100.0))
    assert found.costs[0] == cost(net, forward(net, x), y)
    assert found.costs[:20] == pytest.approx([found.costs[0]] * 20, rel=1e-9)


def test_a_range_test_warns_where_its_least_cost_is_at_an_end():
    net, x, y = a_task(0)
    with pytest.warns(UserWarning, match="the cost is least at the last, so it may still fall: take larger rates"):
        rate_range_test(net, x, y, rates=(1e-6, 1e-4), batch=len(x))
    with pytest.warns(UserWarning, match="the cost is least at the first, so no step has lowered it: take smaller"):
        rate_range_test(Network([Layer([[0.0]], None, "identity")]), [[1.0]], [[0.0]])


@pytest.mark.parametrize("end", [True, np.True_, np.argmin([1.0]) == 0])
def test_what_is_true_ends_a_run_whoever_said_it(end):
    _, history = train(NET, X, Y, epochs=5, callbacks=[lambda *_: end])
    assert len(history.cost) == 1


@pytest.mark.parametrize("other", [0, 1, "yes", np.False_, None])
def test_what_is_not_true_ends_no_run(other):
    _, history = train(NET, X, Y, epochs=3, callbacks=[lambda *_: other])
    assert len(history.cost) == 3


def test_a_run_with_dropout_goes_on_as_it_began_whichever_seed_is_given_then(tmp_path):
    given = {"optimizer": "adam", "dropout": 0.3}
    whole, _ = train(NET, X, Y, epochs=4, seed=4, **given)
    half, history = train(NET, X, Y, epochs=2, seed=4, **given)
    save(tmp_path / "run.npz", half, history)
    half, history = load(tmp_path / "run.npz")
    rest, _ = train(half, X, Y, epochs=2, history=history, **given)
    assert in_a_row(rest).tobytes() == in_a_row(whole).tobytes()


# --- what is refused ---------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, 10**18, 10**400])
def test_a_range_test_of_one_step_or_of_no_end_is_refused(steps):
    with pytest.raises(
        ValueError, match=r"^steps is .*; a whole number of at least 2 and at most 100,000 was expected"
    ):
        rate_range_test(NET, X, Y, steps=steps)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: SGD(momentum=1.0), r"^momentum is 1.0; a number of at least 0 and below 1 was expected$"),
        (lambda: SGD(momentum=-0.1), r"^momentum is -0.1; a number of at least 0"),
        (lambda: SGD(nesterov=True), r"^nesterov is True and momentum is 0; a momentum greater than 0"),
        (lambda: SGD(weight_decay=-1), r"^weight_decay is -1; a finite number of at least 0"),
        (lambda: SGD(weight_decay=math.inf), r"^weight_decay is inf; a finite number"),
        (lambda: RMSProp(alpha=1), r"^alpha is 1; a number of at least 0 and below 1"),
        (lambda: RMSProp(eps=0), r"^eps is 0; a finite number greater than 0"),
        (lambda: Adam(betas=(0.9,)), r"^betas has 1 entries; 2 were expected"),
        (lambda: Adam(betas=(0.9, 1.0)), r"^betas is 1.0; a number of at least 0 and below 1"),
        (lambda: AdamW(weight_decay=math.nan), r"^weight_decay is nan; a finite number"),
        (lambda: WarmUp(0), r"^steps is 0; a whole number of at least 1"),
        (lambda: Cosine(5, warm_up=5), r"^warm_up is 5; a whole number of at least 0 and at most 4"),
        (lambda: Cosine(5, least=1.5), r"^least is 1.5; a number from 0 to 1"),
        (lambda: EarlyStopping(0), r"^patience is 0; a whole number of at least 1"),
    ],
)
def test_numbers_out_of_range_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"optimizer": "adam_w"}, r"^optimizer is 'adam_w'; 'adamw' is its name here"),
        ({"optimizer": "adagrad"}, r"^optimizer 'adagrad' is unknown; .*nown names: sgd, momentum, nesterov"),
        ({"optimizer": 3}, r"^optimizer 3 is unknown"),
        ({"optimizer": Adam}, r"^optimizer .* is unknown"),
        ({"clip": 0}, r"^clip is 0; a finite number greater than 0 was expected$"),
        ({"clip": math.inf}, r"^clip is inf; a finite number"),
        ({"accumulate": 0}, r"^accumulate is 0; a whole number of at least 1"),
        ({"dropout": 1.0}, r"^dropout is 1.0; a number of at least 0 and below 1"),
        ({"schedule": 0.5}, r"^schedule is a float; a function was expected"),
        ({"schedule": np.zeros(0)}, r"^schedule is an ndarray; a function was expected"),
        ({"schedule": lambda _: -1.0}, r"^schedule gives -1.0 after 0 steps; .* this was in epoch 1$"),
        (
            {"schedule": Cosine},
            r"^schedule is a class, Cosine; a function was expected, such as an object of the class",
        ),
        ({"callbacks": [EarlyStopping]}, r"^callbacks, number 1, is a class, EarlyStopping; a function was"),
        ({"callbacks": EarlyStopping(3)}, r"^callbacks is an EarlyStopping; a sequence of functions was expected"),
        ({"callbacks": [3]}, r"^callbacks, number 1, is an int; a function was expected"),
        ({"callbacks": [EarlyStopping(3)]}, r"^history has no costs of held-out examples; test=\(x, y\) was expected"),
        ({"history": 3}, r"^history is an int; a History was expected: make one with literate_bp.train"),
        ({"history": History()}, r"^history has the order {}; the state of a generator was expected"),
        (
            {"history": History(), "optimizer": "adam"},
            r"^history is that of a run without optimizer, .*; now it is Adam, keep",
        ),
        ({"optimizer": Adam(eps=1e-50)}, r"^eps of optimizer is 1e-50, which is 0 in float32"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(options, said):
    net = cast(NET, np.float32) if isinstance(options.get("optimizer"), Adam) else NET
    with pytest.raises(ValueError, match=said):
        train(net, X, Y, epochs=2, **options)


def test_what_was_kept_by_another_optimizer_or_for_another_network_is_refused():
    _, by_adam_ = train(NET, X, Y, epochs=1, optimizer="adam")
    other = initialize((3, 2, 2), ("tanh", "softmax"), "glorot_normal", "cross_entropy")
    with pytest.raises(
        ValueError, match=r"^history is that of Adam, keeping mean, square; now it is SGD, keeping velocity; a run that"
    ):
        train(NET, X, Y, epochs=1, optimizer="momentum", history=by_adam_)
    with pytest.raises(
        ValueError, match=r"^history is that of Adam, .*; now it is a run without optimizer, .* keeping nothing"
    ):
        train(NET, X, Y, epochs=1, history=by_adam_)
    with pytest.raises(
        ValueError, match=r"^history is that of a network with shapes \[\(3, 4\), .*\(3, 2\), .* expected$"
    ):
        train(other, X, Y, epochs=1, optimizer="adam", history=by_adam_)
    with pytest.raises(ValueError, match=r"^history has 0 costs of held-out examples, and test is given"):
        train(NET, X, Y, epochs=1, optimizer="adam", history=by_adam_, test=(X, Y))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("optimizer", ["momentum", "adam", None])
def test_a_rate_that_diverges_is_said_with_its_epoch_and_what_to_try(optimizer):
    bowl, before = Network([Layer([[1.0]], None, "identity")]), in_a_row(NET).tobytes()
    said = r"^rate is 1e\+20; with it, a step has left weights of layer 1 infinite or NaN in float64: a smaller rate .*"
    said += r": try a tenth of the rate, clip=1.0, or a schedule that warms up; this was in epoch 16$"
    if optimizer == "adam":  # whose steps have the length of the rate
        with pytest.raises(ValueError, match=r"this was in epoch 1$"):
            train(NET, X, Y, 1e308, 3, optimizer=optimizer)
    else:
        with pytest.raises(ValueError, match=said):
            train(bowl, [[1.0]], [[0.0]], 1e20, 99, 1, optimizer=optimizer)
    assert in_a_row(NET).tobytes() == before


def test_a_step_that_fails_leaves_what_was_kept_as_it_was():
    epochs = optimized_epochs(NET, "adam")
    kept = epochs.kept
    with pytest.raises(ValueError, match="a step has left"):
        epochs(NET, X, Y, 1e308, 4)
    assert epochs.kept is kept
    assert not any(of.any() for of in kept.averages.values())


# --- files -------------------------------------------------------------------------


def saved(tmp_path, *what):
    save(tmp_path / "run.npz", *what)
    return (tmp_path / "run.npz").read_bytes()


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c16", ">f8"])
def test_a_network_is_read_as_it_was_written(tmp_path, dtype, residual):
    weights = [RNG.normal(size=(3, 3)).astype(dtype), RNG.normal(size=(3, 2)).astype(dtype)]
    first = Layer(weights[0], None, "relu", residual=residual, gains=np.ones(3, dtype))
    net = Network([first, Layer(weights[1], weights[1][0], "identity")], "squared_error")
    found, history = load_of(tmp_path, saved(tmp_path, net))
    assert history is None
    assert (found.cost, found.summary) == (net.cost, net.summary)
    for one, other in zip(found.layers, net.layers, strict=True):
        assert (one.activation, one.residual) == (other.activation, other.residual)
        assert one.parameters.keys() == other.parameters.keys()
        for name, array in other.parameters.items():
            assert one.parameters[name].dtype == array.dtype
            assert one.parameters[name].tobytes() == array.tobytes()


def load_of(tmp_path, content):
    (tmp_path / "read.npz").write_bytes(content)
    return load(tmp_path / "read.npz")


def test_two_writes_are_the_same_bytes_and_hold_no_pickle(tmp_path):
    run = train(NET, X, Y, epochs=1, optimizer="adam")
    content = saved(tmp_path, *run)
    assert content == saved(tmp_path, *run)
    with np.load(BytesIO(content), allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "fu" for name in archive.files)


def test_a_file_that_is_cut_short_anywhere_is_refused(tmp_path):
    content = saved(tmp_path, *train(NET, X, Y, epochs=1, optimizer="adam"))
    load_of(tmp_path, content)
    for length in {*range(0, len(content), 37), len(content) - 1}:
        with pytest.raises(ValueError, match=r"^path is '.*read.npz', which is cut short, or was not written by"):
            load_of(tmp_path, content[:length])


def test_a_changed_byte_is_refused_or_changes_nothing_that_is_read(tmp_path):
    net, history = train(NET, X, Y, epochs=1, optimizer="adam")
    content = saved(tmp_path, net, history)
    refused = 0
    for place in range(0, len(content), 11):
        changed = bytearray(content)
        changed[place] ^= 0x10
        try:
            found, other = load_of(tmp_path, bytes(changed))
        except ValueError as error:
            assert str(error).startswith("path is '")  # noqa: PT017 — either way is right
            refused += 1
        else:
            assert in_a_row(found).tobytes() == in_a_row(net).tobytes()
            assert other == history
    assert refused > 100


def rewritten(content, **changes):
    with np.load(BytesIO(content)) as archive:
        arrays = dict(archive)
    for name, value in changes.items():
        key = name.replace("_", " ")
        arrays = {k: v for k, v in arrays.items() if k != key} | ({} if value is None else {key: value})
    made = BytesIO()
    np.savez(made, **arrays)
    return made.getvalue()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"about": None}, "KeyError"),
        ({"about": np.frombuffer(b"{}", np.uint8)}, "KeyError"),
        (
            {"about": np.frombuffer(b'{"format": "literate_bp 9"}', np.uint8)},
            "it has the format 'literate_bp 9'; 'liter",
        ),
        ({"weights_of_layer_2": None}, "KeyError"),
        ({"weights_of_layer_2": np.ones((9, 2))}, "layer"),
        ({"average_mean": np.ones(3)}, r"average mean has shape \(3,\) and type float64; \(26,\)"),
        ({"something": np.ones(3)}, "nothing is known of something"),
        ({"average_mean": np.array([None] * 26)}, "ValueError: Object arrays cannot be loaded"),
    ],
)
def test_a_foreign_file_is_refused(tmp_path, changes, said):
    content = saved(tmp_path, *train(NET, X, Y, epochs=1, optimizer="adam"))
    with pytest.raises(ValueError, match=rf"^path is '.*read.npz', which is cut short, .*{said}"):
        load_of(tmp_path, rewritten(content, **changes))


def test_a_compressed_archive_is_refused_before_it_is_unpacked(tmp_path):
    made = BytesIO()
    np.savez_compressed(made, about=np.zeros(10**6))
    with pytest.raises(ValueError, match="its arrays are compressed"):
        load_of(tmp_path, made.getvalue())


def test_a_refused_network_leaves_the_old_file_as_it_was(tmp_path):
    before = saved(tmp_path, NET)
    ml_dtypes = pytest.importorskip("ml_dtypes")
    with pytest.raises(ValueError, match=r"^network has weights of layer 1 of type bfloat16, for which files have no"):
        save(tmp_path / "run.npz", cast(NET, ml_dtypes.bfloat16))
    assert (tmp_path / "run.npz").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]
