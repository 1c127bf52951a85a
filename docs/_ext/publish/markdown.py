"""Adds each page as plain Markdown beside its HTML, from the same tree: `05-errors-flow-back.md`.

Formulas are LaTeX in the letters of this book, between `$` and `$$`. Links lead to pages and places of the HTML. What
was checked of a sentence is a footnote.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinx_design.dropdown import dropdown_title

from formula import copied
from formula.mathml import lines
from page.incremental import Site, writing
from proof.claims import claim_mark, in_a_line, in_print
from publish import missing
from publish.fragments import code, escaped, fenced, in_cell, indented, markdown, pipe_table
from publish.plain import book_latex, in_book, plain
from publish.plot_file import plot_file
from publish.plots import PICTURE, address
from publish.templates import Page, orphans

LANGUAGES = {"ipython3": "python", "myst-ansi": "text", "default": "text", "none": "text", "pycon": "python"}
NUMBERED = {"figure": "Figure", "code-block": "Listing"}
ALT = re.compile(r'<svg[^<>]*\baria-label="(?P<text>[^"]*)"')
COMMENTS = re.compile(r"(?:<!--.*?-->\s*)+", re.DOTALL)
BREAK = re.compile(r"\s*<br ?/?>\s*")
SKIPPED = (
    nodes.comment,
    nodes.target,
    nodes.system_message,
    addnodes.index,
    nodes.colspec,
    nodes.substitution_definition,
)


def latex(node: nodes.math | nodes.math_block) -> str:
    """Return the LaTeX of a formula, as its MathML has it for those who copy it."""
    whole = isinstance(node, nodes.math_block) and not node.get("no-wrap")
    tex = lines(book_latex(node)) if whole else book_latex(node)
    return copied.latex(tex.replace("{split}", "{aligned}")).strip()


def numbered(numbers: Iterable[int] | None) -> str:
    """Write the number in front of a heading, if it has one."""
    return f"{'.'.join(map(str, numbers))}. " if numbers else ""


def in_a_row(node: nodes.Node) -> bool:
    """Whether a node is part of a line; HTML that stands between paragraphs is none."""
    if isinstance(node, nodes.raw):
        return isinstance(node.parent, nodes.TextElement)
    return isinstance(node, nodes.Text | nodes.Inline) and not isinstance(node, addnodes.desc_signature)


class Writer:
    """Writes the blocks of one page."""

    def __init__(self, app: Sphinx, page: str) -> None:
        self.app, self.page = app, page
        self.notes: list[str] = []
        self.in_row = False

    # --- what stands in a line -----------------------------------------------

    def line(self, node: nodes.Node) -> str:
        """Write a node that is part of a line."""
        for kinds, write in self.in_line:
            if isinstance(node, kinds):
                return write(self, node)
        return self.inside(node)

    def text(self, node: nodes.Text) -> str:
        """Write text."""
        return escaped(str(node))

    def formula_in_line(self, node: nodes.math) -> str:
        """Write a formula."""
        return f"${latex(node)}${node.get('punctuation', '')}"

    def literal(self, node: nodes.literal) -> str:
        """Write code."""
        return code(plain(node))

    def strong(self, node: nodes.Element) -> str:
        """Write what is bold."""
        return self.marked(node, "**")

    def emphasis(self, node: nodes.Element) -> str:
        """Write what is in italics."""
        return self.marked(node, "*")

    def image(self, node: nodes.image) -> str:
        """Write an image."""
        return f"![{escaped(node.get('alt', ''))}]({node['uri']})"

    def raw(self, node: nodes.raw) -> str:
        """Write HTML; where a line ends, Markdown has no other mark in a table."""
        return "<br>" if BREAK.fullmatch(node.astext()) else "".join(markdown(node.astext()))

    def none(self, _node: nodes.Node) -> str:
        """Leave out what is not shown."""
        return ""

    def inside(self, node: nodes.Node) -> str:
        """Write what a node holds as a line."""
        return "".join(map(self.line, in_book(node.children)))

    def marked(self, node: nodes.Node, mark: str) -> str:
        """Write a node between two marks."""
        said = self.inside(node)
        return f"{mark}{said}{mark}" if said.strip() else said

    def link(self, node: nodes.reference) -> str:
        """Write a link: within the book to the page or the place in its HTML."""
        where = node.get("refuri") or f"#{node.get('refid', '')}"
        return f"[{self.linked(node)}]({self.address(where)})"

    def linked(self, node: nodes.reference) -> str:
        """Write the words of a link."""
        return f"{numbered(node.get('secnumber'))}{self.inside(node)}"

    def address(self, where: str) -> str:
        """Return where a link leads, from the folder of the page."""
        return f"{posixpath.basename(self.page)}.html{where}" if where.startswith("#") else where

    def claim(self, node: claim_mark) -> str:
        """Write the mark of a claim, whose checks are a footnote."""
        checks = (
            f"Run on {escaped(in_print(in_a_line(each)))}. {code(' '.join(each.source.split()))}"
            for each in node["checks"]
        )
        self.notes.append(" ".join(checks))
        return f"[^{len(self.notes)}]"

    in_line: Sequence[tuple[type | tuple[type, ...], Callable[..., str]]] = (
        (nodes.Text, text),
        (nodes.math, formula_in_line),
        (nodes.literal, literal),
        (nodes.reference, link),
        (nodes.strong, strong),
        ((nodes.emphasis, nodes.title_reference), emphasis),
        (nodes.image, image),
        (claim_mark, claim),
        (nodes.raw, raw),
        (SKIPPED, none),
    )

    # --- blocks --------------------------------------------------------------

    def blocks(self, children: Iterable[nodes.Node], level: int) -> Iterator[str]:
        """Write nodes one below the other; those that are parts of lines share one."""
        for in_line, side_by_side in groupby(in_book(children), in_a_row):
            if in_line:
                yield from filter(None, [" ".join("".join(map(self.line, side_by_side)).split())])
            else:
                yield from (said for child in side_by_side for said in self.block(child, level) if said)

    def block(self, node: nodes.Node, level: int) -> Iterator[str]:
        """Write one node as blocks."""
        for kinds, write in self.kinds:
            if isinstance(node, kinds):
                yield from write(self, node, level)
                return
        yield from self.blocks(node.children, level)

    def nothing(self, _node: nodes.Node, _level: int) -> Iterator[str]:
        """Leave out what is not shown."""
        yield from ()

    def section(self, node: nodes.section, level: int) -> Iterator[str]:
        """Write a section."""
        yield from self.blocks(node.children, level + 1)

    def title(self, node: nodes.Element, level: int) -> Iterator[str]:
        """Write a heading; that of a chapter has its number. Of what is no section, the title is bold."""
        said = " ".join(self.inside(node).split())
        if isinstance(node.parent, nodes.section):
            anchor = "" if level == 1 else f"#{node.parent['ids'][0]}"
            yield f"{'#' * level} {numbered(self.app.env.toc_secnumbers.get(self.page, {}).get(anchor))}{said}"
        else:
            yield f"**{said}**"

    def paragraph(self, node: nodes.Element, _level: int) -> Iterator[str]:
        """Write a paragraph in one line."""
        yield " ".join(self.inside(node).split())

    def caption(self, node: nodes.caption, _level: int) -> Iterator[str]:
        """Write a caption with the number of its figure or listing."""
        numbers = self.app.env.toc_fignumbers.get(self.page, {})
        labels = (
            f"**{label} {'.'.join(map(str, found[name]))}** "
            for kind, label in NUMBERED.items()
            for found in [numbers.get(kind, {})]
            for name in node.parent["ids"]
            if name in found
        )
        yield next(labels, "") + " ".join(self.inside(node).split())

    def bold(self, node: nodes.Element, _level: int) -> Iterator[str]:
        """Write a line that is a title of its own kind."""
        yield f"**{' '.join(self.inside(node).split())}**"

    def listing(self, node: nodes.Element, _level: int) -> Iterator[str]:
        """Write code, or what a program prints; in a table as a part of the line."""
        if self.in_row:
            yield code(" ".join(node.astext().split()))
            return
        language = node.get("language", "text" if isinstance(node, nodes.literal_block) else "python")
        yield fenced(node.astext(), LANGUAGES.get(language, language))

    def formula(self, node: nodes.math_block, _level: int) -> Iterator[str]:
        """Write a displayed formula with its number, and what was checked; in a table as a part of the line."""
        if self.in_row:
            yield f"${latex(node)}$"
            return
        number = self.number(node)
        tag = rf" \tag{{{number}}}" if number else ""
        yield f"$$\n{latex(node)}{tag}\n$$"
        yield from self.checks(node, number)

    def checks(self, node: nodes.math_block, number: str) -> Iterator[str]:
        """Write what was checked of a displayed formula."""
        said = node.get("check_mark", "").replace(
            "this equation", f"equation {number}" if number else "this equation", 1
        )
        if checks := markdown(said):
            yield "\n>\n".join(indented_quote(each) for each in checks)

    def number(self, node: nodes.math_block) -> str:
        """Return the number of a displayed formula, such as 5.2."""
        if not node.get("number"):
            return ""
        numbers = self.app.env.toc_fignumbers.get(self.page, {}).get("displaymath", {})
        found = next((numbers[name] for name in [f"equation-{node['label']}", *node["ids"]] if name in numbers), ())
        return ".".join(map(str, found)) or str(node["number"])

    def items(self, node: nodes.Element, level: int) -> Iterator[str]:
        """Write a list."""
        numbered = isinstance(node, nodes.enumerated_list)
        written = ("\n\n".join(self.blocks(item.children, level)) for item in node.children)
        marks = (f"{at}. " if numbered else "- " for at, _ in enumerate(node.children, node.get("start", 1)))
        yield "\n".join(indented(text, mark) for mark, text in zip(marks, written, strict=True))

    def definition(self, node: nodes.definition_list_item, level: int) -> Iterator[str]:
        """Write a term, and what it means, as an item of a list."""
        names = [child for child in node.children if not isinstance(child, nodes.definition)]
        said = " ".join(" ".join(self.inside(name).split()) for name in names)
        meant = [
            block
            for child in node.children
            if isinstance(child, nodes.definition)
            for block in self.blocks(child.children, level)
        ]
        term = said if "**" in said else f"**{said}**"
        yield indented("\n\n".join([term, *meant]), "- ")

    def field(self, node: nodes.field, level: int) -> Iterator[str]:
        """Write a field of a docstring: its name, and what it says."""
        yield f"**{' '.join(self.inside(node[0]).split())}**"
        yield from self.blocks(node[1].children, level)

    def quote(self, node: nodes.Element, level: int) -> Iterator[str]:
        """Write a quotation or a remark."""
        yield "\n>\n".join(map(indented_quote, self.blocks(node.children, level)))

    def signature(self, node: addnodes.desc_signature, _level: int) -> Iterator[str]:
        """Write the signature of an entry as code, without its links."""
        parts = (parameters(child) for child in node.children if not isinstance(child, nodes.reference))
        yield f"**{code(' '.join(''.join(parts).split()))}**"

    def inner(self, node: nodes.Element, level: int) -> Iterator[str]:
        """Write what an element holds: an entry of the API, or a table of contents."""
        yield from self.blocks(node.children, level)

    def table(self, node: nodes.table, level: int) -> Iterator[str]:
        """Write a table; what spans rows stands in the first of them."""
        yield from (f"**{self.inside(title)}**" for title in node.children if isinstance(title, nodes.title))
        spans = dict[int, int]()
        yield pipe_table([self.row(row, spans, level) for row in node.findall(nodes.row)])

    def row(self, row: nodes.row, spans: dict[int, int], level: int) -> list[str]:
        """Write the cells of a row; `spans` has the columns that rows above go on in, and for how many rows."""
        cells: list[str] = []
        self.in_row = True

        def skip() -> None:
            while spans.get(len(cells), 0):
                spans[len(cells)] -= 1
                cells.append("")

        for entry in row.children:
            skip()
            spans[len(cells)] = entry.get("morerows", 0)
            said = " ".join(" ".join(self.blocks(entry.children, level)).split())
            cells += [in_cell(said), *[""] * entry.get("morecols", 0)]
        skip()
        self.in_row = False
        return cells

    def html(self, node: nodes.raw, _level: int) -> Iterator[str]:
        """Write what cells show as HTML, and where its pictures are."""
        if "html" in node["format"]:
            html = node.astext()
            yield from filter(COMMENTS.fullmatch, [html.strip()])  # a place that is filled when all pages are there
            yield from (self.picture(found, node) for found in PICTURE.finditer(html))
            yield from markdown(html)

    def picture(self, found: re.Match[str], node: nodes.raw) -> str:
        """Write a plot as an image of its file, and a diagram, which stands on the page, as a link to it."""
        if "<text" not in found[0]:
            file = plot_file(found["landscape"])
            return f"![{escaped(file.alt)}]({address(file, Page(self.page, Path(self.app.outdir), {}))})"
        alt, around = ALT.search(found["landscape"]), node.parent
        anchor = next((f"#{name}" for name in getattr(around, "attributes", {}).get("ids", ())), "#")
        return f"[{escaped(alt['text']) if alt else 'The picture'}]({self.address(anchor)})"

    kinds: Sequence[tuple[type | tuple[type, ...], Callable[..., Iterator[str]]]] = (
        ((*SKIPPED, addnodes.toctree), nothing),
        (nodes.section, section),
        (nodes.title, title),
        (nodes.caption, caption),
        (addnodes.compact_paragraph, inner),
        (nodes.paragraph, paragraph),
        ((nodes.rubric, dropdown_title), bold),
        ((nodes.literal_block, nodes.doctest_block), listing),
        (nodes.math_block, formula),
        ((nodes.bullet_list, nodes.enumerated_list), items),
        (nodes.definition_list_item, definition),
        (nodes.field, field),
        (addnodes.desc, inner),  # which docutils takes for an admonition
        ((nodes.block_quote, nodes.Admonition), quote),
        (addnodes.desc_signature, signature),
        (nodes.table, table),
        (nodes.raw, html),
    )

    def page_text(self, document: nodes.document) -> str:
        """Write the page, and behind it its footnotes."""
        written = [*self.blocks(document.children, 0)]
        notes = [f"[^{number}]: {said}" for number, said in enumerate(self.notes, start=1)]
        return "\n\n".join([*written, *notes]) + "\n"


def parameters(node: nodes.Node) -> str:
    """Write a part of a signature; a list of parameters has its signs from the writer."""
    match node:
        case addnodes.desc_parameterlist():
            return f"({', '.join(map(plain, node.children))})"
        case addnodes.desc_returns():
            return f" → {plain(node)}"
    return plain(node)


def indented_quote(text: str) -> str:
    """Set a block behind the mark of a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def add(app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write the Markdown of a page that is made of text, and say in its head where it is."""
    if doctree is None or page == missing.PAGE or not isinstance(app.builder, Site):
        return
    path = Path(app.outdir, f"{page}.md")
    with writing():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Writer(app, page).page_text(doctree), encoding="utf-8")
    context["metatags"] += f'<link rel="alternate" type="text/markdown" href="{path.name}">\n'
    context["page_forms"] = [("Markdown", path.name)]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write the Markdown of each page that is written."""
    app.connect("html-page-context", add, priority=700)  # after `publish.links`
    app.connect("build-finished", orphans("", r"\.md"), priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
