"""A page that takes a while says so in the log, as long as it takes and no longer."""

import time

from page.progress import Watch


def test_a_slow_page_is_named_again_and_again_until_it_is_read(capsys):
    watch = Watch(every=0.01)
    watch.begin(None, "12-memory", [])
    deadline = time.monotonic() + 10
    said = ""
    while said.count("12-memory: still being read after 0 s\n") < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
        said += capsys.readouterr().err
    watch.end(None, None)
    assert said.count("12-memory: still being read after 0 s\n") >= 2
    time.sleep(0.1)  # a tick that was under way may still be written
    capsys.readouterr()
    time.sleep(0.1)
    assert capsys.readouterr().err == ""


def test_a_quick_page_is_not_named(capsys):
    watch = Watch(every=10)
    watch.begin(None, "01-why", [])
    watch.end(None, None)
    assert capsys.readouterr().err == ""


def test_a_new_page_ends_the_watch_over_the_one_before(capsys):
    watch = Watch(every=0.01)
    watch.begin(None, "one", [])
    watch.begin(None, "two", [])
    time.sleep(0.1)  # a tick that was under way may still be written
    capsys.readouterr()
    deadline, said = time.monotonic() + 10, ""
    while said.count("two: ") < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
        said += capsys.readouterr().err
    watch.end(None, None)
    assert said.count("two: ") >= 3
    assert "one: " not in said
