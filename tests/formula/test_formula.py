"""A rule writes itself down, or is refused by what it does; what it writes is what its docstring says."""

import ast
import re
from functools import partial

import made_up
import pytest

from literate_bp.formula.expression import Call, Cases, Equation, Index, Name, Number, Reduction, Relation, Symbol
from literate_bp.formula.formula import aligned, equations_of, formula, rename_bound, with_named_argument
from literate_bp.formula.notation import NOTATIONS
from literate_bp.formula.shapes import Shaped
from literate_bp.formula.signatures import BY_COST, SIGNATURES, WITHOUT_HALF, RuleSignature, activation_of, symbol
from literate_bp.formula.tracing import Indexed, Tracer, constant, may_compare

Z, Z_K, W = Symbol("linear"), symbol("linear", "k"), symbol("weights", layer="l")
X, W_K = Indexed("i", symbol("input", "i")), Indexed("k", symbol("weight", "j", "k"))
TOTAL = Symbol("activated")


def written(rule, *given, gives=(TOTAL,), **instead):
    return equations_of(RuleSignature(rule, gives, given, instead=instead))


REFUSED = {
    "of_loop": ((X,), r"of_loop cannot be written: it goes through all of \['i'\] without a sum"),
    "of_growing": ((X,), r"total \+= x_i in of_growing"),
    "of_while": ((Z,), "branch on .* give its symbol a value"),
    "of_branch": ((Z,), "branch on .* give its symbol a value"),
    "of_truth": ((Z,), "branch on"),
    "of_equality": ((Z,), "z == 0 in of_equality"),
    "of_numbers": ((X,), "enumerate cannot be written"),
    "of_count": ((X,), "len can be written of a batch alone"),
    "of_smallest": ((X,), "min cannot be written"),
    "of_reversal": ((X,), "list of all i cannot be written"),
    "of_first_gathered": ((X,), "tuple of all i cannot be written"),
    "of_first": ((X,), "'Representative' object is not subscriptable"),
    "of_numbered": ((X,), "range cannot be written"),
    "of_sameness": ((Z,), "z is of_start in of_sameness"),
    "of_square": ((W,), r"\*\* of an array cannot be written"),
    "of_share": ((W,), "/ by an array cannot be written"),
    "of_ratio": ((W,), "/ by an array cannot be written"),
    "of_row": ((W,), "row n of a MatrixProduct cannot be written"),
    "of_rows": ((W,), r"\* cannot be written of a row"),
    "of_two_sums": ((W_K, X), "sum over i and k cannot be written"),
    "of_longer_sum": ((X, Z), "sum over i cannot be written"),
    "of_started_sum": ((X, Z), "sum over i cannot be written"),
    "of_filter": ((X,), "branch on"),
    "of_inverse": ((W,), "np.linalg cannot be written; known are"),
    "of_sign": ((Z,), "np.sign cannot be written"),
    "of_logarithm": ((Z,), "math.log cannot be written"),
    "of_remainder": ((Z,), "unsupported operand type.* %"),
    "of_entries_product": ((Z_K, Z_K), "@ cannot be written between single entries"),
    "of_axis": ((W,), "sum over axis 1 cannot be written"),
    "of_slice": ((Z_K,), r"\[slice\(1, None, None\)\] cannot be written"),
    "of_outer": ((Z_K,), r"\[\(slice\(None, None, None\), None\)\] cannot be written"),
    "of_round": ((Z,), "round cannot be written"),
    "of_match": ((Z,), "match z:.* in of_match"),
    "of_mean": ((Z_K,), "mean cannot be written here"),
    "of_largest": ((Z_K,), "np.max can be written of sizes"),
    "of_two_less_unit": ((Z_K,), "2 - np.eye cannot be written"),
    "of_choice_of_others": ((Z_K,), "np.where of 1 - np.eye cannot be written"),
    "of_argmax": ((Z_K,), "np.argmax can be written of symbols alone"),
    "of_place": ((Z_K,), "np.take_along_axis can be written with argmax"),
    "of_count_compared": ((Z_K,), "== cannot be written but with argmax"),
    "of_ones": ((W,), "np.ones_like of an array cannot be written"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_written_is_refused_by_name(name):
    given, message = REFUSED[name]
    with pytest.raises(NotImplementedError, match=re.compile(message, re.DOTALL)):
        written(getattr(made_up, name), *given)


def test_all_made_up_rules_are_tried():
    tried = {
        *REFUSED,
        "of_growth",
        "of_scale",
        "of_whole",
        "of_rounds",
        "of_recursion",
        "of_unit",
        "of_choice",
        "of_start",
        "of_ones_added",
        "of_sum_of_sums",
    }
    assert tried == {name for name in vars(made_up) if name.startswith("of_")}


def test_a_branch_is_written_on_the_side_that_its_symbol_is_on():
    positive, negative = (Symbol("linear", value=value) for value in (2.0, -2.0))
    assert written(made_up.of_branch, positive) == (Equation((TOTAL, Z)),)
    assert written(made_up.of_branch, negative) == (Equation((TOTAL, -Z)),)


def test_the_unit_matrix_leaves_entries_as_they_are():
    assert written(made_up.of_unit, Z_K, gives=(symbol("activated", "k"),))[0].sides[1] == Z_K


def test_a_choice_by_a_number_is_a_choice_by_whether_it_is_0():
    (equation,) = written(made_up.of_choice, Z)
    assert equation.sides[1] == Cases(Relation(Z, "≠", Number(0)), 1 / Z, Number(0))


def test_a_sum_begins_with_its_start():
    (equation,) = written(made_up.of_start, Z)
    assert equation.sides[1] == Z + Z + 2 * Z
    assert Tracer().sum((), 1) == Number(1)


def test_a_sum_of_ones_keeps_its_sign():
    (equation,) = written(made_up.of_ones_added, X)
    assert equation.sides[1] == Reduction("sum", "i", Number(1))


def test_a_sum_may_stand_in_another_one():
    y_k = symbol("target", "k")
    (equation,) = written(made_up.of_sum_of_sums, Indexed("k", y_k), X)
    assert equation.sides[1] == Reduction("sum", "i", X.element * Reduction("sum", "k", y_k))


def test_a_bound_letter_is_none_that_the_equation_has_elsewhere():
    x_j = symbol("input", "j")
    assert rename_bound(Reduction("sum", "j", x_j), frozenset("k")) == Reduction("sum", "j", x_j)
    assert rename_bound(Reduction("sum", "j", x_j), frozenset("jk")) == Reduction("sum", "i", symbol("input", "i"))
    beside = symbol("weight", "i", "j")
    renamed = Reduction("sum", "k", symbol("input", "k"))
    assert rename_bound(beside * Reduction("sum", "j", x_j), frozenset()) == beside * renamed


@pytest.mark.parametrize("expectation", ["mean", "var", "std"])
def test_an_expectation_over_random_weights_needs_no_sum_over_nodes(expectation):
    spread = Call(expectation, (symbol("weight", "i", "j"),))
    assert written(made_up.of_rounds, spread) == (Equation((TOTAL, 1.5 * spread)),)


def test_another_function_of_a_weight_needs_a_sum_over_nodes():
    with pytest.raises(NotImplementedError, match=r"goes through all of \['i', 'j'\] without a sum"):
        written(made_up.of_rounds, Call("exp", (symbol("weight", "i", "j"),)))


@pytest.mark.parametrize(
    ("code", "may"), [("z is None", True), ("z == 0 is None", False), ("0 < z == 1", False), ("z > 0", True)]
)
def test_a_comparison_may_stay_where_each_part_of_it_is_about_none(code, may):
    assert bool(may_compare(ast.parse(code, mode="eval").body)) is may


def test_a_rule_may_stand_inside_another_function():
    def doubled(z):
        return 2 * z

    assert written(doubled, Z) == (Equation((TOTAL, 2 * Z)),)


def test_what_is_given_instead_stands_for_a_name_of_the_rule():
    (equation,) = written(made_up.of_recursion, Z, of_recursion=activation_of)
    assert equation == Equation((TOTAL, activation_of(Z / 2)))


def test_paper_writes_a_sum_over_what_is_iterated():
    found = Tracer().run(SIGNATURES["node.weighted_sum"].rule, *SIGNATURES["node.weighted_sum"].given)
    assert (found.operator, found.index) == ("sum", "i")


def test_a_constant_is_written_unless_it_asks_for_what_has_no_partner():
    assert written(made_up.of_rounds, Z) == (Equation((TOTAL, 1.5 * Z)),)
    with pytest.raises(NotImplementedError, match="SCALE of made_up cannot be written: name 'math' is not defined"):
        written(made_up.of_scale, Z)
    with pytest.raises(NotImplementedError, match="WHOLE of made_up cannot be written: name 'round' is not defined"):
        written(made_up.of_whole, Z)


def test_a_constant_of_the_package_is_written_as_its_module_computes_it():
    assert formula("activation.gelu_tanh").text().endswith("u = 2√(2 / π) (z + 0.044715 z³)")
    assert "0.01 z" in formula("activation.leaky_relu").text()


def test_the_exponential_less_1_is_written_as_what_it_is():
    (equation,) = written(made_up.of_growth, Z)
    assert equation.sides[1] == Call("exp", (Z,)) - 1


def test_an_argument_gets_a_name_only_where_there_is_one():
    signature = RuleSignature(made_up.of_rounds, (TOTAL,), (Z,), short=Name("u"))
    assert equations_of(signature) == (Equation((TOTAL, 1.5 * Z)),)


def test_an_argument_that_the_left_side_names_already_gets_no_other_name():
    once = Call("exp", (3 * Z,)) + Call("sigmoid", (Z,))
    named = with_named_argument([Equation((activation_of(Z), once + Call("sigmoid", (2 * Z,))))], Name("u"))
    assert named == [Equation((activation_of(Z), once + Call("sigmoid", (Name("u"),)))), Equation((Name("u"), 2 * Z))]


def test_a_constant_that_its_module_does_not_assign_is_refused():
    with pytest.raises(NotImplementedError, match=r"of literate_bp\.activation cannot be written; an assignment"):
        constant("literate_bp.activation", "nothing")


@pytest.mark.parametrize("rule", SIGNATURES)
def test_a_docstring_states_the_formula_of_its_rule(rule):
    stated = " ".join(SIGNATURES[rule].rule.__doc__.split())
    for line in formula(rule).text().splitlines():
        assert line in stated or re.split(" [=≈←] ", line, maxsplit=1)[-1] in stated


TEXTS = {
    "node.sigmoid_derivative": r"\derivative(\linear) = \activation(\linear)\,\activation(-\linear)",
    "nodes.hidden_errors": r"\error_{j}^{l} = \derivative(\linear_{j}^{l})\,"
    r"\sum_{k} \weight{j}{k}^{l+1}\,\error_{k}^{l+1}",
    "layer.weight_gradient": r"\frac{\partial \cost}{\partial \weights^{l}} = "
    r"\activateds^{l-1\,\top}\,\errors^{l}",
    "network.mean_cost": r"\cost = \frac{1}{N}\,\sum_{n} \cost_{n}",
    "activation.relu_derivative": r"\derivative(\linear) = \begin{cases} 1 & \text{if } \linear > 0 \\ "
    r"0 & \text{else} \end{cases}",
    "activation.sigmoid": r"\activation(\linear) = \frac{e^{\min(\linear, 0)}}{1 + e^{-|\linear|}}",
    "cost.squared_error_derivative": (
        r"\frac{\partial \cost}{\partial \activated_{k}} = 2(\activated_{k} - \target_{k})"
    ),
    "oracle.central_difference": r"f'(x) \approx \frac{f(x + h) - f(x - h)}{2h}",
    "initialization.he_std": r"\operatorname{std}(\weight{i}{j}) = \sqrt{\frac{2}{n_{\text{in}}}}",
}


@pytest.mark.parametrize("rule", TEXTS)
def test_a_formula_is_written_as_a_textbook_would(rule):
    assert formula(rule).latex() == TEXTS[rule]


def test_the_largest_entry_has_a_line_of_its_own():
    assert formula("cost.cross_entropy").text().splitlines() == [
        "C = Σₖ yₖ (ln(1 + Σⱼ≠ₘ e^(zⱼ − zₘ)) − (zₖ − zₘ))",
        "zₘ = maxⱼ zⱼ",
    ]
    entries = Reduction("max", "j", symbol("linear", "j"))
    assert formula("cost.cross_entropy").equations[1] == Equation((symbol("linear", "m"), entries))


def test_a_derivative_of_all_entries_names_the_two_that_it_is_about():
    assert formula("activation.softmax_derivative").text().startswith("∂aₖ/∂zⱼ = (aⱼ (1 − aⱼ) if j = k else ")


def test_lines_are_aligned_at_their_first_sign():
    assert [line.count("&") for line in formula("network.forward").latex().split(r"\\")] == [1, 1]
    assert "&" not in formula("layer.linear").latex()
    assert aligned(["a = b = c", "d"]).splitlines() == [r"a &= b = c \\", "&d"]


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match=r"rule 'node.liner' is unknown; did you mean 'node.linear'\?"):
        formula("node.liner")
    with pytest.raises(ValueError, match=r"cost 'squared_eror' is unknown; did you mean 'squared_error'\?"):
        formula("network.output_error", cost="squared_eror")


def test_labels_are_those_of_the_rules():
    assert formula("node.linear_error").label == "eq-node-linear-error"
    assert len({formula(rule).label for rule in SIGNATURES}) == len(SIGNATURES)


def test_a_sum_is_written_out_in_one_more_side():
    text = formula("node.linear").unrolled({"i": 3}).text()
    assert text == "zⱼ = Σᵢ wᵢⱼ xᵢ + bⱼ = w₁ⱼ x₁ + w₂ⱼ x₂ + w₃ⱼ x₃ + bⱼ"
    assert formula("node.linear_error").unrolled({"i": 3}) == formula("node.linear_error")
    without_half = formula("nodes.half_squared_error").unrolled({"k": 2}).text(NOTATIONS["four_diagrams"])
    assert without_half == "c = Σₖ (Aₖ − Eₖ)² = (A₁ − E₁)² + (A₂ − E₂)²"


def test_shapes_stand_below_arrays_as_they_lie_in_a_notation():
    linear = partial(formula("layer.linear").latex, shapes=True)
    assert linear() == (
        r"\underset{N \times n_{l}}{\linears^{l}} = \underset{N \times n_{l-1}}{\activateds^{l-1}}\;\;"
        r"\underset{n_{l-1} \times n_{l}}{\weights^{l}} + \underset{1 \times n_{l}}{\biases^{l}}"
    )
    assert linear(NOTATIONS["nielsen"]) == (
        r"\underset{n_{l} \times N}{z^{l}} = \underset{n_{l} \times n_{l-1}}{w^{l}}\;\;"
        r"\underset{n_{l-1} \times N}{a^{l-1}} + \underset{n_{l} \times 1}{b^{l}}"
    )


@pytest.mark.parametrize(
    ("name", "inputs", "weights"),
    [
        ("book", r"\underset{N \times n_{0}}{X}", r"\underset{n_{0} \times n_{1}}{W^{1}}"),
        ("nielsen", r"\underset{n_{1} \times N}{x}", r"\underset{n_{2} \times n_{1}}{w^{2}}"),  # the inputs are layer 1
        ("ufldl", r"\underset{s_{1} \times N}{x}", r"\underset{s_{2} \times s_{1}}{W^{(1)}}"),
    ],
)
def test_the_inputs_have_the_shape_of_the_layer_that_they_are(name, inputs, weights):
    shaped = Shaped(NOTATIONS[name].latex, notation=NOTATIONS[name])
    assert shaped.text(Symbol("inputs")) == inputs
    assert shaped.text(Symbol("weights", Index("", 1))) == weights


def test_what_belongs_to_no_layer_has_the_shape_of_the_last_one():
    for name, shape in (("book", r"N \times n_{L}"), ("nielsen", r"n_{L} \times N"), ("ufldl", r"s_{n_l} \times N")):
        targets = Shaped(NOTATIONS[name].latex, notation=NOTATIONS[name]).text(Symbol("targets"))
        assert targets.startswith(rf"\underset{{{shape}}}")


def test_a_derivative_by_an_array_has_the_shape_of_that_array_below_the_whole():
    gradient = formula("layer.weight_gradient").latex(shapes=True)
    assert gradient.startswith(r"\underset{n_{l-1} \times n_{l}}{\frac{\partial \cost}{\partial \weights^{l}}} = ")


def test_an_example_of_an_array_is_one_row_or_one_column():
    values = Symbol("activateds", Index("l"), (Index("n"),))
    for name, shape in (("book", r"1 \times n_{l}"), ("nielsen", r"n_{l} \times 1")):
        shaped = Shaped(NOTATIONS[name].latex, notation=NOTATIONS[name])
        assert shaped.text(values).startswith(rf"\underset{{{shape}}}")


def test_a_transpose_of_several_arrays_has_their_shapes_in_it():
    twice = Shaped(NOTATIONS["book"].latex).text((Symbol("inputs") + Symbol("inputs")).T)
    assert twice == r"(\underset{N \times n_{0}}{X} + \underset{N \times n_{0}}{X})^{\top}"


@pytest.mark.parametrize("name", NOTATIONS)
@pytest.mark.parametrize("rule", ["layer.linear", "layer.activated_error", "layer.weight_gradient"])
def test_shapes_fit_in_every_product(rule, name):
    latex = formula(rule).latex(NOTATIONS[name], shapes=True)
    left, right = latex.split(" = ")
    shapes = re.findall(r"\\underset\{(.+?) \\times (.+?)\}\{", right)[:2]
    whole = re.findall(r"\\underset\{(.+?) \\times (.+?)\}\{", left)[0]
    (rows, inner), (again, columns) = shapes
    assert inner == again
    assert (rows, columns) == whole


def test_a_notation_without_the_half_has_rules_without_it():
    assert formula("nodes.half_squared_error").text(NOTATIONS["four_diagrams"]) == "c = Σₖ (Aₖ − Eₖ)²"
    assert formula("cost.half_squared_error").text(NOTATIONS["four_diagrams"]) == "c = ½ Σₖ (Aₖ − Eₖ)²"
    assert WITHOUT_HALF.keys() <= SIGNATURES.keys()


def test_an_output_error_is_that_of_the_cost_asked_for():
    texts = {name: formula(rule, cost=name).text() for rule, name in BY_COST}
    assert texts == {
        "half_squared_error": "δᴸₖ = σ′(zᴸₖ) (aᴸₖ − yₖ)",
        "squared_error": "δᴸₖ = σ′(zᴸₖ)·2(aᴸₖ − yₖ)",
        "binary_cross_entropy": "δᴸₖ = (1 − yₖ) σ(zᴸₖ) − yₖ σ(−zᴸₖ)",
        "cross_entropy": "δᴸₖ = (1 − yₖ) aᴸₖ − yₖ (1 − aᴸₖ)",
    }
    assert formula("node.linear", cost="squared_error") == formula("node.linear")


def test_a_difference_turns_round_where_the_error_does():
    assert formula("network.output_error").text(NOTATIONS["udacity"]) == "δᴸ = f′(hᴸ) ⊙ (y − aᴸ) / N"
