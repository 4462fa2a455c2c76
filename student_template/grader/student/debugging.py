"""Opens Python's debugger in the student's own code, where a public check fails.

It takes two runs. The first finds the first check that fails, and which function of the student's it called last. The
second runs this check alone: an exception opens the debugger on the line of the student's that raised it, a wrong value
at the beginning of the function that gave it. This module is also the plugin of pytest for both runs.
"""

import json
import pdb
import sys
from bdb import BdbQuit
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import pytest

from grader.checks.local import STATE, sentence_of
from grader.gradcheck import GradientError
from grader.package import PACKAGE
from grader.student.tracing import Entry, entries, stopping_at


class Debugger(pdb.Pdb):
    """Python's debugger, which shows only what lies in the student's files and in the check."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def stop_in(self, frame: FrameType) -> Any:
        """Stop at the next line of a frame that was just entered, and return what goes on tracing it.

        `set_trace` does that up to Python 3.12. Since 3.13 it stops at once, which is at the `def` here.
        """
        self.reset()
        outer: FrameType | None = frame
        while outer is not None:
            outer.f_trace = self.trace_dispatch
            self.botframe = outer
            outer = outer.f_back
        self.set_step()
        sys.settrace(self.trace_dispatch)
        return self.trace_dispatch

    def get_stack(self, f: FrameType | None, t: TracebackType | None) -> tuple[list[tuple[FrameType, int]], int]:
        """The frames, without those of pytest and the grader."""
        stack, index = super().get_stack(f, t)
        kept = [place for place in stack if self._is_shown(place[0]) or place is stack[index]]
        return kept, kept.index(stack[index])

    def _is_shown(self, frame: FrameType) -> bool:
        path = Path(frame.f_code.co_filename)
        return path.is_relative_to(self.root / PACKAGE) or path.is_relative_to(self.root / "tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--find-entry", metavar="FILE", help="write which check fails first, and what it called last")
    parser.addoption("--debug-entry", metavar="FILE", help="open the debugger where that says")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: Any) -> Iterator[None]:
    """Look at what a check calls, or stop there; around its time limit, which ends a check by an exception, too."""
    package, config = item.config.stash[STATE].folder, item.config
    if config.getoption("find_entry"):
        with entries(package) as found:
            try:
                return (yield)
            except Exception as error:
                _note(item, error, found)
                raise
    if config.getoption("debug_entry"):
        facts = json.loads(Path(config.getoption("debug_entry")).read_text(encoding="utf-8"))
        with ExitStack() as stack:
            if facts["entry"] is not None:
                stack.enter_context(stopping_at(Entry(*facts["entry"]), Debugger(package.parent).stop_in))
            try:
                return (yield)
            except BdbQuit:
                raise
            except Exception as error:
                sys.settrace(None)
                _post_mortem(package.parent, error)
                raise
    return (yield)


def _note(item: Any, error: Exception, found: list[Entry]) -> None:
    """Write down the first check that fails for another reason than a function that is not written."""
    file = Path(item.config.getoption("find_entry"))
    if file.exists() or item.config.stash[STATE].is_unwritten(error):
        return
    place = None if raised_inside(error, item.config.stash[STATE].folder) else _guilty(error, found)
    facts = {"node": item.nodeid, "sentence": sentence_of(item), "said": str(error), "entry": place}
    file.write_text(json.dumps(facts), encoding="utf-8")


def _guilty(error: Exception, found: list[Entry]) -> Entry | None:
    """The call that gave a wrong value: the last one before the comparison; of a wrong gradient, the last backward."""
    backwards = [entry for entry in found if entry.name == "backward"] if isinstance(error, GradientError) else []
    return (backwards or found or [None])[-1]


def raised_inside(error: BaseException | None, package: Path) -> bool:
    """Whether an exception, or the one that caused it, came through the student's files."""
    return error is not None and (_deepest(error, package) is not None or raised_inside(error.__cause__, package))


def _deepest(error: BaseException, package: Path) -> TracebackType | None:
    """The deepest place in the student's files of the traceback of an exception."""
    place, trace = None, error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).is_relative_to(package):
            place = trace
        trace = trace.tb_next
    return place


def _post_mortem(root: Path, error: BaseException) -> None:
    """Open the debugger on the deepest line of the student's that an exception, or what caused it, came through."""
    package = root / PACKAGE
    while error.__cause__ is not None and _deepest(error, package) is None:
        error = error.__cause__
    place = _deepest(error, package)
    if place is None:
        return
    print(f"{type(error).__name__}: {error}")
    debugger = Debugger(root)
    debugger.reset()
    debugger.interaction(None, _until(error.__traceback__, place))


def _until(trace: TracebackType | None, last: TracebackType) -> TracebackType | None:
    """A traceback without what follows a place in it."""
    if trace is None:
        return None
    following = None if trace is last else _until(trace.tb_next, last)
    return TracebackType(following, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
