"""The page *Your network*: its sheets are those of the command line, in each notation, and what it loads is small."""

import gzip
import json
import os
import re
from html import unescape
from itertools import combinations, pairwise, product
from random import Random

import engine
import pytest
from pages import SITE

from literate_bp.formula.notation import NOTATIONS
from literate_bp.network import Layer, Network
from literate_bp.worked.document import Html
from literate_bp.worked.problem import Problem
from page import assets
from program import several_activations
from program.your_network import chosen, givens_of, sheet_in
from publish.offline import is_kept

PROGRAM = """
const { sheet, read } = await import(process.env.SHEET);
const { files, problems } = JSON.parse(given());
const ask = python.pyimport("literate_bp.diagram.passes.live_sheet").lines;
const write = ([name, state]) => sheet(files[name], state, read(ask(JSON.stringify({ ...state, sign: 1 }))));
console.log(JSON.stringify(problems.map(write)));
"""
TAGS = "i|span|sup|sub|html|body|div"
LONG = re.compile(r"−?\d[\d.]{9,}(?:·10−?\d+)?")
"""A number with all its digits: MicroPython adds up in another order than NumPy, and the last digit may be another."""

LAST = 1.01e-11
"""One unit in the last of twelve digits, of which the first is 1."""
SHEETS = 5
PROGRAM_WEIGHT = 17_000
"""What builds a network and writes its sheet: 15,000 bytes, and 2,000 for an activation in each layer."""


def problem(seed, *, several=False):
    """Draw a network that the page can build, with one activation or with several."""
    draw = Random(seed)  # noqa: S311  nothing is secret
    sizes = [draw.randint(1, 6) for _ in range(draw.randint(3 if several else 2, 5))]
    pairs = list(pairwise(sizes))

    def number():
        return draw.choice([round(draw.uniform(-2, 2), 1), round(draw.uniform(-1, 1), 3), 0.0, 1.0])

    return {
        "w": [[[number() for _ in range(after)] for _ in range(before)] for before, after in pairs],
        "b": [[number() for _ in range(size)] if draw.random() < 0.8 else None for size in sizes[1:]],
        "x": [number() for _ in range(sizes[0])],
        "y": [number() for _ in range(sizes[-1])],
        "activation": activations(draw, len(pairs)) if several else draw.choice(chosen("activation")),
        "cost": draw.choice(chosen("cost")),
        "rate": draw.choice([0.5, 0.1, 2]),
        "digits": draw.randint(1, 6),
        "rounding": draw.choice(["significant", "decimals"]),
        "sheet": draw.choice(["None", "values", "formulas"]),
    }


def activations(draw, depth):
    """Draw an activation for each layer; two of them differ."""
    first, last = draw.sample(chosen("activation"), 2)
    return [first, *draw.choices(chosen("activation"), k=depth - 2), last]


def of_the_command_line(state, notation):
    """Return the sheet that the command line writes of a network."""
    one = isinstance(state["activation"], str)
    names = [state["activation"]] * len(state["w"]) if one else state["activation"]
    layers = [Layer(*of_layer) for of_layer in zip(state["w"], state["b"], names, strict=True)]
    given = Network(layers, state["cost"]), state["x"], state["y"], state["rate"], state["digits"], state["rounding"]
    hide = None if state["sheet"] == "None" else state["sheet"]
    return Problem(*given).explain(notation, hide).document("html", solutions=bool(hide))


def lines(html):
    """Return what stands in a page, cell by cell."""
    shown = re.sub(rf"(?s)<(style|head)>.*?</\1>|</?(?:{TAGS})\b[^>]*>", "", html)
    return [unescape(text).strip() for text in re.split(r"<[^>]*>", shown) if text.strip()]


def value_of(text):
    """Return the number that a text is."""
    return float(text.replace("−", "-").replace("·10", "e"))


@pytest.mark.parametrize("several", [False, True], ids=["one activation", "one for each layer"])
@pytest.mark.parametrize("name", NOTATIONS)
def test_a_sheet_of_the_page_says_what_that_of_the_command_line_says(name, several, tmp_path):
    problems = [(name, problem(f"{name} {seed}", several=several)) for seed in range(SHEETS)]
    known = {name: sheet_in(NOTATIONS[name])}
    if several:
        known[name]["several"] = several_activations.sheet_in(NOTATIONS[name])
    os.environ["SHEET"] = (engine.SCRIPTS / "net/sheet.js").as_uri()
    rules = [*engine.RULES, *assets.SHEET]
    start = engine.START.replace("JSON.parse(process.env.RULES)", json.dumps(rules))
    done = engine.in_node(start + PROGRAM, tmp_path, json.dumps({"files": known, "problems": problems}))
    assert not done.returncode, done.stderr[-2000:]
    for (_, state), html in zip(problems, json.loads(done.stdout), strict=True):
        found, expected = lines(html), lines(of_the_command_line(state, name))
        assert [LONG.sub("#", line) for line in found] == [LONG.sub("#", line) for line in expected]
        for one, other in zip(found, expected, strict=True):
            if one != other:
                assert value_of(one) == pytest.approx(value_of(other), rel=LAST, abs=1e-14)


def test_what_definitions_use_is_said_for_each_choice_of_activations_as_the_package_says_it():
    known = several_activations.sheet_in(NOTATIONS["mazur"])
    for size, without in product((2, 3, 4), (0, 1)):
        for names in combinations(chosen("activation"), size):
            givens = givens_of(several_activations.network(names), NOTATIONS["mazur"])
            expected = Html(top=3).blocks(givens.activations(derivatives=not without)[size:])
            assert known["further"]["+".join(name for name in known["related"] if name in names)][without] == expected


def test_each_notation_has_its_own_symbols_and_all_have_the_same_lines():
    first, *others = (sheet_in(notation) for notation in NOTATIONS.values())
    assert all(other["rows"].keys() == first["rows"].keys() for other in others)
    symbols = {json.dumps(each["symbols"], sort_keys=True) for each in (first, *others)}
    assert len(symbols) == len(NOTATIONS)


def test_what_the_page_asks_for_is_small_over_the_wire_and_is_kept(tmp_path):
    live = tmp_path / "assets/live"
    assets.write_network(live)
    files = {path.relative_to(live).as_posix(): path for path in live.rglob("*.*") if path.is_file()}
    texts = [f"{name}{part}" for name in NOTATIONS for part in ("", "-layers")]
    assert {f"net/{name}.json" for name in (*texts, "start")} <= files.keys()
    weights = {name: len(gzip.compress(path.read_bytes(), 9)) for name, path in files.items()}
    draws = {
        "net/drawing.json",
        "net/diagrams.js",
        "net/drawer.js",
        *(f"{assets.PACKAGE.name}/{name}" for name in assets.DRAWING),
    }
    assert sum(weights.pop(name) for name in draws) <= 42_000
    assert max(weights.values()) <= 15_000
    assert max(weights[name] for name in weights if name.endswith("-layers.json")) <= 1_500
    assert sum(weights[name] for name in weights if not name.endswith(".json")) <= PROGRAM_WEIGHT
    assert all(is_kept(f"_static/live/{name}") for name in files)


def test_a_page_without_scripts_says_what_one_would_do_and_leads_to_the_command_line():
    text = (SITE / "your-network.html").read_text(encoding="utf-8")
    (without,) = re.findall(r'(?s)<div class="net" data-network>.*?</div>', text)
    assert "script would let you build the network" in without
    assert 'href="teachers.html"' in text
    assert "carried, written out" in text


def test_it_is_written_again_when_the_program_is_not_as_it_was_or_a_file_is_missing(monkeypatch, tmp_path):
    times, live = [], tmp_path / "assets/live"
    monkeypatch.setattr(assets.your_network, "written", lambda: times.append(1) or {"start": "{}"})
    monkeypatch.setattr(assets.several_activations, "written", dict)
    for changes, written in [
        (lambda: None, 1),
        (lambda: None, 1),
        ((live / "net/start.json").unlink, 2),
        (lambda: monkeypatch.setattr(assets, "program", lambda: ["another.py"]), 3),
        (lambda: (tmp_path / "network.json").write_text("[", encoding="utf-8"), 4),
        (lambda: None, 4),
    ]:
        changes()
        assets.write_network(live)
        assert len(times) == written
        assert (live / "net/start.json").read_text(encoding="utf-8") == "{}"
