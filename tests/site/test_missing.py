"""The page that a host shows in the place of pages that are missing, at any address."""

import re

import pytest

from publish.missing import PAGE, lay_out
from publish.templates import Page

HTML = """<html data-content_root="./"><link href="_static/a.css"><script src="_static/b.js"></script><a href="#it">
<a href="index.html#there"><a href="https://other.example/"><img src="data:image/svg,"><form action="search.html">"""


@pytest.mark.parametrize(
    ("address", "top"),
    [(None, "/"), ("https://book.example/404.html", "/"), ("https://host.example/a/book/404.html", "/a/book/")],
)
def test_its_links_begin_at_the_host_with_the_path_of_the_site(address, top):
    html = lay_out(HTML, Page(PAGE, None, {"pageurl": address}))
    assert html.partition("<object")[0] == (
        f"""<html data-content_root="{top}"><link href="{top}_static/a.css"><script src="{top}_static/b.js"></script>"""
        f"""<a href="#it">\n<a href="{top}index.html#there"><a href="https://other.example/">"""
        f"""<img src="data:image/svg,"><form action="{top}search.html">"""
    )


def test_other_pages_stay_as_they_are():
    assert lay_out(HTML, Page("index", None, {"pageurl": None})) == HTML


def test_where_no_address_is_known_it_looks_for_the_site_in_the_first_folder_and_then_from_its_own_up():
    html = lay_out("</body>", Page(PAGE, None, {"pageurl": None}))
    looked = re.findall(r'<object data="(.*?)_static/missing.svg"', html)
    assert looked == ["/", "", *("../" * up for up in range(1, 9))]
    assert "<object" not in lay_out("</body>", Page(PAGE, None, {"pageurl": "https://book.example/404.html"}))
