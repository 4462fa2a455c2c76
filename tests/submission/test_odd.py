"""Intake of what is odd or hostile: it costs only itself, is named, and never reaches a disk."""

import io
import os
import random
import socket
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from grader.submission import Submission, SubmissionError, limits, read_submission
from grader.submission.inside import unpacked
from grader.submission.limits import MAX_BYTES

EXPECTED = ("__init__.py", "nn/__init__.py", "nn/linear.py", "nn/loss.py")
LINEAR = b"class Linear: ...\n"
PACKAGE = {"framework/__init__.py": b"", "framework/nn/linear.py": LINEAR, "framework/nn/loss.py": b"# loss\n"}
FILES = {path.removeprefix("framework/"): data for path, data in PACKAGE.items()}


def read(path: Path) -> Submission:
    return read_submission(path, EXPECTED)


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


def test_a_name_that_is_not_utf8_is_left_out_and_noted(tmp_path, pack):
    pack("folder", PACKAGE, tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/framework/nn/\xff.py")).write_bytes(b"")

    found = read(tmp_path)

    assert dict(found.files) == FILES
    assert found.notices == ("Left out (its name cannot be imported): framework/nn/?.py.",)


@pytest.mark.parametrize("form", ["zip", "tar"])
@pytest.mark.parametrize(("length", "count"), [(60_000, 1), (60_000, 150)])
def test_a_name_that_no_disk_would_take_is_left_out_and_noted(pack, form, length, count):
    """All of them together are more than the process that reads the archive may say."""
    long = [f"framework/nn/{'x' * length}{number}.py" for number in range(count)]

    found = read(pack(form, PACKAGE | dict.fromkeys(long, b"")))

    assert dict(found.files) == FILES
    [notice] = found.notices
    assert notice.startswith("Left out (its name is longer than 255 characters): framework/nn/xxx")
    assert len(notice) < 1000


def test_an_error_that_repeats_long_names_is_told_shortly(pack):
    name = f"framework/nn/{'y' * 200}.py"
    path = pack("zip", PACKAGE | {name: b""})
    data = path.read_bytes()
    path.write_bytes(
        data.replace(name.encode(), name.encode().upper(), 1)
    )  # before the file, not in the table of contents

    [notice] = read(path).notices

    assert notice.startswith("Left out (it cannot be read: File name in directory ")
    assert len(notice) < 400


def link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def hard_link(path: Path) -> None:
    (path.parent / "elsewhere.txt").write_text("SECRET")
    os.link(path.parent / "elsewhere.txt", path)


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(os.path.relpath(path))  # the path of a socket must be short


@pytest.mark.parametrize("special", [link, dangling, hard_link, os.mkfifo, bound_socket])
def test_what_is_no_plain_file_is_left_out_and_noted(tmp_path, monkeypatch, special, pack):
    monkeypatch.chdir(pack("folder", PACKAGE, tmp_path))
    special(tmp_path / "framework/nn/special.py")

    found = read(tmp_path)

    assert dict(found.files) == FILES
    assert found.notices == ("Left out (a link or another special file): framework/nn/special.py.",)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_what_is_no_plain_file_in_a_tar_is_left_out_and_noted(kind, pack):
    path = pack("tar", PACKAGE)
    with tarfile.open(path, "a") as archive:
        member = tarfile.TarInfo("framework/nn/special.py")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)

    assert read(path).notices == ("Left out (a link or another special file): framework/nn/special.py.",)


def test_a_link_in_a_zip_is_left_out_and_noted(pack):
    path = pack("zip", PACKAGE)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("framework/nn/special.py")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")

    found = read(path)

    assert dict(found.files) == FILES
    assert found.notices == ("Left out (a link or another special file): framework/nn/special.py.",)


def test_a_linked_folder_is_not_followed(tmp_path, pack):
    pack("folder", PACKAGE, tmp_path / "elsewhere")
    (tmp_path / "work").mkdir()
    (tmp_path / "work/framework").symlink_to(tmp_path / "elsewhere/framework")

    with pytest.raises(SubmissionError, match=r"but 1 link or special file\. .* Links are not followed"):
        read(tmp_path / "work")


def test_a_sparse_giant_is_left_out_unread(tmp_path, pack):
    pack("folder", PACKAGE, tmp_path)
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
def test_a_path_that_leads_out_of_the_archive_is_left_out_and_noted(form, path, pack):
    found = read(pack(form, PACKAGE | {path: b"evil"}))

    assert dict(found.files) == FILES
    assert found.notices == ("1 Python file with a path that leads out of the archive was left out.",)


def test_an_unreadable_file_costs_only_itself(tmp_path, monkeypatch, pack):
    pack("folder", PACKAGE, tmp_path)
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


def test_too_many_files_leave_the_expected_ones_in(pack, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILES", 5)

    found = read(pack("folder", PACKAGE | {f"framework/a{i}.py": b"" for i in range(10)}))

    assert len(found.files) == 5
    assert found.files.keys() >= FILES.keys()
    assert found.notices == ("The package has 13 Python files; 8 of them were left out.",)


def test_too_large_a_package_leaves_the_expected_files_in(pack, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TOTAL", 1 << 20)
    large = {f"framework/a{i}.py": bytes(MAX_BYTES - 1000) for i in range(3)}

    found = read(pack("folder", PACKAGE | large))

    assert found.files.keys() == FILES.keys() | {"a0.py"}
    assert found.notices == ("Left out (the package is larger than 1 MiB): framework/a1.py, framework/a2.py.",)


def test_a_deep_tree_ends_somewhere(make):
    deep = "/".join(["framework", *["d"] * 60, "x.py"])

    assert dict(read(make(PACKAGE | {deep: b""})).files) == FILES


# Hostile archives


def test_a_zip_that_lies_about_sizes_gives_no_more_than_it_claims(pack):
    path = pack("zip", {"framework/bomb.py": bytes(MAX_BYTES * 4)})
    data = path.read_bytes()
    path.write_bytes(data.replace((MAX_BYTES * 4).to_bytes(4, "little"), (100).to_bytes(4, "little")))

    found = read(path)

    assert all(len(content) <= 100 for content in found.files.values())


def test_a_compressed_giant_is_refused_while_it_unpacks(pack, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED", 1 << 20)
    path = pack("tar.gz", {"zeros.bin": bytes(1 << 21), **PACKAGE})

    with pytest.raises(SubmissionError, match="unpacks to more than 1 MiB"), path.open("rb") as file:
        unpacked(file, path.name, EXPECTED)


def test_a_header_that_claims_to_be_giant_is_refused_unread(tmp_path):
    """tarfile reads a long name whole into memory, however long its header says it is."""
    path = tmp_path / "bomb.tar"
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(1024))

    with pytest.raises(SubmissionError, match="cannot be read"):
        read(path)


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz", "tar.xz", "tar.bz2"])
def test_a_damaged_archive_is_read_or_refused_but_never_more_than_that(form, pack):
    path = pack(form, PACKAGE)
    whole = path.read_bytes()
    chance = random.Random(form)
    for _ in range(150):
        damaged = bytearray(whole[: chance.choice([len(whole), chance.randrange(len(whole))])])
        for _ in range(chance.randrange(1, 6) if damaged else 0):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)

        try:
            found = unpacked(
                io.BytesIO(damaged), path.name, EXPECTED
            )  # in this process: another one each time would take long
        except SubmissionError:
            continue
        assert all(type(data) is bytes for data in found.files.values())
