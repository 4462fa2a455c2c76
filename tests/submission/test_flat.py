"""Files that were dragged into an upload without their folders are put in their places, where no choice is left."""

import pytest

from grader.submission import SubmissionError, read_submission

EXPECTED = ("__init__.py", "gradcheck.py", "nn/__init__.py", "nn/linear.py", "nn/loss.py", "optim/sgd.py")
TWICE = (*EXPECTED, "optim/loss.py")


def test_files_without_folders_are_put_in_their_places_with_a_note(make):
    found = read_submission(make({"linear.py": b"l = 1", "sgd.py": b"s = 1", "mine.py": b"m = 1"}), EXPECTED)

    assert {path: found.files[path] for path in ("nn/linear.py", "optim/sgd.py", "mine.py")} == {
        "nn/linear.py": b"l = 1",
        "optim/sgd.py": b"s = 1",
        "mine.py": b"m = 1",
    }
    assert found.notices[-1] == (
        "Taken in the places where they belong: linear.py as framework/nn/linear.py, sgd.py as framework/optim/sgd.py."
    )


@pytest.mark.parametrize("folder", ["", "framework/", "src/", "work/framework/"])
@pytest.mark.parametrize("beside", [(), ("gradcheck.py",), ("nn/loss.py",), ("__init__.py",)])
def test_wherever_they_lie_together(make, folder, beside):
    found = read_submission(make(dict.fromkeys([f"{folder}{n}" for n in ("linear.py", *beside)], b"x")), EXPECTED)

    assert {"nn/linear.py", *beside} <= found.files.keys()


def test_a_file_keeps_its_own_place_too_as_others_may_import_it_from_there(make):
    found = read_submission(make({"framework/linear.py": b"x", "framework/nn/loss.py": b""}), EXPECTED)

    assert found.files == {"linear.py": b"x", "nn/linear.py": b"x", "nn/loss.py": b""}


def test_another_case_is_no_other_name(make):
    assert read_submission(make({"Linear.PY": b"x"}), EXPECTED).files["nn/linear.py"] == b"x"


def test_what_is_in_its_place_is_replaced_by_no_copy_elsewhere(make):
    found = read_submission(make({"framework/nn/linear.py": b"right", "framework/old/linear.py": b"old"}), EXPECTED)

    assert found.files["nn/linear.py"] == b"right"
    assert found.notices == ()


def test_a_name_that_is_there_twice_in_the_course_is_left_to_the_student(make):
    found = read_submission(make({"linear.py": b"x", "loss.py": b"y"}), TWICE)

    assert "nn/loss.py" not in found.files
    assert "optim/loss.py" not in found.files
    assert (
        "framework/loss.py could be framework/nn/loss.py or framework/optim/loss.py, so nothing was taken for it."
        " Submit the folder framework/ with each file in its place." in found.notices
    )


def test_of_two_files_of_one_name_none_is_chosen(make):
    files = {"framework/nn/loss.py": b"", "framework/a/linear.py": b"1", "framework/b/linear.py": b"2"}

    found = read_submission(make(files), EXPECTED)

    assert "nn/linear.py" not in found.files
    assert "framework/a/linear.py and framework/b/linear.py could be framework/nn/linear.py" in found.notices[-1]


def test_files_in_several_folders_are_no_package(make):
    with pytest.raises(SubmissionError, match=r"linear.py belongs at framework/nn/linear\.py"):
        read_submission(make({"linear.py": b"", "my/loss.py": b""}), EXPECTED)


def test_an_archive_comes_before_files_that_lie_around(make):
    with pytest.raises(SubmissionError, match=r"in framework\.zip: "):
        read_submission(make({"linear.py": b"", "framework.zip": b"PK\3\4 and no more"}), EXPECTED)
