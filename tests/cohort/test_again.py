"""`grader cohort` run again: a row stands only if it was made from the same; nothing is lost."""

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

from grader.cohort.rows import Row
from grader.cohort.store import STORE, Store
from grader.provenance import Provenance
from tests.cohort.conftest import ROOT, TINY, rows_in

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
    assert "2 stale: 2 graded before for other assignments" in err
    assert "2 of 2 submissions graded, 2 of them again" in out
    assert json.loads((tmp_path / "out/ada.json").read_text())["points"] == 4
    with Store(tmp_path / "out" / STORE) as store:  # the earlier run stays readable
        assert {row.name: row.earned for row in store.rows(1)} == {"ada": 10, "bob": 10}
        assert [store.report(row.result)["points"] for row in store.rows(1)] == [10, 10]


def test_a_replaced_submission_is_graded_again_and_no_other(cohort, submissions, tmp_path):
    cohort()
    before = graded_when(tmp_path / "out")
    (submissions / "bob/framework/nn/scale.py").write_text(ZERO)
    code, out, err, rows = cohort()
    after = graded_when(tmp_path / "out")

    assert (code, rows["ada"].earned) == (0, 14)
    assert rows["bob"].earned < 14
    assert "1 stale: 1 graded before from other files\n1 of 2 stand; to be graded now: 1" in err
    assert "2 of 2 submissions graded, 1 of them before, 1 of them again" in out
    assert (after["ada.json"], after["bob.json"] > before["bob.json"]) == (before["ada.json"], True)


def test_what_was_noticed_of_a_submission_counts_as_well(cohort, submissions):
    cohort(*ONE)
    (submissions / "bob/framework/nn/linear.py").symlink_to(
        "scale.py"
    )  # it is left out, and that is noted in the report

    assert "1 stale: 1 graded before from other files" in cohort(*ONE)[2]


def test_other_options_make_other_results(cohort):
    options: list[str] = []
    cohort(*ONE)
    for more, why in [
        (("--seed", "7"), "with another seed"),
        (("--allow-unconfined",), "with another answer to whether student code has to be confined"),
    ]:
        options += more
        _code, out, err, _rows = cohort(*ONE, *options)
        assert f"2 stale: 2 graded before {why}" in err
        assert "2 of 2 submissions graded, 2 of them again" in out

    _code, out, err, _rows = cohort(*ONE, *options)
    assert ("2 of 2 submissions graded, 2 of them before; " in out, err) == (True, "")
    assert "2 of 2 submissions graded, 2 of them before; " in cohort(*ONE)[1]  # the first results are there, too


def test_other_reports_are_made_from_the_same_results(cohort, tmp_path):
    cohort(*ONE)
    _code, out, _err, _rows = cohort(*ONE, "--format", "html", "--format", "text", "--audience", "student")

    assert "2 of 2 submissions graded, 2 of them before; " in out
    assert "ada: 4 of 4 points" in (tmp_path / "out/ada.txt").read_text()
    assert "Graded on 20" in (tmp_path / "out/bob.html").read_text()


def test_another_course_makes_other_results(cohort, course_root):
    cohort(*ONE, course=course_root)
    for file, text, why in [
        ("assignments/02_chain/test_hidden.py", "\n# other", "checks"),
        ("assignments/02_chain/cases.json", "[]", "checks"),
        ("reference/nn/shift.py", "\n", "another reference"),
    ]:
        with (course_root / file).open("a") as opened:
            opened.write(text)
        said = cohort(*ONE, course=course_root)[2]
        assert "2 stale: 2 graded before with " in said
        assert why in said
    (course_root / "assignments/01_scaling/test_hidden.py").write_text("# nobody is graded on this one")

    assert cohort(*ONE, course=course_root)[2] == ""


def test_a_submission_that_is_gone_has_no_row_and_its_result_stays(cohort, submissions, tmp_path):
    cohort(*ONE)
    shutil.rmtree(submissions / "bob")
    code, out, err, rows = cohort(*ONE)

    assert (code, sorted(rows), err) == (0, ["ada"], "")
    assert "1 of 1 submissions graded, 1 of them before" in out
    with Store(tmp_path / "out" / STORE) as store:
        assert [row.name for row in store.rows(1)] == ["ada", "bob"]
        assert store.report(store.rows(1)[1].result)["submission"] == "bob"


def test_a_run_that_finds_nothing_to_do_is_no_new_run(cohort, tmp_path):
    for _ in range(2):
        cohort(*ONE)
    with Store(tmp_path / "out" / STORE) as store:
        assert [run.number for run in store.runs()] == [1]


def test_what_could_not_be_read_stands_and_what_is_new_is_graded(cohort, submissions):
    (submissions / "aaa.zip").write_bytes(b"PK and no more")
    cohort(*ONE)
    (submissions / "new").symlink_to(submissions / "ada")
    code, out, err, rows = cohort(*ONE)

    assert (code, err, rows["new"].earned, rows["aaa.zip"].earned) == (1, "", 4, None)
    assert "3 of 4 submissions graded, 3 of them before; " in out  # `new` has the files of `ada`


def test_the_key_changes_with_every_field():
    made_from = Provenance("01", "", "hold", "a", "b", "c", "d", "e")
    others = [replace(made_from, **{name: "x"}) for name in made_from.__dataclass_fields__]

    assert len({each.key for each in (made_from, *others)}) == 9
    assert [each.differences(made_from) for each in others] == [(name,) for name in made_from.__dataclass_fields__]
    assert made_from.differences(made_from) == ()


def test_killed_at_any_moment_nothing_is_lost_and_nothing_graded_twice(cohort, submissions, tmp_path):
    """The run is stopped by SIGKILL when its first result is there."""
    shutil.copytree(submissions / "ada", submissions / "zoe")
    (submissions / "bob/framework/nn/scale.py").write_text(ZERO)
    (submissions / "zoe/framework/nn/scale.py").write_text(f"{ZERO}\n")
    command = [sys.executable, "-m", "grader", "--course", str(TINY), "cohort", "run", str(submissions)]
    process = subprocess.Popen([*command, "-o", str(tmp_path / "out"), *ONE], cwd=ROOT, stderr=subprocess.DEVNULL)
    while not any(row.result for row in rows_in(tmp_path / "out").values()):
        assert process.poll() is None
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with Store(tmp_path / "out" / STORE) as store:
        kept = dict(store.query("SELECT result, made FROM results"))
    code, _out, _err, rows = cohort(*ONE)

    assert (code, earned(rows)) == (0, {"ada": 4, "bob": 4, "zoe": 4})
    with Store(tmp_path / "out" / STORE) as store:
        assert len(store.query("SELECT * FROM results")) == 3
        assert dict(store.query("SELECT result, made FROM results")).items() >= kept.items()
        assert [run.ended is not None for run in store.runs()] == [True]  # the run went on


def test_two_cohorts_do_not_write_the_same_folder(cohort, submissions, tmp_path):
    (submissions / "bob/framework/nn/scale.py").write_text("while True: pass\n")
    command = [
        sys.executable,
        "-m",
        "grader",
        "--course",
        str(TINY),
        "cohort",
        "run",
        str(submissions),
        "-o",
        str(tmp_path / "out"),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not (tmp_path / "out/.cohort.sqlite.lock").exists():
            time.sleep(0.01)
        code, out, err, _rows = cohort("-a", "02")
        process.communicate()

    assert (code, out) == (1, "")
    assert "cohort.sqlite is being written by another run of the grader" in err
    assert process.returncode == 0
