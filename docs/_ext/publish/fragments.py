"""Adds nothing by itself: what cells show as HTML, such as a diagram in words or a sheet, as Markdown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

from literate_bp.formula.notation import BOOK
from publish.letters import in_notation

DRAWN = {"svg", "style", "script", "template"}
"""What is drawn or hidden: its words stand beside it."""
EMPTY = {"br", "hr", "img", "input", "wbr", "col", "meta", "link"}
INLINE = {"a", "abbr", "b", "br", "cite", "code", "em", "i", "span", "strong", "sub", "sup", "wbr", "button", "small"}
BOLD, ITALIC = ("**", "**"), ("*", "*")
MARKS = {
    **dict.fromkeys(("b", "strong"), BOLD),
    **dict.fromkeys(("em", "i", "cite"), ITALIC),
    **{tag: (f"<{tag}>", f"</{tag}>") for tag in ("sub", "sup")},
}
BAR = re.compile(r"(?<!\\)\|")
FORMULA = re.compile(r"(?<!\\)\$[^$]+\$")
SPECIAL = re.compile(r"([\\`*_\[\]<$|])")


@dataclass
class Element:
    """An element of HTML: its name, its attributes and what it holds."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator["Element"]:
        """Yield the elements of these names within, but none within one of them."""
        for child in self.children:
            if isinstance(child, Element):
                yield from (child,) if child.tag in tags else child.all(*tags)

    @property
    def is_inline(self) -> bool:
        """Whether it is part of a line."""
        return self.tag in INLINE and all(isinstance(child, str) or child.is_inline for child in self.children)


class Tree(HTMLParser):
    """Reads HTML into elements; those that have no end tag hold nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that holds nothing."""
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """End an element, and those within it that were left open."""
        if any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """Read HTML."""
    tree = Tree()
    tree.feed(html)
    tree.close()
    return tree.open[0]


def escaped(text: str) -> str:
    """Let Markdown print a text as it is."""
    return SPECIAL.sub(r"\\\1", text)


def code(text: str) -> str:
    """Write code within a line."""
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    apart = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{apart}{text}{apart}{ticks}"


def fenced(text: str, language: str = "text") -> str:
    """Write lines of code or of what a program prints."""
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`{3,}", text)), default=0))
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}"


def indented(text: str, mark: str) -> str:
    """Set a block behind the mark of an item."""
    blank = " " * len(mark)
    return "\n".join(f"{mark if not at else blank}{line}".rstrip() for at, line in enumerate(text.splitlines()))


def pipe_table(rows: list[list[str]]) -> str:
    """Write a table whose first row is its head; cells of a row that is short are blank."""
    width = max(map(len, rows), default=0)
    if not width:
        return ""
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def in_cell(text: str) -> str:
    """Return a line as it stands in a table, where a bar would end the cell, in code and formulas too."""
    return BAR.sub(r"\\|", FORMULA.sub(lambda found: without_bars(found[0]), text))


def without_bars(tex: str) -> str:
    """Write the bars of a formula by their names."""
    return BAR.sub(r"\\vert ", tex.replace(r"\|", r"\Vert "))


def text_of(element: Element) -> str:
    """Return the text of an element, as it stands in HTML."""
    if element.tag in DRAWN:
        return ""
    return "".join(child if isinstance(child, str) else text_of(child) for child in element.children)


def line(element: Element | str) -> str:
    """Write what stands in a line."""
    if isinstance(element, str):
        return escaped(re.sub(r"\s+", " ", element))
    if element.tag in DRAWN:
        return ""
    inside = "".join(map(line, element.children))
    if element.tag == "code":
        return code(text_of(element))
    if element.tag == "a" and element.attributes.get("href"):
        return f"[{inside}]({element.attributes['href']})"
    if element.tag == "br" or "aria-hidden" in element.attributes:  # a sign in front of its name
        return f"{inside} "
    before, after = MARKS.get(element.tag, ("", "")) if inside.strip() else ("", "")
    return f"{before}{inside}{after}"


def blocks(element: Element) -> Iterator[str]:
    """Yield the blocks of an element: paragraphs, lists, tables, code."""
    for is_line, children in groupby(element.children, lambda child: isinstance(child, str) or child.is_inline):
        if is_line:
            yield from filter(None, ["".join(map(line, children)).strip()])
        else:
            yield from (said for child in children for said in block(child))


def block(element: Element) -> Iterator[str]:
    """Yield the blocks of one element."""
    match element.tag:
        case tag if tag in DRAWN:
            return
        case "pre":
            yield fenced(text_of(element))
        case "table":
            yield from filter(None, ["".join(map(cell, element.all("caption")))])
            yield pipe_table([[cell(each) for each in row.all("td", "th")] for row in element.all("tr")])
        case "ul" | "ol":
            yield "\n".join(indented("\n\n".join(blocks(item)), "- ") for item in element.all("li"))
        case "summary" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt":
            yield from (f"**{said}**" for said in blocks(element))
        case _:
            yield from blocks(element)


def cell(element: Element) -> str:
    """Write the cell of a table in one line."""
    return in_cell(" ".join(" ".join(blocks(element)).split()))


def markdown(html: str) -> list[str]:
    """Write HTML as blocks of Markdown, in the letters of this book."""
    return [*blocks(parse(in_notation(html, BOOK.name)))]
