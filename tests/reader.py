"""An independent reader of the book's LaTeX: it parses a formula and evaluates it on numbers.

It knows nothing of how the package writes formulas. What cannot be read in exactly one way, or asks for a number that
does not exist, is `Unreadable`.
"""

# ruff: noqa: S105 — the tokens here are those of a formula

import math
import re
from itertools import product

import numpy as np

TOKEN = re.compile(r"\\(?:text|operatorname)\{[^{}]*\}|\\[A-Za-z]+|\\[,\\]|\d+(?:\.\d+)?|[A-Za-z]|[{}()|^_+\-=<>,&']")
RELATIONS = ("=", r"\approx", r"\gets", "<", ">", r"\ne")
ARRAYS = (r"\inputrows", r"\linears", r"\activateds", r"\weights", r"\biases", r"\targets", r"\errors")
PAIRS = (r"\weight", r"\newweight", r"\weightstep", r"\direction")
SYMBOLS = (
    *ARRAYS,
    *PAIRS,
    *(
        r"\inputs",
        r"\linear",
        r"\activated",
        r"\bias",
        r"\target",
        r"\error",
        r"\cost",
        r"\rate",
        r"\outputs",
        r"\gain",
    ),
)
GREEK = (r"\beta", r"\lambda", r"\varepsilon", r"\mu")
FUNCTIONS = (r"\activation", r"\derivative", r"\ln", r"\tanh", r"\Phi", r"\max", r"\min", "f")
CLOSES = {"(": ")", r"\left": r"\right", "{": "}"}


class Unreadable(Exception):  # noqa: N818 — what is wrong is the formula
    pass


def tokens_of(latex):
    if left := TOKEN.sub("", latex).strip():
        raise Unreadable(f"{left} in {latex}")
    return tuple(TOKEN.findall(latex))


# --- reading ---------------------------------------------------------------------------------------------------------


class Reader:
    """Recursive descent over tokens; what is read is a tuple whose first entry says what it is."""

    def __init__(self, tokens):
        self.tokens, self.at = tokens, 0

    @property
    def next(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted=None):
        token = self.next
        if not token or (wanted is not None and token != wanted):
            raise Unreadable(f"{token!r} where {wanted!r} was expected")
        self.at += 1
        return token

    def group(self, read):
        self.take("{")
        found = read()
        self.take("}")
        return found

    def sum(self):
        terms, negative = [], self.next == "-"
        if negative:
            self.take()
        terms.append(("negative", self.product()) if negative else self.product())
        while self.next in ("+", "-"):
            sign = self.take()
            term = self.product()
            terms.append(term if sign == "+" else ("negative", term))
        return terms[0] if len(terms) == 1 else ("sum", *terms)

    def product(self):
        parts = [self.side_by_side()]
        while self.next == r"\odot":
            self.take()
            parts.append(self.side_by_side())
        return parts[0] if len(parts) == 1 else ("entrywise", *parts)

    def side_by_side(self):
        factors = []
        while True:
            if self.next in (r"\,", r"\cdot"):
                if not factors:
                    raise Unreadable("a product begins with a gap")
                self.take()
                factors.append(self.factor())
            elif not factors or self.begins_factor():
                factors.append(self.factor())
            else:
                return factors[0] if len(factors) == 1 else ("product", *factors)

    def begins_factor(self):
        return bool(self.next) and self.next not in (
            *RELATIONS,
            *("+", "-", ")", "}", "|", ",", "&", r"\odot", r"\right", r"\\", r"\end", r"\partial"),
            *(r"\text{if }", r"\text{else}"),
        )

    def factor(self):
        if self.next in (r"\sum", r"\max") and self.tokens[self.at + 1 : self.at + 2] == ("_",):
            return self.big()
        is_fraction, atom = self.next == r"\frac", self.atom()
        if self.next == "^":
            if atom[0] == "symbol" and atom[2] is not None:
                raise Unreadable("two superscripts")
            self.take()
            if is_fraction:
                raise Unreadable("a power or transpose of a fraction, or of what is above its bar?")
            if self.tokens[self.at : self.at + 3] == ("{", r"\top", "}"):
                self.at += 3
                atom = ("transpose", atom)
            elif atom[0] == "derivative":
                raise Unreadable("a power of a gradient, or of the cost?")
            else:
                atom = ("power", atom, self.group(self.sum))
            if self.next == "^":
                raise Unreadable("two superscripts")
        return atom

    def big(self):
        operator = self.take()
        self.take("_")
        self.take("{")
        letter, but = self.take(), None
        if self.next == r"\ne":
            self.take()
            but = self.take()
        self.take("}")
        if not letter.isalpha():
            raise Unreadable(f"{operator} over {letter}")
        return ("over", operator, letter, but, self.side_by_side())

    def atom(self):  # noqa: C901, PLR0911, PLR0912 — one case a kind of token
        token = self.take()
        if token[0].isdigit():
            if self.next[:1].isdigit():
                raise Unreadable("two numbers side by side")
            return ("number", float(token))
        if token in SYMBOLS:
            return self.symbol(token)
        match token:
            case r"\frac":
                return self.fraction()
            case r"\sqrt":
                return ("call", "sqrt", (self.group(self.sum),))
            case "(":
                return ("group", self.closed(")"))
            case r"\left":
                self.take("(")
                found = self.closed(r"\right")
                self.take(")")
                return ("group", found)
            case "|":
                found = self.sum()
                self.take("|")
                return ("call", "abs", (found,))
            case r"\begin":
                return self.cases()
            case r"\nabla":
                return self.gradient()
            case "e":
                self.take("^")
                exponent = self.group(self.sum)
                return ("call", "exp", (exponent,))
            case r"\pi":
                return ("number", math.pi)
        if token in FUNCTIONS or token.startswith(r"\operatorname"):
            return self.call(token)
        if token.isalpha() or token in GREEK:
            return self.name(token)
        raise Unreadable(f"{token!r} begins nothing")

    def closed(self, end):
        found = self.sum()
        self.take(end)
        return found

    def symbol(self, macro):
        nodes = tuple(self.group(self.index) for _ in range(2)) if macro in PAIRS else ()
        layer, turned = None, False
        if self.next == "_":
            self.take()
            if nodes:
                raise Unreadable(f"{macro} has its nodes already")
            nodes = (self.group(self.index),)
        if self.next == "^" and self.tokens[self.at + 1 : self.at + 3] != ("{", r"\top") and self.has_layer():
            self.take()
            self.take("{")
            layer = self.index()
            if self.next == r"\,":
                self.take()
                self.take(r"\top")
                turned = True
            self.take("}")
        found = ("symbol", macro, layer, nodes)
        return ("transpose", found) if turned else found

    def has_layer(self):
        """Tell a layer, which is a letter, from a power, which is a number."""
        return self.tokens[self.at + 2 : self.at + 3] != () and self.tokens[self.at + 2].isalpha()

    def index(self):
        token = self.take()
        if token.isdigit():
            return ("", int(token))
        if not token.isalpha():
            raise Unreadable(f"{token!r} is no index")
        if self.next not in ("+", "-"):
            return (token, 0)
        sign = self.take()
        number = self.take()
        if not number.isdigit():
            raise Unreadable(f"{number!r} is no number")
        return (token, int(number) if sign == "+" else -int(number))

    def fraction(self):
        if self.tokens[self.at + 1 : self.at + 2] != (r"\partial",):
            return ("quotient", self.group(self.sum), self.group(self.sum))
        of, by = (self.group(self.differential) for _ in range(2))
        return ("derivative", of, by)

    def differential(self):
        self.take(r"\partial")
        token = self.take()
        if token not in SYMBOLS:
            raise Unreadable(f"∂{token}")
        return self.symbol(token)

    def gradient(self):
        """Read a derivative by an array: ∇ with the array below it."""
        self.take("_")
        by = self.group(lambda: self.symbol(self.take()))
        if by[1] not in ARRAYS:
            raise Unreadable(f"∇ by {by[1]}")
        of = self.symbol(self.take(r"\cost"))
        if self.next in (r"\,", r"\cdot") or self.begins_factor():
            raise Unreadable("∇ of a product, or a product with ∇?")
        return ("derivative", of, by)

    def call(self, function):
        if self.next == "'":
            function += self.take()
        if function == r"\operatorname{Im}":
            return ("call", function, (self.atom(),))
        if self.next == r"\left":
            self.take()
            self.take("(")
            found = self.sum()
            self.take(r"\right")
            self.take(")")
            return ("call", function, (found,))
        self.take("(")
        arguments = [self.sum()]
        while self.next == ",":
            self.take()
            arguments.append(self.sum())
        self.take(")")
        return ("call", function, tuple(arguments))

    def name(self, letter):
        if self.next != "_":
            return ("name", letter)
        self.take()
        self.take("{")
        below = self.take()
        self.take("}")
        return ("name", f"{letter}_{below}")

    def cases(self):
        for token in ("{", *"cases", "}"):
            self.take(token)
        then = self.sum()
        self.take("&")
        self.take(r"\text{if }")
        condition = (self.comparand(), self.take(), self.comparand())
        self.take(r"\\")
        otherwise = self.sum()
        for token in ("&", r"\text{else}", r"\end", "{", *"cases", "}"):
            self.take(token)
        if condition[1] not in ("<", ">", "=", r"\ne"):
            raise Unreadable(f"{condition[1]!r} compares nothing")
        return ("cases", condition, then, otherwise)

    def comparand(self):
        if self.next.isalpha():
            return ("index", self.index())
        return self.sum()


def lines_of(tokens):
    """Read every line: the sign between its sides, and the sides."""
    lines, line, depth = [], [], 0
    for token in (*tokens, r"\\"):
        depth += (token == r"\begin") - (token == r"\end")
        if token == r"\\" and not depth:
            lines.append(line_of(tuple(line)))
            line = []
        elif token != "&" or depth:
            line.append(token)
    return tuple(lines)


def line_of(tokens):
    reader = Reader(tokens)
    sides, signs = [reader.sum()], []
    while reader.next in ("=", r"\approx", r"\gets"):
        signs.append(reader.take())
        sides.append(reader.sum())
    if reader.next:
        raise Unreadable(f"{reader.next!r} is left over")
    return (signs[0] if signs else "", *sides)


# --- evaluating ------------------------------------------------------------------------------------------------------


def shaped(value):
    return np.ndim(value) > 0


def evaluate(tree, world, letters):  # noqa: C901, PLR0911, PLR0912 — one case a kind of tree
    """Give the number or the matrix that a tree is worth.

    `world` answers `number(macro, layer, nodes, letters)`, `derivative(of, by, letters)`, `name(letter)` and
    `function(name)`; `letters` says what every index stands for.
    """

    def value(of):
        return evaluate(of, world, letters)

    match tree:
        case ("number", number):
            return number
        case ("name", letter):
            return world.name(letter) if letter != "N" else letters["N"]
        case ("index", index):
            return place(index, letters)
        case ("symbol", macro, layer, nodes):
            return world.number(*placed(macro, layer, nodes, letters))
        case ("derivative", of, by):
            return world.derivative(*(placed(*side[1:], letters) for side in (of, by)))
        case ("sum", *terms):
            return added([value(term) for term in terms])
        case ("negative", of):
            return -value(of)
        case ("group", of):
            return value(of)
        case ("product", *factors):
            return multiplied([value(factor) for factor in factors])
        case ("entrywise", *factors):
            return entrywise(factors, value)
        case ("quotient", above, below):
            return divided(value(above), value(below))
        case ("power", base, exponent):
            return single(value(base)) ** single(value(exponent))
        case ("transpose", of):
            return matrix(value(of)).T
        case ("over", operator, letter, but, body):
            return over(operator, letter, but, body, world, letters)
        case ("call", function, arguments):
            return called(function, [value(of) for of in arguments], world)
        case ("cases", (left, sign, right), then, otherwise):
            left, right = value(left), value(right)
            holds = {"<": left < right, ">": left > right, "=": left == right, r"\ne": left != right}[sign]
            return value(then) if holds else value(otherwise)
    raise Unreadable(str(tree))


def place(index, letters):
    letter, offset = index
    if letter and letter not in letters:
        raise Unreadable(f"nothing says what {letter} is")
    return (letters[letter] if letter else 0) + offset


def placed(macro, layer, nodes, letters):
    numbers = tuple(place(node, letters) for node in nodes)
    return macro, None if layer is None else place(layer, letters), numbers, tuple(letter for letter, _ in nodes)


def single(value):
    if shaped(value):
        raise Unreadable("a matrix where a number was expected")
    return value


def matrix(value):
    if not shaped(value):
        raise Unreadable("a number where a matrix was expected")
    return value


def added(terms):
    """Add up; one row may be added to all rows, one column to all columns, and nothing else."""
    first = terms[0]
    for term in terms[1:]:
        if shaped(first) != shaped(term):
            raise Unreadable("a number and a matrix are added")
        if shaped(first) and not fits(first.shape, term.shape):
            raise Unreadable("shapes do not fit")
        first = first + term
    return first


def fits(first, second):
    return second in (first, (1, first[1]), (first[0], 1))


def multiplied(factors):
    first = factors[0]
    for factor in factors[1:]:
        if shaped(first) and shaped(factor) and first.shape[1] != factor.shape[0]:
            raise Unreadable("shapes do not fit")
        first = first @ factor if shaped(first) and shaped(factor) else first * factor
    return first


def entrywise(factors, value):
    """⊙ and side by side in one product are read in two ways, unless the latter is with numbers alone."""
    found = [matrix(value(factor)) for factor in factors]
    for factor in factors:
        if factor[0] == "product" and sum(shaped(value(part)) for part in factor[1:]) > 1:
            raise Unreadable("a product of matrices stands bare beside ⊙")
    if len({of.shape for of in found}) > 1:
        raise Unreadable("shapes do not fit")
    return math.prod(found[1:], start=found[0])


def divided(above, below):
    if single(below) == 0:
        raise Unreadable("divided by 0")
    return above / below


def over(operator, letter, but, body, world, letters):
    if letter in letters:
        raise Unreadable(f"{letter} is in use already")
    if but is not None and but not in letters:
        raise Unreadable(f"nothing says what {but} is")
    count = world.count(letter)
    numbers = [n for n in range(1, count + 1) if but is None or n != letters[but]]
    parts = [evaluate(body, world, {**letters, letter: n}) for n in numbers]
    return added(parts) if operator == r"\sum" else max(map(single, parts))


PLAIN = {
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": abs,
    r"\ln": np.log,
    r"\tanh": np.tanh,
    r"\Phi": lambda z: math.erfc(-z / math.sqrt(2)) / 2,
    r"\max": max,
    r"\min": min,
    r"\operatorname{Im}": np.imag,
}
SEVERAL = {r"\max": 2, r"\min": 2}


def called(function, arguments, world):
    if len(arguments) != SEVERAL.get(function, 1):
        raise Unreadable(f"{function} of {len(arguments)}")
    if function in PLAIN:
        return PLAIN[function](*map(single, arguments))
    return world.function(function)(*arguments)


def choices(letters):
    """Give every choice of numbers for the letters, each of which runs to its count."""
    for numbers in product(*(range(1, count + 1) for count in letters.values())):
        yield dict(zip(letters, numbers, strict=True))
