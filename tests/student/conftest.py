"""The template of the tiny course, written, and its `check.py` as a student runs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.assignment import Course
from grader.release.template import write_template
from grader.student.main import main

TINY = Path(__file__).parents[1] / "tiny_course"
HANDOUT = """# 01: Scaling

## Conventions

`Scale` and `Shift` have the same conventions.

## Background

### A factor

Scale multiplies, y = σ x. The derivative of Scale is the factor.

### A shift

    y = x + amount
"""


@pytest.fixture(scope="session")
def written(tmp_path_factory) -> Path:
    """The template, in a folder with a space and a letter that is not ASCII; the tests change copies of it."""
    folder = tmp_path_factory.mktemp("student") / "my übung"
    write_template(Course.load(TINY), folder)
    (folder / "handouts/01_scaling.md").write_text(HANDOUT, encoding="utf-8")
    return folder


@pytest.fixture
def template(written, tmp_path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "my übung"))


@pytest.fixture
def solve(template):
    """Write the solution of some files of the package, with parts of the text replaced."""

    def solve(*files: str, **replaced: str) -> None:
        for file in files:
            text = (TINY / "reference/nn" / file).read_text()
            for old, new in replaced.items():
                text = text.replace(old.replace("_", "."), new)
            (template / "framework/nn" / file).write_text(text)

    return solve


@pytest.fixture
def check(template, capfd):
    """Do what `check.py` does with these words, in this process: its status, output and errors."""

    def check(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main(template, arguments)
        printed, errors = capfd.readouterr()
        return status, printed, errors

    return check


@pytest.fixture
def check_outside(template):
    """Run `check.py` itself, from another folder and without a terminal: its status, output and errors."""

    def check(*arguments: str, keys: str = "", **environment: str) -> tuple[int, str, str]:
        command = [sys.executable, "-B", str(template / "check.py"), *arguments]
        done = subprocess.run(
            command,
            cwd=template.parent,
            env={**os.environ, "PYTHONUTF8": "1", **environment},
            input=keys.encode(),
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in done.stdout + done.stderr
        return done.returncode, done.stdout.decode().replace("\r\n", "\n"), done.stderr.decode()

    return check
