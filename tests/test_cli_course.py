"""The grader installed somewhere, without this repository: which course it grades with, and that all of it is there."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests/tiny_course"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Run a grader that was installed with `pip install .`, in a folder: (exit code, output, errors).

    Its requirements are those of this Python.
    """
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    source.mkdir()
    shutil.copytree(ROOT / "grader", source / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    venv.create(folder / "venv", with_pip=False)
    pip, alone = [sys.executable, "-m", "pip"], ["--quiet", "--no-deps", "--no-index"]
    subprocess.run(
        [*pip, "wheel", *alone, "--no-build-isolation", "-w", folder, source], check=True, capture_output=True
    )
    [wheel] = folder.glob("*.whl")
    subprocess.run(
        [*pip, "--python", folder / "venv/bin/python", "install", *alone, wheel], check=True, capture_output=True
    )
    [packages] = (folder / "venv").glob("lib/python*/site-packages")
    (packages / "requirements.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n")

    def run(where: Path, *arguments: object) -> tuple[int, str, str]:
        command = [folder / "venv/bin/grader", *map(str, arguments)]
        done = subprocess.run(command, cwd=where, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.mark.parametrize("where", [".", "assignments", "assignments/01_scaling"])
def test_the_course_is_that_of_the_working_directory_or_of_a_folder_above(installed, course_root, where):
    code, out, err = installed(course_root / where, "grade", TINY / "reference", "-a", "1,02")

    assert (code, out.splitlines()[0], err) == (0, "reference: 14 of 14 points", "")


def test_the_nearest_course_counts(installed, course_root):
    shutil.copytree(TINY, course_root / "assignments/inner")
    (course_root / "assignments/inner/reference/nn/scale.py").unlink()

    code, _out, err = installed(course_root / "assignments/inner", "grade", TINY / "reference")

    assert code == 1
    assert (
        f"{course_root}/assignments/inner/assignments/01_scaling/assignment.toml: holes.nn/scale.py: there is no"
        " reference/nn/scale.py" in err
    )


@pytest.mark.parametrize(
    "verb",
    [["grade", TINY / "reference"], ["audit"], ["release", "template", "-o", "new"], ["cohort", "run", TINY]],
    ids=lambda verb: verb[0],
)
def test_where_there_is_no_course_it_is_asked_for(installed, tmp_path, verb):
    code, out, err = installed(tmp_path, *verb)

    assert (code, out) == (1, "")
    assert err == (
        f"Error: there is no course here: neither {tmp_path} nor a folder above it has assignments/ and reference/. Go"
        " to the course's folder,"
        " or name it before the verb: grader --course FOLDER grade ...\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_course_that_is_named_is_taken(installed, tmp_path):
    code, out, err = installed(tmp_path, "--course", TINY, "grade", TINY / "reference", "-a", "02")

    assert (code, out.splitlines()[0], err) == (0, "reference: 4 of 4 points", "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_course_of_somebody_else_is_taken_only_if_it_is_named(installed, course_root):
    os.chown(course_root / "reference", 12345, -1)

    code, out, err = installed(course_root, "grade", TINY / "reference")

    assert (code, out) == (1, "")
    assert f"the course found in {course_root} is another user's" in err
    assert installed(course_root, "--course", ".", "grade", TINY / "reference")[0] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a link away")
def test_a_link_of_somebody_else_to_a_folder_of_ones_own_is_no_course(installed, course_root):
    """The folder could be a submission that was unpacked here."""
    (course_root / "assignments").rename(course_root / "submission")
    (course_root / "assignments").symlink_to("submission")
    assert installed(course_root, "grade", TINY / "reference")[0] == 0
    os.lchown(course_root / "assignments", 12345, -1)

    code, out, err = installed(course_root, "grade", TINY / "reference")

    assert (code, out) == (1, "")
    assert f"the course found in {course_root} is another user's" in err


def test_a_course_into_which_anybody_can_write_is_taken_only_if_it_is_named(installed, course_root):
    (course_root / "assignments").chmod(0o777)

    code, out, err = installed(course_root, "grade", TINY / "reference")

    assert (code, out) == (1, "")
    assert (
        f"anybody can write into {course_root}/assignments, and its checks would run as you. Take that right away"
        " (chmod o-w)" in err
    )
    assert installed(course_root, "--course", ".", "grade", TINY / "reference")[0] == 0


def test_what_needs_no_course_asks_for_none(installed, tmp_path):
    assert installed(tmp_path, "--version")[0] == 0
    assert "sealed worker" in installed(tmp_path, "doctor")[1]
    assert "cannot be read: No such file" in installed(tmp_path, "preview", "none.json")[2]


def test_all_that_the_verbs_need_was_installed(installed, course_root, tmp_path):
    out = tmp_path / "out"
    out.mkdir()

    assert installed(course_root, "release", "template", "-o", out / "template")[0] == 0
    assert installed(course_root, "release", "ci", "gitlab", "-o", out)[0] == 0
    for form in ("json", "gradescope", "html"):
        assert installed(course_root, "grade", TINY / "reference", "--format", form, "-o", out / form)[0] == 0


def test_the_zip_for_gradescope_needs_the_lock_beside_the_course(installed, course_root, tmp_path):
    without = installed(course_root, "release", "gradescope", "1", "-o", tmp_path / "a.zip")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, course_root)
    beside = installed(course_root, "release", "gradescope", "1", "-o", tmp_path / "a.zip")

    assert without[0] == 1
    assert "requirements.lock and pyproject.toml are not there" in without[2]
    assert beside[0] == 0
    assert "the reference earns everything" in beside[1]


def test_the_repository_s_own_grader_takes_its_own_course(tmp_path, course_root):
    command = [sys.executable, "-m", "grader", "grade", str(tmp_path), "-a", "99"]
    done = subprocess.run(
        command, cwd=course_root, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )

    assert "there are 00, 01, 02, 03, 04" in done.stderr
