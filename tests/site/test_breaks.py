"""Where long names and addresses may be broken."""

import re

import pytest

from publish.breaks import lay_out
from publish.templates import Page

PAGE = Page("page", None, {})


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("literate_bp.cost.half_squared_error()", "literate_ bp .cost .half_ squared_ error()"),
        ("python -m literate_bp.command_line.explain x", "python -m literate_ bp .command_ line .explain x"),
        ("one.two", "one.two"),
        ("__post_init__of_something_long", "__post_ init__of_ something_ long"),
    ],
)
def test_a_long_name_may_be_broken_at_underscores_and_dots_and_a_short_one_nowhere(written, parts):
    html = lay_out(f'<code class="docutils literal notranslate">{written}</code>', PAGE)
    assert "".join(re.findall(">([^<]*)", html)).strip() == written
    words = re.sub("<wbr[^>]*>", " ", re.search(">(.*)</code>", html)[1])
    assert words == parts


def test_an_address_may_be_broken_between_its_parts_and_still_leads_there():
    address = "https://proceedings.example/v9/glorot10a.pdf"
    html = lay_out(f'<a class="reference external" href="{address}">{address}</a>', PAGE)
    assert f'href="{address}"' in html
    assert re.sub("<wbr[^>]*>", " ", html.partition(">")[2]) == "https://proceedings .example/ v9/ glorot10a .pdf</a>"


def test_what_is_no_name_stays_as_it_is():
    html = "<p>a_long_word.that.is_no_code_at_all</p><pre>a_long_word.that.is_code_in_lines</pre>"
    assert lay_out(html, PAGE) == html
