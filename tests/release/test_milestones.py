"""Milestones: they run on the reference in the students' template, and say what an unfinished framework lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.assignment import Course
from grader.release.template import template_files, write_template

ROOT = Path(__file__).parents[2]
COURSE = Course.load(ROOT)
MILESTONES = [(a, file) for a in COURSE.assignments for file in sorted((a.folder / "milestones").glob("*.py"))]
milestones = pytest.mark.parametrize(("assignment", "file"), MILESTONES, ids=lambda part: part.name)
WRITTEN = '''"""The first (1958)."""

from board import run, say
from framework import nn


def main():
    say(f"twice: {nn.Scale(2.0).factor:g}")


if __name__ == "__main__":
    run(main)
'''
MATPLOTLIB = """
from pathlib import Path

class Figure:
    def __init__(self, **options): ...
    def subplots(self): return self
    def savefig(self, path, **options): Path(path).write_text("a picture")
    def __getattr__(self, name): return lambda *arguments, **options: None
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """The template as students receive it."""
    target = tmp_path_factory.mktemp("students") / "template"
    write_template(COURSE, target)
    return target


@pytest.fixture(scope="module")
def solved(tmp_path_factory) -> Path:
    """The template with the reference in the place of the stubs."""
    target = tmp_path_factory.mktemp("solved") / "template"
    write_template(COURSE, target)
    for path, text in COURSE.reference.items():
        (target / "framework" / path).write_text(text, encoding="utf-8")
    return target


def ran(template: Path, name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-W", "error", str(template / "milestones" / name), *arguments]
    known = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, env={**os.environ, **known, **environment}, capture_output=True, encoding="utf-8")


def test_there_is_a_milestone():
    assert MILESTONES


@milestones
def test_a_milestone_runs_on_the_reference_and_says_what_was_reported_and_what_it_reached(solved, assignment, file):
    done = ran(solved, file.name, "--short")

    assert (done.stderr, done.returncode) == ("", 0)
    year = file.name.partition("_")[0]
    lines = done.stdout.splitlines()
    assert any(line.startswith(f"{year}:") for line in lines)
    assert any(line.startswith("yours:") for line in lines)
    assert sum("█" in line for line in lines) >= 8, "a curve or picture"


@milestones
def test_a_milestone_needs_no_character_beyond_ascii(solved, assignment, file):
    done = ran(solved, file.name, "--short", PYTHONIOENCODING="ascii")

    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.isascii()
    assert sum("#" in line for line in done.stdout.splitlines()) >= 8


@milestones
def test_a_milestone_saves_a_picture_where_matplotlib_is_installed(solved, assignment, file, tmp_path):
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib/__init__.py").write_text("")
    (tmp_path / "matplotlib/figure.py").write_text(MATPLOTLIB)
    picture = solved / "milestones" / f"{file.stem}.png"

    done = ran(solved, file.name, "--short", PYTHONPATH=str(tmp_path))

    assert f"A picture of it: milestones/{picture.name}" in done.stdout
    assert picture.read_text() == "a picture"


@milestones
def test_on_the_untouched_template_it_says_in_one_sentence_what_is_missing(template, assignment, file):
    done = ran(template, file.name, "--short")

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.endswith(" is not written yet, and this milestone needs it.")
    assert "(framework/" in line


@milestones
def test_with_all_that_its_assignment_requires_a_milestone_is_complete(assignment, file, tmp_path):
    """It needs nothing of a later assignment."""
    target = tmp_path / "template"
    write_template(COURSE, target)
    earlier = [a for a in COURSE.assignments if a.number <= assignment.number]
    for path in {path for a in earlier for path in a.holes}:
        (target / "framework" / path).write_text(COURSE.reference[path], encoding="utf-8")

    done = ran(target, file.name, "--short")

    assert (done.stderr, done.returncode) == ("", 0)


@pytest.fixture
def first(course_root):
    """The tiny course with a milestone."""
    folder = course_root / "assignments/01_scaling/milestones"
    folder.mkdir()
    (folder / "1958_first.py").write_text(WRITTEN)
    return Course.load(course_root)


def test_the_readme_of_the_template_names_every_milestone(first):
    readme = template_files(first)["README.md"]

    assert "| 01 | The first (1958) | `python milestones/1958_first.py` |" in readme


def test_without_milestones_there_is_no_folder_and_no_section(course):
    files = template_files(course)

    assert not [path for path in files if path.startswith("milestones/")]
    assert "ilestone" not in files["README.md"]


def test_what_is_not_written_is_named_with_its_file(first, tmp_path):
    write_template(first, tmp_path / "template")

    done = ran(tmp_path / "template", "1958_first.py")

    missing = "nn.Scale.__init__ (framework/nn/scale.py) is not written yet, and this milestone needs it.\n"
    assert (done.stdout, done.stderr, done.returncode) == ("", missing, 1)


def test_a_mistake_of_the_students_shows_where_it_is(first, tmp_path):
    write_template(first, tmp_path / "template")
    (tmp_path / "template/framework/nn/scale.py").write_text("class Scale:\n    def __init__(self, f):\n        f[0]\n")

    done = ran(tmp_path / "template", "1958_first.py")

    assert 'scale.py", line 3' in done.stderr
    assert "TypeError" in done.stderr
