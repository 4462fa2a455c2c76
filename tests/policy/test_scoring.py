"""Checks become points: the rules one by one, their order, and what holds for any of them."""

from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.policy import CheckPoints, Late, Points, Policy, score

DAY = timedelta(days=1)


def checks(**earned: tuple[float, float]) -> list[CheckPoints]:
    return [CheckPoints(name.replace("_", "/"), *of) for name, of in earned.items()]


WORK = checks(A_x=(2, 2), A_y=(1, 2), B_x=(3, 4), Bonus_x=(2, 2))


IN_TIME = Late()


def scored(found=WORK, late_by=timedelta(0), late=IN_TIME, **points):
    return score(found, Policy(late=late, points=Points(**points)), late_by)


def test_without_rules_the_score_is_the_sum():
    found = scored()

    assert (found.points, found.maximum, found.steps, found.lateness) == (8, 10, (), "")


def test_nothing_at_all_is_zero_of_zero():
    found = scored([], drop_lowest=3, extra_credit=("*",), all_or_nothing=("*",))

    assert (found.points, found.maximum) == (0, 0)


# All or nothing


def test_a_group_with_a_failed_check_earns_nothing():
    found = scored(all_or_nothing=("A/*",))

    assert (found.points, found.maximum) == (5, 10)
    assert found.steps == ("A/*: not all of these checks passed, so none of them counts.",)


def test_a_group_that_passed_earns_everything():
    assert scored(all_or_nothing=("Bonus/*",)).points == 8


def test_of_several_groups_each_is_its_own():
    assert scored(all_or_nothing=("A/*", "Bonus/*")).points == 5


# Dropping


def test_a_dropped_check_is_neither_earned_nor_possible_and_the_maximum_stays():
    found = scored(checks(a=(0, 5), b=(5, 5)), drop_lowest=1)

    assert (found.points, found.maximum) == (10, 10)
    assert found.steps == ("Left out: a (0 of 5). The others earned 5 of 5 points, which counts as 10 of 10.",)


def test_what_is_dropped_is_what_helps_most_and_not_the_lowest_ratio():
    """Without `big` 1 of 2 points are left, without the lowest ratio (`none`) 1.9 of 11."""
    found = scored(checks(big=(0.9, 10), none=(0, 1), full=(1, 1)), drop_lowest=1)

    assert found.points == pytest.approx(12 * 1 / 2)


def test_one_check_always_stays():
    assert scored(checks(a=(1, 2), b=(2, 2)), drop_lowest=9).points == 4


RATIOS = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=7)


@given(RATIOS, st.integers(0, 8))
def test_no_other_choice_of_dropped_checks_gives_more(pairs, count):
    found = [CheckPoints(str(i), min(a, b), b) for i, (a, b) in enumerate(pairs)]
    kept = max(len(found) - count, 1)
    possible = [(sum(c.earned for c in s), sum(c.points for c in s)) for s in combinations(found, kept)]
    best = max((earned / points if points else 0) for earned, points in possible)

    assert scored(found, drop_lowest=count).points == pytest.approx(
        best * sum(c.points for c in found), abs=1e-4
    )  # rounded to 4 digits


# Extra credit


def test_extra_credit_makes_up_for_lost_points_and_is_no_part_of_the_maximum():
    found = scored(extra_credit=("Bonus/*",))

    assert (found.points, found.maximum) == (8, 8)
    assert found.steps == ("Extra credit: 2 points.",)


def test_extra_credit_lifts_above_the_maximum_only_as_far_as_it_is_said():
    full = checks(a=(8, 8), Bonus_x=(2, 2))

    assert scored(full, extra_credit=("Bonus/*",)).points == 8
    assert scored(full, extra_credit=("Bonus/*",), at_most=1.1).points == pytest.approx(8.8)


# Lateness comes last


def test_lateness_takes_a_share_of_what_was_earned():
    found = scored(late_by=DAY, late=Late(penalty=0.25))

    assert found.points == 6
    assert found.lateness == "It was submitted 1 d after the due date: 25 % of the points that it earned is taken off."


def test_or_of_the_maximum():
    assert scored(late_by=DAY, late=Late(penalty=0.25, of="maximum")).points == 5.5


def test_and_never_below_zero():
    assert scored(late_by=9 * DAY, late=Late(penalty=0.25, of="maximum")).points == 0


@given(
    RATIOS,
    st.builds(
        Points,
        all_or_nothing=st.sampled_from([(), ("*",), ("1", "2")]),
        drop_lowest=st.integers(0, 9),
        extra_credit=st.sampled_from([(), ("0",), ("*",)]),
        at_most=st.floats(1, 2),
    ),
    st.builds(Late, penalty=st.floats(0, 1), of=st.sampled_from(["earned", "maximum"])),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=99)),
)
def test_a_score_is_never_below_zero_or_above_what_is_allowed(pairs, points, late, by):
    found = score(
        [CheckPoints(str(i), min(a, b), b) for i, (a, b) in enumerate(pairs)], Policy(late=late, points=points), by
    )

    assert 0 <= found.points <= found.maximum * points.at_most + 1e-4  # rounded to 4 digits
