"""Compare two builds of the book: what a reader sees of each page must be the same.

python tools/compare_sites.py OLD NEW compares the HTML folders OLD and NEW page by page: the prose, the formulas, what
cells print, and the pictures (the bytes of each SVG, or its file, which is named by its bytes). Listings, the code of
cells and names set as code are left out: they may change when code is renamed. Prints what differs, as a diff, and
exits with 1 if anything does.
"""

import difflib
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag

LEFT_OUT = (
    "div.cell_input, div.literal-block-wrapper, div.highlight-python, div.highlight-ipython3, "
    ".headerlink, a.viewcode-link, script, style"
)


def pieces(article: Tag) -> Iterator[tuple[str, str]]:
    """Take the pictures and formulas out of an article and yield them, then its text line by line."""
    for left_out in article.select(LEFT_OUT):
        left_out.decompose()
    for svg in article.find_all("svg"):
        inside = str(svg).encode()
        yield "picture", f"{len(inside)} bytes {hashlib.sha256(inside).hexdigest()[:16]}"
        svg.decompose()
    for image in article.find_all(["img", "source"]):
        yield "picture", str(image.get("src") or image.get("srcset"))
    for code in article.find_all("code"):
        code.replace_with("`code`")
    for formula in article.find_all("math"):
        formula.replace_with(f" {formula.get_text()} ")
    for line in article.get_text("\n").splitlines():
        if text := re.sub(r"\s+", " ", line).strip():
            yield "text", text


def page(path: Path) -> list[str]:
    """Return what a page shows, a piece a line."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    article = soup.find("article") or soup.body or soup
    return [f"{kind}: {what}" for kind, what in pieces(article)]


def main(old: Path, new: Path) -> int:
    """Print the differences of all pages; return 1 if there are any."""
    names = sorted({path.relative_to(folder).as_posix() for folder in (old, new) for path in folder.rglob("*.html")})
    different = 0
    for name in names:
        missing = [str(folder) for folder in (old, new) if not (folder / name).exists()]
        if missing:
            print(f"{name}: not in {missing[0]}")
            continue
        lines = list(difflib.unified_diff(page(old / name), page(new / name), lineterm="", n=0))
        different += bool(lines)
        print(f"{name}: {'same' if not lines else 'differs'}")
        print("\n".join(f"    {line}" for line in lines[2:]), end="\n" if lines else "")
    return min(different, 1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
