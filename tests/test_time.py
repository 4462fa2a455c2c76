"""A loop costs the checks that meet it and no other, whatever else the machine does and however workers are made."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from grader.assignment import Course
from grader.grading import grade
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls.seal import BARE
from grader.result import AssignmentReport
from grader.submission import Submission

LOOPS, OTHERS = 10, 5
SCALE = """{at_import}
class Scale:
    def __init__(self, factor):
        self.factor = factor
    def forward(self, x):
        {work}
        return self.factor * x
    def backward(self, dy):
        return self.factor * dy
"""
says_who_waits = pytest.mark.skipif(
    not os.path.exists("/proc/self/schedstat"), reason="this kernel does not say who waits for the processor"
)


@pytest.fixture
def many(course_root) -> Course:
    """The first assignment of the tiny course with many checks of Scale, then some of Shift."""
    folder = course_root / "assignments/01_scaling"
    source = [
        "from grader.checks import weight",
        "class TestScale:",
        *checks("Scale", LOOPS),
        "class TestShift:",
        *checks("Shift", OTHERS),
    ]
    (folder / "test_hidden.py").write_text("\n".join(source))
    (folder / "test_public.py").write_text("")
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("points = 10", f"points = {LOOPS + OTHERS}"))
    return Course.load(course_root)


def checks(name: str, count: int) -> Iterator[str]:
    for number in range(count):
        yield f"    @weight(1)\n    def test_{number}(self, twin, rng):\n        '{name}.forward works.'"
        yield f"        twin('nn.{name}', 7.25).forward(rng.normal(size=(2, 3))).compare()"


def graded(course: Course, sandbox: Sandbox, scale: str, **limits: float) -> AssignmentReport:
    files = {path: text.encode() for path, text in course.reference.items()} | {"nn/scale.py": scale.encode()}
    [report] = grade(
        course, Submission("", files), (replace(course.assignments[0], **limits),), sandbox, allow_unconfined=True
    ).assignments
    return report


def outcomes(report: AssignmentReport, component: str) -> list[str]:
    return [str(r.outcome) for r in report.results if r.check.component == component]


@pytest.fixture
def busy() -> Iterator[None]:
    """Six processes that never leave the processors."""
    spinners = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(6)]
    yield
    for spinner in spinners:
        spinner.kill()
        spinner.wait()


LOOP = SCALE.format(at_import="", work="while True: pass")


def test_loops_that_use_up_the_time_of_all_checks_cost_no_other_check(many, sandbox):
    """Ten of half a second, of one second for all."""
    report = graded(many, sandbox, LOOP, seconds=0.5, total_seconds=1)

    assert outcomes(report, "Scale") == ["timeout"] * LOOPS
    assert outcomes(report, "Shift") == ["passed"] * OTHERS


@says_who_waits
def test_loops_on_a_busy_machine_cost_no_other_check(many, sandbox, busy):
    report = graded(many, sandbox, LOOP, seconds=0.3, total_seconds=1)

    assert outcomes(report, "Scale") == ["timeout"] * LOOPS
    assert outcomes(report, "Shift") == ["passed"] * OTHERS


@says_who_waits
def test_slow_code_on_a_busy_machine_is_as_right_as_on_an_idle_one(many, sandbox, busy):
    """Each check takes half of its time, and all together most of what they may use."""
    slow = SCALE.format(
        at_import="import time",
        work="until = time.process_time() + 0.15\n        while time.process_time() < until: pass",
    )
    report = graded(many, sandbox, slow, seconds=0.3, total_seconds=2)

    assert {*outcomes(report, "Scale"), *outcomes(report, "Shift")} == {"passed"}


@pytest.mark.parametrize("layers", [None, BARE], ids=["one import for several", "an import for each"])
def test_to_import_is_no_part_of_a_check(many, layers):
    """Longer than a check may take together with its import, and all imports together than all checks may take."""
    to_import, to_work = 0.35, 0.2
    slow = SCALE.format(at_import=f"import time; time.sleep({to_import})", work=f"time.sleep({to_work})")
    longest = []
    for _ in range(5):  # other processes can only make a check longer, so the grading with the least disturbance counts
        with (Sandbox(layers) if layers else Sandbox()).start() as sandbox:
            report = graded(many, sandbox, slow, seconds=0.5, total_seconds=5)
        assert report.earned == LOOPS + OTHERS
        longest.append(max(r.seconds for r in report.results))
        if min(longest) < to_import + to_work:
            break

    assert min(longest) < to_import + to_work  # a check with an import in it takes longer


@pytest.mark.parametrize("layers", [None, BARE], ids=["one import for several", "an import for each"])
def test_a_check_that_trains_has_a_limit_of_its_own_that_no_loop_takes_from_it(course_root, layers):
    """One of eight seconds after three that loop, of ten for all; where each import is one of its own, too."""
    folder = course_root / "assignments/01_scaling"
    trains = list(checks("Scale", 5))
    trains[6:6] = ["    @seconds(8)"]  # the fourth
    source = ["from grader.checks import seconds, weight", "class TestScale:", *trains]
    (folder / "test_hidden.py").write_text("\n".join(source))
    (folder / "test_public.py").write_text("")
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("points = 10", "points = 5"))
    work = "end = time.process_time() + 1.5\n        while time.process_time() < end: pass"
    with (Sandbox(layers) if layers else Sandbox()).start() as sandbox:
        slow = SCALE.format(at_import="import time", work=work)
        report = graded(Course.load(course_root), sandbox, slow, seconds=0.5, total_seconds=10)

    assert outcomes(report, "Scale") == ["timeout"] * 3 + ["passed", "timeout"]
