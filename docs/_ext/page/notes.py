"""Adds nothing by itself: keeps what pages note while they are read, such as their equations, for the whole site."""

import hashlib
from collections.abc import Iterable
from typing import Generic, TypeVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

Note = TypeVar("Note")
AFTER_NUMBERS = 800
"""When chapters, equations and figures have their numbers, so that pages which show those are written again."""


def has_changed(env: BuildEnvironment, what: str, *parts: object) -> bool:
    """Return whether something is not what it was when this was asked at the last build; `what` is its name.

    Nodes are compared by what they say.
    """
    if not hasattr(env, "seen_last"):
        env.seen_last = dict[str, str]()
    now = hashlib.sha256("\0".join(map(said, parts)).encode()).hexdigest()
    before, env.seen_last[what] = env.seen_last.get(what), now
    return before != now


def said(part: object) -> str:
    """Return a text that is another one for another thing."""
    match part:
        case nodes.Node():
            return part.pformat()
        case dict():
            return said(sorted(part.items(), key=lambda item: repr(item[0])))  # a page that is read again comes last
        case list() | tuple():
            return f"({', '.join(map(said, part))})"
        case _:
            return repr(part)


class PageNotes(Generic[Note]):
    """Notes of one kind, kept by page in Sphinx's environment, which is pickled between builds."""

    def __init__(self, kind: str) -> None:
        self.attribute = f"notes_{kind}"

    def by_page(self, env: BuildEnvironment) -> dict[str, list[Note]]:
        """Return the notes of each page."""
        if not hasattr(env, self.attribute):
            setattr(env, self.attribute, {})
        return getattr(env, self.attribute)

    def add(self, env: BuildEnvironment, notes: Iterable[Note]) -> None:
        """Add notes to the page that is being read."""
        self.by_page(env).setdefault(env.current_document.docname, []).extend(notes)

    def all(self, env: BuildEnvironment) -> list[Note]:
        """Return the notes of all pages."""
        return [note for notes in self.by_page(env).values() for note in notes]

    def connect(self, app: Sphinx) -> None:
        """Forget a page that is read again, and take over the notes of other processes."""
        app.connect("env-purge-doc", self.forget)
        app.connect("env-merge-info", self.merge)

    def forget(self, _app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget the notes of a page."""
        self.by_page(env).pop(docname, None)

    def merge(self, _app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
        """Take over the notes of the pages that another process has read."""
        self.by_page(env).update({name: notes for name, notes in self.by_page(other).items() if name in docnames})
