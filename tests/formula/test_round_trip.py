"""Every formula, read back by an independent reader, gives what its rule gives; one with anything changed does not.

In each notation too, with the numbers that its symbols stand for there; and what is said of networks holds for the
derivatives that the complex step finds, under the definitions of the notation.
"""

from functools import cache

import numpy as np
import pytest
from mutations import mutants, same
from reader import Unreadable, choices, evaluate, lines_of, tokens_of
from true_world import TrueWorld
from worlds import CASES, COUNT, output_error_of, world_of

from literate_bp.cost import COSTS
from literate_bp.formula.formula import SIGNATURES, formula
from literate_bp.formula.notation import NOTATIONS
from literate_bp.formula.printing import Latex

DRAWS = 6
NEAR = 1e-12
NETWORKS = [
    rule for rule, face in SIGNATURES.items() if face.gives and rule.startswith(("node", "network", "training"))
]


def latex_of(rule, notation):
    """Write the formula of a rule with the semantic macros, as it holds in a notation."""
    return r" \\ ".join(map(Latex().text, formula(rule).in_notation(notation)))


@cache
def worlds_of(rule, name):
    notation = NOTATIONS[name]
    return tuple(world_of(rule, seed, half=notation.half).in_notation(notation) for seed in range(DRAWS))


def holds(lines, world):
    """Tell whether every line of a formula holds in a world; one of several may say what a name in another is."""
    names = dict(world.names)
    for line in lines:
        if len(lines) > 1 and line[0] and line[1][0] == "name" and line[1][1] not in names:
            world.names[line[1][1]] = evaluate(line[2], world, world.letters)
    try:
        return all(line_holds(line, world) for line in lines)
    finally:
        world.names = names


def line_holds(line, world):
    sign, *sides = line
    if sign == "=" and sides[0] == sides[1]:
        raise Unreadable("it says nothing")
    if world.top and sides[0][0] == "symbol" and ("m", 0) in sides[0][3]:
        return tops(sides, world) == [world.top]
    return all(near(values(sign, sides, world, {**world.letters, **chosen})) for chosen in choices(world.free))


def tops(sides, world):
    """Find which entries a line says to be the largest."""
    there = [{**world.letters, "m": number} for number in range(1, COUNT + 1)]
    return [letters["m"] for letters in there if near([evaluate(side, world, letters) for side in sides])]


def values(sign, sides, world, letters):
    """Give what every side is worth; what has one side, beside what the rule gave."""
    if not sign:
        free, found = world.result
        return [found[letters[free] - 1] if free else found, evaluate(sides[0], world, letters)]
    first = evaluate(sides[0], world.after if sign == r"\gets" else world, letters)
    return [first, *(evaluate(side, world, letters) for side in sides[1:])]


def near(found):
    first, *others = found
    size = max(np.max(np.abs(first)), 0.1)
    return all(np.shape(o) == np.shape(first) and np.max(np.abs(o - first)) <= NEAR * size for o in others)


def caught(tokens, worlds):
    """Tell whether a formula cannot be read, or fails in one of the worlds."""
    with np.errstate(all="ignore"):
        try:
            lines = lines_of(tokens)
            return not all(holds(lines, world) for world in worlds)
        except (Unreadable, OverflowError):
            return True


def test_every_formula_makes_the_round_trip():
    assert CASES.keys() == SIGNATURES.keys(), f"CASES, tests/worlds.py: {CASES.keys() ^ SIGNATURES.keys()}"


@pytest.mark.parametrize("name", NOTATIONS)
@pytest.mark.parametrize("rule", SIGNATURES)
def test_a_formula_gives_what_its_rule_gives(rule, name):
    lines = lines_of(tokens_of(latex_of(rule, NOTATIONS[name])))
    assert all(holds(lines, world) for world in worlds_of(rule, name))


@cache
def survivors(rule, name):
    """Change one thing after another, and give how often it was not noticed, and how often it was."""
    tokens = tokens_of(latex_of(rule, NOTATIONS[name]))
    found = [(how, mutant) for how, mutant in mutants(tokens) if not caught(mutant, worlds_of(rule, name))]
    return [f"{how}: {' '.join(mutant)}" for how, mutant in found], sum(1 for _ in mutants(tokens))


@pytest.mark.parametrize("rule", SIGNATURES)
def test_a_formula_with_anything_changed_is_caught(rule):
    missed, count = survivors(rule, "book")
    assert missed == []
    assert count > 0


DIFFERENT = [
    (rule, name)
    for name in NOTATIONS
    for rule in SIGNATURES
    if latex_of(rule, NOTATIONS[name]) != latex_of(rule, NOTATIONS["book"])
]


@pytest.mark.parametrize(("rule", "name"), DIFFERENT)
def test_a_formula_of_a_notation_with_anything_changed_is_caught(rule, name):
    missed, count = survivors(rule, name)
    assert missed == []
    assert count > 0


def test_thousands_of_mutants_were_tried():
    book = sum(survivors(rule, "book")[1] for rule in SIGNATURES)
    others = sum(survivors(*pair)[1] for pair in DIFFERENT)
    counts = f"{book} mutants of {len(SIGNATURES)} formulas, {others} of {len(DIFFERENT)} in other notations"
    print(counts)  # noqa: T201 — `pytest -rP` shows it
    assert book > 4000
    assert others > 4000


@pytest.mark.parametrize("name", NOTATIONS)
@pytest.mark.parametrize("rule", NETWORKS)
def test_a_formula_agrees_with_the_oracle_under_the_definitions_of_the_notation(rule, name):
    notation = NOTATIONS[name]
    lines = lines_of(tokens_of(latex_of(rule, notation)))
    for seed in range(2):
        batch, residual = COUNT if rule.startswith(("network", "training")) else 1, "residual" in rule
        world = TrueWorld(seed, notation, batch, residual=residual).step()
        world.free = dict.fromkeys(CASES[rule][1], COUNT)
        assert all(line_holds(line, world) for line in lines)


IDLE = r"\derivative(\linear) = 1", r"\derivative(\error) = 1"
DIAGONAL = tuple(
    rf"\begin{{cases}} \bias_{{{c}}} & \text{{if }} j = k \\ 1 & \text{{else}} \end{{cases}}" for c in "jk"
)
EQUALS = tuple(
    rf"\frac{{\partial \cost}}{{\partial \weight{{i}}{{j}}}} = \frac{{\partial \cost}}{{\partial {by}_{{j}}}} \\ "
    r"\frac{\partial \cost}{\partial \bias_{j}} = \frac{\partial \cost}{\partial \linear_{j}}"
    for by in (r"\linear", r"\bias")
)


@pytest.mark.parametrize(("written", "other"), [IDLE, DIAGONAL, EQUALS])
def test_what_says_the_same_is_no_mutant(written, other):
    tokens, mutant = tokens_of(written), tokens_of(other)
    assert same(tokens, mutant)
    assert all(found != mutant for _, found in mutants(tokens))


@pytest.mark.parametrize("script", ["2", r"\top"])
@pytest.mark.parametrize("fraction", [r"\frac{\cost}{2}", r"\frac{\partial \cost}{\partial \linears^{l}}"])
def test_a_fraction_with_a_script_is_unreadable_without_brackets(fraction, script):
    with pytest.raises(Unreadable, match="above its bar"):
        lines_of(tokens_of(rf"\cost = {fraction}^{{{script}}}"))
    assert lines_of(tokens_of(rf"\cost = \left( {fraction} \right)^{{{script}}}"))


@pytest.mark.parametrize("rule", SIGNATURES)
def test_sums_written_out_are_the_same_sums(rule):
    written = formula(rule).unrolled(dict.fromkeys("ijkn", COUNT))
    lines = lines_of(tokens_of(r" \\ ".join(map(Latex().text, written.equations))))
    assert all(holds(lines, world) for world in worlds_of(rule, "book"))


@pytest.mark.parametrize("name", COSTS)
def test_an_output_error_is_written_for_each_cost(name):
    tokens = tokens_of(formula("network.output_error", cost=name).latex())
    worlds = [output_error_of(name, seed) for seed in range(DRAWS)]
    assert all(holds(lines_of(tokens), world) for world in worlds)
    assert [mutant for _, mutant in mutants(tokens) if not caught(mutant, worlds)] == []
