"""Environments of Python that have a wheel and what a page says to install, and nothing else."""

import ast
import os
import re
import shlex
import subprocess
import sys
import venv
import zipfile
from configparser import ConfigParser
from importlib.metadata import PathDistribution, distribution

from packaging.requirements import Requirement

RUN_NOTEBOOK = """
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": "."}}).execute()
"""
RUNS_NOTEBOOKS = ("nbclient", "nbformat", "ipykernel")


def code_of(script):
    """Return the code of the parts of a script."""
    parts = re.split(r"^# %%", script, flags=re.MULTILINE)[1:]
    return [part.partition("\n")[2].strip("\n") for part in parts if not part.startswith(" [markdown]")]


def as_a_script_has_it(cell, code):
    """Whether a part of a script is a cell of a notebook: as it is, or it prints the value of its last line."""
    if code == cell:
        return True
    *before, last = ast.parse(cell).body
    value = ast.unparse(last)
    printing = [ast.parse(form.format(value)).body for form in ("print({})", "print(repr({}))")]
    return ast.unparse(ast.parse(code)) in [ast.unparse(ast.Module([*before, *each], [])) for each in printing]


def needed(first):
    """Return what the first piece of a page says to install: the file of the wheel, its extras, and other names."""
    command = shlex.split(re.search(r"^(?:# )?(pip install .*)", first, re.MULTILINE)[1])
    package, *others = command[2:]
    return re.search(r"[\w.-]+\.whl", package)[0], re.search(r"\[([\w,]+)\]", package)[1].split(","), others


def asked_by(requirements, extras):
    """Return the requirements that hold here for a package with extras."""
    found = map(Requirement, requirements or ())
    return [each for each in found if not each.marker or any(each.marker.evaluate({"extra": x}) for x in ("", *extras))]


def closure(requirements):
    """Return the distributions that are needed, of those that are installed for the tests."""
    found, waiting = {}, [*requirements]
    while waiting:
        asked = waiting.pop()
        key = asked.name.lower().replace("_", "-"), frozenset(asked.extras)
        if key not in found:
            found[key] = distribution(asked.name)
            waiting += asked_by(found[key].requires, asked.extras)
    return found.values()


def make(folder, wheel, extras, others):
    """Make an environment: of the wheel its files, of what it needs links to what the tests have; return its Python."""
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = type(folder)(subprocess.check_output([python, "-I", "-c", code], text=True).strip())
    zipfile.ZipFile(wheel).extractall(site)
    (metadata,) = site.glob("literate_bp-*.dist-info")
    ours = PathDistribution(metadata)
    for each in closure([*asked_by(ours.requires, extras), *map(Requirement, others)]):
        for name in {file.parts[0] for file in each.files if file.parts[0] not in {"..", "__pycache__"}}:
            if not (site / name).exists():
                (site / name).symlink_to(each.locate_file(name).resolve())
    commands = ConfigParser()
    commands.read_string((metadata / "entry_points.txt").read_text(encoding="utf-8"))
    for name, place in commands["console_scripts"].items():
        module, function = place.split(":")
        text = f"#!{python}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n"
        (python.parent / name).write_text(text, encoding="utf-8")
        (python.parent / name).chmod(0o755)
    return python


def run(python, arguments, folder):
    """Run a Python of such an environment in a folder, with nothing of this one, on one thread as others run, too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE"))}
    kept |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [str(python), "-I", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False, timeout=600)


def build_wheel(source, folder):
    """Build the wheel of the package."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))
