"""Lets the wheel and the source archive name the repository, by the variable `BOOK_REPOSITORY`; hatchling runs it."""

import os
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class PackageUrls(MetadataHookInterface):
    """Adds the addresses of the source and of the changelog, where that of the repository is known."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add them."""
        repository = os.environ.get("BOOK_REPOSITORY", "").rstrip("/")
        if repository:
            metadata["urls"] = {"Source": repository, "Changelog": f"{repository}/blob/main/CHANGELOG.md"}
