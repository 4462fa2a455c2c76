"""Intake: whatever a student hands in becomes files of the package, or one sentence that says why not."""

import io
import os
import random
import socket
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from grader import submission
from grader.submission import MAX_BYTES, Submission, SubmissionError, read_submission

EXPECTED = ("__init__.py", "nn/__init__.py", "nn/linear.py", "nn/loss.py")
LINEAR = b"class Linear: ...\n"
PACKAGE = {"framework/__init__.py": b"", "framework/nn/linear.py": LINEAR, "framework/nn/loss.py": b"# loss\n"}
FILES = {path.removeprefix("framework/"): data for path, data in PACKAGE.items()}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def write_tar(path: Path, files: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def below(folder: str, files: dict[str, bytes] = PACKAGE) -> dict[str, bytes]:
    return {f"{folder}/{path}": data for path, data in files.items()}


def read(path: Path) -> Submission:
    return read_submission(path, EXPECTED)


MAKERS = {
    "folder": lambda tmp, files: write(tmp / "work", files),
    "zip": lambda tmp, files: write_zip(tmp / "work.zip", files),
    "tar": lambda tmp, files: write_tar(tmp / "work.tar", files, "w:"),
    "tar.gz": lambda tmp, files: write_tar(tmp / "work.tar.gz", files),
    "tar.xz": lambda tmp, files: write_tar(tmp / "work.tar.xz", files, "w:xz"),
    "tar.bz2": lambda tmp, files: write_tar(tmp / "work.tar.bz2", files, "w:bz2"),
}


@pytest.fixture(params=["folder", "zip", "tar.gz"])
def make(request, tmp_path):
    """Make a submission of some files, in every form that is taken."""
    return lambda files: MAKERS[request.param](tmp_path, files)


# What is taken as it is


@pytest.mark.parametrize("form", MAKERS)
def test_every_form_gives_the_same_files_without_a_notice(tmp_path, form):
    found = read(MAKERS[form](tmp_path, PACKAGE))

    assert dict(found.files) == FILES
    assert found.notices == ()


def test_the_package_may_lie_deeper(make):
    assert dict(read(make(below("homework/part one"))).files) == FILES


def test_the_package_folder_itself_may_be_given(tmp_path):
    assert dict(read(write(tmp_path, PACKAGE) / "framework").files) == FILES


def test_a_relative_path_may_be_given(tmp_path, monkeypatch):
    monkeypatch.chdir(write(tmp_path / "alice", PACKAGE))

    found = read(Path("."))

    assert (found.name, dict(found.files)) == ("alice", FILES)


def test_the_name_is_that_of_the_path_given_and_not_of_what_a_link_points_to(tmp_path):
    write(tmp_path / "4711", PACKAGE)
    (tmp_path / "alice").symlink_to(tmp_path / "4711")

    assert read(tmp_path / "alice").name == "alice"


def test_a_package_inside_a_project_of_the_same_name_is_found(make):
    found = read(make(below("framework")))

    assert dict(found.files) == FILES


def test_a_project_of_the_same_name_may_be_given_itself(tmp_path):
    write(tmp_path, below("framework"))

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


def test_many_files_of_tools_do_not_crowd_out_the_package(tmp_path, monkeypatch):
    """`.git` and `.venv` sort before `framework`, so they must not use up what is looked at."""
    monkeypatch.setattr(submission, "MAX_ENTRIES", 20)
    clutter = {f".git/objects/{i}": b"" for i in range(40)} | {f"env/lib/site-packages/{i}.py": b"" for i in range(40)}

    assert dict(read(write(tmp_path, PACKAGE | clutter)).files) == FILES


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


# What is left out and noted


@pytest.mark.parametrize(
    "name", ["linear (1).py", "my-layer.py", "ünglü ck.py", "new\nline.py", "esc\x1b[31m.py", "3d.py"]
)
def test_a_name_that_cannot_be_imported_is_left_out_and_noted(make, name):
    found = read(make(PACKAGE | {f"framework/nn/{name}": b""}))

    assert dict(found.files) == FILES
    [notice] = found.notices
    assert notice.startswith("Left out (its name cannot be imported): framework/nn/")
    assert notice.isprintable()


def test_a_name_that_is_not_utf8_is_left_out_and_noted(tmp_path):
    write(tmp_path, PACKAGE)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/framework/nn/\xff.py")).write_bytes(b"")

    found = read(tmp_path)

    assert dict(found.files) == FILES
    assert found.notices == ("Left out (its name cannot be imported): framework/nn/?.py.",)


def link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(os.path.relpath(path))  # the path of a socket must be short


@pytest.mark.parametrize("special", [link, dangling, os.mkfifo, bound_socket])
def test_what_is_no_plain_file_is_left_out_and_noted(tmp_path, monkeypatch, special):
    monkeypatch.chdir(write(tmp_path, PACKAGE))
    special(tmp_path / "framework/nn/special.py")

    found = read(tmp_path)

    assert dict(found.files) == FILES
    assert found.notices == ("Left out (a link or another special file): framework/nn/special.py.",)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_what_is_no_plain_file_in_a_tar_is_left_out_and_noted(tmp_path, kind):
    path = write_tar(tmp_path / "work.tar", PACKAGE, "w:")
    with tarfile.open(path, "a") as archive:
        member = tarfile.TarInfo("framework/nn/special.py")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)

    assert read(path).notices == ("Left out (a link or another special file): framework/nn/special.py.",)


def test_a_link_in_a_zip_is_left_out_and_noted(tmp_path):
    path = write_zip(tmp_path / "work.zip", PACKAGE)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("framework/nn/special.py")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")

    found = read(path)

    assert dict(found.files) == FILES
    assert found.notices == ("Left out (a link or another special file): framework/nn/special.py.",)


def test_a_linked_folder_is_not_followed(tmp_path):
    write(tmp_path / "elsewhere", PACKAGE)
    (tmp_path / "work").mkdir()
    (tmp_path / "work/framework").symlink_to(tmp_path / "elsewhere/framework")

    found = read(tmp_path / "work")

    assert (dict(found.files), len(found.notices)) == ({}, 1)
    assert "Links are not followed." in found.notices[0]


def test_a_sparse_giant_is_left_out_unread(tmp_path):
    write(tmp_path, PACKAGE)
    with (tmp_path / "framework/giant.py").open("wb") as file:
        file.truncate(1 << 40)

    found = read(tmp_path)

    assert dict(found.files) == FILES
    assert found.notices == ("Left out (larger than 1 MiB): framework/giant.py.",)


def test_a_large_file_is_left_out_and_noted(make):
    found = read(make(PACKAGE | {"framework/giant.py": bytes(MAX_BYTES)}))

    assert dict(found.files) == FILES
    assert found.notices == ("Left out (larger than 1 MiB): framework/giant.py.",)


@pytest.mark.parametrize("path", ["/framework/evil.py", "../framework/evil.py", "framework/../../evil.py"])
@pytest.mark.parametrize("form", ["zip", "tar"])
def test_a_path_that_leads_out_of_the_archive_is_left_out_and_noted(tmp_path, form, path):
    found = read(MAKERS[form](tmp_path, PACKAGE | {path: b"evil"}))

    assert dict(found.files) == FILES
    assert found.notices == ("1 Python file with a path that leads out of the archive was left out.",)


def test_an_unreadable_file_costs_only_itself(tmp_path, monkeypatch):
    write(tmp_path, PACKAGE)
    really_open = os.open

    def refuse(path, *args, **kwargs):
        if str(path).endswith("linear.py"):
            raise PermissionError(13, "Permission denied", str(path))
        return really_open(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refuse)

    found = read(tmp_path)

    assert set(found.files) == set(FILES) - {"nn/linear.py"}
    assert found.notices == ("Left out (it cannot be read: Permission denied): framework/nn/linear.py.",)


def test_a_damaged_member_costs_only_itself(tmp_path):
    path = tmp_path / "work.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in PACKAGE.items():
            archive.writestr(name, data)
    path.write_bytes(path.read_bytes().replace(LINEAR, LINEAR.upper()))

    found = read(path)

    assert set(found.files) == set(FILES) - {"nn/linear.py"}
    assert "Bad CRC-32" in found.notices[0]


def test_too_many_files_leave_the_expected_ones_in(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "MAX_FILES", 5)

    found = read(write(tmp_path, PACKAGE | {f"framework/a{i}.py": b"" for i in range(10)}))

    assert len(found.files) == 5
    assert found.files.keys() >= FILES.keys()
    assert found.notices == ("The package has 13 Python files; 8 of them were left out.",)


def test_a_deep_tree_ends_somewhere(make):
    deep = "/".join(["framework", *["d"] * 60, "x.py"])

    assert dict(read(make(PACKAGE | {deep: b""})).files) == FILES


# What is no submission


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no file or folder"),
        (b"", "is neither a folder nor a zip or tar archive"),
        (b"import numpy as np\n", "is neither a folder nor a zip or tar archive"),
        (b"Rar!\x1a\x07\x00" + bytes(600), "is neither a folder nor a zip or tar archive"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "cannot be read"),
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
def test_where_there_is_no_package_that_is_noted(tmp_path, files):
    found = read(write(tmp_path, files))

    assert dict(found.files) == {}
    assert found.notices[0].startswith("No folder framework/ with Python files was found.")


# Hostile archives


def test_a_zip_that_lies_about_sizes_gives_no_more_than_it_claims(tmp_path):
    path = write_zip(tmp_path / "bomb.zip", {"framework/bomb.py": bytes(MAX_BYTES * 4)})
    data = path.read_bytes()
    path.write_bytes(data.replace((MAX_BYTES * 4).to_bytes(4, "little"), (100).to_bytes(4, "little")))

    found = read(path)

    assert all(len(content) <= 100 for content in found.files.values())


def test_a_compressed_giant_is_refused_while_it_unpacks(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "MAX_UNPACKED", 1 << 20)
    path = write_tar(tmp_path / "bomb.tar.gz", {"zeros.bin": bytes(1 << 21), **PACKAGE})

    with pytest.raises(SubmissionError, match="unpacks to more than 1 MiB"):
        read(path)


def test_a_header_that_claims_to_be_giant_is_refused_unread(tmp_path):
    """tarfile reads a long name whole into memory, however long its header says it is."""
    path = tmp_path / "bomb.tar"
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(1024))

    with pytest.raises(SubmissionError, match="cannot be read"):
        read(path)


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz", "tar.xz", "tar.bz2"])
def test_a_damaged_archive_is_read_or_refused_but_never_more_than_that(tmp_path, form):
    path = MAKERS[form](tmp_path, PACKAGE)
    whole = path.read_bytes()
    chance = random.Random(form)
    for _ in range(150):
        damaged = bytearray(whole[: chance.choice([len(whole), chance.randrange(len(whole))])])
        for _ in range(chance.randrange(1, 6) if damaged else 0):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)

        try:
            found = read(path)
        except SubmissionError:
            continue
        assert all(type(data) is bytes for data in found.files.values())


# Fingerprints


def test_the_seed_depends_on_names_and_contents_alone(make):
    found = read(make(PACKAGE))

    assert found.seed == Submission("other name", dict(reversed(FILES.items()))).seed
    assert found.seed != Submission("", FILES | {"nn/loss.py": b"# Loss\n"}).seed
    assert found.seed != Submission("", FILES | {"nn/more.py": b""}).seed


def test_contents_cannot_move_between_files_unnoticed():
    assert Submission("", {"a.py": b"xy", "b.py": b""}).digest != Submission("", {"a.py": b"x", "b.py": b"y"}).digest
