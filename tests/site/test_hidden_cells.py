"""The code of hidden cells that follow one another stands in one fold, in its order."""

import sys
from pathlib import Path

import pytest
from docutils import nodes
from docutils.utils import new_document

sys.path.insert(0, str(Path(__file__).parents[2] / "docs/_ext"))
from page.hidden_cells import JoinHiddenCells  # found in the folder of the line above


def cell(code, *outputs, title="Show the code"):
    source = nodes.container("", nodes.literal_block(code, code), nb_element="cell_code_source")
    return nodes.container("", source, *outputs, hide_mode="input", prompt_show=title, prompt_hide=title)


@pytest.fixture
def joined():
    def join(*parts):
        document = new_document("page")
        document += [*parts]
        JoinHiddenCells(document).apply()
        return [(part["prompt_show"], part[0].astext().split()) for part in document if "prompt_show" in part]

    return join


def test_code_without_output_joins_the_hidden_code_behind_it(joined):
    drawn = nodes.container("", nodes.figure())
    assert joined(cell("a"), cell("b"), cell("c", drawn)) == [("Show the code of this figure", ["a", "b", "c"])]


def test_words_outputs_and_titles_keep_cells_apart(joined):
    assert len(joined(cell("a"), nodes.paragraph("", "Words."), cell("b"))) == 2
    assert len(joined(cell("a", nodes.container()), cell("b"))) == 2
    assert joined(cell("a", title="The images"), cell("b")) == [("The images", ["a"]), ("Show the code", ["b"])]
