"""A class that was graded in parts is the same class as one that was graded in one go."""

import pytest

from grader.cohort.store import STORE, Store
from tests.cohort.conftest import rows_in
from tests.cohort.pretending import Mark, hand_in

MARKS = {
    name: {
        "01/hidden/Scale/test_a": Mark(number % 2),
        "01/hidden/Scale/test_b": Mark(0.0, belief=f"Belief {number % 3}."),
        f"01/hidden/Scale/test_{name}": Mark(0.0, seen=f"Seen {number % 4}."),
    }
    for number, name in enumerate(("ada", "bob", "eve", "mal", "yan", "zoe"))
}


@pytest.fixture
def parts(pretended, run, tmp_path):
    """The same class in two parts, and as a whole in `out`."""
    for name, marks in MARKS.items():
        hand_in(tmp_path / "week", name, marks)
    pretended("run", tmp_path / "week")
    for number in (1, 2):
        run("cohort", "run", tmp_path / "week", "--shard", f"{number}/2", "-o", tmp_path / f"part{number}")
    return [tmp_path / "part1", tmp_path / "part2"]


def told(folder) -> set[tuple]:
    """Everything that the store knows of every check of everybody, by texts."""
    with Store(folder / STORE) as store:
        found = store.query(
            "SELECT entries.name, checks.name, outcome, outcomes.earned, beliefs.name, evidence.sentence FROM entries"
            " JOIN outcomes USING (result) JOIN checks USING (check_id) LEFT JOIN beliefs USING (belief)"
            " LEFT JOIN evidence USING (evidence) WHERE run = (SELECT max(run) FROM runs)"
        )
        return set(map(tuple, found))


def test_parts_are_the_whole(pretended, parts, tmp_path):
    code, out, _err, _rows, _graded = pretended("merge", *parts, "-o", tmp_path / "all", "--format", "json")

    assert (code, "6 rows of 2 parts, 6 of them with a result, are run 1 of" in out) == (0, True)
    assert {len(rows_in(part)) for part in parts} != {0, 6}  # neither part is all
    assert told(tmp_path / "all") == told(tmp_path / "out")
    assert len(told(tmp_path / "all")) == 18
    assert (tmp_path / "all/summary.csv").read_text() == (tmp_path / "out/summary.csv").read_text()
    assert (tmp_path / "all/zoe.json").is_file()


def test_merged_twice_nothing_is_there_twice_and_nothing_has_to_be_graded_again(run, pretended, parts, tmp_path):
    for _ in range(2):
        pretended("merge", *parts, "-o", tmp_path / "all")
    with Store(tmp_path / "all" / STORE) as store:
        assert len(store.query("SELECT * FROM results")) == 6
    out = run("cohort", "run", tmp_path / "week", "-o", tmp_path / "all")[1]

    assert "6 of 6 submissions graded, 6 of them before" in out


def test_a_part_that_is_missing_is_named(pretended, parts, tmp_path):
    code, _out, err, _rows, _graded = pretended("merge", parts[0], "-o", tmp_path / "all")

    assert (code, "not everything is there: part 2/2; --incomplete" in err) == (1, True)
    assert pretended("merge", parts[0], "-o", tmp_path / "all", "--incomplete")[0] == 0


def test_parts_that_were_made_from_something_else_are_refused(run, pretended, parts, tmp_path):
    run("cohort", "run", tmp_path / "week", "--shard", "2/2", "--seed", "3", "-o", parts[1])

    assert "differ in seed" in pretended("merge", *parts, "-o", tmp_path / "all")[2]
    assert "is one of the parts" in pretended("merge", parts[0], "-o", parts[0], "--incomplete")[2]
