"""Runs cells in this process as a notebook does, and keeps what they show, in the format of notebooks."""

import io
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import Any, NamedTuple, Self

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.PyColorize import theme_table
from pygments.token import Token

Output = dict[str, Any]
STREAMS = ("stdout", "stderr")


class Cell(NamedTuple):
    """The code of a cell, and whether it may raise."""

    source: str
    may_raise: bool = False


class Shown(list[Output]):
    """What a cell has shown so far."""

    def show(self, kind: str, **content: object) -> None:
        """Keep an output."""
        self.append({"output_type": kind, **content})

    def write(self, name: str, text: str) -> None:
        """Keep a text that was printed; what is printed in turn is one text, however it came."""
        if self and self[-1].get("name") == name:
            self[-1]["text"] += text
        elif text:
            self.show("stream", name=name, text=text)


class Publisher(DisplayPublisher):
    """Keeps what `display` is given."""

    def publish(self, data: Output, metadata: Output | None = None, **_: object) -> None:
        """Keep it."""
        self.shell.shown.show("display_data", data=data, metadata=metadata or {})


class Result(DisplayHook):
    """Keeps the value of the last line of a cell."""

    def write_output_prompt(self) -> None:
        """Write no prompt."""

    def write_format_data(self, format_dict: Output, md_dict: Output | None = None) -> None:
        """Keep the value in all its formats."""
        number = self.prompt_count
        self.shell.shown.show("execute_result", data=format_dict, metadata=md_dict or {}, execution_count=number)

    def finish_displayhook(self) -> None:
        """Write nothing behind it."""
        self._is_active = False


class Printed(io.TextIOBase):
    """Standard output or standard error, as cells see it."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, shell: "Shell", name: str) -> None:
        self.shell, self.name = shell, name

    def write(self, text: str) -> int:
        """Keep a text."""
        self.shell.shown.write(self.name, text)
        return len(text)

    def writable(self) -> bool:
        """Say yes."""
        return True

    def fileno(self) -> int:
        """Return the number that programs know it by."""
        return 1 + STREAMS.index(self.name)


class Shell(InteractiveShell):
    """IPython without a terminal."""

    shown = Shown()

    def init_display_pub(self) -> None:
        """Keep what is displayed."""
        self.display_pub_class = Publisher
        super().init_display_pub()

    def init_displayhook(self) -> None:
        """Keep values."""
        self.displayhook_class = Result
        super().init_displayhook()

    def init_history(self) -> None:
        """Keep no history on disk."""
        super().init_history()
        self.history_manager.enabled = False

    def init_traceback_handlers(self, custom_exceptions: tuple[type[BaseException], ...]) -> None:
        """Mark in the listing of an error the line alone, as notebooks do."""
        super().init_traceback_handlers(custom_exceptions)
        self.InteractiveTB.tb_highlight = ""
        theme_table[self.colors].extra_style.pop(Token.TbHighlight, None)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.shown.show("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)

    def run(self, cells: Iterable[Cell], begin: Callable[[int], None]) -> list[list[Output]]:
        """Run cells in order, up to the first that fails, and return what each has shown.

        Parameters
        ----------
        cells : iterable of Cell
        begin : callable
            Told the number of each cell, from 0 on, before it runs.
        """
        found = []
        with self.printed() as programs:
            for number, cell in enumerate(cells):
                begin(number)
                self.shown = Shown()
                found.append(self.shown)
                result = self.run_cell(cell.source, store_history=True)
                for program in programs:
                    self.shown.write(program.name, program.read())
                if (result.success is False or failed(self.shown)) and not cell.may_raise:
                    break
        return [list(shown) for shown in found]

    @contextmanager
    def printed(self) -> Iterator[list["Programs"]]:
        """Keep what cells print; and what other programs and libraries do, which has to be read."""
        with ExitStack() as stack:
            stack.enter_context(redirect_stdout(Printed(self, "stdout")))
            stack.enter_context(redirect_stderr(Printed(self, "stderr")))
            yield [stack.enter_context(Programs(name)) for name in STREAMS]


def failed(shown: list[Output]) -> bool:
    """Return whether a cell has raised, or its value could not be shown."""
    return any(output["output_type"] == "error" for output in shown)


class Programs:
    """What other programs and libraries print to one of the two streams: it goes to a file."""

    def __init__(self, name: str) -> None:
        self.name, self.number, self.place = name, 1 + STREAMS.index(name), 0
        self.file = tempfile.TemporaryFile()  # noqa: SIM115  it is closed where it is left

    def __enter__(self) -> Self:
        self.before = os.dup(self.number)
        os.dup2(self.file.fileno(), self.number)
        return self

    def read(self) -> str:
        """Return what has come since the last time."""
        text = os.pread(self.file.fileno(), os.fstat(self.file.fileno()).st_size, self.place)
        self.place += len(text)
        return text.decode("utf-8", errors="replace")

    def __exit__(self, *_: object) -> None:
        os.dup2(self.before, self.number)
        os.close(self.before)
        self.file.close()
