"""Speed as a grade: a ratio of processor time that no student code can choose."""

import os
import subprocess
import sys
from contextlib import contextmanager, suppress

import numpy as np
import pytest

from grader.assignment import Course
from grader.calls import Call
from grader.checks.speed import Speed, TooBusyError, measure
from grader.compare import Mismatch
from grader.grading import grade
from grader.isolation.outside.faults import SandboxError
from grader.submission import Submission
from tests.checks.sides import here, there

TEXT = """
import numpy as np

class Layer:
    def forward(self, x):
        for _ in range(100):
            x = np.tanh(x)
        return x
"""
LOOP = "        for _ in range(100):\n            x = np.tanh(x)\n        return x\n"
RUN = "\ndef run(x):\n    for _ in range(100):\n        x = np.tanh(x)\n    return x\n"
SIZE = 20_000
SCALE = """
import numpy as np
class Scale:
    def __init__(self, factor):
        self.factor = factor
    def forward(self, x):
        {work}
        return self.factor * x
    def backward(self, dy):
        return self.factor * dy
"""
SPEED_CHECK = """
from grader.calls import Call
from grader.checks import seconds, weight

class TestScale:
    @seconds(30)
    @weight(1)
    def test_speed(self, measure):
        \"\"\"Scale takes no more than three times as long as it needs.\"\"\"
        def work(framework):
            scale = framework.make("nn.Scale", 2.0)
            return lambda rng: Call("call", scale, "forward", (rng.normal(size=10_000),))
        measure(work).require(at_most=3.0)
"""


def work(framework):
    layer = framework.make("nn.Layer")
    return lambda rng: Call("call", layer, "forward", (rng.normal(size=SIZE),))


@pytest.fixture
def race(sandbox):
    """Measures a student's text, each in a worker of its own, as the reference is."""
    places = [there(sandbox), there(sandbox)]
    openers = [next(place) for place in places]

    def race(*changes: tuple[str, str]) -> Speed:
        return measure(openers[0](TEXT, *changes), openers[1](TEXT), work, np.random.default_rng(0))

    yield race
    for place in places:
        place.close()


@contextmanager
def busy(processes):
    spinners = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


@pytest.mark.parametrize("processes", [0, 2 * (os.cpu_count() or 1)], ids=["as it is", "busy"])
def test_the_reference_is_as_fast_as_itself_or_nothing_is_said(race, processes):
    with busy(processes):
        for _ in range(3):
            found = race()
            with suppress(TooBusyError):
                found.require(at_most=2.0)
                assert 0.9 < found.ratio < 1.1


def test_three_times_the_work_takes_about_three_times_as_long(race):
    found = race((LOOP, f"        run(x)\n        run(x)\n        return run(x)\n{RUN}"))

    assert found.low < 3.0 < found.high
    with pytest.raises(Mismatch, match=r"takes .* times as long as it should need"):
        found.require(at_most=1.5)
    found.require(at_most=6.0)


CHEATS = {
    "answers of earlier inputs": (
        "        if not hasattr(self, 'y'):\n            self.y = run(x)\n        return self.y\n"
    ),
    "by the first number": (
        "        self.kept = getattr(self, 'kept', {})\n        return self.kept.setdefault(0, run(x))\n"
    ),
    "nothing computed": "        return x\n",
    "an array that is still to be filled": (
        "        import threading\n        y = np.zeros_like(x)\n"
        "        threading.Timer(0.05, lambda: y.__setitem__(..., run(x))).start()\n        return y\n"
    ),
    "an object that computes when it is looked at": (
        "        class Lazy(np.ndarray):\n            pass\n        return x.view(Lazy)\n"
    ),
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_what_was_not_computed_is_wrong(race, cheat):
    with pytest.raises(Mismatch):
        race((LOOP, CHEATS[cheat] + RUN))


def test_work_that_is_done_between_the_rounds_counts(race):
    """A thread that slows the reference down, or goes on computing, has its time counted to the student's code."""
    thread = """
        import threading, time
        if not hasattr(self, "thread"):
            def spin():
                while True:
                    np.tanh(x)
            self.thread = threading.Thread(target=spin, daemon=True)
            self.thread.start()
"""
    found = race((LOOP, thread + LOOP))

    assert found.likely > 1.5


def test_too_little_to_compute_is_the_authors_mistake(sandbox):
    place = there(sandbox)
    openers = next(place)
    texts = [openers("class Layer:\n    def forward(self, x):\n        return x\n") for _ in range(2)]
    with pytest.raises(SandboxError, match=r"too little to compute"):
        measure(*texts, work, np.random.default_rng(0))
    place.close()


def test_a_reference_that_fails_is_no_fault_of_the_students(sandbox):
    place = there(sandbox)
    opener = next(place)
    student, rival = opener(TEXT), opener(TEXT, ("return x", "return x + y"))
    with pytest.raises(SandboxError, match="the reference could not be measured"):
        measure(student, rival, work, np.random.default_rng(0))
    place.close()


def test_where_two_measurements_differ_nothing_is_said_that_is_not_sure():
    """Once 30 % apart, a ratio of 2 may be 0.81 or 4.9."""
    found = Speed(likely=2.0, doubt=0.3)

    found.require(at_most=5.0)
    with pytest.raises(Mismatch, match=r"2 times as long as it should need \(0.81 to 4.9\)"):
        found.require(at_most=0.8)
    for asked in (lambda: found.ratio, lambda: found.require(at_most=1.5), lambda: found.require(at_most=4.0)):
        with pytest.raises(TooBusyError, match="two measurements of the same code differ by 30 %"):
            asked()


def test_small_differences_are_no_doubt():
    found = Speed(likely=2.0, doubt=0.04)

    assert found.ratio == 2.0
    found.require(at_most=1.8)
    with pytest.raises(Mismatch):
        found.require(at_most=1.7)


def test_in_one_process_it_is_measured_too():
    """As the audit runs the checks."""
    opener = next(here(None))
    found = measure(opener(TEXT), opener(TEXT), work, np.random.default_rng(0))

    assert 0.5 < found.likely < 2.0


def test_a_check_measures_with_a_word_of_its_own(run):
    ran = run('''
@weight(1)
def test_speed(measure):
    "Linear needs no loop."
    def work(framework):
        linear = framework.make("nn.Linear", 300, 300)
        return lambda rng: Call("call", linear, "forward", (rng.normal(size=(200, 300)),))
    measure(work).require(at_most=4.0)
''', head="import numpy as np\nfrom grader.calls import Call\nfrom grader.checks import *\n")  # fmt: skip

    assert ran.only.earned == 1


@pytest.mark.parametrize(
    ("work_of_the_student", "outcome"), [("", "passed"), ("[np.tanh(x) for _ in range(400)]", "failed")]
)
def test_speed_is_graded_beside_the_reference_in_a_worker_of_its_own(
    course_root, sandbox, work_of_the_student, outcome
):
    folder = course_root / "assignments/01_scaling"
    (folder / "test_hidden.py").write_text(SPEED_CHECK)
    (folder / "test_public.py").write_text("")
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("points = 10", "points = 1"))
    solution = SCALE.format(work="[np.tanh(x) for _ in range(60)]")
    (course_root / "reference/nn/scale.py").write_text(solution)
    course = Course.load(course_root)
    files = {path: text.encode() for path, text in course.reference.items()}
    files["nn/scale.py"] = SCALE.format(work=work_of_the_student or "[np.tanh(x) for _ in range(60)]").encode()
    [report] = grade(course, Submission("", files), course.assignments[:1], sandbox, allow_unconfined=True).assignments
    [result] = report.results

    assert (str(result.outcome), report.withheld) == (outcome, 0)
