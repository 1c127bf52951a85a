"""The built book: what it asks of a browser and a font, its numbers, its figures, its questions, how tall it is."""

import posixpath
import re
import subprocess
import sys
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import built
import fresh
import nbformat
import prose
import pytest
from browser import ask
from fontTools.ttLib import TTFont
from pages import DOCS
from pages import PAGES as SOURCES
from shown import Frame, in_letters, letters_of, slots
from words import formulas_of_html, formulas_of_markdown, split, words_of_html, words_of_markdown

from literate_bp.formula.notation import NOTATIONS
from page.assets import MATH, TEXT_FONTS
from page.questions import FIRST_PAGE, questions, shown
from publish import plots
from publish.bundle import COMMENT, classes, rules
from publish.letters import FOLDER
from publish.metadata import LONGEST, SHORTEST
from publish.policy import POLICY

HERE = Path(__file__).parents[2]
PAGES = HERE / "docs/_build/html"
ELSEWHERE = re.compile(r"^\s*(?:https?:)?//")
IN_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?\s*(?:https?:)?//[^)"']+""")
CLASSES = re.compile(r'\bclass="([^"]*)"')
UNDRAWN = "\n\ufe0e"  # a line's end, and the wish for text instead of a picture
FETCHING = {"src", "srcset", "data", "poster", "href", "xlink:href"}


class Page(HTMLParser):
    """The ids of a page, the characters of its formulas, and all that a browser fetches without being asked."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.fetched, self.formulas, self.in_math = [], [], set(), False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_endtag(self, tag):
        self.in_math = self.in_math and tag != "math"

    def handle_data(self, data):
        self.formulas |= set(data) if self.in_math else set()

    def handle_starttag(self, tag, attrs):
        self.in_math = self.in_math or tag == "math"
        self.ids += [value for name, value in attrs if name == "id"]
        if tag != "a" and ("rel", "canonical") not in attrs:
            self.fetched += [value for name, value in attrs if name in FETCHING and value]
        self.fetched += [found for name, value in attrs if name == "style" for found in IN_CSS.findall(value or "")]


@pytest.fixture(scope="module")
def pages():
    """The book itself, as `nox -s docs` builds it; what is up to date is not built again."""
    options = ("-q", "-n", "-W", "--keep-going", "-j", "auto", "-d", str(PAGES.with_name("doctrees")))
    command = [sys.executable, "-m", "sphinx", *options, str(HERE / "docs"), str(PAGES)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert result.returncode == 0, result.stderr
    moved = 'http-equiv="refresh"'  # a page at an old address has nothing on it but the new one
    written = [path for path in PAGES.rglob("*.html") if moved not in path.read_text(encoding="utf-8")[:300]]
    return {path.relative_to(PAGES).as_posix(): Page(path) for path in written}


def test_no_page_asks_another_host(pages):
    assert "index.html" in pages
    asked = {name: [url for url in page.fetched if ELSEWHERE.match(url)] for name, page in pages.items()}
    assert not {name: urls for name, urls in asked.items() if urls}


def test_no_style_sheet_asks_another_host(pages):
    sheets = list(PAGES.rglob("*.css")) if pages else []
    assert sheets
    assert not {path.name: found for path in sheets if (found := IN_CSS.findall(path.read_text(encoding="utf-8")))}


def test_no_id_stands_twice_on_a_page(pages):
    twice = {name: [key for key, n in Counter(page.ids).items() if n > 1] for name, page in pages.items()}
    assert not {name: keys for name, keys in twice.items() if keys}


def test_no_page_shows_an_address_in_memory(pages):
    texts = {name: (PAGES / name).read_text(encoding="utf-8") for name in pages}
    assert not [name for name, text in texts.items() if re.search(r"\b0x[0-9a-f]{9,}", text)]


def test_the_math_font_has_every_character_of_the_formulas_in_every_notation(pages, letters):
    drawn = set().union(*(page.formulas for page in pages.values()))
    for each in (each for found in letters.values() for each in found.values()):
        drawn |= set(
            "".join(re.findall(r">([^<>]+)<", unescape("".join(text for text in each.values() if "<math" in text))))
        )
    assert "z" in drawn
    fonts = (TTFont(PAGES / "_static/fonts" / file).getBestCmap() for file in MATH)
    font = set().union(*fonts)
    assert not {char for char in drawn if ord(char) not in font and char not in UNDRAWN}


def test_the_text_font_has_every_character_of_the_text_that_its_package_has(texts):
    whole = TTFont(TEXT_FONTS / "files/stix-two-text-latin-400-normal.woff2").getBestCmap()
    made = TTFont(PAGES / "_static/fonts/stix-two-text-latin-400-normal.woff2").getBestCmap()
    written = {char for text in texts.values() for char in unescape(re.sub(r"<[^<>]*>", "", text))}
    assert "é" in written
    assert not {char for char in written if ord(char) in whole and ord(char) not in made}


def test_no_number_that_a_page_computes_is_typed_in_its_prose(pages):
    assert "index.html" in pages
    found = []
    for source in SOURCES:
        name, page = source.relative_to(DOCS).with_suffix(""), source.read_text(encoding="utf-8")
        glued = PAGES.with_name("jupyter_execute") / f"{name}.glue.json"
        html = (PAGES / f"{name}.html").read_text(encoding="utf-8")
        values = prose.computed(page, html, glued.read_text(encoding="utf-8") if glued.exists() else "{}")
        found += [f"{name}.md:{typed.line}: {typed.text} copies {value}" for typed, value in prose.copied(page, values)]
    assert not found, "\n".join(found)


TALLEST = 12_000
"""How tall a chapter may be, in pixels, in a window 1,200 pixels wide, with its folds closed."""
CHAPTERS = [source.stem for source in SOURCES if source.name[:2].isdigit()]


def test_no_chapter_is_too_tall(pages, tmp_path):
    addresses = [(PAGES / f"{name}.html").as_uri() for name in CHAPTERS if pages]
    heights = dict(zip(CHAPTERS, ask(addresses, "page.documentElement.scrollHeight", 1200, tmp_path), strict=True))
    assert {name: height for name, height in heights.items() if height > TALLEST} == {}


def test_every_plot_is_an_image_whose_files_are_there_and_no_other_files_are(pages):
    named = set()
    for name in pages:
        html = (PAGES / name).read_text(encoding="utf-8")
        inline = re.findall(r'<figure class="bp-picture">(?!<picture>)(.*?)</figure>', html, re.DOTALL)
        assert all("<text" in picture for picture in inline), name
        for attributes in re.findall(r"<(?:img|source)\b[^>]*\.svg[^>]*>", html):
            found = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
            file = posixpath.normpath(posixpath.join(posixpath.dirname(name), found.get("src") or found["srcset"]))
            root = ET.parse(PAGES / file).getroot()  # noqa: S314  our own drawing
            assert (root.get("width"), root.get("height")) == (found["width"], found["height"])
            named.add(Path(file).name)
    assert len(named) > 50
    assert {path.name for path in (PAGES / plots.FOLDER).iterdir()} == named


NARROW = """(() => {
  page.documentElement.style.overflow = "hidden"; // a bar at the side takes room from the page, not from the window
  const source = page.querySelector(".bp-picture source");
  const view = page.querySelector(".bp-picture:has(> template) .bp-portrait");
  return [page.defaultView.matchMedia(source.media).matches, view.checkVisibility()];
})()"""


def test_plots_and_diagrams_become_narrow_in_the_same_window(pages, tmp_path):
    page = [(PAGES / "12-cures.html").as_uri()] if pages else []
    found = {width: ask(page, NARROW, width, tmp_path) for width in (360, 691, 692, 1200)}
    assert found == {360: [[True, True]], 691: [[True, True]], 692: [[False, False]], 1200: [[False, False]]}


def test_every_picture_has_number_and_caption_and_is_cited(pages):
    lacking = {}
    for name in [source.relative_to(DOCS).with_suffix("") for source in SOURCES] if pages else []:
        html = (PAGES / f"{name}.html").read_text(encoding="utf-8")
        found = built.figures(html)
        cited = built.mentioned(html, found)
        if plain := [at for at in found if not (at.numbered and at.caption and at.id in cited)]:
            lacking[name] = plain
    assert lacking == {}


def test_every_question_leads_to_its_section_its_fold_or_its_equation(pages):
    links = []
    for name in ("index.html", "reference/questions.html") if pages else ():
        html = (PAGES / name).read_text(encoding="utf-8")
        found = re.findall(r'<a class="reference internal" href="([^"#]+)#([^"]+)"><span class="std', html)
        links += [(posixpath.normpath(posixpath.join(name, "..", page)), anchor) for page, anchor in found]
    assert len(links) >= len([*questions()]) + len(shown(FIRST_PAGE))
    texts = {page: (PAGES / page).read_text(encoding="utf-8") for page, _ in links}
    assert not [f"{page}#{anchor}" for page, anchor in links if not built.place(texts[page], anchor)]


def test_every_citation_of_a_chapter_has_its_number(pages):
    numberless = re.compile(r'std-numref">[^<]*\b[Cc]hapter(?!s? \d)[^<]*')
    texts = {name: (PAGES / name).read_text(encoding="utf-8") for name in pages}
    assert not {name: found for name, text in texts.items() if (found := numberless.findall(text))}


def test_the_search_leads_from_all_that_is_typed_to_the_answers(pages):
    index = built.search_index(PAGES) if pages else {}
    leads = {
        words: {anchor for _, anchor in built.searched(index, words)} for each in questions() for words in each.typed
    }
    assert not [(words, each.target) for each in questions() for words in each.typed if each.target not in leads[words]]


def test_the_search_finds_the_words_of_the_glossary(pages):
    index = built.search_index(PAGES) if pages else {}
    for word in ("pre-activation", "logit", "net input", "delta", "step size", "Xavier initialization", "bf16"):
        assert any(page == "reference/glossary" for page, _ in built.searched(index, word.lower())), word


FOUND = """await new Promise((done) => setTimeout(() => done(
  [...page.querySelectorAll("#search-results li a")].map((link) => link.getAttribute("href"))), 4000))"""


def test_the_page_of_the_search_finds(pages, tmp_path):
    address = f"{(PAGES / 'search.html').as_uri()}?q=dying+relu" if pages else ""
    (found,) = ask([address], FOUND, 1200, tmp_path)
    assert any("reference/" in each or "activations" in each for each in found), found


def test_most_chapters_lead_to_the_glossary(pages):
    texts = [(PAGES / f"{name}.html").read_text(encoding="utf-8") for name in CHAPTERS if pages]
    assert sum("reference/glossary.html#term-" in text for text in texts) > len(CHAPTERS) / 2


@pytest.fixture(scope="module")
def texts(pages):
    """Each page, as it is written."""
    return {name: (PAGES / name).read_text(encoding="utf-8") for name in pages}


@pytest.fixture(scope="module")
def letters(texts):
    """What every notation writes in the slots of each page that has some, by the page and the notation."""
    names = [name for name, text in texts.items() if "data-slot=" in text]
    return {name: {each: letters_of(PAGES, name, each) for each in NOTATIONS} for name in names}


def test_every_page_has_a_menu_of_all_notations(texts):
    menu = [[notation.name, notation.title] for notation in NOTATIONS.values()]
    assert not [name for name, text in texts.items() if Frame(text).menus != [menu, menu]]


def test_every_page_asks_for_its_letters_before_it_asks_for_a_style_sheet(texts):
    for name, text in texts.items():
        asked = [(tag, address) for tag, rel, address in Frame(text).head if tag == "script" or "stylesheet" in rel]
        assert asked[0][0] == "script", name
        assert "_static/notation.js" in asked[0][1], name
        assert f'data-notations="{" ".join(NOTATIONS)}"' in text, name


def test_a_page_carries_the_notation_of_this_book_alone(texts, letters):
    assert not [name for name, text in texts.items() if re.search(r"<[a-z][^<>]* data-n=", text)]
    assert len(letters) > 20
    assert not [name for name, found in letters.items() if found["book"]]


def test_the_files_of_letters_are_those_of_the_pages(letters):
    files = {path.relative_to(PAGES / FOLDER).as_posix() for path in (PAGES / FOLDER).rglob("*.js")}
    needed = {
        f"{name.removesuffix('.html')}.{each}.js"
        for name, found in letters.items()
        for each, written in found.items()
        if written
    }
    assert files == needed


def test_in_every_notation_each_formula_has_its_letters(texts, letters):
    wrong = []
    for name, found in letters.items():
        for slot, start, end in slots(texts[name]):
            written = [found[each].get(slot["number"], texts[name][start:end]) for each in NOTATIONS]
            if any(text.startswith("<math") for text in written) and not all("<math" in text for text in written):
                wrong.append(f"{name}: {texts[name][start:end]}")
    assert not wrong, "\n".join(wrong[:20])


def test_in_every_notation_a_picture_shows_the_same_number_of_labels(texts, letters):
    seen = 0
    for name, found in letters.items():
        shown = [in_letters(texts[name], found[each]) for each in NOTATIONS]
        pictures = [[svg.count("<text") for svg in re.findall("<svg.*?</svg>", html, re.DOTALL)] for html in shown]
        assert all(counts == pictures[0] for counts in pictures), name
        seen += sum(map(bool, pictures[0]))
    assert seen > 10


def test_no_page_has_a_style_or_a_script_of_its_own(texts):
    own = re.compile(r"<[a-zA-Z][^<>]*? (?:style|on[a-z]+)=|<style|<script(?![^<>]*\bsrc=)|javascript:")
    assert not {name: found[0] for name, text in texts.items() if (found := own.search(text))}
    first = f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    assert not [name for name, text in texts.items() if first not in text]


def test_every_file_that_a_page_asks_for_is_there(pages):
    asked = {(name, url.partition("?")[0]) for name, page in pages.items() for url in page.fetched if url}
    files = [(name, url) for name, url in asked if not re.match(r"#|data:|https?:", url)]
    assert len(files) > 1000
    within = re.compile(r"^(?:/|(?:\.\./)+)")  # the page for what is missing looks in one folder above another
    places = {
        (name, url): PAGES / within.sub("", url, 1) if name == "404.html" else (PAGES / name).parent / url
        for name, url in files
    }
    assert not [each for each, path in places.items() if not path.exists()]


def test_every_class_that_a_page_has_keeps_its_rules(texts):
    static = PAGES / "_static"

    def styled(*patterns):
        sheets = [path.read_text(encoding="utf-8") for pattern in patterns for path in static.glob(pattern)]
        assert sheets
        selectors = (rule.partition("{")[0] for sheet in sheets for rule in rules(COMMENT.sub("", sheet)))
        return {name for selector in selectors if not selector.startswith("@") for name in classes(selector)}

    shown = {name for text in texts.values() for name in " ".join(CLASSES.findall(text)).split()}
    brought, kept = styled("mystnb.*.css", "sphinx-design*.css"), styled("site-*.css")
    assert {"cell_output", "sd-dropdown"} <= brought & shown <= kept
    assert not {name for name in kept if name.startswith("sd-")} - shown


def test_every_notation_but_this_books_has_a_reminder_below_the_title_of_a_page_with_symbols(pages):
    text = (PAGES / "05-errors-flow-back.html").read_text(encoding="utf-8") if pages else ""
    _, _, below = text.partition("</h1>")
    (number,) = re.findall(r'<p class="notation-note" data-slot="(\d+)"></p>', below[:6000])
    told = {name: letters_of(PAGES, "05-errors-flow-back", name)[number] for name in NOTATIONS if name != "book"}
    assert "δⱼ = −∂E/∂hⱼ, with the other sign than in code" in told["udacity"]
    assert "wⱼᵢ leads from i to j, which in code is weights[i, j]" in told["nielsen"]
    assert "i is an input, and below another letter the number of a node" in told["mazur"]
    assert "L is a linear part, and above another letter the last layer" in told["four_diagrams"]
    assert "notation-note" not in (PAGES / "reference/notation.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", SOURCES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_the_markdown_of_a_page_says_what_its_html_says(pages, page):
    name = page.relative_to(DOCS).with_suffix("")
    html, text = ((PAGES / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "md")) if pages else ()
    assert not words_of_html(html) - words_of_markdown(text)
    assert formulas_of_html(html) == formulas_of_markdown(text)
    assert not re.search(r"\{[\w:-]+\}`|^:::|^```\{|\\class|data-n=", split(text)[0], re.MULTILINE)


NAMES = [page.relative_to(DOCS).with_suffix("").as_posix() for page in SOURCES]
BY_THE_SITE = {"reference/how-fast", "reference/notation", "reference/collisions"}
"""The pages whose tables a program of the site makes."""
RUN = [
    name
    for name, page in zip(NAMES, SOURCES, strict=True)
    if "\n```{code-cell}" in page.read_text(encoding="utf-8") and name not in BY_THE_SITE
]
"""The pages that are notebooks and scripts."""
SHORT = {"02-node-forward", "reference/as-printed"}


def test_pages_with_cells_are_notebooks_and_scripts(pages):
    assert pages
    for kind in ("ipynb", "py"):
        found = [path.relative_to(PAGES).with_suffix("").as_posix() for path in PAGES.rglob(f"*.{kind}")]
        assert sorted(name for name in found if not name.startswith("_static/")) == sorted(RUN)


@pytest.fixture(scope="module")
def environments(tmp_path_factory):
    """A function that returns a Python with the wheel, and what a page says to install beside it."""
    wheel, made = fresh.build_wheel(HERE, tmp_path_factory.mktemp("wheel")), {}

    def python(first, *others):
        name, extras, said = fresh.needed(first)
        assert name == wheel.name
        key = frozenset({*extras, *said, *others})
        if key not in made:
            made[key] = fresh.make(tmp_path_factory.mktemp("fresh"), wheel, extras, [*said, *others])
        return made[key]

    return python


@pytest.mark.parametrize(
    "page", [pytest.param(name, marks=() if name in SHORT else pytest.mark.exhaustive) for name in RUN]
)
def test_a_script_runs_with_the_wheel_and_what_it_names_and_nothing_else(pages, environments, page, tmp_path):
    assert f"{page}.html" in pages
    script = PAGES / f"{page}.py"
    ran = fresh.run(environments(script.read_text(encoding="utf-8").partition("\n\n")[0]), [script], tmp_path)
    assert ran.returncode == 0, ran.stderr[-2000:]


@pytest.mark.parametrize("page", sorted(SHORT))
def test_a_notebook_runs_with_the_wheel_and_what_it_names_and_nothing_else(pages, environments, page, tmp_path):
    assert f"{page}.html" in pages
    notebook = PAGES / f"{page}.ipynb"
    python = environments(nbformat.read(notebook, 4).cells[0].source, *fresh.RUNS_NOTEBOOKS)
    ran = fresh.run(python, ["-c", fresh.RUN_NOTEBOOK, notebook], tmp_path)
    assert ran.returncode == 0, ran.stderr[-2000:]


def test_every_notebook_is_valid_and_runs_what_its_script_runs(pages):
    assert pages
    for page in RUN:
        notebook = nbformat.read(PAGES / f"{page}.ipynb", 4)
        nbformat.validate(notebook)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        script = fresh.code_of((PAGES / f"{page}.py").read_text(encoding="utf-8"))
        for cell, code in zip(cells, script, strict=True):
            lines = [line.strip() for line in cell.source.splitlines() if not line.startswith("%%")]
            changed = "%%" in cell.source[:2] or "raises-exception" in cell.metadata.get("tags", [])
            if changed:
                assert all(line in code for line in lines)
            else:
                assert fresh.as_a_script_has_it(cell.source, code)


def test_no_two_pages_have_the_same_description(pages):
    heads = {name: (PAGES / name).read_text(encoding="utf-8").partition("</head>")[0] for name in pages}
    texts = {name: re.findall(r'<meta name="description" content="([^"]*)">', head) for name, head in heads.items()}
    assert not {name: found for name, found in texts.items() if len(found) != 1}
    assert not {name: text for name, (text,) in texts.items() if not SHORTEST <= len(unescape(text)) <= LONGEST}
    assert not {text: times for text, times in Counter(text for (text,) in texts.values()).items() if times > 1}
