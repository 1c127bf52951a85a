"""Files are written whole or not at all, and only where a file may be."""

import os
import re
import subprocess
import sys
import time

import pytest

from literate_bp.files import write_whole

SIZE = 3_000_000
WRITER = """
import sys
from itertools import cycle
from literate_bp.files import write_whole

for letter in cycle((b"a", b"b")):
    write_whole(sys.argv[1], letter * int(sys.argv[2]))
"""


def test_a_file_is_written_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "sheet.html"
    write_whole(path, b"old")
    write_whole(str(path), b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_whole_whenever_its_writer_is_killed(tmp_path):
    path = tmp_path / "sheet.html"
    for tenths in range(8):
        with subprocess.Popen([sys.executable, "-c", WRITER, path, str(SIZE)]) as writer:
            while not path.exists():
                time.sleep(0.001)
            time.sleep(0.0123 * tenths)  # a write takes some milliseconds
            writer.kill()
        content = path.read_bytes()
        assert content in (b"a" * SIZE, b"b" * SIZE), (tenths, len(content))
        path.unlink()


def test_while_it_is_written_it_has_another_name_and_is_on_the_disk_before_it_has_its_own(tmp_path, monkeypatch):
    seen = []

    def look(_):
        seen.extend((each.name, each.read_bytes()) for each in tmp_path.iterdir())

    monkeypatch.setattr(os, "fsync", look)
    write_whole(tmp_path / "sheet.html", b"new")
    [(name, content)] = seen
    assert re.fullmatch(r"\.[0-9a-f]{16}\.part", name)
    assert content == b"new"


def test_its_permissions_are_those_of_any_new_file(tmp_path):
    plain, whole = tmp_path / "plain", tmp_path / "whole"
    plain.write_bytes(b"")
    write_whole(whole, b"")
    assert whole.stat().st_mode == plain.stat().st_mode


def test_a_symbolic_link_is_replaced_and_not_followed(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    folder.mkdir()
    outside.write_bytes(b"old")
    for target in (outside, tmp_path / "nowhere"):
        link = folder / "sheet.html"
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        write_whole(link, b"new")
        assert not link.is_symlink()
        assert link.read_bytes() == b"new"
    assert outside.read_bytes() == b"old"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_stays_a_folder(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError, match="folder"):
        write_whole(tmp_path / "folder", b"")
    assert not list((tmp_path / "folder").iterdir())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="Invalid argument"):
        write_whole(tmp_path / "pipe", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_an_error_names_the_file_and_leaves_nothing(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        write_whole(tmp_path / "nowhere" / "sheet.html", b"")
    assert caught.value.filename == str(tmp_path / "nowhere" / "sheet.html")
    with pytest.raises(TypeError):
        write_whole(tmp_path / "sheet.html", None)
    assert list(tmp_path.iterdir()) == []
