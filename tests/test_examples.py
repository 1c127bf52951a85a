"""The help of the public names: each fits a screen, and its examples run."""

import doctest
import inspect
import pydoc

import pytest

import literate_bp

SCREEN = 56  # lines
FUNCTIONS = [name for name in literate_bp.__all__ if inspect.isfunction(getattr(literate_bp, name))]
FINDER = doctest.DocTestFinder(recurse=False)


def example(name):
    (found,) = FINDER.find(getattr(literate_bp, name), name, globs={})
    return found


@pytest.mark.parametrize("name", [*FUNCTIONS, "Layer", "Network", "LossScale"])
def test_a_public_name_has_an_example_that_gives_what_it_says(name):
    found = example(name)
    assert found.examples, f"the docstring of {name} has no example"
    assert any(line.want for line in found.examples)
    assert any(f"{name}(" in line.source for line in found.examples)
    failed, _ = doctest.DocTestRunner().run(found)
    assert failed == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_help_fits_a_screen(name):
    _, _, head, *lines = pydoc.render_doc(getattr(literate_bp, name), renderer=pydoc.plaintext).splitlines()
    assert head.startswith(f"{name}(")
    assert len(head) // 80 + 1 + len(lines) <= SCREEN
    assert max(map(len, lines)) <= 84
    assert not [word for word in ("Union", "_SupportsArray", "_NestedSequence", "literate_bp.") if word in head]


def test_forward_and_backward_say_their_letters_in_words():
    words = {"forward": ("linear parts", "activated values"), "backward": ("errors of layer l", "by its linear parts")}
    for name, expected in words.items():
        said = " ".join(inspect.getdoc(getattr(literate_bp, name)).split())
        assert all(word in said for word in expected)
