"""What stands in a page itself, and what comes as a file: no style, no script, one sheet, one program."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import sphinx
from pages import DOCS

from publish.bundle import Bundles, classes, rules, script, sheet
from publish.policy import POLICY, Page, lay_out, without_scripts, without_styles


def page(tmp_path, name="reference/page"):
    return Page(name, tmp_path, {})


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<p style="color: red">x</p>', '<p class="style-0">x</p>'),
        ('<p id="a" class="b c" style="color: red;" lang="en">x</p>', '<p id="a" class="b c style-0" lang="en">x</p>'),
        ('<path style="fill: none"/>', '<path class="style-0"/>'),
        ('<math data-class="x" style="a: b"></math>', '<math class="style-0" data-class="x"></math>'),
        ("<code>style=&quot;a&quot;</code> style=", "<code>style=&quot;a&quot;</code> style="),
    ],
)
def test_a_style_becomes_a_class(html, shown):
    assert without_styles(html)[0] == shown


def test_equal_styles_share_a_class_and_the_sheet_says_what_each_is():
    html = "".join(f'<p style="{style}">x</p>' for style in ("a: b", "c: &quot;d&quot;", " a: b; "))
    shown, sheet = without_styles(f"<style>p {{ x: y }}</style>{html}<style>p {{ x: y }}</style>")
    assert re.findall("style-[0-9]", shown) == ["style-0", "style-1", "style-0"]
    assert sheet.text() == 'p { x: y }\n.style-0:not(#_){a: b}\n.style-1:not(#_){c: "d"}\n'
    assert "<style" not in shown


def test_what_hides_the_letters_of_a_notation_is_left_to_the_step_that_removes_it():
    html = '<g class="n" data-n="mazur" style="display:var(--bp-n-mazur,none)">i</g>'
    assert without_styles(html)[0] == html


def test_a_script_becomes_a_file_and_one_that_is_a_file_stays():
    shown, files = without_scripts('<script>a = "</b>"</script><script src="b.js"></script><script>a = "</b>"</script>')
    ((name, text),) = files.items()
    assert text == 'a = "</b>"'
    assert (
        shown
        == f'<script src="_scripts/{name}"></script><script src="b.js"></script><script src="_scripts/{name}"></script>'
    )


def test_a_page_in_a_folder_asks_for_its_sheet_and_its_scripts_from_there(tmp_path):
    html = '<html><head><title>T</title></head><body style="a: b"><script>c</script></body></html>'
    (tmp_path / "reference").mkdir()
    shown = lay_out(html, page(tmp_path))
    assert shown.startswith(f'<html><head><meta http-equiv="Content-Security-Policy" content="{POLICY}">')
    for address in re.findall(r'(?:href|src)="([^"?]*)', shown):
        assert (tmp_path / "reference" / address).read_text(encoding="utf-8"), address
    assert shown.count("../_") == 2


HEAD = (
    '<link rel="stylesheet" type="text/css" href="../_static/a.css?v=1" />\n'
    '<link rel="stylesheet" type="text/css" href="../_static/styles/b.css?v=2" />\n'
    '<link rel="icon" href="../_static/c.svg" /><link rel="stylesheet" href="../_styles/page.css">\n'
    '<script src="../_static/notation.js?v=0"></script><script src="../_static/d.js?v=3"></script>'
    '<script data-x="y" src="../_static/design-tabs.js"></script><script defer="defer" src="../_static/e.js"></script>'
)


class App:
    def __init__(self, outdir, one_page=""):
        self.outdir, self.config = outdir, SimpleNamespace(one_page=one_page)


def test_one_sheet_and_one_script_stand_in_the_place_of_many(tmp_path):
    static = tmp_path / "_static"
    (static / "styles").mkdir(parents=True)
    for name in ("a.css", "styles/b.css", "d.js", "e.js"):
        (static / name).write_text(f"{name[-5]} {{ c: url(../x.png) }}" if name.endswith("css") else f"// {name}")
    (static / "site-of-before.css").write_text("")
    bundles = Bundles()
    html = tmp_path / "page.html"
    for name in ("page", "other"):
        (tmp_path / f"{name}.html").write_text(bundles.lay_out(HEAD, page(tmp_path)))
    bundles.write(App(tmp_path, one_page="page"), None)
    assert (static / "site-of-before.css").exists()  # other pages may ask for it
    bundles.write(App(tmp_path), None)
    assert html.read_text() == (tmp_path / "other.html").read_text()
    (sheet_name,), (program,) = (re.findall(rf"site-[\w-]+\.{kind}", html.read_text()) for kind in ("css", "js"))
    assert html.read_text().count("<link") == 3
    assert html.read_text().count("<script") == 2
    assert html.read_text().index("notation.js") < html.read_text().index(program)
    assert (static / sheet_name).read_text() == 'a { c: url("../x.png") }\nb { c: url("x.png") }\n'
    assert (static / program).read_text() == "// d.js\n;\n// e.js\n;\n"
    assert {path.name for path in static.glob("site-*")} == {sheet_name, program}


def test_a_sheet_has_the_rules_of_what_pages_letters_and_scripts_have_and_another_name_when_they_have_more(tmp_path):
    static = tmp_path / "_static"
    (static / "styles").mkdir(parents=True)
    (static / "a.css").write_text("p{a:b}.on-page{a:b}.in-script{a:b}.of-letters{a:b}.later{a:b}.never{a:b}")
    for name, text in (("styles/b.css", ""), ("d.js", "add('in-script')"), ("e.js", "")):
        (static / name).write_text(text)
    (tmp_path / "_letters").mkdir()
    (tmp_path / "_letters/page.book.js").write_text(r'letters["x"] = {1: "<i class=\"of-letters\">"}')
    names = []
    for more in ("", " later"):
        bundles, html = Bundles(), tmp_path / "page.html"
        html.write_text(bundles.lay_out(f'{HEAD}<p class="on-page{more}">', page(tmp_path)))
        bundles.write(App(tmp_path), None)
        names += re.findall(r"site-[\w-]+\.css", html.read_text())
        found = re.findall(r"[.\w-]+(?=\{)", (static / names[-1]).read_text())
        assert found == ["p", ".on-page", ".in-script", ".of-letters", *([".later"] if more else [])]
    assert names[0] != names[1]


def test_what_was_searched_for_is_not_marked_in_pictures_and_formulas():
    theirs = Path(sphinx.__file__).parent / "themes/basic/static/sphinx_highlight.js"
    assert '"button, select, textarea, svg, math"' in script(theirs.read_text(encoding="utf-8"))


def test_a_changed_file_has_another_address(tmp_path):
    first = Bundles().lay_out(HEAD, page(tmp_path))
    assert first != Bundles().lay_out(HEAD.replace("v=2", "v=4"), page(tmp_path))
    assert first == Bundles().lay_out(HEAD, page(tmp_path))


KNOWN = {"a", "b"}


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ("/* all */:root{--sd-a:1}", ":root{--sd-a:1}"),
        (".a>.x,.y{c:d}.x,.a.b{e:f}", ".a.b{e:f}"),
        (".a:not(.x):is(.x,.y),.x{c:d}", ".a:not(.x):is(.x,.y){c:d}"),
        ('a[href$=".x"]{c:d}', 'a[href$=".x"]{c:d}'),
        ("@media print{.x{c:d}.a{c:d}}", "@media print{.a{c:d}}"),
        ("@media print{.x{c:d}}", ""),
        ("@media print{@media (width>1px){.x,.b{c:d}}}", "@media print{@media (width>1px){.b{c:d}}}"),
        ("@keyframes x{from{c:d}to{e:f}}", "@keyframes x{from{c:d}to{e:f}}"),
        *[(css, css) for css in ("@layer x;.a{c:url('data:image/svg+xml;utf8,<svg/>')}",)],
    ],
)
def test_the_rules_of_a_sheet_stay_that_an_element_may_match(css, kept):
    assert sheet("theme.css", css, KNOWN).replace("\n", "") == kept


def test_rules_are_told_apart_and_the_classes_that_a_selector_asks_for():
    assert "".join(rules("@layer a;p{b:c}")).split() == ["@layer", "a;", "p{b:c}"]
    assert classes("div.a:not(.x) > .b:has(.y:is(.z))") == ["a", "b"]


@pytest.mark.parametrize("name", ["book.css", "print.css"])
def test_a_sheet_of_our_own_is_not_changed_if_all_its_classes_are_on_pages(name):
    text = re.sub(r"/\*.*?\*/", "", (DOCS / "_static" / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    whole = sheet(name, text, {*re.findall(r"[A-Za-z_][\w-]*", text)})
    assert re.sub(r"\s", "", whole) == re.sub(r"\s", "", text)
