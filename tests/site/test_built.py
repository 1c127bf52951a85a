"""What is read from built pages, on small ones: figures, the places that links lead to, and folds that a link opens."""

import built
import pytest
from browser import ask
from pages import DOCS

PICTURE = '<div class="output"><figure class="bp-picture"><svg></svg></figure></div>'
CAPTION = (
    '<figcaption><p><span class="caption-number">Figure 1 </span><span class="caption-text">It.</span></p></figcaption>'
)


def figure(name, caption=CAPTION):
    return f'<figure class="align-default" id="{name}">{PICTURE}{caption}</figure>'


def cite(name):
    return f'<a class="reference internal" href="#{name}"><span class="std std-numref">Figure 1</span></a>'


def test_a_picture_is_a_figure_if_it_stands_in_one_with_a_number_and_a_caption():
    unnumbered = CAPTION.replace("caption-number", "number")
    found = built.figures(figure("a") + PICTURE + figure("b", "") + figure("c", unnumbered))
    assert found == [
        built.Figure("a", numbered=True, caption="It."),
        built.Figure(),
        built.Figure("b"),
        built.Figure("c", caption="It."),
    ]


def test_figures_are_cited_one_by_one_or_from_the_first_to_the_last():
    found = built.figures("".join(map(figure, "abcdef")))
    assert built.mentioned(f"See {cite('b')} to {cite('d')}, {cite('f')} and {cite('other')}.", found) == {*"bcdf"}


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ('<section id="x"><h2>Head</h2></section>', "heading"),
        ('<section id="a">\n<span id="x"></span><span id="b"></span><h2>Head</h2></section>', "heading"),
        ('<p id="x"><strong>At the corner</strong> it has none.</p>', "heading"),
        ('<dl><dt id="x">A term</dt></dl>', "heading"),
        ('<details class="sd" id="x"><summary>Why</summary></details>', "fold"),
        ('<span id="x"></span><details><summary>Why</summary></details>', "fold"),
        ('<details><summary>Why</summary><p id="x">Text.</p></details>', "fold"),
        ('<div class="math notranslate" id="x"></div>', "equation"),
        ('<details></details><p id="x">Text.</p>', ""),
        ('<section><p>Text.</p><span id="x"></span><p>Text.</p></section>', ""),
        ('<section id="y"><h2>Head</h2></section>', ""),
    ],
)
def test_a_link_leads_to_a_heading_a_fold_or_an_equation(html, kind):
    assert built.place(f"<section><p>Text</p>{html}</section>", "x") == kind


def test_a_link_to_a_fold_opens_it_and_those_around_it(tmp_path):
    folds = (
        '<details id="a"><summary>A</summary><details id="b"><summary>B</summary><p id="c">C</p></details></details>'
    )
    script = (DOCS / "_static/book.js").as_uri()
    page = tmp_path / "page.html"
    page.write_text(f'<!doctype html>{folds}<script defer src="{script}"></script>', encoding="utf-8")
    addresses = [f"{page.as_uri()}{anchor}" for anchor in ("", "#a", "#b", "#c", "#none")]
    opened = ask(addresses, '[...page.querySelectorAll("details")].map((fold) => fold.open)', 600, tmp_path)
    assert opened == [[False, False], [True, False], [True, True], [True, True], [False, False]]
