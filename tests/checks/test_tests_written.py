"""Tests that students write: a folder of the package, loaded by checks like any other part of it."""

import pytest

from grader.assignment import Course
from grader.audit.laws import Settings, audit
from grader.audit.running import run_in_process
from grader.audit.tasks import Cache, processes
from grader.grading import grade
from grader.release.template import template_files
from grader.result import Outcome
from grader.submission import read_submission

WRITTEN = '''"""Tests of `shifted`, for whatever implementation they are given."""

import numpy as np


def test_adds(implementation):
    """The amount is added to every number."""
    assert implementation(np.array([1.0, 2.0]), 3.0).tolist() == [4.0, 5.0]
'''
CHECKS = '''

class TestWritten:
    @weight(2)
    def test_tells_right_from_wrong(self, student):
        """The student's test accepts a right implementation of `shifted` and notices a wrong one."""
        test = student.tests_written.test_shift.test_adds
        test(student.callback(lambda x, amount: x + amount))
        with raises(AssertionError, doing="test_adds of an implementation that subtracts"):
            test(student.callback(lambda x, amount: x - amount))
'''
BANK = '''

@misconception(
    "tests_written.test_shift.test_adds", hint="What if it subtracts?", fails=("Written/test_tells_right_from_wrong",)
)
def a_test_that_runs_is_a_test(implementation):
    """A test is to call what it tests."""
    implementation(np.array([1.0, 2.0]), 3.0)
'''


@pytest.fixture
def root(course_root):
    """The tiny course, whose first assignment asks for a test, too."""
    written = course_root / "reference/tests_written"
    written.mkdir()
    (written / "__init__.py").write_text('"""Tests that students write."""\n\nfrom . import test_shift as test_shift\n')
    (written / "test_shift.py").write_text(WRITTEN)
    top = course_root / "reference/__init__.py"
    top.write_text(top.read_text() + "from . import tests_written as tests_written\n")
    folder = course_root / "assignments/01_scaling"
    hidden = (folder / "test_hidden.py").read_text()
    (folder / "test_hidden.py").write_text(hidden.replace("import hide_errors", "import hide_errors, raises") + CHECKS)
    bank = folder / "misconceptions/layers.py"
    bank.write_text(bank.read_text() + BANK)
    toml = (folder / "assignment.toml").read_text().replace("points = 10", "points = 12")
    holes = '"tests_written/test_shift.py" = ["test_adds"]'
    (folder / "assignment.toml").write_text(toml.replace("[holes]\n", f"[holes]\n{holes}\n"))
    return course_root


def graded(root, tmp_path, sandbox, text: str = WRITTEN):
    """A grading of a submission that was handed in as a folder, with this text of the student's tests."""
    course = Course.load(root)
    for path, content in (course.reference | {"tests_written/test_shift.py": text}).items():
        (tmp_path / "ada/framework" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ada/framework" / path).write_text(content)
    submission = read_submission(tmp_path / "ada", course.reference)
    return grade(course, submission, course.select(("01",)), sandbox).assignments[0]


def written(report):
    return next(r for r in report.results if r.check.component == "Written")


def test_they_are_run_in_this_process(root):
    results = run_in_process(Course.load(root).assignments[0], 0)

    assert [result.message for result in results if result.outcome is not Outcome.PASSED] == []


def test_they_travel_with_the_submission_and_are_run_in_a_sealed_worker(root, tmp_path, sandbox):
    report = graded(root, tmp_path, sandbox)

    assert (report.earned, report.notices) == (12, ())


def test_a_test_that_looks_at_nothing_is_recognised(root, tmp_path, sandbox):
    text = WRITTEN.replace("assert ", "").replace(".tolist() == [4.0, 5.0]", "")

    found = written(graded(root, tmp_path, sandbox, text))

    assert found.outcome is Outcome.FAILED
    assert "A test is to call what it tests." in str(found.diagnosis)


def test_a_test_that_refuses_what_is_right_fails(root, tmp_path, sandbox):
    found = written(graded(root, tmp_path, sandbox, WRITTEN.replace("[4.0, 5.0]", "[4.0, 6.0]")))

    assert found.outcome is Outcome.ERROR
    assert "AssertionError" in found.message


def test_a_file_of_tests_that_cannot_be_imported_costs_only_its_own_checks(root, tmp_path, sandbox):
    report = graded(root, tmp_path, sandbox, "def test_adds(:\n")

    assert report.earned == 10
    assert report.notices[0].startswith("framework/tests_written/test_shift.py could not be imported: ")


def test_what_is_not_written_yet_earns_nothing(root, tmp_path, sandbox):
    stub = Course.load(root).stubs["tests_written/test_shift.py"]

    report = graded(root, tmp_path, sandbox, stub)

    assert report.earned == 10
    assert "assert" not in stub
    assert "framework/tests_written/test_shift.py" in template_files(Course.load(root))


def test_the_laws_of_the_course_hold_for_them(root):
    course = Course.load(root)
    with processes(1) as executor:
        findings = audit(course, course.select(("01",)), Settings((1, 2, 3), 2), executor, Cache(None)).findings

    assert [v for finding in findings for v in finding.violations] == []
