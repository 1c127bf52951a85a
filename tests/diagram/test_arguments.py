"""What cannot be drawn is refused with the name of the argument."""

import importlib
import re

import numpy as np
import pytest
from pictures import KINDS, RUNNING

from literate_bp import Layer, Network, diagram, memory_plan
from literate_bp.diagram import plots

NETWORK, X, Y = RUNNING
WRONG = {"a list": [1.0], "an ndarray": np.ones((2, 3)), "an int": 256, "a str": "net", "None": None}


@pytest.mark.parametrize("kind", KINDS)
def test_normalized_weights_are_not_drawn(kind):
    network = Network((Layer([[0.5]], None, "tanh", gains=[2.0]),))
    given = ([1.0],) if kind == "node_forward" else ([1.0], [0.5])
    with pytest.raises(ValueError, match="layer 1 has gains; a picture shows weights that have none"):
        getattr(diagram, kind)(network, *given)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": "number"}, "values 'number' is unknown; did you mean 'numbers'"),
        ({"notation": "boook"}, "notation 'boook' is unknown; did you mean 'book'"),
        ({"layer": 4}, "layer is 4; the network has 3 layers, so 1 to 3 was expected"),
        ({"node": 0}, "node is 0; layer 1 has 3 nodes, so 1 to 3 was expected"),
        ({"layer": True}, "layer is True; the network has 3 layers, so 1 to 3 was expected"),
        ({"node": "2"}, "node is '2'; layer 1 has 3 nodes, so 1 to 3 was expected"),
    ],
)
def test_refuses_unknown_choices(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        diagram.node_forward(*RUNNING[:2], **options)


@pytest.mark.parametrize("kind", KINDS[2:])
def test_refuses_what_no_page_can_hold(kind):
    network, x, y = RUNNING
    draw = getattr(diagram, kind)
    wide = Network((Layer(np.ones((9, 2)), None, "tanh"),))
    deep = Network(tuple(Layer(np.ones((1, 1)), None, "tanh") for _ in range(7)))
    with pytest.raises(ValueError, match=r"sizes 9-2; .* up to 8 nodes"):
        draw(wide, np.ones(9), np.ones(2))
    with pytest.raises(ValueError, match=r"up to 6 layers"):
        draw(deep, [1.0], [1.0])
    with pytest.raises(ValueError, match=r"x has shape \(1, 3\); .* pass x\[0\]"):
        draw(network, [x], [y])
    with pytest.raises(ValueError, match=r"x at \(1,\) is nan"):
        draw(network, [0.0, float("nan"), 0.0], y)
    with pytest.raises(ValueError, match=r"end it in \.svg, \.png or \.pdf"):
        draw(network, x, y).save("picture.jpg")
    with pytest.raises(ValueError, match="theme 'drak' is unknown; did you mean 'dark'"):
        draw(network, x, y).figure(theme="drak")


@pytest.mark.parametrize(
    ("path", "came"), [(None, "None"), (3, "an int"), (["a.svg"], "a list"), (b"a.svg", "a bytes")]
)
def test_what_names_no_file_is_refused_before_anything_is_drawn(path, came):
    with pytest.raises(ValueError, match=rf"path is {came}; the name of a file, such as 'picture\.svg', was expected"):
        diagram.network_forward(*RUNNING).save(path)


def test_a_large_array_for_the_number_of_a_layer_is_refused_on_one_line():
    with pytest.raises(ValueError, match="layer is array") as caught:
        diagram.node_forward(*RUNNING[:2], layer=np.ones((9, 9)))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250


def test_a_network_with_nan_in_it_is_not_drawn():
    network = Network((Layer([[0.1, np.nan]]),))
    with pytest.raises(ValueError, match=r"weights of layer 1 at \(0, 1\) is nan"):
        diagram.network_forward(network, [1.0], [0.0, 1.0])


def test_without_matplotlib_the_diagrams_say_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ImportError, match=r"literate_bp\[diagram\]"):
        importlib.reload(diagram)


@pytest.mark.parametrize("came", WRONG)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_network_is_refused_by_its_kind(kind, came):
    example = (X,) if kind == "node_forward" else (X, Y)
    with pytest.raises(ValueError, match=f"^network is {came}; a Network was expected: make one with literate_bp.Netw"):
        getattr(diagram, kind)(WRONG[came], *example)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", [None, "abc", ["a"], {"x": 1.0}, NETWORK, [[1.0], [1.0, 2.0]]], ids=repr)
def test_what_is_no_array_of_numbers_is_refused_by_its_name(kind, wrong):
    draw = getattr(diagram, kind)
    example = () if kind == "node_forward" else (Y,)
    with pytest.raises(ValueError, match=r"^x "):
        draw(NETWORK, wrong, *example)
    if example:
        with pytest.raises(ValueError, match=r"^y "):
            draw(NETWORK, X, wrong)


# What each function of the plots takes as its only argument of a kind, and the class that it asks for.
ONE_OBJECT = {"gradient_flow": "GradientFlow", "learning_curve": "History", "loss_scale": "Scaling"}


@pytest.mark.parametrize("came", WRONG)
@pytest.mark.parametrize(("function", "kind"), ONE_OBJECT.items())
def test_a_plot_of_another_kind_of_object_is_refused(function, kind, came):
    with pytest.raises(ValueError, match=rf"^\w+ is {came}; an? {kind} was expected: make one with literate_bp\."):
        getattr(plots, function)(WRONG[came])


REFUSED = {
    "networks": (lambda v: plots.histograms(v, X, Y), ["networks", "a mapping from names was expected"]),
    "one network": (lambda v: plots.histograms({"a": v}, X, Y), ["networks['a']", "a Network was expected"]),
    "formats": (plots.digits_by_size, ["formats", "a mapping from names was expected"]),
    "one format": (lambda v: plots.digits_by_size({"a": v}), ["formats['a']", "a Limits was expected"]),
    "plans": (lambda v: plots.memory_by_step(v, {}), ["plans", "a mapping from names was expected"]),
    "times": (lambda v: plots.time_by_stage(v, "a"), ["times", "a mapping from names was expected"]),
    "sizes": (lambda v: plots.time_against_size(v, {"n": {}}, "a"), ["sizes", "a mapping from names was expected"]),
    "times of sizes": (
        lambda v: plots.time_against_size({"n": [1, 2, 4]}, {"n": v}, "a"),
        ["times['n']", "a mapping from names was expected"],
    ),
    "measured": (plots.contenders, ["measured", "a mapping from names was expected"]),
    "times of machines": (
        lambda v: plots.time_by_machines([1, 2, 4], v),
        ["times", "a mapping from names was expected"],
    ),
    "one contender": (lambda v: plots.contenders({"n": v}), ["measured['n']", "a mapping from names was expected"]),
    "times of one": (lambda v: plots.time_by_stage({"n": v}, "a"), ["times['n']", "a mapping from names was expected"]),
    "one plan": (lambda v: plots.memory_by_step({"a": v}, {"a": [1]}), ["plans['a']", "a MemoryPlan was expected"]),
    "runs": (lambda v: plots.compare_runs(v, "cost"), ["runs", "a mapping from names was expected"]),
    "measures": (lambda v: plots.measure_by_layer(v, "size"), ["measures", "a mapping from names was expected"]),
    "groups": (plots.gradient_histogram, ["groups", "a mapping from names was expected"]),
    "errors": (lambda v: plots.error_against_step([0.1], v), ["errors", "a mapping from names was expected"]),
    "pairs": (lambda v: plots.pairs_of_runs([1], v), ["pairs", "a mapping from names was expected"]),
    "places": (plots.errors_by_entry, ["errors", "a mapping from names was expected"]),
    "panels": (lambda v: plots.norms(v, "layer", "size"), ["panels", "a mapping from names was expected"]),
}


@pytest.mark.parametrize("came", WRONG)
@pytest.mark.parametrize("name", REFUSED)
def test_a_plot_of_other_kinds_of_objects_is_refused(name, came):
    draw, parts = REFUSED[name]
    with pytest.raises(ValueError, match=f"{re.escape(parts[0])} is {came}.*{parts[1]}"):
        draw(WRONG[came])


MATRIX = plots.Matrix.of("A", [[1.0, 2.0]], "weight")


def grown(times, panels=None, sizes=(1, 2, 4)):
    return plots.time_against_size({"n": sizes}, panels or {"n": times}, "a")


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.compare_runs({"a": [1.0]}, 3), "y_label is 3; a text was expected"),
        (lambda: plots.measure_by_layer({"a": [1.0]}, ""), "y_label is ''; a text was expected"),
        (lambda: plots.norms({"a": {"b": ([1], [1])}}, "layer", None), "y_label is None; a text was expected"),
        (lambda: plots.norms({"a": {"b": ([1], [1])}}, ["l"], "size"), "x_label is ['l']; a text was expected"),
        (lambda: plots.compare_runs({"a": [1.0]}, "cost", 3), "x_label is 3; a text was expected"),
        (lambda: plots.compare_with({"a": [1.0]}, "a", "cost"), "runs has 'a' alone; another method to draw beside"),
        (lambda: plots.compare_with({"a": [1.0], "b": [1.0]}, "c", "cost"), "usual 'c' is unknown; known names: a, b"),
        (lambda: plots.compare_with({"a": [1.0], "b": [1.0]}, "a", 3), "y_label is 3; a text was expected"),
        (lambda: plots.compare_runs({}, "cost"), "runs has 0 entries; 1 to 3 were expected"),
        (
            lambda: plots.compare_runs({key: [1.0] for key in "abcd"}, "cost"),
            "runs has 4 entries; 1 to 3 were",
        ),
        (lambda: plots.cost_against_rate([0.1, 0.2], [1.0]), "costs has shape (1, 1); one for each rate was expected"),
        (lambda: plots.compare_runs({"a": []}, "cost"), "runs['a'] has shape (0,); a sequence of at least one number"),
        (lambda: plots.compare_runs({"a": ["b"]}, "cost"), "runs['a'] of type <U1 came; numbers were expected"),
        (lambda: plots.activation_curves("tanh"), "names is 'tanh'; a list of names was expected"),
        (lambda: plots.activation_curves([]), "names is []; a list of names was expected"),
        (lambda: plots.memory_by_segments(2.5), "n is 2.5; a whole number of at least 1 and at most"),
        (
            lambda: plots.error_against_step([0.1, 0.2], {"a": [1.0]}),
            "errors['a'] has shape (1,); one for each step was expected, so (2,)",
        ),
        (lambda: plots.pairs_of_runs([1, 2], {"a": [1.0]}), "pairs['a'] is [1.0]; a pair of runs was expected, with"),
        (lambda: plots.pairs_of_runs([1, 2], {"a": ([1.0],)}), "pairs['a'] is ([1.0],); a pair of runs was expected"),
        (
            lambda: plots.pairs_of_runs([1, 2], {"a": ([1.0, 2.0], [1.0])}),
            "pairs['a'] has shape (1, 1); one for each of steps was expected, so (runs, 2)",
        ),
        (lambda: plots.errors_by_entry({"a": {"b": [np.nan]}}), "errors['a']['b'] at (0,) is nan; finite numbers were"),
        (lambda: plots.errors_by_entry({"a": [1.0]}), "errors['a'] is a list; a mapping from names was expected"),
        (lambda: plots.confusion_matrix([1, 2], "ab"), "counts has shape (2,); with 2 names (2, 2) was expected"),
        (
            lambda: plots.time_by_stage({"n": {"b": 1.0}}, "a"),
            "times['n'] has 'b'; limit 'a' was expected, and a stage",
        ),
        (
            lambda: plots.time_by_stage({"n": {"a": 1.0}}, "a"),
            "times['n'] has 'a'; limit 'a' was expected, and a stage",
        ),
        (
            lambda: plots.contenders({"n": {"a": {"f": [1.0, 3.0, 2.0]}}}),
            "measured['n']['a']['f'] is (1.0, 3.0, 2.0); first",
        ),
        (lambda: plots.contenders({"n": {"a": {"f": [0.0, 3.0, 2.0]}}}), "measured['n']['a']['f'] is 0"),
        (lambda: grown({"b": [1, 2, 3]}), "times['n'] has 'b'; theory 'a' was expected, and a program"),
        (lambda: grown({"a": [1, 2, 3]}), "times['n'] has 'a'; theory 'a' was expected, and a program"),
        (lambda: grown({}, {"m": {}}), "times has no 'n'; an entry for each of the sizes was expected"),
        (
            lambda: grown({"a": [1, 2, 3], "b": [1, 2]}),
            "times['n']['b'] has shape (2,); one for each size was expected",
        ),
        (lambda: grown({"a": [1, 2, 3], "b": [1, 0, 2]}), "times['n']['b'] is 0"),
        (lambda: grown({"a": [1, 2], "b": [1, 2]}, sizes=[1, 2]), "sizes['n'] is [1.0, 2.0]; at least three num"),
        (lambda: grown({"a": [1] * 3, "b": [1] * 3}, sizes=[1, 3, 2]), "sizes['n'] is [1.0, 3.0, 2.0]; at least three"),
        (
            lambda: plots.time_by_machines([1, 2, 4], {"a": [1.0, 2.0]}),
            "times['a'] has shape (2,); one for each of the machines was expected, so (3,)",
        ),
        (lambda: plots.time_by_machines([2, 1, 4], {"a": [1.0, 2.0, 3.0]}), "machines is [2.0, 1.0, 4.0]; at least"),
        (lambda: plots.pipeline_schedule(9, 1), "stages is 9; a whole number of at least 1 and at most 6"),
        (lambda: plots.pipeline_schedule(2, 0), "batches is 0; a whole number of at least 1 and at most 9"),
        (lambda: plots.time_by_stage({"n": {"a": 0.0, "b": 1}}, "a"), "times['n']['a'] is 0"),
        (lambda: plots.images([[1.0]], ["a"]), "pixels have shape (1, 1); (images, height, width) was expected"),
        (lambda: plots.images([[[1.0]]], []), "captions has length 0; one for each image was expected, so 1"),
        (lambda: plots.confusion_matrix([[1.0]], 3), "names is an int; a sequence of texts was expected"),
        (lambda: plots.confusion_matrix([[np.nan]], "a"), "counts at (0, 0) is nan; finite numbers were expected"),
        (lambda: plots.images([[[1.0]]], None), "captions is None; a sequence of texts was expected"),
        (lambda: plots.images([[[1.0]]], ["a"], np.array(["1", "2"])), "numbers has length 2; one for each image"),
        (lambda: plots.activation_curves(None), "names is None; a sequence of names was expected"),
        (
            lambda: plots.memory_by_segments(10**18),
            "n is 1000000000000000000; a whole number of",
        ),
        (lambda: plots.error_against_step([0.1], {"a": [1.0]}, "x"), "floor is 'x'; a finite number greater than 0"),
        (lambda: plots.unit_circle_image([[1j, 0], [0, 1]]), "w came as complex numbers; real ones were expected"),
        (lambda: plots.jacobian_spectra(3), "matrices is an int; a sequence of matrices was expected"),
        (lambda: plots.jacobian_spectra([[[1j]]]), "matrices[0] came as complex numbers; real ones were expected"),
        (lambda: plots.unit_circle_image([1.0]), "w has shape (1,); (2, 2) was expected"),
        (lambda: plots.jacobian_spectra([[1.0]]), "matrices[0] has shape (1,); (inputs, outputs) was expected"),
        (
            lambda: plots.jacobian_spectra([np.ones((2, 3)), np.ones((2, 3))]),
            "matrices[1] has shape (2, 3); the matrix before it has 3 columns, so (3, n) was expected",
        ),
        (lambda: plots.jacobian_spectra([]), "matrices has length 0 and no number other than 0"),
        (lambda: plots.chain_factors((1.0,)), "weights has length 1; three were expected"),
        (lambda: plots.chain_factors(most=3.0), "most is 3.0; a finite number greater than 4 was expected"),
        (lambda: plots.norms({"a": [1.0]}, "layer", "size"), "panels['a'] is [1.0]; a mapping from at most 3 names"),
        (lambda: plots.norms({"a": {"b": [1.0]}}, "layer", "size"), "panels['a']['b'] is [1.0]; a pair of x and y"),
        (
            lambda: plots.norms({"a": {"b": ([1, 2], [1])}}, "layer", "size"),
            "x and y of panels['a']['b'] have lengths 2 and 1; the same was expected",
        ),
        (lambda: plots.norms({"a": {}}, "layer", "size"), "panels have no curves; at least one was expected"),
        (lambda: plots.gradient_histogram({"a": [0.0]}), "groups['a'] has no number other than 0"),
        (lambda: plots.matrices([MATRIX], 3), "alt is 3; a text was expected"),
        (lambda: plots.matrices(None, ""), "terms is None; a sequence of Matrix was expected"),
        (
            lambda: plots.Matrix.of("A", [1.0], "weight", [3]),
            "marked holds 3; a pair of row and column, from 0, was expected",
        ),
        (lambda: plots.Matrix.of(None, [1.0], "weight"), "symbol is None; LaTeX or an Expression was expected"),
        (lambda: plots.Matrix.of("A", [1j], "weight"), "values came as complex numbers; real ones were expected"),
        (
            lambda: plots.memory_by_step({"a": memory_plan(NETWORK, 1)}, {"a": [1]}),
            "measured['a'] has 1 entries; the plan has",
        ),
        (
            lambda: plots.memory_by_step({"a": memory_plan(NETWORK, 1)}, {"b": [1]}),
            "measured has no 'a'; an entry for each of the plans was expected",
        ),
        (lambda: plots.activation_at("tanh", 0.5, with_tangent="no"), "with_tangent is 'no'; True or False was"),
        (lambda: plots.cost_against_weight(3, 0.5, 1.0), "cost_of is an int; a function was expected"),
        (lambda: plots.cost_against_weight(lambda _: "a", 0.5, 1.0), "what cost_of returns of type <U1 came"),
        (lambda: plots.images([[[1.0]]], [3]), "captions hold 3; texts alone were expected"),
        (lambda: plots.compare_runs({1: [1.0]}, "cost"), "the names in runs hold 1; texts alone were expected"),
        (lambda: plots.histograms({"a": NETWORK}, [np.inf] * 3, Y), "x at (0, 0) is inf; finite numbers were"),
        (lambda: plots.matrices([MATRIX], "").view("portrait", 2), "width is 2; a number between 79 and 20000"),
        (lambda: plots.matrices([MATRIX], "").view("up", 340), "orientation 'up' is unknown"),
        (
            lambda: diagram.network_forward(Network((Layer([[1e308]], None, "identity"),)), [1e10], [1.0]),
            "network and x lead to numbers that are not finite",
        ),
        (lambda: plots.matrices([], ""), "terms is (); a sequence with at least one Matrix was expected"),
        (lambda: plots.matrices("A×W", ""), "terms is 'A×W'; a sequence with at least one Matrix was expected"),
        (
            lambda: plots.matrices([np.ones(2)], ""),
            "terms[0] is an ndarray; a Matrix or a sign such as '×' was",
        ),
        (lambda: plots.both_layouts([MATRIX, "×", MATRIX], ""), "terms has the signs ['×']; an equation with '='"),
        (lambda: plots.Matrix.of("A", [1.0], "wait"), "meaning 'wait' is unknown; did you mean 'weight'?"),
        (lambda: plots.Matrix.of("A", np.ones((1, 1, 1)), "weight"), "values have shape (1, 1, 1); (rows, columns)"),
        (lambda: plots.histograms({"a": Network(NETWORK.layers[:1])}, X, np.ones(3)), "networks['a'] has 1 layer"),
        (
            lambda: plots.matrices([MATRIX], "").figure(width=0),
            "width is 0; a number between 79 and 20000 was expected",
        ),
        (lambda: plots.matrices([MATRIX], "").svg(width=1e308), "width is 1e+308; a number between 79 and 20000"),
        (lambda: diagram.colors("blue"), "theme 'blue' is unknown; known names: light, dark"),
    ],
)
def test_what_cannot_be_plotted_is_refused_with_what_was_expected(draw, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw()
