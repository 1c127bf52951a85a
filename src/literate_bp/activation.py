"""Activation functions: each beside its derivative, and declared in one table.

A function takes the linear part z, the pre-activation, and returns the
activated value; its derivative is taken at the same z. Both return the dtype
that they are given, never overflow, and keep their digits far from 0, where
results are tiny. Where that takes another form than the one in textbooks, the
textbook's stands below: it is what a worked sheet shows, and the two are
proved equal.

To add an activation, write the function and its derivative, and one entry of
`ACTIVATIONS`. All other modules read what they know from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, pi, sqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
"""A NumPy array of floats, or of complex numbers."""


def identity(z: Array) -> Array:
    r"""Return the linear part itself: σ(z) = z.

    Parameters
    ----------
    z : ndarray
        The linear part, of any shape; so for every function below.

    Returns
    -------
    ndarray
        The activated value, with the shape and dtype of z; so for every
        function below.
    """
    return z


def identity_derivative(z: Array) -> Array:
    r"""Compute the derivative of the identity, σ′(z) = 1."""
    return np.ones_like(z)


def decay(z: Array) -> Array:
    r"""Compute e^(−|z|), which cannot overflow.

    For a complex z, |z| is z or −z, whichever has the larger real part.
    """
    return np.exp(np.minimum(z, -z))


def sigmoid(z: Array) -> Array:
    r"""Compute the sigmoid, which maps z to (0, 1).

    1 / (1 + e⁻ᶻ), computed as σ(z) = e^min(z, 0) / (1 + e^(−|z|)).
    """
    return np.exp(np.minimum(z, 0)) / (1 + decay(z))


def sigmoid_derivative(z: Array) -> Array:
    r"""Compute the derivative of the sigmoid.

    σ(z) σ(−z), computed as σ′(z) = e^(−|z|) / (1 + e^(−|z|))².
    """
    e = decay(z)
    return e / (1 + e) ** 2


def textbook_sigmoid(z: Array) -> Array:
    r"""Compute the sigmoid as in textbooks, σ(z) = 1 / (1 + e⁻ᶻ)."""
    return 1 / (1 + np.exp(-z))


def textbook_sigmoid_derivative(a: Array) -> Array:
    r"""Compute the derivative from the sigmoid's value, σ′(z) = a (1 − a).

    Parameters
    ----------
    a : ndarray
        The activated value σ(z); so for every derivative from a value.
    """
    return a * (1 - a)


def tanh(z: Array) -> Array:
    r"""Compute the hyperbolic tangent, σ(z) = tanh(z), in (−1, 1)."""
    return np.tanh(z)


def tanh_derivative(z: Array) -> Array:
    r"""Compute the derivative of the hyperbolic tangent.

    1 − tanh² z, computed as σ′(z) = 4 sigmoid′(2z), in which nothing cancels.
    """
    return 4 * sigmoid_derivative(2 * z)


def textbook_tanh(z: Array) -> Array:
    r"""Compute tanh as in textbooks, σ(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)."""
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


def textbook_tanh_derivative(a: Array) -> Array:
    r"""Compute the derivative from the value of tanh, σ′(z) = 1 − a²."""
    return 1 - a**2


def relu(z: Array) -> Array:
    r"""Compute the rectified linear unit, ReLU: σ(z) = max(z, 0)."""
    return np.maximum(z, 0)


def relu_derivative(z: Array) -> Array:
    r"""Compute the derivative of ReLU, σ′(z) = (1 if z > 0 else 0).

    It does not exist at 0; there it is that from the left.
    """
    return (z > 0).astype(z.dtype)


LEAK = 0.01
"""The derivative of the leaky ReLU below 0."""


def leaky_relu(z: Array) -> Array:
    r"""Compute the leaky ReLU, σ(z) = (z if z > 0 else 0.01 z)."""
    return np.where(z > 0, z, LEAK * z)


def leaky_relu_derivative(z: Array) -> Array:
    r"""Compute the derivative of the leaky ReLU.

    σ′(z) = (1 if z > 0 else 0.01). At 0 it is that from the left.
    """
    return np.where(z > 0, np.ones_like(z), LEAK)


def log1p(w: Array) -> Array:
    r"""Compute ln(1 + w), to the last digit of a small complex w too.

    NumPy's own gives the real part of a complex result to ε of 1. Here it is
    ½ ln|1 + w|², where |1 + w|² = 1 + x (2 + x) + y² for w = x + iy.

    Parameters
    ----------
    w : ndarray
        Numbers, real or complex.
    """
    if not np.iscomplexobj(w):
        return np.log1p(w)
    x, y = w.real, w.imag
    return np.log1p(x * (2 + x) + y**2) / 2 + 1j * np.arctan2(y, 1 + x)


def softplus(z: Array) -> Array:
    r"""Compute the softplus, a smooth ReLU.

    ln(1 + eᶻ), computed as σ(z) = max(z, 0) + ln(1 + e^(−|z|)).
    """
    return np.maximum(z, 0) + log1p(decay(z))


def softplus_derivative(z: Array) -> Array:
    r"""Compute the derivative of the softplus, σ′(z) = sigmoid(z)."""
    return sigmoid(z)


def textbook_softplus(z: Array) -> Array:
    r"""Compute the softplus as in textbooks, σ(z) = ln(1 + eᶻ)."""
    return np.log(1 + np.exp(z))


def gated(z: Array, gate: Array) -> Array:
    r"""Compute z times a gate, which is 0 where the gate is.

    For an infinite z too, which times 0 would be NaN.

    Parameters
    ----------
    z, gate : ndarray, equal shapes
        A linear part, and what it is multiplied by.
    """
    return np.where(gate == 0, 0, z) * gate


def silu(z: Array) -> Array:
    r"""Compute the sigmoid linear unit, SiLU: σ(z) = z sigmoid(z)."""
    return gated(z, sigmoid(z))


def silu_derivative(z: Array) -> Array:
    r"""Compute the derivative of SiLU by the product rule.

    σ′(z) = sigmoid(z) + z sigmoid′(z).
    """
    return sigmoid(z) + gated(z, sigmoid_derivative(z))


SATURATION = 40.0
"""Beyond this number, a gate is 0 or 1 in every type of float."""


def limited(z: Array) -> Array:
    r"""Limit z to ±40, so that no power of it overflows."""
    return np.clip(z, -SATURATION, SATURATION)


POINTS, SPACING = 13, 0.7
"""Where `normal_cdf` takes what it integrates: how often, and how far apart.

With these, it errs by less than the rounding in float64.
"""


def normal_cdf(z: Array) -> Array:
    r"""Compute the normal distribution function, Φ(z) = (1 + erf(z / √2)) / 2.

    The probability that a standard normal variable is below z. With x = |z|,
    Φ(−x) is x e^(−x²/2) / π times the integral of e^(−t²/2) / (x² + t²) over
    t > 0, by the midpoint rule and the residue at its pole. Of a complex z,
    the imaginary part should be small, as that of a complex step is.

    References
    ----------
    Hunter and Regan 1972; Al Azah and Chandler-Wilde 2021, section 1.
    """
    x = -limited(np.minimum(z, -z))
    total = np.zeros_like(x)
    for t in (SPACING * (n + 0.5) for n in range(POINTS)):
        total = total + exp(-t * t / 2) / (x * x + t * t)
    pole = 2 * pi / SPACING
    tail = x * np.exp(-x * x / 2) / pi * SPACING * total
    tail = tail + np.where(x.real < pole, sigmoid(-pole * x), 0)
    return np.where(z < 0, tail, 1 - tail)


def normal_density(z: Array) -> Array:
    r"""Compute the normal density e^(−z² / 2) / √(2π), which is Φ′(z)."""
    return np.exp(-(limited(z) ** 2 / 2)) / sqrt(2 * pi)


def gelu(z: Array) -> Array:
    r"""Compute the Gaussian error linear unit, GELU: σ(z) = z Φ(z).

    Source: Hendrycks and Gimpel 2016, section 2.
    """
    return gated(z, normal_cdf(z))


def gelu_derivative(z: Array) -> Array:
    r"""Compute the derivative of GELU by the product rule.

    σ′(z) = Φ(z) + z e^(−z² / 2) / √(2π).
    """
    return normal_cdf(z) + gated(z, normal_density(z))


GELU_SCALE = 2 * sqrt(2 / pi)
"""2 √(2/π), the scale of the gate of GELU in its tanh form."""
GELU_CUBE = 0.044715
"""The coefficient of z³ in the gate of GELU in its tanh form."""


def gelu_tanh(z: Array) -> Array:
    r"""Compute GELU in its tanh form, which comes within 0.0005 of it.

    σ(z) = z sigmoid(u), where u = 2√(2 / π) (z + 0.044715 z³).

    Source: Hendrycks and Gimpel 2016, section 2.
    """
    x = limited(z)
    return gated(z, sigmoid(GELU_SCALE * (x + GELU_CUBE * x**3)))


def gelu_tanh_derivative(z: Array) -> Array:
    r"""Compute the derivative of the tanh form by product and chain rule.

    σ′(z) = sigmoid(u) + z sigmoid′(u)·2√(2 / π) (1 + 3·0.044715 z²),
    where u = 2√(2 / π) (z + 0.044715 z³).
    """
    z = limited(z)
    gate = GELU_SCALE * (z + GELU_CUBE * z**3)
    return sigmoid(gate) + z * sigmoid_derivative(gate) * GELU_SCALE * (
        1 + 3 * GELU_CUBE * z**2
    )


def finite(z: Array) -> Array:
    r"""Limit z to a quarter of the largest number, for differences of ∞."""
    most = np.finfo(z.dtype).max / 4
    return np.clip(z, -most, most)


def below_top(z: Array) -> Array:
    r"""Subtract the largest entry: zₖ − zₘ, where zₘ = maxⱼ zⱼ.

    The largest is that along the last axis. The exponential of the result
    cannot overflow.
    """
    z = finite(z)
    return z - np.take_along_axis(
        z, np.argmax(z.real, axis=-1, keepdims=True), axis=-1
    )


def softmax(z: Array) -> Array:
    r"""Compute the softmax: positive outputs that sum to 1.

    aₖ = e^(zₖ − zₘ) / (Σⱼ e^(zⱼ − zₘ)), where zₘ = maxⱼ zⱼ cancels.

    Parameters
    ----------
    z : ndarray (..., n)
        The linear parts, those of one example along the last axis.
    """
    e = np.exp(below_top(z))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_rest(z: Array) -> Array:
    r"""Compute 1 − aₖ, where a is the softmax, as the sum of the others.

    1 − aₖ = (Σⱼ≠ₖ e^(zⱼ − zₘ)) / (Σⱼ e^(zⱼ − zₘ)), where zₘ = maxⱼ zⱼ. The
    sum loses no digits where aₖ is near 1.
    """
    e = np.exp(below_top(z))
    others = 1 - np.eye(z.shape[-1], dtype=z.dtype)
    return e @ others / e.sum(axis=-1, keepdims=True)


def softmax_derivative(z: Array) -> Array:
    r"""Compute the Jacobian matrix of the softmax.

    ∂aₖ/∂zⱼ = (aⱼ (1 − aⱼ) if j = k else −aⱼ aₖ).

    Returns
    -------
    ndarray (..., n, n)
        Row j, column k.
    """
    a = softmax(z)
    diagonal = np.eye(z.shape[-1], dtype=bool)
    return np.where(
        diagonal,
        (a * softmax_rest(z))[..., None],
        -a[..., :, None] * a[..., None, :],
    )


def textbook_softmax(z: Array) -> Array:
    r"""Compute the softmax as in textbooks, aₖ = e^zₖ / (Σⱼ e^zⱼ)."""
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


class Working(NamedTuple):
    """How many arrays shaped like Z are alive at the worst moment of a rule.

    Its result is among them, Z itself is not. `masks` hold True and False,
    one byte each.
    """

    arrays: int
    masks: int = 0


@dataclass(frozen=True)
class Activation:
    """An activation function, and all that other modules know of it.

    Attributes
    ----------
    function, derivative : callable
        σ and σ′, both of the linear part z, named as the activation is, the
        derivative with ``_derivative`` at its end.
    textbook : callable, optional
        The function as textbooks have it, where the code is another form. A
        worked sheet shows it, and it is proved equal to the function.
    textbook_derivative : callable, optional
        The same for the derivative, as a function of the value a = σ(z).
    definition : callable, optional
        Where there is no `textbook`, another form for the proof alone.
    working : tuple of Working, optional
        What the function and the derivative work with, which `memory_plan`
        needs.
    inner : str
        A letter for what an inner activation is applied to; the formula then
        defines the letter in a line of its own.
    analytic : bool
        Whether the function is smooth. One that is not has a kink at 0, and
        tells its sides by a comparison.
    elementwise : bool
        Whether each activated value depends on one linear part alone.
    also_called : tuple of str
        Names that it has elsewhere, in lower case.
    title : str, optional
        What people call it in a sentence, where that is not its name.
    short : str, optional
        What they call it in a formula: ReLU(z).
    """

    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array] = None  # type: ignore[assignment]  # refused below
    textbook: Callable[[Array], Array] | None = None
    textbook_derivative: Callable[[Array], Array] | None = None
    definition: Callable[[Array], Array] | None = None
    working: tuple[Working, Working] | None = None
    inner: str = ""
    analytic: bool = True
    elementwise: bool = True
    also_called: tuple[str, ...] = ()
    title: str = ""
    short: str = ""

    def __post_init__(self) -> None:
        """Refuse an entry without a derivative."""
        if self.derivative is None:
            raise ValueError(
                f"activation {self.function.__name__!r} has no derivative: "
                "add it behind the function in its entry in ACTIVATIONS, "
                "src/literate_bp/activation.py"
            )


ACTIVATIONS = {
    "identity": Activation(
        identity,
        identity_derivative,
        definition=lambda z: 0 + z,
        working=(Working(0), Working(1)),
        also_called=("linear", "none"),
        title="the identity",
        short="id",
    ),
    "sigmoid": Activation(
        sigmoid,
        sigmoid_derivative,
        textbook=textbook_sigmoid,
        textbook_derivative=textbook_sigmoid_derivative,
        working=(Working(3), Working(3)),
        also_called=("logistic", "expit"),
    ),
    "tanh": Activation(
        tanh,
        tanh_derivative,
        textbook=textbook_tanh,
        textbook_derivative=textbook_tanh_derivative,
        working=(Working(1), Working(4)),
    ),
    "relu": Activation(
        relu,
        relu_derivative,
        definition=lambda z: np.where(z > 0, z, 0),
        working=(Working(1), Working(1, masks=1)),
        analytic=False,
        title="ReLU",
        short="ReLU",
    ),
    "leaky_relu": Activation(
        leaky_relu,
        leaky_relu_derivative,
        definition=lambda z: np.maximum(z, 0) + LEAK * np.minimum(z, 0),
        working=(Working(2, masks=1), Working(2, masks=1)),
        analytic=False,
        title="leaky ReLU",
        short="LReLU",
    ),
    "softplus": Activation(
        softplus,
        softplus_derivative,
        textbook=textbook_softplus,
        working=(Working(3), Working(3)),
    ),
    "silu": Activation(
        silu,
        silu_derivative,
        definition=lambda z: z / (1 + np.exp(-z)),
        working=(Working(3), Working(4)),
        also_called=("swish",),
        title="SiLU",
        short="SiLU",
    ),
    "gelu": Activation(
        gelu,
        gelu_derivative,
        working=(Working(7, masks=1), Working(7, masks=1)),
        title="GELU",
        short="GELU",
    ),
    "gelu_tanh": Activation(
        gelu_tanh,
        gelu_tanh_derivative,
        definition=lambda z: (
            z / (1 + np.exp(-GELU_SCALE * (z + GELU_CUBE * z**3)))
        ),
        working=(Working(5), Working(6)),
        inner="u",
        also_called=("gelu_new", "gelu_pytorch_tanh"),
        title="GELU in its tanh form",
        short="tGELU",
    ),
    "softmax": Activation(
        softmax,
        softmax_derivative,
        textbook=textbook_softmax,
        working=(Working(2), Working(0)),
        elementwise=False,
    ),
}
"""Every `Activation` by its name."""


def elementwise_activations() -> dict[str, Activation]:
    """Return the activations of one linear part at a time, by name."""
    return {name: row for name, row in ACTIVATIONS.items() if row.elementwise}
