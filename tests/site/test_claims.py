"""Every sentence that claims something is checked: by a run behind its mark, or excused with a reason.

The reasons stand in `statements/<page>.toml`: the beginning of a sentence, and why no run is needed.
"""

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import prose
import pytest
from docutils import nodes
from docutils.utils import new_document
from pages import DOCS, PAGES, TWO_CLAIMS

from proof import claim as checks
from proof import claims

STATEMENTS = Path(__file__).with_name("statements")


def name_of(page):
    return page.relative_to(DOCS).with_suffix("").as_posix()


def reasons(page):
    """Return the beginnings of the sentences of a page that need no run, each with its reason."""
    path = STATEMENTS / f"{name_of(page)}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_sentence_that_claims_something_is_checked_or_excused(page):
    excused = tuple(reasons(page))
    found = [each for each in prose.unchecked(page.read_text(encoding="utf-8")) if not each.startswith(excused)]
    assert not found, "\n".join(["neither a claim nor excused:", *found])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_reason_excuses_a_sentence_of_its_page(page):
    found = prose.unchecked(page.read_text(encoding="utf-8"))
    idle = [key for key, reason in reasons(page).items() if not reason or not any(s.startswith(key) for s in found)]
    assert not idle


def test_no_file_of_reasons_is_without_its_page():
    files = {path.relative_to(STATEMENTS).with_suffix("").as_posix() for path in STATEMENTS.rglob("*.toml")}
    assert files <= {name_of(page) for page in PAGES}


@pytest.mark.parametrize(
    "sentence",
    [
        "It never fails.",
        "All of it, at most a quarter.",
        "It takes twice as long.",
        "The cost can't fall.",
        "It is 0.25 there.",
        "Some 20 nodes.",
        "The 3 % of them.",
    ],
)
def test_a_sentence_that_claims_something_is_found(sentence):
    assert prose.unchecked(f"# A title\n\nA sentence. {sentence} Another.\n") == [sentence]


@pytest.mark.parametrize(
    "text",
    [
        "It never fails{claim}`never`.",
        "It is {glue:text}`q:.2f` there.",
        "{formula}`sigma(z) = 0.5` is more than it was.",
        "The network 784-30-10 of 2016 has `rate=0.25` and 12 nodes.",
        "> It never fails, says the source.",
        "12. {doc}`12`: what it holds.\n13. {doc}`13`: what it loses.",
        "```{code-cell}\nat = 'most'\n```",
    ],
)
def test_a_sentence_that_is_checked_or_claims_nothing_is_left_alone(text):
    assert prose.unchecked(text + "\n") == []


def test_sentences_are_those_of_paragraphs_lists_and_tables_without_emphasis():
    text = "# Head\n\nOne *never*. **Two.** Three\nlines.\n\n- a list\n- of two\n\n| a | row |\n|---|---|\n| b | c |\n"
    expected = ["Head", "One never.", "Two.", "Three lines.", "a list", "of two", "a row", "b c"]
    assert [*prose.sentences(text)] == expected


# --- what a check finds -----------------------------------------------------


@pytest.fixture
def checked(monkeypatch):
    """Return what `claim` publishes of a check."""
    found = []
    monkeypatch.setattr(checks, "glue", lambda key, value, display: found.append((key, value, display)))

    def run(values, **conditions):
        checks.claim("it", values, **conditions)
        return found[-1][1]

    return run


INF = float("inf")


@pytest.mark.parametrize(
    ("values", "conditions", "holds", "worst", "margin"),
    [
        ([3, 1, 2], {"above": 0.5}, True, "1", "0.5"),
        ([3, 1, 2], {"above": 1}, False, "1", "0"),
        ([3, 1, 2], {"at_least": 1}, True, "1", "0"),
        ([3, 1, 2], {"below": 3}, False, "3", "0"),
        ([3, 1, 2], {"at_most": 3}, True, "3", "0"),
        ([3, 1, 2], {"at_least": 0, "at_most": 2.5}, False, "3", "-0.5"),
        ([3, 1, 2], {"equals": [3, 1, 2.25], "within": 0.5}, True, "2", "0.25"),
        ([3, 1, 2], {"equals": 2}, False, "3", "-1"),
        ([3, 1, 2], {"below": [4, 2, 2.5]}, True, "2", "0.5"),
        ([3, 1, 2], {"above": 1.5, "holds_for": "most"}, True, "1", ""),
        ([3, 1, 1], {"above": 1.5, "holds_for": "most"}, False, "1", ""),
        ([3, 1, 0], {"at_most": 1, "holds_for": "median"}, True, "1", "0"),
        ([3, 1, 0], {"above": 2, "holds_for": "some"}, True, "3", "1"),
        ([3, 1, 0], {"above": 3, "holds_for": "some"}, False, "3", "0"),
        ([3, float("nan")], {"above": 0}, False, "nan", "nan"),
        ([True, True], {}, True, "", ""),
        ([True, False], {}, False, "", ""),
        ((n > 1 for n in (2, 3)), {}, True, "", ""),
    ],
)
def test_a_check_compares_all_values_or_as_many_as_it_says(checked, values, conditions, holds, worst, margin):
    found = checked(values, of="networks", **conditions)
    assert (found.holds, found.worst, found.margin) == (holds, worst, margin)


@pytest.mark.parametrize(
    ("values", "conditions", "message"),
    [
        ([], {"above": 0, "of": "inputs"}, "there are no inputs"),
        ([1.0] * 9, {"above": 0, "of": "seeds"}, "9 seeds were run, and 10 or more are expected"),
        ([1.0], {"of": "inputs"}, "give numbers with a bound, or truth values without one"),
        ([True], {"above": 0, "of": "inputs"}, "give numbers with a bound"),
        ([1.0], {"above": 0, "of": "inputs", "holds_for": "few"}, "holds_for is 'few'; choose from all, most"),
    ],
)
def test_a_check_that_checks_nothing_is_refused(checked, values, conditions, message):
    with pytest.raises(ValueError, match=re.escape(f"claim 'it': {message}")):
        checked(values, **conditions)


def test_what_was_run_is_said_in_words_with_its_python(checked):
    found = checked([1.0, 2.0, 0.0], above=0.5, of="networks", holds_for="most")
    assert found.run == "3 networks; 2 of them above 0.5"
    found = checked(np.ones(12), equals=1, within=1e-9, of="seeds")
    assert found.run == "12 seeds; all equal to 1, give or take 1e-09"
    assert checked([2.0], above=1, of="networks").run == "one network; above 1"
    assert checked([True, True], of="networks").run == "2 networks; all as the sentence says"
    assert json.loads(found._repr_mimebundle_()[checks.MIME])["holds"] is True


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("pushes", "push"),
        ("matrices", "matrix"),
        ("entries", "entry"),
        ("linear parts", "linear part"),
        ("layers without biases", "layer without biases"),
        ("roundings to five digits", "rounding to five digits"),
        ("largest ratios of 20 seeds", "largest ratio of 20 seeds"),
        ("losses", "loss"),
    ],
)
def test_a_single_value_is_said_to_be_one(plural, one):
    assert checks.singular(plural) == one


def in_list(source, name):
    """Give the words of a claim as the list has them."""
    paragraph = nodes.paragraph("", "", *source)
    for mark in list(paragraph.findall(claims.claim_mark)):
        words = claims.words_before(mark)
        found = claims.in_list(words, goes_on=claims.within_sentence(words, mark))
        text = "".join(node.astext() for node in found)
        if mark["name"] == name:
            return text
        claims.wrap(mark, words, "")
    raise AssertionError(name)


def test_words_of_a_claim_stand_in_the_list_as_a_reader_needs_them():
    def mark(name):
        return claims.claim_mark("", name=name, checks=[], key=name)

    source = (
        nodes.Text("Look. See "),
        nodes.emphasis("", "what is it?"),
        nodes.Text(" Values shrink"),
        mark("first"),
        nodes.Text(", and they vanish"),
        mark("second"),
        nodes.Text(". (With tanh they stay"),
        mark("third"),
        nodes.Text(".)"),
    )
    copies = [tuple(node.deepcopy() for node in source) for _ in range(3)]
    assert in_list(copies[0], "first") == "Values shrink"
    assert in_list(copies[1], "second") == "… and they vanish"
    assert in_list(copies[2], "third") == "With tanh they stay"


# --- on a page: more stands in test_build.py --------------------------------

LIST = {"reference/claims": "```{claims}\n```\n"}


@pytest.mark.exhaustive
def test_words_that_stand_twice_on_a_line_keep_their_places(book):
    text = (
        TWO_CLAIMS.replace("LIMIT", "0.25").replace("First.", "From *one* to *two*. And").replace("¼{", "*¼* to *½*{")
    )
    _, page = book(text, pages=LIST)
    shown = re.sub(r"<button.*?</span></span></span>|<[^>]*>", "", page.partition("From ")[2].partition("Last.")[0])
    assert shown.startswith("one to two. And The derivative never exceeds ¼ to ½")


@pytest.mark.exhaustive
def test_an_edited_extension_checks_again_what_it_had_checked(book):
    text = TWO_CLAIMS.replace("LIMIT", "0.25")
    assert book(text)[0].returncode == 0
    extension = book.docs / "_ext/proof/claims.py"
    source = extension.read_text(encoding="utf-8")
    extension.write_text(source.replace("if not checked.holds:", "if checked.holds:"), encoding="utf-8")
    result, _ = book(text)
    assert result.returncode != 0
    assert "claim 'low' does not hold" in result.stderr


def test_the_words_that_are_kept_of_a_claim_keep_no_page():
    page = new_document("page")
    words = nodes.paragraph("", "", nodes.emphasis("", "", nodes.Text("never")), nodes.Text(" exceeds"))
    page += words
    for node in page.findall():
        node.document = page
    kept = [*claims.copies([words])]
    assert [node.astext() for node in kept] == ["never exceeds"]
    assert {element.document for each in kept for element in each.findall()} == {None}
    assert words.document is page
