"""What is handed out: the wheel and the sdist, and the locks that the sessions install from."""

import email
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import literate_bp
from literate_bp import example
from literate_bp.diagram import network_backward

HERE = Path(__file__).parents[1]
LOCKS = sorted(HERE.glob("locks/*.txt"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=HERE, check=True, capture_output=True, timeout=120)
    return folder


def test_the_wheel_holds_the_package_and_its_licenses_and_nothing_else(built):
    names = zipfile.ZipFile(next(built.glob("*.whl"))).namelist()
    held = [p for kind in ("*.py", "*.toml", "*.tsv") for p in (HERE / "src").rglob(kind) if p.name != "ruff.toml"]
    files = {p.relative_to(HERE / "src").as_posix() for p in held}
    assert files | {"literate_bp/py.typed"} == {name for name in names if name.startswith("literate_bp/")}
    beside = {name.partition("/")[2] for name in names if not name.startswith("literate_bp/")}
    assert beside == {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}


def test_the_package_itself_needs_numpy_alone(built):
    wheel = zipfile.ZipFile(next(built.glob("*.whl")))
    metadata = email.message_from_bytes(wheel.read(next(n for n in wheel.namelist() if n.endswith("METADATA"))))
    needed = {line.split(";")[0].strip(): "extra ==" in line for line in metadata.get_all("Requires-Dist")}
    assert [re.match(r"[\w-]+", name)[0] for name, extra in needed.items() if not extra] == ["numpy"]
    assert set(metadata.get_all("Provides-Extra")) == {"diagram", "distributed", "progress"}


def test_the_sdist_holds_what_builds_the_book(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"noxfile.py", "package-lock.json", "docs/conf.py", "docs/index.md", "locks/docs.txt", "README.md"} <= names
    assert not [name for name in names if name.startswith(("docs/_build", "node_modules"))]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_names_versions_and_hashes_and_no_place(lock):
    lines = lock.read_text(encoding="utf-8").splitlines()
    assert lines
    entry = re.compile(r"[\w.-]+==[\w.+!-]+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert not [line for line in lines if not entry.fullmatch(line)]


def test_the_lock_of_npm_names_no_place():
    assert "resolved" not in (HERE / "package-lock.json").read_text(encoding="utf-8")


README = (HERE / "README.md").read_text(encoding="utf-8")


def test_the_readme_starts_with_the_two_commands():
    shell = re.search(r"```sh\n(.*?)```", README, re.DOTALL)[1].splitlines()
    assert shell == ['python -m pip install "nox[uv]" && python -m nox -s docs', "python -m nox -s tests"]


def test_the_examples_of_the_readme_print_what_it_says(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", README, re.DOTALL)
    assert len(blocks) >= 3
    names = {}
    for program, printed in blocks:
        exec(program, names)  # noqa: S102  the README's own example
        assert capsys.readouterr().out == printed
    assert (tmp_path / "errors.svg").stat().st_size > 0


def test_the_commands_of_the_readme_make_what_they_name(tmp_path):
    shell = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)[1]
    for line in shell.splitlines():
        command, _, target = line.removeprefix("python ").partition(" > ")
        result = subprocess.run([sys.executable, *command.split()], cwd=tmp_path, capture_output=True, check=True)
        if target:
            (tmp_path / target).write_bytes(result.stdout)
    assert (tmp_path / "sheet.html").read_text() != (tmp_path / "solutions.html").read_text()
    assert len(list((tmp_path / "figures").iterdir())) == 5


def test_the_picture_of_the_readme_is_the_one_that_the_package_draws(tmp_path):
    network_backward(*example.running(), values="both").save(tmp_path / "readme.svg")
    drawn = (tmp_path / "readme.svg").read_bytes()
    assert (HERE / "docs/readme.svg").read_bytes() == drawn, "draw docs/readme.svg again, as this test does"


@pytest.mark.parametrize("repository", ["", "https://code.invalid/book/"])
def test_what_is_handed_out_names_the_repository_where_it_is_known_and_no_other(tmp_path, repository):
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)]
    known = {**os.environ, "BOOK_REPOSITORY": repository}
    subprocess.run(command, cwd=HERE, env=known, check=True, capture_output=True, timeout=120)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as sdist:
        said = [sdist.extractfile(name).read() for name in sdist.getnames() if name.endswith("/PKG-INFO")]
    wheel = zipfile.ZipFile(next(tmp_path.glob("*.whl")))
    said += [wheel.read(name) for name in wheel.namelist() if name.endswith("/METADATA")]
    urls = [email.message_from_bytes(text).get_all("Project-URL", []) for text in said]
    source = "https://code.invalid/book"
    named = [f"Source, {source}", f"Changelog, {source}/blob/main/CHANGELOG.md"] if repository else []
    assert [sorted(each) for each in urls] == [sorted(named)] * 2


def test_no_file_about_the_project_has_an_address_of_it_that_is_made_up():
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CITATION.cff", "pyproject.toml"):
        text = (HERE / name).read_text(encoding="utf-8")
        assert not re.findall(r"https?://\S*(?:example\.|literate)\S*", text), name


def test_one_version_stands_everywhere():
    cited = re.search(r"^version: (.*)$", (HERE / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)[1]
    changes = re.findall(r"^## (.*)$", (HERE / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    released = next(heading for heading in changes if heading != "Unreleased")
    assert cited == released.split()[0] == literate_bp.__version__


def test_the_oldest_versions_are_those_that_are_promised():
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = [
        *project["dependencies"],
        *(need for extra in project["optional-dependencies"].values() for need in extra),
    ]
    lock = (HERE / "locks/oldest.txt").read_text(encoding="utf-8")
    for need in promised:
        name, least = need.split(">=")
        lowest = re.search(rf"^{name}==([\d.]+)", lock, re.MULTILINE)[1]
        assert lowest.startswith(least), f"{name} {lowest} stands in locks/oldest.txt; {need} is promised"


def test_every_workflow_calls_the_tasks_of_the_noxfile():
    sessions = set(re.findall(r"^def (\w+)\(session", (HERE / "noxfile.py").read_text(encoding="utf-8"), re.MULTILINE))
    called = set()
    for path in HERE.glob(".github/workflows/*.yml"):
        called |= set(re.findall(r"nox -s (\w+)", path.read_text(encoding="utf-8")))
    assert called
    assert called <= sessions


@pytest.mark.exhaustive
def test_a_copy_in_another_folder_time_zone_and_locale_builds_the_same_bytes(built, tmp_path):
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python 3.11.4 and newer
        sdist.extractall(tmp_path / "some where else", **safely)  # noqa: S202 — we have made it
    (copy,) = (tmp_path / "some where else").iterdir()
    for path in copy.rglob("*"):
        path.chmod(path.stat().st_mode & ~0o077)
        os.utime(path, (0, 86_400))
    for kind in ("sdist", "wheel"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(tmp_path)]
        other = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
        subprocess.run(command, cwd=copy, check=True, capture_output=True, timeout=120, env=os.environ | other)
    for one in built.iterdir():
        assert (tmp_path / one.name).read_bytes() == one.read_bytes(), one.name


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    target = tmp_path_factory.mktemp("sbom") / "new" / "literate_bp.cdx.json"
    subprocess.run(
        [sys.executable, "tools/sbom.py", str(target)], cwd=HERE, check=True, capture_output=True, timeout=60
    )
    return json.loads(target.read_text(encoding="utf-8"))


def test_the_bill_of_materials_names_everything_in_the_locks_with_all_its_hashes(bill):
    found = {each["purl"]: each for each in bill["components"]}
    assert len(found) == len(bill["components"])
    for lock in LOCKS:
        text = lock.read_text(encoding="utf-8")
        for entry in re.split(r"\n(?=[\w.-]+==)", text):
            name, version = re.match(r"([\w.-]+)==([^ ;]+)", entry).groups()
            component = found[f"pkg:pypi/{name}@{version}"]
            assert lock.stem in {each["name"].rpartition(":")[2] for each in component["properties"]}
            assert set(re.findall(r"sha256:([0-9a-f]{64})", entry)) <= {each["content"] for each in component["hashes"]}
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    npm = {(each["name"], each["version"]) for each in found.values() if each["purl"].startswith("pkg:npm/")}
    assert npm == {  # two versions of one package may stand in different folders
        (folder.rpartition("node_modules/")[2], package["version"]) for folder, package in packages.items() if folder
    }


def test_the_bill_of_materials_is_cyclonedx_and_requires_numpy_alone(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert bill["metadata"]["component"]["version"] == literate_bp.__version__
    assert {each["name"] for each in bill["components"] if each["scope"] == "required"} == {"numpy"}
    optional = {each["name"] for each in bill["components"] if each["scope"] == "optional"}
    assert optional == {"distributed", "matplotlib", "tqdm"}
    (tree,) = bill["dependencies"]
    assert all(ref.startswith("pkg:pypi/numpy@") for ref in tree["dependsOn"])
    known = {each["bom-ref"] for each in bill["components"]}
    assert set(tree["dependsOn"]) <= known
    lengths = {"SHA-256": 64, "SHA-512": 128}
    for each in bill["components"]:
        assert each["hashes"]
        assert all(len(one["content"]) == lengths[one["alg"]] for one in each["hashes"])
