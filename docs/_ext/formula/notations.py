r"""Adds the menu of notations, each typed formula in all of them, and the roles `rows` and `sign` for words.

An element with the attribute `data-n` belongs to the notations that it lists. When the page is written,
`publish.letters` leaves those of this book in it, and lays the others beside it. (The class `n` alone says nothing:
Pygments gives it to the names in a listing.)
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from docutils.utils import unescape
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from formula.macros import rewrite
from literate_bp.formula.expression import Symbol
from literate_bp.formula.macros import MACROS, PAIRS, parse_symbol
from literate_bp.formula.notation import NOTATIONS, Notation

SCRIPT = "notation.js"
Role = Callable[..., tuple[list[nodes.Node], list[nodes.system_message]]]
ARGUMENTS = {macro.removeprefix("\\"): 2 if quantity in PAIRS else 0 for quantity, macro in MACROS.items()}
NUCLEUS = re.compile(r"((?:\{(?:[^{}]|\{[^{}]*\})*\}|[^_^'{}])+)(.*)", re.DOTALL)


def symbol(macro: str, arguments: tuple[str, ...], sub: str, sup: str) -> Symbol:
    """Parse a typed symbol; a script that its quantity cannot have is a ValueError."""
    found = parse_symbol(f"\\{macro}", arguments, sub, sup)
    if found is None:
        scripts = "".join(f"{mark}{{{typed}}}" for mark, typed in (("_", sub), ("^", sup)) if typed)
        raise ValueError(rf"\{macro} takes no {scripts}: its symbol in this book has no such indices")
    return found


def with_class(macro: str, written: str) -> str:
    r"""Wrap the letter of a symbol in the CSS class of its quantity; its scripts stay outside.

    `w_{jk}` becomes `\class{m-weight}{w}_{jk}`, so that a superscript can still stand above the subscript.
    """
    found = NUCLEUS.fullmatch(written)
    return rf"\class{{m-{macro}}}{{{found[1]}}}{found[2]}" if found else written


def macro_writer(notation: Notation) -> Callable[[str, tuple[str, ...], str, str], str]:
    """Return the function that writes a typed symbol in a notation, for `macros.rewrite`."""

    def write(macro: str, arguments: tuple[str, ...], sub: str, sup: str) -> str:
        return with_class(macro, notation.latex(symbol(macro, arguments, sub, sup)))

    return write


@cache
def in_all_notations(tex: str) -> Mapping[str, str]:
    """Return the LaTeX of a typed formula in every notation, by the notation's name."""
    return {name: rewrite(tex, macro_writer(notation), ARGUMENTS) for name, notation in NOTATIONS.items()}


def variants(written: Mapping[str, str], tag: str) -> str:
    """Set the variants of all notations side by side; equal ones share an element, and need none if all are equal."""
    names: dict[str, list[str]] = {}
    for name, text in written.items():
        names.setdefault(text, []).append(name)
    if len(names) == 1:
        return next(iter(names))
    return "".join(f'<{tag} class="n" data-n="{" ".join(who)}">{text}</{tag}>' for text, who in names.items())


def wording_role(differs: Callable[[Notation], bool]) -> Role:
    """Make a role of two wordings: for notations like this book's, and for those that differ, `sum|difference`."""

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


def add_to_context(app: Sphinx, _page: str, _template: str, context: dict[str, object], _doctree: object) -> None:
    """Hand the notations to the templates, and the address of the script that changes them."""
    context["notations"] = tuple(NOTATIONS.values())
    script = Path(app.confdir, "_static", SCRIPT)
    context["notation_script"] = f"_static/{SCRIPT}?v={sha256(script.read_bytes()).hexdigest()[:8]}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the two roles, and hand the notations to the templates, which make the menu."""
    app.add_role("rows", wording_role(lambda notation: notation.columns))
    app.add_role("sign", wording_role(lambda notation: notation.error_sign < 0))
    app.connect("html-page-context", add_to_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
