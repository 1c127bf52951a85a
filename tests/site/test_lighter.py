"""What is taken out of pages: elements that group nothing, marks' groups, digits that no screen shows."""

import gzip
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from pictures import RUNNING

from formula.mathml import temml
from formula.rows import without_needless_rows
from literate_bp import diagram
from publish import drawings
from publish.fewer_elements import lay_out
from publish.templates import Page

PAGE = Page("11-vanishing", None, {})
LETTERS = {"mi", "mo", "mn", "mtext"}


def leaves(mathml):
    elements = ET.fromstring(mathml).iter()  # noqa: S314  Temml, or this file, wrote it
    return [(each.tag, each.text, each.attrib) for each in elements if each.tag in LETTERS]


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ("<mrow><mi>x</mi></mrow>", "<mi>x</mi>"),
        ("<mi>a</mi><mi>b</mi>", "<mrow><mi>a</mi><mi>b</mi></mrow>"),
        ("<msub><mrow><mi>x</mi></mrow><mrow><mi>i</mi><mi>j</mi></mrow></msub>",) * 2,
        ('<mrow class="m-error"><mi>x</mi></mrow>',) * 2,
        ("<msup><mrow></mrow><mi>x</mi></msup>",) * 2,
        ("<mtable><mtr><mtd><mrow><mo>=</mo><mi>x</mi></mrow></mtd></mtr></mtable>",) * 2,
    ],
)
def test_a_row_is_left_where_it_groups(row, left):
    left = left.replace("<mrow><mi>x</mi></mrow>", "<mi>x</mi>")
    left = left.replace("<mtd><mrow><mo>=</mo><mi>x</mi></mrow></mtd>", "<mtd><mo>=</mo><mi>x</mi></mtd>")
    assert without_needless_rows(f"<math>{row}</math>") == f"<math>{left}</math>"


@pytest.mark.parametrize(("stretchy", "rows"), [("false", 1), ("true", 2)])
def test_a_row_between_fences_is_left_where_they_stretch(stretchy, rows):
    fence = f'<mo form="{{}}" stretchy="{stretchy}">{{}}</mo>'
    inside = f"<mrow>{fence.format('prefix', '(')}<mi>x</mi>{fence.format('postfix', ')')}</mrow>"
    made = without_needless_rows(f"<math><mrow><mi>f</mi>{inside}</mrow></math>")
    assert made.count("<mrow>") == rows
    assert leaves(made) == leaves(f"<math><mi>f</mi>{inside}</math>")


@pytest.mark.parametrize("tex", [r"\sum_{k} w_{jk}\,\delta_{k}\,\sigma'(z_{j})", r"\frac{1}{1 + e^{-(a - b)}}", "x"])
def test_a_formula_has_all_its_letters_and_one_element_in_it(tex):
    made = temml(tex, 0, display=True)["mathml"]
    assert len(ET.fromstring(made)) == 1  # noqa: S314  Temml wrote it
    assert len(leaves(made)) > len(re.sub(r"\\[a-z]+|\W", "", tex)) - 1
    assert not re.search(r"<mrow><m\w+>[^<]*</m\w+></mrow>", made)


@pytest.fixture(scope="module")
def drawn():
    """A diagram as it stands on a page, before and after; its backgrounds are not seen."""
    html = diagram.network_forward(*RUNNING)._repr_html_()
    seen, backgrounds = re.subn(r'<path [^<>]*style="fill: none; opacity: 0"/>', "", html)
    assert backgrounds == 2
    return seen, drawings.lay_out(html, PAGE)


def corners(svg):
    """Return the points of every path in pixels, one after the other."""
    points = []
    for path in re.findall(r'(?<= d=")[^"]*', svg):
        at, start = np.zeros(2), np.zeros(2)
        for command, numbers in re.findall(r"([MLQCzmlqc])([^MLQCzmlqc]*)", path):
            given = np.reshape([float(n) for n in re.findall(r"-?[\d.]+", numbers)], (-1, 2))
            moved = given + at if command.islower() else given
            if command in "zZ":
                at = start
                continue
            at = moved[-1]
            start = at if command in "mM" else start
            points += [*moved]
    return np.array(points)


def test_a_diagram_has_its_points_to_a_twentieth_of_a_pixel_in_half_the_bytes(drawn):
    before, after = drawn
    assert len(corners(before)) > 200
    assert np.abs(corners(before) - corners(after)).max() <= 0.05 + 1e-9
    sizes = [len(gzip.compress("".join(re.findall(r"<path [^<>]*>", html)).encode())) for html in (before, after)]
    assert sizes[1] < sizes[0] / 2, sizes


def test_a_diagram_keeps_its_labels_and_the_groups_of_notations(drawn):
    before, after = drawn
    for kept in (r"<text[^<>]*>(.*?)</text>", r'data-n="[^"]*"', r"<path ", r'style="fill[^"]*"'):
        assert len(re.findall(kept, after)) == len(re.findall(kept, before))
    assert re.findall('data-q="[^"]*"', after) == re.findall('data-q="[^"]*"', before) != []
    assert "data-mark" not in after
    assert after.count("<g") == after.count("</g>") == len(re.findall(r"<g [^<>]*font-family", before))


def test_a_plot_stays_as_it_is():
    html = '<svg role="img"><g data-mark="axes"><path d="M 0.123 0"/></g></svg>'
    assert drawings.lay_out(html, PAGE) == html


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<td class="a"><p>one <i>b</i></p></td>', '<td class="a">one <i>b</i></td>'),
        ("<th><p>one</p>\n</th>", "<th>one</th>"),
        ("<td><p>one</p><p>two</p></td>",) * 2,
        ("<td><p>one</p><ul><li>two</li></ul></td>",) * 2,
        ('<td><p class="a">one</p></td>',) * 2,
        (
            '<code class="docutils literal"><span class="pre">a</span><wbr><span class="pre">.b</span></code>',
            '<code class="docutils literal">a<wbr>.b</code>',
        ),
        ('<code class="docutils literal"><span class="pre">a</span> <span class="pre">b</span></code>',) * 2,
        ("<pre><span></span>x", "<pre>x"),
        ("<pre><span></span>\nx",) * 2,
    ],
)
def test_what_says_nothing_is_taken_out(html, shown):
    assert lay_out(html, PAGE) == shown


TREE = (
    '<ul><li class="toctree-l1 has-children"><a class="reference internal" href="reference/api/index.html">API</a>'
    '<input id="c"/><label for="c"><span class="icon"><svg></svg></span></label><ul>\n<li class="toctree-l2">'
    '<a>node</a><ul><li><a>deep</a></li></ul></li></ul>\n</li><li class="toctree-l1"><a>Bibliography</a></li></ul>'
)


def test_the_modules_are_in_the_tree_of_their_own_pages_alone():
    assert lay_out(TREE, Page("reference/api/modules/node", None, {})) == TREE
    assert lay_out(TREE, PAGE) == (
        '<ul><li class="toctree-l1"><a class="reference internal" href="reference/api/index.html">API</a>\n</li>'
        '<li class="toctree-l1"><a>Bibliography</a></li></ul>'
    )


def test_a_sign_that_nothing_shows_goes():
    signs = '<svg><symbol id="sun"><path d=""></path></symbol>\n<symbol id="eye"><path d=""></path></symbol></svg>'
    used = '<svg><use href="#sun"></use></svg>'
    assert lay_out(signs + used, PAGE) == ('<svg><symbol id="sun"><path d=""></path></symbol>\n</svg>' + used)
