"""The book as one document: the pages of the built site in their order, without what only a screen can do.

A page becomes a part, and each id in it begins with the part's own. What is folded is opened. Solutions come at the
end. Links lead to parts; to what is left out they lead on the site, or nowhere where it has no address.
"""

import json
import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from tree import classes, having, make, read, rewrite, text_of

CHAPTER = re.compile(r"\d\d-")
OTHERS = {
    *("twenty-minutes", "reference/card", "reference/notation"),
    *("reference/glossary", "reference/bibliography"),
}
"""The pages that are in the book beside the chapters."""
TREE = re.compile(r'class="sidebar-tree">.*?</div>', re.DOTALL)
ENTRY = re.compile(r'href="([^"#:]+)\.html"')
ARTICLE = re.compile(r'<article role="main"[^<>]*>(.*?)</article>', re.DOTALL)
STYLE = re.compile(r"^\.(style-\d+):not\(#_\)\{(.*)\}$", re.MULTILINE)
LETTERS = re.compile(r"^letters\[[^\]]*\] = (.*);\n$", re.DOTALL)
LEFT_OUT = {
    *("headerlink", "claim", "claim-run", "visually-hidden", "bp-portrait", "reading"),
    *("sd-summary-state-marker", "viewcode-link"),
}
"""The classes of what is not printed."""
MOST_LINES = 24
"""How many lines fit on a third of a page: more may be cut."""
LANGUAGE = "en"
SOLUTIONS, SOLUTIONS_TITLE = "solutions", "Solutions of the exercises"


@dataclass(frozen=True)
class Part:
    """A page as a part of the book: its name, its own id, its title and its content."""

    name: str
    id: str
    title: str
    content: Element


@dataclass
class Styles:
    """What the classes `style-…` of all pages say, each under one name."""

    names: dict[str, str] = field(default_factory=dict)

    def of(self, sheet: str) -> dict[str, str]:
        """Return the names that the classes of a page have in the book."""
        return {name: self.names.setdefault(style, f"style-{len(self.names)}") for name, style in STYLE.findall(sheet)}

    def rules(self, also: str = "") -> str:
        """Write them all; `also` stands behind each class."""
        return "".join(f".{name}{also} {{ {style} }}\n" for style, name in self.names.items())


@dataclass(frozen=True)
class Book:
    """What the book is called, the picture on its cover, all parts in reading order, and their styles."""

    title: str
    language: str
    cover: Element
    parts: tuple[Part, ...]
    styles: Styles


def book(site: Path, title: str, notation: str, address: str) -> Book:
    """Make the book of a built site, in a notation."""
    styles = Styles()
    parts = [part(site, name, notation, styles) for name in order(site)]
    link(parts, address)
    chapters = [each for each in parts if CHAPTER.match(each.name)]
    behind = parts.index(chapters[-1]) + 1
    parts.insert(behind, Part(SOLUTIONS, SOLUTIONS, SOLUTIONS_TITLE, solutions(chapters)))
    require_unique_ids(parts)
    return Book(title, LANGUAGE, cover(site, notation, styles), tuple(parts), styles)


def order(site: Path) -> list[str]:
    """Return the names of the pages in the book, in the order in which the site lists them."""
    listed = ENTRY.findall(TREE.search((site / "index.html").read_text(encoding="utf-8"))[0])  # type: ignore[index]
    return [name for name in dict.fromkeys(listed) if CHAPTER.match(name) or name in OTHERS]


def id_of(name: str) -> str:
    """Return the id of the part that a page becomes."""
    return f"p-{name.replace('/', '-')}"


def part(site: Path, name: str, notation: str, styles: Styles) -> Part:
    """Make a part of a page."""
    article = ARTICLE.search((site / f"{name}.html").read_text(encoding="utf-8"))
    content = read(article[1])  # type: ignore[index]
    write_letters(content, letters(site, name, notation))
    known = styles.of((site / f"_styles/{name}.css").read_text(encoding="utf-8"))
    rewrite(content, printed)
    for element in content.iter():
        finish(element, id_of(name), known)
        if "src" in element.attrib:
            element.set("src", posixpath.normpath(posixpath.join(posixpath.dirname(name), element.get("src", ""))))
    content.tag = "article"
    content.set("id", id_of(name))
    return Part(name, id_of(name), text_of(next(content.iter("h1"))), content)


def cover(site: Path, notation: str, styles: Styles) -> Element:
    """Return the picture of the first page."""
    return next(part(site, "index", notation, styles).content.iter("figure"))


# --- what stands on a page ------------------------------------------------------


def letters(site: Path, name: str, notation: str) -> dict[str, str]:
    """Return what a notation writes in the slots of a page: nothing where it agrees with the book's own."""
    path = site / f"_letters/{name}.{notation}.js"
    found = LETTERS.match(path.read_text(encoding="utf-8")) if path.exists() else None
    return json.loads(found[1]) if found else {}


def write_letters(content: Element, written: dict[str, str]) -> None:
    """Write the letters of a notation into the slots."""
    for slot in [element for element in content.iter() if "data-slot" in element.attrib]:
        other = written.get(slot.get("data-slot", ""))
        if other is not None:
            new = read(other)
            slot.text, slot[:] = new.text, [*new]


def printed(element: Element) -> Element | None:
    """Return what of an element is printed."""
    names = classes(element)
    if element.tag in {"annotation", "button", "template"} or LEFT_OUT & names or is_empty_slot(element):
        return None
    if element.tag == "details":
        return None if "check" in names or not names else opened(element)
    if element.tag == "picture":
        return next(element.iter("img"))
    if element.tag == "pre" and "".join(element.itertext()).count("\n") > MOST_LINES:
        element.set("class", "long")
    return element


def is_empty_slot(element: Element) -> bool:
    """Whether an element is a place in which this notation writes nothing."""
    return "data-slot" in element.attrib and not len(element) and not (element.text or "").strip()


def opened(fold: Element) -> Element:
    """Return a fold as a box with its title, if it has one that says more than that there is code."""
    summary = next(each for each in fold if each.tag == "summary")
    fold.remove(summary)
    fold.tag = "div"
    if "exercise" in classes(fold):
        fold[:] = [each for body in fold for each in body]  # the box of its own in which a fold has its content
    fold.set("class", "exercise" if "exercise" in classes(fold) else "fold")
    title = fold_title(summary)
    if not text_of(title).startswith("Show "):
        fold.insert(0, title)
    return fold


def fold_title(summary: Element) -> Element:
    """Return the title of a fold, as it is while the fold is closed."""
    found = next((each for name in ("collapsed", "sd-summary-text") for each in having(summary, name)), summary)
    found.tag, found.tail = "p", None
    found.set("class", "fold-title")
    return found


def finish(element: Element, prefix: str, styles: dict[str, str]) -> None:
    """Let ids be those of the part, and classes those of the book; take off what nothing needs."""
    if "data-text" in element.attrib:
        element.set("alttext", element.get("data-text", ""))
    for name in [name for name in element.attrib if name.startswith("data-") or name in {"loading", "decoding"}]:
        del element.attrib[name]
    for name in ("id", "aria-labelledby", "aria-describedby"):
        if name in element.attrib:
            element.set(name, " ".join(f"{prefix}--{each}" for each in element.get(name, "").split()))
    if "class" in element.attrib:
        element.set("class", " ".join(styles.get(name, name) for name in element.get("class", "").split()))


# --- solutions ---------------------------------------------------------------------


def solutions(parts: list[Part]) -> Element:
    """Take the solutions of all chapters from where they stand, and return them as a part of their own."""
    found = make("section", make("h1", SOLUTIONS_TITLE))
    for each in parts:
        inside = make("section", make("h2", each.title), id=f"{SOLUTIONS}-{each.id}")
        take_solutions(each.content, inside)
        if len(inside) > 1:
            found.append(inside)
    return make("article", found, id=SOLUTIONS)


def take_solutions(content: Element, solved: Element) -> None:
    """Move the solutions of a chapter; each exercise gets a link to its own, which has one back."""
    for section in content.iter("section"):
        take_from(section, solved)


def take_from(box: Element, solved: Element) -> Element:
    """Move the solutions out of a section, or out of the box of one exercise; return the exercise that came last."""
    exercise, is_solved = box[0], box.tag == "section"
    for child in [*box]:
        if "exercise" in classes(child):
            exercise, is_solved = take_from(child, solved), True
        elif is_solution(child):
            take_solution(box, child, exercise, solved)
            is_solved = True
        elif is_solved and child.tag == "p":
            exercise, is_solved = child, False
    return exercise


def take_solution(section: Element, solution: Element, exercise: Element, solved: Element) -> None:
    """Move one piece of a solution: words, or a run."""
    place = [*section].index(solution)
    section.remove(solution)
    anchor = exercise.get("id") or f"{solved.get('id')}--exercise-{len(solved)}"
    answer = f"{anchor}--solution"
    if not any(each.get("id") == answer for each in solved):
        exercise.set("id", anchor)
        solved.append(make("h3", make("a", exercise_title(exercise), href=f"#{anchor}"), id=answer))
        section.insert(place, make("p", make("a", "Solution", href=f"#{answer}"), class_="to-solution"))
    if "fold" in classes(solution) and text_of(solution[0]) == "Solution":
        solution.remove(solution[0])
    solved.append(solution)


def exercise_title(exercise: Element) -> str:
    """Return what an exercise is called: its bold words, or its number."""
    if "fold-title" in classes(exercise):
        return text_of(exercise)
    bold = next(iter(exercise), None) if not (exercise.text or "").strip() else None
    title = text_of(bold).rstrip(".") if bold is not None and bold.tag == "strong" else ""
    return title if re.search("[a-z]", title) else f"Exercise {title}".strip()


def is_solution(element: Element) -> bool:
    """Whether an element is a solution, a run of one, or a hint."""
    titles = map(text_of, having(element, "fold-title"))
    return element.tag == "div" and any(title.startswith(("Solution", "The solution", "Hint")) for title in titles)


# --- links -----------------------------------------------------------------------------


def link(parts: list[Part], address: str) -> None:
    """Let links lead within the book, or to the site; a link that could do neither is plain text."""
    ids = {element.get("id", "") for each in parts for element in each.content.iter()}
    names = {each.name: each.id for each in parts}
    for each in parts:
        for element in each.content.iter("a"):
            lead(element, each, names, ids, address)


def require_unique_ids(parts: list[Part]) -> None:
    """Refuse an id that stands in two places."""
    found: set[str] = set()
    for each in parts:
        for name in filter(None, (element.get("id") for element in each.content.iter())):
            if name in found:
                message = f"{each.name}: the id {name} stands in two places"
                raise ValueError(message)
            found.add(name)


def lead(element: Element, here: Part, names: dict[str, str], ids: set[str], address: str) -> None:
    """Give a link its address."""
    href = element.get("href", "")
    if re.match(r"[a-z]+:", href):
        return
    path, _, anchor = href.partition("#")
    page = posixpath.normpath(posixpath.join(posixpath.dirname(here.name), path)) if path else f"{here.name}.html"
    own = names.get(page.removesuffix(".html"))
    if own:
        target = f"{own}--{anchor}" if anchor else own
        if target not in ids:
            message = f"{here.name}: a link leads to {href}, which is not in the book"
            raise ValueError(message)
        element.set("href", f"#{target}")
    elif address:
        element.set("href", f"{address}{page}{'#' if anchor else ''}{anchor}")
    else:
        element.tag = "span"
        del element.attrib["href"]
