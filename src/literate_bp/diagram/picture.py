"""A finished picture: two orientations, three themes, and words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

from matplotlib.figure import Figure

from ..refusal import known
from .draw import draw
from .layout import Orientation
from .palette import Theme, css_variables
from .render import on_paper, render, suffix_of
from .scene import Scene
from .svg import described, page_figure, page_svg, variables, view
from .words import Section

__all__ = ["Picture"]

FileTheme = Literal["auto", "light", "dark"]


@dataclass(frozen=True)
class Picture:
    """One of the book's diagrams, drawn from the arrays of a real pass.

    Attributes
    ----------
    scene, portrait : Scene
        What is where, flowing from left to right and from top to bottom.
    alt : str
        What the picture shows, in one sentence.
    sections : tuple of Section
        Every number of the picture, in reading order.
    """

    scene: Scene
    portrait: Scene
    alt: str
    sections: tuple[Section, ...]

    @property
    def description(self) -> str:
        """The picture in words, with every number that it shows."""
        parts = [f"{part.title}: {' '.join(part.sentences())}" for part in self.sections]
        return "\n".join([self.alt, *parts])

    def oriented(self, orientation: Orientation) -> Scene:
        """The scene of one orientation.

        Parameters
        ----------
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        known("orientation", orientation, ("landscape", "portrait"))
        return self.scene if orientation == "landscape" else self.portrait

    def figure(self, theme: Theme = "light", orientation: Orientation = "landscape") -> Figure:
        """Draw it as a Matplotlib figure, transparent.

        Parameters
        ----------
        theme : {"light", "dark"}
            Which colors.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        known("theme", theme, ("light", "dark"))
        return draw(self.oriented(orientation), theme)

    def svg(self, theme: FileTheme = "auto", orientation: Orientation = "landscape") -> str:
        """Write it as an SVG file.

        Parameters
        ----------
        theme : {"auto", "light", "dark"}
            With "auto" the file follows the reader's light or dark. What is
            dark stands on dark paper; what is light is transparent.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        known("theme", theme, ("auto", "light", "dark"))
        figure = self.figure(chosen(theme), orientation)
        if theme == "dark":
            figure = on_paper(figure, "dark")
        svg = described(page_svg(figure), self.alt, self.description)
        if theme != "auto":
            return svg
        style = (
            f"<style>svg {{ {css_variables('light')} }} "
            "@media (prefers-color-scheme: dark) "
            f"{{ svg {{ {css_variables('dark')} "
            "background: var(--bp-paper); } }</style>"
        )
        return variables(svg).replace("</desc>", f"</desc>\n{style}", 1)

    def save(
        self, path: str | os.PathLike[str], theme: FileTheme = "auto", orientation: Orientation = "landscape"
    ) -> None:
        """Save it as .svg, .png or .pdf.

        Parameters
        ----------
        path : path
            Where to; the suffix says how.
        theme : {"auto", "light", "dark"}
            With "auto" an SVG follows the reader's light or dark, and PNG and
            PDF are light. PNG and PDF stand on the paper of their theme.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        path = Path(path)
        suffix = suffix_of(path)
        known("theme", theme, ("auto", "light", "dark"))
        if suffix == "svg":
            content = self.svg(theme, orientation).encode()
        else:
            figure = self.figure(chosen(theme), orientation)
            content = render(on_paper(figure, chosen(theme)), suffix)
        path.write_bytes(content)

    def _repr_html_(self) -> str:
        """Both orientations, and the words, for a page with `stylesheet`."""
        words = "".join(
            f"<p><strong>{escape(part.title)}</strong></p><ul>"
            + "".join(f"<li>{escape(line)}</li>" for line in part.sentences())
            + "</ul>"
            for part in self.sections
        )
        views = self.view("landscape"), self.view("portrait")
        return page_figure(*views, f"<p>{escape(self.alt)}</p>{words}")

    def view(self, orientation: Orientation) -> str:
        """One orientation as inline SVG, from a little smaller to larger."""
        width = self.oriented(orientation).width
        least, most = round(width * 0.86), round(width * 1.25)
        style = f"min-width: {least}px; max-width: {most}px"
        svg = page_svg(self.figure("light", orientation))
        return view(orientation, svg, self.alt, style)


def chosen(theme: FileTheme) -> Theme:
    """The colors of a theme; light, where the reader's are not known."""
    return "dark" if theme == "dark" else "light"
