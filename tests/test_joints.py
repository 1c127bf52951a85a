"""The joints between pages and package: what a page lists exists, once, in reading order; and cells stay short."""

import ast
from collections import Counter

import pytest
from pages import DOCS, FENCE, LISTED, PAGES, SOURCE, code, directives

import literate_bp
import rule

LONGEST_CELL = 10


def public_functions(module):
    body = ast.parse((SOURCE / "literate_bp" / f"{module}.py").read_text(encoding="utf-8")).body
    return [f"literate_bp.{module}.{s.name}" for s in body if isinstance(s, ast.FunctionDef) and s.name[0] != "_"]


def test_every_page_is_in_the_toctree():
    written = {p for p in DOCS.rglob("*.md") if "_build" not in p.parts and p.name != "404.md"}
    assert set(PAGES) == written
    assert len(PAGES) == len(written)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_cell_is_over_ten_lines(page):
    long = [cell for cell in directives(page, "code-cell") if len(code(cell)) > LONGEST_CELL]
    assert not long, f"{page.name}: {[code(cell)[0] for cell in long]}"


def test_a_cell_is_counted_without_its_options():
    text = "```{code-cell}\n:tags: [hide-input]\n\na = 1\n\nb = 2\n```\n"
    assert code(FENCE.search(text)) == ["a = 1", "", "b = 2"]


def test_what_stands_in_a_dropdown_is_seen(tmp_path):
    listing = "```{{rule}} {}\n```\n"
    page = tmp_path / "page.md"
    page.write_text(f":::{{dropdown}} More\n{listing.format('a.b')}\n{listing.format('a.c')}:::\n", encoding="utf-8")
    assert [found["argument"] for found in directives(page, "rule")] == ["a.b", "a.c"]


@pytest.mark.parametrize(("page", "name"), LISTED, ids=lambda value: getattr(value, "stem", value))
def test_what_a_page_lists_exists(page, name):
    module, _, function = name.rpartition(".")
    assert rule.definition(SOURCE / f"{module.replace('.', '/')}.py", function), f"{page.name} lists {name}"


@pytest.mark.parametrize("module", literate_bp.READING_ORDER)
def test_every_public_function_is_listed_on_exactly_one_page(module):
    count = Counter(name for _, name in LISTED)
    assert {name: count[name] for name in public_functions(module)} == dict.fromkeys(public_functions(module), 1)


def test_reading_order_is_the_order_of_the_pages():
    modules = [name.split(".")[1] for _, name in LISTED]
    listed = [module for module in dict.fromkeys(modules) if module in literate_bp.READING_ORDER]
    assert tuple(listed) == literate_bp.READING_ORDER


def test_a_listing_leaves_out_what_the_api_entry_says():
    docstring = 'r"""Double: 2x.\n\n    More.\n\n    Parameters\n    ----------\n    x : float\n    """'
    source = f"@frozen\ndef f(x):\n    {docstring}\n    return 2 * x\n"
    assert rule.shown(ast.parse(source).body[0]) == "1,2,3,4,5,10,11"


def test_a_listing_finds_functions_classes_and_tables(tmp_path):
    source = tmp_path / "module.py"
    source.write_text("def f(): ...\nclass C: ...\nT = {}\nU: int = 1\n", encoding="utf-8")
    assert [rule.definition(source, name) is not None for name in "fCTUX"] == [True, True, True, True, False]


def test_a_listing_of_a_constant_has_what_documents_it(tmp_path):
    source = tmp_path / "module.py"
    source.write_text('"""Text."""\nT = 1\n"""What it is."""\nU = 2\n', encoding="utf-8")
    assert [rule.shown(rule.definition(source, name)) for name in "TU"] == ["2,3", "4"]
