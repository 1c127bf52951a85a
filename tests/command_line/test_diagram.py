"""The command diagram: five files, and what is said where there are four."""

from pathlib import Path

import pytest

from literate_bp import diagram
from literate_bp.worked.generate import generate
from literate_bp.worked.problem import read, to_toml

ALONE = """\
inputs = [0.1, 0.3]
targets = [1.0, 0.0]
cost = "cross_entropy"
[[layer]]
weights = [[0.4, 0.1], [-0.2, 0.3]]
activation = "softmax"
"""
PICTURES = ["1-node-forward", "2-node-backward", "3-network-forward", "4-network-backward", "5-weight-gradients"]


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_the_five_diagrams_are_drawn_into_a_new_folder(path, said, tmp_path, suffix):
    out = tmp_path / "a" / "figures"
    code, printed, complained = said("diagram", path, "--out", out, "--format", suffix, "--notation", "nielsen")
    expected = [out / f"{name}.{suffix}" for name in PICTURES]
    assert (code, complained) == (0, "")
    assert printed.splitlines() == [str(file) for file in expected]
    assert sorted(out.iterdir()) == expected


def test_a_diagram_is_the_one_that_the_package_draws(path, said, tmp_path):
    said("diagram", path, "--out", tmp_path, "--theme", "dark", "--values", "symbols")
    p = read(path)
    drawn = diagram.network_backward(p.network, p.x, p.y, values="symbols").svg("dark")
    assert (tmp_path / "4-network-backward.svg").read_text(encoding="utf-8") == drawn


def test_an_only_layer_whose_error_comes_at_once_has_no_second_diagram(path, said, tmp_path):
    path.write_text(ALONE, encoding="utf-8")
    code, printed, complained = said("diagram", path, "--out", tmp_path / "figures")
    assert code == 0
    assert [Path(line).stem for line in printed.splitlines()] == [PICTURES[0], *PICTURES[2:]]
    assert complained.startswith("python -m literate_bp: no 2-node-backward: cost 'cross_entropy' gives")


def test_a_network_that_is_too_large_to_draw_is_refused_before_anything_is_written(path, said, tmp_path):
    path.write_text(to_toml(generate((9, 2), 0)), encoding="utf-8")
    code, printed, complained = said("diagram", path, "--out", tmp_path / "figures")
    assert (code, printed) == (2, "")
    assert complained.startswith("python -m literate_bp: ")
    assert not (tmp_path / "figures").exists()


def test_the_standard_output_is_no_folder(path, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, printed, complained = said("diagram", path, "--out", "-")
    assert (code, printed) == (2, "")
    assert complained.startswith("python -m literate_bp: diagram makes several files; a folder for them was expected")
    assert not (tmp_path / "-").exists()
