"""The archive that is handed in: what is said of it, and that the grader takes it as it is."""

import io
import os
import sys
import zipfile

import pytest

from grader.student.sending import archived


def test_the_grader_takes_it_as_it_is(check_outside, solve, template, run):
    solve("scale.py", "shift.py")
    status, printed, _ = check_outside("submit", "01")
    assert status == 0
    assert "submission_01.zip is written: " in printed

    status, report, errors = run("grade", template / "submission_01.zip", "-a", "01", "--format", "json")

    assert (status, errors) == (0, "")
    assert '"earned": 10' in report
    assert '"notices": []' in report


def test_the_same_files_give_the_same_bytes(check, solve, template):
    solve("scale.py")
    check("submit")
    before = (template / "submission.zip").read_bytes()
    for path in template.rglob("*.py"):
        os.utime(path, (2e9, 2e9))
    (template / "framework/__pycache__").mkdir(exist_ok=True)
    (template / "framework/__pycache__/x.py").write_text("")
    (template / "framework/.hidden.py").write_text("")

    check("submit", "all")

    assert (template / "submission.zip").read_bytes() == before


def test_the_archive_says_nothing_of_the_machine():
    data = archived({"b.py": b"2", "a.py": b"1"})

    with zipfile.ZipFile(archive := io.BytesIO(data)) as opened:
        assert [entry.filename for entry in opened.infolist()] == ["framework/a.py", "framework/b.py"]
        assert {(e.date_time[0], e.create_system, e.compress_type) for e in opened.infolist()} == {(1980, 3, 0)}
    assert archive.getvalue() == data


def test_what_is_not_written_is_said_and_is_no_problem(check, solve):
    solve("scale.py")

    status, printed, _ = check("submit", "01")

    assert status == 0
    lines = printed.splitlines()
    assert lines[0].split()[::2] == ["framework/nn/scale.py", "bytes"]
    assert lines[2] == "      not written yet: Shift, shifted"
    assert "may cost points" not in printed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def f(\n", "framework/nn/own.py, line 1: '(' was never closed. Nothing in this file\n     can be graded."),
        ("x = '\0'\n", "framework/nn/own.py"),
        ("\nimport numpy, scipy.special\n", "framework/nn/own.py, line 2: it imports scipy.special, which your code"),
        (
            "def f():\n    from urllib.request import urlopen\n",
            "framework/nn/own.py, line 2: it imports urllib.request",
        ),
        ("x = 1\n" * 300_000, "Left out (larger than 1 MiB): framework/nn/own.py."),
    ],
)
def test_what_may_cost_points_is_said_and_the_archive_is_written_all_the_same(check, template, text, told):
    (template / "framework/nn/own.py").write_text(text)

    status, printed, _ = check("submit", "01")

    assert status == 1
    assert f"This may cost points:\n   - {told}" in printed
    assert (template / "submission_01.zip").exists()


@pytest.mark.parametrize("text", ["import math, os.path\nfrom . import scale\nimport framework.nn\n", "\ufeffx = 1\n"])
def test_what_costs_nothing_is_not_mentioned(check, template, text):
    attempt = "try:\n    import scipy\nexcept ImportError:\n    scipy = None\n"
    (template / "framework/nn/own.py").write_text(text + attempt, encoding="utf-8")

    assert check("submit", "01")[0] == 0


def test_a_missing_file_and_one_in_the_wrong_folder(check, template):
    (template / "framework/nn/scale.py").rename(template / "framework/scale.py")
    (template / "framework/nn/shift.py").unlink()

    status, printed, _ = check("submit", "01")

    assert status == 1
    told = " ".join(printed.split())
    assert "Taken in the places where they belong: scale.py as framework/nn/scale.py." in told
    assert "framework/nn/shift.py is missing." in told
    assert "framework/nn/scale.py is missing." not in told
    assert "unwritten" not in told


def test_nothing_to_hand_in(check, template):
    (template / "framework").rename(template / "frame")

    status, printed, errors = check("submit")

    assert (status, printed) == (2, "")
    assert errors == "There is nothing to hand in: framework/ has no nn/scale.py, nn/shift.py, nn/chain.py.\n"


def test_an_archive_that_cannot_be_written(check, template):
    (template / "submission.zip").mkdir()

    status, _, errors = check("submit")

    assert status == 2
    assert errors.startswith("submission.zip cannot be written: ")
    assert sys.platform == "win32" or errors.endswith("Is a directory.\n")
