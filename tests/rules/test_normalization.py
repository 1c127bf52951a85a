"""Normalization: what PyTorch finds, what differences and the tape find, and what makes no batch."""

import re

import numpy as np
import pytest

from literate_bp import Variable
from literate_bp.inference import at_inference, averaged, first_averages
from literate_bp.normalization import NORMALIZATIONS, NormalizationGradients
from literate_bp.oracle import relative_error

X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75], [-2.0, 3.0, 0.125], [0.0, 1.0, 1.0]])
SCALES, SHIFTS = np.array([1.5, -0.5, 2.0]), np.array([0.25, 0.0, -1.0])
C = np.array([[1.0, -2.0, 0.5], [0.0, 1.0, 3.0], [-1.5, 0.25, 2.0], [0.75, 0.5, -1.0]])
# torch.nn.functional.batch_norm, layer_norm and rms_norm of PyTorch 2.15.0 in float64, and the gradients
# of Σ c a, with ε = 1e-5.
PYTORCH = {
    "batch": {
        "output": [
            [0.8383465951201213, 0.6245577305902174, 1.7552322662002209],
            [2.015039785360364, 0.19382826121765365, -3.6327774988135446],
            [-2.1033863804804853, -0.7537765714019865, -1.9184107554000738],
            [0.25, -0.06460942040588458, -0.20404401198660294],
        ],
        "inputs": [
            [0.7863498026320896, 0.3930119778502746, 1.8637617601415384],
            [-1.0239435140444284, -0.4513465419699479, 0.722591784659027],
            [-0.5713828568778281, 0.22375399433623738, 0.684930265410703],
            [0.8089765682901668, -0.1654194302165641, -3.2712838102112682],
        ],
        "scales": [2.7456174438938996, 2.55207210603244, -4.576746931077034],
        "shifts": [0.25, -0.25, 4.5],
    },
    "layer": {
        "output": [
            [0.25, 0.6123703944645483, 1.4494815778581933],
            [2.1512394464964775, 0.04526760586896378, -3.353915505186116],
            [-1.4887512258787363, -0.6405925569026923, -1.2440352597724542],
            [-1.8712726154627295, -0.35354543591045495, 0.4141817436418198],
        ],
        "inputs": [
            [0.27216461976202144, -0.13608230988101078, -0.13608230988101078],
            [1.2288661714361742, -2.765031702209869, 1.5361655307736952],
            [-0.9929206052140679, -0.7338962147224741, 1.726816819936542],
            [0.00014317945846942237, 1.8560419488006539, -1.8561851282591229],
        ],
        "scales": [0.6781149181473716, 3.032788080482067, -3.8696289949079894],
        "shifts": [0.25, -0.25, 4.5],
    },
    "rms": {
        "output": [
            [0.8169450896730416, 0.37796339311536103, 2.0237071449228883],
            [2.5483806415287305, -0.1276878134182628, -2.5322537610191533],
            [-1.1902864265558537, -0.7201432132779269, -0.8799761311203456],
            [0.25, -0.6123678429541951, 1.4494713718167804],
        ],
        "inputs": [
            [1.0079031015671216, 1.0079009417886453, 0.2519784751148756],
            [2.4649042426387155, -0.09993387989993191, 4.896562922757257],
            [-0.7390193020157769, -0.5718052112914972, 1.899057182205652],
            [1.377827646646939, 1.0716230580651485, -1.0716643922745344],
        ],
        "scales": [1.8182498196712147, 2.7396686488911284, -2.6471656723267443],
    },
}
# torch.nn.BatchNorm1d after the three batches of the test, then in its mode eval().
RUNNING = {
    "mean": [-0.11, -0.03543750000000001, 0.007468750000000024],
    "variance": [1.7345000000000002, 2.045140625, 1.7198164062500003],
    "output": [
        [0.9447566142406385, 0.337238949845412, 2.0387350181447834],
        [2.0837018834875867, -0.09979720624272641, -2.155187310500328],
        [-1.9026065588767325, -1.0612767496366309, -0.8207574786587017],
        [0.3752839796171643, -0.3620188998956095, 0.5136723531829246],
    ],
}


def found_of(name, x=X):
    rule = NORMALIZATIONS[name]
    kept = rule.forward(x, SCALES, SHIFTS)
    return kept.output, rule.backward(C, kept, SCALES)


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_outputs_and_gradients_are_those_of_pytorch(name):
    output, gradients = found_of(name)
    expected = PYTORCH[name]
    np.testing.assert_allclose(output, expected["output"], rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(gradients.inputs, expected["inputs"], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(gradients.scales, expected["scales"], rtol=1e-13)
    if name != "rms":  # which has no shifts there
        np.testing.assert_allclose(gradients.shifts, expected["shifts"], rtol=1e-15)


@pytest.mark.parametrize("shape", [(2, 2), (2, 7), (9, 3), (64, 10)])
@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_gradients_are_those_of_a_complex_step_and_of_the_tape(name, shape):
    rng = np.random.default_rng(shape)
    given = rng.normal(3.0, 2.0, shape), rng.normal(size=shape[1]), rng.normal(size=shape[1])
    small = 0.5  # with much less, a pair of numbers is normalized to 1 and −1, and nothing is left of its gradient
    c, rule = rng.normal(size=shape), NORMALIZATIONS[name]
    gradients = rule.backward(c, rule.forward(*given, small), given[1])
    variables = [*map(Variable, given)]
    (c * rule.forward(*variables, small).output).sum().backward()
    for place, found in enumerate(gradients):
        expected = np.zeros(found.size)
        for k in range(found.size):
            pushed = [each.astype(complex) for each in given]
            pushed[place].flat[k] += 1e-30j
            expected[k] = (c * rule.forward(*pushed, small).output).sum().imag / 1e-30
        assert relative_error(found.ravel(), expected, 1e-3) < 1e-12
        assert relative_error(variables[place].gradient, found, 1e-3) < 1e-12


def test_each_node_or_example_has_mean_0_and_size_1_before_it_is_scaled():
    x = np.random.default_rng(0).normal(5.0, 3.0, (40, 30))
    for name, axis, mean in (("batch", 0, 0.0), ("layer", -1, 0.0), ("rms", -1, None)):
        n = NORMALIZATIONS[name].forward(x, np.ones(30), np.zeros(30), 1e-12).output
        np.testing.assert_allclose((n**2).mean(axis=axis), 1, rtol=1e-10)
        if mean is not None:
            np.testing.assert_allclose(n.mean(axis=axis), mean, atol=1e-13)
    # what is multiplied or shifted before it is normalized comes to the same
    for name, moved in (("batch", 7 * x + np.arange(30)), ("layer", 7 * x + np.arange(40)[:, None]), ("rms", 7 * x)):
        rule = NORMALIZATIONS[name]
        before = rule.forward(x, np.ones(30), np.zeros(30), 1e-12).output
        np.testing.assert_allclose(rule.forward(moved, np.ones(30), np.zeros(30), 1e-12).output, before, rtol=1e-9)


def test_an_example_sees_the_others_in_batch_normalization_alone():
    other = X.copy()
    other[1:] *= 2
    for name, changes in (("batch", True), ("layer", False), ("rms", False)):
        same = np.array_equal(found_of(name)[0][0], found_of(name, other)[0][0])
        assert same is not changes


def test_running_averages_and_inference_are_those_of_pytorch():
    averages = first_averages(3)
    for batch in (X, 2 * X + 1, X[:2] - 3):
        before = {name: of.copy() for name, of in averages.items()}
        after = averaged(averages, batch)
        assert all(np.array_equal(before[name], averages[name]) for name in before)
        averages = after
    np.testing.assert_allclose(averages["mean"], RUNNING["mean"], rtol=1e-14)
    np.testing.assert_allclose(averages["variance"], RUNNING["variance"], rtol=1e-14)
    output = at_inference(X, averages, SCALES, SHIFTS)
    np.testing.assert_allclose(output, RUNNING["output"], rtol=1e-13, atol=1e-14)
    np.testing.assert_array_equal(at_inference(X[0], averages, SCALES, SHIFTS), output[0])


def test_running_averages_come_to_those_of_what_batches_are_drawn_from():
    rng, averages = np.random.default_rng(1), first_averages(2)
    totals = {name: np.zeros(2) for name in averages}
    for _ in range(4000):
        averages = averaged(averages, rng.normal([3.0, -1.0], [0.5, 2.0], (5, 2)))
        totals = {name: totals[name] + of for name, of in averages.items()}
    np.testing.assert_allclose(totals["mean"] / 4000, [3.0, -1.0], atol=0.06)
    np.testing.assert_allclose(totals["variance"] / 4000, [0.25, 4.0], rtol=0.05)


def test_single_precision_stays_single():
    single = [each.astype(np.float32) for each in (X, SCALES, SHIFTS)]
    for rule in NORMALIZATIONS.values():
        kept = rule.forward(*single)
        gradients = rule.backward(C.astype(np.float32), kept, single[1])
        assert isinstance(gradients, NormalizationGradients)
        assert {of.dtype for of in (*kept, *gradients)} == {np.dtype(np.float32)}


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, bool, list])
@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_whole_numbers_and_lists_are_read_as_float64(name, dtype):
    whole = np.array([[200, 90, 1], [250, 3, 0], [17, 100, 101]])
    given = whole.tolist() if dtype is list else whole.astype(dtype)
    rule, exact = NORMALIZATIONS[name], np.array(given, np.float64)
    kept = rule.forward(given, [1, 2, 3], [0, 0, 1])
    expected = rule.forward(exact, np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0]))
    assert all(map(np.array_equal, kept, expected))
    found = rule.backward(given, kept, [1, 2, 3])
    assert all(map(np.array_equal, found, rule.backward(exact, kept, np.array([1.0, 2.0, 3.0]))))
    averages = averaged(first_averages(3), given)
    assert all(np.array_equal(averages[of], averaged(first_averages(3), exact)[of]) for of in averages)
    at = [at_inference(each, averages, [1, 2, 3], [0, 0, 1]) for each in (given, exact)]
    assert np.array_equal(*at)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_inference_answers_in_the_type_that_it_was_asked_in(dtype):
    averages = averaged(first_averages(3), X)
    scales, shifts = SCALES.astype(dtype), SHIFTS.astype(dtype)
    found = at_inference(X.astype(dtype), averages, scales, shifts)
    assert found.dtype == dtype
    expected = at_inference(X.astype(dtype).astype(np.float64), averages, SCALES, SHIFTS)
    assert np.array_equal(found, expected.astype(dtype))


@pytest.mark.parametrize("name", NORMALIZATIONS)
@pytest.mark.parametrize(("largest", "dtype"), [(300, np.float16), (1e20, np.float32), (1e200, np.float64)])
def test_squares_beyond_the_type_are_refused(name, largest, dtype):
    with pytest.raises(ValueError, match=r"^x gives a size of inf to divide by; a finite"):
        NORMALIZATIONS[name].forward((largest * X).astype(dtype), SCALES.astype(dtype), SHIFTS.astype(dtype))


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("batch", (X[:1], SCALES, SHIFTS), "x has shape (1, 3); (batch, n) with at least two examples was expected"),
        ("batch", (X[0], SCALES, SHIFTS), "x has shape (3,); (batch, n) with at least two examples was expected"),
        ("layer", (X[:, :1], SCALES[:1], SHIFTS[:1]), "x has shape (4, 1); (batch, n) with at least two nodes was"),
        ("rms", (X[0], SCALES, SHIFTS), "x has shape (3,); (batch, n) with at least two nodes was expected"),
        ("layer", (X, SCALES[:2], SHIFTS), "scales has shape (2,); x has 3 columns, so (3,) was expected"),
        ("batch", (X, SCALES, X), "shifts has shape (4, 3); x has 3 columns, so (3,) was expected"),
        ("rms", (X, SCALES, SHIFTS, 0), "small is 0; a finite number greater than 0 was expected"),
        ("batch", (X, SCALES, SHIFTS, np.nan), "small is nan; a finite number greater than 0 was expected"),
        ("rms", ("cat", SCALES, SHIFTS), "x of type <U3 came; numbers were expected"),
        ("batch", ([[1, 2], [3]], SCALES, SHIFTS), "x came as no rectangular array of numbers"),
        ("batch", (np.zeros((2, 0)), SCALES, SHIFTS), "x has shape (2, 0); (batch, n) with at least two examples was"),
        ("layer", (np.zeros((0, 2)), SCALES, SHIFTS), "x has shape (0, 2); (batch, n) with at least two nodes was"),
        ("rms", (np.zeros((2, 3), np.float16), SCALES, SHIFTS, 1e-9), "x gives a size of 0.0 to divide by; a finite"),
        ("layer", (np.where(X > 2, np.inf, X), SCALES, SHIFTS), "x gives a size of nan to divide by; a finite number"),
        ("batch", (np.nan * X, SCALES, SHIFTS), "x gives a size of nan to divide by; a finite number greater than 0"),
    ],
)
def test_what_has_no_mean_or_no_scale_is_refused(name, given, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        NORMALIZATIONS[name].forward(*given)


KEPT, AVERAGES = NORMALIZATIONS["layer"].forward(X, SCALES, SHIFTS), first_averages(3)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((C[:2], KEPT, SCALES), "dc_da has shape (2, 3); (4, 3) was expected, as of what was normalized"),
        ((C, KEPT, SCALES[:2]), "scales has shape (2,); x has 3 columns, so (3,) was expected"),
        (
            (C, tuple(KEPT), SCALES),
            "kept is a tuple; a Normalized was expected: make one with literate_bp.normalization.Norm",
        ),
        ((None, KEPT, SCALES), "dc_da of type object came; numbers were expected"),
    ],
)
def test_a_gradient_of_other_numbers_is_refused(given, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        NORMALIZATIONS["layer"].backward(*given)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: first_averages(0), "width is 0; a whole number of at least 1"),
        (lambda: first_averages(1_000_001), "width is 1000001; a whole number of at least 1 and at most 1,000,000 was"),
        (lambda: averaged(AVERAGES, X, 1.5), "share is 1.5; a number from 0 to 1 was expected"),
        (lambda: averaged(first_averages(2), X), "averages['mean'] has shape (2,); x has 3 columns, so (3,) was"),
        (
            lambda: averaged({"mean": SCALES}, X),
            "averages has ['mean']; 'mean' and 'variance' were expected, as first_",
        ),
        (lambda: averaged([SCALES, SCALES], X), "averages is a list; a mapping from names was expected"),
        (
            lambda: at_inference(X, AVERAGES | {"variance": -SCALES}, SCALES, SHIFTS),
            "averages['variance'] holds -2.0; ",
        ),
        (
            lambda: at_inference(X, AVERAGES | {"mean": np.nan * X[0]}, SCALES, SHIFTS),
            "averages['mean'] at (0,) is nan",
        ),
        (lambda: at_inference(X[0, 0], AVERAGES, SCALES, SHIFTS), "x has shape (); (n,) or (batch, n) was expected"),
        (lambda: at_inference(X[:, :2], AVERAGES, SCALES, SHIFTS), "averages['mean'] has shape (3,); x has 2 columns"),
        (lambda: at_inference(X, AVERAGES, SCALES[:2], SHIFTS), "scales has shape (2,); x has 3 columns, so (3,) was"),
        (lambda: at_inference(X, AVERAGES, SCALES, SHIFTS, -1), "small is -1; a finite number greater than 0 was"),
    ],
)
def test_averages_that_do_not_fit_are_refused(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        call()


def test_averages_of_one_example_are_refused():
    with pytest.raises(ValueError, match=re.escape("x has shape (1, 3); (batch, n) with at least two examples was")):
        averaged(first_averages(3), X[:1])
