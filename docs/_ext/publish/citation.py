"""Adds the directive `how-to-cite`: the reference to this book in words, for BibTeX, and as CITATION.cff has it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

PAGE = "reference/how-to-cite"
KEY = "literate_backpropagation"


def authors(citation: Mapping[str, Any]) -> list[str]:
    """Return the names of the authors: of persons, or of a group."""
    parts = ("given-names", "name-particle", "family-names", "name-suffix")
    return [each.get("name") or " ".join(each[part] for part in parts if part in each) for each in citation["authors"]]


def released(citation: Mapping[str, Any]) -> str:
    """Return the day of release, 2026-11-29, or nothing before the first one."""
    return str(citation.get("date-released", ""))


def in_words(citation: Mapping[str, Any], address: str) -> str:
    """Write the reference as a sentence."""
    year = f" ({released(citation)[:4]})" if released(citation) else ""
    return (
        f"{', '.join(authors(citation))}{year}. {citation['title']}, version {citation['version']}. {address}".rstrip()
    )


def to_add(citation: Mapping[str, Any], address: str) -> str:
    """Say what a reference to this copy needs beside what is known: an address, and a day if no release has one."""
    if released(citation):
        return "" if address else "Add the address where you read it."
    asked = "the day when you read it" if address else "the address where you read it and the day when you did"
    return f"Add {asked}. Version {citation['version']} has no date of release yet."


def fields(citation: Mapping[str, Any], address: str) -> Iterator[tuple[str, str]]:
    """Yield the fields of the entry for BibTeX; a group is one name."""
    groups = [name if "family-names" in each else f"{{{name}}}" for each, name in named(citation)]
    yield "title", f"{{{citation['title']}}}"
    yield "author", " and ".join(groups)
    if released(citation):
        yield "year", released(citation)[:4]
    yield "version", str(citation["version"])
    if address:
        yield "url", address


def named(citation: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, str], str]]:
    """Yield each author with the name."""
    yield from zip(citation["authors"], authors(citation), strict=True)


def bibtex(citation: Mapping[str, Any], address: str) -> str:
    """Write the entry for BibTeX."""
    lines = (f"  {name:7} = {{{value}}}," for name, value in fields(citation, address))
    return "\n".join([f"@software{{{KEY},", *lines, "}"])


def as_file(text: str, repository: str) -> str:
    """Return the file as it is, with the address of the repository, which it lacks, if that is known."""
    line = f"repository-code: {repository}\n" if repository else ""
    return re.sub(r"^(?=license:)", line, text, count=1, flags=re.MULTILINE).rstrip()


class HowToCite(SphinxDirective):
    """The reference in three forms."""

    def run(self) -> list[nodes.Node]:
        """Write it."""
        address = self.config.html_baseurl or self.config.repository
        entry = bibtex(self.config.citation, address)
        add = to_add(self.config.citation, address)
        text = as_file(self.config.citation_text, self.config.repository)
        return [
            nodes.paragraph("", "In words:"),
            nodes.block_quote("", nodes.paragraph("", in_words(self.config.citation, address))),
            *([nodes.paragraph("", add)] if add else []),
            nodes.paragraph("", "For BibTeX:"),
            nodes.literal_block(entry, entry, language="bibtex"),
            nodes.paragraph("", "For programs, in the Citation File Format:"),
            nodes.literal_block(text, text, language="yaml"),
        ]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, and the settings: CITATION.cff, read and as text."""
    app.add_config_value("citation", {}, "env", types=frozenset({dict}))
    app.add_config_value("citation_text", "", "env", types=frozenset({str}))
    app.add_directive("how-to-cite", HowToCite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
