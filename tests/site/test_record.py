"""The tape as a page runs it: the package's own under MicroPython, which finds what NumPy's finds."""

import ast
import gzip
import inspect
import json
from random import Random

import engine
import numpy as np
import pytest

from literate_bp import activation, layer, operations, tape
from literate_bp.diagram.plots.live_record import CALCULATIONS, answer, run
from page import assets

SAME = 1e-12
STATES = 1_000
INSTALLED = "from literate_bp.diagram.passes import live_ufuncs; live_ufuncs.install()"


@pytest.fixture
def served(tmp_path):
    """The files of the package that a page with a tape asks for."""
    assets.copy_engine(tmp_path)
    assets.copy_record(tmp_path)
    return tmp_path


@pytest.fixture
def by_micropython(served):
    """A function that answers questions by the files that are served."""
    more = [*assets.RECORD, "operations.py", "tape.py"]
    return lambda states: engine.answers("live_record", states, served, more, INSTALLED)


def random_states():
    """Return leaves of all sizes, small and large and 0, of each calculation in turn."""
    draw = Random(19)  # noqa: S311  the same numbers every time
    names = [*CALCULATIONS]
    for n in range(STATES):
        of = names[n % len(names)]
        leaves = [
            draw.choice([1, -1]) * 10 ** draw.uniform(-6, 3) if draw.random() < 0.95 else 0.0
            for _ in CALCULATIONS[of][1]
        ]
        yield {"of": of, "leaves": leaves, "calls": draw.randint(1, 3)}


def tokens(answers):
    """Return numbers and words of answers."""
    return [line.split(" ") for line in answers.split("\n")]


def assert_same(one, other):
    """Compare answers word by word, and numbers to twelve digits."""
    assert [len(line) for line in one] == [len(line) for line in other]
    for left, right in zip(one, other, strict=True):
        for here, there in zip(left, right, strict=True):
            if here != there:
                assert float(here) == pytest.approx(float(there), rel=SAME, abs=0, nan_ok=True), (left, right)


def test_each_record_and_each_share_in_a_page_is_that_of_numpy(by_micropython):
    states = [*random_states()]
    found = by_micropython(states)
    assert len(found) == STATES
    with np.errstate(all="ignore"):
        for state, there in zip(states, found, strict=True):
            assert_same(tokens(there), tokens(answer(json.dumps(state))))


def test_what_is_too_large_and_what_is_no_number_is_said_as_such(by_micropython):
    (found,) = by_micropython([{"of": "textbook", "leaves": [-800.0], "calls": 1}])
    values = [line.split(" ")[0] for line in found.split("\n")[:5]]
    assert values == ["-800.0", "800.0", "inf", "inf", "0.0"]
    assert found.endswith(" nan None nan")


BY_HAND = {
    "product": lambda a, b: (b + 1, a),
    "square": lambda w: (6 * (3 * w - 2),),
    "sums": lambda a: (16 * a,),
    "node": lambda w, x, b: tuple(slope(w * x + b) * each for each in (x, w, 1)),
    "textbook": lambda z: (slope(z),),
}


def slope(z):
    """Return the derivative of the sigmoid."""
    return 1 / (2 + np.exp(z) + np.exp(-z))


@pytest.mark.parametrize("of", CALCULATIONS)
def test_the_last_sum_of_each_leaf_is_its_gradient_times_the_number_of_calls(of):
    draw = Random(of)  # noqa: S311  the same numbers every time
    for calls in (1, 2, 5):
        leaves = [draw.uniform(-3, 3) for _ in CALCULATIONS[of][1]]
        lines = tokens(answer(json.dumps({"of": of, "leaves": leaves, "calls": calls})))
        sums = {int(line[2]): float(line[5]) for line in lines if len(line) == 6}
        found = [sums[place] for place in range(len(leaves))]
        np.testing.assert_allclose(found, calls * np.array(BY_HAND[of](*leaves)), rtol=1e-12)
        variables = run(of, leaves)
        for _ in range(calls):
            variables[-1].backward(keep=True)
        np.testing.assert_allclose(found, [each.gradient for each in variables[: len(leaves)]], rtol=1e-15)


@pytest.mark.parametrize("of", CALCULATIONS)
def test_a_gradient_is_handed_on_when_all_of_it_has_come(of):
    leaves = [value for _, value in CALCULATIONS[of][1]]
    lines = [line for line in tokens(answer(json.dumps({"of": of, "leaves": leaves, "calls": 1}))) if len(line) == 6]
    ended = {line[2]: n for n, line in enumerate(lines)}
    for n, (start, *_) in enumerate(lines):
        assert start == "None" or ended[start] < n


@pytest.mark.parametrize("of", CALCULATIONS)
def test_each_line_of_a_calculation_is_one_record_in_its_order(of):
    _, leaves, lines = CALCULATIONS[of]
    made = run(of, [value for _, value in leaves])
    assert [each.place - made[0].place for each in made] == [*range(len(leaves) + len(lines))]
    assert [each.place for each in reversed(tape.from_end(made[-1]))] == [each.place for each in made]


def definitions(text):
    """Return the functions and methods of a file by name, without texts and types."""
    found = {}
    for part in ast.parse(text).body:
        if isinstance(part, ast.ClassDef):
            found |= {f"{part.name}.{each.name}": each for each in part.body if isinstance(each, ast.FunctionDef)}
        elif isinstance(part, ast.FunctionDef):
            found[part.name] = part
    return {name: [ast.dump(each) for each in part.body if not assets.is_text(each)] for name, part in found.items()}


LEFT_OUT = {
    "no_grad",
    *(f"Variable.{name}" for name in ("__repr__", "__reduce__", "__getitem__", "__setitem__", "__array__")),
    *(f"Variable.{name}" for name in ("__array_function__", "sum", "mean")),
}


def test_all_that_records_and_goes_back_is_served_as_the_package_has_it(served):
    written = definitions(inspect.getsource(tape))
    there = definitions((served / "literate_bp/tape.py").read_text(encoding="utf-8"))
    assert {*written} - {*there} == LEFT_OUT
    assert {name: there[name] for name in {*written} - LEFT_OUT} == {
        name: written[name] for name in {*written} - LEFT_OUT
    }


def table(text):
    """Return the rules of each function of NumPy by its name."""
    (found,) = (
        part.value
        for part in ast.parse(text).body
        if isinstance(part, ast.AnnAssign) and isinstance(part.value, ast.Dict) and part.target.id == "OPERATIONS"
    )
    return {
        key.attr: ast.dump(rules)
        for key, rules in zip(found.keys, found.values, strict=True)
        if isinstance(key, ast.Attribute)
    }


def test_each_rule_that_is_served_is_that_of_the_package(served):
    text = (served / "literate_bp/operations.py").read_text(encoding="utf-8")
    written, there = table(inspect.getsource(operations)), table(text)
    assert there == {name: written[name] for name in there}
    assert {*there} == {"add", "subtract", "multiply", "divide", "negative", "power", "exp"}
    functions = {
        name: body for name, body in definitions(text).items() if name in definitions(inspect.getsource(operations))
    }
    assert {*functions} == {"of_activation", "fitted", "added", "constant"}
    assert functions == {name: definitions(inspect.getsource(operations))[name] for name in functions}
    assert definitions(text)["linear_error"] == definitions(inspect.getsource(layer.linear_error))["linear_error"]
    assert text.endswith("for row in elementwise_activations().values()})\n")
    assert len(activation.elementwise_activations()) > 5


def test_what_a_page_with_a_tape_asks_for_is_small_over_the_wire(served):
    scripts = [*(served / "record").iterdir(), *(assets.LIVE / "record").glob("*.css")]
    assert {path.name for path in scripts} == {path.name for path in (assets.LIVE / "record").iterdir()}
    rules = [served / "literate_bp" / name for name in (*assets.RECORD, "operations.py", "tape.py")]
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in (*scripts, *rules)}
    assert sum(sizes[path.name] for path in scripts) <= 10_000
    assert sum(sizes[path.name] for path in rules) <= 5_000
