"""`grader cohort`: every submission of a folder ends in a row, whatever the others do."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.cohort.rows import Person, Row
from grader.cohort.summary import is_summary, to_csv
from tests.cohort.conftest import rows_in

TINY = Path(__file__).parents[1] / "tiny_course"
ROOT = Path(__file__).resolve().parents[2]
END_FOR_BOB = """        import gc, os
        if any(getattr(o, "name", "") == "bob" for o in gc.get_objects() if type(o).__name__ == "Submission"):
            os._exit(9)
"""


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_every_submission_ends_in_a_row_and_its_reports(cohort, tmp_path, jobs):
    code, out, err, rows = cohort("--jobs", jobs, "--format", "json", "--format", "html")

    assert (code, sorted(rows)) == (1, ["ada", "bob", "eve.zip"])
    assert (rows["ada"].earned, rows["bob"].earned, rows["eve.zip"].earned) == (14, 8, None)
    assert rows["ada"].by_assignment == {"01": 10, "02": 4}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "ada.html",
        "ada.json",
        "bob.html",
        "bob.json",
        "cohort.sqlite",
        "summary.csv",
    ]
    assert json.loads((tmp_path / "out/bob.json").read_text())["earned"] == 8
    assert out.startswith("2 of 3 submissions graded; reports and summary.csv are in ")
    assert "eve.zip: " in out
    assert "neither a folder nor a zip or tar archive" in out
    assert "notes.md is left out" in err


def test_what_was_graded_is_not_graded_again_unless_asked_for(cohort, tmp_path):
    cohort()
    report = tmp_path / "out/ada.json"
    written = report.stat().st_mtime_ns
    code, out, _err, rows = cohort()
    assert (code, report.stat().st_mtime_ns, rows["ada"].earned) == (1, written, 14)
    assert "2 of 3 submissions graded, 2 of them before" in out

    report.unlink()
    cohort()
    assert report.stat().st_mtime_ns > written
    again = (tmp_path / "out/bob.json").stat().st_mtime_ns
    cohort("--again")
    assert (tmp_path / "out/bob.json").stat().st_mtime_ns > again


def test_a_broken_course_is_said_once_and_nothing_is_graded(cohort, course_root):
    (course_root / "assignments/01_scaling/test_hidden.py").write_text("import nothing_of_this_name\n")
    code, out, err, rows = cohort("--jobs", "2", course=course_root)

    assert (code, out, {row.state for row in rows.values()}) == (1, "", {"waiting"})
    assert err.count("it cannot be imported") == 1


def test_a_fault_of_the_grader_costs_one_submission_and_is_said(cohort, course_root):
    """Here a check ends the grader's own process, for one submission only."""
    checks = course_root / "assignments/01_scaling/test_hidden.py"
    line = '        twin("nn.Scale", 7.25).forward'
    checks.write_text(checks.read_text().replace(line, f"{END_FOR_BOB}{line}", 1))
    code, out, _err, rows = cohort("--jobs", "1", course=course_root)

    assert (code, rows["ada"].earned, rows["bob"].earned) == (2, 14, None)
    assert "bob: the grader itself failed on this submission" in out


def test_a_folder_without_submissions_and_a_submission_itself_are_refused(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "has no submission in it" in run("cohort", "run", tmp_path / "empty")[2]
    (tmp_path / "one/framework").mkdir(parents=True)
    assert "is a submission itself" in run("cohort", "run", tmp_path / "one")[2]


def test_a_summary_that_is_none_is_left_alone(run, submissions, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/summary.csv").write_text("name,points\nada,100\n")
    code, _out, err = run("cohort", "run", submissions, "-o", tmp_path / "out")

    assert code == 1
    assert "summary.csv is in the way" in err
    assert (tmp_path / "out/summary.csv").read_text() == "name,points\nada,100\n"


def test_a_report_that_cannot_be_written_costs_the_others_nothing(submissions, cohort):
    (submissions / "bob").rename(submissions / ("b" * 252))
    code, out, _err, rows = cohort()

    assert (code, rows["ada"].earned, rows["b" * 252].earned) == (1, 14, 8)  # its points are kept, in its row
    assert "it was graded, but a report was not kept: " in out
    assert "2 of 3 submissions graded" in out
    assert "File name too long" in out
    assert "2 of 3 submissions graded, 2 of them before" in cohort()[1]


def test_a_summary_that_cannot_be_written_stops_everything(run, submissions, tmp_path):
    (tmp_path / "out/summary.csv").mkdir(parents=True)
    code, _out, err = run("cohort", "run", submissions, "-o", tmp_path / "out")

    assert code == 1
    assert "summary.csv" in err
    assert "Traceback" not in err


def test_it_goes_on_where_it_was_stopped(submissions, tmp_path, cohort, course_root):
    toml = course_root / "assignments/01_scaling/assignment.toml"
    toml.write_text(toml.read_text().replace("seconds = 1", "seconds = 60"))  # so that it is stopped before bob's end
    scale = submissions / "bob/framework/nn/scale.py"
    crash = scale.read_text()
    scale.write_text("class Scale:\n    def __init__(self, factor):\n        while True: pass\n")
    command = [
        sys.executable,
        "-m",
        "grader",
        "--course",
        str(course_root),
        "cohort",
        "run",
        str(submissions),
        "-o",
        str(tmp_path / "out"),
        "--jobs",
        "1",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    )
    while not any(row.result for row in rows_in(tmp_path / "out").values()):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "1 of 3 are graded; the same command goes on with the others" in err
    assert "Traceback" not in err

    scale.write_text(crash)
    _code, out, _err, rows = cohort(course=course_root)
    assert "2 of 3 submissions graded, 1 of them before" in out
    assert rows["bob"].earned == 8


def test_no_cell_is_a_formula():
    text = to_csv([Row(f"{start}1+1", note=f"{start}SUM(A1)") for start in "=+-@"])

    assert all(cell[0] not in "=+-@" for line in text.splitlines()[1:] for cell in line.split(",") if cell)
    named = to_csv([Row("ada", person=Person(f"{start}1+1", f"{start}2")) for start in "=+-@"])
    assert all(cell[0] not in "=+-@" for line in named.splitlines()[1:] for cell in line.split(",") if cell)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "submission,grade\nada,x\n"])
def test_what_is_no_table_of_ours_is_told_from_one(tmp_path, text):
    (tmp_path / "other.csv").write_text(text)
    (tmp_path / "ours.csv").write_text(to_csv([Row("ada")]), encoding="utf-8")

    assert (is_summary(tmp_path / "other.csv"), is_summary(tmp_path / "ours.csv")) == (False, True)


@pytest.fixture
def small_disk(tmp_path) -> Path:
    """A disk of 16 kB."""
    place = tmp_path / "out"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_one_line_and_costs_no_earlier_result(small_disk, cohort, submissions):
    shutil.rmtree(submissions / "bob")
    (submissions / "eve.zip").unlink()
    code, _out, err, rows = cohort("-a", "02")
    assert (code, rows["ada"].earned) == (0, 4)
    (small_disk / "full").write_bytes(bytes(os.statvfs(small_disk).f_bavail * 4096 - 8192))
    code, out, err, _rows = cohort("--seed", "1")
    (small_disk / "full").unlink()

    assert code == 1
    assert [line for line in (out + err).splitlines() if "is the disk full?" in line] == [err.splitlines()[-1]]
    assert "Traceback" not in out + err
    assert rows_in(small_disk)["ada"].earned == 4
    assert "1 of them before" in cohort("-a", "02")[1]


def test_few_descriptors_lose_nothing(cohort):
    code, out, _err, rows = cohort("-a", "02", first=("prlimit", "--nofile=40:40"))

    assert (code, rows["ada"].earned, rows["bob"].earned) == (1, 4, 4)
    assert "2 of 3 submissions graded" in out
