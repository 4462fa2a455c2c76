"""What each verb of the command line does; imported only when the verb is used, so that `grader --help` is quick."""

import contextlib
import io
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import NoReturn

import click
from rich.console import Console

from grader.assignment import Assignment, AssignmentError, Course
from grader.grading import UnconfinedError, grade, quiet_environment
from grader.isolation import identity, probe
from grader.isolation.sandbox import Sandbox
from grader.result import CheckResult, Report
from grader.submission import SubmissionError, read_submission, require_submission

SECONDS_AFTER_DEADLINE = 10.0  # a check may take 5 s by default, and the report has to be written
MAX_VIOLATIONS = 20  # of one law that are shown


@dataclass(frozen=True)
class Grading:
    """What `grader grade` was asked for; `deadline` is in seconds from now."""

    path: Path
    numbers: tuple[str, ...] = ()
    form: str = "text"
    output: Path | None = None
    seed: int | None = None
    deadline: float | None = None
    allow_unconfined: bool = False


def grade_command(root: Path, asked: Grading) -> None:
    """Grade one submission and show or write its report; exits with 2 if points had to be withheld."""
    quiet_environment()
    identity.hide()
    form, output = asked.form, asked.output
    end = monotonic() + asked.deadline if asked.deadline else math.inf

    def write(report: Report, finished: bool = False) -> None:
        if output:
            write_atomically(output, _rendered(report, form, _page(), finished))

    def keep(report: Report) -> None:
        """Write what is known so far; should that fail, the next time may do better, and the last has to."""
        with contextlib.suppress(click.ClickException):
            write(report)

    if output and not output.parent.is_dir():
        _refuse(output, "there is no such folder")  # before the grading, not after it
    with _instructor_errors(), Sandbox().start() as sandbox:
        require_submission(asked.path)
        write(_nothing_yet(asked.path))
        if asked.deadline:
            _end_hard(asked.deadline)
        course, assignments = _course(root, asked.numbers)
        submission = read_submission(asked.path, course.reference)
        with _progress() as on_result:
            report = grade(
                course,
                submission,
                assignments,
                sandbox,
                seed=asked.seed,
                deadline=end,
                allow_unconfined=asked.allow_unconfined,
                on_result=on_result,
                on_report=keep if output else None,
            )
    write(report, finished=True)
    if not output:
        _print(_rendered(report, form, _screen()))
    if report.withheld:
        sys.exit(2)


def _nothing_yet(path: Path) -> Report:
    """What stands in the results from the first moment, should nothing else come."""
    notice = "The grading was interrupted before it had begun. It costs you nothing; it will have to be graded again."
    return Report(path.name, 0, (), (notice,))


def _end_hard(deadline: float) -> None:
    """Have the kernel end this process if it hangs: a check that runs at the deadline has its own time limit and a little more.

    What is in the results file stays, and every worker ends with this process.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, deadline + SECONDS_AFTER_DEADLINE)


def doctor_command() -> None:
    """Say which walls around student code hold on this machine; exits with 1 if too few do."""
    with Sandbox().start() as sandbox:
        findings = probe.examine(sandbox)
    missing = probe.shortfall(findings)
    width = max(len(finding.name) for finding in findings)
    lines = [f"{f.name:<{width}}  {'holds' if f.holds else 'MISSING':<7}  {f.sentence}" for f in findings]
    _print("\n".join([*lines, "", missing or "Hidden checks can be run on this machine."]) + "\n")
    if missing:
        sys.exit(1)


def audit_command(root: Path, numbers: tuple[str, ...], seeds: int) -> None:
    """Check the course itself; exits with 1 if a law is broken."""
    from grader.audit import audit

    quiet_environment()
    with _instructor_errors(), Sandbox().start() as sandbox:
        course, assignments = _course(root, numbers)
        with _progress() as on_result:
            findings = audit(course, assignments, sandbox, seeds, on_result)
    lines = []
    for finding in findings:
        verdict = "broken" if finding.violations else "holds"
        lines.append(f"{finding.assignment}  {finding.law}: {verdict} ({finding.evidence})")
        lines += [f"      {violation}" for violation in finding.violations[:MAX_VIOLATIONS]]
        if len(finding.violations) > MAX_VIOLATIONS:
            lines.append(f"      and {len(finding.violations) - MAX_VIOLATIONS} more")
    _print("\n".join(lines) + "\n")
    if any(finding.violations for finding in findings):
        sys.exit(1)


def template_command(root: Path, target: Path) -> None:
    """Write the student template, unless a solution would leak."""
    from grader.release.template import write_template

    with _instructor_errors():
        course = Course.load(root)
        try:
            written = write_template(course, target)
        except OSError as error:
            _refuse(target, error.strerror)
    _print(f"wrote {len(written)} files to {target}\n")


@contextmanager
def _instructor_errors() -> Iterator[None]:
    """Turn what the instructor can mend into a sentence and exit code 1."""
    try:
        yield
    except (AssignmentError, SubmissionError, UnconfinedError) as error:
        raise click.ClickException(str(error)) from error
    except BrokenPipeError as error:  # click would take it for a reader of our output that went away
        raise RuntimeError(f"a connection inside the grader broke: {error}") from error


def _course(root: Path, numbers: tuple[str, ...]) -> tuple[Course, tuple[Assignment, ...]]:
    course = Course.load(root)
    try:
        return course, course.select(numbers)
    except KeyError as error:
        known = ", ".join(a.number for a in course.assignments)
        raise click.ClickException(f"there is no assignment {error.args[0]}; there are {known}") from error


@contextmanager
def _progress() -> Iterator[Callable[[CheckResult], None]]:
    """A line on a terminal that says where the grading is; nothing elsewhere."""
    console = Console(stderr=True)
    if not sys.stderr.isatty() or console.is_dumb_terminal:  # whatever FORCE_COLOR says
        yield lambda _result: None
        return
    done = 0
    with console.status("preparing", spinner="line") as status:

        def on_result(result: CheckResult) -> None:
            nonlocal done
            done += 1
            status.update(f"{result.check.assignment} {result.check.component}, checks done: {done}")

        yield on_result


# What is shown and written


def _rendered(report: Report, form: str, console: Console, finished: bool = True) -> str:
    if form == "text":
        from grader.formats.text import to_text

        return to_text(report, console)
    if form == "json":
        from grader.formats.json_report import to_json

        return to_json(report) + "\n"
    from grader.formats.gradescope import to_gradescope

    return to_gradescope(report, finished) + "\n"


def _screen() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_page().width)  # a pipe has no width


def _page() -> Console:
    """What a file looks like: neither colours nor a terminal's width."""
    return Console(file=io.StringIO(), width=100, color_system=None, force_terminal=False)


def _print(text: str) -> None:
    """Write to standard output, whatever its encoding; a reader that went away has seen enough.

    Raises:
        click.ClickException: if it cannot be written to.
    """
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # what is left in the buffer goes nowhere
        if not isinstance(error, BrokenPipeError):
            _refuse("standard output", error.strerror)


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part; a device or pipe is written to as it is.

    Raises:
        click.ClickException: if it cannot be written.
    """
    path = Path(os.path.realpath(path))
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
            return
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            _write_whole(part, text)
            os.replace(part, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        _refuse(path, error.strerror)


def _write_whole(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _refuse(place: Path | str, problem: str) -> NoReturn:
    raise click.ClickException(f"{place} cannot be written: {problem}")
