"""Addresses at which no page is: old ones lead to the same place of the new page, others to a page that is whole."""

import sys
import threading

import pytest
from pages import HERE, SITE

sys.path.insert(0, str(HERE / "tools"))
import serve

OLD, NEW, PLACE = "11-initialization.html", "13-initialization.html", "exercises"
UNSTYLED = "getComputedStyle(document.body).getPropertyValue('--book-lines') === ''"


@pytest.fixture(params=["", "book/one"])
def host(request):
    """The book as a host should serve it, in its first folder or below another."""
    server = serve.Site(SITE, 0, request.param, quiet=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser):
    context = browser.new_context(service_workers="block")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("asked", [f"#{PLACE}", f"?notation=nielsen#{PLACE}", ""])
def test_an_old_address_leads_to_the_same_place_of_the_new_page(page, host, asked):
    page.goto(f"{host.address}{OLD}{asked}")
    page.wait_for_url(f"**/{NEW}*")
    assert page.url == f"{host.address}{NEW}{asked}"


@pytest.mark.parametrize(
    ("old", "place", "new"),
    [("10-vanishing", "claim-errors-fall", "11-vanishing"), ("10-vanishing", "q-residual", "12-cures")],
)
def test_an_old_address_leads_to_the_page_that_has_its_place_now_where_it_was_split(page, host, old, place, new):
    page.goto(f"{host.address}{old}.html#{place}")
    page.wait_for_url(f"**/{new}.html#{place}")
    assert page.evaluate("document.querySelector(':target') !== null")


def test_an_old_address_leads_to_the_new_page_without_scripts(browser, host):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host.address}{OLD}")
    page.wait_for_url(f"**/{NEW}")
    context.close()


@pytest.mark.parametrize("missing", ["missing", "reference/missing", "a/b/c/missing", "reference/"])
def test_at_any_address_the_page_for_what_is_missing_is_whole_and_its_links_lead_into_the_book(page, host, missing):
    said = []
    page.on("console", lambda message: said.append(message.text))
    assert page.goto(f"{host.address}{missing}").status == 404
    page.wait_for_function(f"() => !({UNSTYLED})")
    if host.top == "/":
        assert len(said) == 1, said  # that this page is missing
    page.get_by_role("main").get_by_role("link", name="first page").click()
    page.wait_for_url(f"{host.address}index.html")
