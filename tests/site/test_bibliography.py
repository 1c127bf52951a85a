"""The entries of the bibliography, which pages cite by author and year."""

from docutils import nodes
from docutils.utils import new_document

from page.bibliography import without_labels


def test_an_entry_has_no_number_and_keeps_its_text_and_its_place():
    document = new_document("page")
    document += nodes.citation("", nodes.label("", "7"), nodes.paragraph("", "A. Writer. A title. 2015."), ids=["id7"])
    without_labels(None, document, "page")
    assert document.astext() == "A. Writer. A title. 2015."
    assert document[0]["ids"] == ["id7"]
