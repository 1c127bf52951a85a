"""Exercises that answer: right answers, each known mistake, fresh numbers, by keyboard alone; and what is kept."""

import json
import re

import pytest
from pages import SITE

FILES = sorted((SITE / "_exercises").glob("*.js"))
PAGES = [path.name.split(".")[0] for path in FILES]
PAGE, FIRST = "02-node-forward", "#exercise-turned"
SETS = 2
"""How many sets of each exercise are worked through."""
ALL = """async (data) => {
  const wrong = [];
  const wait = () => new Promise((done) => setTimeout(done));
  const until = async (holds) => { for (let left = 500; left && !holds(); left -= 1) await wait(); };
  const arrange = (list, items, places) => {
    for (const [at, place] of places.entries())
      while ([...list.children].indexOf(items[place]) > at) items[place].querySelector("button").click();
  };
  for (const [name, sets] of Object.entries(data)) {
    const form = document.querySelector(`#exercise-${name} form`);
    const fields = [...form.querySelectorAll(".ask")].map((ask) => {
      const list = ask.matches(".has-list") ? ask.nextElementSibling : undefined;
      return { input: ask.querySelector("input"), list, items: [...list?.children ?? []] };
    });
    const type = ({ input, list, items }, answer) => {
      if (list?.matches(".steps")) return arrange(list, items, answer.split(","));
      if (list) return items[answer].querySelector("input").click();
      input.value = answer;
      input.dispatchEvent(new Event("input"));
    };
    const said = () => [...form.querySelectorAll(".ask-said")].map((each) => each.textContent);
    for (const asks of sets) {
      for (let turn = 0; turn < Math.max(...asks.map(({ length }) => length)); turn += 1) {
        const tried = asks.map((each) => each[Math.min(turn, each.length - 1)]);
        for (const [ask, [answer]] of tried.entries()) type(fields[ask], answer);
        form.requestSubmit();
        await until(() => said().every(Boolean));
        for (const [ask, sentence] of said().entries())
          if (sentence !== tried[ask][1]) wrong.push(`${name}: ${tried[ask]}: ${sentence}`);
      }
      if (sets.length > 1) form.querySelector(".exercise-buttons button[type=button]").click();
      await wait();
    }
  }
  return wrong;
}"""
RENEWED = "(before) => document.querySelector('#exercise-turned .drawn').textContent !== before"
KEPT = "() => localStorage.getItem(Object.keys(localStorage).find((key) => key.startsWith('exercises ')) ?? '')"


def data_of(page):
    """Return what the file of a page registers."""
    (file,) = (SITE / "_exercises").glob(f"{page}.*.js")
    return json.loads(re.fullmatch(r"exercises\[.*?\] = (.*);\n", file.read_text(encoding="utf-8"), re.DOTALL)[1])


def as_typed(numbers, to):
    """Write the answer and the mistakes of an ask as readers do: rounded, with a comma or with a minus sign."""
    count = {"one": 1, "two": 2, "three": 3, "four": 4}.get(to.split()[1], 0)
    texts = [f"{number:.{count}{'g' if 'digit' in to else 'f'}}" for number, _ in numbers]
    if "whole" in to:
        texts[0] = f"{numbers[0][0]:,.0f}"
    elif not re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}\D?.*", texts[0]):  # with a comma it may be one of two numbers
        texts[0] = texts[0].replace(".", ",")
    return [texts[0], *(text.replace("-", "−") for text in texts[1:])]


def in_order(before):
    """Return the places of steps, each after those that come before it."""
    order = []
    while len(order) < len(before):
        order.append(
            next(n for n, needs in enumerate(before) if n not in order and {each for each, _ in needs} <= {*order})
        )
    return order


def tries(ask, comes_to):
    """Return what is typed or chosen, the right answer first, and what is said of it."""
    right = "Right."
    if ask.get("kind") == "choice":
        said = [(str(place), sentence or right) for place, sentence in enumerate(comes_to or ask["said"])]
        return sorted(said, key=lambda each: each[1] != right)
    if ask.get("kind") == "order":
        return [(",".join(map(str, in_order(ask["before"]))), right)]
    if ask.get("kind") == "break":
        (low, high), (least, most) = comes_to[0], ask["within"]
        outside = (least + low) / 2 if low > least else (high + most) / 2
        out_of_range = f"Type a number from {least:g} to {most:g}."
        return [(str((low + high) / 2), right), (str(outside), ask["said"]), (str(2 * most), out_of_range)]
    return [*zip(as_typed(comes_to, ask["to"]), (right, *ask["mistakes"]), strict=True)]


def typed(page):
    """Return the exercises of a page: for some sets of numbers what is answered, and what is said of it."""
    return {
        name: [
            [tries(*pair) for pair in zip(exercise["asks"], numbers["asks"], strict=True)]
            for numbers in exercise["sets"][:SETS]
        ]
        for name, exercise in data_of(page).items()
        if exercise["asks"][0].get("kind") != "write"
    }


OPEN = "() => { for (const fold of document.querySelectorAll('details.exercise')) fold.open = true; }"


@pytest.fixture
def page(visit):
    """A page with exercises, all of them open."""
    with visit(f"{PAGE}.html") as seen:
        seen.page.evaluate(OPEN)
        yield seen.page


def answer(page, name, place=0):
    """Return the answer of the first ask of an exercise, in a set of numbers."""
    return f"{data_of(page)[name]['sets'][place]['asks'][0][0][0]:.3f}"


def test_there_are_exercises():
    assert len(PAGES) >= 2


@pytest.mark.parametrize("name", PAGES)
def test_right_answers_are_right_and_each_known_mistake_is_named_in_fresh_numbers_too(visit, name):
    with visit(f"{name}.html") as seen:
        assert not [url for url, _ in seen.asked if "_exercises" in url], "nobody has begun one"
        assert seen.page.evaluate(ALL, typed(name)) == []
        assert [url for url, _ in seen.asked if "_exercises" in url]
        assert not [each for each in seen.said if "Service Worker" not in each]


SAID = [
    ("abc", "refused", "“abc” is not a number. Write 0.25, 0,25, 1/4 or 2.5e-3."),
    ("1.000.5", "refused", "“1.000.5” is not a number. Write 0.25, 0,25, 1/4 or 2.5e-3."),
    ("", "refused", "Type a number first."),
    ("1/0", "refused", "“1/0” is not a number. Write 0.25, 0,25, 1/4 or 2.5e-3."),
    ("-0.302", "off", "The size is right. The sign is not."),
    ("0.302e2", "off", "The digits are right. The decimal point is in another place."),
    ("0.3", "off", "Right as far as it goes. Give three decimals."),
    ("3.02·10⁻¹", "right", "Right."),
    ("+0,302", "right", "Right."),
    (".302", "right", "Right."),
    ("302/1000", "right", "Right."),
    ("30.2%", "right", "Right."),
    ("30.2 %", "right", "Right."),
    ("0.302 units", "refused", "Type the number alone."),
    ("1,234", "refused", "“1,234” may be one of two numbers. Write 1234 or 1.234."),
    ("1,234,567", "off", "Not yet. This is too large."),
    ("0.303", "off", "Close. Carry more digits on the way, and round once, at the end."),
    ("0.5", "off", "Not yet. This is too large."),
    ("0", "off", "Not yet. The answer is not 0."),
    ("-0.5", "off", "Not yet. The sign is wrong, and so is the size."),
]


def test_steps_are_put_in_order_by_keyboard_and_what_stands_too_early_is_named(visit):
    with visit("10-train.html") as seen:
        seen.page.evaluate(OPEN)
        box = seen.page.locator("#exercise-step-order")
        box.get_by_role("button", name="Check").focus()
        seen.page.keyboard.press("Enter")
        said = box.locator(".ask-said.mistake")
        said.wait_for()
        why = "gives what it needs|still needs the old value"
        assert re.fullmatch(f"“.*” must come after “.*”, which ({why})\\.", said.text_content())
        words = [each.inner_text() for each in box.locator(".steps > li > span:last-child").all()]
        box.get_by_role("button", name=f"Move down: {words[0].rstrip('.')}").focus()
        seen.page.keyboard.press("Space")
        assert said.count() == 0
        assert [each.inner_text() for each in box.locator(".steps > li > span:last-child").all()][:2] == words[1::-1]
        assert box.get_by_role("status").text_content() == f"{words[0].rstrip('.')}: 2 of {len(words)}."
        assert seen.page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Move down: ")


def test_a_formula_is_chosen_by_keyboard_and_kept(visit):
    with visit("03-node-backward.html") as seen:
        seen.page.evaluate(OPEN)
        box = seen.page.locator("#exercise-slope-formula")
        said = data_of("03-node-backward")["slope-formula"]["asks"][0]["said"]
        box.get_by_role("radio").first.focus()
        for _ in range(said.index("")):
            seen.page.keyboard.press("ArrowDown")
        seen.page.keyboard.press("Space")
        seen.page.keyboard.press("Enter")
        box.locator(".ask-said.right").wait_for()
        seen.page.keyboard.press("ArrowDown")
        seen.page.keyboard.press("Enter")
        box.locator(".ask-said.mistake").wait_for()
        assert box.get_by_role("status").text_content() == said[(said.index("") + 1) % len(said)]
        seen.page.keyboard.press("ArrowUp")
        seen.page.keyboard.press("Enter")
        box.locator(".ask-said.right").wait_for()
        assert box.get_by_role("radiogroup").get_attribute("aria-labelledby")
        seen.page.reload()
        seen.page.evaluate(OPEN)
        box.locator(".ask-said.right").wait_for()
        assert box.get_by_role("radio").nth(said.index("")).is_checked()


def test_what_is_off_is_said_in_words_and_heard(page):
    box = page.locator(FIRST)
    assert answer(PAGE, "turned") == "0.302"
    for text, kind, sentence in SAID:
        box.get_by_role("textbox").fill(text)
        box.get_by_role("button", name="Check").click()
        said = box.locator(f".ask-said.{kind}")
        said.wait_for()
        assert said.text_content() == sentence
        assert box.get_by_role("status").text_content() == sentence
        field = box.get_by_role("textbox")
        assert field.get_attribute("aria-invalid") == (None if kind == "right" else "true")
        assert field.get_attribute("aria-describedby") == said.get_attribute("id")


NOT_ITS_BEGINNING = [
    (0.681, ["1/4", "1/3", "3e-1", "1", "7e-1", "7/10", "0", "-0.7", "0.5"]),
    (-0.0075, ["-1/3", "1/3", "0.0", "0", "-0", "-0.0", "0.01", "-0.01"]),
    (-0.124, ["1/5", "0.1", "-1/5", "-1", "0"]),
]
ITS_BEGINNING = [
    (0.681, ["0.7", "0,68", ".7"]),
    (-0.0075, ["-0.008", "−0.007"]),
    (-0.124, ["-0.1", "-0.12"]),
    (12.34, ["12"]),
]
ONE = """async ([answer, text]) => {
  const form = document.querySelector('#exercise-turned form');
  const [field, said] = [form.querySelector('input'), form.querySelector('.ask-said')];
  exercises['02-node-forward'].turned.sets[0].asks[0] = [[answer, 1e-5]];
  field.value = text;
  field.dispatchEvent(new Event('input'));
  form.requestSubmit();
  while (!said.textContent) await new Promise((done) => setTimeout(done));
  return said.textContent;
}"""


def test_right_as_far_as_it_goes_is_said_of_the_answer_rounded_to_fewer_digits_alone(page):
    page.locator(f"{FIRST} input").focus()
    page.wait_for_function("() => exercises['02-node-forward']")
    said = {
        (answer, text): page.evaluate(ONE, [answer, text])
        for answer, texts in ITS_BEGINNING + NOT_ITS_BEGINNING
        for text in texts
    }
    right = {each for each, sentence in said.items() if "as far as it goes" in sentence}
    assert right == {(answer, text) for answer, texts in ITS_BEGINNING for text in texts}
    assert said[-0.124, "-1"] == "Not yet. This is too far from 0."


ROUNDED = [
    (-0.1064, 1e-3, "-0.107", "Right within rounding. Rounded once, at the end, it is −0.106."),
    (-0.1064, 1e-3, "-0.106", "Right."),
    (0.10649, 1e-3, "0.1065", "Right."),
    (0.9996, 1e-3, "0.999", "Right within rounding. Rounded once, at the end, it is 1.000."),
    (6433.93, 10, "6440", "Right within rounding. Rounded once, at the end, it is 6430."),
    (0.2, 5e-4, "0.2004", "Right."),
    (0.1064, 1e-3, "0.108", "Close. Carry more digits on the way, and round once, at the end."),
]


def test_a_reader_who_has_rounded_on_the_way_hears_what_the_answer_is(page):
    page.locator(f"{FIRST} input").focus()
    page.wait_for_function("() => exercises['02-node-forward']")
    one = ONE.replace("[answer, text]", "[answer, within, text]").replace("1e-5", "within")
    for answer_, within, text, sentence in ROUNDED:
        assert page.evaluate(one, [answer_, within, text]) == sentence


OTHERS = [
    (184320, "184,320", "Right."),
    (1843200, "1,843,200", "Right."),
    (10, "1", "Not yet. This is too small."),
    (10, "100", "Not yet. This is too large."),
    (10, "1,000", "Not yet. This is too large."),
    (16, "2^4", "Right."),
    (16, "2**(4)", "Right."),
    (40160, "40160 bytes", "Type the number alone."),
]
NUMBERS = [
    (0.0625, ["2^-4", "2⁻⁴", "2**-4", "2^(-4)", "1/2^4", "6.25%", "6.25·10^-2", "625e-4"]),
    (-0.0625, ["-2^-4", "−1/16"]),
    (6433.5, ["6,433.5", "6433,5"]),
    (1234567, ["1,234,567"]),
]


def test_a_whole_number_has_commas_between_thousands_and_is_too_small_or_too_large(page):
    page.locator(f"{FIRST} input").focus()
    page.wait_for_function("() => exercises['02-node-forward']")
    page.evaluate("() => { exercises['02-node-forward'].turned.asks[0].to = 'a whole number'; }")
    said = [(answer, text, page.evaluate(ONE, [answer, text])) for answer, text, _ in OTHERS]
    assert said == OTHERS


def test_a_power_a_share_and_thousands_with_a_point_behind_them_are_numbers(page):
    page.locator(f"{FIRST} input").focus()
    page.wait_for_function("() => exercises['02-node-forward']")
    said = {(each, text): page.evaluate(ONE, [each, text]) for each, texts in NUMBERS for text in texts}
    assert {*said.values()} == {"Right."}, said


def test_where_an_exponent_is_asked_for_its_power_is_not_called_too_large(visit):
    with visit("17-loss-scaling.html") as seen:
        seen.page.evaluate(OPEN)
        box = seen.page.locator("#exercise-largest")
        exponent = round(float(answer("17-loss-scaling", "largest")))
        for text in (f"2^{exponent}", f"2**{exponent - 1}", f"{2**exponent:,}", str(2 ** (exponent + 1))):
            box.get_by_role("textbox").fill(text)
            box.get_by_role("button", name="Check").click()
            box.locator(".ask-said.refused").wait_for()
            assert box.locator(".ask-said").text_content() == "Type the exponent alone."
        box.get_by_role("textbox").fill(str(exponent))
        box.get_by_role("button", name="Check").click()
        box.locator(".ask-said.right").wait_for()


def test_an_exercise_is_worked_by_keyboard_alone_with_hints_one_at_a_time_and_fresh_numbers(page):
    box = page.locator(FIRST)
    box.get_by_role("textbox").focus()
    page.keyboard.type("0.9")
    page.keyboard.press("Enter")
    box.locator(".ask-said.off").wait_for()
    assert page.evaluate("document.activeElement.matches('.exercise input')"), "the keyboard is where the number is"
    stops = []
    for _ in range(3):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert stops == ["Check", "Fresh numbers", "Hint 1"]
    assert box.get_by_text("Hint 2").is_hidden()
    page.keyboard.press("Enter")
    box.get_by_text("Hint 2").wait_for()
    before = box.locator(".drawn").first.inner_text()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    page.wait_for_function(RENEWED, arg=before)
    assert "seed" in box.get_by_role("status").inner_text()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type(answer(PAGE, "turned", 1))
    page.keyboard.press("Enter")
    box.locator(".ask-said.right").wait_for()


def solve(page, name="turned"):
    """Solve an exercise as the page has it."""
    box = page.locator(f"#exercise-{name}")
    box.get_by_role("textbox").fill(answer(PAGE, name))
    box.get_by_role("button", name="Check").click()
    box.locator(".ask-said.right").wait_for()


def mark(page):
    """Return what the contents say of the chapter."""
    link = page.locator(".sidebar-tree a", has_text="One node, forward")
    return " ".join(link.first.text_content().split())


def test_what_was_done_is_kept_and_shown_in_the_contents_of_other_pages_and_cleared(page, address):
    assert "to check done" not in mark(page)
    solve(page)
    assert "1 of 4 exercises with answers to check done" in mark(page)
    page.goto(f"{address}03-node-backward.html")
    assert "1 of 4 exercises with answers to check done" in mark(page)
    page.goto(f"{address}{PAGE}.html")
    page.evaluate(OPEN)
    page.locator(f"{FIRST} .ask-said.right").wait_for()
    assert page.locator(f"{FIRST} input").input_value() == "0.302"
    page.get_by_text("What is kept").click()
    page.get_by_role("button", name="Clear").click()
    assert "1 of 4" in mark(page), "the button asks first"
    page.get_by_role("button", name="Clear all").click()
    assert "to check done" not in mark(page)
    assert page.evaluate(KEPT) is None
    assert page.locator(f"{FIRST} input").input_value() == ""


def test_what_was_done_is_saved_to_a_file_and_taken_from_it_by_another_browser(page, tmp_path):
    solve(page)
    page.get_by_text("What is kept").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save to a file").click()
    path = tmp_path / "exercises.json"
    saved.value.save_as(path)
    page.evaluate("localStorage.clear()")  # as another browser has it
    page.reload()
    assert "to check done" not in mark(page)
    page.evaluate(OPEN)
    page.get_by_text("What is kept").click()
    page.locator("input[type=file]").set_input_files(path)
    page.locator(f"{FIRST} .ask-said.right").wait_for()
    assert "1 of 4 exercises with answers to check done" in mark(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "x.json", "mimeType": "application/json", "buffer": b'{"pages": {}}'}
    )
    page.get_by_text("x.json is not a file saved by this page").wait_for()
    assert "1 of 4 exercises with answers to check done" in mark(page)


@pytest.fixture
def another(browser):
    """Return a function that makes a tab of its own, for what stays in one."""
    contexts = []

    def make(**look):
        contexts.append(browser.new_context(service_workers="block", **look))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
REFUSED = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })"


@pytest.mark.parametrize("storage", [FULL, REFUSED], ids=["full", "refused"])
def test_where_the_browser_keeps_nothing_exercises_answer_all_the_same_and_the_fold_says_so(another, address, storage):
    page = another()
    page.add_init_script(storage)
    page.goto(f"{address}{PAGE}.html")
    page.evaluate(OPEN)
    solve(page)
    assert "1 of 4 exercises with answers to check done" in mark(page)
    assert "lasts until this page is closed" in page.locator(".kept").text_content()
    assert "stays in this browser" not in page.locator(".kept").text_content()


def given(pages):
    """Return a file as the page saves it."""
    book = {"book": "exercises of literate backpropagation", "pages": pages}
    return {"name": "given.json", "mimeType": "application/json", "buffer": json.dumps(book).encode()}


def test_from_a_file_only_the_exercises_of_the_book_are_taken_and_what_was_said_before_is_gone(page):
    solve(page)
    begun = {"done": False, "right": False, "typed": ["5"], "seed": data_of(PAGE)["turned"]["sets"][0]["seed"]}
    page.get_by_text("What is kept").click()
    chosen = page.locator("input[type=file]")
    chosen.set_input_files(given({"no-page": {"of": 1, "begun": {"one": begun}}}))
    page.get_by_text("given.json has no exercises of this book.").wait_for()
    chosen.set_input_files(given({PAGE: {"of": 4, "begun": {"turned": begun, "no-exercise": begun}}}))
    page.get_by_text("Taken from given.json: 1 exercise.").wait_for()
    assert "no-" not in page.evaluate(KEPT)
    page.wait_for_function("() => document.querySelector('#exercise-turned input').value === '5'")
    assert page.locator(f"{FIRST} .ask-said").text_content() == ""


def test_without_scripts_an_exercise_is_a_sheet_with_a_line_and_folds(another, address):
    page = another(java_script_enabled=False)
    page.goto(f"{address}{PAGE}.html")
    box = page.locator(FIRST)
    box.locator("summary").first.click()
    assert box.locator(".answer-line").is_visible()
    assert box.get_by_role("textbox").count() == box.get_by_role("button").count() == 0
    box.get_by_text("Solution").click()
    assert box.locator(".exercise-solution p").is_visible()


def test_on_paper_a_question_has_a_line_and_no_button(page):
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    box = page.locator(FIRST)
    assert box.locator("input").is_visible()
    assert box.get_by_role("button").count() == 0
    assert box.locator(".exercise-hint:visible").count() == 0


def test_on_paper_a_list_to_choose_from_has_letters_alone(visit):
    with visit("03-node-backward.html", viewport={"width": 360, "height": 800}) as seen:
        seen.page.evaluate(OPEN)
        circles = seen.page.locator("#exercise-slope-formula input[type=radio]")
        assert circles.first.is_visible()
        seen.page.emulate_media(media="print")
        assert not [each for each in circles.all() if each.is_visible()]


CIRCLES = """() => [...document.querySelectorAll('.options.lines label')].map((label) => {
  const middle = ({ top, bottom }) => (top + bottom) / 2;
  const [circle, words] = label.children;
  const lines = [...words.querySelector('code').getClientRects()];
  return [lines.length, middle(circle.getBoundingClientRect()) - middle(lines[0])];
})"""


def test_a_circle_stands_beside_the_first_line_of_what_is_chosen(visit):
    with visit("05-errors-flow-back.html", viewport={"width": 360, "height": 800}) as seen:
        seen.page.evaluate(OPEN)
        found = seen.page.evaluate(CIRCLES)
        assert max(lines for lines, _ in found) > 1
        assert max(abs(off) for _, off in found) <= 3, found


def test_on_paper_solutions_stand_behind_all_exercises_and_come_back(page):
    within = """() => [...document.querySelectorAll('.exercise details.sd-dropdown > summary')]
      .filter((summary) => summary.textContent.trim() === 'Solution').length"""
    before = page.evaluate(within)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(within) == 0
    apart = page.locator("article > .solutions")
    assert apart.locator("> details[open]:visible").count() == apart.locator("> h3:visible").count() == before
    assert apart.locator("h3").first.text_content() == "1. Weigh and add"
    assert page.evaluate("document.querySelector('article').lastElementChild.className") == "solutions"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(within) == before
    assert apart.count() == 0


def test_from_a_disk_an_exercise_answers_too(another):
    page = another()
    page.goto((SITE / f"{PAGE}.html").as_uri())
    page.evaluate(OPEN)
    solve(page)


@pytest.mark.parametrize("width", [360, 1200])
def test_fields_and_buttons_are_large_enough_and_within_the_window(visit, width):
    with visit(f"{PAGE}.html", viewport={"width": width, "height": 800}) as seen:
        seen.page.evaluate(OPEN)
        sizes = seen.page.evaluate(
            "[...document.querySelectorAll('.exercise-form :is(input, button)')]"
            ".map((each) => each.getBoundingClientRect()).map(({ height, right }) => [height, right])"
        )
        assert min(height for height, _ in sizes) >= 24
        assert max(right for _, right in sizes) <= width
