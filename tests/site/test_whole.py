"""Knuth's promise: the listings of all pages together are all rules of the program, line by line."""

import pytest
from pages import LISTED, SOURCE

from program import listing, whole_program

PACKAGE = SOURCE / "literate_bp"
NAMES = {name for _, name in LISTED}


@pytest.mark.parametrize("module", whole_program.modules(PACKAGE), ids=lambda module: module.stem)
def test_every_line_is_listed(module):
    missing = whole_program.unlisted(module, NAMES)
    assert not missing, f"no page lists {len(missing)} lines, from here:\n" + "\n".join(missing[:9])


def test_the_modules_are_all_of_the_rules():
    beside = {"__init__", "__main__", "display", "files"}  # names, commands, and what is no rule
    assert set(whole_program.modules(PACKAGE)) == {f for f in PACKAGE.glob("*.py") if f.stem not in beside}


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


def test_no_definition_is_listed_twice():
    listed = [name for _, name in LISTED]
    assert sorted(listed) == sorted(NAMES)


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "literate_bp/module.py"
    path.parent.mkdir()
    path.write_text(
        '"""What it is.\n\nMore.\n"""\n\nfrom math import pi\n\n@cache\ndef f(x):\n    # why\n\n    return x\n\n'
        'T = 1\n"""What T is."""\n\n# aside\nclass C: ...\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("listed", "lines"),
    [
        ("f T", ["module.py:17: # aside", "module.py:18: class C: ..."]),
        ("f C", ["module.py:14: T = 1", 'module.py:15: """What T is."""']),
        ("T C", ["module.py:8: @cache", "module.py:9: def f(x):", "module.py:10:     # why"]),
    ],
)
def test_what_no_page_lists_is_named_line_by_line(module, listed, lines):
    names = {f"literate_bp.module.{name}" for name in listed.split()}
    assert whole_program.unlisted(module, names)[:3] == lines


def test_a_file_begins_with_what_it_says_and_imports(module):
    assert whole_program.beginning(module) == [1, 2, 3, 4, 6]


def test_definitions_have_their_decorators_their_comments_and_what_documents_them(module):
    assert whole_program.definitions(module) == [("f", 8, 12), ("T", 14, 15), ("C", 17, 18)]
