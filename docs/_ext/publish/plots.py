"""Adds a file for each view of a plot, named by its content, of which a browser loads the one that it shows.

A picture whose labels are text stands on the page: they have its fonts, and differ between notations. The marks of its
view for narrow windows are in a template, where they are not parts of the page; a script exchanges them for the others.
"""

import re
from hashlib import sha256
from html import escape

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from literate_bp.files import write_whole
from page.incremental import Site, writing
from publish.plot_file import PlotFile, plot_file
from publish.templates import Page, add_step

FOLDER = "_images/plots"
ORDER = 5
VIEW = r'(?P<{0}_begins><div class="bp-{0}"[^<>]*>)(?P<{0}><svg.*?</svg>)\s*</div>'
FIGURE = '(?P<figure><figure class="bp-picture"[^<>]*>)'
PICTURE = re.compile(f"{FIGURE}{VIEW.format('landscape')}{VIEW.format('portrait')}", re.DOTALL)
SVG = re.compile(r"(?P<begins><svg[^<>]*>)(?P<marks>.*)</svg>", re.DOTALL)
NARROW = "(max-width: 691.98px)"
"""The windows in which `palette.css` shows the narrow version: a picture is 660 pixels wide, with a margin of 16 on
either side."""
NAMED = re.compile(rf"{FOLDER}/([\w.]+)")


def lay_out(html: str, page: Page) -> str:
    """Write the plots of a page, and return the page with images in their places."""
    return PICTURE.sub(lambda found: diagram(found) if "<text" in found[0] else plot(found, page), html)


def diagram(found: re.Match[str]) -> str:
    """Return a diagram with the narrow view as a template."""
    begins = found.start("portrait_begins") - found.start()
    view = SVG.sub(r"\g<begins></svg></div><template><svg>\g<marks></svg></template>", found["portrait"])
    return f"{found[0][:begins]}{found['portrait_begins']}{view}"


def plot(found: re.Match[str], page: Page) -> str:
    """Return a plot as an image of the file that fits, and write its files."""
    wide, narrow = plot_file(found["landscape"]), plot_file(found["portrait"])
    return (
        f'{found["figure"]}<picture><source media="{NARROW}" srcset="{address(narrow, page)}" {size(narrow)}>'
        f'<img src="{address(wide, page)}" {size(wide)} loading="lazy" decoding="async" alt="{escape(wide.alt)}">'
        "</picture>"
    )


def size(file: PlotFile) -> str:
    """Return the size of a plot as attributes."""
    return f'width="{file.width}" height="{file.height}"'


def address(file: PlotFile, page: Page) -> str:
    """Write a file, if no page had it, and return its relative address."""
    content = file.content.encode()
    name = f"{sha256(content).hexdigest()[:16]}.svg"
    path = page.site / FOLDER / name
    with writing():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_whole(path, content)
    return f"{page.top}{FOLDER}/{name}"


@writing()
def remove_unnamed(app: Sphinx, error: Exception | None) -> None:
    """Remove the files that no page names, after a build of the whole site."""
    builder = app.builder
    if error or app.config.one_page or not isinstance(builder, Site) or builder.idle:
        return
    pages = builder.outdir.rglob("*.html")
    named = {name for path in pages for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    folder = builder.outdir / FOLDER
    for path in folder.iterdir() if folder.exists() else ():
        if path.name not in named:
            path.unlink()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step."""
    add_step(app, lay_out, ORDER)
    app.connect("build-finished", remove_unnamed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
