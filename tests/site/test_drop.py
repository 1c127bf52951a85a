"""Problem files that a reader brings to a figure: read as CPython reads TOML, taken if they fit, or else refused."""

import json
import tomllib
from random import Random

import engine
import pytest

from literate_bp import diagram, example
from literate_bp.worked.explain import MOST_DIGITS
from literate_bp.worked.generate import generate
from literate_bp.worked.problem import FIELDS, LAYER_FIELDS, Problem, to_toml
from literate_bp.worked.rounding import ROUNDINGS

DROP = engine.SCRIPTS / "drop"
RUNNING = json.loads(diagram.weight_gradients(*example.running()).live)
COSTS = "new Map([['half_squared_error', ''], ['absolute_error', '']])"
LISTS = f"{{ activation: new Map([['sigmoid', ''], ['tanh', '']]), cost: {COSTS} }}"
SMALL = {"w": [[[0.4], [-0.2]], [[0.1]]], "b": [None, None], "x": [0.1, 0.3], "y": [1.0]}
FILE = """inputs = [0.5, -0.25]
targets = [0.75]  # one output
rate = 0.125
cost = "absolute_error"

[[layer]]
activation = "tanh"
weights = [
    [1.5],  # from input 1
    [-2e-3],
]

[[layer]]
activation = 'tanh'
weights = [[+7]]
"""
PARTS = [
    "[",
    "]",
    "[[",
    "]]",
    "=",
    ",",
    '"',
    "'",
    "#",
    "\n",
    "\r\n",
    " ",
    "\t",
    ".",
    "-",
    "+",
    "_",
    "1",
    "0",
    "e",
    "inf",
]
PARTS += [
    "nan",
    "true",
    "layer",
    "a = 1\n",
    "[[layer]]\n",
    "0x1",
    "1979-05-27",
    "\\",
    "{",
    "}",
    "\x00",
    "é",
    "rate",
    "[a]\n",
]


def in_scripts(expression, given, folder):
    """Evaluate an expression of the functions of the scripts, with what is given."""
    script = (
        f"import {{ parsed }} from {json.dumps((DROP / 'toml.js').as_uri())};\n"
        f"import {{ fitted, warning }} from {json.dumps((DROP / 'problem.js').as_uri())};\n"
        f"const given = {json.dumps(given)};\n"
        "const refused = (act) => { try { return act(); } catch (problem) {\n"
        "  if (!(problem instanceof RangeError)) throw problem; return { refused: problem.message }; } };\n"
        "const all = (part) => Object.fromEntries([...part].map(([key, each]) => [key, plain(each)]));\n"
        "const plain = (part) => part instanceof Map ? all(part) : Array.isArray(part) ? part.map(plain) : part;\n"
        f"console.log(JSON.stringify({expression}));\n"
    )
    result = engine.in_node(script, folder)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def by_python(text):
    """Return what CPython reads, or nothing."""
    try:
        return tomllib.loads(text)
    except ValueError:
        return None


def spoiled(draw, text):
    """Return a text with something put in, taken out or exchanged."""
    at = draw.randrange(len(text))
    return text[:at] + draw.choice([*PARTS, ""]) + text[at + draw.choice((0, 0, 1, 2, 7)) :]


@pytest.mark.parametrize("seed", range(4))
def test_a_text_is_read_as_cpython_reads_it_or_refused_with_its_line(tmp_path, seed):
    draw = Random(seed)  # noqa: S311  the same texts every time
    whole = [
        FILE,
        *(to_toml(generate((2, 1 + n, 2), seed=n)) for n in range(4)),
        "",
        "a = [[], [1,], [ ]]",
        "a='#' # '",
    ]
    texts = whole + [spoiled(draw, draw.choice(whole[:5])) for _ in range(1000)]
    read = in_scripts("given.map((text) => refused(() => plain(parsed(text))))", texts, tmp_path)
    taken = 0
    for text, found in zip(texts, read, strict=True):
        right = by_python(text)
        if "refused" in found:
            assert text not in whole
            assert found["refused"].startswith("line "), text
            assert not right or not set(right) <= {"inputs", "targets"}, text
        else:
            assert found == json.loads(json.dumps(right)), text
            taken += 1
    assert 150 < taken < 950


def test_a_file_that_fits_gives_its_numbers_its_activation_its_cost_and_its_rate(tmp_path):
    found = in_scripts(f"fitted(given[0], given[1], {LISTS})", [FILE, SMALL], tmp_path)
    assert found["rate"] == 0.125
    assert found["state"] == {
        "w": [[[1.5], [-0.002]], [[7]]],
        "b": [None, None],
        "x": [0.5, -0.25],
        "y": [0.75],
        "activation": "tanh",
        "cost": "absolute_error",
    }


def test_what_the_package_writes_of_a_figure_is_taken_as_it_was(tmp_path):
    network, x, y = example.running()
    text = to_toml(Problem(network, tuple(x), tuple(y), 0.25))
    found = in_scripts(f"fitted(given[0], given[1], {LISTS})", [text, RUNNING], tmp_path)
    assert {name: found["state"][name] for name in "wbxy"} == {name: RUNNING[name] for name in "wbxy"}


WRONG = {
    "inputs = [0.5, -0.25]": {
        "": "inputs are missing; a list of 2 numbers was expected.",
        "inputs = 3": "inputs are no list; a list of 2 numbers was expected.",
        "inputs = [0.5]": "inputs has 1 number, and this figure 2 there.",
        "inputs = [0.5, 'a']": "inputs: “a”, at place 2, is no number that is finite.",
        "inputs = [0.5, [1]]": "inputs: a list, at place 2, is no number that is finite.",
        "inputs = [1e999, 1]": "inputs: “Infinity”, at place 1, is no number that is finite.",
        "inputz = [0.5, 1]": f"inputz is no key of a problem file; {', '.join(FIELDS)} are.",
        "inputs = [0.5, -0.25": "line 2: “targets = [0.75]  # one” stands where a comma or ] was expected.",
    },
    "targets = [0.75]": {"targets = [1, 2]": "targets has 2 numbers, and this figure 1 there."},
    "rate = 0.125": {
        "rate = -1": "rate is “-1”; a number above 0 was expected.",
        "digits = 99": "digits is “99”; a whole number from 1 to 15 was expected.",
        "digits = 0": "digits is “0”; a whole number from 1 to 15 was expected.",
        "digits = 2.5": "digits is “2.5”; a whole number from 1 to 15 was expected.",
        "digits = 3.0": "digits is “3.0”; a whole number from 1 to 15 was expected.",
        "digits = 1e1": "digits is “1e1”; a whole number from 1 to 15 was expected.",
        "rounding = 'up'": "rounding is “up”; significant or decimals was expected.",
    },
    '"absolute_error"': {
        '"hinge"': "the cost is “hinge”, which this figure does not have; "
        "half_squared_error, absolute_error were expected.",
    },
    "activation = 'tanh'": {
        "": "layer 1 has the activation “tanh”, and layer 2 “sigmoid”; a figure has one for all layers.",
        "activation = 'tanh'\nbiases = [1]": "layer 2 has biases, and that of this figure has none.",
        "activation = 'tanh'\nresidual = true": "layer 2 is residual, and the layers of this figure are not.",
        "activation = 'tanh'\nbias = 1": f"layer 2: bias is no key of a problem file; {', '.join(LAYER_FIELDS)} are.",
    },
    "weights = [[+7]]": {
        "": "the weights of layer 2 are missing; a list of 1 row was expected.",
        "weights = [[1, 2]]": "row 1 of the weights of layer 2 has 2 numbers, and this figure 1 there.",
        "weights = [[1], [2]]": "the weights of layer 2 has 2 rows, and this figure 1 there.",
        "weights = [[1]]\n[[layer]]\nweights = [[1]]": "it has 3 layers, and this figure 2.",
    },
}


def test_a_file_that_does_not_fit_is_refused_in_words_that_name_what_is_wrong(tmp_path):
    cases = [(FILE.replace(part, other), said) for part, others in WRONG.items() for other, said in others.items()]
    assert all(text != FILE for text, _ in cases)
    expression = f"given[0].map((text) => refused(() => fitted(text, given[1], {LISTS})).refused)"
    found = in_scripts(expression, [[text for text, _ in cases], SMALL], tmp_path)
    assert found == [said for _, said in cases]


@pytest.mark.parametrize("digits", [1, MOST_DIGITS])
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_how_a_sheet_rounds_is_taken_as_the_command_line_takes_it(tmp_path, digits, rounding):
    text = FILE.replace("rate = 0.125", f"digits = {digits}\nrounding = '{rounding}'")
    found = in_scripts(f"refused(() => fitted(given[0], given[1], {LISTS}))", [text, SMALL], tmp_path)
    assert found["state"]["x"] == [0.5, -0.25]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("-1e308", "It has −1e308 (input 2), which is too far from 0 to be typed."),
        ("1000.5", "It has 1000.5 (input 2), which is too far from 0 to be typed."),
        ("-1000", ""),
    ],
)
def test_what_nobody_may_type_is_taken_from_a_file_and_named(tmp_path, number, words):
    text = FILE.replace("-0.25]", f"{number}]")
    found = in_scripts(f"warning(fitted(given[0], given[1], {LISTS}).state)", [text, SMALL], tmp_path)
    assert found == words


def test_a_file_without_layers_is_refused(tmp_path):
    for text in ("inputs = [1, 2]", "layer = 3", "layer = [1]", ""):
        found = in_scripts(f"refused(() => fitted(given[0], given[1], {LISTS}))", [text, SMALL], tmp_path)
        assert found["refused"] == "no layers came; [[layer]] was expected above the keys of each."
