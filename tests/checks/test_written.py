"""The fixture `written`: tests that students write, judged by right and wrong implementations."""

import json

import numpy as np
import pytest
from rich.console import Console

from grader.assignment import Course
from grader.audit.running import run_in_process
from grader.checks.written import MOST_NUMBERS, bounded
from grader.formats.gradescope import results
from grader.formats.html import to_html
from grader.formats.json_report import to_json
from grader.formats.markdown import to_markdown
from grader.formats.student import for_students
from grader.formats.text import to_text
from grader.grading import grade
from grader.result import Caught, Matrix, Outcome
from grader.submission import read_submission

RIGHT = '''"""Tests of `shifted`, for whatever implementation they are given."""

import numpy as np


def test_by_hand(implementation):
    """Numbers that were added by hand."""
    assert np.allclose(implementation(np.array([1.0, 2.0]), 3.0), [4.0, 5.0])


def test_edge(implementation):
    """A negative amount."""
    assert implementation(np.array([1.0]), -1.0)[0] < 0.5
'''
IMPLEMENTATIONS = '''

import numpy as np

def adds(x, amount):
    return x + amount


def adds_in_steps(x, amount):
    return np.array([number + amount / 4 + amount / 4 + amount / 2 for number in x.tolist()])


def subtracts(x, amount):
    """To shift is to subtract."""
    return x - amount


def only_upwards(x, amount):
    """A shift goes upwards."""
    return x + abs(amount)


def breaks(x, amount):
    """A list can be shifted like an array."""
    return x.tolist() + amount


class TestWritten:
    @weight(6)
    def test_they_tell_right_from_wrong(self, written):
        """Your tests of `shifted` accept what is right, and reject what is wrong."""
        written("test_shift", (adds, adds_in_steps), (subtracts, only_upwards, breaks))
'''
BELIEFS = ("To shift is to subtract.", "A shift goes upwards.", "A list can be shifted like an array.")


@pytest.fixture
def root(course_root):
    """The tiny course, whose first assignment asks for tests, too."""
    folder = course_root / "reference/tests_written"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Tests that students write."""\n\nfrom . import test_shift as test_shift\n')
    (folder / "test_shift.py").write_text(RIGHT)
    top = course_root / "reference/__init__.py"
    top.write_text(top.read_text() + "from . import tests_written as tests_written\n")
    hidden = course_root / "assignments/01_scaling/test_hidden.py"
    hidden.write_text(hidden.read_text() + IMPLEMENTATIONS)
    toml = course_root / "assignments/01_scaling/assignment.toml"
    holes = '"tests_written/test_shift.py" = ["test_by_hand", "test_edge"]'
    text = toml.read_text().replace("points = 10", "points = 16").replace("[holes]\n", f"[holes]\n{holes}\n")
    toml.write_text(text)
    return course_root


@pytest.fixture
def graded(root, tmp_path, sandbox):
    """The report on a submission with this text of the student's tests."""

    def report(text):
        course = Course.load(root)
        for path, content in (course.reference | {"tests_written/test_shift.py": text}).items():
            (tmp_path / "ada/framework" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "ada/framework" / path).write_text(content)
        return grade(course, read_submission(tmp_path / "ada", course.reference), course.select(("01",)), sandbox)

    return report


@pytest.fixture
def found(graded):
    """The result of the check of the student's tests."""
    return lambda text: next(r for r in graded(text).all_results if r.check.component == "Written")


def suite(*bodies):
    """Tests of these bodies."""
    functions = (f"def test_{i}(implementation):\n    {body}\n" for i, body in enumerate(bodies))
    return "import sys\n\nimport numpy as np\n\nX = np.array([1.0, 2.0])\nseen = []\n\n\n" + "\n\n".join(functions)


def test_a_suite_that_tells_all_apart_earns_everything_and_names_the_beliefs(found):
    result = found(RIGHT)

    both = ("test_by_hand", "test_edge")
    caught = [Caught(BELIEFS[0], both), Caught(BELIEFS[1], ("test_edge",)), Caught(BELIEFS[2], both)]
    assert (result.outcome, result.earned) == (Outcome.PASSED, 6)
    assert result.matrix == Matrix(both, tuple(caught))


def test_the_reference_does_so_in_the_trusted_process_too(root):
    [result] = [r for r in run_in_process(Course.load(root).assignments[0], 0) if r.check.component == "Written"]

    assert (result.outcome, len(result.matrix.caught)) == (Outcome.PASSED, 3)


def test_a_suite_earns_the_share_that_it_catches_and_is_not_told_the_rest(graded):
    report = graded(suite("assert implementation(X, 2.0)[0] == 3.0", "implementation(X, 1.0)"))
    result = next(r for r in report.all_results if r.check.component == "Written")

    assert (result.outcome, round(result.earned, 4)) == (Outcome.FAILED, 4)
    assert result.kind == "Your tests catch 2 of 3 wrong implementations."
    assert result.matrix.uncaught == 1
    told = for_students(report)
    for text in (to_html(told), to_markdown(told), to_json(told), json.dumps(results(report))):
        assert BELIEFS[0] in text
        assert BELIEFS[1] not in text
        assert "test_0" in text
    assert BELIEFS[1] in to_json(report)  # an instructor may know


def test_the_matrix_has_a_column_for_each_test_in_a_terminal(graded):
    page = to_text(graded(RIGHT), Console(width=100))

    assert "Written: your tests catch 3 of 3 wrong implementations" in page
    rows = [" ".join(line.split()) for line in page.splitlines()]
    assert "1 test_by_hand" in rows
    assert f". x {BELIEFS[1]}" in rows
    assert f"x x {BELIEFS[0]}" in rows


@pytest.mark.parametrize(
    "body",
    [
        "assert implementation(X, 0.1).tolist() == [1.1, 2.1]",  # in steps, this is rounded otherwise
        "assert False",
        "assert implementation(np.zeros(20000), 0.0).size",
        "implementation('text', 1.0)",
        "implementation(lambda: 1, 1.0)",
    ],
)
def test_a_suite_that_rejects_a_right_implementation_earns_nothing(found, body):
    result = found(suite(body, "assert implementation(X, 2.0)[0] == 3.0"))

    assert (result.outcome, result.earned) == (Outcome.FAILED, 0)
    assert result.matrix == Matrix(("test_0", "test_1"), rejecting=("test_0",))
    assert result.kind.startswith("A test of yours rejects a right implementation, so none of them counts.")
    assert ("raises" in result.kind) == ("assert" not in body or "20000" in body)


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "print(implementation(X, 1.0))",
        "implementation(X, 1.0) == 7",
        "np.allclose = np.array_equal = lambda *a, **k: False",
        "implementation.__defaults__ = (1,)",
        "seen.append(1); assert len(seen) < 3",  # every implementation comes to a new process
        "sys.modules['numpy'].seen = sys.modules['numpy'].__dict__.get('seen', 0) + 1; assert np.seen < 3",
    ],
)
def test_a_suite_that_asserts_nothing_of_the_values_catches_nothing(found, body):
    result = found(suite(body))

    caught = {row.belief for row in result.matrix.caught}
    assert caught <= {BELIEFS[2]}  # which raises by itself
    assert result.matrix.rejecting == ()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("while True: pass", Outcome.TIMEOUT),
        ("sys.exit(0)", Outcome.FAILED),
        ("raise KeyboardInterrupt", Outcome.FAILED),
        ("import os; os._exit(0)", Outcome.ERROR),
        ("import os; os.fork()", Outcome.FAILED),
        ("[implementation(X, 1.0) for _ in range(3000)]", Outcome.ERROR),
    ],
)
def test_a_suite_that_does_something_else_fails_and_is_not_our_fault(graded, body, outcome):
    report = graded(suite("assert implementation(X, 2.0)[0] == 3.0", body))
    result = next(r for r in report.all_results if r.check.component == "Written")

    assert (result.outcome is outcome, result.earned, report.withheld) == (True, 0, 0), result


def test_tests_that_are_not_written_do_not_count(found, root):
    stub = Course.load(root).stubs["tests_written/test_shift.py"]
    half = stub.replace(
        'raise NotImplementedError("tests_written.test_shift.test_edge")',
        "assert implementation(np.ones(1), -1.0)[0] < 0.5",
    )

    assert found(half).matrix.tests == ("test_edge",)
    assert found(stub).kind == "A part that this check needs is not written yet."


def test_a_file_without_tests_says_so(found):
    result = found("def check(implementation): ...\n\n\ndef test_by_hand(): ...\n")

    assert result.matrix.rejecting == ("test_by_hand",)
    assert found("X = 1\n").earned == 0


def test_names_that_are_no_names_of_tests_are_not_shown(found):
    text = suite("assert implementation(X, 2.0)[0] == 3.0")
    result = found(text + "\nglobals()['test_ <b>'] = globals()['test_' + 'x' * 200] = globals()['test_0']\n")

    assert result.matrix.tests == ("test_0",)


def test_arguments_are_small_and_nothing_warns():
    divides = bounded(lambda x: x / 0.0)

    assert np.isinf(divides(np.ones(2))).all()
    with pytest.raises(ValueError, match="at most 1000 numbers"):
        divides([np.ones(MOST_NUMBERS), {"a": (1.0,)}])
    with pytest.raises(ValueError, match="at most 1000 numbers"):
        divides(np.ones((10**6, 0)))
