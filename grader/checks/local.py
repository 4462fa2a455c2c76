"""The pytest plugin of the student template: it runs public checks in this process, and reports briefly.

For a failed check it shows the check's sentence and what was found, without a traceback through the checks. Of an
exception in the student's own files it keeps the part of the traceback that is there. If the package cannot be
imported, it says so once. What is not written yet does not count as a failure: a list at the end has it, beside what
passes.
"""

import doctest
import inspect
import shutil
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pytest

from grader.authored import Data, executed, with_inside
from grader.checks.examples import counted, run_examples, wrong_ones
from grader.checks.framework import LocalFramework
from grader.checks.imports import Gate, Package
from grader.checks.seeding import rng_for
from grader.checks.stopwatch import limited
from grader.checks.unwritten import Unwritten, find_unwritten
from grader.compare import Mismatch
from grader.package import PACKAGE
from grader.patterns import observe
from grader.picture import drawn, error_picture

GRADER = Path(__file__).parents[1]  # not resolved, as the file names of frames are not resolved either
NOT_WRITTEN, WAITING = "not written", "waiting"  # outcomes of our own, besides pytest's "passed" and "failed"
SECONDS = 5.0  # of a check, as it has when it is graded, see `[limits]` of an assignment
HIDDEN = textwrap.fill(
    "Hidden checks ask the same with other numbers, shapes and options, alone and together. They also ask about objects"
    " that are used again, dtypes, memory, errors, saved states, and numbers that are very large or small.",
    width=79,
)
SHOWN = {NOT_WRITTEN: ("n", "NOT WRITTEN"), WAITING: ("w", "WAITING")}


class State:
    """What this run knows of the student's files."""

    def __init__(self, config: pytest.Config) -> None:
        self.folder = config.rootpath / PACKAGE
        rows = (line.partition(":") for line in config.getini("framework_files"))
        self.files = {name.strip(): tuple(files.split()) for name, _, files in rows}
        self.gate = Gate()
        self.told = False  # whether a failed import was reported
        self.left_out: list[Any] = []  # the checks that -k leaves out

    @cached_property
    def package(self) -> Package:
        return Package(self.folder)

    @cached_property
    def unwritten(self) -> dict[str, Unwritten]:
        """What is not written yet in each file that students write, by path ("nn/linear.py")."""
        paths = sorted(self.folder.rglob("*.py"))
        return {path.relative_to(self.folder).as_posix(): find_unwritten(path) for path in paths}

    def assignment_of(self, file: str) -> str:
        """The assignment of a file of public checks: "03_loss" for test_03_loss.py and for test_03_loss_extremes.py."""
        name = Path(file).stem.removeprefix("test_")
        return next((known for known in self.files if f"{name}_".startswith(f"{known}_")), name)

    def belongs_to(self, function: str) -> str:
        """The assignment that asks for a function that is not written yet; "" if none does."""
        files = {file for file, unwritten in self.unwritten.items() if function in unwritten.says}
        return next((known for known, asked in self.files.items() if files & set(asked)), "")

    def is_unwritten(self, error: BaseException) -> bool:
        """Whether an exception comes from a function that the student has not changed yet."""
        return isinstance(error, NotImplementedError) and any(
            str(error) in file.says for file in self.unwritten.values()
        )


STATE = pytest.StashKey[State]()


@pytest.fixture
def student(request: pytest.FixtureRequest) -> LocalFramework:
    """The package `framework` beside the tests, together with `inside.py` of its assignment."""
    state = request.config.stash[STATE]
    package, number = state.package.module, state.assignment_of(request.path.name)
    inside = request.path.with_name(f"inside_{number}.py")
    if package is not None and inside.is_file():  # a missing package was reported before the check runs
        package = with_inside(package, executed(package, inside.read_text(encoding="utf-8"), str(inside)))
    return LocalFramework(package)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers of this check, the same in every run."""
    return rng_for(request.node.name, 0)


@pytest.fixture
def data(request: pytest.FixtureRequest) -> Data:
    """The files of data of the check's assignment, by name."""
    name = request.config.stash[STATE].assignment_of(request.path.name)
    return Data(request.config.rootpath / "data" / name)


@pytest.fixture
def implementation(request: pytest.FixtureRequest) -> Any:
    """What a test of the student's own in `tests_written` is run on here: their own draft of what its file tests."""
    package = request.config.stash[STATE].package
    package.require()
    return getattr(package.module.tests_written.drafts, request.path.stem.removeprefix("test_"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "framework_files", "for each assignment its name, a colon and the files that it asks for", "linelist", []
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[STATE] = State(config)
    if {"-v", "-vv", "--verbose"} & set(config.invocation_params.args):
        config.option.verbose = max(1, config.option.verbose)  # the names of checks, although pytest.ini says -q
    config.stash[STATE].gate.close()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[STATE].gate.open()


def pytest_deselected(items: list[Any]) -> None:
    for item in items:
        item.config.stash[STATE].left_out.append(item)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Report a failed import once if pytest looks for examples in docstrings, as it imports every file for that."""
    state = session.config.stash[STATE]
    if session.config.getoption("doctestmodules", False) and state.package.error is not None:
        pytest.exit(" ".join(map(str.strip, _failed_import(state))), returncode=1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
    """Let `-k Module` mean the class of checks of that name, if there is one, and not all of test_01_module.py."""
    keyword = config.option.keyword
    named = [item for item in items if getattr(item, "cls", None) and item.cls.__name__ == f"Test{keyword}"]
    if named:
        config.hook.pytest_deselected(items=[item for item in items if item not in named])
        items[:] = named
        config.option.keyword = ""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: Any) -> Iterator[None]:
    """Run a check, if the package could be imported, within the time that it has when it is graded."""
    if "student" in getattr(item, "fixturenames", ()):
        item.config.stash[STATE].package.require()
    _say_how_long(item)
    with limited(_own_seconds(item) or SECONDS, item.config.stash[STATE].folder):
        return (yield)


def _own_seconds(item: Any) -> float | None:
    """The time of a check that has more than others, as it trains something."""
    seconds: float | None = getattr(getattr(item, "function", None), "__seconds__", None)
    return seconds


def _say_how_long(item: Any) -> None:
    """Say on a terminal that a check trains something, as until it ends nothing else is said."""
    seconds = _own_seconds(item)
    reporter = item.config.pluginmanager.get_plugin("terminalreporter")
    if seconds and reporter and reporter.isatty:
        capture = item.config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            reporter.write(f"(training, up to {seconds:g} s) ", flush=True)


# One check


@dataclass(frozen=True)
class Told:
    """What pytest prints for a failed check: the sentence that should hold, then what was found or where it broke."""

    sentence: str
    found: Any  # a text, or pytest's own description of an exception

    def __str__(self) -> str:
        return f"{self.sentence}\n\n{self.found}\n"

    def toterminal(self, out: Any) -> None:
        out.line(self.sentence, bold=True)
        out.line()
        if isinstance(self.found, str):
            out.line(self.found, red=True)
            out.line()
        else:
            self.found.toterminal(out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Report a failed check in two sentences, if these say it all."""
    error = call.excinfo.value if call.excinfo else None
    if error is not None:
        _leave_out_the_grader(call.excinfo.tb, item.path if hasattr(error, "kind") else None)
    report = yield
    if error is not None and report.failed:
        _tell(report, item, error)
    return report


def _leave_out_the_grader(trace: TracebackType, last: Path | None) -> None:
    """Remove the grader's own frames from a traceback, and all that follow the last frame in the file `last`, if given.

    So pytest prints, and its debugger opens, what the student wrote.
    """
    kept = [trace]
    while trace := trace.tb_next:
        if not Path(trace.tb_frame.f_code.co_filename).is_relative_to(GRADER):
            kept.append(trace)
    inside = [i for i, frame in enumerate(kept) if Path(frame.tb_frame.f_code.co_filename) == last]
    kept = kept[: inside[-1] + 1] if inside else kept
    for frame, following in zip(kept, [*kept[1:], None], strict=True):
        frame.tb_next = following


def _tell(report: Any, item: Any, error: BaseException) -> None:
    state = item.config.stash[STATE]
    if isinstance(error, doctest.UnexpectedException):
        error = error.exc_info[1]
    if error is state.package.error:
        _tell_failed_import(report, state)
    elif state.is_unwritten(error):
        report.category = NOT_WRITTEN
        report.needs = str(error)
        report.longrepr = Told(sentence_of(item), f"    not written yet: {error}")
    elif hasattr(item, "function"):
        told = _message(error)
        report.longrepr = Told(sentence_of(item), report.longrepr if told is None else textwrap.indent(told, "    "))


def _tell_failed_import(report: Any, state: State) -> None:
    """Let the first check that meets a failed import report it, under the file's name. The other checks only wait."""
    name, sentence, line, said = _failed_import(state)
    if state.told:
        report.category = WAITING
        report.longrepr = f"waits until {name} can be imported"
        return
    state.told = True
    report.location = (*report.location[:2], name)
    report.longrepr = Told(f"{name} {sentence}", f"{line}    {said}")


def _failed_import(state: State) -> tuple[str, str, str, str]:
    """The file, a sentence, the line if there is one, and Python's message."""
    name, number, text = state.package.place()
    line = f"    line {number}:  {text}\n\n" if number else ""
    return name, "cannot be imported, and all checks wait for it.", line, state.package.said


def _message(error: BaseException) -> str | None:
    """The text to show instead of a traceback; None if the traceback says more."""
    if isinstance(error, NotImplementedError) and str(error):
        return f"not written yet: {error}"
    return "\n".join([str(error), *_looks(error)]) if hasattr(error, "kind") else None


def _looks(error: BaseException) -> list[str]:
    """What a wrong array looks like, as a sentence and a picture."""
    if not isinstance(error, Mismatch):
        return []
    observation = observe(error.actual, error.expected)
    ascii_only = not (sys.stdout.encoding or "").lower().startswith("utf")
    return [observation] * bool(observation) + drawn(error_picture(error.actual, error.expected), ascii_only)


def sentence_of(item: Any) -> str:
    """The sentence that a check is about: the first paragraph of its docstring, else its name."""
    function = getattr(item, "function", None)
    sentence = " ".join((inspect.getdoc(function) or item.name).split("\n\n")[0].split()) if function else item.name
    parameters = getattr(item, "callspec", None)
    return f"{sentence} [{parameters.id}]" if parameters else sentence


def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    category = getattr(report, "category", None)
    return (category, *SHOWN[category]) if category else None


# All checks


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Report what passes, and what is not written yet, by assignment."""
    state = config.stash[STATE]
    reached = _reached(terminalreporter.stats, state)
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        _name_components(terminalreporter, state.left_out)
    if not reached or state.told:
        return
    terminalreporter.section("your framework")
    for name, passed in sorted(reached.items()):
        unwritten = {file: state.unwritten[file] for file in state.files.get(name, ()) if file in state.unwritten}
        lines = [] if state.left_out else _list(unwritten)
        terminalreporter.line(_result(name, passed, bool(lines)), green=all(passed) and not lines)
        for line in lines:
            terminalreporter.line(line)
    reports = terminalreporter.stats.get(NOT_WRITTEN, ())
    needs = sorted({report.needs for report in reports})
    if (state.left_out or config.option.maxfail) and needs:
        terminalreporter.line(_wrapped("not written yet: ", ", ".join(needs)))
    for line in _needed_from_others(reports, state):
        terminalreporter.line(line)
    _try_examples(terminalreporter, sorted(reached), state)
    terminalreporter.line(HIDDEN)


def _try_examples(terminalreporter: Any, assignments: Sequence[str], state: State) -> None:
    """Run the examples in the docstrings of what was checked, and report what is wrong, and how many are not."""
    names = _components(terminalreporter) if state.left_out else []
    found = [
        examples
        for name in assignments
        for file in state.files.get(name, ())
        if file in state.unwritten
        for examples in run_examples(state.folder, file, state.is_unwritten, names)
    ]
    for line in wrong_ones(found):
        terminalreporter.line(line)
    if found:
        terminalreporter.line(_wrapped("examples in docstrings (no points): ", counted(found)))


def _components(terminalreporter: Any) -> list[str]:
    """The names of the classes of checks that ran, such as "Linear"."""
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    ran = (report.nodeid.split("::") for report in reports if getattr(report, "when", "") == "call")
    return sorted({parts[1].removeprefix("Test") for parts in ran if len(parts) > 2})


def _reached(stats: dict[str, list[Any]], state: State) -> dict[str, list[bool]]:
    """Assignment -> for every check of it, whether it passed."""
    reached: dict[str, list[bool]] = defaultdict(list)
    for outcome in ("passed", "failed", "error", "skipped", NOT_WRITTEN, WAITING):
        for report in stats.get(outcome, ()):
            file = Path(report.nodeid.partition("::")[0]).name
            if file.startswith("test_") and (report.when == "call" or outcome in ("error", "skipped")):
                reached[state.assignment_of(file)].append(outcome == "passed")
    return reached


def _result(name: str, passed: list[bool], more: bool) -> str:
    reached = f"{name.replace('_', ' '):<16} {sum(passed):>3} of {len(passed)} public checks pass"
    if not more:
        return reached
    return f"{reached}; not written yet{' (leave what you do not need)' if all(passed) else ''}:"


def _needed_from_others(reports: Sequence[Any], state: State) -> Iterator[str]:
    """What checks of one assignment need of another one that is not written yet."""
    needed = defaultdict(set)
    for report in reports:
        own, other = state.assignment_of(report.nodeid.partition("::")[0]), state.belongs_to(report.needs)
        if other and other != own:
            needed[own, other].add(report.needs)
    for (own, other), functions in sorted(needed.items()):
        told = f"{own.replace('_', ' ')} needs of {other.replace('_', ' ')}: "
        yield _wrapped(told, f"{', '.join(sorted(functions))}. When it is graded, a right one is used in its place.")


def _list(unwritten: dict[str, Unwritten]) -> list[str]:
    """One line for each file, or more if it has many names."""
    rows = {file: ", ".join(found.names) for file, found in unwritten.items() if found.names}
    width = max(map(len, rows), default=0)
    return [_wrapped(f"    {file:<{width}}  ", names) for file, names in rows.items()]


def _wrapped(start: str, text: str) -> str:
    width = max(60, min(shutil.get_terminal_size().columns, 120)) - 1
    return textwrap.fill(text, width, initial_indent=start, subsequent_indent=" " * len(start), break_long_words=False)


def _name_components(terminalreporter: Any, left_out: list[Any]) -> None:
    """List the names of components, if the name after -k does not exist."""
    names = dict.fromkeys(item.cls.__name__.removeprefix("Test") for item in left_out if getattr(item, "cls", None))
    if names:
        terminalreporter.line(_wrapped("no check has this name; there are: ", ", ".join(names)))
