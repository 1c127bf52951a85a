"""A file may hold anything: it is read within bounds, and what cannot be a problem is refused at once."""

import json
import os
import re
import subprocess
import sys
import time

import pytest
from time_limit import is_measured

from literate_bp.worked.problem import from_bytes, from_toml, read
from literate_bp.worked.toml import (
    MOST_BYTES,
    MOST_DEPTH,
    MOST_KEY,
    check_nesting,
    decoded,
    file_content,
    located,
    quoted,
)

LAYER = "[[layer]]\nweights = [[1]]\n"
LEAST = f"inputs = [1]\ntargets = [0.5]\n{LAYER}"
# Each came to an end after half a minute or later, or would have filled the memory, when the parser got them.
LARGE = {
    "a key of many parts": "a." * 20_000 + "a = 1",
    "a key of many parts without a value": "a." * 400_000,
    "parts with spaces around the dots": "a . " * 200_000 + "a = 1",
    "parts in quotes": '"a".' * 200_000 + "a = 1",
    "a table of many parts": f"[{'a.' * 400_000}a]",
    "parts after a comment": '# "\n' + "a." * 400_000,
    "parts after a string": f'{LEAST}cost = "\\"#"\n' + "a." * 400_000,
    "parts after a string of several lines": f'{LEAST}cost = """\n"#\n"""\n' + "a." * 400_000,
    "lists in lists": "inputs = " + "[" * 500_000,
    "tables in tables": "inputs = " + "{a=" * 300_000,
    "lists after a string with a quote at its end": "inputs = ['''a'''', " + "[" * 300_000 + "'",
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_nested_deeper_than_any_problem_never_reaches_the_parser(name, monkeypatch):
    monkeypatch.setattr("tomllib.loads", None)
    with pytest.raises(ValueError, match=r"line \d+: (keys|brackets) stand in one another too deep; at most 4"):
        from_toml(LARGE[name])


@pytest.mark.parametrize("text", [
    LEAST,
    "inputs = [0.5,-1.5 , 2.5]  # a.b.c.d.e.f [[[[[[\ntargets = [1.0]\n[[layer]]\nweights = [[1.0],\n [2.0], [3.0]]\n",
    "inputs = [1.0]\ntargets = [1.0]\nlayer = [{weights = [[1.0]]}, {weights = [[1.0]]}]",
    f'{LEAST}activation = "sigmoid" # "a.b.c.d.e.f"\n',
    f'{LEAST}activation = """\\\n  sigmoid"""\n',
    f"{LEAST}activation = 'sigmoid'\n{LAYER}activation = '''sigmoid'''\n",
])  # fmt: skip
def test_what_a_problem_may_hold_is_not_too_deep(text):
    assert from_toml(text).network.layers


@pytest.mark.parametrize("start", ["'''", '"""', "'", '"', ""])
@pytest.mark.parametrize("content", ['"\\', "\\'", '\\\\"', "'", '"', "\\"])
def test_a_string_that_nobody_closes_is_refused_in_a_moment(start, content):
    begun = time.process_time()
    with pytest.raises(ValueError, match=r"TOML was expected"):
        from_toml(f"cost = {start}" + content * (900_000 // len(content)))
    assert is_measured() or time.process_time() - begun < 5


def test_a_file_of_more_than_a_megabyte_is_refused(tmp_path):
    path = tmp_path / "large.toml"
    path.write_bytes(b"#" * MOST_BYTES)
    with pytest.raises(ValueError, match="inputs is missing"):
        read(path)
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(ValueError, match=r"large\.toml: has more than 1,000,000 bytes; a problem file was expected"):
        read(path)
    with pytest.raises(ValueError, match="has more than 1,000,000 bytes"):
        decoded(b"#" * (MOST_BYTES + 1))


READ = "import sys; from literate_bp.worked.problem import read; read(sys.argv[1])"


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs devices")  # noqa: PTH110 — a name, no path of ours
@pytest.mark.parametrize("name", ["/dev/zero", "pipe"])
def test_a_device_or_a_pipe_is_refused_before_it_is_opened(tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    done = subprocess.run([sys.executable, "-c", READ, name], cwd=tmp_path, capture_output=True, text=True, timeout=20)  # noqa: PLW1510 — the error is expected
    assert f"ValueError: {name}: is a pipe or a device; a problem file was expected, or - for" in done.stderr


def test_a_long_key_or_name_is_refused_and_not_quoted_at_length():
    long = "k" * 101
    with pytest.raises(ValueError, match=r'problem\.toml: key "k{56}… has 101 characters; known keys: inputs, '):
        from_toml(f"{long} = 1\n{LEAST}")
    with pytest.raises(ValueError, match=r'layer 1: key "k{56}… has 101 characters; known keys: activation, '):
        from_toml(f"{LEAST}{long} = 1\n")
    with pytest.raises(ValueError, match=r"key 'k{100}' is unknown"):
        from_toml(f"{long[1:]} = 1\n{LEAST}")
    with pytest.raises(ValueError, match=r'cost is "k{56}…; a name in quotes was expected'):
        from_toml(f'cost = "{long}"\n{LEAST}')


@pytest.mark.parametrize("key", ["inputs", "targets"])
def test_a_batch_is_told_from_an_example(key):
    text = re.sub(rf"{key} = .*", f"{key} = [[1.0], [2.0], [3.0]]", LEAST)
    said = f"problem.toml: {key} is a list of 3 lists; one example was expected; train takes batches: write {key} = ["
    with pytest.raises(ValueError, match=re.escape(said)):
        from_toml(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rate = 0,5", 'line 1, column 9: expected newline or end of document after a statement in "rate = 0,5"'),
        ("biases = [0,5; 0,1]", 'line 1, column 14: unclosed array in "biases = [0,5; 0,1]"'),
    ],
)
def test_a_decimal_comma_is_named(line, said):
    with pytest.raises(ValueError, match=re.escape(f"{said}; a decimal point was expected: 0.5 and not 0,5")):
        from_toml(f"{line}\n{LEAST}")


def test_commas_that_double_a_list_are_named():
    said = r"inputs has 2 numbers; .* so 1 was expected: one for each, with a decimal point: 0\.5 and not 0,5"
    with pytest.raises(ValueError, match=said):
        from_toml(LEAST.replace("[1]", "[0,1]", 1))
    with pytest.raises(ValueError, match=r"so 1 was expected: one for each$"):
        from_toml(LEAST.replace("[1]", "[0,1,2]", 1))


def test_a_number_of_thousands_of_digits_is_refused_in_our_words():
    with pytest.raises(ValueError, match=r"problem\.toml: a whole number has thousands of digits; TOML was expected"):
        from_toml(LEAST.replace("1", "1" * 5000, 1))
    with pytest.raises(ValueError, match="cost is a number of more than 60 digits; a name in quotes was expected"):
        from_toml(f"cost = {10**100}\n{LEAST}")


@pytest.mark.parametrize("character", ["\x1b[31m", "\x07", "\x9b", "\r", "\x00"])
def test_control_characters_are_quoted_as_escapes(character):
    written = json.dumps(character)
    for text in (f"cost = {written}\n{LEAST}", f"{written} = 1\n{LEAST}", f"inputs = {character}\n{LEAST}"):
        with pytest.raises(ValueError, match=r"problem\.toml: ") as refused:
            from_bytes(text.encode(), "problem.toml")
        assert str(refused.value).isprintable()


def test_a_value_is_quoted_as_toml_has_it_and_not_at_length():
    assert quoted("x" * 1000) == '"' + "x" * 56 + "…"
    assert quoted("é") == '"é"'
    assert quoted("x\x9b\u202e") == '"x\\u009b\\u202e"'
    assert [quoted(value) for value in (True, 0.5, {}, [], [1])] == [
        "true",
        "0.5",
        "a table",
        "an empty list",
        "a list",
    ]


@pytest.mark.parametrize(
    ("message", "line", "said"),
    [
        ("Invalid value (at line 2, column 5)", "b = x", 'line 2, column 5: invalid value in "b = x"'),
        ("Unclosed array (at end of document)", "", "end of document: unclosed array"),
        ("Something else", "", "Something else"),
    ],
)
def test_what_a_parser_says_begins_with_the_place_if_it_names_one(message, line, said):
    assert located(message, "a = 1\n b = x\n") == (line, said)


def test_brackets_and_keys_may_be_as_deep_as_is_said_and_no_deeper():
    for deep, kind in (
        (lambda depth: f"a = {'[' * depth}1{']' * depth}", "brackets"),
        (lambda depth: "a" + ".a" * depth + " = 1", "keys"),
        (lambda depth: "b.b = 1\n" * 9 + "a" + ".a" * depth + " = 1", "keys"),
    ):
        check_nesting(deep(MOST_DEPTH))
        line = deep(1).count("\n") + 1
        with pytest.raises(
            ValueError, match=f"^line {line}: {kind} stand in one another too deep; at most {MOST_DEPTH}"
        ):
            check_nesting(deep(MOST_DEPTH + 1))


def test_a_whole_number_is_quoted_up_to_sixty_digits():
    assert [quoted(sign * (10**60 - 1)) for sign in (1, -1)] == ["9" * 60, "-" + "9" * 56 + "…"]
    assert [quoted(sign * 10**60) for sign in (1, -1)] == ["a number of more than 60 digits"] * 2


def test_a_folder_is_refused_as_one(tmp_path):
    with pytest.raises(ValueError, match=r"is a folder; a problem file was expected$"):
        file_content(tmp_path)


def test_a_name_may_be_as_long_as_a_key_and_no_longer():
    with pytest.raises(ValueError, match="cost: name 'x"):
        from_toml(f'cost = "{"x" * MOST_KEY}"\n{LEAST}')
    with pytest.raises(ValueError, match=r'cost is "x.*…; a name in quotes was expected'):
        from_toml(f'cost = "{"x" * (MOST_KEY + 1)}"\n{LEAST}')


def test_a_list_among_numbers_is_no_batch():
    with pytest.raises(ValueError, match="inputs, number 2, is a list; a number was expected"):
        from_toml(LEAST.replace("[1]", "[1, [2]]", 1))
