"""Where the results of a program lie in memory, which is laid out once.

A result takes the place of one that is not needed any more, if they have one
shape and type. Results of one family lie in one row, layer after layer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from .graph import SHAPING, Graph, Node
from .scheduling import Family, Statement

NEVER = 10**9
"""The number of the statement after which an output may be overwritten."""


@dataclass(eq=False)
class Place:
    """Memory for one array.

    Attributes
    ----------
    nodes : list of Node
        What lies there, one after the other in time.
    """

    nodes: list[Node] = field(default_factory=list)


@dataclass
class Layout:
    """Finds a place for every result.

    Parameters
    ----------
    graph : Graph
        What is computed.
    statements : list of Statement
        In their order.
    families : dict of Node to Family
        What shall lie in one row.
    fixed : collection of Node
        Results that lie elsewhere: gradients, in the row of gradients.

    Attributes
    ----------
    rows : list of tuple of Place
        The places, those of a family in one row.
    """

    graph: Graph
    statements: list[Statement]
    families: Mapping[Node, Family]
    fixed: Collection[Node]
    rows: list[tuple[Place, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Go through the statements, and find places."""
        self.when = {
            node: number
            for number, statement in enumerate(self.statements)
            for node in statement.nodes
        }
        self.last = self.last_uses()
        self.place: dict[Node, Place] = {}
        self.ending: dict[int, list[Place]] = defaultdict(list)
        self.free: dict[Any, list[Place]] = defaultdict(list)
        for number, statement in enumerate(self.statements):
            for place in self.ending.pop(number - 1, ()):
                self.free[kind_of(place.nodes[-1])].append(place)
            for node in statement.nodes:
                if node not in self.place and node not in self.fixed:
                    self.lay(self.together(node))

    def lay(self, nodes: tuple[Node, ...]) -> None:
        """Find places for the nodes of a row."""
        for place, node in zip(self.row_for(nodes), nodes, strict=True):
            place.nodes.append(node)
            self.place[node] = place
            self.ending[self.last[node]].append(place)

    def together(self, node: Node) -> tuple[Node, ...]:
        """Return the nodes that lie in one row with a node."""
        family = self.families.get(node)
        return (node,) if family is None else family.members

    def last_uses(self) -> dict[Node, int]:
        """Return the number of the last statement that reads each node."""
        last = {node: self.when.get(node, 0) for node in self.graph.nodes}
        for node in reversed(self.graph.nodes):
            for operand in node.operands:
                at = self.when.get(node, last[node])
                last[operand] = max(last[operand], at)
        for node in self.graph.outputs.values():
            for seen in (node, *viewed(node)):
                last[seen] = NEVER
        return last

    def row_for(self, nodes: tuple[Node, ...]) -> tuple[Place, ...]:
        """Return places where nothing is needed any more, or new ones."""
        for row in self.candidates(nodes):
            if all(map(self.may_follow, row, nodes)):
                return row
        self.rows.append(tuple(Place() for _ in nodes))
        return self.rows[-1]

    def candidates(
        self, nodes: tuple[Node, ...]
    ) -> Iterator[tuple[Place, ...]]:
        """Yield places of this length, those of the operands first."""
        if len(nodes) == 1:
            (node,) = nodes
            for operand in node.operands:
                if operand in self.place:
                    yield (self.place[operand],)
            free = self.free[kind_of(node)]
            while free:
                yield (free.pop(),)
            return
        operands = set(nodes[0].operands)
        yield from sorted(
            (row for row in self.rows if len(row) == len(nodes)),
            key=lambda row: row[0].nodes[-1] not in operands,
        )

    def may_follow(self, place: Place, node: Node) -> bool:
        """Tell whether a node may be written to a place."""
        before = place.nodes[-1]
        if kind_of(before) != kind_of(node):
            return False
        if before in node.operands and may_overwrite(node):
            return self.last[before] <= self.when[node]
        return self.last[before] < self.when[node]


def viewed(node: Node) -> Iterator[Node]:
    """Yield the nodes that a view shows."""
    while node.operation in SHAPING:
        (node,) = node.operands
        yield node


def kind_of(node: Node) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return what nodes have in common that may lie in one place."""
    return node.shape, node.dtype


def may_overwrite(node: Node) -> bool:
    """Tell whether a result may lie where one of its operands does.

    Not if it is a single number: there NumPy takes a slow way, which looks
    for overlaps and copies. Nor if it is a product of a column and a row,
    which is computed as one of matrices.
    """
    several = prod(node.shape) > 1
    by_entry = node.is_elementwise and node.operation != "where"
    return several and by_entry and not is_outer(node)


def is_outer(node: Node) -> bool:
    """Tell whether a product is that of a column and a row."""
    match node:
        case Node("multiply", (Node(shape=(_, 1)), Node(shape=(1, _)))):
            return True
    return False
