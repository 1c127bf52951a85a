"""What the results of a program are called: as in the formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from .graph import SHAPING, Graph, Node
from .scheduling import Family, number_in

LETTERS = {"exp": "e", "sum": "total", "max": "top"}
"""The letters of some results that have none in the formulas."""
OF_RULES = {
    ("centered", "subtract"): "centered",
    ("linear_error", "multiply"): "dc_dh",
    ("input_gradient", "multiply"): "dc_dn",
}
"""The letters of results of normalization, by rule and operation."""
STEP = "t"
"""The letter of what is a step on the way, and has no meaning of its own."""


@dataclass
class Naming:
    """Gives each result a name: a letter, and the number of its layer.

    Parameters
    ----------
    graph : Graph
        What is computed.
    families : dict of Node to Family
        The nodes that several layers have in common: of one letter.
    places : dict of Node to object
        The place of each node in memory. A step on the way to a result, in
        whose place it lies, is called as the result is.

    Attributes
    ----------
    names : dict of Node to str
        All names.
    layers : dict of Node to int
        The number of the layer that each node belongs to.
    """

    graph: Graph
    families: Mapping[Node, Family]
    places: Mapping[Node, object]

    def __post_init__(self) -> None:
        """Go back from the results, which have names in the formulas."""
        self.names = dict(self.graph.names)
        self.taken = set(self.names.values())
        self.layers: dict[Node, int] = {}
        self.uses = self.graph.uses
        number = 0
        for node in reversed(self.graph.nodes):
            number = number_in(self.names.get(node, "")) or number
            self.layers[node] = number
        for node in reversed(self.graph.nodes):
            computed = not node.is_given and node.operation not in SHAPING
            if computed and node not in self.names:
                self.name(node)

    def name(self, node: Node) -> None:
        """Name a node, and with it all of its family."""
        family = self.families.get(node)
        members = (node,) if family is None else family.members
        letter = letter_of(node, self.uses[node])
        results = [self.result_of(member) for member in members]
        if letter == STEP and all(results):
            found = dict(zip(members, map(str, results), strict=True))
        else:
            numbers = [self.layers[member] for member in members]
            names = next(
                each
                for each in alternatives(letter, numbers)
                if self.taken.isdisjoint(each)
            )
            found = dict(zip(members, names, strict=True))
        self.names |= found
        self.taken.update(found.values())

    def result_of(self, node: Node) -> str | None:
        """Return the name of the result that a node is a step to."""
        if len(self.uses[node]) != 1:
            return None
        (user,) = self.uses[node]
        apart = self.places.get(node, node) is not self.places.get(user)
        return None if apart else self.names.get(user)


def letter_of(node: Node, users: list[Node]) -> str:
    """Return a letter for a result that has none in the formulas.

    Parameters
    ----------
    node : Node
        The result.
    users : list of Node
        What is computed from it.
    """
    if node.operation == "add" and node.operands[0].value == 1:
        return "d"
    for user in users:
        if user.rule == "linear_error":
            return "s" if user.operands[0] is node else "dc_da"
    if is_mean(node):
        return "mean"
    by_operation = LETTERS.get(node.operation, STEP)
    return OF_RULES.get((node.rule, node.operation), by_operation)


def is_mean(node: Node) -> bool:
    """Tell whether a node is a sum, divided by a number."""
    match node:
        case Node("divide", (Node("reshape", (of,)) | of, number)):
            return of.operation == "sum" and number.value is not None
    return False


def alternatives(letter: str, numbers: list[int]) -> Iterator[list[str]]:
    """Yield names for some layers: z1 and z2, or else zb1 and zb2."""
    for more in ("", *ascii_lowercase[1:]):
        for last in ("", *ascii_lowercase[1:]):
            yield [f"{letter}{more}{last}{number}" for number in numbers]
