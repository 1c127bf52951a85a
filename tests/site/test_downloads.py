"""What the site offers to take along: what is there, and nothing that is not."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from literate_bp import __version__
from publish import downloads

HERE = Path(__file__).parents[2]

PAGE = f"<article>before {downloads.BEGINS}{downloads.ENDS} after</article>"
CHAPTER = f'<head>\n{downloads.CITED} content="en"></head>'


@pytest.fixture
def site(tmp_path):
    """A site of the page that offers, and a chapter."""
    (tmp_path / "reference").mkdir()
    (tmp_path / "get").mkdir()
    (tmp_path / f"{downloads.PAGE}.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "01-one.html").write_text(CHAPTER, encoding="utf-8")
    (tmp_path / "index.html").write_text("<head></head>", encoding="utf-8")
    return tmp_path


def offered(site):
    return (site / f"{downloads.PAGE}.html").read_text(encoding="utf-8")


def test_what_is_there_is_offered_with_its_size_and_the_rest_is_named(site):
    (site / "get/literate_bp-1.2-py3-none-any.whl").write_bytes(b"x" * 389_831)
    (site / "get" / downloads.PDF).write_bytes(b"x" * 13_964_588)
    downloads.refresh(site, "")
    html = offered(site)
    assert html.startswith("<article>before ")
    assert html.endswith(" after</article>")
    assert (
        'href="../get/literate_bp-1.2-py3-none-any.whl" download>Wheel</a></p></td><td><p>390\N{NO-BREAK SPACE}KB<'
        in html
    )
    assert f'href="../get/{downloads.PDF}" download>PDF</a></p></td><td><p>14.0\N{NO-BREAK SPACE}MB<' in html
    assert "Not in this copy: EPUB, Offline copy, Source archive." in html
    assert html.count("<tr>") == 3


def test_a_site_that_has_nothing_says_so_and_what_comes_later_takes_its_place(site):
    downloads.refresh(site, "")
    assert "<table" not in offered(site)
    empty = offered(site)
    (site / "get" / downloads.EPUB).write_bytes(b"x")
    downloads.refresh(site, "")
    assert offered(site).count("<tr>") == 2
    downloads.remove(site)
    downloads.refresh(site, "")
    assert offered(site) == empty


def test_the_command_that_installs_names_the_wheel_beside_which_it_is_typed():
    env = SimpleNamespace(config=SimpleNamespace(release=__version__))
    state = SimpleNamespace(document=SimpleNamespace(settings=SimpleNamespace(env=env)))
    machine = SimpleNamespace(reporter=None)
    (block,) = downloads.Install("install", [], {}, [], 1, 0, "", state, machine).run()
    assert block.astext() == f'python -m pip install "./literate_bp-{__version__}-py3-none-any.whl[diagram]"'


def test_no_page_names_a_file_that_a_build_does_not_make_and_how_to_install_is_said_on_one():
    first, teachers, why, place = (
        (HERE / "docs" / f"{name}.md").read_text(encoding="utf-8")
        for name in ("index", "teachers", "01-why", downloads.PAGE)
    )
    assert not re.findall(r"PDF|EPUB", first)
    assert "```{install}" in place
    assert "```{install}" in teachers
    assert "<install>" in why


def test_a_chapter_says_where_the_pdf_is_while_it_is_there_and_the_address_known(site):
    def said():
        return (site / "01-one.html").read_text(encoding="utf-8")

    downloads.refresh(site, "https://book.example/")
    assert said() == CHAPTER
    (site / "get" / downloads.PDF).write_bytes(b"x")
    for _ in range(2):
        downloads.refresh(site, "https://book.example/")
        address = f"https://book.example/get/{downloads.PDF}"
        assert said() == CHAPTER.replace(
            downloads.CITED, f'<meta name="citation_pdf_url" content="{address}">\n{downloads.CITED}'
        )
    assert "citation" not in (site / "index.html").read_text(encoding="utf-8")
    downloads.refresh(site, "")
    assert said() == CHAPTER
