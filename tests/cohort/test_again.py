"""`grader cohort` run again: a row stands only if it was made from the same; nothing is lost."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from grader.formats.summary import COLUMNS, PERSON, Row, from_csv, to_csv
from grader.provenance import Provenance
from tests.cohort.conftest import ROOT, TINY

ZERO = "class Scale:\n    def __init__(self, factor): pass\n"
ONE = ("-a", "02", "--jobs", "1")  # the least work


@pytest.fixture
def submissions(tmp_path) -> Path:
    """Two right submissions."""
    folder = tmp_path / "submissions"
    for name in ("ada", "bob"):
        shutil.copytree(TINY / "reference", folder / name / "framework", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def graded_when(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in out.glob("*.json")}


def earned(rows: dict[str, Row]) -> dict[str, float | None]:
    return {name: row.earned for name, row in rows.items()}


def test_another_week_is_graded_by_itself(cohort, submissions, tmp_path):
    """The same names in another folder, for another assignment."""
    week2 = shutil.copytree(submissions, tmp_path / "week2")
    (week2 / "bob/framework/nn/chain.py").write_text("")
    _code, _out, _err, first = cohort("-a", "01")
    code, out, err, rows = cohort("-a", "02", folder=week2)

    assert (earned(first), earned(rows)) == ({"ada": 10, "bob": 10}, {"ada": 4, "bob": 0})
    assert rows["ada"].by_assignment == {"02": 4}
    assert code == 0
    assert "2 of 2 were graded before for other assignments: graded again" in err
    assert "2 of 2 submissions graded, 2 of them again" in out
    assert json.loads((tmp_path / "out/ada.json").read_text())["points"] == 4
    kept = tmp_path / "out/summary.before.csv"
    assert f"the table as it was is kept as {kept}" in err
    assert {row.submission: row.earned for row in from_csv(kept.read_text())} == {"ada": 10, "bob": 10}


def test_a_replaced_submission_is_graded_again_and_no_other(cohort, submissions, tmp_path):
    cohort()
    before = graded_when(tmp_path / "out")
    (submissions / "bob/framework/nn/scale.py").write_text(ZERO)
    code, out, err, rows = cohort()
    after = graded_when(tmp_path / "out")

    assert (code, rows["ada"].earned) == (0, 14)
    assert rows["bob"].earned < 14
    assert "1 of 2 was graded before from other files: graded again" in err
    assert "2 of 2 submissions graded, 1 of them before, 1 of them again" in out
    assert (after["ada.json"], after["bob.json"] > before["bob.json"]) == (before["ada.json"], True)


def test_what_was_noticed_of_a_submission_counts_as_well(cohort, submissions):
    cohort(*ONE)
    (submissions / "bob/framework/nn/linear.py").symlink_to(
        "scale.py"
    )  # it is left out, and that is noted in the report

    assert "1 of 2 was graded before from other files" in cohort(*ONE)[2]


def test_other_options_make_other_results(cohort):
    options: list[str] = []
    cohort(*ONE)
    for more, why in [
        (("--seed", "7"), "with another seed"),
        (("--format", "json", "--format", "text"), "but a report is missing"),
        (("--audience", "student"), "for reports of another kind"),
        (("--allow-unconfined",), "with another answer to whether student code has to be confined"),
    ]:
        options += more
        _code, out, err, _rows = cohort(*ONE, *options)
        assert f"2 of 2 were graded before {why}: graded again" in err
        assert "2 of 2 submissions graded, 2 of them again" in out

    _code, out, err, _rows = cohort(*ONE, *options)
    assert ("2 of 2 submissions graded, 2 of them before; " in out, err) == (True, "")


def test_another_course_makes_other_results(cohort, course_root):
    cohort(*ONE, course=course_root)
    for file, text in [
        ("assignments/02_chain/test_hidden.py", "\n# other"),
        ("assignments/02_chain/cases.json", "[]"),
        ("reference/nn/shift.py", "\n"),
    ]:
        with (course_root / file).open("a") as opened:
            opened.write(text)
        assert (
            "2 of 2 were graded before with other checks or another reference: graded again"
            in cohort(*ONE, course=course_root)[2]
        )
    (course_root / "assignments/01_scaling/test_hidden.py").write_text("# nobody is graded on this one")

    assert cohort(*ONE, course=course_root)[2] == ""


def test_reports_in_formats_that_are_not_asked_for_any_more_are_named(cohort):
    cohort(*ONE, "--format", "json", "--format", "html")
    _code, _out, err, _rows = cohort(*ONE, "--seed", "3")

    assert "reports of an earlier run that are left as they were: ada.html, bob.html\n" in err


def test_a_submission_that_is_gone_has_no_row_and_its_reports_stay(cohort, submissions, tmp_path):
    cohort(*ONE)
    shutil.rmtree(submissions / "bob")
    code, out, err, rows = cohort(*ONE)

    assert (code, sorted(rows)) == (0, ["ada"])
    assert "1 of 1 submissions graded, 1 of them before" in out
    assert f"no longer in {submissions}, so without a row: bob\n" in err
    assert "reports of an earlier run that are left as they were: bob.json\n" in err
    assert "bob" in (tmp_path / "out/summary.before.csv").read_text()


def test_what_could_not_be_graded_is_tried_again_without_a_word(cohort, submissions, tmp_path):
    (submissions / "aaa.zip").write_bytes(b"PK and no more")
    cohort(*ONE)
    (submissions / "new").symlink_to(submissions / "ada")
    code, out, err, rows = cohort(*ONE)

    assert (code, err, rows["new"].earned, rows["aaa.zip"].earned) == (1, "", 4, None)
    assert "3 of 4 submissions graded, 2 of them before; " in out
    assert not (tmp_path / "out/summary.before.csv").exists()


def test_a_table_of_an_earlier_version_is_stale_and_no_error(cohort, tmp_path):
    cohort(*ONE)
    table = tmp_path / "out/summary.csv"
    with table.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    with table.open("w", newline="") as file:
        columns = [name for name in COLUMNS if name not in PERSON]
        old = csv.DictWriter(file, [*columns, "02"], extrasaction="ignore", lineterminator="\n")
        old.writeheader()
        old.writerows(rows)
    text = table.read_text()
    code, _out, err, rows = cohort(*ONE)

    assert (code, earned(rows)) == (0, {"ada": 4, "bob": 4})
    assert "2 of 2 were graded before with nothing noted of what they were made from: graded again" in err
    assert (tmp_path / "out/summary.before.csv").read_text() == text


def test_what_was_noted_in_another_way_is_as_good_as_nothing():
    made_from = Provenance("01", "", "json", "hold", "a", "b", "c", "d")

    assert Provenance.from_text(made_from.to_text()) == made_from
    assert [Provenance.from_text(text) for text in ("", "{", "[]", "3", '{"submission": "a"}', '{"x": 1}')] == [
        None
    ] * 6
    assert replace(made_from, seed="2", course="x").differs_in(made_from) == "seed"
    assert made_from.differs_in(made_from) == ""


def test_a_table_keeps_what_rows_were_made_from():
    rows = [
        Row("ada", 1, 10, 0, 1, "", {"01": 1}, Provenance("01", "", 'json, "x"', "hold", "a", "b", "c", "d, e")),
        Row("bob", note="it cannot be read"),
    ]

    assert from_csv(to_csv(rows)) == rows


def test_killed_at_any_moment_no_row_stands_beside_a_report_of_another_grading(cohort, submissions, tmp_path):
    """Week 2 is stopped by SIGKILL when the first of its reports is there; then week 1 is asked for again."""
    cohort("-a", "01")
    command = [
        sys.executable,
        "-m",
        "grader",
        "--course",
        str(TINY),
        "cohort",
        str(submissions),
        "-o",
        str(tmp_path / "out"),
        "-a",
        "02",
        "--jobs",
        "1",
    ]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    before = graded_when(tmp_path / "out")
    while graded_when(tmp_path / "out") == before:
        assert process.poll() is None
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    assert all(row.provenance.assignments == "02" for row in from_csv((tmp_path / "out/summary.csv").read_text()))
    code, _out, _err, rows = cohort("-a", "01")
    assert (code, earned(rows)) == (0, {"ada": 10, "bob": 10})
    assert [json.loads((tmp_path / f"out/{name}.json").read_text())["points"] for name in rows] == [10, 10]


def test_two_cohorts_do_not_write_the_same_folder(cohort, submissions, tmp_path):
    (submissions / "bob/framework/nn/scale.py").write_text("while True: pass\n")
    command = [
        sys.executable,
        "-m",
        "grader",
        "--course",
        str(TINY),
        "cohort",
        str(submissions),
        "-o",
        str(tmp_path / "out"),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not (tmp_path / "out/.summary.csv.lock").exists():
            time.sleep(0.01)
        code, out, err, _rows = cohort("-a", "02")
        process.communicate()

    assert (code, out) == (1, "")
    assert "summary.csv is being written by another run of the grader" in err
    assert process.returncode == 0
