"""The failures of a submission are traced to the misconceptions in the bank."""

import ast
import inspect
import time
from pathlib import Path

import pytest

from grader.assignment import AssignmentError, Course, edits, read_misconceptions
from grader.audit import submission_of
from grader.diagnosis.cause import SLIPS
from grader.diagnosis.time_limit import Overtime, time_limit
from grader.formats.student import explanation
from grader.grading import grade
from grader.result import AssignmentReport, CheckResult, Outcome

SCALE = """
class Scale:
    def __init__(self, factor):
        self.factor = factor
    def forward(self, x):
        return {forward}
    def backward(self, dy):
        return {backward}
"""
SHIFT = """
class Shift:
    def __init__(self, amount):
        self.amount = amount
    def forward(self, x):
        return {forward}

def shifted(x, amount):
    return x
"""


def scale(forward: str = "self.factor * x", backward: str = "self.factor * dy") -> dict[str, str]:
    return {"nn/scale.py": SCALE.format(forward=forward, backward=backward)}


def failures(report: AssignmentReport) -> list[CheckResult]:
    return [r for r in report.results if r.outcome is not Outcome.PASSED]


def causes(report: AssignmentReport) -> list[tuple[str, ...]]:
    return [r.diagnosis.causes if r.diagnosis else () for r in failures(report)]


def test_a_misconception_is_recognised_however_it_is_written(graded):
    report = graded(scale(forward="(x + 1) - 1 + self.factor"))

    assert causes(report) == [("layers.factor_is_added",)] * 2
    diagnosis = failures(report)[0].diagnosis
    assert diagnosis.explanation == 'Your results are exactly those of this belief: "To scale is to add the factor."'
    assert diagnosis.hint == "What is three times two?"


def test_a_misconception_about_a_function_is_found_through_the_class_that_uses_it(graded):
    report = graded({"nn/shift.py": SHIFT.format(forward="x - self.amount")})

    assert causes(report) == [("layers.amount_is_taken_away",)] * 2


def test_what_is_right_elsewhere_is_named_as_a_convention(graded):
    report = graded(scale("x / self.factor", "dy / self.factor"))

    assert causes(report) == [("layers.FactorDivides",)] * 3
    assert "the form in which x is divided" in failures(report)[0].diagnosis.explanation


def test_a_cause_that_would_fail_what_passed_is_not_named(graded):
    report = graded(scale("x / self.factor"))  # as FactorDivides, but its backward is right

    assert causes(report) == [(), ()]


def test_another_mistake_is_only_described(graded):
    [public, hidden] = failures(graded(scale("2 * self.factor * x")))

    assert hidden.diagnosis.observation == "It is twice what it should be."
    assert hidden.diagnosis.hint == ""
    assert public.diagnosis is None  # it compares two numbers, and three are needed to tell a pattern


def test_a_slip_is_recognised_and_its_place_told_but_not_the_slip_itself(graded):
    [public, hidden] = failures(graded(scale("-self.factor * x")))

    assert hidden.diagnosis.observation == "It has the opposite sign everywhere."
    for diagnosis in (public.diagnosis, hidden.diagnosis):
        assert diagnosis.explanation.endswith("right but for one slip in Scale.forward.")
        assert diagnosis.hint == "The slip is about a sign: where in Scale.forward could that be?"
        assert len(diagnosis.causes) == 1


def test_every_kind_of_slip_has_words():
    tree = ast.parse(inspect.getsource(edits))
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    kinds = {
        n.value.elts[0].value
        for n in ast.walk(tree)
        if isinstance(n, ast.Yield) and isinstance(n.value.elts[0], ast.Constant)
    }

    assert kinds <= set(SLIPS) <= texts
    assert len(kinds) > 10


def test_two_misconceptions_in_two_places_are_told_apart(graded):
    report = graded(scale("x + self.factor", "0 * dy + 1"))

    assert [c[0] for c in causes(report)] == ["layers.factor_is_added"] * 2 + ["layers.gradient_is_one"]


@pytest.mark.parametrize("forward", ["1 / 0", "undefined", "__import__('os').abort()"])
def test_what_no_misconception_does_has_no_cause(graded, forward):
    assert causes(graded(scale(forward))) == [(), ()]


def test_students_read_the_belief_and_the_question_of_a_hidden_check_but_no_name_and_no_value(graded):
    hidden = next(r for r in failures(graded(scale("x + self.factor"))) if not r.check.public)

    text = explanation(hidden)

    assert "To scale is to add the factor." in text
    assert "What is three times two?" in text
    assert "layers." not in text
    assert "7.25" not in text


@pytest.fixture
def broken(course_root):
    """The tiny course with one line of its bank changed, ready to be graded."""
    bank = course_root / "assignments/01_scaling/misconceptions/layers.py"

    def change(old: str, new: str) -> Course:
        text = bank.read_text()
        assert old in text
        bank.write_text(text.replace(old, new))
        return Course.load(course_root)

    return change


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('hint="What is three times two?"', 'hint="It is six."', "the hint has to be a question"),
        ('fails=("Scale/test_backward",)', 'fails=("test_backward",)', "fails has to name checks"),
        ('"""To shift is to take away."""', "", "its docstring has to say what is believed"),
        ("    return x - amount", "    return x -", "layers.py"),
        ('source="folklore"', "source=SOURCE", "only literal values"),
        ('source="folklore"', 'origin="folklore"', "no argument origin"),
        ("def amount_is_taken_away", "def factor_is_added", "another entry has this name"),
        ('@misconception(\n    "nn.Scale",', '@other(\n    "nn.Scale",', "needs @misconception"),
    ],
)
def test_a_broken_bank_is_the_authors_and_names_its_place(broken, old, new, words):
    course = broken(old, new)

    with pytest.raises(AssignmentError, match=r"layers\.py") as caught:
        read_misconceptions(course.assignments[0].folder)
    assert words in str(caught.value)


def test_a_broken_bank_costs_the_explanations_and_nothing_else(broken, sandbox):
    course = broken('source="folklore"', "source=SOURCE")
    submission = submission_of("tiny", dict(course.reference) | scale("x + self.factor"))

    report = grade(course, submission, course.assignments, sandbox)

    assert (report.earned, report.withheld) == (10, 0)
    [notice] = report.notices
    assert notice.startswith("Some mistakes could not be explained. That costs no points")


@pytest.mark.parametrize("body", ["while True: pass", "raise MemoryError", "return x.nothing"])
def test_a_misconception_that_goes_wrong_itself_explains_nothing_and_costs_nobody_anything(broken, graded, body):
    course = broken("    return x + self.factor", f"    {body}")
    started = time.process_time()  # what limits explanations: by the wall clock a busy machine takes any time

    report = graded(scale("x + self.factor"), course=course)

    assert causes(report) == [(), ()]
    assert report.earned == 6
    assert time.process_time() - started < 20


def test_a_target_that_does_not_exist_explains_nothing(broken, graded):
    report = graded(scale("x + self.factor"), course=broken('"nn.Scale.forward"', '"nn.Scales.forward"'))

    assert causes(report) == [(), ()]


def test_a_block_that_never_ends_is_ended():
    def forever() -> None:
        while True:
            pass

    with pytest.raises(Overtime), time_limit(0.05):
        forever()


def test_a_block_that_ends_in_time_is_not_disturbed():
    with time_limit(0.05):
        pass
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass


def test_assignments_are_diagnosed_each_by_its_own_bank(course, sandbox):
    files = scale("x + self.factor") | {
        "nn/chain.py": "class Chain:\n    def __init__(self, *layers): pass\n    def forward(self, x): return 2 * x\n"
    }

    submission = submission_of("tiny", dict(course.reference) | files)

    report = grade(course, submission, course.assignments, sandbox)

    assert [causes(a) for a in report.assignments] == [[("layers.factor_is_added",)] * 2, [()] * 2]


def test_a_small_number_added_for_safety_may_be_any_of_the_usual_ones(broken, graded):
    course = broken("return x + self.factor", "return self.factor * x + 1e-8")

    assert causes(graded(scale("self.factor * x + 1e-6"), course=course)) == [("layers.factor_is_added",)] * 2
    assert causes(graded(scale("self.factor * x + 3e-6"), course=course)) == [()] * 2


@pytest.mark.parametrize(
    "forward",
    ["x[0]", "np.stack([x, x])", "np.zeros((3, 5, 7))", "x.astype(np.float32)", "x * 1j", "np.array(2.0)", "x[:0]"],
)
def test_no_wrong_array_disturbs_the_grading(graded, forward):
    report = graded({"nn/scale.py": "import numpy as np\n" + scale(forward)["nn/scale.py"]})

    assert report.earned == 6
    assert len(failures(report)) == 2
    assert not any(r.diagnosis and "nearly right" in r.diagnosis.observation for r in failures(report))


def test_a_fault_in_the_diagnosis_costs_the_explanation_and_nothing_else(course, sandbox, monkeypatch):
    monkeypatch.setattr("grader.diagnosis.clues.observe", lambda *_: 1 / 0)

    report = grade(course, submission_of("tiny", dict(course.reference) | scale("2 * x")), course.assignments, sandbox)

    assert (report.earned, report.withheld) == (10, 0)
    assert report.notices == (
        "Some mistakes could not be explained. That costs no points; please tell your course staff.",
    )


def test_the_same_exception_is_weaker_evidence_than_the_same_array(broken, graded):
    course = broken("return x + self.factor", "raise KeyError('factor')")

    diagnosis = failures(graded(scale("{}['factor']"), course=course))[0].diagnosis

    assert diagnosis.explanation == 'This belief leads to the same: "To scale is to add the factor."'


REFUSALS = """

@misconception("nn.Scale.forward", hint="Who could scale that?", fails=("Scale/test_forward",))
def nothing_can_be_scaled(self, x):
    \"\"\"Nothing can be scaled.\"\"\"
    raise KeyError("x")


@misconception("nn.Scale.backward", hint="Where does a gradient come from?", fails=("Scale/test_backward",))
def nothing_comes_back(self, dy):
    \"\"\"Nothing comes back.\"\"\"
    raise KeyError("dy")
"""
ANOTHER = """

@misconception("nn.Scale.backward", hint="What is a gradient?", fails=("Scale/test_backward",))
def no_gradient_is_known(self, dy):
    \"\"\"No gradient is known.\"\"\"
    raise KeyError("d" + "y")
"""


def with_entries(course_root: Path, text: str) -> Course:
    bank = course_root / "assignments/01_scaling/misconceptions/layers.py"
    bank.write_text(bank.read_text() + text)
    return Course.load(course_root)


def test_two_beliefs_that_lead_to_nothing_but_exceptions_are_told_if_they_explain_all_of_them(course_root, graded):
    course = with_entries(course_root, REFUSALS)

    report = graded(scale("{}['x']", "{}['dy']"), course=course)

    assert [c[0] for c in causes(report)] == ["layers.nothing_can_be_scaled"] * 2 + ["layers.nothing_comes_back"]


def test_of_several_pairs_that_explain_the_same_exceptions_only_what_they_share_is_told(course_root, graded):
    course = with_entries(course_root, REFUSALS + ANOTHER)

    report = graded(scale("{}['x']", "{}['dy']"), course=course)

    assert causes(report) == [("layers.nothing_can_be_scaled",)] * 2 + [()]


def test_two_beliefs_that_leave_an_exception_unexplained_are_not_told(course_root, graded):
    course = with_entries(course_root, REFUSALS)

    assert causes(graded(scale("{}['x']", "{}[dy.ndim]"), course=course)) == [(), (), ()]
