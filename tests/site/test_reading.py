"""How much there is to read on a page: what is counted, how long it takes, and that no chapter is too long."""

import pytest
from pages import DOCS, PAGES

from page.reading import Reading, circles, read
from page.words import SECONDS, WORDS_A_MINUTE, count_shown, minutes, without_folds, words


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("# A title\n\nIt has *seven* words, these and that.\n", 9),
        ("---\nneeds: [a]\n---\n\n(q-label)=\nOne, two.\n", 2),
        ("The error $\\error_j = 3$ and {formula}`delta[j]` count as no word{claim}`no word`.", 7),
        ("{ref}`Two words <q-two-more>`, [two words](https://two.more/words), {doc}`none`, {glue:text}`x:.2f`.", 4),
        ("```{code-cell}\n:tags: [a]\nnone = 1\n```\n\n```python\nnone\n```\n\n```{rule} a.b\n```\n", 0),
        (":::{dropdown} A title\n:name: none\n\nAnd its text.\n\n```{code-cell}\nnone\n```\n:::\n", 5),
        ("> What a source says is read.\n\n| and | a table |\n|---|---|\n", 9),
    ],
)
def test_words_are_those_of_the_prose(text, counted):
    assert words(text) == counted


def test_what_is_count_shown_is_counted_apart():
    figure = "```{code-cell}\n---\nmystnb:\n  figure:\n    name: fig-a\ntags: [hide-input]\n---\ndraw()\n```\n"
    cells = "```{code-cell}\nf()\n```\n\n```{code-cell}\n:tags: [remove-cell]\ng()\n```\n\n```{rule} a.b\n```\n"
    formulas = "$$a = b$$\n\n:::{dropdown} Why\n```{derivation}\na = b\n```\n:::\n"
    text = f"{figure}\n{cells}\n{formulas}"
    assert count_shown(text) == {"formula": 2, "figure": 1, "listing": 2}
    assert count_shown(without_folds(text)) == {"formula": 1, "figure": 1, "listing": 2}


def test_minutes_are_those_of_the_words_and_of_what_is_count_shown():
    assert minutes("A word.") == 1
    assert minutes("word " * 10 * WORDS_A_MINUTE) == 10
    listings = "```{rule} a.b\n```\n\n" * 40
    assert minutes(listings) == 40 * SECONDS["listing"] / 60


def test_front_matter_is_read_with_the_minutes_at_first_reading_and_those_in_folds():
    text = "word " * 3 * WORDS_A_MINUTE + "\n\n:::{dropdown} More\n" + "word " * 2 * WORDS_A_MINUTE + "\n:::\n"
    assert read(text) == Reading(("needs", "readers"), (), (), 3, 2)
    assert read(f"---\nneeds: [a, b]\n---\n{text}") == Reading(("readers",), ("a", "b"), (), 3, 2)
    assert read(f"---\nneeds: []\nreaders: [learner]\n---\n{text}") == Reading((), (), ("learner",), 3, 2)


def test_a_circle_is_found_once_however_the_needs_branch():
    needs = {"a": ("b", "c"), "b": ("d",), "c": ("d", "e"), "d": (), "e": ("c", "missing"), "f": ("c", "f")}
    known = {page: Reading((), given, (), 1, 0) for page, given in needs.items()}
    found = {page: [*circles(page, known)] for page in known}
    assert {page for page in found if found[page]} == {"c", "f"}
    assert found["c"] == ["the needs lead in a circle: c → e → c"]
    assert found["f"] == ["the needs lead in a circle: f → f"]


LONGEST = 2_500
"""How many words a chapter may have."""


def test_the_twenty_minutes_are_short_enough():
    text = (DOCS / "twenty-minutes.md").read_text(encoding="utf-8")
    assert words(text) <= 1_500
    assert minutes(text) <= 20


def test_no_chapter_is_too_long():
    chapters = {page.stem: words(page.read_text(encoding="utf-8")) for page in PAGES if page.name[:2].isdigit()}
    assert {name: many for name, many in chapters.items() if many > LONGEST} == {}
