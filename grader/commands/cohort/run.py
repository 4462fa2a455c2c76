"""`grader cohort run`: grades a class, several submissions at a time. What is graded stays graded."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from grader.assignment import Course
from grader.cohort.attempts import selected
from grader.cohort.rows import Row, State
from grader.cohort.scores import Grade, grades
from grader.cohort.store import STORE, Run, Store, StoreError
from grader.cohort.summary import SUMMARY, is_summary, to_csv
from grader.commands.cohort.asked import Asked, policy_of
from grader.commands.cohort.changes import told
from grader.commands.cohort.closing import closing
from grader.commands.cohort.cluster import ClusterCrew
from grader.commands.cohort.crew import Crew
from grader.commands.cohort.pace import Pace
from grader.commands.cohort.plan import Plan, Planner
from grader.commands.cohort.process import OUR_FAULT, Answer
from grader.commands.cohort.roster import read_roster
from grader.commands.cohort.share import Task
from grader.commands.cohort.sources import Source, rows_of
from grader.commands.cohort.written import Reports
from grader.commands.output import claimed, refuse, show, status_line, write_atomically
from grader.commands.running import chosen, instructor_errors
from grader.policy import Policy
from grader.provenance import Provenance, provenance


def run_command(root: Path, asked: Asked) -> None:
    """Grade a class. Exits with 2 if the grader failed somewhere, with 1 if something could not be read or written."""
    try:
        _run(root, asked)
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def _run(root: Path, asked: Asked) -> None:
    text, policy = policy_of(asked.policy)
    roster = tuple(read_roster(asked.roster)) if asked.roster else ()
    source = Source(asked.source, asked.folder, _expected(root), roster, asked.due)
    with rows_of(source) as found, opened_to_write(asked.folder) as store:
        every = (asked.attempts or ("all" if policy.submissions.keep == "best" else "last")) == "all"
        rows = [row for row in selected(found, policy.submissions, every) if asked.has(row)]
        with instructor_errors():
            course, assignments = chosen(root, asked.share.numbers)
            wanted = {"seed": asked.share.seed, "unconfined": asked.share.allow_unconfined}
            made_from = provenance(course, assignments, **wanted)
        run = Run(asked.called, text, made_from)
        planner, crew = Planner(store, asked, made_from, rows), _crew(course, asked, made_from)
        grading = _Grading(asked, store, run, planner, crew)
        grading.begin()
        try:
            grading.grade()
        finally:
            graded = grading.summarise(policy)
        grading.end()
        _tell(grading, graded)


def _crew(course: Course, asked: Asked, made_from: Provenance) -> Crew | ClusterCrew:
    if asked.cluster:
        return ClusterCrew(course, asked.share, asked.jobs, asked.cluster, made_from)
    return Crew(course.root, asked.share, asked.jobs)


def _expected(root: Path) -> list[str]:
    """The files of a package: those of the reference."""
    return [path.relative_to(root / "reference").as_posix() for path in (root / "reference").rglob("*.py")]


@contextmanager
def opened_to_write(folder: Path) -> Iterator[Store]:
    """The store of a folder of reports, which no other run may write meanwhile."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(folder, error.strerror)
    table = folder / SUMMARY
    if table.exists() and not is_summary(table):
        raise click.ClickException(f"{table} is in the way: it is no table of results; move it, or name another folder")
    with claimed(folder / STORE), Store(folder / STORE, create=True) as store:
        yield store


@dataclass
class _Grading:
    """One run."""

    asked: Asked
    store: Store
    run: Run
    planner: Planner
    crew: Crew | ClusterCrew
    plan: Plan = field(default_factory=lambda: Plan({}))
    number: int = 0
    problems: dict[str, str] = field(default_factory=dict)  # reports that could not be written

    def begin(self) -> None:
        """Find out what stands and what is stale, say it, and note all rows."""
        looks = [_task(row, grade=False) for row in self.planner.to_be_looked_at()]
        with status_line("looking at what is there"):
            self.crew.work(looks, self._looked)
        self.plan = plan = self.planner.plan()
        click.echo("".join(f"{line}\n" for line in self._about(plan)), err=True, nl=False)
        last, run = self.planner.last, self.run
        plan.same = self.planner.is_as_before(plan, run)
        if plan.same:
            self.number = last.number
        elif last and not last.ended and self.planner.is_same(run):
            self.number = last.number
            self.store.replace(last.number, plan.rows.values())
        else:
            self.number = self.store.begin(run, plan.rows.values())

    def _about(self, plan: Plan) -> list[str]:
        said = told(plan.stale)
        if plan.stand and (plan.todo or said):
            said.append(f"{plan.stand} of {len(plan.rows)} stand; to be graded now: {len(plan.todo)}")
        left = [row for row in plan.rows.values() if row.state is State.OURS]
        if left and "ours" not in self.asked.retry:
            said.append(f"{len(left)} could not be graded by a fault of the grader; --retry ours tries again")
        return said

    def grade(self) -> None:
        """Grade what has to be graded. Each result is kept as soon as it is there."""
        self._write(*self.plan.rows.values())
        tasks = [_task(row, grade=True) for row in self.plan.todo]
        try:
            with status_line("grading") as update:
                pace = Pace(len(tasks), update)

                def keep(name: str, answer: Answer) -> None:
                    self._keep(name, answer)
                    pace.end(name)

                self.crew.work(tasks, keep, pace.begin)
        except KeyboardInterrupt:
            done = sum(row.result is not None for row in self.plan.rows.values())
            far = f"{done} of {len(self.plan.rows)} are graded"
            click.echo(f"{far}; the same command goes on with the others", err=True)
            raise

    def _looked(self, name: str, answer: Answer) -> None:
        if answer.get("problem") != OUR_FAULT:
            problem = answer.get("problem", "")
            self.store.put_looks(self.planner.looked(name, answer.get("submission", ""), problem))

    def _keep(self, name: str, answer: Answer) -> None:
        row = self.plan.rows[name]
        if problem := answer.get("problem"):
            row = replace(row, state=State.OURS if problem == OUR_FAULT else State.UNREADABLE, note=problem)
            self.store.put(self.number, row)
        else:
            made_from = self.run.made_from.of(answer["submission"])
            row = self.store.keep(self.number, row, made_from, answer["report"])
        self.plan.rows[name] = row
        self._looked(name, answer)
        self._write(row)

    def _write(self, *rows: Row) -> None:
        asked = self.asked
        self.problems |= Reports(self.store, asked.folder, asked.forms, asked.audience).write(rows)

    def summarise(self, policy: Policy) -> dict[str, Grade]:
        """Write the table, and return the grade of everybody."""
        graded = grades(self.store, self.number, policy, self.plan.rows.values())
        write_atomically(self.asked.folder / SUMMARY, to_csv(self.plan.rows.values(), graded))
        return graded

    def end(self) -> None:
        """Note that the run came to its end."""
        self.store.end(self.number)


def _task(row: Row, grade: bool) -> Task:
    return Task(row.name, row.path, grade)


def _tell(grading: _Grading, graded: dict[str, Grade]) -> None:
    """What became of the class, and exit with what has to be looked at."""
    rows = sorted(grading.plan.rows.values(), key=lambda row: row.name)
    show("".join(f"{line}\n" for line in closing(grading.store, grading.plan, graded, grading.asked.folder)))
    show("".join(f"  it was graded, but a report was not kept: {why}\n" for why in grading.problems.values()))
    states = {row.state for row in rows}
    if State.OURS in states:
        sys.exit(2)
    if State.UNREADABLE in states or grading.problems:
        sys.exit(1)
