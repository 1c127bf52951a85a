r"""Formulas in every notation: what is typed with semantic macros is written with each notation's letters.

One notation is shown. Which one stands in the attribute `data-notation` of the page, and a style sheet hides the
others: whatever has an attribute `data-n` belongs to the notations that it names. (The class `n` alone does not say so:
the names in a listing have it too.)
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from docutils.utils import unescape
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from formula.macros import retold
from literate_bp.formula.expression import Symbol
from literate_bp.formula.macros import MACROS, PAIRS, parse_symbol
from literate_bp.formula.notation import BOOK, NOTATIONS, Notation

Role = Callable[..., tuple[list[nodes.Node], list[nodes.system_message]]]
ARGUMENTS = {macro.removeprefix("\\"): 2 if quantity in PAIRS else 0 for quantity, macro in MACROS.items()}
NUCLEUS = re.compile(r"((?:\{(?:[^{}]|\{[^{}]*\})*\}|[^_^'{}])+)(.*)", re.DOTALL)


def symbol(macro: str, arguments: tuple[str, ...], sub: str, sup: str) -> Symbol:
    """Read a typed symbol; scripts that its quantity does not have are refused."""
    found = parse_symbol(f"\\{macro}", arguments, sub, sup)
    if found is None:
        scripts = "".join(f"{mark}{{{typed}}}" for mark, typed in (("_", sub), ("^", sup)) if typed)
        raise ValueError(rf"\{macro} takes no {scripts}: its symbol in this book has no such indices")
    return found


def classed(macro: str, written: str) -> str:
    r"""Give the letter of a symbol the class of its meaning; its scripts stay outside.

    `w_{jk}` becomes `\class{m-weight}{w}_{jk}`, so that a superscript can still stand above the subscript.
    """
    found = NUCLEUS.fullmatch(written)
    return rf"\class{{m-{macro}}}{{{found[1]}}}{found[2]}" if found else written


def writer(notation: Notation) -> Callable[[str, tuple[str, ...], str, str], str]:
    """Return what writes a typed symbol with the letters of a notation."""

    def write(macro: str, arguments: tuple[str, ...], sub: str, sup: str) -> str:
        return classed(macro, notation.latex(symbol(macro, arguments, sub, sup)))

    return write


@cache
def told(tex: str) -> Mapping[str, str]:
    """Return a typed formula in every notation, by name."""
    return {name: retold(tex, writer(notation), ARGUMENTS) for name, notation in NOTATIONS.items()}


def shared(written: Mapping[str, str], tag: str) -> str:
    """Put what each notation shows side by side; notations that show the same share it, and need no mark if all do."""
    names: dict[str, list[str]] = {}
    for name, text in written.items():
        names.setdefault(text, []).append(name)
    if len(names) == 1:
        return next(iter(names))
    return "".join(f'<{tag} class="n" data-n="{" ".join(who)}">{text}</{tag}>' for text, who in names.items())


def either(differs: Callable[[Notation], bool]) -> Role:
    """Make a role of words for notations as this book's, and words for those that differ: `a sum|a difference`."""

    def role(
        _name: str, _raw: str, text: str, line: int, inliner: Inliner, _options: object = None, _content: object = ()
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        made: list[nodes.Node] = []
        for other, words in enumerate(unescape(text).split("|")):
            names = " ".join(name for name, notation in NOTATIONS.items() if differs(notation) == bool(other))
            parsed, _ = inliner.parse(words, line, inliner, inliner.parent)  # type: ignore[arg-type]  # as in a sentence
            begin, end = (nodes.raw("", tag, format="html") for tag in (f'<span data-n="{names}">', "</span>"))
            made += [begin, *parsed, end]
        return made, []

    return role


def stylesheet(names: Iterable[str] = tuple(NOTATIONS)) -> str:
    """Return the sheet that shows the chosen notation: without a choice, that of this book.

    A picture or a sheet says with `display` in its own style what of it a notebook shows; here the page decides.
    """
    rules = []
    for name in names:
        chosen = f'html[data-notation="{name}"]'
        page = f":is({chosen}, html:not([data-notation]))" if name == BOOK.name else chosen
        rules.append(f'{page} [data-n]:not([data-n~="{name}"]) {{ display: none !important; }}')
        rules.append(f'{page} [data-n~="{name}"][style*="--bp-n-"] {{ display: revert !important; }}')
    return "\n".join(rules) + "\n"


def offer(_app: Sphinx, _page: str, _template: str, context: dict[str, object], _doctree: object) -> None:
    """Let the templates know the notations."""
    context["notations"] = tuple(NOTATIONS.values())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Offer the notations to the templates, which make the menu of them."""
    app.add_role("rows", either(lambda notation: notation.columns))
    app.add_role("sign", either(lambda notation: notation.error_sign < 0))
    app.connect("html-page-context", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
