"""What the plugins of one session of pytest share."""

from dataclasses import dataclass, field

from grader.assignment import Assignment
from grader.checks.plan import Plan
from grader.checks.run import Run
from grader.result import Check, CheckResult


@dataclass(eq=False)
class State:
    """The plan that is being carried out, what was collected, and how far the session has come."""

    plan: Plan
    checks: dict[str, Check] = field(default_factory=dict)  # by pytest's node id
    results: list[CheckResult] = field(default_factory=list)  # of the present plan
    run: Run | None = None  # of the check that runs now
    problem: Exception | None = None  # why nothing is run
    fault: BaseException | None = None  # what went wrong in pytest or in a plugin

    @property
    def present(self) -> Run:
        """The run of the check that runs now: hooks and fixtures are only called during one."""
        assert self.run
        return self.run

    def assignment_of(self, check: Check) -> Assignment:
        return next(a for a in self.plan.assignments if a.number == check.assignment)
