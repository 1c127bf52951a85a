"""Validation: each error names the argument, what came and what was expected, and leaves everything as it was."""

import itertools
import re
from dataclasses import replace
from operator import attrgetter

import numpy as np
import pytest
from hostile import Failing, FailingMapping, NoLength, itself

import literate_bp
from literate_bp import (
    ACTIVATIONS,
    COSTS,
    SCHEMES,
    Gradients,
    Layer,
    LossScale,
    Network,
    Trace,
    accuracy,
    backward,
    backward_in_segments,
    best_segments,
    check_gradient,
    checkpoint_plan,
    cost,
    descend,
    explain,
    forward,
    gradient_flow,
    initialize,
    initialize_from_data,
    memory_plan,
    precision,
    profiling,
    train,
    train_mixed,
    validation,
    vanishing,
)
from literate_bp.activation import Activation
from literate_bp.network import cast
from literate_bp.validation import declared, vector
from literate_bp.worked.generate import generate
from literate_bp.worked.problem import Problem, from_bytes, from_toml, read, to_toml

NAN, INF = float("nan"), float("inf")
SMALL = initialize((3, 2), seed=1)
DEEP = initialize((3, 4, 2), seed=1)
TWO_TYPES = Network([Layer(np.ones((3, 3), np.float32)), DEEP.layers[0]])
WIDE = initialize((4, 2), seed=1)
BARE = initialize((3, 2), biases=False)
PAIR = Network((Layer(np.eye(2), [0.0, 0.0], "softmax"),), "cross_entropy")
YES_NO = Network((Layer(np.eye(2), [0.0, 0.0], "sigmoid"),), "binary_cross_entropy")
X, Y = [0.1, 0.2, 0.3], [1.0, 0.0]
TRACE = forward(SMALL, X)
GRADIENTS = backward(SMALL, TRACE, Y)


HALF = cast(SMALL, np.float16)

# infinity less infinity, behind a number that a layer makes too large
DIVERGENT = Network((Layer([[1e308]], None, "identity"), Layer([[-1.0]], None, "identity", residual=True)))

# a step at rate 0.5 takes away all weights into node 2
GAINED = Network((Layer([[1.0, 0.0], [2.0, 3.0], [0.0, 1.0]], gains=[1.0, 2.0]),))
OF_GAINED = {"weights": (2 * GAINED.layers[0].weights * [0, 1],), "biases": (None,), "gains": (np.ones(2),)}


class Kept:
    """Stands for the tensor of a library that does not give NumPy what it may still differentiate."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Call detach() first")


def broken(value):
    return Network((Layer([[0.5, 0.5], [0.1, value], [0.2, 0.2]], [0.0, 0.0]),))


def broken_bias(value):
    return Network((Layer(np.ones((3, 2)), [0.0, value]),))


# Each: what is tried, and the parts that its message must have: the argument, what came, what was expected.
REFUSED = {
    "weights in one row": (lambda: Layer([1.0, 2.0]), ["weights", "(2,)", "(inputs, outputs)"]),
    "weights of no node": (lambda: Layer(np.zeros((2, 0))), ["weights", "(2, 0)", "at least one"]),
    "weights of text": (lambda: Layer([["a"]]), ["weights", "<U1", "numbers were expected"]),
    "weights of nothing": (lambda: Layer(None), ["weights", "object", "numbers were expected"]),
    "ragged weights": (lambda: Layer([[1.0, 2.0], [3.0]]), ["weights", "no rectangular array"]),
    "biases too many": (lambda: Layer([[1.0]], [1.0, 2.0]), ["biases", "(2,)", "1 nodes", "(1,) was expected"]),
    "biases in rows": (lambda: Layer([[1.0]], [[1.0]]), ["biases", "(1, 1)", "(1,) was expected"]),
    "biases of text": (lambda: Layer([[1.0]], ["b"]), ["biases", "<U1", "numbers were expected"]),
    "gains too many": (lambda: Layer([[1.0]], gains=[1.0, 2.0]), ["gains", "(2,)", "1 nodes", "(1,) was expected"]),
    "gains of text": (lambda: Layer([[1.0]], gains=["g"]), ["gains", "<U1", "numbers were expected"]),
    "parameters of another kind": (lambda: SMALL.layers[0].with_parameters(3), ["parameters is an int", "a mapping"]),
    "parameters that no layer has": (
        lambda: SMALL.layers[0].with_parameters({"weigths": X}),
        ["parameters 'weigths' is unknown", "did you mean 'weights'?"],
    ),
    "a run that cannot be called": (lambda: profiling.measured_peak(3), ["run is an int", "a function was expected"]),
    "a scale whose square no float holds": (
        lambda: initialize((3, 2), scale=1e308),
        ["scale is 1e+308", "a number between 0 and 1e+150 was expected"],
    ),
    "a scale beyond the type": (
        lambda: initialize((3, 2), scale=1e9, dtype=np.float16),
        ["weights were drawn beyond the range of float16", "a smaller scale"],
    ),
    "a deviation beyond every type": (
        lambda: initialize((3, 2), "tanh", "normal", std=1e308, scale=1e9),
        ["weights were drawn beyond the range of float64", "a smaller scale"],
    ),
    "inputs with gaps": (
        lambda: forward(SMALL, np.ma.masked_less(X, 0.15)),
        ["x came with masked entries", "numbers without gaps were expected: fill them"],
    ),
    "a list with a gap": (
        lambda: train(SMALL, [[0.1, np.ma.masked, 0.3]], [Y]),
        ["x came with masked entries", "numbers without gaps were expected"],
    ),
    "targets in a list of arrays with gaps": (
        lambda: train(SMALL, [X, X], [np.ma.masked_less(Y, 1), Y]),
        ["y came with masked entries"],
    ),
    "weights with gaps": (lambda: Layer(np.ma.masked_less([X], 0.15)), ["weights came with masked entries"]),
    "inputs that another library keeps": (
        lambda: forward(SMALL, Kept()),
        ["x came as no rectangular array of numbers: Call detach() first", "an array was expected"],
    ),
    "targets in a list that another library keeps": (
        lambda: train(SMALL, [X], [Kept()]),
        ["y came as no rectangular array of numbers: Call detach() first", "an array was expected"],
    ),
    "inputs beyond the type": (
        lambda: forward(HALF, [1e6, 0.0, 0.0]),
        ["x holds numbers beyond the range of float16", "the type of the network"],
    ),
    "targets beyond the type": (
        lambda: backward(HALF, forward(HALF, X), [10**6, 0]),
        ["y holds numbers beyond the range of float16", "smaller ones were expected"],
    ),
    "accuracy on complex inputs": (lambda: accuracy(SMALL, [1j, 0, 0], Y), ["x came as complex", "real ones"]),
    "segments of complex inputs": (
        lambda: backward_in_segments(DEEP, [1j, 0, 0], Y, 2),
        ["x came as complex", "real ones"],
    ),
    "sizes of a time": (
        lambda: initialize((3, np.timedelta64(2, "s"))),
        ["sizes is (3, np.timedelta64(2,'s'))", "two or more positive whole numbers up to 1,000,000,000"],
    ),
    "sizes of no memory": (lambda: initialize((3, 10**400)), ["sizes is (3, 1", "up to 1,000,000,000 were expected"]),
    "a rate that leaves the range": (
        lambda: train(SMALL, [X], [[1e6, 0.0]], rate=1e308),
        ["rate is 1e+308; with it, a step has left", "of layer 1 infinite or NaN in float64", "a smaller rate"],
    ),
    "a step that leaves the range": (
        lambda: descend(SMALL, replace(GRADIENTS, biases=(np.full(2, 1e200),)), 1e200),
        ["rate is 1e+200; with it, a step has left biases of layer 1 infinite", "a smaller rate was expected"],
    ),
    "a step that leaves weights without a direction": (
        lambda: descend(GAINED, replace(GRADIENTS, **OF_GAINED), 0.5),
        ["weights into node 2 are all 0", "a direction were expected"],
    ),
    "gradients of gains for biases": (
        lambda: descend(SMALL, replace(GRADIENTS, biases=(None,), gains=GRADIENTS.biases), 0.5),
        ["gradients have shapes", "the same were expected"],
    ),
    "gradients of more biases than layers": (
        lambda: descend(SMALL, replace(GRADIENTS, biases=GRADIENTS.biases * 2), 0.5),
        ["gradients have shapes [(3, 2), (2,), (2,)]", "have [(3, 2), (2,)]"],
    ),
    "a mixed step that leaves the range": (
        lambda: train_mixed(SMALL, [X], [Y], rate=1e308),
        ["rate is 1e+308; with it, a step has left", "in float32", "a smaller rate was expected"],
    ),
    "a scale whose reciprocal no float32 holds": (
        lambda: train_mixed(SMALL, [X], [Y], scale=1e-39),
        ["scale is 1e-39; a loss scale from 2**-126 to 2**127 was expected"],
    ),
    "a loss scale that no float32 holds": (lambda: LossScale(1e300), ["value is 1e+300; a loss scale from 2**-126"]),
    "gains of weights without a direction": (
        lambda: Layer([[1.0, 0.0], [2.0, 0.0]], gains=[1.0, 1.0]),
        ["weights into node 2 are all 0", "a direction were expected", "leave the gains out"],
    ),
    "normalized weights on a sheet": (
        lambda: explain(Network((Layer(np.ones((3, 2)), gains=[1.0, 2.0]),)), X, Y),
        ["layer 1 has gains", "a sheet shows weights", "without gains was expected: take Network(["],
    ),
    "normalized weights in a file": (
        lambda: to_toml(Problem(Network((Layer(np.eye(3)), Layer(np.ones((3, 2)), gains=[1.0, 2.0]))), X, Y)),
        ["layer 2 has gains", "a file shows weights", "without gains was expected: take Network(["],
    ),
    "a residual connection between unequal widths": (
        lambda: Layer(np.ones((3, 2)), residual=True),
        ["residual is True", "(3, 2)", "equally many were expected", "where the width changes"],
    ),
    "a residual connection of text": (
        lambda: Layer([[1.0]], residual="yes"),
        ["residual is 'yes'", "True or False was expected"],
    ),
    "a residual connection into a softmax": (
        lambda: Network((Layer(np.eye(2), None, "softmax", residual=True),), "cross_entropy"),
        ["last layer has a residual connection", "'cross_entropy'", "'softmax'", "without one was expected"],
    ),
    "a gain of nothing": (lambda: initialize((3, 2), gain=0), ["gain is 0", "greater than 0"]),
    "unknown activation": (
        lambda: Layer([[1.0]], None, "sigmoyd"),
        ["activation 'sigmoyd'", "did you mean 'sigmoid'?"],
    ),
    "activation like nothing": (lambda: Layer([[1.0]], None, "xyzzy"), ["activation 'xyzzy'", "known names: identity"]),
    "activation of two letters": (lambda: Layer([[1.0]], None, "re"), ["activation 're'", "did you mean 'relu'?"]),
    "activation of no text": (lambda: Layer([[1.0]], None, ["relu"]), ["activation ['relu']", "did you mean 'relu'?"]),
    "no layers": (lambda: Network(()), ["layers is empty", "at least one Layer"]),
    "no Layer": (
        lambda: Network((SMALL.layers[0], [[1.0]])),
        ["layer 2 of layers is a list", "a Layer was expected: make one with literate_bp.Layer"],
    ),
    "shapes that do not chain": (
        lambda: Network((Layer(np.ones((3, 2))), Layer(np.ones((3, 4))))),
        ["weights of layer 2 have shape (3, 4)", "layer 1 has 2 outputs", "(2, n) was expected"],
    ),
    "softmax in the middle": (
        lambda: Network((Layer(np.eye(2), None, "softmax"), Layer(np.eye(2)))),
        ["activation of layer 1 is 'softmax'", "the last layer, 2"],
    ),
    "softmax twice": (
        lambda: Network((Layer(np.eye(2), None, "softmax"), Layer(np.eye(2), None, "softmax")), "cross_entropy"),
        ["activation of layer 1 is 'softmax'"],
    ),
    "softmax with another cost": (
        lambda: Network((Layer(np.eye(2), None, "softmax"),)),
        ["'half_squared_error'", "'softmax'", "cost='cross_entropy'"],
    ),
    "cross-entropy of sigmoids": (
        lambda: Network((Layer(np.eye(2)),), "cross_entropy"),
        ["cost 'cross_entropy'", "goes with a last layer of 'softmax'", "'sigmoid'"],
    ),
    "binary cross-entropy of tanh": (
        lambda: Network((Layer(np.eye(2), None, "tanh"),), "binary_cross_entropy"),
        ["cost 'binary_cross_entropy'", "goes with a last layer of 'sigmoid'", "'tanh'"],
    ),
    "unknown cost": (
        lambda: Network((SMALL.layers[0],), "crossentropy"),
        ["cost is 'crossentropy'", "'cross_entropy' is its name here"],
    ),
    "too many inputs": (lambda: forward(SMALL, [1.0] * 4), ["x has shape (4,)", "has 3", "(3,) or (batch, 3)"]),
    "too few inputs in a batch": (lambda: forward(SMALL, np.ones((5, 2))), ["x has shape (5, 2)", "(batch, 3)"]),
    "a stack of batches": (lambda: forward(SMALL, np.ones((1, 5, 3))), ["x has shape (1, 5, 3)", "(batch, 3)"]),
    "a single number": (lambda: forward(SMALL, 1.0), ["x has shape ()", "(3,) or (batch, 3)"]),
    "an empty batch": (lambda: forward(SMALL, np.ones((0, 3))), ["x is an empty batch", "at least one example"]),
    "an empty list": (lambda: forward(SMALL, []), ["x has shape (0,)", "(3,) or (batch, 3)"]),
    "inputs of text": (
        lambda: forward(SMALL, ["a", "b", "c"]),
        ["x of type <U1 came", "numbers were expected"],
    ),
    "inputs of objects": (lambda: forward(SMALL, [1.0, None, 2.0]), ["x of type object came", "numbers"]),
    "ragged inputs": (lambda: forward(SMALL, [[1.0, 2.0, 3.0], [1.0]]), ["x came as no rectangular array of numbers"]),
    "too many targets": (lambda: cost(SMALL, TRACE, [1.0] * 3), ["y has shape (3,)", "has 2", "(2,) or (batch, 2)"]),
    "targets of another batch": (
        lambda: backward(SMALL, forward(SMALL, [X, X]), [Y, Y, Y]),
        ["y has shape (3, 2)", "output has shape (2, 2)"],
    ),
    "a batch of targets for one example": (lambda: backward(SMALL, TRACE, [Y]), ["y has shape (1, 2)", "shape (2,)"]),
    "targets of text": (
        lambda: cost(SMALL, TRACE, ["a", "b"]),
        ["y of type <U1 came", "numbers were expected"],
    ),
    "targets that are no probabilities": (
        lambda: backward(YES_NO, forward(YES_NO, Y), [0.5, 1.5]),
        ["y reaches outside 0 to 1", "'binary_cross_entropy'", "probabilities"],
    ),
    "a target that is no number": (lambda: cost(PAIR, forward(PAIR, Y), [NAN, 1.0]), ["y reaches outside 0 to 1"]),
    "a target below 0": (lambda: cost(PAIR, forward(PAIR, Y), [-0.5, 1.0]), ["y reaches outside 0 to 1"]),
    "targets that do not share 1": (
        lambda: backward(PAIR, forward(PAIR, Y), [0.5, 0.25]),
        ["y does not add up to 1", "'cross_entropy'"],
    ),
    "a trace of a deeper network": (
        lambda: backward(SMALL, forward(DEEP, X), Y),
        ["trace", "(4,)", "[3, 2]", "same network"],
    ),
    "a trace of a wider network": (
        lambda: backward(SMALL, forward(WIDE, [*X, 0.4]), Y),
        ["trace", "(4,)", "[3, 2]", "same network"],
    ),
    "a cost of another network": (lambda: cost(WIDE, TRACE, Y), ["trace", "[4, 2]", "same network"]),
    "gradients of a wider network": (lambda: descend(WIDE, GRADIENTS, 0.5), ["gradients", "(3, 2)", "(4, 2)"]),
    "gradients that broadcast": (
        lambda: descend(initialize((1, 2)), GRADIENTS, 0.5),
        ["gradients", "(3, 2)", "(1, 2)"],
    ),
    "gradients of biases that are not there": (
        lambda: descend(BARE, GRADIENTS, 0.5),
        ["gradients", "(2,)", "[(3, 2)]"],
    ),
    "gradients of a deeper network": (lambda: descend(DEEP, GRADIENTS, 0.5), ["gradients", "(3, 4)"]),
    "descend at no rate": (lambda: descend(SMALL, GRADIENTS, 0), ["rate is 0", "greater than 0"]),
    "descend uphill": (lambda: descend(SMALL, GRADIENTS, -0.5), ["rate is -0.5", "greater than 0"]),
    "train at no rate": (lambda: train(SMALL, [X], [Y], rate=0.0), ["rate is 0.0", "finite number greater than 0"]),
    "train at NaN": (lambda: train(SMALL, [X], [Y], rate=NAN), ["rate is nan", "finite number greater than 0"]),
    "train at infinity": (lambda: train(SMALL, [X], [Y], rate=INF), ["rate is inf", "finite number"]),
    "train at a text": (lambda: train(SMALL, [X], [Y], rate="0.5"), ["rate is '0.5'", "finite number"]),
    "train at True": (lambda: train(SMALL, [X], [Y], rate=True), ["rate is True", "finite number"]),
    "train for no epoch": (lambda: train(SMALL, [X], [Y], epochs=0), ["epochs is 0", "whole number of at least 1"]),
    "train for half an epoch": (lambda: train(SMALL, [X], [Y], epochs=0.5), ["epochs is 0.5", "whole number"]),
    "train on batches of none": (lambda: train(SMALL, [X], [Y], batch=0), ["batch is 0", "whole number of at least 1"]),
    "train on batches of 2.0": (lambda: train(SMALL, [X], [Y], batch=2.0), ["batch is 2.0", "whole number"]),
    "train on NaN": (lambda: train(SMALL, [X, [0.1, NAN, 0.3]], [Y, Y]), ["x at (1, 1) is nan", "finite numbers"]),
    "train on infinity": (lambda: train(SMALL, [[0.1, 0.2, -INF]], [Y]), ["x at (0, 2) is -inf", "finite numbers"]),
    "train towards NaN": (lambda: train(SMALL, [X], [[NAN, 0.0]]), ["y at (0, 0) is nan", "finite numbers"]),
    "train on complex numbers": (lambda: train(SMALL, [[1.0, 1j, 0.0]], [Y]), ["x", "complex", "real ones"]),
    "train weights of NaN": (
        lambda: train(broken(NAN), [X], [Y]),
        ["weights of layer 1", "at (1, 1) is nan", "finite"],
    ),
    "train biases of infinity": (
        lambda: train(broken_bias(INF), [X], [Y]),
        ["biases of layer 1", "at (1,) is inf", "finite"],
    ),
    "train on an empty batch": (lambda: train(SMALL, np.ones((0, 3)), np.ones((0, 2))), ["x is an empty batch"]),
    "train on more targets than inputs": (lambda: train(SMALL, [X], [Y, Y]), ["y has shape (2, 2)", "(1, 2)"]),
    "train on ragged targets": (lambda: train(SMALL, [X, X], [Y, [1.0]]), ["y came as no rectangular array"]),
    "test on the wrong inputs": (lambda: train(SMALL, [X], [Y], test=([Y], [Y])), ["x has shape (1, 2)", "(batch, 3)"]),
    "test on NaN": (lambda: train(SMALL, [X], [Y], test=([X], [[NAN, 1.0]])), ["y at", "is nan", "finite numbers"]),
    "accuracy of the wrong targets": (lambda: accuracy(SMALL, [X], [Y, Y]), ["y has shape (2, 2)", "(1, 2)"]),
    "check the wrong inputs": (lambda: check_gradient(SMALL, Y, Y), ["x has shape (2,)", "(3,) or (batch, 3)"]),
    "check the wrong targets": (lambda: check_gradient(SMALL, X, X), ["y has shape (3,)", "(2,) or (batch, 2)"]),
    "the flow of NaN": (lambda: gradient_flow(SMALL, [0.1, NAN, 0.3], Y), ["x at (1,) is nan", "finite numbers"]),
    "the flow of infinite targets": (lambda: gradient_flow(SMALL, X, [INF, 0.0]), ["y at (0,) is inf", "finite"]),
    "the flow of weights of NaN": (
        lambda: gradient_flow(broken(NAN), X, Y),
        ["weights of layer 1", "at (1, 1) is nan"],
    ),
    "the flow of the wrong inputs": (lambda: gradient_flow(SMALL, Y, Y), ["x has shape (2,)", "(3,) or (batch, 3)"]),
    "the flow of the wrong targets": (lambda: gradient_flow(SMALL, X, X), ["y has shape (3,)", "(2,)"]),
    "the flow of complex inputs": (lambda: gradient_flow(SMALL, [1j, 0.0, 0.0], Y), ["x", "complex", "real ones"]),
    "the Jacobians of a batch": (
        lambda: vanishing.jacobians(SMALL, [X, X]),
        ["x has shape (2, 3)", "one example", "(3,) was expected"],
    ),
    "the steepest softmax": (
        lambda: vanishing.largest_derivative("softmax"),
        ["activation 'softmax' is unknown", "softplus"],
    ),
    "explain NaN": (lambda: explain(SMALL, [0.1, NAN, 0.3], Y), ["x at (1,) is nan", "finite numbers"]),
    "explain infinity": (lambda: explain(SMALL, X, [INF, 0.0]), ["y at (0,) is inf", "finite numbers"]),
    "explain weights of NaN": (lambda: explain(broken(NAN), X, Y), ["weights of layer 1", "at (1, 1) is nan"]),
    "explain biases of NaN": (lambda: explain(broken_bias(NAN), X, Y), ["biases of layer 1", "at (1,) is nan"]),
    "explain complex inputs": (lambda: explain(SMALL, [1j, 0.0, 0.0], Y), ["x", "complex", "real ones"]),
    "explain a batch": (lambda: explain(SMALL, [X], [Y]), ["x has shape (1, 3)", "one example", "(3,)"]),
    "explain too few targets": (lambda: explain(SMALL, X, [1.0]), ["y has shape (1,)", "(2,)"]),
    "explain at no rate": (lambda: explain(SMALL, X, Y, rate=0), ["rate is 0", "greater than 0"]),
    "explain at NaN": (lambda: explain(SMALL, X, Y, rate=NAN), ["rate is nan", "greater than 0"]),
    "explain to no digit": (lambda: explain(SMALL, X, Y, digits=0), ["digits is 0", "whole number of at least 1"]),
    "explain to 16 digits": (lambda: explain(SMALL, X, Y, digits=16), ["digits is 16", "at most 15 were expected"]),
    "a Layer for a sequence": (lambda: Network(SMALL.layers[0]), ["layers is a Layer", "a sequence of Layer"]),
    "a number for a sequence": (lambda: Network(5), ["layers is an int", "a sequence of Layer"]),
    "a seed of text": (lambda: initialize((3, 2), seed="a"), ["seed is 'a'", "a whole number of at least 0"]),
    "a negative seed": (lambda: train(SMALL, [X], [Y], seed=-1), ["seed is -1", "a whole number of at least 0"]),
    "a type that is none": (lambda: initialize((3, 2), dtype="banana"), ["dtype is 'banana'", "numpy.float64"]),
    "no activation": (
        lambda: initialize((3, 2), activation=None),
        ["activation is None; 'identity' is its name here"],
    ),
    "test data that is no pair": (lambda: train(SMALL, [X], [Y], test=5), ["test is an int", "a pair (x, y)"]),
    "test data that does not fit": (
        lambda: train(SMALL, [X], [Y], test=([[1.0]], [Y])),
        ["in test, x has shape (1, 1)"],
    ),
    "labels for targets": (
        lambda: train(SMALL, [X, X], [0, 1]),
        ["y came as labels, a whole number for each example", "expects numbers for all 2 outputs"],
    ),
    "the cost of a complex trace": (
        lambda: cost(SMALL, forward(SMALL, np.array(X) + 1j), Y),
        ["trace came as complex numbers", "mean_cost"],
    ),
    "explain to 2.5 digits": (lambda: explain(SMALL, X, Y, digits=2.5), ["digits is 2.5", "whole number"]),
    "explain in an unknown notation": (
        lambda: explain(SMALL, X, Y, notation="udacitty"),
        ["notation 'udacitty'", "did you mean 'udacity'?", "book"],
    ),
    "explain a large network": (
        lambda: explain(initialize((50, 30)), np.ones(50), np.ones(30)),
        ["network has 1530 weights and biases", "at most 1000"],
    ),
    "one size": (lambda: initialize((3,)), ["sizes is (3,)", "two or more positive whole numbers"]),
    "a number for sizes": (lambda: initialize(5), ["sizes is an int", "a sequence of whole numbers"]),
    "a layer of none": (lambda: initialize((3, 0, 2)), ["sizes is (3, 0, 2)", "positive whole numbers"]),
    "a layer of 2.5": (lambda: initialize((3, 2.5)), ["sizes is (3, 2.5)", "positive whole numbers"]),
    "a layer of True": (lambda: initialize((3, True)), ["sizes is (3, True)", "positive whole numbers"]),
    "sizes of text": (lambda: initialize("32"), ["sizes is ('3', '2')", "positive whole numbers"]),
    "names for too many layers": (
        lambda: initialize((3, 2), ["tanh", "tanh"]),
        ["activation names 2 layers", "sizes (3, 2) make 1"],
    ),
    "an unknown activation for all": (
        lambda: initialize((3, 2), "rely"),
        ["activation 'rely'", "did you mean 'relu'?"],
    ),
    "an unknown scheme": (
        lambda: initialize((3, 2), scheme="he_norm"),
        ["scheme 'he_norm'", "did you mean 'he_normal'?"],
    ),
    "normal without its spread": (lambda: initialize((3, 2), scheme="normal"), ["std is missing", "'normal'"]),
    "normal with a spread of 0": (
        lambda: initialize((3, 2), scheme="normal", std=0.0),
        ["std is 0.0", "greater than 0"],
    ),
    "a spread for another scheme": (
        lambda: initialize((3, 2), std=0.1),
        ["std is 0.1", "'glorot_uniform'", "'normal'"],
    ),
    "no scale": (lambda: initialize((3, 2), scale=0.0), ["scale is 0.0", "a number between 0 and 1e+150"]),
    "a start from the same number": (
        lambda: initialize_from_data(SMALL, np.zeros((4, 3))),
        ["x gives layer 1 linear parts whose standard deviation is 0.0", "greater than 0", "examples that differ"],
    ),
    "a start from what dies on the way": (
        lambda: initialize_from_data(Network((Layer(-np.eye(2), None, "relu"), Layer(np.eye(2)))), [[1, 2], [3, 5]]),
        ["x gives layer 2 linear parts", "standard deviation is 0.0"],
    ),
    "a start from too many inputs": (lambda: initialize_from_data(SMALL, np.ones((4, 2))), ["x has shape (4, 2)"]),
    "a start from NaN": (lambda: initialize_from_data(SMALL, [X, [0.1, NAN, 0.3]]), ["x at (1, 1) is nan", "finite"]),
    "a start from infinite weights": (lambda: initialize_from_data(broken(INF), [X]), ["weights of layer 1", "inf"]),
    "whole numbers for weights": (lambda: initialize((3, 2), dtype=int), ["dtype is int64", "floating-point"]),
    "a segment of no layers": (
        lambda: backward_in_segments(DEEP, X, Y, (2, 0)),
        ["segment 2 of segments is 0", "at least 1"],
    ),
    "segments of 1.5 layers": (lambda: checkpoint_plan(DEEP, 5, (1.5, 0.5)), ["segment 1 of segments is 1.5", "whole"]),
    "segments of fewer layers": (
        lambda: backward_in_segments(DEEP, X, Y, (1,)),
        ["segments (1,) have 1 layers", "the network has 2, so as many"],
    ),
    "no segments": (lambda: checkpoint_plan(DEEP, 5, ()), ["segments () have 0 layers", "the network has 2"]),
    "more segments than layers": (
        lambda: backward_in_segments(DEEP, X, Y, 3),
        ["segments is 3", "2 layers", "a segment of no layer is none", "2 at most"],
    ),
    "0 segments": (lambda: checkpoint_plan(DEEP, 5, 0), ["segments is 0", "at least 1"]),
    "segments of text": (lambda: checkpoint_plan(DEEP, 5, "ab"), ["segment 1 of segments is 'a'", "whole number"]),
    "targets that do not fit, in segments": (
        lambda: backward_in_segments(DEEP, X, [1.0], 2),
        ["y has shape (1,)", "outputs"],
    ),
    "inputs that do not fit, in segments": (
        lambda: backward_in_segments(DEEP, [1.0], Y, 2),
        ["x has shape (1,)", "inputs"],
    ),
    "a plan for no example": (lambda: memory_plan(DEEP, 0), ["batch is 0", "a whole number of at least 1"]),
    "a plan for half an example": (lambda: checkpoint_plan(DEEP, 0.5, 1), ["batch is 0.5", "a whole number"]),
    "a plan of two types": (lambda: memory_plan(TWO_TYPES, 9), ["float32 and float64", "one type", "network.cast"]),
    "segments of two types": (lambda: best_segments(TWO_TYPES, 9), ["float32 and float64", "one type", "network.cast"]),
    "the best segments for True": (lambda: best_segments(DEEP, batch=True), ["batch is True", "a whole number"]),
    "a limit that nothing can keep": (
        lambda: best_segments(DEEP, 100, limit=1000),
        ["limit is 1000 bytes", "the least that would do is", "raise the limit, or take a smaller batch"],
    ),
    "a limit of half a byte": (lambda: best_segments(DEEP, 100, limit=0.5), ["limit is 0.5", "a whole number"]),
    "work of no activation": (
        lambda: best_segments(DEEP, 100, activation_price=0),
        ["activation_price is 0", "greater than 0"],
    ),
    "a loss scale of 0": (lambda: train_mixed(SMALL, [X], [Y], scale=0), ["scale is 0", "greater than 0"]),
    "a negative loss scale": (lambda: train_mixed(SMALL, [X], [Y], scale=-8.0), ["scale is -8.0", "greater than 0"]),
    "an infinite loss scale": (lambda: LossScale(INF), ["value is inf", "finite number greater than 0"]),
    "a loss scale of NaN": (lambda: LossScale(NAN), ["value is nan", "finite number greater than 0"]),
    "a loss scale of text": (lambda: LossScale("8"), ["value is '8'", "finite number greater than 0"]),
    "a loss scale of True": (lambda: train_mixed(SMALL, [X], [Y], scale=True), ["scale is True", "greater than 0"]),
    "no loss scale": (lambda: train_mixed(SMALL, [X], [Y], scale=None), ["scale is None", "greater than 0"]),
    "a scale that shrinks when it grows": (
        lambda: LossScale(8.0, growth=1.0),
        ["growth is 1.0", "a finite number greater than 1 was expected"],
    ),
    "a growth without end": (lambda: LossScale(8.0, growth=INF), ["growth is inf", "greater than 1"]),
    "a growth of True": (lambda: LossScale(8.0, growth=True), ["growth is True", "greater than 1"]),
    "a scale that grows when it falls back": (
        lambda: LossScale(8.0, backoff=2),
        ["backoff is 2", "a number between 0 and 1 was expected"],
    ),
    "a fall to 0": (lambda: LossScale(8.0, backoff=0.0), ["backoff is 0.0", "between 0 and 1"]),
    "a fall of NaN": (lambda: LossScale(8.0, backoff=NAN), ["backoff is nan", "between 0 and 1"]),
    "a scale that never waits": (lambda: LossScale(8.0, interval=0), ["interval is 0", "at least 1"]),
    "an interval of 2.5": (lambda: LossScale(8.0, interval=2.5), ["interval is 2.5", "a whole number"]),
    "steps before the start": (lambda: LossScale(8.0, steps=-1), ["steps is -1", "at least 0"]),
    "mixed precision in whole numbers": (
        lambda: train_mixed(SMALL, [X], [Y], dtype=int),
        ["dtype is int64", "floating-point"],
    ),
    "mixed precision in 64 bits": (
        lambda: train_mixed(SMALL, [X], [Y], dtype=np.float64),
        ["dtype is float64", "at most 32 bits", "numpy.float16"],
    ),
    "a master of 64 bits": (lambda: train_mixed(SMALL, [X], [Y], master=np.float64), ["master is float64", "32 bits"]),
    "mixed precision at no rate": (lambda: train_mixed(SMALL, [X], [Y], rate=0), ["rate is 0", "greater than 0"]),
    "mixed precision on NaN": (lambda: train_mixed(SMALL, [[NAN, 0.0, 0.0]], [Y]), ["x at (0, 0) is nan", "finite"]),
    "a mixed pass of the wrong inputs": (lambda: precision.mixed_forward(SMALL, Y), ["x has shape (2,)", "(batch, 3)"]),
    "a mixed pass in 64 bits": (
        lambda: precision.mixed_forward(SMALL, X, np.float64),
        ["dtype is float64", "at most 32 bits"],
    ),
    "a mixed pass back without a scale": (
        lambda: precision.mixed_backward(SMALL, precision.mixed_forward(SMALL, X), Y, 0.0),
        ["scale is 0.0", "greater than 0"],
    ),
    "a mixed trace of another network": (
        lambda: precision.mixed_backward(SMALL, precision.mixed_forward(DEEP, X), Y),
        ["trace", "same network"],
    ),
    "unscaling by 0": (lambda: precision.unscale_gradients(GRADIENTS, 0), ["scale is 0", "greater than 0"]),
    "the largest scale of nothing": (lambda: precision.largest_scale(0.0), ["largest is 0.0", "greater than 0"]),
    "the limits of whole numbers": (lambda: precision.limits_of(int), ["dtype is int64", "floating-point"]),
    "the rounding of zeros": (
        lambda: precision.rounding_outcomes([0.0, 0.0], np.float16),
        ["values are all 0", "expected"],
    ),
    "an array of no dimension for a sequence": (
        lambda: Network(np.array(1.0)),
        ["layers is an ndarray", "a sequence of Layer"],
    ),
    "biases for a network of text": (
        lambda: initialize((3, 2), biases="no"),
        ["biases is 'no'", "True or False was expected"],
    ),
    "residual connections of an array": (
        lambda: initialize((3, 3, 2), residual=np.ones(2)),
        ["residual is array([1., 1.])", "True or False was expected"],
    ),
    "a type whose name cannot be encoded": (
        lambda: initialize((3, 2), dtype="\udcff"),
        ["dtype is '\\udcff'", "floating-point"],
    ),
    "a rate beyond every float": (lambda: descend(SMALL, GRADIENTS, 10**400), ["rate is 1000", "a finite number"]),
    "a complex rate of NumPy": (lambda: descend(SMALL, GRADIENTS, np.complex128(1)), ["rate is", "a finite number"]),
    "a rate in units of time": (
        lambda: descend(SMALL, GRADIENTS, np.timedelta64(1, "s")),
        ["rate is", "a finite number"],
    ),
    "a growth beyond every float": (lambda: LossScale(growth=10**400), ["growth is 1000", "a finite number"]),
    "digits in units of time": (
        lambda: explain(SMALL, X, Y, digits=np.timedelta64(3, "s")),
        ["digits is", "whole number"],
    ),
    "a seed that Python does not write": (
        lambda: initialize((3, 2), seed=-(10**5000)),
        ["seed is a number of", "digits"],
    ),
    "a plan for more examples than there are": (
        lambda: best_segments(DEEP, 10**18),
        ["batch is 1000000000000000000; a whole number of at least 1 and at most 1,000,000,000 was expected"],
    ),
    "check along half a direction": (
        lambda: check_gradient(SMALL, X, Y, directions=0.5),
        ["directions is 0.5", "a whole number of at least 0"],
    ),
    "check along fewer than no directions": (
        lambda: check_gradient(SMALL, X, Y, directions=-1),
        ["directions is -1", "a whole number of at least 0"],
    ),
    "check along directions of no seed": (
        lambda: check_gradient(SMALL, X, Y, seed=-1),
        ["seed is -1", "a whole number of at least 0"],
    ),
    "check along more directions than there may be": (
        lambda: check_gradient(SMALL, X, Y, directions=10_001),
        ["directions is 10001", "a whole number of at least 0 and at most 10,000"],
    ),
    "check complex inputs": (lambda: check_gradient(SMALL, [1j, 0.0, 0.0], Y), ["x", "complex", "real ones"]),
    "check complex weights": (lambda: check_gradient(broken(1j), X, Y), ["weights of layer 1", "complex", "real ones"]),
    "mixed precision of complex weights": (
        lambda: train_mixed(broken(1j), [X], [Y]),
        ["weights of layer 1", "complex", "real ones"],
    ),
    "check infinite inputs": (lambda: check_gradient(SMALL, [INF, -INF, 0.0], Y), ["x at (0,) is inf", "finite"]),
    "the flow of infinity": (lambda: gradient_flow(SMALL, [INF, -INF, 0.0], Y), ["x at (0,) is inf", "finite"]),
    "complex targets": (lambda: backward(SMALL, TRACE, [1j, 0.0]), ["y came as complex numbers", "real ones"]),
    "the cost of complex targets": (lambda: cost(SMALL, TRACE, [1j, 0.0]), ["y came as complex numbers", "real ones"]),
    "train towards complex targets": (lambda: train(SMALL, [X], [[1j, 0.0]]), ["y came as complex numbers"]),
    "check infinite targets": (lambda: check_gradient(SMALL, X, [INF, -INF]), ["y at (0,) is inf", "finite"]),
    "mixed precision of what float32 cannot hold": (
        lambda: train_mixed(SMALL, np.array([[1e300, 0.0, 0.0]]), [Y]),
        ["x in float32 at (0, 0) is inf", "finite numbers were expected"],
    ),
    "mixed precision tested on what float32 cannot hold": (
        lambda: train_mixed(SMALL, [X], [Y], test=(np.array([[1e300, 0.0, 0.0]]), [Y])),
        ["in test, x in float32 at (0, 0) is inf"],
    ),
    "a mixed pass of complex inputs": (lambda: precision.mixed_forward(SMALL, [1j, 0, 0]), ["x came as complex"]),
    "the rounding of complex numbers": (
        lambda: precision.rounding_outcomes([1j], np.float16),
        ["values came as complex numbers"],
    ),
    "unscaling a network": (lambda: precision.unscale_gradients(SMALL, 2.0), ["gradients is a Network", "backward"]),
    "a network that is finite": (lambda: precision.all_finite(SMALL), ["gradients is a Network", "backward"]),
    "a network in a file": (lambda: to_toml(SMALL), ["problem is a Network", "a Problem was expected: make one with"]),
    "the text of a file as bytes": (lambda: from_toml(b""), ["text is a bytes", "the text of a problem file"]),
    "the bytes of a file as text": (lambda: from_bytes("", "a.toml"), ["content is a str", "the bytes of"]),
    "a number for a file": (lambda: read(0), ["path is an int", "the name of a problem file was expected"]),
    "a number for the sizes of a problem": (lambda: generate(3), ["sizes is an int", "a sequence of whole numbers"]),
    "a text for the sizes of a problem": (lambda: generate("22"), ["size is '2'", "a whole number"]),
    "a number for the activations of a problem": (
        lambda: generate((2, 1), activation=3),
        ["activation is an int", "a sequence of names"],
    ),
    "a number for the residual layers of a problem": (
        lambda: generate((2, 2, 1), residual=1),
        ["residual is an int", "a sequence of whole numbers"],
    ),
    "a trace of lists": (
        lambda: backward(SMALL, Trace(([0.1, 0.2],), (X, [0.1, 0.2])), Y),
        ["trace holds a list", "tuples of arrays were expected: take what literate_bp.forward returns"],
    ),
    "a trace of nothing": (lambda: cost(SMALL, Trace((), ()), Y), ["trace", "[3, 2]", "same network"]),
    "a trace of inputs alone": (lambda: cost(SMALL, Trace((), (np.array(X),)), Y), ["trace", "[3, 2]", "same network"]),
    "a trace without linear parts": (
        lambda: backward(SMALL, Trace((), TRACE.activated), Y),
        ["trace", "as many linear parts", "same network"],
    ),
    "gradients of lists": (
        lambda: descend(SMALL, replace(GRADIENTS, weights=([[0.1]],)), 0.5),
        ["gradients holds a list", "tuples of arrays were expected: take what literate_bp.backward returns"],
    ),
    "sizes without end": (
        lambda: initialize(itertools.count(1)),
        ["sizes has more than 1,000,000 entries", "a sequence of whole numbers was expected, which is shorter"],
    ),
    "sizes that fail": (
        lambda: initialize(map(int, "3a")),
        ["sizes is a map that fails: invalid literal", "a sequence of whole numbers was expected"],
    ),
    "inputs that fail to be read": (
        lambda: forward(SMALL, Failing()),
        ["x came as no rectangular array of numbers: not today", "an array was expected"],
    ),
    "a list that holds itself": (
        lambda: forward(SMALL, itself()),
        ["x came as no rectangular array of numbers", "an array was expected"],
    ),
    "a rate that fails to be shown": (
        lambda: descend(SMALL, GRADIENTS, Failing()),
        ["rate is a Failing that cannot be shown; a finite number"],
    ),
    "a rate that is a trace of nothing": (
        lambda: descend(SMALL, GRADIENTS, Trace((), ())),
        ["rate is a Trace that cannot be shown; a finite number"],
    ),
    "an activation that cannot be hashed": (
        lambda: vanishing.largest_derivative(["relu"]),
        ["activation ['relu'] is unknown", "did you mean 'relu'?"],
    ),
    "gains beyond the type": (
        lambda: initialize((3, 2), gain=1e300, dtype=np.float16),
        ["gains from gain hold numbers beyond the range of float16", "a wider type"],
    ),
    "weights beyond the type that they are cast to": (
        lambda: cast(broken(1e308), np.float16),
        ["weights of layer 1 hold numbers beyond the range of float16", "a wider type"],
    ),
    "a check of numbers whose cost leaves the range": (
        lambda: check_gradient(broken(1e308), X, [-1e200, 1e200]),
        ["network, x and y lead to a cost of inf", "take smaller weights, inputs or targets"],
    ),
    "a check of numbers whose cost is none": (
        lambda: check_gradient(DIVERGENT, [1e10], [0.0]),
        ["network, x and y lead to a cost of nan"],
    ),
    "a start whose linear parts leave the range": (
        lambda: initialize_from_data(broken(1e308), [[1.0, 9.0, 1.0], [1.0, -9.0, 1.0]]),
        ["x gives layer 1 linear parts whose standard deviation is"],
    ),
    "gradients that are not finite": (
        lambda: descend(SMALL, replace(GRADIENTS, biases=tuple(b * NAN for b in GRADIENTS.biases)), 0.5),
        ["rate is 0.5; with it, a step has left biases of layer 1 infinite or NaN", "or gradients that are finite"],
    ),
    "gradients of objects": (
        lambda: descend(SMALL, replace(GRADIENTS, weights=tuple(w.astype(object) for w in GRADIENTS.weights)), 0.5),
        ["gradients holds an ndarray of object", "tuples of arrays were expected"],
    ),
    "complex gradients": (
        lambda: descend(SMALL, replace(GRADIENTS, biases=tuple(b + 1j for b in GRADIENTS.biases)), 0.5),
        ["gradients came as complex numbers; real ones were expected"],
    ),
    "complex gradients to unscale": (
        lambda: precision.unscale_gradients(replace(GRADIENTS, biases=(np.array([1j, 0.0]),)), 2.0),
        ["gradients came as complex numbers; real ones were expected"],
    ),
    "gradients with gaps": (
        lambda: descend(SMALL, replace(GRADIENTS, biases=tuple(map(np.ma.array, GRADIENTS.biases))), 0.5),
        ["gradients holds a MaskedArray of float64", "tuples of arrays were expected"],
    ),
    "a trace of whole numbers": (
        lambda: backward(SMALL, Trace((np.array([1, 2]),), (np.array([1, 2, 3]), np.array([1, 2]))), Y),
        ["trace holds an ndarray of int64", "tuples of arrays were expected"],
    ),
    "gradients of texts": (
        lambda: precision.all_finite(Gradients(("a",), ("b",), ("c",), ("d",), None)),
        ["gradients holds a str", "tuples of arrays were expected"],
    ),
    "gradients of texts to unscale": (
        lambda: precision.unscale_gradients(Gradients(("a",), ("b",), ("c",), ("d",), None), 2.0),
        ["gradients holds a str", "tuples of arrays were expected"],
    ),
    "a complex trace in mixed precision": (
        lambda: precision.mixed_backward(SMALL, forward(SMALL, np.array(X) + 1j), Y),
        ["trace came as complex numbers", "real ones were expected"],
    ),
    "test data without length": (
        lambda: train(SMALL, [X], [Y], test=NoLength((1.0, 2.0, 3.0))),
        ["test is a NoLength", "a pair (x, y)"],
    ),
    "a problem of nothing": (
        lambda: to_toml(Problem(None, X, Y)),
        ["network of problem is None; a Network was expected"],
    ),
    "a name of a file that no system takes": (
        lambda: read("a\0.toml"),
        ["path is 'a\\x00.toml'; the name of a problem file was expected"],
    ),
    "no name of a file": (lambda: read(""), ["path is ''; the name of a problem file was expected"]),
    "segments that fail": (
        lambda: checkpoint_plan(DEEP, 5, map(int, "a")),
        ["segments is a map that fails: invalid literal", "a sequence of whole numbers"],
    ),
    "more segments than Python writes": (
        lambda: backward_in_segments(DEEP, X, Y, 10**5000),
        ["segments is a number of thousands of digits, but the network has 2 layers"],
    ),
    "digits beyond all": (
        lambda: explain(SMALL, X, Y, digits=10**400),
        ["digits is 1000", "at most 15 were expected"],
    ),
    "gradients of nothing": (
        lambda: descend(SMALL, Gradients(None, None, None, None, None), 0.5),
        ["gradients holds None", "tuples of arrays were expected"],
    ),
    "parameters that give no entries": (
        lambda: SMALL.layers[0].with_parameters(FailingMapping()),
        ["parameters is a FailingMapping that gives no entries", "a mapping from names was expected"],
    ),
    "an unknown cost for initialize": (
        lambda: initialize((3, 2), cost="squared"),
        ["cost 'squared'", "'squared_error'?"],
    ),
}


def bits():
    networks = (SMALL, DEEP, WIDE, BARE, PAIR, YES_NO)
    arrays = [a for n in networks for layer in n.layers for a in (layer.weights, layer.biases) if a is not None]
    arrays += [*TRACE.linear, *TRACE.activated, *GRADIENTS.weights, *GRADIENTS.biases, *GRADIENTS.errors]
    return [a.tobytes() for a in arrays]


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_with_a_message_that_helps_and_nothing_is_changed(case):
    tried, parts = REFUSED[case]
    before = bits(), list(X), list(Y)
    with pytest.raises(ValueError, match=re.escape(parts[0])) as caught:
        tried()
    assert type(caught.value) is ValueError
    assert not [part for part in parts if part not in str(caught.value)], str(caught.value)
    assert (bits(), X, Y) == before


def test_what_the_error_on_gains_advises_works_and_is_the_same_network():
    layers = (Layer(np.eye(2) + 0.5, [0.1, 0.2], "tanh", residual=True), Layer([[1.0], [2.0]], gains=[0.5]))
    network = Network(layers, "squared_error")
    with pytest.raises(ValueError, match="layer 2 has gains") as caught:
        explain(network, [0.3, -0.4], [1.0])
    advice = str(caught.value).partition(": take ")[2]
    plain = eval(advice, {"Network": Network, "Layer": Layer, "network": network})  # noqa: S307 — our own advice
    assert explain(plain, [0.3, -0.4], [1.0]).steps[2].value == forward(network, [0.3, -0.4]).activated[1][0]
    assert forward(plain, [0.3, -0.4]).output == forward(network, [0.3, -0.4]).output


def test_nothing_is_drawn_or_trained_before_an_error(monkeypatch):
    drawn = []
    monkeypatch.setattr(np.random, "default_rng", lambda *_: drawn.append(1))
    for refused in (
        lambda: initialize((3, 2), scheme="he"),
        lambda: initialize((3, 2), scheme="normal"),
        lambda: train(SMALL, [X], [Y], batch=0),
        lambda: train(SMALL, [X], [Y], rate=-1),
        lambda: train(SMALL, [X], [Y], epochs=0),
        lambda: train(SMALL, [X], [Y], test=([X], [X])),
        lambda: train_mixed(SMALL, [X], [Y], dtype=np.float64),
        lambda: train_mixed(SMALL, [X], [Y], rate=-1),
    ):
        with pytest.raises(ValueError, match=r"scheme|std|batch|rate|epochs|y has shape|dtype"):
            refused()
    assert not drawn


@pytest.mark.parametrize("value", [NAN, INF, -INF])
def test_forward_lets_nan_and_infinity_through_where_nobody_trains(value):
    with np.errstate(invalid="ignore"):
        assert not np.isfinite(forward(Network((Layer([[1.0]], None, "identity"),)), [value]).output).any()


def test_what_fits_passes_unchanged():
    array = np.ones((2, 2))
    assert validation.numeric("x", array) is array
    assert validation.numeric("x", [1, 2]).dtype == np.float64
    assert validation.numeric("x", [1, 2], np.float32).dtype == np.float32
    assert validation.numeric("x", np.array([1, 2])).dtype == np.float64
    assert validation.positive("rate", np.float32(0.5)) == 0.5
    assert validation.positive("rate", 5e-324) == 5e-324
    assert validation.one_of("name", "a", ["a", "b"]) == "a"
    assert validation.targets([0.25, 0.75], np.zeros(2), "cross_entropy", "softmax").tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (lambda: type(validation.whole("epochs", np.int64(3))), int),
        (lambda: validation.whole("digits", 15, most=15), 15),
        (lambda: validation.loss_scale("scale", 2.0**-126), 2.0**-126),
        (lambda: validation.loss_scale("scale", 2.0**127), 2.0**127),
        (lambda: validation.vector("values", [1, 2]).tolist(), [1.0, 2.0]),
        (lambda: validation.function("run", len), len),
        (lambda: len(validation.sequence("sizes", range(10**6), "whole numbers")), 10**6),
    ],
)
def test_what_is_no_more_than_the_most_is_let_through_as_what_it_is(found, expected):
    assert found() == expected


class NoPath:
    def __fspath__(self):
        return ""


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (
            lambda: validation.loss_scale("scale", np.nextafter(2.0**-126, 0)),
            r"scale is .*; a loss scale from 2\*\*-126 to",
        ),
        (
            lambda: validation.loss_scale("scale", np.nextafter(2.0**127, INF)),
            r"scale is .*; a loss scale from 2\*\*-126 to",
        ),
        (
            lambda: validation.in_range("weights", np.array([1.0, 1e6]), np.dtype(np.float16)),
            "weights were drawn beyond",
        ),
        (lambda: validation.positive_std("x gives layer 1", INF), "x gives layer 1 linear parts whose .* is inf"),
        (lambda: validation.texts("names", 3), "^names is an int; a sequence of texts was expected$"),
        (lambda: validation.file_path("path", NoPath(), "a file"), "path is .*NoPath.*; a file was expected"),
    ],
)
def test_what_is_beyond_a_bound_or_of_another_kind_is_refused(refused, message):
    with pytest.raises(ValueError, match=message):
        refused()


def test_a_type_is_one_of_floats_or_not():
    assert [validation.is_float(np.dtype(dtype)) for dtype in ("f2", "f8", "i4", "V3")] == [True, True, False, False]


def test_targets_may_miss_a_sum_of_1_by_the_rounding_of_each_of_them():
    eps = 2.0**-10  # of float16, whose numbers above 0.5 are half of it apart
    y = np.array([[0.5 + eps / 2, 0.5 + eps]], np.float16)
    assert validation.targets(y, np.zeros((1, 2)), "cross_entropy", "softmax").tolist() == y.tolist()
    for beyond in ([[0.5 + eps, 0.5 + 3 * eps / 2]], [[0.5, 0.5 - 3 * eps]]):
        with pytest.raises(ValueError, match=r"^y does not add up to 1 in each example"):
            validation.targets(np.array(beyond, np.float16), np.zeros((1, 2)), "cross_entropy", "softmax")


def test_a_list_of_names_is_cut_behind_one_of_them_where_it_is_long():
    names = [f"name_{n}" for n in range(100)]
    listed, more = validation.shortened(names).rsplit(" ", 1)
    assert (listed.split(", "), more) == (names[: listed.count(",") + 1], "…")
    assert len(listed) <= validation.MOST_LISTED <= len(f"{listed}, name_00")


@pytest.mark.parametrize(
    ("value", "came"),
    [([1.0], "a list"), (None, "None"), (np.ones(2), "an ndarray"), (Network, "a type"), (TRACE, "a Trace")],
)
def test_another_kind_of_object_is_refused_with_what_makes_one(value, came):
    message = f"network is {came}; a Network was expected: make one with literate_bp.Network or literate_bp.initialize"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        validation.instance("network", value, Network)
    assert validation.instance("network", SMALL, Network) is SMALL


@pytest.mark.parametrize("value", [np.ones((3, 3)), "sigmoid" * 5000, [1.0] * 10_000, 10**5000, "\n\x1b[31m"], ids=type)
def test_what_came_is_shown_on_one_line_shortened(value):
    for refused in (
        lambda: descend(SMALL, GRADIENTS, value),
        lambda: Layer([[1.0]], None, value),
        lambda: initialize((3, 2), biases=value),
        lambda: initialize((3, 2), dtype=value),
        lambda: best_segments(DEEP, value),
        lambda: checkpoint_plan(DEEP, 5, [value, 1]),
    ):
        with pytest.raises(ValueError, match=r"expected|known") as caught:
            refused()
        message = str(caught.value)
        assert len(message) < 300
        assert message.isprintable()


@pytest.mark.parametrize("kind", validation.MADE_BY)
def test_what_makes_an_object_is_there(kind):
    for name in validation.MADE_BY[kind].split(" or literate_bp."):
        made = attrgetter(name)(literate_bp)
        assert made.__name__ == kind or kind in str(made.__annotations__["return"])


OTHER_NAMES = {
    "activation": (
        lambda name: Layer([[1.0]], None, name),
        {
            "ReLU": "relu",
            "LeakyReLU": "leaky_relu",
            "swish": "silu",
            "SiLU": "silu",
            "logistic": "sigmoid",
            "linear": "identity",
            "none": "identity",
            None: "identity",
        },
    ),
    "cost": (
        lambda name: Network([Layer([[1.0]], None)], name),
        {
            "mse": "squared_error",
            "bce": "binary_cross_entropy",
            "MSELoss": "squared_error",
            "BCEWithLogitsLoss": "binary_cross_entropy",
            "CrossEntropyLoss": "cross_entropy",
            "CE": "cross_entropy",
            "nll": "cross_entropy",
            "softmax_cross_entropy": "cross_entropy",
        },
    ),
    "scheme": (
        lambda name: initialize((3, 2), scheme=name),
        {
            "kaiming": "he_normal",
            "he": "he_normal",
            "xavier": "glorot_uniform",
            "glorot": "glorot_uniform",
            "lecun": "lecun_normal",
            "Xavier-Normal": "glorot_normal",
        },
    ),
}


@pytest.mark.parametrize(("what", "name"), [(what, name) for what, (_, names) in OTHER_NAMES.items() for name in names])
def test_a_name_that_others_use_leads_to_the_one_used_here(what, name):
    call, names = OTHER_NAMES[what]
    with pytest.raises(
        ValueError, match=rf"{what} is '?{name}'?; '{names[name]}' (\(.*\) )?is its name here\. Known names: \w+,"
    ):
        call(name)


def test_a_cost_that_is_another_sum_elsewhere_is_explained():
    with pytest.raises(
        ValueError, match=r"'squared_error' \(the sum over the outputs, and the mean over the examples\)"
    ):
        OTHER_NAMES["cost"][0]("mse")


@pytest.mark.parametrize("table", [ACTIVATIONS, COSTS, SCHEMES], ids=["activations", "costs", "schemes"])
def test_no_two_declarations_share_a_name(table):
    names = [validation.bare(n) for own, declared in table.items() for n in (own, *declared.also_called)]
    assert sorted(names) == sorted(set(names))


def test_a_part_that_nobody_declared_is_asked_for():
    table = {"wave": Activation(np.sin, np.cos)}
    with pytest.raises(ValueError, match=r"activation 'wave' has no .*: add `working=` to its entry in ACTIVATIONS"):
        declared("activation", "wave", "working", table)
    with pytest.raises(
        ValueError, match=r"^activation 'sin' has no derivative: .* ACTIVATIONS, src/literate_bp/activation.py$"
    ):
        Activation(np.sin)


@pytest.mark.parametrize("wrong", [0.5, [], [[0.5]]])
def test_a_sequence_of_numbers_has_one_axis_and_a_number(wrong):
    with pytest.raises(ValueError, match=r"a has shape .*; a sequence of at least one number was expected"):
        vector("a", wrong)


@pytest.mark.skipif(np.dtype(np.longdouble).itemsize <= 8, reason="needs a type of more than 64 bits")
def test_the_limits_of_a_type_that_no_float_holds_are_refused():
    with pytest.raises(ValueError, match=r"dtype is \w+; a type of at most 64 bits was expected"):
        precision.limits_of(np.longdouble)
