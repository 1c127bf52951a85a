"""Plots as files: their colors, sizes and addresses; what no page names goes away.

What they draw is compared in tests/diagram/test_plots.py.
"""

import re
from html import escape
from itertools import product
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from browser import ask
from outlines import outlines
from pages import DOCS

from literate_bp import diagram, example
from literate_bp.diagram import plots
from literate_bp.diagram.drawing.palette import colors, stylesheet
from publish.letters import split
from publish.plot_file import plot_file
from publish.plots import FOLDER, lay_out
from publish.templates import Page

VIEWS = re.compile(r"<svg.*?</svg>", re.DOTALL)
STEPS = np.repeat(np.linspace(0, 1, 200), 2)[1:-1]
DRAWN = {
    "curves": plots.activation_curves(["tanh", "relu"]),
    "steps": plots.compare_runs({"one": STEPS.tolist(), "other": [[1, 0.5, 0.3], [0.9, 0.6, 0.2]]}, "cost"),
    "markers": plots.error_against_step([1e-2, 1e-5], {"exact": [0.0, 1e-16], "rough": [1e-4, 1e-11]}),
    "squares": plots.confusion_matrix(np.arange(9).reshape(3, 3) + 1, "a<&"),
    "images": plots.images(np.linspace(0, 1, 8 * 9).reshape(2, 4, 9), ("first", "is 2\nread as 3")),
    "powers": plots.norms({"a": {"one": ((2, 10, 50), (1.0, 1e5, 1e14))}}, "depth", "what is left"),
}
views = pytest.mark.parametrize(
    "view",
    [view for plot in DRAWN.values() for view in VIEWS.findall(plot._repr_html_())],
    ids=[f"{name}, {width}" for name, width in product(DRAWN, ("wide", "narrow"))],
)


@views
def test_a_file_has_the_colors_of_both_themes(view):
    light, dark = outlines(plot_file(view).content), outlines(plot_file(view).content, "dark")
    names = {color: name for name, color in colors("light").items()}
    in_dark = {color: colors("dark")[name] for color, name in names.items()}
    assert {each for one in light for each in one.style.values() if each.startswith("#")} <= in_dark.keys()
    assert [one.style for one in dark] == [
        {name: in_dark.get(value, value) for name, value in one.style.items()} for one in light
    ]


@views
def test_a_file_is_well_formed_and_has_each_outline_once_and_the_proportions_of_the_drawing(view):
    file = plot_file(view)
    root, drawing = ET.fromstring(file.content), ET.fromstring(view)  # noqa: S314  our own drawing
    paths = [each.get("d") for each in root.iter() if each.tag.endswith("}path")]
    assert len(set(paths)) == len(paths)
    drawn = re.findall(r' d="([^"]*)"', file.content.split("</defs>")[1])
    assert not [each for each in drawn if re.search(r"\.\d\d", each)]
    across, down = (float(drawing.get(name).removesuffix("pt")) for name in ("width", "height"))
    assert (root.get("width"), root.get("height")) == (str(file.width), str(file.height))
    assert drawing.get("style") == f"max-width: {file.width}px"
    assert abs(file.width * down / across - file.height) <= 0.5
    assert file.alt == drawing.get("aria-label")
    assert len(file.content) < len(view)


def test_points_on_a_line_and_points_that_stand_twice_are_left_out_and_turns_are_not():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" style="max-width: 9px" aria-label="" '
        'stroke-linejoin="round"><path style="fill: none" d="{}"/></svg>'
    )
    for given, written in {
        "M 0 0 L 1 0 L 2 0 L 2 0 L 2 1.04 L 2 3": "m0 0l2 0l0 3",
        "M 0 0 L 2 0 L 1 0": "m0 0l2 0l-1 0",
        "M 1 1 L 1 1": "m1 1l0 0",
        "M 0.5 0 L 1 0.26 z M 3 3": "m.5 0l.5 .3z",
        "M 0 0 L 1 1 C 2 2 3 3 4 4 L 5 5 L 6 6": "m0 0l1 1c1 1 2 2 3 3l2 2",
    }.items():
        assert re.findall(' d="(.*?)"', plot_file(svg.format(given)).content) == [written]


def place(name, folder):
    return Page(name, folder, {})


def test_a_plot_becomes_an_image_and_keeps_its_words(tmp_path):
    plot = DRAWN["squares"]
    html = lay_out(f"<main>{plot._repr_html_()}</main>", place("reference/page", tmp_path))
    narrow, wide = re.findall(rf'(?:srcset|src)="\.\./({FOLDER}/\w+\.svg)"', html)
    assert html.startswith('<main><figure class="bp-picture"><picture><source media="(max-width: ')
    assert f'alt="{escape(plot.alt)}"></picture><details><summary>' in html
    assert plot.table.html() in html
    assert "<svg" not in html
    for file, view in zip((wide, narrow), VIEWS.findall(plot._repr_html_()), strict=True):
        made = plot_file(view)
        assert (tmp_path / file).read_text(encoding="utf-8") == made.content
        assert f'{file}" width="{made.width}" height="{made.height}"' in html
    assert len([*(tmp_path / FOLDER).iterdir()]) == 2


def test_the_same_plot_has_the_same_files_on_all_pages(tmp_path):
    for name in ("one", "deeper/two", "one"):
        lay_out(DRAWN["curves"]._repr_html_(), place(name, tmp_path))
    assert len([*(tmp_path / FOLDER).iterdir()]) == 2


def test_a_picture_with_labels_of_a_page_stays_on_it_with_its_narrow_view_in_a_template(tmp_path):
    given = diagram.node_forward(*example.running()[:2])._repr_html_()
    html = lay_out(given, place("page", tmp_path))
    assert not [*tmp_path.iterdir()]
    template = re.search(r"<template><svg>(.*)</svg></template>", html, re.DOTALL)
    portrait = VIEWS.findall(given)[1]
    assert portrait.endswith(f">{template[1]}</svg>")
    assert (
        html.replace(template[0], "").replace("></svg></div><details", f">{template[1]}</svg>\n</div><details") == given
    )


# --- in a browser ------------------------------------------------------------------

FRAME = """<!doctype html><meta charset="utf-8"><style>{style}</style><style>{own}</style><body><main>{picture}</main>
<script src="book.js"></script>"""
SHOWN = """[...["landscape", "portrait"].map((name) => page.querySelectorAll(`.bp-${name} text`).length),
  page.querySelector("template")?.content.querySelectorAll("text").length, page.querySelector("figure").offsetHeight]"""


def test_a_browser_has_the_marks_of_the_view_that_it_shows_where_they_were(tmp_path):
    given, _ = split(diagram.node_forward(*example.running()[:2])._repr_html_())
    book = {kind: (DOCS / f"_static/book.{kind}").read_text(encoding="utf-8") for kind in ("js", "css")}
    (tmp_path / "book.js").write_text(book["js"], encoding="utf-8")
    addresses = []
    for name, picture in {"given": given, "laid_out": lay_out(given, place("page", tmp_path))}.items():
        html = FRAME.format(style=stylesheet(), own=book["css"], picture=picture)
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
        addresses.append((tmp_path / f"{name}.html").as_uri())
    wide, narrow = (view.count("<text") for view in VIEWS.findall(given))
    for width, counts in {900: [wide, 0, narrow], 500: [0, narrow, wide]}.items():
        before, after = ask(addresses, SHOWN, width, tmp_path)
        assert before[:3] == [wide, narrow, None]
        assert after == [*counts, before[-1]]


PIXEL = """await (async () => {
  page.body.dataset.theme = page.location.search.slice(1);
  const image = page.querySelector("img");
  await image.decode();
  return getComputedStyle(image).colorScheme;
})()"""


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_an_image_is_told_the_theme_of_the_page(theme, tmp_path):
    picture = lay_out(DRAWN["curves"]._repr_html_(), place("page", tmp_path)).replace(' loading="lazy"', "")
    own = (DOCS / "_static/book.css").read_text(encoding="utf-8")
    (tmp_path / "book.js").touch()
    html = FRAME.format(style=stylesheet(), own=own, picture=picture)
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    told = ask([(tmp_path / "page.html").as_uri() + f"?{theme}"], PIXEL, 900, tmp_path)
    assert told == [{"light": "light", "dark": "dark", "auto": "light dark"}[theme]]


# --- built -----------------------------------------------------------------------------

PLOT = "```{code-cell}\nfrom literate_bp.diagram import plots\n\nplots.activation_at('sigmoid', 0.5)\n```\n"


def test_the_files_that_no_page_names_go_away_with_a_build_of_the_whole_site(book):
    (book.html / FOLDER).mkdir(parents=True)
    for name in ("0123456789abcdef.svg", ".left.part"):
        (book.html / FOLDER / name).touch()
    result, html = book(PLOT)
    assert result.returncode == 0, result.stderr
    named = re.findall(rf"{FOLDER}/(\w+\.svg)", html)
    assert len(named) == 2
    assert {path.name for path in (book.html / FOLDER).iterdir()} == {*named}
