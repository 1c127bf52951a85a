"""Adds nothing by itself: what a page says, as plain text in the letters of this book, with Unicode for formulas."""

import re
from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx import addnodes

from formula import copied
from formula.notations import in_all_notations
from literate_bp.formula.notation import BOOK
from publish.letters import VARIANT

BLOCKS = (nodes.document, nodes.section, addnodes.desc_content)
"""In what a paragraph stands that is part of a page's own text."""
SENTENCE = re.compile(r"(?<=[.!?])[”’)]*\s+(?=[^a-z\s])")
ENDS = re.compile(r"[.!?][”’)]*$")


def book_latex(node: nodes.math | nodes.math_block) -> str:
    """Return the LaTeX of a formula in the letters of this book."""
    written = node.get("notations") or in_all_notations(node.astext())
    return str(written[BOOK.name])


def in_book(children: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    """Yield the nodes side by side that this book's letters have, without what only other notations say."""
    hidden = False
    for child in children:
        if not isinstance(child, nodes.raw):
            if not hidden:
                yield child
        elif begin := VARIANT.fullmatch(child.astext()):
            hidden = BOOK.name not in begin["names"].split()
        elif child.astext() == "</span>":
            hidden = False
        elif not hidden:
            yield child


def plain(node: nodes.Node) -> str:
    """Return the text of a node."""
    match node:
        case nodes.Text():
            return str(node)
        case nodes.math():
            return copied.line(book_latex(node)) + node.get("punctuation", "")
        case nodes.raw() | nodes.problematic() | nodes.system_message():
            return ""
        case nodes.Element():
            return "".join(map(plain, in_book(node.children)))
    return ""


def sentences(document: nodes.document) -> Iterator[str]:
    """Yield the sentences of a page's own paragraphs, outside of lists, tables, folds and captions."""
    for paragraph in document.findall(nodes.paragraph):
        if isinstance(paragraph.parent, BLOCKS):
            said = " ".join(plain(paragraph).split())
            yield from (sentence for sentence in SENTENCE.split(said) if ENDS.search(sentence))
