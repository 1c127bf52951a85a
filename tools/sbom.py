"""Writes the bill of materials: everything that the locks name, as CycloneDX in JSON.

``python tools/sbom.py sbom/literate_bp.cdx.json`` reads locks/*.txt, package-lock.json and pyproject.toml. The same
files give the same bytes.
"""

import base64
import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
ENTRY = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))? \\$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VERSION = re.compile(r'^__version__ = "(.*)"$', re.MULTILINE)


def needed() -> dict[str, str]:
    """Return the scope of each package that users install: required, or optional with an extra."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [need for extra in project["optional-dependencies"].values() for need in extra]
    scopes = {bare(need): "optional" for need in extras}
    return scopes | {bare(need): "required" for need in project["dependencies"]}


def bare(need: str) -> str:
    """Return the name in a requirement."""
    return re.split(r"[^\w.-]", need)[0].lower()


def python_components() -> dict[str, dict[str, Any]]:
    """Return the packages of all locks by their addresses; what is in no extra is excluded from what users install."""
    scopes, found = needed(), {}
    for lock in sorted(HERE.glob("locks/*.txt")):
        component: dict[str, Any] = {}
        for line in lock.read_text(encoding="utf-8").splitlines():
            if entry := ENTRY.match(line):
                name, version = entry["name"], entry["version"]
                address = f"pkg:pypi/{name}@{version}"
                component = found.setdefault(
                    address, {"name": name, "version": version, "scope": scopes.get(name, "excluded"), "in": {}}
                )
                component["in"][lock.stem] = entry["marker"] or ""
                component.setdefault("sha256", set())
            elif file := HASH.search(line):
                component["sha256"].add(file[1])
    return {address: python_component(address, found[address]) for address in sorted(found)}


def python_component(address: str, found: dict[str, Any]) -> dict[str, Any]:
    """Write a package as CycloneDX has it, with the hash of each of its files, and the locks that it is in."""
    properties = [
        {"name": f"literate_bp:lock:{lock}", "value": marker or "always"} for lock, marker in found["in"].items()
    ]
    return {
        "type": "library",
        "bom-ref": address,
        "name": found["name"],
        "version": found["version"],
        "scope": found["scope"],
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in sorted(found["sha256"])],
        "purl": address,
        "properties": properties,
    }


def node_components() -> dict[str, dict[str, Any]]:
    """Return the packages of npm, which build the site, by their addresses."""
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = {}
    for folder, package in sorted(packages.items()):
        if not folder:
            continue
        name = folder.rpartition("node_modules/")[2]
        address = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
        kind, _, digest = package["integrity"].partition("-")
        found[address] = {
            "type": "library",
            "bom-ref": address,
            "name": name,
            "version": package["version"],
            "scope": "excluded",
            "hashes": [{"alg": kind.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
            "purl": address,
            "properties": [{"name": "literate_bp:lock:npm", "value": "always"}],
        }
    return found


def bill() -> dict[str, Any]:
    """Return the whole document; its serial number comes from what it holds."""
    version = VERSION.search((HERE / "src/literate_bp/__init__.py").read_text(encoding="utf-8"))
    assert version, "src/literate_bp/__init__.py names no version"  # noqa: S101 — a test compares it
    own = f"pkg:pypi/literate-bp@{version[1]}"
    components = python_components() | node_components()
    required = [address for address, each in components.items() if each["scope"] == "required"]
    root = {
        "type": "library",
        "bom-ref": own,
        "name": "literate_bp",
        "version": version[1],
        "licenses": [{"license": {"id": "BSD-3-Clause"}}],
        "purl": own,
    }
    held = {
        "metadata": {"component": root},
        "components": [*components.values()],
        "dependencies": [{"ref": own, "dependsOn": required}],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(held, sort_keys=True))
    start = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1}
    return {"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json"} | start | held


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    document = bill()
    target.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{target}: {len(document['components'])} components")
