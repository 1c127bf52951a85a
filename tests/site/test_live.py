"""The scripts of live figures, and the files that they ask for: what is typed, what a link says, what is served."""

import ast
import gzip
import json
import re
from types import SimpleNamespace

import engine
import pytest
from pages import DOCS

from literate_bp import diagram, example
from page import assets
from publish.offline import is_kept
from publish.templates import orphans

RUNNING = json.loads(diagram.weight_gradients(*example.running()).live)
SMALL = json.loads(diagram.network_forward(*example.udacity()).live)
LISTS = "{ activation: new Map([['sigmoid', 'sigmoid'], ['tanh', 'tanh']]) }"


@pytest.fixture
def state(tmp_path):
    """A function that evaluates an expression of the functions of `state.js`, with what is given as `given`."""

    def evaluate(expression, given=None):
        script = (
            f"import * as state from {json.dumps((engine.SCRIPTS / 'state.js').as_uri())};\n"
            f"const given = {json.dumps(given)};\n"
            "const refused = (act) => { try { return act(); } catch (problem) { return problem.message; } };\n"
            f"console.log(JSON.stringify({expression}));\n"
        )
        result = engine.in_node(script, tmp_path)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return evaluate


def test_the_numbers_of_a_figure_are_named_in_reading_order(state):
    assert state("state.ids(given)", SMALL) == ["x.1", "x.2", "w1.1.1", "w1.2.1", "w2.1.1", "y.1"]
    assert len(state("state.ids(given)", RUNNING)) == 3 + (9 + 6 + 6) + (3 + 2 + 3) + 3
    assert state("['x.2', 'w1.2.1', 'w3.1.2', 'b2.1', 'y.3'].map(state.nameOf)") == [
        "input 2",
        "weight from input 2 to node 1 of layer 1",
        "weight from node 1 of layer 2 to node 2 of layer 3",
        "bias of node 1 of layer 2",
        "target 3",
    ]


def test_a_number_is_found_and_changed_by_its_id_and_the_state_before_stays(state):
    assert state("state.ids(given).map((id) => state.valueOf(given, id))", SMALL) == [0.1, 0.3, 0.4, -0.2, 0.1, 1]
    after = state("[state.changed(given, 'w1.2.1', 7), given]", SMALL)
    assert after[0]["w"] == [[[0.4], [7]], [[0.1]]]
    assert after[1] == SMALL


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.25", 0.25), (" −1.5 ", -1.5), ("-.5", -0.5), ("2,75", 2.75), ("1e-3", 0.001), ("+3", 3), ("1000", 1000)],
)
def test_what_is_typed_is_a_number(state, text, value):
    assert state("state.typed(given)", text) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "“” is not a number; one such as −0.25 was expected."),
        ("one half", "“one half” is not a number; one such as −0.25 was expected."),
        ("1/2", "“1/2” is not a number; one such as −0.25 was expected."),
        ("0x10", "“0x10” is not a number; one such as −0.25 was expected."),
        ("Infinity", "“Infinity” is not a number; one such as −0.25 was expected."),
        ("NaN", "“NaN” is not a number; one such as −0.25 was expected."),
        ("-1001", "-1001 is too far from 0; a number from −1000 to 1000 was expected."),
        ("1e999", "1e999 is too far from 0; a number from −1000 to 1000 was expected."),
    ],
)
def test_what_no_figure_takes_is_refused_in_words(state, text, said):
    assert state("refused(() => state.typed(given))", text) == said


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("state.typed('9'.repeat(60))", "9" * 60 + " is too far from 0; a number from −1000 to 1000 was expected."),
        ("state.typed('9'.repeat(61))", "9" * 59 + "… is too far from 0; a number from −1000 to 1000 was expected."),
        ("state.typed('𝟗'.repeat(400))", "“" + "𝟗" * 59 + "…” is not a number; one such as −0.25 was expected."),
        (
            "state.typed('1' + ',999'.repeat(99))",
            "“1" + ",999" * 14 + ",9…” may be one of two numbers; one with a point was expected.",
        ),
        ("state.fromLink('x.1=' + '9'.repeat(400), given)", "9" * 59 + "… is too far from 0"),
        ("state.fromLink('q'.repeat(400) + '=1', given)", "no " + "q" * 59 + "… in this figure"),
        ("state.pairs(('q'.repeat(400) + '=1,').repeat(2))", "two values for " + "q" * 59 + "…"),
        (
            f"state.fromLink('activation=' + 'q'.repeat(400), given, {LISTS})",
            f"no activation “{'q' * 59}…” in this figure",
        ),
    ],
)
def test_a_refusal_repeats_sixty_letters_at_most_of_what_came(state, act, said):
    assert state(f"refused(() => {act})", SMALL) == said


def test_a_link_has_what_differs_from_the_book_and_gives_it_back(state):
    moved = "state.changed(state.changed(given, 'w1.2.1', 0.123456789012345), 'y.1', -3e-7)"
    assert state("state.toLink(given, given)", SMALL) == ""
    assert state(f"state.toLink({moved}, given)", SMALL) == "w1.2.1=0.123456789012345,y.1=-3e-7"
    assert state(f"state.fromLink(state.toLink({moved}, given), given)", SMALL) == state(moved, SMALL)
    assert state("state.fromLink('', given)", SMALL) == SMALL


def test_a_link_has_what_was_chosen_and_refuses_in_words_what_is_not_offered(state):
    chosen = SMALL | {"activation": "tanh"}
    book = SMALL | {"activation": "sigmoid"}
    assert state("state.toLink(given[0], given[1])", [chosen, book]) == "activation=tanh"
    assert state(f"state.fromLink('activation=tanh,x.1=2', given, {LISTS})", book)["activation"] == "tanh"
    assert state(f"state.fromLink('x.1=2', given, {LISTS})", book)["activation"] == "sigmoid"
    for wrong in ("swishy", "", "constructor"):
        said = state(f"refused(() => state.fromLink('activation={wrong}', given, {LISTS}))", book)
        assert said == f"no activation “{wrong}” in this figure"
    assert state(f"refused(() => state.fromLink('cost=tanh', given, {LISTS}))", book) == "no cost in this figure"


def test_a_link_with_two_values_for_one_number_is_refused_in_words(state):
    for link, name in {"x.1=1,y.1=0,x.1=1": "x.1", "cost=tanh,cost=tanh": "cost", "q=1,,q=2": "q"}.items():
        said = state("refused(() => state.fromLink(given[0], given[1]))", [link, SMALL])
        assert said == f"two values for {name}"


@pytest.mark.parametrize(
    "link", ["w1.3.1=1", "b1.1=2", "q=1", "x.1", "x.1=", "x.1=one", "x.1=1e999", "x.1=1=2", "__proto__=1"]
)
def test_a_broken_link_is_refused(state, link):
    message = state("refused(() => state.fromLink(given[0], given[1]))", [link, SMALL])
    assert isinstance(message, str)
    assert message


def test_the_site_serves_what_a_live_figure_asks_for_and_keeps_it_for_when_there_is_no_network():
    script = (engine.SCRIPTS / "engine.js").read_text(encoding="utf-8")
    assert tuple(json.loads(re.search(r"RULES = (\[.*?\]);", script)[1])) == assets.RULES
    own = [path.relative_to(DOCS / "_static").as_posix() for path in engine.SCRIPTS.glob("*.js")]
    files = [*own, *(f"live/{name}" for name in assets.ENGINE), *(f"live/literate_bp/{name}" for name in assets.RULES)]
    assert all(is_kept(f"_static/{name}") for name in files)
    assert {"live/figure.js", "live/literate_bp/nodes.py"} <= {*files}


def without_texts(source):
    """Return a program as a tree without the texts that stand alone in it, and the types of its functions."""
    tree = ast.parse(re.sub(r'(?m)^( *)r?"""(?s:.*?)"""$', r"\1pass", source))
    for each in ast.walk(tree):
        for name in {"annotation", "returns"} & {*each._fields}:
            if not isinstance(each, ast.AnnAssign):
                setattr(each, name, None)
    return re.sub(r"Pass\(\)(, )?", "", ast.dump(tree)).replace(", ]", "]")


def test_the_files_of_the_engine_are_those_of_npm_and_of_the_package_but_for_what_nobody_reads_there(tmp_path):
    assets.copy_engine(tmp_path)
    for name in assets.RULES:
        source = (engine.SOURCE / name).read_text(encoding="utf-8")
        program = (tmp_path / "literate_bp" / name).read_text(encoding="utf-8")
        assert without_texts(program) == without_texts(source)
        assert not re.search(r"(?m)^ *#", program)
        assert '"""' not in program
    assert (tmp_path / "micropython.wasm").read_bytes() == engine.MICROPYTHON.with_suffix(".wasm").read_bytes()


def test_a_script_that_is_served_is_the_one_that_is_written_but_for_comments_and_indentation(tmp_path):
    assets.copy_engine(tmp_path)
    for path in engine.SCRIPTS.glob("*.js"):
        written = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        served = (tmp_path / path.name).read_text(encoding="utf-8").splitlines()
        assert [line for line in served if line] == [line for line in written if line and not line.startswith("//")]
        assert not any(line.count("`") % 2 for line in written), "a text of several lines would lose its indentation"


def test_the_engine_and_its_files_are_small_over_the_wire(tmp_path):
    assets.copy_engine(tmp_path)
    files = [path for path in tmp_path.rglob("*.*") if path.is_file()]
    assert len(files) > 20
    assert {path.name for path in files} >= {path.name for path in engine.SCRIPTS.glob("*.js")}
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) <= 250_000


def test_the_rules_that_a_page_asks_for_stay_when_the_forms_of_pages_that_are_gone_are_removed(tmp_path):
    kept, gone = tmp_path / "_static/live/literate_bp/node.py", tmp_path / "a-page.py"
    kept.parent.mkdir(parents=True)
    for path in (kept, gone):
        path.write_text("", encoding="utf-8")
    orphans("", r"\.(?:ipynb|py)")(SimpleNamespace(outdir=tmp_path), None)
    assert kept.exists()
    assert not gone.exists()


def test_every_figure_has_numbers_typed_into_one_kind_of_box():
    makers = {
        path.relative_to(engine.SCRIPTS).as_posix(): path.read_text("utf-8") for path in engine.SCRIPTS.rglob("*.js")
    }
    assert {name for name, text in makers.items() if "inputMode" in text} == {"field.js", "downhill.js", "net/form.js"}
    users = {name for name, text in makers.items() if re.search(r'import \{ field\b.* from "\.\.?/field\.js"', text)}
    assert users == {"panel.js", "plots/panel.js", "push/panel.js", "record/panel.js"}
