r"""A gallery of bugs: each is a change of one rule, in a copy of the package.

The copy has a name of its own, so that rule and bug run side by side, and
nothing of the package is changed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import ndiff
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from itertools import product
from pathlib import Path
from textwrap import dedent
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from . import validation
from .activation import Array
from .initialization import initialize
from .loops import LIMIT, SHARE
from .network import Network
from .oracle import Problem, pushes_of

FOLDER = Path(__file__).parent
TELLING = 0.01
"""A check catches what is off by more than this share of the largest entry.

Of the right loops, one runs in float16, and is off by less.
"""
BACK = "dc_da = layers[n].input_gradient(delta, None)"
CHANGE = "layers[n] = changed(layers[n], trace.activated[n], delta, rate)"
UNSCALE = "found = unscaled(found, SCALE)"
CLIP = "found = clipped(found, LIMIT)"
"""Lines that change places in two of the bugs."""


class Bug(NamedTuple):
    """A change of a rule.

    Attributes
    ----------
    rule : str
        The module and the function or method: ``"layer.activated_error"``.
    right, wrong : str
        The lines, or the part of a line, that are changed, before and after.
    check : str
        The check of `CHECKS` that catches it.
    loop : str
        The step of `loops` that is trained with.
    hidden : str
        The activation of the hidden layers.
    residual : bool
        Whether hidden layers have residual connections.
    rate : float
        The learning rate that it is trained with.
    """

    rule: str
    right: str
    wrong: str
    check: str = "gradient"
    loop: str = "plain_step"
    hidden: str = "tanh"
    residual: bool = False
    rate: float = 0.2


BUGS = {
    "no slope": Bug(
        "network.errors",
        "layer.error(z, dc_da)",
        "dc_da",
    ),
    "slope of a at z": Bug(
        "activation.sigmoid_derivative",
        "e / (1 + e) ** 2",
        "z * (1 - z)",
        hidden="sigmoid",
        rate=0.01,
    ),
    "not transposed": Bug("layer.activated_error", "delta @ w.T", "delta @ w"),
    "assigned": Bug(
        "tape.Variable.backward",
        "= added(gradients[a.place], g)",
        "= g",
        check="first step",
        loop="tape_step",
        residual=True,
    ),
    "sum": Bug(
        "network.output_derivative",
        "rule.derivative(cost_input(rule, trace), y) / batch",
        "rule.derivative(cost_input(rule, trace), y)",
        rate=0.02,
    ),
    "sign": Bug(
        "cost.cross_entropy_derivative",
        "(1 - y) * softmax(z) - y * softmax_rest(z)",
        "y * softmax_rest(z) - (1 - y) * softmax(z)",
        rate=0.02,
    ),
    "stale weights": Bug(
        "loops.layered_step",
        f"{BACK}\n        {CHANGE}",
        f"{CHANGE}\n        {BACK}",
        check="first step",
        loop="layered_step",
    ),
    "slope of the output": Bug(
        "activation.relu_derivative",
        "(z > 0)",
        "(relu(z) >= 0)",
        hidden="relu",
        rate=0.05,
    ),
    "summed over nodes": Bug(
        "layer.bias_gradient",
        "np.atleast_2d(delta).sum(axis=0)",
        "np.broadcast_to(delta.sum(), delta.shape[-1:])",
    ),
    "not scaled": Bug(
        "dropout.inverted",
        "mask / (1 - share)",
        "mask",
        check="mean over masks",
        loop="dropout_step",
    ),
    "not zeroed": Bug(
        "loops.zeroed_step",
        "    kept = None\n",
        "",
        check="second step",
        loop="zeroed_step",
    ),
    "clipped first": Bug(
        "loops.clipped_step",
        f"{UNSCALE}\n    {CLIP}",
        f"{CLIP}\n    {UNSCALE}",
        check="first step",
        loop="clipped_step",
    ),
    "one index": Bug(
        "cost.cross_entropy_derivative",
        "(1 - y) * softmax(z) - y * softmax_rest(z)",
        "-y * softmax_rest(z)",
        rate=0.02,
    ),
}
"""The bugs by their names."""


def file_of(name: str) -> tuple[str, slice]:
    """Return the text of the file that a bug is in, and where its rule is.

    Parameters
    ----------
    name : str
        A name in `BUGS`; so for every function below.
    """
    module, *names = BUGS[validation.one_of("name", name, BUGS)].rule.split(
        "."
    )
    text = (FOLDER / f"{module}.py").read_text("utf-8")
    part: Any = ast.parse(text)
    for each in names:
        part = next(p for p in part.body if getattr(p, "name", "") == each)
    lines = text.splitlines(keepends=True)
    start, end = part.lineno - 1, part.end_lineno
    before, rule = "".join(lines[:start]), "".join(lines[start:end])
    return text, slice(len(before), len(before) + len(rule))


def planted_in(text: str, bug: Bug) -> str:
    """Return the text of a rule with a bug in it.

    Parameters
    ----------
    text : str
        The text of the rule, which has the right part once.
    bug : Bug
        The change.
    """
    times = text.count(bug.right)
    if times != 1:
        raise ValueError(
            f"{bug.rule} has {bug.right!r} {times} times; once was expected"
        )
    return text.replace(bug.right, bug.wrong)


def code_of(name: str, *, wrong: bool = True) -> str:
    """Return the code of a rule with the bug, or without, and no docstring.

    Parameters
    ----------
    name : str
        A name in `BUGS`.
    wrong : bool
        Whether the bug is in it.
    """
    text, where = file_of(name)
    rule = text[where]
    code = dedent(planted_in(rule, BUGS[name]) if wrong else rule)
    documented: Any = ast.parse(code).body[0]
    docstring, lines = documented.body[0], code.splitlines()
    del lines[docstring.lineno - 1 : docstring.end_lineno]
    return "\n".join(lines)


def difference(name: str) -> str:
    """Return the lines of the bug, marked with −, and the right ones, with +.

    Parameters
    ----------
    name : str
        A name in `BUGS`.
    """
    wrong = code_of(name).splitlines()
    right = code_of(name, wrong=False).splitlines()
    return "\n".join(n for n in ndiff(wrong, right) if n[0] in "+-")


class Planted(SourceFileLoader):
    """Loads a module of the package with a bug in it."""

    bug: str

    def get_code(self, fullname: str) -> CodeType:
        """Compile the changed text of the file.

        Parameters
        ----------
        fullname : str
            The name of the module.
        """
        text, where = file_of(self.bug)
        rule = planted_in(text[where], BUGS[self.bug])
        changed = text[: where.start] + rule + text[where.stop :]
        return compile(changed, f"<{fullname}>", "exec")


def package_with(name: str) -> ModuleType:
    """Return a copy of the package that has the bug, under a name of its own.

    Parameters
    ----------
    name : str
        A name in `BUGS`.

    Raises
    ------
    ValueError
        If there is no bug of this name.
    """
    return copy_with(validation.one_of("name", name, BUGS))


@cache
def copy_with(name: str) -> ModuleType:
    """Return the copy of `package_with`, which is loaded once.

    Parameters
    ----------
    name : str
        A name in `BUGS`.
    """
    module = BUGS[name].rule.split(".")[0]
    own = f"{__package__}_with_{name.replace(' ', '_')}"
    loader = Planted(f"{own}.{module}", str(FOLDER / f"{module}.py"))
    loader.bug = name
    package = loaded(own, FOLDER / "__init__.py", None)
    loaded(f"{own}.{module}", FOLDER / f"{module}.py", loader)
    return package


def loaded(
    name: str, path: Path, loader: SourceFileLoader | None
) -> ModuleType:
    """Load a file as a module of this name.

    Parameters
    ----------
    name : str
        The name of the module, or of the package.
    path : Path
        Its file.
    loader : SourceFileLoader or None
        What loads it; None for a package, whose other files are found.
    """
    within = None if loader else [str(path.parent)]
    spec: Any = spec_from_file_location(
        name, path, loader=loader, submodule_search_locations=within
    )
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def start(name: str, package: Any, sizes: Any, seed: int) -> Any:
    """Return the network of a bug before training, from a copy of the package.

    Parameters
    ----------
    name : str
        A name in `BUGS`.
    package : module
        The package, or a copy.
    sizes : sequence of int
        The number of inputs, then of nodes in each layer.
    seed : int
        Decides the weights.
    """
    bug = BUGS[name]
    names = *(bug.hidden for _ in sizes[2:]), "softmax"
    scheme = "he_normal" if bug.hidden == "relu" else "glorot_uniform"
    made = initialize(
        sizes, names, scheme, "cross_entropy", seed, residual=bug.residual
    )
    return made_in(package, with_biases(made, seed))


def with_biases(network: Network, seed: int) -> Network:
    """Return a network with small biases, so that no node is on its kink.

    Without them, a node is on it wherever all nodes before it are off.

    Parameters
    ----------
    network : Network
        The network.
    seed : int
        Decides the biases.
    """
    draw = np.random.default_rng(seed)
    layers = [
        replace(n, biases=draw.normal(scale=0.1, size=(n.weights.shape[1],)))
        for n in network.layers
    ]
    return Network(layers, network.cost)


def made_in(package: Any, network: Any) -> Any:
    """Return a network as one of a copy of the package.

    Parameters
    ----------
    package : module
        The package, or a copy.
    network : Network
        Of any copy; its layers are plain or residual.
    """
    layers = [
        package.Layer(n.weights, n.biases, n.activation, residual=n.residual)
        for n in network.layers
    ]
    return package.Network(layers, network.cost)


def learn(
    name: str,
    package: Any,
    x: Array,
    y: Array,
    *,
    sizes: Any,
    steps: int,
    batch: int,
    seed: int,
    rate: float | None = None,
    every: int = 10,
) -> tuple[Any, list[float]]:
    """Train the network of a bug, and return it with the costs on the way.

    Parameters
    ----------
    name : str
        A name in `BUGS`.
    package : module
        The copy with the bug, or the package itself.
    x, y : ndarray (n, n_in), (n, n_out)
        Inputs and targets, one example a row.
    sizes : sequence of int
        As for `start`.
    steps, batch : int
        The number of steps, and of examples in each.
    seed : int
        Decides the weights and the batches.
    rate : float, optional
        η; if None, that of the bug.
    every : int
        After how many steps the cost is taken again.
    """
    bug = BUGS[validation.one_of("name", name, BUGS)]
    network, kept = start(name, package, sizes, seed), None
    rng, costs = np.random.default_rng(seed), []
    step = getattr(package.loops, bug.loop)
    rate = bug.rate if rate is None else rate
    for n in range(steps):
        if n % every == 0:
            costs.append(package.cost(network, package.forward(network, x), y))
        rows = rng.choice(len(x), batch, replace=False)
        network, kept = step(network, kept, x[rows], y[rows], rate)
    costs.append(package.cost(network, package.forward(network, x), y))
    return network, costs


SIZES, EXAMPLES, RATE = (5, 4, 4, 4), 6, 0.5
"""What is checked: a network with square layers, a batch, and a step."""
Arrays = Mapping[str, Array]
Compared = tuple[Arrays, Arrays]


def given(seed: int) -> tuple[Array, Array]:
    """Return a batch, inputs and targets.

    Parameters
    ----------
    seed : int
        Decides the numbers.
    """
    draw = np.random.default_rng(seed)
    classes = draw.integers(SIZES[-1], size=EXAMPLES)
    return draw.normal(size=(EXAMPLES, SIZES[0])), np.eye(SIZES[-1])[classes]


def reference(network: Any, x: Array, y: Array) -> dict[str, Array]:
    """Return the reference derivatives of all parameters, by name.

    NaN where a node is on its kink.

    Parameters
    ----------
    network : Network
        Of the package or of a copy.
    x, y : ndarray (batch, n_in), (batch, n_out)
        A batch.
    """
    problem = Problem(made_in(sys.modules[__package__], network), x, y)
    found = {k: np.full_like(g, np.nan) for k, g in problem.gradients.items()}
    for make in pushes_of(problem, 0, np.random.default_rng(0)):
        push: Any = make()
        free = push.without(problem.kinks(push))
        places = np.atleast_2d(found[push.name])
        if len(free):
            places[free.rows, free.nodes] = problem.exact.derivative(free)
    return found


def gradient_check(name: str, package: Any, seed: int) -> Compared:
    """Compare what `backward` returns with the reference.

    Parameters
    ----------
    name : str
        A name in `BUGS`.
    package : module
        The copy with the bug, or the package itself.
    seed : int
        Decides weights, inputs and targets.

    Returns
    -------
    found, expected : mapping of str to ndarray
        By the names of the parameters.
    """
    x, y = given(seed)
    network = start(name, package, SIZES, seed)
    found = package.backward(network, package.forward(network, x), y).arrays
    return found, reference(network, x, y)


def step_check(
    name: str,
    package: Any,
    seed: int,
    *,
    before: int = 0,
    rate: float = RATE,
) -> Compared:
    """Compare what a step changed, divided by −η, with the reference.

    Parameters
    ----------
    name, package, seed : str, module, int
        As for `gradient_check`.
    before : int
        How many steps are taken before it.
    rate : float
        η, the learning rate.
    """
    x, y = given(seed)
    kept, old = None, start(name, package, SIZES, seed)
    step = getattr(package.loops, BUGS[name].loop)
    for _ in range(before):
        old, kept = step(old, kept, x, y, rate)
    new, _ = step(old, kept, x, y, rate)
    pairs = zip(old.layers, new.layers, strict=True)
    found = {
        f"{k} of layer {n}": (w - after.parameters[k]) / rate
        for n, (layer, after) in enumerate(pairs, start=1)
        for k, w in layer.parameters.items()
    }
    expected = reference(old, x, y)
    if BUGS[name].loop == "clipped_step":
        length = np.sqrt(sum((g**2).sum() for g in expected.values()))
        factor = min(1.0, LIMIT / length)
        expected = {k: factor * g for k, g in expected.items()}
    return found, expected


def second_step_check(name: str, package: Any, seed: int) -> Compared:
    """Compare what a second step changed, as `step_check` does.

    Parameters
    ----------
    name, package, seed : str, module, int
        As for `gradient_check`.
    """
    return step_check(name, package, seed, before=1)


def mask_check(_: str, package: Any, seed: int) -> Compared:
    """Compare the mean over all masks with what nothing is left out of.

    Parameters
    ----------
    _, package, seed : str, module, int
        As for `gradient_check`.
    """
    a = given(seed)[0][0]
    masks = np.array([*product((0, 1), repeat=len(a))])
    chances = np.where(masks, 1 - SHARE, SHARE).prod(axis=1)
    each = a * package.dropout.inverted(masks, SHARE)
    return {"inputs": chances @ each}, {"inputs": a}


CHECKS: dict[str, Callable[[str, Any, int], Compared]] = {
    "gradient": gradient_check,
    "first step": step_check,
    "second step": second_step_check,
    "mean over masks": mask_check,
}
"""The checks, of which each bug needs one."""


def errors(
    name: str, package: Any, seed: int = 0, check: str | None = None
) -> dict[str, Array]:
    """Return how far off each entry is, as a share of the largest.

    The largest entry of an array is that of what was found, or of what is
    right: the larger of the two.

    Parameters
    ----------
    name, package, seed : str, module, int
        As for `gradient_check`.
    check : str, optional
        A name in `CHECKS`; if None, the check that the bug needs.

    Raises
    ------
    ValueError
        If name or check is unknown, package is none of the copies, or seed is
        no whole number.

    Examples
    --------
    >>> import literate_bp
    >>> from literate_bp.gallery import errors, package_with
    >>> found = errors("no slope", package_with("no slope"))
    >>> max(float(e.max()) for e in found.values()) > 0.1
    True
    >>> found = errors("no slope", literate_bp)
    >>> max(float(e.max()) for e in found.values()) < 1e-12
    True
    """
    bug = BUGS[validation.one_of("name", name, BUGS)]
    check = bug.check if check is None else check
    validation.one_of("check", check, CHECKS)
    validation.copy_of_package(package, str(__package__))
    seed = validation.whole("seed", seed, least=0)
    found, expected = CHECKS[check](name, package, seed)
    off = {}
    for k, e in expected.items():
        largest = max(np.abs(e).max(), np.abs(found[k]).max())
        off[k] = np.abs(found[k] - e) / (largest or 1)
    return off


def is_caught(
    name: str, package: Any, seed: int = 0, check: str | None = None
) -> bool:
    """Return whether a check finds more than the share `TELLING`.

    Parameters
    ----------
    name, package, seed, check : str, module, int, str
        As for `errors`.
    """
    found = errors(name, package, seed, check)
    return max(float(e.max()) for e in found.values()) > TELLING
