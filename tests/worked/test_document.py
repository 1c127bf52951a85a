"""Files of a worked example: what stands before and behind its blocks, which is what a program needs to show them."""

import re

import pytest

from literate_bp.worked.document import FORMATS, Blank, Heading, Html, Math, NumberText, Table, format_of, width_of

HEAD_OF_LATEX = r"""\documentclass[a4paper]{article}
\usepackage{amsmath, array, longtable}
\usepackage[margin=15mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.4em}
\setlength{\tabcolsep}{5pt}
\setlength{\LTleft}{0pt}
\setlength{\LTpre}{0.2em}
\setlength{\LTpost}{0.8em}
\renewcommand{\arraystretch}{1.35}
\everymath{\displaystyle}
\newcommand{\high}{\rule[0pt]{0pt}{1.5em}}  % to write in
\setcounter{LTchunksize}{1000}  % tables in one piece
\pagestyle{plain}
\begin{document}
\small
"""
HEAD_OF_HTML = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width" />
<meta name="color-scheme" content="light dark" />
<title>A &lt; B</title>
</head>
<body>
"""
BLOCKS = [Heading("A < B", 1)]
TABLE = Table("of two", "snb", (("name",), ("size",), ("said",)), ((("a",), ("1",), ("x",)), (("b",), ("2",), ("y",))))


def test_a_document_of_latex_begins_with_what_its_blocks_use():
    written = FORMATS["latex"].document("A < B", BLOCKS)
    assert written == HEAD_OF_LATEX + "\\section*{A < B}\n\\end{document}\n"
    to_write_in = Table("", "b", (("sum",),), (((Blank(20),),),))
    assert r">{\high}l" in FORMATS["latex"].table(to_write_in)


def test_a_page_of_html_says_its_language_its_letters_and_its_title():
    written = FORMATS["html"].document("A < B", BLOCKS)
    assert written.startswith(HEAD_OF_HTML)
    assert written.endswith("</body>\n</html>\n")
    assert "<h1>A &lt; B</h1>" in written


def test_text_and_markdown_are_their_blocks_alone():
    assert FORMATS["markdown"].document("A < B", BLOCKS) == "# A < B\n"
    assert FORMATS["text"].document("A < B", BLOCKS).splitlines()[0] == "A < B"


def test_every_format_has_the_ending_of_its_files():
    assert {name: of.suffix for name, of in FORMATS.items()} == {
        "text": "txt",
        "markdown": "md",
        "latex": "tex",
        "html": "html",
    }
    assert all(format_of(name) is of for name, of in FORMATS.items())


def test_a_table_of_html_has_a_cell_for_each_and_nothing_between_them():
    shown = re.sub(r"\s*\n\s*", "", FORMATS["html"].table(TABLE))
    body = shown.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body)
    assert [re.sub(r"<(th|td)[^>]*>(.*?)</\1>", r"[\2]", row) for row in rows] == ["[a][1][x]", "[b][2][y]"]


def test_in_html_a_symbol_has_its_class_and_the_longest_that_fits_is_meant():
    written = Html({"z₁": "short", "z₁₂": "long"}).formula("z₁₂ + z₁ = 1")
    assert written == '<i class="long">z</i><sub>12</sub> + <i class="short">z</i><sub>1</sub> = 1'
    written = Html({"w": "short", "w⁽¹⁾": "long"}).formula("w⁽¹⁾ w")
    assert re.findall(r'class="(\w+)">w', written) == ["long", "short"]


def test_a_table_of_markdown_has_a_rule_below_its_head_and_a_cell_that_is_empty_is_one_space():
    table = Table("", "ln", ((), ("size",)), ((("a",), ("1",)),))
    assert FORMATS["markdown"].table(table) == "| | size |\n|:--|--:|\n| a | 1 |"
    kinds = Table("", "slpbnr", ((),) * 6, ())
    assert FORMATS["markdown"].table(kinds).splitlines()[1] == "|:--|:--|:--|:--|--:|--:|"


def test_a_blank_is_as_wide_as_asked_in_latex():
    assert FORMATS["latex"].piece(Blank(10)) == r"\rule{2.7cm}{0.4pt}"


def test_a_table_of_html_is_called_after_its_last_column_of_blanks_or_its_second_of_numbers():
    shown = {columns: Table("", columns, ((),) * 3, ()) for columns in ("snb", "snp", "slp", "sln")}
    classes = {columns: FORMATS["html"].table(table).partition("<caption>")[0] for columns, table in shown.items()}
    sheet, lines = '<table class="sheet">', '<table class="lines">'
    assert classes == {"snb": sheet, "snp": lines, "slp": "<table>", "sln": lines}


def test_a_blank_of_html_is_six_tenths_as_many_letters_wide():
    assert 'style="width: 6.0em"' in FORMATS["html"].piece(Blank(10))


def test_in_text_a_title_is_underlined_twice_and_a_heading_once():
    text = FORMATS["text"].document("", [Heading("Title", 1), Heading("Part"), Heading("Piece", 3)])
    assert text == "Title\n=====\n\nPart\n----\n\nPiece\n-----\n"


def test_a_raised_or_lowered_letter_is_six_tenths_as_wide_as_one_on_the_line():
    on_line = width_of("w")
    assert width_of("w²⁺₁₁") == pytest.approx(3.4 * on_line)
    assert width_of("") == 0


def test_a_line_of_text_does_not_end_within_a_word_with_hyphens():
    words = f"{'x' * 70} a-word-of-some-hyphens"
    assert FORMATS["text"].paragraph(words) == words.replace(" ", "\n")
    assert FORMATS["text"].paragraph("x" * 100) == "x" * 100


def test_a_formula_shows_both_its_texts():
    assert repr(Math(r"\\Phi", "Φ")) == r"Math(latex='\\\\Phi', text='Φ')"


def test_text_of_html_is_no_tag():
    assert FORMATS["html"].piece("a < b & c") == "a &lt; b &amp; c"


@pytest.mark.parametrize(("rows", "kind"), [(30, "tabular"), (31, "longtable")])
def test_a_table_of_latex_that_fits_on_a_page_is_kept_together(rows, kind):
    table = Table("", "s", (("name",),), ((("a",),),) * rows)
    assert FORMATS["latex"].table(table).splitlines()[-1] == rf"\end{{{kind}}}"


def test_a_power_of_ten_of_html_is_raised_and_ends():
    assert FORMATS["html"].piece(NumberText("1.5·10⁻⁶!")) == "1.5·10<sup>−6</sup>!"


def test_a_short_column_of_latex_is_as_wide_as_what_it_holds():
    assert r"\begin{tabular}{@{}ll@{}}" in FORMATS["latex"].table(Table("", "ll", ((), ()), ()))


def test_a_formula_is_equal_to_formulas_alone():
    assert (Math("x", "x") == 3) is False
    assert Math("x", "x") == Math(lambda: "x", "x")
