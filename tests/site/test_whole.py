"""Knuth's promise: the listings of all pages together are all rules of the program, line by line.

The other packages are explained in their ideas: pages list what they like of them, and all of it has a page of source.
"""

from collections import Counter

import pytest
from pages import DOCS, LISTED, SOURCE

from program import listing, modules, whole_program

NAMES = {name for _, name in LISTED}


@pytest.mark.parametrize("module", whole_program.EXPLAINED)
def test_every_line_of_the_rules_is_listed(module):
    missing = whole_program.unlisted(module, SOURCE, NAMES)
    beside = {f"docs/{page.relative_to(DOCS)}" for page, name in LISTED if name.startswith(f"{module}.")}
    where = ", ".join(sorted(beside)) or "docs/, on a page of its own"
    asked = f"no page lists {len(missing)} lines; list them with ```{{rule}} where the file is explained: {where}"
    assert not missing, "\n".join([asked, *missing[:9]])


def test_no_definition_of_a_rule_is_listed_twice():
    count = Counter(name for _, name in LISTED if name.startswith(tuple(f"{m}." for m in whole_program.EXPLAINED)))
    assert not {name: n for name, n in count.items() if n > 1}


def test_the_rules_are_all_that_stands_in_no_package():
    # what results look like, how files are written, what arguments are accepted
    beside = {f"literate_bp.{name}" for name in ("display", "files", "validation")}
    assert {*whole_program.EXPLAINED} == {*modules.modules(SOURCE)} - beside


def test_every_package_has_its_place_in_the_order():
    packages = {name.split(".")[1] for name in modules.packages(SOURCE) if "." in name}
    assert packages == {*modules.PACKAGES} - {""}, "name them in PACKAGES, docs/_ext/program/modules.py"


@pytest.mark.parametrize("package", modules.PACKAGES)
def test_what_a_module_needs_comes_before_it(package):
    order = modules.modules(SOURCE, package)
    for place, name in enumerate(order):
        later = modules.needs(modules.path_of(name, SOURCE), order[place + 1 :], SOURCE)
        assert not later or not package, f"{name} stands before {later}"


def test_a_listing_leaves_out_how_a_result_shows_itself(tmp_path):
    source = tmp_path / "module.py"
    source.write_text(
        'class R:\n    """A result."""\n\n    def f(self): ...\n\n    @property\n    def table(self):\n'
        "        return 1\n\n    def g(self): ...\n",
        encoding="utf-8",
    )
    whole = listing.between(listing.pieces(source), "R")
    assert [piece.name for piece in whole] == ["R", "R.f", "R.g"]
    assert listing.line_numbers(source, whole) == "1,2,3,4,9,10"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "literate_bp/module.py"
    path.parent.mkdir()
    path.write_text(
        '"""What it is.\n\nMore.\n"""\n\nfrom math import pi\n\n@cache\ndef f(x):\n    # why\n\n    return x\n\n'
        'T = 1\n"""What T is."""\n\n# aside\nclass C: ...\n',
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.parametrize(
    ("listed", "lines"),
    [
        ("f T", ["module.py:17: # aside", "module.py:18: class C: ..."]),
        ("f C", ["module.py:14: T = 1", 'module.py:15: """What T is."""']),
        ("T C", ["module.py:8: @cache", "module.py:9: def f(x):", "module.py:10:     # why"]),
    ],
)
def test_what_no_page_lists_is_named_line_by_line(source, listed, lines):
    names = {f"literate_bp.module.{name}" for name in listed.split()}
    assert whole_program.unlisted("literate_bp.module", source, names)[:3] == lines


def test_a_file_begins_with_its_docstring_and_its_imports(source):
    assert modules.beginning(source / "literate_bp/module.py") == [1, 2, 3, 4, 6]


def test_definitions_have_their_decorators_their_comments_and_what_documents_them(source):
    assert modules.definitions(source / "literate_bp/module.py") == [("f", 8, 12), ("T", 14, 15), ("C", 17, 18)]
