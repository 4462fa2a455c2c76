"""The zip for Gradescope: what is in it, what must not be, and what is tried before it is written."""

import hashlib
import os
import re
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest

from grader.assignment import AssignmentError, Course
from grader.commands import release
from grader.commands.output import claimed
from grader.release.gradescope import FILES, autograder_files, write_files, write_zip
from grader.release.requirements import locked_requirements

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def files(course):
    """The zip of the tiny course's first assignment."""
    return autograder_files(course, course.select(("01",)))


def test_the_root_of_the_zip_is_what_gradescope_looks_for(files, tmp_path):
    write_zip(files, tmp_path / "a.zip")

    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}

    assert {name for name in modes if "/" not in name} == {
        *("setup.sh", "run_autograder", "assignments.txt", "policy.toml", "requirements.txt", "started.json", "uv.txt")
    }
    assert {name for name, mode in modes.items() if mode & stat.S_IXUSR} == {"setup.sh", "run_autograder"}
    assert not any(mode & 0o077 for mode in modes.values())


def test_the_same_course_gives_the_same_bytes_at_any_time(course, files, tmp_path):
    write_zip(files, tmp_path / "a.zip")
    shuffled = dict(reversed(autograder_files(course, course.select(("1",))).items()))
    write_zip(shuffled, tmp_path / "b.zip")
    os.utime(tmp_path / "a.zip", (0, 0))

    digests = {hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("a.zip", "b.zip")}

    assert len(digests) == 1


def test_of_other_assignments_there_are_no_checks_and_of_later_ones_no_solution(course, files):
    everything = "\n".join(files.values())

    assert "Scale.forward works in two dimensions." in everything
    assert "Chain applies its layers in the order given." not in everything
    assert files["course/reference/nn/scale.py"] == course.reference["nn/scale.py"]
    assert files["course/reference/nn/chain.py"] == course.stubs["nn/chain.py"]


def test_solutions_of_required_assignments_are_there(course):
    files = autograder_files(course, course.select(("02",)))

    assert all(files[f"course/reference/{path}"] == text for path, text in course.reference.items())
    assert "Scale.forward works in two dimensions." not in "\n".join(files.values())


def test_it_holds_a_course_that_can_be_loaded(files, tmp_path):
    write_files(files, tmp_path)

    course = Course.load(tmp_path / "course")

    assert [(a.number, a.points) for a in course.assignments] == [("01", 10), ("02", 4)]


def test_a_leak_is_refused(course_root):
    public = course_root / "assignments/01_scaling/test_public.py"
    public.write_text(public.read_text() + "\n\ndef answer(factor, x):\n    return np.multiply(factor, x)\n")
    course = Course.load(course_root)

    with pytest.raises(AssignmentError, match="would leak"):
        autograder_files(course, course.assignments)


def test_of_the_chosen_assignments_there_is_everything_and_of_the_grader_too(course_root):
    bank = course_root / "assignments/01_scaling/misconceptions"
    bank.mkdir(exist_ok=True)
    (bank / "slips.py").write_text('"""Slips."""\n')
    (bank / "__pycache__").mkdir()
    (bank / "__pycache__/slips.py").write_text("")
    course = Course.load(course_root)

    (bank.parent / "recordings").mkdir()
    (bank.parent / "recordings/answers.json").write_text("{}")

    files = autograder_files(course, course.select(("01",)))

    assert not any("/recordings/answers.json" in path for path in files)  # no grade comes from it
    assert files["course/assignments/01_scaling/misconceptions/slips.py"] == '"""Slips."""\n'
    assert {"course/grader/__main__.py", "course/grader/policy/schema.json"} <= files.keys()
    assert not any("__pycache__" in path for path in files)


# Requirements and scripts


def test_the_requirements_are_lines_of_the_lock_all_with_hashes():
    lock = (ROOT / "requirements.lock").read_text()
    wanted = locked_requirements(ROOT)

    blocks = re.split(r"\n(?=\S)", wanted.strip())
    names = {re.match(r"[\w-]+", block)[0] for block in blocks}
    assert all(block in lock and "--hash=sha256:" in block and "==" in block for block in blocks)
    assert {
        "click",
        "gradescope-utils",
        "jsonschema",
        "numpy",
        "pytest",
        "rich",
        "attrs",
        "pluggy",
        "pygments",
        "rpds-py",
    } <= names
    assert not {"ruff", "hypothesis", "jsonschema-rs", "pyseccomp"} & names


def test_a_requirement_that_is_not_locked_is_named(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["click>=8", "torch"]\n')
    shutil.copy(ROOT / "requirements.lock", tmp_path)

    with pytest.raises(ValueError, match="lacks torch"):
        locked_requirements(tmp_path)


def test_uv_is_pinned_by_hashes():
    lines = [line for line in (FILES / "uv.txt").read_text().splitlines() if not line.startswith("#")]

    assert re.fullmatch(r"uv==[\d.]+ \\", lines[0])
    assert all("--hash=sha256:" in line for line in lines[1:])


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_the_scripts_are_bash_with_unix_line_ends(script):
    text = (FILES / script).read_bytes()

    assert text.startswith(b"#!/bin/bash\n")
    assert b"\r" not in text
    subprocess.run(["bash", "-n", FILES / script], check=True)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_shellcheck_has_nothing_to_say(script):
    found = subprocess.run(["shellcheck", FILES / script], capture_output=True, text=True)

    assert found.stdout == ""


# grader release gradescope


def test_the_verb_writes_a_zip_after_trying_it(run, tmp_path):
    code, out, err = run("release", "gradescope", "1", "2", "-o", tmp_path / "a.zip")

    assert (code, err) == (0, "")
    assert f"wrote {tmp_path / 'a.zip'}: 7 checks; the reference earns everything with them" in out
    assert "14 autograder points" in out
    assert zipfile.is_zipfile(tmp_path / "a.zip")


def test_the_points_to_be_set_are_those_of_the_policy(run, tmp_path):
    """Extra credit is no part of the maximum."""
    (tmp_path / "policy.toml").write_text('[points]\nextra_credit = ["01/*/Shift/*"]\nat_most = 1.2\n')

    out = run("release", "gradescope", "1", "2", "-o", tmp_path / "a.zip", "--policy", tmp_path / "policy.toml")[1]

    assert "give the programming assignment 10 autograder points" in out
    assert "With extra credit, a score can be as high as 12." in out


def test_what_cannot_be_written_is_said_before_anything_is_tried(run, tmp_path, monkeypatch):
    monkeypatch.setattr(release, "grade", lambda *_a, **_k: pytest.fail("it was tried"))

    with claimed(tmp_path / "a.zip"):
        code, out, err = run("release", "gradescope", "1", "-o", tmp_path / "a.zip")

    assert (code, out) == (1, "")
    assert "is being written by another run of the grader" in err


def test_a_course_whose_reference_fails_is_refused_and_nothing_written(run, course_root, tmp_path):
    solution = course_root / "reference/nn/shift.py"
    solution.write_text(solution.read_text().replace("np.add", "np.subtract"))

    code, out, err = run("release", "gradescope", "01", "-o", tmp_path / "a.zip", course=course_root)

    assert (code, out) == (1, "")
    assert "the reference would not earn everything" in err
    assert "01/public/Shift/test_forward" in err
    assert list(tmp_path.glob("*.zip")) == []


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("[late]\npenality = 1", "there is no key 'penality'; is 'penalty' meant?"),
        (
            '[points]\nextra_credit = ["01/hiden/*"]',
            "no check has a name like '01/hiden/*'; names are like '01/hidden/Scale/test_backward'",
        ),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_policy_that_would_not_work_is_refused(run, tmp_path, policy, said):
    if policy is not None:
        (tmp_path / "p.toml").write_text(policy)

    code, _out, err = run("release", "gradescope", "01", "-o", tmp_path / "a.zip", "--policy", tmp_path / "p.toml")

    assert code == 1
    assert said in " ".join(err.split())
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["7"], "there is no assignment 7; there are 01, 02"),
        ([], "Missing argument"),
        (["01", "-o", "no/folder/a.zip"], "cannot be written"),
    ],
)
def test_a_mistake_in_the_call_is_said(run, arguments, said):
    code, _out, err = run("release", "gradescope", *arguments)

    assert code == 1
    assert said in " ".join(err.split())
