"""What is no submission is refused in a sentence or two: what was found instead, and what to do."""

import os
from pathlib import Path

import pytest

from grader.submission import SubmissionError, is_upload, read_submission

EXPECTED = ("__init__.py", "nn/__init__.py", "nn/linear.py", "nn/loss.py")
ADVICE = "Submit the folder framework/, or a zip or tar archive of it."


def refused(path: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_submission(path, EXPECTED)
    assert str(caught.value) == f"{path}: {caught.value.reason}"
    return caught.value.reason


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.zip", None, "there is no file or folder of this name"),
        ("x.zip", b"", "but an empty file. " + ADVICE),
        ("x_linear.py", b"import numpy as np\n", "but a single Python file. " + ADVICE),
        ("x_linear.ipynb", b"{}", "but a notebook (only Python files are graded). " + ADVICE),
        ("x.rar", b"Rar!\x1a\x07\x00" + bytes(600), "but a RAR archive. " + ADVICE),
        ("x.zip", b"Rar!\x1a\x07\x00" + bytes(600), "but a RAR archive. " + ADVICE),
        ("x.7z", b"7z\xbc\xaf\x27\x1c" + bytes(600), "but a 7-Zip archive. " + ADVICE),
        ("x.pdf", b"%PDF-1.7" + bytes(600), "but a PDF document. " + ADVICE),
        ("x", b"What I wanted to say", "it is neither a folder nor a zip or tar archive. " + ADVICE),
        (
            "x.gz",
            b"\x1f\x8b\x08\x00" + b"\xff" * 40,
            "is neither a folder nor a zip or tar archive, but a file compressed by gzip",
        ),
        (
            "x.zip",
            b"PK\x03\x04 and no more",
            "but the beginning of a zip archive that is damaged or not complete. " + ADVICE,
        ),
        ("x.zip", b"PK\x05\x06" + b"\xff" * 18, "it cannot be read: "),
    ],
)
def test_a_file_that_is_no_submission_is_named_for_what_it_is(tmp_path, name, content, told):
    if content is not None:
        (tmp_path / name).write_bytes(content)

    assert told in refused(tmp_path / name)


def test_a_fifo_or_device_is_refused_unopened(tmp_path):
    os.mkfifo(tmp_path / "fifo")

    for path in (tmp_path / "fifo", Path(os.devnull), Path("/dev/zero")):
        assert refused(path).startswith("it is neither a folder")


def test_an_unreadable_path_is_refused(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", refuse)

    assert refused(tmp_path / "thing") == "it cannot be read: Permission denied"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("notes.txt",), "but 1 file of another kind."),
        (
            ("linear.py", "my/loss.py", "README.md"),
            "but linear.py, my/loss.py outside of it (linear.py belongs at framework/nn/linear.py, loss.py belongs at"
            " framework/nn/loss.py), and 1 file of another kind.",
        ),
        (("homework.py",), "but homework.py, a Python file of another name."),
        (("a.py", "b/c.py"), "but 2 Python files of other names: a.py, b/c.py."),
        (("hw.ipynb",), "but hw.ipynb, a notebook (only Python files are graded)."),
        (
            ("framework.rar", "a.txt", "b.txt"),
            "but framework.rar, an archive of a kind that cannot be read, and 2 files of other kinds.",
        ),
        (("framework/README.md",), "but 1 file of another kind."),
    ],
)
def test_where_there_is_no_package_what_there_is_instead_is_said(make, files, told):
    reason = refused(make(dict.fromkeys(files, b"x = 1\n")))

    assert reason.startswith("it has no folder framework/ with Python files in it, ")
    assert f"{told} {ADVICE}" in reason


def test_what_is_empty_is_said_to_be(tmp_path):
    assert refused(tmp_path) == f"it is empty. {ADVICE}"


def test_a_package_with_none_of_the_expected_files_is_graded_all_the_same(make):
    """Each of them will be named as missing; the student's own names may be what the course asks of a later version."""
    found = read_submission(make({"framework/lineal.py": b"x = 1"}), EXPECTED)

    assert found.files == {"lineal.py": b"x = 1"}


@pytest.mark.parametrize("name", ["a.zip", "b.TAR.GZ", "c.rar", "d.7z", "x_linear.py", "hw.ipynb", "e.tgz", "f.gz"])
def test_what_a_student_may_have_handed_in_is_an_upload(name):
    assert is_upload(Path(name))


@pytest.mark.parametrize("name", ["notes.md", "marks.csv", "README", "list.xlsx"])
def test_what_a_teacher_may_have_put_there_is_none(name):
    assert not is_upload(Path(name))
