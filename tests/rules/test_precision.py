"""Sixteen bits: what rounding does, against other implementations; mixed passes, loss scales and skipped steps."""

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literate_bp import (
    Layer,
    LossScale,
    Network,
    ScaleWarning,
    backward,
    forward,
    initialize,
    precision,
    train_mixed,
)
from literate_bp.network import cast
from literate_bp.precision import (
    DYNAMIC,
    MAX_SCALE,
    MIN_SCALE,
    Scaling,
    all_finite,
    largest_scale,
    limits_of,
    mixed_backward,
    mixed_forward,
    mixed_step,
    normal_number,
    rounding_outcomes,
    subnormal_number,
    unscale_gradients,
)
from literate_bp.training import train  # the clear form: the compiled one adds in another order

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
NARROW = (np.dtype(np.float16), BFLOAT16)
LAYOUT = {np.dtype(np.float16): (10, 15), BFLOAT16: (7, 127)}
"""Bits of the fraction, and what is added to the exponent, as IEEE 754 and Google have them."""
RNG = np.random.default_rng(0)


def with_everything():
    """A network with a residual layer, normalized weights, and a layer without biases."""
    draw = np.random.default_rng(1).normal
    return Network(
        [
            Layer(draw(size=(5, 4)), draw(size=4), "tanh", gains=draw(size=4)),
            Layer(draw(size=(4, 4)) / 4, draw(size=4), "silu", residual=True),
            Layer(draw(size=(4, 3)), None, "sigmoid"),
        ]
    )


NETWORKS = {
    "plain": initialize((5, 4, 3), "tanh", seed=1),
    "softmax": initialize((5, 4, 3), ("relu", "softmax"), "he_normal", "cross_entropy", seed=2),
    "yes or no": initialize((5, 4, 3), ("gelu", "sigmoid"), "he_normal", "binary_cross_entropy", seed=3),
    "leaky": initialize((5, 4, 4, 3), "leaky_relu", "he_normal", "squared_error", seed=4),
    "residual, gains, no biases": with_everything(),
    "a residual layer at the end and at the start": Network(
        [Layer(np.eye(5) / 2, np.ones(5), "tanh", residual=True), Layer(np.eye(5), None, "sigmoid", residual=True)]
    ),
}
X = RNG.normal(size=(6, 5)).astype(np.float32)


def targets(network):
    y = np.random.default_rng(2).uniform(0.1, 0.9, (len(X), network.sizes[-1]))
    return (y / y.sum(axis=1, keepdims=True)).astype(np.float32)


def arrays(gradients):
    parts = (*gradients.weights, *gradients.biases, *gradients.gains, *gradients.errors, gradients.inputs)
    return [of for of in parts if of is not None]


# --- what a number is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", NARROW, ids=str)
def test_every_number_of_sixteen_bits_is_what_its_formula_says(dtype):
    p, added = LAYOUT[dtype]
    patterns = np.arange(2**16, dtype=np.uint16)
    with np.errstate(invalid="ignore"):  # some patterns are NaN
        numbers = patterns.view(dtype).astype(float)
    s = np.where(patterns >> 15, -1.0, 1.0)
    m = (patterns & (2**p - 1)).astype(float)
    stored = (patterns >> p & (2 ** (15 - p) - 1)).astype(float)
    normal = np.isfinite(numbers) & (stored > 0)
    assert (normal_number(s, stored - added, m, p)[normal] == numbers[normal]).all()
    small = stored == 0
    assert (subnormal_number(s, 1.0 - added, m, p)[small] == numbers[small]).all()
    assert normal.sum() + small.sum() == np.isfinite(numbers).sum()


@pytest.mark.parametrize("dtype", [np.float16, BFLOAT16, np.float32, np.float64], ids=str)
def test_limits_are_those_that_the_type_states(dtype):
    found, stated = limits_of(dtype), ml_dtypes.finfo(dtype)
    assert found.smallest == float(stated.smallest_subnormal)
    assert found.smallest_normal == float(stated.smallest_normal)
    assert found.largest == float(stated.max)
    assert found.spacing == float(stated.eps)
    assert {type(limit) for limit in found} == {float}


def test_float16_ends_where_the_standard_says():
    assert limits_of(np.float16) == (2.0**-24, 2.0**-14, 65504.0, 2.0**-10)


def test_rounding_outcomes_are_shares_of_what_is_not_zero():
    values = [0.0, 2.0**-26, -(2.0**-20), 2.0**-14, 1.0, -1e6]
    assert rounding_outcomes(values, np.float16) == (0.2, 0.2, 0.4, 0.2)
    assert rounding_outcomes(values, BFLOAT16) == (0.0, 0.0, 1.0, 0.0)


# --- the passes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 2.0**10, 2.0**-9])
@pytest.mark.parametrize("name", NETWORKS)
def test_where_nothing_is_rounded_the_passes_are_those_of_network_to_the_last_bit(name, scale):
    network = cast(NETWORKS[name], np.float32)
    y = targets(network)
    for x, wanted in ((X, y), (X[0], y[0])):
        trace, expected = mixed_forward(network, x, np.float32), forward(network, x)
        pairs = [*zip(trace.linear, expected.linear, strict=True)]
        pairs += zip(trace.activated, expected.activated, strict=True)
        found = unscale_gradients(mixed_backward(network, trace, wanted, scale), scale)
        pairs += zip(arrays(found), arrays(backward(network, expected, wanted)), strict=True)
        assert all(one.dtype == np.float32 and np.array_equal(one, other) for one, other in pairs)


@pytest.mark.parametrize("dtype", NARROW, ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_all_that_is_kept_is_narrow_and_near_to_float64(name, dtype):
    network = NETWORKS[name]
    y, eps = targets(network), limits_of(dtype).spacing
    trace = mixed_forward(network, X, dtype)
    gradients = mixed_backward(network, trace, y, 8.0)
    kept = [*trace.linear, *trace.activated, *arrays(gradients)[:-1]]
    assert {of.dtype for of in kept} == {dtype}
    assert isinstance(gradients.errors, tuple)
    exact = backward(network, forward(network, X), y)
    for found, expected in zip(arrays(unscale_gradients(gradients, 8.0)), arrays(exact), strict=True):
        assert found.dtype == np.float32
        # a few dozen roundings, each of at most half the spacing, on numbers that hardly cancel
        assert np.abs(found - expected).max() <= 32 * eps * np.abs(expected).max()


@pytest.mark.parametrize("dtype", NARROW, ids=str)
def test_a_product_is_rounded_once(dtype):
    x, w = RNG.normal(size=(7, 300)).astype(dtype), RNG.normal(size=(300, 9)).astype(dtype)
    found = mixed_forward(Network([Layer(w, None, "identity")]), x, dtype).output.astype(float)
    exact = x.astype(float) @ w.astype(float)
    last = limits_of(dtype).spacing * 2.0 ** np.floor(np.log2(np.abs(exact)))
    assert (np.abs(found - exact) <= 0.501 * last + 1e-4).all()


def test_the_scale_comes_in_before_the_rounding():
    network = Network([Layer([[1.0]], None, "identity")])
    trace = mixed_forward(network, [0.0])
    small = [mixed_backward(network, trace, [-(2.0**-26)], scale).errors[0][0] for scale in (1.0, 8.0)]
    assert small == [0.0, 2.0**-23]


def test_weights_are_rounded_on_the_way_forward_and_back():
    almost = 1 + 2.0**-12  # 1 in either type
    ahead = Network([Layer([[almost], [-1.0]], None, "identity")])
    assert mixed_forward(ahead, [1.0, 1.0]).output[0] == 0
    behind = Network([Layer([[1.0]], None, "identity"), Layer([[almost, -1.0]], None, "identity")])
    trace = mixed_forward(behind, [0.0])
    assert mixed_backward(behind, trace, [-1.0, -1.0]).errors[0][0] == 0


@pytest.mark.parametrize("dtype", NARROW, ids=str)
def test_a_sum_over_the_batch_is_taken_in_float32(dtype):
    network, count = Network([Layer([[1.0]], [0.0], "identity")]), 4096
    trace = mixed_forward(network, np.zeros((count, 1)), dtype)
    scaled = mixed_backward(network, trace, np.full((count, 1), -1.0), float(count))
    assert (scaled.errors[0] == 1).all()
    assert scaled.biases[0] == count


def chain(depth):
    w, b = np.ones((1, 1), np.float16), np.full(1, -0.5, np.float16)
    return Network([Layer(w, np.zeros(1, np.float16)), *[Layer(w, b)] * (depth - 1)])


@pytest.mark.parametrize(("depth", "error"), [(11, 2.0**-22), (12, 2.0**-24), (13, 0.0)])
def test_twelve_layers_bring_an_error_of_1_to_the_last_number_of_float16(depth, error):
    network, x, y = chain(depth), np.zeros(1, np.float16), np.full(1, -0.5, np.float16)
    first = backward(network, forward(network, x), y).errors[0]
    assert first.dtype == np.float16
    assert first[0] == error
    assert mixed_backward(network, mixed_forward(network, x), y).errors[0][0] == error


@pytest.mark.parametrize(("scale", "deepest"), [(1.0, 12), (4.0, 13), (8.0, 13), (16.0, 14), (2.0**16, 20)])
def test_a_scale_buys_a_layer_for_every_factor_of_four(scale, deepest):
    for depth in (deepest, deepest + 1):
        network = chain(depth)
        scaled = mixed_backward(network, mixed_forward(network, [0.0]), [-0.5], scale)
        error = unscale_gradients(scaled, scale).errors[0][0]
        assert error == (4.0**-depth if depth == deepest else 0.0)


@given(st.floats(2.0**-14, 1.0, width=16), st.integers(-30, 30))
def test_a_power_of_two_changes_no_digit(number, power):
    scale = 2.0**power
    assert precision.unscaled(precision.scaled(np.float32(number), scale), scale) == np.float32(number)


# --- the scale -------------------------------------------------------------------------------------------------------


def test_a_static_scale_stays():
    scale = LossScale(8.0)
    assert scale.updated(finite=True) is scale
    assert scale.updated(finite=False) is scale


def test_a_dynamic_scale_grows_after_so_many_steps_in_a_row_and_falls_at_once():
    scale, values = LossScale(64.0, interval=3, growth=4.0, backoff=0.25), []
    for finite in (True, True, True, True, True, False, True, True, False, True, True, True):
        scale = scale.updated(finite=finite)
        values.append(scale.value)
    assert values == [64, 64, 256, 256, 256, 64, 64, 64, 16, 16, 16, 64]


def test_a_scale_stops_at_what_float32_holds():
    low, high = LossScale(MIN_SCALE, interval=1), LossScale(MAX_SCALE, interval=1)
    assert low.updated(finite=False).value == MIN_SCALE
    assert high.updated(finite=True).value == MAX_SCALE
    assert np.float32(MIN_SCALE) > 0
    assert np.isfinite(np.float32(MAX_SCALE))


def test_the_first_scale_is_the_frameworks():
    assert LossScale(2.0**16, interval=2000, growth=2.0, backoff=0.5) == DYNAMIC


@given(st.floats(1e-30, 1e30), st.sampled_from(NARROW))
def test_the_largest_scale_is_the_last_one_that_fits(largest, dtype):
    scale, most = largest_scale(largest, dtype), limits_of(dtype).largest
    assert scale * largest <= most < 2 * scale * largest
    assert np.log2(scale).is_integer()


def test_the_largest_scale_reaches_the_largest_number():
    assert largest_scale(65504 / 8) == 8
    assert largest_scale(1e-300, np.float32) == 2.0**1023  # the largest power of two of all


# --- steps and training ----------------------------------------------------------------------------------------------


def test_a_step_that_overflows_is_skipped_and_touches_nothing():
    network = cast(NETWORKS["plain"], np.float32)
    scale = LossScale(2.0**100, interval=5, steps=3)
    after, following, finite = mixed_step(network, X, targets(network), 0.5, scale)
    assert after is network
    assert following == LossScale(2.0**99, interval=5)
    assert not finite


@pytest.mark.parametrize("place", ["weights", "biases", "gains"])
def test_one_gradient_that_is_not_finite_is_seen(place):
    network = NETWORKS["residual, gains, no biases"]
    gradients = backward(network, forward(network, X), targets(network))
    assert all_finite(gradients)
    for bad in (np.inf, -np.inf, np.nan):
        values = [None if of is None else of.copy() for of in getattr(gradients, place)]
        values[0].flat[-1] = bad
        parts = {name: getattr(gradients, name) for name in ("weights", "biases", "gains", "errors", "first_layer")}
        assert not all_finite(type(gradients)(**{**parts, place: tuple(values)}))


@pytest.mark.parametrize("name", NETWORKS)
def test_in_float32_training_is_that_of_train(name):
    network = cast(NETWORKS[name], np.float32)
    y, options = targets(network), {"rate": 0.25, "epochs": 3, "batch": 4, "seed": 5, "test": (X, targets(network))}
    found, history, scaling = train_mixed(network, X, y, dtype=np.float32, scale=2.0**7, **options)
    expected, same = train(network, X, y, **options)
    assert history == same
    for one, other in zip(found.layers, expected.layers, strict=True):
        assert all(np.array_equal(of, other.parameters[key]) for key, of in one.parameters.items())
    assert scaling.scales == (128.0,) * 6
    assert scaling.skipped == ()
    assert scaling.last == LossScale(128.0)


@pytest.mark.parametrize(
    ("dtype", "master"), [*((of, of) for of in NARROW), *((of, np.dtype(np.float32)) for of in NARROW)], ids=str
)
def test_the_master_weights_have_their_own_type(dtype, master):
    network = NETWORKS["residual, gains, no biases"]
    before = [of.tobytes() for layer in network.layers for of in layer.parameters.values()]
    found, _, _ = train_mixed(network, X, targets(network), epochs=1, dtype=dtype, master=master)
    assert {of.dtype for layer in found.layers for of in layer.parameters.values()} == {master}
    assert before == [of.tobytes() for layer in network.layers for of in layer.parameters.values()]


def test_a_step_smaller_than_half_the_spacing_is_lost_without_master_weights():
    network = Network([Layer([[1.0]], None, "identity")])
    x, y = np.ones((1, 1), np.float32), np.full((1, 1), 0.5, np.float32)
    for master, moved in ((np.float32, True), (np.float16, False), (BFLOAT16, False)):
        after, _, finite = mixed_step(cast(network, master), x, y, 2.0**-11, LossScale(8.0))
        assert finite
        assert (after.layers[0].weights[0, 0] != 1) == moved


def test_a_scale_that_is_too_high_comes_down_and_the_record_says_so():
    network = NETWORKS["softmax"]
    start = LossScale(2.0**24, interval=1000)
    _, history, scaling = train_mixed(network, X, targets(network), epochs=20, batch=6, scale=start)
    count = len(scaling.skipped)
    assert scaling.skipped == tuple(range(1, count + 1))
    assert 0 < count < 20
    assert scaling.scales[: count + 1] == tuple(2.0 ** (24 - n) for n in range(count + 1))
    assert scaling.last.value == 2.0 ** (24 - count)
    assert len(scaling.scales) == len(scaling.finite) == 20
    assert history.cost[-1] < history.cost[0]


@pytest.mark.parametrize(("scale", "advice"), [(2.0**40, "or a dynamic one"), (LossScale(2.0**40, 100), "")])
def test_a_scale_with_which_no_step_is_taken_is_warned_of(scale, advice):
    network = cast(NETWORKS["plain"], np.float32)
    with pytest.warns(ScaleWarning, match=rf"all 2 steps were skipped: .* in float16; take a smaller scale.*{advice}"):
        after, _, scaling = train_mixed(network, X, targets(network), epochs=2, batch=6, scale=scale)
    assert scaling.skipped == (1, 2)
    assert all(map(np.array_equal, after.layers[0].parameters.values(), network.layers[0].parameters.values()))


@pytest.mark.parametrize("dtype", NARROW, ids=str)
@pytest.mark.parametrize("exponent", [-126, -110, -60, 0, 16, 60, 127])
@pytest.mark.filterwarnings("ignore::literate_bp.ScaleWarning")
def test_a_step_is_called_finite_only_if_the_weights_are(exponent, dtype):
    after, history, scaling = train_mixed(
        NETWORKS["plain"], X, targets(NETWORKS["plain"]), epochs=3, batch=3, scale=2.0**exponent, dtype=dtype
    )
    assert all(np.isfinite(of).all() for layer in after.layers for of in layer.parameters.values())
    assert np.isfinite(history.cost).all()
    if len(scaling.skipped) == len(scaling.finite):
        assert len(set(history.cost)) == 1


def test_the_same_seed_gives_the_same_run():
    network = NETWORKS["plain"]
    runs = [train_mixed(network, X, targets(network), epochs=2, batch=2, seed=7) for _ in range(2)]
    assert runs[0][1:] == runs[1][1:]
    assert len({run[2] for run in runs}) == 1
    assert runs[0][1] != train_mixed(network, X, targets(network), epochs=2, batch=2, seed=8)[1]


# --- networks of bfloat16 --------------------------------------------------------------------------------------------


def test_networks_may_have_any_type_of_floats():
    network = initialize((5, 4, 3), seed=1, dtype=BFLOAT16)
    assert {of.dtype for layer in network.layers for of in layer.parameters.values()} == {BFLOAT16}
    assert forward(network, X).output.dtype == np.float32  # what NumPy makes of a product
    eight = initialize((5, 4, 3), seed=1, dtype=ml_dtypes.float8_e5m2)
    assert mixed_forward(eight, X, ml_dtypes.float8_e5m2).output.dtype == ml_dtypes.float8_e5m2


@pytest.mark.parametrize("dtype", ["V2", [("a", "f4")], ml_dtypes.int4, np.int16, "U3"], ids=str)
def test_what_is_no_float_is_refused(dtype):
    with pytest.raises(ValueError, match="a type of floating-point numbers was expected"):
        initialize((5, 4, 3), dtype=dtype)


def test_the_history_of_a_scale_has_a_line_for_each_run_of_steps_that_went_alike():
    scaling = Scaling((8.0, 4.0, 4.0, 4.0, 4.0, 8.0), (False, True, True, True, False, True), LossScale(8.0))
    assert scaling.skipped == (1, 5)
    assert scaling.summary == "6 steps, 2 skipped, last scale 8"
    assert scaling.table.head == ("steps", "scale", "outcome")
    assert scaling.table.rows == (
        ("1", "8", "skipped"),
        ("2-4", "4", "taken"),
        ("5", "4", "skipped"),
        ("6", "8", "taken"),
    )


def test_shares_of_rounding_are_plain_numbers():
    found = rounding_outcomes([1.0, 1e-9, 1e9], np.float16)
    assert {type(share) for share in found} == {float}


def test_gradients_in_sixteen_bits_keep_a_shortcut_only_of_a_first_layer_that_has_one():
    plain, past = (
        Network([Layer([[1.0]], None, "identity", residual=residual), Layer([[1.0]], None, "identity")])
        for residual in (False, True)
    )
    trace = mixed_forward(plain, [1.0])
    assert mixed_backward(plain, trace, [0.0]).shortcut is None
    trace = mixed_forward(past, [1.0])
    assert mixed_backward(past, trace, [0.0]).shortcut.tolist() == [2.0]


@pytest.mark.parametrize("what", ["epochs", "batch"])
@pytest.mark.parametrize("value", [0, 1.5, "3", None])
def test_epochs_and_batches_of_training_in_sixteen_bits_are_whole_numbers(what, value):
    with pytest.raises(ValueError, match=rf"^{what} is .*; a whole number of at least 1 was expected"):
        train_mixed(initialize((1, 1)), [[1.0]], [[0.0]], **{what: value})


def test_a_seed_of_training_in_sixteen_bits_is_0_or_more():
    with pytest.raises(ValueError, match=r"^seed is -1; a whole number of at least 0 was expected"):
        train_mixed(initialize((1, 1)), [[1.0]], [[0.0]], seed=-1)


def test_the_progress_of_training_in_sixteen_bits_is_counted_in_epochs(monkeypatch):
    asked = []

    def shown(items, unit):
        asked.append((len(items), unit))
        return items

    monkeypatch.setattr("literate_bp.precision.with_progress", shown)
    train_mixed(initialize((1, 1)), [[1.0]], [[0.0]], epochs=3)
    assert asked == [(3, "epoch")]


def test_examples_that_float32_cannot_hold_are_named_as_they_were_given():
    network = initialize((1, 1))
    for x, y, message in (([[1e300]], [[0.0]], "^x in float32 at"), ([[1.0]], [[1e300]], "^y in float32 at")):
        with pytest.raises(ValueError, match=message):
            train_mixed(network, np.array(x), np.array(y))
