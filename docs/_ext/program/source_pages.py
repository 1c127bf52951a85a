"""Adds a page for each file of the package, highlighted, and links to its lines: from listings and from the API.

The role `source` links to a line, {source}`literate_bp/node.py:12`.
"""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

from page.incremental import UNFINISHED
from page.notes import AFTER_NUMBERS, has_changed
from program.api import page_of
from program.listing import names, pieces
from program.modules import all_modules, dotted, path_of, tree

FOLDER = "source"


class source_link(nodes.reference):  # noqa: N801 (docutils names its nodes so)
    """A link to a line of a source page, whose address depends on the page that it stands on."""


class SourceRole(SphinxRole):
    """A link to a line of a file: `literate_bp/node.py:12`, or to its beginning, with another text if one is given."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link."""
        file, _, line = self.text.partition(":")
        return [link_to(file, int(line or 1), Path(file).name + (f":{line}" if line else ""))], []


def link_to(file: str, line: int, text: str) -> nodes.Node:
    """Link to a line of a file of the package."""
    return source_link("", "", nodes.literal(text, text), file=file, line=line, internal=True)


def add_links(app: Sphinx, doctree: nodes.document) -> None:
    """Link each entry of the API to its source."""
    source = Path(app.config.rule_source)
    for entry in doctree.findall(addnodes.desc):
        for signature in entry.findall(addnodes.desc_signature):
            module, name = signature.get("module"), signature.get("fullname")
            if signature.parent is not entry or not module or not module.startswith("literate_bp"):
                continue
            path = path_of(module, source)
            lines = {name: each.lineno for each in tree(path).body for name in names(each)}
            lines |= {piece.name: piece.first for piece in pieces(path)}
            if line := lines.get(name):
                label = nodes.inline("", "[source]", classes=["viewcode-link"])
                file = path.relative_to(source).as_posix()
                link = source_link("", "", label, file=file, line=line, internal=True, classes=["viewcode-link"])
                signature.append(link)


def resolve(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Give each link its address."""
    for link in doctree.findall(source_link):
        page_of_file = f"{FOLDER}/{Path(link['file']).with_suffix('').as_posix()}"
        link["refuri"] = app.builder.get_relative_uri(page, page_of_file) + f"#line-{link['line']}"


class SourcePages:
    """The pages of all files, of which a build writes those that have changed."""

    def __init__(self) -> None:
        self.changed: list[Path] = []

    def compare(self, app: Sphinx, env: BuildEnvironment) -> Collection[str]:
        """Find out which are to be written: all, if what pages share has changed, or a build was broken off."""
        shared = has_changed(env, "frame of sources", env.seen_last["frame"], app.config.built_with)
        every = shared or Path(app.doctreedir, UNFINISHED).exists()
        files = sorted(Path(app.config.rule_source, "literate_bp").rglob("*.py"))
        names = {path: path.relative_to(app.config.rule_source).as_posix() for path in files}
        changed = [path for path in files if has_changed(env, names[path], path.read_bytes())]
        self.changed = files if every else changed
        return ()

    def pages(self, app: Sphinx) -> Iterator[tuple[str, dict[str, object], str]]:
        """Write them, and remove those of files that are no longer there."""
        if app.builder.format == "html" and not app.config.one_page:
            source = Path(app.config.rule_source)
            for page in Path(app.outdir, FOLDER).rglob("*.html"):
                if not (source / page.relative_to(Path(app.outdir, FOLDER))).with_suffix(".py").exists():
                    page.unlink()
            documented = {*all_modules(source)} if self.changed else set()
            yield from (source_page(app, path, source, documented) for path in self.changed)


def source_page(
    app: Sphinx, path: Path, source: Path, documented: Collection[str]
) -> tuple[str, dict[str, object], str]:
    """Write the page of a file."""
    file, name = path.relative_to(source), dotted(path, source)
    page = f"{FOLDER}/{file.with_suffix('').as_posix()}"
    code = app.builder.highlighter.highlight_block(
        path.read_text(encoding="utf-8"), "python", linenos="inline", lineanchors="line", anchorlinenos=True
    )
    entry = app.builder.get_relative_uri(page, page_of(name)) if name in documented else ""
    link = f'<p><a class="reference internal" href="{entry}">API of this module</a></p>' if entry else ""
    body = f'<section><h1>{file.as_posix()}</h1>{link}<div class="source">{code}</div></section>'
    return page, {"title": file.as_posix(), "body": body, "parents": []}, "page.html"


class Navigation:
    """The navigation beside a source page, written once for all pages of a folder: none of them stands in it."""

    def __init__(self) -> None:
        self.written: dict[tuple[str, str], str] = {}

    def share(
        self, _app: Sphinx, page: str, _template: str, context: dict[str, object], _doctree: nodes.document | None
    ) -> None:
        """Let the theme of a source page have what was written for another one."""
        if page.startswith(f"{FOLDER}/"):
            context["toctree"] = partial(self.toctree, page.rpartition("/")[0], context["toctree"])

    def toctree(self, folder: str, write: Callable[..., str], **options: object) -> str:
        """Return the navigation, as Sphinx writes it with these options."""
        key = folder, str(options)
        if key not in self.written:
            self.written[key] = write(**options)
        return self.written[key]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the role, the links and the pages."""
    app.add_node(source_link)
    app.add_role("source", SourceRole())
    app.connect("doctree-read", add_links)
    app.connect("doctree-resolved", resolve)
    pages = SourcePages()
    app.connect("env-get-updated", pages.compare, priority=AFTER_NUMBERS + 1)  # after `page.incremental`
    app.connect("html-collect-pages", pages.pages)
    app.connect("html-page-context", Navigation().share, priority=400)  # before the theme asks for it
    return {"parallel_read_safe": True, "parallel_write_safe": True}
