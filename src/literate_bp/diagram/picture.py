"""A finished picture: two orientations, three themes, and the same in words."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .draw import draw, render
from .layout import Orientation
from .palette import Theme, colors, css_variables
from .quantities import Quantity, known
from .scene import Scene

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Picture", "Section"]


@dataclass(frozen=True)
class Section:
    """A part of the text equivalent: a title, and lines of quantities."""

    title: str
    lines: tuple[tuple[str, tuple[Quantity, ...]], ...]

    def sentences(self) -> list[str]:
        """One sentence a line."""
        return [lead + ("; ".join(map(str, shown)) or "nothing") + "." for lead, shown in self.lines]


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

    def figure(self, theme: Theme = "light", orientation: Orientation = "landscape") -> Figure:
        """Draw it as a Matplotlib figure.

        Parameters
        ----------
        theme : {"light", "dark"}
            Which colors.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        known("theme", theme, ("light", "dark"))
        return draw(self.oriented(orientation), theme)

    def oriented(self, orientation: str) -> Scene:
        """The scene of one orientation."""
        known("orientation", orientation, ("landscape", "portrait"))
        return self.scene if orientation == "landscape" else self.portrait

    def svg(
        self,
        theme: Literal["auto", "light", "dark"] = "auto",
        orientation: Orientation = "landscape",
    ) -> str:
        """Write it as an SVG file.

        Parameters
        ----------
        theme : {"auto", "light", "dark"}
            With "auto" the file follows the reader's light or dark.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        known("theme", theme, ("auto", "light", "dark"))
        if theme != "auto":
            return tidy(self.raw(theme, orientation), self.alt, self.description)
        style = (
            f"<style>svg {{ {css_variables('light')} }} "
            f"@media (prefers-color-scheme: dark) {{ svg {{ {css_variables('dark')} }} }}</style>"
        )
        svg = tidy(self.raw("light", orientation), self.alt, self.description)
        return variables(svg).replace("</desc>", f"</desc>\n{style}", 1)

    def raw(self, theme: Theme, orientation: str) -> str:
        """Matplotlib's SVG."""
        return render(draw(self.oriented(orientation), theme), "svg").decode()

    def save(
        self,
        path: str | os.PathLike[str],
        theme: Literal["auto", "light", "dark"] = "auto",
        orientation: Orientation = "landscape",
    ) -> None:
        """Save it as .svg, .png or .pdf.

        Parameters
        ----------
        path : path
            Where to; the suffix says how.
        theme : {"auto", "light", "dark"}
            With "auto" an SVG follows the reader's light or dark; PNG and PDF are light.
        orientation : {"landscape", "portrait"}
            Left to right, or top to bottom.
        """
        path = Path(path)
        suffix = path.suffix[1:]
        if suffix not in ("svg", "png", "pdf"):
            raise ValueError(f"path ends in {path.suffix!r}; end it in .svg, .png or .pdf")
        known("theme", theme, ("auto", "light", "dark"))
        if suffix == "svg":
            path.write_text(self.svg(theme, orientation), encoding="utf-8", newline="\n")
        else:
            path.write_bytes(render(self.figure("dark" if theme == "dark" else "light", orientation), suffix))

    def _repr_html_(self) -> str:
        """Both orientations for a page, and the words: see `literate_bp.diagram.stylesheet`."""
        views = "".join(self.view(orientation, shown) for orientation, shown in VIEWS)
        words = "".join(
            f"<p><strong>{escape(part.title)}</strong></p><ul>"
            + "".join(f"<li>{escape(sentence)}</li>" for sentence in part.sentences())
            + "</ul>"
            for part in self.sections
        )
        return (
            f'<figure class="bp-picture">{views}'
            f"<details><summary>The picture in words</summary><p>{escape(self.alt)}</p>{words}</details></figure>"
        )

    def view(self, orientation: Orientation, shown: str) -> str:
        """One orientation as inline SVG, shown unless the page's style says otherwise."""
        svg = variables(tidy(self.raw("light", orientation), self.alt, self.description))
        wide = self.oriented(orientation).width
        least = f' style="min-width: {round(wide * 0.86)}px; max-width: {round(wide * 1.25)}px"'
        return (
            f'<div class="bp-{orientation}" style="display: var(--bp-show-{orientation}, {shown})">'
            + svg.replace("<svg", f"<svg{least}", 1)
            + "</div>"
        )


VIEWS: tuple[tuple[Orientation, str], ...] = (("landscape", "block"), ("portrait", "none"))


def tidy(svg: str, title: str, words: str) -> str:
    """Matplotlib's SVG for use inside a page: titled, described, with ids of its own."""
    svg = slim(svg[svg.index("<svg") :])
    name = "bp" + sha256(svg.encode()).hexdigest()[:10]
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    head = f'<svg {JOINS} role="img" aria-labelledby="{name}-title {name}-desc"'
    body = f'>\n<title id="{name}-title">{escape(title)}</title>\n<desc id="{name}-desc">{escape(words)}</desc>'
    return svg.replace("<svg", head, 1).replace(">", body, 1)


JOINS = 'stroke-linejoin="round" stroke-linecap="butt"'
"""What Matplotlib says of every mark of a file, in a style element that would reach the whole page."""


def slim(svg: str) -> str:
    """The same drawing without what a page has no use for: comments, names of groups, far decimals."""
    for pattern, kept in (
        (r"<!--.*?-->|<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", ""),
        (r' xmlns:xlink="[^"]*"', ""),
        (r"xlink:href", "href"),
        (r'<g id="(?:text|patch|figure|axes)[-_]\d+">', "<g>"),
        (r"STIXGeneral-", ""),
        (r"(?<=[ (\"\n])(-?\d+\.\d\d)\d+(?=[ \n]|\) scale)", r"\1"),
        (r"\s*\n\s*", "\n"),
    ):
        svg = re.sub(pattern, kept, svg, flags=re.DOTALL)
    return svg


def variables(svg: str) -> str:
    """The same SVG with each color as a variable, its light value the fallback."""
    names = {color: name for name, color in colors("light").items()}
    return re.sub(
        r"#[0-9a-f]{6}\b",
        lambda match: f"var(--bp-{names[match[0]]}, {match[0]})" if match[0] in names else match[0],
        svg,
    )
