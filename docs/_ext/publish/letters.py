"""Adds a file for each page and notation: the page carries this book's letters, and the others come when asked for.

Where notations differ, the page has a slot with what this book writes. A file registers what another notation writes
there, as a script, since a page that was opened from a disk may load no other kind.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from literate_bp.formula.notation import BOOK, NOTATIONS
from page.incremental import writing
from publish.templates import Page, add_step, orphans

FOLDER = "_letters"
ORDER = 10
VARIANT = re.compile(r'<(?P<tag>[a-z]+)\b(?P<attributes>[^<>]*\bdata-n="(?P<names>[^"]*)"[^<>]*)>')
NOT_KEPT = re.compile(r' data-n="[^"]*"| style="display:var\(--bp-n-[^"]*"| class="n"|(?<=class=")n (?=[^"]*")')


@dataclass(frozen=True)
class Variant:
    """An element that belongs to some notations, and where it stands."""

    tag: str
    attributes: str
    names: frozenset[str]
    content: str
    start: int
    end: int


def variants(html: str) -> Iterator[Variant]:
    """Yield the elements that belong to some notations alone, but none that stands in another."""
    position = 0
    while begin := VARIANT.search(html, position):
        inner, position = end_of_element(html, begin["tag"], begin.end())
        attributes = NOT_KEPT.sub("", begin["attributes"])
        names = frozenset(begin["names"].split())
        yield Variant(begin["tag"], attributes, names, html[begin.end() : inner], begin.start(), position)


def end_of_element(html: str, tag: str, position: int) -> tuple[int, int]:
    """Return where the end tag of an element begins and ends whose start tag ends at a position."""
    depth = 1
    for found in re.compile(rf"<{tag}\b[^<>]*(?<!/)>|</{tag}>").finditer(html, position):
        depth += -1 if found[0].startswith("</") else 1
        if depth == 0:
            return found.start(), found.end()
    message = f"<{tag}> has no end: {html[position : position + 80]!r}"
    raise ValueError(message)


def in_notation(html: str, name: str) -> str:
    """Return HTML as one notation has it: the elements of others are gone, and those of this one are what they hold."""
    parts, position = [], 0
    for variant in variants(html):
        parts.append(html[position : variant.start])
        if name in variant.names:
            parts.append(in_notation(variant.content, name))
        position = variant.end
    return "".join([*parts, html[position:]])


def slots(html: str) -> Iterator[list[Variant]]:
    """Yield the variants that stand side by side, as long as no notation comes twice."""
    run: list[Variant] = []
    for variant in variants(html):
        beside = run and not html[run[-1].end : variant.start].strip() and not goes_on(run, variant)
        if run and not beside:
            yield run
            run = []
        run.append(variant)
    if run:
        yield run


def goes_on(run: Sequence[Variant], variant: Variant) -> bool:
    """Whether a variant begins a slot of its own behind others."""
    first = run[0]
    seen = frozenset[str]().union(*(each.names for each in run))
    return bool(seen & variant.names) or (first.tag, first.attributes) != (variant.tag, variant.attributes)


def split(html: str) -> tuple[str, dict[str, dict[int, str]]]:
    """Return a page in the notation of this book, and what the others write in its slots, by notation and slot."""
    letters: dict[str, dict[int, str]] = {name: {} for name in NOTATIONS if name != BOOK.name}
    parts, position = [], 0
    for number, run in enumerate(slots(html)):
        own = written(run, BOOK.name)
        for name, found in letters.items():
            if (other := written(run, name)) != own:
                found[number] = other
        parts += [html[position : run[0].start], slot(run[0], number, own)]
        position = run[-1].end
    return "".join([*parts, html[position:]]), {name: found for name, found in letters.items() if found}


def written(run: Sequence[Variant], name: str) -> str:
    """Return what a notation writes in a slot, if anything."""
    return "".join(in_notation(variant.content, name) for variant in run if name in variant.names)


def slot(like: Variant, number: int, content: str) -> str:
    """Return the element of a slot."""
    return f'<{like.tag}{like.attributes} data-slot="{number}">{content}</{like.tag}>'


def script(name: str, letters: dict[int, str]) -> str:
    """Return the file that registers what a notation writes."""
    return f"letters[{json.dumps(name)}] = {json.dumps(letters, ensure_ascii=False, separators=(',', ':'))};\n"


def lay_out(html: str, page: Page) -> str:
    """Write the files of a page, and return the page with slots."""
    light, letters = split(html)
    scripts = {name: script(name, found) for name, found in letters.items()}
    with writing():
        for name, text in scripts.items():
            path = page.site / FOLDER / f"{page.name}.{name}.js"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    state = sha256("".join(scripts.values()).encode()).hexdigest()[:8]
    where = f' data-letters="{page.top}{FOLDER}/{page.name}" data-state="{state}"' if scripts else ""
    return light.replace("<html", f'<html data-notations="{" ".join(NOTATIONS)}"{where}', 1)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step, and remove what was written of pages that are gone."""
    add_step(app, lay_out, ORDER)
    app.connect("build-finished", orphans(FOLDER, r"\.\w+\.js"), priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
