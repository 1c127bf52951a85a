"""What a machine of several has to do in a step: the time of a shard by its examples, and the bytes that travel.

`python benchmarks/shards.py` prints what it finds; with `--write` it writes `shards.json`, which a chapter draws. One
thread; the sizes take turns, and each figure is the least processor time of a turn.
"""

import argparse
import json
import os
import pickle
import platform
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

import numpy as np  # noqa: E402  the threads are set above
from machine import processor  # noqa: E402  as above
from timing import in_turns  # noqa: E402  as above

from literate_bp import initialize  # noqa: E402  as above
from literate_bp.parallel import shard_gradients  # noqa: E402  as above

FILE = Path(__file__).with_suffix(".json")
LAYERS, EXAMPLES = (784, 300, 100, 10), (8, 16, 32, 64, 128, 256, 512)
TURNS, TURN_SECONDS = 40, 0.02


def measured() -> dict[str, Any]:
    """Return the seconds of a shard by its examples, and the bytes of what is sent and of what comes back."""
    network, rng = initialize(LAYERS, seed=0), np.random.default_rng(0)
    shards = {str(n): (rng.random((n, LAYERS[0])), rng.random((n, LAYERS[-1]))) for n in EXAMPLES}
    runs = {n: partial(shard_gradients, network, *of) for n, of in shards.items()}
    found = in_turns(runs, turns=TURNS, turn_seconds=TURN_SECONDS)
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "processor": processor(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "network": "-".join(map(str, LAYERS)),
        "parameter bytes": sum(8 * int(np.prod(shape)) for shape in network.shapes),
        "network sent": len(pickle.dumps(network)),
        "gradients returned": len(pickle.dumps(shard_gradients(network, *shards["8"]))),
        "examples": list(EXAMPLES),
        "seconds": [float(f"{min(found[str(n)]):.4g}") for n in EXAMPLES],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    options = parser.parse_args()
    text = json.dumps(measured(), indent=1) + "\n"
    print(text)
    if options.write:
        FILE.write_text(text, encoding="utf-8")
