"""The joints between pages and package: what a page lists exists, once, in reading order; and cells stay short."""

import ast
from collections import Counter

import pytest
from pages import DOCS, LISTED, LISTINGS, PAGES, SOURCE, code, directives, listing

import literate_bp
from page.words import FENCE
from program.listing import between, line_numbers, listed_names, pieces

LONGEST_CELL = 10


def public_functions(module):
    body = ast.parse((SOURCE / "literate_bp" / f"{module}.py").read_text(encoding="utf-8")).body
    return [f"literate_bp.{module}.{s.name}" for s in body if isinstance(s, ast.FunctionDef) and s.name[0] != "_"]


def test_every_page_is_in_the_toctree():
    made = {"_build", "modules"}  # by the build
    written = {p for p in DOCS.rglob("*.md") if not made & {*p.parts} and p.name != "404.md"}
    lost = sorted(str(page.relative_to(DOCS)) for page in written - {*PAGES})
    assert not lost, f"name them in the table of contents in docs/index.md, or in a page that it names: {lost}"
    assert set(PAGES) == written
    assert len(PAGES) == len(written)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_cell_is_over_ten_lines(page):
    long = [cell for cell in directives(page, "code-cell") if len(code(cell)) > LONGEST_CELL]
    assert not long, f"{page.name}: {[code(cell)[0] for cell in long]}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_cell_hides_the_warnings_that_its_copy_would_print(page):
    assert "remove-stderr" not in page.read_text(encoding="utf-8")


def test_a_cell_is_counted_without_its_options():
    text = "```{code-cell}\n:tags: [hide-input]\n\na = 1\n\nb = 2\n```\n"
    assert code(FENCE.search(text)) == ["a = 1", "", "b = 2"]


def test_what_stands_in_a_dropdown_is_seen(tmp_path):
    listing = "```{{rule}} {}\n```\n"
    page = tmp_path / "page.md"
    page.write_text(f":::{{dropdown}} More\n{listing.format('a.b')}\n{listing.format('a.c')}:::\n", encoding="utf-8")
    assert [found["argument"] for found in directives(page, "rule")] == ["a.b", "a.c"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_lists_exists(page):
    lost = [found["argument"] for at, found in LISTINGS if at == page and not listing(found)]
    assert not lost, f"{page.name} lists {lost}"


@pytest.mark.parametrize("module", literate_bp.READING_ORDER)
def test_every_public_function_is_listed_on_exactly_one_page(module):
    count = Counter(name for _, name in LISTED)
    wrong = {name: count[name] for name in public_functions(module) if count[name] != 1}
    assert not wrong, f"one page in docs/ lists each once, with ```{{rule}} and its name; this often it was: {wrong}"


def test_reading_order_is_the_order_of_the_pages():
    modules = [name.split(".")[1] for _, name in LISTED]
    listed = [module for module in dict.fromkeys(modules) if module in literate_bp.READING_ORDER]
    assert tuple(listed) == literate_bp.READING_ORDER


def lines_of(source, first, last=""):
    return line_numbers(source, between(pieces(source), first, last))


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        '"""Text."""\n\nimport ast\n\ndef f(): ...\n\n# why\nclass C:\n    """Text."""\n\n    x = 1\n\n'
        '    @property\n    def g(self): ...\n\n    def h(self): ...\n\nT = {}\n"""What it is."""\nU: int = 1\n',
        encoding="utf-8",
    )
    return path


def test_a_listing_leaves_out_what_the_api_entry_says(tmp_path):
    docstring = 'r"""Double: 2x.\n\n    More.\n\n    Parameters\n    ----------\n    x : float\n    """'
    source = tmp_path / "module.py"
    source.write_text(f"@frozen\ndef f(x):\n    {docstring}\n    return 2 * x\n", encoding="utf-8")
    assert lines_of(source, "f") == "1,2,3,4,5,10,11"


def test_a_listing_finds_functions_classes_and_tables(source):
    assert [bool(between(pieces(source), name)) for name in "fCTUX"] == [
        True,
        True,
        True,
        True,
        False,
    ]


def test_constants_that_are_assigned_together_are_listed_by_the_first(tmp_path):
    (tmp_path / "module.py").write_text('"""Text."""\nA, B = 1, 2\n', encoding="utf-8")
    assert listed_names(tmp_path, "module.A") == ["module.A"]


def test_a_listing_of_a_constant_has_what_documents_it(source):
    assert [lines_of(source, name) for name in "TU"] == ["18,19", "20"]


def test_a_listing_of_a_definition_has_the_comment_above_it_and_of_a_class_every_method(source):
    assert lines_of(source, "C") == "7,8,9,10,11,12,13,14,15,16"
    assert lines_of(source, "C.g") == "13,14"


def test_a_listing_goes_through_to_another_name(source):
    assert lines_of(source, "C", "C.g") == "7,8,9,10,11,12,13,14"
    assert lines_of(source, "C.h", "T") == "16,17,18,19"
    assert lines_of(source, "f", "C").split(",")[-1] == "16"


@pytest.mark.parametrize(("first", "last"), [("T", "f"), ("f", "X"), ("X", "T")])
def test_a_listing_goes_nowhere_without_both_names_in_order(source, first, last):
    assert between(pieces(source), first, last) == []


def test_a_listing_holds_every_name_on_its_way(source):
    found = listed_names(source.parent, "module.C", "T")
    assert found == ["module.C", "module.C.g", "module.C.h", "module.T"]
    assert listed_names(source.parent, "module.f") == ["module.f"]
    assert listed_names(source.parent, "nowhere.f") == []
