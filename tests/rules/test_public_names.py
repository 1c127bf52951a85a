"""The package itself: a public name is loaded when it is first used, kept, and never a module of the same name."""

import io
import os
import sys
from importlib import import_module
from types import ModuleType

import pytest

import literate_bp
from literate_bp.__main__ import INTERRUPTED, interrupted, load, script, start
from literate_bp.network import cost
from literate_bp.training import accuracy


def test_a_public_name_is_found_in_its_module_once_and_kept(monkeypatch):
    monkeypatch.delitem(vars(literate_bp), "accuracy", raising=False)
    assert literate_bp.accuracy is accuracy
    assert vars(literate_bp)["accuracy"] is accuracy
    assert literate_bp.oracle is import_module("literate_bp.oracle")
    assert literate_bp.__getattr__("oracle") is literate_bp.oracle  # as where nothing has loaded it
    with pytest.raises(AttributeError, match=r"^module 'literate_bp' has no attribute 'nothing'$"):
        _ = literate_bp.nothing


def test_every_public_name_is_that_of_something_in_its_module():
    assert {*literate_bp.MODULE_OF, "READING_ORDER"} == {*literate_bp.__all__}
    for name, module in literate_bp.MODULE_OF.items():
        assert getattr(literate_bp, name) is getattr(import_module(f"literate_bp.{module}"), name)


def test_the_modules_of_the_reading_order_are_there():
    assert len(set(literate_bp.READING_ORDER)) == len(literate_bp.READING_ORDER)
    for name in literate_bp.READING_ORDER:
        module = import_module(f"literate_bp.{name}")
        assert name in literate_bp.MODULE_OF or getattr(literate_bp, name) is module


def test_a_module_takes_the_place_of_no_public_name_and_every_other_value_may(monkeypatch):
    monkeypatch.setattr(literate_bp, "accuracy", cost)
    assert literate_bp.accuracy is cost
    literate_bp.cost = ModuleType("cost")
    assert literate_bp.cost is cost
    monkeypatch.setattr(literate_bp, "a_module", ModuleType("a_module"), raising=False)
    assert isinstance(literate_bp.a_module, ModuleType)
    monkeypatch.setattr(literate_bp, "a_number", 3, raising=False)
    assert literate_bp.a_number == 3


def test_what_can_be_had_is_listed_loaded_or_not(monkeypatch):
    monkeypatch.delitem(vars(literate_bp), "accuracy", raising=False)
    names = dir(literate_bp)
    assert names == sorted(set(names))
    assert {"accuracy", "READING_ORDER", "oracle", "__version__"} <= {*names}


@pytest.fixture
def kept_signal():
    """Give Ctrl-C its meaning, which a shell in the background takes away, and leave it as it was."""
    import signal  # noqa: PLC0415 — as the program does

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal
    signal.signal(signal.SIGINT, before)


def test_a_program_gives_the_exit_code_of_its_command_and_then_ignores_ctrl_c(kept_signal, monkeypatch):
    called = []
    main = import_module("literate_bp.command_line.main")
    monkeypatch.setattr("literate_bp.__main__.load", lambda program: called.append(f"{program} is loaded"))
    monkeypatch.setattr(main, "main", lambda *, program: called.append(f"{program} in {sys.stdout.encoding}") or 3)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    assert start("a program") == 3
    assert called == ["a program is loaded", "a program in utf-8"]
    assert kept_signal.getsignal(kept_signal.SIGINT) is kept_signal.SIG_IGN


def test_the_console_script_starts_the_program_by_its_name(monkeypatch):
    monkeypatch.setattr("literate_bp.__main__.start", lambda program: ("started", program))
    assert script() == ("started", "literate-bp")


@pytest.mark.parametrize("ctrl_c", ["default_int_handler", "SIG_IGN"])
def test_ctrl_c_does_what_it_did_before_once_the_commands_are_loaded(ctrl_c, kept_signal):
    kept_signal.signal(kept_signal.SIGINT, getattr(kept_signal, ctrl_c))
    load("a program")
    assert kept_signal.getsignal(kept_signal.SIGINT) is getattr(kept_signal, ctrl_c)


def test_ctrl_c_while_the_commands_are_loaded_ends_the_process_with_a_line(kept_signal, monkeypatch, capsys):
    asked, ended = [], []
    kept_signal.signal(kept_signal.SIGINT, kept_signal.default_int_handler)
    monkeypatch.setattr(kept_signal, "signal", lambda *given: asked.append(given))
    monkeypatch.setattr(os, "_exit", ended.append)
    load("a program")
    (number, stop), after = asked
    stop(number, None)
    monkeypatch.undo()
    assert after == (number, kept_signal.default_int_handler) == (kept_signal.SIGINT, kept_signal.default_int_handler)
    assert ended == [INTERRUPTED]
    assert capsys.readouterr() == ("", "a program: interrupted\n")


def test_ctrl_c_ends_a_program_with_a_line_and_its_own_code(kept_signal, monkeypatch, capsys):
    def stopped(*, program):
        raise KeyboardInterrupt(program)

    monkeypatch.setattr(import_module("literate_bp.command_line.main"), "main", stopped)
    assert start("a program") == INTERRUPTED == 128 + kept_signal.SIGINT
    assert capsys.readouterr() == ("", "a program: interrupted\n")
    assert interrupted("another") == INTERRUPTED
    assert capsys.readouterr().err == "another: interrupted\n"
    assert "literate_bp.command_line.terminal" in sys.modules


def test_the_line_is_out_before_the_process_ends_however_it_ends(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, "utf-8"))
    interrupted("a program")
    assert written.getvalue() == b"a program: interrupted\n"
