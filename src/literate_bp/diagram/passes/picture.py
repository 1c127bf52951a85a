"""A finished diagram: in every notation, in two orientations, in the light and the dark theme, and as text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Literal

from matplotlib.figure import Figure

from ...formula.notation import NOTATIONS
from ...validation import one_of
from ..drawing.artists import draw
from ..drawing.figure import save, with_background
from ..drawing.palette import Theme, css_variables
from ..drawing.scene import Orientation, Scene
from ..drawing.svg import orientation_div, page_figure, page_svg, with_color_variables, with_description
from ..drawing.svg_outlines import label_outlines
from ..drawing.svg_text import label_groups
from .description import Section, html, plain, template
from .live_state import live_state
from .quantities import Passes

__all__ = ["Picture", "Variant", "picture_in_all_notations"]

FileTheme = Literal["auto", "light", "dark"]


@dataclass(frozen=True)
class Variant:
    """A diagram in one notation: its two orientations, and its description."""

    landscape: Scene
    portrait: Scene
    sections: tuple[Section, ...]


@dataclass(frozen=True, eq=False)
class OnDemand(Mapping[str, Variant]):
    """The variants of a diagram, each drawn when it is first asked for.

    Attributes
    ----------
    names : tuple of str
        The names of the notations.
    draw : callable
        Draws the diagram in the notation that has a name.
    """

    names: tuple[str, ...]
    draw: Callable[[str], Variant] = field(repr=False)
    drawn: dict[str, Variant] = field(default_factory=dict, init=False, repr=False)

    def __getitem__(self, name: str) -> Variant:
        if name not in self.names:
            raise KeyError(name)
        if name not in self.drawn:
            self.drawn[name] = self.draw(name)
        return self.drawn[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __reduce__(self) -> tuple[type[dict[str, Variant]], tuple[dict[str, Variant]]]:
        """Let a copy have all variants."""
        return dict, (dict(self),)


@dataclass(frozen=True)
class Picture:
    """One of the diagrams of a pass.

    A notebook shows it by itself. `save` writes a file, `description` is the
    text equivalent.

    Attributes
    ----------
    variants : mapping of str to Variant
        The diagram in each notation. Only labels and descriptions differ.
    notation : str
        The notation that is saved, and shown if a page does not choose.
    alt : str
        A sentence that says what the diagram shows, the same in all notations.
    live : str
        What a page needs to change its numbers, if they can be changed there.
    """

    variants: Mapping[str, Variant]
    notation: str
    alt: str
    live: str = field(default="", repr=False)

    @property
    def scene(self) -> Scene:
        """The marks of the landscape version, read from left to right."""
        return self.variants[self.notation].landscape

    @property
    def portrait(self) -> Scene:
        """The marks of the portrait version, read from top to bottom."""
        return self.variants[self.notation].portrait

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every number of the diagram, in reading order."""
        return self.variants[self.notation].sections

    @property
    def description(self) -> str:
        """The diagram as text, with every number that it shows."""
        parts = [f"{part.title}: {' '.join(part.sentences())}" for part in self.sections]
        return "\n".join([self.alt, *parts])

    def oriented(self, orientation: Orientation) -> Scene:
        """Return the marks of one orientation.

        Parameters
        ----------
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        one_of("orientation", orientation, ("landscape", "portrait"))
        scene: Scene = getattr(self.variants[self.notation], orientation)
        return scene

    def scenes(self, orientation: Orientation) -> dict[str, Scene]:
        """Return the marks of one orientation in every notation.

        Parameters
        ----------
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        one_of("orientation", orientation, ("landscape", "portrait"))
        return {name: getattr(variant, orientation) for name, variant in self.variants.items()}

    def figure(self, theme: Theme = "light", orientation: Orientation = "landscape") -> Figure:
        """Draw it as a transparent Matplotlib figure.

        Parameters
        ----------
        theme : {"light", "dark"}
            The colors.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        one_of("theme", theme, ("light", "dark"))
        return draw(self.oriented(orientation), theme)

    def svg(self, theme: FileTheme = "auto", orientation: Orientation = "landscape") -> str:
        """Return the text of an SVG file.

        Parameters
        ----------
        theme : {"auto", "light", "dark"}
            With "auto" the file follows the reader's system setting. The
            light version is transparent, the dark one has a dark background.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        one_of("theme", theme, ("auto", "light", "dark"))
        scene, colored = self.oriented(orientation), color_theme(theme)
        figure = draw(replace(scene, labels=()), colored)
        if theme == "dark":
            figure = with_background(figure, "dark")
        svg = page_svg(figure, label_outlines(scene, colored))
        svg = with_description(svg, self.alt, self.description)
        if theme != "auto":
            return svg
        style = (
            f"<style>svg {{ {css_variables('light')} }} "
            "@media (prefers-color-scheme: dark) "
            f"{{ svg {{ {css_variables('dark')} "
            "background: var(--bp-paper); } }</style>"
        )
        return with_color_variables(svg).replace("</desc>", f"</desc>\n{style}", 1)

    def save(
        self, path: str | os.PathLike[str], theme: FileTheme = "auto", orientation: Orientation = "landscape"
    ) -> None:
        """Save it as an SVG, PNG or PDF file.

        Parameters
        ----------
        path : path
            A path that ends in .svg, .png or .pdf.
        theme : {"auto", "light", "dark"}
            With "auto" an SVG follows the reader's system setting, and a PNG
            or PDF is light. PNG and PDF have the background of their theme.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        one_of("theme", theme, ("auto", "light", "dark"))
        colored = color_theme(theme)
        save(
            path,
            lambda: self.svg(theme, orientation),
            lambda: with_background(self.figure(colored, orientation), colored),
        )

    def _repr_html_(self) -> str:
        """Return both orientations and the description in all notations, for a page with `stylesheet`."""
        description = html({name: variant.sections for name, variant in self.variants.items()}, self.notation)
        views = self.view("landscape"), self.view("portrait")
        return page_figure(*views, f"<p>{escape(self.alt)}</p>{description}", self.live)

    def view(self, orientation: Orientation) -> str:
        """Return one orientation as inline SVG, which scales between 86 and 125 percent of its size."""
        scene = self.oriented(orientation)
        least, most = round(scene.width * 0.86), round(scene.width * 1.25)
        style = f"min-width: {least}px; max-width: {most}px"
        marks = draw(replace(scene, labels=()))
        labels = label_groups(self.scenes(orientation), self.notation)
        return orientation_div(orientation, marks, labels, self.alt, style)


def picture_in_all_notations(passes: Passes, variant: Callable[[Passes], Variant], alt: str) -> Picture:
    """Draw a diagram in every notation.

    Parameters
    ----------
    passes : Passes
        What it shows, in the notation that is saved.
    variant : callable
        Draws it in the notation of the passes that it is given.
    alt : str
        What it shows, in a sentence whose numbers are marked.
    """

    def described(name: str) -> Variant:
        here = replace(passes, notation=NOTATIONS[name])
        drawn = variant(here)
        return replace(drawn, sections=tuple(replace(part, values=here.values) for part in drawn.sections))

    variants = OnDemand(tuple(NOTATIONS), described)
    shown = passes.notation.name
    variants[shown]  # what cannot be drawn is refused here
    return Picture(variants, shown, plain(alt), live_state(passes, template(alt)))


def color_theme(theme: FileTheme) -> Theme:
    """Return the theme whose colors are drawn: light, if the file is to follow the reader's setting."""
    return "dark" if theme == "dark" else "light"
