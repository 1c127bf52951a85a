"""The wheel and the source archive that the site carries, made of a copy of this project."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest
from pages import HERE

from publish import archives

FILES = ("pyproject.toml", "README.md", "LICENSE", "CITATION.cff", "noxfile.py", "tools/package_urls.py")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the package, and the archives of it."""
    root = tmp_path_factory.mktemp("project") / "checkout"
    shutil.copytree(HERE / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tools").mkdir()
    for name in FILES:
        shutil.copyfile(HERE / name, root / name)
    make(root)
    return root


def make(root):
    """Make the archives of a project, or leave them."""
    made = archives.Archives(root, root / "site/get", root / "state")
    made.begin()
    made.end()


def made(root):
    return {path.name: path.read_bytes() for path in archives.made(root / "site/get")}


def times(root):
    return {path.name: path.stat().st_mtime_ns for path in archives.made(root / "site/get")}


def test_the_wheel_runs_where_nothing_else_of_the_project_is(project, tmp_path):
    (wheel,) = (project / "site/get").glob("*.whl")
    program = f"""
import sys
sys.path.insert(0, {str(wheel)!r})
import literate_bp
assert literate_bp.__file__.startswith({str(wheel)!r})
print(literate_bp.__version__)
"""
    command = [sys.executable, "-I", "-c", program]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert archives.wheel(result.stdout.strip()) == f"get/{wheel.name}"


def test_the_archives_hold_the_files_as_they_are(project):
    (wheel,), (sdist,) = ([*(project / "site/get").glob(kind)] for kind in archives.KINDS)
    with tarfile.open(sdist) as source:
        held = {name.partition("/")[2]: source.extractfile(name).read() for name in source.getnames()}
    packed = zipfile.ZipFile(wheel)
    sources = [*(project / "src/literate_bp").rglob("*.py"), *(project / "src/literate_bp").rglob("*.toml")]
    assert len(sources) > 50
    for path in sources:
        assert held[path.relative_to(project).as_posix()] == path.read_bytes()
        if path.name != "ruff.toml":
            assert packed.read(path.relative_to(project / "src").as_posix()) == path.read_bytes()


def test_archives_are_left_until_a_file_in_them_changes_even_in_a_comment(project):
    before, before_times = made(project), times(project)
    for path in archives.files(project):
        os.utime(path, (0, 86_400))
    make(project)
    assert times(project) == before_times
    changed = project / "src/literate_bp/node.py"
    text = changed.read_bytes()
    changed.write_bytes(text + b"# a comment\n")
    make(project)
    assert {name: made(project)[name] != content for name, content in before.items()} == dict.fromkeys(before, True)
    changed.write_bytes(text)
    make(project)
    assert made(project) == before


def test_archives_of_another_version_are_removed(project):
    old = project / "site/get/literate_bp-0.0.1-py3-none-any.whl"
    old.write_bytes(b"")
    make(project)
    assert not old.exists()
    assert len(made(project)) == 2


def test_what_cannot_be_made_is_said(project, tmp_path):
    (tmp_path / "pyproject.toml").write_text((project / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(archives.ExtensionError, match=r"could not be made(.|\n)*__init__\.py"):
        make(tmp_path)
