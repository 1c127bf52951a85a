"""Deliberate bugs: each is put into a copy of the package, and the suite must see it there.

The classics: σ′ left out, σ′ of the activated value, weights transposed, `=` for `+=`, sum for mean, the wrong sign,
stale weights. A patch that no longer applies fails, so that no bug drops out of the list unseen.
"""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from program.bugs import BUGS

HERE = Path(__file__).parents[2]


class Mutant(NamedTuple):
    """Expressions or statements to replace in one file of the package, and the test file that must object."""

    file: str
    patches: dict[str, str]
    suite: str


HIDDEN_IN_ARRAYS = "layer.error(z, dc_da)"
OUTPUT_IN_ARRAYS = "network.layers[-1].error(trace.linear[-1], dc_da)"
MEAN_IN_ARRAYS = "rule.derivative(cost_input(rule, trace), y) / batch"

LOOPS = {bug.name: {bug.old: bug.new} for bug in BUGS if bug.file == "nodes.py"}
ONE_LAYER = {
    "weights transposed where that fits": {"delta @ w.T": "delta @ (w if w.shape[0] == w.shape[1] else w.T)"},
    "the last example for the sum, weights": {
        "np.dot(np.atleast_2d(a).T, np.atleast_2d(delta))": "np.outer(np.atleast_2d(a)[-1], np.atleast_2d(delta)[-1])"
    },
    "the last example for the sum, biases": {"np.atleast_2d(delta).sum(axis=0)": "np.atleast_2d(delta)[-1]"},
    "the last error for the sum of them": {"delta @ w.T": "delta[..., -1:] @ w.T[-1:]"},
}
RESIDUAL = {
    "inputs left out of the output": {"residual_sum(a, activated)": "activated"},
    "the shortcut left out on the way back": {
        "residual_error(delta, self.matrix, dc_da)": "activated_error(delta, self.matrix)"
    },
    "the error of the linear part on the shortcut": {
        "activated_error(delta, w) + dc_da": "activated_error(delta, w) + delta"
    },
}
NORMALIZATION = {
    "the gradient of normalized weights for that of their directions": {
        "direction_gradient(dc_dw, self.weights, self.gains)": "dc_dw"
    },
    "gains without the norm of their directions": {"(dc_dw * (v / norms(v))).sum(axis=0)": "(dc_dw * v).sum(axis=0)"},
}
ARRAYS = {
    "σ′ left out of a hidden error": {HIDDEN_IN_ARRAYS: "dc_da"},
    "σ′ left out of an output error": {OUTPUT_IN_ARRAYS: "dc_da"},
    "σ′ of the activated value": {HIDDEN_IN_ARRAYS: "layer.error(layer.function(z), dc_da)"},
    "sum for mean in the gradient": {MEAN_IN_ARRAYS: "rule.derivative(cost_input(rule, trace), y)"},
    "sum for mean in the cost": {
        "rule.value(cost_input(rule, trace), y).mean()": "rule.value(cost_input(rule, trace), y).sum()"
    },
    "the wrong sign": {MEAN_IN_ARRAYS: f"-{MEAN_IN_ARRAYS}"},
    "stale weights": {
        "ahead.input_gradient(delta[0], dc_da)": "delta[0] @ ("
        "ahead.matrix - 0.5 * weight_gradient(layer.function(z), delta[0])).T"
    },
}
TRAINING = {
    "a step uphill": {"old - rate * gradient": "old + rate * gradient"},
    "every gradient at the weights before the epoch": {
        "mini_batches(x, y, batch)": "mini_batches(x, y, batch) if (start := network) else ()",
        "backward(network, forward(network, some_x), some_y)": "backward(start, forward(start, some_x), some_y)",
    },
    "biases left behind": {"layer.parameters.items()": "[*layer.parameters.items()][:1]"},
}
ELSEWHERE = {
    "relu's slope on the activated value": Mutant(
        "activation.py", {"(z > 0).astype(z.dtype)": "(relu(z) >= 0).astype(z.dtype)"}, "test_network.py"
    ),
    "½ for none": Mutant("cost.py", {"2 * (a - y)": "a - y"}, "test_network.py"),
}
IN_ARRAYS = {
    f"{file}: {name}": Mutant(f"{file}.py", patches, "test_network.py")
    for file, mutants in {
        "layer": ONE_LAYER,
        "residual": RESIDUAL,
        "weight_normalization": NORMALIZATION,
        "network": ARRAYS,
    }.items()
    for name, patches in mutants.items()
}
MUTANTS = (
    {f"nodes: {name}": Mutant("nodes.py", patches, "test_nodes.py") for name, patches in LOOPS.items()}
    | IN_ARRAYS
    | {f"training: {name}": Mutant("training.py", patches, "test_training.py") for name, patches in TRAINING.items()}
    | {
        f"node: {bug.name}": Mutant("node.py", {bug.old: bug.new}, "test_nodes.py")
        for bug in BUGS
        if bug.file == "node.py"
    }
    | {f"{mutant.file[:-3]}: {name}": mutant for name, mutant in ELSEWHERE.items()}
)


class Swap(ast.NodeTransformer):
    """Replace an expression or a statement, however its lines are broken, and count how often it stood there."""

    def __init__(self, old, new):
        (old,), (new,) = ast.parse(old).body, ast.parse(new).body
        if isinstance(old, ast.Expr):
            old, new = old.value, new.value
        self.old, self.new, self.count = ast.dump(old), new, 0

    def visit(self, node):
        if ast.dump(node) == self.old:
            self.count += 1
            return self.new
        return self.generic_visit(node)


def patched(folder, mutant=None):
    """Copy the package, put the bug in, and give the folder that stands before the real one on the path."""
    copy = folder / "src"
    shutil.copytree(
        HERE / "src/literate_bp", copy / "literate_bp", ignore=shutil.ignore_patterns("__pycache__", "diagram")
    )
    if mutant:
        file = copy / "literate_bp" / mutant.file
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for old, new in mutant.patches.items():
            swap = Swap(old, new)
            tree = swap.visit(tree)
            assert swap.count == 1, f"the patch no longer applies: {old!r} stands {swap.count} times in {mutant.file}"
        file.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")
    return copy


def suite(copy, *files):
    options = ("-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=mutant")
    command = [sys.executable, "-B", "-m", "pytest", *options, *(str(HERE / "tests/rules" / file) for file in files)]
    environment = os.environ | {"PYTHONPATH": str(copy)}
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, timeout=120, env=environment)


def test_the_suite_runs_on_the_copy_and_passes_without_a_bug(tmp_path):
    copy = patched(tmp_path)
    command = [sys.executable, "-B", "-c", "import literate_bp; print(literate_bp.__file__)"]
    environment = os.environ | {"PYTHONPATH": str(copy)}
    where = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True, timeout=60, env=environment)
    assert Path(where.stdout.strip()) == copy / "literate_bp/__init__.py"
    result = suite(copy, *sorted({mutant.suite for mutant in MUTANTS.values()}))
    assert result.returncode == 0, result.stdout[-3000:]


# One bug for each rule that people get wrong most; the others wait for `--exhaustive`.
QUICK = {
    "nodes: σ′ left out of a hidden error",
    "layer: weights transposed where that fits",
    "network: the wrong sign",
    "network: stale weights",
    "training: a step uphill",
    "activation: relu's slope on the activated value",
}


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.exhaustive) for name in MUTANTS]
)
def test_the_suite_catches(name, tmp_path):
    result = suite(patched(tmp_path, MUTANTS[name]), MUTANTS[name].suite)
    # 1: tests ran and failed. Anything else (2: broken off, 4: no tests) would be no catch.
    assert result.returncode == 1, result.stdout[-3000:] + result.stderr[-1000:]
    assert "1 failed" in result.stdout
    assert "Error while loading" not in result.stdout


def loaded(copy, name):
    """Load the copy as a package of its own, beside the real one."""
    init = copy / "literate_bp/__init__.py"
    spec = importlib.util.spec_from_file_location(name, init, submodule_search_locations=[str(init.parent)])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path):
    """Give a way to load a patched package, and forget it afterwards."""
    before = set(sys.modules)
    yield lambda mutant=None: loaded(patched(tmp_path, mutant), "mutant_bp")
    for name in set(sys.modules) - before:
        del sys.modules[name]


def checked(package, seed=0):
    """Ask `check_gradient` about networks with a square layer, on a batch, as a reader would, and give the worst."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    kinds = {}, {"residual": True}, {"gain": 1.2}, {"residual": True, "gain": 0.8}
    networks = [package.initialize((3, 4, 4, 4, 2), "tanh", seed=seed, **kind) for kind in kinds]
    return max((package.check_gradient(network, x, y) for network in networks), key=lambda report: report.worst)


def test_check_gradient_accepts_the_package_without_a_bug(package):
    # 5 examples, layers of at most 4: fewer than 64 roundings, none cancelled by more than a factor of 16
    assert checked(package()).worst <= 1024 * np.finfo(float).eps


@pytest.mark.parametrize("name", IN_ARRAYS)
def test_check_gradient_rejects(name, package):
    assert checked(package(MUTANTS[name])).worst > 1e-3


def test_a_patch_that_does_not_apply_fails_loudly(tmp_path):
    with pytest.raises(AssertionError, match="no longer applies"):
        patched(tmp_path, Mutant("nodes.py", {"no(such, line)": "1"}, "test_nodes.py"))
