"""What a check cannot give to a student's process is its author's mistake, and never charged to the student."""

import numpy as np
import pytest

from grader.assignment import Course
from grader.calls import Call
from grader.checks.crossing import NotInReferenceError, as_if_elsewhere, class_at
from grader.checks.framework import LocalFramework
from grader.grading import grade
from grader.isolation.outside.faults import StudentError
from grader.isolation.outside.objects import Remote
from grader.isolation.wire.values import UnsendableError
from grader.result import Outcome
from grader.submission import Submission

HIDDEN = "assignments/01_scaling/test_hidden.py"
SHIFT = 'twin("nn.Shift", 7.25).forward(rng.normal(size=(2, 3))).compare()'
ARRAY = "student.array(np.ones(2))"
# What an author might write; with the reference in one process all of it works. The second is what is said.
MISTAKES = {
    "bytes that can be changed": ('student.nn.Shift(7.25).note = bytearray(b"x")', "bytearray"),
    "a function": ("student.nn.Shift(7.25).note = lambda x: x", "function"),
    "a generator of random numbers": ("student.nn.Shift(7.25).note = rng", "Generator"),
    "an int of any size": ("student.nn.Shift(7.25).note = 2**70", "int beyond 64 bits"),
    "objects in an array": ("student.nn.Shift(7.25).note = np.array([None])", "numpy.ndarray of dtype object"),
    "keys of any kind": ("student.nn.Shift(7.25).note = {None: 1}", "dict with keys that are neither str nor int"),
    "a set, deep inside": ("student.nn.Shift(7.25).note = [(1, {'a': {2}})]", "set"),
    "a sum that the class does not define": ("student.nn.Shift(7.25) + 1", "unsupported operand type(s) for +"),
    "a name that is not exported": (
        "student.nn.Shaft(7.25)",
        "the reference has no 'Shaft' in reference/nn/__init__.py",
    ),
    "a name that is not exported, as an argument": (
        'student.run([Call("call", student.nn.Shift(7.25), "forward", (student.nn.Shaft,))])',
        "the reference has no 'Shaft' in reference/nn/__init__.py",
    ),
    "an attribute that nobody promised": ("student.nn.Shift(7.25).amont", "'Shift' object has no attribute 'amont'"),
}
STRANGE = """
import numpy as np

class Shift:
    def __init__(self, amount):
        self.amount = amount

    def forward(self, x):
        return np.array([object()])

def shifted(x, amount):
    return x
"""


@pytest.fixture
def graded_with(course_root, sandbox):
    """How a right submission ends in a check with a line more, and what else it earns."""

    def run(line: str, **changed: str):
        path = course_root / HIDDEN
        head = "import numpy as np\nfrom grader.calls import Call\n"
        text = path.read_text().replace(SHIFT, f"{line}\n        {SHIFT}")
        text = text.replace("test_forward(self, twin, rng)", "test_forward(self, student, twin, rng)")
        path.write_text(text.replace('"""Hidden checks of assignment 01."""', head))
        course = Course.load(course_root)
        files = {path: text.encode() for path, text in {**course.reference, **changed}.items()}
        report = grade(course, Submission("", files), course.assignments[:1], sandbox, explained_for=0).assignments[0]
        [result] = [r for r in report.results if r.check.id == "01/hidden/Shift/test_forward"]
        return result, report

    return run


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_authors_mistake_costs_no_student_anything(graded_with, mistake):
    line, said = MISTAKES[mistake]

    result, report = graded_with(line)

    assert (result.outcome, result.earned) == (Outcome.INTERNAL, 0)
    assert said in result.message
    assert result.kind == "The grader itself failed here. It costs you nothing; please tell your course staff."
    assert report.earned == report.points - result.check.points


def test_what_a_student_gave_and_a_check_sends_back_is_the_students(graded_with):
    """A function is no answer, and cannot be sent back; for the reference the same line works."""
    line = "student.nn.Scale(2.0).forward(student.nn.Shift(7.25).forward(np.ones(2)))"

    result, _ = graded_with(line, **{"nn/shift.py": STRANGE})

    assert (result.outcome, result.earned) == (Outcome.ERROR, 0)
    assert result.kind == "Your code gave an answer that the check could not work with."


def test_what_the_students_code_raises_in_a_check_that_the_reference_passes_is_the_students(graded_with):
    broken = STRANGE.replace("np.array([object()])", "x.amount")

    result, _ = graded_with("student.nn.Shift(7.25).forward(np.ones(2))", **{"nn/shift.py": broken})

    assert (result.outcome, result.kind) == (Outcome.ERROR, "Your code raised AttributeError in Shift.forward.")


# The reference in this process, as if it were elsewhere


@pytest.fixture
def elsewhere(framework):
    return as_if_elsewhere(framework())


def test_it_answers_as_a_package_in_another_process_does(elsewhere, framework):
    local = LocalFramework(framework())
    x = np.arange(6.0).reshape(2, 3)
    found = []
    for side in (elsewhere, local):
        tanh = side.nn.Tanh()
        found.append([tanh.forward(x), tanh.backward(np.ones((2, 3)))])

    assert np.array_equal(found[0], found[1])
    assert type(elsewhere.nn.Linear(2, 3)) is Remote
    assert elsewhere.nn.Linear(2, 3).type_name == "Linear"


def test_arrays_are_copies(elsewhere):
    linear = elsewhere.nn.Linear(2, 3)
    data = linear.weight.data
    data[...] = 5.0

    assert not linear.weight.data.any()


def test_what_it_raises_comes_after_what_it_answered_before(elsewhere):
    linear = elsewhere.nn.Linear(2, 3)
    heard = []
    elsewhere.expect([Call("get", linear, "weight.data")], heard.extend)

    with pytest.raises(StudentError, match="ValueError: x of shape"):
        linear.forward(np.ones((1, 7)))

    assert heard[0].shape == (3, 2)


def test_nothing_is_sent_of_a_call_that_cannot_be(elsewhere):
    linear = elsewhere.nn.Linear(2, 3)
    with pytest.raises(UnsendableError, match="bytearray"):
        elsewhere.run([Call("set", linear, "note", (np.ones(3),)), Call("set", linear, "note", (bytearray(),))])

    elsewhere.set(linear, "weight.data", np.full((3, 2), 2.0))

    assert linear.weight.data.tolist() == [[2.0, 2.0]] * 3


def test_a_class_is_found_at_its_path_and_what_is_none_is_none(framework):
    package = framework()

    assert class_at(package, "nn.Linear") is package.nn.Linear
    assert class_at(package, "nn.Linear.forward") is None
    with pytest.raises(NotInReferenceError, match=r"'nn.Linear.sideways'.* has no 'sideways' in Linear"):
        class_at(package, "nn.Linear.sideways")
