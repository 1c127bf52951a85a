"""Compares gradients and steps of other libraries with ours, and fails where they differ by more than rounding.

What is compared are the ten lines in `ten_lines/`, which the chapter on the tape shows, the expressions of micrograd's
tests, random networks of every kind, and walks of each optimizer by random gradients. A library that is not installed
is named and left out. `peers.json` keeps the versions, the date, and the largest relative difference of each
comparison.
"""

import importlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "ten_lines"), str(HERE.parent / "tests"), str(HERE.parent / "tests/rules")]
import truth  # noqa: E402 — the path above leads to it
from test_random_networks import by_torch  # noqa: E402 — as above
from test_tape import by_operations  # noqa: E402 — as above

from literate_bp import SGD, Adam, AdamW, RMSProp, Variable, backward, forward, initialize  # noqa: E402 — sorted behind the others

KEPT = HERE / "peers.json"
PACKAGES = {
    "tape": "numpy",
    "autograd": "autograd",
    "torch": "torch",
    "jax": "jax",
    "tensorflow": "tensorflow-cpu",
    "micrograd": "micrograd",
}
"""What each library is installed as; the tape needs NumPy."""
NETWORKS = 1000
SHAPES = 25
MOST = 1e-12
"""The largest relative difference in float64 that is rounding."""


def apart(found: Any, expected: Any, terms: Any = ()) -> float:
    """Give the largest difference, relative to the largest number, or to a larger one of the terms that were added."""
    pairs = [(np.asarray(f, float), np.asarray(e, float)) for f, e in zip(found, expected, strict=True)]
    if any(f.shape != e.shape for f, e in pairs):
        return np.inf
    largest = max(np.abs(each).max() for each in (*(e for _, e in pairs), *terms))
    return max(float(np.abs(f - e).max()) for f, e in pairs) / max(largest, np.finfo(float).tiny)


def ten_lines(library: str) -> Iterator[float]:
    """Compare the ten lines with `backward`, on random networks of two layers."""
    gradients = importlib.import_module(f"with_{library}").gradients
    for seed in range(NETWORKS):
        draw = np.random.default_rng(seed)
        shape = np.random.default_rng(seed % SHAPES).integers(1, 9, 4)  # JAX compiles for each new one
        *sizes, batch = shape.tolist()
        network = initialize(sizes, "sigmoid", "glorot_normal", seed=seed)
        x, y = draw.normal(size=(batch, sizes[0])), draw.uniform(size=(batch, sizes[-1]))
        known = backward(network, forward(network, x), y)
        arrays = [array for layer in network.layers for array in (layer.weights, layer.biases)]
        expected = [array for pair in zip(known.weights, known.biases, strict=True) for array in pair]
        yield apart(gradients(x, y, *arrays), expected)


def sanity(x: Any, relu: Callable[[Any], Any]) -> Any:
    """Compute the expression of micrograd's first test."""
    z = 2 * x + 2 + x
    q = relu(z) + z * x
    h = relu(z * z)
    return h + q + q * x


def more(a: Any, b: Any, relu: Callable[[Any], Any]) -> Any:
    """Compute the expression of micrograd's second test, which is that of its README."""
    c, d = a + b, a * b + b**3
    c = c + c + 1
    c = c + 1 + c + (-a)
    d = d + d * 2 + relu(b + a)
    d = d + 3 * d + relu(b - a)
    f = (c - d) ** 2
    g = f / 2.0
    return g + 10.0 / f


TESTS = ((sanity, (-4.0,)), (more, (-4.0, 2.0)))
PUBLISHED = ((-20.0, 46.0), (24.70408163265306, 138.83381924198252, 645.5772594752186))
"""Value and slopes of both, the second as micrograd's README has them, in all of their digits."""


def by_tape(run: Callable[..., Any], numbers: tuple[float, ...]) -> list[float]:
    """Give value and slopes by the tape."""
    leaves = [Variable(number) for number in numbers]
    made = run(*leaves, lambda z: np.maximum(z, 0))
    made.backward()
    return [made.value, *(leaf.gradient for leaf in leaves)]


def by_micrograd(run: Callable[..., Any], numbers: tuple[float, ...]) -> list[float]:
    """Give value and slopes by micrograd."""
    from micrograd.engine import Value  # noqa: PLC0415 — where it is installed

    leaves = [Value(number) for number in numbers]
    made = run(*leaves, lambda z: z.relu())
    made.backward()
    return [made.data, *(leaf.grad for leaf in leaves)]


def by_pytorch(run: Callable[..., Any], numbers: tuple[float, ...]) -> list[float]:
    """Give value and slopes by PyTorch."""
    import torch  # noqa: PLC0415 — where it is installed

    leaves = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    made = run(*leaves, torch.relu)
    made.backward()
    return [made.item(), *(leaf.grad.item() for leaf in leaves)]


def by_jax(run: Callable[..., Any], numbers: tuple[float, ...]) -> list[float]:
    """Give value and slopes by JAX."""
    import jax  # noqa: PLC0415 — where it is installed

    jax.config.update("jax_enable_x64", val=True)
    places = tuple(range(len(numbers)))
    value, slopes = jax.value_and_grad(lambda *given: run(*given, jax.nn.relu), argnums=places)(*numbers)
    return [value, *slopes]


WAYS = {"tape": by_tape, "micrograd": by_micrograd, "torch": by_pytorch, "jax": by_jax}


def micrograds_tests(library: str) -> Iterator[float]:
    """Compare the expressions of micrograd's tests with what is known of them."""
    for (run, numbers), known in zip(TESTS, PUBLISHED, strict=True):
        yield apart(WAYS[library](run, numbers), known)


def every_kind(library: str) -> Iterator[float]:
    """Compare the tape with PyTorch on random networks of every activation, cost and kind of layer.

    Where an output comes near its target, their difference keeps few digits in any program. So what counts as relative
    is the size of the terms.
    """
    torch = importlib.import_module(library)
    for number in range(NETWORKS):
        network, x, y = truth.numbered_problem(number, np.float64)
        found, expected = by_torch(torch, network, x, y), by_operations(network, x, y)
        terms = truth.magnitudes(network, x, y).values()
        yield apart([found[name] for name in expected], [*expected.values()], terms)


WALKS, WALKED = 250, 40
"""How many walks there are of each optimizer, and of how many steps."""


def drawn_optimizer(kind: str, draw: np.random.Generator) -> tuple[Any, str, dict[str, Any]]:
    """Draw the numbers of an optimizer, and give it here, and its name and numbers in PyTorch."""
    share, decay = draw.uniform(0.1, 0.99, 2), {"weight_decay": float(draw.choice([0.0, 0.1]))}
    small = {"eps": 10.0 ** -int(draw.integers(1, 9))} | decay
    if kind == "SGD":
        given = {"momentum": float(share[0]), "nesterov": bool(draw.integers(2))} | decay
        return SGD(**given), kind, given
    if kind == "RMSProp":
        given = {"alpha": float(share[0])} | small
        return RMSProp(**given), "RMSprop", given
    given = {"betas": tuple(share.tolist())} | small
    return {"Adam": Adam, "AdamW": AdamW}[kind](**given), kind, given


def walks(kind: str, library: str) -> Iterator[float]:
    """Compare the steps of an optimizer with PyTorch's, after walks by the same random gradients."""
    torch = importlib.import_module(library)
    for number in range(WALKS):
        draw = np.random.default_rng(number)
        optimizer, name, given = drawn_optimizer(kind, draw)
        row, kept = draw.normal(size=7), {name: np.zeros(7) for name in optimizer.names}
        theirs = torch.tensor(row, requires_grad=True)
        by_torch_ = getattr(torch.optim, name)([theirs], lr=0.02, **given)
        for step in range(1, WALKED + 1):
            gradient = draw.normal(size=7) * 10.0 ** draw.integers(-3, 3, 7)
            row, kept = optimizer.step(row, gradient, 0.02, step, kept)
            theirs.grad = torch.tensor(gradient)
            by_torch_.step()
        yield apart([theirs.detach().numpy()], [row])


COMPARED = (
    *(("the ten lines", library, ten_lines) for library in ("tape", "autograd", "torch", "jax", "tensorflow")),
    *(("micrograd's tests", library, micrograds_tests) for library in WAYS),
    ("every kind of network", "torch", every_kind),
)
STEPPED = tuple((kind, "torch", partial(walks, kind)) for kind in ("SGD", "RMSProp", "Adam", "AdamW"))


def installed() -> dict[str, str]:
    """Give the versions of what is installed."""
    found = {}
    for library, package in PACKAGES.items():
        try:
            found[library] = version(package)
        except PackageNotFoundError:
            print(f"{package} is not installed, and left out")
    return found


def differences(compare: Callable[[str], Iterator[float]], library: str) -> list[float]:
    """Give all differences of a comparison."""
    return [*compare(library)]


def compared(
    comparisons: Iterable[tuple[str, str, Callable[[str], Iterator[float]]]], versions: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Compare what is installed, and give the largest difference of each.

    Each comparison has a process of its own: PyTorch and TensorFlow bring an LLVM each, and one ends at the other's.
    """
    rows = []
    alone = ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1)
    for what, library, compare in comparisons:
        if library in versions:
            found = alone.submit(differences, compare, library).result()
            rows.append({"what": what, "library": library, "cases": len(found), "worst": max(found)})
            print(f"{what:24}{library:12}{len(found):6}  {max(found):.1e}")
    alone.shutdown()
    return rows


def main() -> None:
    """Compare all that is installed, and keep what was found if it is rounding."""
    versions = installed()
    rows, steps = (compared(comparisons, versions) for comparisons in (COMPARED, STEPPED))
    date = f"{datetime.now(UTC):%-d %B %Y}"
    kept = {"date": date, "versions": versions, "most": MOST, "rows": rows, "walked": WALKED, "steps": steps}
    if wrong := [row for row in rows + steps if not row["worst"] <= MOST]:
        raise SystemExit(f"these differ by more than {MOST}: {wrong}")
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
