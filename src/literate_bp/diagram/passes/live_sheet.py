"""The lines of a sheet by their ids, exact and carried: what a page asks when its reader builds a network.

Plain Python over `nodes`, like `live`, and MicroPython runs it. `worked.explain` has these lines for any network; here
they are those of a network that a page can build. The rules of `nodes` find the numbers: where each line is rounded,
its layers round what their activations take and give.
"""

import json
from typing import Any

from ...activation import ACTIVATIONS
from ...node import linear_error
from ...nodes import Layer, forward, hidden_errors, step, weight_gradient
from .live import by_id, floats, rows_by_id
from .live_choice import of_numbers
from .live_layers import activations_of, example_of
from .live_rounding import as_given, binary, significant, value_of, whole

__all__ = ["lines"]


class Exact:
    """Nothing is rounded on the way."""

    def __init__(self, digits: int, rounding: str) -> None:
        self.digits, self.by_decimals = digits, rounding == "decimals"

    def kept(self, value: float, _decimals: int) -> float:
        """Return what the next line uses."""
        return value

    def decimals(self, _value: float) -> int:
        """Return how many decimals a result of the way forward has."""
        return self.digits

    def decimals_back(self, value: float) -> int:
        """Return how many decimals a derivative or an error has."""
        return self.digits if self.by_decimals else significant(value, self.digits)

    def ahead(self, value: float) -> float:
        """Return what the next line of the way forward uses."""
        return self.kept(value, self.digits)

    def back(self, value: float) -> float:
        """Return what the next line of the way back uses."""
        return self.kept(value, self.decimals_back(value))

    def derivative(self, layer: Any, _activation: str) -> Any:
        """Return the derivative of a layer's activation, of a linear part."""
        return layer.derivative


class Carried(Exact):
    """Each result is rounded, and the rounded number is carried on."""

    def kept(self, value: float, decimals: int) -> float:
        """Return what the next line uses, rounded."""
        return value_of(whole(value, decimals), decimals)

    def derivative(self, layer: Any, activation: str) -> Any:
        """Return the same by hand: from the activated value, where a textbook has it so."""
        form = ACTIVATIONS[activation].textbook_derivative
        if not form:
            return lambda z: self.back(layer.derivative(z))
        by_value = of_numbers(form)
        return lambda z: self.back(by_value(layer.function(z)))


def lines(question: str) -> str:
    """Answer with a line for each number: ``z1.1=3 -1 150 2 150 2``, where these are 3 · 2⁻¹, 1.50 and 1.50.

    First comes its value, of which the texts of MicroPython would lose digits. Then what it is rounded to, in units of
    its last decimal, and how many decimals these are; and both of the number that is carried.

    Parameters
    ----------
    question : str
        What `live_layers.example_of` takes, with ``rate``, ``digits`` and ``rounding`` as in a problem file.
    """
    asked = json.loads(question)
    exact, carried = [list(calculated(asked, kind(asked["digits"], asked["rounding"]))) for kind in (Exact, Carried)]
    return "\n".join([line(*one, *other[1:]) for one, other in zip(exact, carried)])


def line(name: str, value: float, decimals: int, carried: float, carried_decimals: int) -> str:
    """Write a line."""
    rounded = whole(value, decimals), decimals, whole(carried, carried_decimals), carried_decimals
    return f"{name}=" + " ".join(map(str, binary(value) + rounded))


def calculated(asked: dict[str, Any], mode: Exact) -> Any:
    """Yield the id, the value and the decimals of each line, in the order of a sheet."""
    example = example_of(asked)
    layers = tuple(rounding_layer(*of_layer, mode) for of_layer in zip(example.layers, activations_of(asked)))
    values = forward_values(layers, example.x, mode)
    yield from forward_lines("", example, values, mode)
    linear, activated = values
    delta = output_errors(layers[-1], linear[-1], activated[-1], example, mode)
    deltas = [delta]
    for layer, z, ahead in reversed(list(zip(layers, linear, layers[1:]))):
        deltas.insert(0, tuple(map(mode.back, hidden_errors(layer, z, ahead, deltas[0]))))
    for n in range(len(layers), 0, -1):
        slopes = tuple(map(layers[n - 1].derivative, linear[n - 1]))
        for found in (by_id(f"slope{n}", slopes), by_id(f"delta{n}", deltas[n - 1])):
            yield from [(name, value, mode.decimals_back(value)) for name, value in found]
    yield from steps_and_second_pass(asked, example, layers, activated, deltas, mode)


def rounding_layer(layer: Any, activation: str, mode: Exact) -> Any:
    """Return a layer that rounds what it finds."""

    def function(z: float) -> float:
        return mode.ahead(layer.function(mode.ahead(z)))

    inside = Layer(layer.weights, layer.biases, function, layer.derivative)
    return Layer(layer.weights, layer.biases, function, mode.derivative(inside, activation))


def forward_values(layers: Any, x: Any, mode: Exact) -> Any:
    """Return the linear parts and the activated values."""
    trace = forward(layers, x)
    return [tuple(map(mode.ahead, z)) for z in trace.linear], trace.activated


def forward_lines(mark: str, example: Any, values: Any, mode: Exact) -> Any:
    """Yield the lines of a pass forward; a mark tells the second one."""
    linear, activated = values
    cost = mode.ahead(example.cost(activated[-1], example.y))
    found = []
    for n, (z, a) in enumerate(zip(linear, activated[1:]), 1):
        found += by_id(f"{mark}z{n}", z) + by_id(f"{mark}a{n}", a)
    yield from [(name, value, mode.digits) for name, value in found + [(f"{mark}cost", cost)]]


def output_errors(layer: Any, z: Any, a: Any, example: Any, mode: Exact) -> tuple[float, ...]:
    """Return the errors of the outputs, for any cost."""
    dc_da = [example.cost_derivative(a_k, y_k) for a_k, y_k in zip(a, example.y)]
    return tuple(mode.back(linear_error(layer.derivative(z_k), dc_da_k)) for z_k, dc_da_k in zip(z, dc_da))


def steps_and_second_pass(
    asked: dict[str, Any], example: Any, layers: Any, activated: Any, deltas: Any, mode: Exact
) -> Any:
    """Yield the lines of the steps, of the new weights and biases, and of the second pass."""
    new, updates = list(layers), []
    for n in range(len(layers), 0, -1):
        layer, gradients = layers[n - 1], weight_gradient(activated[n - 1], deltas[n - 1])
        moved = [stepped(old, gradient, asked["rate"], mode) for old, gradient in zip(layer.weights, gradients)]
        of_biases = stepped(layer.biases, deltas[n - 1], asked["rate"], mode)
        biases = of_biases if asked["b"][n - 1] else []
        yield from numbered(f"sw{n}", f"sb{n}", [[each[0] for each in row] for row in moved], [b[0] for b in biases])
        updates += numbered(f"nw{n}", f"nb{n}", [[each[1] for each in row] for row in moved], [b[1] for b in biases])
        weights = tuple(tuple(value for _, (value, _) in row) for row in moved)
        kept = tuple(value for _, (value, _) in biases) or layer.biases
        new[n - 1] = Layer(weights, kept, layer.function, layer.derivative)
    yield from updates
    yield from forward_lines("n", example, forward_values(tuple(new), example.x, mode), mode)


def stepped(old: Any, gradient: Any, rate: float, mode: Exact) -> Any:
    """Return steps and new values, each with its decimals."""
    found = []
    for before, exact in zip(floats(old), step((0.0,) * len(gradient), gradient, rate)):
        decimals = significant(exact, mode.digits)
        move = mode.kept(exact, decimals)
        places = decimals if move else as_given(before, mode.digits)
        found.append(((move, decimals), (mode.kept(before + move, places), places)))
    return found


def numbered(kind: str, of_biases: str, rows: Any, biases: Any) -> Any:
    """Return the lines of a layer's weights and biases, whose numbers stand beside their decimals."""
    pairs: Any = rows_by_id(kind, rows) + by_id(of_biases, biases)
    return [(name, value, decimals) for name, (value, decimals) in pairs]
