r"""Letters and signs: what LaTeX and Unicode call the same one.

A formula is written three times with the same letters: in LaTeX for a page
(``\delta^{l}_{j}``), in Unicode for code and terminals (``δˡⱼ``), and glyph by
glyph in a picture. The tables here say which command is which character,
which characters Unicode can raise or lower, and which it has in the styles of
mathematics.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from string import ascii_letters
from unicodedata import normalize

SMALL_GREEK = {
    r"\alpha": "α",
    r"\beta": "β",
    r"\gamma": "γ",
    r"\delta": "δ",
    r"\varepsilon": "ε",
    r"\zeta": "ζ",
    r"\eta": "η",
    r"\theta": "θ",
    r"\iota": "ι",
    r"\kappa": "κ",
    r"\lambda": "λ",
    r"\mu": "μ",
    r"\nu": "ν",
    r"\xi": "ξ",
    r"\omicron": "ο",
    r"\pi": "π",
    r"\rho": "ρ",
    r"\varsigma": "ς",
    r"\sigma": "σ",
    r"\tau": "τ",
    r"\upsilon": "υ",
    r"\varphi": "φ",
    r"\chi": "χ",
    r"\psi": "ψ",
    r"\omega": "ω",
    r"\partial": "∂",
    r"\epsilon": "ϵ",
    r"\vartheta": "ϑ",
    r"\varkappa": "ϰ",
    r"\phi": "ϕ",
    r"\varrho": "ϱ",
    r"\varpi": "ϖ",
}
"""In the order in which Unicode has them in each style."""

LARGE_GREEK = {
    r"\Gamma": "Γ",
    r"\Delta": "Δ",
    r"\Theta": "Θ",
    r"\Lambda": "Λ",
    r"\Xi": "Ξ",
    r"\Pi": "Π",
    r"\Sigma": "Σ",
    r"\Upsilon": "Υ",
    r"\Phi": "Φ",
    r"\Psi": "Ψ",
    r"\Omega": "Ω",
}
"""Those that do not look like a Latin letter; LaTeX has no others."""

SIGNS = {
    r"\nabla": "∇",
    r"\top": "⊤",
    r"\prime": "′",
    r"\ell": "ℓ",
    r"\infty": "∞",
    r"\odot": "⊙",
    r"\le": "≤",
    r"\ge": "≥",
    r"\ne": "≠",
    r"\approx": "≈",
    r"\gets": "←",
}

COMMANDS = SMALL_GREEK | LARGE_GREEK | SIGNS
"""The character of each command."""

STYLES = {
    r"\text": "upright",
    r"\mathrm": "upright",
    r"\operatorname": "upright",
    r"\mathit": "italic",
    r"\mathbf": "bold",
    r"\boldsymbol": "bold italic",
}
"""The style of each command that has letters in braces."""

CAN_BE_RAISED = "0123456789+-()hoijklnKLMNz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ʰᵒⁱʲᵏˡⁿᴷᴸᴹᴺᶻ"
"""The characters that Unicode can raise."""
CAN_BE_LOWERED = "0123456789+-()hijklmnotu", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₕᵢⱼₖₗₘₙₒₜᵤ"
SUPERSCRIPTS = dict(zip(*CAN_BE_RAISED, strict=True))
SUBSCRIPTS = dict(zip(*CAN_BE_LOWERED, strict=True))
"""The small form of each character that Unicode can raise or lower."""


def superscript(text: str) -> str:
    """Raise a text: 2 becomes ²; what Unicode cannot raise stays."""
    return "".join(SUPERSCRIPTS.get(letter, letter) for letter in text)


def subscript(text: str) -> str:
    """Lower a text: 2 becomes ₂; what Unicode cannot lower stays."""
    return "".join(SUBSCRIPTS.get(letter, letter) for letter in text)


# --- LaTeX in Unicode --------------------------------------------------------

STYLED_WORD = re.compile(
    rf"(?:{'|'.join(map(re.escape, STYLES))})\{{([^{{}}]*)\}}"
)
"""A command that has letters in braces, with them."""
HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"
WITH_HAT = re.compile(r"\\hat\{(\w)\}")
COMMAND = re.compile(r"(\\[A-Za-z]+) ?")
HIGH = re.compile(r"\^\{([^}]*)\}")
LOW = re.compile(r"_\{([^}]*)\}")


@lru_cache(8192)
def unicode_of(latex: str) -> str:
    r"""Turn the LaTeX of a symbol into Unicode text: ``\delta^{l}`` into δˡ.

    A script with a character that Unicode cannot raise or lower stays on the
    line, behind ``^`` or ``_``. A command that is not in `COMMANDS` stays.
    """
    text = STYLED_WORD.sub(r"\1", latex)
    text = WITH_HAT.sub(lambda found: normalize("NFC", found[1] + HAT), text)
    text = COMMAND.sub(lambda found: COMMANDS.get(found[1], found[0]), text)
    text = text.replace("'", COMMANDS[r"\prime"])
    text = HIGH.sub(lambda found: script(found[1], "^", SUPERSCRIPTS), text)
    text = LOW.sub(lambda found: script(found[1], "_", SUBSCRIPTS), text)
    return text.replace("-", "\N{MINUS SIGN}")


def script(text: str, mark: str, forms: Mapping[str, str]) -> str:
    """Write a script in small characters, or behind its mark."""
    if set(text) <= forms.keys() | {","}:
        return "".join(forms.get(letter, letter) for letter in text)
    return mark + text


# --- the letters of mathematics ----------------------------------------------


def alphabet(letters: str, first: str) -> dict[str, str]:
    """Map letters to those that follow one another in Unicode."""
    return {
        letter: chr(ord(first) + place) for place, letter in enumerate(letters)
    }


LATIN = ascii_letters[26:] + ascii_letters[:26]
GREEK = "".join(SMALL_GREEK.values())
CAPITALS = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡϴΣΤΥΦΧΨΩ"
STYLED = {
    "upright": {},
    "italic": alphabet(LATIN, "𝐴") | alphabet(GREEK, "𝛼") | {"h": "ℎ"},
    "bold": alphabet(LATIN, "𝐀")
    | alphabet(GREEK, "𝛂")
    | alphabet(CAPITALS, "𝚨"),
    "bold italic": alphabet(LATIN, "𝑨")
    | alphabet(GREEK, "𝜶")
    | alphabet(CAPITALS, "𝚨"),
}
"""The letters of each style. Greek capitals are upright, as in LaTeX."""


def styled(letter: str, style: str) -> str:
    """Give a letter its style; digits and signs are upright in all.

    Parameters
    ----------
    letter : str
        One character.
    style : str
        A key of `STYLED`.
    """
    upright = {"-": "\N{MINUS SIGN}", "'": COMMANDS[r"\prime"]}
    return STYLED[style].get(letter) or upright.get(letter, letter)
