"""An assignment's `inside.py` runs beside the package: in this process, in a sealed worker, on a student's machine."""

import subprocess
import sys

import pytest

from grader.assignment import AssignmentError, Course
from grader.audit.laws import Settings, audit
from grader.audit.running import run_in_process
from grader.audit.tasks import Cache, processes
from grader.grading import grade
from grader.release.leaks import leaks
from grader.release.template import write_template
from grader.result import Outcome
from grader.submission import Submission

INSIDE = '''"""What the checks of this assignment do with a layer, there."""

from .nn import Scale


class Loud(Scale):
    """A subclass of the student's own class."""

    def forward(self, x):
        return 10 * super().forward(x)


def twice(layer, x):
    return layer.forward(layer.forward(x))
'''
CHECKS = '''

class TestInside:
    @weight(1)
    def test_twice(self, twin, rng):
        """A layer works twice."""
        twin("inside.twice", twin("nn.Scale", 7.25), rng.normal(size=3)).compare()

    @weight(1)
    def test_subclass(self, student, reference):
        """A layer works in a subclass."""
        compare(student.inside.Loud(2.0).forward(np.ones(2)), reference.inside.Loud(2.0).forward(np.ones(2)), "loud")
'''
PUBLIC = '''

class TestInside:
    @weight(1)
    def test_twice(self, student):
        """A layer works twice."""
        compare(student.inside.twice(student.nn.Scale(3.0), np.ones(2)), np.full(2, 9.0), "twice")
'''


@pytest.fixture
def root(course_root):
    """The tiny course, with two more checks and an `inside.py` in its first assignment."""
    folder = course_root / "assignments/01_scaling"
    (folder / "inside.py").write_text(INSIDE)
    hidden = (folder / "test_hidden.py").read_text().replace("import hide_errors", "import compare, hide_errors")
    (folder / "test_hidden.py").write_text(f"import numpy as np\n{hidden}{CHECKS}")
    bank = folder / "misconceptions/layers.py"
    one, more = '("Scale/test_forward",)', '("Scale/test_forward", "Inside/test_twice", "Inside/test_subclass")'
    bank.write_text(bank.read_text().replace(one, more, 1))
    _points(course_root, 12)
    return course_root


def _points(root, points: int) -> None:
    toml = root / "assignments/01_scaling/assignment.toml"
    toml.write_text(toml.read_text().replace("points = 10", f"points = {points}"))


def _graded(root, sandbox, **files: str):
    course = Course.load(root)
    texts = course.reference | {path.replace("__", "/") + ".py": text for path, text in files.items()}
    submission = Submission("ada", {path: text.encode() for path, text in texts.items()})
    return grade(course, submission, course.select(("01",)), sandbox).assignments[0]


def _of(results, name: str):
    return next(result for result in results if result.check.id.endswith(name))


def test_it_works_in_this_process(root):
    results = run_in_process(Course.load(root).assignments[0], 0)

    assert [result.message for result in results if result.outcome is not Outcome.PASSED] == []


def test_it_works_in_a_sealed_worker(root, sandbox):
    report = _graded(root, sandbox)

    assert (report.earned, report.notices) == (12, ())


def test_it_uses_what_the_student_wrote_and_a_misconception_is_still_recognised(root, sandbox):
    scale = (root / "reference/nn/scale.py").read_text()

    report = _graded(root, sandbox, nn__scale=scale.replace("_times(self.factor, x)", "x + self.factor"))

    for name in ("Inside/test_twice", "Inside/test_subclass"):
        result = _of(report.results, name)
        assert result.outcome is Outcome.FAILED
        assert "To scale is to add the factor." in str(result.diagnosis)


def test_a_submission_cannot_put_its_own_in_its_place(root, sandbox):
    mine = "def twice(layer, x):\n    return None\n\n\nclass Loud:\n    pass\n"

    report = _graded(root, sandbox, inside=mine)

    assert report.earned == 12
    assert report.notices == (
        "framework/inside.py was left out: it would be imported in place of framework/inside.py of assignment 01.",
    )


def test_a_name_that_it_does_not_have_is_the_authors_mistake(root, sandbox):
    hidden = root / "assignments/01_scaling/test_hidden.py"
    hidden.write_text(hidden.read_text().replace('"inside.twice"', '"inside.thrice"'))

    result = _of(_graded(root, sandbox).results, "Inside/test_twice")

    assert result.outcome is Outcome.INTERNAL


def test_each_assignment_has_its_own(root, sandbox):
    second = root / "assignments/02_chain"
    (second / "inside.py").write_text("def twice(layer, x):\n    return layer.forward(x)\n")
    hidden = (second / "test_hidden.py").read_text()
    (second / "test_hidden.py").write_text(f"{hidden}        twin('inside.twice', layers[0], np.ones(2)).compare()\n")
    text = (second / "test_hidden.py").read_text()
    (second / "test_hidden.py").write_text(text.replace("from grader", "import numpy as np\n\nfrom grader", 1))
    course = Course.load(root)
    submission = Submission("ada", {path: text.encode() for path, text in course.reference.items()})

    report = grade(course, submission, course.assignments, sandbox)

    assert [a.earned for a in report.assignments] == [12, 4]


def test_the_audit_holds_with_it(root):
    course = Course.load(root)
    with processes(1) as executor:
        findings = audit(course, course.select(("01",)), Settings((1, 2), 2), executor, Cache(None)).findings

    assert [violation for finding in findings for violation in finding.violations] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def f(:", "invalid syntax"),
        ("from .nn import Lamp\n", "line 1: it imports 'Lamp', which nn/__init__.py does not define"),
        ("from .lamps import Lamp\n", "line 1: it imports from lamps, which there is not"),
    ],
)
def test_a_broken_one_is_refused_by_its_file(root, text, problem):
    file = root / "assignments/01_scaling/inside.py"
    file.write_text(text)

    with pytest.raises(AssignmentError) as caught:
        Course.load(root)

    assert str(caught.value).startswith(str(file))
    assert problem in str(caught.value)


def test_one_that_fails_around_the_reference_is_refused_by_its_file(root):
    file = root / "assignments/01_scaling/inside.py"
    file.write_text("1 / 0\n")

    with pytest.raises(AssignmentError) as caught:
        run_in_process(Course.load(root).assignments[0], 0)

    assert str(caught.value) == f"{file}: it cannot be imported: ZeroDivisionError: division by zero"


def test_a_line_of_a_solution_in_it_is_a_leak(root):
    (root / "assignments/01_scaling/inside.py").write_text("def f(factor, x):\n    return np.multiply(factor, x)\n")

    assert leaks(Course.load(root), {}) == ["assignments/01_scaling/inside.py:2: return np.multiply(factor, x)"]


def test_students_receive_it_only_if_public_checks_use_it(root, tmp_path):
    write_template(Course.load(root), tmp_path / "template")

    assert not list((tmp_path / "template").rglob("inside_*.py"))


def test_it_works_on_a_students_machine(root, tmp_path):
    public = root / "assignments/01_scaling/test_public.py"
    public.write_text(public.read_text() + PUBLIC)
    course, template = Course.load(root), tmp_path / "template"
    write_template(course, template)
    for path, text in course.reference.items():
        (template / "framework" / path).write_text(text)

    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/test_01_scaling.py"]
    out = subprocess.run(command, cwd=template, capture_output=True, text=True).stdout

    assert (template / "tests/inside_01_scaling.py").read_text() == INSIDE
    assert "3 passed" in out
