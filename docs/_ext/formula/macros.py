r"""Adds nothing by itself: finds the semantic macros of a typed formula, and rewrites each in other letters.

`\error_j^{l} = \activated'_j` has two of them. Everything else stays as it was typed. A superscript is split into the
index of a layer, which belongs to the symbol, and marks (primes, ⊤, the + of a new value), which do not: they are
appended to whatever superscript the rewritten symbol has.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

Write = Callable[[str, tuple[str, ...], str, str], str]
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
WORD = re.compile(r"\\[A-Za-z]+")
WORD_LAST = re.compile(r"\\[A-Za-z]+$")
SCRIPT = re.compile(r"\s*([_^']|\\prime(?![A-Za-z]))")
SPACE = re.compile(r"\s*")
SPACES = r"(?:\s|\\[,;:! ])*"
MARKS = re.compile(rf"{SPACES}(?:\\top|\\prime|\+|\*)(?![A-Za-z])")
LEADING = re.compile(SPACES)


class Scripts(NamedTuple):
    """The subscript and superscript of a letter, its number of primes, and where they end."""

    sub: str
    sup: str
    primes: int
    end: int


def closing_brace(tex: str, opening: int) -> int:
    """Return the place of the brace that closes the one at `opening`."""
    depth = 0
    for token in TOKEN.finditer(tex, opening):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return token.start()
    raise ValueError(f"a brace is not closed: {tex[opening:]}")


def argument(tex: str, at: int) -> tuple[str, int]:
    """Read a group in braces, or one token as TeX does; return it, and where it ends."""
    at = SPACE.match(tex, at).end()
    if tex.startswith("{", at):
        end = closing_brace(tex, at)
        return tex[at + 1 : end], end + 1
    token = TOKEN.match(tex, at)
    if token is None:
        raise ValueError(f"an argument is missing: {tex}")
    return token[0], token.end()


def nucleus_end(tex: str, at: int) -> int:
    r"""Return the end of what carries scripts: a group, a character, or a command with its arguments, `\hat{y}`."""
    if tex.startswith("{", at):
        return closing_brace(tex, at) + 1
    word = WORD.match(tex, at)
    end = word.end() if word else TOKEN.match(tex, at).end()
    while word and tex.startswith("{", end):
        end = closing_brace(tex, end) + 1
    return end


def script(tex: str, at: int) -> tuple[str, int]:
    r"""Read a script: an argument, or a command with its own argument, `\text{total}`; return it, and where it ends."""
    at = SPACE.match(tex, at).end()
    if not WORD.match(tex, at):
        return argument(tex, at)
    end = nucleus_end(tex, at)
    return tex[at:end], end


def scripts(tex: str, at: int) -> Scripts:
    """Read the scripts behind a letter, in any order."""
    sub = sup = ""
    primes = 0
    while mark := SCRIPT.match(tex, at):
        at = mark.end()
        if mark[1] == "_":
            sub, at = script(tex, at)
        elif mark[1] == "^":
            sup, at = script(tex, at)
        else:
            primes += 1
    return Scripts(sub, sup, primes, at)


def split_superscript(sup: str) -> tuple[str, str]:
    r"""Split a superscript into the layer and the marks: `l-1\,\top` into `l-1` and `\,\top`."""
    for mark in MARKS.finditer(sup):
        if re.fullmatch(rf"(?:{MARKS.pattern})*", sup[mark.start() :]):
            return sup[: mark.start()].strip(), sup[mark.start() :]
    return sup.strip(), ""


def last_nucleus(tex: str) -> tuple[int, Scripts]:
    r"""Return the end of the last nucleus of a symbol, such as `\class{m-error}{\delta}`, and its scripts."""
    at, end, found = 0, 0, Scripts("", "", 0, 0)
    while at < len(tex):
        end = nucleus_end(tex, at)
        found = scripts(tex, end)
        at = found.end
    return end, found


def with_superscript(symbol: str, high: str, primes: int) -> str:
    """Append marks and primes to the superscript of a symbol's last nucleus."""
    if not high and not primes:
        return symbol
    end, found = last_nucleus(symbol)
    lean = high[LEADING.match(high).end() :]
    apart = r"\," if lean.startswith(r"\top") else ""
    sup = f"{found.sup}{apart}{lean}" if found.sup and lean else found.sup + lean
    low = f"_{{{found.sub}}}" if found.sub else ""
    return symbol[:end] + "'" * (found.primes + primes) + low + (f"^{{{sup}}}" if sup else "")


def rewrite(tex: str, write: Write, macros: Mapping[str, int]) -> str:
    r"""Rewrite each semantic macro of a formula.

    Parameters
    ----------
    tex : str
        A formula in LaTeX.
    write : callable
        Called with a macro's name without its backslash, its arguments, its subscript and its layer (the superscript
        less primes, ⊤ and +), each as typed, empty if there is none; returns the symbol in LaTeX.
    macros : mapping of str to int
        The macros to find, and how many arguments each takes.
    """
    parts, at = [], 0
    while at < len(tex):
        token = TOKEN.match(tex, at)[0]
        at += len(token)
        if token in {"^", "_"}:
            inner, at = script(tex, at)
            parts.append(f"{token}{{{rewrite(inner, write, macros)}}}")
        elif WORD.fullmatch(token) and token[1:] in macros:
            symbol, at = symbol_at(tex, at, token[1:], write, macros)
            parts.append(symbol + " " * needs_space(symbol, tex[at : at + 1]))
        else:
            parts.append(token)
    return "".join(parts)


def needs_space(symbol: str, follows: str) -> bool:
    r"""Whether TeX would read a symbol and what follows it as one command: `\omega` and `k`."""
    return follows.isalpha() and WORD_LAST.search(symbol) is not None


def symbol_at(tex: str, at: int, macro: str, write: Write, macros: Mapping[str, int]) -> tuple[str, int]:
    """Read a macro's arguments and scripts; return the rewritten symbol, and where the macro ends."""
    arguments = []
    for _ in range(macros[macro]):
        inner, at = argument(tex, at)
        arguments.append(rewrite(inner, write, macros))
    sub, sup, primes, end = scripts(tex, at)
    layer, high = split_superscript(rewrite(sup, write, macros))
    return with_superscript(write(macro, tuple(arguments), rewrite(sub, write, macros), layer), high, primes), end
