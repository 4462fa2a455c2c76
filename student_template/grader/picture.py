"""A small picture of where an array is wrong. It shows rows, edges and single entries at a glance."""

import numpy as np

MAX_ROWS, MAX_COLUMNS = 16, 40  # fits beside the indentation of a report on a screen of 80 columns
RIGHT, NOT_FINITE = 0, 5
LEVELS = (1e-6, 1e-3, 1e-1)  # errors from which on a cell has level 2, 3 or 4, relative to the largest right value
VISIBLE = 2  # a picture without this level would only show rounding errors
ROUNDING = 1e-12  # as in `compare.FLOAT64`
UNICODE, ASCII = "·░▒▓█!", ".-+x#!"

Picture = tuple[tuple[int, ...], ...]  # rows of levels, 0 (right) to 4 (most wrong), or 5 for NaN and infinity


def error_picture(actual: np.ndarray | None, expected: np.ndarray | None) -> Picture:
    """Rows of levels, or () if a picture would show nothing.

    That is so if the shapes differ, if there are less than four elements, if none is right, or if all errors are tiny.
    The last axis runs to the right, all others downwards, one after another. A cell of a large array shows the worst
    element of a block.

    Args:
        actual: what came.
        expected: what should have come.
    """
    if actual is None or expected is None or actual.shape != expected.shape or actual.size < 4:
        return ()
    if not actual.ndim or actual.dtype.kind not in "biuf" or expected.dtype.kind not in "biuf":
        return ()
    levels = _levels(actual.astype(float), expected.astype(float))
    if levels.max() < VISIBLE or (levels > RIGHT).all():
        return ()
    rows = _shrunk(levels.reshape(-1, levels.shape[-1]))
    return tuple(tuple(int(level) for level in row) for row in rows)


def drawn(picture: Picture, ascii_only: bool = False) -> list[str]:
    """A line that explains the picture, and the lines of the picture; none if there is no picture."""
    if not picture:
        return []
    characters = ASCII if ascii_only else UNICODE
    endless = f", {characters[NOT_FINITE]} is no finite number" if any(NOT_FINITE in row for row in picture) else ""
    legend = f"where it is wrong, from {characters[RIGHT]} (right) to {characters[4]} (most){endless}:"
    return [legend, *(" ".join(characters[level] for level in row) for row in picture)]


def _levels(actual: np.ndarray, expected: np.ndarray) -> np.ndarray:
    finite = np.isfinite(expected)
    scale = float(np.abs(expected).max(where=finite, initial=0.0)) or 1.0
    with np.errstate(all="ignore"):
        error = np.where(actual == expected, 0.0, np.abs(actual - expected)) / scale
    levels = 1 + np.digitize(error, LEVELS)
    levels[error <= ROUNDING] = RIGHT
    same = np.isnan(actual) & np.isnan(expected)
    levels[~np.isfinite(actual) & (actual != expected)] = NOT_FINITE
    levels[same] = RIGHT
    return levels


def _shrunk(levels: np.ndarray) -> np.ndarray:
    for axis, most in enumerate((MAX_ROWS, MAX_COLUMNS)):
        size = levels.shape[axis]
        if size > most:
            starts = np.arange(most) * size // most
            levels = np.maximum.reduceat(levels, starts, axis=axis)
    return levels
