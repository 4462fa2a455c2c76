"""The decorators note what gradescope-utils' note, and its own work here."""

import itertools

import pytest
from gradescope_utils.autograder_utils import decorators as theirs

from grader.checks import decorators as ours
from grader.result import LeaderboardEntry, Outcome, Visibility

USES = [
    ("weight", (2,)),
    ("weight", (0.5,)),
    ("number", ("1.1",)),
    ("number", (3,)),
    ("visibility", ("hidden",)),
    ("visibility", ("after_due_date",)),
    ("hide_errors", ()),
    ("hide_errors", ("Look at the axis.",)),
    ("tags", ()),
    ("tags", ("a", "b")),
    ("leaderboard", ("speed",)),
    ("leaderboard", ("speed", "asc")),
    ("partial_credit", (4,)),
]
OURS_ALONE = {"__wrapped__", "__signature__", "__partial_credit__"}  # how our decorators know their own


def notes(module, name, arguments):
    def test_x(set_score=None, set_leaderboard_value=None):
        """A sentence."""

    decorated = getattr(module, name)(*arguments)(test_x)
    assert (decorated.__name__, decorated.__doc__) == ("test_x", "A sentence.")
    return {key: value for key, value in vars(decorated).items() if key not in OURS_ALONE}


@pytest.mark.parametrize(("name", "arguments"), USES, ids=str)
def test_a_decorator_carries_exactly_the_attributes_of_its_original(name, arguments):
    assert notes(ours, name, arguments) == notes(theirs, name, arguments) != {}


def test_there_is_a_decorator_for_each_of_theirs():
    names = {name for name, value in vars(theirs).items() if isinstance(value, type)}

    assert names == {name for name, _ in USES}


@pytest.mark.parametrize("order", list(itertools.permutations(["weight", "tags", "number"])), ids=str)
def test_the_order_of_decorators_does_not_matter(order):
    def test_x():
        pass

    arguments = {"weight": 2, "tags": "a", "number": "1"}
    for name in order:
        test_x = getattr(ours, name)(arguments[name])(test_x)

    assert vars(test_x) == {"__weight__": 2, "__tags__": ("a",), "__number__": "1"}


# Both kinds of decorators on the same text of a check: what it is and what comes out has to be the same.
OWN = "from grader.checks import *\n"
ORIGINAL = "from gradescope_utils.autograder_utils.decorators import *\n"
both_kinds = pytest.mark.parametrize("head", [OWN, ORIGINAL], ids=["ours", "gradescope-utils'"])


@both_kinds
def test_all_that_is_noted_reaches_the_check(run, head):
    ran = run(
        """
@weight(2)
@number("1.1")
@visibility("after_published")
@hide_errors("Look at the axis.")
@tags("slow", "linear")
def test_x():
    '''It works.'''
""",
        head=head,
        points=2,
    )

    check = ran.only.check
    assert (check.points, check.number, check.visibility) == (2, "1.1", Visibility.AFTER_PUBLISHED)
    assert (check.hint, check.tags) == ("Look at the axis.", ("slow", "linear"))
    assert ran.only.outcome is Outcome.PASSED


def bundle(*bodies):
    """The text of checks test_0, test_1, ... from (decorators, parameters, body)."""
    functions = [
        f"{decorators}\ndef test_{i}({parameters}):\n    'It works.'\n    {body}\n"
        for i, (decorators, parameters, body) in enumerate(bodies)
    ]
    return "\n".join(functions)


@both_kinds
@pytest.mark.parametrize("place", ["function", "method"])
def test_partial_credit_is_what_the_check_sets_however_it_takes_its_argument(run, head, place):
    signatures = ["set_score=None", "set_score", "rng, set_score=None"]
    own = "self, " * (place == "method")
    bodies = [("@partial_credit(4)", own + signature, "set_score(1); set_score(3)") for signature in signatures]
    bodies += [("@partial_credit(4)", own + s, "kwargs['set_score'](3)") for s in ("**kwargs", "rng, **kwargs")]
    source = bundle(*bodies)
    if own:
        source = "class TestTiny:\n    " + source.replace("\n", "\n    ")

    results = run(source, head=head, points=20).results

    found = [(r.outcome, r.earned, r.message) for r in results]
    assert found == [(Outcome.FAILED, 3, "3 of 4 points")] * 5


SCORES = {
    "4": (4, Outcome.PASSED),
    "0": (0, Outcome.FAILED),
    "0.1": (0.1, Outcome.FAILED),
    "9": (4, Outcome.PASSED),
    "-1": (0, Outcome.FAILED),
    "np.float64(1.0)": (1, Outcome.FAILED),
    "np.int64(4)": (4, Outcome.PASSED),
    "float('nan')": (0, Outcome.INTERNAL),
    "float('inf')": (0, Outcome.INTERNAL),
    "'3'": (0, Outcome.INTERNAL),
    "True": (0, Outcome.INTERNAL),
    "None": (0, Outcome.INTERNAL),
}


@both_kinds
def test_a_score_is_a_number_from_zero_to_the_weight(run, head):
    source = bundle(*[("@partial_credit(4)", "set_score=None", f"set_score({score})") for score in SCORES])

    results = run("import numpy as np\n" + source, head=head, points=4 * len(SCORES)).results

    assert dict(zip(SCORES, [(r.earned, r.outcome) for r in results])) == SCORES


@both_kinds
def test_a_check_that_never_sets_its_score_is_at_fault_itself(run, head):
    result = run("@partial_credit(4)\ndef test_x(set_score=None):\n    '''It works.'''\n", head=head, points=4).only

    assert result.outcome is Outcome.INTERNAL
    assert "has to call set_score with a number" in result.message


class NotANumber:
    """A framework that answers NaN where the reference has a class."""

    nn = float("nan")

    def finish(self):
        """Nothing waits."""


@both_kinds
@pytest.mark.parametrize(
    ("decorator", "hand_over"),
    [("@partial_credit(4)", "set_score"), ("@weight(4)\n@leaderboard('a')", "set_leaderboard_value")],
)
def test_a_number_that_an_answer_spoiled_is_the_students(run, head, decorator, hand_over):
    source = f"{decorator}\ndef test_x(student, {hand_over}=None):\n    'It works.'\n"
    source += f"    {hand_over}(student.nn if isinstance(student.nn, float) else 4.0)\n"

    ran = run(source, head=head, points=4, student=NotANumber())

    assert (ran.only.outcome, ran.only.earned, ran.leaderboard) == (Outcome.ERROR, 0, {})
    assert "nan" in ran.only.message


@both_kinds
def test_what_was_reached_before_a_failure_counts(run, head):
    source = (
        "@partial_credit(4)\ndef test_x(set_score=None):\n    '''It works.'''\n    set_score(1)\n    assert 1 == 2\n"
    )

    result = run(source, head=head, points=4).only

    assert (result.outcome, result.earned) == (Outcome.FAILED, 1)
    assert "1 == 2" in result.message


@both_kinds
def test_a_leaderboard_gets_the_value_that_the_check_sets(run, head):
    source = bundle(
        ("@weight(1)\n@leaderboard('a')", "set_leaderboard_value=None", "set_leaderboard_value(42)"),
        ("@weight(1)\n@leaderboard('b', 'asc')", "set_leaderboard_value", "set_leaderboard_value('*****')"),
        (
            "@leaderboard('c', sort_order='desc')\n@weight(1)",
            "**kwargs",
            "kwargs['set_leaderboard_value'](__import__('numpy').int64(3))",
        ),
        ("@weight(1)\n@leaderboard('d')", "set_leaderboard_value=None", "pass"),
    )

    ran = run(source, head=head, points=4)

    assert ran.leaderboard["01"] == [
        LeaderboardEntry("a", 42, "desc"),
        LeaderboardEntry("b", "*****", "asc"),
        LeaderboardEntry("c", 3, "desc"),
    ]
    assert type(ran.leaderboard["01"][2].value) is int  # JSON knows no other
    assert [r.earned for r in ran.results] == [1] * 4


@both_kinds
def test_a_leaderboard_takes_only_numbers_and_texts(run, head):
    values = ["float('nan')", "float('-inf')", "[1]", "True", "object()"]
    bodies = [
        ("@weight(1)\n@leaderboard('a')", "set_leaderboard_value=None", f"set_leaderboard_value({v})") for v in values
    ]

    ran = run(bundle(*bodies), head=head, points=5)

    assert not ran.leaderboard
    assert [r.outcome for r in ran.results] == [Outcome.INTERNAL] * 5
    assert "a leaderboard takes a number or a text, but was given nan" in ran["test_0"].message


@both_kinds
def test_decorators_that_hand_something_over_can_be_stacked(run, head):
    orders = list(itertools.permutations(["@partial_credit(4)", "@leaderboard('a')", "@tags('t')"]))
    both = "set_score=None, set_leaderboard_value=None"

    ran = run(
        bundle(*[("\n".join(o), both, "set_score(3); set_leaderboard_value(5)") for o in orders]), head=head, points=24
    )

    assert [r.earned for r in ran.results] == [3] * 6
    assert [entry.value for entry in ran.leaderboard["01"]] == [5] * 6


@both_kinds
def test_nothing_is_left_over_from_one_run_of_a_function_to_the_next(run, head):
    ran = run(
        """
import pytest

@pytest.mark.parametrize("first", [True, False])
@leaderboard("a")
@partial_credit(2)
def test_x(first, set_score=None, set_leaderboard_value=None):
    '''It works.'''
    if first:
        set_score(2)
        set_leaderboard_value(1)
""",
        head=head,
        points=4,
    )

    assert [result.outcome for result in ran.results] == [Outcome.PASSED, Outcome.INTERNAL]
    assert len(ran.leaderboard["01"]) == 1


def test_a_suite_of_unittest_runs_as_it_is(run):
    ran = run(
        """
import unittest
from gradescope_utils.autograder_utils.decorators import *

class TestSums(unittest.TestCase):
    def setUp(self):
        self.two = 2

    @weight(1)
    @number("1.1")
    def test_right(self):
        '''One and one is two.'''
        self.assertEqual(1 + 1, self.two)

    @weight(2)
    def test_wrong(self):
        '''One and one is three.'''
        self.assertEqual(1 + 1, 3)

    @partial_credit(3)
    def test_part(self, set_score=None):
        '''Some of it.'''
        set_score(1.5)
""",
        points=6,
    )

    assert [(r.check.component, r.outcome, r.earned) for r in ran.results] == [
        ("Sums", Outcome.FAILED, 1.5),
        ("Sums", Outcome.PASSED, 1),
        ("Sums", Outcome.FAILED, 0),
    ]
    assert ran["test_wrong"].message == "2 != 3"
