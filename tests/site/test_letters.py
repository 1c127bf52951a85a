"""The letters of a page: this book's stand on it, those of another notation come as a file and take their places."""

import re
from types import SimpleNamespace

import pytest
from browser import ask
from pages import DOCS
from shown import in_letters

from literate_bp.formula.notation import BOOK, NOTATIONS
from publish.letters import FOLDER, in_notation, script, split
from publish.templates import orphans

OTHERS = " ".join(name for name in NOTATIONS if name != BOOK.name)
SPAN = '<span class="n" data-n="{}">{}</span>'.format
FORMULA = SPAN("book nielsen", "δ") + SPAN(OTHERS.replace("nielsen ", ""), "∂E/∂h")
SIGNS = f'<span data-n="{OTHERS}">a product{FORMULA}</span><span data-n="book">a sum <span>of</span> {FORMULA}</span>'
PICTURE = (
    '<g class="n" data-n="book"><g/><g><text>w</text></g></g>'
    '<g class="n" data-n="mazur" style="display:var(--bp-n-mazur,none)"><text>i</text></g>'
)
NOTE = '<p class="n notation-note" data-n="udacity">Read on.</p>\n<p class="n notation-note" data-n="bishop">So.</p>'
PAGES = {
    "a formula": f"<p>Let {FORMULA} be.</p>",
    "two in a row": f"<p>{FORMULA}{FORMULA}, {FORMULA}</p>",
    "a formula within words": f"<p>{SIGNS}, or {FORMULA}</p>",
    "labels of a picture": f"<svg>{PICTURE}</svg>",
    "what this book lacks": f"<h1>T</h1>{NOTE}<p>{FORMULA}</p>",
    "nothing": "<p>no <b class=n>letters</b></p>",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_page_with_the_letters_of_a_notation_is_what_that_notation_writes(page, notation):
    light, letters = split(page)
    written = {str(number): text for number, text in letters.get(notation, {}).items()}
    shown = re.sub(r' data-slot="\d+"', "", in_letters(light, written))
    assert re.sub(r"<[^<>]*>|\s", "", shown) == re.sub(r"<[^<>]*>|\s", "", in_notation(page, notation))
    assert ("∂E/∂h" in shown) == ("∂E/∂h" in in_notation(page, notation))


def test_this_books_letters_stand_on_the_page_and_those_of_others_do_not():
    light, letters = split(PAGES["a formula"])
    assert light == '<p>Let <span data-slot="0">δ</span> be.</p>'
    assert letters == {name: {0: "∂E/∂h"} for name in NOTATIONS if name not in {"book", "nielsen"}}


def test_a_slot_keeps_its_class_and_loses_what_hid_it():
    light, letters = split(PAGES["what this book lacks"])
    assert '<p class="notation-note" data-slot="0"></p><p>' in light
    assert letters["bishop"][0] == "So."
    light, _ = split(PAGES["labels of a picture"])
    assert light == '<svg><g data-slot="0"><g/><g><text>w</text></g></g></svg>'


def test_an_element_without_an_end_is_refused():
    with pytest.raises(ValueError, match="<span> has no end"):
        split('<span data-n="book">x')


FRAME = """<!doctype html><html data-notations="book udacity nielsen" data-letters="letters" data-state="1"><head>
<meta charset="utf-8"><script src="notation.js"></script></head><body><article role="main">
<label class="notation-menu"><select><option value="book">Book</option><option value="udacity">Udacity</option>
<option value="nielsen">Nielsen</option></select></label>{page}</article><p class="notation-said"></p></body></html>"""
ASKED = """await (async () => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  await wait(300);
  const root = page.documentElement;
  const text = (selector) => page.querySelector(selector).textContent;
  const state = () =>
    [root.dataset.notation, text("p"), root.className, page.querySelector("select").value, text(".notation-said")];
  const states = [state()];
  for (const name of page.documentElement.dataset.choose?.split(" ") ?? []) {
    const menu = page.querySelector("select");
    menu.value = name;
    menu.dispatchEvent(new Event("change"));
    await wait(300);
    states.push(state());
  }
  page.defaultView.localStorage.clear();
  return states;
})()"""


def lay_out(folder, choices, page=f"<p>Let {FORMULA} be.</p>"):
    """Write a page with its letters, but for those of Nielsen, which are lost."""
    light, letters = split(page)
    source = (DOCS / "_static/notation.js").read_text(encoding="utf-8")
    (folder / "notation.js").write_text(source, encoding="utf-8")
    (folder / "letters.udacity.js").write_text(script("udacity", letters["udacity"]), encoding="utf-8")
    html = FRAME.format(page=light).replace("<html", f'<html data-choose="{choices}"' if choices else "<html")
    (folder / "page.html").write_text(html, encoding="utf-8")
    return (folder / "page.html").as_uri()


def test_the_menu_writes_the_letters_and_takes_them_back(tmp_path):
    ((first, second, third),) = ask([lay_out(tmp_path, "udacity book")], ASKED, 800, tmp_path)
    assert first[:4] == ["book", "Let δ be.", "", "book"]
    assert second[:2] == ["udacity", "Let ∂E/∂h be."]
    assert second[4] == "Notation: Udacity"
    assert third[:2] == ["book", "Let δ be."]


def test_the_letters_of_a_view_that_is_not_shown_wait_in_its_template(tmp_path):
    picture = PICTURE.replace("mazur", "udacity")
    address = lay_out(tmp_path, "", f"<p></p><template><svg>{picture}</svg></template>")
    asked = f'({ASKED}, page.querySelector("template").content.textContent)'
    assert ask([address], asked, 800, tmp_path) == ["w"]
    assert ask([f"{address}?notation=udacity"], asked, 800, tmp_path) == ["i"]


def test_a_page_that_is_opened_in_a_notation_shows_it_and_no_other(tmp_path):
    ((first,),) = ask([lay_out(tmp_path, "") + "?notation=udacity"], ASKED, 800, tmp_path)
    assert first[:4] == ["udacity", "Let ∂E/∂h be.", "", "udacity"]


def test_letters_that_cannot_be_loaded_are_named_and_the_page_stays_as_it_was(tmp_path):
    ((first, second),) = ask([lay_out(tmp_path, "nielsen")], ASKED, 800, tmp_path)
    assert second[:4] == first[:4] == ["book", "Let δ be.", "", "book"]
    assert second[4] == "The letters of Nielsen could not be loaded. This is the notation: Book"


def test_what_was_written_of_pages_that_are_gone_is_removed(tmp_path):
    for name in (
        "a.html",
        "b/c.d.html",
        "_letters/a.mazur.js",
        "_letters/b/c.d.mazur.js",
        "_letters/b/gone.x.mazur.js",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    orphans(FOLDER, r"\.\w+\.js")(SimpleNamespace(outdir=tmp_path), None)
    left = {path.relative_to(tmp_path / FOLDER).as_posix() for path in (tmp_path / FOLDER).rglob("*.js")}
    assert left == {"a.mazur.js", "b/c.d.mazur.js"}
