"""Run tests in a forked process, within limits of time and memory, and stop at the first that fails."""

import gc
import json
import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

ADDRESSES = 6 * 2**30
"""Bytes that a forked process may address: a mutant that grows without end ends itself. The warm process has 1 GiB."""
UNLIMITED = resource.RLIM_INFINITY


class Run(NamedTuple):
    """What became of tests that were run in order: the first that failed, if any, and how many ran."""

    failed: str | None
    ran: int


class Watch:
    """A pytest plugin that notes the first test that fails."""

    failed: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at the report of one part of a test."""
        if report.failed and self.failed is None:
            self.failed = report.nodeid


def run_tests(
    items: Sequence[pytest.Item],
    may_run: Callable[[pytest.Item], bool] = lambda _: True,
    following: pytest.Item | None = None,
) -> Run:
    """Run tests until one fails, or one may not run any more."""
    watch, plugins = Watch(), items[0].config.pluginmanager
    plugins.register(watch)
    ran = 0
    for item, then in zip(items, (*items[1:], following), strict=True):
        if watch.failed or not may_run(item):
            break
        item.ihook.pytest_runtest_protocol(item=item, nextitem=then)
        ran += 1
    plugins.unregister(watch)
    return Run(watch.failed, ran)


class Broken(Exception):  # noqa: N818 — it is no error: a mutant may do that
    """A forked process ended without an answer: out of time, crashed, or, where nothing is said, kept waiting."""


def in_a_fork(run: Callable[[], object], processor: float, wall: float) -> Any:
    """Call a function in a forked process, and give its answer; the limits are in seconds."""
    gc.freeze()  # so that collecting garbage does not copy every page
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        answer_and_leave(run, writing, processor)
    os.close(writing)
    text = read_until(reading, time.monotonic() + wall)
    if text is None:
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if text and text.endswith(b"\n"):
        answer, error = json.loads(text)
        if error:
            raise RuntimeError(error)
        return answer
    if text is None:  # it sleeps, or other programs have the processor: neither is a failure
        raise Broken("")
    late = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
    raise Broken("out of time" if late else "crashed")


def read_until(source: int, end: float) -> bytes | None:
    """Read a pipe until it is closed, or give None where that takes too long."""
    text = b""
    while select.select([source], [], [], max(end - time.monotonic(), 0))[0]:
        part = os.read(source, 65536)
        if not part:
            return text
        text += part
    return None


def answer_and_leave(run: Callable[[], object], writing: int, processor: float) -> None:
    """Be the forked process: silent, limited, and gone without what Python does when it ends."""
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, UNLIMITED))
    allow(processor)
    try:
        try:
            answer = [run(), None]
        except BaseException:  # noqa: BLE001 — whatever it is, the process that waits is told
            answer = [None, traceback.format_exc()]
        text = json.dumps(answer).encode() + b"\n"
        while text:
            text = text[os.write(writing, text) :]
    finally:
        os._exit(0)


def allow(seconds: float) -> None:
    """Let this process use so many more seconds of the processor; then it ends."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, UNLIMITED))
