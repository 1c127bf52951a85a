"""What the page *Your network* shows of a sheet in each notation: texts, symbols, formulas, to be filled with numbers.

All of them are written by what writes the sheets of `literate_bp.worked`. A formula is that of a node in a network of
some size, with a mark in the place of each symbol and of each number: `{w 0 3,j}` is the symbol of the weight from node
3 to this one, in the same layer, and `{#w 0 3,j 1}` its number, in parentheses if it is negative. So the formulas of a
few nodes serve for each network of their size.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np

from literate_bp import example
from literate_bp.activation import ACTIVATIONS
from literate_bp.diagram.passes.live_choice import BOOK, choices
from literate_bp.formula.expression import Expression, Symbol
from literate_bp.formula.letters import unicode_of
from literate_bp.formula.notation import NOTATIONS, Notation
from literate_bp.formula.printing import Plain
from literate_bp.network import Layer, Network
from literate_bp.worked.document import Html, Math, PageBreak, Table, symbol_html
from literate_bp.worked.givens import STEP, Givens, css_class
from literate_bp.worked.rounding import ROUNDINGS
from literate_bp.worked.sheet import HIDDEN, MOST_NAMED, SECTIONS, WAY_BACK, Explanation, Step, listed
from literate_bp.worked.substitution import FUNCTIONS, Key, Substitution, key_of

MOST_LAYERS, MOST_NODES = 4, 6
"""The largest network that the page builds."""
KINDS = {
    "input": "x",
    "target": "y",
    "weight": "w",
    "bias": "b",
    "linear": "z",
    "activated": "a",
    "cost": "cost",
    "rate": "rate",
    "derivative": "slope",
    "error": "delta",
    "weight step": "sw",
    "bias step": "sb",
    "new weight": "nw",
    "new bias": "nb",
    "new linear": "nz",
    "new activated": "na",
    "new cost": "ncost",
}
"""How the ids of a quantity begin."""
I, J = MOST_NODES + 2, MOST_NODES + 1
"""Nodes that no sum runs over: those that a line is about."""
OWN = {I: "i", J: "j"}
FIRST_MARK = 0xE000
"""Marks are characters that no text has."""
MARKS = [*map(chr, range(FIRST_MARK, 0xF900))]
MARK = f"[{MARKS[0]}-{MARKS[-1]}]"
FORMS = {"": "0{}", "negative": "\N{MINUS SIGN}{}", "power": "0{}0·10"}
"""How numbers look that a formula may put into parentheses: any, negative ones, and ones with a power of ten."""
NEGATIVE, POWER, DIGITS = 1, 2, 4
DIGIT_MARKS = [letter for letter in map(chr, range(0x660, 0x1000)) if letter.isdecimal()]
"""Marks that are digits: a formula has no gap behind a number of digits alone."""
HTML = Html()


# --- formulas -----------------------------------------------------------------


def network_of(sizes: tuple[int, ...], activation: str, cost: str, *, biases: bool = True) -> Network:
    """Return a network of some sizes; its numbers are not looked at."""
    pairs = list(pairwise(sizes))
    return Network([Layer(np.ones(pair), np.ones(pair[1]) if biases else None, activation) for pair in pairs], cost)


def givens_of(network: Network, notation: Notation, digits: int = 3, rounding: str = "significant") -> Givens:
    """Return what a sheet of a network starts from; its numbers are not looked at."""
    x, y = np.ones(network.sizes[0]), np.ones(network.sizes[-1])
    return Givens(network, x, y, 0.5, digits, notation, rounding)


def template(substitution: Substitution, tree: Expression, layer: int, *, numbers: bool) -> str:
    """Write a formula of a layer with marks in the place of its symbols, or of its numbers."""
    if not numbers:
        text, symbols = marked(substitution, tree, "{}")
        return filled(text, [token(each, layer) for each in symbols])
    texts = {name: marked(substitution, tree, form) for name, form in FORMS.items()}
    text, symbols = texts[""]
    plain = re.sub(f"0({MARK})", r"\1", text)
    flags = [0] * len(symbols)
    for flag, name in ((NEGATIVE, "negative"), (POWER, "power")):
        other = texts[name][0]
        for place in range(len(symbols)):
            mark = chr(FIRST_MARK + place)
            number = FORMS[name].format(mark)
            if enclosures(other, number) > enclosures(plain, mark):
                flags[place] |= flag
                number = f"({number})"
            other = other.replace(number, mark)
        if other != plain:
            raise ValueError(f"{other} is not {plain}: more than parentheses depends on what a number looks like")
    for place in joined(substitution, tree, plain):
        flags[place] |= DIGITS
    return filled(plain, [f"#{token(each, layer)} {flag}" for each, flag in zip(symbols, flags, strict=True)])


def enclosures(text: str, part: str) -> int:
    """Return how many pairs of parentheses stand around a part of a text and nothing else."""
    return 1 + enclosures(text, f"({part})") if f"({part})" in text else 0


def joined(substitution: Substitution, tree: Expression, plain: str) -> list[int]:
    """Return the places of the numbers behind which there is no gap, where they have digits alone."""
    text, symbols = marked(substitution, tree, "{}", DIGIT_MARKS)
    found = [n for n in range(len(symbols)) if f"{chr(FIRST_MARK + n)} " in plain and f"{DIGIT_MARKS[n]} " not in text]
    for place in range(len(symbols)):
        text = text.replace(DIGIT_MARKS[place], chr(FIRST_MARK + place) + " " * (place in found))
    if text != plain:
        raise ValueError(f"{text} is not {plain}: more than a gap depends on whether a number has digits alone")
    return found


def marked(
    substitution: Substitution, tree: Expression, form: str, marks: Sequence[str] = MARKS
) -> tuple[str, list[Symbol]]:
    """Write a formula with a mark for each of its symbols, and return these."""
    symbols: list[Symbol] = []

    def name(symbol: Symbol) -> str:
        if symbol.quantity in FUNCTIONS and not symbol.nodes:
            return substitution.symbol_text(symbol)
        symbols.append(symbol)
        return form.format(marks[len(symbols) - 1])

    return Plain(name).text(tree), symbols


def token(symbol: Symbol, layer: int) -> str:
    """Return the kind of a symbol, its layer from that of the line, and its nodes."""
    quantity, of, nodes = key_of(symbol)
    return f"{KINDS[quantity]} {of - layer} {','.join(OWN.get(node, str(node)) for node in nodes)}"


def filled(text: str, tokens: list[str]) -> str:
    """Write a marked text as HTML, with tokens in the place of its marks."""
    return re.sub(MARK, lambda found: f"{{{tokens[ord(found[0]) - FIRST_MARK]}}}", HTML.formula(text))


def row(substitution: Substitution, key: Key) -> list[str]:
    """Return the templates of a line: its symbol, its formula, and its numbers."""
    equation = substitution.translated(key)
    left, right = equation.sides[0], equation.sides[-1]
    numbers = substitution.in_numbers(right, key[0])
    whole = f"{{{KINDS[key[0]]} 0 {','.join(OWN[node] for node in key[2])}}}"
    symbol = template(substitution, left, key[1], numbers=False) if key[0] == "derivative" else whole
    formula = template(substitution, right, key[1], numbers=False)
    return [symbol, formula, template(substitution, numbers, key[1], numbers=True)]


def substitution_of(notation: Notation, sizes: tuple[int, ...], given: dict[str, Any]) -> Substitution:
    """Return what writes the formulas of a network."""
    return Substitution(givens_of(network_of(sizes, **given), notation), {})


def rows(notation: Notation) -> dict[str, list[str]]:
    """Return the templates of lines, by their kind and how many numbers they add up; `-` has no bias.

    Those that depend on the activation and on the cost stand elsewhere.
    """
    given = {"activation": "sigmoid", "cost": "half_squared_error"}
    within = substitution_of(notation, (2, I, J, 2), given)
    found = {}
    for quantity in ("activated", "bias step", "new bias", "new activated"):
        found[KINDS[quantity]] = row(within, (quantity, 2, (J,)))
    for quantity in ("weight step", "new weight"):
        found[KINDS[quantity]] = row(within, (quantity, 2, (I, J)))
    for n in range(1, MOST_NODES + 1):
        for quantity, biases in product(("linear", "new linear"), (True, False)):
            before = substitution_of(notation, (2, n, J, 2), given | {"biases": biases})
            found[f"{KINDS[quantity]}{n}{'' if biases else '-'}"] = row(before, (quantity, 2, (J,)))
        found[f"delta{n}"] = row(substitution_of(notation, (2, 2, J, n), given), ("error", 2, (J,)))
    return found


def rows_of_activation(notation: Notation, activation: str) -> dict[str, list[str]]:
    """Return the template of the derivative of an activation."""
    given = {"activation": activation, "cost": "half_squared_error"}
    return {"slope": row(substitution_of(notation, (2, I, J, 2), given), ("derivative", 2, (J,)))}


def rows_of_cost(notation: Notation, cost: str) -> dict[str, list[str]]:
    """Return the templates of a cost, and of the errors of its outputs."""
    given = {"activation": "sigmoid", "cost": cost}
    found = {"delta": row(substitution_of(notation, (2, 2, 2, J), given), ("error", 3, (J,)))}
    for n in range(1, MOST_NODES + 1):
        outputs = substitution_of(notation, (2, 2, 2, n), given)
        for quantity in ("cost", "new cost"):
            found[f"{KINDS[quantity]}{n}"] = row(outputs, (quantity, 3, ()))
    return found


# --- symbols ------------------------------------------------------------------

OF_NODES = ("bias", "linear", "activated", "error", "bias step", "new bias", "new linear", "new activated")
OF_PAIRS = ("weight", "weight step", "new weight")


def symbols(notation: Notation, depth: int) -> dict[str, str]:
    """Return the symbols of the largest network of a depth as HTML, by their ids."""
    sizes = (MOST_NODES,) * (depth + 1)
    nodes = range(1, MOST_NODES + 1)
    found = {KINDS[what]: symbol(notation, sizes, what, 0) for what in ("cost", "new cost", "rate")}
    for n in nodes:
        found[f"y.{n}"] = symbol(notation, sizes, "target", depth, n)
        found[f"x.{n}"] = found[f"a0.{n}"] = found[f"na0.{n}"] = symbol(notation, sizes, "input", 0, n)
    for layer, what, n in product(range(1, depth + 1), OF_NODES, nodes):
        found[f"{KINDS[what]}{layer}.{n}"] = symbol(notation, sizes, what, layer, n)
    for layer, what, pair in product(range(1, depth + 1), OF_PAIRS, product(nodes, repeat=2)):
        found[f"{KINDS[what]}{layer}.{pair[0]}.{pair[1]}"] = symbol(notation, sizes, what, layer, *pair)
    return found


def symbol(notation: Notation, sizes: tuple[int, ...], quantity: str, layer: int, *nodes: int) -> str:
    """Write a symbol as HTML, its letter in the color of its quantity."""
    text = unicode_of(notation.symbol(quantity, layer, *nodes, sizes=sizes))
    return symbol_html(text, css_class(quantity))


def symbols_of_single(notation: Notation, depth: int) -> dict[str, str]:
    """Return the symbols beside layers of one node, where that has no index; `1n` are the sizes of both layers."""
    found = {}
    nodes = range(1, MOST_NODES + 1)
    for layer, before, own in product(range(1, depth + 1), (1, MOST_NODES), (1, MOST_NODES)):
        sizes = tuple({layer - 1: before, layer: own}.get(n, MOST_NODES) for n in range(depth + 1))
        mark = "".join("1" if size == 1 else "n" for size in (before, own))
        for what, i, j in product(OF_PAIRS, nodes, nodes):
            if "1" in mark and i <= before and j <= own:
                found[f"{KINDS[what]}{layer}.{i}.{j}/{mark}"] = symbol(notation, sizes, what, layer, i, j)
    ones = (1,) * (depth + 1)
    for layer, what in product(range(1, depth + 1), OF_NODES):
        found[f"{KINDS[what]}{layer}.1/1"] = symbol(notation, ones, what, layer, 1)
    found["y.1/1"] = symbol(notation, ones, "target", depth, 1)
    found["x.1/1"] = found["a0.1/1"] = found["na0.1/1"] = symbol(notation, ones, "input", 0, 1)
    return found


def numbered_symbols(notation: Notation) -> dict[str, str]:
    """Return the symbols of weights that are numbered in the whole network, by their numbers."""
    sizes = (MOST_NODES,) * (MOST_LAYERS + 1)
    nodes = range(1, MOST_NODES + 1)
    places = product(range(1, MOST_LAYERS + 1), nodes, nodes)
    return {
        f"{KINDS[what]}#{number}": symbol(notation, sizes, what, layer, i, j)
        for number, (layer, j, i) in enumerate(places, 1)
        for what in OF_PAIRS
    }


def all_symbols(notation: Notation) -> dict[str, dict[str, str]]:
    """Return the symbols by depth; those of the deepest network hold for others, where these do not say another."""
    found = {}
    for depth in range(1, MOST_LAYERS + 1):
        single = {} if notation.index_on_single else symbols_of_single(notation, depth)
        found[depth] = symbols(notation, depth) | single
    numbers = numbered_symbols(notation) if notation.numbers_weights else {}
    if numbers:
        found = {
            depth: {key: of[key] for key in of if key.count(".") < len(OF_PAIRS) - 1} for depth, of in found.items()
        }
    deepest = found[MOST_LAYERS] | numbers
    others = {str(depth): {key: of[key] for key in of if deepest[key] != of[key]} for depth, of in found.items()}
    return others | {str(MOST_LAYERS): deepest}


# --- texts --------------------------------------------------------------------

TOP = 3
"""The level of the heading of a sheet on the page."""
MANY = 7
"""A number of digits, and of lines, that stands for all but 1."""
WRITTEN = Html(top=TOP)
MARKED = [Math(chr(FIRST_MARK + n), chr(FIRST_MARK + n)) for n in range(3)]
CELLS = (1111.0, 2222.0, 3333.0)
NAMES = {MARKED[0].text: "{symbol}", MARKED[1].text: "{formula}", MARKED[2].text: "{numbers}"}
NAMES |= {"1111": "{value}", "2222": "{rounded}", "3333": "{carried}"}
STYLED = re.compile(r'class="blank"(.*?) style="width: ([\d.]+)em"')


def named(html: str) -> str:
    """Put names into the place of marks."""
    for mark, name in NAMES.items():
        html = html.replace(mark, name)
    return STYLED.sub(lambda found: f'class="blank wide-{found[2].partition(".")[0]}"{found[1]}', html)


def cut(html: str, part: str, name: str) -> str:
    """Put a name into the place of a part, which is there once."""
    if html.count(part) != 1:
        raise ValueError(f"{part} is {html.count(part)} times in {html}; once was expected")
    return html.replace(part, name)


def line_of(quantity: str) -> Step:
    """Return a line whose texts are marks; rounding has made 0 of it, where it is an error."""
    value, rounded, carried = CELLS
    return Step(MARKED[0].text, "", value, rounded, carried, 0, quantity, 0, MARKED[1], MARKED[2])


def tables(hide: str | None) -> list[dict[str, Any]]:
    """Return the parts of a sheet: which kinds of lines they have, their headings, tables, and rows."""
    found = []
    for quantities in SECTIONS.values():
        made = Explanation((line_of(quantities[0]),), hide=hide, begins=False)
        heading, table = made.blocks()[-2:]
        html = named(WRITTEN.block(table))
        (row_html,) = re.findall(r"<tr>(?:(?!<tr>).)*</tr>(?=\n</tbody>)", html)
        kinds = [KINDS[quantity] for quantity in quantities if quantity in KINDS]
        shell = WRITTEN.block(heading) + cut(html, row_html, "{rows}")
        found.append({"kinds": kinds, "table": shell, "row": row_html})
    return found


def notes() -> dict[str, str]:
    """Return what a sheet says of its tables, and of what rounding changes."""
    lost = line_of("error")
    vanished = Explanation((replace(lost, carried=0.0),), begins=False)
    kinked = Explanation((replace(lost, kink=MARKED[0]),), begins=False)
    title, of_lost, read, legend = map(WRITTEN.block, vanished.blocks()[:4])
    more = [WRITTEN.inline(listed(MARKED[:1] * n)[-1:]) for n in (MOST_NAMED + 1, MOST_NAMED + MANY)]
    return {
        "notes": title,
        "lost": named(of_lost),
        "kinked": named(WRITTEN.block(kinked.blocks()[1])),
        "more one": more[0],
        "more": cut(more[1], str(MANY), "{count}"),
        "read": read + legend,
    }


def weights_table(givens: Givens) -> dict[str, str]:
    """Return the table of the weights into a layer, its rows and its cells."""
    names = ("{symbol}",), ("{source}",), ("{cell}",)
    html = WRITTEN.block(Table("{caption}", "ll", ((), names[0]), ((names[1], names[2]),)))
    parts = {"head": '<th scope="col">{symbol}</th>', "cell": "<td>{cell}</td>"}
    (of_row,) = re.findall(r"<tr><th scope=\"row\">.*?</tr>", html)
    html = cut(cut(html, of_row, "{rows}"), parts["head"], "{heads}")
    return parts | {
        "table": html,
        "row": cut(of_row, parts["cell"], "{cells}"),
        "bias": givens.weights(1).rows[-1][0][0],
    }


def smallest(notation: Notation, *, inputs: int = 1) -> Givens:
    """Return what the sheet of a network of one node starts from."""
    return givens_of(network_of((inputs, 1), *BOOK.values()), notation)


def beginning(notation: Notation) -> dict[str, Any]:
    """Return what a sheet begins with, in each layer, with names in the place of its numbers."""
    givens, rounding = smallest(notation), len(smallest(notation).how_to_round())
    html = [*map(WRITTEN.block, Explanation((), givens).beginning())]
    targets, _, rate, how = html[-rounding - 4 : -rounding]
    both = smallest(notation, inputs=2).row("input", 0, np.ones(2))
    symbols = {"inputs": ("input", 0, 1), "targets": ("target", 1, 1), "rate": ("rate",)}
    values = {"inputs": givens.x[0], "targets": givens.y[0], "rate": givens.rate}
    given = {name: givens.assignment(givens.symbol(*symbols[name]), values[name]) for name in symbols}
    texts = {"inputs": html[2], "targets": targets, "rate": rate}
    depths = [givens_of(network_of((1,) * (n + 1), *BOOK.values()), notation) for n in range(1, MOST_LAYERS + 1)]
    return {
        "title": cut(html[0], "1-1", "{sizes}"),
        "solutions": cut(WRITTEN.block(Explanation((), givens).solutions.beginning()[0]), "1-1", "{sizes}"),
        "given": html[1],
        "round": how,
        "assignment": cut(WRITTEN.piece(givens.assignment(MARKED[0], MANY)), str(MANY), "{value}").replace(
            MARKED[0].text, "{symbol}"
        ),
        "between": both[2],
        "captions": [depths[-1].weights(layer).caption for layer in range(1, MOST_LAYERS + 1)],
        "step": WRITTEN.block(STEP),
        "page break": WRITTEN.block(PageBreak()),
    } | {name: cut(text, WRITTEN.piece(given[name]), "{list}") for name, text in texts.items()}


def roundings(notation: Notation) -> dict[str, list[str]]:
    """Return how to round, to one digit and to more."""
    network = network_of((1, 1), *BOOK.values())
    found = {}
    for rounding in ROUNDINGS:
        one, many = (
            WRITTEN.blocks(givens_of(network, notation, digits, rounding).how_to_round()) for digits in (1, MANY)
        )
        found[rounding] = [one, many.replace(f"{MANY} ", "{digits} ")]
    return found


def activation_texts(notation: Notation, activation: str) -> list[list[str]]:
    """Return what a sheet says of an activation, for each depth: with its derivative and without."""
    networks = [network_of((2,) * (depth + 1), activation, BOOK["cost"]) for depth in range(1, MOST_LAYERS + 1)]
    return [
        [WRITTEN.blocks(givens_of(network, notation).activations(derivatives=shown)) for shown in (True, False)]
        for network in networks
    ]


def cost_texts(notation: Notation, cost: str) -> list[str]:
    """Return what a sheet says of a cost: where its lines show the formula, and where they do not."""
    givens = givens_of(network_of((2, 2), BOOK["activation"], cost), notation)
    return [WRITTEN.block(givens.cost(formula=formula)) for formula in (False, True)]


def error_texts(notation: Notation) -> list[list[str]]:
    """Return what a sheet without formulas says of an error, for each depth: for one output, and for more."""
    depths = range(1, MOST_LAYERS + 1)
    return [
        [
            WRITTEN.blocks(givens_of(network_of((2,) * depth + (outputs,), *BOOK.values()), notation).error())
            for outputs in (1, 2)
        ]
        for depth in depths
    ]


# --- all ----------------------------------------------------------------------


def chosen(kind: str) -> list[str]:
    """Return the names that a reader may choose from."""
    return [name.partition(".")[2] for name, _ in choices() if name.startswith(f"{kind}.")]


def sheet_in(notation: Notation) -> dict[str, Any]:
    """Return all that a sheet needs in a notation."""
    activations, costs = chosen("activation"), chosen("cost")
    return {
        "sign": notation.error_sign,
        "single": not notation.index_on_single,
        "numbered": notation.numbers_weights,
        "symbols": all_symbols(notation),
        "rows": rows(notation),
        "activation": {name: rows_of_activation(notation, name) for name in activations},
        "cost": {name: rows_of_cost(notation, name) for name in costs},
        "texts": beginning(notation) | notes() | {"weights": weights_table(smallest(notation))},
        "roundings": roundings(notation),
        "activations": {name: activation_texts(notation, name) for name in activations},
        "costs": {name: cost_texts(notation, name) for name in costs},
        "errors": error_texts(notation),
        "tables": {str(hide): tables(hide) for hide in (None, *HIDDEN)},
        "kinked": [name for name in activations if not ACTIVATIONS[name].analytic],
        "way back": [KINDS[quantity] for quantity in WAY_BACK if quantity in KINDS],
        "most named": MOST_NAMED,
    }


def pool() -> dict[str, Any]:
    """Return numbers for the largest network: those of the running example, and beyond it some with one decimal."""
    draw = np.random.default_rng(1)
    w = [draw.uniform(-1.5, 1.5, (MOST_NODES, MOST_NODES)).round(1) + 0.0 for _ in range(MOST_LAYERS)]
    b = [draw.uniform(-0.5, 0.5, MOST_NODES).round(1) + 0.0 for _ in range(MOST_LAYERS)]
    x, y = draw.uniform(-1, 1, MOST_NODES).round(1) + 0.0, draw.uniform(0, 1, MOST_NODES).round(1)
    for layer, (weights, biases) in enumerate(zip(example.WEIGHTS, example.BIASES, strict=True)):
        w[layer][: len(weights), : len(biases)] = weights
        b[layer][: len(biases)] = biases
    x[: len(example.INPUTS)], y[: len(example.TARGETS)] = example.INPUTS, example.TARGETS
    return {"w": [each.tolist() for each in w], "b": [each.tolist() for each in b], "x": x.tolist(), "y": y.tolist()}


def start() -> dict[str, Any]:
    """Return what the page begins with: the running example, and numbers for the nodes that a reader adds."""
    network, *_ = example.running()
    given = {"rate": 0.5, "digits": 3, "rounding": ROUNDINGS[0], "sheet": "None", "marks": "both", "node": "1.1"}
    return {"sizes": network.sizes, "start": BOOK | given, "pool": pool()}


def written() -> dict[str, str]:
    """Return all that the page asks for as JSON, by the names of the files: notations, and what it begins with."""
    found = {name: sheet_in(notation) for name, notation in NOTATIONS.items()} | {"start": start()}
    return {name: json.dumps(each, ensure_ascii=False, separators=(",", ":")) for name, each in found.items()}
