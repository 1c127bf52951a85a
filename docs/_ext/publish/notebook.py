"""Adds each page that has cells as a notebook and as a script, which run with the package alone.

Both have the pieces of the page's tree in their order: its text, with formulas in LaTeX and the numbers put in, and the
code of all its cells. The first piece says what to install: the wheel that the site itself carries.
"""

import json
import posixpath
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from page.incremental import Site, writing
from publish.archives import wheel
from publish.fragments import escaped
from publish.pieces import MAGIC, Piece, PieceWriter, carried, needs_site, pieces, requirements
from publish.plain import plain
from publish.templates import orphans

ABOUT = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def first(app: Sphinx, page: str, found: Sequence[Piece]) -> Piece:
    """Say what page this is, and what to install before it runs."""
    config = app.config
    base = config.html_baseurl
    file = f"{base or '../' * page.count('/')}{wheel(config.release)}"
    package = f"literate_bp[diagram] @ {file}" if base else f"./{file}[diagram]"
    title, html = escaped(plain(app.env.titles[page])), f"{base}{page if base else posixpath.basename(page)}.html"
    command = " ".join(["pip install", f'"{package}"', *requirements(found)])
    return Piece(
        f"The page [{title}]({html}) of *{config.project}*, version {config.release}. Its cells run from top to bottom "
        f"with [the package]({file}) and what else they use:\n\n"
        f"```sh\n{command}\n```"
    )


def cell(number: int, each: Piece) -> dict[str, Any]:
    """Return a piece as a cell of a notebook."""
    metadata = {"jupyter": {"source_hidden": True}} if each.hidden else {}
    metadata |= {"tags": ["raises-exception"]} if each.raises else {}
    found = {"id": f"cell-{number}", "metadata": metadata, "source": each.text.splitlines(keepends=True)}
    if each.is_code:
        return {"cell_type": "code", **found, "execution_count": None, "outputs": []}
    return {"cell_type": "markdown", **found}


def notebook(found: Sequence[Piece]) -> str:
    """Write a notebook."""
    cells = [cell(number, each) for number, each in enumerate(found, 1)]
    content = {"cells": cells, "metadata": ABOUT, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def script(found: Sequence[Piece]) -> str:
    """Write a script whose parts begin with `# %%`, as editors know them."""
    return "\n\n".join(part(each) for each in found) + "\n"


def called(cell: re.Match[str]) -> str:
    """Return a magic cell as a call of the function that the page has defined for it."""
    text = cell["cell"].rstrip("\n")
    return f'{cell["name"]}("{cell["line"]}", r"""{text}""")'


def part(each: Piece) -> str:
    """Return a piece as a part of a script, which goes on behind what is meant to raise."""
    if not each.is_code:
        return "\n".join(["# %% [markdown]", *(f"# {line}".rstrip() for line in each.text.splitlines())])
    code = MAGIC.sub(called, each.text)
    if not each.raises:
        return f"# %%\n{code}"
    tried = "\n".join(f"    {line}".rstrip() for line in code.splitlines())
    return f'# %%\ntry:\n{tried}\nexcept Exception as error:\n    print(f"{{type(error).__name__}}: {{error}}")'


def add(app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write the notebook and the script of a page, if its cells run without the site, and name them on the page."""
    files = {"Notebook": (f"{page}.ipynb", notebook), "Script": (f"{page}.py", script)}
    if doctree is None or not isinstance(app.builder, Site):
        return
    found = [*pieces(PieceWriter(app, page), doctree)]
    if needs_site(found) or not any(each.is_code for each in found):
        for name, _ in files.values():
            Path(app.outdir, name).unlink(missing_ok=True)
        return
    whole = [first(app, page, found), *carried(found, page), *found]
    with writing():
        for name, form in files.values():
            Path(app.outdir, name).write_text(form(whole), encoding="utf-8")
    named = [(words, posixpath.basename(name)) for words, (name, _) in files.items()]
    context["page_forms"] = [*named, *context["page_forms"]]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write both of each page that is written."""
    app.connect("html-page-context", add, priority=710)  # after `publish.markdown`
    app.connect("build-finished", orphans("", r"\.(?:ipynb|py)"), priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
