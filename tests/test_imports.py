"""The architecture: imports only look down, the rules need NumPy alone, and what is public says what it takes."""

import ast
import inspect
import json
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import literate_bp
from literate_bp import diagram

HERE = Path(__file__).parents[1]
PACKAGE = HERE / "src/literate_bp"
FILES = sorted(PACKAGE.rglob("*.py"))
# Each may look at those before it; `validation` and `display` look at the activations alone, `files` at nothing.
ORDER = (
    *("node", "nodes", "activation", "cost", "validation", "targets", "layer", "residual", "weight_normalization"),
    "normalization",
    *("display", "files", "network", "oracle", "training", "initialization", "vanishing"),
    *("memory", "profiling", "checkpointing", "precision", "operations", "tape"),
    *(
        "optimizers",
        "schedules",
        "dropout",
        "class_weights",
        "stepping",
        "range_test",
        "callbacks",
        "saving",
    ),
    *("loops", "gallery", "parallel", "communication", "pipeline", "example"),
    "inference",
)
BESIDE = {"validation": {"activation"}, "display": {"activation"}, "files": set()}
SEES = {name: set(ORDER[:n]) for n, name in enumerate(ORDER)} | BESIDE
# What a package may look at beside itself and the rules. Those above `formula` stand beside one another.
ABOVE_FORMULA = ("proof", "worked", "compiled", "diagram")
ROOMS = {"formula": set(), **{room: {"formula"} for room in ABOVE_FORMULA}}
ROOMS |= {"command_line": {"formula", "worked", "diagram"}}
STANDARD = set(sys.stdlib_module_names)


def name_of(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """Give every import of a file by its full name: ``numpy``, or ``.network`` for one of the package's own."""
    here = name_of(path).split(".")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level]
            if node.module:
                yield "." + ".".join([*above, node.module])
            else:
                yield from ("." + ".".join([*above, alias.name]) for alias in node.names)


def own(path):
    return {name[1:] for name in imports(path) if name.startswith(".")}


def modules_loaded_by(statement):
    program = f"import sys; before = set(sys.modules); {statement}; found = sorted(set(sys.modules) - before); "
    program += "import json; print(json.dumps(found))"
    environment = {"PYTHONPATH": str(HERE / "src"), "PATH": "", "SYSTEMROOT": "C:\\Windows"}
    command = [sys.executable, "-W", "error", "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    return set(json.loads(result.stdout))


def loaded_by(statement):
    return {name.partition(".")[0] for name in modules_loaded_by(statement)}


def test_the_reading_order_is_this_order_but_for_what_later_pages_explain():
    later = {"validation", "display", "files", "residual", "weight_normalization", "normalization", "targets"}
    later |= {"class_weights"}
    assert [name for name in ORDER if name not in later] == [n for n in literate_bp.READING_ORDER if n not in later]
    assert {*literate_bp.READING_ORDER} == {*ORDER} - {"validation", "display", "files"}
    assert {path.stem for path in PACKAGE.glob("*.py")} == {*ORDER, "__init__", "__main__"}


@pytest.mark.parametrize("name", ORDER)
def test_rules_look_at_earlier_rules_alone(name):
    assert own(PACKAGE / f"{name}.py") <= SEES[name]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_floors_look_down_alone(path):
    floor = path.relative_to(PACKAGE).parts[0] if path.parent != PACKAGE else ""
    below = {*ORDER, floor, *ROOMS[floor]} if floor else set(ORDER)
    if path in (PACKAGE / "__init__.py", PACKAGE / "__main__.py"):
        below = {*ORDER, *ROOMS}  # the public names and the commands stand above all packages
    assert {name.partition(".")[0] for name in own(path)} <= {*below, "__version__"}


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.parent.name == "diagram"], ids=name_of)
def test_what_draws_looks_at_neither_diagrams_nor_plots(path):
    room = path.parent.name
    inside = {name.split(".")[1] for name in own(path) if name.startswith("diagram.")}
    assert inside <= {room, "drawing"}


def test_packages_have_no_circles():
    # depth first through the imports inside the package: whoever is met again on the way is in a circle
    names = {name_of(path).removesuffix(".__init__"): own(path) for path in FILES}
    done = set()

    def visit(name, above=()):
        assert name not in above, " → ".join([*above, name])
        if name not in done:
            for other in names[name]:
                target = other if other in names else other.rpartition(".")[0] or "__init__"
                if target != name:
                    visit(target, (*above, name))
            done.add(name)

    for name in names:
        if name != "__init__":
            visit(name)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_rules_need_numpy_alone_and_matplotlib_is_for_diagrams(path):
    foreign = {name.partition(".")[0] for name in imports(path) if not name.startswith(".")} - STANDARD
    allowed = {"numpy"}
    if path.is_relative_to(PACKAGE / "diagram"):
        allowed.add("matplotlib")
    if path.stem == "sympy_run":
        allowed.add("sympy")  # for the proofs, which the package does not import
    if path.name == "display.py":
        allowed.add("tqdm")  # inside the function that shows a bar; the next tests show that it is not loaded
    assert foreign <= allowed


@pytest.mark.parametrize("name", ["node", "nodes"])
def test_what_the_browser_runs_uses_math_and_namedtuple_alone(name):
    path = PACKAGE / f"{name}.py"
    assert set(imports(path)) <= {"math", "collections", ".node"}
    taken = [n for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom) and n.module == "collections"]
    assert {alias.name for node in taken for alias in node.names} <= {"namedtuple"}
    words = [n.arg for n in ast.walk(tree(path)) if isinstance(n, ast.keyword)]
    assert "strict" not in words
    assert not [n for n in ast.walk(tree(path)) if isinstance(n, ast.Match | ast.ClassDef)]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nobody_uses_pyplot(path):
    assert not [name for name in imports(path) if "pyplot" in name or name == "pylab"]
    assert not [n for n in ast.walk(tree(path)) if isinstance(n, ast.Attribute) and n.attr == "pyplot"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_names_in_code_are_ascii(path):
    names = set()
    for node in ast.walk(tree(path)):
        for field in ("name", "id", "attr", "arg", "asname"):
            if isinstance(name := getattr(node, field, None), str):
                names.add(name)
    assert not [name for name in names if not name.isascii()]


def test_importing_the_package_loads_none_of_its_modules():
    found = modules_loaded_by("import literate_bp")
    assert {name for name in found if name.partition(".")[0] not in STANDARD} == {"literate_bp"}
    assert "typing" not in found  # which alone would take longer


def test_the_command_loads_nothing_before_it_takes_care_of_ctrl_c():
    found = modules_loaded_by("import literate_bp.__main__") - modules_loaded_by("import literate_bp")
    assert found == {"literate_bp.__main__"}


def test_training_loads_nothing_beyond_numpy():
    program = "import literate_bp as lb; lb.train(lb.initialize((2, 1)), [0.1, 0.2], [0.3], rate=0.1, epochs=1)"
    assert loaded_by(program) - loaded_by("import numpy.random, numpy.typing") - STANDARD == {"literate_bp"}


def test_what_messages_and_notebooks_need_is_loaded_by_them():
    program = "from literate_bp import Layer, Network, backward, cost, forward"
    seldom = {"difflib", "html", "pathlib"}
    assert not seldom & (loaded_by(program) - loaded_by("import numpy.typing"))
    assert {"difflib"} <= loaded_by(f"{program}\ntry: Layer([[1.0]], None, 'tanj')\nexcept ValueError: pass")


def test_a_public_name_is_loaded_from_its_module_when_it_is_first_used():
    for name, module in literate_bp.MODULE_OF.items():
        assert getattr(literate_bp, name) is getattr(import_module(f"literate_bp.{module}"), name)
    declared = {}
    for node in ast.walk(tree(PACKAGE / "__init__.py")):
        if isinstance(node, ast.ImportFrom) and node.level:
            declared |= {alias.name: node.module for alias in node.names}
    assert declared == literate_bp.MODULE_OF
    assert {*literate_bp.MODULE_OF, "READING_ORDER"} == {*literate_bp.__all__}
    assert {*literate_bp.__all__, *literate_bp.READING_ORDER} <= {*dir(literate_bp)}
    with pytest.raises(AttributeError, match="module 'literate_bp' has no attribute 'nothing'"):
        _ = literate_bp.nothing


FIRST = ("import literate_bp.cost", "from literate_bp.cost import COSTS", "import literate_bp.network", "lb.training")
FIRST += ("lb.COSTS", "lb.initialize", "from literate_bp import *", "from literate_bp import cost", "")


@pytest.mark.parametrize("first", FIRST)
def test_cost_is_the_function_whatever_is_imported_first(first):
    program = f"import literate_bp as lb\n{first}\nfrom importlib import import_module, reload\n"
    program += "assert lb.cost is import_module('literate_bp.network').cost\n"
    program += "from literate_bp import cost\nassert cost is lb.cost\n"
    program += "module = import_module('literate_bp.cost')\nreload(module)\n"
    program += "assert lb.cost is cost and lb.COSTS['squared_error'].value and module.COSTS is not cost\n"
    modules_loaded_by(f"exec({program!r})")


def test_a_test_may_put_another_function_in_the_place_of_a_public_one(monkeypatch):
    monkeypatch.setattr(literate_bp, "cost", len)
    assert literate_bp.cost is len
    monkeypatch.undo()
    assert literate_bp.cost is import_module("literate_bp.network").cost


def test_the_modules_are_there_without_being_imported():
    program = f"import literate_bp as lb\nfor name in {literate_bp.READING_ORDER!r}:\n"
    program += "    assert name == 'cost' or getattr(lb, name).__name__ == 'literate_bp.' + name, name"
    assert {f"literate_bp.{name}" for name in ORDER} <= modules_loaded_by(f"exec({program!r})")


def test_importing_node_and_nodes_alone_needs_no_numpy():
    # by file, as the browser does: importing the package around them would bring NumPy
    statement = (
        "import types; book = types.ModuleType('book'); "
        f"book.__path__ = [{str(PACKAGE)!r}]; sys.modules['book'] = book; import book.nodes"
    )
    assert loaded_by(statement) - STANDARD == {"book"}


def test_matplotlib_is_loaded_by_what_draws_and_not_before():
    assert "matplotlib" not in loaded_by("from literate_bp import explain, train, check_gradient, example")
    assert "matplotlib" not in loaded_by("import literate_bp.__main__, literate_bp.worked.problem")
    assert "matplotlib" not in loaded_by("from literate_bp.diagram import colors, stylesheet")
    assert "matplotlib" in loaded_by("from literate_bp.diagram import node_forward")


def test_all_public_names_of_the_diagrams_are_listed_and_come_from_their_modules():
    assert {*diagram.__all__} == {*diagram.MODULE_OF} <= {*dir(diagram)}
    for name, module in diagram.MODULE_OF.items():
        assert getattr(diagram, name) is getattr(import_module(f"literate_bp.diagram.{module}"), name)
    with pytest.raises(AttributeError, match="no attribute 'picture'"):
        _ = diagram.picture


def test_drawing_leaves_pyplot_alone():
    program = "import sys; from literate_bp.diagram import *; print('matplotlib.pyplot' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "False"


PUBLIC = [name for name in literate_bp.__all__ if callable(getattr(literate_bp, name, None))]
SECTION = re.compile(r"^Parameters\n-{10}\n(?P<body>.*?)(?=^\w[\w ]*\n-{3,}|\Z)", re.MULTILINE | re.DOTALL)


def documented(doc):
    """Give the names in the Parameters section of a docstring, in order."""
    section = SECTION.search(inspect.cleandoc(doc or ""))
    lines = section["body"].splitlines() if section else []
    entries = [line.partition(" :")[0] for line in lines if " :" in line and not line.startswith(" ")]
    return [name.strip().lstrip("*") for entry in entries for name in entry.split(",")]


def arguments(node):
    a = node.args
    given = (*a.posonlyargs, *a.args, a.vararg, *a.kwonlyargs, a.kwarg)
    return [arg.arg for arg in given if arg]


def functions(path):
    """Return the public functions of a module."""
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


@pytest.mark.parametrize("name", literate_bp.__all__)
def test_every_public_name_is_there(name):
    assert hasattr(literate_bp, name)


@pytest.mark.parametrize("name", [name for name in PUBLIC if inspect.isfunction(getattr(literate_bp, name))])
def test_every_public_function_names_every_parameter(name):
    function = getattr(literate_bp, name)
    assert documented(function.__doc__) == list(inspect.signature(function).parameters)


@pytest.mark.parametrize("name", [name for name in PUBLIC if inspect.isclass(getattr(literate_bp, name))])
def test_every_public_class_names_what_it_holds(name):
    assert re.search(
        r"^(Parameters|Attributes)\n-{10}$", inspect.getdoc(getattr(literate_bp, name)) or "", re.MULTILINE
    ) or ("`steps`" in inspect.getdoc(getattr(literate_bp, name)))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_docstring_that_lists_parameters_lists_all_of_them(path):
    listing = path.parent == PACKAGE and path.stem in ("activation", "cost", "node", "nodes")
    listed = set()
    for node in functions(path):
        doc = ast.get_docstring(node)
        assert doc, f"{node.name} has no docstring"
        if "Parameters\n-" in doc:
            assert documented(doc) == arguments(node), node.name
        elif listing:
            # "so for every cost below": who lists none takes what an earlier function of the module has listed
            missing = set(arguments(node)) - listed
            assert not missing, f"list {missing} under Parameters, in the docstring of {node.name}, {path.name}"
        listed |= {*documented(doc)}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_docstring_with_a_formula_is_raw(path):
    source = path.read_text(encoding="utf-8").splitlines()
    states_formulas = path.parent == PACKAGE and path.stem in ("node", "nodes", "cost")
    for node in functions(path):
        line = source[node.body[0].lineno - 1].strip()
        assert "\\" not in ast.get_docstring(node) or line.startswith('r"""'), node.name
        if states_formulas and re.search("[=Σδ]", line):
            assert line.startswith('r"""'), line
