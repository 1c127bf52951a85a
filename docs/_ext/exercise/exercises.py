"""Adds the directive `exercise`: a question whose answer is a number, which readers type and the page checks.

Within it, {ask} has the expression of an answer and those of known mistakes, {hint} a step, {solution} the way, and
the role {drawn}`expression` a number. What it speaks of is named by a first block of Python. All of it runs while the
page is read: an exercise that asks for nothing, a mistake that cannot be told from the answer, a typed decimal number,
a hint that gives the answer away, and a solution that does not say it fail the build.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.typing import ExtensionMetadata, OptionSpec
from sphinx_design.dropdown import DropdownDirective

from exercise.asked import read
from exercise.data import EXERCISES, Kept, add_files
from exercise.drawn import BOOK, Source
from exercise.sets import Exercise, Numbers, Value, gives_away, is_answer, value
from page.failures import report

SETUP = re.compile(r"\A\s*```python\n(?P<code>.*?)^```\n", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"\d[.,]\d")
LINE = "……………"
"""What stands where the answer is written by hand."""
HINT, SOLUTION = "exercise-hint", "exercise-solution"


class DrawnRole(SphinxRole):
    """A number of an exercise, which the exercise puts in."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Keep the expression."""
        return [nodes.inline("", "", value=value(self.text), classes=["drawn"])], []


class AskDirective(SphinxDirective):
    """A question, the expression that answers it, and those of mistakes."""

    required_arguments, final_argument_whitespace, has_content = 1, True, True
    option_spec: ClassVar[OptionSpec] = {"to": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Write the question, and keep what answers it."""
        try:
            found = read(self.content, self.options.get("to", "3 decimals"))
        except ValueError as error:
            report("check", f"ask {self.arguments[0]!r}: {error}", self.get_location())
            return []
        words, messages = self.parse_inline(f"{self.arguments[0]}, {found.rounding.words}:")
        line = nodes.inline("", LINE, classes=["answer-line"])
        return [nodes.paragraph("", "", *words, nodes.Text(" "), line, ask=found, classes=["ask"]), *messages]


class Fold(DropdownDirective):
    """A fold of an exercise."""

    optional_arguments = 0
    option_spec: ClassVar[OptionSpec] = {}
    title: ClassVar[str]
    container: ClassVar[str]

    def run_with_defaults(self) -> list[nodes.Node]:
        """Make a dropdown with its title and its class."""
        self.arguments, self.options["class-container"] = [self.title], [self.container]
        return super().run_with_defaults()


class HintDirective(Fold):
    """A step on the way."""

    title, container = "Hint", HINT


class SolutionDirective(Fold):
    """The whole way."""

    title, container = "Solution", SOLUTION


class ExerciseDirective(DropdownDirective):
    """An exercise, itself a fold."""

    required_arguments, optional_arguments, final_argument_whitespace, has_content = 1, 0, True, True
    option_spec: ClassVar[OptionSpec] = {
        "name": directives.unchanged_required,
        "sizes": directives.unchanged_required,
        "seed": directives.unchanged_required,
    }

    def run_with_defaults(self) -> list[nodes.Node]:
        """Read it, check it, put its numbers in, and note it for the file of its page."""
        whole, name = self.content, self.options.pop("name")
        setup = SETUP.match("\n".join(whole))
        self.content = whole[setup[0].count("\n") :] if setup else whole
        self.options["class-container"] = ["exercise"]
        (box,) = super().run_with_defaults()
        box[0]["ids"] = [f"exercise-{name}"]
        try:
            kept = self.checked(name, box, self.source(setup["code"] if setup else ""))
        except ValueError as error:
            report("check", f"exercise {self.arguments[0]!r}: {error}", self.get_location())
            return [box]
        box["container_classes"] += ["varies"] if len(kept.sets) > 1 else []
        put_in(box, kept)
        EXERCISES.add(self.env, [kept])
        return [box]

    def source(self, setup: str) -> Source:
        """Return where the numbers come from."""
        sizes = tuple(map(int, self.options["sizes"].split("-"))) if "sizes" in self.options else ()
        seed = self.options.get("seed", "0")
        return Source(sizes, BOOK if seed == BOOK else int(seed), setup)

    def checked(self, name: str, box: nodes.Element, source: Source) -> Kept:
        """Return the exercise with its sets of numbers; a ValueError says what is wrong with it."""
        asks = tuple(node["ask"] for node in having(box, "ask"))
        exercise = Exercise(source, tuple(values(box)), asks)
        require(box, exercise)
        sets = exercise.sets()
        require_way(box, exercise, sets[0])
        return Kept(name, asks, sets)


def having(node: nodes.Element, key: str) -> list[nodes.Element]:
    """Return what in a node has a value to put in, or an ask, in the order of the text."""
    return [each for each in node.findall(nodes.TextElement) if key in each]


def values(node: nodes.Element) -> Iterator[Value]:
    """Yield the values in a node, in their order."""
    return (each["value"] for each in having(node, "value"))


def folds(box: nodes.Element, kind: str) -> list[nodes.Element]:
    """Return the hints of an exercise, or its solutions."""
    return [each for each in box.findall(nodes.container) if kind in each.get("container_classes", ())]


def require(box: nodes.Element, exercise: Exercise) -> None:
    """Refuse an exercise that lacks something, and numbers that are typed."""
    if not exercise.asks:
        raise ValueError("it asks for nothing; {ask} was expected, with the expression that answers")
    if not folds(box, HINT):
        raise ValueError("it has no hint; {hint} was expected, with a first step")
    if len(folds(box, SOLUTION)) != 1:
        raise ValueError(f"it has {len(folds(box, SOLUTION))} solutions; one {{solution}} was expected")
    for text in (each for part in box[1:] for each in part.findall(nodes.Text)):  # behind the title, which has a number
        if TYPED.search(text) and not isinstance(text.parent, nodes.literal | nodes.math):
            raise ValueError(f"{str(text).strip()!r} has a typed number; write {{drawn}} and an expression")


def require_way(box: nodes.Element, exercise: Exercise, first: Numbers) -> None:
    """Refuse a solution that does not say an answer, and a hint that says the last one."""
    (solution,) = folds(box, SOLUTION)
    for place, ask in enumerate(exercise.asks):
        if not any(is_answer(each, exercise, first, place) for each in values(solution)):
            answer = first.outcomes[place][0]
            raise ValueError(f"its solution does not say {answer:.6g}, which is {ask.expression!r}")
    for number, hint in enumerate(folds(box, HINT), 1):
        if given := gives_away([*values(hint)], exercise, first):
            raise ValueError(f"hint {number} gives the answer away: {given!r}")


def put_in(box: nodes.Element, kept: Kept) -> None:
    """Put the numbers of the first set in, and number the hints."""
    for node, text in zip(having(box, "value"), kept.sets[0].texts, strict=True):
        node.append(nodes.Text(text))
        del node["value"]
    for node in having(box, "ask"):
        del node["ask"]
    for number, hint in enumerate(folds(box, HINT), 1):
        hint[0].children = [nodes.Text(f"Hint {number}")]
        hint[0].setup_child(hint[0].children[0])


def report_lost(_app: Sphinx, document: nodes.document) -> None:
    """Report a number or a question that stands in no exercise."""
    for node in [*having(document, "value"), *having(document, "ask")]:
        if not any("exercise" in each.get("container_classes", ()) for each in ancestors(node)):
            report("check", "{drawn} or {ask} stands in no exercise", node)


def ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    """Yield what a node stands in."""
    while node := node.parent:
        yield node


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives and the role, and write the files."""
    for name, directive in {
        "exercise": ExerciseDirective,
        "ask": AskDirective,
        "hint": HintDirective,
        "solution": SolutionDirective,
    }.items():
        app.add_directive(name, directive, override=True)  # docutils has hints, too
    app.add_role("drawn", DrawnRole())
    app.connect("doctree-read", report_lost)
    add_files(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
