"""Adds the directives `equation` and `derivation` and the role `formula`: equations made by code, each with its check.

`equation` shows the formula that a rule writes; `derivation` a step that is typed as Python, and `formula` such a line
within a sentence. An equation that comes any other way has no check, and is a warning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.directives.patches import MathDirective
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata, OptionSpec

from formula.latex import displayed, inline, latex_by_notation, with_shapes
from literate_bp.formula.expression import Equation
from literate_bp.formula.formula import formula
from literate_bp.formula.signatures import SIGNATURES
from literate_bp.proof.check import Check
from literate_bp.proof.derivation import RUNS, Derivation, derivation
from page.failures import report
from page.notes import PageNotes
from program.listing import Listing
from proof.check_mark import check_mark
from proof.kept import checks

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DisplayedEquation:
    """A displayed equation: its page, its label, where it comes from, its checks, and its LaTeX by notation."""

    docname: str
    label: str
    source: str
    checks: tuple[Check, ...]
    latex: dict[str, str]


EQUATIONS = PageNotes[DisplayedEquation]("equations")


def displayed_math(latex: dict[str, str], **attributes: str) -> nodes.math_block:
    """Make the node of a displayed equation from its LaTeX by notation."""
    return nodes.math_block(
        latex["book"], latex["book"], number=None, notations=latex, checked=True, **{"no-wrap": False}, **attributes
    )


class EquationDirective(MathDirective):
    """What both directives share: the displayed equation, its number, the mark of its check."""

    option_spec: ClassVar[OptionSpec] = {
        "label": directives.unchanged,
        "end": directives.unchanged,
        "shapes": directives.flag,
    }

    def display(
        self, equations: Sequence[Equation], checks: tuple[Check, ...], source: str, label: str
    ) -> list[nodes.Node]:
        """Display equations with the mark beside them, and note them for the list of all equations."""
        docname = self.env.current_document.docname
        writer_of = with_shapes if "shapes" in self.options else displayed
        written = latex_by_notation(equations, self.options.get("end", ""), writer_of)
        node = displayed_math(written, docname=docname, label=self.options.get("label", label))
        node["check_mark"] = check_mark(checks, source)
        self.set_source_info(node)
        made: list[nodes.Node] = [node]
        self.add_target(made)
        latex = latex_by_notation(equations, "", writer_of)
        EQUATIONS.add(self.env, [DisplayedEquation(docname, node["label"], source, checks, latex)])
        return made


class RuleEquation(EquationDirective):
    """The formula of a rule, as the rule writes it."""

    required_arguments, has_content = 1, False
    option_spec: ClassVar[OptionSpec] = {**EquationDirective.option_spec, "written-out": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Let the rule write it, check it, display it; `written-out: i=3` adds a side without the sum over i."""
        rule = self.arguments[0]
        checks = self.checks(rule)
        try:
            found = formula(rule)
        except (NotImplementedError, ValueError) as error:
            report("check", f"{rule} has no formula: {error}", self.get_location())
            return []
        if counts := self.options.get("written-out"):
            found = found.unrolled({c.split("=")[0].strip(): int(c.split("=")[1]) for c in counts.split(",")})
        return self.display(found.equations, checks, f"literate_bp.{rule}", found.label)

    def checks(self, rule: str) -> tuple[Check, ...]:
        """Check a rule; if a check fails, report it, and let the page be read to its end."""
        try:
            return checks(rule, Path(self.env.srcdir, self.config.cell_results), self.config.cell_versions)
        except AssertionError as error:
            report("check", str(error), self.get_location())
            return ()


class DerivationStep(EquationDirective):
    """A step of a derivation, typed as Python, and evaluated on both sides."""

    required_arguments, optional_arguments, has_content = 0, 0, True
    option_spec: ClassVar[OptionSpec] = {
        **EquationDirective.option_spec,
        "layers": directives.unchanged,
        "activation": directives.unchanged,
        "cost": directives.unchanged,
        "examples": directives.positive_int,
        "depth": directives.positive_int,
        "residual": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Parse it, evaluate it, display it."""
        try:
            step = derivation("\n".join(self.content))
            checks = (both_sides(step, self.conditions()),)
        except ValueError as error:
            report("check", str(error), self.get_location())
            return []
        number = self.env.new_serialno("equations")
        label = f"eq-{self.env.current_document.docname.replace('/', '-')}-{number}"
        return self.display(step.equations, checks, step.text, label)

    def conditions(self) -> dict[str, object]:
        """Return the options that say for which networks the step holds."""
        names = ("activation", "cost", "examples", "depth")
        given: dict[str, object] = {name: self.options[name] for name in names if name in self.options}
        given |= {"residual": True} if "residual" in self.options else {}
        return given | {"layers": layers_of(self.options.get("layers", ""))}


def both_sides(step: Derivation, conditions: dict[str, object]) -> Check:
    """Evaluate all sides of a step on random networks; sides that differ are a ValueError."""
    worst = step.check(**conditions)
    signs = {equation.sign for equation in step.equations}
    result = "no side is less than the first" if "≤" in signs else "all sides come to the same"
    return Check(f"On {RUNS} random networks, for every node, {result}.", "Numbers", worst)


def layers_of(text: str) -> dict[str, str]:
    """Parse in which layer each letter is: `j=L, k=L`."""
    return dict(tuple(map(str.strip, part.split("="))) for part in text.split(",") if part.strip())  # type: ignore[misc]  # two parts each


class FormulaRole(SphinxRole):
    """A line of Python as a formula within a sentence; if it has sides, they are evaluated."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Parse it, evaluate it, write it; conditions follow a semicolon: `…; k=L, activation=softmax`."""
        typed, _, conditions = self.text.partition(";")
        try:
            step = derivation(typed)
            if any(len(equation.sides) > 1 for equation in step.equations):
                both_sides(step, self.conditions(conditions))
        except ValueError as error:
            report("check", str(error), self.get_location())
            return [nodes.literal(typed, typed)], []
        written = latex_by_notation(step.equations, writer_of=inline)
        return [nodes.math(written["book"], written["book"], notations=written, checked=True)], []

    def conditions(self, text: str) -> dict[str, object]:
        """Parse for which networks the formula holds."""
        layers = layers_of(text)
        given: dict[str, object] = {name: layers.pop(name) for name in ("activation", "cost") if name in layers}
        return given | {"layers": layers}


class RuleDirective(Listing):
    """A rule: its formula with the check, unless the page has shown it already, and its listing."""

    option_spec: ClassVar[OptionSpec] = {**Listing.option_spec, **RuleEquation.option_spec}

    def run(self) -> list[nodes.Node]:
        """Set the two together."""
        return [*self.equation(self.arguments[0]), *super().run()]

    def equation(self, dotted: str) -> list[nodes.Node]:
        """Make the equation, if the rule has one."""
        rule, here = dotted.removeprefix("literate_bp."), self.env.current_document.docname
        seen = any(equation.source == dotted for equation in EQUATIONS.by_page(self.env).get(here, []))
        if seen or rule not in SIGNATURES:
            return []
        options = {key: self.options.pop(key) for key in RuleEquation.option_spec if key in self.options}
        place = (self.content_offset, self.block_text, self.state, self.state_machine)
        return RuleEquation("equation", [rule], options, StringList(), self.lineno, *place).run()


def warn_of_unchecked(_app: Sphinx, doctree: nodes.document) -> None:
    """Warn of a displayed equation that no directive of ours has made."""
    for node in doctree.findall(nodes.math_block):
        if not node.get("checked"):
            logger.warning(
                "equation without a check: %s; use {equation} or {derivation}",
                node.astext(),
                location=node,
                type="check",
            )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives and the role."""
    app.add_directive("equation", RuleEquation)
    app.add_directive("derivation", DerivationStep)
    app.add_directive("rule", RuleDirective, override=True)
    app.add_role("formula", FormulaRole())
    app.connect("doctree-read", warn_of_unchecked)
    EQUATIONS.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
