"""Adds links to other projects: their names and addresses, from the small text files in docs/inventories.

The first line of a file is the project's name and address; each line after it is a role, a name and a place. So such
links are checked and made without a network.
"""

import zlib
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from page.incremental import writing

HEADER = """\
# Sphinx inventory version 2
# Project: {name}
# Version:
# The remainder of this file is compressed using zlib.
"""


def inventory(text: str) -> tuple[str, bytes]:
    """Return the address and the inventory, in Sphinx's format, that a text file stands for."""
    (name, address), *entries = (line.split() for line in text.splitlines() if line.strip())
    lines = "".join(f"{what} {role} 1 {place} -\n" for role, what, place in entries)
    return address, HEADER.format(name=name).encode() + zlib.compress(lines.encode())


@writing()
def add(app: Sphinx, config: Config) -> None:
    """Write the inventories, and tell intersphinx where they are."""
    folder = Path(app.confdir, "_build", "inventories")
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(Path(app.confdir, "inventories").glob("*.txt")):
        target = folder / f"{source.stem}.inv"
        address, content = inventory(source.read_text(encoding="utf-8"))
        target.write_bytes(content)
        config.intersphinx_mapping[source.stem] = (address, target.relative_to(app.confdir).as_posix())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write them before intersphinx looks."""
    app.connect("config-inited", add, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
