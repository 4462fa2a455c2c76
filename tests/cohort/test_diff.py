"""What a regrade changes, why, and that no score that was given out is lowered without a decision."""

import json

import pytest

from grader.cohort.diff import Side, changes
from grader.cohort.store import STORE, Store
from tests.cohort.pretending import Mark, PretendedCrew, hand_in

A, B = "01/hidden/Scale/test_forward", "01/hidden/Scale/test_backward"
RIGHT = {A: Mark(), B: Mark()}


@pytest.fixture
def week(tmp_path):
    for name in ("ada", "bob", "eve"):
        hand_in(tmp_path / "week", name, RIGHT | {B: Mark(0.5, seen=name)})
    return tmp_path / "week"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def between(out, old: int, new: int) -> dict[str, tuple]:
    with Store(out / STORE) as store:
        runs = {run.number: run for run in store.runs()}
        found = changes(Side(store, runs[old]), Side(store, runs[new]))
    return {change.who: (change.by, change.checks, change.why) for change in found}


def test_who_changes_by_how_much_through_which_check_and_why(pretended, week, out, tmp_path):
    pretended("run", week)
    hand_in(week, "bob", {A: Mark(0.0), B: Mark(0.5)})
    hand_in(week, "zoe", RIGHT)
    pretended("run", week)

    assert between(out, 1, 2) == {
        "bob": (-2, ((A, 2, 0),), ("submission",)),
        "zoe": (4, ((B, None, 2), (A, None, 2)), ("submission",)),
    }
    code, said, _err, _rows, _graded = pretended("diff", out, "-o", tmp_path / "changes.jsonl")
    assert code == 0
    assert "changed scores: 2 (1 lower, 1 higher)" in said
    assert f"bob: 3 -> 1 (-2), because of: submission\n      {A}: 2 -> 0\n" in said
    assert [json.loads(line)["by"] for line in (tmp_path / "changes.jsonl").read_text().splitlines()] == [-2, 4]


@pytest.mark.parametrize(("options", "why"), [(("--seed", "3"), "seed"), (("--again",), "chance")])
def test_each_reason_is_named(pretended, week, out, options, why, monkeypatch):
    pretended("run", week, "-a", "01")
    made = PretendedCrew.work

    def work(self, tasks, on_answer, *more):
        """The same submissions have other results now."""

        def other(name, answer):
            for assignment in answer.get("report", {}).get("assignments", ()):
                assignment["results"][0]["earned"] = 1.0
            on_answer(name, answer)

        made(self, tasks, other, *more)

    monkeypatch.setattr(PretendedCrew, "work", work)
    pretended("run", week, "-a", "01", *options)

    assert {change[2] for change in between(out, 1, 2).values()} == {(why,)}


def test_another_policy_and_another_due_date_are_reasons(pretended, week, out, tmp_path):
    (tmp_path / "list.csv").write_text("path,submitted\nweek/ada,2026-03-06T10:00Z\nweek/bob,\n")
    (tmp_path / "policy.toml").write_text("[late]\npenalty = 0.5\n")
    source, late = tmp_path / "list.csv", ("--policy", tmp_path / "policy.toml")
    pretended("run", source, "--due", "2026-03-05T10:00Z")
    assert pretended("run", source, *late, "--due", "2026-03-05T10:00Z")[4] == []
    assert pretended("run", source, *late, "--due", "2026-03-07T10:00Z")[4] == []

    assert between(out, 1, 2) == {"ada": (-1.5, (), ("policy",))}
    assert between(out, 2, 3) == {"ada": (1.5, (), ("times or due dates",))}


def test_nothing_changes_between_a_run_and_itself(pretended, week, out):
    pretended("run", week)

    assert between(out, 1, 1) == {}
    assert "has only one run" in pretended("diff", out)[2]
    assert "has no run 7: it has the runs 1 to 1" in pretended("diff", f"{out}@7", out)[2]
    assert "is not there" in pretended("diff", out / "nowhere")[2]
    assert "changed scores: 0" in pretended("diff", f"{out}@1", out)[1]


def published(out) -> dict[str, float]:
    with Store(out / STORE) as store:
        return {who: score.points for who, score in store.published().items()}


def test_a_lower_score_is_never_given_out_without_a_decision(pretended, week, out):
    pretended("run", week)
    assert ": 3, of which 3 new" in pretended("publish", out)[1]
    hand_in(week, "ada", RIGHT)
    hand_in(week, "bob", {A: Mark(0.0), B: Mark(0.5)})
    pretended("run", week)

    code, _out, err, _rows, _graded = pretended("publish", out)
    assert (code, f"look at them first: grader cohort diff {out}" in err) == (1, True)
    pretended("diff", out)
    code, _out, err, _rows, _graded = pretended("publish", out)
    assert (code, "1 would get less than was given out: bob (3 -> 1); --lower keep" in err) == (1, True)
    assert published(out) == {"ada": 3, "bob": 3, "eve": 3}

    said = pretended("publish", out, "--lower", "keep")[1]
    assert "0 new, 1 higher, 0 lower, 1 kept instead of a lower one" in said
    assert published(out) == {"ada": 4, "bob": 3, "eve": 3}
    pretended("diff", out)  # what was given out has changed since it was looked at
    assert "1 lower, 0 kept" in pretended("publish", out, "--lower", "allow")[1]
    assert published(out) == {"ada": 4, "bob": 1, "eve": 3}


def test_what_is_not_final_is_not_given_out(pretended, week, out):
    pretended("run", week, "--limit", "2")

    assert "1 have no final result yet: eve" in pretended("publish", out)[2]
    assert ": 2, of which 2 new" in pretended("publish", out, "--incomplete")[1]
    assert published(out) == {"ada": 3, "bob": 3}
