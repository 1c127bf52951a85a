"""What a page says to those who do not see it."""

import pytest

from publish.accessible import lay_out
from publish.templates import Page

PAGE = Page("page", None, {})


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<th class="head"><p></p></th>', '<td class="head"><p></p></td>'),
        ('<th scope="col"></th>', "<td></td>"),
        ('<th scope="col">δ</th>', '<th scope="col">δ</th>'),
        ("<thead></thead>", "<thead></thead>"),
    ],
)
def test_an_empty_cell_is_no_header(cell, shown):
    assert lay_out(cell, PAGE) == shown


def test_the_tree_of_pages_is_a_landmark():
    assert '<div role="navigation" aria-label="All pages" class="sidebar-tree">' in lay_out(
        '<div class="sidebar-tree">', PAGE
    )


def test_an_arrow_beside_the_name_of_a_page_says_nothing():
    assert 'aria-hidden="true"' in lay_out(
        '<svg class="furo-related-icon"><use href="#svg-arrow-right"></use></svg>', PAGE
    )


def test_the_link_to_the_top_stands_in_a_landmark():
    link = '<a href="#" class="back-to-top muted-link">\n<span>Back to top</span>\n</a>'
    assert lay_out(f"<div>{link}</div>", PAGE) == f'<div><nav aria-label="Top of the page">{link}</nav></div>'
