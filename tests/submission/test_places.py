"""Where something lies that could be graded, for whoever has a folder and wants to know what kind of folder it is."""

import zipfile

import pytest

from grader.submission import places

EXPECTED = ("__init__.py", "nn/__init__.py", "nn/linear.py")


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["framework/nn/linear.py"], ("framework/",)),
        (["framework/__init__.py"], ("framework/",)),
        (["ada/work/framework/nn/linear.py"], ("ada/work/framework/",)),
        (["nn/linear.py"], (".",)),
        (["work/nn/linear.py"], ("work/",)),
        (["framework.zip"], ("framework.zip",)),
        (["framework/nn/linear.py", "framework.zip"], ("framework/",)),
        (["a/1.zip", "b/2.tar.gz"], ("a/1.zip", "b/2.tar.gz")),
        (["bob/framework/nn/linear.py", "ada/framework/nn/linear.py"], ("ada/framework/", "bob/framework/")),
        (["notes.txt"], ()),
        (["x_linear.py"], ()),
        (["Linear.py", "notes.txt"], (".",)),
        (["src/linear.py"], ("src/",)),
        (["ada/linear.py", "bob/linear.py"], ("ada/", "bob/")),
        (["linear.py", "framework.zip"], ("framework.zip",)),
        ([".git/framework/nn/linear.py"], ()),
    ],
)
def test_they_are_packages_or_else_archives(tmp_path, pack, files, found):
    pack("folder", dict.fromkeys(files, b""), tmp_path / "given")
    (tmp_path / "given").mkdir(exist_ok=True)

    assert places(tmp_path / "given", EXPECTED) == found


def test_a_file_is_one_if_it_is_called_like_an_archive(tmp_path):
    for name in ("ada.zip", "eve.rar"):
        (tmp_path / name).write_bytes(b"no archive at all")

    assert places(tmp_path / "ada.zip") == (".",)
    assert places(tmp_path / "eve.rar") == ()


def test_nothing_is_opened(tmp_path, monkeypatch):
    (tmp_path / "ada.zip").write_bytes(b"")
    monkeypatch.setattr(zipfile, "ZipFile", None)
    monkeypatch.setattr("os.open", None)

    assert places(tmp_path) == ("ada.zip",)
