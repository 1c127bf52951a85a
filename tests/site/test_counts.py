"""The role that counts: a word or digits, of what the package has; a name that counts nothing is an error."""

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import roles
from pages import PAGES

from literate_bp import ACTIVATIONS, diagram, example
from literate_bp.formula.notation import NOTATIONS
from page.counts import COUNTS, Count, counted, word


def read(text):
    roles.register_local_role("count", Count())
    return publish_doctree(text, settings_overrides={"report_level": 5, "halt_level": 5})


def test_what_is_counted_is_what_there_is():
    network, x, y = example.running()
    drawn = [
        diagram.node_forward(network, x),
        *(
            getattr(diagram, name)(network, x, y)
            for name in ("node_backward", "network_forward", "network_backward", "weight_gradients")
        ),
    ]
    assert COUNTS["diagrams"]() == len(drawn)
    assert COUNTS["chapters"]() == sum(page.name[:2].isdigit() for page in PAGES)
    assert COUNTS["notations"]() == len(NOTATIONS)
    assert COUNTS["activations"]() == len(ACTIVATIONS)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "zero"),
        (9, "nine"),
        (12, "twelve"),
        (19, "nineteen"),
        (20, "twenty"),
        (34, "thirty-four"),
        (99, "ninety-nine"),
        (100, "100"),
        (1234, "1234"),
    ],
)
def test_a_number_is_a_word_if_it_is_small(number, text):
    assert word(number) == text


def test_a_count_is_text_of_its_sentence():
    many = len(NOTATIONS)
    document = read("In :count:`notations` notations, or :count:`notations in digits`. :count:`Notations` of them.")
    assert document.astext() == f"In {word(many)} notations, or {many}. {word(many).capitalize()} of them."


def test_a_name_that_counts_nothing_is_an_error_at_its_place():
    document = read("In :count:`notatoins` notations.")
    (message,) = document.findall(nodes.system_message)
    assert "count of 'notatoins' is unknown; did you mean 'notations'" in message.astext()
    with pytest.raises(ValueError, match="count of 'notatoins'"):
        counted("notatoins")
