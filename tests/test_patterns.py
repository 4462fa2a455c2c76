"""What a wrong array looks like, in words without values."""

import numpy as np
import pytest

from grader.patterns import NEARLY, SINGLE, observe

RNG = np.random.default_rng(0)
RIGHT = RNG.normal(size=(5, 4))
SQUARE = RNG.normal(size=(4, 4))
EDGE, ROW, ENDS, SIGNS = RIGHT.copy(), RIGHT.copy(), RIGHT.copy(), RIGHT.copy()
EDGE[0] += 1
ROW[2] += RNG.normal(size=4)
ENDS[[0, -1]] += RNG.normal(size=(2, 4))
SIGNS[1, 1] *= -1
LEAKY = np.where(RIGHT < 0, 0.3 * RIGHT, RIGHT)


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (0 * RIGHT, RIGHT, "zero"),
        (-RIGHT, RIGHT, "opposite sign"),
        (SIGNS, RIGHT, "some signs"),
        (2 * RIGHT, RIGHT, "twice"),
        (0.5 * RIGHT, RIGHT, "half"),
        (RIGHT / 3.3, RIGHT, "too small by one and the same factor"),
        (3.3 * RIGHT, RIGHT, "too large by one and the same factor"),
        (RIGHT / 5, RIGHT, "too small by a factor everywhere, and the factor is the number of rows"),
        (4 * RIGHT, RIGHT, "too large by a factor everywhere, and the factor is the size of the last axis"),
        (RIGHT / 20, RIGHT, "the number of elements"),
        (RIGHT + 0.5, RIGHT, "same amount"),
        (SQUARE.T, SQUARE, "transposed"),
        (RIGHT.T, RIGHT, "transposed"),
        (RIGHT.ravel(), RIGHT, "another shape"),
        (np.stack([RIGHT, RIGHT]), 2 * RIGHT, "Summed over its first axes"),
        (RIGHT[::-1], RIGHT, "reverse order along axis 0"),
        (np.roll(RIGHT, 1, 1), RIGHT, "shifted by one place along axis 1"),
        (RIGHT[[1, 0, 3, 2, 4]], RIGHT, "other places"),
        (np.full((5, 4), 0.7), RIGHT, "same value"),
        (np.broadcast_to(RIGHT.mean(axis=0), RIGHT.shape), RIGHT, "along axis 0 are the same"),
        (EDGE, RIGHT, "Only the first entry along axis 0"),
        (ROW, RIGHT, "Only a single entry along axis 0"),
        (ENDS, RIGHT, "Only the two ends along axis 0"),
        (LEAKY, RIGHT, "exactly where it should be negative"),
        (RIGHT * (1 + 1e-11), RIGHT, NEARLY),
        (RIGHT.astype(np.float32).astype(float), RIGHT, SINGLE),
        ((RIGHT.astype(np.float32) ** 2).astype(float), RIGHT**2, SINGLE),
    ],
)
def test_a_pattern_is_named(actual, expected, words):
    assert words in observe(actual, expected, [(5, 4)])


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (RNG.normal(size=(5, 4)), RIGHT),
        (np.full_like(RIGHT, np.nan), RIGHT),
        (RNG.normal(size=(2, 3)), RIGHT),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array([3, 4]), np.array([1, 2])),
        (None, RIGHT),
        (np.array(2.0), np.array(1.0)),
        (np.array([0.5, 0.0]), np.array([1.0, 0.0])),
        (np.array([1.0, -2.0]), np.array([2.0, -4.0])),
        (np.array([2.0, 2.0, -2.0, 2.0]), np.array([1.0, 1.0, -1.0, 1.0])),
        (np.array([-1.0, 3.0]), np.array([1.0, -3.0])),
        (np.array([1.0, -2.0]), np.array([1.0, -1.0])),
    ],
)
def test_nothing_is_claimed_where_there_is_no_pattern(actual, expected):
    assert observe(actual, expected) == ""


def test_no_sentence_holds_a_value():
    for factor in (2.0, 0.5, 5.0, 1 / 7, 3.25):
        sentence = observe(RIGHT * factor, RIGHT, [(5, 4), (7, 5)])

        assert sentence
        assert not any(character.isdigit() for character in sentence)
