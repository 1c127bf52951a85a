"""What plots that move ask for: few bytes, and of the package what it says."""

import ast
import gzip
import inspect

from literate_bp import vanishing
from page import assets


def test_the_scripts_and_rules_of_plots_that_move_are_small_over_the_wire(tmp_path):
    assets.copy_plots(tmp_path)
    files = [path for path in tmp_path.rglob("*.*") if path.is_file()]
    files += [*(assets.LIVE / "plots").glob("*.css")]
    scripts = {path.name for path in (assets.LIVE / "plots").iterdir()}
    assert {path.name for path in files} == {
        *scripts,
        "vanishing.py",
        *(name.rpartition("/")[2] for name in assets.PLOTS),
    }
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) <= 15_000


def test_the_rule_that_is_served_alone_is_that_of_its_module(tmp_path):
    assets.copy_plots(tmp_path)
    (served,) = ast.parse((tmp_path / "literate_bp/vanishing.py").read_text(encoding="utf-8")).body
    (written,) = ast.parse(inspect.getsource(vanishing.factor_bound)).body
    written.body = written.body[1:]  # its docstring, which nobody reads there
    assert ast.dump(served) == ast.dump(written)
