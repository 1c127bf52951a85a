"""Reads HTML of the built site as trees, rewrites them, and writes them as XHTML."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder, tostring

VOID = {"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
"""The elements of HTML that have no end."""
NAMESPACES = {
    "html": "http://www.w3.org/1999/xhtml",
    "math": "http://www.w3.org/1998/Math/MathML",
    "svg": "http://www.w3.org/2000/svg",
}
"""What begins a namespace, and its name."""
QUOTED = re.compile(r'"[^"]*"')
NAME = re.compile(r"[^\s=/<>]+")


class Reader(HTMLParser):
    """Builds the tree of a piece of HTML in which every element has its end, as Sphinx writes it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element, with the capitals that SVG has in its names."""
        written = {name.lower(): name for name in NAME.findall(QUOTED.sub("", self.get_starttag_text() or ""))}
        found = {written[name]: name if value is None else value for name, value in attrs}
        if tag in {"math", "svg"}:
            found["xmlns"] = NAMESPACES[tag]
        self.builder.start(written[tag], found)
        if tag in VOID:
            self.builder.end(written[tag])
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element of SVG, and end it."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """End the last element that has begun; any other is a fault of the page."""
        if not self.open or self.open.pop() != tag:
            message = f"line {self.getpos()[0]}: </{tag}> ends what has not begun last"
            raise ValueError(message)
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        """Add text."""
        self.builder.data(data)


def read(html: str) -> Element:
    """Return the tree of a piece of HTML, in an element `div`."""
    reader = Reader()
    reader.builder.start("div", {})
    reader.feed(html)
    reader.close()
    if reader.open:
        message = f"<{reader.open[-1]}> has no end"
        raise ValueError(message)
    reader.builder.end("div")
    return reader.builder.close()


Rule = Callable[[Element], Element | None]
"""Returns what stands in the place of an element, or nothing."""


def rewrite(parent: Element, rule: Rule) -> None:
    """Replace what is in an element, from the outside in; the text behind what is removed stays."""
    children = [*parent]
    parent[:] = []
    for child in children:
        tail, child.tail = child.tail, None
        new = rule(child)
        if new is not None:
            parent.append(new)
            rewrite(new, rule)
        add_text(parent, tail or "")


def add_text(parent: Element, text: str) -> None:
    """Add text behind all that is in an element."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def classes(element: Element) -> set[str]:
    """Return the classes of an element."""
    return {*element.get("class", "").split()}


def having(tree: Element, name: str) -> Iterator[Element]:
    """Yield the elements of a class."""
    return (element for element in tree.iter() if name in classes(element))


def text_of(element: Element) -> str:
    """Return the text of an element, in one line; a formula is the line of text that it names."""
    return " ".join("".join(texts(element)).split())


def texts(element: Element) -> Iterator[str]:
    """Yield the pieces of text in an element."""
    if "alttext" in element.attrib:
        yield element.get("alttext", "")
        return
    yield element.text or ""
    for child in element:
        yield from texts(child)
        yield child.tail or ""


def make(tag: str, *content: Element | str, **attributes: str) -> Element:
    """Make an element; `class_` is the attribute `class`."""
    element = Element(tag, {name.rstrip("_"): value for name, value in attributes.items()})
    for each in content:
        if isinstance(each, str):
            add_text(element, each)
        else:
            element.append(each)
    return element


def document(title: str, language: str, head: list[Element], *body: Element, **attributes: str) -> str:
    """Write a document of XHTML; `attributes` are those of its body."""
    inside = make("head", make("meta", charset="utf-8"), make("title", title), *head)
    html = make("html", inside, make("body", *body, **attributes), xmlns=NAMESPACES["html"], lang=language)
    html.set("xml:lang", language)
    return f"<!DOCTYPE html>\n{tostring(html, encoding='unicode')}\n"
