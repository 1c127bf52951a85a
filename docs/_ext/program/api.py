"""Adds the API reference: a page for each module and package, written from the package itself, and an overview of all.

The pages are files of a few lines in docs/reference/api/modules, made before Sphinx looks for pages; `api` on such a
page documents every definition of the module, and `api-overview` lists the public names and all modules.
"""

import ast
import inspect
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from program.listing import is_docstring, names
from program.modules import PACKAGES, all_modules, module_names, modules, packages, path_of, public_names, summary, tree

FOLDER = "reference/api/modules"
LONGEST_VALUE, LONGEST_LITERAL = 60, 300
"""A longer default, or value of a constant, is left to the source; one that nothing computes may be longer."""
COMPUTED = (ast.Call, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr)


def page_of(module: str) -> str:
    """Return the page of a module or package."""
    return f"{FOLDER}/{module.removeprefix('literate_bp.')}"


def write_pages(app: Sphinx) -> None:
    """Write the page of every module, and remove those of modules that are gone."""
    folder = Path(app.srcdir, FOLDER)
    if not (folder.parent / "index.md").exists():
        return
    folder.mkdir(exist_ok=True)
    documented = [*module_names(Path(app.config.rule_source)), *(f"literate_bp.{p}" for p in PACKAGES if p)]
    pages = {Path(f"{page_of(name)}.md").name: page_text(name, Path(app.config.rule_source)) for name in documented}
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def page_text(name: str, source: Path) -> str:
    """Write the page of a module or package, with a section for each package in it."""
    inside = [found for found in packages(source) if found.startswith(f"{name}.")]
    sections = (f"\n## `{found.removeprefix(f'{name}.')}`\n\n```{{api}} {found}\n```\n" for found in inside)
    return f"# {{py-name}}`{name}`\n\n```{{api}} {name}\n```\n{''.join(sections)}"


class Api(SphinxDirective):
    """What a module or a package says of itself, and all that it defines."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write it in reStructuredText, and let autodoc do the rest."""
        name, source = self.arguments[0], Path(self.config.rule_source)
        path = path_of(name, source)
        self.env.note_dependency(str(path))
        lines = package_text(name, source) if path.stem == "__init__" else module_text(name, path)
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def module_text(name: str, path: Path) -> Iterator[str]:
    """Write a module: its docstring, its source, its pages, then each definition in the order of the file."""
    file = "/".join(path.parts[path.parts.index("literate_bp") :])
    yield from ("```{eval-rst}", f".. automodule:: {name}", "```", "")
    yield from (
        f"Source: {{source}}`{file}`{{pages}}`{name}`",
        "",
        "```{eval-rst}",
        f".. py:currentmodule:: {name}",
        "",
    )
    body = tree(path).body
    for place, statement in enumerate(body):
        match statement:
            case ast.FunctionDef() if not statement.name.startswith("__"):
                yield from (f".. autofunction:: {name}.{statement.name}", "")
            case ast.ClassDef():
                yield from (f".. autoclass:: {name}.{statement.name}", "   :members:", *fields(statement), "")
            case ast.Assign() | ast.AnnAssign():
                below = body[place + 1 : place + 2]
                said = ast.literal_eval(below[0].value) if below and is_docstring(below[0]) else ""
                yield from constants(name, statement, said)
    yield "```"


def fields(statement: ast.ClassDef) -> Iterator[str]:
    """Leave out the fields of a named tuple: Python documents each as an alias of a number."""
    if any(getattr(base, "id", "") == "NamedTuple" for base in statement.bases):
        of_tuple = [part.target.id for part in statement.body if isinstance(part, ast.AnnAssign)]
        yield f"   :exclude-members: {', '.join(of_tuple)}"


def constants(module: str, statement: ast.Assign | ast.AnnAssign, said: str) -> Iterator[str]:
    """Write the constants that a statement defines: a value that is short, and the docstring below."""
    values = values_of(statement)
    for name in names(statement):
        if name in ("", "__all__"):  # an attribute that is set has no name of its own
            continue
        yield from (f".. py:data:: {name}", f"   :module: {module}")
        if value := values.get(name):
            yield f"   :value: {value}"
        yield from ("", *(f"   {line}" for line in said.replace("|", r"\|").splitlines()), "")


def values_of(statement: ast.Assign | ast.AnnAssign) -> dict[str, str]:
    """Return the value of each name that a statement assigns, as it would be typed on one line."""
    found = names(statement)
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    match statement.value:
        case None:
            parts: list[ast.expr] = []
        case ast.Tuple(elts=parts) if len(found) > 1:
            pass
        case value:
            parts = [value] * len(found) if all(isinstance(target, ast.Name) for target in targets) else []
    return {name: text for name, part in zip(found, parts, strict=False) if (text := short_text(part))}


def short_text(value: ast.expr) -> str:
    """Return the text of a value, or nothing if it is too long."""
    text = ast.unparse(value)
    computed = any(isinstance(part, COMPUTED) for part in ast.walk(value))
    return text if len(text) <= (LONGEST_VALUE if computed else LONGEST_LITERAL) else ""


def package_text(name: str, source: Path) -> Iterator[str]:
    """Write a package: its docstring, its public names, its modules."""
    yield from ("```{eval-rst}", f".. automodule:: {name}", "```", "")
    if public := dict(public_names(source, name)):
        yield from rows(public, source)
    top = name.split(".")[1]
    inside = modules(source, top)
    if own := [module for module in inside if module.rpartition(".")[0] == name]:
        yield from rows({module.removeprefix(f"{name}."): module for module in own}, source, role="mod")
    if name == f"literate_bp.{top}":
        yield from toctree({module.removeprefix("literate_bp."): f"/{page_of(module)}" for module in inside})


def rows(entries: dict[str, str], source: Path, role: str = "obj") -> Iterator[str]:
    """Write a list of names, each with the first line that it says of itself."""
    yield "{.names}"
    yield from (f"- {{py:{role}}}`{short} <{full}>` {described(full, source)}" for short, full in entries.items())
    yield ""


def described(full: str, source: Path) -> str:
    """Return the first line of the docstring of a module or of a definition."""
    path = path_of(full, source)
    if path.exists():
        return summary(tree(path))
    module, _, name = full.rpartition(".")
    body = tree(path_of(module, source)).body
    for place, statement in enumerate(body):
        if name in names(statement):
            below = body[place + 1 : place + 2]
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                return summary(statement)
            return str(ast.literal_eval(below[0].value)).partition("\n")[0] if below and is_docstring(below[0]) else ""
    raise ValueError(f"{module} has no {name}")


def toctree(entries: dict[str, str]) -> Iterator[str]:
    """Write a hidden table of contents."""
    yield from ("```{toctree}", ":hidden:", "", *(f"{title} <{page}>" for title, page in entries.items()), "```")


class ApiOverview(SphinxDirective):
    """The public names, and all modules and packages."""

    def run(self) -> list[nodes.Node]:
        """Write the tables."""
        source = Path(self.config.rule_source)
        for name in ("literate_bp", *all_modules(source)):
            self.env.note_dependency(str(path_of(name, source)))
        return self.parse_text_to_nodes("\n".join(self.text(source)), allow_section_headings=True)

    def text(self, source: Path) -> Iterator[str]:
        """Write a section for the public names, and one for each package."""
        yield from ("## Public names", "", "These can be imported from `literate_bp` itself.", "")
        yield from rows(dict(public_names(source)), source)
        rules = modules(source)
        yield from ("", "## Modules", "", *rows({n.removeprefix("literate_bp."): n for n in rules}, source, "mod"), "")
        rooms = {package: f"literate_bp.{package}" for package in PACKAGES if package}
        yield from ("", "## Packages", "", *rows(rooms, source, "mod"), "")
        yield from ("## The package itself", "", *module_text("literate_bp", path_of("literate_bp", source)), "")
        yield from toctree({n.removeprefix("literate_bp."): f"/{page_of(n)}" for n in [*rules, *rooms.values()]})


OF_NO_USE = re.compile(" at 0x|^<factory>$")


class LeftOut:
    """A default that is too long for a signature, or whose text says nothing: an address in memory, `<factory>`."""

    def __repr__(self) -> str:
        return "…"


def is_left_out(default: object) -> bool:
    """Return whether a signature does better without a default."""
    return len(repr(default)) > LONGEST_VALUE or bool(OF_NO_USE.search(repr(default)))


def shorten_defaults(
    _app: Sphinx, what: str, _name: str, value: object, _options: object, _signature: str | None, _returned: str | None
) -> tuple[str, str] | None:
    """Shorten the signature that Python made for a class: the defaults of a dataclass are values, not their source."""
    if what != "class":
        return None
    if isinstance(value, type) and issubclass(value, ArgumentParser):
        return "(…)", ""  # the parameters are Python's
    if getattr(value, "_is_protocol", False):
        return "", ""  # nobody makes one
    if not is_dataclass(value):
        return None
    whole = inspect.signature(value)  # type: ignore[arg-type]  # a class
    parameters = [
        each.replace(annotation=each.empty, default=LeftOut() if is_left_out(each.default) else each.default)
        for each in whole.parameters.values()
    ]
    return str(whole.replace(parameters=parameters, return_annotation=whole.empty)), ""


def let_go(_app: Sphinx, doctree: nodes.document) -> None:
    """Let no node keep the document that `eval-rst` made: Sphinx would store its whole environment with the page."""
    for node in doctree.findall():
        node.document = doctree


def add_public_names(app: Sphinx, env: BuildEnvironment) -> None:
    """Let the public names of packages be references too: `literate_bp.diagram.Picture` is where it is defined."""
    source, domain = Path(app.config.rule_source), env.domains.python_domain
    for package in packages(source):
        for short, full in public_names(source, package):
            alias = f"{package}.{short}"
            if full in domain.objects and alias not in domain.objects:
                domain.objects[alias] = domain.objects[full]._replace(aliased=True)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives; write the pages before Sphinx looks for any."""
    app.add_directive("api", Api)
    app.add_directive("api-overview", ApiOverview)
    app.connect("builder-inited", write_pages)
    app.connect("autodoc-process-signature", shorten_defaults)
    app.connect("doctree-read", let_go)
    app.connect("env-updated", add_public_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
