"""How wide the line of a weight is in diagram 5. Plain Python: a page whose numbers change runs it, too."""


def line_width(derivative: float, largest: float) -> float:
    """Return the width of a line in pixels.

    Parameters
    ----------
    derivative, largest : float
        The derivative with respect to the weight, and the largest of them in size.
    """
    return 0.6 + 3.0 * abs(derivative) / largest
