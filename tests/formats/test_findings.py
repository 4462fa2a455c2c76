"""Results grouped for people: each reason once, and every check that did not pass under exactly one."""

import pytest

from grader.formats.findings import MAX_NAMES, UNWRITTEN, named, reasons, stubs
from grader.isolation.outside.faults import StudentError
from grader.result import Diagnosis, Outcome

BELIEF = Diagnosis(
    "It is half of what it should be.",
    'Your results are exactly those of this belief: "A sum is a mean."',
    "What is the sum?",
)
ELSEWHERE = Diagnosis("", 'This belief leads to the same: "A sum is a mean."', "What is the sum?")


def test_every_check_that_did_not_pass_has_one_reason(result):
    found = [
        result(outcome, public, diagnosis=diagnosis)
        for outcome in Outcome
        for public in (True, False)
        for diagnosis in (None, BELIEF, ELSEWHERE)
    ]

    told = [id(r) for reason in reasons(found) for r in reason.results]

    assert sorted(told) == sorted(id(r) for r in found if r.outcome is not Outcome.PASSED)


def test_a_belief_is_one_reason_in_all_components_however_it_showed(result):
    [reason] = reasons(
        [result(diagnosis=BELIEF), result(component="B", diagnosis=ELSEWHERE), result(component="C", diagnosis=BELIEF)]
    )

    assert (reason.told, reason.question) == (BELIEF.explanation, BELIEF.hint)
    assert [(len(group.results), group.like, group.how) for group in reason.groups] == [
        (2, BELIEF.observation, ""),
        (1, "", "This belief leads to the same."),
    ]


def test_two_beliefs_with_one_question_are_two_reasons(result):
    other = Diagnosis("", 'Your results are exactly those of this belief: "A mean is a sum."', BELIEF.hint)

    assert [reason.told for reason in reasons([result(diagnosis=BELIEF), result(diagnosis=other)])] == [
        BELIEF.explanation,
        other.explanation,
    ]


def test_without_a_belief_only_what_is_of_one_component_is_told_together(result):
    """That the values are wrong is no reason that two components could share."""
    assert [len(r.results) for r in reasons([result(), result(title="Another."), result(component="B")])] == [2, 1]


def test_an_exception_at_one_place_is_one_reason_in_all_components(result):
    where = {"message": "KeyError: 3", "detail": "framework/optim/optimizer.py, line 3, in step"}

    assert [len(r.results) for r in reasons([result(**where), result(component="B", **where)])] == [2]


@pytest.mark.parametrize(
    "difference", [{"kind": "The dtype is not the expected one."}, {"outcome": Outcome.ERROR}, {"component": "B"}]
)
def test_hidden_checks_are_told_together_only_where_they_ended_alike(result, difference):
    """Their messages are empty where students read."""
    assert [len(r.results) for r in reasons([result(message=""), result(message="", **difference)])] == [1, 1]


def test_a_file_that_cannot_be_imported_is_one_reason_where_it_may_be_named(result):
    """Which file a hidden check lacks is not known to its reader, so it is not taken for the one that is named."""
    kind = "A file or name that this check needs could not be imported."
    found = [
        result(Outcome.BLOCKED, public, component=c, kind=kind, message="x.py could not be imported" * public)
        for c in "AB"
        for public in (True, False)
    ]

    told = [(reason.told, named(reason.results), [g.what for g in reason.groups]) for reason in reasons(found)]

    assert told == [("x.py could not be imported", "A, B", [""]), (kind, "A, B", [""])]


def test_what_is_not_written_comes_last_and_is_named(result):
    found = [
        result(Outcome.ERROR, public, kind=UNWRITTEN, message="NotImplementedError: nn.ReLU.forward" * public)
        for public in (True, False)
    ]

    _first, last = reasons([*found, result()])

    assert last.told == "2 checks could not be run, as a part is not written yet, among others nn.ReLU.forward"
    assert reasons(found[:1])[0].told == "1 check could not be run, as a part is not written yet: nn.ReLU.forward"
    assert reasons(found[1:])[0].told == "1 check could not be run, as a part is not written yet."
    assert stubs(found) == {"nn.ReLU.forward": 1}


def test_what_is_not_written_is_known_by_what_the_fault_says():
    assert StudentError(["builtins.NotImplementedError"], "nn.ReLU", []).kind == UNWRITTEN


@pytest.mark.parametrize(
    ("count", "said"), [(1, "C0"), (MAX_NAMES + 1, "C0, C1, C2, C3, C4"), (MAX_NAMES + 2, "C0, C1, C2, C3 and 2 more")]
)
def test_many_components_are_counted(result, count, said):
    assert named([result(component=f"C{i}") for i in range(count)]) == said
