"""The lines of the card: their formulas are the equations', and none leads nowhere."""

import re

from literate_bp.formula.notation import NOTATIONS

CHAPTER = """
```{rule} literate_bp.node.linear_error
:label: mine
```

```{equation} node.linear
:label: unlisted
```

```{earned} The error of $\\linear_j$
:equation: mine
:code: literate_bp.node.linear_error
```

```{earned} The linear part
:equation: unlisted
:code: literate_bp.node.linear
```
"""
CARD = "```{formula-card}\nunlisted mine\n```\n"
WHOLE = {"reference/card": "```{formula-card}\n```\n"}


def lines(page):
    """Give the lines of the cards of a page, each as its name, its formula and its links."""
    for line in re.split(r'<p class="card-name">', page)[1:]:
        name, formula, links = re.split(r'</p>\s*<div class="math|<ul class="card-links', line, maxsplit=2)
        yield re.sub("<[^>]*>", "", name).strip(), formula, links.partition("</ul>")[0]


def test_a_chapter_closes_with_the_lines_that_it_has_earned_and_a_card_has_lines_of_any_chapter(book):
    result, first = book(CARD, pages={"one": CHAPTER, **WHOLE})
    assert result.returncode == 0, result.stderr
    chapter, whole = ((book.html / f"{name}.html").read_text(encoding="utf-8") for name in ("one", "reference/card"))
    (error, formula, links), (part, _, to_source) = lines(chapter)
    assert (error[:13], part) == ("The error of ", "The linear part")
    assert all(re.search(rf'data-n="[^"]*\b{name}\b', formula) for name in NOTATIONS)
    assert '<details class="check">' in formula
    to_equation, listing = re.findall('href="#([^"]*)"', links)
    assert to_equation == "equation-mine"
    assert re.search(rf'id="{listing}"[^>]*>\s*<div class="code-block-caption">.*linear_error', chapter)
    assert re.search(r'href="source/literate_bp/node\.html#line-\d+"', to_source)
    assert re.search(r'<p class="card-head">For <a [^>]*href="reference/card\.html">the card</a>', chapter)
    assert [name for name, *_ in lines(first)] == [part, error]
    assert [name for name, *_ in lines(whole)] == [error, part]
    (_, _, away), _ = lines(whole)
    assert "A page" in away
    assert re.findall('href="([^"]*)"', away)[:2] == ["../one.html#equation-mine", "../one.html#"]
    assert "card-head" not in first + whole


def test_a_line_that_leads_nowhere_fails_the_build_at_its_place(book):
    wrong = CHAPTER.replace(":equation: mine", ":equation: other").replace(":code: literate_bp.node.linear\n", "")
    wrong += "\n```{earned} Twice\n:equation: other\n:code: literate_bp.node.nothing\n```\n"
    result, _ = book(CARD, pages={"one": wrong})
    assert result.returncode != 0
    found = result.stderr
    assert re.search(r"one\.md:18: WARNING: card: no equation has the label 'other'", found)
    assert re.search(r"one\.md:27: WARNING: card: no code is called 'literate_bp\.node\.nothing'", found)
    assert re.search(r"one\.md:18: WARNING: card: the line of 'other' is earned 2 times", found)
    assert re.search(r"one\.md:23: ERROR: a line of the card needs :code:", found)
    assert re.search(r"index\.md:\d+: WARNING: card: no chapter earns a line with the equation 'mine'", found)
