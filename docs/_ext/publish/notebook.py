"""Adds each page that has cells as a notebook and as a script, which run with the package alone.

Both have the pieces of the page's tree in their order: its text, with formulas in LaTeX and the numbers put in, and the
code of all its cells. The first piece says what to install: the wheel that the site itself carries. A script prints
what a page shows of the last line of a cell, unless that is a figure.
"""

import ast
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


def first(app: Sphinx, page: str, found: Sequence[Piece], title: str) -> Piece:
    """Head a page: its title, what page this is, and what to install before it runs."""
    config, base, file = app.config, app.config.html_baseurl, wheel(app.config.release)
    package = f"literate_bp[diagram] @ {base}{file}" if base else f"./{posixpath.basename(file)}[diagram]"
    name = escaped(plain(app.env.titles[page]))
    here = f"[{name}]({base}{page}.html)" if base else f"“{name}”"
    needed = f"[the package]({base}{file})" if base else "the package"
    where = "" if base else " Save the package beside this file: the page *Get the book* has it."
    command = " ".join(["pip install", f'"{package}"', *requirements(found)])
    return Piece(
        f"{title}\n\nThis is the page {here} of *{config.project}*, version {config.release}. Its cells run from top "
        f"to bottom with {needed} and what else they use.{where} As a script they print what the page shows as text or "
        f"as a table, and no figure.\n\n```sh\n{command}\n```"
    )


def in_order(app: Sphinx, page: str, found: Sequence[Piece]) -> list[Piece]:
    """Put the title and what to install first, and what cells need in front of the first cell."""
    title, _, rest = found[0].text.partition("\n\n")
    goals = [Piece(rest)] if rest else []
    return [first(app, page, found, title), *goals, *carried(found, page), *found[1:]]


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


def printing(each: Piece) -> str:
    """Return the code of a piece, which prints the value that the page shows of it."""
    last = ast.parse(each.text).body[-1] if each.printed else None
    if not isinstance(last, ast.Expr):
        return each.text
    before = each.text.splitlines()[: last.lineno - 1]
    value = ast.get_source_segment(each.text, last) or ""
    return "\n".join([*before, each.printed.format(ast.unparse(last) if isinstance(last.value, ast.Tuple) else value)])


def part(each: Piece) -> str:
    """Return a piece as a part of a script, which goes on behind what is meant to raise."""
    if not each.is_code:
        return "\n".join(["# %% [markdown]", *(f"# {line}".rstrip() for line in each.text.splitlines())])
    code = MAGIC.sub(called, printing(each))
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
    whole = in_order(app, page, found)
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
