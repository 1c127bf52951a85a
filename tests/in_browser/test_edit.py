"""Rules that a reader changes, in Chromium: figures obey them, the check judges them as CPython does."""

import json
import re
from functools import partial
from random import Random

import edited
import pytest
from axe import faults
from in_browser.test_live import Figure, change, number_in, silent
from pages import SITE

from literate_bp.diagram.passes.quantities import three_digits

BUGS = edited.bugs_by_name()
PAGES = {
    "sigmoid_derivative": "03-node-backward.html",
    "half_squared_error_derivative": "04-network-and-cost.html",
    "output_errors": "05-errors-flow-back.html",
    "hidden_errors": "05-errors-flow-back.html",
    "errors": "05-errors-flow-back.html",
    "weight_gradient": "06-weight-gradients.html",
    "step": "06-weight-gradients.html",
}
RULES = {
    "σ(z) for σ′(z)": ("sigmoid_derivative", 0),
    "the error with the wrong sign": ("half_squared_error_derivative", 0),
    "σ′ left out of an output error": ("output_errors", 0),
    "σ′ left out of a hidden error": ("hidden_errors", 0),
    "σ′ of the activated value": ("hidden_errors", 1),
    "weights transposed": ("hidden_errors", 2),
    "the last error for the sum of them": ("hidden_errors", 3),
    "stale weights": ("errors", 0),
    "a gradient with its indices turned round": ("weight_gradient", 0),
    "a step uphill": ("step", 0),
}
"""The rule in which each bug is offered, and its place in the menu."""
CLEAR = "rgba(0, 0, 0, 0)"
LONG = 20_000
"""Milliseconds until a busy machine has begun an engine."""


@pytest.fixture
def visit(visit):
    """A function that opens a page in a tab of its own kind: what these tests load is not counted by others."""
    return partial(visit, has_touch=False)


class Editor:
    """The editor of a rule on a page that is open."""

    def __init__(self, page, rule):
        self.page = page
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        opener = f"button[aria-label='Edit and run {rule}']"
        self.opener, self.box = page.locator(opener), page.locator(f".literal-block-wrapper:has({opener})")
        self.opener.click()
        self.text = self.box.get_by_role("textbox")
        self.text.wait_for()
        self.said = self.box.locator(".edit-said")

    def press(self, name):
        self.box.get_by_role("button", name=name, exact=True).click()

    def type(self, old, new):
        """Put something in the place of a part of the text, by keys."""
        value = self.text.input_value()
        assert value.count(old) == 1
        start = value.index(old)
        self.text.evaluate("(field, [from, to]) => field.setSelectionRange(from, to)", [start, start + len(old)])
        self.text.focus()
        self.page.keyboard.insert_text(new)

    def wait(self, said):
        self.said.filter(has_text=said).wait_for(timeout=LONG)
        return self.said.text_content()

    def put_in(self, number):
        self.box.get_by_label("A bug to put in").select_option(label=f"Bug {number}")
        self.press("Put it in")

    def run(self, said):
        self.press("Run")
        return self.wait(said)

    def checks(self):
        return [
            (each.get_attribute("class"), each.text_content()) for each in self.box.locator(".edit-checks li").all()
        ]


def assert_verdict(editor, found, costs):
    """Compare what the page says with what CPython has found."""
    gradient, value, step = editor.checks()
    wrong = sum(len(one["wrong"]) for one in found)
    assert gradient[0] == ("edit-fails" if wrong else "edit-passes")
    if wrong:
        assert f"of 58 derivatives by weights and biases, {wrong} are wrong" in gradient[1]
        _, rule, slope = edited.worst(found)
        if rule != "None":
            assert number_in(gradient[1].replace(";", " "), "the rules say") == pytest.approx(float(rule), rel=1e-5)
        assert number_in(gradient[1], "changes by") == pytest.approx(float(slope), rel=1e-3)
    assert value[0] == ("edit-fails" if any(one["value"] for one in found) else "edit-passes")
    assert step[0] == ("edit-fails" if any(one["step"] for one in found) else "edit-passes")
    words = editor.box.locator(".edit-downhill span").text_content()
    assert words.startswith("The cost falls all the same" if costs[-1] < costs[0] else "The cost rises")
    book = edited.KNOWN["costs"]
    assert f"from {three_digits(costs[0])} to {three_digits(costs[-1])}" in words
    assert f"from {three_digits(book[0])} to {three_digits(book[-1])}" in words
    assert editor.box.locator(".edit-curve polyline").count() == 2


@pytest.mark.parametrize("name", BUGS)
def test_each_bug_is_put_in_caught_as_cpython_catches_it_shown_and_taken_out(visit, tmp_path, name):
    rule, place = RULES[name]
    bug = BUGS[name]
    with visit(PAGES[rule]) as seen:
        figure = Figure(seen.page)
        at_rest = figure.texts()
        editor = Editor(seen.page, rule)
        before = editor.text.input_value()
        editor.put_in(place + 1)
        editor.wait("Wrong: the check has caught it. A bug is in here")
        assert editor.text.input_value() == before.replace(bug.old, bug.new)
        found, costs = edited.checked(edited.package(tmp_path, bug.file, bug.old, bug.new)[1])
        assert_verdict(editor, found, costs)
        editor.press("Show me")
        begin = bug.name if bug.name[0] == "σ" else bug.name[0].upper() + bug.name[1:]
        marked = [each.text_content() for each in editor.box.locator(".edit-changed").all()]
        first = editor.text.input_value().splitlines().index(bug_line(editor.text.input_value(), bug.new)) + 1
        place = f"lines {first} to {first + len(marked) - 1}" if len(marked) > 1 else f"line {first}"
        assert editor.said.text_content().startswith(f"{begin}: {place}. In the book it is ")
        assert bug.new.split("\n")[0] in marked[0]
        assert len(marked) == len(bug.new.split("\n"))
        editor.press("Reset")
        assert editor.text.input_value() == before
        assert figure.texts() == at_rest
        assert seen.page.locator(".edit-note").count() == 0
        assert silent(seen)


def bug_line(text, new):
    """Return the line of a text in which a bug begins."""
    return text[text.rindex("\n", 0, text.index(new)) + 1 :].partition("\n")[0]


def test_by_keyboard_any_bug_is_chosen_and_put_in_and_undo_gives_back_what_was_written(visit):
    with visit("05-errors-flow-back.html") as seen:
        editor = Editor(seen.page, "hidden_errors")
        press = seen.page.keyboard.press
        editor.type("dc_da_j)", "dc_da_j + 0)")
        written = editor.text.input_value()
        editor.box.get_by_label("A bug to put in").focus()
        press("ArrowDown")
        press("ArrowDown")
        press("Tab")
        press("Enter")
        editor.wait("A bug is in here")
        bug = BUGS["weights transposed"]
        assert RULES["weights transposed"] == ("hidden_errors", 2)
        assert bug.new in editor.text.input_value()
        editor.text.focus()
        press("Control+z")
        assert editor.text.input_value() == written
        assert editor.said.text_content() == ""
        assert editor.checks() == []
        assert not editor.box.get_by_role("button", name="Show me", exact=True).is_visible()


def test_a_verdict_says_which_rules_are_changed_and_goes_when_another_one_changes(visit):
    with visit("05-errors-flow-back.html") as seen:
        first, second = Editor(seen.page, "output_errors"), Editor(seen.page, "hidden_errors")
        first.put_in(1)
        first.wait("Wrong")
        assert second.run("Wrong").startswith("This rule is the book’s. Changed now: output_errors. Wrong")
        assert first.checks()
        second.put_in(1)
        assert second.wait("A bug is in here").startswith("Changed now: output_errors, hidden_errors. Wrong")
        assert first.said.text_content() == "hidden_errors has changed since. Run this rule again."
        assert first.checks() == []
        first.press("Reset")
        assert second.said.text_content() == "output_errors has changed since. Run this rule again."
        assert second.checks() == []
        assert second.run("Wrong").startswith("Wrong")
        second.press("Show me")
        second.text.focus()
        seen.page.keyboard.insert_text(" ")
        assert second.checks() == []


def test_to_the_figure_leaves_its_color_as_it_was(visit):
    with visit("03-node-backward.html") as seen:
        editor = Editor(seen.page, "linear_error")
        editor.run("These are the book’s rules")
        editor.box.get_by_role("link", name="To the figure").click()
        assert seen.page.evaluate("getComputedStyle(document.querySelector(':target')).backgroundColor") == CLEAR


REWRITTEN = {
    ("02-node-forward.html", "weighted_sum"): (
        "return sum(w_i * x_i for w_i, x_i in zip(w, x))",
        "total = 0.0\n    for n in range(len(w)):\n        total = total + x[n] * w[n]\n    return total",
    ),
    ("03-node-backward.html", "sigmoid_derivative"): ("sigmoid(z) * sigmoid(-z)", "sigmoid(z) * (1 - sigmoid(z))"),
    ("06-weight-gradients.html", "step"): ("w - rate * dc_dw", "w + (-rate) * dc_dw"),
}


@pytest.mark.parametrize("where", REWRITTEN)
def test_a_right_rule_that_is_written_in_another_way_passes_and_is_told_so(visit, where):
    page, rule = where
    with visit(page) as seen:
        editor = Editor(seen.page, rule)
        editor.type(*REWRITTEN[where])
        assert editor.run("Right") == "Right: written differently, the rule gave the same numbers."
        assert {kind for kind, _ in editor.checks()} == {"edit-passes"}
        seen.page.locator(
            ".edit-note", has_text=f"This figure obeys a rule that a reader has changed: {rule}()."
        ).first.wait_for()
        editor.press("Reset")
        editor.run("These are the book’s rules, and they are right.")
        assert seen.page.locator(".edit-note").count() == 0


def test_the_textbook_sigmoid_is_right_near_zero_and_one_line_of_the_check_says_where_it_fails(visit):
    with visit("02-node-forward.html") as seen:
        editor = Editor(seen.page, "sigmoid")
        branch = next(line for line in editor.text.input_value().splitlines() if "if z < 0:" in line)
        editor.type(branch, "    if False:")
        said = editor.run("Right near 0, but sigmoid fails at z = −")
        size = re.search(
            r"z = −([\d.·⁰¹²³⁴⁵⁶⁷⁸⁹]+): exp\(([\d.·⁰¹²³⁴⁵⁶⁷⁸⁹]+)\) is too large for a number \(OverflowError\)", said
        )
        assert size[1] == size[2]
        assert [kind for kind, _ in editor.checks()] == ["edit-passes", "edit-fails", "edit-passes"]
        assert seen.page.locator(".edit-gray").count() == 0
        figure = Figure(seen.page).open()
        figure.figure.locator(".live-line select").select_option("b1.1")
        figure.figure.locator(".live-line input").fill("-900")
        seen.page.keyboard.press("Enter")
        editor.wait("OverflowError: math range error. Line ")


def test_in_random_states_the_figure_has_the_numbers_that_cpython_gets_with_the_same_change(visit, tmp_path):
    old, new = "linear_error(layer.derivative(z_j), dc_da_j)", "linear_error(layer.derivative(z_j) + 0.25, dc_da_j)"
    live, _ = edited.package(tmp_path, "nodes.py", old, new)
    draw = Random(14)  # noqa: S311  the same numbers every time
    with visit("05-errors-flow-back.html") as seen:
        editor = Editor(seen.page, "hidden_errors")
        editor.type(old, new)
        editor.run("Wrong")
        figure = Figure(seen.page).open()
        for _ in range(25):
            change(figure, draw)
            assert wrong_numbers(figure, live) == []
        figure.figure.get_by_role("button", name="100 steps").click()
        figure.figure.locator(".live-curve", has_text="100 steps").wait_for(timeout=LONG)
        editor.press("Reset")
        figure.assert_right()


def test_step_and_paths_write_no_equation_that_a_changed_rule_does_not_keep(visit):
    with visit("05-errors-flow-back.html") as seen:
        figure = Figure(seen.page).open()
        line = figure.figure.locator(".live-formula")
        step = figure.figure.get_by_role("button", name="Step", exact=True)
        while not line.text_content().startswith("δ³₁"):
            step.click()
        assert line.text_content().count(" = ") == 3
        editor = Editor(seen.page, "output_errors")
        editor.type("linear_error(layer.derivative(z_k), dc_da_k)", "dc_da_k")
        editor.run("Wrong")
        line.filter(has_text="by the changed rule").wait_for()
        said = []
        for _ in range(12):
            said.append(line.text_content())
            step.click()
        changed = [each for each in said if each.endswith(" by the changed rule")]
        assert 0 < len(changed) < len(said)
        assert all(each.count(" = ") == 1 for each in changed)
        assert any(each.startswith("δ³₁ = −") for each in changed)
        assert all(each.count(" = ") > 1 for each in said if each not in changed)
        figure.figure.locator(".live-line select").select_option("w3.1.1")
        figure.figure.get_by_role("button", name="Paths").click()
        title = figure.figure.locator(".live-paths > p")
        title.filter(has_text=", but by the changed rule, the derivative of the cost by the weight is ").wait_for()
        editor.press("Reset")
        title.filter(has_text=", the derivative of the cost by the weight.").wait_for()
        assert "by the changed rule" not in line.text_content()


def wrong_numbers(figure, live):
    """Return the numbers of a figure that are not those of changed rules, when its worker has answered."""
    for _ in range(100):
        texts = [(name, text.rpartition(" ")[2]) for name, text in figure.texts()]
        question = json.dumps({**figure.state(), "do": "show", "sign": 1})
        values = dict(each.split("=") for each in live.answer(question).split())
        wrong = [(name, text) for name, text in texts if text != three_digits(float(values[name]))]
        if not wrong:
            break
    return wrong


def test_an_error_is_said_in_pythons_words_at_its_line_and_the_figure_is_gray_until_it_is_mended(visit):
    with visit("03-node-backward.html") as seen:
        figure = Figure(seen.page)
        at_rest = figure.texts()
        editor = Editor(seen.page, "linear_error")
        line = editor.text.input_value().count("\n") + 1
        editor.type("derivative * dc_da", "derivative * dc_db")
        said = editor.run("NameError")
        assert said.startswith(f"NameError: name 'dc_db' isn't defined. Line {line} of the text.")
        assert "derivative * dc_db" in editor.box.locator(".edit-wrong").text_content()
        assert editor.text.get_attribute("aria-invalid") == "true"
        seen.page.locator(".bp-picture.edit-gray").wait_for()
        assert figure.texts() == at_rest
        assert "still shows those of the book" in seen.page.locator(".edit-note").text_content()
        editor.type("derivative * dc_db", "derivative * (dc_da")
        assert editor.run("SyntaxError").startswith("SyntaxError: ")
        assert "derivative * (dc_da" in editor.box.locator(".edit-wrong").text_content()
        editor.type("derivative * (dc_da", "dc_da * derivative")
        editor.run("Right")
        assert seen.page.locator(".edit-gray").count() == 0
        assert editor.text.get_attribute("aria-invalid") is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("while True:\n        pass", "This took longer than 1.5 seconds, and was ended."),
        ("kept = []\n    while True:\n        kept.append([0.0] * 1000)", "This took longer|MemoryError"),
        ("kept = [0.0] * 10**9", "MemoryError"),
        ("return linear_error(derivative, dc_da)", "RuntimeError: maximum recursion depth exceeded"),
        ("import js\n    js.fetch('edited.json')", "Error"),
        ("import sys\n    del sys.modules['js']\n    import js\n    js.document.title = 'x'", "Error"),
        ("import sys\n    del sys.modules['js']\n    import js\n    js.fetch('edited.json')", "Error"),
        ("import sys\n    del sys.modules['js']\n    import js\n    js.eval('1')", "Error"),
        ("import sys\n    del sys.modules['js']\n    import js\n    js.Object.constructor('1')", "Error"),
    ],
)
def test_what_has_no_end_or_reaches_out_is_ended_and_a_fresh_engine_runs_the_next_rule(visit, more, said):
    with visit("03-node-backward.html") as seen:
        title = seen.page.title()
        editor = Editor(seen.page, "linear_error")
        before = len(seen.asked)
        editor.type("return derivative * dc_da", f"{more}\n    return derivative * dc_da")
        editor.run(re.compile(said))
        assert editor.said.text_content().endswith(
            "The figure is gray: it still shows the numbers by the book’s rules."
        )
        assert all("edited.json" not in url for url, _ in seen.asked[before:])
        assert seen.page.title() == title
        editor.press("Reset")
        editor.type("derivative * dc_da", "dc_da * derivative")
        editor.run("Right")


def test_a_loop_without_end_at_some_numbers_alone_is_ended_when_they_come(visit):
    with visit("02-node-forward.html") as seen:
        editor = Editor(seen.page, "linear")
        editor.type("return weighted_sum(w, x) + b", "while b == 7:\n        pass\n    return weighted_sum(w, x) + b")
        editor.run("Right")
        figure = Figure(seen.page).open()
        figure.figure.locator(".live-line select").select_option("b1.1")
        figure.figure.locator(".live-line input").fill("7")
        seen.page.keyboard.press("Enter")
        editor.wait("was ended")
        seen.page.locator(".edit-gray").wait_for()
        figure.assert_right()


def test_the_keyboard_writes_indents_undoes_and_leaves(visit):
    with visit("03-node-backward.html") as seen:
        editor = Editor(seen.page, "linear_error")
        page, text = seen.page, editor.text
        before = text.input_value()
        press, focused = page.keyboard.press, lambda: page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Control+End")
        press("Enter")
        page.keyboard.type("if x:")
        press("Enter")
        page.keyboard.type("y")
        assert text.input_value() == f"{before}\n    if x:\n        y"
        press("Tab")
        press("Shift+Tab")
        assert text.input_value() == f"{before}\n    if x:\n    y   ".replace("    y   ", "    y   ")
        while text.input_value() != before:
            press("Control+z")
        press("Escape")
        assert editor.said.text_content() == "Tab leaves the text now."
        press("Tab")
        order = [focused()]
        for _ in range(2):
            press("Tab")
            order.append(focused())
        assert order == ["Run", "Reset", "Close"]
        press("Enter")
        assert editor.box.locator(".edit").count() == 0
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Edit and run linear_error"
        assert editor.box.locator(".rule").is_visible()


def test_the_text_has_a_name_a_description_and_runs_by_control_and_enter(visit):
    with visit("03-node-backward.html") as seen:
        editor = Editor(seen.page, "linear_error")
        text = seen.page.get_by_role("textbox", name="The rule linear_error, to be changed")
        described = seen.page.locator(f"#{text.get_attribute('aria-describedby')}").text_content()
        assert "Escape, then Tab, leaves the text" in described
        assert editor.said.get_attribute("role") == "status"
        seen.page.keyboard.press("Control+Enter")
        editor.wait("These are the book’s rules")


def test_nothing_is_loaded_before_somebody_wants_it_and_then_little(visit):
    with visit("05-errors-flow-back.html") as seen:
        assert not [url for url, _ in seen.asked if "/live/" in url]
        editor = Editor(seen.page, "hidden_errors")
        editor.run("These are the book’s rules")
        asked = {url for url, _ in seen.asked if "/live/" in url}
        assert all(
            url.startswith(f"{seen.address}_static/live/") and status == 200
            for url, status in seen.asked
            if "/live/" in url
        )
        assert {url.removeprefix(f"{seen.address}_static/live/") for url in asked if "/edit/" in url} == {
            f"edit/{name}"
            for name in ("edited.json", "editor.js", "rules.js", "text.js", "verdict.js", "worker.js", "files.js")
        }
        assert silent(seen)


@pytest.mark.parametrize("name", ["02-node-forward.html", "05-errors-flow-back.html"])
def test_an_open_editor_with_a_verdict_has_no_fault_that_axe_finds_and_stays_within_its_window(visit, name):
    with visit(name, viewport={"width": 320, "height": 900}) as seen:
        editor = Editor(seen.page, "linear" if name[:2] == "02" else "hidden_errors")
        if name[:2] == "02":
            editor.type("weighted_sum(w, x) + b", "weighted_sum(w, x) + q")
            editor.run("NameError")
        else:
            editor.put_in(1)
            editor.wait("Wrong")
            editor.press("Show me")
        assert faults(seen) == []


def test_on_paper_there_is_the_listing_and_what_was_changed_is_said(visit):
    with visit("03-node-backward.html") as seen:
        editor = Editor(seen.page, "linear_error")
        editor.type("derivative * dc_da", "dc_da")
        editor.run("Wrong")
        seen.page.emulate_media(media="print")
        assert editor.box.locator(".rule").is_visible()
        assert not editor.text.is_visible()
        assert not editor.opener.is_visible()
        assert seen.page.locator(".edit-note").is_visible()


def test_a_page_on_a_disk_says_why_its_rules_cannot_run(browser):
    page = browser.new_page()
    page.goto((SITE / "03-node-backward.html").as_uri())
    page.get_by_role("button", name="Edit and run linear_error", exact=True).click()
    said = page.locator(".edit-failed:not(:empty)").text_content()
    page.close()
    assert said.startswith("This page was opened from a disk, and browsers run no rules there.")


def test_only_functions_of_the_two_files_have_the_button_and_only_where_a_figure_obeys_them(visit):
    found = {}
    for name in sorted({*PAGES.values(), "02-node-forward.html", "07-worked-example.html", "08-matrices.html"}):
        with visit(name) as seen:
            buttons = seen.page.locator("button.edit-open").all()
            found[name[:2]] = [each.get_attribute("aria-label").removeprefix("Edit and run ") for each in buttons]
    assert found == {
        "02": ["weighted_sum", "linear", "sigmoid"],
        "03": ["sigmoid_derivative", "activated_error", "linear_error"],
        "04": ["sigmoid_layer", "forward", "half_squared_error", "half_squared_error_derivative"],
        "05": ["output_errors", "hidden_errors", "errors"],
        "06": ["weight_gradient", "backward", "step", "descend"],
        "07": [],
        "08": [],
    }
