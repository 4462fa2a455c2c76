"""Checks are run again and again in one session of pytest, each time on another package."""

from grader.assignment import Variants
from grader.audit.bench import at_bench
from grader.checks.plugins.grader import Grader
from grader.result import Outcome


def test_time_that_runs_out_while_pytest_reports_ends_that_check_alone(course, monkeypatch):
    judged = Grader._judged
    slow = [True]

    def judged_slowly(self, run):
        while slow:
            pass
        return judged(self, run)

    monkeypatch.setattr(Grader, "_judged", judged_slowly)
    make = Variants(course).importer({})

    def work(bench):
        check = bench.all_checks[0]
        first = bench.run(check, make)
        slow.clear()
        return first, bench.run(check, make)

    first, second = at_bench(course.assignments[0], work)

    assert (first.outcome, second.outcome) == (Outcome.TIMEOUT, Outcome.PASSED)
