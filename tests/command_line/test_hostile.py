"""Whatever is typed, and whatever a problem file holds, the program answers, or complains in one line."""

import random
import re
import signal
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "fuzz"))
from problem_files import CORPUS, changed, run

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a clock of the processor")
PART = 25
each_part = pytest.mark.parametrize(
    "first", [pytest.param(n, marks=pytest.mark.exhaustive if n else ()) for n in range(0, 1000, PART)]
)
RIGHT = (
    "explain problem.toml",
    "explain problem.toml --notation mazur --digits 4 --rounding decimals",
    "explain problem.toml --format html --hide formulas --out sheet.html --force",
    "explain problem.toml --format latex --solutions",
    "new --sizes 2 2 --seed 7",
    "new --sizes 2 2 1 --activation tanh sigmoid --cost squared_error --rate 0.3 --digits 4",
    "new --sizes 2 2 2 --residual 1 --seeds 1-2 --out class --force --format text",
    "diagram problem.toml --out figures --theme dark --values symbols --force",
)
WORDS = (
    *("", "-", "--", "---", "-1", "0", "1e999", "nan", "9" * 400, "0x10", "²", "½", "1_000", "1,5", "+3", "--force=1"),
    *(
        "new",
        "explain",
        "diagram",
        "--help",
        "--version",
        "--out",
        "--sizes",
        "--seeds",
        "--seed",
        "--digits",
        "--cost",
    ),
    *("nowhere.toml", ".", "/dev/null", "problem.toml/a", "a" * 300, "\x1b[31m", "\n", "\u202e", "\udcff"),
    *(
        "softmax",
        "cross_entropy",
        "relu",
        "values",
        "formulas",
        "html",
        "svg",
        "δ",
        "🧠",
        "1-3",
        "3-1",
        "1-999999",
        "%s",
    ),
    *("{0}", "@problem.toml", "*", "~", "$HOME", "None", "True", "[1, 2]", "1 2"),
)


def typed(number):
    """Give the words of a number: a right command, and something wrong at random places."""
    rng = random.Random(number)  # noqa: S311 — the same words every time
    words = rng.choice(RIGHT).split()
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.randrange(len(words) + 1)
        match rng.randrange(4):
            case 0:
                words[at:at] = [rng.choice(WORDS)]
            case 1:
                words[at : at + 1] = [rng.choice(WORDS)]
            case 2:
                del words[at : at + 1]
            case 3:
                words[at:at] = words[at : at + 2]
    return words


@each_part
def test_what_is_typed_is_done_or_refused_in_one_line(first, said, path, tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    path.rename(folder / path.name)
    monkeypatch.chdir(folder)
    for number in range(first, first + PART):
        words = typed(number)
        code, printed, complained = said(*words)
        line = complained.removesuffix("\n")
        assert code in (0, 2), words
        assert line.isprintable(), words
        if code:
            assert re.match("python -m literate_bp: .", line), words
            assert not printed, words
    assert list(tmp_path.iterdir()) == [folder]
    assert not [each for each in folder.rglob("*") if each.name.endswith(".part")]
    assert (folder / path.name).read_text(encoding="utf-8").startswith("inputs = [0.1, 0.3]")


@pytest.mark.parametrize("name", sorted(each.name for each in CORPUS.iterdir()))
def test_a_file_of_the_corpus_is_written_out_or_refused_in_one_line(name):
    assert run((CORPUS / name).read_bytes()) is None


@each_part
def test_a_changed_file_is_written_out_or_refused_in_one_line(first):
    others = [each.read_bytes() for each in sorted(CORPUS.iterdir())]
    for number in range(first, first + PART):
        rng = random.Random(number)  # noqa: S311 — the same files every time
        content = changed(rng.choice(others), others, rng)
        assert run(content) is None, content
