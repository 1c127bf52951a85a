"""What plots that move ask for: few bytes, and of the package what it says."""

import ast
import gzip
import inspect

from literate_bp import optimizers, vanishing
from page import assets

KINDS = {
    "vanishing": ("vanishing.js", "vanishing.py", "live_vanishing.py"),
    "scale": ("scale.js",),
    "descent": ("descent.js", "live_descent.py", "live_optimizers.py", "optimizers.py"),
    "starts": ("starts.js",),
    "pipeline": ("pipeline.js", "pipeline.py", "live_pipeline.py"),
    "bugs": ("bugs.js",),
}
"""What a page with a plot of a kind asks for, besides what all kinds share."""


def test_the_scripts_and_rules_of_plots_that_move_are_small_over_the_wire(tmp_path):
    assets.copy_plots(tmp_path)
    files = [path for path in tmp_path.rglob("*.*") if path.is_file()]
    files += [*(assets.LIVE / "plots").glob("*.css")]
    scripts = {path.name for path in (assets.LIVE / "plots").iterdir()}
    assert {path.name for path in files} == {
        *scripts,
        "vanishing.py",
        "optimizers.py",
        "pipeline.py",
        *(name.rpartition("/")[2] for name in assets.PLOTS),
    }
    for kind, asked in KINDS.items():
        others = {name for of in KINDS.values() for name in of} - set(asked)
        sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in files if path.name not in others}
        assert sum(sizes.values()) <= 15_000, kind


def test_the_rule_that_is_served_alone_is_that_of_its_module(tmp_path):
    assets.copy_plots(tmp_path)
    (served,) = ast.parse((tmp_path / "literate_bp/vanishing.py").read_text(encoding="utf-8")).body
    (written,) = ast.parse(inspect.getsource(vanishing.factor_bound)).body
    assert list(map(ast.dump, served.body)) == list(map(ast.dump, written.body[1:]))  # but for its docstring
    assert [each.arg for each in served.args.args] == [each.arg for each in written.args.args]


def test_each_rule_and_each_step_of_an_optimizer_is_served_as_the_package_has_it(tmp_path):
    assets.copy_plots(tmp_path)
    served = definitions((tmp_path / "literate_bp/optimizers.py").read_text(encoding="utf-8"))
    written = definitions(inspect.getsource(optimizers))
    left_out = {"Optimizer", *(name for name in written if name.startswith("Optimizer.") or "__post_init__" in name)}
    assert {name for name in written if name not in served} == left_out
    functions = [name for name in written if name not in left_out and isinstance(written[name], ast.FunctionDef)]
    assert len(functions) > 12
    for name in functions:
        without = [each for each in written[name].body if not assets.is_text(each)]
        assert list(map(ast.dump, served[name].body)) == list(map(ast.dump, without)), name


def definitions(text):
    """Return the functions and classes of a file by name, those of classes too."""
    found = {}
    for each in ast.parse(text).body:
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            found[each.name] = each
            found |= {f"{each.name}.{part.name}": part for part in each.body if isinstance(part, ast.FunctionDef)}
    return found
