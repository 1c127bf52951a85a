"""Each page as Markdown, notebook and script: what its HTML says, with its formulas; the list of all for programs."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from html import unescape
from types import SimpleNamespace

import fresh
import nbformat
import pytest
from docutils import nodes
from words import formulas_of_html, formulas_of_markdown, words_of_html, words_of_markdown

from literate_bp import __version__, example, explain
from publish import downloads, fragments, notebook, pieces
from publish.pieces import Piece

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
RAISES = """
# Three

```{code-cell}
:tags: [raises-exception]
1 / 0
```

```{code-cell}
pair = (0.1, "é")
pair, "and more"
```

```{code-cell}
:tags: [remove-cell]
"not shown"
```

```{code-cell}
:tags: [remove-cell]
from myst_nb import glue
glue("two", 1 + 1, display=False)
```

It is {glue:text}`two`. {doc}`/01-one` and [another](https://other.example/) are links.

```{code-cell}
:tags: [in-the-repository]
print("there")
```
"""
OF_THE_SITE = "# Four\n\n```{code-cell}\nfrom page import words\n```\n"
PAGES = {
    "01-one": CHAPTER,
    "reference/two": "# Two\n\nA second page, in a folder, which leads to {doc}`/01-one`.\n",
    "reference/three": RAISES,
    "reference/four": OF_THE_SITE,
}


WHEEL = f"literate_bp-{__version__}-py3-none-any.whl"


@pytest.fixture(scope="module")
def folder(shared_books):
    """A book with all that a page can have."""
    build = shared_books("markdown")
    result, _ = build("The first sentence of this page, which says what the book is about.", pages=PAGES)
    assert result.returncode == 0, result.stderr
    return build.html


@pytest.mark.parametrize("page", ["index", "01-one", "reference/two", "reference/three", "api"])
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
        "reference/three.md",
        "reference/four.md",
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
        ('<p><a href="b.html">a*</a> <a id="c">d</a></p>', "[a\\*](b.html) d"),
    ],
)
def test_what_a_cell_shows_as_html_becomes_markdown(html, text):
    assert "\n\n".join(fragments.markdown(html)) == text


def test_the_table_of_downloads_is_filled_in_markdown_too_and_again(tmp_path):
    place, lines = (
        f"a\n\n{downloads.BEGINS}{downloads.ENDS}\n\nb",
        "| [PDF](../get/literate-backpropagation.pdf) | 0 KB |",
    )
    assert "| [" not in downloads.filled_markdown(place, tmp_path)
    (tmp_path / downloads.PDF).touch()
    text = downloads.filled_markdown(place, tmp_path)
    assert lines in text
    assert downloads.filled_markdown(text, tmp_path) == text


def test_code_with_ticks_is_set_between_more_of_them():
    assert fragments.code("a`b") == "``a`b``"
    assert fragments.code("`a") == "`` `a ``"
    assert fragments.fenced("```` x\n") == "`````text\n```` x\n`````"


# --- notebooks and scripts --------------------------------------------------------


def cells(folder, page):
    """Return the cells of a notebook."""
    found = nbformat.read(folder / f"{page}.ipynb", 4)
    nbformat.validate(found)
    return found.cells


def test_a_notebook_has_the_page_and_all_its_cells_in_their_places(folder):
    found = cells(folder, "01-one")
    html = (folder / "01-one.html").read_text(encoding="utf-8")
    text = "\n\n".join(cell.source for cell in found if cell.cell_type == "markdown")
    assert formulas_of_html(html) == formulas_of_markdown(text)
    assert [cell.source.splitlines()[0] for cell in found if cell.cell_type == "code"] == [
        "def checking():",
        'claim("low", [0.25, 0.125], at_most=0.25, of="inputs")',
        "from literate_bp import diagram, example",
        'print("printed ```")',
        "from literate_bp import explain",
    ]
    hidden = [cell.metadata.get("jupyter", {}).get("source_hidden", False) for cell in found]
    assert [cell.source[:9] for cell, is_hidden in zip(found, hidden, strict=True) if is_hidden] == [
        "def check",
        'claim("lo',
        "from lite",
    ]
    place = next(number for number, cell in enumerate(found) if cell.source.startswith("claim("))
    assert found[0].source.startswith("# 1. A *chapter* with ")
    assert "at most ¼." in found[place - 2].source
    assert found[place - 1].source.startswith("def checking():")
    assert found[place + 1].source.startswith("## 1.1. Here")
    assert "**Figure 1.1** A figure, $z$." in found[place + 3].source
    assert not [cell for cell in found if cell.cell_type == "code" and cell.outputs]


def test_a_script_has_the_code_of_the_notebook(folder):
    code = [cell.source for cell in cells(folder, "01-one") if cell.cell_type == "code"]
    script = fresh.code_of((folder / "01-one.py").read_text(encoding="utf-8"))
    assert all(map(fresh.as_a_script_has_it, code, script))
    assert len(script) == len(code)


@pytest.mark.parametrize("page", ["01-one", "reference/three"])
def test_what_the_first_cell_says_holds_in_a_folder_of_the_page_and_the_wheel_alone(folder, page, tmp_path):
    shutil.copy(folder / f"{page}.ipynb", tmp_path)
    (tmp_path / WHEEL).touch()
    found = nbformat.read(tmp_path / f"{page.rpartition('/')[2]}.ipynb", 4).cells
    command = re.search(r"^pip install .*", found[0].source, re.MULTILINE)[0]
    file, extras = shlex.split(command)[2].rstrip("]").split("[")
    assert (tmp_path / file).samefile(tmp_path / WHEEL)
    assert extras == "diagram"
    addresses = [each for cell in found for each in re.findall(r"\]\(([^)]*)\)", cell.source)]
    assert not [each for each in addresses if not each.startswith("https://")]
    assert addresses == (["https://a.example/b_(c"] if page == "01-one" else ["https://other.example/"])


def test_where_the_address_is_known_the_first_cell_and_all_links_name_it():
    config = SimpleNamespace(html_baseurl="https://book.example/", project="A Book", release=__version__)
    app = SimpleNamespace(config=config, env=SimpleNamespace(titles={"reference/three": nodes.title("", "Three")}))
    first, rest, code = notebook.in_order(
        app, "reference/three", [Piece("# Three\n\nA text."), Piece("1", is_code=True)]
    )
    address = f"https://book.example/get/{WHEEL}"
    assert f'pip install "literate_bp[diagram] @ {address}"' in first.text
    assert f"[the package]({address})" in first.text
    assert first.text.startswith("# Three\n\nThis is the page [Three](https://book.example/reference/three.html) of ")
    assert (rest.text, code.text) == ("A text.", "1")
    link = nodes.reference("", "one", refuri="../01-one.html")
    assert pieces.PieceWriter(app, "reference/three").line(link) == "[one](https://book.example/01-one.html)"


def ran(script, folder):
    """Return what a script prints."""
    return subprocess.run([sys.executable, script], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_what_raises_stops_no_script_and_no_notebook(folder, tmp_path):
    assert ran(folder / "reference/three.py", tmp_path).startswith("ZeroDivisionError: division by zero\n")
    (tagged,) = [cell for cell in cells(folder, "reference/three") if cell.metadata.get("tags")]
    assert (tagged.source, tagged.metadata["tags"]) == ("1 / 0", ["raises-exception"])


def test_a_script_prints_the_values_that_the_page_shows_and_no_figure(folder, tmp_path):
    html = (folder / "reference/three.html").read_text(encoding="utf-8")
    (value,) = re.findall(r'class="output text_plain.*?<pre>(.*?)</pre>', html, re.DOTALL)
    said = unescape(re.sub("<[^>]*>", "", value))
    assert ran(folder / "reference/three.py", tmp_path) == f"ZeroDivisionError: division by zero\n{said}"
    sheet = explain(*example.udacity(), hide="values").only("linear", "error")
    assert ran(folder / "01-one.py", tmp_path) == f"printed ```\n{sheet}\n"


@pytest.mark.parametrize(
    ("code", "printed", "written"),
    [
        ("a = 1\na", "print(repr({}))", "a = 1\nprint(repr(a))"),
        ("1, 2", "print(repr({}))", "print(repr((1, 2)))"),
        ("f(\n    1,\n)  # one", "print({})", "print(f(\n    1,\n))"),
        ("π", "", "π"),
        ("a = 1", "print({})", "a = 1"),
    ],
)
def test_the_value_of_the_last_line_is_printed(code, printed, written):
    assert notebook.printing(Piece(code, is_code=True, printed=printed)) == written


def test_a_cell_that_runs_in_the_repository_alone_is_text(folder):
    found = cells(folder, "reference/three")
    assert '```python\nprint("there")\n```\n\n```text\nthere\n```' in found[-1].source
    assert "It is 2." in found[-1].source


@pytest.mark.parametrize("page", ["index", "reference/two", "reference/four", "api"])
def test_a_page_without_cells_and_one_that_asks_for_the_site_are_neither(folder, page):
    assert not (folder / f"{page}.ipynb").exists()
    assert not (folder / f"{page}.py").exists()


def test_a_page_names_its_forms_above_its_title(folder):
    html = (folder / "01-one.html").read_text(encoding="utf-8")
    (nav,) = re.findall(r'<nav class="page-forms".*?</nav>', html, re.DOTALL)
    links = re.findall(r'<a href="([^"]*)"( download)?>(.*?)</a>', nav)
    assert links == [
        ("01-one.ipynb", " download", "Notebook"),
        ("01-one.py", " download", "Script"),
        ("01-one.md", "", "Markdown"),
    ]
    assert html.index(nav) < html.index("<h1>")
    assert "page-forms" not in (folder / "search.html").read_text(encoding="utf-8")


def test_a_claim_that_does_not_hold_stops_a_script():
    names = {}
    exec(f"{pieces.checking()}\nSEEDS = compare = None", names)  # noqa: S102  our own, and what a page calls its own
    names["claim"]("low", [0.2, 0.1], below=0.3, of="inputs")
    with pytest.raises(AssertionError, match="claim 'low' does not hold: 1 of 2 inputs are as it says"):
        names["claim"]("low", [0.2, 0.4], below=0.3, of="inputs")
    names["glue"]("cost", 0.5, display=False)
    assert names["glued"] == {"cost": 0.5}


@pytest.mark.parametrize(
    ("code", "others", "on_the_site"),
    [
        ("import numpy as np\nfrom literate_bp.node import sigmoid", [], False),
        ("from literate_bp.proof.proof import prove\nimport ml_dtypes", ["ml-dtypes", "sympy"], False),
        ("if True:\n    from sklearn.datasets import load_digits", ["scikit-learn"], False),
        ("from page.words import minutes", [], True),
        ("import program", [], True),
        ("from myst_nb import glue, render", [], True),
        ("import literate_bp.proofs", [], False),
    ],
)
def test_what_code_needs_is_what_it_imports(code, others, on_the_site):
    found = [Piece("import page"), Piece(code, is_code=True)]
    assert pieces.requirements(found) == others
    assert pieces.needs_site(found) == on_the_site


def test_figures_that_cells_read_are_carried_and_no_others(tmp_path):
    code = 'import json\nfrom pathlib import Path\nfile = Path("../../benchmarks/clear_to_fast.json")\n'
    code += 'print(json.loads(file.read_text(encoding="utf-8"))["day"])'
    (first,) = pieces.carried([Piece(code, is_code=True)], "reference/page")
    (tmp_path / "page.py").write_text(notebook.script([first, Piece(code, is_code=True)]), encoding="utf-8")
    result = subprocess.run([sys.executable, "page.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    measured = json.loads((pieces.ROOT / "benchmarks/clear_to_fast.json").read_text(encoding="utf-8"))
    assert result.stdout == f"{measured['day']}\n"
    assert "gradients" not in first.text
