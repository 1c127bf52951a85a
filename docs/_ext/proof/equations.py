"""Displayed equations, none of which is typed, and none of which stands without its check.

The directive `equation` shows what a rule writes; `derivation` holds lines of Python, and the role `formula` such a
line within a sentence. Beside each displayed one stands a mark that opens its check, `equations` lists them all, and
an equation that came in another way is a warning.
"""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.states import Inliner
from docutils.statemachine import StringList
from docutils.utils import unescape
from sphinx.application import Sphinx
from sphinx.directives.patches import MathDirective
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec

from formula.latex import Kind, displayed, inline, with_shapes
from literate_bp.formula.expression import Equation, Expression
from literate_bp.formula.formula import SIGNATURES, formula
from literate_bp.formula.letters import superscript
from literate_bp.formula.notation import NOTATIONS, Notation
from literate_bp.formula.printing import Latex
from literate_bp.formula.translation import translated
from literate_bp.proof.derivation import RUNS, Derivation, derivation
from literate_bp.proof.proof import Check, checks_of
from program.listing import Rule

logger = logging.getLogger(__name__)
PAGE = "reference/checked"


@dataclass(frozen=True)
class Shown:
    """A displayed equation of a page: where it is, what it is, and how it was checked."""

    docname: str
    label: str
    source: str
    checks: tuple[Check, ...]
    node: nodes.math_block


def latex(equations: Sequence[Equation], notation: Notation, end: str = "", kind: Kind = displayed) -> str:
    """Write equations with the letters of a notation, each with the class of its meaning.

    Where a notation has no letter for the error, what says that it is a derivative leaves one side.
    """
    write = kind(notation).text
    told = [translated(equation, notation) for equation in equations]
    lines = [list(dict.fromkeys(map(write, equation.sides))) for equation in told]
    return aligned(lines, equations) + end


def aligned(lines: list[list[str]], equations: Sequence[Equation]) -> str:
    """Set one side below the other where there are more than two, and equations below each other."""
    signs = [Latex().relation(equation.sign) for equation in equations]
    if len(lines) == 1 and len(lines[0]) < 3:
        return f" {signs[0]} ".join(lines[0])
    rows: list[str] = []
    for place, (sign, (first, *rest)) in enumerate(zip(signs, lines, strict=True)):
        if explains(equations[place], equations[:place]):
            rows[-1] += ","
            rows += [rf"&\text{{where }} {first} {sign} {side}" for side in rest]
            continue
        rows += [] if rest else [f"&{first}"]
        rows += [f"{first if number == 0 else ''} &{sign} {side}" for number, side in enumerate(rest)]
    return " \\\\ ".join(rows)


def explains(equation: Equation, earlier: Iterable[Equation]) -> bool:
    """Tell whether an equation says what something in an earlier one is."""
    return any(equation.sides[0] in parts(side) for other in earlier for side in other.sides[1:] or other.sides)


def parts(tree: Expression) -> Iterator[Expression]:
    """Give an expression and all that it is made of."""
    yield tree
    for child in tree.children:
        yield from parts(child)


def in_every_notation(equations: tuple[Equation, ...], end: str = "", kind: Kind = displayed) -> dict[str, str]:
    """Write equations in all notations, by name. A ½ stays: it is part of the cost that the page speaks of."""
    return {name: latex(equations, notation, end, kind) for name, notation in NOTATIONS.items()}


class Checked(MathDirective):
    """What both directives share: the displayed equation, its number, its mark."""

    option_spec: ClassVar[OptionSpec] = {
        "label": directives.unchanged,
        "end": directives.unchanged,
        "shapes": directives.flag,
    }

    def shown(
        self, equations: tuple[Equation, ...], checks: tuple[Check, ...], source: str, label: str
    ) -> list[nodes.Node]:
        """Display equations, note that they were checked, and put the mark beside them."""
        docname = self.env.current_document.docname
        kind = with_shapes if "shapes" in self.options else displayed
        written = in_every_notation(equations, self.options.get("end", ""), kind)
        node = nodes.math_block(
            written["book"], written["book"], docname=docname, number=None, label=self.options.get("label", label)
        )
        node["notations"], node["checked"], node["no-wrap"] = written, True, False
        node["listed"] = in_every_notation(equations, "", kind)
        node["mark"] = mark(checks, source)
        self.set_source_info(node)
        made: list[nodes.Node] = [node]
        self.add_target(made)
        known(self.env).append(Shown(docname, node["label"], source, checks, node.deepcopy()))
        return made


class RuleEquation(Checked):
    """The formula of a rule, as the rule writes it."""

    required_arguments, has_content = 1, False
    option_spec: ClassVar[OptionSpec] = {**Checked.option_spec, "written-out": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Write it, check it, show it."""
        return self.of_rule(self.arguments[0])

    def of_rule(self, rule: str) -> list[nodes.Node]:
        """Show the formula of a rule; `written-out: i=3` adds a side with the sum over i written out."""
        try:
            checks, found = checks_of(rule), formula(rule)
        except AssertionError as failed:
            raise self.error(str(failed)) from failed
        if counts := self.options.get("written-out"):
            found = found.unrolled({c.split("=")[0].strip(): int(c.split("=")[1]) for c in counts.split(",")})
        return self.shown(found.equations, checks, f"literate_bp.{rule}", found.label)


class StepEquation(Checked):
    """A step of a derivation, typed as Python, and evaluated on both sides."""

    required_arguments, optional_arguments, has_content = 0, 0, True
    option_spec: ClassVar[OptionSpec] = {
        **Checked.option_spec,
        "layers": directives.unchanged,
        "activation": directives.unchanged,
        "cost": directives.unchanged,
        "examples": directives.positive_int,
        "depth": directives.positive_int,
        "residual": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Read it, evaluate it, show it."""
        try:
            step = derivation("\n".join(self.content))
            checks = (both_sides(step, self.circumstances()),)
        except ValueError as error:
            raise self.error(str(error)) from error
        number = self.env.new_serialno("equations")
        label = f"eq-{self.env.current_document.docname.replace('/', '-')}-{number}"
        return self.shown(step.equations, checks, step.text, label)

    def circumstances(self) -> dict[str, object]:
        """Say on which networks it is to hold."""
        chosen = ("activation", "cost", "examples", "depth")
        given: dict[str, object] = {key: self.options[key] for key in chosen if key in self.options}
        given |= {"residual": True} if "residual" in self.options else {}
        return given | {"layers": places(self.options.get("layers", ""))}


def networks(said: str) -> dict[str, object]:
    """Read on which networks a formula of a sentence is to hold: `k=L, activation=softmax`."""
    layers = places(said)
    given: dict[str, object] = {key: layers.pop(key) for key in ("activation", "cost") if key in layers}
    return given | {"layers": layers}


def places(text: str) -> dict[str, str]:
    """Read where letters are: `j=L, k=L`."""
    return dict(tuple(map(str.strip, part.split("="))) for part in text.split(",") if part.strip())  # type: ignore[misc]  # two parts each


def both_sides(step: Derivation, circumstances: dict[str, object]) -> Check:
    """Evaluate all sides on random networks; sides that differ stop the build."""
    worst = step.check(**circumstances)
    signs = {equation.sign for equation in step.equations}
    said = "no side is less than the first" if "≤" in signs else "all sides come to the same"
    return Check(f"On {RUNS} random networks, for every node, {said}.", "Numbers", worst)


def mark(checks: tuple[Check, ...], source: str) -> str:
    """Write the mark beside an equation, which opens what was verified and how."""
    rows = "".join(map(item, checks))
    return (
        '<details class="check"><summary><span aria-hidden="true">✓</span>'
        '<span class="visually-hidden">How this equation was checked</span></summary>'
        f"<div><ul>{rows}</ul>{typed(source)}</div></details>"
    )


def item(check: Check) -> str:
    """Say how something was verified, what, and how far off it was."""
    how, worst = f"<span class='how'>{check.how}:</span>", error_text(check)
    off = "Exact" if worst == "exact" else f"Worst error: {worst}"
    return f"<li>{how} {html.escape(check.what)} <span class='how'>{off}.</span></li>"


def typed(source: str) -> str:
    """Set what made an equation: the name of a rule, or lines of Python."""
    return f"<pre>{html.escape(source)}</pre>"


def error_text(check: Check) -> str:
    """Write the worst error with one digit; a proof has none."""
    if check.worst == 0:
        return "exact"
    digit, _, power = f"{check.worst:.0e}".partition("e")
    return f"{digit}·10{superscript(str(int(power)))}"


def formula_role(
    _name: str, _raw: str, text: str, line: int, inliner: Inliner, _options: object = None, _content: object = ()
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Write a line of Python as a formula within a sentence; if it has sides, they are evaluated."""
    typed, _, said = unescape(text).partition(";")
    try:
        step = derivation(typed)
        if any(len(equation.sides) > 1 for equation in step.equations):
            both_sides(step, networks(said))
    except ValueError as error:
        message = inliner.reporter.error(str(error), line=line)
        return [inliner.problematic(text, text, message)], [message]
    written = in_every_notation(step.equations, kind=inline)
    return [nodes.math(written["book"], written["book"], notations=written, checked=True)], []


class Explained(Rule):
    """A rule: its formula with the check, unless the page has shown it already, and its listing."""

    option_spec: ClassVar[OptionSpec] = {**Rule.option_spec, **RuleEquation.option_spec}

    def run(self) -> list[nodes.Node]:
        """Set the two together."""
        return [*self.equation(self.arguments[0]), *super().run()]

    def equation(self, dotted: str) -> list[nodes.Node]:
        """Make the equation, if the rule has one."""
        rule, here = dotted.removeprefix("literate_bp."), self.env.current_document.docname
        seen = any(s.source == dotted and s.docname == here for s in known(self.env))
        if seen or rule not in SIGNATURES:
            return []
        options = {key: self.options.pop(key) for key in RuleEquation.option_spec if key in self.options}
        place = (self.content_offset, self.block_text, self.state, self.state_machine)
        return RuleEquation("equation", [rule], options, StringList(), self.lineno, *place).run()


class Equations(SphinxDirective):
    """The place of the list of all equations."""

    def run(self) -> list[nodes.Node]:
        """Leave the place open until all pages are read."""
        return [nodes.container("", classes=["all-equations"])]


def known(env: BuildEnvironment) -> list[Shown]:
    """Give the list that the pages' equations are noted in."""
    if not hasattr(env, "equations"):
        env.equations = []  # type: ignore[attr-defined]  # an environment is where extensions keep what pages say
    return cast("list[Shown]", env.equations)  # type: ignore[attr-defined]  # made above


def forget(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the equations of a page that is read again."""
    known(env)[:] = [shown for shown in known(env) if shown.docname != docname]


def merge(_app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Take over what another process read."""
    known(env).extend(shown for shown in known(other) if shown.docname in docnames)


def refuse_unchecked(_app: Sphinx, doctree: nodes.document) -> None:
    """Warn of a displayed equation that no directive of ours has made."""
    for node in doctree.findall(nodes.math_block):
        if not node.get("checked"):
            logger.warning(
                "equation without a check: %s; use {equation} or {derivation}",
                node.astext(),
                location=node,
                type="equations",
            )


def refuse_lost(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of a rule with a formula, and so with checks, that no page shows."""
    if PAGE not in env.found_docs:
        return
    sources = {shown.source for shown in known(env)}
    for rule in SIGNATURES:
        if f"literate_bp.{rule}" not in sources:
            logger.warning("the checks of %s have no equation: no page shows its formula", rule, type="equations")


def table_again(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the list again whenever a page was read."""
    return [PAGE] if PAGE in env.found_docs else []


def fill(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Fill the list of all equations."""
    for place in doctree.findall(nodes.container):
        if "all-equations" in place["classes"]:
            place.children = [listing(app)]


def listing(app: Sphinx) -> nodes.table:
    """Make the table: number, formula, what was verified and how, and the worst error at this build."""
    order = reading_order(app)
    pages = groupby(sorted(known(app.env), key=lambda s: order.index(s.docname)), key=lambda s: s.docname)
    rows = [
        row for docname, found in pages for row in [heading(app, docname), *(r for s in found for r in rows_of(app, s))]
    ]
    return table(("", "equation", "what was verified, and how", "worst error"), rows)


def reading_order(app: Sphinx) -> list[str]:
    """Give the pages in the order of the tables of contents."""
    found: list[str] = []

    def walk(docname: str) -> None:
        found.append(docname)
        for child in app.env.toctree_includes.get(docname, []):
            walk(child)

    walk(app.config.root_doc)
    return found


def heading(app: Sphinx, docname: str) -> nodes.row:
    """Make the row that says from which page the equations below it are."""
    title = [child.deepcopy() for child in app.env.titles[docname].children]
    link = nodes.reference("", "", *title, refuri=app.builder.get_relative_uri(PAGE, docname), internal=True)
    return nodes.row("", nodes.entry("", nodes.paragraph("", "", link), morecols=3), classes=["chapter"])


def rows_of(app: Sphinx, shown: Shown) -> Iterator[nodes.row]:
    """Make the rows of one equation, one for each check."""
    uri = app.builder.get_relative_uri(PAGE, shown.docname) + f"#equation-{shown.label}"
    number = nodes.paragraph("", "", nodes.reference("", number_of(app, shown), refuri=uri, internal=True))
    display = shown.node.deepcopy()
    display["number"], display["mark"], display["notations"] = None, "", display["listed"]
    source = nodes.raw("", typed(shown.source), format="html")
    cells = [nodes.entry("", *parts, morerows=len(shown.checks) - 1) for parts in ([number], [display, source])]
    for check in shown.checks:
        label = nodes.inline("", f"{check.how}: ", classes=["how"])
        verified = nodes.entry("", nodes.paragraph("", "", label, nodes.Text(check.what)))
        yield nodes.row("", *cells, verified, nodes.entry("", nodes.paragraph("", error_text(check))))
        cells = []


def number_of(app: Sphinx, shown: Shown) -> str:
    """Give the number of an equation as it stands on its page."""
    within = app.env.toc_fignumbers.get(shown.docname, {}).get("displaymath", {})
    number = within.get(f"equation-{shown.label}")
    return f"({'.'.join(map(str, number))})" if number else shown.label


def table(head: tuple[str, ...], rows: list[nodes.row]) -> nodes.table:
    """Build a table of docutils."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in head)))
    group += nodes.tbody("", *rows)
    return nodes.table("", group, classes=["checked"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives, the role, and what watches over them."""
    app.add_directive("equation", RuleEquation)
    app.add_directive("derivation", StepEquation)
    app.add_directive("equations", Equations)
    app.add_directive("rule", Explained, override=True)
    app.add_role("formula", formula_role)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("doctree-read", refuse_unchecked)
    app.connect("env-check-consistency", refuse_lost)
    app.connect("env-updated", table_again)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
