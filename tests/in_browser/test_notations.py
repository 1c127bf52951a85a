"""The switch of notation on each page: at once, whole, and with the reader's place kept."""

import os
import statistics

import pytest
from built import book_pages
from pages import SITE
from switch import LOAD, NAMES, PLACE, WRONG

SWITCHED = [name for name in book_pages() if "data-letters=" in (SITE / name).read_text(encoding="utf-8")[:600]]
AT_MOST = 50
"""Milliseconds from the choice to the layout that has the new letters, where their file is there."""
SHARED = bool(os.environ.get("CI"))
ROUNDS = 3
"""A busy machine is asked again. One that checks changes is shared with others: its time is not asked for there."""
JUMP = 2
"""Pixels that the line at the top of the window may move, where a browser rounds."""
TIME = """async (name) => {
  const menu = document.querySelector('.notation-menu select');
  const start = performance.now();
  menu.value = name;
  menu.dispatchEvent(new Event('change', { bubbles: true }));
  while (document.documentElement.dataset.notation !== name) await Promise.resolve();
  document.body.getBoundingClientRect();
  return performance.now() - start;
}"""


@pytest.mark.parametrize("name", SWITCHED)
def test_a_notation_is_written_at_once_and_the_reader_stays_in_place(visit, name):
    with visit(name, viewport={"width": 1200, "height": 900}) as seen:
        names = seen.page.evaluate(NAMES)
        for each in (names[1], names[-1], names[0]) if SHARED else reversed(names):
            seen.page.evaluate(LOAD, each)
        rounds = ([seen.page.evaluate(TIME, each) for each in (*names[1:], names[0])] for _ in range(ROUNDS))
        assert SHARED or any(statistics.median(taken) <= AT_MOST for taken in rounds)
        for each in (names[1], names[-1], names[0]):
            assert seen.page.evaluate(PLACE, each) <= JUMP
            assert seen.page.evaluate(WRONG, each) == 0


def test_most_pages_can_be_switched():
    assert len(SWITCHED) > 25
