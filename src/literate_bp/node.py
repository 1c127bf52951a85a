"""One node: its value on the way forward, its error on the way back.

Plain Python over floats and the standard `math` alone, so that the same file
runs in a browser under MicroPython. Diagram 1 is the first half of this file,
diagram 2 the second.
"""

from math import exp


def weighted_sum(w: tuple[float, ...], x: tuple[float, ...]) -> float:
    r"""Compute a weighted sum: Σᵢ wᵢⱼ xᵢ.

    Forward, the weighted numbers are inputs; backward, they are errors.

    Parameters
    ----------
    w, x : tuple of float, equally many
        The weights, and the numbers that they multiply.

    Returns
    -------
    float
        The sum, in units of weight times number.
    """
    return sum(w_i * x_i for w_i, x_i in zip(w, x))


def linear(w: tuple[float, ...], x: tuple[float, ...], b: float) -> float:
    r"""Compute the linear part of a node: zⱼ = Σᵢ wᵢⱼ xᵢ + bⱼ.

    It is also called pre-activation.

    Parameters
    ----------
    w, x : tuple of float, equally many
        The weights that lead into the node, and its inputs.
    b : float
        The bias of the node.

    Returns
    -------
    float
        zⱼ, the argument of the activation.
    """
    return weighted_sum(w, x) + b


def sigmoid(z: float) -> float:
    r"""Compute the sigmoid: σ(z) = 1 / (1 + e⁻ᶻ).

    Parameters
    ----------
    z : float
        The linear part.

    Returns
    -------
    float
        The activated value a = σ(z), between 0 and 1.
    """
    if z < 0:  # the same number, and exp(-z) cannot overflow
        return exp(z) / (1 + exp(z))
    return 1 / (1 + exp(-z))


def sigmoid_derivative(z: float) -> float:
    r"""Compute the derivative of the sigmoid.

    σ′(z) = σ(z) σ(−z), where σ(−z) = 1 − σ(z).

    Parameters
    ----------
    z : float
        The linear part. The derivative is taken there, not at a = σ(z).

    Returns
    -------
    float
        da/dz, at most ¼.
    """
    return sigmoid(z) * sigmoid(-z)


def activated_error(w: tuple[float, ...], delta: tuple[float, ...]) -> float:
    r"""Compute the error of an activated value from those of the next layer.

    ∂C/∂aⱼ = Σₖ wⱼₖ δₖ.

    Parameters
    ----------
    w, delta : tuple of float, equally many
        The weights from the node to the nodes of the next layer, and the
        errors of their linear parts.

    Returns
    -------
    float
        ∂C/∂aⱼ, in units of the cost per unit of the activated value.
    """
    return weighted_sum(w, delta)


def linear_error(derivative: float, dc_da: float) -> float:
    r"""Compute the error of a linear part: δⱼ = ∂C/∂zⱼ = σ′(zⱼ) ∂C/∂aⱼ.

    Parameters
    ----------
    derivative : float
        σ′(zⱼ), the derivative of the activation at the linear part.
    dc_da : float
        ∂C/∂aⱼ, the error of the activated value.

    Returns
    -------
    float
        δⱼ, which is also called the error of the node.
    """
    return derivative * dc_da
