"""Grading end to end on the tiny course: every mistake costs its own checks and no others, and says what it is."""

import ast
import re
import threading

import numpy as np
import pytest

from grader.assignment import AssignmentError, Course
from grader.grading import grade, grade_each, import_reference
from grader.isolation.outside.sandbox import Sandbox
from grader.result import AssignmentReport, Outcome
from grader.submission import Submission
from tests.conftest import tiny_submission

SCALE, SHIFT, CHAIN = "nn/scale.py", "nn/shift.py", "nn/chain.py"
GOOD = """
class Scale:
    def __init__(self, factor):
        self.factor = factor
    def forward(self, x):
        return self.factor * x
    def backward(self, dy):
        return self.factor * dy
"""
FORWARD = "        return self.factor * x\n"


def outcomes(report: AssignmentReport, component: str) -> set[str]:
    return {str(r.outcome) for r in report.results if r.check.component == component}


def messages(report: AssignmentReport) -> str:
    return "\n".join(f"{r.message} {r.detail}" for r in report.results)


IN_A_METHOD = GOOD.replace(
    "return self.factor * x", "import statistics; return statistics.mean([self.factor, self.factor]) * x"
)
IN_A_TRY = "try:\n    import unittest\nexcept BaseException:\n    raise SystemExit\n" + GOOD
IN_EVERY_METHOD = GOOD.replace("        return", "        import decimal; decimal.Decimal(1)\n        return")


# Right and wrong


@pytest.mark.parametrize(("number", "points"), [("01", 10), ("02", 4)])
def test_the_reference_earns_everything_without_a_notice(graded, number, points):
    report = graded({}, number)

    assert (report.earned, report.points, report.notices) == (points, points, ())


def test_the_template_earns_nothing(course, graded):
    report = graded(course.stubs)

    assert report.earned == 0
    assert {r.kind for r in report.results} == {"A part that this check needs is not written yet."}


ENCODED = ("# -*- coding: cp1252 -*-\n# \u00e9\n" + GOOD).encode("cp1252")
NAMED = GOOD.replace("factor", "\u03b2").encode()


@pytest.mark.parametrize(
    "source",
    [IN_A_METHOD, IN_A_TRY, IN_EVERY_METHOD, ENCODED, NAMED],
    ids=["in a method", "in a try", "in every method", "encoding", "name"],
)
def test_to_import_what_is_not_loaded_at_first_costs_nothing(course, source):
    with Sandbox().start() as fresh:
        for _ in range(2):  # the second time, it is
            report = grade(course, tiny_submission(course, {SCALE: source}), course.assignments, fresh)
            assert (report.earned, report.withheld) == (14, 0)


def test_a_wrong_answer_costs_its_own_checks(graded):
    report = graded({SCALE: GOOD.replace("factor * x", "factor + x")})

    assert report.earned == 6
    assert outcomes(report, "Shift") == {"passed"}
    assert "Scale(3).forward[0] is 4, but should be 3 (2 of 2 differ)" in messages(report)


def test_a_constructor_that_fails_costs_the_checks_that_only_make_an_object_too(course_root, graded):
    """Though objects are made with the next round trip, and here there is none."""
    checks = course_root / "assignments/01_scaling/test_hidden.py"
    checks.write_text(re.sub(r"\)\.forward\(.*\)\.compare\(\)", ")", checks.read_text()))
    report = graded(
        {SCALE: GOOD.replace("self.factor = factor", "raise ValueError(factor)")}, course=Course.load(course_root)
    )
    [result] = [r for r in report.results if r.check.id == "01/hidden/Scale/test_forward"]

    assert (str(result.outcome), result.message) == ("error", "ValueError: 7.25")


def test_an_empty_submission_earns_nothing_and_names_every_file(course, graded):
    report = graded(dict.fromkeys(course.reference))

    assert report.earned == 0
    assert report.notices == ("framework/nn/scale.py is missing.", "framework/nn/shift.py is missing.")


# Which file is whose


def test_own_modules_and_absolute_imports_work(graded):
    files = {
        SCALE: "from framework.nn.mine.tools import *\nfrom ..more import factor_of\n"
        + GOOD.replace("self.factor *", "factor_of(self) *"),
        "nn/mine/__init__.py": "",
        "nn/mine/tools.py": "import numpy as np\n",
        "more.py": "def factor_of(layer): return layer.factor\n",
    }

    assert graded(files).earned == 10


def test_an_own_package_without_an_init_file_is_named(graded):
    report = graded({SCALE: f"from .mine.tools import x\n{GOOD}", "nn/mine/tools.py": "x = 1\n"})

    assert report.earned == 4
    assert "framework.nn.mine" in report.notices[0]


def test_changes_to_given_files_are_not_graded(graded):
    report = graded({"nn/given.py": "raise ValueError", "nn/__init__.py": "", "__init__.py": "1 / 0"})

    assert (report.earned, report.notices) == (10, ())


def test_a_folder_cannot_stand_in_for_a_given_file(graded):
    report = graded({"nn/given/__init__.py": "1 / 0", "nn/__init__/__init__.py": "1 / 0"})

    assert report.earned == 10
    assert report.notices[0] == (
        "framework/nn/given/__init__.py was left out: it would be imported in place of framework/nn/given.py."
    )


def test_a_mistake_in_one_assignment_costs_nothing_in_another(graded):
    assert graded({SCALE: "while True: pass", SHIFT: "("}, "02").earned == 4
    assert graded({CHAIN: "("}, "01").earned == 10


# The run as a whole


def test_the_same_submission_gets_the_same_report_again(course, sandbox):
    wrong = GOOD.replace("self.factor * x", "self.factor * x + 1e-3 * x")
    submission = Submission("", {p: t.encode() for p, t in {**course.reference, SCALE: wrong}.items()})

    def told(**more):
        report = grade(course, submission, course.select(("01",)), sandbox, **more)
        return report.seed, [(r.check.id, r.outcome, r.message) for r in report.assignments[0].results]

    seed, results = told()

    assert seed == submission.seed
    assert told() == (seed, results)
    assert told(seed=seed) == (seed, results)
    assert told(seed=1)[1] != results


def test_every_result_is_told_at_once_and_in_order(course, sandbox):
    heard = []
    submission = Submission("", {p: t.encode() for p, t in course.reference.items()})

    report = grade(course, submission, course.assignments, sandbox, on_result=heard.append)

    assert heard == [r for a in report.assignments for r in a.results]
    assert (report.earned, report.points) == (14, 14)


def test_checks_that_no_time_is_left_for_are_not_run(course, sandbox):
    submission = Submission("", {p: t.encode() for p, t in course.reference.items()})

    report = grade(course, submission, course.assignments[:1], sandbox, deadline=0.0)

    assert {str(r.outcome) for r in report.assignments[0].results} == {"not run"}
    assert report.points == 10
    assert report.notices == (
        "The time for the whole grading was used up: 5 checks were not run, and 10 points not earned.",
    )


def test_a_check_that_also_fails_for_the_reference_withholds_its_points(course_root, sandbox):
    checks = course_root / "assignments/01_scaling/test_hidden.py"
    checks.write_text(checks.read_text().replace('twin("nn.Shift", 7.25)', "undefined_name"))
    course = Course.load(course_root)
    submission = Submission("", {p: t.encode() for p, t in course.reference.items()})

    report = grade(course, submission, course.select(("01",)), sandbox)

    assert (report.earned, report.withheld) == (8, 2)
    [ours] = [r for r in report.assignments[0].results if r.outcome is Outcome.INTERNAL]
    assert ours.message == "NameError: name 'undefined_name' is not defined"


def test_each_course_is_graded_with_its_own_reference(course_root, graded, course):
    scale = course_root / "reference/nn/scale.py"
    scale.write_text(scale.read_text().replace("np.multiply", "np.divide"))
    other = Course.load(course_root)

    assert graded({}, course=other).earned == 8  # the public check has its own numbers
    assert graded({}, course=course).earned == 10


def test_a_reference_that_cannot_be_imported_is_refused_by_file(course_root):
    init = course_root / "reference/__init__.py"
    init.write_text("import no_such_thing\n")

    with pytest.raises(AssignmentError, match=re.escape(f"{init}: it cannot be imported: ModuleNotFoundError")):
        import_reference(course_root)


def test_the_reference_is_imported_once(course):
    assert import_reference(course.root) is import_reference(course.root)
    assert import_reference(course.root).nn.Scale(2).forward(np.ones(2)).tolist() == [2.0, 2.0]


def test_who_imports_an_own_name_from_an_earlier_assignments_file_is_told_to_move_it(graded):
    report = graded({"nn/chain.py": "from .scale import Helper\n\nclass Chain(Helper):\n    pass\n"}, "02")

    [notice] = report.notices
    assert "cannot import name 'Helper' from 'framework.nn.scale'" in notice
    assert notice.endswith(
        "While 02 is graded, framework/nn/scale.py is not yours: move what you added there to a file of 02, or to a new"
        " one."
    )


# Several threads


def test_sources_are_parsed_in_the_main_thread_only(course_root, graded, monkeypatch):
    """CPython 3.11 may raise a SystemError where two threads make syntax trees at once."""
    parse, threads = ast.parse, set()
    monkeypatch.setattr(
        ast, "parse", lambda *args, **options: (threads.add(threading.current_thread()), parse(*args, **options))[1]
    )
    report = graded({SCALE: GOOD.replace("factor * x", "factor + x"), SHIFT: "def ("}, course=Course.load(course_root))

    assert report.earned < report.points
    assert threads == {threading.main_thread()}


def test_a_fault_while_one_submission_is_put_together_costs_no_other(course, sandbox, monkeypatch):
    """Who was asked for, and is not graded, could not be given to another process of a cohort."""
    asked: list[str] = []

    def submissions():
        for name in ("ada", "bob"):
            asked.append(name)
            yield Submission(name, {})

    def fail(*_arguments):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("grader.grading.prepare", fail)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        grade_each(course, submissions(), course.assignments, sandbox, lambda _report: None)

    assert asked == ["ada"]
