"""The grading goes on where it can, and says so where it cannot."""

import random
import time
from pathlib import Path

import pytest

from grader.assignment import Course
from grader.isolation.outside.sandbox import Sandbox
from grader.result import Outcome
from tests.faults import kills
from tests.faults.material import CHECKS, make_course
from tests.faults.surroundings import KINDS, inject
from tests.faults.watch import Run

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="these tests look at processes in /proc")


@pytest.mark.parametrize("kind", KINDS)
def test_a_grading_survives_what_gives_way_under_it(kind):
    assert inject(kind).clean


def test_clock_jumps_change_nothing(monkeypatch, tmp_path):
    rng = random.Random(6)
    monkeypatch.setattr(time, "time", lambda: rng.uniform(0, 4e9))
    course = Course.load(make_course(tmp_path))
    with Sandbox().start() as sandbox:
        report = kills.graded(course, sandbox)[0]

    assert {r.outcome for r in report.assignments[0].results} == {Outcome.PASSED}


def test_a_deadline_in_the_middle_lists_every_check_with_its_points(tmp_path):
    course = make_course(tmp_path)
    (place := tmp_path / "results").mkdir()
    slow = tmp_path / "slow/framework"
    (course / "reference").rename(slow.parent.mkdir() or slow)
    (course / "reference").mkdir()
    for path in slow.rglob("*.py"):
        (target := course / "reference" / path.relative_to(slow)).parent.mkdir(exist_ok=True)
        target.write_text(path.read_text())
    scale = slow / "nn/scale.py"
    scale.write_text(
        scale.read_text().replace(
            "        require_array(x)\n", "        require_array(x)\n        __import__('time').sleep(0.1)\n"
        )
    )  # five times a check
    run = Run(course, slow, place, "--deadline", "4")
    found = run.finish()
    outcomes = {t["extra_data"]["outcome"] for t in found["tests"]}

    assert (len(found["tests"]), outcomes, run.problems) == (CHECKS, {"passed", "not run"}, [])
    assert run.lost(found) == 0
