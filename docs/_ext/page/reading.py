"""Adds a line below a page's title: how long it takes to read, which pages it needs, and what its readers read next.

The front matter of a page says which pages it `needs`, and which `readers` have it on their path; each chapter says
both. The minutes are computed from its words (`page/words.py`). The directive `paths` makes the table of all paths: the
pages in order, with their minutes, and the sum.
"""

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from literate_bp.validation import one_of
from page.failures import report
from page.notes import PageNotes
from page.words import FRONT, minutes, without_folds

READERS = ("learner", "teacher", "engineer")
KEYS = ("needs", "readers")


class Reading(NamedTuple):
    """What a page says of itself: the keys that it lacks, its needs and readers, its minutes, and those in folds."""

    lacks: tuple[str, ...]
    needs: tuple[str, ...]
    readers: tuple[str, ...]
    minutes: int
    folded: int


NOTES = PageNotes[Reading]("reading")
TABLES = PageNotes[str]("paths")


def read(source: str) -> Reading:
    """Read the front matter of a page, and count its minutes: at first reading, and for what is folded."""
    front = FRONT.match(source)
    given = yaml.safe_load(front["yaml"]) or {} if front else {}
    needs, readers = (tuple(given.get(key) or ()) for key in KEYS)
    first = minutes(without_folds(source))
    return Reading(tuple(key for key in KEYS if key not in given), needs, readers, first, minutes(source) - first)


def note(app: Sphinx, docname: str, content: list[str]) -> None:
    """Note what a page says of itself, if it says anything; a chapter has to."""
    reading = read(content[0])
    if is_chapter(docname) or reading.lacks != KEYS:
        NOTES.add(app.env, [reading])


def is_chapter(docname: str) -> bool:
    """Whether a page is a chapter: its name begins with two digits and a hyphen."""
    return bool(re.match(r"\d\d-", docname))


def readings(env: BuildEnvironment) -> dict[str, Reading]:
    """Return what the pages say of themselves."""
    return {docname: found[0] for docname, found in NOTES.by_page(env).items()}


def check(_app: Sphinx, env: BuildEnvironment) -> None:
    """Report every page whose front matter lacks a key, names what is not there, or leads in a circle."""
    known = readings(env)
    for docname, reading in known.items():
        for problem in [*problems(docname, reading, env.found_docs), *circles(docname, known)]:
            report("check", f"front matter: {problem}", docname)


def problems(docname: str, reading: Reading, pages: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with the front matter of a page."""
    if is_chapter(docname) and reading.lacks:
        lacking = " and ".join(f"{key}: [...]" for key in reading.lacks)
        yield f"a chapter says which pages it needs, and which readers it is for: add {lacking}"
    for what, given, names in (("page in needs", reading.needs, sorted(pages)), ("reader", reading.readers, READERS)):
        for name in given:
            try:
                one_of(what, name, names)
            except ValueError as error:
                yield str(error)


def circles(docname: str, known: dict[str, Reading]) -> Iterator[str]:
    """Yield the shortest way along the needs from a page back to itself; of the pages on it, the first one has it."""
    ways, seen = [(docname,)], set[str]()
    for way in ways:
        following = known[way[-1]].needs if way[-1] in known else ()
        if docname in following:
            if docname == min(way):
                yield f"the needs lead in a circle: {' → '.join([*way, docname])}"
            return
        ways += [(*way, page) for page in following if page not in seen]
        seen.update(following)


def reading_order(app: Sphinx) -> list[str]:
    """Return the pages in the order of the tables of contents."""
    found: list[str] = []

    def walk(docname: str) -> None:
        found.append(docname)
        for child in app.env.toctree_includes.get(docname, []):
            walk(child)

    walk(app.config.root_doc)
    return found


def path(app: Sphinx, reader: str) -> list[str]:
    """Return the pages on a reader's path, in reading order."""
    known = readings(app.env)
    return [docname for docname in reading_order(app) if docname in known and reader in known[docname].readers]


# --- the line ---------------------------------------------------------------


def number_and_title(app: Sphinx, docname: str) -> tuple[str, str]:
    """Return the number of a chapter as the tables of contents have it, or nothing, and the title of the page."""
    number = app.env.toc_secnumbers.get(docname, {}).get("", ())
    title = app.env.titles[docname].astext() if docname in app.env.titles else docname
    return ".".join(map(str, number)), title


def link(app: Sphinx, here: str, docname: str) -> str:
    """Write a link to a page: a chapter by its number, another page by its title."""
    number, title = number_and_title(app, docname)
    uri, named = html.escape(app.builder.get_relative_uri(here, docname)), html.escape(title)
    if not number:
        return f'<a href="{uri}"><cite>{named}</cite></a>'
    return f'<a href="{uri}" title="{named}">chapter {number}</a>'


def listed(texts: Iterable[str]) -> str:
    """Write an enumeration: a, b and c."""
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def goes_on(app: Sphinx, docname: str, readers: Iterable[str]) -> str:
    """Write where the path of each reader goes on; those who go the same way are named together."""
    ways: dict[str, list[str]] = {}
    for reader in readers:
        pages = path(app, reader)
        after = [*pages[pages.index(docname) + 1 :], ""] if docname in pages else [""]
        ways.setdefault(after[0], []).append(f"{reader}s")
    told = [f"{listed(who)} go on to {link(app, docname, page)}" for page, who in ways.items() if page]
    ends = [f"the path of {listed(who)} ends here" for page, who in ways.items() if not page]
    return "; ".join([*told, *ends])


def line(app: Sphinx, docname: str, reading: Reading) -> str:
    """Write the line of a page."""
    needs = listed(link(app, docname, page) for page in reading.needs) if reading.needs else "no chapter before it"
    folded = f", {reading.minutes + reading.folded} with the folds" if reading.folded else ""
    parts = [
        f"{reading.minutes} minute{'s' * (reading.minutes != 1)} of reading{folded}",
        f"needs {needs}",
        goes_on(app, docname, reading.readers) if reading.readers else "",
    ]
    return f'<p class="reading">{" ".join(f"<span>{part}</span>" for part in parts if part)}</p>\n'


def add_line(app: Sphinx, docname: str, _template: str, context: dict[str, object], _doctree: object) -> None:
    """Insert the line below the title."""
    body, reading = context.get("body"), readings(app.env).get(docname)
    if isinstance(body, str) and reading:
        title, end, rest = body.partition("</h1>\n")
        context["body"] = title + end + line(app, docname, reading) + rest


def write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have the pages written whose line has changed with another page, and then the table of paths."""
    if app.config.one_page:
        return []
    lines = {docname: line(app, docname, reading) for docname, reading in readings(env).items()}
    before: dict[str, str] = getattr(env, "reading_lines", {})
    env.reading_lines = lines
    changed = [docname for docname in lines if lines[docname] != before.get(docname)]
    return [*changed, *TABLES.by_page(env)] if lines != before else []


# --- the table --------------------------------------------------------------


class Paths(SphinxDirective):
    """The place of the table."""

    def run(self) -> list[nodes.Node]:
        """Leave the place open until all pages are read."""
        TABLES.add(self.env, ["paths"])
        return [nodes.container("", classes=["all-paths"])]


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the table in its place, now that every page is read."""
    for place in doctree.findall(nodes.container):
        if "all-paths" in place["classes"]:
            place.children = [paths_table(app, docname)]


def paths_table(app: Sphinx, here: str) -> nodes.table:
    """Make the table: the pages that are on some path, with their minutes for whoever reads them, and the sums."""
    known, paths = readings(app.env), {reader: path(app, reader) for reader in READERS}
    rows = [
        row(
            page_entry(app, here, docname),
            [str(known[docname].minutes) if docname in on else "" for on in paths.values()],
        )
        for docname in reading_order(app)
        if any(docname in on for on in paths.values())
    ]
    sums = [hours(sum(known[docname].minutes for docname in on)) for on in paths.values()]
    group = nodes.tgroup(
        "", nodes.colspec(colwidth=1, stub=1), *(nodes.colspec(colwidth=1) for _ in paths), cols=1 + len(paths)
    )
    group += nodes.thead("", row(nodes.paragraph("", "minutes of reading for a"), READERS))
    group += nodes.tbody("", *rows, row(nodes.paragraph("", "together"), sums, "total"))
    return nodes.table("", group, classes=["paths"])


def row(first: nodes.paragraph, others: Iterable[str], *classes: str) -> nodes.row:
    """Make a row of the table."""
    entries = [first, *(nodes.paragraph("", text) for text in others)]
    return nodes.row("", *(nodes.entry("", entry) for entry in entries), classes=[*classes])


def page_entry(app: Sphinx, here: str, docname: str) -> nodes.paragraph:
    """Link to a page, with its number."""
    uri = app.builder.get_relative_uri(here, docname)
    return nodes.paragraph(
        "", "", nodes.reference("", " ".join(filter(None, number_and_title(app, docname))), refuri=uri, internal=True)
    )


def hours(minutes: int) -> str:
    """Write a number of minutes: 95 is 1 h 35."""
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else str(minutes)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Read the front matter, check it, and insert the line; register the directive."""
    app.add_directive("paths", Paths)
    app.connect("source-read", note)
    app.connect("env-check-consistency", check)
    app.connect("env-get-updated", write_again, priority=700)  # after the chapters have got their numbers
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", add_line, priority=600)  # above the notes on notations
    NOTES.connect(app)
    TABLES.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
