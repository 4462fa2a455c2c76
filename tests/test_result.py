"""The data model: sums that add up, and names that others rely on."""

import dataclasses

import pytest

from grader.result import AssignmentReport, Check, CheckResult, Outcome, Report, Visibility


def result(outcome=Outcome.PASSED, points=1.0, earned=0.0):
    return CheckResult(Check("01/hidden/Linear/x", "01", "Linear", "It works.", points, public=False), outcome, earned)


def assignment(*results, points=10.0):
    return AssignmentReport("01", "Module", points, results)


def test_what_was_earned_is_the_sum_without_the_rounding_errors_of_adding():
    assert assignment(*[result(points=0.1, earned=0.1) for _ in range(10)]).earned == 1.0


def test_an_assignment_without_results_earns_nothing_and_is_worth_its_points():
    empty = assignment()

    assert (empty.earned, empty.withheld, empty.points) == (0, 0, 10.0)


@pytest.mark.parametrize("outcome", Outcome)
def test_points_are_withheld_for_the_graders_own_fault_alone(outcome):
    withheld = assignment(result(outcome, points=3.0)).withheld

    assert withheld == (3.0 if outcome is Outcome.INTERNAL else 0)


def test_a_report_adds_up_its_assignments():
    first = assignment(result(earned=2.5), result(Outcome.INTERNAL, points=4.0), points=10.0)
    second = assignment(result(earned=1.5), points=0.1)
    report = Report("someone", 7, (first, second))

    assert (report.earned, report.points, report.withheld) == (4.0, 10.1, 4.0)


def test_the_maximum_does_not_depend_on_what_ran():
    assert Report("someone", 7, (assignment(), assignment(result(Outcome.NOT_RUN)))).points == 20.0


def test_the_visibilities_are_gradescopes():
    assert set(Visibility) == {"visible", "hidden", "after_due_date", "after_published"}


def test_an_outcome_reads_as_itself():
    assert f"{Outcome.NOT_RUN}, {Outcome.TIMEOUT}" == "not run, timeout"


@pytest.mark.parametrize(
    "value", [result(), result().check, assignment(), Report("someone", 7, ())], ids=lambda v: type(v).__name__
)
def test_what_was_found_cannot_be_changed_afterwards(value):
    field = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, None)
