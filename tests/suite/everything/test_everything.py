"""Every helper of gradescope-utils, each in every way that instructors use it, and what suites do besides."""

# ruff: noqa: PT009, PT028

import os
import subprocess
import unittest

from gradescope_utils.autograder_utils.decorators import (
    hide_errors,
    leaderboard,
    number,
    partial_credit,
    tags,
    visibility,
    weight,
)
from gradescope_utils.autograder_utils.files import check_submitted_files


class TestFiles(unittest.TestCase):
    @weight(5)
    def test_submitted(self):
        """All files were submitted."""
        self.assertEqual(check_submitted_files(["calculator.py", "deep/data.txt"]), [])
        print("All files are there.")

    @weight(1)
    def test_missing(self):
        """A file that is missing is named."""
        missing = check_submitted_files(["calculator.py", "report.pdf", "deep"])
        print("missing:", *missing)
        self.assertEqual(missing, [])

    @weight(1)
    def test_tests_of_the_student(self):
        """What the student has in tests/ was submitted, too."""
        self.assertEqual(check_submitted_files(["tests/test_mine.py"]), [])

    @weight(1)
    def test_base(self):
        """Another folder can be looked at."""
        self.assertEqual(check_submitted_files(["data.txt"], "deep"), [])
        self.assertEqual(check_submitted_files(["data.txt"], base="/autograder/submission/deep"), [])

    @weight(1)
    def test_place(self):
        """Files of the submission are read where Gradescope has them, and files of the suite in tests/."""
        with open("/autograder/submission/deep/data.txt") as theirs, open("tests/expected.txt") as ours:
            self.assertEqual(theirs.read(), ours.read())


class TestPrograms(unittest.TestCase):
    @weight(2)
    def test_diff(self):
        """The output of a program is compared by diff."""
        command = "python3 calculator.py | diff - tests/expected.txt"
        found = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
        self.assertEqual(found.returncode, 0, found.stdout)

    @weight(2)
    def test_lines(self):
        """Long texts are compared line by line."""
        self.assertEqual("one\ntwo\nthree\n", "one\n2\nthree\n")


class TestDecorators(unittest.TestCase):
    @weight(0.25)
    @number("2.10")
    @tags("a", "b")
    def test_all_at_once(self):
        """Number, tags and weight."""

    @number(3)
    def test_informs(self):
        """Without a weight."""
        print("for information")

    @weight(1)
    @visibility("hidden")
    def test_hidden(self):
        """Hidden."""
        self.fail("a secret")

    @weight(1)
    @visibility("after_due_date")
    def test_after_due_date(self):
        """After the due date."""

    @weight(1)
    @visibility("after_published")
    def test_after_published(self):
        """After publishing."""

    @weight(1)
    @visibility("visible")
    def test_visible(self):
        """Visible."""

    @weight(1)
    @hide_errors()
    def test_hide_errors(self):
        """An error that is hidden."""
        print("printed")
        self.fail("the expected value")

    @weight(1)
    @hide_errors("Think of zero.")
    def test_hide_errors_with_a_hint(self):
        """An error that is hidden by a hint."""
        raise ValueError("the expected value")

    @partial_credit(4)
    def test_part(self, set_score=None):
        """A part."""
        print("3 of 4 cases")
        set_score(3)

    @partial_credit(4)
    @hide_errors("Nothing was raised.")
    def test_hidden_part(self, set_score=None):
        """A part, with errors hidden."""
        set_score(2.5)

    @partial_credit(4)
    def test_part_and_error(self, **kwargs):
        """A part, then an error."""
        kwargs["set_score"](1)
        raise KeyError("no")

    @partial_credit(4)
    def test_never_set(self, set_score=None):
        """A part that is never set."""

    @partial_credit(4)
    def test_nothing(self, set_score=None):
        """Nothing."""
        set_score(0)

    @leaderboard("loss", "asc")
    def test_loss(self, set_leaderboard_value=None):
        set_leaderboard_value(0.25)

    @leaderboard("name")
    def test_name(self, set_leaderboard_value=None):
        set_leaderboard_value("*****")


class TestSurroundings(unittest.TestCase):
    @weight(1)
    def test_folder(self):
        """The suite runs beside the student's files, and may write there."""
        with open("written.txt", "w") as file:
            file.write("x")
        self.assertTrue(os.path.exists("calculator.py"))
