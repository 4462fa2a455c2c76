"""A picture shows where an array is wrong."""

import numpy as np
import pytest

from grader.picture import MAX_COLUMNS, MAX_ROWS, drawn, error_picture

RIGHT = np.random.default_rng(0).normal(size=(4, 5))


def test_a_wrong_row_is_seen():
    wrong = RIGHT.copy()
    wrong[2] += 10

    assert drawn(error_picture(wrong, RIGHT))[1:] == ["· · · · ·", "· · · · ·", "█ █ █ █ █", "· · · · ·"]


def test_wrong_edges_are_seen_where_there_is_only_ascii():
    wrong = RIGHT.copy()
    wrong[:, [0, -1]] += 10

    lines = drawn(error_picture(wrong, RIGHT), ascii_only=True)

    assert lines[1:] == ["# . . . #"] * 4
    assert "".join(lines).isascii()


def test_small_errors_are_lighter_and_what_is_not_finite_is_marked():
    wrong = RIGHT.copy()
    size = np.abs(RIGHT).max()
    wrong[0] += size * np.array([0, 1e-9, 1e-4, 1e-2, 1])
    wrong[1, 0], wrong[1, 1] = np.nan, np.inf

    assert error_picture(wrong, RIGHT)[:2] == ((0, 1, 2, 3, 4), (5, 5, 0, 0, 0))


def test_rounding_and_what_should_not_be_finite_are_right():
    expected = RIGHT.copy()
    expected[0, 0], expected[0, 1] = np.nan, np.inf
    wrong = expected * (1 + 1e-15)
    wrong[3, 4] += 10

    picture = error_picture(wrong, expected)

    assert sum(level > 0 for row in picture for level in row) == 1


def test_a_large_array_is_shrunk_and_one_wrong_element_still_seen():
    wrong = np.ones((300, 2, 700))
    wrong[299, 1, 699] = 5

    picture = error_picture(wrong, np.ones((300, 2, 700)))

    assert (len(picture), len(picture[0])) == (MAX_ROWS, MAX_COLUMNS)
    assert [(i, j) for i, row in enumerate(picture) for j, level in enumerate(row) if level] == [
        (MAX_ROWS - 1, MAX_COLUMNS - 1)
    ]


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (RIGHT, RIGHT),
        (2 * RIGHT, RIGHT),
        (RIGHT[:2], RIGHT),
        (np.array([1.0, 2.0]), np.array([1.0, 3.0])),
        (None, None),
        (np.array(1.0), np.array(2.0)),
    ],
)
def test_where_nothing_is_to_be_seen_there_is_no_picture(actual, expected):
    assert error_picture(actual, expected) == ()
    assert drawn(()) == []
