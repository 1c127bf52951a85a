"""What the tests of all commands share: a problem, and the program, run in this process or as in a shell."""

import subprocess
import sys

import pytest

from literate_bp.command_line.main import main

PROBLEM = """\
inputs = [0.1, 0.3]
targets = [1.0]
[[layer]]
weights = [[0.4], [-0.2]]
[[layer]]
weights = [[0.1]]
"""


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "problem.toml"
    found.write_text(PROBLEM, encoding="utf-8")
    return found


@pytest.fixture
def said(capsys):
    """Run a command in this process: exit code, what it printed, what it complained of."""

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # --help
            code = stop.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def started():
    """Run a command as one does in a shell."""

    def run(*arguments, **options):
        command = [sys.executable, "-m", "literate_bp", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)

    return run
