"""The formats of a worked example, which say the same, and a sheet with blanks that gives nothing away."""

import gzip
import pickle
import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from literate_bp import Explanation, Layer, Network, example, explain
from literate_bp.formula.notation import NOTATIONS
from literate_bp.worked.document import FORMATS, Blank, Html, Math, NumberText, Table, formula_html
from literate_bp.worked.generate import generate
from publish.letters import in_notation

W = (((0.3, -0.6), (1.1, 0.4)), ((0.7, -0.2, 0.5), (-1.3, 0.9, 0.1)))


def network(hidden, output, cost):
    return Network((Layer(W[0], (0.1, -0.2), hidden), Layer(W[1], None, output)), cost)


EXAMPLES = {
    "running": example.running(),
    "udacity": example.udacity(),
    "mazur": example.mazur(),
    "squared": (network("tanh", "identity", "squared_error"), (0.5, -0.8), (0.2, 0.9, -0.4)),
    "softmax": (network("leaky_relu", "softmax", "cross_entropy"), (0.5, -0.8), (0, 1, 0)),
    "binary": (network("softplus", "sigmoid", "binary_cross_entropy"), (0.5, -0.8), (0, 1, 0.25)),
}
ways_past = (Layer(W[0], (0.1, -0.2), "tanh", residual=True), Layer(W[0], None, "tanh", residual=True))
EXAMPLES["residual"] = (Network(ways_past), (0.5, -0.8), (0.2, 0.9))
CASES = [(name, notation) for name in EXAMPLES for notation in ("book", "nielsen", "udacity")]


class Page(HTMLParser):
    """Takes the rows of the tables, and the text around them, out of a page."""

    def __init__(self, source):
        super().__init__()
        self.rows, self.text, self.inside = [], [], []
        self.feed(source)

    def handle_starttag(self, tag, _):
        self.inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag in ("meta", "hr"):
            self.inside.pop()

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag

    def handle_data(self, data):
        if "style" in self.inside:
            return
        self.text.append(data)
        if {"td", "th"} & set(self.inside):
            self.rows[-1][-1] += data


def rows_of(name, source):
    """Give the rows of the tables, as text, from any format."""
    if name == "html":
        return [" ".join(row) for row in Page(source).rows if any(row)]
    if name == "markdown":
        return [line for line in source.splitlines() if line.startswith("|") and not line.startswith("|:")]
    if name == "latex":
        return [line for line in source.splitlines() if line.endswith(r"\\") and "&" in line]
    return [line for line in source.splitlines() if "  " in line]


def essence(text):
    """Give the digits, points and minus signs of a text, in their order."""
    text = re.sub(r"\\(?:left|right|rule\{[^}]*\}\{[^}]*\})", "", text)
    plain = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-")
    return re.sub(r"[^0-9.\-]|\.(?!\d)", "", plain)


@pytest.mark.parametrize(("name", "notation"), CASES)
@pytest.mark.parametrize("hide", [None, "values"])
def test_all_formats_say_the_same(name, notation, hide):
    worked = explain(*EXAMPLES[name], notation=notation, hide=hide)
    rows = {each: list(map(essence, rows_of(each, worked.document(each)))) for each in FORMATS}
    assert len(rows["text"]) > len(worked.steps)
    assert rows["markdown"] == rows["text"]
    assert rows["latex"] == rows["text"]
    assert rows["html"] == rows["text"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_line_has_its_numbers_in_every_format(name):
    worked = explain(*EXAMPLES["mazur"], digits=4)
    rows = rows_of(name, worked.document(name))[-len(worked.steps) - 6 :]
    text = "\n".join(row.replace("\N{MINUS SIGN}", "-") for row in rows)
    position = 0
    for step in worked.steps:
        for cell in step.cells:
            position = text.index(cell.replace("\N{MINUS SIGN}", "-"), position)


def decimals_in(name, text):
    """Give every number with a point that a reader sees."""
    if name == "html":
        text = " ".join(Page(text).text)
    text = text.partition(r"\begin{document}")[2] or text
    text = re.sub(r"\\rule\{[^}]*\}\{[^}]*\}|\{[\d.]+(?:cm|\\linewidth)\}", "", text)
    return set(re.findall(r"\d+\.\d+", text))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("which", [*EXAMPLES, "fresh"])
def test_a_sheet_has_the_given_numbers_and_none_of_the_solution(name, which):
    args = EXAMPLES.get(which)
    if args is None:
        p = generate((2, 2, 2), 7)
        args = p.network, p.x, p.y
    net, x, y = args
    sheet = explain(*args, rate=0.35, hide="values")
    values = np.concatenate(
        [x, y, [0.35], *(a.ravel() for n in net.layers for a in (n.weights, n.biases) if a is not None)]
    )
    given = {f"{abs(value):.15g}" for value in values} | {"0.01" if which == "softmax" else "0.35"}
    found = decimals_in(name, sheet.document(name))
    assert found <= given
    assert found >= {number for number in given if "." in number}
    solved = {cell.lstrip("\N{MINUS SIGN}") for step in sheet.steps for cell in step.cells}
    assert solved - given
    assert not (solved - given) & found


@pytest.mark.parametrize("name", FORMATS)
def test_a_sheet_has_a_line_and_two_blanks_for_every_number(name):
    sheet = explain(*EXAMPLES["mazur"], hide="values")
    blank = {"text": "_{9,}", "markdown": "_{9,}", "latex": r"\\rule\{", "html": 'class="blank" role="img" aria-label='}
    assert len(re.findall(blank[name], sheet.document(name))) == 2 * len(sheet.steps)


def test_solutions_stand_apart_and_are_the_whole_example():
    sheet = explain(*EXAMPLES["mazur"], hide="values")
    assert sheet.solutions.steps == explain(*EXAMPLES["mazur"]).steps
    assert sheet.solutions.hide is None
    assert sheet.solutions.title == f"Solutions: {sheet.title}"
    assert sheet.hide == "values"


@pytest.mark.parametrize(
    ("name", "mark"),
    [("text", "\f"), ("markdown", "\n---\n"), ("latex", r"\clearpage"), ("html", '<hr class="page" />')],
)
def test_solutions_behind_a_sheet_start_a_page(name, mark):
    sheet = explain(*EXAMPLES["mazur"], hide="values")
    before, after = sheet.document(name, solutions=True).split(mark)
    assert "Solutions" not in before
    assert f"{sheet.steps[0].carried:.3f}" not in before
    assert f"{sheet.steps[0].carried:.3f}" in after
    assert mark not in sheet.document(name)


def test_a_notebook_shows_the_lines_and_of_a_sheet_all():
    worked = explain(*EXAMPLES["udacity"])
    sheet = explain(*EXAMPLES["udacity"], hide="values")
    assert "Inputs" not in worked._repr_markdown_() + worked._repr_html_() + str(worked)
    for face in (sheet._repr_markdown_(), sheet._repr_html_(), str(sheet)):
        assert "Inputs" in face
        assert "Round the way forward to 3 decimals" in re.sub(r"\s+", " ", face)
    assert rows_of("html", worked._repr_html_()) != []


def test_a_sheet_that_goes_on_has_the_lines_of_the_whole_one_that_its_first_part_lacks():
    sheet = explain(*EXAMPLES["udacity"], hide="values")
    kinds = list(dict.fromkeys(step.quantity for step in sheet.steps))
    first, rest = sheet.only(*kinds[:3]), sheet.only(*kinds[3:]).continued
    for notation in ("book", "nielsen"):
        parts = [str(each.in_notation(notation)) for each in (first, rest)]
        assert "\n\n".join(parts) == str(sheet.in_notation(notation))


def test_a_table_of_a_notebook_is_named_for_the_lines_that_it_has():
    worked = explain(*EXAMPLES["udacity"])

    def name(part):
        return ET.fromstring(part._repr_html_()).find(".//caption").text  # noqa: S314 — our own

    assert name(worked) == name(worked.solutions).removeprefix("Solutions: ") == worked.title
    assert name(worked.only("derivative", "error")) == "The errors, from the output back"
    assert name(worked.only("cost", "new cost")) == "The cost; the cost after the step"


def test_some_of_the_lines_can_be_shown_alone():
    steps = explain(*EXAMPLES["udacity"]).steps[:2]
    some = Explanation(steps)
    assert len(str(some).splitlines()) == 3
    assert some.document("markdown").startswith("# One step of training\n")


@pytest.mark.parametrize("quantities", [("linear", "activated"), ("new cost",), ()])
def test_some_kinds_of_lines_are_kept_in_their_order_and_in_every_notation(quantities):
    worked = explain(*EXAMPLES["mazur"], hide="values").solutions
    some = worked.only(*quantities)
    assert some.steps == tuple(step for step in worked.steps if step.quantity in quantities)
    other = some.in_notation("udacity")
    assert other.steps == explain(*EXAMPLES["mazur"], notation="udacity").only(*quantities).steps
    assert (other.hide, other.heading) == (None, "Solutions: ")


def test_a_kind_of_line_is_known():
    with pytest.raises(ValueError, match="quantity 'liner' is unknown; did you mean 'linear'"):
        explain(*EXAMPLES["udacity"]).only("liner")


def test_lines_alone_cannot_be_told_in_another_notation():
    with pytest.raises(ValueError, match="explain_in is None; an Explanation that explain returned was expected"):
        Explanation(explain(*EXAMPLES["udacity"]).steps).in_notation("nielsen")


def test_inputs_that_are_changed_later_change_no_notation():
    x = np.array([0.1, 0.3])
    network, _, y = EXAMPLES["udacity"]
    worked = explain(network, x, y)
    x[:] = 7
    assert worked.in_notation("nielsen").steps == explain(network, (0.1, 0.3), y, notation="nielsen").steps


# --- HTML, in every notation ------------------------------------------------


def parts(source):
    """Give each part of what a notebook shows, with its notations and its style."""
    divisions = ET.fromstring(source).findall("div")  # noqa: S314 — our own
    return [(set(part.get("data-n").split()), part.get("style", ""), part) for part in divisions]


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("hide", [None, "values"])
def test_a_notebook_has_every_notation_once_and_shows_the_chosen_one(notation, hide):
    found = parts(explain(*EXAMPLES["mazur"], notation=notation, hide=hide)._repr_html_())
    assert sorted(each for names, _, _ in found for each in names) == sorted(NOTATIONS)
    assert [names for names, style, _ in found if "none" not in style] == [n for n, _, _ in found if notation in n]


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_part_is_what_its_notation_shows_alone(name):
    found = {each: part for names, _, part in parts(explain(*EXAMPLES[name])._repr_html_()) for each in names}
    for each, part in found.items():
        alone = ET.fromstring(f"<div>{explain(*EXAMPLES[name], notation=each).body()}</div>")  # noqa: S314 — our own
        assert [cell.text for cell in part.iter("td")] == [cell.text for cell in alone.iter("td")]
        assert "".join(part.itertext()).split() == "".join(alone.itertext()).split()


@pytest.mark.parametrize("called", ["book", "nielsen"])
@pytest.mark.parametrize("notation", NOTATIONS)
def test_on_a_page_the_menu_chooses_and_not_the_call(called, notation):
    source = explain(*EXAMPLES["mazur"], notation=called)._repr_html_()
    (part,) = [part for names, _, part in parts(source) if notation in names]
    shown = ET.fromstring(in_notation(source, notation))  # noqa: S314 — our own
    shown.remove(shown.find("style"))
    assert "".join(shown.itertext()).split() == "".join(part.itertext()).split()


def test_a_part_is_a_few_elements_that_are_switched_and_not_heavy():
    source = explain(*EXAMPLES["running"])._repr_html_()
    assert source.count("data-n=") <= len(NOTATIONS)
    assert len(source) < 60_000 * len(NOTATIONS)
    assert len(gzip.compress(source.encode())) < 4_700 * len(NOTATIONS)
    assert "<math" not in source


@pytest.mark.parametrize("notation", NOTATIONS)
def test_every_symbol_has_the_class_of_what_it_stands_for(notation):
    worked = explain(*EXAMPLES["mazur"], notation=notation)
    page = ET.fromstring(f"<div>{worked.body()}</div>")  # noqa: S314 — our own
    kinds = [
        [letter.get("class") for letter in row.find("th").iter() if letter.get("class") not in (None, "both")]
        for row in page.find("table/tbody")
    ]
    macros = {
        "output": "activated",
        "derivative": "linear",
        "new linear": "linear",
        "new activated": "activated",
    }
    assert kinds == [[f"m-{macros.get(s.quantity, s.quantity).replace(' ', '')}"] for s in worked.steps]


def test_a_symbol_is_not_found_within_another():
    html = Html({"w₁": "m-weight", "w₁₁": "m-error", "w₁⁺": "m-newweight", "a": "m-activated"})
    written = html.formula("w₁ + w₁₁ + w₁⁺ + tanh(a) 2a")
    assert re.findall(r'class="(m-\w+)"', written) == [
        "m-weight",
        "m-error",
        "m-newweight",
        "m-activated",
        "m-activated",
    ]


# --- HTML -------------------------------------------------------------------


@pytest.mark.parametrize(("name", "notation"), CASES)
@pytest.mark.parametrize("hide", [None, "values"])
def test_html_is_well_formed_and_needs_nothing_else(name, notation, hide):
    worked = explain(*EXAMPLES[name], notation=notation, hide=hide)
    source = worked.document("html", solutions=True)
    root = ET.fromstring(source.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314 — our own
    assert root.get("lang") == "en"
    assert root.find("head/title").text == worked.title
    assert not re.search(r"(?:src|href|url)\b|@import|[\\^]|\$", source)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("hide", [None, "values"])
def test_what_a_notebook_shows_is_well_formed(name, hide):
    assert ET.fromstring(explain(*EXAMPLES[name], hide=hide)._repr_html_()).tag == "div"  # noqa: S314 — our own


@pytest.mark.parametrize("hide", [None, "values"])
def test_tables_of_html_say_what_their_cells_are(hide):
    source = explain(*EXAMPLES["mazur"], hide=hide).document("html")
    root = ET.fromstring(source.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314 — our own
    tables = list(root.iter("table"))
    for table in tables:
        assert table.find("caption").text
        heads = list(table.find("thead/tr"))
        assert {cell.get("scope") for cell in heads if cell.tag == "th"} == {"col"}
        for row in table.find("tbody"):
            assert (row[0].tag, row[0].get("scope")) == ("th", "row")
            assert "".join(row[0].itertext())
            assert len(row) == len(heads)
    captions = [table.find("caption").text for table in tables]
    assert len(set(captions)) == len(captions)
    for blank in root.findall(".//span[@role]"):
        assert (blank.get("role"), blank.get("aria-label")) == ("img", "to fill in")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("z²₁₁ = w a", '<i>z</i><span class="both"><sup>2</sup><sub>11</sub></span> = <i>w</i> <i>a</i>'),
        ("w₁⁺", '<i>w</i><span class="both"><sub>1</sub><sup>+</sup></span>'),
        ("Δw⁺", "Δ<i>w</i><sup>+</sup>"),
        ("e⁻ᶻ", "<i>e</i><sup>−<i>z</i></sup>"),
        ("e^(−a)", "<i>e</i><sup>−<i>a</i></sup>"),
        ("e^(1 − (a − (b))) c", "<i>e</i><sup>1 − (<i>a</i> − (<i>b</i>))</sup> <i>c</i>"),
        ("e^zₖ", "<i>e</i><sup><i>z</i><sub><i>k</i></sub></sup>"),
        ("E_total", "<i>E</i><sub>total</sub>"),
        ("leaky_relu′(z) if z > 0", "leaky_relu′(<i>z</i>) if <i>z</i> &gt; 0"),
        ("½ ln(ŷ)", "½ ln(<i>ŷ</i>)"),
    ],
)
def test_symbols_are_slanted_and_scripts_are_small(text, html):
    assert formula_html(text) == html


# --- Markdown and LaTeX -----------------------------------------------------


@pytest.mark.parametrize(("name", "notation"), CASES)
def test_cells_of_markdown_are_not_cut_by_their_formulas(name, notation):
    worked = explain(*EXAMPLES[name], notation=notation)
    rows = worked._repr_markdown_().splitlines()
    assert len({row.count("|") for row in rows}) == 1
    assert all(row.count("$") % 2 == 0 for row in rows)
    table = Table("", "l", ((),), (((Math("|x|", "|x|"),),),))
    assert r"$\vert x\vert $" in FORMATS["markdown"].table(table)


@pytest.mark.parametrize(("name", "notation"), CASES)
@pytest.mark.parametrize("hide", [None, "values"])
def test_latex_is_a_whole_document_in_ascii_with_balanced_braces(name, notation, hide):
    source = explain(*EXAMPLES[name], notation=notation, hide=hide).document("latex", solutions=True)
    assert source.startswith("\\documentclass")
    assert source.endswith("\\end{document}\n")
    assert source.isascii()
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", source):
        depth += {"{": 1, "}": -1}[brace]
        assert depth >= 0
    assert depth == 0
    stack = []
    for kind, what in re.findall(r"\\(begin|end)\{(\w+)\}", source):
        if kind == "begin":
            stack.append(what)
        else:
            assert stack.pop() == what
    assert not re.search(r"(?<![\\$\w{}^])_", re.sub(r"\$[^$]*\$", "", source))


def test_commands_of_latex_in_text_are_none():
    assert FORMATS["latex"].inline(("50 % of a_b & c",)) == r"50 \% of a\_b \& c"
    assert FORMATS["latex"].inline((r"\input{~} ^ #1 $",)) == (
        r"\textbackslash{}input\{\textasciitilde{}\} \textasciicircum{} \#1 \$"
    )


def test_a_heading_is_text_in_latex():
    worked = replace(explain(*EXAMPLES["udacity"]), heading=r"\jobname{} 50 %: ")
    assert r"\section*{\textbackslash{}jobname\{\} 50 \%: A 2-1-1 network" in worked.document("latex")


def test_a_power_of_e_has_no_index_in_its_exponent_in_latex():
    assert FORMATS["latex"].piece(Math(r"e^{z^{2}_{1}} + e^{-z}", "")) == r"$\exp(z^{2}_{1}) + e^{-z}$"


@pytest.mark.parametrize(("text", "latex"), [("−1.5·10⁻⁶", r"$-1.5 \cdot 10^{-6}$"), ("2·10¹²", r"$2 \cdot 10^{12}$")])
def test_a_power_of_ten_is_one(text, latex):
    assert FORMATS["latex"].piece(NumberText(text)) == latex
    assert FORMATS["html"].piece(NumberText(text)).count("·10<sup>") == 1
    assert FORMATS["text"].piece(NumberText(text)) == FORMATS["markdown"].piece(NumberText(text)) == text


def test_columns_of_latex_are_as_wide_as_their_numbers():
    widths = {
        digits: re.findall(r"w\{r\}\{([\d.]+)cm\}", explain(*EXAMPLES["running"], digits=digits).document("latex"))
        for digits in (3, 12)
    }
    assert {float(width) for width in widths[3]} >= {1.8}
    assert all(float(width) > 0.17 * 13.9 for width in widths[12][1::3])
    assert "landscape" in explain(*EXAMPLES["running"], digits=15).document("latex")
    assert "landscape" not in explain(*EXAMPLES["running"], digits=3).document("latex")


def test_a_table_that_no_page_holds_goes_on_on_the_next_under_the_same_head():
    few, many = (explain(*generated(sizes)).document("latex") for sizes in ((2, 2, 1), (6, 6, 1)))
    assert r"\begin{longtable}" not in few
    for text in (few, many):
        for kind, table in re.findall(r"\\begin\{(tabular|longtable)\}(.*?)\\end\{\1\}", text, re.DOTALL):
            head, *_ = table.partition(r"\endhead")
            rows = table.removeprefix(head).count(r"\\") if kind == "longtable" else table.count(r"\\") - 1
            assert (rows > 30) == (kind == "longtable")
            assert (r"\endhead" in table) == (kind == "longtable")
    assert r"\begin{longtable}" in many


def generated(sizes):
    problem = generate(sizes)
    return problem.network, problem.x, problem.y


def test_formulas_can_be_blanks_too():
    sheet = explain(*EXAMPLES["mazur"], hide="formulas")
    text = sheet.document()
    assert text.count("_" * 21) == 2 * len(sheet.steps)
    assert sheet.steps[0].formula.text not in text
    assert "C = ½ Σₖ (ŷₖ − yₖ)²" in text
    assert "σ′(z) =" not in text
    assert "σ′(z²₁)" in text
    assert sheet.solutions.document() == explain(*EXAMPLES["mazur"]).solutions.document()


def test_tables_become_lines_on_a_narrow_screen():
    page = FORMATS["html"].fragment("")
    narrow = page.partition("@media screen and (max-width: 40em) {")[2].partition("@media print")[0]
    assert "display: grid" in narrow
    assert page.count("display: grid") == 1


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.parametrize("name", EXAMPLES)
def test_pdflatex_typesets_it(name, tmp_path):
    source = explain(*EXAMPLES[name], hide="values").document("latex", solutions=True)
    (tmp_path / "sheet.tex").write_text(source, encoding="ascii")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "sheet.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-800:]


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.parametrize("notation", NOTATIONS)
def test_no_formula_of_a_printed_sheet_runs_into_its_blank(notation, tmp_path):
    p = generate((2, 2, 3), 7, "tanh", "cross_entropy")
    source = explain(p.network, p.x, p.y, notation=notation, hide="values").document("latex")
    (tmp_path / "sheet.tex").write_text(source, encoding="ascii")
    command = ["pdflatex", "-interaction=batchmode", "sheet.tex"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert "Overfull" not in (tmp_path / "sheet.log").read_text(encoding="latin-1")


def test_a_line_may_end_in_high_parentheses_but_not_in_cases():
    latex = FORMATS["latex"]
    assert latex.inline((Math(r"\left(\frac{a}{b} + c\right)", ""),)) == r"$\Bigl(\frac{a}{b} + c\Bigr)$"
    cases = r"\left(\begin{cases} 1 \end{cases}\right)"
    assert latex.inline((Math(cases, ""),)) == f"${cases}$"


def test_blanks_are_short_on_a_narrow_screen_alone():
    page = FORMATS["html"].fragment("")
    narrow = page.partition("@media screen and (max-width: 40em) {")[2].partition("@media print")[0]
    assert ".worked .sheet .blank { max-width: 100%; }" in narrow
    assert page.count("max-width: 100%") == 1


@pytest.mark.parametrize("name", FORMATS)
def test_every_notation_has_a_sheet(name):
    for notation in NOTATIONS:
        sheet = explain(*EXAMPLES["mazur"], notation=notation, hide="values")
        assert sheet.document(name, solutions=True)


@pytest.mark.parametrize(
    ("latex", "written"),
    [
        (r"\frac{(a - b)^{2} + (c - d)^{2}}{2}", r"$\bigl((a - b)^{2} + (c - d)^{2}\bigr)/2$"),
        (r"\frac{e^{z}}{e^{z} + e^{y}}", r"$e^{z}/\bigl(e^{z} + e^{y}\bigr)$"),
        (r"a = \frac{1}{e^{z} + e^{y}}", r"$a = 1/\bigl(e^{z} + e^{y}\bigr)$"),
        (r"\frac{a}{b} + c", r"$\frac{a}{b} + c$"),
        (r"w\,x + b", r"$w\,x + b$"),
    ],
)
def test_a_fraction_wider_than_a_column_of_latex_is_written_on_a_line(latex, written):
    assert FORMATS["latex"].piece(Math(latex, 30 * "x")) == written
    assert FORMATS["latex"].piece(Math(latex, "x")) == f"${latex}$"


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.parametrize("notation", NOTATIONS)
def test_nothing_stands_over_the_edge_of_a_printed_sheet(notation, tmp_path):
    sheet = explain(*EXAMPLES["mazur"], notation=notation, hide="values")
    (tmp_path / "sheet.tex").write_text(sheet.document("latex", solutions=True), encoding="ascii")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "sheet.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert b"Overfull" not in done.stdout


def test_a_blank_is_as_wide_as_asked():
    assert FORMATS["text"].inline(("a = ", Blank(4))) == "a = ____"


def test_a_formula_is_written_in_latex_when_that_is_asked_for_and_copied_with_it():
    asked = []

    def write():
        asked.append("once")
        return r"\sigma(z)"

    late, known = Math(write, "σ(z)"), Math(r"\sigma(z)", "σ(z)")
    assert Html().piece(late) == Html().piece(known)
    assert not asked
    sent = pickle.loads(pickle.dumps(late))  # noqa: S301 — our own
    assert late == known == sent
    assert hash(late) == hash(known)
    assert repr(late) == repr(known) == repr(sent)
    assert (late != Math(r"\sigma", "σ(z)"), late != "σ(z)") == (True, True)
    assert asked == ["once"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_notebook_shows_in_every_notation_what_a_sheet_in_it_shows(name):
    html = explain(*EXAMPLES[name])._repr_html_()
    for notation in NOTATIONS:
        body = explain(*EXAMPLES[name], notation=notation).body()
        assert body in html, notation


def test_a_copy_of_what_was_shown_shows_the_same_and_can_be_shown_in_any_notation():
    sheet = explain(*EXAMPLES["residual"])
    shown = sheet._repr_html_()
    sent = pickle.loads(pickle.dumps(sheet))  # noqa: S301 — our own
    assert sent._repr_html_() == shown
    assert str(sent.in_notation("udacity").in_notation("nielsen")) == str(sheet.in_notation("nielsen"))


def test_a_number_has_the_id_that_diagrams_give_it_and_one_without_a_place_has_none():
    network, x, y = example.udacity()
    steps = explain(network, x, y).steps
    ids = [step.id for step in steps if step.id]
    assert len(ids) == len({*ids})
    assert {"z1.1", "a1.1", "z2.1", "cost", "delta2.1", "slope1.1", "delta1.1", "dw1.2.1", "dw2.1.1"} <= {*ids}
    assert not any(step.id for step in steps if step.quantity.startswith("new "))
    assert replace(steps[0], place=()).id == ""


def test_a_sheet_says_in_a_line_what_it_is():
    told = "<Explanation: A 3-3-2-3 network, one step of training, 108 steps, notation 'nielsen'>"
    assert repr(explain(*example.running(), notation="nielsen")) == told


def test_in_a_notebook_the_title_of_a_sheet_is_below_two_levels_of_headings():
    assert re.findall(r"<h(\d)", explain(*example.mazur(), hide="values")._repr_html_())[:2] == ["3", "4"]
