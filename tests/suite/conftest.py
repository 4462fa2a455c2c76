"""Runs a suite on a submission. The examples are run by the grader, not by pytest."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import gradescope_utils
import pytest

from grader.result import Report
from grader.suite.run import Limits, run_suite

collect_ignore = ["example", "everything"]
EXAMPLE = Path(__file__).with_name("example")
SUITE, WORK = EXAMPLE / "suite", EXAMPLE / "work"
LIBRARY = Path(gradescope_utils.__file__).parent
EVERYBODYS = "/usr/bin/python3"


def confinement() -> dict:
    """A user of its own where there is root and a Python that everybody can run."""
    if os.geteuid() == 0 and Path(EVERYBODYS).exists():
        return dict(limits=Limits(seconds=20, python=EVERYBODYS))
    return dict(limits=Limits(seconds=20), allow_unconfined=True)


@pytest.fixture
def run(tmp_path):
    """Run a suite: files of the suite and of the submission, by name -> text."""

    def run(suite: Path | str = SUITE, seconds: float = 20, network: bool = False, **work: str) -> Report:
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
        return run_suite(tests, submission, replace(how.pop("limits"), seconds=seconds, network=network), **how)

    return run


def by_name(report: Report) -> dict:
    return {r.check.id.rpartition(".")[2]: r for r in report.assignments[0].results}
