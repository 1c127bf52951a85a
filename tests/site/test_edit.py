"""Rules that a reader changes: how a change gets into a file, where its errors are, and what the site serves for it."""

import ast
import gzip
import json
from pathlib import Path

import edited
import engine
import pytest
from pages import DOCS

from page import assets
from program.bugs import BUGS
from program.listing import between, omitted_lines, pieces
from publish.offline import is_kept

EDIT = engine.SCRIPTS / "edit"
FILES = ("node.py", "nodes.py")
RULES = [(file, piece) for file in FILES for piece in pieces(engine.SOURCE / file) if piece.role == "func"]


def listed(file, piece):
    """Return the text of a rule as a page lists it."""
    text = (engine.SOURCE / file).read_text(encoding="utf-8")
    left_out = omitted_lines(ast.parse(text))
    lines = enumerate(text.splitlines(), 1)
    return "\n".join(line for n, line in lines if piece.first <= n <= piece.last and n not in left_out)


def in_files(expression, given, folder):
    """Evaluate an expression of the functions of `files.js`, with what is given."""
    script = f"import * as files from {json.dumps((EDIT / 'files.js').as_uri())};\nconst given = {json.dumps(given)};\n"
    result = engine.in_node(f"{script}console.log(JSON.stringify({expression}));", folder)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_each_rule_that_is_put_back_as_it_is_listed_leaves_its_file_as_it_was(tmp_path):
    texts = {file: assets.served((engine.SOURCE / file).read_text(encoding="utf-8")) for file in FILES}
    edits = [{"file": f, "name": p.name, "text": listed(f, p)} for f, p in RULES]
    given = [texts, edits]
    composed = in_files("given[1].map((edit) => files.compose(given[0][edit.file], [edit]).text)", given, tmp_path)
    assert len(composed) == len(RULES) > 15
    for (file, _), text in zip(RULES, composed, strict=True):
        assert assets.served(text) == texts[file]
    together = {file: [edit for edit in edits if edit["file"] == file] for file in FILES}
    for file in FILES:
        made = in_files("files.compose(given[0], given[1])", [texts[file], together[file][::-1]], tmp_path)
        assert assets.served(made["text"]) == texts[file]
        for place in made["places"]:
            first = made["text"].splitlines()[place["first"] - 1]
            assert first.startswith(f"def {place['name']}(")


def test_an_error_is_found_in_the_lines_of_the_rule_that_was_changed(tmp_path):
    traceback = (
        'Traceback (most recent call last):\n  File "/lib/literate_bp/diagram/passes/live.py", line 70, in show\n'
        '  File "/lib/literate_bp/nodes.py", line 150, in backward\n'
        '  File "/lib/literate_bp/nodes.py", line 12, in hidden_errors\n'
        '  File "/lib/literate_bp/node.py", line 9, in weighted_sum\nTypeError: unsupported\n'
    )
    places = {"nodes.py": [{"name": "hidden_errors", "first": 10, "last": 19}], "node.py": []}
    found = in_files("files.located(given[0], given[1])", [traceback, places], tmp_path)
    assert found == {"said": "TypeError: unsupported", "rule": "hidden_errors", "line": 3}
    assert in_files("files.located(given[0], {})", [traceback], tmp_path) == {"said": "TypeError: unsupported"}
    open_to_the_end = 'File "/lib/literate_bp/nodes.py", line 22\nSyntaxError: invalid syntax\n'
    found = in_files("files.located(given[0], given[1])", [open_to_the_end, places], tmp_path)
    assert found == {"said": "SyntaxError: invalid syntax", "rule": "hidden_errors", "line": 10}


@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_each_bug_is_one_change_of_one_rule_as_it_is_listed(bug):
    holding = [piece.name for file, piece in RULES if file == bug.file and bug.old in listed(file, piece)]
    assert len(holding) == 1
    (piece,) = between(pieces(engine.SOURCE / bug.file), holding[0])
    text = listed(bug.file, piece)
    assert text.count(bug.old) == 1
    assert "\n" not in bug.old
    ast.parse(text.replace(bug.old, bug.new))


def test_the_site_serves_what_an_editor_asks_for_and_keeps_it_for_when_there_is_no_network(tmp_path):
    assets.copy_engine(tmp_path)
    assets.write_edited(tmp_path / "edit")
    source = (engine.SOURCE / assets.CHECK).read_text(encoding="utf-8")
    assert (tmp_path / "literate_bp" / assets.CHECK).read_text(encoding="utf-8") == assets.served(source)
    assert f'"{assets.CHECK}"' in (EDIT / "worker.js").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "edit/edited.json").read_text(encoding="utf-8")) == edited.KNOWN
    served = [
        *(path.relative_to(DOCS / "_static") for path in EDIT.glob("*.js")),
        *map(Path, ("live/edit/edited.json",)),
    ]
    assert all(is_kept(f"_static/{path.as_posix()}") for path in (*served, Path("live/literate_bp", assets.CHECK)))
    assert len(served) == 7


def test_what_an_editor_adds_to_the_engine_is_small_over_the_wire(tmp_path):
    assets.write_edited(tmp_path)
    files = [tmp_path / "edited.json", engine.SOURCE / assets.CHECK, *EDIT.glob("*.js")]
    assert len(files) == 8
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) <= 18_000
