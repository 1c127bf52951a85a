"""One engine runs the code of a rule with other primitives, and leaves the rule as it is."""

from collections import Counter
from textwrap import dedent

import numpy as np

from literate_bp import activation, node, nodes
from literate_bp.formula.engine import reachable_rules, with_primitives


def test_a_rule_and_the_rules_that_it_calls_run_with_other_primitives():
    product = with_primitives(node.linear, {"sum": lambda terms: max(*terms)})
    assert product((2.0, 3.0), (5.0, 7.0), 1.0) == 22.0
    assert node.linear((2.0, 3.0), (5.0, 7.0), 1.0) == 32.0


def test_a_rule_can_be_a_primitive_itself():
    assert with_primitives(node.linear, {"weighted_sum": lambda *_: 4.0})((), (), 1.0) == 5.0


def test_the_rules_that_a_rule_reaches_are_found_but_for_primitives():
    assert {*reachable_rules(node.linear)} == {node.linear, node.weighted_sum}
    assert {*reachable_rules(node.linear, {"weighted_sum": None})} == {node.linear}
    assert node.weighted_sum in {*reachable_rules(nodes.backward)}


def test_a_rule_that_two_others_call_is_found_once():
    found = Counter(reachable_rules(nodes.errors))
    assert {nodes.output_errors, nodes.hidden_errors, node.linear_error} <= found.keys()
    assert set(found.values()) == {1}


def test_what_is_neither_a_primitive_nor_a_rule_stays_what_it_is():
    leaky_relu = with_primitives(activation.leaky_relu, {})
    assert leaky_relu(np.array([-2.0, 3.0])).tolist() == [-0.02, 3.0]


def test_a_function_of_another_package_is_no_rule():
    def indented():
        return dedent(" z")

    assert [*reachable_rules(indented)] == [indented]
