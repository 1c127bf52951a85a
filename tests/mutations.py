"""Formulas with one thing changed, token by token.

Left out is what a mutation does not change: a mutant with the same tokens but for gaps, and the mutants of `same`.
"""

# ruff: noqa: S105 — the tokens here are those of a formula

import re

from reader import ARRAYS, CLOSES, PAIRS, SYMBOLS

NODES = (r"\inputs", r"\linear", r"\activated", r"\bias", r"\target", r"\error", r"\gain")
NAMED = tuple(rf"\operatorname{{{name}}}" for name in ("sigmoid", "softplus"))
KINDS = (
    NODES,
    ARRAYS,
    PAIRS,
    (r"\cost", r"\rate"),
    (r"\activation", r"\derivative"),
    (r"\sum", r"\max"),
    (r"\max", r"\min"),
    (r"\ln", r"\tanh"),
    NAMED,
    (r"\text{in}", r"\text{out}"),
    tuple(rf"\operatorname{{{name}}}" for name in ("mean", "var", "std")),
    ("g", "p", "q"),
    ("<", ">"),
    ("x", "h"),
    ("a", "b"),
)
GAPS = (r"\,",)


def mutants(tokens):
    """Give every mutant of a formula beside what was changed."""
    seen = {bare(tokens)}
    for how, mutant in (
        *signs(tokens),
        *indices(tokens),
        *digits(tokens),
        *brackets(tokens),
        *transposes(tokens),
        *products(tokens),
        *symbols(tokens),
        *fractions(tokens),
        *primes(tokens),
        *powers(tokens),
    ):
        key = bare(mutant)
        if key not in seen and not same(tokens, mutant):
            seen.add(key)
            yield how, mutant


def bare(tokens):
    """Leave out gaps, and the marks at which lines are aligned; those between cases stay."""
    aligned = r"\begin" not in tokens
    return tuple(token for token in tokens if token not in GAPS and not (aligned and token == "&"))


def put(tokens, at, *new, old=1):
    return (*tokens[:at], *new, *tokens[at + old :])


def signs(tokens):
    """Turn each plus and minus round; drop each minus that stands in front; put one in front of each side."""
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else ""
        leads = before in ("", "{", "(", "|", "=", "&", r"\approx", r"\gets", r"\\", ",", r"\cdot")
        if token == "-" and leads:
            yield "sign dropped", put(tokens, at)
        elif token in "+-":
            yield "sign turned", put(tokens, at, "-" if token == "+" else "+")
        if before in ("=", r"\approx", r"\gets") and token != "-":
            yield "sign added", put(tokens, at, "-", token)


def letters_of(tokens):
    return sorted({token for token in tokens if token in "ijknmlLN"})


def indices(tokens):
    """Put every other index in the place of each; go a layer on, or back, or stay."""
    known = letters_of(tokens)
    universe = sorted({*known, *({"i", "j", "k"} if {"i", "j", "k"} & {*known} else ())})
    for at, token in enumerate(tokens):
        if token not in known:
            continue
        for other in universe:
            if other != token:
                yield "index", put(tokens, at, other)
        if token in "lL":
            if tokens[at + 1] in "+-":
                yield "layer", put(tokens, at, token, old=3)
            else:
                yield "layer", put(tokens, at, token, "+", "1")
                yield "layer", put(tokens, at, token, "-", "1")


def digits(tokens):
    """Change each digit by one, up and down."""
    for at, token in enumerate(tokens):
        if not token[0].isdigit():
            continue
        for place, digit in enumerate(token):
            if digit.isdigit():
                for other in {(int(digit) + 1) % 10, (int(digit) - 1) % 10}:
                    yield "digit", put(tokens, at, token[:place] + str(other) + token[place + 1 :])


def pairs(tokens):
    """Give where each parenthesis or bar begins and ends, and how many tokens it takes."""
    open_bar = None
    for at, token in enumerate(tokens):
        if token == "|":
            if open_bar is None:
                open_bar = at
            else:
                yield open_bar, at, 1
                open_bar = None
        elif token == r"\left":
            yield at, matching(tokens, at), 2
        elif token == "(" and tokens[at - 1] != r"\left":
            yield at, matching(tokens, at), 1


def matching(tokens, at):
    depth, opens, closes = 0, tokens[at], CLOSES[tokens[at]]
    for end in range(at, len(tokens)):
        depth += (tokens[end] == opens) - (tokens[end] == closes)
        if not depth:
            return end
    raise ValueError(tokens)


def brackets(tokens):
    """Remove each pair; move each end over one token, or over one whole group."""
    for begin, end, wide in pairs(tokens):
        opens, closes = tokens[begin : begin + wide], tokens[end : end + wide]
        inside = tokens[begin + wide : end]
        yield "bracket removed", (*tokens[:begin], *inside, *tokens[end + wide :])
        without = (*tokens[: begin + wide], *inside, *tokens[end + wide :])
        for place in (*range(begin + wide + 1, end), *range(end + 1, len(without) + 1)):
            yield "bracket moved", (*without[:place], *closes, *without[place:])
        without = (*tokens[:begin], *tokens[begin + wide :])
        for place in (*range(begin), *range(begin + 1, end - wide + 1)):
            yield "bracket moved", (*without[:place], *opens, *without[place:])


def ends_of_symbol(tokens, at):
    """Tell where the scripts of a symbol end."""
    at += 1
    while at < len(tokens) and (tokens[at] in "_^" or tokens[at] == "{"):
        at = matching(tokens, at + (tokens[at] != "{")) + 1
    return at


def transposes(tokens):
    """Drop each ⊤, and add one to each array and each derivative by an array."""
    for at, token in enumerate(tokens):
        if token in ARRAYS:
            end = ends_of_symbol(tokens, at)
            scripts = tokens[at:end]
            if r"\top" in scripts:
                top = at + scripts.index(r"\top")
                yield "transpose dropped", put(tokens, top - 1, old=2)
            elif "^" in scripts and tokens[at - 1] != r"\partial":
                close = matching(tokens, at + scripts.index("^") + 1)
                yield "transpose added", put(tokens, close, r"\,", r"\top", "}")
            elif tokens[at - 1] != r"\partial":
                yield "transpose added", put(tokens, end, "^", "{", r"\top", "}", old=0)
        if token == r"\frac" and tokens[at + 2] == r"\partial" and set(ARRAYS) & set(tokens):
            end = matching(tokens, matching(tokens, at + 1) + 1) + 1
            yield "transpose added", put(tokens, end, "^", "{", r"\top", "}", old=0)


def products(tokens):
    """Put ⊙ for side by side, and the other way round."""
    for at, token in enumerate(tokens):
        if token == r"\odot":
            yield "product", put(tokens, at, r"\,")
            yield "sum for product", put(tokens, at, "+")
        if token in (r"\,", r"\cdot") and tokens[at + 1] != r"\top":
            yield "product", put(tokens, at, r"\odot")
            yield "sum for product", put(tokens, at, "+")


def symbols(tokens):
    """Put every other symbol of its kind in the place of each."""
    for at, token in enumerate(tokens):
        if token in "ab" and tokens[at - 1] == "s":
            continue
        for kind in KINDS:
            if token not in kind or (token == r"\max" and tokens[at + 1] == "_" and r"\sum" not in kind):
                continue
            for other in kind:
                if other != token:
                    yield "symbol", put(tokens, at, other)
        if token == r"\ne":
            yield "symbol", put(tokens, at, "=")


def fractions(tokens):
    """Turn each fraction over."""
    for at, token in enumerate(tokens):
        if token == r"\frac":
            middle = matching(tokens, at + 1) + 1
            end = matching(tokens, middle) + 1
            yield "fraction", (*tokens[: at + 1], *tokens[middle:end], *tokens[at + 1 : middle], *tokens[end:])


def primes(tokens):
    """Drop each prime, and put one behind each curve that has none."""
    for at, token in enumerate(tokens):
        if token == "'":
            yield "prime dropped", put(tokens, at)
        elif token in (*NAMED, "f") and tokens[at + 1] != "'":
            yield "prime added", put(tokens, at, token, "'")


def powers(tokens):
    """Drop each power that is a number."""
    for at, token in enumerate(tokens):
        if token == "^" and re.fullmatch(r"\d+", tokens[at + 2]) and tokens[at + 3] == "}":
            yield "power dropped", put(tokens, at, old=4)


# --- what is the same formula ----------------------------------------------------------------------------------------


def same(tokens, mutant):
    """Tell whether a mutant says the same, by one of three rules."""
    return any(rule(tokens) == rule(mutant) for rule in (without_idle, on_diagonal, equals))


def without_idle(tokens):
    r"""A function's argument that its other side does not have may have any name: \slope(\linear) = 1."""
    if tokens[0] in (r"\activation", r"\derivative") and tokens[1] == "(" and tokens[3] == ")":
        used = [token for token in tokens[4:] if token in SYMBOLS]
        if not used and tokens[2] in NODES:
            return put(tokens, 2, "z")
    return tokens


def on_diagonal(tokens):
    """Where j = k is the condition, the one letter may stand for the other in what holds then."""
    if r"\text{if }" not in tokens:
        return tokens
    at = tokens.index(r"\text{if }")
    if tokens[at + 1 : at + 4] not in (("j", "=", "k"), ("k", "=", "j")):
        return tokens
    begin = tokens.index(r"\begin") + 4
    return (*tokens[:begin], *("j" if t == "k" else t for t in tokens[begin:at]), *tokens[at:])


def equals(tokens):
    """Where one line says that a derivative is another one, either may stand in the line before it."""
    if r"\\" not in tokens or r"\begin" in tokens:
        return tokens
    at = tokens.index(r"\\")
    first, last = tokens[:at], tokens[at + 1 :]
    middle = last.index("=") if "=" in last else 0
    left, right = last[:middle], last[middle + 1 :]
    if not all(side[:3] == (r"\frac", "{", r"\partial") for side in (left, right)):
        return tokens
    width = len(right)
    for start in range(len(first) - width + 1):
        if first[start : start + width] == right:
            first = (*first[:start], *left, *first[start + width :])
    return (*first, r"\\", *last)
