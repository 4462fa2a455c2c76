"""What `grader cohort run` grades: by name, up to a number, a part of the class, and what failed before."""

import csv
import json

import pytest

from grader.cohort.rows import State
from tests.cohort.pretending import Mark, PretendedCrew, hand_in

RIGHT = {"01/hidden/Scale/test_forward": Mark(), "01/public/Scale/test_backward": Mark()}
WRONG = RIGHT | {"01/hidden/Scale/test_forward": Mark(0.0)}


@pytest.fixture
def week(tmp_path):
    for number, name in enumerate(("ada", "bob", "eve", "zoe")):
        hand_in(tmp_path / "week", name, RIGHT | {"01/hidden/X/test_x": Mark(number / 4)})
    return tmp_path / "week"


def test_only_some_are_graded_now_and_the_others_later(pretended, week):
    assert pretended("run", week, "--limit", "1")[4] == ["ada"]
    code, out, _err, rows, graded = pretended("run", week, "--only", "e*", "--only", "zoe")

    assert (code, graded) == (0, ["eve", "zoe"])
    assert (rows["bob"].state, rows["bob"].note) == (State.WAITING, "it is left for another run")
    assert "3 of 4 submissions graded, 1 of them before" in out
    assert "1 waiting" in out
    assert pretended("run", week)[4] == ["bob"]
    assert pretended("run", week)[4] == []


def test_what_is_stale_and_left_keeps_its_result_and_says_so(pretended, week):
    pretended("run", week)
    hand_in(week, "ada", WRONG)
    hand_in(week, "bob", WRONG | {"01/hidden/X/test_x": Mark()})
    _code, _out, err, rows, graded = pretended("run", week, "--only", "ada")

    assert graded == ["ada"]
    assert (rows["ada"].earned, rows["bob"].earned, rows["bob"].state) == (2, 4.5, State.STALE)
    assert rows["bob"].note == "it is left for another run; graded from other files"
    assert "1 stale: 1 graded before from other files" in err
    assert pretended("run", week)[4] == ["bob"]


def test_all_are_graded_again_if_that_is_asked_for(pretended, week):
    pretended("run", week)
    _code, out, err, _rows, graded = pretended("run", week, "--again")

    assert len(graded) == 4
    assert "4 stale: 4 graded before and --again asks for all" in err
    assert "4 of them again" in out


def test_what_failed_by_our_fault_is_tried_again_only_if_asked(pretended, week):
    hand_in(week, "ada", RIGHT | {"01/hidden/X/test_x": Mark(0.0, outcome="internal")})
    PretendedCrew.broken.add("bob")
    code, out, _err, rows, _graded = pretended("run", week)
    assert (code, rows["ada"].state, rows["bob"].state, rows["bob"].result) == (2, "ours", "ours", None)
    assert "ada: 2 points withheld, as the grader itself failed" in out

    code, _out, err, rows, graded = pretended("run", week)
    assert (code, graded) == (2, [])
    assert "2 could not be graded by a fault of the grader; --retry ours tries again" in err

    PretendedCrew.broken.clear()
    assert sorted(pretended("run", week, "--retry", "ours")[4]) == ["ada", "bob"]


def test_an_unreadable_submission_is_read_again_only_when_it_changes(pretended, week):
    (week / "eve/framework/marks.json").unlink()
    assert pretended("run", week)[3]["eve"].note == "it has no marks"
    hand_in(week, "eve", RIGHT)

    assert pretended("run", week)[4] == ["eve"]


def test_a_file_that_was_only_touched_makes_nothing_stale(pretended, week):
    pretended("run", week)
    marks = week / "ada/framework/marks.json"
    marks.write_text(marks.read_text())

    assert pretended("run", week)[4] == []


def test_shards_are_the_whole_class_and_attempts_stay_together(pretended, week, tmp_path):
    (tmp_path / "list.csv").write_text(
        "path,id,attempt\n"
        + "".join(f"week/{name},{i % 2},{i}\n" for i, name in enumerate(("ada", "bob", "eve", "zoe")))
    )
    parts = [set(pretended("run", tmp_path / "list.csv", "--attempts", "all", "--shard", f"{i}/2")[3]) for i in (1, 2)]

    assert sorted(map(len, parts)) in ([0, 4], [2, 2])
    assert set.union(*parts) == {"ada", "bob", "eve", "zoe"}
    assert "no part such as 2/8" in pretended("run", week, "--shard", "3/2")[2]


def test_the_policy_decides_about_late_work_limits_and_the_attempt_that_counts(pretended, week, tmp_path):
    (tmp_path / "policy.toml").write_text('[late]\npenalty = 0.25\n[submissions]\ntotal = 3\nkeep = "best"\n')
    times = ("01T10:00", "02T10:00", "03T13:00", "04T10:00")
    lines = [f"week/{name},7,2026-03-{time}+00:00" for name, time in zip(("eve", "zoe", "bob", "ada"), times)]
    (tmp_path / "list.csv").write_text("\n".join(["path,id,submitted", *lines]))
    due = ("--policy", tmp_path / "policy.toml", "--due", "2026-03-01T12:00+00:00")
    code, _out, _err, rows, graded = pretended("run", tmp_path / "list.csv", *due)

    assert (code, sorted(graded), rows["ada"].state) == (0, ["bob", "eve", "zoe"], State.REFUSED)
    assert "3 submissions in all may be graded" in rows["ada"].note
    with (tmp_path / "out/summary.csv").open(encoding="utf-8-sig", newline="") as file:
        table = {line["submission"]: (line["score"], line["late"]) for line in csv.DictReader(file)}
    # eve has 5 points in time, zoe 5.5 of which a quarter is taken off, bob 4.5 of which three quarters are.
    assert table == {"ada": ("", ""), "bob": ("", ""), "eve": ("5", ""), "zoe": ("", "")}


def test_the_end_tells_rates_beliefs_and_who_earned_nothing(pretended, tmp_path):
    none = {name: Mark(0.0) for name in RIGHT}
    lost = none | {"01/hidden/Scale/test_forward": Mark(0.0, belief="A factor of 0 is none.")}
    for name, marks in {"ada": RIGHT, "bob": lost, "eve": none}.items():
        hand_in(tmp_path / "week", name, marks)
    out = pretended("run", tmp_path / "week")[1]

    assert " 33 % passed 01/hidden/Scale/test_forward" in out
    assert "1 of 3 (01) 01/A factor of 0 is none.: A factor of 0 is none." in out
    assert "Earned nothing: bob, eve\n" in out


def test_work_that_is_marked_as_late_without_a_time_is_told(pretended, tmp_path):
    hand_in(tmp_path / "week", "lovelaceada_LATE_7_8_work", RIGHT)
    _code, out, _err, rows, _graded = pretended("run", tmp_path / "week")

    assert "1 marked as late by the platform, which does not say when" in out
    assert [row.person.id for row in rows.values()] == ["7"]
    assert ",LATE," in (tmp_path / "out/summary.csv").read_text()


def test_each_report_says_what_it_was_made_from_and_when(pretended, week, tmp_path):
    pretended("run", week, "--format", "json", "--format", "html", "--format", "markdown", "--format", "gradescope")
    made = json.loads((tmp_path / "out/ada.json").read_text())["made_from"]

    assert {"date", "version", "submission", "checks", "reference", "grader", "machine", "seed"} <= set(made)
    assert (
        f"Graded on {made['date']} by grader {made['version']} ({made['grader'][:12]})"
        in (tmp_path / "out/ada.html").read_text()
    )
    assert made["submission"][:12] in (tmp_path / "out/ada.md").read_text()
    assert json.loads((tmp_path / "out/ada.gradescope.json").read_text())["extra_data"]["made_from"] == made


def test_the_command_without_a_verb_says_what_it_is_called_now(run, week):
    code, _out, err = run("cohort", week)

    assert code != 0
    assert f"grader cohort run {week}" in err
