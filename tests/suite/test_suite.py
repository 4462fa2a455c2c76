"""A suite written for gradescope-utils gives what that library's own runner gives, test by test, and loses none."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import gradescope_utils
import pytest

from grader.formats.gradescope import results, validate
from grader.result import Outcome, Report
from grader.suite.listing import declared_tests
from grader.suite.run import Limits, SuiteError, run_suite

EXAMPLE = Path(__file__).with_name("example")
SUITE, WORK = EXAMPLE / "suite", EXAMPLE / "work"
LIBRARY = Path(gradescope_utils.__file__).parent
EVERYBODYS = "/usr/bin/python3"
ORACLE = """
import json, sys, unittest
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
JSONTestRunner(stream=open(sys.argv[1], "w")).run(unittest.defaultTestLoader.discover("tests"))
"""


def confinement() -> dict:
    """A user of its own where there is root and a Python that everybody can run."""
    if os.geteuid() == 0 and Path(EVERYBODYS).exists():
        return dict(limits=Limits(seconds=20, python=EVERYBODYS))
    return dict(limits=Limits(seconds=20), allow_unconfined=True)


@pytest.fixture
def run(tmp_path):
    """Run a suite: files of the suite and of the submission, by name -> text."""

    def run(suite: Path | str = SUITE, seconds: float = 20, **work: str) -> Report:
        tests = tmp_path / "suite"
        if isinstance(suite, Path):
            shutil.copytree(suite, tests)
        else:
            tests.mkdir()
            (tests / "test_it.py").write_text(suite)
        shutil.copytree(LIBRARY, tests / "gradescope_utils", ignore=shutil.ignore_patterns("__pycache__"))
        submission = Path(shutil.copytree(WORK, tmp_path / "work", ignore=shutil.ignore_patterns("__pycache__")))
        for name, text in work.items():
            (submission / f"{name}.py").write_text(text)
        how = confinement()
        return run_suite(tests, submission, replace(how.pop("limits"), seconds=seconds), **how)

    return run


def by_name(report: Report) -> dict:
    return {r.check.id.rpartition(".")[2]: r for r in report.assignments[0].results}


def library_s_runner(folder: Path, suite: str) -> subprocess.CompletedProcess[str]:
    """Run gradescope-utils' own runner on the example; it writes said.json."""
    shutil.copytree(WORK, folder)
    (folder / "tests").mkdir()
    (folder / "tests/test_calculator.py").write_text(suite)
    return subprocess.run([sys.executable, "-c", ORACLE, "said.json"], cwd=folder, capture_output=True, text=True)


@pytest.fixture
def oracle(tmp_path):
    """What gradescope-utils' own runner says of the example, without the class that it cannot take."""
    suite = (SUITE / "test_calculator.py").read_text().partition("class TestBroken")[0]
    assert library_s_runner(tmp_path / "oracle", suite).returncode == 0
    return json.loads((tmp_path / "oracle/said.json").read_text())


def test_every_test_that_the_library_reports_has_the_same_facts(run, oracle):
    data = results(run())
    validate(data)
    ours = {t["name"].partition(": ")[2]: t for t in data["tests"]}

    assert len(oracle["tests"]) == 5
    for theirs in oracle["tests"]:
        mine = ours[theirs["name"]]
        assert (mine["score"], mine["max_score"], mine["status"]) == (theirs.get("score", 0), theirs.get("max_score", 0), theirs["status"])
        assert mine.get("tags") == theirs.get("tags")
        assert mine.get("number") == theirs.get("number")
        assert mine["visibility"] == theirs.get("visibility", "visible")
    assert data["leaderboard"] == oracle["leaderboard"]


def test_what_the_library_loses_is_listed(run, oracle):
    found = by_name(run())

    told = " ".join(t["name"] for t in oracle["tests"])
    assert not any(title in told for title in ("A skipped test", "expected to fail", "one by one"))
    assert (found["test_skipped"].outcome, found["test_skipped"].message) == (Outcome.NOT_RUN, "skipped: not this year")
    assert (found["test_expected"].outcome, found["test_expected"].earned) == (Outcome.PASSED, 1)
    assert (found["test_parts"].outcome, found["test_parts"].message) == (Outcome.FAILED, "(n=3): 6 != 9")
    assert (found["test_never"].outcome, found["test_never"].message) == (Outcome.BLOCKED, "RuntimeError: no database")


def test_where_a_class_cannot_be_set_up_the_library_gives_nothing_at_all(tmp_path):
    ended = library_s_runner(tmp_path / "oracle", (SUITE / "test_calculator.py").read_text())

    assert ended.returncode == 1
    assert (tmp_path / "oracle/said.json").read_text() == ""


def test_the_maximum_is_the_sum_of_all_weights(run):
    assert run().points == 14.5


def test_a_message_is_hidden_where_the_author_wants_it(run):
    [test] = [t for t in results(run())["tests"] if t["extra_data"]["id"].endswith("by_zero")]

    assert test["output"] == "Think of zero."


# Submissions that misbehave


def test_a_process_that_dies_costs_the_test_in_which_it_died(run):
    found = by_name(run(calculator=(WORK / "calculator.py").read_text() + "\n\ndef divide(a, b):\n    import os\n    os._exit(0)\n"))

    assert (found["test_by_zero"].outcome, found["test_by_zero"].kind) == (Outcome.ERROR, "The process ended during this test.")
    assert found["test_small"].outcome is Outcome.PASSED
    assert found["test_part"].earned == 2.5


def test_a_loop_ends_with_the_time_and_the_rest_is_listed(run):
    found = by_name(run(seconds=2, calculator=(WORK / "calculator.py").read_text() + "\n\ndef divide(a, b):\n    while True: pass\n"))

    assert found["test_small"].outcome is Outcome.PASSED
    assert found["test_by_zero"].outcome is Outcome.TIMEOUT
    assert found["test_part"].outcome is Outcome.NOT_RUN
    assert len(found) == 9


@pytest.mark.parametrize("text", ["import os\nos._exit(0)", "raise ValueError('x')", "def ("])
def test_without_a_submission_that_can_be_imported_every_test_is_listed(run, text):
    report = run(calculator=text)

    assert (report.earned, report.points, len(report.assignments[0].results)) == (0, 14.5, 9)
    assert all(r.outcome in (Outcome.BLOCKED, Outcome.NOT_RUN) and r.message for r in report.assignments[0].results)


def test_a_score_beyond_the_weight_is_the_weight(run):
    suite = """
import unittest
from gradescope_utils.autograder_utils.decorators import partial_credit
class TestIt(unittest.TestCase):
    @partial_credit(2)
    def test_much(self, set_score=None):
        set_score(1e9)
    @partial_credit(2)
    def test_nan(self, set_score=None):
        set_score(float("nan"))
"""
    found = by_name(run(suite))

    assert (found["test_much"].earned, found["test_nan"].earned) == (2, 2)  # what is no number is as if it had not been said


def test_a_submission_cannot_bring_its_own_tests_in(run, tmp_path):
    """What it has as tests/ is left out, and its weights do not count."""
    forged = "import unittest\nimport tests.test_it\n"

    report = run("import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self): self.fail()\n", test_more=forged)

    assert [r.check.id for r in report.assignments[0].results] == ["suite/test_it.TestIt.test_it"]


def test_it_is_said_that_the_result_could_be_forged(run):
    assert "in one process with the student's code" in results(run())["output"]


@pytest.mark.skipif(os.geteuid() != 0, reason="another user's eyes are needed")
def test_the_suite_runs_as_a_user_of_its_own_or_not_at_all(tmp_path):
    private = tmp_path / "python"
    private.write_text("#!/bin/sh\n")
    private.chmod(0o700)

    with pytest.raises(SuiteError, match=r"can be run by root alone.*--python"):
        run_suite(SUITE, WORK, Limits(python=str(private)))


# Listing


def test_tests_are_listed_without_running_anything(tmp_path):
    (tmp_path / "test_a.py").write_text(
        "raise SystemExit\n"
        "class Base(unittest.TestCase):\n    @weight(2)\n    def test_one(self): 'One.'\n"
        "class More(Base):\n    def test_two(self): pass\n    def helper(self): pass\n"
        "class Other:\n    def test_none(self): pass\n"
    )
    (tmp_path / "test_b.py").write_text("def (")

    found = declared_tests(tmp_path)

    assert sorted(found) == ["test_a.Base.test_one", "test_a.More.test_one", "test_a.More.test_two"]
    assert (found["test_a.More.test_one"].weight, found["test_a.More.test_one"].title) == (2, "One.")


def test_the_verb_writes_results(tmp_path, monkeypatch, capsys):
    from grader.cli import main

    with pytest.raises(SystemExit) as ended:
        main(["suite", str(SUITE), str(WORK), "--allow-unconfined", "--format", "gradescope", "-o", str(tmp_path / "r.json")])

    assert not ended.value.code
    validate(json.loads((tmp_path / "r.json").read_text()))
    assert capsys.readouterr().out == ""
