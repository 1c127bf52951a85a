"""A new activation is its function, its derivative and one entry: all else follows, and what is missing is named.

Each is added to a copy of the package, in the one file where activations are declared, and used in a process of its
own, as its author would.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[1] / "src/literate_bp"
MISH = '''
def mish(z: Array) -> Array:
    r"""Compute mish, σ(z) = z tanh(softplus(z))."""
    return z * tanh(softplus(z))


def mish_derivative(z: Array) -> Array:
    r"""Compute the derivative of mish."""
    gate = softplus(z)
    return tanh(gate) + z * tanh_derivative(gate) * softplus_derivative(z)
'''
ELU = '''
STEEPNESS = 1.5


def elu(z: Array) -> Array:
    r"""Compute the exponential linear unit."""
    return np.where(z > 0, z, STEEPNESS * np.expm1(np.minimum(z, 0)))


def elu_derivative(z: Array) -> Array:
    r"""Compute the derivative of the exponential linear unit."""
    return np.where(z > 0, np.ones_like(z), STEEPNESS * np.exp(np.minimum(z, 0)))


def textbook_elu(z: Array) -> Array:
    r"""Compute it without the care for what overflows."""
    return np.where(z > 0, z, STEEPNESS * (np.exp(z) - 1))
'''
ENTRIES = {
    "mish": (MISH, "mish, mish_derivative, working=(Working(3), Working(6)), also_called=('self_gated',)"),
    "elu": (ELU, "elu, elu_derivative, textbook=textbook_elu, working=(Working(3, masks=1), Working(3, masks=1))"),
}
USES = {
    "formula": "from literate_bp.formula.formula import formula; found = formula('activation.NAME').text()",
    "derivative": """
from literate_bp.formula.formula import formula
found = formula("activation.NAME_derivative").text()
""",
    "checks": """
from literate_bp.proof.proof import checks_of
found = [check.how for end in ("", "_derivative") for check in checks_of("activation.NAME" + end)]
""",
    "oracle": "found = lb.check_gradient(network, x, y).worst < 1e-12",
    "memory": "found = lb.memory_plan(network, 100).peak > 0",
    "sheet": """
from literate_bp.worked.by_hand import definitions, used_definitions
from literate_bp.formula.notation import BOOK
from literate_bp.formula.printing import Plain, name_by_value, plain_name
own = definitions("NAME")
found = [len(lb.explain(network, x, y).steps)] + [Plain(plain_name(BOOK)).text(e) for e in own + used_definitions(own)]
""",
    "problem": """
from literate_bp.worked.generate import generate
found = [layer.activation for layer in generate((2, 2, 1), 1, "NAME").network.layers]
""",
    "picture": """
from literate_bp.diagram import network_forward
found = "<svg" in network_forward(network, x, y).svg()
""",
    "plot": "from literate_bp.diagram import plots; found = plots.activation_curves(['NAME']).alt.endswith('NAME.')",
    "flow": "found = lb.gradient_flow(network, x, y).activations[0]",
    "names": """
try:
    lb.Layer([[1.0]], None, "Self-Gated")
except ValueError as error:
    found = str(error).partition(" Known")[0]
""",
}


def package_with(folder, code, entry, name):
    """Copy the package, and add an activation to the file that declares them."""
    copy = folder / "literate_bp"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    file = copy / "activation.py"
    source = file.read_text(encoding="utf-8")
    for before, added in (("class Working(NamedTuple)", code), ('    "softmax": Activation(\n', entry)):
        assert source.count(before) == 1
        new = f"{added}\n\n" if added is code else f'    "{name}": Activation({added}),\n'
        source = source.replace(before, new + before)
    file.write_text(source, encoding="utf-8")
    return folder


def run(folder, program):
    """Run a program with the copy, and give what it finds, or the last line of its error."""
    begin = "import json, numpy as np, literate_bp as lb\n"
    command = [sys.executable, "-c", f"{begin}{program}\nprint(json.dumps(found))"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def using(name, *uses):
    """Write a program that uses an activation."""
    program = ["network = lb.initialize((3, 4, 2), 'NAME', 'he_normal', seed=1)", "x, y = np.ones(3), np.zeros(2)"]
    program += ["all_found = {}"]
    for use in uses:
        program += [USES[use], f"all_found[{use!r}] = found"]
    return "\n".join([*program, "found = all_found"]).replace("NAME", name)


@pytest.fixture(scope="module")
def mish(tmp_path_factory):
    return package_with(tmp_path_factory.mktemp("mish"), *ENTRIES["mish"], "mish")


def test_all_follows_from_the_entry_of_an_activation_made_of_others(mish):
    found = run(mish, using("mish", *USES))
    assert found == {
        "formula": "σ(z) = z tanh(softplus(z))",
        "derivative": "σ′(z) = tanh(softplus(z)) + z tanh′(softplus(z)) softplus′(z)",
        "checks": ["Numbers", "SymPy", "Oracle", "Numbers"],
        "oracle": True,
        "memory": True,
        "sheet": [
            90,
            "σ(z) = z tanh(softplus(z))",
            "σ′(z) = tanh(softplus(z)) + z tanh′(softplus(z)) softplus′(z)",
            "sigmoid(z) = 1 / (1 + e⁻ᶻ)",
            "tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
            "tanh′(z) = 1 − tanh(z)²",
            "softplus(z) = ln(1 + eᶻ)",
            "softplus′(z) = sigmoid(z)",
        ],
        "problem": ["mish", "mish"],
        "picture": True,
        "plot": True,
        "flow": "mish",
        "names": "activation is 'Self-Gated'; 'mish' is its name here.",
    }


def test_an_activation_with_a_textbook_form_is_proved_to_be_it(tmp_path):
    folder = package_with(tmp_path, *ENTRIES["elu"], "elu")
    found = run(folder, using("elu", "formula", "checks", "oracle", "memory", "sheet", "plot"))
    assert found["formula"] == "σ(z) = (z if z > 0 else 1.5 (e^min(z, 0) − 1))"
    assert found["checks"] == ["SymPy", "Numbers", "SymPy", "Oracle", "Numbers"]
    assert found["sheet"][1:] == ["σ(z) = (z if z > 0 else 1.5 (eᶻ − 1))", "σ′(z) = (1 if z > 0 else 1.5 e^min(z, 0))"]
    assert [found[use] for use in ("oracle", "memory", "plot")] == [True] * 3


class Slip(NamedTuple):
    """What an author leaves out or writes wrong: what stands in its place, what is used then, and what is said."""

    name: str
    right: str
    wrong: str
    use: str
    message: str


SLIPS = {
    "no derivative": Slip(
        *("mish", "mish, mish_derivative", "mish", "oracle"),
        "ValueError: activation 'mish' has no derivative: add it behind the function in its entry in ACTIVATIONS, "
        "src/literate_bp/activation.py",
    ),
    "no working arrays": Slip(
        *("mish", ", working=(Working(3), Working(6))", "", "memory"),
        "activation 'mish' has no working arrays: add `working=` to its entry in ACTIVATIONS, src/literate_bp/activat",
    ),
    "a derivative with a part missing": Slip(
        *("mish", "tanh(gate) + z", "z", "checks"),
        "activation.mish_derivative does not give the derivative of the curve",
    ),
    "a textbook form of something else": Slip(
        *("elu", "(np.exp(z) - 1)", "np.exp(z)", "checks"),
        "activation.elu does not give what the textbook's form gives",
    ),
    "a function that cannot be written": Slip(
        *("mish", "return z * tanh(softplus(z))", "return np.arctan(z)", "formula"),
        "use these, or add it to NUMPY, src/literate_bp/formula/primitives.py",
    ),
}


@pytest.mark.parametrize("what", SLIPS)
def test_a_part_that_is_missing_or_wrong_is_named(what, tmp_path):
    name, right, wrong, use, message = SLIPS[what]
    parts = ENTRIES[name]
    assert sum(right in part for part in parts) == 1
    folder = package_with(tmp_path, *(part.replace(right, wrong) for part in parts), name)
    assert message in run(folder, using(name, use))
