"""A test of a suite that never ends costs no other test its part of the time."""

from dataclasses import replace

from grader.result import Outcome
from grader.suite.report import Story
from grader.suite.run import Turns
from tests.suite.conftest import WORK, by_name

LOOP = (WORK / "calculator.py").read_text() + "\n\ndef divide(a, b):\n    while True: pass\n"


def test_a_loop_costs_no_other_test_its_time(run):
    found = by_name(run(seconds=4, calculator=LOOP))

    assert found["test_by_zero"].outcome is Outcome.TIMEOUT
    assert "was ended" in found["test_by_zero"].kind
    assert found["test_small"].outcome is Outcome.PASSED  # before it
    assert found["test_part"].earned == 2.5  # after it
    assert found["test_expected"].outcome is Outcome.PASSED
    assert len(found) == 9


def test_many_loops_leave_every_other_test_its_part(run):
    loops = "\n".join(
        f"    def test_{n}_a(self):\n        while True: pass\n    def test_{n}_b(self): time.sleep(0.05)"
        for n in range(5)
    )

    found = by_name(run(f"import time, unittest\nclass TestLoops(unittest.TestCase):\n{loops}\n", seconds=10))

    assert {name: r.outcome for name, r in found.items()} == {
        f"test_{n}_{kind}": Outcome.TIMEOUT if kind == "a" else Outcome.PASSED for n in range(5) for kind in "ab"
    }


def test_a_test_may_take_all_the_time_that_no_other_needs():
    turns = Turns(Story(collected=["a", "b", "c", "d"], running="b", ended={"a": {}}), {}, deadline=180.0, seconds=80.0)

    assert turns.end(100.0) == 160.0  # c and d have a part of 10 s each
    assert turns.end(158.0) == 168.0  # its own part is never taken
    assert replace(turns, deaths={"c": Outcome.TIMEOUT, "d": Outcome.ERROR}).end(100.0) == 180.0
    assert replace(turns, story=Story(collected=["a"])).end(100.0) == 180.0  # what stands before the tests


def test_a_loop_before_all_tests_ends_with_the_time(run):
    report = run("import unittest\nclass TestIt(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n"
                 "        while True: pass\n    def test_it(self): pass\n", seconds=1)  # fmt: skip

    assert [r.outcome for r in report.assignments[0].results] == [Outcome.NOT_RUN]
