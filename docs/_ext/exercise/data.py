"""Adds a file for each page with exercises: what answers and mistakes come to, and the numbers of all other sets.

A page asks for it when its reader begins one. It is a script that registers its data, since a page that was opened from
a disk may load no other kind; its name has a digest of its content, so that it fits its page.
"""

import json
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from sphinx.application import Sphinx

from exercise.asked import Asked
from exercise.sets import Numbers
from page.incremental import writing
from page.notes import PageNotes
from publish.templates import Page, add_step, orphans

FOLDER = "_exercises"
ORDER = 11


@dataclass(frozen=True)
class Kept:
    """An exercise as its page's file has it: its name, what it asks, its sets of numbers."""

    name: str
    asks: tuple[Asked, ...]
    sets: tuple[Numbers, ...]

    def data(self) -> dict[str, Any]:
        """Return what the script of the page needs."""
        return {"asks": [ask.data() for ask in self.asks], "sets": [self.set_data(each) for each in self.sets]}

    def set_data(self, numbers: Numbers) -> dict[str, Any]:
        """Return a set, with what each question comes to."""
        comes_to = [ask.set_data(outcome) for ask, outcome in zip(self.asks, numbers.outcomes, strict=True)]
        return {"seed": numbers.seed, "texts": numbers.texts, "asks": comes_to}


EXERCISES = PageNotes[Kept]("exercises")


def script(page: str, kept: list[Kept]) -> str:
    """Return the file of a page."""
    data = {each.name: each.data() for each in kept}
    return f"exercises[{json.dumps(page)}] = {json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n"


def lay_out(app: Sphinx, html: str, page: Page) -> str:
    """Write the file of a page, and return the page, which says where it is."""
    kept = EXERCISES.by_page(app.env).get(page.name, [])
    if not kept:
        return html
    text = script(page.name, kept)
    name = f"{page.name}.{sha256(text.encode()).hexdigest()[:8]}.js"
    path = page.site / FOLDER / name
    with writing():
        path.parent.mkdir(parents=True, exist_ok=True)
        for older in (page.site / FOLDER).glob(f"{page.name}.*.js"):
            older.unlink()
        path.write_text(text, encoding="utf-8")
    return html.replace("<html", f'<html data-exercises="{page.top}{FOLDER}/{name}"', 1)


def add_files(app: Sphinx) -> None:
    """Add the step that writes the files, and remove those of pages that are gone."""
    add_step(app, partial(lay_out, app), ORDER)
    app.connect("build-finished", orphans(FOLDER, r"\.\w+\.js"), priority=900)
    EXERCISES.connect(app)
