"""The program among other programs: its files are whole, its streams are clean, and it ends in at most one line."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from literate_bp.command_line.terminal import printable

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
PLAIN = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
PROBLEM = "inputs = [0.1, 0.3]\ntargets = [1.0]\n[[layer]]\nweights = [[0.4], [-0.2]]\n[[layer]]\nweights = [[0.1]]\n"
posix = pytest.mark.skipif(os.name != "posix", reason="needs signals")


def test_it_writes_utf_8_whatever_the_terminal_was_told(path, started, tmp_path):
    done = started("explain", path, env=os.environ | PLAIN)
    assert done.returncode == 0, done.stderr
    assert "z¹₁" in done.stdout.decode("utf-8")
    refused = started("explain", "δ.toml", env=os.environ | PLAIN)
    assert refused.stderr.decode("utf-8").startswith("python -m literate_bp: δ.toml: no such file or directory")
    drawn = started("diagram", path, "--out", tmp_path / "η", env=os.environ | PLAIN)
    assert drawn.stdout.decode("utf-8").splitlines()[0] == str(tmp_path / "η" / "1-node-forward.svg")


def test_an_error_in_a_shell_has_exit_code_2(started, tmp_path):
    done = started("explain", "nowhere.toml", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


def test_the_console_script_goes_by_its_own_name(path, monkeypatch, capsys):
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    module, _, function = project["scripts"]["literate-bp"].partition(":")
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # this process still listens to Ctrl-C
    monkeypatch.setattr(sys, "argv", ["literate-bp", "explain", str(path)])
    assert getattr(import_module(module), function)() == 0
    assert "A 2-1-1 network" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["literate-bp", "explain"])
    assert getattr(import_module(module), function)() == 2
    assert capsys.readouterr().err.startswith("literate-bp: the following arguments are required: problem; literate-bp")


# --- control characters -----------------------------------------------------

RED = "\x1b[31m"
STEERING = {
    "a command": [f"{RED}x"],
    "a file that is not there": ["explain", f"{RED}x.toml"],
    "a notation": ["explain", "problem.toml", "--notation", f"{RED}x"],
    "a bell": ["explain", "problem.toml", "--digits", "3\x07"],
    "eight bits": ["explain", "problem.toml", b"--\x9b31mx"],
    "right to left": ["explain", "\u202ex.toml"],
    "a key": ["explain", "key.toml"],
    "a word of a file": ["explain", "word.toml"],
    "a file that is drawn to": ["diagram", "problem.toml", "--out", f"{RED}x"],
}


@posix
@pytest.mark.parametrize("name", STEERING)
def test_no_control_character_reaches_the_terminal(name, path, tmp_path):
    (tmp_path / "key.toml").write_text('"\\u001b[31mRED\\u009b" = 1\n', encoding="utf-8")
    (tmp_path / "word.toml").write_text('rate = 0.5 \x9b\n"', encoding="utf-8")
    command = [sys.executable, "-m", "literate_bp", *STEERING[name]]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    for text in (done.stdout.decode("utf-8"), done.stderr.decode("utf-8")):
        assert all(line.isprintable() for line in text.split("\n"))
    assert path.exists()


def test_steering_characters_are_escaped_and_letters_are_not():
    text = "δ\u0301 ½ \x1b[0m\x07\x7f\x9b\u202e\u2066\udc9b"
    assert printable(text) == "δ\u0301 ½ " + r"\x1b[0m\x07\x7f\x9b\u202e\u2066\x9b"


# --- how it ends ------------------------------------------------------------


@posix
def test_who_stops_reading_hears_nothing(path):
    command = [sys.executable, "-m", "literate_bp", "explain", str(path), "--format", "html"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        complained = process.stderr.read()
        assert process.wait(60) == 128 + signal.SIGPIPE
    assert complained == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_one_line(path):
    command = [sys.executable, "-m", "literate_bp", "explain", str(path)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    said = b"python -m literate_bp: standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, said)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_an_error_that_nobody_can_read_has_its_exit_code(tmp_path):
    command = [sys.executable, "-m", "literate_bp", "explain", "nowhere.toml"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, timeout=60, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")


@posix
@pytest.mark.parametrize(("stream", "code"), [("<", 2), (">", 0), ("2>", 0), (">&- 2>&- <", 2)])
def test_a_closed_stream_is_as_good_as_an_empty_one(path, stream, code):
    source = "-" if "<" in stream else path
    command = f'"{sys.executable}" -m literate_bp explain {source} {stream}&-'
    done = subprocess.run(command, shell=True, capture_output=True, timeout=60, check=False)  # noqa: S602 — our own
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


LOADED = """
import sys
import literate_bp.command_line.main
from literate_bp.__main__ import start
print("loaded", flush=True)
sys.exit(start("python -m literate_bp"))
"""


def running(*arguments, **options):
    """Start the program, and wait until everything is loaded."""
    command = [sys.executable, "-c", LOADED, *map(str, arguments)]
    if os.name == "posix":  # whoever runs the tests in the background may have told them to ignore Ctrl-C
        options["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    assert process.stdout.readline() == b"loaded\n"
    return process


def wait_until_it_waits(process):
    """Wait until a program has used no processor for half a second: it has started, and reads its input."""
    used, stat = None, Path(f"/proc/{process.pid}/stat")
    for _ in range(120):
        time.sleep(0.5)
        now = stat.read_text().rpartition(")")[2].split()[11:13] if stat.exists() else used
        if now == used:
            return
        used = now


@posix
def test_ctrl_c_ends_it_in_one_line():
    with running("explain", "-", stdin=subprocess.PIPE) as process:
        wait_until_it_waits(process)
        process.send_signal(signal.SIGINT)
        printed, complained = process.communicate(timeout=60)
    assert (process.returncode, printed, complained) == (130, b"", b"python -m literate_bp: interrupted\n")


@posix
@pytest.mark.parametrize("moment", range(5))
def test_ctrl_c_while_it_works_leaves_whole_files_and_nothing_else(tmp_path, moment):
    with running("new", "--sizes", 2, 2, "--seeds", "1-9", "--out", tmp_path / "class") as process:
        time.sleep(0.01 + 0.07 * moment)
        process.send_signal(signal.SIGINT)
        _, complained = process.communicate(timeout=60)
    assert (process.returncode, complained) in [(130, b"python -m literate_bp: interrupted\n"), (0, b"")]
    assert not list(tmp_path.rglob(".*"))


LOADING = """
import os, signal
try:
    os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt:
    raise ImportError("as NumPy says where C asks for a module")
"""


def interrupted_while_it_loads(folder, told):
    (folder / "numpy.py").write_text(LOADING, encoding="utf-8")
    found = os.pathsep.join([str(folder), str(Path(__file__).parents[2] / "src")])
    start = {"env": os.environ | {"PYTHONPATH": found}, "preexec_fn": lambda: signal.signal(signal.SIGINT, told)}
    command = [sys.executable, "-m", "literate_bp", "--version"]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **start)


@posix
def test_ctrl_c_while_numpy_is_loaded_ends_it_in_one_line(tmp_path):
    done = interrupted_while_it_loads(tmp_path, signal.default_int_handler)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"python -m literate_bp: interrupted\n")


@posix
def test_a_program_that_is_told_to_ignore_ctrl_c_goes_on_loading(tmp_path):
    done = interrupted_while_it_loads(tmp_path, signal.SIG_IGN)
    assert b"interrupted" not in done.stderr
    assert b"ModuleNotFoundError: No module named 'numpy.typing'" in done.stderr  # which the one above has not


ENDING = """
import atexit
import os
import signal
import sys
from literate_bp.__main__ import start

class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)

last = Last()  # Python deletes it when it has put the system's own handling of Ctrl-C back
atexit.register(os.kill, os.getpid(), signal.SIGINT)
sys.exit(start("python -m literate_bp"))
"""


@posix
@pytest.mark.parametrize(
    ("arguments", "code"), [(["explain", "problem.toml"], 0), (["--help"], 0), (["explain", "nowhere.toml"], 2)]
)
def test_ctrl_c_while_python_ends_changes_nothing(arguments, code, path):
    def run(script):
        command = [sys.executable, "-c", script, *arguments]
        return subprocess.run(command, capture_output=True, timeout=60, check=False, cwd=path.parent)

    disturbed, left_alone = run(ENDING), run(LOADED)
    assert disturbed.returncode == left_alone.returncode == code
    assert disturbed.stdout == left_alone.stdout.removeprefix(b"loaded\n")
    assert disturbed.stderr == left_alone.stderr


# --- files ------------------------------------------------------------------

WRITING = """
import os
import sys
from literate_bp.command_line.main import main

def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], str | os.PathLike) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        print(os.path.basename(arguments[0]), file=sys.stderr)
    if event.startswith("socket."):
        print(event, "needs a network", file=sys.stderr)

sys.addaudithook(hook)
sys.exit(main(sys.argv[1:]))
"""
WRITERS = {
    "explain": ["explain", "problem.toml", "--out", "sheet.html"],
    "diagram": ["diagram", "problem.toml", "--out", "figures", "--format", "png"],
    "one": ["new", "--sizes", "2", "2", "--out", "fresh.toml"],
    "class": ["new", "--sizes", "2", "2", "--seeds", "1-2", "--out", "class"],
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_file_is_written_aside(name, path, tmp_path):
    command = [sys.executable, "-c", WRITING, *WRITERS[name]]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, timeout=60, check=True)
    opened = [line for line in done.stderr.splitlines() if line != os.devnull]
    assert len(opened) == len(done.stdout.splitlines()) == len([*tmp_path.rglob("*.*")]) - 1
    assert all(line.endswith(".part") for line in opened)


LIMITED = """
import resource
import signal
import sys
from literate_bp.command_line.main import main

limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL if sys.argv[2] == "kill" else signal.SIG_IGN)
sys.exit(main(sys.argv[3:]))
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Give what each command writes: its files, by their names."""
    found = {}
    for name, arguments in WRITERS.items():
        folder = tmp_path_factory.mktemp(name)
        (folder / "problem.toml").write_text(PROBLEM, encoding="utf-8")
        command = [sys.executable, "-m", "literate_bp", *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
        found[name] = {file: (folder / file).read_bytes() for file in done.stdout.splitlines()}
    return found


@pytest.fixture
def there(written, path, monkeypatch):
    """Let a command's files be in this folder already, but one of them: that one is somebody's own."""

    def put(name, own):
        monkeypatch.chdir(path.parent)
        for file, content in written[name].items():
            Path(file).parent.mkdir(exist_ok=True)
            Path(file).write_bytes(b"mine" if file == own else content)

    return put


@posix
@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("end", ["kill", "error"])
def test_an_end_in_the_middle_of_a_file_leaves_the_old_one(name, end, written, there, tmp_path):
    # the system ends the program, or refuses to write on, when a file has grown to half of what it should be
    whole = written[name]
    own = max(whole, key=lambda file: len(whole[file]))
    there(name, own)
    limit = len(whole[own]) // 2
    command = [sys.executable, "-c", LIMITED, str(limit), end, *WRITERS[name], "--force"]
    # what coverage notes would be a file, too
    own_variables = {name: of for name, of in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=own_variables)
    if end == "kill":
        assert done.returncode == -signal.SIGXFSZ
    else:
        first = next(file for file in whole if len(whole[file]) > limit)
        said = f"python -m literate_bp: {first}: file too large; a file that can be written was expected\n"
        assert (done.returncode, done.stderr) == (2, said)
        assert not list(tmp_path.rglob("*.part"))
    assert {file: Path(file).read_bytes() for file in whole} == whole | {own: b"mine"}


REFUSING = [("explain", "ENOSPC"), ("diagram", "ENOSPC"), ("class", "ENOSPC")] + [
    ("one", name) for name in ("ENOSPC", "EROFS", "EACCES", "EDQUOT", "EIO")
]


@pytest.mark.parametrize(("name", "number"), [each for each in REFUSING if hasattr(errno, each[1])])
def test_a_disk_that_takes_no_file_is_one_line(name, number, path, said, tmp_path, monkeypatch):
    def refuse(_):
        raise OSError(getattr(errno, number), os.strerror(getattr(errno, number)))

    monkeypatch.chdir(path.parent)
    monkeypatch.setattr(os, "fsync", refuse)
    code, printed, complained = said(*WRITERS[name])
    why = os.strerror(getattr(errno, number))
    assert (code, printed, complained.count("\n")) == (2, "", 1)
    assert f": {why[0].lower()}{why[1:]}; a file that can be written was expected" in complained
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == [path.name]


STARTED = """
import sys
from literate_bp.__main__ import start
print("started", flush=True)
sys.exit(start("python -m literate_bp"))
"""


@posix
@pytest.mark.exhaustive
@pytest.mark.parametrize("moment", range(50))
def test_ctrl_c_at_any_moment_leaves_every_file_as_it_was_or_whole(moment, written, path):
    # a random share of what the command takes, from the first import of its own to its end
    name, old = [*WRITERS][moment % len(WRITERS)], bool(moment // len(WRITERS) % 2)
    whole, folder = written[name], path.parent
    for file in whole if old else ():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(b"mine")
    command = [sys.executable, "-c", STARTED, *WRITERS[name], *(["--force"] if old else [])]
    start = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler)}
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **start) as process:
        assert process.stdout.readline() == b"started\n"
        time.sleep(random.Random(moment).uniform(0, TAKES[name]))  # noqa: S311 — moments, no secrets
        process.send_signal(signal.SIGINT)
        _, complained = process.communicate(timeout=60)
    assert (process.returncode, complained) in [(130, b"python -m literate_bp: interrupted\n"), (0, b"")]
    for file, content in whole.items():
        there = (folder / file).read_bytes() if (folder / file).exists() else None
        assert there in (content, b"mine" if old else None), file
    left = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    assert left <= {"problem.toml", *whole}


TAKES = {"explain": 0.6, "diagram": 2.0, "one": 0.5, "class": 0.8}
"""About how many seconds each command takes."""


@pytest.mark.parametrize("name", WRITERS)
def test_files_are_overwritten_only_with_force(name, written, there, said):
    last = [*written[name]][-1]
    there(name, last)
    code, printed, complained = said(*WRITERS[name])
    assert (code, printed) == (2, "")
    assert "exists already; a new file was expected: choose another name, or replace it with --force" in complained
    assert Path(last).read_bytes() == b"mine"
    assert said(*WRITERS[name], "--force") == (0, "".join(f"{file}\n" for file in written[name]), "")
    assert {file: Path(file).read_bytes() for file in written[name]} == written[name]


@posix
@pytest.mark.parametrize("name", WRITERS)
def test_no_symbolic_link_is_followed(name, path, said, written, tmp_path, monkeypatch):
    monkeypatch.chdir(path.parent)
    outside, last = tmp_path / "outside", Path([*written[name]][-1])
    outside.write_bytes(b"theirs")
    last.parent.mkdir(exist_ok=True)
    last.symlink_to(outside)
    assert said(*WRITERS[name])[0] == 2
    assert last.is_symlink()
    assert said(*WRITERS[name], "--force")[0] == 0
    assert not last.is_symlink()
    assert last.read_bytes() == written[name][str(last)]
    assert outside.read_bytes() == b"theirs"


@posix
def test_a_device_is_never_replaced(path, said):
    code, _, complained = said("explain", path, "--format", "text", "--force", "--out", os.devnull)
    assert code == 2
    assert f"{os.devnull}: invalid argument; a file that can be written was expected" in complained
    assert Path(os.devnull).is_char_device()


@posix
def test_a_name_that_is_too_long_for_a_file_is_named(path, said, tmp_path):
    out = tmp_path / f"{'a' * 300}.html"
    code, printed, complained = said("explain", path, "--out", out)
    assert (code, printed) == (2, "")
    assert complained == f"python -m literate_bp: {out}: file name too long; a file that can be written was expected\n"
