"""Integrated checks: own files of earlier assignments are used, can only help, and the report says where a fault is."""

import pytest

from grader.assignment import AssignmentError, Course
from grader.grading import grade
from tests.conftest import tiny_submission

SCALE, SHIFT, CHAIN = "nn/scale.py", "nn/shift.py", "nn/chain.py"
CHECKS = '''
from grader.checks import integrated, seconds, weight


class TestChain:
    @integrated
    @seconds(2)
    @weight(2)
    def test_order(self, twin, rng):
        """Chain applies its layers in the order given."""
        layers = twin("nn.Scale", 2.0), twin("nn.Shift", 1.0)
        twin("nn.Chain", *layers).forward(rng.normal(size=3)).compare()
'''
TITLE = "Chain, Chain applies its layers in the order given: "
BOTH = "it fails with your own files of 01 and with the solution's, so look among the files of this assignment."
BACKWARDS = ("in self.layers", "in self.layers[::-1]")


@pytest.fixture
def integrated_course(course_root):
    """The tiny course, in which one check of 02 is integrated."""
    folder = course_root / "assignments/02_chain"
    (folder / "test_hidden.py").write_text(CHECKS)
    (folder / "assignment.toml").write_text((folder / "assignment.toml").read_text() + "total_seconds = 10\n")
    return Course.load(course_root)


@pytest.fixture
def result(integrated_course, graded):
    """Grade 02 with some files of the reference changed: the points of the check, and the notices."""

    def run(*changes, without=()):
        files = {path: integrated_course.reference[path].replace(old, new) for path, old, new in changes}
        assert all(files[path] != integrated_course.reference[path] for path in files)
        report = graded({**files, **dict.fromkeys(without)}, "02", integrated_course)
        return sum(r.earned for r in report.results if not r.check.public), list(report.notices)

    return run


def test_a_right_submission_passes_without_a_word(result):
    assert result() == (2, [])


def test_a_fault_of_an_earlier_file_costs_nothing_and_is_named(result):
    points, [notice] = result((SCALE, "np.multiply", "np.add"))

    assert points == 2
    assert notice.startswith(f"{TITLE}with your own files of 01 it fails, and with the solution's it passes.")
    assert "something in your files of 01 does not work with them (" in notice
    assert notice.endswith("That costs no points here.")


def test_a_fault_of_a_new_file_costs_its_points_and_is_told_apart(result):
    points, notices = result((CHAIN, *BACKWARDS))

    assert points == 0
    assert notices == [f"{TITLE}{BOTH}"]


def test_faults_on_both_sides_count_as_one_of_the_new_files(result):
    points, [notice] = result((CHAIN, *BACKWARDS), (SCALE, "np.multiply", "np.add"))

    assert points == 0
    assert "look among the files of this assignment" in notice


def test_new_files_may_need_what_only_own_earlier_files_have(result):
    """Here the solution's Scale has no `times`, so without the student's own files the check would fail."""
    points, notices = result((SCALE, 'kind = "linear"', "times = 1"), (CHAIN, "layer.forward(x)", LIKES_ITS_OWN))

    assert (points, notices) == (2, [])


LIKES_ITS_OWN = "layer.forward(x) * getattr(self.layers[0], 'times', 3)"


def test_earlier_files_that_are_missing_or_not_begun_are_the_solutions(result, integrated_course, sandbox):
    assert result(without=(SCALE, SHIFT)) == (2, [])

    stubs = {path: integrated_course.stubs[path] for path in (SCALE, SHIFT)}
    report = grade(
        integrated_course, tiny_submission(integrated_course, stubs), integrated_course.select(("02",)), sandbox
    )

    assert report.assignments[0].notices == ()
    assert report.earned == 4


@pytest.mark.parametrize(
    ("change", "how"),
    [
        ((SCALE, "import numpy as np", "raise SystemExit"), "could not be imported"),
        ((SHIFT, "return shifted(x, self.amount)", "exit()"), ""),
        ((SHIFT, "return shifted(x, self.amount)", "while True: pass"), "time"),
    ],
    ids=["import", "end", "loop"],
)
def test_an_earlier_file_that_is_broken_costs_nothing_either(result, integrated_course, change, how):
    points, [notice] = result(change)

    assert points == 2
    assert "something in your files of 01 does not work with them" in notice
    assert how in notice


def test_other_checks_are_not_run_with_earlier_files(graded, course):
    report = graded({SCALE: course.reference[SCALE].replace("np.multiply", "np.add")}, "02")

    assert (report.earned, report.notices) == (4, ())


def test_it_needs_a_time_limit_of_its_own(integrated_course, graded):
    file = integrated_course.root / "assignments/02_chain/test_hidden.py"
    file.write_text(CHECKS.replace("    @seconds(2)\n", ""))

    with pytest.raises(AssignmentError, match="has to have @seconds"):
        graded({}, "02", integrated_course)


def test_its_time_is_set_aside_for_every_run(integrated_course, graded):
    file = integrated_course.root / "assignments/02_chain/test_hidden.py"
    file.write_text(CHECKS.replace("@seconds(2)", "@seconds(4)"))

    with pytest.raises(AssignmentError, match="need 12 s"):
        graded({}, "02", integrated_course)
