"""The reference does what PyTorch did when it was asked, or differs on purpose; it needs no PyTorch for that."""

from pathlib import Path

import numpy as np
import pytest

import reference
from grader.assignment import AssignmentError, Course
from grader.assignment.holes import exported_names
from grader.compare import FLOAT32, FLOAT64, Mismatch, Tolerance, compare
from grader.recordings.case import Case, Recording, Recordings, read, write
from grader.recordings.cases import read_cases
from grader.recordings.ours import Ours
from grader.recordings.play import play

COURSE = Course.load(Path(__file__).parents[2])
FOUND = {assignment.number: read_cases(assignment.folder) for assignment in COURSE.assignments}
WAYS = {number: found.ways for number, found in FOUND.items()}
RECORDED = [(number, r) for number, found in FOUND.items() for r in read(found.answers).recordings]
NAMES = [f"{number}: {recording.case.name}" for number, recording in RECORDED]
ROOM = 150_000  # bytes of one file: what a person can still look through


def tolerance_of(case: Case) -> Tolerance:
    """That of the checks, for the same reason: both sides round, and add up in orders of their own.

    The largest difference is 0.21 of what is allowed in float32 (GELU), and 0.0013 in float64 (SiLU at 1e4).
    """
    return FLOAT32 if any(array.dtype == np.float32 for array in case.arrays.values()) else FLOAT64


def assert_same(results: dict, recorded: dict, case: Case) -> None:
    compare(list(results), list(recorded), f"{case.name}: what comes out of it")
    for name, value in recorded.items():
        compare(results[name], value, f"{case.name}: {name}", tolerance_of(case))


@pytest.mark.parametrize(("number", "recording"), RECORDED, ids=NAMES)
def test_the_reference_answers_as_pytorch_did_unless_it_differs_on_purpose(number, recording):
    results = play(Ours(reference), recording.case, WAYS[number])

    if recording.case.differs:
        with pytest.raises(Mismatch):
            assert_same(results, recording.results, recording.case)
    else:
        assert_same(results, recording.results, recording.case)


@pytest.mark.parametrize("number", FOUND)
def test_what_is_recorded_is_what_would_be_asked(number):
    """The recording is of the cases as they stand there: same names, same options, the very same numbers."""
    recorded = {recording.case.name: recording.case for recording in read(FOUND[number].answers).recordings}

    assert list(recorded) == [case.name for case in FOUND[number].cases]
    for case in FOUND[number].cases:
        found = recorded[case.name]
        assert (found.way, found.spec, found.differs) == (case.way, case.spec, case.differs)
        assert list(found.arrays) == list(case.arrays)
        for key, array in case.arrays.items():
            np.testing.assert_array_equal(found.arrays[key], array, strict=True)


@pytest.mark.parametrize("assignment", COURSE.assignments, ids=lambda a: a.number)
def test_everything_that_students_write_and_pytorch_has_too_is_recorded(assignment):
    public = {name for file, text in COURSE.reference.items() if "__init__" in file for name in exported_names(text)}
    asked = {name.partition(".")[0] for names in assignment.holes.values() for name in names} & public
    text = FOUND[assignment.number].answers.read_text(encoding="utf-8")

    assert {name for name in asked if f'"{name}"' not in text} == FOUND[assignment.number].without_a_twin.keys()


@pytest.mark.parametrize("number", FOUND)
def test_a_recording_is_small_and_says_where_it_comes_from(number):
    assert FOUND[number].answers.stat().st_size < ROOM
    assert set(read(FOUND[number].answers).provenance) == {"torch", "numpy", "python", "machine", "date"}


def test_what_is_written_is_read_as_the_very_same_numbers(tmp_path):
    arrays = {
        "float64": np.array([[0.1, -0.0, 5e-324], [np.nan, -np.inf, 1 / 3]]),
        "float32": np.array([0.1, 1 / 3, np.nan], dtype=np.float32),
        "integers": np.array([3, -100]),
        "a number": np.array(2.5),
        "empty": np.zeros((0, 3), dtype=np.float32),
    }
    case = Case("name", "way", {"a": [1, None]}, arrays, "why")
    written = Recordings({"torch": "none"}, (Recording(case, {"y": 0.1, "names": ["a"]}),))

    write(written, tmp_path / "file.json")
    [found] = read(tmp_path / "file.json").recordings

    assert (found.case.name, found.case.way, found.case.spec) == ("name", "way", {"a": [1, None]})
    assert (found.case.differs, found.results) == ("why", {"y": 0.1, "names": ["a"]})
    for name, array in arrays.items():
        np.testing.assert_array_equal(found.case.arrays[name], array, strict=True)
        assert np.array_equal(np.signbit(found.case.arrays[name]), np.signbit(array))


BROKEN = {
    "no cases": ("", "recordings/cases.py: this file is missing"),
    "the same name": ("def cases(): return [Case('a', 'module', {})] * 2", "a: another case has this name"),
    "no way": ("def cases(): return [Case('a', 'loss', {})]", "a: there is no way 'loss'"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_cases_are_refused_by_file_and_name(tmp_path, fault):
    text, problem = BROKEN[fault]
    if text:
        (tmp_path / "recordings").mkdir()
        (tmp_path / "recordings/cases.py").write_text(f"from grader.recordings.case import Case\n{text}\n")

    with pytest.raises(AssignmentError) as caught:
        read_cases(tmp_path)

    assert str(caught.value).startswith(str(tmp_path))
    assert problem in str(caught.value)


def passes_at_zero(self, dy):
    return np.where(self.saved_values[0] >= 0, dy, 0)


def has_a_slope_at_zero(self, input, target):
    return np.abs(input - target), np.where(input >= target, 1.0, -1.0)


def counts_the_ignored(self, input, target):
    return target.size


def dampens_the_first(state, momentum, value, dampening=0):
    state["momentum_buffer"] = momentum * state.get("momentum_buffer", 0.0) + (1 - dampening) * value
    return state["momentum_buffer"]


def has_no_schedule(group, t):
    return group["betas"][0]


SLIPS = [
    ("02: ReLU() at its edges", reference.nn.ReLU, "backward", passes_at_zero),
    ("03: L1Loss: kinks, {}, none", reference.nn.L1Loss, "evaluate", has_a_slope_at_zero),
    ("03: NLLLoss: ignoring -100, weights, mean", reference.nn.NLLLoss, "count", counts_the_ignored),
    (
        "04: SGD(lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0.1)",
        reference.optim.sgd,
        "velocity",
        dampens_the_first,
    ),
    ("04: NAdam()", reference.optim.nadam, "_momentum", has_no_schedule),
]


@pytest.mark.parametrize(("name", "place", "function", "slip"), SLIPS)
def test_another_convention_is_noticed(name, place, function, slip, monkeypatch):
    monkeypatch.setattr(place, function, slip)
    number, recording = RECORDED[NAMES.index(name)]

    with pytest.raises(Mismatch):
        assert_same(play(Ours(reference), recording.case, WAYS[number]), recording.results, recording.case)


def test_pytorch_still_answers_so():
    """With the tolerance of the reference: another release, or another processor, may round otherwise."""
    pytest.importorskip("torch", reason="PyTorch is not installed here; what it answered is recorded")
    from grader.recordings.pytorch import ask

    for number, recording in RECORDED:
        assert_same(ask(recording.case, WAYS[number]), recording.results, recording.case)
