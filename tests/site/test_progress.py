"""What a build says while it runs: lines that tell how far it is, and few of them."""

import os
from types import SimpleNamespace

from page import progress


def said_at(monkeypatch, capsys, *steps):
    """Return the lines of a build that has said at these seconds what it does, to how many pages."""
    clock = [0.0]
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    line = progress.Progress()
    for clock[0], doing, pages in steps:
        line.say(doing, pages, "; more")
    return capsys.readouterr().err.splitlines()


def test_a_build_says_how_many_pages_are_to_go_and_how_long_it_has_run(monkeypatch, capsys):
    steps = [(6, "cells", 12), (65, "cells", 1), (600, "writing", 3)]
    assert said_at(monkeypatch, capsys, *steps) == [
        "[0:06] cells: 12 pages to go; more",
        "[1:05] cells: 1 page to go; more",
        "[10:00] writing: 3 pages to go; more",
    ]


def test_it_says_nothing_within_five_seconds_and_the_same_again_only_after_half_a_minute(monkeypatch, capsys):
    steps = [(4, "cells", 9), (5, "cells", 8), (9, "cells", 7), (10, "cells", 8), (34, "cells", 8), (36, "cells", 8)]
    assert said_at(monkeypatch, capsys, *steps) == [
        "[0:05] cells: 8 pages to go; more",
        "[0:36] cells: 8 pages to go; more",
    ]


def test_it_says_nothing_when_nothing_is_to_go_or_in_another_process(monkeypatch, capsys):
    assert said_at(monkeypatch, capsys, (60, "reading", 0)) == []
    line = progress.Progress()
    monkeypatch.setattr(os, "getpid", lambda: line.process + 1)
    line.said -= 60
    line.say("reading", 3)
    assert capsys.readouterr().err == ""
