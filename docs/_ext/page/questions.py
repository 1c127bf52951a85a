"""Adds the questions that readers bring, and lets the search lead from the words that people type to the answers.

`docs/questions.toml` has them by group: the words, the label of the section that answers, whether the first page shows
it, what people type, and who asked it where. {questions} `NAME` lists a group, and {questions} `first page` lists those
that the first page shows. A label that no page has fails the build.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.index_entries import split_index_msg
from sphinx.util.typing import ExtensionMetadata

from literate_bp.validation import one_of
from page.failures import report
from page.notes import PageNotes

FILE = Path(__file__).parents[2] / "questions.toml"
FIRST_PAGE = "first page"
MORE = "Further questions"
"""The group of the questions that the chapters ask besides those of learners."""
SHOWN = PageNotes[str]("questions")
"""The groups that each page shows."""
THREAD = re.compile(r"https://github\.com/(?P<repository>[^/]+/[^/]+)/(?P<kind>issues|pull)/(?P<number>\d+)$")
SITE = re.compile(r"https://(?P<site>[^/]+)/")


class Asked(NamedTuple):
    """Where a question was asked: the title of the thread, its address, and the day if it is known."""

    title: str
    address: str
    day: date | None = None

    @property
    def markdown(self) -> str:
        """Say it, with a link."""
        day = f", {self.day.day} {self.day:%B %Y}" if self.day else ""
        return f"Asked as “{escaped(self.title)}” in [{place(self.address)}]({self.address}){day}."


@dataclass(frozen=True)
class Question:
    """A question, the label of its answer, what people type who ask it, and where it was asked."""

    words: str
    target: str
    typed: tuple[str, ...]
    first: bool = False
    asked: Asked | None = None

    @property
    def markdown(self) -> str:
        """Write it as an item of a list."""
        typed = "Searched for as " + ", ".join(f"*{escaped(words)}*" for words in self.typed) + "."
        about = f"{self.asked.markdown} {typed}" if self.asked else typed
        return f"- [{self.words}](#{self.target})\n\n  {about}\n"


def escaped(text: str) -> str:
    """Let Markdown print a text as it is; what it quotes stands in single quotes."""
    return re.sub(r"([\\`*_{}\[\]<>$])", r"\\\1", re.sub(r'"([^"]*)"', "‘\\1’", text))


def place(address: str) -> str:
    """Name a thread by its address: a repository with the number of its issue, or a site."""
    if thread := THREAD.match(address):
        return f"{thread['repository']}, {'issue' if thread['kind'] == 'issues' else 'pull request'} {thread['number']}"
    return SITE.match(address)["site"]


@cache
def groups(file: Path = FILE) -> dict[str, tuple[Question, ...]]:
    """Read the questions of each group; without the file there are none."""
    if not file.exists():
        return {}
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: tuple(read_question(**entry) for entry in entries) for name, entries in tables.items()}


def read_question(
    words: str, target: str, typed: list[str], asked: dict[str, Any] | None = None, *, first: bool = False
) -> Question:
    """Make a question of its entry in the file."""
    return Question(words, target, tuple(typed), first, Asked(**asked) if asked else None)


def questions() -> Iterator[Question]:
    """Give the questions of all groups."""
    for group in groups().values():
        yield from group


def shown(name: str) -> tuple[Question, ...]:
    """Return the questions of a group, or those of the first page."""
    if name == FIRST_PAGE:
        return tuple(question for question in questions() if question.first)
    return groups()[one_of("group of questions", name, groups())]


class Questions(SphinxDirective):
    """Lists questions, each with a link to its answer; on their own page also with what is known of them."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Write the list; a name that is no group is an error at its place."""
        self.env.note_dependency(FILE)
        name = self.arguments[0]
        try:
            found = shown(name)
        except ValueError as error:
            raise self.error(str(error)) from error
        SHOWN.add(self.env, [name])
        if name == FIRST_PAGE:
            return self.parse_text_to_nodes("".join(f"- [{each.words}](#{each.target})\n" for each in found))
        (listed,) = self.parse_text_to_nodes("\n".join(each.markdown for each in found))
        for item in listed.children:
            item.children[-1]["classes"].append("asked")
        listed["classes"].append("questions")
        return [listed]


def answers(env: BuildEnvironment) -> Iterator[tuple[Question, str, str]]:
    """Give the questions that have an answer, with its page and its place on the page."""
    for question in questions():
        if question.target in env.domains.standard_domain.anonlabels:
            yield question, *env.domains.standard_domain.anonlabels[question.target]


def typed(env: BuildEnvironment) -> Iterator[tuple[str, str, str]]:
    """Give what people type, each with the page and the place on it that they look for."""
    for question, page, anchor in answers(env):
        yield from ((words, page, anchor) for words in question.typed)


def search_entries(env: BuildEnvironment) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Give every entry of the search index: its page; what is typed, the place on the page, and its weight."""
    for page, entries in env.domains.index_domain.entries.items():
        for kind, value, anchor, weight, _ in entries:
            yield from ((page, (words, anchor, weight)) for words in split_index_msg(kind, value))
    for words, page, anchor in typed(env):
        yield page, (words, anchor, "main")


def fill_search_index(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Let the search find the entries of all pages: Sphinx knows those of the pages that this build writes."""
    index = app.env._search_index_index_entries  # noqa: SLF001  Sphinx has no other name for it
    index.clear()
    for page, entry in search_entries(app.env):
        index.setdefault(page, []).append(entry)
    return ()


def report_unanswered(app: Sphinx, env: BuildEnvironment) -> None:
    """Report a question that leads nowhere; what is built of one page alone knows too little to tell."""
    answered = {question for question, *_ in answers(env)}
    for page, names in SHOWN.by_page(env).items():
        for question in (question for name in names for question in shown(name)):
            if question not in answered and not app.config.one_page:
                message = f"'{question.words}' in {FILE.name} leads to '{question.target}', which no page has"
                report("check", message, page)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, and let the search find the words."""
    app.add_directive("questions", Questions)
    app.connect("html-collect-pages", fill_search_index)
    app.connect("env-check-consistency", report_unanswered)
    SHOWN.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
