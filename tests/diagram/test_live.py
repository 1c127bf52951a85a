"""Live figures: a page gets the numbers that pictures show, of the rules themselves, and writes them as Python does."""

import json
import re
from random import Random

import engine
import numpy as np
import pytest
from pictures import KINDS, ORIENTATIONS, RUNNING, drawings, picture, seen

from literate_bp import ACTIVATIONS, COSTS, Layer, Network, backward, cost, diagram, example, forward
from literate_bp.activation import elementwise_activations
from literate_bp.diagram.passes.live import answer
from literate_bp.diagram.passes.quantities import three_digits
from literate_bp.formula.notation import NOTATIONS
from literate_bp.worked.problem import Problem, from_toml, to_toml

EXAMPLES = {"running": RUNNING, "udacity": example.udacity(), "mazur": example.mazur()}
STATES = 1000
NUMBER = re.compile(r"−?\d[\d.]*(?:·10\S+)?$")
CONSTANT = {"1", "1.00", "−1.00"}
"""What no reader changes: the input of biases, and the derivative of the cost by itself."""


def live(kind, of="running"):
    """Return what a page knows of a figure."""
    network, x, y = EXAMPLES[of]
    given = (network, x) if kind == "node_forward" else (network, x, y)
    return json.loads(getattr(diagram, kind)(*given).live)


def asked(state, do="show", sign=1, **more):
    """Return the answer to a question as numbers by their ids."""
    found = answer(json.dumps({**state, "do": do, "sign": sign, **more}))
    return {name: float(value) for name, value in (pair.split("=") for pair in found.split())}


def changed(state, draw):
    """Return a state with other numbers, of many sizes."""
    spread = 10 ** draw.uniform(-2, 1)

    def other(part):
        if isinstance(part, list):
            return [other(each) for each in part]
        return draw.gauss(0, spread) if isinstance(part, float) else part

    return {key: other(state[key]) for key in "wbxy"}


def words(element):
    """Return the text of an element, a raised exponent as it is raised on a line."""
    raised = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    text, power = element.text or "", False
    for part in element:
        power = text.endswith("·10")
        text += (part.text or "").translate(raised) if power else part.text or ""
        text += part.tail or ""
    return text


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("orientation", [0, 1], ids=ORIENTATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_number_of_a_picture_has_the_id_of_what_it_shows_and_no_other_number_stands_there(
    kind, orientation, notation
):
    values = asked(live(kind), sign=NOTATIONS[notation].error_sign)
    hooked = 0
    for group in drawings(picture(kind)._repr_html_())[orientation]:
        for text in (each for each in group.iter() if each.tag.endswith("}text") and seen(group, notation)):
            number = NUMBER.search(words(text))
            if name := text.get("data-q"):
                hooked += 1
                assert words(text).rpartition(" ")[2] == three_digits(values[name]), (name, words(text))
            elif number and not text.findall("*"):
                assert words(text) in CONSTANT or re.search("layer|[a-z]", words(text)), words(text)
    assert hooked > 10


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_number_in_the_words_of_a_picture_has_its_id(kind, notation):
    values = asked(live(kind), sign=NOTATIONS[notation].error_sign)
    sections = picture(kind, notation=notation).sections
    hooks = re.findall(r"<li([^<>]*)>", picture(kind)._repr_html_())
    lines = [quantities for section in sections for _, quantities in section.lines]
    found = 0
    for attributes, quantities in zip(hooks, lines, strict=True):
        for name, quantity in zip(re.search('data-q="([^"]*)"', attributes)[1].split(" "), quantities, strict=True):
            found += name != "-"
            number = three_digits(values[name]) if name != "-" else three_digits(NOTATIONS[notation].error_sign)
            assert quantity.equation("both").endswith(f" = {number}")
    assert found > 10


@pytest.mark.parametrize("kind", KINDS)
def test_the_sentence_of_a_picture_is_its_template_with_the_numbers_put_in(kind):
    state = live(kind)
    values = asked(state)

    def put(name):
        return three_digits(abs(values[name[1].strip("|")]) if "|" in name[1] else values[name[1]])

    assert re.sub(r"\{([^{}]*)\}", put, state["alt"]) == picture(kind).alt
    assert "{" in state["alt"]


@pytest.mark.parametrize("of", EXAMPLES)
def test_a_page_gets_the_numbers_that_arrays_have(of):
    network, x, y = EXAMPLES[of]
    trace, found = forward(network, x), asked(live("weight_gradients", of))
    gradients = backward(network, trace, y)
    assert found["cost"] == pytest.approx(cost(network, trace, y), rel=1e-14)
    for n, layer in enumerate(network.layers, 1):
        of_layer = {"z": trace.linear[n - 1], "a": trace.activated[n], "delta": gradients.errors[n - 1]}
        of_layer |= {"slope": layer.derivative(trace.linear[n - 1]), "dw": gradients.weights[n - 1], "w": layer.weights}
        if layer.biases is not None:
            of_layer |= {"b": layer.biases, "db": gradients.biases[n - 1]}
        for kind, values in of_layer.items():
            for place, value in np.ndenumerate(values):
                name = ".".join(map(str, [f"{kind}{n}", *(i + 1 for i in place)]))
                assert found[name] == pytest.approx(value, rel=1e-14), name
    for i, value in enumerate(gradients.inputs, 1):
        assert found[f"da0.{i}"] == pytest.approx(value, rel=1e-14)
    output = COSTS["half_squared_error"].derivative(trace.output, np.asarray(y))
    assert [found[f"da{len(network.layers)}.{k}"] for k in range(1, len(y) + 1)] == pytest.approx([*output])
    assert any(name.startswith("b") for name in found) is (of != "udacity")


@pytest.mark.parametrize("of", EXAMPLES)
def test_a_step_moves_each_parameter_against_its_derivative_and_a_push_finds_that_derivative(of):
    state = live("weight_gradients", of)
    before, after = asked(state), asked(state, "step", rate=0.5)
    for name, value in after.items():
        assert value == pytest.approx(before[name] - 0.5 * before[f"d{name}"], rel=1e-14)
        pushed = asked(state, "push", id=name, h=1e-5)
        assert pushed["slope"] == pytest.approx(before[f"d{name}"], rel=1e-6, abs=1e-11)
        assert min(pushed["up"], pushed["down"]) < before["cost"] or before[f"d{name}"] == 0
    assert {name for name in after if name[0] == "b"} == {name for name in before if name[0] == "b"}
    for i, pushed in enumerate(asked(state, "push", id=f"x.{i}", h=1e-5) for i in (1, 2)):
        assert pushed["slope"] == pytest.approx(before[f"da0.{i + 1}"], rel=1e-6, abs=1e-11)


def written(state, sign):
    """Return the formulas of a page by their ids."""
    text = answer(json.dumps({**state, "do": "formulas", "sign": sign}))
    return dict(line.split("=", 1) for line in text.splitlines())


def worked_out(formula, values, activation="sigmoid"):
    """Return the number of a formula, in which an id in braces stands for a number."""
    python = re.sub(r"\{([^{}]*)\}", lambda name: f"({values[name[1]]!r})", formula)
    curve = ACTIVATIONS[activation]
    name = curve.short or activation
    for sign, operator in {"·": "*", "−": "-", "²": "**2", f"{name}′(": "slope(", f"{name}(": "curve("}.items():
        python = python.replace(sign, operator)
    known = {"curve": curve.function, "slope": curve.derivative}
    return eval(python, {name: of_number(rule) for name, rule in known.items()})  # noqa: S307  made by the package


def of_number(rule):
    """Return a rule of arrays as one of a number."""
    return lambda z: float(rule(np.asarray(z)))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("of", EXAMPLES)
def test_each_formula_gives_the_number_of_its_quantity_and_each_computed_quantity_has_one(of, sign):
    state = live("weight_gradients", of)
    values, found = asked(state, sign=sign), written(state, sign)
    for name, formula in found.items():
        assert worked_out(formula, values) == pytest.approx(values[name], rel=1e-12, abs=1e-15), (name, formula)
    computed = {name for name in values if not re.match(r"[wbxy]\d*\.|width", name)}
    assert computed == found.keys()


CHOICES = [tuple(line.split("=")) for line in answer(json.dumps({"do": "choices"})).splitlines()]
CURVES, SUMS = ([name.split(".")[1] for name, _ in CHOICES if name.startswith(kind)] for kind in ("act", "cost"))


def test_what_is_offered_are_all_activations_of_one_linear_part_and_all_costs_of_the_outputs_that_of_the_book_first():
    assert sorted(CURVES) == sorted(elementwise_activations())
    assert sorted(SUMS) == sorted(name for name, cost in COSTS.items() if cost.output is None)
    assert (CURVES[0], SUMS[0]) == ("sigmoid", "half_squared_error")
    assert dict(CHOICES)["activation.gelu_tanh"] == "GELU in its tanh form (tGELU)"
    assert dict(CHOICES)["activation.relu"] == "ReLU"
    assert dict(CHOICES)["cost.squared_error"] == "the squared error"


@pytest.mark.parametrize("cost_name", SUMS)
@pytest.mark.parametrize("activation", CURVES)
def test_with_a_choice_a_page_gets_the_numbers_of_arrays_and_formulas_that_give_them(activation, cost_name):
    state = live("weight_gradients") | {"activation": activation, "cost": cost_name}
    layers = [Layer(w, b, activation) for w, b in zip(state["w"], state["b"], strict=True)]
    network = Network(layers, cost_name)
    trace, found = forward(network, state["x"]), asked(state, sign=-1)
    gradients = backward(network, trace, state["y"])
    assert found["cost"] == pytest.approx(cost(network, trace, state["y"]), rel=1e-13)
    for name, array in gradients.arrays.items():
        kind, layer = name[0], name[-1]
        for place, value in np.ndenumerate(array):
            assert found[".".join([f"d{kind}{layer}", *(str(i + 1) for i in place)])] == pytest.approx(value, rel=1e-12)
    for n, errors in enumerate(gradients.errors, 1):
        assert [-found[f"delta{n}.{j + 1}"] for j in range(len(errors))] == pytest.approx(errors, rel=1e-12)
    formulas = dict(
        line.split("=", 1) for line in answer(json.dumps({**state, "do": "formulas", "sign": -1})).split("\n")
    )
    for name, formula in formulas.items():
        assert worked_out(formula, found, activation) == pytest.approx(found[name], rel=1e-12, abs=1e-15), formula
    stepped = asked(state, "step", rate=0.5)
    assert stepped["w1.1.1"] == pytest.approx(found["w1.1.1"] - 0.5 * found["dw1.1.1"], rel=1e-14)
    pushed = asked(state, "push", id="w2.2.1", h=1e-5)
    assert pushed["slope"] == pytest.approx(found["dw2.2.1"], rel=1e-6, abs=1e-10)


def test_formulas_are_what_a_reader_would_write():
    found = written(live("network_backward"), 1)
    assert found["z2.1"] == "{w2.1.1} · {a1.1} + {w2.2.1} · {a1.2} + {w2.3.1} · {a1.3} + {b2.1}"
    assert found["cost"] == "(({a3.1} − {y.1})² + ({a3.2} − {y.2})² + ({a3.3} − {y.3})²) / 2"
    assert found["da2.1"] == "{w3.1.1} · {delta3.1} + {w3.1.2} · {delta3.2} + {w3.1.3} · {delta3.3}"
    assert written(live("network_backward"), -1)["da3.1"] == "−({a3.1} − {y.1})"
    assert written(live("network_backward", "udacity"), 1)["z1.1"] == "{w1.1.1} · {x.1} + {w1.2.1} · {x.2}"
    assert "cost" not in written(live("node_forward"), 1)
    chosen = written(live("network_backward", "udacity") | {"activation": "relu", "cost": "squared_error"}, 1)
    assert (chosen["a1.1"], chosen["slope1.1"]) == ("ReLU({z1.1})", "ReLU′({z1.1})")
    assert (chosen["cost"], chosen["da2.1"]) == ("({a2.1} − {y.1})²", "2 · ({a2.1} − {y.1})")


@pytest.mark.parametrize(
    ("kind", "sizes", "values"),
    [
        ("network_forward", (3, 3, 2, 3), "symbols"),
        ("network_forward", (2, 2, 2), "both"),  # tanh
        ("network_forward", (8,) * 7, "both"),
        ("node_forward", "3-3-3-2 residual", "both"),
    ],
)
def test_a_picture_of_what_the_loops_do_not_know_or_without_numbers_cannot_be_changed(kind, sizes, values):
    assert picture(kind, values, sizes).live == ""
    assert "data-live" not in picture(kind, values, sizes)._repr_html_()


def test_symbols_alone_have_no_ids():
    assert "data-q" not in picture("network_backward", "symbols")._repr_html_()


TELL = """
const { answer } = python.pyimport("literate_bp.diagram.passes.live");
for (const question of JSON.parse(given())) console.log(answer(JSON.stringify(question)));
"""


def test_micropython_writes_the_formulas_of_cpython(tmp_path):
    questions = [{**live(kind, of), "do": "formulas", "sign": 1} for kind in KINDS for of in EXAMPLES]
    result = engine.in_node(engine.START + TELL, tmp_path, json.dumps(questions))
    assert result.returncode == 0, result.stderr[-2000:]
    assert result.stdout == "".join(f"{answer(json.dumps(question))}\n" for question in questions)


ASK = """
const { read } = await import(process.env.ENGINE);
const { answer } = python.pyimport("literate_bp.diagram.passes.live");
for (const question of JSON.parse(given())) {
  console.log(JSON.stringify(Object.fromEntries(read(answer(JSON.stringify(question))))));
}
"""


GIVEN = ("rate", "id", "h", "activation", "cost")


@pytest.mark.parametrize("kind", KINDS)
def test_micropython_gets_the_numbers_of_cpython_in_a_thousand_states_of_each_figure(kind, tmp_path):
    draw = Random(kind)  # noqa: S311  the same numbers every time
    questions = []
    for state in (live(kind, of) for of in EXAMPLES):
        for _ in range(STATES // len(EXAMPLES) + 1):
            do = draw.choice(["show", "step", "push"]) if state["y"] else "show"
            more = {"do": do, "sign": draw.choice([1, -1]), "rate": draw.uniform(0, 2), "id": "w1.1.1", "h": 0.125}
            more |= {"activation": draw.choice(CURVES), "cost": draw.choice(SUMS)}
            questions.append(changed(state, draw) | more)
    result = engine.in_node(engine.START + ASK, tmp_path, json.dumps(questions))
    assert result.returncode == 0, result.stderr[-2000:]
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    compared = 0
    for question, there in zip(questions, answers, strict=True):
        here = asked(question, question["do"], question["sign"], **{key: question[key] for key in GIVEN})
        assert here.keys() == there.keys()
        largest = {kind_of(name): 0.0 for name in here}
        for name, value in here.items():
            largest[kind_of(name)] = max(largest[kind_of(name)], abs(value))
        if question["do"] == "push":  # a slope is as exact as the costs whose difference it is
            largest["slope"] = largest["up"] / (2 * question["h"])
        for name, value in here.items():
            compared += 1
            assert abs(value - there[name]) <= 1e-12 * largest[kind_of(name)], (name, question)
    assert compared > 18_000


def kind_of(name):
    """Return what an id is of: ``delta`` of ``delta1.2``."""
    return re.match("[a-z]*", name)[0]


WRITE = """
import { readFileSync } from "node:fs";
const { threeDigits } = await import(process.env.NUMBER);
for (const value of JSON.parse(readFileSync(0, "utf8"))) console.log(threeDigits(value));
"""


def test_javascript_writes_numbers_as_python_does_exact_ties_included(tmp_path):
    draw = Random(3)  # noqa: S311  the same numbers every time
    values = [draw.choice([-1, 1]) * 10 ** draw.uniform(-12, 12) for _ in range(20_000)]
    values += [round(draw.uniform(-2, 2), draw.randrange(1, 6)) for _ in range(20_000)]
    ties = [sign * n / 2**k for n in range(1, 4000) for k in range(1, 7) for sign in (1, -1)]
    edges = [0.0, -0.0, 999.4999, 999.5, -999.5, 1e-3, 0.00099999, 99.95, 9.995, 5e-324, 1.7e308, 1e21, 2.5e-7, 1e3]
    ties += [n * 50.0 for n in range(20, 4000)]  # 1050 lies between 1.0 and 1.1 thousand
    values += [*ties, *edges]
    result = engine.in_node(WRITE, tmp_path, json.dumps(values))
    assert result.returncode == 0, result.stderr[-2000:]
    written = result.stdout.splitlines()
    wrong = [(v, w) for v, w in zip(values, written, strict=True) if three_digits(v) != w]
    assert not wrong, wrong[:5]
    assert three_digits(2.125) in written


def test_what_no_picture_shows_is_written_as_it_is(tmp_path):
    script = WRITE.replace('JSON.parse(readFileSync(0, "utf8"))', "[NaN, Infinity, -Infinity]")
    assert engine.in_node(script, tmp_path).stdout.split() == ["NaN", "∞", "−∞"]


def test_six_digits_keep_their_power_of_ten_and_both_signs(tmp_path):
    script = WRITE.replace("threeDigits", "sixDigits")
    values = [3.59714e-16, -2.5e-7, 1234567.0, -0.125, -1e22]
    written = ["3.59714·10⁻¹⁶", "−2.50000·10⁻⁷", "1.23457·10⁶", "−0.125000", "−1.00000·10²²"]
    assert engine.in_node(script, tmp_path, json.dumps(values)).stdout.splitlines() == written


PATHS = 40


def told_paths(text):
    """Return the products of paths by their formulas, and their sum."""
    *lines, total = (line.rpartition("=") for line in text.splitlines())
    assert total[0] == "sum"
    return {formula: float(value) for formula, _, value in lines}, float(total[2])


def some_weights(of, draw):
    """Return a question about the paths of each weight of an example, with other numbers."""
    state = changed(live("weight_gradients", of), draw) | {"activation": draw.choice(CURVES), "cost": draw.choice(SUMS)}
    return [
        state | {"do": "paths", "sign": 1, "id": name}
        for name in asked(state)
        if name.startswith("w1.1.") or name[:2] in ("w2", "w3")
    ]


@pytest.mark.parametrize("of", EXAMPLES)
def test_the_products_of_a_weights_paths_add_up_to_what_the_backward_pass_gives(of):
    draw = Random(of)  # noqa: S311  the same numbers every time
    for question in (each for _ in range(PATHS) for each in some_weights(of, draw)):
        values = asked(question, "show", question["sign"])
        products, total = told_paths(answer(json.dumps(question)))
        layer, _, j = (int(each) for each in question["id"][1:].split("."))
        ahead = [len(weights[0]) for weights in question["w"][layer:]]
        assert len(products) == np.prod(ahead, dtype=int)
        assert total == pytest.approx(
            values[f"d{question['id']}"], rel=1e-12, abs=1e-12 * max(map(abs, products.values()))
        )
        for formula, product in products.items():
            factors = re.findall(r"\{([^{}]*)\}", formula)
            assert product == pytest.approx(np.prod([values[factor] for factor in factors]), rel=1e-12)
            assert f"slope{layer}.{j}" in factors


def test_a_path_is_written_as_a_product_in_the_order_in_which_one_passes_it_with_the_sign_of_errors():
    question = {**live("network_backward"), "do": "paths", "id": "w2.3.1"}
    products, _ = told_paths(answer(json.dumps({**question, "sign": 1})))
    assert [*products][2] == "{a1.3} · {slope2.1} · {w3.1.3} · {slope3.3} · {da3.3}"
    signed, _ = told_paths(answer(json.dumps({**question, "sign": -1})))
    assert [*signed][2] == "{a1.3} · {slope2.1} · {w3.1.3} · {slope3.3} · (−{da3.3})"
    assert [*signed.values()] == [*products.values()]


def test_micropython_finds_the_paths_of_cpython(tmp_path):
    draw = Random(2)  # noqa: S311  the same numbers every time
    questions = [question for of in EXAMPLES for question in some_weights(of, draw)]
    result = engine.in_node(engine.START + TELL, tmp_path, json.dumps(questions))
    assert result.returncode == 0, result.stderr[-2000:]
    lines = iter(result.stdout.splitlines())
    for question in questions:
        here, total = told_paths(answer(json.dumps(question)))
        there, found = told_paths("\n".join(next(lines) for _ in range(len(here) + 1)))
        assert [*there] == [*here]
        largest = max(map(abs, here.values()))
        assert [*there.values(), found] == pytest.approx([*here.values(), total], rel=1e-12, abs=1e-12 * largest)


@pytest.mark.parametrize("of", EXAMPLES)
def test_a_problem_file_of_a_figure_is_the_one_that_the_package_writes_and_reads(of):
    state = live("weight_gradients", of) | {"activation": "tanh", "cost": "squared_error"}
    layers = [Layer(w, b, "tanh") for w, b in zip(state["w"], state["b"], strict=True)]
    problem = Problem(Network(layers, "squared_error"), tuple(state["x"]), tuple(map(float, state["y"])), rate=0.25)
    values = {name: repr(value) for name, value in asked(state).items()} | {"rate": "0.25"}
    written = re.sub(r"\{([^{}]*)\}", lambda name: values[name[1]], answer(json.dumps({**state, "do": "file"})))
    assert written == to_toml(problem)
    assert from_toml(written).network.layers[0].weights.tolist() == state["w"][0]
