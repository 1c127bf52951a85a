"""What was verified of a rule: the result of one check."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """What was verified of a rule.

    Attributes
    ----------
    what : str
        What was verified, in a sentence.
    how : str
        ``"SymPy"``, ``"Oracle"`` or ``"Numbers"``.
    worst : float
        The largest relative error; 0 for a proof.
    """

    what: str
    how: str
    worst: float
