"""The graph of a tape: what stands in it is what backward finds, and nothing lies on anything else."""

from itertools import combinations

import numpy as np
import pytest

from literate_bp import Variable
from literate_bp.diagram.plots.recorded_graph import Graph, recorded_graph, scene_of

OPERATORS = [
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a - b,
    lambda a, b: a / (b * b + 1),
    lambda a, _: np.tanh(a),
]


def random_graph(seed, operations=6):
    """Return leaves and the end of something that was made of them, which uses some of them several times."""
    draw = np.random.default_rng(seed)
    leaves = [Variable(value) for value in draw.normal(size=draw.integers(1, 4))]
    made = [*leaves]
    for _ in range(operations):
        one, other = (made[draw.integers(max(0, len(made) - 3), len(made))] for _ in range(2))
        made.append(OPERATORS[draw.integers(len(OPERATORS))](one, other))
    return leaves, made[-1]


@pytest.mark.parametrize("seed", range(30))
def test_each_leaf_has_the_gradient_that_backward_finds_and_it_is_the_sum_of_its_shares(seed):
    leaves, end = random_graph(seed)
    graph = Graph.of(end)
    for place, variable in graph.variables.items():
        shares = [share for use in graph.uses if use.start == place for share in use.shares]
        assert graph.gradients[place] == pytest.approx(sum(shares) if variable is not end else 1, abs=1e-15)
    end.backward()
    used = [leaf for leaf in leaves if leaf.place in graph.variables]
    assert [graph.gradients[leaf.place] for leaf in used] == pytest.approx([leaf.gradient for leaf in used])


def apart(one, other):
    """Whether two boxes have nothing in common but an edge."""
    return abs(one.x - other.x) >= (one.w + other.w) / 2 - 1e-9 or abs(one.y - other.y) >= (one.h + other.h) / 2 - 1e-9


@pytest.mark.parametrize("rightward", [True, False])
@pytest.mark.parametrize("seed", range(30))
def test_no_variable_lies_on_another_and_each_use_leads_forward(seed, rightward):
    _, end = random_graph(seed)
    graph = Graph.of(end)
    scene = scene_of(graph, dict.fromkeys(graph.variables, "v"), rightward=rightward)
    assert all(apart(one.box, other.box) for one, other in combinations(scene.nodes, 2))
    along = 0 if rightward else 1
    for edge in scene.edges:
        steps = [point[along] for point in edge.points]
        assert steps == sorted(steps)
    for mark in (*scene.nodes, *scene.labels):
        x, y = (mark.box.x, mark.box.y) if hasattr(mark, "box") else (mark.x, mark.y)
        assert 0 <= x <= scene.width
        assert 0 <= y <= scene.height


def test_a_number_that_is_multiplied_by_itself_has_two_shares_on_one_line():
    a = Variable(3.0)
    plot = recorded_graph(a * a, {"a": a})
    assert plot.table.rows == (("a", "3", "3 + 3", "6"), ("×", "9", "1, the end", "1"))


def test_what_cannot_be_drawn_is_refused_in_words():
    a = Variable(1.0)
    with pytest.raises(
        ValueError, match=r"^end is a float; a Variable was expected: make one with literate_bp.Variable"
    ):
        recorded_graph(1.0)
    with pytest.raises(ValueError, match=r"^end was made of a variable of shape \(2,\); single numbers can be drawn"):
        recorded_graph(Variable([1.0, 2.0]).sum())
    with pytest.raises(ValueError, match=r"^names\['a'\] is a float; a Variable was expected"):
        recorded_graph(a, {"a": 1.0})
    for _ in range(24):
        a = a + a
    with pytest.raises(ValueError, match=r"^end was made of 25 variables; at most 24 can be drawn"):
        recorded_graph(a)
    b = Variable(1.0)
    end = b * b
    end.backward()
    with pytest.raises(ValueError, match=r"^the graph was freed before a Variable that multiply has made"):
        recorded_graph(end)
