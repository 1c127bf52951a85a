"""Packs the whole site into one file, to be read without a network."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MOMENT = (2020, 2, 2, 0, 0, 0)
"""When all files of an archive were made, so that the same files have the same bytes."""
PACKED = {".gz", ".png", ".whl", ".woff2"}


def add(archive: ZipFile, name: str, content: bytes, *, stored: bool = False) -> None:
    """Add a file to an archive; one that is packed already is stored as it is."""
    entry = ZipInfo(name, MOMENT)
    entry.compress_type = ZIP_STORED if stored or Path(name).suffix in PACKED else ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, compresslevel=9)


def write(site: Path, target: Path) -> None:
    """Pack the files of a site: pages, and the package, which they offer; what is made of pages is not there yet."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    with ZipFile(target, "w") as archive:
        for path in files:
            add(archive, f"{target.stem}/{path.relative_to(site).as_posix()}", path.read_bytes())
