"""How Sphinx builds the book. `nox -s docs` runs it."""

import gc
import json
import os
import re
import sys
from contextlib import suppress
from importlib.metadata import version as installed
from pathlib import Path
from types import ModuleType

import yaml
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"
sys.path.insert(0, str(HERE / "_ext"))

from cells.reach import digest, parts_of, state  # noqa: E402  the path is set above

for library in ("OPENBLAS", "OMP", "MKL"):  # pages run side by side: threads of one would wait for those of another
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# MyST-NB's own clients, in whose place is `page.cells`, would load SQLAlchemy and what starts kernels.
for client in ("Cache", "Direct", "Inline"):
    unused = ModuleType(f"myst_nb.core.execute.{client.lower()}")
    setattr(unused, f"NotebookClient{client}", None)
    sys.modules[unused.__name__] = unused

gc.set_threshold(100_000)  # a build makes many objects, and keeps most of them

project = "Literate Backpropagation"
author = "the authors of Literate Backpropagation"
project_copyright = f"{author}. Text and pictures: CC BY 4.0. Code: BSD-3-Clause"
release = version = installed("literate_bp")
language = "en"

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx_design",
    "sphinxcontrib.bibtex",
    "exercise.exercises",
    "page.assets",
    "page.bibliography",
    "page.cell_code",
    "page.cells",
    "page.chapter_numbers",
    "page.counts",
    "page.failures",
    "page.hidden_cells",
    "page.incremental",
    "page.inventories",
    "page.moved",
    "page.one_page",
    "page.progress",
    "page.questions",
    "page.reading",
    "page.unique_ids",
    "formula.mathml",
    "formula.notation_note",
    "formula.notations",
    "program.api",
    "program.listing",
    "program.names",
    "program.packages",
    "program.source_pages",
    "program.whole_program",
    "proof.equations",  # after `program.listing`, whose directive it extends
    "proof.all_equations",
    "proof.card",
    "proof.claims",
    "publish.accessible",
    "publish.book_index",
    "publish.breaks",
    "publish.archives",
    "publish.bundle",
    "publish.citation",
    "publish.downloads",
    "publish.drawings",
    "publish.fewer_elements",
    "publish.hosting",
    "publish.letters",
    "publish.links",
    "publish.llms",
    "publish.markdown",
    "publish.metadata",
    "publish.missing",
    "publish.notebook",
    "publish.offline",
    "publish.plots",
    "publish.plain_tokens",
    "publish.policy",
    "publish.preview",
    "publish.search",
    "publish.site_files",
]
exclude_patterns = ["_build", "_ext", "_static", "_templates", "inventories"]
nitpicky = True

# Pages, and their cells. A cell that raises fails the build.
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "smartquotes",
]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300  # seconds for one cell: many times what any takes, for a machine that is busy
nb_execution_show_tb = True
nb_output_stderr = "error"  # what a cell warns of is read by its author, not by its readers
suppress_warnings = ["myst-nb.lexer"]  # cells that did not run, because one failed, have no language
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
nb_render_markdown_format = "myst"


LOCK = HERE.parent / "locks/docs.txt"
KNOWN = HERE / "_build/fingerprints.json"


def versions() -> str:
    """Return a name for the state of Python, and of all packages that the book is built with."""
    needed = sorted(re.findall(r"^[\w.-]+(?===)", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    # The names of folders say it, too: to read what is in each takes longer.
    found = (each.stem.rpartition("-") for folder in sys.path for each in Path(folder).glob("*.dist-info"))
    present = {re.sub("[-_.]+", "-", name).lower(): version for name, _, version in found}
    return digest("\n".join([sys.version, *(f"{name} {present.get(name, 'none')}" for name in needed)]))


def fingerprint(*files: Path) -> str:
    """Return a name for the state of files: of Python for what it does, so that a comment changes nothing."""
    known = json.loads(KNOWN.read_text(encoding="utf-8")) if KNOWN.exists() else {}
    found = {}  # by the content of each file: to parse all takes longer than a build that changes nothing
    for path in sorted(files):
        content = f"{sys.version_info} {state(path)}"
        found[path] = content, known.get(content) or digest(repr(parts_of(path.read_bytes())))
    if not {content for content, _ in found.values()} <= known.keys():
        with suppress(OSError):  # `page.incremental` says that nothing can be written here
            KNOWN.parent.mkdir(exist_ok=True)
            aside = KNOWN.with_suffix(".tmp")
            aside.write_text(json.dumps(dict(found.values())), encoding="utf-8")
            aside.replace(KNOWN)
    return digest(repr([(path.relative_to(HERE.parent).as_posix(), name) for path, (_, name) in found.items()]))


cell_versions = versions()
# A changed setting makes Sphinx read every page again: no page keeps a mark that an older extension gave.
PACKAGE = [path for kind in ("*.py", "*.toml", "*.tsv") for path in SOURCE.rglob(kind)]
EXTENSIONS = [path for kind in ("*.py", "*.mjs", "*.js") for path in (HERE / "_ext").rglob(kind)]
built_with = fingerprint(*PACKAGE, *EXTENSIONS, *HERE.glob("inventories/*.txt"), HERE.parent / "package-lock.json")

rule_source = str(SOURCE)
moved = {
    "09-check-and-train": ("09-check", "10-train"),
    "10-vanishing": ("11-vanishing", "12-cures"),
    "11-initialization": ("13-initialization",),
    "12-memory": ("14-memory", "15-checkpointing"),
    "13-sixteen-bits": ("16-sixteen-bits", "17-loss-scaling"),
    "reference/api": ("reference/api/index",),
    "reference/refusals": ("reference/api/errors",),
    "writing/a-rule-writes-itself": ("made/formula",),
    "writing/a-sheet-of-paper": ("made/worked",),
    "writing/formulas-as-trees": ("made/formula",),
    "writing/notations": ("made/formula",),
    "writing/steps-that-are-evaluated": ("made/proof",),
    "writing/the-numbers-put-in": ("made/worked",),
    "writing/what-is-proved": ("made/proof",),
}

# Formulas: rendered to MathML while building, in every notation.
html_math_renderer = "temml"
math_number_all = False
math_eqref_format = "({number})"
numfig = True  # with a numbered toctree: formula (3.2) is the second of chapter 3, wherever it is cited
numfig_secnum_depth = 1
numfig_format = {"figure": "Figure %s"}
math_numfig = True

# Names in prose and docstrings lead to their entries; the inventories are small, and kept in this folder.
default_role = "code"
add_module_names = False  # the heading of a page of the API has the module
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True  # np.float64, not <class 'numpy.float64'>
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
intersphinx_disabled_reftypes = ["std:doc"]

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "author_year"

# Where it is published: the addresses of the site and of its repository. If one is not set, no page has it.
html_baseurl = os.environ.get("BOOK_ADDRESS", "").rstrip("/")
html_baseurl += "/" if html_baseurl else ""
citation_text = (HERE.parent / "CITATION.cff").read_text(encoding="utf-8")
citation = yaml.safe_load(citation_text)
repository = os.environ.get("BOOK_REPOSITORY", "").rstrip("/")

# The look. Nothing is asked of any other host.
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
made = ["palette.css", "fonts.css", "temml.css"]  # by _ext/page/assets.py
html_css_files = [*made, "book.css", "exercises.css", "edit.css", "print.css"]
scripts = ("book.js", "copy.js", "live.js", "edit.js", "offline.js", "progress.js", "exercises.js")
html_js_files = [(name, {"defer": "defer"}) for name in scripts]
html_favicon = "_static/favicon.svg"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # fetches pages, which a page that was opened from a disk may not
html_last_updated_fmt = None
html_theme_options = {"navigation_with_keys": False, "top_of_page_buttons": []}
templates_path = ["_templates"]
template_bridge = "publish.templates.Templates"
pygments_style = "a11y-light"
pygments_dark_style = "a11y-dark"

linkcheck_timeout = 20
linkcheck_retries = 2


def keep_bars(_app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]) -> None:
    """Let a docstring say |z|, which reStructuredText would take for a substitution."""
    lines[:] = [line.replace("|", r"\|") for line in lines]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the setting of what a build depends on, and say that pages may be read and written in parallel."""
    app.add_config_value("built_with", "", "env", types=frozenset({str}))
    app.connect("autodoc-process-docstring", keep_bars, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
