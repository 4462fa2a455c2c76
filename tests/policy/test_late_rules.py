"""Late work beyond one rate: steps, fixed points, a cut-off, a bonus for being early."""

from datetime import timedelta

import pytest

from grader.policy import CheckPoints, Early, Late, Policy, PolicyError, parse_policy, score
from grader.policy.rules import Step

HALF = [CheckPoints("01/hidden/A/test_a", 6, 10)]  # 6 of 10 points
STEPS = (Step(24, 0.1), Step(48, 0.5))


def points(hours: float, late: Late | None = None, early: Early | None = None) -> float:
    policy = Policy(late=late or Late(), early=early or Early())
    return score(HALF, policy, timedelta(hours=hours)).points


@pytest.mark.parametrize(("hours", "left"), [(0, 6), (1, 5.4), (24, 5.4), (24.1, 3), (48, 3), (1000, 3)])
def test_each_step_has_its_share_and_the_last_one_stays(hours, left):
    assert points(hours, Late(steps=STEPS)) == pytest.approx(left)


def test_the_grace_period_and_the_most_hold_for_steps_and_points_too():
    assert points(0.4, Late(steps=STEPS, points=2, grace_minutes=30)) == 6
    assert points(30, Late(steps=STEPS, most=0.2)) == pytest.approx(4.8)


@pytest.mark.parametrize(("hours", "left"), [(0, 6), (1, 4), (24, 4), (25, 2), (49, 0), (500, 0)])
def test_fixed_points_are_taken_off_for_each_day_that_has_begun(hours, left):
    assert points(hours, Late(points=2)) == left


def test_fixed_points_in_proportion_and_beside_a_share():
    assert points(12, Late(points=2, form="linear")) == 5
    assert points(12, Late(points=1, penalty=0.5, of="maximum")) == 0
    assert points(12, Late(points=1, penalty=0.1)) == pytest.approx(4.4)


@pytest.mark.parametrize("of", ["earned", "maximum"])
def test_what_is_too_late_is_worth_nothing(of):
    late = Late(penalty=0.1, most=0.5, of=of, cutoff_hours=72)

    assert points(72, late) == pytest.approx(6 - 0.3 * (6 if of == "earned" else 10))
    found = score(HALF, Policy(late=late), timedelta(hours=72, microseconds=1))
    assert (found.points, found.lateness) == (
        0,
        "It was submitted 3 d 1 min after the due date: that is too late to count.",
    )


@pytest.mark.parametrize(("hours", "left"), [(0, 6), (-23, 6), (-24, 6.3), (-1000, 6.3)])
def test_whoever_is_early_gets_a_share_on_top_once(hours, left):
    assert points(hours, early=Early(24, 0.05)) == pytest.approx(left)


def test_sentences_say_what_is_taken_off():
    late = Late(points=2, steps=STEPS)
    said = score(HALF, Policy(late=late), timedelta(hours=30)).lateness

    assert said == (
        "It was submitted 1 d 6 h after the due date: 50 % of the points that it earned and 4 points are taken off."
    )
    early = score(HALF, Policy(early=Early(24, 0.05)), timedelta(hours=-30)).lateness
    assert early == "It was submitted 1 d 6 h before the due date: 0.3 points are added."


def test_the_rules_are_read():
    policy = parse_policy(
        """
        [late]
        points = 5
        cutoff_hours = 96
        steps = [{hours = 24, share = 0.1}, {hours = 48, share = 0.5}]
        [early]
        hours = 24
        bonus = 0.05
        [term]
        late_days = 5
        days_at_once = 2
        drop_lowest = 1
        people = {"Ada@x.edu" = 7}
        [show]
        hidden_until = 3
        """
    )

    assert (policy.late.points, policy.late.cutoff_hours, policy.late.steps) == (5, 96, STEPS)
    assert (policy.early, policy.hidden_until) == (Early(24, 0.05), 3)
    assert (policy.term.late_days, policy.term.days_at_once, policy.term.drop_lowest) == (5, 2, 1)
    assert policy.term.people == {"ada@x.edu": 7}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[late]\npenalty = 0.1\nsteps = [{hours = 1, share = 0.1}]", "both penalty and steps"),
        ("[late]\nsteps = [{hours = 2, share = 0.1}, {hours = 1, share = 0.2}]", "each step needs more hours"),
        ("[late]\nsteps = [{hours = 1, share = 0.2}, {hours = 2, share = 0.1}]", "no smaller share"),
        ("[late]\nsteps = [{hours = 1}]", "late"),
        ("[early]\nhours = 1", "early"),
        ("[term]\nlate_days = -1", "late_days"),
    ],
)
def test_rules_that_make_no_sense_are_refused(text, said):
    with pytest.raises(PolicyError, match=said):
        parse_policy(text)
