"""Rules that a reader writes, in Chromium: right ones are noted, known mistakes named, what has no end is ended."""

import ast
import json
import re
from functools import partial

import edited
import engine
import pytest
from axe import faults
from in_browser.test_edit import LONG, assert_verdict
from in_browser.test_exercises import KEPT, OPEN, data_of
from in_browser.test_live import silent
from pages import DOCS, SITE

HIDDEN = ("05-errors-flow-back", "write-hidden-errors", "hidden_errors")
ACTIVATED = ("03-node-backward", "write-activated-error", "activated_error")
RIGHT = """found = []
for j in range(len(z)):
    total = 0
    for k in range(len(delta)):
        total = total + delta[k] * ahead.weights[j][k]
    found.append(layer.derivative(z[j]) * total)
return tuple(found)"""
MISTAKES = {
    "σ′ left out of a hidden error": "return [sum(v * d for v, d in zip(w, delta)) for w in ahead.weights]",
    "σ′ of the activated value": "s, f = layer.derivative, layer.function\n"
    "return tuple(s(f(u)) * activated_error(w, delta) for u, w in zip(z, ahead.weights))",
    "weights transposed": "back = zip(*ahead.weights)\n"
    "return tuple(activated_error(delta, w) * layer.derivative(u) for u, w in zip(z, back))",
    "the last error for the sum of them": "s = layer.derivative\n"
    "return tuple(s(u) * w[-1] * delta[-1] for u, w in zip(z, ahead.weights))",
}
"""Known mistakes of the rule for hidden errors, each written in another way than the book has it."""


@pytest.fixture
def visit(visit):
    """A function that opens a page in a tab of its own kind: what these tests load is not counted by others."""
    return partial(visit, has_touch=False)


class Exercise:
    """An exercise with a rule to write, on a page that is open."""

    def __init__(self, page, of):
        self.page, (_, name, self.rule) = page, of
        page.evaluate(OPEN)
        self.box = page.locator(f"#exercise-{name}")
        self.opener = self.box.get_by_role("button", name="Write it")
        self.text, self.said = self.box.get_by_role("textbox"), self.box.locator(".edit-said")
        self.note, self.done = self.box.locator(".ask-said"), self.box.locator("summary .progress-mark")

    def open(self):
        self.opener.click()
        self.text.wait_for(timeout=LONG)
        return self

    def write(self, body):
        """Write the body in the place of what stands there."""
        start = self.text.input_value().rindex('"""') + 3
        self.text.evaluate("(field, from) => field.setSelectionRange(from, field.value.length)", start)
        self.text.focus()
        self.page.keyboard.insert_text("\n    " + body.replace("\n", "\n    "))

    def run(self, said):
        self.box.get_by_role("button", name="Run", exact=True).click()
        self.said.filter(has_text=said).wait_for(timeout=LONG)
        return self.said.text_content()

    def checks(self):
        return [
            (each.get_attribute("class"), each.text_content()) for each in self.box.locator(".edit-checks li").all()
        ]


def kept(page, of):
    """Return what the browser keeps of an exercise."""
    chapter, name, _ = of
    return (json.loads(page.evaluate(KEPT) or "{}").get(chapter) or {"begun": {}})["begun"].get(name)


def test_a_rule_is_written_by_keyboard_alone_is_right_and_stays_done(visit):
    with visit(f"{HIDDEN[0]}.html") as seen:
        exercise, press = Exercise(seen.page, HIDDEN), seen.page.keyboard.press
        focused = "document.activeElement.tagName + ' ' + (document.activeElement.getAttribute('aria-label') ?? '')"
        exercise.opener.focus()
        press("Enter")
        exercise.text.wait_for(timeout=LONG)
        assert seen.page.evaluate(focused) == "TEXTAREA The rule hidden_errors, to be written"
        given = exercise.text.input_value()
        assert given.endswith('    """\n    ')
        press("Control+Enter")
        exercise.said.filter(has_text="Write it first.").wait_for()
        for n, line in enumerate(RIGHT.splitlines()):
            if n:
                press("Enter")
            depth = (len(line) - len(line.lstrip())) // 4 + 1
            while (spaces := len(exercise.text.input_value().split("\n")[-1])) > 4 * depth:
                press("Backspace" if spaces % 4 else "Shift+Tab")
            seen.page.keyboard.type(line.strip())
        assert exercise.text.input_value() == given + RIGHT.replace("\n", "\n    ")
        press("Control+Enter")
        exercise.said.filter(has_text="Right: it gives the book’s numbers.").wait_for(timeout=LONG)
        assert {kind for kind, _ in exercise.checks()} == {"edit-passes"}
        assert exercise.done.count() == 1
        assert kept(seen.page, HIDDEN)["done"] is True
        link = seen.page.locator(".sidebar-tree a", has_text="Errors flow back").first
        assert re.search(r"1 of \d exercises? with answers to check done", link.text_content())
        for _ in range(2):
            press("Escape")
        for _ in range(3):
            press("Tab")
        assert seen.page.evaluate("document.activeElement.textContent") == "Close"
        press("Enter")
        assert seen.page.evaluate("document.activeElement.textContent") == "Write it"
        assert exercise.box.locator(".writes > .rule").is_visible()
        seen.page.reload()
        again = Exercise(seen.page, HIDDEN)
        again.note.filter(has_text="Right.").wait_for()
        assert again.done.count() == 1
        assert silent(seen)


def test_a_wrong_rule_gets_the_verdict_that_cpython_gives_and_none_of_the_known_names(visit, tmp_path):
    wrong = "dc_da = [2 * activated_error(w, delta) for w in ahead.weights]"
    file = (engine.SOURCE / "nodes.py").read_text(encoding="utf-8")
    (old,) = re.findall(r"dc_da = tuple\(activated_error.*\)", file)
    found, costs = edited.checked(edited.package(tmp_path, "nodes.py", old, wrong)[1])
    with visit(f"{HIDDEN[0]}.html") as seen:
        exercise = Exercise(seen.page, HIDDEN).open()
        exercise.write(f"{wrong}\nreturn [linear_error(layer.derivative(u), v) for u, v in zip(z, dc_da)]")
        assert exercise.run("Wrong") == "Wrong: the check has caught it."
        exercise.box.locator(".edit-checks").wait_for()
        assert_verdict(exercise, found, costs)
        assert kept(seen.page, HIDDEN)["done"] is False
        assert exercise.done.count() == 0


def test_a_rule_with_the_numbers_of_a_known_bug_has_it_named_however_it_is_written(visit):
    with visit(f"{HIDDEN[0]}.html") as seen:
        exercise = Exercise(seen.page, HIDDEN).open()
        for name, body in MISTAKES.items():
            exercise.write(body)
            said = f"Wrong: the check has caught it. It has the numbers of a known bug: {name}."
            assert exercise.run(said) == said
        exercise.write(RIGHT)
        exercise.run("Right: it gives the book’s numbers.")
        exercise.write(body)
        exercise.run(said)
        assert kept(seen.page, HIDDEN)["done"] is True, "what was done stays done"


def test_each_mistake_that_the_page_knows_of_a_sum_is_named(visit):
    source = (DOCS / "03-node-backward.md").read_text(encoding="utf-8")
    given = re.search(r"```\{write\} node\.activated_error\n\n(.*?)```", source, re.DOTALL)[1].strip().split("\n\n")
    known = data_of(ACTIVATED[0])[ACTIVATED[1]]["asks"][0]["mistakes"]
    with visit(f"{ACTIVATED[0]}.html") as seen:
        exercise = Exercise(seen.page, ACTIVATED).open()
        for each, sentence in zip(given, known, strict=True):
            exercise.write(f"found = {each.partition(chr(10))[0]}\nreturn found + 0")
            assert exercise.run(sentence).endswith(f"caught it. {sentence}")
        exercise.write("total = 0.0\nfor n in range(len(w)):\n    total += w[n] * delta[n]\nreturn total")
        exercise.run("Right: it gives the book’s numbers.")


def test_an_error_is_at_its_line_and_a_loop_without_end_is_ended(visit):
    with visit(f"{HIDDEN[0]}.html") as seen:
        exercise = Exercise(seen.page, HIDDEN).open()
        line = exercise.text.input_value().count("\n") + 2
        exercise.write("n = 0\nreturn n + nothing")
        assert exercise.run("NameError").startswith(
            f"NameError: name 'nothing' isn't defined. Line {line} of the text."
        )
        exercise.write("while True:\n    pass")
        assert exercise.run("was ended").startswith("This took longer than 1.5 seconds, and was ended.")
        assert kept(seen.page, HIDDEN) is None
        exercise.write(RIGHT)
        exercise.run("Right: it gives the book’s numbers.")
        exercise.box.get_by_role("button", name="Reset").click()
        exercise.said.filter(has_text="The text is as it was").wait_for()
        assert exercise.text.input_value().endswith('"""\n    ')
        assert seen.page.locator(".edit-note").count() == 0


def test_nothing_is_loaded_before_the_button_is_pressed(visit):
    with visit(f"{HIDDEN[0]}.html") as seen:
        exercise = Exercise(seen.page, HIDDEN)
        assert not [url for url, _ in seen.asked if "/live/" in url or "_exercises" in url]
        exercise.open()
        asked = {url.rpartition("/live/")[2] for url, _ in seen.asked if "/live/" in url}
        assert {"write/write.js", "edit/editor.js"} <= asked


def test_without_scripts_there_are_the_text_and_the_solution(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{HIDDEN[0]}.html")
    box = page.locator(f"#exercise-{HIDDEN[1]}")
    box.locator("summary").first.click()
    assert box.locator(".writes pre").is_visible()
    assert box.get_by_role("button").count() == 0
    box.get_by_text("Solution").click()
    solution = box.locator(".exercise-solution pre").inner_text()
    assert ast.parse(solution).body[0].name == HIDDEN[2]
    assert "linear_error(" in solution
    context.close()


def test_on_paper_there_are_lines_to_write_on_and_no_editor(visit):
    with visit(f"{HIDDEN[0]}.html") as seen:
        exercise = Exercise(seen.page, HIDDEN).open()
        lines = exercise.box.locator(".write-line")
        assert not [each for each in lines.all() if each.is_visible()]
        seen.page.emulate_media(media="print")
        assert len([each for each in lines.all() if each.is_visible()]) >= 5
        assert exercise.box.locator(".writes > .rule").is_visible()
        assert not exercise.text.is_visible()
        assert exercise.box.get_by_role("button").count() == 0


def test_a_page_on_a_disk_says_why_no_rule_can_be_written(browser):
    page = browser.new_page()
    page.goto((SITE / f"{HIDDEN[0]}.html").as_uri())
    exercise = Exercise(page, HIDDEN)
    exercise.opener.click()
    exercise.note.filter(has_text="This page was opened from a disk").wait_for()
    page.close()


def test_an_exercise_with_its_editor_has_no_fault_that_axe_finds_and_stays_within_its_window(visit):
    with visit(f"{HIDDEN[0]}.html", viewport={"width": 320, "height": 900}) as seen:
        exercise = Exercise(seen.page, HIDDEN).open()
        exercise.write(MISTAKES["weights transposed"])
        exercise.run("known bug")
        assert faults(seen) == []
