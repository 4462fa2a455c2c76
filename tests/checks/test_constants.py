"""A wrong answer that writes into an array of the checks spoils no later run of them."""

import types

from grader.assignment import Course
from grader.audit.bench import at_bench
from grader.result import Outcome

CHECKS = '''
import numpy as np
import pytest

from grader.checks import compare, weight

X = np.array([1.0, 2.0])
SEVERAL = {"a": [np.array([3.0, 4.0])]}


class TestScale:
    OWN = np.array([7.0, 8.0])

    @weight(2.5)
    def test_module(self, student):
        """It scales an array of the module."""
        compare(student.nn.Scale(2.0).forward(X), np.array([2.0, 4.0]), "y")

    @weight(2.5)
    def test_list(self, student):
        """It scales an array in a list."""
        compare(student.nn.Scale(2.0).forward(SEVERAL["a"][0]), np.array([6.0, 8.0]), "y")

    @weight(2.5)
    def test_class(self, student):
        """It scales an array of the class."""
        compare(student.nn.Scale(2.0).forward(self.OWN), np.array([14.0, 16.0]), "y")

    @weight(2.5)
    @pytest.mark.parametrize("x", [np.array([5.0, 6.0])])
    def test_parameter(self, student, x):
        """It scales a parameter."""
        compare(student.nn.Scale(2.0).forward(x), np.array([10.0, 12.0]), "y")
'''


class InPlace:
    """A layer that writes its output into its input."""

    def __init__(self, factor):
        self.factor = factor

    def forward(self, x):
        x += self.factor
        return x


def test_arrays_of_checks_are_the_same_for_every_run(course_root):
    folder = course_root / "assignments" / "01_scaling"
    for file in folder.glob("test_*.py"):
        file.unlink()
    (folder / "test_public.py").write_text(CHECKS)
    (folder / "test_hidden.py").write_text('"""Nothing more."""\n')
    [assignment] = Course.load(course_root).select(("01",))

    def both(bench):
        wrong = types.SimpleNamespace(nn=types.SimpleNamespace(Scale=InPlace))
        runs = ((lambda: wrong), (lambda: bench.reference))
        return [{bench.run(check, make).outcome for check in bench.all_checks} for make in runs]

    assert at_bench(assignment, both) == [{Outcome.FAILED}, {Outcome.PASSED}]


def test_a_run_finds_the_reference_as_it_was_before_another_one_left_it_changed(course_root):
    [assignment] = Course.load(course_root).select(("01",))

    def three(bench):
        right = types.SimpleNamespace(nn=types.SimpleNamespace(Scale=bench.reference.nn.Scale))

        def changing():
            bench.reference.nn.Scale = InPlace
            return right

        check = next(check for check in bench.all_checks if check.id.endswith("hidden/Scale/test_forward"))
        return [bench.run(check, make).outcome for make in (lambda: right, changing, lambda: right)]

    assert at_bench(assignment, three) == [Outcome.PASSED, Outcome.FAILED, Outcome.PASSED]
