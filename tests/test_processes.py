"""The package in several processes: started anew or forked, each computes the same, and what it makes can be sent."""

import multiprocessing
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hostile import RESULTS

from literate_bp import Variable, compile  # noqa: A004 — the word of the field

PROGRAM = """
import multiprocessing
import sys

import numpy as np

import literate_bp as lb

NETWORK = lb.initialize((3, 8, 2), "tanh", seed=1)
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 3)), RNG.normal(size=(40, 2))


def worked(seed):
    trained, history = lb.train(NETWORK, X, Y, rate=0.1, epochs=3, seed=seed)
    gradients = lb.backward(trained, lb.forward(trained, X), Y)
    return trained, history, gradients, lb.explain(NETWORK, X[0], Y[0]), lb.memory_plan(NETWORK, 10)


def told(results):
    trained, history, gradients, sheet, plan = results
    arrays = [*gradients.weights, *gradients.biases, *(layer.weights for layer in trained.layers)]
    return [array.tobytes() for array in arrays], history.cost, str(sheet), repr(plan)


if __name__ == "__main__":
    here = [told(worked(seed)) for seed in range(4)]  # what is compiled and kept here is there in a fork as well
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        there = [told(results) for results in pool.map(worked, range(4))]
    print("equal" if here == there else "unequal")
"""


@pytest.mark.exhaustive
@pytest.mark.parametrize("start", multiprocessing.get_all_start_methods())
def test_processes_compute_the_same_however_they_start(start, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, "-W", "error", str(program), start]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr) == ("equal\n", "")


@pytest.mark.parametrize("name", [name for name in RESULTS if not name.startswith(("diagram.", "plots."))])
def test_what_the_package_makes_can_be_sent(name):
    result = RESULTS[name]
    sent = pickle.loads(pickle.dumps(result))  # noqa: S301 — our own
    arrives = Variable(result.value) if name == "Variable" else result  # a leaf: the record stays
    assert repr(sent) == repr(arrives)
    assert str(sent) == str(arrives)


def test_a_program_that_was_sent_goes_on_from_where_it_stood_and_changes_nothing_here():
    network = RESULTS["Network"]
    program = compile(network, 2)
    x, y = np.array([[0.1, -0.2, 0.3], [0.3, 0.1, 0.2]]), np.array([[0.2, 0.7], [0.1, 0.3]])
    program.step(x, y, 0.5)
    here = program.network
    sent = pickle.loads(pickle.dumps(program))  # noqa: S301 — our own
    assert sent.backend == program.backend
    sent.step(x, y, 0.5)
    again = program.network
    program.step(x, y, 0.5)
    for start, still, one, other in zip(
        here.layers, again.layers, sent.network.layers, program.network.layers, strict=True
    ):
        assert np.array_equal(start.weights, still.weights)
        assert np.array_equal(one.weights, other.weights)
        assert not np.array_equal(one.weights, start.weights)


def test_a_network_that_was_sent_computes_the_same():
    network = RESULTS["Network"]
    sent = pickle.loads(pickle.dumps(network))  # noqa: S301 — our own
    for layer, other in zip(sent.layers, network.layers, strict=True):
        assert np.array_equal(layer.weights, other.weights)
        assert not layer.weights.flags.writeable
