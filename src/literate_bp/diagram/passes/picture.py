"""A finished picture: two orientations, three themes, and words."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Literal

from matplotlib.figure import Figure

from ...formula.notation import NOTATIONS
from ...validation import one_of
from ..drawing.artists import draw
from ..drawing.figure import on_paper, render, suffix_of
from ..drawing.palette import Theme, css_variables
from ..drawing.scene import Orientation, Scene
from ..drawing.svg import described, page_figure, page_svg, variables, view
from ..drawing.svg_text import lettering
from .description import Section, html
from .quantities import Pass

__all__ = ["Face", "Picture", "pictured"]

FileTheme = Literal["auto", "light", "dark"]


@dataclass(frozen=True)
class Face:
    """A picture in one notation: two scenes, and the words."""

    landscape: Scene
    portrait: Scene
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Picture:
    """One of the book's diagrams, drawn from the arrays of a real pass.

    Attributes
    ----------
    faces : mapping of str to Face
        The picture in each notation. Only labels and words differ.
    notation : str
        The one that is saved, and shown where a page does not choose.
    alt : str
        What the picture shows, in one sentence that holds in all notations.
    """

    faces: Mapping[str, Face]
    notation: str
    alt: str

    @property
    def scene(self) -> Scene:
        """What is where, flowing from left to right."""
        return self.faces[self.notation].landscape

    @property
    def portrait(self) -> Scene:
        """What is where, flowing from top to bottom."""
        return self.faces[self.notation].portrait

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every number of the picture, in reading order."""
        return self.faces[self.notation].sections

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
        return self.scenes(orientation)[self.notation]

    def scenes(self, orientation: Orientation) -> dict[str, Scene]:
        """The scene of one orientation in every notation.

        Parameters
        ----------
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        one_of("orientation", orientation, ("landscape", "portrait"))
        return {name: getattr(face, orientation) for name, face in self.faces.items()}

    def figure(self, theme: Theme = "light", orientation: Orientation = "landscape") -> Figure:
        """Draw it as a Matplotlib figure, transparent.

        Parameters
        ----------
        theme : {"light", "dark"}
            Which colors.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        one_of("theme", theme, ("light", "dark"))
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
        one_of("theme", theme, ("auto", "light", "dark"))
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
        one_of("theme", theme, ("auto", "light", "dark"))
        if suffix == "svg":
            content = self.svg(theme, orientation).encode()
        else:
            figure = self.figure(chosen(theme), orientation)
            content = render(on_paper(figure, chosen(theme)), suffix)
        path.write_bytes(content)

    def _repr_html_(self) -> str:
        """Both orientations, and the words, for a page with `stylesheet`.

        Labels and words are there in every notation.
        """
        words = html({name: face.sections for name, face in self.faces.items()}, self.notation)
        views = self.view("landscape"), self.view("portrait")
        return page_figure(*views, f"<p>{escape(self.alt)}</p>{words}")

    def view(self, orientation: Orientation) -> str:
        """One orientation as inline SVG, from a little smaller to larger."""
        scene = self.oriented(orientation)
        least, most = round(scene.width * 0.86), round(scene.width * 1.25)
        style = f"min-width: {least}px; max-width: {most}px"
        marks = page_svg(draw(replace(scene, labels=())))
        letters = lettering(self.scenes(orientation), self.notation)
        return view(orientation, marks.replace("</svg>", f"{letters}</svg>"), self.alt, style)


def pictured(shown: Pass, face: Callable[[Pass], Face], alt: str) -> Picture:
    """A picture of a pass, with its face in every notation."""
    passes = {name: replace(shown, notation=notation) for name, notation in NOTATIONS.items()}
    return Picture({name: face(each) for name, each in passes.items()}, shown.notation.name, alt)


def chosen(theme: FileTheme) -> Theme:
    """The colors of a theme; light, where the reader's are not known."""
    return "dark" if theme == "dark" else "light"
