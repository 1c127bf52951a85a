"""What an SVG element draws: each path as points of the drawing, with its declarations, as uses and groups place it."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import numpy as np

TOKEN = re.compile(r"[a-zA-Z]|-?\d*\.?\d+(?:e-?\d+)?")
RULE = re.compile(r"\.(\w+)\{([^}]*)\}")
VARIABLE = re.compile(r"(--[\w-]+):(#[0-9a-f]{6})")
DARK = re.compile(r"@media\(prefers-color-scheme:dark\)\{svg\{(.*?)\}\}")


@dataclass(frozen=True)
class Outline:
    """A path: its declarations, its commands without those of straight lines, and its points."""

    style: dict[str, str]
    curves: str
    points: np.ndarray


def outlines(svg, theme="light"):
    """Return the paths that are seen, in the order in which they are drawn."""
    root = ET.fromstring(svg)  # noqa: S314  our own drawing
    named = {each.get("id"): each for each in root.iter() if each.get("id")}
    sheet = "".join(each.text for each in root.iter() if each.tag.endswith("}style"))
    colors = dict(VARIABLE.findall(DARK.sub("", sheet)))
    colors |= dict(VARIABLE.findall(DARK.search(sheet)[1])) if theme == "dark" else {}
    classes = {
        name: re.sub(r"var\((--[\w-]+)\)", lambda each: colors[each[1]], text) for name, text in RULE.findall(sheet)
    }
    found = []

    def walk(element, matrix, style):
        given = classes.get(element.get("class"), element.get("style", ""))
        given = re.sub(r"var\([\w-]+, (#\w+)\)", r"\1", given)
        style = style | dict(re.split(": ?", each, maxsplit=1) for each in re.split("; ?", given) if each)
        matrix = matrix @ transform(element.get("transform", ""))
        if element.tag.endswith("}use"):
            moved = move(float(element.get("x", 0)), float(element.get("y", 0)))
            walk(named[element.get("href")[1:]], matrix @ moved, style)
        elif element.tag.endswith("}path"):
            letters, points = places(element.get("d"))
            if style.get("opacity") != "0" and letters != "m":
                curves = re.sub("[lm]", "", letters)
                found.append(Outline(style, curves, points @ matrix[:2, :2].T + matrix[:2, 2]))
        for child in element if not element.tag.endswith("}defs") else ():
            walk(child, matrix, style)

    root.attrib.pop("style", None)
    walk(root, np.eye(3), {})
    return found


def move(x, y):
    """The matrix of a translation."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def transform(text):
    """The matrix of an attribute `transform`."""
    matrix = np.eye(3)
    for name, given in re.findall(r"(\w+)\(([^)]*)\)", text):
        numbers = [float(each) for each in given.split()]
        if name == "translate":
            step = move(*numbers)
        elif name == "scale":
            step = np.diag([numbers[0], numbers[-1], 1.0])
        else:
            turn = np.radians(numbers[0])
            step = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
        matrix = matrix @ step
    return matrix


def places(path):
    """The commands of a path, and all its points, in the path's own units."""
    letters, points, position, start = "", [], np.zeros(2), np.zeros(2)
    tokens = TOKEN.findall(path)
    while tokens:
        letter = tokens.pop(0)
        numbers = []
        while tokens and not tokens[0].isalpha():
            numbers.append(float(tokens.pop(0)))
        steps = np.array(numbers).reshape(-1, 2)
        if letter.islower():
            steps = steps + position
        points += [*steps]
        position = steps[-1] if len(steps) else start
        start = position if letter in "mM" else start
        letters += letter.lower()
    return letters, np.array(points)


def distances(points, line):
    """How far points are from a line through other points."""
    if len(line) == 1:
        return np.linalg.norm(points - line[0], axis=1)
    begins, steps = line[:-1], np.diff(line, axis=0)
    lengths = np.maximum((steps**2).sum(axis=1), 1e-12)
    along = np.clip(((points[:, None] - begins) * steps).sum(axis=2) / lengths, 0, 1)
    return np.linalg.norm(points[:, None] - begins - along[..., None] * steps, axis=2).min(axis=1)
