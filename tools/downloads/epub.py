"""Packs the book as EPUB 3: a file of XHTML for each part, formulas as MathML, diagrams as SVG, fonts, navigation."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, tostring
from zipfile import ZipFile

from book import Book, Part
from offline import MOMENT, add
from tree import document, make

MEDIA = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".xhtml": "application/xhtml+xml"}
MODIFIED = "{}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*MOMENT)
VARIABLE = re.compile(r"var\((--[\w-]+)(?:, ([^()]*))?\)")
DECLARED = re.compile(r"(--[\w-]+):\s*([^;{}]+)")
TOKEN = re.compile(r"^(?:body )?\.highlight (?:\.\w+|pre) \{[^{}]*\}|^\.highlight *\{[^{}]*\}", re.MULTILINE)
FACE = re.compile(r"@font-face \{[^{}]*url\([^{}]*font-display: swap[^{}]*\}")
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
ATTRIBUTES = {
    "math": {"alttext", "class", "dir", "display", "id", "xmlns"},
    "mtable": {"class", "columnalign", "id"},
    "a": {"class", "href", "id", "title"},
}
"""The attributes of elements of which EPUB allows fewer than HTML does."""
ACCESS = {
    "accessMode": ("textual", "visual"),
    "accessModeSufficient": ("textual",),
    "accessibilityFeature": ("MathML", "alternativeText", "structuralNavigation", "tableOfContents"),
    "accessibilityHazard": ("none",),
    "accessibilitySummary": ("Formulas are MathML, and each picture has a description.",),
}
"""What the package says of itself to readers who listen, in the words of schema.org."""


def file_of(part: Part) -> str:
    """Return the file of a part."""
    return f"{part.id}.xhtml"


def chapter(part: Part, files: dict[str, str], language: str) -> str:
    """Write a part as a file of its own, whose links lead to the files of others."""
    for element in part.content.iter():
        allow(element)
        href = element.get("href", "")
        if href.startswith("#"):
            element.set("href", f"{files[href[1:]]}{href}")
        if element.tag == "img":
            element.set("src", f"images/{Path(element.get('src', '')).name}")
    sheet = make("link", rel="stylesheet", href="book.css")
    return document(part.title, language, [sheet], part.content)


def allow(element: Element) -> None:
    """Take off the attributes that EPUB does not allow."""
    if allowed := ATTRIBUTES.get(element.tag):
        for name in [name for name in element.attrib if name not in allowed]:
            del element.attrib[name]
    if element.tag == "wbr":
        element.attrib.clear()


def navigation(parts: tuple[Part, ...], title: str, language: str) -> str:
    """Write the contents, as a file that reading systems take them from."""
    entries = (make("li", make("a", part.title, href=file_of(part))) for part in parts)
    listed = make("nav", make("h1", "Contents"), make("ol", *entries), id="toc")
    listed.set("epub:type", "toc")
    written = document(title, language, [make("link", rel="stylesheet", href="book.css")], listed)
    return written.replace("<html ", '<html xmlns:epub="http://www.idpf.org/2007/ops" ', 1)


def package(book: Book, files: dict[str, bytes], version: str, authors: list[str]) -> str:
    """Write the list of all files, and what the book says of itself."""
    dc = [make("dc:identifier", identifier(book.title, version), id="book")]
    dc += [make("dc:title", book.title), make("dc:language", book.language)]
    dc += [make("dc:creator", author) for author in authors]
    access = [make("meta", each, property=f"schema:{name}") for name, values in ACCESS.items() for each in values]
    metadata = make("metadata", *dc, make("meta", MODIFIED, property="dcterms:modified"), *access)
    metadata.set("xmlns:dc", "http://purl.org/dc/elements/1.1/")
    manifest = make("manifest", *(item(name, content) for name, content in files.items()))
    spine = make("spine", *(make("itemref", idref=id_of(name)) for name in files if name.endswith(".xhtml")))
    root = make("package", metadata, manifest, spine, xmlns="http://www.idpf.org/2007/opf", version="3.0")
    root.set("unique-identifier", "book")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def identifier(title: str, version: str) -> str:
    """Return the name that no other book has."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{title} {version}").urn


def id_of(name: str) -> str:
    """Return the id of a file in the package."""
    return "file-" + re.sub(r"[^\w-]", "-", name)


def item(name: str, content: bytes) -> Element:
    """Make the entry of a file."""
    found = {"nav": b'epub:type="toc"' in content, "mathml": b"<math" in content, "svg": b"<svg" in content}
    properties = " ".join(each for each, there in found.items() if there and name.endswith(".xhtml"))
    entry = make("item", id=id_of(name), href=name)
    entry.set("media-type", MEDIA[Path(name).suffix])
    if properties:
        entry.set("properties", properties)
    return entry


# --- style ------------------------------------------------------------------


def sheet(book: Book, site: Path) -> str:
    """Write the style sheet: fonts, colors of symbols and of code, styles of diagrams; it has no variables."""
    static = site / "_static"
    known = variables((static / "palette.css").read_text(encoding="utf-8"))
    known |= variables((static / "book.css").read_text(encoding="utf-8"))
    symbols = re.findall(r"^\.m-[^{}]*\{[^{}]*\}", (static / "book.css").read_text(encoding="utf-8"), re.MULTILINE)
    light = (static / "pygments.css").read_text(encoding="utf-8").partition("@media")[0]
    faces = FACE.findall((static / "fonts.css").read_text(encoding="utf-8"))
    own = Path(__file__).with_name("epub.css").read_text(encoding="utf-8")
    rules = "\n".join([*faces, own, *symbols, *TOKEN.findall(light), book.styles.rules()])
    return VARIABLE.sub(lambda found: known.get(found[1], found[2] or "inherit"), rules)


def variables(text: str) -> dict[str, str]:
    """Return the variables of a style sheet as they are at first: in light colors."""
    found: dict[str, str] = {}
    for name, value in DECLARED.findall(text):
        found.setdefault(name, value.strip())
    return found


# --- the archive ----------------------------------------------------------------


def contents(book: Book, site: Path, cover: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of the book, by their files."""
    files = {element.get("id", ""): file_of(part) for part in book.parts for element in part.content.iter()}
    yield "cover.xhtml", cover
    yield "nav.xhtml", navigation(book.parts, book.title, book.language)
    for part in book.parts:
        yield file_of(part), chapter(part, files, book.language)
    yield "book.css", sheet(book, site)


def write(book: Book, title_page: Element, site: Path, version: str, authors: list[str], target: Path) -> None:
    """Write the book as one file."""
    images = {Path(each.get("src", "")) for part in book.parts for each in part.content.iter("img")}
    link = make("link", rel="stylesheet", href="book.css")
    for element in title_page.iter():
        allow(element)
    cover = document(book.title, book.language, [link], title_page)
    files = {name: text.encode() for name, text in contents(book, site, cover)}
    files |= {f"images/{path.name}": (site / path).read_bytes() for path in sorted(images)}
    files |= {f"fonts/{path.name}": path.read_bytes() for path in sorted((site / "_static/fonts").glob("*.woff2"))}
    with ZipFile(target, "w") as archive:
        add(archive, "mimetype", b"application/epub+zip", stored=True)
        add(archive, "META-INF/container.xml", CONTAINER.encode())
        add(archive, "book/package.opf", package(book, files, version, authors).encode())
        for name, content in files.items():
            add(archive, f"book/{name}", content)
