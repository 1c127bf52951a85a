"""What the options of the benchmarks may be."""

import argparse
from collections.abc import Callable


def at_least(least: int) -> Callable[[str], int]:
    """Return what reads a whole number, and refuses one that is too small to measure with."""

    def whole_number(text: str) -> int:
        if (number := int(text)) < least:
            raise argparse.ArgumentTypeError(f"{number} is too few: at least {least} was expected")
        return number

    return whole_number
