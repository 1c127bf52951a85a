"""Adds nothing, and takes elements out of a page that neither say nor look anything: a browser lays out what is left.

A cell of one paragraph is that paragraph, a name of one word needs no box in its box, a sign that the theme brings and
nothing shows goes, and the modules of the package, of which there are more than other pages, are in the tree of their
own pages alone.
"""

import re

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from publish.letters import end_of_element
from publish.templates import Page, add_step

ORDER = 7
CELL = re.compile(
    r"<(?P<tag>td|th)\b(?P<attributes>[^<>]*)>\s*<p>(?P<text>(?:(?!</?p\b).)*)</p>\s*</(?P=tag)>", re.DOTALL
)
NAME = re.compile(
    r'(?P<begins><code class="[^"]*\bliteral\b[^"]*">)(?P<parts>(?:<span class="pre">[^<]*</span>|<wbr[^<>]*>)+)</code>'
)
PRE = re.compile(r"</?span\b[^<>]*>")
NOTHING = re.compile(r"(?<=<pre>)<span></span>(?!\n)")  # a browser ignores a line break there
SYMBOL = re.compile(r'<symbol id="(?P<name>[^"]*)".*?</symbol>\s*', re.DOTALL)
API = "reference/api/"
MODULES = re.compile(
    r'(?P<begins><li class="toctree-l1) has-children(?P<link>"><a [^<>]*href="[^"]*\bapi/index\.html"[^<>]*>[^<>]*</a>)'
    r"<input[^<>]*/?><label[^<>]*>.*?</label>(?=<ul)",
    re.DOTALL,
)


def lay_out(html: str, page: Page) -> str:
    """Return a page with fewer elements."""
    html = CELL.sub(r"<\g<tag>\g<attributes>>\g<text></\g<tag>>", html)
    html = NAME.sub(lambda name: f"{name['begins']}{PRE.sub('', name['parts'])}</code>", html)
    html = SYMBOL.sub(lambda sign: sign[0] if f'"#{sign["name"]}"' in html else "", html)
    return NOTHING.sub("", html if page.name.startswith(API) else without_modules(html))


def without_modules(html: str) -> str:
    """Return a page whose tree of pages has the page of all modules, and none of its children."""
    found = MODULES.search(html)
    if not found:
        return html
    _, end = end_of_element(html, "ul", html.index(">", found.end()) + 1)
    return f"{html[: found.start()]}{found['begins']}{found['link']}{html[end:]}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step."""
    add_step(app, lay_out, ORDER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
