"""The search for causes: shared evenly, in rounds, with what was left out counted."""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest

from grader.assignment import AssignmentError, Course
from grader.checks.plan import Failure
from grader.compare import Mismatch
from grader.diagnosis import Investigation, Suspects
from grader.diagnosis.cause import of_misconceptions
from grader.diagnosis.clues import Case
from grader.diagnosis.investigation import MOST_KEPT
from grader.diagnosis.theory import Fit
from grader.isolation.outside.faults import StudentError
from grader.result import Check, CheckResult, Outcome

SCALE = (
    "class Scale:\n    def __init__(self, factor):\n        self.factor = factor\n"
    "    def forward(self, x):\n        return {}\n    def backward(self, dy):\n        return self.factor * dy\n"
)


def check(number: int = 0, name: str = "test_forward") -> Check:
    return Check(f"01/hidden/Scale/{name}[{number}]", "01", "Scale", "It scales.", 1, public=False)


def wrong(value: float, size: int = 3) -> Mismatch:
    error = Mismatch("The values are not the expected ones.", "y[0] is 1, but should be 2 (3 of 3 differ)")
    error.actual, error.expected = np.full(size, value), np.full(size, 2.0)
    return error


@pytest.fixture
def investigation(course) -> Investigation:
    return Investigation(Suspects(course, course.assignments))


def burn(seconds: float) -> None:
    end = process_time() + seconds
    while process_time() < end:
        pass


def test_every_failure_has_an_equal_share_of_the_time_and_what_one_leaves_is_the_others(investigation):
    shares = []

    def look(case: int, end: float) -> None:
        shares.append(end - process_time())
        burn(0.0 if case == 1 else max(0.0, end - process_time()))

    investigation._round([0, 1, 2, 3], look, process_time() + 0.4)

    assert shares == pytest.approx([0.1, 0.1, 0.15, 0.15], abs=0.02)


def test_no_failure_waits_for_the_slips_of_another(investigation):
    """The likeliest are tried for all of them first."""
    order = []

    def rerun(number: int):
        return lambda _package: order.append(number)

    for number in range(3):
        investigation.hear_of(Failure(check(number), wrong(1.0), rerun(number)))
    investigation.explain([])

    likely = [number for number, _ in zip(order, range(order.index(2) + 1), strict=False)]
    assert sorted(set(likely)) == [0, 1, 2]
    assert order.index(2) < len(order) / 3


@pytest.mark.parametrize(("seconds", "until", "count"), [(10.0, np.inf, 0), (0.0, np.inf, 3), (10.0, 0.0, 3)])
def test_failures_for_which_not_all_was_tried_are_counted(investigation, seconds, until, count):
    for number in range(3):
        investigation.hear_of(Failure(check(number), wrong(1.0), lambda _package: wrong(3.0)))
    investigation.explain([], seconds, until)

    assert investigation.cut["01"] == count


def test_what_was_not_tried_is_said_and_costs_nothing(graded, monkeypatch):
    explain = Investigation.explain
    monkeypatch.setattr(Investigation, "explain", lambda self, results, *_times: explain(self, results, 0.0))

    report = graded({"nn/scale.py": SCALE.format("x + self.factor")})

    assert report.notices == (
        "Not all that could explain 2 of the failed checks was tried: the time for that was over. It costs no points.",
    )
    assert report.earned == 6


def test_a_misconception_that_a_passed_check_refutes_is_not_even_tried(investigation):
    tried = []
    passed = CheckResult(
        Check("01/hidden/Scale/test_backward", "01", "Scale", "It goes back.", 1, public=False), Outcome.PASSED
    )
    for results in ([], [passed]):
        tried.append(0)
        investigation.hear_of(
            Failure(
                check(), StudentError(["builtins.KeyError"], "", []), lambda _package: tried.append(tried.pop() + 1)
            )
        )
        investigation.explain(results)

    assert tried[0] > tried[1] > 0


def test_what_is_kept_until_then_is_bounded(investigation):
    large = wrong(1.0, MOST_KEPT // 32)
    for number in range(3):
        investigation.hear_of(Failure(check(number), large, lambda _package: None))

    assert [len(failures) for failures in investigation._failures.values()] == [2]
    assert investigation.cut["01"] == 1
    assert len(investigation.clues) == 3


def test_what_is_kept_holds_nothing_else_that_the_check_had_in_hand(investigation):
    answer = np.zeros(1000)
    error = wrong(1.0)
    error.actual = answer[:3]
    try:
        raise error from ValueError("no")
    except Mismatch as raised:
        investigation.hear_of(Failure(check(), raised, lambda _package: None))

    [[kept]] = investigation._failures.values()
    assert (kept.error.__traceback__, kept.error.__cause__, kept.error.actual.base) == (None, None, None)
    assert str(kept.error) == str(error)


def test_a_bank_that_cannot_be_read_is_a_problem_and_no_more(investigation, monkeypatch):
    def refuse(_number: str) -> None:
        raise AssignmentError("bank", "it is broken")

    monkeypatch.setattr(investigation._suspects, "bank", refuse)
    investigation.hear_of(Failure(check(), wrong(1.0), lambda _package: None))
    investigation.explain([])

    assert isinstance(investigation.problem, AssignmentError)


def test_what_numpy_warns_of_while_a_check_runs_again_is_not_printed(course_root, graded):
    """Here it would be raised, as pytest turns warnings into errors in this repository."""
    bank = course_root / "assignments/01_scaling/misconceptions/layers.py"
    bank.write_text(
        bank.read_text().replace("return x + self.factor", "return x + self.factor * (np.float64(1e308) * 10 > 0)")
    )

    report = graded({"nn/scale.py": SCALE.format("x + self.factor")}, course=Course.load(course_root))

    assert [r.diagnosis.causes for r in report.results if r.diagnosis] == [("layers.factor_is_added",)] * 2


def test_a_check_that_trains_is_run_again_only_in_the_time_that_the_others_leave(investigation):
    order = []

    def rerun(name: str, seconds: float):
        def run(_package) -> None:
            order.append(name)
            burn(seconds)

        return run

    trains = replace(check(0), time_limit=30.0)
    investigation.hear_of(Failure(trains, wrong(1.0), rerun("trains", 0.05)))
    investigation.hear_of(Failure(check(1), wrong(1.0), rerun("quick", 0.0)))
    investigation.explain([], seconds=3.0)
    assert order.index("trains") > len(order) - 1 - order[::-1].index("quick")

    investigation.hear_of(Failure(trains, wrong(1.0), rerun("trains", 0.05)))
    order.clear()
    investigation.explain([], seconds=0.0)
    assert not order
    assert investigation.cut["01"] == 1


@pytest.mark.parametrize(
    ("fit", "is_explained"), [(Fit.WHOLE, True), (Fit.ALIKE, True), (Fit.PART, False), (Fit.PLACE, False)]
)
def test_for_a_failure_whose_numbers_are_drawn_anew_no_second_belief_is_tried(fit, is_explained):
    """Of many that change nothing there, one would draw numbers like the student's by chance."""
    case = Case(Failure(check(), wrong(1.0), lambda _package: None))

    assert not case.is_explained
    case.causes[of_misconceptions(())] = fit
    assert case.is_explained is is_explained
