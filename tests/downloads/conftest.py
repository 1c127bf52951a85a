"""A small site, as the last steps of a build leave its pages."""

import pytest

SIDEBAR = """<div class="sidebar-tree"><ul>{}</ul></div>"""
PAGE = """<!doctype html><html><head><link rel="stylesheet" href="{top}_static/site-1.css"></head><body>
<article role="main" id="furo-main-content">{article}</article></body></html>"""
FIGURE = """<figure class="align-default" id="fig"><div class="output"><figure class="bp-picture">
<div class="bp-landscape style-1"><svg role="img" aria-label="A node" viewBox="0 0 7 3">
<path class="style-0" d="M 0 0"/>
<g data-slot="1"><text x="1" y="2">z</text></g></svg></div>
<div class="bp-portrait"><svg></svg></div><template><svg><path d="M 1 1"/></svg></template>
<details><summary>As words</summary><p>A node.</p></details></figure></div>
<figcaption><p>A node.<a class="headerlink" href="#fig">¶</a></p></figcaption></figure>"""
PLOT = (
    '<picture><source srcset="{top}_images/n.svg"><img src="{top}_images/w.svg" loading="lazy" alt="A plot"></picture>'
)
MATH = """<math data-text="z" class="tml"><semantics><mi class="m-linear">z</mi>
<annotation encoding="application/x-tex">z</annotation></semantics></math>"""
CHAPTER = f"""<section id="one">
<h1><span class="section-number">1. </span>One<a class="headerlink" href="#one">¶</a></h1>
<p class="reading">3 minutes</p><p class="notation-note" data-slot="0"></p>
<p>See <a href="02-two.html#more">more</a>, <a href="reference/glossary.html">words</a>, <a href="#fig">it</a>,
<a href="source/node.html#line-1">the source</a>, <a href="https://other.example/">another</a>.
<span data-slot="2">{MATH}</span>; it holds.<button class="claim">✓</button><span class="claim-run">claim()</span></p>
<details class="check"><summary>✓</summary><p>Proved.</p></details>
<div class="cell tag_hide-input"><details class="admonition hide above-input"><summary>
<p class="collapsed">Show the code</p><p class="expanded">Hide the code</p></summary><pre>run()</pre></details></div>
{FIGURE}{PLOT.format(top="")}
<section id="exercises"><h2>Exercises</h2><p><strong>1. A silent node.</strong> Change it.</p>
<details class="sd-dropdown"><summary><span class="sd-summary-text">Solution</span></summary>
<p>By <a href="#fig">the figure</a>.</p></details>
<div class="cell tag_hide-cell"><details class="hide above-input"><summary><p class="collapsed">The solution, run</p>
<p class="expanded">The solution, run</p></summary><pre>0.25</pre></details></div>
<p>After it.</p></section></section>"""
OTHERS = {
    "02-two": """<section id="two"><h1>2. Two</h1>
<p id="more" class="style-0">See <a href="01-one.html#fig">it</a>.</p></section>""",
    "reference/glossary": f"""<section id="glossary"><h1>Glossary</h1>
<p><a href="../01-one.html">One</a>{PLOT.format(top="../")}</p></section>""",
    "reference/checked": "<section><h1>Checked</h1></section>",
}
FACES = "".join(
    f'@font-face {{ font-family: "{name}"; src: url("fonts/f.woff2"); font-display: {display} }}\n'
    for name, display in (("F", "swap"), ("On a Screen", "optional"))
)
LETTERS = """letters["nielsen"] = {"1": "<text x='1' y='2'>h</text>", "2": "<math><mi>h</mi></math>"};
"""


@pytest.fixture
def site(tmp_path):
    """A site of four pages, of which one is not in the book."""
    pages = {"index": f"<h1>Book</h1>{FIGURE}", "01-one": CHAPTER} | OTHERS
    entries = "".join(f'<li><a class="reference internal" href="{name}.html">x</a></li>' for name in pages)
    for name, article in pages.items():
        write(tmp_path / f"{name}.html", PAGE.format(top="../" * name.count("/"), article=article))
        write(tmp_path / f"_styles/{name}.css", ".style-0:not(#_){fill: var(--ink, #123456)}\n")
    write(tmp_path / "index.html", SIDEBAR.format(entries) + (tmp_path / "index.html").read_text(encoding="utf-8"))
    one = ".style-0:not(#_){fill: none}\n.style-1:not(#_){display: var(--bp-show, block)}\n"
    write(tmp_path / "_styles/01-one.css", one)
    write(tmp_path / "_letters/01-one.nielsen.js", LETTERS)
    for name in ("n", "w"):
        write(tmp_path / f"_images/{name}.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    write(tmp_path / "_static/palette.css", "body { --bp-linear: #75660a; }")
    write(tmp_path / "_static/book.css", ".m-linear { color: var(--bp-linear); }\n")
    write(
        tmp_path / "_static/pygments.css",
        ".highlight .k { color: #7928a1 }\n@media screen { .highlight .o { color: red } }",
    )
    write(tmp_path / "_static/fonts.css", FACES)
    write(tmp_path / "_static/fonts/f.woff2", "font")
    write(tmp_path / "get/literate_bp.whl", "wheel")
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
