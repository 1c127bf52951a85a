"""Adds nothing by itself: a page as pieces, text in Markdown and the code of cells, for notebooks and scripts."""

import ast
import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, repeat
from pathlib import Path
from textwrap import indent
from urllib.parse import urljoin, urlsplit

from docutils import nodes

from cells.reach import ROOT
from page.cell_code import HIDDEN, cell_code
from proof import comparison
from proof.claims import claim_mark
from publish import alone
from publish.markdown import Writer

IN_THE_REPOSITORY = "in-the-repository"
"""The tag of cells that read files of the repository: these are text among the pieces."""
CARRIED = {("myst_nb", "glue"), ("proof.claim", "claim")}
"""What cells import of the site, and pieces carry."""
SITE = {"myst_nb", *(path.parent.name for path in Path(__file__).parents[1].glob("*/__init__.py"))}
FIGURES = re.compile(r'Path\("(?P<path>[./]*(?P<file>benchmarks/\w+\.json))"\)')
MAGIC = re.compile(r"%%(?P<name>\w+) *(?P<line>[^\n]*)\n(?P<cell>.*)", re.DOTALL)
"""A cell that a notebook hands as text to a function of this name."""
NEEDED = {
    "literate_bp.proof": "sympy",
    "sklearn": "scikit-learn",
    "ml_dtypes": "ml-dtypes",
    "IPython": "ipython",
    "sympy": "sympy",
    "mpmath": "mpmath",
}
"""What is installed beside the package, by the modules that cells import."""


@dataclass(frozen=True)
class Piece:
    """A part of a page: Markdown, or code, which a page may hide and which may be meant to raise.

    If a page shows the value of its last line, `printed` is a call that prints what stands in its braces like the page.
    """

    text: str
    is_code: bool = False
    hidden: bool = False
    raises: bool = False
    printed: str = ""


class Code(str):
    """The code of a cell, among blocks of Markdown."""

    __slots__ = ("printed", "tags")
    tags: Sequence[str]
    printed: str


class PieceWriter(Writer):
    """Writes a page in blocks, of which some are code; what the code shows and checks, it does again where it runs."""

    def code(self, node: cell_code, _level: int) -> Iterator[str]:
        """Write the code of a cell."""
        if IN_THE_REPOSITORY not in node["tags"]:
            code = Code(node["code"])
            code.tags, code.printed = node["tags"], printed(node.next_node(descend=False, siblings=True))
            yield code

    def shown(self, node: nodes.container, level: int) -> Iterator[str]:
        """Write what a page shows of a cell that runs: the caption of its figure alone."""
        runs = node.get("nb_element") == "cell_code" and f"tag_{IN_THE_REPOSITORY}" not in node["classes"]
        yield from self.blocks(node.findall(nodes.caption) if runs else node.children, level)

    def checks(self, _node: nodes.math_block, _number: str) -> Iterator[str]:
        """Leave out what was checked."""
        yield from ()

    def address(self, where: str) -> str:
        """Return where a link leads: to the site, if its address is known."""
        return urljoin(f"{self.app.config.html_baseurl}{self.page}", super().address(where))

    def link(self, node: nodes.reference) -> str:
        """Write a link; to a page of a site whose address is not known, no link leads from elsewhere."""
        known = self.app.config.html_baseurl or urlsplit(node.get("refuri", "")).scheme
        return super().link(node) if known else self.linked(node)

    in_line = ((claim_mark, Writer.none), (nodes.reference, link), *Writer.in_line)
    kinds = ((cell_code, code), (nodes.container, shown), *Writer.kinds)


def printed(shown: nodes.Node | None) -> str:
    """Return how a script prints the value that a page shows of a cell: as text, or as a table; a figure is nothing."""
    for node in shown.findall(nodes.Element) if isinstance(shown, nodes.container) else ():
        if "text_plain" in node["classes"]:
            return "print(repr({}))"
        if "text_html" in node["classes"] and "<svg" not in node.astext():
            return "print({})"
    return ""


def pieces(writer: PieceWriter, document: nodes.document) -> Iterator[Piece]:
    """Yield the pieces of a page, in their order."""
    for is_code, found in groupby(writer.blocks(document.children, 0), lambda block: isinstance(block, Code)):
        if is_code:
            yield from filter(None, map(piece, found))
        else:
            yield Piece("\n\n".join(found))


def piece(code: Code) -> Piece | None:
    """Return the piece of a cell, without the imports that pieces carry, if it does anything else."""
    left = without(str(code), CARRIED.issuperset)
    hidden, raises = any(tag in HIDDEN for tag in code.tags), "raises-exception" in code.tags
    return Piece(left, is_code=True, hidden=hidden, raises=raises, printed=code.printed) if left else None


# --- what code needs -----------------------------------------------------------------


def imports(code: str) -> Iterator[tuple[ast.stmt, set[tuple[str, str]]]]:
    """Yield the imports of some code, with the modules and the names that they ask for; a magic cell is no Python."""
    for node in ast.walk(ast.parse("" if MAGIC.match(code) else code)):
        if isinstance(node, ast.ImportFrom):
            yield node, {(node.module or "", name.name) for name in node.names}
        elif isinstance(node, ast.Import):
            yield node, {(name.name, "") for name in node.names}


def without(code: str, left_out: Callable[[set[tuple[str, str]]], bool]) -> str:
    """Return code without some of its imports."""
    lines = code.splitlines()
    for node, asked in imports(code):
        if left_out(asked):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines).strip("\n"))


def asked(found: Sequence[Piece]) -> set[str]:
    """Return the modules that the code imports."""
    code = (each.text for each in found if each.is_code)
    return {module for text in code for _, names in imports(text) for module, _ in names}


def needs_site(found: Sequence[Piece]) -> bool:
    """Whether the code asks for more of the site than pieces carry."""
    return bool({module.partition(".")[0] for module in asked(found)} & SITE)


def requirements(found: Sequence[Piece]) -> list[str]:
    """Return what the code needs beside the package with its pictures, as pip calls it."""
    found_names = {f"{module}." for module in asked(found)}
    return sorted(
        {name for module, name in NEEDED.items() if any(map(str.startswith, found_names, repeat(f"{module}.")))}
    )


def carried(found: Sequence[Piece], page: str) -> Iterator[Piece]:
    """Yield the code that comes first: what checks sentences, and files of figures, if cells use them."""
    code = "\n".join(each.text for each in found if each.is_code)
    if re.search(r"\b(?:claim|glue)\(", code):
        yield Piece(checking(), is_code=True, hidden=True)
    if files := {each["path"]: each["file"] for each in FIGURES.finditer(code)}:
        yield Piece(figures(files, code, page), is_code=True, hidden=True)


@cache
def checking() -> str:
    """Return the program of `claim` and `glue`, in a function of its own: a page may use the same names."""
    first, second = (Path(module.__file__).read_text(encoding="utf-8") for module in (comparison, alone))
    program = f"{without_docstring(first)}\n\n\n{without_docstring(without(second, lambda _: True))}"
    return (
        "def checking():\n"
        '    """What checks the sentences of this page, and keeps the values that stand in them."""\n'
        f"{indent(program, '    ')}\n\n    return claim, glue, GLUED\n\n\nclaim, glue, glued = checking()"
    )


def without_docstring(text: str) -> str:
    """Return a module without its first statement."""
    return "\n".join(text.splitlines()[ast.parse(text).body[0].end_lineno :]).strip("\n")


def figures(files: Mapping[str, str], code: str, page: str) -> str:
    """Return code that writes files of figures, and goes to where the page reads them: those that cells name."""
    lines = [
        "# The figures that cells of this page read, in a folder of their own",
        "import os",
        "from pathlib import Path",
        "from tempfile import mkdtemp",
        "",
        "folder = Path(mkdtemp())",
        f'place = folder / "{posixpath.join("docs", posixpath.dirname(page)).rstrip("/")}"',
        "place.mkdir(parents=True)",
        '(folder / "benchmarks").mkdir()',
    ]
    for file in files.values():
        whole = json.loads((ROOT / file).read_text(encoding="utf-8"))
        named = {key: value for key, value in whole.items() if f'"{key}"' in code}
        text = json.dumps(named, ensure_ascii=False)
        lines.append(f"""(folder / "{file}").write_text(r'''{text}''', encoding="utf-8")""")
    return "\n".join([*lines, "os.chdir(place)"])
