"""Listings without elements that no color needs."""

import re

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from publish.plain_tokens import plain_classes, without_plain_tokens

CODE = 'def f(x: int) -> str:\n    """Double."""\n    return f"{x * 2:>3} {None}"  # twice\n'
LOOKS = ("a11y-light", "a11y-dark")


def test_the_text_of_a_listing_stays_and_what_looks_like_text_is_text():
    html = highlight(CODE, PythonLexer(), HtmlFormatter())
    light = without_plain_tokens(html, plain_classes(*LOOKS))
    assert re.sub(r"<[^<>]*>", "", light) == re.sub(r"<[^<>]*>", "", html)
    assert light.count("<span") < 0.8 * html.count("<span")
    assert '<span class="k">def</span> <span class="nf">f</span>(x: <span class="nb">int</span>)' in light


def test_what_has_a_color_in_one_theme_keeps_its_class():
    classes = plain_classes(*LOOKS)
    assert {"n", "p", "w"} <= classes
    assert not {"k", "s1", "c1", "mi", "nb", "o"} & classes
    assert "n" not in plain_classes("a11y-light", "monokai") or "o" not in plain_classes("monokai")
    assert "<span class='n'" not in without_plain_tokens('<span class="n" data-n="book">x</span>', classes)
    assert (
        without_plain_tokens('<span class="n" data-n="book">x</span>', classes)
        == '<span class="n" data-n="book">x</span>'
    )
