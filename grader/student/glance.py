"""The course at a glance: what passes, what fails, what is not written, what has changed, and what to do next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.package import PACKAGE
from grader.student.course import Assignment
from grader.student.handout import section_about
from grader.student.printing import paint, pushed_apart, wrapped
from grader.student.running import NOT_WRITTEN, PASSED, Check, Run
from grader.student.source import definitions

PASSING, FAILING, UNWRITTEN = "passing", "failing", "not written"
COLOURS = {PASSING: "green", FAILING: "red", UNWRITTEN: "yellow"}


@dataclass(frozen=True)
class Component:
    """A class of public checks, and how many of them pass."""

    assignment: Assignment
    name: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> int:
        return sum(check.outcome == PASSED for check in self.checks)

    @property
    def state(self) -> str:
        """Failing if any check found something wrong. What only lacks code is not written."""
        outcomes = {check.outcome for check in self.checks}
        if outcomes == {PASSED}:
            return PASSING
        return UNWRITTEN if outcomes <= {PASSED, NOT_WRITTEN} else FAILING

    @property
    def count(self) -> str:
        return f"{self.passed} of {len(self.checks)} checks pass"


def components(assignment: Assignment, checks: Sequence[Check]) -> list[Component]:
    """The components of an assignment, in the order of work."""
    ours: dict[str, list[Check]] = {}
    for check in checks:
        if check.assignment == assignment.name:
            ours.setdefault(check.component, []).append(check)
    return [Component(assignment, name, tuple(ours[name])) for name in assignment.in_order(list(ours))]


def glance(root: Path, course: Sequence[Assignment], run: Run, changed: Sequence[str]) -> Iterator[str]:
    """The lines of the overview."""
    if run.failed_import:
        yield from (paint(wrapped("", run.failed_import), "red"), "", wrapped("", "All checks wait for that file."))
        return
    every = [(assignment, components(assignment, run.checks)) for assignment in course]
    for assignment, parts in every:
        yield from _overview(assignment, parts)
    for file in run.broken:
        yield paint(wrapped("", f"{file} cannot be read by pytest; run it to see why."), "red")
    if changed:
        yield from ("", paint("Since the last run", "bold"), *(wrapped("  ", line) for line in changed))
    yield from ("", *_points(every), "")
    yield from _next(root, [part for _, parts in every for part in parts])


def _overview(assignment: Assignment, parts: Sequence[Component]) -> Iterator[str]:
    title = pushed_apart(f"{assignment.number} {assignment.title}", f"{assignment.points:g} points")
    yield paint(title, "bold")
    for state, colour in COLOURS.items():
        names = [_with_count(part) if state is not PASSING else part.name for part in parts if part.state == state]
        if names:
            yield paint(wrapped(f"   {state:<12} ", ", ".join(names)), colour)


def _with_count(part: Component) -> str:
    """A name, and how much of it passes if anything does."""
    return f"{part.name} ({part.passed}/{len(part.checks)})" if part.passed else part.name


def _points(every: Sequence[tuple[Assignment, Sequence[Component]]]) -> Iterator[str]:
    total = sum(a.points for a, _ in every)
    done = [a for a, parts in every if parts and all(part.state == PASSING for part in parts)]
    reached = sum(a.points for a in done)
    told = f"Within reach: {reached:g} of {total:g} points: all public checks of these assignments pass."
    yield wrapped("", f"{told} Hidden checks decide how many you get.")


def _next(root: Path, parts: Sequence[Component]) -> Iterator[str]:
    """What to do next: the first component that does not pass, where to read about it and what to run."""
    waiting = [part for part in parts if part.state != PASSING]
    if not waiting:
        yield paint("Every public check passes. python check.py submit writes what you hand in.", "green")
        return
    part = waiting[0]
    done = f", {part.count}" if part.passed or part.state == FAILING else ""
    yield paint(f"Next: {part.name} of {part.assignment.number}, {part.state}{done}", "bold")
    yield wrapped("   read   ", place_to_read(root, part))
    if hole := part.assignment.hole_of(part.name):
        yield wrapped("   write  ", _place_to_write(root, *hole))
    yield f"   run    python check.py {part.assignment.number} -k {part.name}"


def place_to_read(root: Path, part: Component) -> str:
    """The handout of a component, and its section about it."""
    hole = part.assignment.hole_of(part.name)
    section = section_about(root / part.assignment.handout, hole[1] if hole else part.name)
    return part.assignment.handout + (f', "{section.title}"' if section else "")


def _place_to_write(root: Path, file: str, name: str) -> str:
    lines = [one.node.lineno for one in definitions(root) if (one.file, one.node.name) == (file, name)]
    return f"{PACKAGE}/{file}" + (f", line {lines[0]}" if lines else "")
