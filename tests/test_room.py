"""How much memory the answers of a check may take.

The trusted process stays small whatever a submission sends, and too large an answer is the student's failure.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.assignment import Course
from grader.compare import MOST, Mismatch, compare
from grader.grading import grade
from grader.isolation.outside.faults import SandboxError, TooMuch
from grader.isolation.outside.process import ROOM
from grader.result import AssignmentReport, Outcome
from grader.submission import Submission

SCALE = """
import numpy as np
class Scale:
    def __init__(self, factor):
        self.factor = factor
    def forward(self, x):
        return {forward}
    def backward(self, dy):
        return self.factor * dy
"""
ANSWERS = {
    "an array": "np.zeros(32_000_000)",
    "many arrays": "[np.zeros(500_000) for _ in range(60)]",
    "many texts": "['x' * 99_000 + str(i) for i in range(75)]",
    "many names": "{'x' * 99_000 + str(i): 0 for i in range(75)}",
    "many empty lists": "[[] for _ in range(190_000)]",
}
GRADING = """
import resource, sys
from pathlib import Path
from grader.assignment import Course
from grader.grading import grade
from grader.isolation.outside.sandbox import Sandbox
from grader.submission import Submission
course = Course.load(Path({root!r}))
files = {{path: text.encode() for path, text in course.reference.items()}}
def peak(**changed):
    with Sandbox().start() as sandbox:
        report = grade(course, Submission("", files | changed), course.assignments[:1], sandbox, allow_unconfined=True)
    outcomes = {{str(r.outcome) for r in report.assignments[0].results}}
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10), *outcomes
before, *outcomes = peak()
assert outcomes == ["passed"], outcomes
after, *_ = peak(**{{"nn/scale.py": {source!r}.encode()}})
print(after - before)
"""


def graded(course: Course, sandbox, forward: str) -> AssignmentReport:
    files = {path: text.encode() for path, text in course.reference.items()} | {
        "nn/scale.py": SCALE.format(forward=forward).encode()
    }
    return grade(course, Submission("", files), course.assignments[:1], sandbox, allow_unconfined=True).assignments[0]


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_comes_the_trusted_process_grows_by_less_than_a_hundred_mebibytes(answer, course):
    """By 2000 for the first, when 256 MiB were taken of anything."""
    script = GRADING.format(root=str(course.root), source=SCALE.format(forward=ANSWERS[answer]))
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False
    )

    assert found.returncode == 0, found.stderr
    assert float(found.stdout) < 100


def test_what_is_too_much_is_the_students_failure_and_says_what_right_answers_take(course, sandbox):
    report = graded(course, sandbox, ANSWERS["an array"])
    failed = [r for r in report.results if r.outcome is not Outcome.PASSED]

    assert {r.check.component for r in failed} == {"Scale"}
    assert {(r.outcome, r.kind) for r in failed} == {(Outcome.ERROR, TooMuch.kind)}
    assert re.fullmatch(
        r"the answers in this check take 256 MB of memory or more, where right ones take \d+ (bytes|kB); the process"
        r" was stopped",
        failed[0].message,
    )


@pytest.fixture
def large(course_root) -> Course:
    """The tiny course with a check of Scale on an array that is larger than what any check may answer with."""
    checks = course_root / "assignments/01_scaling/test_hidden.py"
    checks.write_text(checks.read_text().replace("rng.normal(size=(2, 3))", f"rng.normal(size={ROOM // 8 + 1000})", 1))
    return Course.load(course_root)


def test_a_check_whose_right_answers_are_large_has_room_for_them(large, sandbox):
    assert graded(large, sandbox, "self.factor * x").earned == 10


def test_more_than_eight_times_what_right_answers_take_is_too_much(large, sandbox):
    report = graded(large, sandbox, "[self.factor * x] * 9 if x.size > 1000 else self.factor * x")
    [failed] = [r for r in report.results if r.outcome is not Outcome.PASSED]

    assert (failed.outcome, failed.kind) == (Outcome.ERROR, TooMuch.kind)
    assert "take 151 MB of memory or more, where right ones take 17 MB" in failed.message


def test_a_request_is_too_large_by_the_student_or_by_the_author(sandbox):
    from tests.isolation.conftest import Bench

    bench = Bench(sandbox)
    try:
        framework = bench.framework(
            "import numpy as np\ndef large(): return np.zeros(1_500_000)\ndef take(*all): return len(all)"
        )
        with pytest.raises(SandboxError, match="cannot be sent"):
            framework.take(*[np.zeros(1_500_000)] * 25)
        given = framework.large()
        with pytest.raises(TooMuch):
            framework.take(*[given] * 25)
    finally:
        bench.close()


def test_a_text_is_bounded_before_it_is_shown():
    """Comparing two texts of 12 million characters takes a tenth of a second, and a hundred misconceptions do so."""
    names = {"x" * 100_000 + str(i): 0 for i in range(60)}
    with pytest.raises(Mismatch) as found:
        compare(names, {"weight": 0}, "the names")

    assert len(str(found.value)) < MOST + 100
    assert str(found.value).startswith("the names has the keys ['xxx")
