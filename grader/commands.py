"""What each verb of the command line does; imported only when the verb is used, so that `grader --help` is quick."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from grader.assignment import Assignment, AssignmentError, Course
from grader.grading import grade, quiet_environment
from grader.isolation.sandbox import Sandbox, SandboxError
from grader.result import CheckResult, Report
from grader.submission import SubmissionError, read_submission


def grade_command(
    root: Path, path: Path, numbers: tuple[str, ...], form: str, output: Path | None, seed: int | None
) -> None:
    """Grade one submission and show or write its report."""
    quiet_environment()
    with _instructor_errors(), Sandbox().start() as sandbox:
        course, assignments = _course(root, numbers)
        submission = read_submission(path, course.reference)
        with _progress() as on_result:
            report = grade(course, submission, assignments, sandbox, seed=seed, on_result=on_result)
    _show(report, form, output)
    if report.withheld:
        sys.exit(2)


def audit_command(root: Path, numbers: tuple[str, ...], seeds: int) -> None:
    """Check the course itself; exits with 1 if a law is broken."""
    from grader.audit import audit

    quiet_environment()
    with _instructor_errors(), Sandbox().start() as sandbox:
        course, assignments = _course(root, numbers)
        with _progress() as on_result:
            findings = audit(course, assignments, sandbox, seeds, on_result)
    console = Console(highlight=False)
    for finding in findings:
        mark = "[green]holds[/]" if not finding.violations else "[bold red]broken[/]"
        console.print(f"{finding.assignment}  {finding.law}: {mark} ({finding.evidence})")
        for violation in finding.violations[:20]:
            console.print(f"      {violation}", markup=False)
    if any(finding.violations for finding in findings):
        sys.exit(1)


def template_command(root: Path, target: Path) -> None:
    """Write the student template, unless a solution would leak."""
    from grader.release.template import write_template

    with _instructor_errors():
        written = write_template(Course.load(root), target)
    click.echo(f"wrote {len(written)} files to {target}")


@contextmanager
def _instructor_errors() -> Iterator[None]:
    """Turn what the instructor can mend into a sentence and exit code 1."""
    try:
        yield
    except (AssignmentError, SubmissionError) as error:
        raise click.ClickException(str(error)) from error
    except SandboxError as error:
        raise RuntimeError(str(error)) from error


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
    if not console.is_terminal:
        yield lambda _result: None
        return
    done = 0
    with console.status("preparing", spinner="line") as status:

        def on_result(result: CheckResult) -> None:
            nonlocal done
            done += 1
            status.update(f"{result.check.assignment} {result.check.component}: {done} checks done")

        yield on_result


def _show(report: Report, form: str, output: Path | None) -> None:
    if form == "text":
        _show_text(report, output)
        return
    text = _rendered(report, form)
    if output:
        write_atomically(output, text)
    else:
        click.echo(text)


def _show_text(report: Report, output: Path | None) -> None:
    from grader.formats.text import print_report

    if output is None:
        console = Console()
        # A pipe has no width: lines are then long enough not to be cut in the middle of a sentence.
        print_report(report, console if console.is_terminal else Console(width=120))
        return
    console = Console(record=True, width=120, file=open(os.devnull, "w"))  # noqa: SIM115
    print_report(report, console)
    write_atomically(output, console.export_text())


def _rendered(report: Report, form: str) -> str:
    if form == "json":
        from grader.formats.json_report import to_json

        return to_json(report) + "\n"
    from grader.formats.gradescope import to_gradescope

    return to_gradescope(report) + "\n"


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    Raises:
        click.ClickException: if the folder cannot be written to.
    """
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
