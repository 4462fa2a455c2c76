"""Archives in a folder or an archive: the only one is opened, one level down; where there are more, or it lies deeper,
there is no grade.
"""

import io
import os
import tarfile
import zipfile

import pytest

from grader.submission import SubmissionError, limits, read_submission
from grader.submission.inside import unpacked

EXPECTED = ("__init__.py", "nn/__init__.py", "nn/linear.py")
LINEAR = b"class Linear: ...\n"
PACKAGE = {"framework/__init__.py": b"", "framework/nn/linear.py": LINEAR}
FILES = {"__init__.py": b"", "nn/linear.py": LINEAR}


def zipped(files: dict[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return memory.getvalue()


def tarred(files: dict[str, bytes], compression: str = "gz") -> bytes:
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode=f"w:{compression}") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return memory.getvalue()


@pytest.mark.parametrize("name", ["framework.zip", "Ada B_101_assignsubmission_file_/Framework.ZIP"])
def test_the_only_archive_is_opened_and_that_is_noted(make, name):
    found = read_submission(make({name: zipped(PACKAGE), "essay.txt": b"I was ill."}), EXPECTED)

    assert found.files == FILES
    assert found.notices == (f"The archive {name} was opened.",)


@pytest.mark.parametrize(
    ("ending", "compression"),
    [
        ("tar", ""),
        ("tar.gz", "gz"),
        ("tgz", "gz"),
        ("tar.bz2", "bz2"),
        ("tbz2", "bz2"),
        ("tar.xz", "xz"),
        ("txz", "xz"),
    ],
)
def test_every_kind_of_tar_archive_is_opened_in_a_folder(tmp_path, ending, compression):
    (tmp_path / f"work.{ending}").write_bytes(tarred(PACKAGE, compression))

    assert read_submission(tmp_path, EXPECTED).files == FILES


def test_a_tar_archive_that_ends_with_a_zip_archive_is_a_tar_archive(tmp_path):
    """The end of a zip archive is looked for in the last bytes of a file, whatever they belong to."""
    (tmp_path / "work.tar").write_bytes(tarred({"framework.zip": zipped(PACKAGE)}, ""))

    found = read_submission(tmp_path / "work.tar", EXPECTED)

    assert found.files == FILES
    assert found.notices == ("The archive framework.zip was opened.",)


def test_a_package_counts_and_an_archive_beside_it_is_ignored_and_named(make):
    found = read_submission(make(PACKAGE | {"framework.zip": zipped({"framework/nn/linear.py": b"old"})}), EXPECTED)

    assert found.files == FILES
    assert found.notices == ("Not opened, as framework/ was there to be graded: framework.zip.",)


@pytest.mark.parametrize("name", ["data/mnist.tar.gz", "framework/data/mnist.zip", ".cache/old.zip"])
def test_an_archive_elsewhere_is_no_matter(make, name):
    assert read_submission(make(PACKAGE | {name: b"numbers"}), EXPECTED).notices == ()


def test_what_lies_in_the_archive_is_put_right_and_noted_as_elsewhere(make):
    found = read_submission(make({"ada/work.zip": zipped({"nn/Linear.py": LINEAR})}), EXPECTED)

    assert found.files == {"nn/linear.py": LINEAR}
    assert len(found.notices) == 3


# No grade


def refused(path) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_submission(path, EXPECTED)
    return caught.value.reason


def test_several_archives_are_no_grade_and_named(make):
    reason = refused(make({"framework.zip": zipped(PACKAGE), "framework (1).zip": zipped(PACKAGE)}))

    assert reason.startswith("it has no framework/ in it, but 2 archives: ")
    assert "framework (1).zip" in reason
    assert reason.endswith("Nothing says which is to be graded; leave only that one.")


@pytest.mark.parametrize("files", [["a/b/framework.zip"], ["ada/framework.zip", "bob/essay.txt"]])
def test_an_archive_that_lies_deeper_or_beside_other_folders_is_no_grade_and_named(make, files):
    reason = refused(make({name: zipped(PACKAGE) if name.endswith("zip") else b"" for name in files}))

    assert files[0] in reason
    assert "Submit the folder framework/" in reason


def test_one_level_is_opened_and_no_more(tmp_path):
    once = zipped({"framework.zip": zipped(PACKAGE)})
    (tmp_path / "once.zip").write_bytes(once)
    (tmp_path / "twice.zip").write_bytes(zipped({"work.zip": once}))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/work.zip").write_bytes(once)

    assert read_submission(tmp_path / "once.zip", EXPECTED).files == FILES
    assert "in work.zip: in framework.zip: it is not opened, as it lies two levels down." in refused(
        tmp_path / "twice.zip"
    )
    assert "in work.zip: in framework.zip: it is not opened, as it lies two levels down." in refused(
        tmp_path / "folder"
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            b"Rar!\x1a\x07\x00" + bytes(600),
            "in framework.zip: it is neither a folder nor a zip or tar archive, but a RAR archive.",
        ),
        (b"", "in framework.zip: it is neither a folder nor a zip or tar archive, but an empty file."),
        (
            zipped({"essay.txt": b""}),
            "in framework.zip: it has no folder framework/ with Python files in it, but 1 file of another kind.",
        ),
        (
            zipped(PACKAGE)[:-30],
            "in framework.zip: it is neither a folder nor a zip or tar archive, but the beginning of a zip archive",
        ),
    ],
)
def test_an_archive_in_a_folder_that_cannot_be_graded_is_named_with_what_it_is(tmp_path, data, told):
    (tmp_path / "framework.zip").write_bytes(data)

    assert refused(tmp_path).startswith(told)


def test_a_link_to_an_archive_is_not_followed(tmp_path):
    (tmp_path / "secret.zip").write_bytes(zipped(PACKAGE))
    for name, link in (("soft", os.symlink), ("hard", os.link)):
        (tmp_path / name).mkdir()
        link(tmp_path / "secret.zip", tmp_path / name / "framework.zip")

        reason = refused(tmp_path / name)
        assert "but 1 link or special file." in reason
        assert reason.endswith("Links are not followed.")


def test_an_archive_in_an_archive_has_the_same_limits(monkeypatch):
    monkeypatch.setattr(limits, "MAX_INNER", 1 << 10)
    outer = zipped({"framework.zip": zipped({"zeros": bytes(2 << 10)} | PACKAGE)})

    with pytest.raises(SubmissionError, match=r"in framework\.zip: it is larger than"):
        unpacked(io.BytesIO(outer), "work.zip", EXPECTED)


def test_a_large_archive_in_a_tar_archive_is_read_piece_by_piece(tmp_path):
    inner = zipped({"zeros": bytes(3 * limits.MAX_BYTES)} | PACKAGE)
    (tmp_path / "work.tar").write_bytes(tarred({"framework.zip": inner}, ""))

    assert read_submission(tmp_path / "work.tar", EXPECTED).files == FILES
