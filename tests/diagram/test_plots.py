"""The plots: their words hold the numbers given, both widths are drawn, two draws give the same bytes."""

import ast
import re
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import numpy as np
import pytest
from outlines import distances, outlines

from literate_bp import (
    History,
    LossScale,
    Scaling,
    Variable,
    backward,
    checkpoint_plan,
    diagram,
    forward,
    gradient_flow,
    initialize,
    memory_plan,
)
from literate_bp.activation import elementwise_activations
from literate_bp.diagram import colors, plots
from literate_bp.diagram.plots.plot import NARROW, WIDE
from literate_bp.precision import Limits, limits_of
from publish.plot_file import plot_file

EPOCHS = 12
HISTORY = History(
    cost=tuple(1 / n for n in range(1, EPOCHS + 1)),
    accuracy=tuple(1 - 0.5 / n for n in range(1, EPOCHS + 1)),
    test_cost=tuple(2 / n for n in range(1, EPOCHS + 1)),
    test_accuracy=tuple(1 - 0.6 / n for n in range(1, EPOCHS + 1)),
)
SECOND_HISTORY = History(*(tuple(value / 2 for value in values) for values in [*vars(HISTORY).values()][:4]))
RUNS = [HISTORY.test_cost, HISTORY.cost, HISTORY.accuracy]
A, B = Variable(2.0), Variable(-3.0)
EXAMPLES = np.random.default_rng(0).normal(size=(2, 40, 5))


def started(name):
    return initialize((5, 5, 5, 5), name, "he_normal", seed=1)


DEEP = initialize((4, 4, 4, 3), ["tanh", "silu", "softmax"], "normal", "cross_entropy", seed=1, std=3.0)
FLOW = gradient_flow(DEEP, np.ones((2, 4)), np.eye(3)[:2])
DEAD = replace(FLOW, errors=(0.0, 0.0, 0.5), bound=(0.0, 1.0, 0.5), local_bound=(0.0, 0.1, 0.5))
DEPTHS = (2, 10, 50)
COUNTS = np.array([[5, 1, 0], [0, 7, 0], [2, 0, 4]])
NETWORK = initialize((4,) * 10)
PLANS = {"all": memory_plan(NETWORK, 9), "some": checkpoint_plan(NETWORK, 9, 3)}
MEASURED = {name: [step.alive for step in plan.steps] for name, plan in PLANS.items()}
SCALING = Scaling((16.0, 8.0, 4.0, 4.0, 8.0), (False, False, True, True, False), LossScale(4.0))
BRAIN = Limits(2.0**-133, 2.0**-126, 3.3895e38, 2.0**-7)
SIZES = {"as they are": 2.0 ** np.linspace(-40, -10, 30), "scaled": 2.0 ** np.linspace(-23, 7, 30)}
TIMES = {
    "2-1, batch 1": {"clear": 30.0, "row": 7.5, "floats": 0.3, "least": 1.8},
    "1024-1024-1024-10, batch 1": {"clear": 12000.0, "row": 5001.4, "least": 5000.0},
    "3-3, batch 2": {"row": 3.0, "least": 4.0},
}
WIDTHS, BATCHES = (8, 64, 512, 1024), (1, 2, 4)
GROWN = {
    "width": {"clear": (90, 200, 5e3, 2e4), "ours": (20, 90, 4e3, 16e3), "products": (64, 4096, 2**18, 2**20)},
    "batch": {"ours": (3, 3, 4), "products": BATCHES},
}
PLOTS = {
    "units": lambda: plots.memory_by_segments(16),
    "alive": lambda: plots.memory_by_step(PLANS, MEASURED),
    "activations": lambda: plots.activation_curves(("sigmoid", "relu")),
    "node": lambda: plots.activation_at("sigmoid", 0.17),
    "node with its slope": lambda: plots.activation_at("sigmoid", -1.5, with_tangent=True),
    "cost": lambda: plots.cost_against_weight(lambda w: w * w, 1.0, 2.0),
    "equal layers": lambda: plots.with_equal_layers(plots.activation_curves(["tanh"]), 10),
    "downhill": lambda: plots.descent(
        [[1, 2], [2, -1]], [[0], [1]], {"a": [[1, 1], [0, 1]], "b": [[1, 1], [1, 0]]}, 1.0
    ),
    "downhill by optimizer": lambda: plots.descent_by_optimizer(
        [[1, 2], [2, -1]], [[0], [1]], {"adam": [[1, 1], [0, 1]], "sgd": [[1, 1], [1, 0]]}, {"adam": -2, "sgd": 1}
    ),
    "starts": lambda: plots.with_starts(plots.activation_curves(["tanh"]), {"tanh": {"a": [[[1.0, 0.5], [0.5, 1.0]]]}}),
    "cost and a step": lambda: plots.cost_against_weight(lambda w: w * w, 1.0, 2.0, 2.0, rate=0.25),
    "learning": lambda: plots.learning_curve(HISTORY),
    "learning in several runs": lambda: plots.learning_curve(HISTORY, SECOND_HISTORY),
    "learning without a test": lambda: plots.learning_curve(History(HISTORY.cost, HISTORY.accuracy)),
    "compared": lambda: plots.compare_runs({"one": HISTORY.cost, "other": HISTORY.test_cost}, "cost"),
    "rates": lambda: plots.cost_against_rate([0.1, 0.2, 0.4], [[2.0, 1.0, 3.0], [2.5, 1.5, 4.0]]),
    "several runs": lambda: plots.compare_runs({"one": RUNS, "other": HISTORY.cost}, "cost"),
    "bugs": lambda: plots.pairs_of_runs(
        [0, 5, 10], {n: ([[2.0, 1.5, 1.0], [3.0, 2.0, 1.5]], [2.0, 1.0, 0.5]) for n in "ABCDE"}
    ),
    "places of bugs": lambda: plots.errors_by_entry(
        {n: {"weights": [[0, 0.001], [0.5, 1], [2, 0.1]], "biases": [0.2, 0], "others": [[1.0]]} for n in "ABCDE"}
    ),
    "one bug at a time": lambda: plots.with_bugs(
        plots.activation_curves(["tanh"]),
        [0, 2],
        {"A": (([[2.0, 1.0]], [0.5]), ([[2.0, 0.5]], [0.75]))},
        {"A": {"gradient": {"weights of layer 1": [[0.5, 0.0]]}}},
        {"A": "- a"},
    ),
    "each beside one": lambda: plots.compare_with(
        {"plain": RUNS, **{f"method {n}": RUNS for n in range(1, 9)}}, "plain", "share"
    ),
    "one beside one": lambda: plots.compare_with({"a": HISTORY.cost, "b": HISTORY.test_cost}, "b", "cost"),
    "per step": lambda: plots.compare_runs({"one": HISTORY.cost}, "factor", "step"),
    "steps": lambda: plots.error_against_step([1e-2, 1e-5], {"exact": [0.0, 1e-16], "rough": [1e-4, 1e-11]}),
    "confusion": lambda: plots.confusion_matrix(COUNTS, "abc"),
    "spreads": lambda: plots.histograms({name: started(name) for name in ("tanh", "relu")}, *EXAMPLES),
    "layers": lambda: plots.measure_by_layer({"errors": [0.1, 0.5, 1.0], "weights": [1.0, 0.9]}, "share of it"),
    "digits": lambda: plots.digits_by_size(
        {"float32": limits_of(np.float32), "bfloat16": BRAIN, "float16": limits_of(np.float16)}
    ),
    "gradients": lambda: plots.gradient_histogram(SIZES),
    "one panel": lambda: plots.gradient_histogram({"small": [2.0**-30, 0.0]}),
    "machines": lambda: plots.time_by_machines([1, 8, 64], {"work": [1.0, 0.125, 0.02], "a ring": [0.01, 0.02, 0.02]}),
    "pipeline": lambda: plots.pipeline_schedule(4, 6),
    "long pipeline": lambda: plots.pipeline_schedule(6, 9),
    "stages": lambda: plots.time_by_stage(TIMES, "least"),
    "contenders": lambda: plots.contenders(
        {
            "small": {"ours": {"float64": [0.2, 0.3, 0.4]}, "theirs": {"float64": [9, 10, 3e5], "float32": [1, 2, 2]}},
            "large": {"ours": {"float64": [1.0, 1.1, 1.2], "float32": [1.3, 1.4, 1.6]}},
        },
        own=["ours"],
    ),
    "growth": lambda: plots.time_against_size({"width": WIDTHS, "batch": BATCHES}, GROWN, "products"),
    "scale": lambda: plots.loss_scale(SCALING),
    "scale that fits": lambda: plots.loss_scale(Scaling((8.0, 8.0), (True, True), LossScale(8.0))),
    "flow": lambda: diagram.gradient_flow(FLOW),
    "flow of nothing": lambda: diagram.gradient_flow(DEAD),
    "flow of one layer": lambda: diagram.gradient_flow(gradient_flow(initialize((3, 2)), np.ones(3), np.ones(2))),
    "lengths": lambda: plots.norms(
        {"one": {"errors": (DEPTHS, (0.1, 1e-9, 0.0)), "at most": (DEPTHS, (1.0, 1e-3, 1e-30))}, "other": {}},
        "depth",
        "what is left",
        (3, 1),
    ),
    "many lengths": lambda: plots.norms(
        {f"panel {n}": {"wide": (DEPTHS, (1.0, 1e5, 1e14)), "narrow": (DEPTHS, (1e-31, 1.0, 2.0))} for n in range(8)},
        "depth",
        "what is left of the errors",
        (4, 2),
        200,
    ),
    "lengths of several runs": lambda: plots.norms(
        {
            name: {f"{name}, {k}": (DEPTHS, [[k, 1e-3, 0.0], [k, 1e-9, 1e-7], [1, 1, 1e-5]]) for k in (2, 8)}
            for name in "ab"
        },
        "depth",
        "what is left",
    ),
    "chain": plots.chain_factors,
    "calculation": lambda: plots.recorded_calculation("node"),
    "graph": lambda: plots.recorded_graph((A * A + B) / A, {"a": A, "b": B}),
    "stretched": lambda: plots.unit_circle_image([[1.5, 0.9], [-0.4, 0.6]]),
    "spectra": lambda: plots.jacobian_spectra([np.diag([2.0, 1e-9]), np.diag([1.0, 1e-12])]),
    "images": lambda: plots.images(np.linspace(0, 1, 8 * 9).reshape(2, 4, 9), ("first", "is 2\nread as 3")),
}
ELSEWHERE = {"matrices"}
"""Tested in test_matrix_products.py."""
each = pytest.mark.parametrize("plot", [make() for make in PLOTS.values()], ids=PLOTS)


def functions_giving_plots():
    """Return the file and the name of every function that makes a plot for a chapter."""
    files = sorted({*Path(plots.__file__).parent.glob("*.py")} - {Path(plots.__file__).parent / "plot.py"})
    parsed = [(path.name, part) for path in files for part in ast.parse(path.read_text(encoding="utf-8")).body]
    return [
        (name, part.name)
        for name, part in parsed
        if isinstance(part, ast.FunctionDef) and isinstance(part.returns, ast.Name) and part.returns.id == "Plot"
    ]


def test_every_function_that_makes_a_plot_is_public():
    missing = [found for found in functions_giving_plots() if found[1] not in plots.__all__]
    assert not missing, f"name them in src/literate_bp/diagram/plots/__init__.py: {missing}"


def test_every_plot_is_tried():
    tried = {name for make in PLOTS.values() for name in (make.__name__, *make.__code__.co_names)}
    missing = [found for found in functions_giving_plots() if found[1] not in tried | ELSEWHERE]
    assert not missing, f"draw them in PLOTS, tests/diagram/test_plots.py: {missing}"


@cache
def html_of(plot):
    return plot._repr_html_()


@each
def test_two_draws_give_the_same_bytes(plot):
    assert plot._repr_html_() == html_of(plot)
    assert plot.svg("dark", 340) == plot.svg("dark", 340)
    assert " at 0x" not in repr(plot)  # where a function lies in memory


def test_a_plot_has_a_ground_of_its_own_in_the_dark_alone():
    plot = PLOTS["node"]()
    for theme, times in (("light", 0), ("dark", 1)):
        ground = re.compile(rf'<path d="M 0 \d+\nL[^"]*" style="fill: {colors(theme)["paper"]}"')
        assert len(ground.findall(plot.svg(theme, 340))) == times


@each
def test_a_page_shows_both_widths_and_the_numbers(plot):
    html = html_of(plot)
    assert html.count("<svg") == 2
    assert plot.table.html() in html
    assert all(len(row) == len(plot.table.header) for row in plot.table.rows)


@each
def test_the_svg_is_named_and_its_inks_are_variables(plot):
    assert f"<title>{escape(plot.alt)}</title>" in plot.svg()
    html = html_of(plot)
    assert html.count(f'role="img" aria-label="{escape(plot.alt)}"') == 2
    assert "var(--bp-ink, #1b1f24)" in html
    assert not [color for color in colors("light").values() if f"fill: {color}" in html or f"stroke: {color}" in html]


@each
def test_the_files_of_the_site_draw_the_same_within_a_twentieth_of_a_pixel(plot):
    for view in re.findall(r"<svg.*?</svg>", html_of(plot), re.DOTALL):
        given, drawn = outlines(view), outlines(plot_file(view).content)
        assert len(given) > 10
        assert [each.style for each in drawn] == [each.style for each in given]
        assert [each.curves for each in drawn] == [each.curves for each in given]
        for there, here in zip(given, drawn, strict=True):
            moved = abs(here.points[:, None] - there.points).max(axis=2).min(axis=1)
            assert moved.max() <= 0.05 + 1e-9
            assert distances(there.points, here.points).max() <= np.hypot(0.05, 0.05) + 1e-9


@each
def test_a_page_may_show_the_same_plot_twice(plot):
    assert not re.search(r"\bid=|href=|url\(", html_of(plot))


def drawn_labels(axes):
    low, high = sorted(axes.get_xlim())
    return [label for label in axes.get_xticklabels() if low <= label.get_position()[0] <= high]


@each
def test_text_stays_inside_the_figure_and_nothing_is_written_over_another(plot):
    for width in (WIDE, NARROW):
        figure = plot.figure(width=width)
        figure.draw_without_rendering()
        boxes = [
            text.get_window_extent()
            for axes in figure.axes
            for text in (axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts, *drawn_labels(axes))
            if text.get_text() and (axes.axison or text is axes.title)
        ]
        page = figure.bbox
        assert all(page.x0 <= b.x0 and b.x1 <= page.x1 and page.y0 <= b.y0 and b.y1 <= page.y1 for b in boxes)
        assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]


def test_the_table_holds_what_was_given():
    table = PLOTS["learning"]().table
    assert table.header == (
        "epoch",
        "trained on: cost",
        "held out: cost",
        "trained on: share answered right",
        "held out: share answered right",
    )
    assert table.rows[0] == ("1", "1", "2", "0.5", "0.4")
    assert table.rows[-1][0] == str(EPOCHS)
    assert PLOTS["confusion"]().table.rows[2] == ("is c", "2", "0", "4")
    assert PLOTS["steps"]().table.rows[0] == ("0.01", "0", "0.0001")
    assert "right from 0.5" in PLOTS["learning"]().alt
    assert "16 answers on the diagonal are right, 3 beside it" in PLOTS["confusion"]().alt


def test_a_tangent_touches_the_curve_and_the_step_goes_as_far_as_it_says():
    plot = PLOTS["cost and a step"]()
    assert plot.alt.endswith(
        "Marked: the weight now, at 1 with 1; after a step, at 0.5 with 0.25. The slope of the tangent is 2."
    )
    cost, tangent, *marks = plot.figure().axes[0].lines
    below = np.interp(tangent.get_xdata(), cost.get_xdata(), cost.get_ydata()) - tangent.get_ydata()
    assert -1e-3 < below.min() < 1e-3 < below.max()
    assert [mark.get_xydata().tolist() for mark in marks if mark.get_marker() == "o"] == [[[1, 1]], [[0.5, 0.25]]]
    assert "the node, at 0.17 with 0.542." in PLOTS["node"]().alt
    assert "The slope of the tangent is 0.149." in PLOTS["node with its slope"]().alt


def test_the_sizes_beside_histograms_are_those_of_the_hidden_layers_of_one_example():
    table = PLOTS["spreads"]().table
    assert table.header == ("root of the mean square", "layer 1", "layer 2")
    assert [row[0] for row in table.rows] == [
        f"{name}, {what}" for name in ("tanh", "relu") for what in ("activated values", "errors")
    ]
    network = started("relu")
    trace = forward(network, EXAMPLES[0])
    errors = backward(network, trace, EXAMPLES[1]).errors
    for row, layers, times in zip(table.rows[2:], (trace.activated[1:3], errors[:2]), (1, 40), strict=True):
        assert row[1:] == tuple(f"{times * np.sqrt(np.mean(of**2)):.2g}" for of in layers)


def test_one_measure_of_every_layer_may_end_before_another():
    table = PLOTS["layers"]().table
    assert table.rows == (("1", "0.1", "1"), ("2", "0.5", "0.9"), ("3", "1", ""))


def test_what_is_kept_and_what_is_alive_stand_in_the_table():
    rows = PLOTS["units"]().table.rows
    assert rows[2] == ("4", "8", "4", "4")
    assert (rows[0][1], rows[-1][1]) == ("17", "17")
    assert "least near 4 segments with 8" in PLOTS["units"]().alt
    first = PLOTS["alive"]().table.rows[0]
    assert first[0] == "all, step 1: forward, layer 1"
    assert first[1] == first[2]


def test_the_plots_of_sixteen_bits_say_what_becomes_of_numbers():
    digits = PLOTS["digits"]().table
    assert digits.rows[1] == ("bfloat16", "2⁻¹³³", "2⁻¹²⁶", "3.3895·10³⁸", "8")
    assert digits.rows[2] == ("float16", "2⁻²⁴", "2⁻¹⁴", "65504", "11")
    gradients = PLOTS["gradients"]()
    assert gradients.table.rows[0] == ("as they are", "50 %", "37 %", "13 %", "0 %")
    assert "scaled: 0 % become 0, 30 % lose digits, 70 % keep them" in gradients.alt
    assert PLOTS["one panel"]().table.rows[0] == ("small", "100 %", "0 %", "0 %", "0 %")


def test_bars_stay_below_the_words_of_their_zones():
    for width in (WIDE, NARROW):
        figure = PLOTS["gradients"]().figure(width=width)
        figure.draw_without_rendering()
        for axes in figure.axes:
            tops = [bar.get_window_extent().y1 for bar in axes.patches if bar.get_height() < axes.get_ylim()[1]]
            assert max(tops) < min(text.get_window_extent().y0 for text in axes.texts)


def test_the_plot_of_stages_has_a_bar_for_each_and_a_line_that_no_number_touches():
    plot = PLOTS["stages"]()
    assert plot.table.header == ("network", "clear", "row", "floats", "least")
    assert plot.table.rows[1] == ("1024-1024-1024-10, batch 1", "12,000", "5,001", "", "5,000")
    assert "3-3, batch 2: 3 at most, 3 at least, least 4" in plot.alt
    for width in (WIDE, NARROW):
        figure = plot.figure(width=width)
        figure.draw_without_rendering()
        for axes, of in zip(figure.axes, TIMES.values(), strict=True):
            *stages, line = of.values()
            assert [bar.get_width() for bar in axes.patches] == stages
            assert [*axes.lines[0].get_xdata()] == [line, line]
            touched = axes.lines[0].get_window_extent().x0
            assert all(text.get_window_extent().x0 > touched for text in axes.texts)


def test_the_plot_of_growth_has_markers_lines_of_powers_and_theory_through_the_last_time_of_the_last_program():
    plot = PLOTS["growth"]()
    assert plot.table.header == ("µs", "clear", "ours", "products")
    assert plot.table.rows[3:5] == (("width 1,024", "20,000", "16,000", "1,048,576"), ("batch 1", "", "3", "1"))
    assert "with width, clear 1.63, ours 1.86, products 2.00; with batch, ours 0.42, products 1.00." in plot.alt
    width, batch = plot.figure().axes
    fit, clear, _, ours, theory = width.lines
    assert [*clear.get_ydata()] == [*GROWN["width"]["clear"]]
    assert [*ours.get_ydata()] == [*GROWN["width"]["ours"]]
    assert [*theory.get_ydata()] == [size**2 * 16e3 / 2**20 for size in WIDTHS]
    assert [*fit.get_xdata()] == [*WIDTHS[1:]]
    slope, *others = np.diff(np.log(fit.get_ydata())) / np.diff(np.log(fit.get_xdata()))
    assert np.allclose([slope, *others], np.polyfit(np.log(WIDTHS[1:]), np.log(GROWN["width"]["clear"][1:]), 1)[0])
    assert (width.get_legend() is None, batch.get_legend() is None) == (False, True)


def test_the_plot_of_a_scale_marks_what_was_skipped():
    plot = PLOTS["scale"]()
    assert plot.table.rows == (("1", "2⁴"), ("2", "2³"), ("3", "2²"), ("5", "2³"))
    assert "from 2⁴ to 2³, at least 2²; 3 steps were skipped" in plot.alt
    _, marks = plot.figure().axes[0].get_lines()
    assert [*marks.get_xdata()] == [1, 2, 5]


def test_the_tables_of_a_flow_hold_its_numbers():
    table = PLOTS["flow"]().table
    assert [row[1] for row in table.rows] == ["tanh", "silu", "softmax"]
    assert table.rows[0][2] == f"{FLOW.errors[0]:.2g}".replace("-", "−")
    assert PLOTS["lengths"]().table.rows == (
        ("one, errors", "0.1", "1·10⁻⁹", "0"),
        ("one, at most", "1", "0.001", "1·10⁻³⁰"),
    )
    assert PLOTS["stretched"]().table.rows[0][-1] == "1.75"
    assert "0.447743, at 6.8942" in PLOTS["chain"]().alt
    assert PLOTS["spectra"]().table.rows[0] == ("1", "2", "1", "1·10⁻⁹", "2", "1", "1·10⁻²¹")


def test_one_bound_is_drawn_where_two_could_not_be_told_apart():
    same = replace(FLOW, local_bound=FLOW.bound)
    drawn = [
        len(diagram.gradient_flow(of).figure().axes[0].lines)
        for of in (same, replace(FLOW, local_bound=(0.0, 0.0, 0.0)))
    ]
    assert drawn == [2, 3]


def test_no_line_leaves_its_axes():
    for name in ("flow", "flow of nothing", "lengths", "many lengths", "chain", "spectra"):
        for axes in PLOTS[name]().figure().axes:
            low, high = axes.get_ylim()
            values = np.concatenate([np.asarray(line.get_ydata(), float) for line in axes.lines] or [np.array([low])])
            assert (values >= low * (1 - 1e-9) - 1e-300).all()
            assert (values <= high * (1 + 1e-9)).all()


def test_every_activation_of_one_linear_part_can_be_drawn():
    plot = plots.activation_curves([*elementwise_activations()])
    assert len(plot.figure().axes) == len(elementwise_activations())


def test_a_row_that_is_not_full_has_no_empty_axes():
    names = [*elementwise_activations()][:5]
    assert len(plots.activation_curves(names).figure().axes) == 5
    four = {name: {"a": {"float64": [1.0, 2.0, 3.0]}} for name in "pqrs"}
    assert len(plots.contenders(four).figure().axes) == 4
    assert len(plots.time_by_stage({name: {"a": 2.0, "least": 1.0} for name in "pqrs"}, "least").figure().axes) == 4
    sizes, times = dict.fromkeys("pqrs", BATCHES), dict.fromkeys("pqrs", GROWN["batch"])
    assert len(plots.time_against_size(sizes, times, "products").figure().axes) == 4


def test_softmax_and_unknown_names_are_refused():
    with pytest.raises(ValueError, match="activation 'softmax' is unknown"):
        plots.activation_curves(("softmax",))


@pytest.mark.parametrize(("suffix", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_saving(tmp_path, suffix, start):
    PLOTS["confusion"]().save(tmp_path / f"plot.{suffix}", theme="dark")
    assert (tmp_path / f"plot.{suffix}").read_bytes().startswith(start)


def test_saving_as_something_else_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"path ends in '\.jpg'"):
        PLOTS["confusion"]().save(tmp_path / "plot.jpg")


def test_several_runs_are_shown_as_their_median_between_the_lowest_and_the_highest():
    plot = PLOTS["several runs"]()
    last = [runs[-1] for runs in RUNS]
    assert plot.table.rows[-1][1] == f"{np.median(last):.3g} ({min(last):.2g} to {max(last):.2g})"
    median, first = (
        next(line for line in plot.figure().axes[0].lines if line.get_linewidth() == width) for width in (1.8, 0.8)
    )
    assert [*median.get_ydata()] == [*np.median(RUNS, axis=0)]
    assert [*first.get_ydata()] == [*RUNS[0]]
    assert (
        "over the depth, in powers of ten, medians of 3 runs. a, a, 2: from 2 "
        in PLOTS["lengths of several runs"]().alt
    )
    (band,) = plot.figure().axes[0].collections
    assert band.get_datalim(plot.figure().axes[0].transData).height > 0


def test_a_panel_has_a_legend_unless_it_has_the_curves_of_the_one_before():
    same = {"wide": (DEPTHS, (1.0, 2.0, 3.0)), "narrow": (DEPTHS, (3.0, 2.0, 1.0))}
    other = {"small": (DEPTHS, (1.0, 2.0, 3.0)), "large": (DEPTHS, (3.0, 2.0, 1.0))}
    axes = plots.norms({"a": same, "b": same, "c": other, "d": other}, "depth", "length").figure().axes
    legends = [each.get_legend() and [text.get_text() for text in each.get_legend().get_texts()] for each in axes]
    assert legends == [["wide", "narrow"], None, ["small", "large"], None]


@pytest.mark.parametrize("ends", [(1e-31, 1e17), (1e-3, 1e2), (1e-34, 1e14), (1.0, 1e14), (1e-12, 1.0)])
def test_a_logarithmic_axis_has_a_tick_at_1(ends):
    figure = plots.norms({"": {"one": ((1, 2), ends)}}, "depth", "length").figure()
    ticks = figure.axes[0].get_yticks()
    assert 1.0 in ticks
    assert len(ticks) <= 7
    assert len({round(step) for step in np.diff(np.log10(ticks))}) == 1


@pytest.mark.parametrize(
    ("ends", "marked"), [((1.6, 17.0), {2, 3, 5, 10}), ((2.2, 4.0), {3}), ((0.04, 0.4), {0.1, 0.2})]
)
def test_a_logarithmic_axis_with_few_powers_of_ten_has_numbers_between_them(ends, marked):
    axes = plots.cost_against_rate((0.01, 1, 100), (ends[0], ends[1], ends[0])).figure().axes[0]
    axes.figure.draw_without_rendering()
    shown = [label.get_text() for label in axes.get_yticklabels()]
    assert marked <= set(np.round(axes.get_yticks(), 3))
    assert all(shown)
    assert not any("10^" in text for text in shown)


def test_the_lowest_panel_of_each_column_has_the_numbers_of_its_axis():
    curves = {"one": (DEPTHS, (1.0, 2.0, 3.0))}
    axes = plots.norms(dict.fromkeys("abcde", curves), "depth", "length", (3, 1)).figure().axes
    numbered = [any(label.get_visible() for label in each.get_xticklabels()) for each in axes[:5]]
    assert numbered == [False, False, True, True, True]


def test_a_learning_curve_of_several_runs_is_their_median_with_the_spread():
    table = plots.learning_curve(HISTORY, SECOND_HISTORY).table
    assert table.rows[0][1] == "0.75 (0.5 to 1)"


def test_learning_curves_of_unequal_lengths_are_refused():
    shorter = History(HISTORY.cost[:-1], HISTORY.accuracy[:-1])
    with pytest.raises(ValueError, match="the same number was expected of all"):
        plots.learning_curve(HISTORY, shorter)


def test_a_bug_has_its_own_panel_with_the_numbers_at_both_ends():
    plot = PLOTS["bugs"]()
    assert [axes.get_title() for axes in plot.figure().axes] == [*"ABCDE"]
    assert plot.table.rows[0] == ("A", "2.5 (2 to 3)", "1.25 (1 to 1.5)", "2", "0.5")
    wrong, right = (
        next(n for n in plot.figure().axes[0].lines if n.get_label() == label) for label in ("wrong", "right")
    )
    assert wrong.get_ydata().tolist() == [2.5, 1.75, 1.25]
    assert right.get_ydata().tolist() == [2.0, 1.0, 0.5]
    assert wrong.get_linestyle() != right.get_linestyle()


def test_entries_are_as_dark_as_they_are_off_and_white_below_a_hundredth():
    plot = PLOTS["places of bugs"]()
    axes = plot.figure().axes[0]
    drawn = {round(each.get_alpha(), 4): len(each.get_paths()[0].vertices) // 5 for each in axes.collections}
    assert drawn == {0.125: 1, 0.25: 1, 0.5: 1, 1.0: 3}  # 0.1 and 0.2 go up to the next of sixteen
    assert plot.table.rows[0] == ("A", "weights 2, biases 0.2, others 1")


def test_each_method_is_drawn_beside_the_usual_one_on_the_same_axis():
    runs = {"plain": [[0.1, 0.4], [0.3, 0.6]], "a": [[0.5, 0.9], [0.7, 0.7]], "b": [0.2, 0.2]}
    plot = plots.compare_with(runs, "plain", "share")
    drawn = plot.figure().axes
    assert [axes.get_title() for axes in drawn] == ["a", "b"]
    for axes, middle in zip(drawn, ([0.6, 0.8], [0.2, 0.2]), strict=True):
        lines = [list(line.get_ydata()) for line in axes.lines if line.get_linewidth() > 1]
        assert lines == [pytest.approx(middle), pytest.approx([0.2, 0.5])]
        assert axes.get_ylim() == (0.2, 0.9)  # of the medians and of the runs of the others
    assert plot.table.header == ("method", "epoch 1", "epoch 2")
    assert [row[0] for row in plot.table.rows] == ["plain", "a", "b"]
