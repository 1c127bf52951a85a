"""What the tests of the joints know of the pages: their directives, their order, and the rules they list."""

import re
from pathlib import Path

from page.words import OPTIONS, fences
from program.listing import listed_names

HERE = Path(__file__).parents[1]
DOCS = HERE / "docs"
SOURCE = HERE / "src"
SITE = DOCS / "_build/html"

TWO_CLAIMS = """```{code-cell}
:tags: [remove-cell]
from proof.claim import claim

claim("low", [0.25, 0.125],
      at_most=LIMIT, of="inputs")
claim("some", [1.0, 2.0], above=1, of="networks", holds_for="some")
```

First. The derivative *never* exceeds ¼{claim}`low`, and one is above 1{claim}`some`. Last.
"""

OPTION = re.compile(r"^:([\w-]+): *(.*)$", re.MULTILINE)


def directives(page, name):
    return [match for match in fences(page.read_text(encoding="utf-8")) if match["name"] == name]


def code(cell):
    return OPTIONS.sub("", cell["body"], count=1).strip("\n").splitlines()


def toctree(page):
    """Return the pages below a page, in reading order, itself first."""
    entries = [line.strip() for found in directives(page, "toctree") for line in found["body"].splitlines()]
    below = [page.parent / f"{entry}.md" for entry in entries if entry and not entry.startswith(":")]
    return [page, *(deeper for child in below for deeper in toctree(child))]


PAGES = toctree(DOCS / "index.md")


def listing(found):
    """Return the names of all that a listing of a page holds: a range is every name in it."""
    return listed_names(SOURCE, found["argument"].strip(), dict(OPTION.findall(found["body"])).get("through", ""))


LISTINGS = [(page, found) for page in PAGES for found in directives(page, "rule")]
LISTED = [(page, name) for page, found in LISTINGS for name in listing(found)]
