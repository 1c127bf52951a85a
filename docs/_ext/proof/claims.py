"""Adds the role `claim`, the mark behind a sentence whose check ran in a cell, and `claims`, the list of all of them.

The mark covers the words from the beginning of the sentence, or from the mark before it. A claim that does not hold, a
mark without a check, and a check without a mark fail the build.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import docname_join
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from literate_bp.formula.letters import superscript
from page.failures import report
from page.notes import AFTER_NUMBERS, PageNotes, has_changed
from page.reading import reading_order
from proof.all_equations import heading, table
from proof.claim import KEY, MIME, Claim

PAGE = "reference/claims"
HEAD = ("what is claimed", "what was run", "worst case", "margin")
SENTENCE_ENDS = re.compile(r"(?<=[.!?])[”’\"')\]]*\s+(?=\S|$)")
SENTENCE_END = re.compile(r"[.!?][”’\"')\]]*\s*$")
BEFORE_CAPITAL = re.compile(r"\s+(?=[A-Z(“])")
PUNCTUATION = re.compile(r"[.,;:!?)”’]+")
SHORT = 20
UNIVERSAL = re.compile(r"\b(always|never|every|only|at most|at least|exactly|cannot)\b", re.IGNORECASE)


class claim_mark(nodes.Inline, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The mark ✓ behind the words of a claim."""


@dataclass(frozen=True)
class Claimed:
    """A claim: its page, its name, its words, its checks."""

    docname: str
    name: str
    words: tuple[nodes.Node, ...]
    checks: tuple[Claim, ...]

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return f"claim-{nodes.make_id(self.name)}"


CLAIMS = PageNotes[Claimed]("claims")


def checks_on_page(document: nodes.document) -> dict[str, list[Claim]]:
    """Return the checks that the cells of a page ran, by name."""
    found: dict[str, list[Claim]] = {}
    renderer = document.get("nb_renderer")
    for key, glued in renderer.renderer.nb_client.glue_data.items() if renderer else ():
        if key.startswith(KEY):
            checked = Claim(**json.loads(glued["data"][MIME]))
            found.setdefault(checked.name, []).append(checked)
    return found


class ClaimRole(SphinxRole):
    """The mark behind a sentence."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Find the checks; report those that do not hold."""
        document = self.inliner.document
        checks = checks_on_page(document).get(self.text, [])
        if not checks:
            report("check", f"claim {self.text!r}: no cell of this page checks it", self.get_location())
        for checked in checks:
            if not checked.holds:
                report("check", failure(checked), self.get_location())
        mark = claim_mark("", name=self.text, checks=checks, location=self.get_location())
        return [mark], []


def failure(checked: Claim) -> str:
    """Say how a claim fails."""
    return f"claim {checked.name!r} does not hold: {in_a_line(checked)}\n{checked.source}"


def in_a_line(checked: Claim) -> str:
    """Say what was run, the worst case and the margin."""
    worst = f"worst case {checked.worst}" if checked.worst else ""
    margin = f", margin {checked.margin}" if checked.margin else ""
    return "; ".join(filter(None, [checked.run, worst + margin]))


def cover_words(app: Sphinx, document: nodes.document) -> None:
    """Put the words of each claim together with its mark, and note it."""
    docname, marked = app.env.current_document.docname, set()
    for number, mark in enumerate(list(document.findall(claim_mark))):
        mark["key"] = f"claim-run-{number}"
        words = words_before(mark)
        listed = tuple(copies(in_list(words, goes_on=within_sentence(words, mark))))
        claimed = Claimed(docname, mark["name"], listed, tuple(mark["checks"]))
        report_strength(claimed, mark)
        wrap(mark, words, claimed.anchor if claimed.name not in marked else "")
        marked.add(claimed.name)
        CLAIMS.add(app.env, [claimed])
    keys = NbMetadataCollector.get_doc_data(app.env).get(docname, {}).get("glue", [])
    names = {key.removeprefix(KEY).rpartition(":")[0] for key in keys if key.startswith(KEY)}
    for name in sorted(names - marked):
        report("check", f"claim {name!r}: no sentence of this page has it behind it", docname)


def words_before(mark: claim_mark) -> list[nodes.Node]:
    """Return the nodes from the beginning of the sentence, or from the mark before, up to the mark."""
    found: list[nodes.Node] = []
    for node in reversed(mark.parent.children[: place_of(mark)]):
        if is_claimed(node) or (found and ends_sentence(node) and BEFORE_CAPITAL.match(found[0].astext())):
            break
        ends = [*SENTENCE_ENDS.finditer(node)] if isinstance(node, nodes.Text) else []
        if ends:
            before, after = nodes.Text(node[: ends[-1].end()]), nodes.Text(node[ends[-1].end() :])
            put(mark.parent, [before, after], node)
            return [after, *found]
        found.insert(0, node)
    return found


def is_claimed(node: nodes.Node) -> bool:
    """Whether a node is a mark, or words with their mark."""
    return isinstance(node, claim_mark) or "claimed" in getattr(node, "attributes", {}).get("classes", [])


def ends_sentence(node: nodes.Node) -> bool:
    """Whether an element, such as a question in italics, ends a sentence."""
    return not isinstance(node, nodes.Text) and bool(SENTENCE_END.search(node.astext()))


def within_sentence(words: list[nodes.Node], mark: claim_mark) -> bool:
    """Whether the words go on with a sentence that another mark has begun."""
    before = place_of(words[0] if words else mark) - 1
    previous = mark.parent.children[before] if before >= 0 else None
    return previous is not None and is_claimed(previous) and not SENTENCE_END.search(previous.astext())


def in_list(words: list[nodes.Node], *, goes_on: bool) -> Iterator[nodes.Node]:
    """Write words as they stand in the list: with dots where a sentence goes on, without a parenthesis left open."""
    text = "".join(node.astext() for node in words)
    for place, node in enumerate(words):
        if place == 0 and isinstance(node, nodes.Text):
            said = node.lstrip()
            opened = said.startswith("(") and text.count("(") > text.count(")")
            yield nodes.Text(("… " if goes_on else "") + said[opened:])
        else:
            yield node


def place_of(node: nodes.Node) -> int:
    """Return the place of a node among its siblings: the node itself, as two texts of the same words are equal."""
    return next(place for place, sibling in enumerate(node.parent.children) if sibling is node)


def put(parent: nodes.Element, new: list[nodes.Node], *old: nodes.Node) -> None:
    """Put nodes into the place of others, which stand side by side."""
    first = place_of(old[0])
    parent[first : first + len(old)] = new


def copies(words: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    """Copy words for the list: its links are those of the list's own page, and they keep no page in memory."""
    for node in words:
        copied = node.deepcopy()
        for each in copied.findall():
            each.document = None
        for element in copied.findall(nodes.Element):
            element["ids"] = []
        for link in copied.findall(pending_xref):
            if link["reftype"] == "doc":
                link["reftarget"] = "/" + docname_join(link["refdoc"], link["reftarget"])
            link["refdoc"] = PAGE
        yield nodes.Text(copied.astext()) if isinstance(copied, nodes.reference) else copied


def report_strength(claimed: Claimed, mark: claim_mark) -> None:
    """Report words that speak of all, where the check does not."""
    said = UNIVERSAL.search("".join(node.astext() for node in claimed.words))
    weak = [checked for checked in claimed.checks if checked.holds_for != "all"]
    if said and weak and len(weak) == len(claimed.checks):
        message = f"claim {claimed.name!r} says {said[0]!r}, and its check speaks of {weak[0].holds_for!r}"
        report("check", message, mark["location"])


def wrap(mark: claim_mark, words: list[nodes.Node], anchor: str) -> None:
    """Put words and mark into one element, which a link leads to."""
    parent, stop = mark.parent, punctuation_after(mark)
    covered = nodes.inline("", classes=["claimed"], ids=[anchor] if anchor else [])
    put(parent, [covered], *words, mark)
    start, last = last_word(words)
    covered += [*start, nodes.inline("", "", *last, *stop, mark, classes=["tied"])]


def last_word(words: list[nodes.Node]) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """Part what stays on one line with the mark: the last word, or a short last element."""
    if not words:
        return [], []
    *start, last = words
    if isinstance(last, nodes.Text):
        before, space, word = last.rpartition(" ")
        return [*start, nodes.Text(before + space)], [nodes.Text(word)]
    return (start, [last]) if len(last.astext()) <= SHORT else (words, [])


def punctuation_after(mark: claim_mark) -> list[nodes.Text]:
    """Take the punctuation behind a mark from the text there: it belongs to the words, and begins no line."""
    after = mark.next_node(descend=False, siblings=True)
    found = PUNCTUATION.match(after) if isinstance(after, nodes.Text) else None
    if not found:
        return []
    put(mark.parent, [nodes.Text(after[found.end() :])], after)
    return [nodes.Text(found[0])]


def visit_mark(writer: HTML5Translator, node: claim_mark) -> None:
    """Write a button that opens what was run."""
    key = node["key"]
    items, number = "".join(map(item, node["checks"])), int(key.rpartition("-")[2]) + 1
    writer.body.append(
        f'<button type="button" class="claim" popovertarget="{key}"><span aria-hidden="true">✓</span>'
        f'<span class="visually-hidden">How this sentence was checked, {number}</span></button>'
        f'<span class="claim-run" id="{key}" popover>{items}</span>'
    )
    raise nodes.SkipNode


def item(checked: Claim) -> str:
    """Write a check: what was run, the worst case, the margin, the Python."""
    run = html.escape(in_print(in_a_line(checked)))
    return f"<span>Run on {run}.</span><code>{html.escape(checked.source)}</code>"


def in_print(text: str) -> str:
    """Write numbers as they are printed: −1.5·10⁻⁷ and 10⁻⁹, not -1.5e-07 and 1e-09."""
    text = re.sub(r"(?<=\d)e([-+]\d+)", lambda power: f"·10{superscript(str(int(power[1])))}", text)
    text = re.sub(r"(?<![\d.])1·10", "10", text)
    return re.sub(r"(?<!\w)-(?=\d|inf)", "−", text)


def skip_mark(_writer: nodes.NodeVisitor, _node: claim_mark) -> None:
    """Leave the mark out where nothing can open it."""
    raise nodes.SkipNode


class AllClaims(SphinxDirective):
    """The place of the list."""

    def run(self) -> list[nodes.Node]:
        """Leave the place open until all pages are read."""
        return [nodes.container("", classes=["all-claims"])]


def list_again(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the list again when it would be another one."""
    claims = {page: [(each.name, each.words, each.checks) for each in of] for page, of in CLAIMS.by_page(env).items()}
    changed = has_changed(env, PAGE, claims, env.titles, env.toc_fignumbers)
    return [PAGE] if changed and PAGE in env.all_docs else []


class FillList(SphinxPostTransform):
    """Puts the list in its place, now that every page is read, before its links are resolved."""

    default_priority = 5

    def run(self, **_: object) -> None:
        """Fill the place, if this page has one."""
        for place in self.document.findall(nodes.container):
            if "all-claims" in place["classes"]:
                place.children = []
                place.append(all_claims(self.app))


def all_claims(app: Sphinx) -> nodes.table:
    """Make the table: the sentence, what was run, the worst case, the margin."""
    rows, by_page = [], CLAIMS.by_page(app.env)
    for docname in filter(by_page.get, reading_order(app)):
        rows += [heading(app, docname, PAGE), *(row for claimed in by_page[docname] for row in rows_of(app, claimed))]
    return table(HEAD, rows, "claims")


def rows_of(app: Sphinx, claimed: Claimed) -> Iterator[nodes.row]:
    """Make the rows of one claim, one for each check."""
    uri = app.builder.get_relative_uri(PAGE, claimed.docname) + f"#{claimed.anchor}"
    words = [node.deepcopy() for node in claimed.words]
    sentence = nodes.paragraph("", "", *words, nodes.Text(" "), nodes.reference("", "→", refuri=uri, internal=True))
    cells = [nodes.entry("", sentence, morerows=len(claimed.checks) - 1)]
    for checked in claimed.checks:
        texts = map(in_print, (checked.run, checked.worst or "—", checked.margin or "—"))
        yield nodes.row("", *cells, *(nodes.entry("", nodes.paragraph("", text)) for text in texts))
        cells = []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the role, the directive and the mark."""
    app.add_role("claim", ClaimRole())
    app.add_directive("claims", AllClaims)
    app.add_node(claim_mark, html=(visit_mark, None), text=(skip_mark, None), latex=(skip_mark, None))
    app.connect("doctree-read", cover_words)
    app.connect("env-get-updated", list_again, priority=AFTER_NUMBERS)
    app.add_post_transform(FillList)
    CLAIMS.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
