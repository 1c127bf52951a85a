"""The order in which a graph is computed, and which nodes take one call.

After the forward pass, what the layers with one activation do to their linear
parts is the same. If their arrays lie in one row, one call does it for all.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .graph import SHAPING, Graph, Node, needed, told_of


@dataclass(frozen=True, eq=False)
class Family:
    """One node of each of several layers, computed alike from their Z.

    Attributes
    ----------
    layers : tuple of int
        The numbers of the layers.
    members : tuple of Node
        The node of each.
    """

    layers: tuple[int, ...]
    members: tuple[Node, ...]


NO_FAMILY = Family((), ())
"""The family of what has none."""


@dataclass(frozen=True)
class Statement:
    """What one call computes: a node, or one of each layer of a family.

    Attributes
    ----------
    nodes : tuple of Node
        One or more, which lie in one row.
    """

    nodes: tuple[Node, ...]


def number_in(name: str) -> int:
    """Return the layer's number at the end of a name, or 0."""
    found = re.search(r"\d+$", name)
    return int(found[0]) if found else 0


def is_linear_part(name: str) -> bool:
    """Tell whether a name is that of linear parts: ``"z1"``."""
    return re.fullmatch(r"z\d+", name) is not None


def families(graph: Graph) -> dict[Node, Family]:
    """Return the family of each node that is computed from one Z alone.

    With normalization, it is H that the activation takes, in the place of Z.

    Parameters
    ----------
    graph : Graph
        What is computed.
    """
    roles: dict[Node, Any] = {}
    layers: dict[Node, int] = {}
    activated = pre_activations(graph)
    for node in graph.nodes:
        if node in activated:
            roles[node], layers[node] = ("z", node.dtype), activated[node]
            for product in products_in(node):
                roles[product] = "product", node.dtype
                layers[product] = layers[node]
        elif node.value is not None:
            roles[node] = told_of(node.options["value"])
        elif node.is_elementwise and all(o in roles for o in node.operands):
            of = {layers[o] for o in node.operands if o in layers}
            if len(of) == 1:
                told = tuple(roles[o] for o in node.operands)
                roles[node] = node.operation, node.dtype, told
                layers[node] = of.pop()
    return alike(roles, layers)


def pre_activations(graph: Graph) -> dict[Node, int]:
    """Return H of each layer with normalization, and Z of the others."""
    named = {name: node for node, name in graph.names.items()}
    return {
        named.get(f"h{number_in(name)}", node): number_in(name)
        for name, node in named.items()
        if is_linear_part(name)
    }


def products_in(z: Node) -> list[Node]:
    """Return A W of Z = A W + b, or γ N of H: it can lie where they will."""
    terms = z.operands if z.operation == "add" else ()
    product = "multiply" if z.rule == "scaled" else "matmul"
    return [node for node in terms if node.operation == product]


def alike(
    roles: dict[Node, Any], layers: dict[Node, int]
) -> dict[Node, Family]:
    """Return the families, of layers in which all roles are the same.

    Parameters
    ----------
    roles : dict of Node to object
        How each node is computed from Z.
    layers : dict of Node to int
        The number of the layer of each.
    """
    of_layer: dict[int, dict[Any, Node]] = defaultdict(dict)
    for node, number in layers.items():
        of_layer[number][roles[node]] = node
    groups = defaultdict(list)
    for number, nodes in sorted(of_layer.items()):
        groups[frozenset(nodes)].append(number)
    found: dict[Node, Family] = {}
    for same, numbers in groups.items():
        for role in same:
            members = tuple(of_layer[number][role] for number in numbers)
            family = Family(tuple(numbers), members)
            found |= dict.fromkeys(members, family)
    return found


@dataclass
class Schedule:
    """Finds the order of the statements of a program.

    That of the recording, but a family that the forward pass does not need
    is one statement, made when the first of its nodes is needed, and the
    gradient of a parameter is computed as soon as it can be.

    Parameters
    ----------
    graph : Graph
        What is computed.
    families : dict of Node to Family
        The families.

    Attributes
    ----------
    statements : list of Statement
        In their order.
    """

    graph: Graph
    families: Mapping[Node, Family]
    statements: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Go through the nodes."""
        early = forward_nodes(self.graph)
        self.whole = {
            family
            for family in self.families.values()
            if len(family.layers) > 1 and early.isdisjoint(family.members)
        }
        self.done: set[Node] = set()
        self.ready: deque[Node] = deque()
        self.missing: dict[Node, int] = {}
        self.later_uses: dict[Node, list[Node]] = defaultdict(list)
        for node in gradients_alone(self.graph):
            operands = {o for o in node.operands if not o.is_given}
            self.missing[node] = len(operands)
            if not operands:
                self.ready.append(node)
            for operand in operands:
                self.later_uses[operand].append(node)
        for node in self.graph.nodes:
            if self.families.get(node) not in self.whole:
                self.compute(node)
                while self.ready:
                    self.compute(self.ready.popleft())

    def compute(self, node: Node) -> None:
        """Compute a node, and before it what it needs."""
        if node in self.done or node.is_given:
            return
        family = self.families.get(node, NO_FAMILY)
        nodes = family.members if family in self.whole else (node,)
        for each in nodes:
            for operand in each.operands:
                self.compute(operand)
        if node.operation not in SHAPING:
            self.statements.append(Statement(nodes))
        for each in nodes:
            self.done.add(each)
            for user in self.later_uses[each]:
                self.missing[user] -= 1
                if not self.missing[user]:
                    self.ready.append(user)


def forward_nodes(graph: Graph) -> set[Node]:
    """Return the nodes that the linear parts are computed from."""
    return needed(
        node for node, name in graph.names.items() if is_linear_part(name)
    )


def gradients_alone(graph: Graph) -> list[Node]:
    """Return the nodes that only gradients of parameters need."""
    errors = needed(
        node
        for name, node in graph.outputs.items()
        if not name.startswith("dc_d")
    )
    return [node for node in graph.nodes if node not in errors]
