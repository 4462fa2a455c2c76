"""What `grader cohort` takes for a submission: each gets a row, under its own name; what is no cohort is refused."""

import os
import shutil
from pathlib import Path

import click
import pytest

from grader.cohort.rows import Row
from grader.cohort.summary import to_csv
from grader.commands.cohort.entries import find_entries
from grader.submission.limits import SECONDS
from tests.cohort.conftest import TINY, bomb
from tests.conftest import write_zip

EXPECTED = [path.relative_to(TINY / "reference").as_posix() for path in (TINY / "reference").rglob("*.py")]
RIGHT = {f"framework/{path}": (TINY / "reference" / path).read_bytes() for path in EXPECTED}


def put(*places: Path) -> None:
    """A right submission at each of these places."""
    for place in places:
        shutil.copytree(TINY / "reference", place / "framework", ignore=shutil.ignore_patterns("__pycache__"))


def names(folder: Path) -> list[str]:
    return [entry.name for entry in find_entries(folder, EXPECTED, folder / "reports")]


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "week"


def test_a_cohort_of_sections_has_a_row_for_each_student(folder, capsys):
    put(*(folder / place for place in ("section_1/ada", "section_1/bob", "section_2/zoe/wrapped")))
    write_zip(folder / "section_2/eve.zip", RIGHT)
    (folder / "section_1/notes.md").write_text("")

    assert names(folder) == ["section_1/ada", "section_1/bob", "section_2/eve.zip", "section_2/zoe"]
    err = capsys.readouterr().err
    assert "are taken for sections: section_1, section_2\n" in err
    assert "section_1/notes.md is left out" in err


def test_one_section_is_one_too(folder):
    put(folder / "section_1/ada", folder / "section_1/bob")

    assert names(folder) == ["section_1/ada", "section_1/bob"]


def test_sections_of_archives_are_sections(folder):
    (folder / "section_1").mkdir(parents=True)
    for name in ("ada", "bob"):
        write_zip(folder / f"section_1/{name}.zip", RIGHT)

    assert names(folder) == ["section_1/ada.zip", "section_1/bob.zip"]


def test_attempts_of_one_student_among_others_are_no_section(folder):
    put(folder / "ada", folder / "eve/attempt_1", folder / "eve/attempt_2")

    assert names(folder) == ["ada", "eve"]


def test_attempts_that_all_students_call_alike_are_no_students(folder):
    put(*(folder / name / attempt for name in ("ada", "eve") for attempt in ("attempt_1", "attempt_2")))

    assert names(folder) == ["ada", "eve"]


def test_one_student_does_not_make_sections_of_the_others(folder):
    put(folder / "ada/project", folder / "bob/project", folder / "eve/attempt_1", folder / "eve/attempt_2")

    assert names(folder) == ["ada", "bob", "eve"]


def test_the_bulk_download_of_a_learning_platform_is_no_cohort_of_sections(folder):
    for name in ("Ada B_101_assignsubmission_file_", "Bob C_102_assignsubmission_file_"):
        (folder / name).mkdir(parents=True)
        write_zip(folder / name / "framework.zip", RIGHT)
    (folder / "Eve D_103_assignsubmission_file_").mkdir()

    assert [name.split("_")[0] for name in names(folder)] == ["Ada B", "Bob C", "Eve D"]


def test_whoever_has_more_than_one_package_or_wraps_it_is_one_submission(folder):
    put(folder / "ada", folder / "ada/backup", folder / "bob/bob-main")

    assert names(folder) == ["ada", "bob"]


def test_the_folder_of_the_reports_is_no_submission(folder):
    put(folder / "ada")
    (folder / "reports").mkdir()

    assert names(folder) == ["ada"]


def test_folders_of_other_reports_are_no_submissions_and_named(folder, capsys):
    put(folder / "section_1/ada", folder / "section_1/bob")
    for place in ("last_week", "section_1/reports"):
        (folder / place).mkdir()
        (folder / place / "summary.csv").write_text(to_csv([Row("ada")]), encoding="utf-8")
    (folder / "reports/today").mkdir(parents=True)

    assert [e.name for e in find_entries(folder, EXPECTED, folder / "reports/today")] == [
        "section_1/ada",
        "section_1/bob",
    ]
    assert capsys.readouterr().err.count(" is left out: it has the reports of an earlier run\n") == 2


def test_a_table_of_something_else_makes_no_reports_of_a_folder(folder):
    put(folder / "ada", folder / "bob")
    (folder / "ada/summary.csv").write_text("epoch,loss\n1,0.5\n")

    assert names(folder) == ["ada", "bob"]


def test_a_name_that_begins_with_an_underscore_is_a_name(folder):
    put(folder / "_ada")
    (folder / "__MACOSX").mkdir()
    (folder / ".git").mkdir()

    assert names(folder) == ["_ada"]


@pytest.mark.parametrize(
    "inside", [["hooks/update.sample", "objects/5f/0a", "HEAD", "config"], ["a/notes.txt"], ["readme.md"], []]
)
def test_a_folder_in_which_nothing_looks_like_a_submission_is_refused(folder, inside):
    folder.mkdir()
    for path in inside:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("text")

    with pytest.raises(click.ClickException, match="has no submission in it: "):
        names(folder)


def test_every_entry_has_a_row_with_its_reason(cohort, folder):
    put(folder / "ada", folder / "eve/attempt_1", folder / "eve/attempt_2")
    (folder / "empty").mkdir()
    for name, data in {
        "x.rar": b"Rar!\x1a\x07\x00",
        "x.7z": b"7z\xbc\xaf\x27\x1c",
        "x_linear.py": b"import numpy\n",
        "work.ipynb": b"{}",
    }.items():
        (folder / name).write_bytes(data)
    code, out, _err, rows = cohort("-a", "02", folder=folder)

    reasons = {
        "x.rar": "a RAR archive",
        "x.7z": "a 7-Zip archive",
        "x_linear.py": "a single Python file",
        "work.ipynb": "a notebook",
        "empty": "it is empty",
        "eve": "attempt_1/framework/, attempt_2/framework/",
    }
    assert (code, sorted(rows)) == (1, sorted(["ada", *reasons]))
    assert rows["ada"].earned == 4
    assert out.startswith("1 of 7 submissions graded")
    for name, reason in reasons.items():
        assert (rows[name].earned, reason in rows[name].note) == (None, True)
        assert f"  {name}: {rows[name].note[:60]}" in out


def test_only_what_cannot_be_read_is_a_cohort_all_the_same(cohort, folder):
    folder.mkdir()
    (folder / "x.rar").write_bytes(b"Rar!\x1a\x07\x00")
    code, out, _err, rows = cohort(folder=folder)

    assert (code, list(rows)) == (1, ["x.rar"])
    assert out.startswith("0 of 1 submissions graded")


def test_a_section_has_a_folder_of_reports(cohort, folder, tmp_path):
    put(folder / "section_1/ada", folder / "section_1/bob")
    code, _out, _err, rows = cohort("-a", "02", folder=folder)

    assert (code, {name: row.earned for name, row in rows.items()}) == (0, {"section_1/ada": 4, "section_1/bob": 4})
    assert (tmp_path / "out/section_1/ada.json").is_file()
    assert '"submission": "section_1/ada"' in (tmp_path / "out/section_1/ada.json").read_text()


def test_a_name_that_is_no_text_is_never_that_of_another(folder):
    put(folder / "ada", folder / "\\xff")
    os.rename(folder / "ada", os.fsencode(folder) + b"/\xff")

    assert names(folder) == ["\\\\xff", "\\xff"]


@pytest.mark.parametrize("name", [b"b\xff\xfeb", b"b\x1b[31m\nb", b"=b", b"-b --again", " B\u00f6b \u5c42".encode()])
def test_any_name_of_a_folder_will_do(cohort, folder, name):
    put(folder / "ada")
    os.rename(folder / "ada", os.fsencode(folder) + b"/" + name)
    code, out, err, rows = cohort("-a", "02", folder=folder)

    assert (code, [row.earned for row in rows.values()], err) == (0, [4], "")
    assert "1 of 1 submissions graded" in out
    assert "1 of them before" in cohort("-a", "02", folder=folder)[1]


def test_a_name_of_two_lines_makes_one_row(cohort, folder, tmp_path):
    """Table readers take a carriage return for the end of a row, too: the rest would pass for somebody else's row."""
    put(folder / "bob", folder / "zoe\rbob", folder / "zoe\n\\bob")
    (folder / "bob/framework/nn/chain.py").unlink()
    *_, rows = cohort("-a", "02", folder=folder)

    assert {name: row.earned for name, row in rows.items()} == {"bob": 0, "zoe\\u000dbob": 4, "zoe\\u000a\\\\bob": 4}
    assert len((tmp_path / "out/summary.csv").read_text().splitlines()) == 4
    assert "3 of 3 submissions graded, 3 of them before" in cohort("-a", "02", folder=folder)[1]


def test_an_archive_that_takes_for_ever_keeps_nobody_from_being_graded(cohort, folder):
    """It comes first, and there is one process only."""
    put(folder / "zoe")
    bomb(folder / "a.tar.gz")
    code, out, _err, rows = cohort("-a", "02", "--jobs", "1", folder=folder)

    assert (code, rows["zoe"].earned, rows["a.tar.gz"].earned) == (1, 4, None)
    assert f"more than {SECONDS} s to be read" in rows["a.tar.gz"].note
    assert out.startswith("1 of 2 submissions graded")
