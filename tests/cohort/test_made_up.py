"""A class of which everything is known: every score, belief, statistic and change is compared with the truth.

The truth is found in another way: each check is run in this process, on the same answers.
"""

import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from grader.assignment import Course
from grader.assignment.memory_package import import_package
from grader.audit.bench import Bench, at_bench, failed
from grader.cohort.beliefs import beliefs, clusters
from grader.cohort.diff import Side, changes
from grader.cohort.rows import State
from grader.cohort.sheet import sheet
from grader.cohort.statistics import items
from grader.cohort.store import STORE, Store
from tests.cohort.conftest import TINY

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
ENDLESS = ("shouts", "forks", "eats")  # they cost their time limits; tests/attacks tries such things
COPIES = {"right": 9, "stub": 3, "exits": 2}  # of each other kind there are so many:
OTHERS = 4
WRONG = "layers_factor_is_added"  # a kind of submission


@pytest.fixture(scope="module")
def made_up():
    sys.path.insert(0, str(BENCHMARKS))
    yield import_module("made_up_class")
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def kinds(made_up) -> dict:
    """All kinds of submissions to the first assignment of the tiny course, by name."""
    course = Course.load(TINY)
    return {kind.name: kind for kind in made_up.kinds(course, course.assignments[0]) if kind.name not in ENDLESS}


@pytest.fixture(scope="module")
def fails(kinds) -> dict[str, set[str]]:
    """Name of each kind -> the checks that it fails, found without any of what grades a class."""
    course = Course.load(TINY)

    def work(bench: Bench) -> dict[str, set[str]]:
        every = {check.id for check in bench.all_checks}
        found = {}
        for name, kind in kinds.items():
            if kind.nothing:
                found[name] = every
            elif not kind.unreadable:
                codes = {file: compile(text, file, "exec") for file, text in kind.files.items()}
                results = [
                    bench.run(check, lambda codes=codes: import_package(codes, course.inside))
                    for check in bench.all_checks
                ]
                found[name] = {result.check.id for result in results if failed(result)}
        return found

    return at_bench(course.assignments[0], work)


@pytest.fixture
def points(course) -> dict[str, float]:
    return dict(at_bench(course.assignments[0], lambda bench: [(c.id, c.points) for c in bench.all_checks]))


def test_every_score_belief_statistic_and_change_is_the_one_that_is_known(
    cohort, made_up, kinds, fails, points, tmp_path
):
    one_each = {made_up.named(name, kind): kind for name, kind in kinds.items()}
    made_up.write(tmp_path / "one", one_each)
    _code, _out, _err, rows = cohort("-a", "01", folder=tmp_path / "one")

    for name, kind in kinds.items():
        row = rows[made_up.named(name, kind)]
        assert row.state is (State.UNREADABLE if kind.unreadable else State.GRADED), name
        if not kind.unreadable:
            assert row.earned == sum(points.values()) - sum(points[check] for check in fails[name]), name
    with Store(tmp_path / "out" / STORE) as store:
        assert list(made_up.differences(store, store.rows(1), one_each)) == []
        swapped = one_each | {"right": kinds[WRONG], WRONG: kinds["right"]}
        told = " ".join(made_up.differences(store, store.rows(1), swapped))
    for said in ("right: it fails none of", "it is right, and earned", "it is right, and has a belief"):
        assert said in told  # the comparison notices what is not as it has to be

    # A whole class of copies: nothing has to be graded, as all these answers have a result.
    graded = {name: kind for name, kind in kinds.items() if not kind.unreadable}
    whole = {f"{name}_{copy}": name for name in graded for copy in range(COPIES.get(name, OTHERS))}
    copied(tmp_path, whole)
    _code, out, _err, _rows = cohort("-a", "01", folder=tmp_path / "class")
    assert f"{len(whole)} of {len(whole)} submissions graded, {len(whole)} of them before" in out

    with Store(tmp_path / "out" / STORE) as store:
        found = sheet(store, store.rows(2))
        assert len(store.query("SELECT * FROM results")) == len(graded)
    for item in items(found):
        passed = [name for name in whole.values() if item.check.name not in fails[name]]
        assert (item.people, item.passed) == (len(whole), len(passed))
        assert item.difficulty == pytest.approx(len(passed) / len(whole))
    planted = Counter(graded[name].belief for name in whole.values() if graded[name].belief)
    assert {belief.name: len(belief.rows) for belief in beliefs(found)} == planted
    groups = [[whole[found.rows[row].name] for row in group.rows] for group in clusters(found)]
    copies = Counter(whole.values())
    assert {name for group in groups for name in group} >= {"stub", "exits", "raises"}
    assert all(group.count(name) == copies[name] for group in groups for name in group)  # who is alike is together
    nothing = {name for name in whole if not rows[whole[name]].earned}
    assert set(out.partition("Earned nothing: ")[2].strip().split(", ")) == nothing

    # Two students hand in something else.
    changed = whole | {"right_0": WRONG, "stub_0": "right"}
    copied(tmp_path, changed)
    cohort("-a", "01", folder=tmp_path / "class")
    with Store(tmp_path / "out" / STORE) as store:
        _first, old, new = store.runs()
        differ = {change.who: change for change in changes(Side(store, old), Side(store, new))}
    assert {who: change.by for who, change in differ.items()} == {
        who: rows[changed[who]].earned - rows[whole[who]].earned for who in ("right_0", "stub_0")
    }
    assert {name for name, _old, _new in differ["right_0"].checks} == fails[WRONG]
    assert {change.why for change in differ.values()} == {("submission",)}


def copied(tmp_path: Path, whole: dict[str, str]) -> None:
    """The class as links to one submission of each kind."""
    (tmp_path / "class").mkdir(exist_ok=True)
    for name, kind in whole.items():
        (tmp_path / "class" / name).unlink(missing_ok=True)
        (tmp_path / "class" / name).symlink_to(tmp_path / "one" / kind)


def test_a_class_is_drawn_from_all_families_and_no_two_submissions_are_the_same(made_up, kinds, tmp_path):
    drawn = made_up.drawn(list(kinds.values()), 40, seed=3)
    made_up.write(tmp_path, {name: kind for name, kind in drawn.items() if kind.upload is None})
    texts = [path.read_text() for path in tmp_path.glob("*/framework/nn/scale.py")]

    assert {kind.family for kind in drawn.values()} == set(made_up.SHARES)
    assert len(set(texts)) == len(texts) > 20
