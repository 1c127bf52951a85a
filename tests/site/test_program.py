"""The pages that are written from the package: its API, its source, and what stands at addresses that were."""

import ast
import inspect
import json
import re
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

from page import moved
from program import api, source_pages
from program import names as name_links
from program.listing import names
from program.modules import PACKAGES, all_modules, path_of, public_names

DEFINING = (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
SOURCE = Path(__file__).parents[2] / "src"
MODULE = '''
"""What the module is for."""

from typing import NamedTuple

LIMIT = 3
"""How many, and |x|."""
SHORT, LONG = 0.5, "both"
FIRST, SECOND = range(2)
COMPUTED = sum([10000000, 10000000, 10000000, 10000000, 10000000, 10000000])
MANY = (%s)


def rule(z):
    """Compute a rule.

    And more.
    """


def __getattr__(name):
    """Not shown."""


class Pair(NamedTuple):
    """Two numbers."""

    one: int
    other: int


rule.shown = True
'''


def relative(page, other):
    return "../" * page.count("/") + f"{other}.html"


@pytest.fixture
def app(tmp_path):
    """What these extensions ask of Sphinx."""
    builder = SimpleNamespace(
        format="html", get_relative_uri=relative, get_target_uri="{}.html".format, highlighter=PygmentsBridge("html")
    )
    config = SimpleNamespace(rule_source=str(SOURCE), one_page="", moved={}, html_baseurl="")
    env = SimpleNamespace(found_docs={"made/new", "index"})
    return SimpleNamespace(srcdir=tmp_path, outdir=tmp_path / "html", builder=builder, config=config, env=env)


# --- the API -----------------------------------------------------------------


def test_every_module_has_a_page_and_what_is_gone_has_none(app, tmp_path):
    api.write_pages(app)
    assert not [*tmp_path.iterdir()]
    folder = tmp_path / api.FOLDER
    folder.mkdir(parents=True)
    (folder.parent / "index.md").touch()
    (folder / "gone.md").touch()
    api.write_pages(app)
    expected = {f"{api.page_of(name)}.md" for name in all_modules(SOURCE)}
    expected |= {f"{api.page_of(f'literate_bp.{package}')}.md" for package in PACKAGES if package}
    assert {path.relative_to(tmp_path).as_posix() for path in folder.iterdir()} == expected
    diagram = (folder / "diagram.md").read_text(encoding="utf-8")
    assert diagram.index("```{api} literate_bp.diagram\n") < diagram.index("## `drawing`")
    assert "```{api} literate_bp.node\n```" in (folder / "node.md").read_text(encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    api.write_pages(app)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_a_page_documents_what_a_module_defines_in_its_order(tmp_path):
    path = tmp_path / "literate_bp/thing.py"
    path.parent.mkdir()
    path.write_text(MODULE % ("1000000, " * 40), encoding="utf-8")
    text = "\n".join(api.module_text("literate_bp.thing", path))
    found = re.findall(r"^\.\. (?:py:)?(?!currentmodule)(\w+):: (\S+)", text, re.MULTILINE)
    assert found == [
        ("automodule", "literate_bp.thing"),
        ("data", "LIMIT"),
        ("data", "SHORT"),
        ("data", "LONG"),
        ("data", "FIRST"),
        ("data", "SECOND"),
        ("data", "COMPUTED"),
        ("data", "MANY"),
        ("autofunction", "literate_bp.thing.rule"),
        ("autoclass", "literate_bp.thing.Pair"),
    ]
    assert ":: \n" not in text
    assert "{source}`literate_bp/thing.py`" in text
    assert re.findall(r":value: (.*)", text) == ["3", "0.5", "'both'"]
    assert r"How many, and \|x\|." in text
    assert ":exclude-members: one, other" in text


@pytest.mark.parametrize("name", all_modules(SOURCE))
def test_nothing_that_a_module_defines_is_missing_on_its_page(name):
    path = path_of(name, SOURCE)
    text = "\n".join(api.module_text(name, path))
    body = [s for s in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(s, DEFINING)]
    defined = [of for s in body for of in names(s) if of not in ("", "__all__")]
    directive = rf"^\.\. (?:py:data|autofunction|autoclass):: (?:{re.escape(name)}\.)?(\w+)$"
    assert [of for of in defined if not of.startswith("__")] == re.findall(directive, text, re.MULTILINE)


@pytest.mark.parametrize("name", all_modules(SOURCE))
def test_every_constant_has_its_value_or_a_sentence(name):
    text = "\n".join(api.module_text(name, path_of(name, SOURCE)))
    entries = re.findall(r"^\.\. py:data:: (\w+)\n   :module: .*\n((?:   .*\n|\n)*)", text, re.MULTILINE)
    assert [constant for constant, rest in entries if not rest.strip()] == []


@pytest.mark.parametrize("package", ["", "diagram"])
def test_every_public_name_is_listed_with_what_it_says_of_itself(package):
    public = dict(public_names(SOURCE, f"literate_bp.{package}".rstrip(".")))
    assert len(public) > 5
    lines = [*api.rows(public, SOURCE)][1:-1]
    assert [re.match(r"- \{py:obj\}`(\w+) <([\w.]+)>` \S", line).groups() for line in lines] == [*public.items()]


def test_a_name_that_no_module_defines_fails_the_build():
    with pytest.raises(ValueError, match=r"literate_bp\.node has no nonsense"):
        api.described("literate_bp.node.nonsense", SOURCE)


@dataclass
class Made:
    """Has a default that is made."""

    parts: list[int] = field(default_factory=list)


def test_a_value_that_says_nothing_is_left_out_of_a_signature():
    assert all(map(api.is_left_out, (lambda: 0, "a" * 80, inspect.signature(Made).parameters["parts"].default)))
    assert not api.is_left_out(0.5)


@pytest.fixture
def entries():
    """Give the entries of a made-up reference, two of them with the same last name."""
    found = ("network.Network", "network.forward", "memory.memory_plan", "oracle.Problem", "worked.problem.Problem")
    found += ("network.Network.sizes",)
    objects = {
        f"literate_bp.{name}": SimpleNamespace(
            docname="reference/api/modules/x",
            node_id=name,
            aliased=False,
            objtype="class" if name.rpartition(".")[2].istitle() else "function",
        )
        for name in found
    }
    env = SimpleNamespace(domains=SimpleNamespace(python_domain=SimpleNamespace(objects=objects)))
    return name_links.Entries(env, SOURCE)


@pytest.mark.parametrize(
    ("name", "module", "full"),
    [
        ("Network", "memory", "network.Network"),
        ("forward", "training", "network.forward"),
        ("Problem", "oracle", "oracle.Problem"),
        ("Problem", "worked.generate", "worked.problem.Problem"),
        ("Problem", "memory", ""),
        ("unknown", "memory", ""),
        ("sizes", "memory", ""),
        ("memory_plan", "node", "memory.memory_plan"),
        ("forward", "node", ""),
    ],
)
def test_a_name_in_a_docstring_leads_to_what_its_module_means_by_it(entries, name, module, full):
    found = entries.find(name, f"literate_bp.{module}", f"literate_bp.{module}.thing")
    assert found == (full and f"literate_bp.{full}")


def test_a_type_is_parted_into_names_of_classes_and_words():
    assert name_links.pieces("mapping of str to Network") == ["mapping of str to ", "Network"]
    assert name_links.pieces("argparse.Namespace") == ["argparse.Namespace"]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("literate_bp.weight_normalization", "literate_bp|.weight_|normalization"),
        ("numbers.ones", "numbers|.ones"),
        ("_of_the_rest", "_|of_|the_|rest"),
        ("short_name", "short_name"),
    ],
)
def test_a_long_name_is_broken_at_dots_and_underscores(name, broken):
    written = name_links.breakable(name)
    assert "|".join(part.astext() for part in written if isinstance(part, nodes.Text)) == broken
    assert written.astext() == name


# --- the source --------------------------------------------------------------


def test_every_file_of_the_package_has_a_page_of_its_source(app):
    of_all = source_pages.SourcePages()
    of_all.changed = sorted(SOURCE.rglob("*.py"))
    pages = {page: context for page, context, _ in of_all.pages(app)}
    assert pages.keys() == {
        f"source/{path.relative_to(SOURCE).with_suffix('').as_posix()}" for path in SOURCE.rglob("*.py")
    }
    body = pages["source/literate_bp/node"]["body"]
    assert 'href="../../reference/api/modules/node.html"' in body
    lines = path_of("literate_bp.node", SOURCE).read_text(encoding="utf-8").splitlines()
    assert re.findall(r'id="line-(\d+)"', body) == [str(n + 1) for n in range(len(lines))]
    assert "API of this module" not in pages["source/literate_bp/__main__"]["body"]


@pytest.mark.parametrize("setting", ["one_page", "format"])
def test_no_source_is_written_for_one_page_alone_or_for_another_format(app, setting):
    app.config.one_page, app.builder.format = ("index", "html") if setting == "one_page" else ("", "text")
    of_all = source_pages.SourcePages()
    of_all.changed = sorted(SOURCE.rglob("*.py"))
    assert not [*of_all.pages(app)]


def test_an_entry_of_the_api_leads_to_the_line_of_its_definition(app):
    document = new_document("page")
    for module, name in (
        ("literate_bp.node", "sigmoid"),
        ("numpy", "exp"),
        ("literate_bp.network", "Layer.parameters"),
    ):
        entry = addnodes.desc()
        entry += addnodes.desc_signature("", "", module=module, fullname=name)
        document += entry
    source_pages.add_links(app, document)
    source_pages.resolve(app, document, "reference/api/modules/node")
    links = [*document.findall(source_pages.source_link)]
    assert [Path(link["file"]).stem for link in links] == ["node", "network"]
    for link, beginning in zip(links, ("def sigmoid(", "@property"), strict=True):
        line = (SOURCE / link["file"]).read_text(encoding="utf-8").splitlines()[link["line"] - 1]
        assert line.strip().startswith(beginning)
        page = f"../../../source/{Path(link['file']).with_suffix('').as_posix()}.html"
        assert link["refuri"] == f"{page}#line-{link['line']}"


def test_the_navigation_beside_the_source_is_written_once_a_folder():
    written = []

    def write(**options):
        written.append(options)
        return f"navigation {len(written)}"

    share, contexts = source_pages.Navigation().share, {}
    for page in ("source/a/one", "source/a/two", "source/b/one", "index"):
        contexts[page] = {"toctree": write}
        share(None, page, "page.html", contexts[page], None)
    found = [context["toctree"](collapse=True) for context in contexts.values()]
    assert found == ["navigation 1", "navigation 1", "navigation 2", "navigation 3"]


# --- addresses that were -----------------------------------------------------


def test_an_old_address_leads_to_the_new_one(app):
    app.config.moved = {"old/deep/page": ("made/new",), "other": ("gone",)}
    moved.write(app, None)
    (path,) = app.outdir.rglob("*.html")
    assert path == app.outdir / "old/deep/page.html"
    assert path.read_text(encoding="utf-8").count("../../made/new.html") == 4
    assert 'content="0; url=../../made/new.html"' in path.read_text(encoding="utf-8")


def test_an_old_address_names_the_places_that_another_half_of_its_page_has_now(app):
    app.config.moved = {"old": ("index", "made/new")}
    (app.outdir / "made").mkdir(parents=True)
    (app.outdir / "index.html").write_text('<p id="both"><p id="first">', encoding="utf-8")
    (app.outdir / "made/new.html").write_text('<p id="both"><p id="second">', encoding="utf-8")
    moved.write(app, None)
    written = (app.outdir / "old.html").read_text(encoding="utf-8")
    (elsewhere,) = re.findall('data-elsewhere="([^"]*)"', written)
    assert json.loads(unescape(elsewhere)) == {"made/new.html": ["second"]}


@pytest.mark.parametrize(("error", "made"), [(ValueError("a page"), "html"), (None, "linkcheck")])
def test_a_build_that_failed_or_makes_no_pages_writes_none_at_old_addresses(app, error, made):
    app.config.moved, app.builder.format = {"old": ("index",)}, made
    moved.write(app, error)
    assert not app.outdir.exists()


@pytest.mark.parametrize("extension", [api, name_links, source_pages, moved])
def test_the_extensions_may_run_in_parallel(extension):
    class Registered:
        def __getattr__(self, name):
            assert hasattr(Sphinx, name)
            return lambda *_, **__: None

    assert extension.setup(Registered()) == {"parallel_read_safe": True, "parallel_write_safe": True}
