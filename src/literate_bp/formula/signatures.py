r"""The signature of each rule: the symbols on which it is traced.

A signature has the left-hand sides of a formula. The right-hand sides are what
the rule's own code gives when it is traced.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from types import SimpleNamespace
from typing import Any, cast

from .. import (
    activation,
    checkpointing,
    communication,
    initialization,
    layer,
    memory,
    network,
    node,
    nodes,
    optimizers,
    oracle,
    pipeline,
    precision,
    residual,
    training,
    vanishing,
    weight_normalization,
)
from ..activation import ACTIVATIONS, Activation, elementwise_activations
from ..cost import COSTS, Cost, squared_error_derivative
from .expression import Call, Expression, Index, Name, Number, Partial, Symbol
from .primitives import symbolic_function
from .tracing import Indexed, Tracer

COST = Symbol("cost")
"""The cost, C."""


@dataclass(frozen=True)
class RuleSignature:
    """The symbols on which a rule is traced, and the names of its results.

    Attributes
    ----------
    rule : function
        The rule.
    gives : tuple of Expression
        The left-hand sides: the names of the results. Empty if they have no
        names.
    given : tuple
        The arguments: expressions, `Indexed`, or tuples of these.
    take : callable
        Selects from the result of the rule what `gives` names.
    instead : dict
        What global names of the rule are bound to.
    sign : str
        The sign between the sides.
    short : Name or None
        A name for the argument of an inner activation, which then gets a line
        of its own.
    within : tuple of float or None
        The range in which the formula holds, if not for all numbers above 0.
    """

    rule: Callable[..., Any]
    gives: tuple[Expression, ...]
    given: tuple[Any, ...] = field(repr=False)  # repr of a trace needs numbers
    take: Callable[[Any], Any] = lambda result: result
    instead: Mapping[str, Any] = field(default_factory=dict)
    sign: str = "="
    short: Name | None = None
    within: tuple[float, float] | None = None


# --- symbols ----------------------------------------------------------------


def symbol(quantity: str, *indices: str, layer: str = "") -> Symbol:
    """Make a symbol: ``symbol("weight", "j", "k", layer="l+1")``."""
    return Symbol(
        quantity,
        Index.parse(layer) if layer else None,
        tuple(map(Index.parse, indices)),
    )


def derivative_of(z: Expression) -> Expression:
    """Give σ′(z)."""
    return Call("derivative", (z,))


def activation_of(z: Expression) -> Expression:
    """Give σ(z)."""
    return Call("activation", (z,))


def gradient(quantity: Expression) -> Expression:
    """Give the derivative of the cost by a quantity."""
    return Partial(COST, quantity)


W_IJ = symbol("weight", "i", "j")
"""A weight from node i to node j."""
W_JK = symbol("weight", "j", "k")
X_I = symbol("input", "i")
Z, Z_J, Z_K = symbol("linear"), symbol("linear", "j"), symbol("linear", "k")
A_I, A_J = symbol("activated", "i"), symbol("activated", "j")
A_K, Y_K = symbol("activated", "k"), symbol("target", "k")
D_J, D_K = symbol("error", "j"), symbol("error", "k")
V_IJ, G_J = symbol("direction", "i", "j"), symbol("gain", "j")
POSITIVE_Z = Symbol("linear", value=0.0)
"""z with the sign for which the code of the sigmoid is the textbook form."""

# --- one node ---------------------------------------------------------------

NODE = {
    "node.weighted_sum": RuleSignature(
        node.weighted_sum,
        (),
        (Indexed("i", W_IJ), Indexed("i", X_I)),
    ),
    "node.linear": RuleSignature(
        node.linear,
        (Z_J,),
        (Indexed("i", W_IJ), Indexed("i", X_I), symbol("bias", "j")),
    ),
    "node.sigmoid": RuleSignature(
        node.sigmoid, (activation_of(Z),), (POSITIVE_Z,)
    ),
    "node.sigmoid_derivative": RuleSignature(
        node.sigmoid_derivative,
        (derivative_of(Z),),
        (Z,),
        instead={"sigmoid": activation_of},
    ),
    "node.activated_error": RuleSignature(
        node.activated_error,
        (gradient(A_J),),
        (Indexed("k", W_JK), Indexed("k", D_K)),
    ),
    "node.linear_error": RuleSignature(
        node.linear_error, (D_J,), (derivative_of(Z_J), gradient(A_J))
    ),
}
"""Signatures of the rules of one node."""

# --- nodes in layers --------------------------------------------------------


def indexed_layer(i: str, j: str, layer: str) -> nodes.Layer:
    """Make a layer of indexed symbols, with weights from i to j."""
    return nodes.Layer(
        Indexed(i, Indexed(j, symbol("weight", i, j, layer=layer))),
        Indexed(j, symbol("bias", j, layer=layer)),
        activation_of,
        derivative_of,
    )


LAST = {
    name: symbol(name, "k", layer="L")
    for name in ("linear", "activated", "error")
}
"""Linear part, activated value and error of node k in the last layer."""
INPUTS_L = Indexed("i", symbol("activated", "i", layer="l-1"))
ERRORS_L = Indexed("j", symbol("error", "j", layer="l"))
W_IJ_L, B_J_L = (
    symbol("weight", "i", "j", layer="l"),
    symbol("bias", "j", layer="l"),
)

NODES = {
    "nodes.forward": RuleSignature(
        nodes.forward,
        (
            symbol("linear", "j", layer="l"),
            symbol("activated", "j", layer="l"),
        ),
        ((indexed_layer("i", "j", "l"),), INPUTS_L),
        take=lambda trace: (trace.linear[0], trace.activated[1]),
    ),
    "nodes.half_squared_error": RuleSignature(
        nodes.half_squared_error,
        (COST,),
        (Indexed("k", A_K), Indexed("k", Y_K)),
    ),
    "nodes.half_squared_error_derivative": RuleSignature(
        nodes.half_squared_error_derivative, (gradient(A_K),), (A_K, Y_K)
    ),
    "nodes.output_errors": RuleSignature(
        nodes.output_errors,
        (LAST["error"],),
        (
            indexed_layer("j", "k", "L"),
            Indexed("k", LAST["linear"]),
            Indexed("k", LAST["activated"]),
            Indexed("k", Y_K),
        ),
    ),
    "nodes.hidden_errors": RuleSignature(
        nodes.hidden_errors,
        (symbol("error", "j", layer="l"),),
        (
            indexed_layer("i", "j", "l"),
            Indexed("j", symbol("linear", "j", layer="l")),
            indexed_layer("j", "k", "l+1"),
            Indexed("k", symbol("error", "k", layer="l+1")),
        ),
    ),
    "nodes.weight_gradient": RuleSignature(
        nodes.weight_gradient, (gradient(W_IJ_L),), (INPUTS_L, ERRORS_L)
    ),
    "nodes.backward": RuleSignature(
        nodes.backward,
        (gradient(W_IJ_L), gradient(B_J_L)),
        ((), nodes.Trace((), (INPUTS_L,)), (ERRORS_L,)),
        take=lambda gradients: (gradients.weights, gradients.biases[0]),
        instead={"errors": lambda _, __, y: y},
    ),
    "nodes.step": RuleSignature(
        nodes.step,
        (symbol("new weight", "i", "j"),),
        (Indexed("j", W_IJ), Indexed("j", gradient(W_IJ)), Symbol("rate")),
    ),
}
"""Signatures of the rules of nodes in layers."""

# --- arrays and batches -----------------------------------------------------

A_BEFORE = symbol("activateds", layer="l-1")
"""The activated values of the layer before, as an array."""
W_L: Any = symbol("weights", layer="l")
B_L: Any = symbol("biases", layer="l")
Z_L, A_L = symbol("linears", layer="l"), symbol("activateds", layer="l")
D_L = symbol("errors", layer="l")
D_AHEAD = symbol("errors", layer="l+1")
W_AHEAD = symbol("weights", layer="l+1")
Z_LAST, A_LAST, D_LAST = (
    symbol(name, layer="L") for name in ("linears", "activateds", "errors")
)
"""Linear parts, activated values and errors of the last layer, as arrays."""
Y = Symbol("targets")
C_N = symbol("cost", "n")
ANY_COST = Cost(cast(Any, lambda *_: C_N), cast(Any, lambda *_: C_N))
"""A cost that gives Cₙ for example n."""


ANY_FUNCTIONS: Any = (activation_of, derivative_of)
"""An unspecified activation and its derivative."""


def symbolic_network(*weights: Any) -> Any:
    """Make a network of symbols, with unspecified activations and cost."""
    return SimpleNamespace(
        layers=tuple(
            layer.PlainLayer(w, B_L, *ANY_FUNCTIONS) for w in weights
        ),
        cost="any",
        sizes=(None,),
    )


def symbolic_trace(
    linear: tuple[Symbol, ...], activated: tuple[Symbol, ...]
) -> Any:
    """Make the trace of a symbolic network."""
    both: Any = (linear, activated)
    return network.Trace(*both)


def cost_table(row: Cost = ANY_COST) -> Mapping[str, Any]:
    """Make the table in which a rule looks up its cost."""
    return {"COSTS": {"any": row}}


OUTPUT_TRACE = symbolic_trace((Z_LAST,), (A_LAST,))
"""The trace that the output error is taken from."""

NETWORK = {
    "layer.linear": RuleSignature(layer.linear, (Z_L,), (A_BEFORE, W_L, B_L)),
    "layer.activated_error": RuleSignature(
        layer.activated_error, (gradient(A_L),), (D_AHEAD, W_AHEAD)
    ),
    "layer.linear_error": RuleSignature(
        layer.linear_error, (D_L,), (derivative_of(Z_L), gradient(A_L))
    ),
    "layer.weight_gradient": RuleSignature(
        layer.weight_gradient, (gradient(W_L),), (A_BEFORE, D_L)
    ),
    "layer.bias_gradient": RuleSignature(
        layer.bias_gradient, (gradient(B_L),), (D_L,)
    ),
    "residual.residual_sum": RuleSignature(
        residual.residual_sum, (A_L,), (A_BEFORE, activation_of(Z_L))
    ),
    "residual.residual_error": RuleSignature(
        residual.residual_error,
        (gradient(A_BEFORE),),
        (D_L, W_L, gradient(A_L)),
    ),
    "weight_normalization.normalized": RuleSignature(
        weight_normalization.normalized, (W_IJ,), (V_IJ, G_J)
    ),
    "weight_normalization.gain_gradient": RuleSignature(
        weight_normalization.gain_gradient,
        (gradient(G_J),),
        (gradient(W_IJ), V_IJ),
    ),
    "weight_normalization.direction_gradient": RuleSignature(
        weight_normalization.direction_gradient,
        (gradient(V_IJ),),
        (gradient(W_IJ), V_IJ, G_J),
        instead={"gain_gradient": lambda *_: gradient(G_J)},
    ),
    "network.forward": RuleSignature(
        network.forward,
        (Z_L, A_L),
        (symbolic_network(W_L), A_BEFORE),
        take=lambda trace: (trace.linear[0], trace.activated[1]),
    ),
    "network.mean_cost": RuleSignature(
        network.mean_cost,
        (COST,),
        (symbolic_network(), OUTPUT_TRACE, Y),
        instead=cost_table(),
    ),
    "network.output_error": RuleSignature(
        network.output_error,
        (D_LAST,),
        (symbolic_network(W_L), OUTPUT_TRACE, Y),
        instead=cost_table(COSTS["half_squared_error"]),
    ),
    "network.errors": RuleSignature(
        network.errors,
        (D_L,),
        (symbolic_network(W_L, W_AHEAD), symbolic_trace((Z_L,), ()), Y),
        take=lambda errors: errors[0][0],
        instead={
            "output_error": lambda *_: D_AHEAD,
            "output_shortcut": lambda *_: None,
        },
    ),
    "network.backward": RuleSignature(
        network.backward,
        (gradient(W_L), gradient(B_L)),
        (symbolic_network(W_L), symbolic_trace((), (A_BEFORE,)), Y),
        take=lambda gradients: (gradients.weights, gradients.biases),
        instead={
            **cost_table(),
            "errors": lambda *_: ((D_L,), None, ((None, None),)),
        },
    ),
    "training.step": RuleSignature(
        training.step, (W_L,), (W_L, gradient(W_L), Symbol("rate")), sign="←"
    ),
}
"""Signatures of the rules of arrays and batches."""

# --- activations and costs --------------------------------------------------

INNER = {
    rule.__name__: symbolic_function(name + prime)
    for name, row in elementwise_activations().items()
    for rule, prime in ((row.function, ""), (row.derivative, "'"))
}
"""Inside another rule, an activation is written by its name."""


def activation_signatures(
    name: str, row: Activation
) -> dict[str, RuleSignature]:
    """Make the signatures of an activation and its derivative."""
    rules = {"": row.function, "_derivative": row.derivative}
    gives: dict[str, Expression] = {"": A_K, "_derivative": Partial(A_K, Z_J)}
    if row.elementwise:
        gives = {"": activation_of(Z), "_derivative": derivative_of(Z)}
    return {
        f"activation.{name}{end}": RuleSignature(
            rule,
            (gives[end],),
            (Z if row.elementwise else Z_K,),
            instead=INNER | (outputs_of(name, A_K) if end else {}),
            short=Name(row.inner) if row.inner else None,
        )
        for end, rule in rules.items()
    }


def outputs_of(name: str | None, a: Expression) -> dict[str, Any]:
    """Bind an activation to a symbol for its output, and its rest to 1 − a."""
    if name is None:
        return {}
    if ACTIVATIONS[name].elementwise:
        return {name: activation_of}
    return {name: lambda _: a, f"{name}_rest": lambda _: Number(1) - a}


def cost_signatures(name: str, row: Cost) -> dict[str, RuleSignature]:
    """Make the signatures of a cost and its derivative."""
    of, gives = (Z_K, D_K) if row.output else (A_K, gradient(A_K))
    instead = INNER | outputs_of(row.output, A_K)
    return {
        f"cost.{name}": RuleSignature(
            row.value, (COST,), (of, Y_K), instead=INNER
        ),
        f"cost.{name}_derivative": RuleSignature(
            row.derivative, (gives,), (of, Y_K), instead=instead
        ),
    }


def signatures_of(
    make: Any, table: Mapping[str, Any]
) -> dict[str, RuleSignature]:
    """Make the signatures of all rows of a table."""
    found = (make(name, row) for name, row in table.items())
    return reduce(or_, found)


ACTIVATION_TABLE = {
    "activation.decay": RuleSignature(activation.decay, (), (Z,)),
    "activation.normal_density": RuleSignature(
        activation.normal_density, (), (Z,)
    ),
    "activation.below_top": RuleSignature(activation.below_top, (), (Z_K,)),
    "activation.softmax_rest": RuleSignature(
        activation.softmax_rest, (Number(1) - A_K,), (Z_K,)
    ),
    **signatures_of(activation_signatures, ACTIVATIONS),
}
"""Signatures of the activations and their derivatives."""
COST_TABLE = signatures_of(cost_signatures, COSTS)
"""Signatures of the costs and their derivatives."""

# --- the oracle, and where the weights start --------------------------------

X, H = Name("x"), Name("h")
A, B = Name("a", 1.0), Name("b", 2.0)
"""Two numbers, not both 0."""
N_IN, N_OUT = Name(r"n_{\text{in}}"), Name(r"n_{\text{out}}")
P, Q = Name("p"), Name("q")
SPREAD, LIMIT = Call("std", (W_IJ,)), Name("r")

ORACLE = {
    **{
        f"oracle.{name}": RuleSignature(
            getattr(oracle, name),
            (Call("f'", (X,)),),
            (symbolic_function("f"), X, H),
            sign="≈",
        )
        for name in ("complex_step", "central_difference")
    },
    "oracle.relative_error": RuleSignature(oracle.relative_error, (), (A, B)),
}
"""Signatures of derivatives by other means, and of how far two are apart."""
INITIALIZATION = {
    f"initialization.{name}": RuleSignature(
        getattr(initialization, name), (left,), (N_IN, N_OUT)
    )
    for name, left in {
        "glorot_std": SPREAD,
        "glorot_limit": LIMIT,
        "he_std": SPREAD,
        "lecun_std": SPREAD,
        "fan_in_limit": LIMIT,
        "fan_in_std": SPREAD,
        "orthogonal_std": SPREAD,
    }.items()
}
"""Signatures of how far the weights spread at the start."""

# --- a chain of nodes, and the bound of its errors --------------------------

CHAIN = {
    "vanishing.edge_output": RuleSignature(
        vanishing.edge_output, (Name("p"),), (Name("u"),), within=(4, 40)
    ),
    "vanishing.interval_width": RuleSignature(
        vanishing.interval_width, (), (Name("u"),), within=(4, 40)
    ),
}
"""The edge of an interval, and its width."""

# --- mean squares over random weights ----------------------------------------


def expected_square(of: Expression) -> Expression:
    """Give the mean of the square of a quantity, over random weights."""
    return Call("mean", (of**2,))


D_LAST_K = symbol("error", "k", layer="L")
SQUARES = {
    "initialization.linear_square": RuleSignature(
        initialization.linear_square,
        (Call("var", (Z_J,)),),
        (N_IN, Call("var", (W_IJ,)), expected_square(A_I)),
    ),
    "initialization.activated_error_square": RuleSignature(
        initialization.activated_error_square,
        (expected_square(gradient(A_J)),),
        (N_OUT, Call("var", (W_JK,)), expected_square(D_K)),
    ),
    "initialization.mean_square": RuleSignature(
        initialization.mean_square, (), (activation_of, Z)
    ),
    "initialization.activated_square": RuleSignature(
        initialization.activated_square,
        (expected_square(A_J),),
        (expected_square(derivative_of(Z_J)), Call("var", (Z_J,))),
        sign="≈",
    ),
    "initialization.linear_error_square": RuleSignature(
        initialization.linear_error_square,
        (expected_square(D_J),),
        (expected_square(derivative_of(Z_J)), expected_square(gradient(A_J))),
    ),
    "initialization.weight_gradient_square": RuleSignature(
        initialization.weight_gradient_square,
        (expected_square(gradient(W_IJ)),),
        (Name("g"), P, Q, expected_square(X_I), expected_square(D_LAST_K)),
    ),
}
"""Signatures of what a layer does to squares, in the mean over all draws."""

# --- memory ------------------------------------------------------------------

BYTES, ITEM, ARRAYS_KEPT = Name("m"), Name("s"), Name("k")
LAYERS, SEGMENTS = Name("n"), Name("k")
LEAST_UNITS = Number(2) * Call("sqrt", (LAYERS,))
MEMORY = {
    "memory.array_bytes": RuleSignature(
        memory.array_bytes,
        (BYTES,),
        (ARRAYS_KEPT, Name("N"), N_OUT, ITEM),
    ),
    "checkpointing.units_kept": RuleSignature(
        checkpointing.units_kept, (), (LAYERS, SEGMENTS)
    ),
    "checkpointing.best_count": RuleSignature(
        checkpointing.best_count, (SEGMENTS,), (LAYERS,)
    ),
    "checkpointing.least_units": RuleSignature(
        checkpointing.least_units, (), (LAYERS,)
    ),
    "checkpointing.excess_units": RuleSignature(
        checkpointing.excess_units,
        (SEGMENTS + LAYERS / SEGMENTS - LEAST_UNITS,),
        (LAYERS, SEGMENTS),
    ),
}
"""Signatures of what arrays take, and of what segments keep."""

# --- several machines -------------------------------------------------------

MACHINES, GRADIENT_BYTES, BATCHES = Name("p"), Name("S"), Name("m")
SEVERAL = {
    "communication.ring_bytes": RuleSignature(
        communication.ring_bytes, (), (MACHINES, GRADIENT_BYTES)
    ),
    "pipeline.bubble_share": RuleSignature(
        pipeline.bubble_share, (), (MACHINES, BATCHES)
    ),
}
"""Signatures of what machines send, and of how long they wait."""

# --- sixteen bits -----------------------------------------------------------

SIGN, EXPONENT, FRACTION, BITS = map(Name, "sqmp")
"""Sign, exponent and fraction of a number, and the bits of the fraction."""
SCALE = Name("S")

PRECISION = {
    **{
        f"precision.{name}": RuleSignature(
            getattr(precision, name), (), (SIGN, EXPONENT, FRACTION, BITS)
        )
        for name in ("normal_number", "subnormal_number")
    },
    "precision.scaled": RuleSignature(
        precision.scaled, (D_LAST,), (D_LAST, SCALE), sign="←"
    ),
    "precision.unscaled": RuleSignature(
        precision.unscaled, (gradient(W_L),), (gradient(W_L), SCALE), sign="←"
    ),
}
"""Signatures of numbers with a fraction, and of a loss scale."""

# --- steps that learn -------------------------------------------------------

VELOCITY, MEAN, SQUARE, DIRECTION = map(Name, "vmsd")
"""What optimizers keep, and the direction of a step."""
SLOPE, PARAMETER, TAKEN = map(Name, "gwt")
"""A gradient and a parameter in a row of them, and the number of the step."""
SHARE, LESS, SMALL = map(Name, (r"\beta", r"\lambda", r"\varepsilon"))
"""A share that stays, a decay, and what keeps a quotient finite."""
MOMENTUM = Name(r"\mu")

STEPS_THAT_LEARN = {
    "optimizers.momentum": RuleSignature(
        optimizers.momentum,
        (VELOCITY,),
        (VELOCITY, SLOPE, MOMENTUM),
        sign="←",
    ),
    "optimizers.looked_ahead": RuleSignature(
        optimizers.looked_ahead, (DIRECTION,), (VELOCITY, SLOPE, MOMENTUM)
    ),
    "optimizers.with_penalty": RuleSignature(
        optimizers.with_penalty, (), (SLOPE, PARAMETER, LESS)
    ),
    "optimizers.decayed": RuleSignature(
        optimizers.decayed,
        (PARAMETER,),
        (PARAMETER, Symbol("rate"), LESS),
        sign="←",
    ),
    "optimizers.mean": RuleSignature(
        optimizers.mean, (MEAN,), (MEAN, SLOPE, SHARE), sign="←"
    ),
    "optimizers.unbiased": RuleSignature(
        optimizers.unbiased, (), (MEAN, SHARE, TAKEN)
    ),
    "optimizers.in_units_of": RuleSignature(
        optimizers.in_units_of, (), (DIRECTION, SQUARE, SMALL)
    ),
}
"""Signatures of what makes a step of a gradient."""

SIGNATURES: Mapping[str, RuleSignature] = (
    NODE
    | NODES
    | NETWORK
    | ACTIVATION_TABLE
    | COST_TABLE
    | ORACLE
    | INITIALIZATION
    | CHAIN
    | SQUARES
    | MEMORY
    | SEVERAL
    | PRECISION
    | STEPS_THAT_LEARN
)
"""The signature of every rule that has a formula."""

WITHOUT_HALF: Mapping[str, RuleSignature] = {
    "nodes.half_squared_error": SIGNATURES["cost.squared_error"],
    "nodes.half_squared_error_derivative": SIGNATURES[
        "cost.squared_error_derivative"
    ],
    "nodes.output_errors": replace(
        SIGNATURES["nodes.output_errors"],
        instead={"half_squared_error_derivative": squared_error_derivative},
    ),
    "network.output_error": replace(
        SIGNATURES["network.output_error"],
        instead=cost_table(COSTS["squared_error"]),
    ),
}
"""The signatures that differ in a notation whose cost has no ½."""


def output_error_signature(row: Cost) -> RuleSignature:
    """Make the signature of the error of one example's output, by its cost."""
    a = LAST["activated"]
    instead = outputs_of(row.output, a)

    def traced(*given: Any) -> Any:
        return Tracer().run(row.derivative, *given, **instead)

    return RuleSignature(
        network.output_error,
        (LAST["error"],),
        (symbolic_network(W_L), symbolic_trace((LAST["linear"],), (a,)), Y_K),
        instead=cost_table(replace(row, derivative=traced)),
    )


BY_COST: Mapping[tuple[str, str], RuleSignature] = {
    ("network.output_error", name): output_error_signature(row)
    for name, row in COSTS.items()
}
"""The signatures that depend on the cost, for one example."""
