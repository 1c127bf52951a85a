"""Run the cells of the book with other random numbers: no sentence may rest on the seeds that its page happens to use.

python tools/other_seeds.py [--add 1000] [PAGE ...] adds a number to every seed of `numpy.random.default_rng`, runs the
cells of pages such as docs/11-vanishing.md, or of all, and prints how long they took, each cell that fails and each
claim that does not hold. It exits with 1 if there is one. `--add 0` runs the book as it is.
"""

import argparse
import os
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from time import process_time

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader
from myst_parser.config.main import MdParserConfig

HERE = Path(__file__).parents[1]
DOCS = HERE / "docs"


def cells(page: Path) -> list[tuple[str, bool]]:
    """Return the code of a page's cells, and of each whether it is there to raise."""
    text = page.read_text(encoding="utf-8")
    reader = create_nb_reader(str(page), MdParserConfig(enable_extensions={"colon_fence"}), NbParserConfig(), text)
    of_page = reader.read(text).cells if reader else []
    raising = "raises-exception"
    return [(cell.source, raising in cell.metadata.get("tags", ())) for cell in of_page if cell.cell_type == "code"]


def shift_seeds(add: int) -> None:
    """Let NumPy take another seed for each whole one that it is given."""
    original = np.random.default_rng

    def default_rng(seed: object = None) -> np.random.Generator:
        return original(seed + add if isinstance(seed, int | np.integer) else seed)

    np.random.default_rng = default_rng


def failures(page: Path) -> list[str]:
    """Run the cells of a page; return the claims that do not hold, and the cell that raised, if one did."""
    sys.path.insert(0, str(DOCS / "_ext"))
    from proof import claim  # noqa: PLC0415  found in the folder of the line above

    claims: list[claim.Claim] = []
    claim.publish = claims.append
    shell = InteractiveShell.instance(colors="nocolor")
    os.chdir(page.parent)
    found = []
    for number, (code, raises) in enumerate(cells(page), 1):
        said = StringIO()
        with redirect_stdout(said):
            result = shell.run_cell(code, silent=False)
        error = result.error_before_exec or result.error_in_exec
        if error is not None and not raises:
            first = "\n    ".join(code.splitlines()[:4])
            found.append(f"cell {number}: {type(error).__name__}: {error}\n    {first}")
            if not isinstance(error, AssertionError):
                break
    return found + [
        f"claim {each.name!r}: {each.run}; worst case {each.worst}, margin {each.margin}"
        for each in claims
        if not each.holds
    ]


def main() -> int:
    """Run each page in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--add", type=int, default=1000, help="what is added to every seed")
    parser.add_argument("pages", nargs="*", type=Path, help="pages of the book; all, if none is given")
    options = parser.parse_args()
    pages = [page.resolve() for page in options.pages]
    if len(pages) == 1:
        shift_seeds(options.add)
        found = failures(pages[0])
        lines = [f"{process_time():.1f} s of the processor", *found]
        print(*(f"{pages[0].relative_to(DOCS)}: {each}" for each in lines), sep="\n")
        return bool(found)
    pages = pages or [page for page in sorted(DOCS.rglob("*.md")) if "_build" not in page.parts]
    alone = [sys.executable, __file__, "--add", str(options.add)]
    return max(subprocess.run([*alone, str(page)], check=False).returncode for page in pages)  # noqa: S603  our own


if __name__ == "__main__":
    sys.exit(main())
