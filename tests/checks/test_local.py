"""The public checks as a student runs them: what is printed, read from a real run."""

import os
import subprocess
import sys

import pytest

FRAMEWORK = """
import numpy as np
class Good:
    def forward(self, x): return x
class Wrong:
    def forward(self, x): return x + 1
class Unwritten:
    def forward(self, x): raise NotImplementedError("nn.Unwritten.forward")
class Raising:
    def forward(self, x): return x[7, 7]
class Silent:
    def forward(self, x): pass
"""
CHECKS = """
import numpy as np
import pytest
from grader.checks import check_own_gradients, compare, weight

class TestThings:
    @weight(1)
    @pytest.mark.parametrize("name", ["Good", "Wrong", "Unwritten", "Raising", "Silent"])
    def test_forward(self, student, name):
        '''Forward returns
        its input.'''
        x = np.zeros(2)
        compare(getattr(student, name)().forward(x), x, f"{name}.forward(x)")

    @weight(1)
    def test_random_numbers(self, rng):
        '''The numbers are the same in every run.'''
        assert rng.integers(1 << 32) == NUMBER
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from grader.checks.seeding import rng_for

    folder = tmp_path_factory.mktemp("student")
    (folder / "framework").mkdir()
    (folder / "framework" / "__init__.py").write_text(FRAMEWORK)
    (folder / "tests").mkdir()
    number = int(rng_for("test_random_numbers", 0).integers(1 << 32))
    (folder / "tests" / "test_02_things.py").write_text(CHECKS.replace("NUMBER", str(number)))
    (folder / "tests" / "test_03_broken.py").write_text("import surely_not_there\n")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p grader.checks.local -q --no-header\npythonpath = .\n")
    return folder


@pytest.fixture(scope="module")
def printed(folder):
    """What `pytest` prints, line by line."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "told",
    [
        "Forward returns its input.\n\n    Wrong.forward(x)[0] is 1, but should be 0 (2 of 2 differ)\n",
        "Forward returns its input.\n\n    not written yet: nn.Unwritten.forward\n",
        "Silent.forward(x) is None (is a `return` missing?), but should be a numpy.ndarray\n",
    ],
)
def test_a_failed_check_says_its_sentence_and_what_was_found(printed, told):
    assert told in printed


def test_an_exception_of_the_students_code_keeps_its_traceback(printed):
    assert "framework/__init__.py:10: IndexError" in printed
    assert "def forward(self, x): return x[7, 7]" in printed


def test_nothing_else_shows_the_inside_of_the_grader(printed):
    assert "grader/compare.py" not in printed
    assert "raise Mismatch" not in printed


def test_what_was_reached_stands_at_the_end_file_by_file(printed):
    end = printed.partition("your framework")[2]

    assert "02 things                  2 of 6 public checks pass" in end
    assert "03 broken                  0 of 1 public checks pass" in end
    assert "Hidden checks look at the same behaviour with other inputs." in end
