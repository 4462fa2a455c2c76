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
    raise NotImplementedError("analysis.linear_cka")


def similarity_map(layers: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> np.ndarray:
    """Compare each of some representations with each of some others.

    Args:
        layers: P arrays (n, d_i); others: Q arrays (n, e_j), all for the same n examples. Sizes may differ.

    Returns:
        (P, Q) float64: at [i, j] the ``linear_cka`` of layers[i] and others[j].

    Raises:
        ValueError: as ``linear_cka``.
    """
    raise NotImplementedError("analysis.similarity_map")


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
    raise NotImplementedError("analysis.layer_outputs")
