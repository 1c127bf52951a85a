"""The finder of typed numbers, on small texts. tests/test_site.py lets it read the whole book.

A number in prose copies a value of its page (printed, glued, drawn, or typed in a cell) if it is that value without its
sign, or if it has two digits or more and the value rounds to it. Whole numbers up to twelve and fractions are words,
and what a source prints is marked: `[0.00045]{.quoted}`, or a block quote.
"""

from decimal import Decimal
from textwrap import dedent

import prose
import pytest
from pages import DOCS, PAGES

from page.counts import COUNTS as COUNT_OF

VALUES = {Decimal(value) for value in ("-0.0304550", "0.97512", "0.5", "1e-8", "3.2e-5", "11935", "784", "3", "20.0")}


def found(text, values=VALUES):
    return [typed.text for typed, _ in prose.copied(dedent(text), values)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It is −0.0305, not 0.0306.", ["0.0305"]),
        ("It is -0.03046.", ["0.03046"]),
        ("Rounded: 0.975, 0.98, 0.976.", ["0.975", "0.98"]),
        ("Some 97.5 %, or 98%, or 97%.", ["97.5 %", "98%"]),
        ("In math: $97.5\\,\\%$ and $\\eta = 0.5$.", ["97.5  \\%", "0.5"]),
        ("All 11,935 of them, 11935 in short.", ["11,935", "11935"]),
        ("About 3.2e-5, 3.2 · 10⁻⁵, $3.2 \\cdot 10^{-5}$, 3.3 · 10⁻⁵.", ["3.2e-5", "3.2 · 10⁻⁵", "3.2 \\cdot 10^{-5}"]),
        ("From 10⁻⁸ or $10^{-8}$ on, not 10⁻⁷.", ["10⁻⁸", "10^{-8}"]),
        ("With 784 inputs, or 784-30-10.", ["784", "784"]),
        ("A rate of 20 is large.", ["20"]),
        ("# A title with 0.975\n\n- a list with 0.975\n", ["0.975", "0.975"]),
        ("| value | share |\n|--:|--:|\n| 0.0305 | 97.5 % |\n", ["0.0305", "97.5 %"]),
        (":::{dropdown} Solution 0.98\n:open:\n\nIt is 0.0305.\n:::\n", ["0.98", "0.0305"]),
        (":::{math}\n:label: eq-784\n\nh = -0.0305\n:::\n", ["0.0305"]),
        ("{ref}`The value 0.98 <q-0.5>`, [0.975](0.5.md), `rate=0.5`", ["0.98", "0.975", "0.5"]),
        ("<span class='m-0.5'>0.98</span>", ["0.98"]),
    ],
)
def test_a_typed_value_is_found(text, numbers):
    assert found(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "A single digit may be anything: 0.03, 3 · 10⁻⁵, 1000.",
        "Layer 3 has 3 inputs; $w_{784}^{20} = 3$, ½, ⅛, $\\tfrac14$, $\\frac{784}{20}$.",
        "{glue:text}`z:.4f`, {cite:t}`nielsen784`, {eq}`eq-0.975`, {doc}`784`, {py:func}`f784`",
        "The source prints [0.0305]{.quoted}.\n\n> It says 0.975, and 784.\n",
        "```{code-cell}\nz = 0.0305\n```\n\n```python\nz = 0.0305\n```\n\n```{rule} a.b\n```\n",
        "(q-784)=\n# Float784 and 3.4.975\n\n{.w784}\n",
        "---\nkernel: 0.0305\n---\n",
    ],
)
def test_what_is_no_copy_is_left_alone(text):
    assert found(text) == []


def test_a_find_says_where_it_stands_and_what_it_copies():
    ((typed, value),) = prose.copied("---\na: b\n---\n\n```{code-cell}\na\n```\n\nSo it is\n0.0305.\n", VALUES)
    assert (typed.line, typed.text, value) == (10, "0.0305", Decimal("-0.0304550"))


def test_a_quotation_may_run_over_lines():
    assert found("The source prints [0.0305 and\n0.975]{.quoted}, but it is 0.98.") == ["0.98"]


def test_a_command_for_a_terminal_defines_its_numbers():
    page = "```{code-cell}\n%%sh\npython -m literate_bp new --sizes 2 3 \\\n    --rate 0.25\n```\n"
    assert prose.computed(page) == {Decimal(value) for value in ("2", "3", "0.25")}


def test_values_are_what_cells_define_show_draw_and_glue():
    page = '```{code-cell}\n:tags: [hide-input]\nrate, many = 0.5, 1_000\nprint(f"{rate:.3f} of 7 {True}")\n```\n'
    html = (
        '<p>0.11</p><div class="cell_input"><span>0.12</span></div><div class="cell_output"><div class="x">'
        '<pre><span>−</span><span>0.13</span> 2e-16</pre></div><svg><style>.a{y:0.14}</style><text x="0.15">0.16</text>'
        "<text>17</text></svg></div><p>0.18</p>"
    )
    glued = '{"z": {"data": {"text/plain": "\'0.19 · 10⁻⁶\'"}}, "w": {"data": {}}}'
    expected = {"0.5", "1000", "0.13", "2e-16", "0.16", "17", "0.19e-6"}
    assert prose.computed(page, html, glued) == {Decimal(value) for value in expected}


FOUND = {kind: count() for kind, count in COUNT_OF.items()}
COUNTS = {**FOUND, "diagrams": 5, "notations": 9, "costs": 3, "formats": 4}


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("In nine notations, or 9 textbooks.", ["nine notations", "9 textbooks"]),
        ("## Five pictures\n\nAll five of them.", ["Five pictures"]),
        ("The twenty-one later chapters.", ["twenty-one later chapters"]),
        ("All three costs, of which two costs need a softmax.", ["three costs"]),
        ("Once there were eight notations.", ["eight notations"]),
        ("The *four formats* say the same.", ["four formats"]),
    ],
)
def test_a_typed_count_is_found(text, counted):
    assert [found.text for found in prose.typed_totals(text, COUNTS)] == counted


@pytest.mark.parametrize(
    "text",
    [
        "{count}`Notations` notations, {count}`chapters in digits` chapters.",
        "The two notations differ, and so do three notations.",
        "A post with four diagrams, and the Four diagrams again.",
        "```{code-cell}\nprint('nine notations')\n```\n",
        "Nine nodes, four rates, thirteen lines.",
    ],
)
def test_what_counts_something_else_is_left_alone(text):
    assert prose.typed_totals(text, COUNTS) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_page_types_a_count_of_what_the_package_can_count(page):
    found = prose.typed_totals(page.read_text(encoding="utf-8"), FOUND)
    assert not found, "\n".join(f"{page.name}:{at.line}: {at.text}: write {{count}}`{at.kind}`" for at in found)


def test_what_the_readme_counts_is_what_there_is():
    found = [*prose.typed_counts((DOCS.parent / "README.md").read_text(encoding="utf-8"))]
    assert {at.kind for at in found} >= {"diagrams", "notations"}
    wrong = [at for at in found if at.number != FOUND[at.kind]]
    assert not wrong, "\n".join(f"README.md:{at.line}: {at.text}: there are {FOUND[at.kind]}" for at in wrong)
