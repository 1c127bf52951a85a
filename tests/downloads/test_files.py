"""The EPUB and the offline copy: the same site gives the same bytes, and each file that is named is there."""

import re
from xml.etree import ElementTree as ET
from zipfile import ZIP_STORED, ZipFile

import epub
import offline
import pytest
from book import book
from tree import make

from publish import downloads

OPF = "{http://www.idpf.org/2007/opf}"


@pytest.fixture
def packed(site):
    def write(name):
        of = book(site, "The Book", "book", "")
        epub.write(of, make("section", of.cover), site, "1.2", ["A. Writer"], site / name)
        return site / name

    return write


def manifest(archive):
    package = ET.fromstring(archive.read("book/package.opf"))  # noqa: S314  our own
    return {item.get("href"): item.attrib for item in package.iter(f"{OPF}item")}


def test_an_epub_begins_with_its_type_and_lists_each_of_its_files(packed):
    archive = ZipFile(packed("a.epub"))
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, archive.read(first)) == (
        "mimetype",
        ZIP_STORED,
        b"application/epub+zip",
    )
    listed = {f"book/{name}" for name in manifest(archive)}
    assert listed == {*archive.namelist()} - {"mimetype", "META-INF/container.xml", "book/package.opf"}


def test_each_part_of_an_epub_is_xhtml_that_says_what_it_has(packed):
    archive = ZipFile(packed("a.epub"))
    listed = manifest(archive)
    assert listed["p-01-one.xhtml"]["properties"] == "mathml svg"
    assert "properties" not in listed["p-02-two.xhtml"]
    assert listed["nav.xhtml"]["properties"] == "nav"
    for name in filter(re.compile(r".*\.xhtml").fullmatch, archive.namelist()):
        root = ET.fromstring(archive.read(name))  # noqa: S314  our own
        assert all(each.tag.startswith("{") for each in root.iter()), name
        for link in root.iter("{http://www.w3.org/1999/xhtml}a"):
            file, _, anchor = link.get("href").partition("#")
            if ":" not in file:
                assert f'id="{anchor}"' in archive.read(f"book/{file}").decode() or not anchor, link.attrib


def test_the_sheet_of_an_epub_has_no_variables_and_the_light_colors(packed):
    sheet = ZipFile(packed("a.epub")).read("book/book.css").decode()
    assert "var(" not in sheet
    for rule in (
        ".m-linear { color: #75660a; }",
        ".highlight .k { color: #7928a1 }",
        "fill: #123456",
        "display: block",
    ):
        assert rule in sheet
    assert "red" not in sheet


def test_an_epub_has_the_fonts_that_wait_for_nothing(packed):
    archive = ZipFile(packed("a.epub"))
    assert re.findall(r'font-family: "(.*?)"; src', archive.read("book/book.css").decode()) == ["F"]
    assert "book/fonts/f.woff2" in archive.namelist()


def test_the_same_site_gives_the_same_epub_and_the_same_copy(site, packed, tmp_path_factory):
    assert packed("get/a.epub").read_bytes() == packed("get/b.epub").read_bytes()
    copies = []
    for folder in ("one", "two"):
        copies.append(tmp_path_factory.mktemp(folder) / "copy.zip")
        offline.write(site, copies[-1])
        (site / "01-one.html").touch()
    assert copies[0].read_bytes() == copies[1].read_bytes()


def test_the_offline_copy_has_every_page_and_the_package_and_offers_nothing_that_it_lacks(site):
    page = site / f"{downloads.PAGE}.html"
    page.write_text(f"<p>{downloads.BEGINS}{downloads.ENDS}</p>", encoding="utf-8")
    downloads.refresh(site, "")
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    offline.write(site, site / "get/copy.zip")
    archive = ZipFile(site / "get/copy.zip")
    assert {name: archive.read(f"copy/{name}") for name in files} == files
    assert {*archive.namelist()} == {f"copy/{name}" for name in files}
    offered = re.findall(r'href="\.\./([^"]*)" download', archive.read(f"copy/{downloads.PAGE}.html").decode())
    assert offered == ["get/literate_bp.whl"]
    assert {*offered} <= files.keys()
