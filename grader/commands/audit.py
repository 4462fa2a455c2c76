"""`grader audit`: is the course itself right?"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from grader.assignment import Assignment
from grader.assignment.records import file_of, with_findings
from grader.audit import LAWS, Finding, Settings, audit
from grader.audit.laws import Audited
from grader.audit.proportion import costs, fine_shares
from grader.audit.table import to_markdown
from grader.audit.tasks import Cache, processes
from grader.commands.drafting import require_no_draft
from grader.commands.output import claimed, show, write_atomically
from grader.commands.rendering import screen
from grader.commands.running import chosen, instructor_errors
from grader.grading import quiet_environment

CACHE = ".grader_cache"
MAX_VIOLATIONS = 20  # of one law that are shown
MAX_COSTS = 10  # of one assignment


@dataclass(frozen=True)
class Asked:
    """What `grader audit` was asked to do. `table` is a file to write."""

    numbers: tuple[str, ...] = ()
    laws: tuple[int, ...] = tuple(LAWS)
    seeds: int = 50
    variants: Path | None = None
    jobs: int = 1
    cache: bool = True
    table: Path | None = None
    record: bool = False
    everything: bool = False


def audit_command(root: Path, asked: Asked) -> None:
    """Check the course itself. Exits with 1 if a law is broken."""
    quiet_environment()
    settings = Settings(asked.laws, asked.seeds, asked.variants)
    kept = Cache(root / CACHE if asked.cache else None)
    table_claimed = claimed(asked.table) if asked.table else contextlib.nullcontext()
    with (
        instructor_errors(),
        table_claimed,
    ):  # before the audit, so that a file that cannot be written is reported early
        course, assignments = chosen(root, asked.numbers)
        for assignment in assignments:
            require_no_draft(assignment)
        with processes(asked.jobs) as executor, _progress() as on_done:
            audited = audit(course, assignments, settings, executor, kept, on_done)
    kept.prune()
    show("".join(f"{line}\n" for finding in audited.findings for line in _lines(finding, asked.everything)))
    show("".join(f"{line}\n" for a in assignments for line in _proportions(a, audited, asked.everything)))
    show(_summary(assignments, audited.findings, asked.laws))
    if asked.table:
        write_atomically(asked.table, to_markdown(assignments, audited))
    if asked.record:
        _record(assignments, audited.findings)
    if any(finding.violations for finding in audited.findings):
        sys.exit(1)


def _lines(finding: Finding, everything: bool) -> Iterator[str]:
    for note in finding.notes:
        yield f"{finding.assignment}  note: {note}"
    if finding.violations:
        yield f"{finding.assignment}  law {finding.law} is broken: {LAWS[finding.law]}"
        shown = finding.violations if everything else finding.violations[:MAX_VIOLATIONS]
        yield from (f"      {violation}" for violation in shown)
        if len(shown) < len(finding.violations):
            yield f"      and {len(finding.violations) - len(shown)} more; --all shows them"


def _proportions(assignment: Assignment, audited: Audited, everything: bool) -> Iterator[str]:
    """What each misconception costs, and how much of each component is fine print, as far as the audit found it out."""
    number, checks = assignment.number, audited.checks.get(assignment.number, [])
    if found := costs(audited.trials.get(number, {}), checks):
        yield f"{number}  points of its component that a misconception costs:"
        shown = found if everything else found[:MAX_COSTS]
        width = max(len(cost.component) for cost in shown)
        yield from (f"      {cost.share:4.0%}  {cost.component:<{width}}  {cost.entry.name}" for cost in shown)
        if len(shown) < len(found):
            yield f"      and {len(found) - len(shown)} more, none of which costs more; --all shows them"
    if fine := {component: share for component, share in fine_shares(checks).items() if share}:
        yield f"{number}  points of a component for fine print: " + ", ".join(
            f"{name} {share:.0%}" for name, share in fine.items()
        )


def _summary(assignments: tuple[Assignment, ...], findings: list[Finding], laws: tuple[int, ...]) -> str:
    head, *rows = _rows(assignments, findings, laws)
    table = Table(*head)
    for law, *cells in rows:
        table.add_row(law, *(cell.replace("broken:", "[red]broken:[/red]") for cell in cells))
    console = screen()
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def _rows(assignments: tuple[Assignment, ...], findings: list[Finding], laws: tuple[int, ...]) -> list[list[str]]:
    """The head, and for each law what was found in each assignment."""
    head = ["law", *(a.number for a in assignments)]
    return [head, *([f"{n} {LAWS[n]}", *(_cell(*_result(a, n, findings)) for a in assignments)] for n in laws)]


def _cell(evidence: str, holds: bool) -> str:
    return evidence if holds else f"broken: {evidence}"


def _record(assignments: tuple[Assignment, ...], findings: list[Finding]) -> None:
    with instructor_errors():
        for assignment in assignments:
            own = {law: _result(assignment, law, findings) for law in {f.law for f in findings}}
            write_atomically(file_of(assignment), with_findings(assignment, own))
    show("wrote what was found beside each assignment; `grader release table` writes it into README.md\n")


def _result(assignment: Assignment, law: int, findings: list[Finding]) -> tuple[str, bool]:
    """The evidence for a law, and whether it holds."""
    own = [f for f in findings if (f.assignment, f.law) == (assignment.number, law)]
    return "; ".join(f.evidence for f in own), not any(f.violations for f in own)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    if not sys.stderr.isatty() or console.is_dumb_terminal:
        yield lambda _done, _all: None
        return
    columns = TextColumn("auditing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("auditing", total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)
