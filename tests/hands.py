"""What a reader does with a live figure in a browser, and what the browser says of it."""

import json
import re

from literate_bp.diagram.passes.live import answer
from literate_bp.diagram.passes.quantities import three_digits
from literate_bp.formula.notation import NOTATIONS

READ = """(figure) => {
  const raise = (text) => text.replace(/[−0-9]/g, (each) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["−0123456789".indexOf(each)]);
  const trees = [figure, ...[...figure.querySelectorAll("template")].map((each) => each.content)];
  const labels = trees.flatMap((tree) => [...tree.querySelectorAll("text[data-q]")]).map((place) => {
    const parts = [...place.childNodes].map((part) => part.textContent);
    const power = parts.length > 1 && parts.at(-2).endsWith("·10") ? raise(parts.pop()) : "";
    return [place.dataset.q, parts.join("") + power];
  });
  const words = [...figure.querySelectorAll("li[data-q]")].flatMap((line) => {
    const numbers = line.textContent.match(/= [^ ;]+?(?=;|\\.$)/g).map((each) => each.slice(2));
    return line.dataset.q.split(" ").map((name, place) => [name, numbers[place]]);
  });
  return [...labels, ...words].filter(([name]) => name !== "-");
}"""
"""All numbers of a figure, in both views and in its words, each with its id."""
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Figure:
    """A live figure of a page that is open."""

    def __init__(self, page, number=0):
        self.page = page
        self.figure = page.locator(".bp-picture[data-live]").nth(number)
        self.book = json.loads(self.figure.get_attribute("data-live"))

    def open(self):
        """Have its numbers changed, where it is not folded away."""
        self.page.evaluate(
            "for (const fold of document.querySelectorAll('details.sd-dropdown, details.hide')) fold.open = true"
        )
        self.figure.locator("button.live").click()
        self.figure.locator(".live-panel").wait_for()
        return self

    def texts(self):
        """Return what stands in it, by ids."""
        self.page.evaluate(FRAME)
        return self.figure.evaluate(READ)

    def state(self):
        """Return its numbers, as its link has them."""
        link = self.figure.locator(".live-link")
        state = json.loads(json.dumps(self.book))
        changes = link.get_attribute("href").split(":", 2)[2] if link.is_visible() else ""
        for change in filter(None, changes.split(",")):
            name, value = change.split("=")
            if name in ("activation", "cost"):
                state[name] = value
                continue
            *places, last = [int(each) - 1 for each in name[1:].split(".") if each]
            row = state[name[0]]
            for place in places:
                row = row[place]
            row[last] = float(value)
        return state

    def values(self):
        """Return what CPython makes of its numbers."""
        notation = self.page.evaluate("document.documentElement.dataset.notation")
        question = {**self.state(), "do": "show", "sign": NOTATIONS[notation].error_sign}
        return {
            name: float(value) for name, value in (each.split("=") for each in answer(json.dumps(question)).split())
        }

    def assert_right(self):
        """Compare every number with CPython's, and the sentence for those who listen."""
        texts, values = self.texts(), self.values()
        for name, text in texts:
            assert text.rpartition(" ")[2] == three_digits(values[name]), (name, text, values[name])
        alt = self.figure.locator("svg[aria-label]").first.get_attribute("aria-label")
        for name in re.findall(r"\{([^{}|]+)\}", self.book["alt"]):
            assert three_digits(values[name]) in alt
        assert self.figure.locator("details > p").first.text_content() == alt
        return texts

    def handles(self):
        """Return the controls that a keyboard reaches, in the view that is shown."""
        return self.figure.locator(".live-number[tabindex]").filter(visible=True)


def silent(seen):
    """Whether the browser has nothing to say of a page, but that these tests let it have no worker."""
    return not [each for each in seen.said if "blocked by Playwright" not in each]


def drag(page, handle, by, shift):
    """Drag a number sideways."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    if shift:
        page.keyboard.down("Shift")
    page.mouse.move(x + by / 2, y, steps=2)
    page.mouse.move(x + by, y + 3, steps=2)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")


def wait_until(page, condition):
    """Wait until a condition holds; the page's policy lets Playwright ask for it from outside alone."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def swipe(page, handle, dx, dy):
    """Move a finger from a control."""
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    send = page.context.new_cdp_session(page).send
    send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in range(1, 11):
        send(
            "Input.dispatchTouchEvent",
            {"type": "touchMove", "touchPoints": [{"x": x + dx * part / 10, "y": y + dy * part / 10}]},
        )
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
