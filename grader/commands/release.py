"""`grader release`: generates what leaves this repository."""

import math
import os
import tempfile
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import click

from grader.assignment import Assignment, Course, Variants
from grader.commands.output import beside, claimed, refuse, show, write_atomically
from grader.commands.running import chosen, instructor_errors, progress, workers
from grader.figures import FOLDER, draw_figures, figure_files
from grader.grading import grade, quiet_environment
from grader.policy import CheckPoints, Policy, PolicyError, read_policy, score
from grader.release.gradescope import autograder_files, write_files, write_zip
from grader.release.readme import with_table
from grader.release.sentences import listed, sentences
from grader.release.site import INDEX, site_files
from grader.release.template import write_template
from grader.release.whole_folder import replace_folder
from grader.result import Outcome
from grader.submission import Submission

GRADESCOPE_MINUTES = 10  # Gradescope's time-out, unless somebody raises it
MAX_LISTED = 20  # checks that the reference fails


def template_command(root: Path, target: Path) -> None:
    """Write the student template, unless a solution would leak."""
    with instructor_errors():
        course = Course.load(root)
        try:
            written = write_template(course, target)
        except OSError as error:
            refuse(target, error.strerror)
    show(f"wrote {len(written)} files to {target}\n")


def site_command(root: Path, target: Path) -> None:
    """Write the course page."""
    with instructor_errors():
        files = site_files(Course.load(root))
        try:
            replace_folder(target, files)
        except OSError as error:
            refuse(target, error.strerror)
    show(f"wrote {len(files)} files to {target}; open {target / INDEX}\n")


def sentences_command(root: Path) -> None:
    """Print every sentence that a student may read because of a check."""
    with instructor_errors():
        show(listed(sentences(Course.load(root))))


def figures_command(root: Path) -> None:
    """Write the figures of all assignments, each beside its handout."""
    with instructor_errors():
        course = Course.load(root)
        framework = Variants(course).original
        drawn = [(a, draw_figures(a, framework)) for a in course.assignments]
    for assignment, figures in drawn:
        for file in figure_files(assignment):
            if file.name not in figures:
                file.unlink()
        for name, text in figures.items():
            write_atomically(assignment.folder / FOLDER / name, text)
    show(f"drew {sum(len(figures) for _a, figures in drawn)} figures of {len(drawn)} handouts\n")


def table_command(root: Path) -> None:
    """Write the table of assignments into the course's README.md."""
    with instructor_errors():
        course, readme = Course.load(root), root / "README.md"
        try:
            text = readme.read_text(encoding="utf-8")
        except OSError as error:
            refuse(readme, error.strerror)
        write_atomically(readme, with_table(course, text))
    show(f"wrote the table of {len(course.assignments)} assignments into {readme}\n")


def gradescope_command(root: Path, numbers: tuple[str, ...], target: Path, policy_file: Path | None) -> None:
    """Write the zip for Gradescope, if the reference earns all points with what is in it."""
    quiet_environment()
    if not target.resolve().parent.is_dir():
        refuse(target, "there is no such folder")
    with claimed(target), instructor_errors():  # claimed first, so that a file that cannot be written is reported early
        course, assignments = chosen(root, numbers)
        policy = _policy(policy_file)
        files = autograder_files(course, assignments, policy_file.read_text(encoding="utf-8") if policy_file else "")
        full = _tried(files, numbers)
        _require_known(policy, [check.id for check in full])
        _write(files, target)
    show(_summary(target, assignments, full, policy))


def _write(files: dict[str, str], target: Path) -> None:
    part = beside(target, "part")
    try:
        try:
            write_zip(files, part)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        refuse(target, error.strerror)


def _policy(path: Path | None) -> Policy:
    try:
        return read_policy(path) if path else Policy()
    except PolicyError as error:
        raise click.ClickException(str(error)) from error


def _tried(files: dict[str, str], numbers: tuple[str, ...]) -> list[CheckPoints]:
    """All checks with full points, after the reference was graded by exactly the course that is in the zip.

    Raises:
        click.ClickException: if the reference does not earn all points.
    """
    with tempfile.TemporaryDirectory() as folder, workers() as sandbox, progress() as on_result:
        write_files(files, Path(folder))
        course, assignments = chosen(Path(folder, "course"), numbers)
        solution = Submission("reference", {path: text.encode() for path, text in course.reference.items()})
        report = grade(course, solution, assignments, sandbox, on_result=on_result)
    results = [result for a in report.assignments for result in a.results]
    failed = [f"{r.check.id}: {r.message[:300]}" for r in results if r.outcome is not Outcome.PASSED]
    if failed or report.earned != report.points:
        raise click.ClickException(
            "\n".join(["with this zip the reference would not earn everything:", *failed[:MAX_LISTED]])
        )
    return sorted((CheckPoints(r.check.id, r.earned, r.check.points) for r in results), key=lambda check: check.id)


def _require_known(policy: Policy, ids: Iterable[str]) -> None:
    """Refuse a pattern that matches no check: it is a typing error, and would silently do nothing."""
    for pattern in (*policy.points.all_or_nothing, *policy.points.extra_credit):
        if not any(fnmatchcase(name, pattern) for name in ids):
            raise click.ClickException(
                f"policy: no check has a name like {pattern!r}; names are like {next(iter(ids))!r}"
            )


def _summary(target: Path, assignments: tuple[Assignment, ...], full: list[CheckPoints], policy: Policy) -> str:
    minutes = math.ceil(sum(a.total_seconds for a in assignments) / 60) + 1
    counted = score(full, policy)
    lines = [
        f"wrote {target}: {len(full)} checks; the reference earns everything with them",
        *(f"  {a.number} {a.title}, {a.points:g} points" for a in assignments),
        f"On Gradescope, give the programming assignment {counted.maximum:g} autograder points"
        " and upload the zip as it is.",
    ]
    if counted.points > counted.maximum:
        lines.append(f"With extra credit, a score can be as high as {counted.points:g}.")
    if minutes > GRADESCOPE_MINUTES:
        lines.append(
            f"Set the autograder's time-out to {minutes} minutes or more;"
            " with less, slow submissions are graded in part."
        )
    return "\n".join(lines) + "\n"
