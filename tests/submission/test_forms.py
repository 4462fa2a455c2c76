"""Intake: whatever a student hands in becomes files of the package, or one sentence that says why not."""

from pathlib import Path

import pytest

from grader.submission import Submission, limits, read_submission

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
    monkeypatch.setattr(limits, "MAX_ENTRIES", 20)
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
        (("framework", "old/framework"), "framework"),
        (("framework", "framework/nn/framework"), "framework"),
        (("homework/framework", "homework/backup/old/framework"), "homework/framework"),
        (("Framework", "framework"), "framework"),
    ],
)
def test_of_several_packages_the_one_that_stands_above_the_others_is_graded_and_named(make, folders, graded):
    files = {f"{folder}/nn/linear.py": folder.encode() for folder in folders}

    found = read(make(files))

    assert found.files["nn/linear.py"] == graded.encode()
    assert found.notices == (f"There are 2 folders named framework/; {graded}/ was graded.",)


def test_a_folder_of_the_package_s_name_without_an_expected_file_is_no_rival(make):
    found = read(make({"framework/notes.py": b"", **below("project")}))

    assert dict(found.files) == FILES


# Fingerprints


def test_the_seed_depends_on_names_and_contents_alone(make):
    found = read(make(PACKAGE))

    assert found.seed == Submission("other name", dict(reversed(FILES.items()))).seed
    assert found.seed != Submission("", FILES | {"nn/loss.py": b"# Loss\n"}).seed
    assert found.seed != Submission("", FILES | {"nn/more.py": b""}).seed


def test_contents_cannot_move_between_files_unnoticed():
    assert Submission("", {"a.py": b"xy", "b.py": b""}).digest != Submission("", {"a.py": b"x", "b.py": b"y"}).digest
