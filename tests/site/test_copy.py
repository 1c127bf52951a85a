"""What is copied from a page: a formula by itself is LaTeX, and one within a sentence is Unicode."""

import json

import pytest
from browser import ask
from docutils import nodes
from pages import DOCS

from formula.mathml import render
from formula.notations import in_all_notations

PAGE = """<!doctype html><meta charset="utf-8"><p id="p">The error <span class="math">{error}</span> is <b>small</b>:
<span class="visually-hidden">hidden</span> {product}.<a class="headerlink">¶</a></p><p id="q">So.</p>
<div id="r"><p>Run:</p>
<div class="highlight"><pre><span class="linenos">1 </span><span class="gp">&gt;&gt;&gt; </span>x = 1
  y = 2
</pre></div></div>
<div class="math"><div class="formula">{product}</div></div><script src="copy.js"></script>"""
COPY = """(() => {
  const copied = (select) => {
    const selection = page.getSelection();
    selection.removeAllRanges();
    const range = page.createRange();
    select(range, (text) => page.querySelector(text));
    selection.addRange(range);
    const given = { clipboardData: new page.defaultView.DataTransfer(), bubbles: true, cancelable: true };
    const event = new page.defaultView.ClipboardEvent("copy", given);
    page.dispatchEvent(event);
    return ["text/plain", "text/html"].map((kind) => event.clipboardData.getData(kind));
  };
  return SELECTIONS.map(copied);
})()"""
SELECTIONS = """[
  (range, find) => range.selectNodeContents(find("div.math math")),
  (range, find) => range.selectNodeContents(find("div.math mi")),
  (range, find) => range.selectNodeContents(find("#p")),
  (range, find) => { range.setStart(find("#p math mi"), 0); range.setEnd(find("#q").firstChild, 3); },
  (range, find) => range.selectNodeContents(find("#q")),
  (range, find) => range.selectNodeContents(find("#r")),
  (range, find) => range.selectNodeContents(find("#r pre")),
]"""
LATEX = r"\sum_{k} w_{jk}\,\delta_{k}"


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The texts and the HTML of what is copied, by what is selected."""
    folder = tmp_path_factory.mktemp("copied")
    formulas = {"error": r"\error_j", "product": r"\sum_k \weight{j}{k}\,\error_k"}
    written = {name: render(in_all_notations(tex)["book"], nodes.math()) for name, tex in formulas.items()}
    (folder / "page.html").write_text(PAGE.format(**written), encoding="utf-8")
    (folder / "copy.js").write_text((DOCS / "_static/copy.js").read_text(encoding="utf-8"), encoding="utf-8")
    ((*found,),) = ask([(folder / "page.html").as_uri()], COPY.replace("SELECTIONS", SELECTIONS), 800, folder)
    return dict(zip(("formula", "letter", "sentence", "paragraphs", "words", "listing", "code"), found, strict=True))


@pytest.mark.parametrize("selected", ["formula", "letter"])
def test_a_formula_by_itself_is_latex_and_mathml(copied, selected):
    text, html = copied[selected]
    assert text == LATEX
    assert html.startswith("<math")
    assert "<annotation" in html


def test_within_a_sentence_it_is_a_line_of_unicode(copied):
    text, html = copied["sentence"]
    assert " ".join(text.split()) == "The error δⱼ is small: ∑ₖ wⱼₖ δₖ."
    assert html.count("<math") == 2
    assert "hidden" not in html


def test_paragraphs_stay_apart_and_a_formula_of_which_a_part_is_selected_is_copied_whole(copied):
    lines = [line.strip() for line in copied["paragraphs"][0].splitlines() if line.strip()]
    assert " ".join(lines[:-1]) == "δⱼ is small: ∑ₖ wⱼₖ δₖ."
    assert lines[-1] == "So."


@pytest.mark.parametrize("selected", ["words", "code"])
def test_what_has_no_formula_and_no_button_is_copied_by_the_browser(copied, selected):
    assert copied[selected] == ["", ""], json.dumps(copied[selected])


def test_of_a_listing_that_is_selected_with_its_button_the_code_is_copied_and_nothing_else(copied):
    text, html = copied["listing"]
    assert [line for line in text.splitlines() if line] == ["Run:", "x = 1", "  y = 2"]
    assert "button" not in html
