"""On Gradescope, by the scripts of the README, a suite gives what gradescope-utils' own runner gives there."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from grader.formats.gradescope import validate
from tests.gradescope.platform import Platform, has_private_roots
from tests.suite.conftest import EVERYBODYS, LIBRARY

HERE = Path(__file__).parent
README = (HERE.parents[1] / "grader/suite/README.md").read_text(encoding="utf-8")
SUBMISSION = {
    "calculator.py": "if __name__ == '__main__':\n    print(1 + 2)\n",
    "deep/data.txt": "3\n",
    "tests/test_mine.py": "",
}
ITS_OWN = """#!/bin/bash
cd /autograder && cp -r submission own && cp -r source/tests own && cd own && exec python3 -c '
import unittest
import sys
sys.path.insert(0, "tests")
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
with open("/autograder/results/results.json", "w") as stream:
    JSONTestRunner(stream=stream).run(unittest.defaultTestLoader.discover("tests"))
'
"""


def script() -> str:
    """The run_autograder of the README. Only the Python is another one: an image has one that everybody can run."""
    found = re.search(r"```bash\n(#!/bin/bash\n# run_autograder\n.*?)```", README, re.DOTALL).group(1)
    ours = f"{sys.executable} -P -m grader"
    return found.replace("/opt/grader/bin/grader", ours).replace(" --seconds", f" --python {EVERYBODYS} --seconds")


@pytest.fixture
def autograded(tmp_path):
    """What Gradescope gets if this is its run_autograder."""
    if os.geteuid() != 0 or not Path(EVERYBODYS).exists() or not has_private_roots(tmp_path):
        pytest.skip("root, a root folder of its own, and a Python that everybody can run are needed")

    def autograded(program: str, suite: str = "") -> dict:
        home, root = tmp_path / "home", tmp_path / "root"
        shutil.rmtree(home, ignore_errors=True)
        tests = shutil.copytree(HERE / "everything", home / "source/tests", ignore=shutil.ignore_patterns("__pyc*"))
        shutil.copytree(LIBRARY, tests / "gradescope_utils", ignore=shutil.ignore_patterns("__pycache__"))
        if suite:
            (tests / "test_everything.py").write_text(suite)
        root.mkdir(exist_ok=True)
        (home / "run_autograder").write_text(program)
        (home / "run_autograder").chmod(0o755)
        run = Platform(home, root).run(SUBMISSION)
        assert run.error == "", run.stdout
        return run.results

    return autograded


def facts(test: dict) -> dict:
    """What decides about points, and who sees what."""
    numbers = {name: test.get(name, 0) for name in ("score", "max_score", "number", "tags")}
    return numbers | {"status": test["status"], "visibility": test.get("visibility", "visible")}


def said(test: dict) -> set[str]:
    return {line.removeprefix("Test Failed: ") for line in test.get("output", "").splitlines() if line}


def test_every_helper_gives_what_it_gives_under_the_library_s_own_runner(autograded):
    theirs, ours = autograded(ITS_OWN), autograded(script())

    validate(ours)
    mine = {test["name"].partition(": ")[2]: test for test in ours["tests"]}
    assert {t["name"]: facts(t) for t in theirs["tests"]} == {name: facts(t) for name, t in mine.items()}
    for test in theirs["tests"]:
        assert said(test) <= {line.removeprefix("KeyError: ") for line in said(mine[test["name"]])}, test["name"]
    assert ours["leaderboard"] == theirs["leaderboard"]
    assert ours["score"] == theirs["score"]


CURIOUS = """
import os, unittest
class TestDoors(unittest.TestCase):
    def test_closed(self):
        for place in ("source/tests", "results", "submission_metadata.json"):
            with self.subTest(place), self.assertRaises(PermissionError):
                open(f"/autograder/{place}/x" if "." not in place else f"/autograder/{place}")
    def test_nothing_is_written(self):
        with self.assertRaises(PermissionError):
            open("/autograder/submission/x", "w")
"""


def test_the_suite_is_kept_from_what_it_does_not_need(autograded):
    assert [(test["status"], test["output"]) for test in autograded(script(), CURIOUS)["tests"]] == [("passed", "")] * 2


@pytest.mark.parametrize("chmod", ["chmod 700 source submission results", "chmod -R 700 submission"])
def test_the_helper_for_files_finds_them_whatever_the_script_closes(autograded, chmod):
    closed = re.sub("chmod 700.*", chmod, script())

    tests = autograded(closed)["tests"]

    [found] = [test for test in tests if test["extra_data"]["id"].endswith("test_submitted")]
    assert (found["score"], found["max_score"]) == (5, 5)
