"""What was measured once, and decides how a program is written.

`benchmarks/choices.py` measures it again, and writes this file.
"""

FLOATS = 50
"""Up to so many weights a layer, times the batch, floats beat NumPy."""
EINSUM = 2**21
"""From so many bytes on, `einsum` makes an outer product faster than `dot`."""
SPREAD = 2**13
"""Up to so many bytes, a row is first written to all rows that it goes to."""
