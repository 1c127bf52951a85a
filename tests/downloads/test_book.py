"""The book as one document: its parts and their order, what is left out, and where links lead."""

import pytest
import tree
from book import SOLUTIONS, SOLUTIONS_TITLE, book


def made(site, notation="book", address=""):
    return book(site, "The Book", notation, address)


def content(of, name):
    return next(part.content for part in of.parts if part.name == name)


def links(of, name):
    return {tree.text_of(link): link.get("href") for link in content(of, name).iter("a")}


def ids(of):
    return [name for part in of.parts for each in part.content.iter() if (name := each.get("id"))]


def test_the_parts_are_the_chapters_their_solutions_and_what_belongs_to_them(site):
    titles = [(part.name, part.title) for part in made(site).parts]
    assert titles == [
        ("01-one", "1. One"),
        ("02-two", "2. Two"),
        (SOLUTIONS, "Solutions of the exercises"),
        ("reference/glossary", "Glossary"),
    ]


def test_each_id_stands_in_one_place_and_each_link_within_the_book_leads_to_one(site):
    of = made(site)
    assert len(ids(of)) == len({*ids(of)})
    inside = [
        href for part in of.parts for link in part.content.iter("a") if (href := link.get("href", "")).startswith("#")
    ]
    assert len(inside) >= 8
    assert {href[1:] for href in inside} <= {*ids(of)}
    assert links(of, "01-one") | {"Solution": ""} == {
        "more": "#p-02-two--more",
        "words": "#p-reference-glossary",
        "it": "#p-01-one--fig",
        "another": "https://other.example/",
        "Solution": "",
    }
    assert links(of, "reference/glossary") == {"One": "#p-01-one"}


def test_a_link_to_what_is_left_out_is_text_or_leads_to_the_site(site):
    assert "the source" in tree.text_of(content(made(site), "01-one"))
    assert "the source" not in links(made(site), "01-one")
    found = links(made(site, address="https://book.example/"), "01-one")
    assert found["the source"] == "https://book.example/source/node.html#line-1"


def test_a_link_to_a_place_that_is_not_there_is_refused(site):
    path = site / "02-two.html"
    path.write_text(path.read_text(encoding="utf-8").replace("#fig", "#gone"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"02-two: a link leads to 01-one\.html#gone, which is not in the book"):
        made(site)


def test_a_solution_stands_at_the_end_with_links_there_and_back(site):
    of = made(site)
    chapter, end = content(of, "01-one"), content(of, SOLUTIONS)
    assert "By the figure" not in tree.text_of(chapter)
    assert "0.25" not in tree.text_of(chapter)
    assert "After it." in tree.text_of(chapter)
    said = ("1. One", "1. A silent node", "By the figure.", "The solution, run", "0.25")
    assert tree.text_of(end).replace(" ", "") == "".join([SOLUTIONS_TITLE, *said]).replace(" ", "")
    by_id = {each.get("id"): each for part in of.parts for each in part.content.iter()}
    there = by_id[links(of, "01-one")["Solution"][1:]]
    assert tree.text_of(there) == "1. A silent node"
    back = by_id[links(of, SOLUTIONS)["1. A silent node"][1:]]
    assert tree.text_of(back) == "1. A silent node. Change it."
    assert links(of, SOLUTIONS)["the figure"] == "#p-01-one--fig"


EXERCISE = """<details class="sd-dropdown exercise varies" id="exercise-sum">
<summary><span class="sd-summary-text">1. A sum</span></summary><div class="sd-card-body"><p>Add.</p>
<p>To what?</p><p class="ask">Sum, a whole number: <span class="answer-line">……</span></p>
<details class="sd-dropdown exercise-hint"><summary><span class="sd-summary-text">Hint 1</span></summary>
<p>Two.</p></details>
<details class="sd-dropdown"><summary><span class="sd-summary-text">Solution</span></summary>
<p>Three.</p></details></div></details>
<div class="cell tag_hide-cell"><details class="hide above-input"><summary><p class="collapsed">The solution, run</p>
<p class="expanded">The solution, run</p></summary><pre>3</pre></details></div>"""


def test_hints_and_solution_of_an_exercise_in_its_box_stand_at_the_end_before_those_of_the_next(site):
    path = site / "01-one.html"
    title = "<p><strong>1. A silent node.</strong>"
    path.write_text(path.read_text(encoding="utf-8").replace(title, EXERCISE + title), encoding="utf-8")
    of = made(site)
    chapter, end = tree.text_of(content(of, "01-one")), tree.text_of(content(of, SOLUTIONS))
    assert "1. A sum" in chapter
    assert "Add." in chapter
    assert "To what?" in chapter
    assert "Two." not in chapter
    expected = ("1. A sum", "Hint 1", "Two.", "Three.", "The solution, run", "3", "1. A silent node", "By the figure.")
    assert "".join(expected).replace(" ", "") in end.replace(" ", "")


def test_what_only_a_screen_can_do_is_left_out_and_folds_are_open(site):
    chapter = content(made(site), "01-one")
    gone = {"button", "details", "summary", "template", "annotation", "picture"}
    assert not gone & {each.tag for each in chapter.iter()}
    text = tree.text_of(chapter)
    assert "run()" in text
    for gone in ("¶", "✓", "claim()", "Proved.", "3 minutes", "Show the code", "As words"):
        assert gone not in text
    assert len([*chapter.iter("svg")]) == 1
    assert [image.attrib for image in chapter.iter("img")] == [{"src": "_images/w.svg", "alt": "A plot"}]


def test_formulas_and_pictures_have_the_letters_of_the_notation(site):
    for name, letter in (("book", "z"), ("nielsen", "h")):
        chapter = content(made(site, name), "01-one")
        assert [tree.text_of(each) for each in chapter.iter() if each.tag in {"text", "mi"}] == [letter, letter]


def test_equal_styles_of_pages_have_one_name_in_the_book_and_others_have_two(site):
    of = made(site)
    rules = of.styles.rules()
    (path,) = content(of, "01-one").iter("path")
    (more,) = [each for each in content(of, "02-two").iter() if each.get("id", "").endswith("--more")]
    assert f".{path.get('class')} {{ fill: none }}" in rules
    assert f".{more.get('class')} {{ fill: var(--ink, #123456) }}" in rules
    assert rules.count("fill: none") == rules.count("#123456") == 1


def test_html_is_read_with_the_capitals_of_svg_and_written_as_xhtml():
    read = tree.read('<p>a &lt; b<br><svg viewBox="0 0 1 1"><path d="M 0 0"/></svg></p>')
    svg = '<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"><path d="M 0 0" /></svg>'
    assert f"<p>a &lt; b<br />{svg}</p>" in tree.document("T", "en", [], read)


def test_the_text_of_a_formula_is_the_line_that_it_names():
    heading = tree.read('<h2>Is it <math alttext="δⱼ"><msub><mi>δ</mi><mi>j</mi></msub></math> or <b>not</b>?</h2>')
    assert tree.text_of(heading) == "Is it δⱼ or not?"


@pytest.mark.parametrize("html", ["<p>a", "<p><b>a</p></b>", "a</p>"])
def test_html_whose_elements_do_not_end_is_refused(html):
    with pytest.raises(ValueError, match=r"has no end|ends what has not begun last"):
        tree.read(html)
