"""How a page stands and falls: what is broken stops the build, nothing goes stale, formulas come out as MathML.

Small books are built with the settings, the extensions and the package of this one. Most tests share two of them: one
in which all is well, and one of which each page has faults of its own.
"""

import pickle
import re

import pytest
from pages import TWO_CLAIMS
from shown import in_letters, letters_of

from formula.latex import equations_latex
from literate_bp.formula.formula import formula
from literate_bp.formula.notation import NOTATIONS

LISTING = "```{rule} literate_bp.node.sigmoid\n```\n\n"
FIGURE = (
    "```{code-cell}\n---\nmystnb:\n  figure:\n    name: drawn\n    caption: It.\n---\n1\n```\n\nSee {numref}`drawn`.\n"
)
CELL = "```{code-cell}\nfrom literate_bp.node import sigmoid\n\nsigmoid.__doc__.partition('.')[0]\n```\n\n"


@pytest.mark.exhaustive
def test_a_rule_that_has_become_wrong_fails_the_build_and_is_named_before_those_that_run_it(book):
    text = book.source.read_text(encoding="utf-8")
    book.source.write_text(text.replace("return 1 / (1 + exp(-z))", "return 2 / (1 + exp(-z))"), encoding="utf-8")
    result, _ = book(LISTING + LISTING.replace("moid\n", "moid_derivative\n"))
    assert result.returncode != 0
    at = (book.docs / "index.md").read_text(encoding="utf-8").splitlines().index(LISTING.splitlines()[0]) + 1
    first = rf"index\.md:{at}: ERROR: node\.sigmoid fails\s+node\.sigmoid does not give 1/\(1\+e⁻ᶻ\)"
    assert re.search(first, result.stderr)
    assert re.search(
        rf"index\.md:{at + 3}: ERROR: node\.sigmoid fails; so do, .* node\.sigmoid_derivative", result.stderr
    )


def chapter(title, needs, readers, text):
    return f"---\nfile_format: mystnb\nneeds: {needs}\nreaders: {readers}\n---\n\n# {title}\n\n{text}\n"


CARD = """
```{rule} literate_bp.node.linear_error
:label: earned
```

```{equation} node.linear
:label: unlisted
```

```{earned} The error of $\\linear_j$
:equation: earned
:code: literate_bp.node.linear_error
```

```{earned} The linear part
:equation: unlisted
:code: literate_bp.node.linear
```
"""
LINES = "```{formula-card}\nunlisted earned\n```\n"
BY_EQUATION = "by {eq}`mine` and {doc}`api`, one is above"


def card_lines(page):
    """Give the lines of the cards of a page, each as its name, its formula and its links."""
    for line in re.split(r'<p class="card-name">', page)[1:]:
        name, formula, links = re.split(r'</p>\s*<div class="math|<ul class="card-links', line, maxsplit=2)
        yield re.sub("<[^>]*>", "", name).strip(), formula, links.partition("</ul>")[0]


STEP = "delta(1)[j] = sigma_prime(z(1)[j]) * Sum(k, w(2)[j, k] * delta(2)[k])"
GOOD = {
    "step": f"```{{derivation}}\n:label: rule\n{STEP}\n```\n\nSee {{eq}}`rule`.\n",
    "once": "```{equation} node.sigmoid_derivative\n:label: mine\n```\n\n"
    + LISTING.replace("moid\n", "moid_derivative\n")
    + LISTING
    + CELL,
    "shapes": "```{equation} layer.linear\n:shapes:\n```\n\nThen {formula}`Delta(l) @ W(l).T`.\n",
    "color": "```{equation} node.linear_error\n```\n",
    "01-first": chapter("One & all", "[]", "[learner, engineer]", "Word. " * 65),
    "02-second": chapter(
        "Two", "[01-first]", "[learner]", "Word. " * 260 + "\n\n:::{dropdown} More\n" + "Word. " * 129 + "\n:::"
    ),
    "03-third": chapter("Three", "[01-first, 02-second]", "[learner, teacher, engineer]", "Word."),
    "sheet": chapter("A sheet", "[03-third]", "[teacher]", "Word. " * 9000),
    "404s": "A page whose name begins with a number, and that is no chapter.\n",
    "claimed": TWO_CLAIMS.replace("LIMIT", "0.25").replace("one is above", BY_EQUATION),
    "reference/claims": "```{claims}\n```\n",
    "earned": CARD,
    "lines": LINES,
    "reference/card": "```{formula-card}\n```\n",
    "paths": "```{paths}\n```\n",
    "drawn": FIGURE,
    "drawn-again": FIGURE.replace("drawn", "drawn-again"),
    "printed": "```{code-cell}\nimport sys\n\nsys.stdout.write('half a')\nsys.stdout.flush()\nprint(' line')\n```\n",
}


@pytest.fixture(scope="module")
def good_book(shared_books):
    """A book in which all is well."""
    book = shared_books("good", sources=False)
    result, _ = book("All is well.\n", pages=GOOD)
    assert result.returncode == 0, result.stderr
    return book


@pytest.fixture(scope="module")
def good(good_book):
    """Its pages, as they were built first."""
    return {name: (good_book.html / f"{name}.html").read_text(encoding="utf-8") for name in GOOD}


def test_an_edited_rule_changes_the_page(good, good_book):
    assert good["once"].count("Compute the sigmoid: σ(z)") == 2
    text = good_book.source.read_text(encoding="utf-8")
    good_book.source.write_text(text.replace("Compute the sigmoid:", "Return the sigmoid:"), encoding="utf-8")
    result, _ = good_book("All is well.\n", pages=GOOD)
    assert result.returncode == 0, result.stderr
    after = (good_book.html / "once.html").read_text(encoding="utf-8")
    assert after.count("Return the sigmoid: σ(z)") == 2
    assert "Compute the sigmoid:" not in after


def test_formulas_are_mathml_with_a_class_for_each_meaning(good):
    page = good["step"]
    assert '<mi class="m-error">' in page
    assert '<msubsup><mi class="m-weight">w</mi>' in page
    assert '<div class="math notranslate nohighlight" id="equation-rule">' in page
    assert '<a class="reference internal" href="#equation-rule">(1)</a>' in page


def test_a_rule_brings_its_formula_and_its_check_once(good):
    page = good["once"]
    assert page.count('<details class="check">') == 2
    assert 'id="equation-mine"' in page
    assert 'id="equation-eq-node-sigmoid"' in page
    assert "<span class='how'>SymPy:</span>" in page
    assert "<span class='how'>Exact.</span>" in page


def test_equations_are_counted_from_1_on_each_page_that_is_no_chapter(good):
    numbers = {name: re.findall(r'class="eqno">\((\d+)\)', page) for name, page in good.items()}
    assert [numbers[name] for name in ("step", "once", "shapes", "earned")] == [["1"], ["1", "2"], ["1"], ["1", "2"]]


def test_figures_are_counted_from_1_on_each_page_that_is_no_chapter(good):
    for page in (good["drawn"], good["drawn-again"]):
        assert '<span class="caption-number">Figure 1</span>' in page.replace(" </span>", "</span>")


def test_shapes_stand_below_arrays_in_every_notation(good, good_book):
    for name in NOTATIONS:
        page = in_letters(good["shapes"], letters_of(good_book.html, "shapes", name))
        display, inline = page[page.index('<div class="formula">') :].split("Then", 1)
        (formula,) = re.findall(r'<div data-slot="\d+">(.*?)</div>', display)
        width = "s" if name == "ufldl" else "n"
        shapes = re.findall(r'<mrow class="shape">(.*?)</mrow>', formula)
        assert len(shapes) == 4
        first = re.findall(r"<m[io][^>]*>(\w)", shapes[0])
        assert first == (["N", width, "l"] if not NOTATIONS[name].columns else [width, "l", "N"])
        assert "shape" not in inline


def test_what_a_cell_prints_is_one_text_wherever_the_kernel_flushed_it(good):
    assert "half a line\n" in good["printed"]


def reading_line(page):
    _, line = page.split("</h1>\n", 1)
    return re.sub(r"</?span>", "|", line[: line.index("</p>")])


def test_a_line_below_the_title_says_how_long_a_page_takes_what_it_needs_and_what_its_readers_read_next(good):
    assert reading_line(good["01-first"]) == (
        '<p class="reading">|1 minute of reading| |needs no chapter before it| |'
        'learners go on to <a href="02-second.html" title="Two">chapter 2</a>; '
        'engineers go on to <a href="03-third.html" title="Three">chapter 3</a>|'
    )
    first, second = (
        '<a href="01-first.html" title="One &amp; all">chapter 1</a>',
        '<a href="02-second.html" title="Two">chapter 2</a>',
    )
    assert f"|2 minutes of reading, 3 with the folds| |needs {first}|" in reading_line(good["02-second"])
    assert reading_line(good["03-third"]).endswith(
        f'|needs {first} and {second}| |teachers go on to <a href="sheet.html"><cite>A sheet</cite></a>; '
        "the path of learners and engineers ends here|"
    )
    assert 'class="reading"' not in good["step"]


def test_the_table_of_paths_has_each_page_in_order_with_its_minutes_and_their_sum(good):
    table = good["paths"].partition('<table class="paths')[2].partition(">")[2].partition("</table>")[0]
    rows = [re.sub(r"<[^>]*>", "", re.sub("</t[dh]>", "|", row)).split() for row in table.split("</tr>")]
    assert ["".join(row) for row in rows[:-1]] == [
        "minutesofreadingfora|learner|teacher|engineer|",
        "1One&amp;all|1||1|",
        "2Two|2|||",
        "3Three|1|1|1|",
        "Asheet||69||",
        "together|4|1h10|2|",
    ]
    assert '<a class="reference internal" href="02-second.html">2 Two</a>' in table


def test_a_claim_is_marked_on_its_page_and_listed(good):
    page, listed = good["claimed"], good["reference/claims"]
    first = r'First\. <span class="claimed" id="claim-low">The derivative <em>never</em> exceeds <span class="tied">¼,<'
    assert re.search(first, page)
    second = (
        r'</span></span><span class="claimed" id="claim-some"> and by <a .*one is above <span class="tied">1\.<button'
    )
    assert re.search(second, page)
    run = r'popovertarget="(claim-run-0)".*?<span class="claim-run" id="\1" popover><span>Run on 2 inputs; '
    assert re.search(
        run + r"all at most 0\.25; worst case 0\.25, margin 0\.</span><code>claim\(.*?\n +at_most=0\.25, of=", page
    )
    assert re.search(r"The derivative <em>never</em> exceeds ¼ <a [^>]*claimed\.html#claim-low", listed)
    assert re.search(
        r'and by <a [^>]*href="\.\./once\.html#equation-mine">\(\d\)</a> and <a [^>]*\.\./api\.html', listed
    )
    assert "<td>2 networks; 1 of them above 1</td>" in listed


def test_a_chapter_closes_with_the_lines_that_it_has_earned_and_a_card_has_lines_of_any_chapter(good, good_book):
    chapter, some, whole = good["earned"], good["lines"], good["reference/card"]
    (error, formula, links), (part, _, to_source) = card_lines(chapter)
    assert (error[:13], part) == ("The error of ", "The linear part")
    (slot,) = re.findall(r'data-slot="(\d+)"', formula)
    others = {letters_of(good_book.html, "earned", name).get(slot) for name in NOTATIONS} - {None}
    assert len(others) > 3
    assert all(text.startswith("<math") for text in others)
    assert '<details class="check">' in formula
    to_equation, listing = re.findall('href="#([^"]*)"', links)
    assert to_equation == "equation-earned"
    assert re.search(rf'id="{listing}"[^>]*>\s*<div class="code-block-caption">.*linear_error', chapter)
    assert re.search(r'href="source/literate_bp/node\.html#line-\d+"', to_source)
    assert re.search(r'<p class="card-head">For <a [^>]*href="reference/card\.html">the card</a>', chapter)
    assert [name for name, *_ in card_lines(some)] == [part, error]
    assert [name for name, *_ in card_lines(whole)] == [error, part]
    (_, _, away), _ = card_lines(whole)
    assert "A page" in away
    assert re.findall('href="([^"]*)"', away)[:2] == ["../earned.html#equation-earned", "../earned.html#"]
    assert "card-head" not in some + whole


def test_a_line_that_explains_a_letter_of_the_line_above_says_where():
    softmax = equations_latex(formula("activation.softmax").equations, NOTATIONS["bishop"])
    assert re.sub(r"\\class\{[^{}]*\}\{([^{}]*)\}", r"\1", softmax) == (
        r"z_{k} &= \frac{e^{a_{k} - a_{m}}}{\sum_{j} e^{a_{j} - a_{m}}}, \\ &\text{where } a_{m} = \max_{j} a_{j}"
    )
    assert equations_latex(formula("activation.below_top").equations, NOTATIONS["book"]).startswith("&")
    assert "where" not in equations_latex(formula("network.forward").equations, NOTATIONS["book"])


def test_a_derivative_in_the_place_of_an_error_has_the_color_of_an_error(good_book):
    letters = letters_of(good_book.html, "color", "rumelhart")
    (rumelhart,) = [text for text in letters.values() if "</mfrac>" in text]
    colored, rest = rumelhart.split("</mfrac>", 1)
    assert re.findall(r"m-\w+", colored) == ["m-error"]
    assert "m-error" not in rest


BAD = {
    "formula": "First $\\linear_j$, then $\\nonsense$.\n\n```{rule} literate_bp.node.nonsense\n```\n",
    "unchecked": "Text.\n\n:::{math}\na = b\n:::\n\n$$c = d$$\n",
    "false": "```{derivation}\ndelta[j] = -d(C, z[j])\n```\n\nHere {formula}`sigma_prime(z) = sigma(z)` is false.\n",
    "listed": LISTING,
    "01-alone": "A chapter without front matter of its own.\n",
    "02-wrong": chapter("Two", "[02-wrnog]", "[teachers]", "Text."),
    "03-round": chapter("Three", "[04-round]", "[]", "Text."),
    "04-round": chapter("Four", "[03-round]", "[]", "Text."),
    "reference/checked": "```{equations}\n```\n",
    "cell": "```{code-cell}\n1 + 1\n```\n\n```{code-cell}\nrate = 2\nrate / 0\n```\n\n{glue:text}`gone`\n",
    "claimed": TWO_CLAIMS.replace("LIMIT", "0.2")
    .replace("one is", "every one is")
    .replace('claim("some"', 'claim("lost", [True], of="things")\nclaim("some"')
    + "\nGone{claim}`gone`.\n",
    "earned": CARD.replace(":equation: earned", ":equation: other").replace(":code: literate_bp.node.linear\n", "")
    + "\n```{earned} Twice\n:equation: other\n:code: literate_bp.node.nothing\n```\n",
    "lines": LINES,
}


@pytest.fixture(scope="module")
def bad(shared_books):
    """What a build says of a book in which each page has faults of its own, and a rule is wrong; without `-W`."""
    book = shared_books("bad", sources=False)
    text = book.source.read_text(encoding="utf-8")
    book.source.write_text(text.replace("return 1 / (1 + exp(-z))", "return 2 / (1 + exp(-z))"), encoding="utf-8")
    result, _ = book("All is well.\n", options=("-n", "-j", "2"), pages=BAD)
    assert result.returncode != 0
    return result.stderr


@pytest.fixture(scope="module")
def listed(bad):
    """What stands in the list at the end of that build."""
    _, _, found = bad.partition("What failed, page by page")
    return found.partition(":\n\n")[2]


def test_a_broken_formula_and_an_unknown_rule_fail_the_build_at_their_lines(bad):
    assert re.search(r"formula\.md:9: WARNING: formula not understood: .*nonsense", bad)
    assert re.search(r"formula\.md:11: WARNING: no rule 'literate_bp\.node\.nonsense'", bad)


def test_a_displayed_equation_without_a_check_fails_the_build_at_its_line(bad):
    assert re.search(r"unchecked\.md:11: WARNING: equation without a check: a = b", bad)
    assert "equation without a check: c = d" in bad


def test_a_step_whose_sides_differ_fails_the_build_and_so_does_one_within_a_sentence(bad):
    assert "the sides of 'delta[j] = -d(C, z[j])' differ by 2.0e+00" in bad
    assert "the sides of 'sigma_prime(z) = sigma(z)' differ" in bad


def test_a_check_whose_equation_is_gone_fails_the_build(bad):
    assert "the checks of layer.linear have no equation: no page shows its formula" in bad
    assert "the checks of node.sigmoid have no equation" not in bad


def test_wrong_front_matter_fails_the_build_at_its_page(bad):
    assert re.search(r"01-alone\.md.*: front matter: .* add needs: \[\.\.\.\] and readers: \[\.\.\.\]", bad)
    assert re.search(r"02-wrong\.md.*: front matter: page in needs '02-wrnog' is unknown; did you mean '02-wrong'", bad)
    assert re.search(r"02-wrong\.md.*: front matter: reader 'teachers' is unknown; did you mean 'teacher'", bad)
    assert re.search(r"03-round\.md.*: front matter: the needs lead in a circle: 03-round → 04-round → 03-round", bad)
    assert bad.count("lead in a circle") == 2  # as it is found, and in the list at the end


def test_claims_that_are_false_too_weak_or_missing_fail_the_build_at_their_lines(listed):
    false = r"claimed\.md:\d+: claim 'low' does not hold: 2 inputs; all at most 0\.2; worst case 0\.25, margin"
    assert re.search(false, listed)
    assert "claim 'some' says 'every', and its check speaks of 'some'" in listed
    assert "claim 'gone': no cell of this page checks it" in listed
    assert "claim 'lost': no sentence of this page has it behind it" in listed


def test_a_line_of_the_card_that_leads_nowhere_fails_the_build_at_its_place(bad):
    assert re.search(r"earned\.md:18: WARNING: card: no equation has the label 'other'", bad)
    assert re.search(r"earned\.md:27: WARNING: card: no code is called 'literate_bp\.node\.nothing'", bad)
    assert re.search(r"earned\.md:18: WARNING: card: the line of 'other' is earned 2 times", bad)
    assert re.search(r"earned\.md:23: ERROR: a line of the card needs :code:", bad)
    assert re.search(r"lines\.md:\d+: WARNING: card: no chapter earns a line with the equation 'earned'", bad)


def test_a_build_names_every_page_that_fails_and_every_failure_on_it(listed):
    assert re.search(r"^cell\.md:13: cell 2: ZeroDivisionError: division by zero$", listed, re.MULTILINE)
    assert re.search(r"^    .*2 rate / 0$", listed, re.MULTILINE)
    assert re.search(r"^cell\.md: other warnings, which may follow from the cell: \d+$", listed, re.MULTILINE)
    assert re.search(r"^false\.md:9: the sides of .* differ by 2\.0e\+00", listed, re.MULTILINE)
    rule = r"^listed\.md:9: node\.sigmoid fails\n +node\.sigmoid does not give 1/\(1\+e⁻ᶻ\)"
    assert re.search(rule, listed, re.MULTILINE)
    assert re.search(r"^false\.md:13: the sides of 'sigma_prime\(z\) = sigma\(z\)' differ", listed, re.MULTILINE)
    assert "index.md" not in listed


@pytest.mark.exhaustive
def test_one_page_is_built_alone_with_the_numbers_of_the_others(book):
    boom = "```{code-cell}\nraise SystemError\n```\n"
    pages = {"two": LISTING + CELL + "See {eq}`mine`, {doc}`index` and {py:func}`literate_bp.node.linear`.\n"}
    equation = "```{equation} node.linear\n:label: mine\n```\n"
    result, _ = book(equation, pages=pages, options=("-d", str(book.docs / "_build/doctrees")))
    assert result.returncode == 0, result.stderr
    number = re.compile(r'<span class="eqno">\(\d\)')
    (own,) = number.findall((book.html / "two.html").read_text(encoding="utf-8"))
    one = ("-d", str(book.docs / "_build/one_page"), "-D", "one_page=two")
    pages["two"] += "And more.\n"
    result, _ = book(equation + boom, pages=pages, options=one, only=["two"])
    assert (result.returncode, result.stderr) == (0, "")
    page = (book.html / "two.html").read_text(encoding="utf-8")
    assert "And more." in page
    assert number.findall(page) == [own]
    assert page.count("Compute the sigmoid: σ(z)") == 2
    assert re.search(r'href="index\.html#equation-mine">\(\d\)</a>', page)
    assert re.search(r'href="api\.html#literate_bp\.node\.linear"', page)


@pytest.mark.exhaustive
def test_one_page_is_built_alone_where_nothing_was_built_before(book):
    pages = {"two": CELL + FIGURE + "See {eq}`mine` and {doc}`index` and {doc}`api`, and {cite:t}`nielsen2015`.\n"}
    one = ("-d", str(book.docs / "_build/one_page"), "-D", "one_page=two")
    result, index = book("```{code-cell}\nraise SystemError\n```\n", pages=pages, options=one, only=["two"])
    assert (result.returncode, result.stderr, index) == (0, "", "")
    assert "Compute the sigmoid" in (book.html / "two.html").read_text(encoding="utf-8")


@pytest.mark.exhaustive
def test_one_page_is_built_alone_beside_a_new_page_and_what_was_built_in_another_folder(book):
    doctrees = book.docs / "_build/doctrees"
    assert book("", pages={"two": CELL}, options=("-d", str(doctrees)))[0].returncode == 0
    environment = pickle.loads((doctrees / "environment.pickle").read_bytes())  # noqa: S301  our own
    environment.srcdir = book.docs / "elsewhere"
    (doctrees / "environment.pickle").write_bytes(pickle.dumps(environment))
    one = ("-d", str(book.docs / "_build/one_page"), "-D", "one_page=two")
    result, _ = book("", pages={"two": CELL + FIGURE + "And more.\n", "three": LISTING}, options=one, only=["two"])
    assert (result.returncode, result.stderr) == (0, "")
    assert "And more." in (book.html / "two.html").read_text(encoding="utf-8")


@pytest.mark.exhaustive
def test_one_page_is_built_alone_after_a_reference_was_added(book):
    pages = {"two": "Read {cite:t}`nielsen2015`.\n", "books": "```{bibliography}\n:all:\n```\n"}
    result, _ = book("All is well.\n", pages=pages, options=("-d", str(book.docs / "_build/doctrees")))
    assert result.returncode == 0, result.stderr
    with (book.docs / "references.bib").open("a", encoding="utf-8") as file:
        file.write("@book{aaa1900, author = {A. Author}, title = {A book}, publisher = {P}, year = {1900}}\n")
    one = ("-d", str(book.docs / "_build/one_page"), "-D", "one_page=two")
    result, _ = book("All is well.\n", pages=pages, options=one, only=["two"])
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.exhaustive
def test_cells_run_once_however_often_the_page_is_built(book, tmp_path):
    cell = f"```{{code-cell}}\nwith open({str(tmp_path / 'log')!r}, 'a') as log:\n    log.write('run ')\n```\n\n"
    for text in ("One.\n", "Two.\n"):
        result, _ = book(cell + text)
        assert result.returncode == 0, result.stderr
    assert (tmp_path / "log").read_text(encoding="utf-8") == "run "
