"""Intake: whatever a student hands in becomes files of the package, or one sentence that says why not."""

import os
from pathlib import Path

import pytest

from grader import submission
from grader.submission import Submission, SubmissionError, read_submission

EXPECTED = ("__init__.py", "nn/__init__.py", "nn/linear.py", "nn/loss.py")
LINEAR = b"class Linear: ...\n"
PACKAGE = {"framework/__init__.py": b"", "framework/nn/linear.py": LINEAR, "framework/nn/loss.py": b"# loss\n"}
FILES = {path.removeprefix("framework/"): data for path, data in PACKAGE.items()}


def below(folder: str, files: dict[str, bytes] = PACKAGE) -> dict[str, bytes]:
    return {f"{folder}/{path}": data for path, data in files.items()}


def read(path: Path) -> Submission:
    return read_submission(path, EXPECTED)


# What is taken as it is


@pytest.mark.parametrize("form", ["folder", "zip", "tar", "tar.gz", "tar.xz", "tar.bz2"])
def test_every_form_gives_the_same_files_without_a_notice(form, pack):
    found = read(pack(form, PACKAGE))

    assert dict(found.files) == FILES
    assert found.notices == ()


def test_the_package_may_lie_deeper(make):
    assert dict(read(make(below("homework/part one"))).files) == FILES


def test_the_package_folder_itself_may_be_given(pack):
    assert dict(read(pack("folder", PACKAGE) / "framework").files) == FILES


def test_a_relative_path_may_be_given(tmp_path, monkeypatch, pack):
    monkeypatch.chdir(pack("folder", PACKAGE, tmp_path / "alice"))

    found = read(Path("."))

    assert (found.name, dict(found.files)) == ("alice", FILES)


def test_the_name_is_that_of_the_path_given_and_not_of_what_a_link_points_to(tmp_path, pack):
    pack("folder", PACKAGE, tmp_path / "4711")
    (tmp_path / "alice").symlink_to(tmp_path / "4711")

    assert read(tmp_path / "alice").name == "alice"


def test_a_package_inside_a_project_of_the_same_name_is_found(make):
    found = read(make(below("framework")))

    assert dict(found.files) == FILES


def test_a_project_of_the_same_name_may_be_given_itself(tmp_path, pack):
    pack("folder", below("framework"), tmp_path)

    assert dict(read(tmp_path / "framework").files) == FILES


@pytest.mark.parametrize(
    "clutter",
    [
        ".git/hooks/framework/nn/linear.py",
        ".venv/lib/framework/nn/linear.py",
        "__MACOSX/framework/nn/._linear.py",
        "framework/nn/._linear.py",
        "framework/__pycache__/linear.py",
        "framework/.ipynb_checkpoints/linear.py",
        "framework/README.md",
        "venv/lib/site-packages/framework/nn/linear.py",
        "data/train.bin",
    ],
)
def test_what_tools_leave_behind_is_passed_over(make, clutter):
    found = read(make(PACKAGE | {clutter: b"junk"}))

    assert dict(found.files) == FILES
    assert found.notices == ()


def test_many_files_of_tools_do_not_crowd_out_the_package(pack, monkeypatch):
    """`.git` and `.venv` sort before `framework`, so they must not use up what is looked at."""
    monkeypatch.setattr(submission, "MAX_ENTRIES", 20)
    clutter = {f".git/objects/{i}": b"" for i in range(40)} | {f"env/lib/site-packages/{i}.py": b"" for i in range(40)}

    assert dict(read(pack("folder", PACKAGE | clutter)).files) == FILES


def test_own_modules_beside_the_expected_ones_are_kept(make):
    assert read(make(PACKAGE | {"framework/my_tools.py": b"x = 1"})).files["my_tools.py"] == b"x = 1"


def test_sources_are_not_decoded(make):
    odd = {"framework/nn/linear.py": b"\xff\xfe\x00nul and not UTF-8"}

    assert read(make(odd)).files["nn/linear.py"] == odd["framework/nn/linear.py"]


# What is put right and noted


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("framework/nn/Linear.py", "framework/nn/Linear.py was taken for framework/nn/linear.py"),
        ("framework/NN/linear.py", "framework/NN/linear.py was taken for framework/nn/linear.py"),
        ("framework/nn/linear.PY", "framework/nn/linear.PY was taken for framework/nn/linear.py"),
        ("Framework/nn/linear.py", "Framework/ was taken for framework/"),
        ("submission/nn/linear.py", "submission/ was taken for framework/"),
        ("nn/linear.py", "There was no folder framework/ around the package"),
    ],
)
def test_a_slip_in_a_name_is_put_right_and_noted(make, given, told):
    found = read(make({given: LINEAR}))

    assert dict(found.files) == {"nn/linear.py": LINEAR}
    assert [told in notice for notice in found.notices] == [True]


def test_a_file_of_the_right_name_wins_over_one_that_differs_in_case(make):
    found = read(make(PACKAGE | {"framework/nn/LINEAR.py": b"old"}))

    assert found.files["nn/linear.py"] == LINEAR


@pytest.mark.parametrize(
    ("folders", "graded"),
    [
        (("a/framework", "b/framework"), "a/framework"),
        (("deep/er/framework", "z/framework"), "z/framework"),
        (("Framework", "framework"), "framework"),
    ],
)
def test_of_several_packages_one_is_graded_and_named(make, folders, graded):
    files = {f"{folder}/nn/linear.py": folder.encode() for folder in folders}

    found = read(make(files))

    assert found.files["nn/linear.py"] == graded.encode()
    assert found.notices == (f"There are 2 folders named framework/; {graded}/ was graded.",)


def test_of_several_packages_the_one_with_most_of_the_expected_files_is_graded(make):
    found = read(make({"framework/notes.py": b"", **below("project")}))

    assert dict(found.files) == FILES


# What is no submission


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no file or folder"),
        (b"", "is neither a folder nor a zip or tar archive"),
        (b"import numpy as np\n", "is neither a folder nor a zip or tar archive"),
        (b"Rar!\x1a\x07\x00" + bytes(600), "is neither a folder nor a zip or tar archive"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "is neither a folder nor a zip or tar archive"),
        (b"PK\x05\x06" + b"\xff" * 18, "cannot be read"),
    ],
    ids=["missing", "empty", "text", "rar", "damaged gzip", "damaged zip"],
)
def test_what_is_no_submission_is_refused_in_one_sentence(tmp_path, content, told):
    path = tmp_path / "thing"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SubmissionError, match=told) as caught:
        read(path)

    assert str(path) in str(caught.value)


def test_a_fifo_or_device_is_refused_unopened(tmp_path):
    os.mkfifo(tmp_path / "fifo")

    for path in (tmp_path / "fifo", Path(os.devnull), Path("/dev/zero")):
        with pytest.raises(SubmissionError, match="neither a folder"):
            read(path)


def test_an_unreadable_path_is_refused(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", refuse)

    with pytest.raises(SubmissionError, match="cannot be read"):
        read(tmp_path / "thing")


@pytest.mark.parametrize("files", [{}, {"notes.txt": b""}, {"other/nothing.py": b""}])
def test_where_there_is_no_package_that_is_noted(tmp_path, pack, files):
    found = read(pack("folder", files, tmp_path))

    assert dict(found.files) == {}
    assert found.notices[0].startswith("No folder framework/ with Python files was found.")


# Fingerprints


def test_the_seed_depends_on_names_and_contents_alone(make):
    found = read(make(PACKAGE))

    assert found.seed == Submission("other name", dict(reversed(FILES.items()))).seed
    assert found.seed != Submission("", FILES | {"nn/loss.py": b"# Loss\n"}).seed
    assert found.seed != Submission("", FILES | {"nn/more.py": b""}).seed


def test_contents_cannot_move_between_files_unnoticed():
    assert Submission("", {"a.py": b"xy", "b.py": b""}).digest != Submission("", {"a.py": b"x", "b.py": b"y"}).digest
