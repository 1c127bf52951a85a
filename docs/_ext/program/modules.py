"""Adds nothing by itself: finds the modules of the package, their order, and what each defines; imports none."""

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import literate_bp
from program.listing import pieces

PACKAGES = {
    "": "The rules",
    "formula": "A rule writes its formula",
    "proof": "Every equation is checked",
    "worked": "Worked examples",
    "compiled": "Fast programs",
    "diagram": "Pictures",
    "command_line": "Commands",
}
"""The packages in reading order, with their headings; what stands in no package are the rules."""
IMPORT = (ast.Import, ast.ImportFrom, ast.Try)  # to try an import is to say what is missing


class Definition(NamedTuple):
    """The name of a definition, and its first and last line."""

    name: str
    first: int
    last: int


@cache
def parsed(path: Path, _changed: float) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file as it is now."""
    return parsed(path, path.stat().st_mtime)


def dotted(path: Path, source: Path) -> str:
    """Return the full name of a module."""
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def path_of(module: str, source: Path) -> Path:
    """Return the file of a module or package."""
    folder = source / module.replace(".", "/")
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")


def imported(path: Path, source: Path) -> Mapping[str, str]:
    """Return what a module imports of this package: each name, and the full name of what it stands for."""
    return imported_by(tree(path), path.relative_to(source).parts)


@cache
def imported_by(module: ast.Module, here: tuple[str, ...]) -> Mapping[str, str]:
    """Return what a module imports, by where its file is."""
    found: dict[str, str] = {}
    for statement in ast.walk(module):
        if isinstance(statement, ast.ImportFrom) and statement.level:
            above = [*here[: len(here) - statement.level], *(statement.module or "").split(".")]
            home = ".".join(part for part in above if part)
            found |= {alias.asname or alias.name: f"{home}.{alias.name}" for alias in statement.names}
    return found


def modules(source: Path, package: str = "") -> list[str]:
    """Return the modules of a package, each after those that it imports; the rules in the order of the chapters."""
    folder = source / "literate_bp" / package
    paths = folder.rglob("*.py") if package else folder.glob("*.py")
    names = {dotted(path, source): path for path in sorted(paths) if path.stem not in {"__init__", "__main__"}}
    needed = {name: sorted(needs(path, names, source)) for name, path in names.items()}  # the order of a set differs
    first = [] if package else [f"literate_bp.{name}" for name in literate_bp.READING_ORDER]
    order = list(dict.fromkeys([*first, *TopologicalSorter(needed).static_order()]))
    return sorted(order, key=lambda name: name.rpartition(".")[0])  # a package in a package stays together


def needs(path: Path, modules: Collection[str], source: Path) -> set[str]:
    """Return the modules, out of these, that a file imports, or from which it imports a name."""
    names = imported(path, source).values()
    return {name for full in names for name in (full, full.rpartition(".")[0]) if name in modules}


def packages(source: Path) -> list[str]:
    """Return the packages, and the packages in them."""
    return [dotted(path, source) for path in sorted((source / "literate_bp").rglob("__init__.py"))]


def module_names(source: Path) -> list[str]:
    """Return the modules of all packages in the order of their names, without a look into any."""
    found = sorted((source / "literate_bp").rglob("*.py"))
    return [dotted(path, source) for path in found if path.stem not in {"__init__", "__main__"}]


def all_modules(source: Path) -> list[str]:
    """Return the modules of all packages, in reading order."""
    return [name for package in PACKAGES for name in modules(source, package)]


def definitions(path: Path) -> list[Definition]:
    """Return what a module defines, each with the comment above it and the docstring below."""
    found: dict[str, Definition] = {}
    for piece in pieces(path):
        name = piece.name.partition(".")[0]
        found[name] = Definition(name, found[name].first if name in found else piece.first, piece.last)
    return list(found.values())


def beginning(path: Path) -> list[int]:
    """Return the lines of a module's docstring and of its imports."""
    text, *rest = tree(path).body
    shown = [text, *(s for s in rest if isinstance(s, IMPORT))]
    return [line for s in shown for line in range(s.lineno, (s.end_lineno or s.lineno) + 1)]


def summary(node: ast.AST) -> str:
    """Return the first paragraph of a docstring, on one line."""
    text = ast.get_docstring(node) or ""  # type: ignore[arg-type]  # a module, a class or a function
    return text.partition("\n\n")[0].replace("\n", " ")


def public_names(source: Path, package: str = "literate_bp") -> Iterator[tuple[str, str]]:
    """Yield the public names of a package, and the full name of what each stands for."""
    path = path_of(package, source)
    found = imported(path, source)
    for statement in tree(path).body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "__all__":
            yield from ((name, found[name]) for name in ast.literal_eval(statement.value) if name in found)
