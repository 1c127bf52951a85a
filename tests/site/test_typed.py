"""No formula of a rule is typed: not displayed, not within a sentence; in docstrings a test compares it."""

import re

import pytest
from pages import PAGES, directives

from literate_bp.formula.formula import SIGNATURES
from literate_bp.formula.macros import MACROS

MACRO = "|".join(rf"{re.escape(macro)}(?![A-Za-z])" for macro in sorted(set(MACROS.values())))
LETTER = r"\\(?:delta|Delta|sigma|eta)(?![A-Za-z])|\\hat *\{?y\b|(?<![A-Za-z\\{])[zawbxyC][_^']"
QUANTITY, OURS = re.compile(MACRO), re.compile(f"{MACRO}|{LETTER}")
DISPLAYED = re.compile(r"^\s*(?::{3,}|`{3,}) *\{math\}|\$\$|\\begin\{(?:equation|align|gather|split)", re.MULTILINE)
TYPED = re.compile(r"(?<![$\\])\$((?:[^$\n]|\n(?!\s*\n))+)\$(?!\$)")
ROLE = re.compile(r"\{math\}`([^`]+)`")
QUOTING = {"as-printed", "collisions", "notation"}
"""Pages that say in the letters of other texts what these texts say."""
RELATION = re.compile(r"[=<>]|\\(?:le|ge|approx|gets|to|longrightarrow|propto)(?![A-Za-z])")
NUMBER = re.compile(r"(?:[\s\d.,+-]|\\tfrac(?=\d\d))*")


def prose(text):
    """Take the cells, the listings and the steps of derivations out of a page."""
    for found in ("code-cell", "derivation", "rule", "equation"):
        text = re.sub(rf"^(`{{3,}})\{{{found}\}}.*?^\1\s*$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]+`", "", ROLE.sub(r"$\1$", text))


def says(formula, quantity):
    """Tell whether a typed formula says something of a quantity, other than that it is some number."""
    sides = RELATION.split(formula)
    named = [side for side in sides if quantity.search(side)]
    return len(sides) > 1 and bool(named) and not all(side in named or NUMBER.fullmatch(side) for side in sides)


def relates(formula, quantity):
    """Tell whether a typed formula relates quantities to one another."""
    sides = RELATION.split(formula)
    return says(formula, quantity) or sum(bool(quantity.search(side)) for side in sides) > 1


def typed_formulas(text, quantity=OURS):
    return [formula for formula in TYPED.findall(prose(text)) if relates(formula, quantity)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_page_types_a_displayed_equation(page):
    assert not DISPLAYED.findall(prose(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_page_types_a_formula_that_relates_quantities(page):
    quantity = QUANTITY if page.stem in QUOTING else OURS
    assert not typed_formulas(page.read_text(encoding="utf-8"), quantity)


def test_typed_formulas_are_seen():
    seen = typed_formulas(
        r"So $\error_j = \derivative(\linear_j)\,d$, and $\linear = 0$ in layer $l = 1$, $\cost \approx \target$."
    )
    assert seen == [r"\error_j = \derivative(\linear_j)\,d", r"\cost \approx \target"]
    assert typed_formulas("So $\\error =\n\\derivative$, {math}`\\error = \\target`. It is 3 $\n\n$ = 4.") == [
        "\\error =\n\\derivative",
        "\\error = \\target",
    ]
    raw = r"$\delta_j = \sigma'(z_j)$, $\hat y = 2a$, $z_k \le 4h$, but $b = a + a$ is an example."
    assert typed_formulas(raw) == [r"\delta_j = \sigma'(z_j)", r"\hat y = 2a", r"z_k \le 4h"]
    assert typed_formulas(raw, QUANTITY) == []
    assert typed_formulas("In a listing: `$\\error = \\target$`.") == []
    assert all(DISPLAYED.search(text) for text in (":::{math}\na\n:::", "$$a$$", "```{math}\na\n```"))


def test_every_rule_with_a_formula_is_shown_by_a_directive_that_knows_nothing_of_it():
    rules = {f["argument"].strip().removeprefix("literate_bp.") for page in PAGES for f in directives(page, "rule")}
    equations = {found["argument"].strip() for page in PAGES for found in directives(page, "equation")}
    missing = SIGNATURES.keys() - rules - equations
    assert not missing, f"show each on a page in docs/, with ```{{rule}} and its name: {missing}"
    assert equations <= SIGNATURES.keys()
    for name in ("program/listing", "proof/equations"):
        source = (PAGES[0].parent / f"_ext/{name}.py").read_text(encoding="utf-8")
        assert not [rule for rule in SIGNATURES if re.search(rf"\b{re.escape(rule)}\b", source)]
