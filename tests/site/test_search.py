"""What the search of a served site can find: sections, terms and functions, in sentences, by what people type."""

import hashlib
import json
import re

import pytest
from built import found_places, search_index
from docutils import nodes

from publish.search import FOLDER, LISTS, Place, all_words, document, said, titles_alone, weight

TOML = """[[Group]]
words = "Why $\\\\linear$?"
target = "q-why"
typed = ["0.00046", "zero_grad", "+="]
"""
CHAPTER = """---
file_format: mystnb
kernelspec:
  name: python3
needs: []
readers: [learner]
---

# One & two

The first words, with $\\error_j$.

(q-why)=
## Because

A sentence of its own.

```{equation} node.sigmoid_derivative
```

```{code-cell}
hidden = "in code"
```

| in | a table |
|:--|:--|
| 1 | 2 |

### Deeper

Below it.
"""
GLOSSARY = """# Glossary

```{glossary}
cost
loss
  How far it is.
```
"""
PAGES = {
    "01-one": CHAPTER,
    "reference/glossary": GLOSSARY,
    "reference/questions": "# Questions\n\n```{questions} Group\n```\n",
    "reference/claims": "# Claims\n\nA list.\n\n## Of other pages\n\nText.\n",
    "named": "---\norphan: true\n---\n\n# {py-name}`literate_bp.command_line`\n\nText.\n",
    "404": "---\norphan: true\n---\n\n# This page does not exist\n\nThe [first page](/index.md) leads to all.\n",
}


@pytest.fixture(scope="module")
def build(shared_books):
    """A book whose search index is there."""
    build = shared_books("searched")
    build.docs.mkdir(exist_ok=True)
    (build.docs / "questions.toml").write_text(TOML, encoding="utf-8")
    result, _ = build("Text.\n", pages=PAGES)
    assert result.returncode == 0, result.stderr
    return build


@pytest.fixture(scope="module")
def found(build):
    """What its search can find."""
    return found_places(build.html)


def words(place):
    """Return the text that is shown of a place, without what is only typed."""
    return " ".join(place["content"].split()[: int(place["meta"]["words"])])


def test_each_section_term_and_function_is_found_at_its_own_address_and_named_after_its_page(found):
    assert {"01-one.html", "01-one.html#q-why", "01-one.html#deeper", "reference/glossary.html#term-cost"} <= {*found}
    assert "api.html#literate_bp.node.weighted_sum" in found
    meta = found["01-one.html#q-why"]["meta"]
    assert (meta["heading"], meta["page"]) == ("Because", "1. One & two")
    assert found["reference/glossary.html#term-cost"]["meta"]["heading"] == "cost, loss"


def test_every_address_is_one_of_the_site(build, found):
    for address in found:
        page, _, anchor = address.partition("#")
        assert not anchor or f'id="{anchor}"' in (build.html / page).read_text(encoding="utf-8")


def test_a_section_has_its_own_sentences_with_formulas_as_text_and_neither_code_nor_tables(found):
    assert words(found["01-one.html"]).endswith("The first words, with δⱼ.")
    text = words(found["01-one.html#q-why"])
    assert "A sentence of its own. σ′(z) = σ(z) σ(−z)." in text
    for other in ("hidden", "table", "Below", "zero_grad"):
        assert other not in text
    assert words(found["01-one.html#deeper"]).endswith("Below it.")


def test_what_is_typed_and_the_question_itself_belong_to_the_answer_but_are_not_shown(found):
    place = found["01-one.html#q-why"]
    hidden = place["content"].removeprefix(words(place))
    for typed in ("0.00046", "zero_grad", "+=", "Why z?"):
        assert typed in hidden
    assert not [
        address for address in found if "zero_grad" in found[address]["content"] and address != "01-one.html#q-why"
    ]


def test_lists_of_what_other_pages_say_are_found_by_their_titles_and_what_only_leads_elsewhere_is_not(found):
    assert {address for address in found if "claims" in address} == {"reference/claims.html"}
    assert not [address for address in found if "questions" in address or "404" in address]


@pytest.mark.parametrize(("tex", "text"), [("z = 1", "z = 1."), ("z = 1.", "z = 1."), ("z = 1,", "z = 1,")])
def test_a_formula_on_a_line_of_its_own_does_not_run_into_the_sentence_behind_it(tex, text):
    assert said(nodes.math_block("", tex)) == text
    assert said(nodes.paragraph("", "", nodes.Text("A "), nodes.math("", "z"))) == "A z"


def test_the_search_from_a_disk_has_titles_as_text_and_fetches_no_page(build):
    index = search_index(build.html)
    assert "literate_bp.command_line" in index["titles"]
    assert "literate_bp.command_line" in index["alltitles"]
    heading = 'literate_bp<wbr aria-hidden="true">.command_<wbr class="in-word" aria-hidden="true">line'
    assert heading in (build.html / "named.html").read_text(encoding="utf-8")
    assert not {"wbr", "class"} & {*index["titleterms"]}
    scripts = [path.read_text(encoding="utf-8") for path in (build.html / "_static").glob("*.js")]
    assert any("SHOW_SEARCH_SUMMARY: false" in script for script in scripts)
    assert not any("SHOW_SEARCH_SUMMARY: true" in script for script in scripts)


def test_the_words_of_all_places_are_there_for_what_is_misspelt(build):
    words = json.loads((build.html / FOLDER / "words.json").read_text(encoding="utf-8"))
    assert {"sentence", "glossary", "zero", "grad", "loss"} <= {*words}
    assert not {"hidden", "class", "data", "pagefind", "amp"} & {*words}


def test_the_words_on_most_pages_come_first_each_once():
    pages = ['<p class="name">The cost &amp; the Cost</p>', "<p>of cost</p>", "<p>an apple</p>"]
    assert all_words(pages) == ["cost", "apple", "the"]


def digest(folder):
    """Return a name for all that is in a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()


@pytest.mark.exhaustive
def test_two_indexes_are_equal_byte_for_byte_one_page_and_no_change_leave_the_index_and_a_change_renews_it(build):
    before = digest(build.html / FOLDER)
    marker = build.html / FOLDER / "untouched"
    marker.touch()
    for options, only in ((("-q",), ()), (("-D", "one_page=01-one"), ("01-one",))):
        result, _ = build("Text.\n", options, PAGES, only)
        assert result.returncode == 0, result.stderr
        assert marker.exists()
    result, _ = build("Text.\n", ("-a",), PAGES)
    assert result.returncode == 0, result.stderr
    assert not marker.exists()
    assert digest(build.html / FOLDER) == before
    changed = PAGES | {"01-one": CHAPTER.replace("sentence", "phrase")}
    result, _ = build("Text.\n", (), changed)
    assert result.returncode == 0, result.stderr
    assert "A phrase of its own." in found_places(build.html)["01-one.html#q-why"]["content"]


def test_chapters_count_more_than_the_reference_and_that_more_than_modules():
    order = ["01-why", "reference/glossary", "made/formula", "reference/api/modules/node"]
    counts = [weight(page) for page in order]
    assert counts == sorted(counts, reverse=True)
    assert len({*counts}) == len(counts)


def test_a_module_of_a_package_is_found_by_its_name_and_one_of_the_rules_by_what_is_in_it():
    assert titles_alone("reference/api/modules/formula.tracing")
    assert not titles_alone("reference/api/modules/node")
    assert all(map(titles_alone, LISTS))


def test_a_place_is_written_with_what_its_words_count_and_with_its_text_as_text():
    written = document(Place("a", "A & B", "x < y."), "p.html#a", "P", 0.5, [(3, ""), (10, "typed")])
    assert re.findall(r'<p data-pagefind-weight="([\d.]+)">([^<]*)</p>', written) == [
        ("2.5", "A &amp; B"),
        ("0.5", "x &lt; y."),
        ("10", "typed"),
    ]
    assert 'data-pagefind-meta="words[content]" content="6"' in written
