"""What a student sees, phase by phase, as Gradescope's documentation says."""

import pytest

from grader.gradescope.preview import PHASES, in_words, seen


def results(*visibilities: str, **changes):
    tests = [
        {"name": f"check {n}", "score": n, "max_score": 2, "visibility": v, "output": f"said {n}"}
        for n, v in enumerate(visibilities)
    ]
    return {"score": 3.0, "output": "above", "tests": tests, **changes}


@pytest.mark.parametrize(
    ("visibility", "phases"),
    [
        ("visible", {"before", "after", "published"}),
        ("after_due_date", {"after", "published"}),
        ("after_published", {"published"}),
        ("hidden", set()),
    ],
)
def test_a_test_is_shown_from_its_phase_on(visibility, phases):
    assert {phase for phase in PHASES if seen(results(visibility), phase).tests} == phases


def test_the_score_is_shown_when_every_test_is():
    data = results("visible", "after_due_date", "after_published")

    assert [seen(data, phase).score for phase in PHASES] == [None, None, 3.0]
    assert [seen(results("visible", "hidden"), phase).score for phase in PHASES] == [None] * 3


def test_a_test_that_says_nothing_follows_the_whole():
    data = results("visible", visibility="after_published")
    del data["tests"][0]["visibility"]

    assert [len(seen(data, phase).tests) for phase in PHASES] == [0, 0, 1]


def test_without_a_score_of_the_whole_it_is_the_sum():
    data = results("visible", "visible")
    del data["score"]

    assert seen(data, "before").score == 1


def test_the_output_of_the_autograder_is_for_instructors_unless_it_is_said():
    assert not any(seen(results("visible"), phase).stdout for phase in PHASES)
    assert seen(results("visible", stdout_visibility="visible"), "before").stdout


def test_in_words():
    data = results("visible", "hidden", leaderboard=[{"name": "loss", "value": 0.5}])

    assert list(in_words(seen(data, "before"))) == [
        "score: not shown, as some checks are not",
        "| above",
        "- check 0 (0/2)",
        "    said 0",
        "1 check is not shown.",
        "leaderboard: loss 0.5",
    ]
