"""A belief is named only if no component contradicts it; of one that may be wrong, the place is told."""

import ast

import pytest

from grader.assignment import Misconception
from grader.checks.plan import Failure
from grader.diagnosis.cause import Cause, of_misconceptions
from grader.diagnosis.clues import Case
from grader.diagnosis.component import Component, sound_components
from grader.diagnosis.theory import Fit
from grader.diagnosis.weighing import weigh
from grader.result import Check, CheckResult, Outcome


def check(component: str) -> Check:
    return Check(f"01/hidden/{component}/test_it", "01", component, "It works.", 1, public=False)


def component(name: str, *causes: Cause, cut: bool = False) -> Component:
    failure = Failure(check(name), AssertionError(), lambda _package: None)
    return Component(name, [Case(failure, causes=dict.fromkeys(causes, Fit.WHOLE), cut=cut)], [])


def cause(*fails: str, target: str = "nn.Scale.forward") -> Cause:
    node = ast.parse("def f(self, x): pass").body[0]
    fails = tuple(f"{name}/test_it" for name in fails)
    return of_misconceptions((Misconception("a", target, "Belief a.", "Why a?", fails, node=node),))


def fit(one: Component) -> Fit:
    [case] = one.cases
    [found] = case.causes.values()
    return found


def test_a_belief_that_explains_all_that_it_has_to_is_named():
    both = cause("Scale", "Shift")
    components = component("Scale", both), component("Shift", both)
    weigh(components, {"Other"})
    assert [fit(one) for one in components] == [Fit.WHOLE, Fit.WHOLE]


def test_a_belief_that_has_no_part_in_the_failures_of_a_component_that_it_is_about_is_not_named():
    scale = component("Scale", cause("Scale", "Shift"))
    weigh([scale, component("Shift")], set())
    assert fit(scale) is Fit.PLACE


def test_a_failure_for_which_not_all_was_tried_contradicts_nothing():
    scale = component("Scale", cause("Scale", "Shift"))
    weigh([scale, component("Shift", cut=True)], set())
    assert fit(scale) is Fit.WHOLE


def test_a_belief_that_is_doubted_where_it_belongs_is_not_named_elsewhere():
    one = cause("Scale", "Shift")
    scale, shift = component("Scale", one), component("Shift", one)
    shift.cases += component("Shift").cases  # another failure, which nothing explains
    weigh([scale, shift], set())
    assert fit(scale) is Fit.PLACE


@pytest.mark.parametrize(("sound", "found"), [({"Scale"}, Fit.PLACE), ({"Other"}, Fit.WHOLE)])
def test_a_belief_about_a_class_of_which_every_check_passed_is_not_named(sound, found):
    shift = component("Shift", cause("Scale", "Shift"))
    weigh([shift], sound)
    assert fit(shift) is found


def test_a_component_is_sound_if_every_check_of_it_passed():
    outcomes = [
        ("Scale", Outcome.PASSED),
        ("Scale", Outcome.PASSED),
        ("Shift", Outcome.PASSED),
        ("Shift", Outcome.FAILED),
    ]
    assert sound_components(CheckResult(check(name), outcome) for name, outcome in outcomes) == {"Scale"}
