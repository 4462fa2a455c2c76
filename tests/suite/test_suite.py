"""A suite written for gradescope-utils gives what that library's own runner gives, test by test, and loses none."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.commands.rendering import page, rendered
from grader.formats.gradescope import results, validate
from grader.result import Outcome
from grader.suite.listing import declared_tests
from grader.suite.report import OPEN, SHARED
from grader.suite.run import Limits, SuiteError, run_suite
from tests.suite.conftest import SUITE, WORK, by_name

ORACLE = """
import json, sys, unittest
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
with open(sys.argv[1], "w") as stream:
    JSONTestRunner(stream=stream).run(unittest.defaultTestLoader.discover("tests"))
"""


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
        assert (mine["score"], mine["max_score"], mine["status"]) == (
            theirs.get("score", 0),
            theirs.get("max_score", 0),
            theirs["status"],
        )
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


def test_a_suite_has_no_number_and_no_format_shows_the_gap(run):
    report = run()

    for form, heading in (
        ("gradescope", "\\n suite"),
        ("text", "\n suite"),
        ("html", "> suite"),
        ("markdown", "###  "),
        ("junit", 'classname="."'),
        ("github", "title= "),
    ):
        assert heading not in rendered(report, form, page)
    assert "--seed" not in rendered(report, "text", page)  # nothing of it is drawn


def test_the_maximum_is_the_sum_of_all_weights(run):
    assert run().points == 14.5


def test_a_message_is_hidden_where_the_author_wants_it(run):
    [test] = [t for t in results(run())["tests"] if t["extra_data"]["id"].endswith("by_zero")]

    assert test["output"] == "Think of zero."


# Submissions that misbehave


def test_a_process_that_dies_costs_the_test_in_which_it_died(run):
    found = by_name(
        run(calculator=(WORK / "calculator.py").read_text() + "\n\ndef divide(a, b):\n    import os\n    os._exit(0)\n")
    )

    assert (found["test_by_zero"].outcome, found["test_by_zero"].kind) == (
        Outcome.ERROR,
        "The process ended during this test.",
    )
    assert found["test_small"].outcome is Outcome.PASSED
    assert found["test_part"].earned == 2.5


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

    # A score that is no number counts as if the suite had not given any.
    assert (found["test_much"].earned, found["test_nan"].earned) == (2, 2)


def test_a_submission_cannot_bring_its_own_tests_in(run, tmp_path):
    """What it has as tests/ is left out, and its weights do not count."""
    forged = "import unittest\nimport tests.test_it\n"

    report = run(
        "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self): self.fail()\n", test_more=forged
    )

    assert [r.check.id for r in report.assignments[0].results] == ["suite/test_it.TestIt.test_it"]


def test_it_is_said_to_instructors_that_the_result_could_be_forged_and_to_students_it_is_not(run):
    report = run()

    assert SHARED in report.isolation["unconfined"]
    for form in ("text", "html", "markdown"):
        shown = rendered(report, form, page, "instructor")
        assert "forge their results" in " ".join(shown.split())
    assert "forge" not in results(report)["output"] + rendered(report, "html", page, "student") + rendered(
        report, "junit", page
    )


def test_the_suite_and_with_it_the_student_has_no_network_and_no_way_to_privileges(run):
    suite = """
import socket, unittest
class TestIt(unittest.TestCase):
    def test_internet(self):
        with self.assertRaises(PermissionError):
            socket.socket(socket.AF_INET)
    def test_privileges(self):
        self.assertIn("NoNewPrivs:\\t1", open("/proc/self/status").read())
    def test_within_the_machine(self):
        ours, theirs = socket.socketpair()
        ours.close(), theirs.close()
"""
    report = run(suite)

    assert {r.outcome for r in report.assignments[0].results} == {Outcome.PASSED}
    assert report.isolation["network"] == "refused"


def test_the_network_is_open_where_somebody_wants_it_and_the_report_says_so(run):
    report = run(
        "import socket, unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self): socket.socket().close()\n",
        network=True,
    )

    assert report.assignments[0].results[0].outcome is Outcome.PASSED
    assert OPEN in report.isolation["unconfined"]


# Suites in other shapes


ODD = """
import unittest
from gradescope_utils.autograder_utils.decorators import partial_credit, weight, visibility as shown, tags, number
HEAVY, LATER = 2.5, "after_published"

class TestOdd(unittest.TestCase):
    @weight(HEAVY)
    @shown(LATER)
    @tags("a", "b")
    def test_names(self):
        'Values with names.'
    @weight(sum([1, 2]))
    @number(1 + 1)
    def test_computed(self):
        'Values that are computed.'
    @partial_credit(4)
    def test_part_then_raise(self, set_score=None):
        'A part, and then an exception.'
        set_score(1.5)
        raise ValueError("no")
    @weight(1)
    def test_print(self):
        'It prints.'
        print("\\x1b[31m \\ud800")
        self.fail("said <b> &")

class TestTearDown(unittest.TestCase):
    def tearDown(self):
        raise OSError("disk")
    @weight(1)
    def test_passes_but_for_tear_down(self):
        'What comes after fails.'

class TestAsync(unittest.IsolatedAsyncioTestCase):
    @weight(1)
    async def test_async(self):
        'It waits.'

class Base(unittest.TestCase):
    @weight(2)
    def test_base(self):
        'From above.'
class TestDerived(Base):
    def test_base_too(self):
        'Of its own.'

def _made(n):
    @weight(n)
    @shown("hidden")
    def test(self):
        self.assertLess(n, 2)
    test.__doc__ = f"Made, number {n}."
    return test
for n in (1, 2):
    setattr(TestOdd, f"test_made_{n}", _made(n))
"""


def test_an_odd_suite_has_the_same_facts_too(run, tmp_path):
    assert library_s_runner(tmp_path / "oracle", ODD).returncode == 0
    theirs = {t["name"]: t for t in json.loads((tmp_path / "oracle/said.json").read_text(errors="replace"))["tests"]}

    ours = {t["name"].partition(": ")[2]: t for t in results(run(ODD))["tests"]}

    assert ours.keys() == theirs.keys()
    for name, test in theirs.items():
        mine = ours[name]
        assert (mine["score"], mine["max_score"], mine["status"]) == (
            test.get("score", 0),
            test.get("max_score", 0),
            test["status"],
        ), name
        assert (mine.get("tags"), mine.get("number"), mine["visibility"]) == (
            test.get("tags"),
            test.get("number"),
            test.get("visibility", "visible"),
        )


def test_what_is_written_out_counts_whatever_a_process_says(run):
    """A submission that changes the weights of the suite changes none that it declares."""
    forged = "import unittest, sys\nfor n, f in vars(sys.modules.get('test_it', sys)).items(): pass\n"
    suite = """
import unittest
from gradescope_utils.autograder_utils.decorators import weight
class TestIt(unittest.TestCase):
    @weight(1)
    def test_it(self):
        type(self).test_it.__weight__ = 1000
"""
    assert run(suite, calculator=forged).points == 1


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        ("@weight(-1)", "test_it.TestIt.test_it has the weight -1; it should be a number of points, 0 or more"),
        ("@weight(float('nan'))", None),
        (
            "@visibility('always')",
            "test_it.TestIt.test_it has the visibility 'always'; there are visible, hidden, after_due_date,"
            " after_published",
        ),
    ],
)
def test_a_mistake_in_a_decorator_is_the_instructors_and_said_before_anything_runs(run, suite, said):
    text = "import unittest\nfrom gradescope_utils.autograder_utils.decorators import visibility, weight\n"
    text += f"class TestIt(unittest.TestCase):\n    {suite}\n    def test_it(self): pass\n"
    if said is None:
        assert run(text).points == 0
        return

    with pytest.raises(SuiteError, match=re.escape(said)):
        run(text)


def test_a_python_that_is_not_there_or_lacks_the_library_is_no_fault_of_a_student(tmp_path):
    without = tmp_path / "python"
    without.write_text('#!/bin/sh\ncase "$*" in *gradescope_utils*) exit 1;; esac\n')
    without.chmod(0o755)

    with pytest.raises(SuiteError, match="there is no program nowhere/python"):
        run_suite(SUITE, WORK, Limits(python="nowhere/python"), allow_unconfined=True)
    with pytest.raises(
        SuiteError,
        match=r"the suite imports gradescope_utils, which .*/python does not have: .* -m pip install gradescope-utils",
    ):
        run_suite(SUITE, WORK, Limits(python=str(without)), allow_unconfined=True)


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


def test_bases_in_other_files_and_packages_are_followed(tmp_path):
    (tmp_path / "base.py").write_text("class Base(unittest.TestCase):\n    def test_base(self): pass\n")
    (tmp_path / "part/deep").mkdir(parents=True)
    (tmp_path / "part/__init__.py").touch()
    (tmp_path / "part/test_in.py").write_text("class TestIn(Base):\n    def test_in(self): pass\n")
    (tmp_path / "part/deep/test_out.py").write_text("class TestOut(Base):\n    def test_out(self): pass\n")
    (tmp_path / "test_mixed.py").write_text(
        "class Mixed(strange.Thing):\n    def test_mixed(self): pass\nclass A(B): pass\nclass B(A): pass\n"
    )

    found = declared_tests(tmp_path)

    assert sorted(found) == [
        "part.test_in.TestIn.test_base",
        "part.test_in.TestIn.test_in",
        "test_mixed.Mixed.test_mixed",
    ]
    assert [found[name].doubtful for name in sorted(found)] == [False, False, True]
    assert found["part.test_in.TestIn.test_in"].module == "part.test_in"


def test_a_class_that_turns_out_to_be_no_test_case_is_not_listed(run):
    suite = (
        "import unittest, string\nclass Mixin(string.Template):\n    def test_never(self): pass\n"
        "class TestIt(unittest.TestCase):\n    def test_it(self): pass\n"
    )

    assert [r.check.title for r in run(suite).assignments[0].results] == ["test_it"]


def test_a_visibility_that_cannot_be_read_is_hidden_until_the_suite_tells(run):
    suite = """
import unittest
from gradescope_utils.autograder_utils.decorators import visibility
class TestIt(unittest.TestCase):
    @visibility("vis" + "ible")
    def test_a(self): pass
    @visibility("vis" + "ible")
    def test_b(self):
        import os
        os._exit(0)
"""
    found = by_name(run(suite))

    assert [found[name].check.visibility for name in ("test_a", "test_b")] == ["visible", "hidden"]


def test_the_verb_writes_results(tmp_path, monkeypatch, capsys):
    from grader.cli import main

    with pytest.raises(SystemExit) as ended:
        main(
            [
                "suite",
                str(SUITE),
                str(WORK),
                "--allow-unconfined",
                "--format",
                "gradescope",
                "-o",
                str(tmp_path / "r.json"),
            ]
        )

    assert not ended.value.code
    validate(json.loads((tmp_path / "r.json").read_text()))
    assert capsys.readouterr().out == ""
