"""One node: what it computes, and the error that comes back to it.

Plain Python over floats and the standard `math` alone, so that the same file
runs in a browser under MicroPython. Diagram 1 is the first half of this file,
diagram 2 the second.
"""

from math import exp


def weighted_sum(w: tuple[float, ...], x: tuple[float, ...]) -> float:
    r"""Weigh each number and add up: Σᵢ wᵢⱼ xᵢ.

    Forward, the numbers are inputs; backward, they are errors. It is the same
    rule.

    Parameters
    ----------
    w, x : tuple of float, equally many
        The weights, and what they weigh.

    Returns
    -------
    float
        The sum, in units of weight times value.
    """
    return sum(w_i * x_i for w_i, x_i in zip(w, x))


def linear(w: tuple[float, ...], x: tuple[float, ...], b: float) -> float:
    r"""Give the linear part of a node: zⱼ = Σᵢ wᵢⱼ xᵢ + bⱼ.

    Parameters
    ----------
    w, x : tuple of float, equally many
        The weights that lead into the node, and the inputs that they weigh.
    b : float
        The bias of the node.

    Returns
    -------
    float
        zⱼ, the value before the activation.
    """
    return weighted_sum(w, x) + b


def sigmoid(z: float) -> float:
    r"""Squash a number into (0, 1): σ(z) = 1 / (1 + e⁻ᶻ).

    Parameters
    ----------
    z : float
        The linear part.

    Returns
    -------
    float
        The activated value a = σ(z).
    """
    if z < 0:  # the same number, and exp(-z) cannot overflow
        return exp(z) / (1 + exp(z))
    return 1 / (1 + exp(-z))


def sigmoid_derivative(z: float) -> float:
    r"""Tell how fast the sigmoid rises at z.

    σ′(z) = σ(z) σ(−z), where σ(−z) = 1 − σ(z).

    Parameters
    ----------
    z : float
        The linear part: the slope is taken before the activation, never at a.

    Returns
    -------
    float
        da/dz, at most ¼.
    """
    return sigmoid(z) * sigmoid(-z)


def activated_error(w: tuple[float, ...], delta: tuple[float, ...]) -> float:
    r"""Collect the errors ahead through the weights that lead to them.

    ∂C/∂aⱼ = Σₖ wⱼₖ δₖ.

    Parameters
    ----------
    w, delta : tuple of float, equally many
        The weights that leave the node, and the errors of the linear parts
        that they lead to.

    Returns
    -------
    float
        ∂C/∂aⱼ, in units of the cost.
    """
    return weighted_sum(w, delta)


def linear_error(derivative: float, dc_da: float) -> float:
    r"""Take the error through the activation: δⱼ = ∂C/∂zⱼ = σ′(zⱼ) ∂C/∂aⱼ.

    Parameters
    ----------
    derivative : float
        σ′(zⱼ), the slope of the activation at the linear part.
    dc_da : float
        ∂C/∂aⱼ, the error of the activated value.

    Returns
    -------
    float
        δⱼ, the error of the linear part, which is what "the error of a node"
        means here.
    """
    return derivative * dc_da
