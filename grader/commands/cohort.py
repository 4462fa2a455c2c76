"""`grader cohort`: grades every submission in a folder, several at a time. A grade that is still valid is kept."""

import sys
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import click

from grader.commands.crew import OUR_FAULT, Crew
from grader.commands.earlier import AGAIN, left_over, put_aside, read_table, what_changed, why_again, why_not
from grader.commands.entries import Entry, find_entries
from grader.commands.output import claimed, refuse, show, status_line, write_atomically
from grader.commands.pace import Pace
from grader.commands.people import NOBODY, Person, class_list, listed_person
from grader.commands.share import Share, Task
from grader.commands.unpacking import opened
from grader.formats.student import clean
from grader.formats.summary import SUMMARY, Row, to_csv

MAX_TOLD = 20  # submissions that are named at the end


@dataclass(frozen=True)
class Cohort:
    """What `grader cohort` was asked to do."""

    submissions: Path
    share: Share
    jobs: int = 1
    again: bool = False
    students: Path | None = None  # a class list


def cohort_command(root: Path, asked: Cohort) -> None:
    """Grade all submissions. Exits with 2 if points are withheld, with 1 if something could not be read or written."""
    people = class_list(asked.students) if asked.students else {}
    expected = _expected(root)
    with opened(asked.submissions, expected) as submissions:
        entries = find_entries(submissions, expected, Path(asked.share.folder), asked.submissions)
        named = [replace(e, person=listed_person(e.name, people)) if people else e for e in entries]
        _grade(root, asked, named)


def _grade(root: Path, asked: Cohort, entries: list[Entry]) -> None:
    folder = Path(asked.share.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(folder, error.strerror)
    with claimed(folder / SUMMARY):
        grading = _Gradings(asked, entries, Crew(root, asked.share, asked.jobs))
        grading.find_what_stands()
        try:
            grading.grade_the_others()
        except KeyboardInterrupt:
            far = f"{len(grading.rows)} of {len(entries)} are graded"
            click.echo(f"{far}; the same command goes on with the others", err=True)
            raise
    _tell(grading, folder)


def _expected(root: Path) -> list[str]:
    """The files of a package: those of the reference."""
    return [path.relative_to(root / "reference").as_posix() for path in (root / "reference").rglob("*.py")]


@dataclass
class _Gradings:
    """All submissions of a run: their rows, and which of these are from an earlier run."""

    asked: Cohort
    entries: list[Entry]
    crew: Crew
    rows: dict[str, Row] = field(default_factory=dict)
    before: int = 0
    again: int = 0

    def find_what_stands(self) -> None:
        """Take over the rows of an earlier run that would be the same now, and remove the others from the table.

        Rows are removed before their reports are replaced. So no row ever stands beside a report of another grading.
        """
        earlier = read_table(self._table, self.asked.again)
        names = {entry.name for entry in self.entries}
        gone = sorted(earlier.keys() - names)
        had_points = {name: row for name, row in earlier.items() if name in names and row.earned is not None}
        reasons = self._why_again(had_points)
        self.rows = {name: self._named(earlier[name]) for name, why in reasons.items() if not why}
        self.before, self.again = len(self.rows), len(reasons) - len(self.rows)
        # Submissions that could not be graded before come last, as they may take long.
        self.entries.sort(key=lambda entry: entry.name in earlier and entry.name not in had_points)
        unlike = any(row != earlier[name] for name, row in self.rows.items())  # another name is known now
        if gone or self.again:
            told = what_changed(reasons, gone, left_over(earlier, self.asked.share, names), self.asked.submissions)
            told.append(f"the table as it was is kept as {put_aside(self._table)}")
            click.echo("\n".join(told), err=True)
        if gone or self.again or unlike:
            write_atomically(self._table, to_csv(self.rows.values()))

    def _why_again(self, earlier: dict[str, Row]) -> dict[str, str]:
        """For each row, why it cannot stand, or "" if it can."""
        share, again = self.asked.share, self.asked.again
        reasons = {name: AGAIN if again else why_again(row, share) for name, row in earlier.items()}
        looks = [self._task(entry, grade=False) for entry in self.entries if reasons.get(entry.name) == ""]
        with status_line("looking at what was graded before"):
            self.crew.work(looks, lambda now: reasons.update({now.submission: why_not(earlier[now.submission], now)}))
        return reasons

    def grade_the_others(self) -> None:
        """Grade all submissions without a row. A row enters the table as soon as its reports are written."""
        tasks = [self._task(entry, grade=True) for entry in self.entries if entry.name not in self.rows]
        with status_line("grading") as update:
            pace = Pace(len(tasks), update)

            def keep(row: Row) -> None:
                self.rows[row.submission] = self._named(row)
                write_atomically(self._table, to_csv(self.rows.values()))
                pace.end(row.submission)

            self.crew.work(tasks, keep, pace.begin)

    def _named(self, row: Row) -> Row:
        """The row, with who handed it in."""
        person = self._people.get(row.submission, NOBODY)
        return replace(row, name=person.name, id=person.id)

    @cached_property
    def _people(self) -> dict[str, Person]:
        return {entry.name: entry.person for entry in self.entries}

    @property
    def _table(self) -> Path:
        return Path(self.asked.share.folder, SUMMARY)

    def _task(self, entry: Entry, grade: bool) -> Task:
        return Task(entry.name, str(entry.path.absolute()), grade)


def _tell(grading: _Gradings, folder: Path) -> None:
    """A few lines about what became of the submissions."""
    rows = sorted(grading.rows.values(), key=lambda row: row.submission)
    failed = [row for row in rows if row.earned is None]
    withheld = [row for row in rows if row.withheld]
    not_kept = [row for row in rows if row.earned is not None and row.provenance is None]
    before = f", {grading.before} of them before" if grading.before else ""
    again = f", {grading.again} of them again" if grading.again else ""
    graded = f"{len(rows) - len(failed)} of {len(rows)} submissions graded{before}{again}"
    show(f"{graded}; reports and {SUMMARY} are in {folder}\n")
    told = [f"{row.submission}: {row.note}" for row in failed]
    told += [f"{row.submission}: {row.withheld:g} points withheld, as the grader itself failed" for row in withheld]
    told += [f"{row.submission}: it was graded, but its report was not kept: {row.note}" for row in not_kept]
    show("".join(f"  {clean(line)}\n" for line in told[:MAX_TOLD]))
    if len(told) > MAX_TOLD:
        show(f"  ... and {len(told) - MAX_TOLD} more, see {SUMMARY}\n")
    if withheld or any(row.note == OUR_FAULT for row in failed):
        sys.exit(2)
    if failed or not_kept:
        sys.exit(1)
