"""The check of rules that a reader has changed: it sees each deliberate bug, and no other way to write a rule."""

import json

import edited
import engine
import numpy as np
import pytest

from literate_bp import example, oracle
from literate_bp.diagram.passes import live_check

RIGHT = {
    "another sigmoid′": ("node.py", "sigmoid(z) * sigmoid(-z)", "sigmoid(z) * (1 - sigmoid(z))"),
    "factors turned": ("node.py", "derivative * dc_da", "dc_da * derivative"),
    "a list for a generator": (
        "node.py",
        "sum(w_i * x_i for w_i, x_i in zip(w, x))",
        "sum([v * u for u, v in zip(w, x)])",
    ),
    "a step that adds": ("nodes.py", "w - rate * dc_dw", "w + (-rate) * dc_dw"),
}
BUGS = edited.bugs_by_name()


def passes(found):
    return all(not one["wrong"] and one["value"] is None and one["step"] is None for one in found)


def test_the_rules_of_the_book_pass():
    found, costs = edited.checked(live_check)
    assert passes(found)
    assert [len(example["names"]) for example in edited.KNOWN["examples"]] == [29, 29, 0, 0]
    assert costs == pytest.approx(edited.KNOWN["costs"], rel=1e-6)
    assert costs[-1] < costs[0]


def test_what_is_known_of_the_running_example_is_what_the_oracle_finds():
    network, x, y = example.running()
    report = oracle.check_gradient(network, x, y)
    assert report.worst < 1e-9
    known = dict(edited.KNOWN["examples"][0]["known"]["values"])
    weights = [
        known[f"dw{n}.{i}.{j}"]
        for n, w in enumerate(example.WEIGHTS, 1)
        for i in range(1, len(w) + 1)
        for j in range(1, len(w[0]) + 1)
    ]
    pushed = []
    for n, layer in enumerate(network.layers):
        for place in np.ndindex(layer.weights.shape):

            def cost_at(move, n=n, place=place):
                rows = [np.array(each.weights, dtype=float) for each in network.layers]
                rows[n][place] += move
                layers = zip(rows, (each.biases for each in network.layers), strict=True)
                return cost_of(layers, x, y)

            pushed.append((cost_at(1e-5) - cost_at(-1e-5)) / 2e-5)
    assert weights == pytest.approx(pushed, abs=1e-9)


def cost_of(layers, x, y):
    a = np.array(x)
    for w, b in layers:
        a = 1 / (1 + np.exp(-(a @ w + np.array(b))))
    return float(((a - np.array(y)) ** 2).sum() / 2)


@pytest.mark.parametrize("name", BUGS)
def test_the_check_catches_each_bug_as_the_suite_does(name, tmp_path):
    bug = BUGS[name]
    found, costs = edited.checked(edited.package(tmp_path, bug.file, bug.old, bug.new)[1])
    assert not passes(found)
    right_gradient = name == "a step uphill"
    assert (found[0]["wrong"] == []) is right_gradient
    assert found[0]["step"]
    uphill = name in ("a step uphill", "the error with the wrong sign")
    assert (costs[-1] > costs[0]) is uphill


@pytest.mark.parametrize("name", RIGHT)
def test_a_rule_written_in_another_way_passes(name, tmp_path):
    found, _ = edited.checked(edited.package(tmp_path, *RIGHT[name])[1])
    assert passes(found)


def test_a_sigmoid_that_is_wrong_below_zero_or_far_from_it_alone_does_not_pass(tmp_path):
    below = edited.package(tmp_path, "node.py", "return exp(z) / (1 + exp(z))", "return exp(z)")
    assert not passes(edited.checked(below[1])[0])


@pytest.mark.parametrize("end", [2, 3, 5, 7, 10])
def test_a_slope_that_is_cut_off_where_a_sigmoid_is_nearly_flat_does_not_pass(end, tmp_path):
    cut = f"(sigmoid(z) * sigmoid(-z) if abs(z) < {end} else 0.0)"
    found, _ = edited.checked(edited.package(tmp_path, "node.py", "sigmoid(z) * sigmoid(-z)", cut)[1])
    assert not passes(found)


@pytest.mark.parametrize("end", ["nan", "inf"])
def test_a_rule_that_gives_no_number_does_not_pass_and_its_step_is_not_taken(end, tmp_path):
    changed = edited.package(tmp_path, "node.py", "sigmoid(z) * sigmoid(-z)", f"float('{end}')")
    found, costs = edited.checked(changed[1])
    assert not passes(found)
    assert found[0]["wrong"]
    assert costs[0] == pytest.approx(edited.KNOWN["costs"][0])
    assert np.isnan(costs[1:]).tolist() == [True]


def test_a_sigmoid_that_fails_far_from_zero_alone_is_right_near_it_and_the_first_failure_is_named(tmp_path):
    one_branch = edited.package(tmp_path, "node.py", "if z < 0:", "if False:")
    *near, far = edited.checked(one_branch[1])[0]
    assert passes(near)
    linear_parts = [z for name, z in edited.KNOWN["examples"][-1]["known"]["values"] if name.startswith("z")]
    first = next(z for z in linear_parts if z < -np.log(np.finfo(float).max))
    assert far["fails"] == ["sigmoid", repr(first), "OverflowError: math range error"]


def test_what_fails_near_zero_is_an_error_of_the_text(tmp_path):
    broken = edited.package(tmp_path, "node.py", "return exp(z) / (1 + exp(z))", "return 1 / 0")
    with pytest.raises(ZeroDivisionError):
        edited.checked(broken[1])


CHECK = """
const file = "diagram/passes/live_check.py";
python.FS.writeFile(`/lib/literate_bp/${file}`, readFileSync(`${process.env.SOURCE}/${file}`, "utf8"));
const { check, downhill } = python.pyimport("literate_bp.diagram.passes.live_check");
const examples = JSON.parse(given());
for (const example of examples) console.log(check(JSON.stringify(example)));
const { costs } = JSON.parse(downhill(JSON.stringify({ ...examples[0], rate: 0.5, steps: 51 })));
console.log(costs.join(" "));
"""


def test_micropython_finds_the_rules_of_the_book_right_too(tmp_path):
    result = engine.in_node(engine.START + CHECK, tmp_path, json.dumps(edited.KNOWN["examples"]))
    assert result.returncode == 0, result.stderr[-2000:]
    *found, costs = result.stdout.splitlines()
    assert passes(map(json.loads, found))
    assert [float(cost) for cost in costs.split()] == pytest.approx(edited.KNOWN["costs"], rel=1e-6)
