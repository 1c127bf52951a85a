"""Exercises: what is wrong with one fails the build, and each answer is what a reader finds from what is printed."""

import json
import re
from math import exp, log, sqrt

import pytest
from pages import DOCS, SITE

from exercise.asked import Ask, Mistake, read, rounding
from exercise.data import script
from exercise.drawn import BOOK, Source
from exercise.sets import SETS, Exercise, value

# --- what is wrong with one ------------------------------------------------------

GOOD = """````{exercise} 1. A sum
:name: sum
:sizes: 2-1
:seed: 3

```python
z = trace.linear[0][0]
```

The inputs are {drawn}`x[0]` and {drawn}`x[1]`. What is the linear part?

```{ask} Linear part
:to: 2 decimals

z

-z
: The sign is wrong.
```

```{hint}
Multiply {drawn}`x[0]` by its weight.
```

```{solution}
It is {drawn}`z:.2f`.
```
````
"""
WRONG = {
    "no ask": (re.sub(r"```\{ask\}.*?```\n", "", GOOD, flags=re.DOTALL), "it asks for nothing"),
    "no hint": (re.sub(r"```\{hint\}.*?```\n", "", GOOD, flags=re.DOTALL), "it has no hint"),
    "no solution": (re.sub(r"```\{solution\}.*?```\n", "", GOOD, flags=re.DOTALL), "it has 0 solutions"),
    "a mistake that is none": (GOOD.replace("\n-z\n", "\nz + 0.001\n"), "'z + 0.001' comes to .* cannot tell|apart"),
    "two mistakes alike": (GOOD.replace("\n-z\n: ", "\n-z\n: One.\n\n0 - z\n: "), "'0 - z' comes to"),
    "a silent mistake": (GOOD.replace("\n: The sign is wrong.", ""), "': ' and what it is were expected"),
    "a name that is not there": (GOOD.replace("\nz\n\n-z", "\nq\n\n-z"), "'q' raises NameError"),
    "a number that is typed": (GOOD.replace("What is", "Add 0.5. What is"), "has a typed number"),
    "a solution of something else": (GOOD.replace("`z:.2f`", "`z + 1`"), "its solution does not say"),
    "a hint that is the answer": (
        GOOD.replace("Multiply {drawn}`x[0]`", "{drawn}`z`"),
        "hint 1 gives the answer",
    ),
    "an unknown rounding": (GOOD.replace("2 decimals", "2 places"), "to is '2 places'"),
    "an endless number": (GOOD.replace("\n-z\n", "\n1e999\n"), "comes to inf"),
}


@pytest.fixture(scope="module")
def built(shared_books):
    """Build a book of one page for each wrong exercise, and of a good one."""
    build = shared_books("exercises")
    pages = {f"wrong-{number}": page for number, (page, _) in enumerate(WRONG.values())}
    lost = {"lost": "The number {drawn}`1 + 1`.\n"}
    return build, *build("", options=("-n", "--keep-going"), pages={**pages, **lost, "good": GOOD})


@pytest.mark.parametrize("number", range(len(WRONG)), ids=list(WRONG))
def test_a_wrong_exercise_fails_the_build_with_a_sentence_that_names_it(built, number):
    _, result, _ = built
    assert result.returncode == 1
    said = "\n".join(line for line in result.stderr.splitlines() if f"wrong-{number}.md" in line)
    assert re.search([*WRONG.values()][number][1], said), said


def test_a_number_outside_of_an_exercise_fails_the_build(built):
    assert "lost.md" in built[1].stderr
    assert "{drawn} or {ask} stands in no exercise" in built[1].stderr


def test_a_good_exercise_is_a_page_with_a_line_hints_and_a_solution_and_a_file_beside_it(built):
    build, result, _ = built
    assert "good.md" not in result.stderr
    html, markdown = ((build.html / f"good.{kind}").read_text(encoding="utf-8") for kind in ("html", "md"))
    (file,) = (build.html / "_exercises").glob("good.*.js")
    assert f'data-exercises="_exercises/{file.name}"' in html
    assert re.search(r'<details class="[^"]*\bexercise varies\b[^"]*" id="exercise-sum">', html)
    assert html.index("answer-line") < html.index("Hint 1") < html.index("exercise-solution")
    first = data_of(file)["sum"]["sets"][0]
    shown = re.findall(r'<span class="drawn">([^<]*)</span>', html)
    assert shown == first["texts"]
    assert f"**1. A sum**\n\nThe inputs are {shown[0]} and {shown[1]}." in markdown


def test_only_the_pages_with_exercises_name_a_file(built):
    build, _, index = built
    assert "data-exercises" not in index
    assert not [*(build.html / "_exercises").glob("index.*")]


# --- answers and mistakes -----------------------------------------------------------


def test_an_answer_is_right_within_a_unit_of_its_last_digit_and_mistakes_are_told_apart_within_two():
    ask = Ask("x", rounding("3 decimals"), (Mistake("x + y", ""),))
    assert ask.rounding.tolerance(0.5004) == 0.001
    assert ask.outcome({"x": 0.5004, "y": 0.0021}) == (0.5004, 0.5004 + 0.0021)
    with pytest.raises(ValueError, match=r"comes to 0\.5023, and 'x' to 0\.5004: nobody can tell them apart"):
        ask.outcome({"x": 0.5004, "y": 0.0019})


@pytest.mark.parametrize(
    ("to", "number", "within"),
    [("2 decimals", -0.71, 0.005), ("3 decimals", 0.3 - 0.1, 0.0005), ("3 digits", 0.0125, 0.00005)],
)
def test_an_answer_without_further_digits_is_right_within_half_a_unit(to, number, within):
    assert rounding(to).tolerance(number) == pytest.approx(within)


@pytest.mark.parametrize(
    ("to", "number", "text", "words"),
    [
        ("3 decimals", 0.01249, "0.012", "to three decimals"),
        ("3 digits", 0.012345, "0.0123", "to three significant digits"),
        ("1 decimals", 0.25, "0.3", "to one decimal"),
        ("whole", 12.0, "12", "a whole number"),
    ],
)
def test_an_answer_is_asked_for_and_rounded_as_the_exercise_says(to, number, text, words):
    assert rounding(to).text(number) == text
    assert rounding(to).words == words


def test_a_mistake_of_several_lines_is_one_expression():
    ask = read(["a", "", "(b +", "c)", ": It is", "b and c."], "whole")
    assert ask.mistakes == (Mistake("(b +\nc)", "It is b and c."),)


def test_sets_of_numbers_are_those_of_seeds_and_always_the_same():
    exercise = Exercise(Source((2, 1), 7, "z = trace.linear[0][0]"), (value("z:.2f"),), (read(["z"], "2 decimals"),))
    sets = exercise.sets()
    assert [each.seed for each in sets] == list(range(7, 7 + SETS))
    assert sets == exercise.sets()
    assert len({each.texts for each in sets}) > SETS / 2


def test_an_exercise_for_which_too_few_seeds_fit_is_refused():
    ask = read(["x[0]", "", "x[0] + (9 if rare else 0)", ": It may be."], "2 decimals")
    source = Source((2, 1), 0, "rare = x[0] == 0.1")
    first = next(seed for seed in range(200) if source.names(seed)["rare"])
    with pytest.raises(ValueError, match=r"only \d+ of the 12 sets that were expected fit, of 120 seeds"):
        Exercise(Source((2, 1), first, source.setup), (), (ask,)).sets()


def test_the_numbers_of_the_book_come_first_where_an_exercise_asks_for_them():
    names = Source((3, 2), BOOK).names(BOOK)
    assert names["x"] == (0.9, 0.2, -0.5)
    assert names["layers"][0].weights[1] == (-1.1, 0.9, 0.3)


def test_a_value_is_written_with_its_form_and_a_minus_sign():
    assert value("x[0:2][1]:.3f").text({"x": (1, -0.5)}) == "−0.500"
    assert value("x[1]").text({"x": (1, -0.30000000000000004)}) == "−0.3"


# --- the book's exercises -----------------------------------------------------------------


def data_of(file):
    found = re.fullmatch(r"exercises\[.*?\] = (.*);\n", file.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(found[1])


FILES = sorted((SITE / "_exercises").glob("*.js")) if (SITE / "_exercises").exists() else []
ALL = [(file.name.split(".")[0], name, data) for file in FILES for name, data in data_of(file).items()]


def sigmoid(z):
    return 1 / (1 + exp(-z))


def weigh(x1, x2, x3, w1, w2, w3, b, *_):
    z = x1 * w1 + x2 * w2 + x3 * w3 + b
    return z, sigmoid(z)


def column(*n):
    x = n[12:15]
    return (n[1] * x[0] + n[4] * x[1] + n[7] * x[2] + n[10],)


def undecided(x1, _x2, x3, w1, w2, w3, b, *_):
    return (-(b + x1 * w1 + x3 * w3) / w2,)


def back(a, w1, w2, d1, d2, *_):
    sum_ = w1 * d1 + w2 * d2
    return sum_, a * (1 - a) * sum_


def run(w11, w12, w21, w22, b1, b2, v1, v2, c, x1, x2, *_):
    a1, a2 = sigmoid(w11 * x1 + w21 * x2 + b1), sigmoid(w12 * x1 + w22 * x2 + b2)
    return a1, a2, sigmoid(v1 * a1 + v2 * a2 + c)


def pencil(z, w1, w2, w3, d1, d2, d3, *_):
    return (sigmoid(z) * sigmoid(-z) * (w1 * d1 + w2 * d2 + w3 * d3),)


def count(s0, s1, s2, s3, *_):
    return (s0 * s1 + s1 + s1 * s2 + s2 + s2 * s3 + s3,)


def nothing(y1, y2, y3, *_):
    return (((0.5 - y1) ** 2 + (0.5 - y2) ** 2 + (0.5 - y3) ** 2) / 2,)


def paths(s1, s2, s3, *_):
    return s1 * s2 * s3, s1 + s1 * s2 + s2 * s3


def own_step(x1, x2, w1, w2, b, v, c, t, rate, *_):
    a = sigmoid(x1 * w1 + x2 * w2 + b)
    out = sigmoid(v * a + c)
    late = out * (1 - out) * (out - t)
    return late, a * (1 - a) * v * late, v - rate * a * late


def three(a1, a2, a3, d1, d2, d3, *_):
    return a1 * d1 + a2 * d2 + a3 * d3, d1 + d2 + d3


def relative(r1, r2, r3, o1, o2, o3, *_):
    apart = max(abs(r1 - o1), abs(r2 - o2), abs(r3 - o3))
    return (apart / max(map(abs, (r1, r2, r3, o1, o2, o3))),)


def sideways(x, push, *_):
    pushed = complex(x, push) ** 3
    return pushed.real, pushed.imag / push


def layers_to_a_thousandth(norm, *_):
    left, layers = 1.0, 0
    while left >= 0.001:
        left, layers = left * norm / 4, layers + 1
    return (layers,)


def answers(of):
    """Name answers by exercise."""
    return {f"{page}/{name}": by_hand for page, found in of.items() for name, by_hand in found.items()}


BY_HAND = answers(
    {
        "01-why": {
            "push": lambda before, h, after, *_: ((after - before) / h,),
            "promise": lambda slope, down, *_: (-slope * down,),
            "runs": lambda n, m, k, *_: (n * m + m + m * k + k, 2 * (n * m + m + m * k + k)),
            "printed": lambda *z: (sum(each > 0 for each in z[:6]), sum(each < 0 for each in z[:6])),
        },
        "02-node-forward": {
            "weigh": weigh,
            "column": column,
            "turned": lambda a, *_: (1 - a,),
            "undecided": undecided,
        },
        "03-node-backward": {
            "slope": lambda a, *_: (a * (1 - a),),
            "back": back,
            "promise": lambda d, p, *_: (d * p,),
            "silent": lambda w1, _w2, d1, d2, *_: (-w1 * d1 / d2,),
        },
        "04-network-and-cost": {
            "layers": run,
            "wrong": lambda a1, a2, a3, y1, y2, y3, *_: (((a1 - y1) ** 2 + (a2 - y2) ** 2 + (a3 - y3) ** 2) / 2,),
            "first-slope": lambda _a1, a2, _y1, y2, *_: (a2 - y2,),
            "count": count,
            "nothing": nothing,
        },
        "05-errors-flow-back": {
            "output": lambda a, t, *_: (a * (1 - a) * (a - t),),
            "pencil": pencil,
            "rows": lambda _w11, _w12, w21, w22, d1, d2, *_: (w21 * d1 + w22 * d2,),
            "paths": paths,
        },
        "06-weight-gradients": {
            "tail": lambda x1, _x2, _d1, d2, *_: (x1 * d2,),
            "step": lambda w, g, rate, *_: (w - rate * g,),
            "bias": lambda _x1, _x2, b, d, rate, *_: (b - rate * d,),
            "fall": lambda g1, g2, g3, rate, *_: (rate * (g1 * g1 + g2 * g2 + g3 * g3),),
            "made-of": lambda n, m, _entries, x1, x2, *_: (n + m, x1 / x2),
            "stale": lambda a, d, v, *_: (a * (1 - a) * v * d,),
        },
        "07-worked-example": {"own-step": own_step},
        "08-matrices": {
            "entries": lambda n, m, batch, *_: (batch * n, n * m),
            "three": three,
            "there-and-back": lambda n, m, k, *_: (n * m + m * k, n * m + 2 * m * k),
        },
        "09-check": {
            "both-ways": lambda _at, h, up, down, *_: ((up - down) / h / 2,),
            "sideways": sideways,
            "relative": relative,
        },
        "10-train": {
            "steps": lambda images, batch, epochs, *_: (images / batch * epochs,),
            "two-costs": lambda a, t, *_: (a * (1 - a) * (a - t), a - t),
            "spread": lambda n, m, *_: (sqrt(2 / (n + m)), sqrt(6 / (n + m))),
        },
        "11-vanishing": {
            "left": lambda norm, depth, *_: (exp(depth * log(norm / 4)), exp(depth * log(norm))),
            "thousandth": layers_to_a_thousandth,
        },
    }
)
"""What a reader finds who knows school calculus, from the numbers of an exercise in the order of its text."""


@pytest.mark.parametrize(("page", "name", "data"), ALL, ids=[f"{page}/{name}" for page, name, _ in ALL])
def test_the_answer_of_an_exercise_is_what_its_reader_finds_by_hand(page, name, data):
    for numbers in data["sets"]:
        read_there = [float(text.replace("−", "-")) for text in numbers["texts"]]
        found = BY_HAND[f"{page}/{name}"](*read_there)
        assert len(found) == len(numbers["asks"])
        for mine, ((answer, within), *_) in zip(found, numbers["asks"], strict=True):
            assert abs(mine - answer) <= within / 2, f"seed {numbers['seed']}"


@pytest.mark.parametrize(("page", "name", "data"), ALL, ids=[f"{page}/{name}" for page, name, _ in ALL])
def test_each_ask_knows_mistakes_and_says_of_each_which_it_is(page, name, data):
    for ask in data["asks"]:
        assert len(ask["mistakes"]) >= 2, name
        assert all(re.fullmatch(r"[A-Z].*[.?]", sentence) for sentence in ask["mistakes"]), page
        assert len({*ask["mistakes"]}) == len(ask["mistakes"])


def test_every_page_with_exercises_has_several_and_they_are_numbered_in_order():
    for file in FILES:
        source = (DOCS / f"{file.name.split('.')[0]}.md").read_text(encoding="utf-8")
        numbers = re.findall(r"^(?:`+\{exercise\} |:+\{dropdown\} |\*\*)(\d+)\. ", source, re.MULTILINE)
        assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1)), file.name
        assert len(numbers) >= 3


def test_the_file_of_a_page_is_small():
    for file in FILES:
        assert len(file.read_bytes()) <= 30_000, file.name


def test_the_file_of_a_page_registers_its_exercises():
    assert script("a-page", []) == 'exercises["a-page"] = {};\n'
