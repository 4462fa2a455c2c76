"""A suite as instructors write them for gradescope-utils, with everything that its runner knows, and what it loses."""

# ruff: noqa: PT009, PT028

import unittest

from calculator import add, divide, square
from gradescope_utils.autograder_utils.decorators import (
    hide_errors,
    leaderboard,
    number,
    partial_credit,
    tags,
    visibility,
    weight,
)


class TestAdd(unittest.TestCase):
    @weight(2)
    @number("1.1")
    @tags("sums", "easy")
    def test_small(self):
        """Small numbers are added."""
        self.assertEqual(add(1, 2), 3)

    @weight(1.5)
    @visibility("after_published")
    def test_wrong(self):
        """This expectation is wrong."""
        self.assertEqual(add(1, 2), 4)

    def test_no_weight(self):
        """A test without a weight informs."""
        self.assertEqual(add(0, 0), 0)


class TestDivide(unittest.TestCase):
    @weight(1)
    @hide_errors("Think of zero.")
    def test_by_zero(self):
        """Division by zero gives None."""
        self.assertIsNone(divide(1, 0))

    @partial_credit(4)
    def test_part(self, set_score=None):
        """Some of it works."""
        set_score(2.5)

    @leaderboard("precision", "asc")
    def test_board(self, set_leaderboard_value=None):
        set_leaderboard_value(0.25)


class TestLost(unittest.TestCase):
    """What gradescope-utils' runner loses."""

    @weight(1)
    @unittest.skip("not this year")
    def test_skipped(self):
        """A skipped test."""

    @weight(1)
    @unittest.expectedFailure
    def test_expected(self):
        """A test that is expected to fail."""
        self.assertEqual(square(3), 9)

    @weight(1)
    def test_parts(self):
        """Squares, one by one."""
        for n in (0, 2, 3):
            with self.subTest(n=n):
                self.assertEqual(square(n), n * n)


class TestBroken(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("no database")

    @weight(3)
    def test_never(self):
        """It never gets so far."""
