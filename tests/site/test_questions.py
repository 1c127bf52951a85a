"""Every question leads to its answer, on its page, in the search, and on the first page."""

from collections import Counter

import pytest
from built import search_index, searched
from pages import PAGES, directives

from page.questions import FIRST_PAGE, MORE, SITE, THREAD, groups, place, questions, read_question, shown

ASKED = [each for group, found in groups().items() if group != MORE for each in found]


def test_forty_questions_say_where_they_were_asked():
    assert len(ASKED) == 40
    for each in ASKED:
        assert each.asked, each.words
        assert each.asked.title
        assert THREAD.match(each.asked.address) or SITE.match(each.asked.address)
        assert each.asked.day or not THREAD.match(each.asked.address), "a thread has a day"


def test_no_two_questions_cite_one_thread_or_have_the_same_words():
    everything = [each.words for each in questions()]
    assert len(set(everything)) == len(everything)
    addresses = Counter(each.asked.address for each in questions() if each.asked)
    assert not [address for address, times in addresses.items() if times > 1]


def test_every_group_is_listed_once_and_the_first_page_has_ten():
    listed = [found["argument"] for page in PAGES for found in directives(page, "questions")]
    assert sorted(listed) == sorted([FIRST_PAGE, *groups()])
    assert len(shown(FIRST_PAGE)) == 10


def test_every_question_has_words_that_are_typed_and_none_leads_to_two_places():
    assert all(each.typed for each in questions())
    places = {}
    for each in questions():
        for words in each.typed:
            assert places.setdefault(words, each.target) == each.target, words
            assert words == words.lower(), "the search compares in lower case"
            assert ";" not in words, "Sphinx takes it for the end of an entry"


@pytest.mark.parametrize(
    "words",
    ["0.00046", "zero_grad", "dying relu", "xavier", "kaiming", "bf16", "inference memory", "which h", "relu at zero"],
)
def test_the_words_that_were_asked_for_are_typed(words):
    assert any(words in each.typed for each in questions())


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/karpathy/micrograd/issues/96", "karpathy/micrograd, issue 96"),
        ("https://github.com/karpathy/micrograd/pull/64", "karpathy/micrograd, pull request 64"),
        ("https://stats.stackexchange.com/questions/268820", "stats.stackexchange.com"),
    ],
)
def test_a_thread_is_named_by_its_address(address, name):
    assert place(address) == name


def test_a_question_is_written_with_its_thread_its_day_and_what_is_typed():
    asked = {"title": "a_b [c]", "address": "https://github.com/a/b/issues/1"}
    written = read_question("Why?", "q-why", ["x_y"], asked).markdown
    assert written.startswith("- [Why?](#q-why)\n")
    assert (
        r"Asked as “a\_b \[c\]” in [a/b, issue 1](https://github.com/a/b/issues/1). Searched for as *x\_y*." in written
    )


# --- built ------------------------------------------------------------------

TOML = """[[Group]]
words = "Why $\\\\linear$?"
target = "q-why"
typed = ["0.00046", "zero_grad"]
first = true
"""


def test_the_search_leads_from_what_is_typed_to_the_answer(book):
    (book.docs / "questions.toml").write_text(TOML, encoding="utf-8")
    pages = {"answer": "(q-why)=\n## Because\n\nText.\n", "list": "```{questions} Group\n```\n"}
    result, first = book("```{questions} first page\n```\n", pages=pages)
    assert result.returncode == 0, result.stderr
    assert 'href="answer.html#q-why"' in first
    listed = (book.html / "list.html").read_text(encoding="utf-8")
    assert 'href="answer.html#q-why"' in listed
    assert "Searched for as <em>0.00046</em>, <em>zero_grad</em>." in listed
    assert 'class="asked"' in listed
    for words in ("0.00046", "zero_grad"):
        assert searched(search_index(book.html), words) == {("answer", "q-why")}


@pytest.mark.exhaustive
def test_the_search_keeps_what_is_typed_from_build_to_build_and_forgets_what_is_gone(book):
    steps = (("zero_grad", "answer", ""), ("leaf", "answer", ""), ("leaf", "moved", ""), ("leaf", "moved", "More."))
    for typed, answer, more in steps:
        (book.docs / "questions.toml").write_text(TOML.replace("zero_grad", typed), encoding="utf-8")
        (book.docs / "answer.md").unlink(missing_ok=True)
        pages = {answer: "(q-why)=\n## Because\n\nText.\n", "list": "```{questions} Group\n```\n"}
        result, _ = book(f"```{{questions}} first page\n```\n\n{more}\n", pages=pages)
        assert result.returncode == 0, result.stderr
        index = search_index(book.html)
        assert searched(index, typed) == searched(index, "0.00046") == {(answer, "q-why")}
    assert not searched(index, "zero_grad")


def test_a_question_without_an_answer_and_an_unknown_group_fail_the_build(book):
    (book.docs / "questions.toml").write_text(TOML, encoding="utf-8")
    result, _ = book("```{questions} Group\n```\n\n```{questions} Nobody\n```\n", options=())
    assert result.returncode != 0
    assert "index.md: 'Why $\\linear$?' in questions.toml leads to 'q-why', which no page has" in result.stderr
    assert "group of questions 'Nobody' is unknown" in result.stderr
