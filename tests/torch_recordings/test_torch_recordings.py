"""The reference does what PyTorch did when it was asked, which needs no PyTorch; see README.md."""

import sys
from pathlib import Path

import numpy as np
import pytest

import reference
from grader.compare import FLOAT32, FLOAT64, Mismatch, Tolerance, compare

# The cases are also played outside pytest, by `python tests/torch_recordings`.
sys.path.insert(0, str(Path(__file__).parent))

from playing.case import FILE, Case, Recording, Recordings, read, write
from playing.cases import all_cases
from playing.ours import Ours
from playing.play import play

CASES = {case.name: case for case in all_cases()}
RECORDED = {recording.case.name: recording for recording in read().recordings}
BASES = {"Parameter", "Optimizer", "LRScheduler", "utils", "lr_scheduler"}
WITHOUT_A_TWIN = {"Lion"}  # PyTorch has none


def tolerance_of(case: Case) -> Tolerance:
    """That of the checks, for the same reason: both sides round, and add up in orders of their own.

    The largest difference is 0.21 of what is allowed in float32 (GELU), and 0.0013 in float64 (SiLU at 1e4).
    """
    return FLOAT32 if any(array.dtype == np.float32 for array in case.arrays.values()) else FLOAT64


def assert_same(results: dict, recorded: dict, case: Case) -> None:
    assert list(results) == list(recorded)
    for name, value in recorded.items():
        compare(results[name], value, f"{case.name}: {name}", tolerance_of(case))


@pytest.mark.parametrize("name", RECORDED)
def test_the_reference_answers_as_pytorch_did(name):
    recording = RECORDED[name]

    assert_same(play(Ours(reference), recording.case), recording.results, recording.case)


def test_what_is_recorded_is_what_would_be_asked():
    """The recording is of the cases as they stand here: same names, same options, the very same numbers."""
    assert list(RECORDED) == list(CASES)
    for name, case in CASES.items():
        recorded = RECORDED[name].case
        assert (recorded.way, recorded.spec) == (case.way, case.spec)
        assert list(recorded.arrays) == list(case.arrays)
        for key, array in case.arrays.items():
            np.testing.assert_array_equal(recorded.arrays[key], array, strict=True)


def test_everything_that_pytorch_has_too_is_recorded():
    public = {
        *reference.nn.__all__,
        *reference.optim.__all__,
        *reference.optim.lr_scheduler.__all__,
        *reference.nn.utils.__all__,
    }
    text = FILE.read_text(encoding="utf-8")

    assert {name for name in public if f'"{name}"' not in text} == BASES | WITHOUT_A_TWIN


def test_the_recording_is_small_and_says_where_it_comes_from():
    provenance = read().provenance

    assert FILE.stat().st_size < 300_000  # what a person can still look through
    assert f"{len(RECORDED)} small cases" in (FILE.parent / "README.md").read_text(encoding="utf-8")
    assert set(provenance) == {"torch", "numpy", "python", "machine", "date", "inputs"}


def test_what_is_written_is_read_as_the_very_same_numbers(tmp_path):
    arrays = {
        "float64": np.array([[0.1, -0.0, 5e-324], [np.nan, -np.inf, 1 / 3]]),
        "float32": np.array([0.1, 1 / 3, np.nan], dtype=np.float32),
        "integers": np.array([3, -100]),
        "a number": np.array(2.5),
        "empty": np.zeros((0, 3), dtype=np.float32),
    }
    written = Recordings(
        {"torch": "none"}, (Recording(Case("name", "way", {"a": [1, None]}, arrays), {"y": 0.1, "names": ["a"]}),)
    )

    write(written, tmp_path / "file.json")
    [found] = read(tmp_path / "file.json").recordings

    assert (found.case.name, found.case.way, found.case.spec) == ("name", "way", {"a": [1, None]})
    assert found.results == {"y": 0.1, "names": ["a"]}
    for name, array in arrays.items():
        np.testing.assert_array_equal(found.case.arrays[name], array, strict=True)
        assert np.array_equal(np.signbit(found.case.arrays[name]), np.signbit(array))


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


@pytest.mark.parametrize(
    ("case", "place", "name", "slip"),
    [
        ("ReLU() at its edges", reference.nn.ReLU, "backward", passes_at_zero),
        ("L1Loss: kinks, {}, none", reference.nn.L1Loss, "evaluate", has_a_slope_at_zero),
        ("NLLLoss: ignoring -100, weights, mean", reference.nn.NLLLoss, "count", counts_the_ignored),
        (
            "SGD(lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0.1)",
            reference.optim.sgd,
            "velocity",
            dampens_the_first,
        ),
        ("NAdam()", reference.optim.nadam, "_momentum", has_no_schedule),
    ],
)
def test_another_convention_is_noticed(case, place, name, slip, monkeypatch):
    monkeypatch.setattr(place, name, slip)
    recording = RECORDED[case]

    with pytest.raises(Mismatch):
        assert_same(play(Ours(reference), recording.case), recording.results, recording.case)


def test_pytorch_still_answers_so():
    """With the tolerance of the reference: another release, or another processor, may round otherwise."""
    pytest.importorskip("torch", reason="PyTorch is not installed here; what it answered is recorded")
    from playing.pytorch import ask

    for name, case in CASES.items():
        assert_same(ask(case), RECORDED[name].results, case)
