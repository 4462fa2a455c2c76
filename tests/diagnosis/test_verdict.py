"""From causes to what is told: surely only where chance is excluded, and never two beliefs that exclude each other."""

import ast
from collections.abc import Sequence

import pytest

from grader.assignment import Misconception, Variants
from grader.diagnosis import Clues, Investigation, Suspects, diagnosed
from grader.diagnosis.cause import Cause, of_misconceptions
from grader.diagnosis.suspects import exclude_each_other
from grader.diagnosis.theory import Fit
from grader.diagnosis.verdict import ENOUGH
from grader.result import Check, CheckResult, Diagnosis, Outcome


def belief(
    name: str,
    target: str = "nn.Scale.forward",
    hint: str = "",
    fails: tuple[str, ...] = (),
    code: str = "def f(self, x): pass",
) -> Misconception:
    return Misconception(name, target, f"Belief {name}.", hint or f"Why {name}?", fails, node=ast.parse(code).body[0])


def cause(name: str, **more) -> Cause:
    return of_misconceptions((belief(name, **more),))


@pytest.fixture
def told(course):
    """What is told of some failed checks, given their clues."""

    def told(*clues: Clues, components: Sequence[str] = ()) -> list[Diagnosis | None]:
        results = [
            CheckResult(Check(f"01/hidden/{name}/test_{i}", "01", name, "It works.", 1, public=False), Outcome.FAILED)
            for i, name in enumerate(components or ["Scale"] * len(clues))
        ]
        investigation = Investigation(Suspects(course, course.assignments))
        investigation.clues = {r.check.id: c for r, c in zip(results, clues, strict=True)}
        return [r.diagnosis for r in diagnosed(results, investigation)]

    return told


@pytest.mark.parametrize(
    ("numbers", "exactly"),
    [((ENOUGH,), [True]), ((ENOUGH - 1,), [False]), ((ENOUGH - 1, 1), [True, True]), ((ENOUGH, 0), [True, False])],
)
def test_results_are_exactly_those_of_a_belief_only_where_enough_numbers_agree(told, numbers, exactly):
    found = told(*(Clues((cause("a"),), "", count) for count in numbers))

    assert [d.explanation.startswith("Your results are exactly those") for d in found] == exactly
    assert all(d.explanation.endswith(': "Belief a."') for d in found)


def test_of_beliefs_that_explain_a_check_equally_well_none_is_told(told):
    [found] = told(Clues((cause("a", hint="Why?"), cause("b", hint="Why?")), "", 99))

    assert (found.explanation, found.hint) == ("Several beliefs about Scale.forward lead to the same results.", "Why?")
    assert found.causes == ("a", "b")


def test_what_they_do_not_share_is_not_told(told):
    [found] = told(Clues((cause("a"), cause("b", target="nn.Shift.forward")), "", 99))

    assert (found.explanation, found.hint) == ("Several beliefs lead to the same results.", "")


def test_a_belief_that_explains_more_or_names_the_check_is_told_alone(told):
    named = cause("b", fails=("Scale/test_0",))

    assert '"Belief b."' in told(Clues((cause("a"), named), "", 9))[0].explanation
    assert all(
        '"Belief a."' in d.explanation for d in told(Clues((cause("a"), named), "", 9), Clues((cause("a"),), "", 9))
    )


def test_beliefs_that_exclude_each_other_are_not_told_of_two_checks_of_one_component(told):
    one, other = (of_misconceptions((belief(name, hint="Why?"),), {("a.py", "f"): name}) for name in "ab")

    found = told(Clues((one,), "", 99), Clues((other,), "", 99))

    assert [d.explanation for d in found] == ["Several beliefs about Scale.forward lead to the same results."] * 2
    assert [d.causes[0] for d in found] == ["a", "b"]


@pytest.mark.parametrize(("fails", "count"), [((), 1), (("Shift/test_it",), 0)])
def test_a_belief_is_not_told_if_another_component_that_it_is_about_shows_one_that_excludes_it(told, fails, count):
    one = of_misconceptions((belief("a", fails=fails),), {("a.py", "f"): "a"})
    other = of_misconceptions((belief("b"),), {("a.py", "f"): "b"})

    found, _ = told(Clues((one,), "", 99), Clues((other,), "", 99), components=("Scale", "Shift"))

    assert found.explanation.count("Belief a") == count


def test_a_belief_and_a_pair_with_it_do_not_exclude_each_other(told):
    one, other = belief("a"), belief("b", "nn.Scale.backward")
    alone = of_misconceptions((one,), {("a.py", "f"): "a"})
    pair = of_misconceptions((one, other), {("a.py", "f"): "a", ("a.py", "g"): "b"})

    found = told(Clues((alone,), "", 99), Clues((pair,), "", 99))

    assert [d.explanation.count("Belief") for d in found] == [1, 2]


@pytest.mark.parametrize(
    ("fit", "words"),
    [(Fit.PART, "leads to a part of what is wrong here"), (Fit.ALIKE, "fails this one in the same way")],
)
def test_what_does_not_lead_to_the_very_same_is_told_so(told, fit, words):
    [found] = told(Clues((cause("a"),), "", 99, {"a": fit}))

    assert words in found.explanation


@pytest.mark.parametrize(
    ("one", "other", "exclusive"),
    [
        (belief("a"), belief("b"), True),
        (belief("a"), belief("b", "nn.Scale.backward"), False),
        (belief("a"), belief("b", "nn.scale.Scale.forward"), True),
        (belief("a"), belief("b", "nn.Scale", code="class F:\n    def forward(self, x): pass"), True),
        (belief("a"), belief("b", "nn.Scale", code="class F:\n    def backward(self, dy): pass"), False),
    ],
)
def test_two_beliefs_about_one_function_exclude_each_other(course, one, other, exclusive):
    assert exclude_each_other(one, other, Variants(course)) is exclusive
