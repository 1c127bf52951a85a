"""What the checks of a rule came to is kept, and holds while every file of the package is as it was."""

import pytest

import literate_bp
import literate_bp.proof.proof
from proof import kept

RULE = "node.linear"


@pytest.fixture
def asked(monkeypatch):
    """The rules that are checked, one entry each time."""
    rules = []
    checks_of = literate_bp.proof.proof.checks_of
    monkeypatch.setattr(literate_bp.proof.proof, "checks_of", lambda rule: (rules.append(rule), checks_of(rule))[1])
    return rules


@pytest.fixture
def package(monkeypatch, tmp_path):
    """A package of one file and one folder of what Python has compiled, in the place of this one."""
    folder = tmp_path / "package"
    (folder / "part/__pycache__").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "part/rule.py").write_text("a = 1")
    monkeypatch.setattr(literate_bp, "__file__", str(folder / "__init__.py"))
    monkeypatch.setattr(kept, "state", kept.state.__wrapped__)
    return folder


def test_a_rule_is_checked_once_while_all_is_as_it_was(asked, package, tmp_path):
    first = kept.checks(RULE, tmp_path, "1")
    (package / "part/__pycache__/rule.pyc").write_bytes(b"compiled")
    assert kept.checks(RULE, tmp_path, "1") == first == literate_bp.proof.proof.outcome(RULE)
    assert asked == [RULE]


@pytest.mark.parametrize(
    "change",
    [
        lambda package: (package / "part/rule.py").write_text("a = 2"),
        lambda package: (package / "part/other.py").write_text(""),
        lambda package: (package / "part/rule.py").unlink(),
    ],
    ids=["changed", "added", "removed"],
)
def test_a_rule_is_checked_again_when_a_file_of_the_package_is_not_as_it_was(asked, package, tmp_path, change):
    kept.checks(RULE, tmp_path, "1")
    change(package)
    kept.checks(RULE, tmp_path, "1")
    assert asked == [RULE, RULE]


@pytest.mark.usefixtures("package")
def test_a_rule_is_checked_again_with_other_versions_and_where_what_was_kept_is_broken(asked, tmp_path):
    kept.checks(RULE, tmp_path, "1")
    kept.checks(RULE, tmp_path, "2")
    (path,) = (tmp_path / kept.FOLDER).iterdir()
    whole = path.read_text()
    for broken in ("", whole[:-9], "[]", '{"state": 1}'):
        path.write_text(broken)
        kept.checks(RULE, tmp_path, "2")
        assert path.read_text() == whole
    assert asked == [RULE] * 6


@pytest.mark.usefixtures("package")
def test_a_check_that_fails_is_not_kept(monkeypatch, tmp_path):
    def fails(rule):
        raise AssertionError(rule)

    monkeypatch.setattr(literate_bp.proof.proof, "checks_of", fails)
    for _ in range(2):
        with pytest.raises(AssertionError, match=RULE):
            kept.checks(RULE, tmp_path, "1")
    assert not (tmp_path / kept.FOLDER).exists()
