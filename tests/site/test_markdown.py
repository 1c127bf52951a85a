"""Each page as Markdown: what its HTML says, no less, with the same formulas; and the list of all for programs."""

import re

import pytest
from words import formulas_of_html, formulas_of_markdown, words_of_html, words_of_markdown

from publish import fragments

CHAPTER = r"""---
file_format: mystnb
kernelspec:
  name: python3
needs: []
readers: [learner]
---

# A *chapter* with $\derivative(\linear)$

Some `code`, a ``tick ` in it``, 2 * 3 * 4, a_b, [a link](https://a.example/b_(c)) and {ref}`one <here>`. These are
{sign}`errors|negatives of errors`, for $\error_j^l$, at most ¼{claim}`low`.

```{code-cell}
:tags: [remove-cell]
from proof.claim import claim

claim("low", [0.25, 0.125], at_most=0.25, of="inputs")
```

(here)=
## Here

- An item, and

  its second paragraph.
- Another:
  1. first
  2. second

| a | b |
|---|---|
| $\weight{i}{j}$ | `x \| y` |

Term
: What it *means*.

> A quotation.

:::{note}
A remark.
:::

:::{dropdown} Solution
It is hidden.
:::

```{rule} literate_bp.node.weighted_sum
```

```{derivation}
z[j] = Sum(i, w[i, j] * x[i]) + b[j]
```

```{code-cell}
---
mystnb:
  figure:
    name: fig-one
    caption: A figure, $\linear$.
tags: [hide-input]
---
from literate_bp import diagram, example
diagram.network_forward(*example.running())
```

```{code-cell}
print("printed ```")
```

```{code-cell}
from literate_bp import explain
explain(*example.udacity(), hide="values").only("linear", "error")
```
"""
PAGES = {"01-one": CHAPTER, "reference/two": "# Two\n\nA second page, in a folder, which leads to {doc}`/01-one`.\n"}


@pytest.fixture(scope="module")
def folder(shared_books):
    """A book with all that a page can have."""
    build = shared_books("markdown")
    result, _ = build("The first sentence of this page, which says what the book is about.", pages=PAGES)
    assert result.returncode == 0, result.stderr
    return build.html


@pytest.mark.parametrize("page", ["index", "01-one", "reference/two", "api"])
def test_the_markdown_says_what_the_page_says(folder, page):
    html, text = ((folder / f"{page}.{kind}").read_text(encoding="utf-8") for kind in ("html", "md"))
    assert not words_of_html(html) - words_of_markdown(text)
    assert formulas_of_html(html) == formulas_of_markdown(text)
    assert f'<link rel="alternate" type="text/markdown" href="{page.rpartition("/")[2]}.md">' in html


def test_it_is_the_markdown_of_anywhere(folder):
    text = (folder / "01-one.md").read_text(encoding="utf-8")
    assert text.startswith(
        "# 1. A *chapter* with $\\sigma'(z)$\n\nSome `code`, a ``tick ` in it``, 2 \\* 3 \\* 4, a\\_b, "
    )
    for line in (
        "[a link](https://a.example/b_(c)) and [one](01-one.html#here). These are errors, for $\\delta^{l}_{j}$, ",
        "at most ¼.[^1]",
        "- An item, and\n\n  its second paragraph.\n- Another:\n\n  1. first\n  2. second",
        "| a | b |\n| --- | --- |\n| $w_{ij}$ | `x \\| y` |",
        "- **Term**\n\n  What it *means*.",
        "> A quotation.",
        "> A remark.",
        "**Solution**\n\nIt is hidden.",
        "def weighted_sum(",
        "$$\nz_{j} = \\sum_{i} w_{ij}\\,x_{i} + b_{j} \\tag{1.2}\n$$",
        "**The picture in words**\n\n",
        "**Figure 1.1** A figure, $z$.",
        "````text\nprinted ```\n````",
        "| *z*<sup>1</sup><sub>1</sub> |",
        '[^1]: Run on 2 inputs; all at most 0.25; worst case 0.25, margin 0. `claim("low"',
    ):
        assert line in text, line
    assert "[Two]" not in text
    assert "negatives" not in text
    assert not re.search(r"\{[\w:-]+\}`|^:::|^```\{|\\class|data-n", text, re.MULTILINE)


def test_links_of_a_page_in_a_folder_lead_from_there(folder):
    assert "](../01-one.html)" in (folder / "reference/two.md").read_text(encoding="utf-8")


def test_the_api_is_written_out(folder):
    text = (folder / "api.md").read_text(encoding="utf-8")
    assert "**`weighted_sum(w, x)`**\n\nCompute a weighted sum: Σᵢ wᵢⱼ xᵢ.\n" in text
    assert "- **w, x** tuple of float, equally many\n\n  The weights" in text


def test_a_list_for_programs_has_all_pages_with_their_descriptions(folder):
    lines = (folder / "llms.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# Literate Backpropagation"
    assert lines[2] == "> The first sentence of this page, which says what the book is about."
    listed = [line for line in lines if line.startswith("- ")]
    assert [re.match(r"- \[(.*?)\]\((.*?)\): .{50,}", line)[2] for line in listed] == [
        "01-one.md",
        "api.md",
        "reference/two.md",
    ]
    assert listed[0].startswith("- [1. A chapter with σ′(z)](01-one.md): ")
    assert all((folder / re.search(r"\]\((.*?)\)", line)[1]).is_file() for line in listed)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <b>b</b> <i>c</i>\n d</p><p></p>", "a **b** *c* d"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n\n  - b\n- c"),
        (
            "<table><caption>T</caption><tr><th>a</th><td>b|c</td></tr><tr><td>d</td></tr></table>",
            "T\n\n| a | b\\|c |\n| --- | --- |\n| d |  |",
        ),
        ("<pre>a\n<b>b</b>\n</pre>", "```text\na\nb\n```"),
        ("<figure><svg><text>x</text></svg><details><summary>S</summary>t*</details></figure>", "**S**\n\nt\\*"),
        (
            '<p><span data-n="book">a</span><span data-n="mazur">b</span>1<br>2 &lt; x<sub>1</sub></p>',
            "a1 2 \\< x<sub>1</sub>",
        ),
        ("<p>a<p>b<br/>c", "a\n\nb c"),
    ],
)
def test_what_a_cell_shows_as_html_becomes_markdown(html, text):
    assert "\n\n".join(fragments.markdown(html)) == text


def test_code_with_ticks_is_set_between_more_of_them():
    assert fragments.code("a`b") == "``a`b``"
    assert fragments.code("`a") == "`` `a ``"
    assert fragments.fenced("```` x\n") == "`````text\n```` x\n`````"
