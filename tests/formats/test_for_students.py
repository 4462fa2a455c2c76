"""The report as students may see it, whatever the format: what is hidden or shown later is not in it at all."""

from dataclasses import replace

import pytest

from grader.formats.student import for_students
from grader.result import Diagnosis, Outcome, Visibility

SECRET = "SECRET 3.25"


def seen(report, *results):
    return for_students(report(*results)).assignments[0]


def test_a_hidden_check_keeps_its_title_outcome_points_kind_and_hint(report, result):
    told = result(Outcome.ERROR, message=SECRET, detail=SECRET, hint="Look at the batch.", earned=0.5)

    [kept] = seen(report, told).results

    assert kept == replace(told, message="", detail="")


def test_a_public_check_keeps_everything(report, result):
    told = result(public=True, message="ValueError: no", detail="framework/nn/linear.py, line 3, in forward")

    assert seen(report, told).results == (told,)


def test_a_public_check_with_hidden_errors_shows_the_hint_alone(report, result):
    [kept] = seen(report, result(public=True, message=SECRET, hint="Think of the batch.")).results

    assert (kept.message, kept.kind, kept.check.hint) == ("", "", "Think of the batch.")


@pytest.mark.parametrize("public", [True, False])
def test_nothing_of_the_graders_inside_is_shown(report, result, public):
    [kept] = seen(
        report, result(Outcome.INTERNAL, public, kind="The grader failed.", message=SECRET, detail=SECRET)
    ).results

    assert (kept.kind, kept.message, kept.detail) == ("The grader failed.", "", "")


def test_a_diagnosis_is_shown_without_the_names_of_its_causes(report, result):
    [kept] = seen(
        report, replace(result(), diagnosis=Diagnosis("It is twice as large.", "", "Is it a mean?", (SECRET,)))
    ).results

    assert kept.diagnosis == Diagnosis("It is twice as large.", "", "Is it a mean?")


@pytest.mark.parametrize("when", [v for v in Visibility if v is not Visibility.VISIBLE])
def test_what_is_shown_later_is_in_no_sum(report, result, when):
    shown = seen(
        report, result(Outcome.PASSED), result(Outcome.PASSED, visibility=when, points=3), result(visibility=when)
    )

    assert (shown.earned, shown.points, len(shown.results)) == (2, 2, 1)
    assert shown.notices == ("2 checks, worth 5 points, are not shown now and not in these numbers.",)


def test_nothing_is_said_of_checks_shown_later_where_there_are_none(report, result):
    assert seen(report, result()).notices == ()


def test_how_student_code_was_confined_is_not_for_students(report, result):
    assert for_students(replace(report(result()), isolation={"limits": "holds"})).isolation == {}
