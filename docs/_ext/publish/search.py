"""Adds the index that the search of a served site asks: Pagefind's, of the sections of pages, terms and functions.

Each of them is a result of its own, with its heading, its own text without code and tables, and what people type who
look for it, by `docs/questions.toml`. What chapters say counts more than what the reference says.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from html import escape, unescape
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from formula import copied
from formula.notations import in_all_notations
from literate_bp.formula.notation import BOOK
from page.incremental import writing
from page.questions import answers, typed
from page.reading import is_chapter
from program.api import FOLDER as MODULES
from publish.plain import book_latex, in_book, plain

FOLDER, SCRIPT = "_search", "search.js"
NOTED = "search"
"""The folder beside the doctrees that has what each page brings to the index."""
LEFT_OUT = {"404", "reference/questions"}
"""What is found in the place of something else, and what leads to answers that are found themselves."""
LISTS = {*("index", "reference/bibliography", "reference/checked", "reference/claims"), "reference/whole-program"}
"""Lists that are made of other pages."""
WEIGHTS = ((MODULES, 0.1), ("reference/api", 0.1), ("made", 0.3), ("reference", 0.6), ("teachers", 0.6))
"""What the words of a page count, by the beginning of its name; in a chapter they count 1."""
SIGNS = "+=/^%"
"""What is a part of a word besides letters, digits and underscores: people search for += and 1/4."""
OPTIONS = ("--force-language", "en", "--include-characters", SIGNS, "--quiet")
PART = {"PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE": "1500"}
"""How much of the index is one file: a query asks for those of its words. Pagefind knows no option for it."""
HEADING, ASKED, TYPED = 5, 3, 10
"""What the words of a heading count beside those of its text, those of a question anywhere, and what is typed."""
WORDS = "words.json"
"""The words of all places, for what is misspelt: Pagefind shortens a word until it finds something."""
NEEDED = ("pagefind.js", "pagefind-entry.json", "wasm.en.pagefind", "*.pf_meta", "index/*", "fragment/*")
"""What the page of the search asks for; Pagefind brings user interfaces, too."""
FORMULA = re.compile(r"\$([^$]*)\$")
ENDED = re.compile(r"[.,:;!?]$")
WORD = re.compile(r"[a-z]{3,}")
TAG = re.compile(r"<[^<>]*>")
PARAGRAPHS = (nodes.paragraph, nodes.caption, nodes.math_block)
SKIPPED = (nodes.title, nodes.table, nodes.literal_block, nodes.footnote, nodes.citation, addnodes.desc_signature)


@dataclass(frozen=True)
class Place:
    """A place of a page that can be found: where it is, what heads it, what it says, and other names of the place."""

    anchor: str
    heading: str
    text: str
    ids: tuple[str, ...] = ()


def places(document: nodes.document) -> Iterator[Place]:
    """Yield the sections of a page, the terms of a glossary, and the functions and classes of a module."""
    for node in document.findall():
        if head := heading(node):
            inside = (each for own in own_nodes(node) for each in own.get("ids", ()))
            text = " ".join(said(own) for own in own_nodes(node) if is_text(own))
            ids = tuple(dict.fromkeys([*anchors(node), *inside]))
            first = isinstance(node, nodes.section) and node.parent is document
            yield Place("" if first else ids[0], head, " ".join(text.split()), ids)


def heading(node: nodes.Node) -> str:
    """Return what heads a place; nothing if a node is none."""
    match node:
        case nodes.section():
            return plain(node.next_node(nodes.title) or nodes.title())
        case nodes.definition_list_item() if node.next_node(nodes.term).get("ids"):
            terms = node.findall(nodes.term)
            return ", ".join(plain(term) for term in terms if term.parent is node)
        case addnodes.desc() if not isinstance(node.parent.parent, addnodes.desc):
            signature = node.next_node(addnodes.desc_signature)
            return signature.get("fullname", "") if signature.get("ids") else ""
    return ""


def anchors(node: nodes.Element) -> list[str]:
    """Return the names of a place."""
    if isinstance(node, nodes.section):
        return list(node["ids"])
    kind = nodes.term if isinstance(node, nodes.definition_list_item) else addnodes.desc_signature
    return [each for own in node.findall(kind) if own.parent is node for each in own["ids"]]


def own_nodes(node: nodes.Element) -> Iterator[nodes.Element]:
    """Yield the elements of a place, without those that have no text to find and those of places within it."""
    for child in in_book(node.children):
        if isinstance(child, nodes.Element) and not isinstance(child, SKIPPED) and not heading(child):
            yield child
            if not isinstance(child, PARAGRAPHS):
                yield from own_nodes(child)


def is_text(node: nodes.Element) -> bool:
    """Whether an element is a paragraph, a formula, or what stands below a picture; what heads a listing is code."""
    return isinstance(node, PARAGRAPHS) and (
        not isinstance(node, nodes.caption) or isinstance(node.parent, nodes.figure)
    )


def said(node: nodes.Element) -> str:
    """Return the text of a paragraph, or of a formula; a formula that stands by itself ends like a sentence."""
    if not isinstance(node, nodes.math_block):
        return plain(node)
    text = copied.line(book_latex(node))
    return text if ENDED.search(text) else f"{text}."


def note(app: Sphinx, page: str, _template: str, _context: dict[str, object], doctree: nodes.document | None) -> None:
    """Note what a page brings to the index, when it is written: an index is made of all pages, and few are written."""
    if doctree is None or app.builder.format != "html" or page in LEFT_OUT:
        return
    path = Path(app.doctreedir, NOTED, f"{page}.json")
    with writing():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([asdict(place) for place in places(doctree)]), encoding="utf-8")


def noted(app: Sphinx, page: str) -> list[Place]:
    """Return what a page brings to the index."""
    path = Path(app.doctreedir, NOTED, f"{page}.json")
    found = [Place(**each) for each in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []
    return found[:1] if titles_alone(page) else found


def titles_alone(page: str) -> bool:
    """Whether nothing of a page is found but its title: a list of what others say, or a module of a package."""
    return page in LISTS or (page.startswith(f"{MODULES}/") and "." in page)


def weight(page: str) -> float:
    """Return what the words of a page count."""
    return next((weight for start, weight in WEIGHTS if page.startswith(start)), 1)


def where(app: Sphinx, page: str) -> str:
    """Return the title of a page, with the number of a chapter."""
    number = app.env.toc_secnumbers.get(page, {}).get("")
    title = plain(app.env.titles[page])
    return f"{number[0]}. {title}" if number and is_chapter(page) else title


def document(place: Place, address: str, page: str, counts: float, names: Iterable[tuple[float, str]]) -> str:
    """Write a place as a page of its own, as Pagefind reads it."""
    parts = [(min(HEADING * counts, 10), place.heading), (counts, place.text), *names]
    body = "".join(f'<p data-pagefind-weight="{n:g}">{escape(text)}</p>' for n, text in parts if text)
    own = len(f"{place.heading} {place.text}".split())
    meta = {"heading": place.heading, "page": page, "address": address, "words": own}
    known = "".join(
        f'<meta data-pagefind-meta="{name}[content]" content="{escape(str(text))}">' for name, text in meta.items()
    )
    return f'<html lang="en"><head>{known}</head><body>{body}</body></html>'


def as_line(formula: re.Match[str]) -> str:
    """Return a formula of a question as a line of text."""
    return copied.line(in_all_notations(formula[1])[BOOK.name])


def records(app: Sphinx) -> Iterator[str]:
    """Yield a page for each place that can be found, in one order."""
    typed_for: dict[tuple[str, str], list[str]] = {}
    asked_for: dict[tuple[str, str], list[str]] = {}
    for words, page, anchor in typed(app.env):
        typed_for.setdefault((page, anchor), []).append(words)
    for question, page, anchor in answers(app.env):
        asked_for.setdefault((page, anchor), []).append(FORMULA.sub(as_line, question.words))
    for page in sorted(app.env.found_docs - LEFT_OUT):
        title = where(app, page)
        for place in noted(app, page):
            address = app.builder.get_target_uri(page) + (f"#{place.anchor}" if place.anchor else "")
            names = [
                (counts, "; ".join(each for anchor in place.ids for each in found.get((page, anchor), ())))
                for counts, found in ((ASKED, asked_for), (TYPED, typed_for))
            ]
            yield document(place, address, title, weight(page), names)


def all_words(pages: Iterable[str]) -> list[str]:
    """Return the words of pages, those on most of them first."""
    found = Counter(word for page in pages for word in {*WORD.findall(unescape(TAG.sub(" ", page)).lower())})
    return sorted(found, key=lambda word: (-found[word], word))


def index(found: Iterable[str], folder: Path) -> None:
    """Have Pagefind write the index of pages into a folder."""
    with tempfile.TemporaryDirectory() as aside:
        for number, page in enumerate(found):
            Path(aside, f"{number:05}.html").write_text(page, encoding="utf-8")
        options = ("--site", aside, "--output-path", str(folder), *OPTIONS)
        subprocess.run([sys.executable, "-m", "pagefind", *options], check=True, env=os.environ | PART)


def replace(files: Mapping[Path, Path], folder: Path) -> None:
    """Have these files in a folder, and no others: most have a name made of what is in them, and are there already."""
    for old in [path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder) not in files]:
        old.unlink()
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.parent == Path() or not target.exists() or target.stat().st_size != path.stat().st_size:
            shutil.copyfile(path, target)


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the index at the end of a build of the whole site that wrote a page."""
    folder = Path(app.outdir, FOLDER)
    if error or app.builder.format != "html" or app.config.one_page:
        return
    if getattr(app.builder, "idle", False) and folder.exists():
        return
    with writing(), tempfile.TemporaryDirectory() as aside:
        pages = [*records(app)]
        index(pages, Path(aside))
        replace({path.relative_to(aside): path for each in NEEDED for path in Path(aside).glob(each)}, folder)
        (folder / WORDS).write_text(json.dumps(all_words(pages), separators=(",", ":")), encoding="utf-8")


def add_to_context(app: Sphinx, page: str, _template: str, context: dict[str, object], _doctree: object) -> None:
    """Hand the address of its script to the page of the search."""
    if page == "search":
        script = Path(app.confdir, "_static", SCRIPT)
        context["search_script"] = f"_static/{SCRIPT}?v={sha256(script.read_bytes()).hexdigest()[:8]}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Note what each page brings, and write the index when all pages are there."""
    app.connect("html-page-context", note)
    app.connect("html-page-context", add_to_context)
    app.connect("build-finished", write, priority=910)  # before `publish.offline`, which keeps all of it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
