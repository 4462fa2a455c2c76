"""Laws 3 and 4: every misconception fails the checks that it should, and every check is failed by one."""

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from types import FunctionType, ModuleType
from typing import Any

from grader.assignment import Assignment, Course, Misconception, Variants, read_misconceptions
from grader.assignment.fingerprints import fingerprint_of
from grader.audit.bench import Bench, at_bench, distance, failed
from grader.audit.finding import Finding
from grader.audit.tasks import BANK, Task
from grader.calls import follow
from grader.diagnosis.time_limit import time_limit
from grader.result import Check

SECONDS_OF_AN_IMPORT = 5.0  # of processor time; it takes some milliseconds


@dataclass(frozen=True)
class Trial:
    """How one check ended for one misconception. `distance` says how far off its answer was, see `bench.distance`."""

    check: str
    failed: bool
    distance: float | None = None


@dataclass(frozen=True)
class Tried:
    """One misconception, tried with all checks. `problem` says why it could not be tried; `note` is worth reading."""

    problem: str
    trials: tuple[Trial, ...]
    note: str = ""


Trials = Mapping[Misconception, Tried]


def bank_tasks(assignment: Assignment) -> list[Task]:
    """The tasks for laws 3 and 4: every misconception against every check."""
    data, bank = data_of_bank(assignment), read_misconceptions(assignment.folder)
    return [Task(assignment.number, run_entry, (entry,), ast.unparse(entry.node) + data) for entry in bank]


def data_of_bank(assignment: Assignment) -> str:
    """A hash of what the misconceptions may read: the files beside them."""
    folder = assignment.folder / BANK
    return fingerprint_of(folder, [file.name for file in folder.glob("*.py")]) if folder.is_dir() else ""


def run_entry(course: Course, assignment: Assignment, entry: Misconception) -> dict:
    """Try one misconception, with the first seed, as a law should not hold by chance.

    Returns plain data of a `Tried`.
    """
    variants = Variants(course)
    make = maker(variants, entry)
    if problem := import_problem(make):
        return asdict(Tried(problem, ()))

    mistakes: list[str] = []

    def trial(bench: Bench, check: Check) -> Trial:
        result = bench.run(check, make)
        if isinstance(bench.error, NameError):  # the entry itself is wrong: its file does not have such a name
            mistakes.append(f"it does not work at all: NameError: {bench.error}")
        return Trial(check.short_name, failed(result), distance(bench.error))

    trials = at_bench(assignment, lambda bench: tuple(trial(bench, check) for check in bench.all_checks))
    return asdict(Tried(mistakes[0] if mistakes else "", trials, other_arguments(variants, entry)))


def maker(variants: Variants, entry: Misconception) -> Callable[[], ModuleType]:
    """A function that imports the reference with a misconception in it, afresh every time."""
    return lambda: variants.package((entry.target, entry.node), sharing=True)


def other_arguments(variants: Variants, entry: Misconception) -> str:
    """How its callers can pass other arguments than to the reference, or "". A belief is seldom about that."""
    package = variants.package((entry.target, entry.node))
    for path in variants.replaced_names(entry.target, entry.node):
        takes, should = _arguments(follow(package, path)), _arguments(follow(variants.original, path))
        if should and takes != should:
            return f"{path} takes {takes}, but the reference's {should}; is that the belief?"
    return ""


def _arguments(function: Any) -> str:
    """Names and kinds of a function's arguments, and which are optional; "" if it is no function written in Python."""
    if not isinstance(function, FunctionType):
        return ""
    parameters = inspect.signature(function).parameters.values()
    bare = [p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else ...) for p in parameters]
    return str(inspect.Signature(bare)).replace("Ellipsis", "...")


def import_problem(make: Callable[[], ModuleType]) -> str:
    """Why a package cannot be imported, or ""."""
    try:
        with time_limit(SECONDS_OF_AN_IMPORT):
            make()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def trials_of(results: Mapping[Task, dict]) -> Trials:
    """The results of such tasks."""
    return {
        task.arguments[0]: Tried(data["problem"], tuple(Trial(**trial) for trial in data["trials"]), data["note"])
        for task, data in results.items()
    }


def misconceptions_are_rejected(assignment: Assignment, trials: Trials) -> Finding:
    """Law 3: each misconception fails every check that it lists, and no check of a component that it does not list."""
    if not trials:
        return Finding(assignment.number, 3, "no bank", (_no_bank(assignment),))
    broken = {entry.name: tuple(_faults(entry, found)) for entry, found in trials.items()}
    rejected = sum(not faults for faults in broken.values())
    evidence = f"{rejected} of {len(broken)} rejected"
    violations = tuple(f"{n}: {f}" for n, faults in broken.items() for f in faults)
    notes = tuple(f"{entry.name}: {tried.note}" for entry, tried in trials.items() if tried.note)
    return Finding(assignment.number, 3, evidence, violations, notes)


def _faults(entry: Misconception, tried: Tried) -> Iterator[str]:
    if tried.problem:
        yield f"with it in the place of {entry.target}, the reference cannot be used: {tried.problem}"
        return
    failed_checks = {t.check for t in tried.trials if t.failed}
    known = {t.check for t in tried.trials}
    for name in entry.fails:
        if name not in known:
            yield f"there is no check {name}"
        elif name not in failed_checks:
            yield f"{name} should fail, but passes"
    for name in sorted(failed_checks):
        if name.partition("/")[0] not in entry.components:
            yield f"{name} fails too, but no check of its component is listed"


def checks_can_fail(assignment: Assignment, trials: Trials, known: Iterable[str]) -> Finding:
    """Law 4: each check is failed by at least one misconception."""
    if not trials:
        return Finding(assignment.number, 4, "no bank", (_no_bank(assignment),))
    failed_checks = {t.check for tried in trials.values() for t in tried.trials if t.failed}
    checks = sorted(set(known))
    idle = [name for name in checks if name not in failed_checks]
    evidence = f"{len(checks) - len(idle)} of {len(checks)} checks fail"
    return Finding(assignment.number, 4, evidence, tuple(f"no misconception fails {name}" for name in idle))


def _no_bank(assignment: Assignment) -> str:
    return f"there is no bank of misconceptions: write {assignment.folder.name}/misconceptions/, see CONTRIBUTING.md"
