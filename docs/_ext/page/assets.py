"""Adds the style sheets and fonts, for diagrams, text, formulas and MathML, and what runs the rules in a page.

None is kept in the repository: the fonts of the text, Temml's sheet and MicroPython come from npm, the font of the
formulas from the package `ziamath`, the rules from this one, and the rest is written here.
"""

import ast
import hashlib
import inspect
import json
import re
import shutil
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import numpy as np
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from cells.reach import digest, program, states
from literate_bp.diagram.drawing.palette import stylesheet
from literate_bp.vanishing import factor_bound
from page.characters import COMMON, RARE
from page.incremental import writing
from program import network_diagrams, several_activations, your_network
from program.edited import edited
from program.optimizers_alone import optimizers_alone
from program.pipeline_alone import pipeline_alone
from program.step_lines import lines_of_steps
from program.tape_alone import operations_alone, tape_alone

NODE_MODULES = Path(__file__).parents[3] / "node_modules"
TEXT_FONTS = NODE_MODULES / "@fontsource/stix-two-text"
STYLES = ((400, "normal"), (400, "italic"), (700, "normal"), (700, "italic"))
SCRIPTS = ("greek", "latin")
MICROPYTHON = NODE_MODULES / "@micropython/micropython-webassembly-pyscript"
ENGINE = ("micropython.mjs", "micropython.wasm")
PACKAGE = Path(__file__).parents[3] / "src/literate_bp"
RULES = (
    "node.py",
    "nodes.py",
    "activation.py",
    "cost.py",
    *(
        f"diagram/passes/{name}.py"
        for name in ("line_width", "live", "live_choice", "live_file", "live_formulas", "live_numpy", "live_paths")
    ),
)
"""What live figures run; `live/engine.js` asks for these files."""
LIVE = Path(__file__).parents[2] / "_static/live"
"""The scripts of live figures. What is served has no comments: it replaces what Sphinx copies from there."""
NETWORK = LIVE / "net"
"""The scripts of a reader's own network."""
CHECK = "diagram/passes/live_check.py"
"""What judges rules that a reader has changed; `live/edit/worker.js` asks for it."""
SHEET = tuple(f"diagram/passes/{name}.py" for name in ("live_layers", "live_rounding", "live_sheet"))
"""What finds the lines of a sheet; `live/net/build.js` asks for it."""
PLOTS = (
    *(f"diagram/passes/live_{name}.py" for name in ("descent", "optimizers", "vanishing")),
    "diagram/plots/live_pipeline.py",
)
"""What finds the numbers of plots that are moved; the files in `live/plots` ask for it."""
RECORD = ("diagram/passes/live_ufuncs.py", "diagram/plots/live_record.py")
"""What records a calculation; `live/record/figure.js` asks for it."""
DRAWING = tuple(f"diagram/passes/{name}.py" for name in ("live_instead", "live_library", "live_network"))
"""What the program that draws has in the place of what MicroPython lacks; `live/net/drawer.js` asks for it."""
STAND_IN = "stand-in.css"
TEXT = {"STIX Two Text": "swap", "STIX on Screen": "optional"}
"""The families of the text. On a screen, a font that comes late is not used on this page: lines would break elsewhere.
On paper nothing is seen to move."""
MATH = {"stix-two-math.woff2": COMMON, "stix-two-math-rare.woff2": RARE}


def font_face(
    family: str, file: str, *, weight: int = 400, style: str = "normal", only: str = "", display: str = "swap"
) -> str:
    """Write one @font-face."""
    extent = f"; unicode-range: {only}" if only else ""
    return (
        f'@font-face {{ font-family: "{family}"; src: url("fonts/{file}") format("woff2"); '
        f"font-weight: {weight}; font-style: {style}; font-display: {display}{extent} }}"
    )


def write_fonts(folder: Path) -> None:
    """Write the fonts, unless they are there: `fonts.py` says what is in them."""
    made = max(Path(__file__).with_name(f"{name}.py").stat().st_mtime for name in ("fonts", "characters", "stand_in"))
    files = [folder / name for name in (STAND_IN, *MATH)]
    if all(path.exists() and path.stat().st_mtime >= made for path in files):
        return
    from page import fonts, stand_in  # noqa: PLC0415  takes long, and is seldom needed

    for weight, style in STYLES:
        for script in SCRIPTS:
            file = f"stix-two-text-{script}-{weight}-{style}.woff2"
            fonts.text_font(TEXT_FONTS / "files" / file, folder / file)
    (folder / STAND_IN).write_text("\n".join(stand_in.faces(folder)), encoding="utf-8")
    for file, characters in MATH.items():
        fonts.math_font(folder / file, characters)


def math_faces() -> list[str]:
    """Return the @font-face rules of the formulas: a browser loads what a page has characters of."""
    return [font_face("STIX Two Math", file, only=ranges(characters)) for file, characters in MATH.items()]


def ranges(characters: Iterable[int]) -> str:
    """Write characters as a unicode-range."""
    return ", ".join(f"U+{character:X}" for character in sorted(characters))


def text_faces(family: str, display: str) -> list[str]:
    """Return the @font-face rules of the text, with the ranges that their package states."""
    rules = []
    for weight, style in STYLES:
        sheet = (TEXT_FONTS / f"{weight}{'-italic' if style == 'italic' else ''}.css").read_text(encoding="utf-8")
        for script in SCRIPTS:
            file = f"stix-two-text-{script}-{weight}-{style}.woff2"
            only = re.search(rf"{re.escape(file)}.*?unicode-range: ([^;]+);", sheet, re.DOTALL)
            extent = only[1] if only else ""
            rules.append(font_face(family, file, weight=weight, style=style, only=extent, display=display))
    return rules


def temml_css() -> str:
    """Return Temml's sheet for STIX Two without its own @font-face."""
    sheet = (NODE_MODULES / "temml/dist/Temml-STIX2.css").read_text(encoding="utf-8")
    return re.sub(r"@font-face \{.*?\}", "", sheet, flags=re.DOTALL).replace("STIX2", '"STIX Two Math"')


def copy_mystnb_css(folder: Path) -> None:
    """Copy MyST-NB's sheet: it does so itself at the end, and the pages of a first build lack its version."""
    sheet = (files("myst_nb.static") / "mystnb.css").read_bytes()
    (folder / f"mystnb.{hashlib.sha256(sheet).hexdigest()}.css").write_bytes(sheet)


def served(source: str) -> str:
    """Return a program without docstrings, comments and types of functions, which no page shows: it does the same."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [each for each in node.body if not is_text(each)] or [ast.Pass()]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
    return ast.unparse(tree) + "\n"


def served_script(source: str) -> str:
    """Return a script without comments that have lines of their own, and without indentation."""
    return re.sub(r"(?m)^\s*//.*\n|^ +", "", source)


def is_text(statement: ast.stmt) -> bool:
    """Whether a statement is a text alone."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def copy_engine(folder: Path) -> None:
    """Copy MicroPython, and the files that it runs, without what nobody reads there."""
    for name in ENGINE:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MICROPYTHON / name, folder / name)
    copy_rules(folder, (*RULES, CHECK))
    copy_scripts(folder, LIVE)


def copy_rules(folder: Path, names: Iterable[str]) -> None:
    """Copy files of the package, as they are served."""
    for name in names:
        target = folder / PACKAGE.name / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(served((PACKAGE / name).read_text(encoding="utf-8")), encoding="utf-8")


def copy_plots(folder: Path) -> None:
    """Copy what plots ask for: of files with arrays, the rules that need none."""
    copy_rules(folder, PLOTS)
    alone = {
        "vanishing": inspect.getsource(factor_bound),
        "optimizers": optimizers_alone(),
        "pipeline": pipeline_alone(),
    }
    for name, text in alone.items():
        (folder / PACKAGE.name / f"{name}.py").write_text(served(text), encoding="utf-8")
    (folder / "plots").mkdir(exist_ok=True)
    copy_scripts(folder / "plots", LIVE / "plots")


def copy_record(folder: Path) -> None:
    """Copy what a tape asks for: the package's own, for single numbers."""
    copy_rules(folder, RECORD)
    for name, text in (("operations", operations_alone()), ("tape", tape_alone())):
        (folder / PACKAGE.name / f"{name}.py").write_text(served(text), encoding="utf-8")
    (folder / "record").mkdir(exist_ok=True)
    copy_scripts(folder / "record", LIVE / "record")


def copy_scripts(folder: Path, source: Path) -> None:
    """Copy the scripts of a folder, as they are served."""
    for path in source.glob("*.js"):
        (folder / path.name).write_text(served_script(path.read_text(encoding="utf-8")), encoding="utf-8")


def write_lines(folder: Path) -> None:
    """Write what a page needs to light the lines of rules."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lines.json").write_text(lines_of_steps(), encoding="utf-8")


def write_edited(folder: Path) -> None:
    """Write what a page needs to judge rules that its reader changes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "edited.json").write_text(edited(), encoding="utf-8")


def write_network(folder: Path) -> None:
    """Write what the page of a reader's own network asks for."""
    here = folder / NETWORK.name
    here.mkdir(parents=True, exist_ok=True)
    copy_rules(folder, (*SHEET, *DRAWING))
    copy_scripts(here, NETWORK)
    known = folder.parents[1] / "network.json"  # to write it takes longer than a build that changes nothing
    state = digest(json.dumps([sys.version, np.__version__, states(program())]))
    if [state, *sorted(path.name for path in here.glob("*.json"))] == read(known):
        return
    texts = your_network.written() | several_activations.written()
    texts |= {"drawing": network_diagrams.drawing_program()}
    for name, text in texts.items():
        (here / f"{name}.json").write_text(text, encoding="utf-8")
    known.write_text(json.dumps([state, *sorted(f"{name}.json" for name in texts)]), encoding="utf-8")


def read(path: Path) -> object:
    """Return what a file of JSON says; nothing if it is not there, or broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_assets(folder: Path) -> None:
    """Write all style sheets and fonts into a folder."""
    fonts = folder / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    write_fonts(fonts)
    copy_mystnb_css(folder)
    shutil.copyfile(TEXT_FONTS / "LICENSE", fonts / "OFL.txt")
    faces = [
        *math_faces(),
        *(face for family in TEXT.items() for face in text_faces(*family)),
        (fonts / STAND_IN).read_text(encoding="utf-8"),
    ]
    (folder / "fonts.css").write_text("\n".join(faces) + "\n", encoding="utf-8")
    (folder / "temml.css").write_text(temml_css(), encoding="utf-8")
    (folder / "palette.css").write_text(stylesheet(), encoding="utf-8")
    copy_engine(folder / "live")
    write_edited(folder / "live/edit")
    write_network(folder / "live")
    write_lines(folder / "live/step")
    copy_plots(folder / "live")
    copy_record(folder / "live")


def require_all() -> None:
    """Refuse to start without a file that comes from npm."""
    sheets = [f"{weight}{'-italic' if style == 'italic' else ''}.css" for weight, style in STYLES]
    fonts = [f"files/stix-two-text-{script}-{weight}-{style}.woff2" for weight, style in STYLES for script in SCRIPTS]
    needed = [TEXT_FONTS / name for name in ("LICENSE", *sheets, *fonts)]
    needed += [NODE_MODULES / "temml" / name for name in ("package.json", "dist/temml.mjs", "dist/Temml-STIX2.css")]
    needed += [MICROPYTHON / name for name in ENGINE]
    for path in needed:
        if not path.is_file():
            sys.exit(  # Sphinx would print a traceback around an error of its own
                f"{path.relative_to(NODE_MODULES.parent)} is missing, which comes from npm; delete node_modules, and "
                "nox -s docs installs it again"
            )


@writing()
def add(app: Sphinx, config: Config) -> None:
    """Write the files, and have Sphinx copy them to its static files."""
    require_all()
    folder = Path(app.confdir, "_build", "assets")
    write_assets(folder)
    config.html_static_path.append(folder.relative_to(app.confdir).as_posix())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write the files as soon as the settings are read."""
    app.connect("config-inited", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
