"""Rules that somebody has changed, run by CPython: a package of the files that a page has, with the change in them."""

import importlib
import json
import sys

import engine

from page import assets
from program.bugs import BUGS
from program.edited import edited

KNOWN = json.loads(edited())


def package(folder, file, old, new):
    """Return the modules of a package with a change in one of its files: what answers, and what checks."""
    name = f"edited_{len([each for each in sys.modules if each.startswith('edited_')])}"
    for each in (*assets.RULES, assets.CHECK):
        text = (engine.SOURCE / each).read_text(encoding="utf-8")
        if each == file:
            assert text.count(old) == 1
            text = text.replace(old, new)
        path = folder / name / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in (folder / name, *(each for each in (folder / name).rglob("*") if each.is_dir())):
        (path / "__init__.py").write_text("", encoding="utf-8")
    sys.path.insert(0, str(folder))
    try:
        return [importlib.import_module(f"{name}.diagram.passes.{module}") for module in ("live", "live_check")]
    finally:
        sys.path.remove(str(folder))


def checked(module):
    """Return what the check of a package finds of each example, and where its steps lead."""
    found = [json.loads(module.check(json.dumps(example))) for example in KNOWN["examples"]]
    steps = {"rate": KNOWN["rate"], "steps": len(KNOWN["costs"])}
    costs = json.loads(module.downhill(json.dumps(KNOWN["examples"][0] | steps)))["costs"]
    return found, [*map(float, costs)]


def worst(found):
    """Return the worst derivative of all examples: its name, what the rules say, and the slope."""
    wrong = [one for example in found for one in example["wrong"]]
    return max(wrong, key=lambda one: float("inf") if one[1] == "None" else abs(float(one[1]) - float(one[2])))


def bugs_by_name():
    """Return the bugs by their names."""
    return {bug.name: bug for bug in BUGS}
