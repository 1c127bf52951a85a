"""How results show themselves, and that a wrong kind of object is refused by the name of its argument."""

import io
import re
import sys

import numpy as np
import pytest

import literate_bp as book
from literate_bp.display import Displayed, TextTable, count, table_of_arrays, with_progress
from literate_bp.training import History

NETWORK = book.initialize((2, 3, 1), seed=0)
X, Y = np.array([[0.1, 0.2], [0.3, 0.1]]), np.array([[1.0], [0.0]])
TRACE = book.forward(NETWORK, X)
GRADIENTS = book.backward(NETWORK, TRACE, Y)
RESULTS = {
    "Network": NETWORK,
    "Layer": NETWORK.layers[0],
    "Trace": TRACE,
    "Gradients": GRADIENTS,
    "Report": book.check_gradient(NETWORK, X, Y),
    "Explanation": book.explain(NETWORK, X[0], Y[0]),
    "MemoryPlan": book.best_segments(book.initialize((2,) * 10), 100),
    "History": book.train(NETWORK, X, Y, epochs=3)[1],
    "Scaling": book.train_mixed(NETWORK, X, Y, epochs=3)[2],
    "GradientFlow": book.gradient_flow(NETWORK, X, Y),
}
MATTERS = {
    "Network": ["2-3-1", "sigmoid", "half_squared_error", "13 parameters", "float64"],
    "Layer": ["2 to 3", "sigmoid", "float64"],
    "Trace": ["2-3-1", "2 examples", f"output {TRACE.output.min():.3g} to {TRACE.output.max():.3g}"],
    "Gradients": ["2-3-1", f"{max(abs(g).max() for g in (*GRADIENTS.weights, *GRADIENTS.biases)):.3g}"],
    "Report": [f"{RESULTS['Report'].worst:.1e}", "complex step"],
    "Explanation": ["2-3-1", f"{len(RESULTS['Explanation'].steps)} steps"],
    "MemoryPlan": ["9 layers", "batch of 100", "segments of (", "more multiplications", "peak"],
    "History": ["3 epochs", f"cost {RESULTS['History'].cost[-1]:.4g}"],
    "Scaling": ["3 steps", "0 skipped", "last scale 65536"],
    "GradientFlow": ["2 layers", f"{RESULTS['GradientFlow'].remaining:.1e}"],
}


@pytest.mark.parametrize("kind", RESULTS)
def test_a_result_is_one_line_in_a_repl_with_what_matters(kind):
    shown = repr(RESULTS[kind])
    assert shown.startswith(f"<{kind}: ")
    assert "\n" not in shown
    assert len(shown) < 200
    assert all(part in shown for part in MATTERS[kind])


def test_a_printed_summary_is_broken_into_lines_that_a_page_has_room_for():
    plan = RESULTS["MemoryPlan"]
    assert len(plan.summary) > 100
    *summary, _, _ = str(plan).splitlines()
    assert " ".join(summary) == plan.summary
    assert max(map(len, summary)) <= 72


@pytest.mark.parametrize("kind", RESULTS)
def test_printed_it_has_a_table_and_in_a_notebook_too(kind):
    printed = str(RESULTS[kind])
    assert printed.count("\n") >= 2
    html = RESULTS[kind]._repr_html_()
    assert "<table" in html
    rows = html.count("<tr")
    assert rows >= 2
    if kind != "Explanation":
        assert rows == len(str(RESULTS[kind].table).splitlines())


def test_columns_of_numbers_are_aligned_to_the_right():
    table = TextTable(("name", "size"), (("a", "5"), ("long", "1,000"), ("<b>", "–")))
    assert str(table).splitlines() == ["name   size", "a         5", "long  1,000", "<b>       –"]
    assert "<td>&lt;b&gt;</td>" in table.html()
    assert [count(1, "layer"), count(2000, "layer")] == ["1 layer", "2,000 layers"]


def test_negative_numbers_are_numbers_and_a_column_with_a_word_in_it_is_text():
    table = TextTable(("sum", "said"), (("-1.5", "10"), ("+2", "none"), ("100.25", "5")))
    assert str(table).splitlines() == ["   sum  said", "  -1.5  10", "    +2  none", "100.25  5"]


def test_in_html_a_table_has_a_row_for_its_head_and_one_for_each_line():
    class Shown(Displayed):
        summary = "1 < 2"
        table = TextTable(("name", "size"), (("a", "5"), ("b", "6")))

    html = """<p>1 &lt; 2</p>
<table>
<thead><tr><th>name</th><th>size</th></tr></thead>
<tbody>
<tr><td>a</td><td>5</td></tr>
<tr><td>b</td><td>6</td></tr>
</tbody>
</table>"""
    assert Shown()._repr_html_() == html


def test_a_table_of_arrays_has_the_shape_and_the_ends_of_each():
    table = table_of_arrays({"W": np.array([[1.5, -0.25], [0.0, 0.12345]]), "b": np.array([3.0])})
    assert table.head == ("array", "shape", "least", "largest")
    assert table.rows == (("W", "(2, 2)", "-0.25", "1.5"), ("b", "(1,)", "3", "3"))


# x = (1, 1) and (2, 0): z¹ = (4, 6) and (2, 4), a¹ = z¹ + x, W² = 2 (3, 0) / 3 = (2, 0), z² = 2 a¹ + 1 = 11 and 9. That
# is 1 too much, and right: δ² = 2 · 1 / 2 = 1 and 0. With ∂C/∂W² = (5, 7) and its part along (1, 0), which is 5, the
# gradient of the direction is 2 / 3 (0, 7).
BY_HAND = """\
2 to 2, identity, no biases, residual, float64
array    shape   least  largest
weights  (2, 2)      1        4

2 to 1, relu, normalized weights, float64
array    shape   least  largest
weights  (2, 1)      0        3
biases   (1,)        1        1
gains    (1,)        2        2

2-2-1, identity relu, squared_error, 8 parameters, float64
layer               inputs to nodes, activation, type
    1  2 to 2, identity, no biases, residual, float64
    2       2 to 1, relu, normalized weights, float64

2-2-1, 2 examples, output 9 to 11
array                        shape   least  largest
inputs                       (2, 2)      0        2
linear parts of layer 1      (2, 2)      2        6
activated values of layer 1  (2, 2)      4        7
linear parts of layer 2      (2, 1)      9       11
activated values of layer 2  (2, 1)      9       11

2-2-1, largest 5 (gains of layer 2)
array               shape   least  largest
weights of layer 1  (2, 2)      0        2
weights of layer 2  (2, 1)      0     4.67
biases of layer 2   (1,)        1        1
gains of layer 2    (1,)        5        5"""


def test_what_is_printed_of_a_pass_is_what_a_pencil_finds():
    first = book.Layer([[1.0, 2.0], [3.0, 4.0]], None, "identity", residual=True)
    last = book.Layer([[3.0], [0.0]], [1.0], "relu", gains=[2.0])
    network = book.Network((first, last), "squared_error")
    trace = book.forward(network, [[1.0, 1.0], [2.0, 0.0]])
    gradients = book.backward(network, trace, [[10.0], [9.0]])
    assert "\n\n".join(map(str, (first, last, network, trace, gradients))) == BY_HAND
    assert book.forward(network, [1.0, 1.0]).summary == "2-2-1, 1 example, output 11 to 11"


def test_long_networks_and_large_batches_stay_a_line():
    deep = book.initialize((30,) * 60 + (3,), ["tanh"] * 59 + ["softmax"], cost="cross_entropy")
    assert len(repr(deep)) < 400
    assert "tanh softmax" in repr(deep)


@pytest.mark.parametrize(
    ("history", "shown"),
    [
        (History(), "0 epochs"),
        (History((0.5,)), "1 epoch, cost 0.5"),
        (History((0.5, 0.25), (0.5, 0.75)), "2 epochs, cost 0.25, accuracy 75.0%"),
        (
            History((0.5, 0.25), (0.5, 0.75), (0.6, 0.3), (0.5, 0.625)),
            "2 epochs, cost 0.25, accuracy 75.0%, 62.5% on the test examples",
        ),
    ],
)
def test_a_history_says_what_was_reached_of_what_was_measured(history, shown):
    assert repr(history) == f"<History: {shown}>"


def test_a_history_has_a_line_an_epoch_of_what_was_measured():
    history = History((0.5, 0.3, 0.123456), (0.5, 0.6, 0.75), (0.6, 0.4, 0.234567), (0.5, 0.25, 0.12345))
    assert history.summary == "3 epochs, cost 0.1235, accuracy 75.0%, 12.3% on the test examples"
    head, *rows = (re.split(" {2,}", line.strip()) for line in str(history).splitlines()[1:])
    assert head == ["epoch", "cost", "accuracy", "test cost", "test accuracy"]
    assert rows[0] == ["1", "0.5", "50.0%", "0.6", "50.0%"]
    assert rows[2] == ["3", "0.1235", "75.0%", "0.2346", "12.3%"]


def test_the_largest_entry_of_gradients_may_be_negative():
    network = book.Network([book.Layer([[1.0], [2.0]], None, "identity")], "squared_error")
    trace = book.forward(network, [3.0, -4.0])  # z = -5, which is 1 too much: δ = 2, and ∂C/∂W = (6, -8)
    assert book.backward(network, trace, [-6.0]).summary == "2-1, largest 8 (weights of layer 1)"


WRONG = [[1.0], np.ones((2, 2)), None, "network", 3, (NETWORK,)]
CALLS = {
    "forward": lambda wrong: book.forward(wrong, X),
    "backward": lambda wrong: book.backward(wrong, TRACE, Y),
    "cost": lambda wrong: book.cost(wrong, TRACE, Y),
    "train": lambda wrong: book.train(wrong, X, Y),
    "train_mixed": lambda wrong: book.train_mixed(wrong, X, Y),
    "descend": lambda wrong: book.descend(wrong, GRADIENTS, 0.1),
    "accuracy": lambda wrong: book.accuracy(wrong, X, Y),
    "check_gradient": lambda wrong: book.check_gradient(wrong, X, Y),
    "gradient_flow": lambda wrong: book.gradient_flow(wrong, X, Y),
    "memory_plan": lambda wrong: book.memory_plan(wrong, 3),
    "checkpoint_plan": lambda wrong: book.checkpoint_plan(wrong, 3, 2),
    "best_segments": lambda wrong: book.best_segments(wrong, 3),
    "backward_in_segments": lambda wrong: book.backward_in_segments(wrong, X, Y, 2),
    "initialize_from_data": lambda wrong: book.initialize_from_data(wrong, X),
    "explain": lambda wrong: book.explain(wrong, X[0], Y[0]),
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: type(wrong).__name__)
@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_network_is_refused_by_name(name, wrong):
    with pytest.raises(ValueError, match=r"^network is .*; a Network was expected: make one with literate_bp\."):
        CALLS[name](wrong)


@pytest.mark.parametrize("wrong", [X, None, GRADIENTS, (X, X)], ids=lambda wrong: type(wrong).__name__)
def test_what_is_no_trace_is_refused_by_name(wrong):
    for run in (book.backward, book.cost):
        with pytest.raises(ValueError, match=r"^trace is .*; a Trace was expected: make one with literate_bp\.forward"):
            run(NETWORK, wrong, Y)


@pytest.mark.parametrize("wrong", [X, None, TRACE, [X]], ids=lambda wrong: type(wrong).__name__)
def test_what_are_no_gradients_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=r"^gradients is .*; a Gradients was expected: make one with"):
        book.descend(NETWORK, wrong, 0.1)


def test_arguments_in_the_wrong_order_are_refused_without_printing_all_weights():
    with pytest.raises(ValueError, match="network is an int") as raised:
        book.memory_plan(256, NETWORK)
    assert len(str(raised.value)) < 200


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("delay", "shown"), [(0, True), (60, False)])
def test_a_bar_shows_progress_on_a_terminal_unless_all_is_done_before(delay, shown, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert [*with_progress([3, 1, 2], "push", delay)] == [3, 1, 2]
    assert ("3/3" in sys.stderr.getvalue() and "push" in sys.stderr.getvalue()) == shown
