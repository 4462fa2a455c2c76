"""Batches for a language model: windows of a long text, and what comes next at each place."""

import numpy as np


def random_windows(
    tokens: np.ndarray, batch_size: int, length: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw windows from a text, each at a place of its own.

    Equation: x[n, i] = tokens[s_n + i],  target[n, i] = tokens[s_n + i + 1]

    Args:
        tokens: (T,) integers.
        batch_size: int >= 1; N, how many windows.
        length: int >= 1; L, how many positions each has; below T.
        rng: source of the places: s = ``rng.integers(T - L, size=N)``, and no other draw. So the last token is a
            target, too, and no window begins where no target would be left.

    Returns:
        x and target, (N, L) each, of the dtype of tokens. Neither shares memory with the other or with tokens.

    Raises:
        ValueError: if batch_size or length is below 1, or there are fewer than L + 1 tokens.

    >>> random_windows(np.arange(4), 2, 3, np.random.default_rng(0))[1]
    array([[1, 2, 3],
           [1, 2, 3]])
    """
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(len(tokens) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    return tokens[places], tokens[places + 1]
