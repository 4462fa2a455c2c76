"""The benchmark against other graders is fair: the same checks in both ways of writing, and an oracle that is right."""

import json
import sys
from importlib import import_module, util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from grader.assignment import Course
from grader.audit.bench import Bench, at_bench, failed

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
PEERS = FOLDER / "peers"


@pytest.fixture
def peers(monkeypatch):
    """The modules of the benchmark by name."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.syspath_prepend(PEERS)
    names = (
        "bare",
        "checks",
        "submissions",
        "tables",
        "effort",
        "graders",
        "peers",
        "faults",
        "venvs",
        "reasons",
        "measure",
    )
    return {name: import_module(name) for name in names}


def framework(source: str) -> ModuleType:
    module = util.module_from_spec(util.spec_from_loader("nn", None))
    exec(source, vars(module))
    return module


def package(source: str) -> ModuleType:
    whole = ModuleType("framework")
    whole.nn = framework(source)
    return whole


def failed_by_ours(sources: list[str], course: Path) -> list[set[str]]:
    """Of each source, the checks of the benchmark's course that it fails, in this process."""

    def work(bench: Bench) -> list[set[str]]:
        return [
            {c.id.rpartition("/test_")[2] for c in bench.all_checks if failed(bench.run(c, lambda s=s: package(s)))}
            for s in sources
        ]

    (assignment,) = Course.load(course).assignments
    return at_bench(assignment, work)


def test_both_ways_to_write_the_checks_have_the_same_names(peers):
    assert [check.__name__ for check in peers["checks"].CHECKS] == list(peers["submissions"].CHECKS)


def test_the_vectorised_answer_passes_every_check(peers):
    nn = framework(peers["submissions"].VECTORISED)

    assert all(peers["bare"].passes(check, nn) for check in peers["checks"].CHECKS)


def test_every_bug_of_the_cohort_fails_the_checks_that_the_oracle_lists(peers):
    submissions, checks = peers["submissions"], peers["checks"]
    wrong = [s for s in submissions.cohort(submissions.VECTORISED) if s.fails]

    assert len(wrong) == 12
    for submission in wrong:
        nn = framework(submission.source)
        quick = [c for c in checks.CHECKS if c.__name__ in submission.fails or not c.__name__.endswith("gradients")]

        with np.errstate(all="ignore"):
            fails = {c.__name__ for c in quick if not peers["bare"].passes(c, nn)}

        assert fails == submission.fails


def test_our_course_of_the_benchmark_agrees_with_the_oracle_too(peers):
    submissions = peers["submissions"]
    right = [submissions.VECTORISED, submissions.NAIVE]
    wrong = [s for s in submissions.cohort(submissions.VECTORISED) if s.fails]

    with np.errstate(all="ignore"):
        found = failed_by_ours([*right, *(s.source for s in wrong)], submissions.COURSE)

    assert found == [set(), set(), *(set(s.fails) for s in wrong)]


def test_every_cohort_can_be_written_at_any_size(peers):
    submissions = peers["submissions"]
    cohort = submissions.cohort(submissions.NAIVE)
    large = submissions.cohort(submissions.VECTORISED, 500)

    assert len(cohort) == 36
    assert sum(not s.fails for s in cohort) == 24
    assert len({s.name for s in large}) == len({s.source for s in large}) == 500
    assert len(submissions.misbehaving()) == 9
    assert len(submissions.four_bad()) == 4
    assert set(peers["effort"].QUICK.faults) <= {s.name for s in submissions.misbehaving()}


def test_a_fate_says_what_became_of_the_credit(peers):
    judged, run = peers["faults"].judged, peers["measure"].Run
    ended, killed = run(1, 1, 0, 0, 0, True), run(1, 1, 0, 0, -9, False)
    submission = next(s for s in peers["submissions"].misbehaving() if s.name == "os._exit in a method")
    wanted = submission.verdicts

    assert judged(wanted, submission, ended) == "right 27/27"
    assert judged(None, submission, ended) == "lost"
    assert judged({}, submission, killed) == "hung"
    assert judged(dict.fromkeys(wanted, True), submission, ended) == "wrong 27/27 and 3 undeserved"
    assert judged(wanted | {"training": False}, submission, killed) == "hung 26/27"


def test_figures_say_how_often_and_how_far_apart_they_were_measured(peers):
    figure = peers["tables"].Figure.of([0.5, 0.2, 0.3])
    table = peers["tables"].Table(
        "name", "Caption.", ("", "wall s"), [("a", figure), ("b", peers["tables"].Figure.of([1234.0]))]
    )

    assert str(figure) == "0.3 (0.2-0.5)"
    assert (
        table.to_markdown()
        == "Caption.\n\n|  | wall s |\n| --- | ---: |\n| a | 0.3 (0.2-0.5) |\n| b | 1234 (1 run) |\n"
    )
    assert json.loads(json.dumps(table.to_json()))["rows"][0][1] == {"median": 0.3, "min": 0.2, "max": 0.5, "runs": 3}


def test_every_peer_has_all_its_versions_pinned(peers):
    for cls in peers["peers"].PEERS:
        listed = (peers["venvs"].PINNED / f"{cls.name}.txt").read_text().split()

        assert all("==" in line for line in listed)
        assert peers["venvs"].versions(cls.name)


def test_every_stage_of_a_grading_that_the_clock_knows_is_still_there(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    clock = import_module("stage_clock")
    for place in [*clock.WAITING, *(p for places in clock.STAGES.values() for p in places)]:
        import_module(place.partition(":")[0])
        owner, name = clock.owner_of(place)

        assert name in vars(owner), place


def test_the_clock_gives_each_stage_its_own_time_alone(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    clock = import_module("stage_clock").Clock()
    now = iter(range(100))
    monkeypatch.setattr(sys.modules["stage_clock"].time, "monotonic", lambda: next(now))
    clock.switch()

    with clock.stage("outer"), clock.stage("checks: inner"):
        assert clock.waiting() == "checks: waiting"
    clock.switch()

    assert [clock.spent[name][0] for name in ("outer", "checks: inner")] == [2, 1]


def test_the_share_of_graded_faults_that_a_suite_catches_predicts_that_of_others(monkeypatch):
    """Of twenty suites for each function, over the draws of them; the command prints more of these."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.syspath_prepend(FOLDER.parent / "assignments" / "00_tools")
    correlations = import_module("tests_written").study(draws=40)

    assert np.quantile(correlations["all suites"], 0.05) > 0.8
    assert all(np.median(values) > 0.8 for values in correlations.values())


def test_every_held_out_fault_is_a_fault(monkeypatch):
    """The assertions of the study notice it, or, as no suite is complete, one of these inputs does."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.syspath_prepend(FOLDER.parent / "assignments" / "00_tools")
    study, held_out = import_module("tests_written"), import_module("held_out_faults").HELD_OUT
    witnesses = {"softmax": (np.array([0.0, -100.0]), np.array([0.0, -2000.0]))}

    for name, file in study.FILES.items():
        right, faults = import_module(file).RIGHT[0], held_out[name]
        seen = study.caught(study.ASSERTIONS[name], faults).any(axis=0)
        others = [fault for fault, noticed in zip(faults, seen, strict=True) if not noticed]

        assert len(faults) >= 12
        assert not set(faults) & set(import_module(file).WRONG)
        with np.errstate(all="ignore"):
            assert all(any(not study.same(f(x), right(x)) for x in witnesses[name]) for f in others)
