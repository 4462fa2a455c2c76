"""How similar are two representations of the same examples, even if their numbers have nothing in common?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..nn.module import Sequential


def linear_cka(X: np.ndarray, Y: np.ndarray) -> float:
    """Compute the linear centred kernel alignment of two representations.

    Equation: CKA = |Yc^T Xc|^2 / (|Xc^T Xc| |Yc^T Yc|), with |.| the Frobenius norm, and Xc, Yc with the mean of each
    column taken away

    It does not change if X or Y is turned by an orthogonal matrix, multiplied by a number other than 0, or shifted by a
    row. It changes if one is multiplied by any other invertible matrix.

    Conventions: if all rows of X, or of Y, are equal, it is 0: nothing can be said. Numbers may be as large or as small
    as float64 allows, as long as the arrays differ by more than rounding.

    Args:
        X: (n, d) float, one row for each of n >= 2 examples; not changed.
        Y: (n, e) float, for the same examples in the same order; d and e may differ.

    Returns:
        A float from 0 to 1, but for rounding. It is computed in float64, also from float32 arrays.

    Raises:
        ValueError: naming both shapes, if X and Y do not have two dimensions each, or not as many rows, or fewer than
            two.

    Source: Kornblith, Norouzi, Lee and Hinton, Similarity of Neural Network Representations Revisited (2019), sec. 3.

    >>> X = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    >>> round(linear_cka(X, 3 * X[:, ::-1] + 5), 12)
    1.0
    """
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


def similarity_map(layers: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> np.ndarray:
    """Compare each of some representations with each of some others.

    Args:
        layers: P arrays (n, d_i); others: Q arrays (n, e_j), all for the same n examples. Sizes may differ.

    Returns:
        (P, Q) float64: at [i, j] the ``linear_cka`` of layers[i] and others[j].

    Raises:
        ValueError: as ``linear_cka``.
    """
    return np.array([[linear_cka(X, Y) for Y in others] for X in layers]).reshape(len(layers), len(others))


def layer_outputs(model: Sequential, x: np.ndarray) -> list[np.ndarray]:
    """Collect what each module of a Sequential gives for some examples.

    The model computes in evaluation mode. Afterwards every module is in the mode in which it was.

    Args:
        model: a Sequential, whose modules may be anything.
        x: the input, of n examples along its first dimension; n may be 0.

    Returns:
        An array (n, d_i) for each module of the Sequential, in their order: its output, with all dimensions after the
        first made one. They are copies: no module that works in place changes what was collected before.

    Raises:
        As the modules do; the modes are restored then, too.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return _outputs(model, x)
    finally:
        for module, mode in modes:
            module.training = mode


def _outputs(model: Sequential, x: np.ndarray) -> list[np.ndarray]:
    found = []
    for module in model:
        x = module(x)
        found.append(x.reshape(len(x), math.prod(x.shape[1:])).copy())
    return found


def _centred(X: np.ndarray) -> np.ndarray:
    """Without the mean of each column, and with 1 as the largest number, so that no square is out of range."""
    scaled = X.astype(np.float64) / (np.abs(X).max(initial=0.0) or 1.0)
    centred = scaled - scaled.mean(axis=0)
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred / largest if largest > 1e-14 else np.zeros_like(centred)
