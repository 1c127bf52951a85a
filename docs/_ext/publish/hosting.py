"""Adds the directive `hosting`: what a host is told about the site, in the words of one kind of host.

All of it is made of the table of `publish.headers`. A build writes the words for hosts that read them in the site
itself: `_headers`, and `.nojekyll`, which has GitHub leave folders alone whose names begin with an underscore.
"""

import re
from pathlib import Path
from textwrap import dedent, indent

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from literate_bp.validation import one_of
from publish.headers import ASK_AGAIN, COMPRESSED, FOREVER, HEADERS, KINDS, NAMED_BY_CONTENT, OTHER
from publish.site_files import keep

README = Path(__file__).parents[3] / "README.md"
BUILD = re.compile(r"^(python -m pip install .*nox -s docs)$", re.MULTILINE)
"""The line of the README that builds the book."""
CHARSET = "; charset=utf-8"
PATH = "book"
"""Where the recipes put the site."""


def pattern() -> str:
    """Return the addresses of the files that are named by their contents as a regular expression."""
    return "|".join(re.escape(each).replace(r"\*", "[^/]+") for each in NAMED_BY_CONTENT)


def compressible() -> list[str]:
    """Return the types that a host should compress."""
    return sorted({kind.removesuffix(CHARSET) for ending, kind in KINDS.items() if ending not in COMPRESSED})


def headers_file() -> str:
    """Write the file `_headers`; these hosts ask again for everything by themselves."""
    rules = {"/*": HEADERS} | {f"/{each}": {"Cache-Control": FOREVER} for each in NAMED_BY_CONTENT}
    lines = ((address, *(f"  {name}: {value}" for name, value in said.items())) for address, said in rules.items())
    return "".join(f"{line}\n" for rule in lines for line in rule)


def nginx() -> str:
    """Write a part of the settings of nginx."""
    types = "\n".join(f"{kind.removesuffix(CHARSET)} {ending[1:]};" for ending, kind in KINDS.items())
    charset = sorted({kind.removesuffix(CHARSET) for kind in KINDS.values() if CHARSET in kind} - {"text/html"})
    packed = sorted({*compressible()} - {"text/html"})
    said = "\n".join(f'add_header {name} "{value}" always;' for name, value in HEADERS.items())
    return f"""\
map $uri $kept {{
    default "{ASK_AGAIN}";
    "~^/{PATH}/(?:{pattern()})$" "{FOREVER}";
}}

server {{
    listen 80;
    location /{PATH}/ {{
        alias /srv/{PATH}/;  # a copy of docs/_build/html
        index index.html;
        error_page 404 /{PATH}/404.html;
        add_header Cache-Control $kept always;
{indent(said, " " * 8)}
        types {{
{indent(types, " " * 12)}
        }}
        default_type {OTHER};
        charset utf-8;
        charset_types {" ".join(charset)};
        gzip on;
        gzip_types {" ".join(packed)};
    }}
}}
"""


def apache() -> str:
    """Write a file `.htaccess` for Apache, which stands in the folder itself."""
    types = "\n".join(f"AddType '{kind}' {ending}" for ending, kind in KINDS.items())
    said = "\n".join(f'Header always set {name} "{value}"' for name, value in HEADERS.items())
    return f"""\
ErrorDocument 404 /{PATH}/404.html
{types}
SetEnvIf Request_URI "/(?:{pattern()})$" named_by_content
{said}
Header set Cache-Control "{ASK_AGAIN}" env=!named_by_content
Header set Cache-Control "{FOREVER}" env=named_by_content
AddOutputFilterByType DEFLATE {" ".join(compressible())}
"""


def workflow() -> str:
    """Write a workflow that builds the book and publishes it on GitHub Pages."""
    build = BUILD.search(README.read_text(encoding="utf-8"))
    owner, name = "${{ github.repository_owner }}", "${{ github.event.repository.name }}"
    return dedent(f"""\
        name: pages
        on:
          push:
            branches: [main]
        permissions:
          contents: read
          pages: write
          id-token: write
        jobs:
          publish:
            runs-on: ubuntu-latest
            environment:
              name: github-pages
            steps:
              - uses: actions/checkout@v4
              - uses: actions/setup-python@v5
                with:
                  python-version: "3.13"
              - run: {build[1]}
                env:
                  BOOK_ADDRESS: https://{owner}.github.io/{name}/
                  BOOK_REPOSITORY: ${{{{ github.server_url }}}}/${{{{ github.repository }}}}
              - uses: actions/upload-pages-artifact@v3
                with:
                  path: docs/_build/html
              - uses: actions/deploy-pages@v4
        """)


WRITTEN = {
    "apache": (apache, "apache"),
    "github": (workflow, "yaml"),
    "headers": (headers_file, "text"),
    "nginx": (nginx, "nginx"),
}
"""What is written for each kind of host, and the language that it is in."""


class Hosting(SphinxDirective):
    """What one kind of host is told."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write it; a name that is no host is an error at its place."""
        self.env.note_dependency(README)
        try:
            write, language = WRITTEN[one_of("kind of host", self.arguments[0], WRITTEN)]
        except ValueError as error:
            raise self.error(str(error)) from error
        text = write()
        return [nodes.literal_block(text, text, language=language)]


def write(app: Sphinx, error: Exception | None) -> None:
    """Write what hosts read in the site itself, at the end of a build of the whole site."""
    if error or app.builder.format != "html" or app.config.one_page:
        return
    keep(Path(app.outdir, "_headers"), headers_file())
    if not (mark := Path(app.outdir, ".nojekyll")).exists():
        mark.touch()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, and write the files."""
    app.add_directive("hosting", Hosting)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
