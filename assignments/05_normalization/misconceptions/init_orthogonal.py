"""What people believe about orthogonal matrices."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.init import _filled, _or_fresh, _require_matrix


@misconception(
    "nn.init.orthogonal_",
    hint="Q R = (Q D)(D R) for every diagonal D of signs: which of these matrices does your decomposition give?",
    fails=(
        "Orthogonal/test_at_random",
        "Orthogonal/test_values",
        "Orthogonal/test_values_with_options",
    ),
    source="Mezzadri (2007), sec. 5",
)
def signs_are_those_of_numpy(p, gain=1.0, *, rng=None):
    """The Q of np.linalg.qr is the random orthogonal matrix."""
    _require_matrix(p)
    rows, columns = p.shape[0], math.prod(p.shape[1:])
    drawn = _or_fresh(rng).normal(0, 1, (rows, columns))
    q, _ = np.linalg.qr(drawn if rows >= columns else drawn.T)
    return _filled(p, gain * (q if rows >= columns else q.T).reshape(p.shape))


@misconception(
    "nn.init.orthogonal_",
    hint="Whose diagonal does the handout want to be positive: that of Q, or that of R?",
    fails=(
        "Orthogonal/test_at_random",
        "Orthogonal/test_values",
        "Orthogonal/test_values_with_options",
    ),
    source="folklore",
)
def diagonal_of_q_is_positive(p, gain=1.0, *, rng=None):
    """The signs are chosen so that the diagonal of Q is positive."""
    _require_matrix(p)
    rows, columns = p.shape[0], math.prod(p.shape[1:])
    drawn = _or_fresh(rng).normal(0, 1, (rows, columns))
    q, _ = np.linalg.qr(drawn if rows >= columns else drawn.T)
    q = q * np.sign(np.diag(q))
    return _filled(p, gain * (q if rows >= columns else q.T).reshape(p.shape))


@misconception(
    "nn.init.orthogonal_",
    hint="What is the dot product of two different columns of your matrix?",
    fails=(
        "Orthogonal/test_keeps_lengths",
        "Orthogonal/test_columns",
        "Orthogonal/test_at_random",
    ),
    source="folklore",
)
def rows_are_only_normalised(p, gain=1.0, *, rng=None):
    """Rows of length 1 make a matrix orthogonal."""
    _require_matrix(p)
    rows, columns = p.shape[0], math.prod(p.shape[1:])
    drawn = _or_fresh(rng).normal(0, 1, (rows, columns))
    return _filled(p, (gain * drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).reshape(p.shape))


@misconception(
    "nn.init.orthogonal_",
    hint="In which shape does the handout draw G for a p of shape (2, 5)?",
    fails=(
        "Orthogonal/test_values",
        "Orthogonal/test_values_with_options",
        "Orthogonal/test_in_place",
    ),
    source="folklore",
)
def a_wide_one_is_drawn_tall(p, gain=1.0, *, rng=None):
    """For a wide p, the normal numbers are drawn in the shape of its transpose."""
    _require_matrix(p)
    rows, columns = p.shape[0], math.prod(p.shape[1:])
    drawn = _or_fresh(rng).normal(0, 1, (max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(drawn)
    q = q * np.sign(np.diag(r))
    return _filled(p, gain * (q if rows >= columns else q.T).reshape(p.shape))


@misconception(
    "nn.init.orthogonal_",
    hint="How many rows of length 5 can be orthogonal to each other, and how many columns of length 2?",
    fails=(
        "Orthogonal/test_values",
        "Orthogonal/test_values_with_options",
        "Orthogonal/test_in_place",
    ),
    source="folklore",
)
def a_wide_one_is_padded(p, gain=1.0, *, rng=None):
    """A wide p has as many orthogonal columns as it has rows, and zeros after them."""
    _require_matrix(p)
    rows, columns = p.shape[0], math.prod(p.shape[1:])
    drawn = _or_fresh(rng).normal(0, 1, (rows, columns))
    q, r = np.linalg.qr(drawn[:, : min(rows, columns)])
    values = np.zeros((rows, columns))
    values[:, : q.shape[1]] = q * np.sign(np.diag(r))
    return _filled(p, gain * values.reshape(p.shape))


@misconception(
    "nn.init.orthogonal_",
    hint="Which dimensions of a p of shape (4, 3, 5) make the columns of its matrix?",
    fails=(
        "Orthogonal/test_keeps_lengths",
        "Orthogonal/test_values",
        "Orthogonal/test_values_with_options",
    ),
    convention="This is the form for a weight of shape (*K, in, out), as in Keras; the contract asks for O rows.",
    source="keras.initializers.Orthogonal",
)
def last_dimension_makes_the_columns(p, gain=1.0, *, rng=None):
    """A weight of a convolution counts as a matrix whose columns are its last dimension."""
    _require_matrix(p)
    rows, columns = math.prod(p.shape[:-1]), p.shape[-1]
    drawn = _or_fresh(rng).normal(0, 1, (rows, columns))
    q, r = np.linalg.qr(drawn if rows >= columns else drawn.T)
    q = q * np.sign(np.diag(r))
    return _filled(p, gain * (q if rows >= columns else q.T).reshape(p.shape))


@misconception(
    "nn.init.orthogonal_",
    hint="Try a gain of 2: how long should the columns be?",
    fails=(
        "Orthogonal/test_columns",
        "Orthogonal/test_keeps_lengths",
        "Orthogonal/test_values_with_options",
    ),
    source="folklore",
)
def orthogonal_gain_is_forgotten(p, gain=1.0, *, rng=None):
    """An orthogonal matrix has columns of length 1, whatever gain is."""
    _require_matrix(p)
    rows, columns = p.shape[0], math.prod(p.shape[1:])
    drawn = _or_fresh(rng).normal(0, 1, (rows, columns))
    q, r = np.linalg.qr(drawn if rows >= columns else drawn.T)
    q = q * np.sign(np.diag(r))
    return _filled(p, (q if rows >= columns else q.T).reshape(p.shape))


@misconception(
    "nn.init.orthogonal_",
    hint="Which decomposition does the handout name, and is there another orthogonal matrix near G?",
    fails=(
        "Orthogonal/test_values",
        "Orthogonal/test_values_with_options",
        "Orthogonal/test_in_place",
    ),
    convention="This is the form with a singular value decomposition, as in Lasagne;"
    " the contract asks for Q of G = Q R.",
    source="lasagne.init.Orthogonal",
)
def nearest_orthogonal_matrix(p, gain=1.0, *, rng=None):
    """The orthogonal matrix is U V^T, from the singular value decomposition of G."""
    _require_matrix(p)
    rows, columns = p.shape[0], math.prod(p.shape[1:])
    drawn = _or_fresh(rng).normal(0, 1, (rows, columns))
    u, _, vt = np.linalg.svd(drawn, full_matrices=False)
    return _filled(p, gain * (u @ vt).reshape(p.shape))


@misconception(
    "nn.init.orthogonal_",
    hint="Is the Q of uniform numbers as likely to point one way as the other?",
    fails=(
        "Orthogonal/test_at_random",
        "Orthogonal/test_values",
        "Orthogonal/test_values_with_options",
    ),
    source="folklore (rng.random in place of rng.normal)",
)
def drawn_uniformly(p, gain=1.0, *, rng=None):
    """Any random matrix will do, say one of numbers uniform in [0, 1)."""
    _require_matrix(p)
    rows, columns = p.shape[0], math.prod(p.shape[1:])
    drawn = _or_fresh(rng).random((rows, columns))
    q, r = np.linalg.qr(drawn if rows >= columns else drawn.T)
    q = q * np.sign(np.diag(r))
    return _filled(p, gain * (q if rows >= columns else q.T).reshape(p.shape))
