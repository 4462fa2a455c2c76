"""`grader cohort similar`: what students wrote, for Dolos and JPlag."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from grader.assignment import Assignment, Course
from grader.cohort.attempts import selected
from grader.cohort.rows import Row, State
from grader.cohort.similarity import as_one, own_files
from grader.cohort.summary import table
from grader.commands.cohort.roster import read_roster
from grader.commands.cohort.sources import Source, rows_of
from grader.commands.output import refuse, show, write_atomically
from grader.commands.running import chosen, instructor_errors
from grader.policy import Submissions
from grader.submission import SubmissionError, read_submission

DOLOS, JPLAG, TEMPLATE, LIST = "dolos", "jplag", "jplag_template", "info.csv"


@dataclass(frozen=True)
class Asked:
    """What was asked for. `every`: all attempts of each person, not only the last."""

    source: Path
    folder: Path
    numbers: tuple[str, ...]
    roster: Path | None = None
    every: bool = False


def similar_command(root: Path, asked: Asked) -> None:
    """Write the files. Submissions that cannot be read, or in which nothing was written, are named."""
    if asked.folder.exists() and any(asked.folder.iterdir()):
        raise click.ClickException(f"{asked.folder} is not empty; name a new folder")
    with instructor_errors():
        course, assignments = chosen(root, asked.numbers)
    roster = tuple(read_roster(asked.roster)) if asked.roster else ()
    writing = _Writing(asked.folder, course, assignments)
    with rows_of(Source(asked.source, asked.folder, list(course.reference), roster)) as found:
        rows = [row for row in selected(found, Submissions(), asked.every) if row.state is State.WAITING]
        try:
            writing.write_template()
            lines = [line for row in sorted(rows, key=lambda row: row.name) for line in writing.write(row)]
            write_atomically(
                asked.folder / DOLOS / LIST, table(("filename", "full_name", "created_at"), lines, mark="")
            )
        except OSError as error:
            refuse(error.filename or asked.folder, error.strerror)
    show(
        f"what {len(lines)} of {len(rows)} wrote is in {asked.folder}; compare it with\n"
        f"  dolos run -l python {asked.folder / DOLOS / LIST}\n"
        f"  jplag -l python3 -bc {asked.folder / TEMPLATE} {asked.folder / JPLAG}\n"
    )


@dataclass(frozen=True)
class _Writing:
    """Where to, and what students had received."""

    folder: Path
    course: Course
    assignments: tuple[Assignment, ...]

    @property
    def wanted(self) -> set[str]:
        return {file for assignment in self.assignments for file in assignment.holes}

    def write_template(self) -> None:
        """What JPlag shall leave out of the files that students changed."""
        for path in self.wanted:
            _put(self.folder / TEMPLATE / path, self.course.stubs[path])

    def write(self, row: Row) -> Iterator[dict[str, str]]:
        """Write one submission, and yield its line of Dolos's list."""
        try:
            submission = read_submission(Path(row.path), self.course.reference)
        except SubmissionError as error:
            click.echo(f"{row.name} is left out: {error.reason}", err=True)
            return
        others = set(self.course.reference) - self.wanted
        files = {path: data for path, data in submission.files.items() if path not in others}
        own = own_files(files, self.course.stubs, self.wanted)
        text = as_one(own, self.course.stubs)
        if not text:
            click.echo(f"{row.name} is left out: nothing in it was written by the student", err=True)
            return
        name = row.name.replace("/", "__")
        for path, whole in own.items():
            _put(self.folder / JPLAG / name / path, whole)
        _put(self.folder / DOLOS / f"{name}.py", text)
        when = row.submitted.strftime("%Y-%m-%d %H:%M:%S %z") if row.submitted else ""
        yield {"filename": f"{name}.py", "full_name": row.person.name or row.name, "created_at": when}


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="replace")
