"""Adds the directive `exercise`: questions that readers answer and the page checks.

Within it, {ask} has the expression of an answer and those of known mistakes, {choose} a right formula and wrong ones,
{order} the steps of a calculation, {bug} such steps of which one is wrong, {break} when a claim is false, {write} a
rule to write, which {written} lists in the solution, {hint} a step, {solution} the way, and the role
{drawn}`expression` a number. A first block of Python names what it speaks of.
All of it runs while the page is read: an exercise that asks for nothing, a mistake that cannot be told from the answer,
a typed decimal number, a hint that gives the answer away, and a solution that does not say it fail the build.
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

from exercise.asked import Asked, read
from exercise.broken import read_break
from exercise.chosen import read_choose
from exercise.data import EXERCISES, Kept, add_files
from exercise.drawn import BOOK, Source
from exercise.sets import Exercise, Numbers, Value, gives_away, is_answer, value
from exercise.steps import Bug, Order, steps_of
from exercise.written import read_write
from page.failures import report
from proof.equations import layers_of

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


class Question(SphinxDirective):
    """A question of any kind."""

    required_arguments, final_argument_whitespace, has_content = 1, True, True

    def found(self) -> Asked:
        """Return what is asked; a ValueError says what is wrong with it."""
        raise NotImplementedError

    def words(self) -> str:
        """Return the words of the question."""
        return str(self.arguments[0])

    def run(self) -> list[nodes.Node]:
        """Write the question, and keep what answers it."""
        try:
            found = self.found()
        except ValueError as error:
            report("check", f"{self.name} {self.arguments[0]!r}: {error}", self.get_location())
            return []
        below = found.listed()
        words, messages = self.parse_inline(self.words() if below else f"{self.words()}, {found.asks_for}:")
        line = nodes.inline("", LINE, classes=["answer-line"])
        classes = ["ask", "has-list"] if below else ["ask"]
        made = nodes.paragraph("", "", *words, nodes.Text(" "), line, ask=found, classes=classes)
        return [made, *([below] if below else []), *messages]


class AskDirective(Question):
    """A question for a number: the expression that answers it, and those of mistakes."""

    option_spec: ClassVar[OptionSpec] = {"to": directives.unchanged_required}

    def found(self) -> Asked:
        """Read the expressions."""
        return read(self.content, self.options.get("to", "3 decimals"))


class ChooseDirective(Question):
    """A question for a formula; `of` is what it comes to, `where` for which networks."""

    option_spec: ClassVar[OptionSpec] = {"of": directives.unchanged_required, "where": directives.unchanged_required}

    def found(self) -> Asked:
        """Read the formulas."""
        layers = layers_of(self.options.get("where", ""))
        given: dict[str, object] = {name: layers.pop(name) for name in ("activation", "cost") if name in layers}
        return read_choose(self.content, self.options["of"], given | {"layers": layers})


class OrderDirective(Question):
    """A question for an order of steps."""

    def found(self) -> Asked:
        """Read the steps."""
        return Order(steps_of(self.content))


class BugDirective(Question):
    """A question for a wrong line; `gives` is what the last line should come to."""

    option_spec: ClassVar[OptionSpec] = {"gives": directives.unchanged_required}

    def found(self) -> Asked:
        """Read the lines."""
        return Bug(steps_of(self.content), self.options["gives"])


class BreakDirective(Question):
    """A question for a number that breaks a claim, `from` one number `to` another."""

    option_spec: ClassVar[OptionSpec] = {"from": directives.unchanged_required, "to": directives.unchanged_required}

    def found(self) -> Asked:
        """Read when the claim is false."""
        return read_break(self.content, self.options["from"], self.options["to"])


class WriteDirective(Question):
    """A question for the body of a rule."""

    def words(self) -> str:
        """Name the rule."""
        return f"Write the body of `{self.arguments[0].partition('.')[2]}`."

    def found(self) -> Asked:
        """Read the rule and the mistakes."""
        return read_write(self.arguments[0], self.content)


class WrittenDirective(SphinxDirective):
    """The listing of a rule to write, for a solution."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """List it."""
        try:
            return [read_write(self.arguments[0], ()).solution()]
        except ValueError as error:
            report("check", f"{self.name}: {error}", self.get_location())
            return []


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
        "by-hand": directives.flag,
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
        return Source(sizes, BOOK if seed == BOOK else int(seed), setup, "by-hand" in self.options)

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
        raise ValueError("it asks for nothing; {ask} was expected, or a question of another kind")
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
    hints = folds(box, HINT)
    for place, ask in enumerate(exercise.asks):
        said = ask.is_said(solution)
        if said is None:
            said = any(is_answer(each, exercise, first, place) for each in values(solution))
        if not said:
            raise ValueError(f"its solution does not say the answer, {ask!r}")
    for number, hint in enumerate(hints, 1):
        if given := gives_away([*values(hint)], exercise, first):
            raise ValueError(f"hint {number} gives the answer away: {given!r}")
        if exercise.asks[-1].is_said(hint):
            raise ValueError(f"hint {number} gives the answer away")


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
        "choose": ChooseDirective,
        "order": OrderDirective,
        "bug": BugDirective,
        "break": BreakDirective,
        "write": WriteDirective,
        "written": WrittenDirective,
        "hint": HintDirective,
        "solution": SolutionDirective,
    }.items():
        app.add_directive(name, directive, override=True)  # docutils has hints, too
    app.add_role("drawn", DrawnRole())
    app.connect("doctree-read", report_lost)
    add_files(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
