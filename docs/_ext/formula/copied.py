r"""What a formula is in a text that is copied: LaTeX as an author would type it, and a line of Unicode.

Neither has the classes that give letters their colors: `\class{m-weight}{w}_{jk}` is `w_{jk}`, or wⱼₖ.
"""

import re

from literate_bp.formula.letters import STYLED_WORD, SUBSCRIPTS, SUPERSCRIPTS, unicode_of

GROUPED = r"(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*"
"""What stands in braces, with braces in it, three deep."""
CLASS = re.compile(rf"\\class\{{[^{{}}]*\}}\{{(?P<letters>{GROUPED})\}}")
SHORT = re.compile(r"(\\t?frac)\s*(\w)\s*(\w)")
"""A fraction of two characters without braces."""
FRACTION = re.compile(rf"\\t?frac\s*\{{(?P<above>{GROUPED})\}}\s*\{{(?P<below>{GROUPED})\}}")
STYLED = re.compile(r"(\\(?:math[a-z]+|hat))\s+(\w)")
SCRIPT = re.compile(r"([_^])\{([^{}]*)\}")
SHAPED = re.compile(rf"\\underset\s*\{{{GROUPED}\}}\s*\{{(?P<array>{GROUPED})\}}")
ROOT = re.compile(rf"\\sqrt\s*\{{(?P<under>{GROUPED})\}}")
CASES = re.compile(r"\\begin\{cases\}(.*?)\\end\{cases\}", re.DOTALL)
ENVIRONMENT = re.compile(r"\\(?:begin|end)\{\w+\}")
CONTINUED = re.compile(r"\s*\\\\(?:\[[^\]]*\])?\s*&\s*(?=[=≈≠≤≥<>+−-])")
LINE = re.compile(r"\s*\\\\(?:\[[^\]]*\])?\s*")
COMMAND = re.compile(r"\\[A-Za-z]+$")
SPACE = re.compile(r"\\[,;:! ]|~|\\q?quad(?![A-Za-z])")
SIZE = re.compile(r"\\(?:left|right|big|Big|displaystyle)(?![A-Za-z])")
FUNCTION = re.compile(r"\\(ln|log|exp|tanh|min|max|sin|cos)(?![A-Za-z])")
SIGNS = {
    r"\sum": "∑",
    r"\prod": "∏",
    r"\int": "∫",
    r"\times": "×",
    r"\cdot": "·",
    r"\dots": "…",
    r"\pm": "±",
    r"\dagger": "†",
    r"\sqrt": "√",
    r"\in": "∈",
    r"\to": "→",
    r"\mapsto": "↦",
    r"\mid": "|",
    r"\lVert": "‖",
    r"\rVert": "‖",
    r"\mathcal{L}": "ℒ",
    r"\|": "‖",
    r"\%": "%",
}
SIGN = re.compile("|".join(rf"{re.escape(sign)}(?![A-Za-z])" for sign in SIGNS))
APART = re.compile(r"\\(?:le|ge|ne|approx|gets|odot)(?![A-Za-z])")
"""A sign that stands between two terms, with a space on each side."""
TRANSPOSED = re.compile(r"\s*\\top(?![A-Za-z])\s*")


def latex(tex: str) -> str:
    """Return the LaTeX of a formula without classes."""
    while CLASS.search(tex):
        tex = CLASS.sub(without_class, tex)
    return tex


def without_class(found: re.Match[str]) -> str:
    """Return the letters of a class; the name of a command keeps its distance from a letter that follows."""
    before, letters, after = found.string[: found.start()], found["letters"], found.string[found.end() :]
    return f"{gap(before, letters)}{letters}{gap(letters, after)}"


def gap(before: str, after: str) -> str:
    """Return the space that LaTeX needs between a command and a letter."""
    return " " if COMMAND.search(before) and after[:1].isalpha() else ""


def line(tex: str) -> str:
    """Return a formula as a line of text, in Unicode: scripts that it cannot raise or lower stay behind ^ or _."""
    tex = CASES.sub(lambda found: "; ".join(LINE.split(found[1])).replace("&", " "), latex(tex))
    tex = STYLED.sub(r"\1{\2}", SHORT.sub(r"\1{\2}{\3}", tex))
    for pattern, write in ((SHAPED, r"\g<array>"), (FRACTION, fraction), (ROOT, root)):
        while pattern.search(tex):
            tex = pattern.sub(write, tex)
    tex = FUNCTION.sub(r"\1 ", SIZE.sub("", ENVIRONMENT.sub("", tex)))
    tex = LINE.sub("; ", CONTINUED.sub(" ", tex)).replace("&", "")
    tex = SIGN.sub(lambda found: SIGNS[found[0]], SPACE.sub(" ", tex))
    tex = STYLED_WORD.sub(r"\1", apart(braced(APART.sub(r" \g<0>  ", tex))))
    while SCRIPT.search(tex):
        tex = SCRIPT.sub(script, tex)
    return " ".join(re.sub(r"[{}]", "", unicode_of(tex)).split())


def braced(tex: str) -> str:
    """Put each script of one letter into braces, as `unicode_of` expects it."""
    return re.sub(r"([_^])\s*(\\[A-Za-z]+|\w)", r"\1{\2}", tex)


def script(found: re.Match[str]) -> str:
    """Raise or lower a script, or put it into parentheses behind its mark."""
    mark, text = found.groups()
    forms = SUPERSCRIPTS | {"ᵀ": "ᵀ"} if mark == "^" else SUBSCRIPTS
    text = TRANSPOSED.sub("ᵀ", text)
    if {*text} <= {*forms, ","}:
        return "".join(forms.get(letter, letter) for letter in text)
    if COMMAND.fullmatch(text):
        return f"{mark}{text} "  # `unicode_of` takes this space, and leaves one that follows
    return mark + (text if re.fullmatch(r"\w+|.", text) else f"({text})")


def apart(tex: str) -> str:
    """Put a space between commands, which `unicode_of` takes for the end of the first."""
    return re.sub(r"(\\[A-Za-z]+)(?=\\)", r"\1 ", tex)


def fraction(found: re.Match[str]) -> str:
    """Write a fraction on the line."""
    return f"{grouped(found['above'])}/{grouped(found['below'])}"


def root(found: re.Match[str]) -> str:
    """Write a root on the line."""
    return f"√{grouped(found['under'])}"


def grouped(tex: str) -> str:
    """Put a sum or a product into parentheses."""
    return tex if re.fullmatch(r"(?:\\partial ?)?\\?[\w.]+'*(?:[_^]\{[^{}]*\}|[_^]\w)*", tex.strip()) else f"({tex})"
