"""Letters: each command is the character that Unicode and Matplotlib know by that name, in every style and height."""

from unicodedata import name, normalize

import pytest
from matplotlib._mathtext_data import tex2uni

from literate_bp.formula.letters import (
    COMMANDS,
    LARGE_GREEK,
    SMALL_GREEK,
    STYLED,
    STYLES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    styled,
    subscript,
    superscript,
    unicode_of,
)

UNLIKE_MATPLOTLIB = {r"\omicron", r"\epsilon", r"\gets", r"\le", r"\ge"}  # which it does not know, or draws otherwise


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - UNLIKE_MATPLOTLIB))
def test_a_command_is_the_character_that_matplotlib_draws_for_it(command):
    assert COMMANDS[command] == chr(tex2uni[command[1:]])


@pytest.mark.parametrize("command", [*SMALL_GREEK, *LARGE_GREEK])
def test_a_greek_letter_is_called_in_unicode_as_in_latex(command):
    called = command[1:].removeprefix("var").upper().replace("LAMBDA", "LAMDA")
    assert called in name(COMMANDS[command]) or command in {r"\partial", r"\varsigma"}


def test_no_two_commands_are_the_same_character():
    assert len(set(COMMANDS.values())) == len(COMMANDS)


@pytest.mark.parametrize("style", STYLED)
def test_a_letter_of_a_style_is_that_letter_to_unicode(style):
    for letter, written in STYLED[style].items():
        assert normalize("NFKC", written) == normalize("NFKC", letter)
        assert styled(letter, style) == written


@pytest.mark.parametrize("style", STYLED)
def test_digits_and_signs_are_upright_in_every_style(style):
    assert [styled(sign, style) for sign in "0(+=-'"] == ["0", "(", "+", "=", "−", "′"]


def test_every_style_of_a_command_has_letters():
    assert set(STYLES.values()) == set(STYLED)


@pytest.mark.parametrize(("table", "write"), [(SUPERSCRIPTS, superscript), (SUBSCRIPTS, subscript)])
def test_a_raised_or_lowered_character_is_the_same_character_to_unicode(table, write):
    for letter, small in table.items():
        assert normalize("NFKC", small).replace("−", "-") == letter
        assert write(f"{letter}q{letter}") == f"{small}q{small}"


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"w^{1}_{2,13}", "w¹₂,₁₃"),
        (r"\delta^{l+1}_{j}", "δˡ⁺¹ⱼ"),
        (r"\hat{y}_{1}", "ŷ₁"),
        (r"\text{net}_{h1}", "netₕ₁"),
        (r"\boldsymbol{\delta}^{(l)}", "δ⁽ˡ⁾"),
        (r"\partial C/\partial z_{j}", "∂C/∂zⱼ"),
        (r"\Delta w_{1}", "Δw₁"),
        (r"E_{\text{total}}", "E_total"),
        (r"a^{(n_l)}", "a^(n_l)"),
        (r"f'", "f′"),
        (r"-\eta", "−η"),
        (r"\Omega_{k}", "Ωₖ"),
        (r"\left(z\right)", r"\left(z\right)"),
        (r"\tanh z", r"\tanh z"),
    ],
)
def test_the_latex_of_a_symbol_becomes_text(latex, text):
    assert unicode_of(latex) == text
