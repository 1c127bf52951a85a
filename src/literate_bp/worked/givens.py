"""The givens of a sheet: its numbers, and what its names stand for."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, pairwise, product

from ..activation import ACTIVATIONS, Array
from ..cost import COSTS
from ..display import count
from ..formula.expression import (
    Equation,
    Expression,
    Name,
    Symbol,
    numbered,
    replaced,
)
from ..formula.letters import unicode_of
from ..formula.macros import MACROS, NEW_VALUES, PAIRS
from ..formula.notation import Notation
from ..formula.printing import (
    Latex,
    Plain,
    latex_number,
    number_text,
    plain_name,
    plain_number,
)
from ..network import Network
from .by_hand import (
    definitions,
    formula_by_hand,
    used_definitions,
    with_activation_name,
)
from .document import Block, Inline, Math, Paragraph, Table

NODE_QUANTITIES = (
    "linear",
    "activated",
    "error",
    "bias",
    "bias step",
    "new bias",
    *NEW_VALUES,
)
"""The quantities that every node has."""


@dataclass(frozen=True, eq=False)
class Givens:
    """What a worked example starts from, in the symbols of a notation.

    Attributes
    ----------
    network, x, y : Network, ndarray (n_in,), ndarray (n_out,)
        One example.
    rate : float
        η.
    digits : int
        Decimals, and significant digits, to round to.
    notation : Notation
        The symbols, and the sign of the errors.
    rounding : str
        What derivatives and errors are rounded to.
    """

    network: Network
    x: Array
    y: Array
    rate: float
    digits: int
    notation: Notation
    rounding: str = "significant"
    names: dict[Symbol, str] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The number of inputs, and of nodes in each layer."""
        return self.network.sizes

    @property
    def title(self) -> str:
        """The sizes of the network, and that it is one step of training."""
        sizes = "-".join(map(str, self.sizes))
        return f"A {sizes} network, one step of training"

    def symbol_classes(self) -> dict[str, str]:
        """Return the CSS class of each symbol, for its color on a page."""
        nodes = [range(1, size + 1) for size in self.sizes]
        keys: list[tuple[str, int, tuple[int, ...]]] = [
            *((what, 0, ()) for what in ("cost", "new cost", "rate")),
            *(("input", 0, (i,)) for i in nodes[0]),
            *(("target", len(nodes) - 1, (k,)) for k in nodes[-1]),
        ]
        for layer, (before, after) in enumerate(pairwise(nodes), start=1):
            pairs = tuple(product(before, after))
            keys += [
                (what, layer, (j,)) for what in NODE_QUANTITIES for j in after
            ]
            keys += [(what, layer, pair) for what in PAIRS for pair in pairs]
        return {
            self.symbol(what, layer, *at).text: css_class(what)
            for what, layer, at in keys
        } | {
            self.symbol("activated error", layer, j).text: "m-error"
            for layer in self.residual
            for j in nodes[layer]
        }

    @property
    def residual(self) -> list[int]:
        """The numbers of the layers that have a residual connection."""
        numbered = enumerate(self.network.layers, start=1)
        return [number for number, layer in numbered if layer.residual]

    def symbol(self, quantity: str, layer: int = 0, *nodes: int) -> Math:
        """Write a symbol."""
        latex = self.latex(numbered(quantity, layer, *nodes))
        return Math(latex, unicode_of(latex))

    def latex(self, symbol: Symbol) -> str:
        """Write a symbol of this network in LaTeX."""
        found = self.names.get(symbol)
        if found is None:
            found = self.notation.latex(symbol, self.sizes)
            self.names[symbol] = found
        return found

    def equation(self, equation: Equation) -> Math:
        """Write an equation."""
        return Math(
            Latex(self.notation.latex).text(equation),
            Plain(plain_name(self.notation)).text(equation),
        )

    def assignment(self, what: Math, value: float) -> Math:
        """Write a symbol and its number: w = 0.4."""
        number = number_text(value)
        return Math(
            f"{what.latex} = {latex_number(number)}",
            f"{what.text} = {plain_number(number)}",
        )

    def row(self, quantity: str, layer: int, values: Array) -> Inline:
        """Write the numbers of one quantity, for all nodes of a layer."""
        pieces: list[str | Math] = []
        for node, value in enumerate(values, start=1):
            symbol = self.symbol(quantity, layer, node)
            pieces += [
                ", " if node > 1 else "",
                self.assignment(symbol, value),
            ]
        return tuple(pieces)

    def weights(self, layer: int) -> Table:
        """Return a table of the weights into a layer: row from, column to."""
        inside = self.network.layers[layer - 1]
        n_in, n_out = inside.weights.shape
        heads = (self.symbol("linear", layer, j + 1) for j in range(n_out))
        rows: list[tuple[Inline, ...]] = [
            (
                (self.source(layer, i + 1),),
                *(
                    (self.weight(layer, i, j, inside.weights[i, j]),)
                    for j in range(n_out)
                ),
            )
            for i in range(n_in)
        ]
        if inside.biases is not None:
            biases = self.row("bias", layer, inside.biases)[1::2]
            rows.append((("bias",), *((bias,) for bias in biases)))
        return Table(
            f"Weights into layer {self.layer_number(layer)}, "
            "from the row to the column",
            "l" * (n_out + 1),
            ((), *((head,) for head in heads)),
            tuple(rows),
        )

    def layer_number(self, layer: int) -> int:
        """Return the number of a layer in the notation."""
        return layer + self.notation.counts_inputs

    def source(self, layer: int, node: int) -> Math:
        """Write the symbol that the weights of a row are multiplied by."""
        quantity = "input" if layer == 1 else "activated"
        return self.symbol(quantity, layer - 1, node)

    def weight(self, layer: int, i: int, j: int, value: float) -> Math:
        """Write a weight."""
        symbol = self.symbol("weight", layer, i + 1, j + 1)
        return self.assignment(symbol, value)

    def activations(self, *, derivatives: bool = True) -> list[Block]:
        """Say what the activation of each layer is, and its derivative."""
        layers: dict[str, list[int]] = {}
        for number, layer in enumerate(self.network.layers, start=1):
            numbers = layers.setdefault(layer.activation, [])
            numbers.append(self.layer_number(number))
        lines = {
            name: definitions(name, derivative=derivatives) for name in layers
        }
        if len(layers) > 1:
            lines = {
                name: [with_activation_name(line, name) for line in own]
                for name, own in lines.items()
            }
        used = used_definitions(list(chain.from_iterable(lines.values())))
        subjects = {
            f"{layers_phrase(numbers, 'is', 'are')} "
            f"{ACTIVATIONS[name].title or name}": lines[name]
            for name, numbers in layers.items()
        }
        if used:
            subjects["In these"] = used
        blocks = [
            self.definitions_paragraph(*each) for each in subjects.items()
        ]
        return [*blocks, *normal_note(blocks)]

    def definitions_paragraph(
        self, subject: str, equations: list[Equation]
    ) -> Block:
        """Write equations behind the layers that they hold for."""
        pieces: list[str | Math] = []
        for equation in equations:
            letter = isinstance(equation.sides[0], Name)
            pieces += [", where " if letter else ", ", self.equation(equation)]
        return Paragraph((f"{subject}: ", *pieces[1:], "."))

    def residual_note(self) -> list[Block]:
        """Say which layers have a residual connection, and what it does."""
        if not self.residual:
            return []
        numbers = [*map(self.layer_number, self.residual)]
        layers = layers_phrase(numbers, "has", "have")
        words = (
            f"{layers} a residual connection: to what its activation gives, "
            "each node adds what came in from the node, or the input, of the "
            "same number."
        )
        return [Paragraph((words,))]

    def cost(self, *, formula: bool) -> Block:
        """Say what the cost is, with its formula if no line shows it."""
        name = self.network.cost
        pieces: list[str | Math] = [f"Cost: {COSTS[name].title or name}"]
        if formula:
            own = formula_by_hand(f"cost.{name}").equations[0]
            equation = own.map(lambda side: replaced(side, as_output))
            pieces += [", ", self.equation(equation)]
        return Paragraph((*pieces, "."))

    def error(self) -> list[Block]:
        """Say what an error is, by an example, if its symbol does not."""
        last = len(self.network.layers)
        error = self.symbol("error", last, 1)
        linear, cost = self.symbol("linear", last, 1), self.symbol("cost")
        latex = rf"\partial {cost.latex}/\partial {linear.latex}"
        if error.latex == latex:
            return []
        sign = "-" if self.notation.error_sign < 0 else ""
        definition = f"{error.latex} = {sign}{latex}"
        equation = Math(definition, unicode_of(definition))
        return [Paragraph(("Error of a node, such as ", equation, "."))]

    def blocks(self, *, formulas: bool = True) -> list[Block]:
        """Return all of it.

        Parameters
        ----------
        formulas : bool
            Whether the lines of the sheet show their formulas. If not, the
            cost, the error and the step are defined here, and no derivative
            of an activation is.
        """
        depth = len(self.network.layers)
        rate = self.assignment(self.symbol("rate"), self.rate)
        blocks: list[Block] = [
            Paragraph(("Inputs: ", *self.row("input", 0, self.x), "."))
        ]
        for layer in range(1, depth + 1):
            table = self.weights(layer)
            blocks += [Paragraph((f"{table.caption}:",)), table]
        return [
            *blocks,
            *self.activations(derivatives=formulas),
            *self.residual_note(),
            Paragraph(("Targets: ", *self.row("target", depth, self.y), ".")),
            self.cost(formula=not formulas),
            *([] if formulas else [*self.error(), STEP]),
            Paragraph(("Rate: ", rate, ".")),
        ]

    def how_to_round(self) -> list[Block]:
        """Say what to round, to what, and when."""
        decimals = count(self.digits, "decimal")
        digits = count(self.digits, "significant digit")
        back = digits if self.rounding == "significant" else decimals
        text = f"""\
Calculate from the top to the bottom. Take every number from its own line, as \
it stands there. Round every result once, at the end of its line, and go on \
with the rounded number.
Round the way forward to {decimals}: linear parts, activated values and costs.
Round the way back to {back}: derivatives of the activation and errors. \
Round the step of a weight or bias to {digits}, and the new weight or bias to \
as many decimals as its step has; where the step is 0, nothing changes. All \
digits before the point stay.
Where a result lies halfway between two roundings, take the one farther from 0.
Errors and steps are calculated with the given weights, the second pass \
forward with the new weights and biases."""
        paragraphs = [Paragraph((sentence,)) for sentence in text.splitlines()]
        notes = [self.residual_error_note(n) for n in self.residual[:1]]
        return [*paragraphs, *notes]

    def residual_error_note(self, layer: int) -> Block:
        """Say which errors have a line of their own, by an example."""
        first = self.symbol("activated error", layer, 1)
        before = """\
In a layer with a residual connection, the error of what a node passes on has \
a line of its own, such as """
        after = ". It goes into the error of the node, and past the layer."
        return Paragraph((before, first, after))


STEP = Paragraph(("The step of a weight or bias is what is added to it.",))
"""What a step is, for a sheet without its formula."""


def normal_note(blocks: list[Block]) -> list[Block]:
    """Say what Φ is, if a definition uses it."""
    phi = Math(r"\Phi", "Φ")
    used = any(
        phi.text in str(piece)
        for block in blocks
        if isinstance(block, Paragraph)
        for piece in block.content
    )
    name = " is the distribution function of the normal distribution."
    return [Paragraph((phi, name))] if used else []


def css_class(quantity: str) -> str:
    """Return the CSS class of a quantity."""
    return f"m-{MACROS[NEW_VALUES.get(quantity, quantity)][1:]}"


def as_output(part: Expression) -> Expression:
    """Call the activated value of the last layer an output."""
    match part:
        case Symbol("activated"):
            return replace(part, quantity="output")
        case _:
            return part


def layers_phrase(layers: list[int], one: str, several: str) -> str:
    """Name layers, with a verb in the singular or plural."""
    if len(layers) == 1:
        return f"Layer {layers[0]} {one}"
    *first, last = map(str, layers)
    return f"Layers {', '.join(first)} and {last} {several}"
