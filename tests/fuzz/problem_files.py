"""Fuzzes problem files: whatever bytes a file holds, `explain` writes a sheet, or refuses it in one line.

``python tests/fuzz/problem_files.py 60`` runs a minute of the processor: with Atheris, which looks for bytes that
reach new lines of the program, or else with changes at random of the files in ``corpus``. What fails is written to the
folder in which it runs, as ``crash-…``; a file that is given again, behind the seconds, is run alone.
"""

import contextlib
import io
import os
import random
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from time_limit import at_most

CORPUS = Path(__file__).parent / "corpus"
LONGEST = 2000
"""The most bytes of a file: a larger problem takes its time."""
SECONDS = 1.0
PIECES = (
    *(
        b"[[layer]]\n",
        b"[layer]\n",
        b"weights = ",
        b"inputs = [",
        b"targets = ",
        b"biases = [",
        b"rate = ",
        b"digits = ",
    ),
    *(b"cost = ", b"activation = ", b"residual = true\n", b"rounding = ", b'"softmax"', b'"cross_entropy"', b'"relu"'),
    *(b"[", b"]", b"{", b"}", b'"', b"'", b'"""', b"'''", b"#", b"=", b".", b",", b"\n", b"\r\n", b"\\u0000", b"\x00"),
    *(b"nan", b"-inf", b"1e308", b"5e-324", b"1e999", b"-0.0", b"true", b"0x7f", b"1_000", b"1979-05-27T07:32:00Z"),
    *(b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc3\x28", b"\xe2\x80\xae", b"\x1b[31m", b"9" * 400, b"[" * 40),
)


class Wrong(Exception):  # noqa: N818 — what the fuzzer looks for
    """Something other than a sheet or a refusal of one line."""


def run(content: bytes) -> str | None:
    """Give a file to the command, and say what was wrong, if anything was."""
    from literate_bp.command_line.main import main  # noqa: PLC0415 — Atheris watches the import

    class Standard:
        buffer = io.BytesIO(content)

    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = Standard()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), limits():
            code = main(["explain", "-", "--format", ("text", "html", "latex", "markdown")[len(content) % 4]])
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return f"{type(error).__name__}: {error}"
    finally:
        sys.stdin = before
    return answer_fault(code, out.getvalue(), err.getvalue())


def answer_fault(code: int, printed: str, complained: str) -> str | None:
    """Say what is wrong with an answer of the command."""
    if code == 0:
        return None if printed and not complained else f"printed {printed[:60]!r}, and complained {complained!r}"
    line = complained.removesuffix("\n")
    if code != 2 or printed or not line.isprintable() or not line.startswith("python -m literate_bp: "):
        return f"exit code {code}, printed {printed[:60]!r}, complained {complained!r}"
    return None


@contextlib.contextmanager
def limits():
    """Refuse a second of the processor, and every file that is opened to be written."""
    with at_most(SECONDS):
        WATCHED.append(True)
        try:
            yield
        finally:
            WATCHED.clear()


WATCHED: list[bool] = []
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what leaves a trace outside the process, while a file is run."""
    if not WATCHED:
        return
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        raise Wrong(f"opens {arguments[0]!r} to write")
    if event in ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "subprocess.Popen", "os.system", "socket.connect"):
        raise Wrong(f"{event} of {arguments!r}")


def changed(content: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """Change a file at random places: bytes, lines, pieces that mean something, and parts of other files."""
    found = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        at = rng.randrange(len(found) + 1)
        end = min(len(found), at + rng.choice([1, 1, 2, 5, 40]))
        match rng.randrange(6):
            case 0:
                found[at:end] = rng.randbytes(end - at)
            case 1:
                del found[at:end]
            case 2:
                found[at:at] = rng.choice(PIECES)
            case 3:
                found[at:end] = rng.choice(PIECES)
            case 4:
                lines = rng.choice(others).split(b"\n")
                found[at:at] = b"\n" + rng.choice(lines) + b"\n"
            case 5:
                found[at:at] = found[at:end] * rng.choice([1, 2, 20])
    return bytes(found[:LONGEST])


def fuzz_at_random(seconds: float) -> int:
    """Run files that were changed at random, for so many seconds of the processor; return how many."""
    others = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
    rng, count = random.Random(time.time_ns()), 0  # noqa: S311 — other files every time
    while time.process_time() < seconds:
        content = changed(rng.choice(others), others, rng)
        count += 1
        if fault := run(content):
            path = Path(f"crash-{count}.toml")
            path.write_bytes(content)
            raise Wrong(f"{fault}: kept in {path}")
    return count


def fuzz_with_atheris(seconds: float, given: list[str]) -> None:
    """Let Atheris look for files, for so many seconds."""
    import atheris  # noqa: PLC0415 — where it is installed

    with atheris.instrument_imports(include=["literate_bp", "tomllib"]):
        import literate_bp.command_line.main  # noqa: F401, PLC0415

    def one(content: bytes) -> None:
        if fault := run(content):
            raise Wrong(fault)

    new = Path("new")
    new.mkdir(exist_ok=True)
    options = [f"-max_total_time={seconds:.0f}", f"-max_len={LONGEST}", "-timeout=20", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, *(given or [str(new), str(CORPUS)])], one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.addaudithook(watch)
    duration, files = float(sys.argv[1]), sys.argv[2:]
    try:
        import atheris  # noqa: F401
    except ImportError:
        print(f"{fuzz_at_random(duration)} files that were changed at random")  # noqa: T201 — what it did
    else:
        fuzz_with_atheris(duration, files)
