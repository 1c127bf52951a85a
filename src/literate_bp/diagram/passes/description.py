"""The same in words: every number of a picture, in reading order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

from ...formula.choice import spans
from .quantities import Pass, Quantity, number

__all__ = [
    "Section",
    "html",
    "listed",
    "network_backward_words",
    "network_forward_words",
    "node_backward_words",
    "node_forward_words",
    "size",
    "weight_gradient_words",
]

Line = tuple[str, tuple[Quantity, ...]]


@dataclass(frozen=True)
class Section:
    """A part of the text equivalent: a title, and lines of quantities."""

    title: str
    lines: tuple[Line, ...]

    def sentences(self) -> list[str]:
        """One sentence a line."""
        return [lead + ("; ".join(map(str, shown)) or "nothing") + "." for lead, shown in self.lines]


def html(sections: Mapping[str, tuple[Section, ...]], shown: str) -> str:
    """The words as HTML, with what each notation writes, and which is shown."""
    parts = (dict(zip(sections, same, strict=True)) for same in zip(*sections.values(), strict=True))
    return "".join(
        f"<p><strong>{escape(part[shown].title)}</strong></p><ul>{html_lines(part, shown)}</ul>" for part in parts
    )


def html_lines(parts: Mapping[str, Section], shown: str) -> str:
    """The lines of a part."""
    lines = (dict(zip(parts, same, strict=True)) for same in zip(*(part.lines for part in parts.values()), strict=True))
    return "".join(f"<li>{html_line(line, shown)}</li>" for line in lines)


def html_line(lines: Mapping[str, Line], shown: str) -> str:
    """One line: its quantities one after the other."""
    lead, _ = lines[shown]
    each = zip(*(quantities for _, quantities in lines.values()), strict=True)
    told = "; ".join(html_quantity(dict(zip(lines, same, strict=True)), shown) for same in each)
    return f"{escape(lead)}{told or 'nothing'}."


def html_quantity(quantities: Mapping[str, Quantity], shown: str) -> str:
    """A quantity: its words, and what each notation calls it and takes for its value."""
    written = {name: escape(quantity.equation) for name, quantity in quantities.items()}
    return f"{quantities[shown].words} {spans(written, shown)}"


def section(title: str, *lines: Line) -> Section:
    """A part of the words."""
    return Section(title, lines)


def line(lead: str, *quantities: Quantity | None) -> Line:
    """A line of the words, without what is not there."""
    return lead, tuple(shown for shown in quantities if shown is not None)


def listed(quantities: list[Quantity]) -> str:
    """Their numbers, as a list in a sentence."""
    return ", ".join(number(quantity.value) for quantity in quantities)


def size(error: Quantity) -> str:
    """An error without its sign, in which notations differ."""
    return number(abs(error.value))


def node_forward_words(shown: Pass, layer: int, node: int) -> tuple[Section, ...]:
    """What comes in, the node, what comes next."""
    given = [
        line(f"From {i}: ", shown.activated(layer - 1, i), shown.weight(layer, i, node)) for i in shown.nodes(layer - 1)
    ]
    own = line(
        "", shown.bias(layer, node), shown.linear(layer, node), past(shown, layer, node), shown.activated(layer, node)
    )
    ahead = [
        line(f"To {k}: ", shown.weight(layer + 1, node, k), shown.linear(layer + 1, k)) for k in shown.nodes(layer + 1)
    ]
    if shown.residual(layer + 1):
        ahead.append(line(f"Past the weights to {node}: ", shown.activated(layer + 1, node)))
    parts = section("What comes in", *given), section("The node", own)
    return (*parts, section("The next layer", *ahead)) if ahead else parts


def node_backward_words(shown: Pass, layer: int, node: int) -> tuple[Section, ...]:
    """The errors ahead, the node, what came in."""
    ahead = [
        line(f"From {k}: ", shown.error(layer + 1, k), shown.weight(layer + 1, node, k), shown.linear(layer + 1, k))
        for k in shown.nodes(layer + 1)
    ]
    if shown.residual(layer + 1):
        came = shown.activated_error(layer + 1, node), shown.activated(layer + 1, node)
        ahead.append(line(f"Past the weights from {node}: ", *came))
    own = line(
        "",
        parted(shown, layer, node),
        shown.derivative(layer, node),
        shown.error(layer, node),
        shown.activated(layer, node),
        shown.linear(layer, node),
        shown.bias(layer, node),
    )
    given = [
        line(
            f"To {i}: ",
            shown.weight(layer, i, node),
            shown.activated_error(layer - 1, i),
            shown.activated(layer - 1, i),
        )
        for i in shown.nodes(layer - 1)
    ]
    start = line("From the cost: ", shown.cost(), shown.cost_error())
    return (section("The errors ahead", *(ahead or [start])), section("The node", own), section("What came in", *given))


def network_forward_words(shown: Pass) -> tuple[Section, ...]:
    """Inputs, layers with their weights, cost."""
    inputs = [line(f"Input {i}: ", shown.activated(0, i)) for i in shown.nodes(0)]
    layers = [
        section(
            f"Layer {layer}, {shown.activation(layer)}{by_way(shown, layer)}",
            *(forward_line(shown, layer, j) for j in shown.nodes(layer)),
        )
        for layer in shown.layers
    ]
    end = section("Cost", *target_lines(shown), line("", shown.cost()))
    return section("Inputs", *inputs), *layers, end


def forward_line(shown: Pass, layer: int, j: int) -> Line:
    """A node with its weights."""
    return line(
        f"Node {j}: ",
        *(shown.weight(layer, i, j) for i in shown.nodes(layer - 1)),
        shown.bias(layer, j),
        shown.linear(layer, j),
        past(shown, layer, j),
        shown.activated(layer, j),
    )


def by_way(shown: Pass, layer: int) -> str:
    """What the title of a layer says of its residual connection."""
    return ", with a residual connection" if shown.residual(layer) else ""


def past(shown: Pass, layer: int, j: int) -> Quantity | None:
    """What goes past the layer to a node, if it has a residual connection."""
    if not shown.residual(layer):
        return None
    came = shown.activated(layer - 1, j)
    return replace(came, words=f"past the layer comes the {came.words}")


def parted(shown: Pass, layer: int, j: int) -> Quantity | None:
    """The error of an activated value; with a residual connection, it goes past the layer as well."""
    error = shown.activated_error(layer, j)
    if error is None or not shown.residual(layer):
        return error
    return replace(error, words=f"{error.words}, which goes past the layer too,")


def target_lines(shown: Pass) -> list[Line]:
    """What each output should have been."""
    return [line(f"Output {j}: ", shown.target(j)) for j in shown.nodes(shown.depth)]


def network_backward_words(shown: Pass) -> tuple[Section, ...]:
    """From the cost back to the inputs."""
    start = line("", shown.cost(), shown.cost_error())
    layers = [
        section(f"Layer {layer}{by_way(shown, layer)}", *(backward_line(shown, layer, j) for j in shown.nodes(layer)))
        for layer in reversed(shown.layers)
    ]
    inputs = [line(f"Input {i}: ", shown.activated_error(0, i), shown.activated(0, i)) for i in shown.nodes(0)]
    return (section("Cost", start, *target_lines(shown)), *layers, section("Inputs", *inputs))


def backward_line(shown: Pass, layer: int, j: int) -> Line:
    """A node's errors, the values that they stand over, and its weights."""
    return line(
        f"Node {j}: ",
        parted(shown, layer, j),
        shown.error(layer, j),
        shown.linear(layer, j),
        shown.activated(layer, j),
        *(shown.weight(layer, i, j) for i in shown.nodes(layer - 1)),
    )


def weight_gradient_words(shown: Pass) -> tuple[Section, ...]:
    """For each layer what comes in, the errors, and the gradients."""
    layers = [
        section(
            f"Layer {layer}",
            activated_line("Comes in: ", shown, layer - 1),
            *(gradient_line(shown, layer, j) for j in shown.nodes(layer)),
        )
        for layer in shown.layers
    ]
    outputs = activated_line("Outputs: ", shown, shown.depth)
    targets = line("Targets: ", *map(shown.target, shown.nodes(shown.depth)))
    return *layers, section("Cost", outputs, targets, line("", shown.cost()))


def activated_line(lead: str, shown: Pass, layer: int) -> Line:
    """What a layer hands on."""
    return line(lead, *(shown.activated(layer, i) for i in shown.nodes(layer)))


def gradient_line(shown: Pass, layer: int, j: int) -> Line:
    """A node's error, and the gradients of what leads to it."""
    return line(
        f"Node {j}: ",
        shown.error(layer, j),
        *(shown.weight_gradient(layer, i, j) for i in shown.nodes(layer - 1)),
        shown.bias_gradient(layer, j),
    )
