"""What is recorded of a process that runs cells: the functions that ran, the files that were read, nothing else."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cells import reach
from cells.reach import IMPORTED, Reach, is_written, parts_of
from cells.results import KEPT, PageResult, Results
from cells.shell import Cell

HERE = Path(__file__).parents[2]
MODULE = '''"""A module."""
LIMIT = 3

def short(x, most=LIMIT):
    """Say it."""
    return x[:most]

class Box:
    size = 1

    def grow(self):
        return self.size + 1
'''
PROGRAM = """
import json, sys
from cells.reach import recorder
recording = recorder(sys.argv[1])
{}
reach = recording.reach()
parts = {{path: sorted(parts) for path, parts in reach.modules.items()}}
print(json.dumps([parts, sorted(reach.files)]))
"""


def reached(program):
    """Return the parts of modules, and the files, that a program reaches."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE / "docs/_ext"), str(HERE / "src")])}
    with tempfile.TemporaryDirectory() as reports:
        command = [sys.executable, "-c", PROGRAM.format(program), reports]
        said = subprocess.check_output(command, env=environment, cwd=HERE / "docs", timeout=60)
    return json.loads(said.splitlines()[-1])


def test_the_functions_that_ran_are_reached_and_those_that_did_not_are_not():
    parts, files = reached("from literate_bp.node import sigmoid, linear\nsigmoid(1.0)\nsigmoid(2.0)")
    assert parts["src/literate_bp/node.py"] == [IMPORTED, "sigmoid"]
    assert files == []


def test_a_function_whose_code_is_looked_at_is_reached():
    parts, _ = reached("from literate_bp.node import sigmoid\nsigmoid.__code__.co_names")
    assert parts["src/literate_bp/node.py"] == [IMPORTED, "sigmoid"]


def test_files_and_folders_that_are_read_are_reached():
    read = "open('index.md').read()\nimport os\nos.listdir('made')\nopen('conf.py', 'rb').close()"
    assert reached(read)[1] == ["docs/conf.py", "docs/index.md", "docs/made"]


@pytest.mark.parametrize(
    ("mode", "flags", "written"),
    [
        *(("r", 0, False), ("rb", 0, False), ("r+", 0, False), (None, os.O_RDONLY, False)),
        *(("w", 0, True), ("ab", 0, True), ("x", 0, True), (None, os.O_WRONLY | os.O_CREAT, True)),
    ],
)
def test_a_file_that_is_opened_to_be_written_is_not_read(mode, flags, written):
    assert is_written(mode, flags) == written


RULE = "from literate_bp.node import sigmoid; sigmoid(1.0); open('index.md').close()"
START = f"import subprocess; subprocess.run([sys.executable, '-c', {RULE!r}], check=True)"


@pytest.mark.parametrize(
    "program",
    [
        START,
        f"from literate_bp.node import sigmoid\n{START}",
        f"import subprocess; subprocess.run([sys.executable, '-c', {'import sys; ' + START!r}], check=True)",
    ],
)
def test_a_python_program_that_is_started_says_what_it_reached(program):
    parts, files = reached(program)
    assert parts["src/literate_bp/node.py"] == [IMPORTED, "sigmoid"]
    assert files == ["docs/index.md"]


@pytest.mark.parametrize(
    "program",
    [
        "import os\nos.system('true')",
        "import subprocess\nsubprocess.run('true', shell=True)",
        "import subprocess\nsubprocess.run([sys.executable, '-S', '-c', ''])",
        "import subprocess\nsubprocess.run([sys.executable, '-c', ''], env={})",
        "import subprocess\nsubprocess.run([sys.executable, '-c', 'import os; os._exit(0)'])",
        "import subprocess\nsubprocess.run([sys.executable, '-c', 'import os; os.system(str())'])",
        "import multiprocessing as m\np = m.get_context('spawn').Process(target=print)\np.start()\np.join()",
    ],
)
def test_a_program_that_does_not_say_what_it_reached_may_have_reached_all(program):
    _, files = reached(program)
    assert {"src/literate_bp/node.py", "docs/_ext/cells/reach.py"} <= {*files}


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("return x[:most]", "return x[:most]  # so many", set()),
        ("\n\nclass", "\n\n\n# Below.\n\nclass", set()),
        ("x[:most]", "x[most:]", {"short"}),
        ("Say it.", "Tell it.", {IMPORTED, "short"}),
        ("most=LIMIT", "most=2", {IMPORTED}),
        ("size = 1", "size = 2", {IMPORTED}),
        ("self.size + 1", "self.size + 2", {"Box.grow"}),
    ],
)
def test_an_edit_changes_the_parts_whose_meaning_it_changes(old, new, changed):
    before, after = (dict(parts_of(text.encode())) for text in (MODULE, MODULE.replace(old, new)))
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == changed


def test_outputs_are_kept_by_cells_and_versions_and_few_states_of_a_page(tmp_path):
    results, result = Results(tmp_path, "3.11"), PageResult([[]], {"name": "python"}, 0.1, Reach())
    for number in range(KEPT + 2):
        results.put("a/page", [Cell(f"{number}")], result)
    assert results.get("a/page", [Cell(f"{KEPT + 1}")]) == result
    assert len([*(tmp_path / "a/page").iterdir()]) == KEPT
    assert Results(tmp_path, "3.12").get("a/page", [Cell(f"{KEPT + 1}")]) is None
    assert results.get("a/page", [Cell(f"{KEPT + 1}", may_raise=True)]) is None
    results.path("a/page", [Cell(f"{KEPT + 1}")]).write_text('{"outputs": [[', encoding="utf-8")
    assert results.get("a/page", [Cell(f"{KEPT + 1}")]) is None


def test_a_module_of_the_same_bytes_is_not_parsed_again_and_one_of_others_is(monkeypatch, tmp_path):
    module, parsed = tmp_path / "box.py", []
    monkeypatch.setattr(reach, "ROOT", tmp_path)
    monkeypatch.setattr(reach, "parts_of", lambda content: parsed.append(content) or parts_of(content))
    module.write_text(MODULE, encoding="utf-8")
    known = Reach({"box.py": dict(parts_of(MODULE.encode()))}, whole=reach.states(["box.py"]))
    assert known.holds()
    assert parsed == []
    for edited, holds in ((MODULE + "# A comment.\n", True), (MODULE.replace("+ 1", "+ 2"), False)):
        module.write_text(edited, encoding="utf-8")
        assert known.holds() is holds
    assert len(parsed) == 2
