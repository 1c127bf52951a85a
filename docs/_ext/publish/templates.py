"""Adds last steps: each page goes through them as HTML, after the theme's templates have made it of all its parts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.theming import Theme


@dataclass(frozen=True)
class Page:
    """A page that is written: its name, such as `reference/notation`, where the site lies, and what templates know."""

    name: str
    site: Path
    context: dict[str, Any]

    @property
    def top(self) -> str:
        """The relative address of the site's first folder, with its slash: `../` on the page `reference/notation`."""
        return "../" * self.name.count("/")


Step = Callable[[str, Page], str]
"""Takes the HTML of a page, and returns what is written in its place."""


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates, and the steps after them, in the order of their numbers."""

    steps: tuple[tuple[int, Step], ...] = ()

    def init(self, builder: Builder, theme: Theme | None = None, dirs: list[str] | None = None) -> None:
        """Note where the site lies."""
        super().init(builder, theme, dirs)
        self.site = Path(builder.outdir)

    def add_step(self, step: Step, order: int) -> None:
        """Add a step; those with lower numbers come first."""
        self.steps = tuple(sorted((*self.steps, (order, step)), key=lambda each: each[0]))

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]  # as Sphinx's own does
        """Make a page, and take it through the steps."""
        html = super().render(template, context)
        if "pagename" not in context:
            return html
        page = Page(context["pagename"], self.site, context)
        for _, step in self.steps:
            html = step(html, page)
        return html


def add_step(app: Sphinx, step: Step, order: int) -> None:
    """Let an extension add a step to the pages of a site."""

    def add(app: Sphinx) -> None:
        templates = getattr(app.builder, "templates", None)
        if isinstance(templates, Templates):
            templates.add_step(step, order)

    app.connect("builder-inited", add)


def orphans(folder: str, ending: str) -> Callable[[Sphinx, Exception | None], None]:
    """Return a function that removes from a folder the files of pages that are gone: a page's name and this ending.

    Static files belong to no page.
    """

    def remove(app: Sphinx, error: Exception | None) -> None:
        top = Path(app.outdir, folder)
        for path in () if error else [*top.rglob("*.*")]:
            name, found = re.subn(f"{ending}$", "", path.relative_to(top).as_posix())
            if found and not name.startswith("_static/") and not Path(app.outdir, f"{name}.html").exists():
                path.unlink()

    return remove
