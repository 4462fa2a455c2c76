"""All laws of the chosen assignments: collects the tasks that they need, has them done, and evaluates the results."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, Course
from grader.audit import (
    bank,
    coverage,
    diagnosing,
    leaving_out,
    mutation,
    naming,
    proportion,
    right_answers,
    solution,
    worthless,
)
from grader.audit.finding import Finding
from grader.audit.listing import Listed, list_checks, listed_checks, names_of
from grader.audit.tasks import Cache, Task, perform

LAWS = {
    1: "the reference earns everything",
    2: "the untouched template earns nothing, nor do zeros, NaN, the input, noise or ones for gradients",
    3: "each misconception fails its checks",
    4: "each check is failed by a misconception",
    5: "each mutant is failed by a check",
    6: "misconceptions are named, right variants pass",
    7: "what is documented is asked, in proportion",
    8: "no belief is named wrongly",
}


@dataclass(frozen=True)
class Settings:
    """What to audit and how thoroughly; `variants` is a folder to take instead of those of the assignments, see
    `right_answers`.
    """

    laws: tuple[int, ...] = tuple(LAWS)
    seeds: int = 50
    variants: Path | None = None


@dataclass(frozen=True)
class Audited:
    """All findings, and what they rest on: by number of the assignment, trials of its bank and fates of its mutants."""

    findings: list[Finding]
    trials: dict[str, bank.Trials] = field(default_factory=dict)
    fates: dict[str, list[mutation.Fate]] = field(default_factory=dict)
    checks: dict[str, list[Listed]] = field(default_factory=dict)


Listener = Callable[[int, int], None]  # is told how many tasks are done, of how many


def audit(
    course: Course,
    assignments: Sequence[Assignment],
    settings: Settings,
    executor: Executor,
    kept: Cache,
    on_done: Listener = lambda _done, _all: None,
) -> Audited:
    """Prove the laws for some assignments.

    Raises:
        AssignmentError: if the course is broken.
    """
    tasks = [task for a in assignments for task in _tasks(course, a, settings)]
    done = 0

    def count(_task: Task) -> None:
        nonlocal done
        done += 1
        on_done(done, len(tasks))

    results = perform(course, tasks, executor, kept, count)
    audited = Audited([])
    for assignment in assignments:
        own = {task: result for task, result in results.items() if task.assignment == assignment.number}
        audited.findings.extend(_judge(assignment, settings, own, audited))
    return audited


def _tasks(course: Course, assignment: Assignment, settings: Settings) -> Iterator[Task]:
    laws, seeds = settings.laws, settings.seeds
    if 1 in laws:
        yield from solution.reference_tasks(assignment, seeds)
    if 2 in laws:
        yield Task(assignment.number, solution.grade_template)
        yield from worthless.worthless_tasks(assignment)
    if {3, 4, 7} & set(laws):
        yield Task(assignment.number, list_checks)
    if 3 in laws or 4 in laws:
        yield from bank.bank_tasks(assignment)
    if 5 in laws:
        yield from mutation.mutant_tasks(course, assignment, settings.variants)
    if {6, 8} & set(laws):
        yield from naming.naming_tasks(assignment)
    if 6 in laws:
        yield from naming.pair_tasks(course, assignment)
        yield from right_answers.variant_tasks(course, assignment, settings.variants, seeds)
    if 7 in laws:
        yield Task(assignment.number, coverage.record_coverage)


def _judge(a: Assignment, settings: Settings, results: dict[Task, Any], audited: Audited) -> Iterator[Finding]:
    def of(*works: Callable[..., Any]) -> dict[Task, Any]:
        return {task: result for task, result in results.items() if task.work in works}

    if 1 in settings.laws:
        found = of(solution.run_seeds, solution.grade_reference)
        yield solution.reference_passes(a, list(found.values()), settings.seeds)
    if 2 in settings.laws:
        yield solution.template_earns_nothing(a, list(of(solution.grade_template).values()))
        yield worthless.worthless_frameworks_earn_nothing(a, of(worthless.run_worthless))
    if {3, 4, 7} & set(settings.laws):
        audited.checks[a.number] = listed_checks(of(list_checks))
    if 3 in settings.laws or 4 in settings.laws:
        trials = audited.trials[a.number] = bank.trials_of(of(bank.run_entry))
        both = (
            bank.misconceptions_are_rejected(a, trials),
            bank.checks_can_fail(a, trials, names_of(audited.checks[a.number])),
        )
        yield from (finding for finding in both if finding.law in settings.laws)
    if 5 in settings.laws:
        fates = audited.fates[a.number] = mutation.fates_of(of(mutation.run_mutants, mutation.run_variants_mutants))
        yield mutation.mutants_are_killed(a, fates)
    if 6 in settings.laws:
        told = of(diagnosing.diagnose)
        yield naming.misconceptions_are_named(a, told)
        yield right_answers.right_answers_pass(a, of(right_answers.run_variant), settings.seeds)
        yield naming.pairs_are_told(a, told)
    if 7 in settings.laws:
        yield coverage.documented_is_asked(a, coverage.coverage_of(of(coverage.record_coverage)))
        yield proportion.fine_print_is_small(a, audited.checks[a.number])
    if 8 in settings.laws:
        alone = {task: data for task, data in of(diagnosing.diagnose).items() if len(task.arguments[0]) == 1}
        yield leaving_out.no_belief_is_misnamed(a, alone)
