"""A check goes on after wrong values: it ends as the first says, and what comes after it tells why."""

import pytest

from grader.checks.framework import LocalFramework
from grader.result import Outcome


@pytest.fixture
def heard():
    return []


@pytest.fixture
def ended(run, framework, variant, heard):
    """How a check ends for a layer that gives twice what it should, in both directions."""

    def ended(*lines: str, decorators: str = "@weight(1)", parameters: str = "twin, rng"):
        twice = variant(
            "Tanh",
            forward=lambda base: lambda self, x: 2 * base.forward(self, x),
            backward=lambda base: lambda self, dy: 2 * base.backward(self, dy),
        )
        body = "\n    ".join(("t = twin('nn.Tanh')", "x = rng.normal(size=(3, 2))", *lines))
        text = f"{decorators}\ndef test_it({parameters}):\n    'It works.'\n    {body}\n"
        student = LocalFramework(framework(Tanh=twice))
        return run(text, student=student, on_failure=heard.append).only

    return ended


FORWARD, BACKWARD = "t.forward(x).compare()", "t.backward(np.ones((3, 2))).compare()"


def test_it_ends_as_the_first_wrong_value_says(ended, heard):
    result = ended(FORWARD, BACKWARD)

    [failure] = heard
    assert result.outcome is Outcome.FAILED
    assert result.message == str(failure.error)
    assert "forward" in result.message
    assert ["backward" in str(later) for later in failure.error.later] == [True]


def test_what_ends_it_then_comes_last(ended, heard):
    result = ended(FORWARD, "raise ValueError('no')", BACKWARD)

    assert "forward" in result.message
    assert [type(later) for later in heard[0].error.later] == [ValueError]


def test_an_answer_of_another_shape_ends_it(ended, heard):
    result = ended("t.forward(x[:1]).judge(lambda one, other: compare(one, other[0]))", BACKWARD)

    assert "shape" in result.message
    assert heard[0].error.later == ()


def test_what_was_wrong_is_raised_where_a_check_asks_for_it(ended):
    result = ended("t.forward(x).compare()", "twin.finish()", "raise SystemError('reached')")

    assert result.outcome is Outcome.FAILED


def test_a_check_with_partial_credit_does_not_go_on(ended):
    result = ended(
        "set_score(0.25)",
        FORWARD,
        "set_score(1.0)",
        decorators="@partial_credit(1)",
        parameters="twin, rng, set_score",
    )

    assert result.earned == 0.25
