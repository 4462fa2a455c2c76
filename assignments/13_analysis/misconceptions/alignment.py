"""What people believe about how similar representations are."""

import math

import numpy as np

from grader.assignment import misconception
from reference.analysis.similarity import _centred, _outputs, linear_cka
from reference.nn.module import Sequential


@misconception(
    "analysis.similarity._centred",
    hint="What does a shift do to an inner product?",
    fails=(
        "LinearCKA/test_invariances",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
    ),
    source="folklore",
)
def nothing_is_centred(X):
    """Inner products say how similar examples are."""
    scaled = X.astype(np.float64) / (np.abs(X).max(initial=0.0) or 1.0)
    centred = scaled
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred / largest if largest > 1e-14 else np.zeros_like(centred)


@misconception(
    "analysis.similarity._centred",
    hint="How many means does a representation have?",
    fails=(
        "LinearCKA/test_invariances",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
    ),
    source="folklore",
)
def the_mean_of_all_is_taken_away(X):
    """The mean is a number."""
    scaled = X.astype(np.float64) / (np.abs(X).max(initial=0.0) or 1.0)
    centred = scaled - scaled.mean()
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred / largest if largest > 1e-14 else np.zeros_like(centred)


@misconception(
    "analysis.similarity._centred",
    hint="Of which axis is the mean?",
    fails=(
        "LinearCKA/test_worked_example",
        "LinearCKA/test_invariances",
        "SimilarityMap/test_worked_example",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
    ),
    source="folklore",
)
def examples_are_centred(X):
    """Each example loses its mean."""
    scaled = X.astype(np.float64) / (np.abs(X).max(initial=0.0) or 1.0)
    centred = scaled - scaled.mean(axis=1, keepdims=True)
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred / largest if largest > 1e-14 else np.zeros_like(centred)


@misconception(
    "analysis.similarity._centred",
    hint="Which maps may not change CKA, and which may?",
    fails=(
        "LinearCKA/test_invariances",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
    ),
    source="folklore",
)
def columns_have_one_variance(X):
    """Columns are divided by their deviation."""
    scaled = X.astype(np.float64) / (np.abs(X).max(initial=0.0) or 1.0)
    centred = scaled - scaled.mean(axis=0)
    deviations = centred.std(axis=0)
    centred = centred / np.where(deviations > 1e-14, deviations, 1)
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred / largest if largest > 1e-14 else np.zeros_like(centred)


@misconception(
    "analysis.similarity._centred",
    hint="Between which two things is the cosine of (2)?",
    fails=(
        "LinearCKA/test_values",
        "LinearCKA/test_invariances",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
    ),
    source="folklore",
)
def rows_have_one_length(X):
    """Examples are divided by their lengths, as in a cosine of examples."""
    scaled = X.astype(np.float64) / (np.abs(X).max(initial=0.0) or 1.0)
    centred = scaled - scaled.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred = centred / np.where(lengths > 1e-14, lengths, 1)
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred / largest if largest > 1e-14 else np.zeros_like(centred)


@misconception(
    "analysis.similarity._centred",
    hint="What is the square of 1e-150, squared?",
    fails=("LinearCKA/test_nothing_in_common", "LinearCKA/test_range"),
    source="folklore",
)
def squares_have_room(X):
    """Every square of a float fits into a float."""
    scaled = X.astype(np.float64)
    centred = scaled - scaled.mean(axis=0)
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred if largest > 1e-300 else np.zeros_like(centred)


@misconception(
    "analysis.similarity._centred",
    hint="What is 0.1 + 0.1 + 0.1, divided by 3?",
    fails=("LinearCKA/test_nothing_in_common",),
    source="folklore",
)
def rounding_is_a_difference(X):
    """The mean of equal rows is that row, to the last bit."""
    scaled = X.astype(np.float64) / (np.abs(X).max(initial=0.0) or 1.0)
    centred = scaled - scaled.mean(axis=0)
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred / largest if largest > 0 else np.zeros_like(centred)


@misconception(
    "analysis.similarity._centred",
    hint="Which dtype does the docstring name?",
    fails=("LinearCKA/test_kinds",),
    source="folklore",
)
def float32_is_enough(X):
    """float32 data are computed with in float32."""
    scaled = X / (np.abs(X).max(initial=0.0) or 1.0)
    centred = scaled - scaled.mean(axis=0)
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred / largest if largest > 1e-14 else np.zeros_like(centred)


@misconception(
    "analysis.similarity._centred",
    hint="Whose array is X?",
    fails=("LinearCKA/test_memory",),
    source="folklore",
)
def writes_into_x(X):
    """The mean is taken out of X."""
    scaled = X.astype(np.float64) / (np.abs(X).max(initial=0.0) or 1.0)
    centred = scaled - scaled.mean(axis=0)
    if X.flags.writeable:
        X -= X.mean(axis=0).astype(X.dtype)
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return centred / largest if largest > 1e-14 else np.zeros_like(centred)


@misconception(
    "analysis.linear_cka",
    hint="What is linear_cka(X, X)?",
    fails=(
        "LinearCKA/test_invariances",
        "LinearCKA/test_refuses",
        "SimilarityMap/test_worked_example",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def the_root_is_taken(X, Y):
    """The norm of the product is divided by the norms."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="What if X and Y have other sizes?",
    fails=(
        "LinearCKA/test_worked_example",
        "LinearCKA/test_invariances",
        "LinearCKA/test_refuses",
        "SimilarityMap/test_worked_example",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def cosines_are_of_numbers(X, Y):
    """Similarity is the cosine between all numbers."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return (
        float(
            np.sum(other[:, : min(one.shape[1], other.shape[1])] * one[:, : min(one.shape[1], other.shape[1])])
            / np.sqrt(norms)
        )
        if norms > 0
        else 0.0
    )


@misconception(
    "analysis.linear_cka",
    hint="What is linear_cka(X, X)?",
    fails=(
        "LinearCKA/test_worked_example",
        "LinearCKA/test_invariances",
        "LinearCKA/test_refuses",
        "SimilarityMap/test_worked_example",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def one_is_subtracted(X, Y):
    """CKA is a distance."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return 1 - float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="What is linear_cka(X, X) if X is a single column times 2?",
    fails=(
        "LinearCKA/test_worked_example",
        "LinearCKA/test_invariances",
        "LinearCKA/test_refuses",
        "SimilarityMap/test_worked_example",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def norms_are_squared(X, Y):
    """All norms are squared."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) ** 2 * np.linalg.norm(other.T @ other) ** 2
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="Is it, if X has two columns?",
    fails=(
        "LinearCKA/test_invariances",
        "LinearCKA/test_refuses",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def norms_are_those_of_the_arrays(X, Y):
    """|Xc^T Xc| is |Xc|^2."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one) ** 2 * np.linalg.norm(other) ** 2
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="What is the root of the sum of all squares?",
    fails=(
        "LinearCKA/test_invariances",
        "LinearCKA/test_refuses",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def the_trace_is_the_norm(X, Y):
    """The norm of a matrix is its trace."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(np.diagonal(other.T @ one)) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="What is the root of the sum of all squares?",
    fails=(
        "LinearCKA/test_values",
        "LinearCKA/test_invariances",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
    ),
    source="folklore",
)
def the_spectral_norm_is_meant(X, Y):
    """|.| is the largest singular value."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one, 2) * np.linalg.norm(other.T @ other, 2)
    return float(np.linalg.norm(other.T @ one, 2) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="Which maps are to matter?",
    fails=(
        "LinearCKA/test_invariances",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
    ),
    source="folklore",
)
def canonical_correlations(X, Y):
    """Representations are whitened first, so that no invertible map matters."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    one, other = (np.linalg.svd(z, full_matrices=False)[0][:, : max(np.linalg.matrix_rank(z), 1)] for z in (one, other))
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="What does another seed do to the order of units?",
    fails=(
        "LinearCKA/test_invariances",
        "LinearCKA/test_refuses",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def axes_are_the_same(X, Y):
    """Column i of X is column i of Y."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return (
        float(np.linalg.norm((other.T @ one) * np.eye(other.shape[1], one.shape[1])) ** 2 / norms) if norms > 0 else 0.0
    )


@misconception(
    "analysis.linear_cka",
    hint="How does linear_cka(X, Y) change if a constant is added to X?",
    fails=(
        "LinearCKA/test_invariances",
        "LinearCKA/test_refuses",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def y_alone_is_centred(X, Y):
    """One mean is enough."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = X / (np.abs(X).max(initial=0.0) or 1.0), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="What does the contract say of equal rows?",
    fails=("LinearCKA/test_nothing_in_common",),
    source="folklore",
)
def nothing_over_nothing_is_nan(X, Y):
    """0 / 0 is NaN, which says that nothing is known."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else float("nan")


@misconception(
    "analysis.linear_cka",
    hint="Which examples do they tell apart?",
    fails=("LinearCKA/test_nothing_in_common",),
    source="folklore",
)
def equal_rows_are_similar(X, Y):
    """Equal rows are as similar as can be."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 1.0


@misconception(
    "analysis.linear_cka",
    hint="Which type does the docstring name?",
    fails=(
        "LinearCKA/test_worked_example",
        "LinearCKA/test_invariances",
        "LinearCKA/test_refuses",
        "SimilarityMap/test_worked_example",
        "LinearCKA/test_values",
        "LinearCKA/test_what_changes_it",
        "LinearCKA/test_nothing_in_common",
        "LinearCKA/test_range",
        "LinearCKA/test_kinds",
        "LinearCKA/test_memory",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def a_numpy_number_is_a_float(X, Y):
    """Any scalar of NumPy is a float, np.float32 too."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return np.float32(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="Which row belongs to which?",
    fails=("LinearCKA/test_refuses", "SimilarityMap/test_refuses"),
    source="folklore",
)
def the_shorter_counts(X, Y):
    """Examples that only one has are left out."""
    if X.ndim == Y.ndim == 2:
        X, Y = X[: len(Y)], Y[: len(X)]
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="Which shapes does the table name?",
    fails=("LinearCKA/test_refuses",),
    source="folklore",
)
def a_vector_is_a_column(X, Y):
    """An array of one dimension is a column."""
    X, Y = (z[:, None] if z.ndim == 1 else z for z in (X, Y))
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="Which shapes does the table name?",
    fails=("LinearCKA/test_refuses",),
    source="folklore",
)
def more_dimensions_are_flattened(X, Y):
    """Further dimensions are made one."""
    X, Y = (z.reshape(len(z), -1) if z.ndim == 3 else z for z in (X, Y))
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 2:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.linear_cka",
    hint="What is left of one row without its mean?",
    fails=("LinearCKA/test_refuses",),
    source="folklore",
)
def one_example_is_enough(X, Y):
    """One example can be compared, too."""
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or len(X) < 1:
        raise ValueError(f"X and Y have shapes {X.shape} and {Y.shape}, but should have (n, d) and (n, e) with n >= 2")
    one, other = _centred(X), _centred(Y)
    norms = np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)
    return float(np.linalg.norm(other.T @ one) ** 2 / norms) if norms > 0 else 0.0


@misconception(
    "analysis.similarity_map",
    hint="Which shape does the map of three layers and two others have?",
    fails=("SimilarityMap/test_worked_example", "SimilarityMap/test_values"),
    source="folklore",
)
def rows_and_columns_are_exchanged(layers, others):
    """others are the rows."""
    return np.array([[linear_cka(X, Y) for X in layers] for Y in others])


@misconception(
    "analysis.similarity_map",
    hint="What is the second argument for?",
    fails=("SimilarityMap/test_values", "SimilarityMap/test_refuses"),
    source="folklore",
)
def layers_are_compared_among_themselves(layers, others):
    """A map is of one network."""
    return np.array([[linear_cka(X, Y) for Y in [*layers, *others][: len(others)]] for X in layers]).reshape(
        len(layers), len(others)
    )


@misconception(
    "analysis.similarity_map",
    hint="What is at [0, 1]?",
    fails=("SimilarityMap/test_worked_example", "SimilarityMap/test_values"),
    source="folklore",
)
def only_pairs_are_compared(layers, others):
    """Layer i is compared with layer i."""
    return np.array(
        [[linear_cka(X, Y) * (i == j) for j, Y in enumerate(others)] for i, X in enumerate(layers)]
    ).reshape(len(layers), len(others))


@misconception(
    "analysis.similarity_map",
    hint="Is it, for two networks?",
    fails=("SimilarityMap/test_values",),
    source="folklore",
)
def the_upper_half_is_enough(layers, others):
    """The map is symmetric, so one half is enough."""
    return np.array(
        [
            [
                linear_cka(layers[min(i, j)], others[max(i, j)])
                if max(i, j) < min(len(layers), len(others))
                else linear_cka(layers[i], others[j])
                for j in range(len(others))
            ]
            for i in range(len(layers))
        ]
    ).reshape(len(layers), len(others))


@misconception(
    "analysis.similarity_map",
    hint="Which dtype does the table name?",
    fails=(
        "SimilarityMap/test_worked_example",
        "SimilarityMap/test_values",
        "SimilarityMap/test_refuses",
    ),
    source="folklore",
)
def a_map_is_float32(layers, others):
    """A map is for drawing."""
    return (
        np.array([[linear_cka(X, Y) for Y in others] for X in layers])
        .reshape(len(layers), len(others))
        .astype(np.float32)
    )


@misconception(
    "analysis.similarity_map",
    hint="What does the contract say of two arrays with different numbers of rows?",
    fails=("SimilarityMap/test_refuses",),
    source="folklore",
)
def sizes_that_differ_are_nan(layers, others):
    """What cannot be compared is NaN."""
    return np.array([[linear_cka(X, Y) if len(X) == len(Y) else np.nan for Y in others] for X in layers]).reshape(
        len(layers), len(others)
    )


@misconception(
    "analysis.layer_outputs",
    hint="What does Dropout do in training?",
    fails=(
        "LayerOutputs/test_each_module",
        "LayerOutputs/test_outputs",
        "LayerOutputs/test_modes",
    ),
    source="folklore",
)
def the_mode_stays(model, x):
    """A model computes in the mode that it has."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        return _outputs(model, x)
    finally:
        for module, mode in modes:
            module.training = mode


@misconception(
    "analysis.layer_outputs",
    hint="Who goes on training?",
    fails=("LayerOutputs/test_each_module", "LayerOutputs/test_modes"),
    source="folklore",
)
def evaluation_stays(model, x):
    """After looking, a model is in evaluation."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return _outputs(model, x)
    finally:
        for module, mode in modes:
            module.training = module.training and mode


@misconception(
    "analysis.layer_outputs",
    hint="In which mode was a module that was frozen?",
    fails=("LayerOutputs/test_modes",),
    source="folklore",
)
def training_comes_back(model, x):
    """After looking, a model trains again."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return _outputs(model, x)
    finally:
        for module, _ in modes:
            module.training = True


@misconception(
    "analysis.layer_outputs",
    hint="In which mode was a module that was frozen?",
    fails=("LayerOutputs/test_modes",),
    source="folklore",
)
def the_mode_of_the_model_counts(model, x):
    """All modules are in the mode of the model."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return _outputs(model, x)
    finally:
        for module, _ in modes:
            module.training = modes[0][1]


@misconception(
    "analysis.layer_outputs",
    hint="Which modules does eval() reach?",
    fails=("LayerOutputs/test_modes",),
    source="folklore",
)
def children_alone_come_back(model, x):
    """A module has its mode, and its children have theirs."""
    modes = [(module, module.training) for module in [model, *model.children()]]
    model.eval()
    try:
        return _outputs(model, x)
    finally:
        for module, mode in modes:
            module.training = mode


@misconception(
    "analysis.layer_outputs",
    hint="In which mode is the model after an error?",
    fails=("LayerOutputs/test_modes",),
    source="folklore",
)
def errors_leave_the_mode(model, x):
    """If a module fails, nothing matters any more."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    found = _outputs(model, x)
    for module, mode in modes:
        module.training = mode
    return found


@misconception(
    "analysis.layer_outputs",
    hint="What should a mistake in a module look like?",
    fails=("LayerOutputs/test_modes",),
    source="folklore",
)
def errors_are_swallowed(model, x):
    """A module that fails gives nothing."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return _outputs(model, x)
    except ZeroDivisionError:
        return []
    finally:
        for module, mode in modes:
            module.training = mode


@misconception(
    "analysis.similarity._outputs",
    hint="What does Identity return, and what reshape of it?",
    fails=("LayerOutputs/test_copies",),
    source="folklore",
)
def outputs_are_views(model, x):
    """reshape gives an array of its own."""
    found = []
    for module in model:
        x = module(x)
        found.append(x.reshape(len(x), math.prod(x.shape[1:])))
    return found


@misconception(
    "analysis.similarity._outputs",
    hint="How many arrays does a Sequential of three modules have?",
    fails=(
        "LayerOutputs/test_each_module",
        "LayerOutputs/test_outputs",
        "LayerOutputs/test_modes",
    ),
    source="folklore",
)
def the_input_is_an_output(model, x):
    """The list begins with x."""
    found = [x.reshape(len(x), math.prod(x.shape[1:])).copy()]
    for module in model:
        x = module(x)
        found.append(x.reshape(len(x), math.prod(x.shape[1:])).copy())
    return found


@misconception(
    "analysis.similarity._outputs",
    hint="How many arrays does a Sequential of three modules have?",
    fails=(
        "LayerOutputs/test_each_module",
        "LayerOutputs/test_outputs",
        "LayerOutputs/test_modes",
        "LayerOutputs/test_copies",
    ),
    source="folklore",
)
def the_last_is_enough(model, x):
    """What a model gives is its last output."""
    found = []
    for module in model:
        x = module(x)
        found.append(x.reshape(len(x), math.prod(x.shape[1:])).copy())
    return found[-1:]


@misconception(
    "analysis.similarity._outputs",
    hint="What is the input of the second module?",
    fails=("LayerOutputs/test_outputs", "LayerOutputs/test_modes"),
    source="folklore",
)
def each_module_sees_x(model, x):
    """Each module is given x."""
    found = []
    for module in model:
        try:
            y = module(x)
        except ValueError:
            x = y = module(y)
        found.append(y.reshape(len(y), math.prod(y.shape[1:])).copy())
    return found


@misconception(
    "analysis.similarity._outputs",
    hint="Which shape does the table name?",
    fails=("LayerOutputs/test_outputs",),
    source="folklore",
)
def dimensions_stay(model, x):
    """Outputs are as they are."""
    found = []
    for module in model:
        x = module(x)
        found.append(x.copy())
    return found


@misconception(
    "analysis.similarity._outputs",
    hint="Which dimension are the examples?",
    fails=("LayerOutputs/test_outputs",),
    source="folklore",
)
def columns_are_examples(model, x):
    """Dimensions are joined from the front."""
    found = []
    for module in model:
        x = module(x)
        found.append(x.reshape(-1, x.shape[-1]).copy())
    return found


@misconception(
    "analysis.similarity._outputs",
    hint="Who takes the mean away?",
    fails=(
        "LayerOutputs/test_each_module",
        "LayerOutputs/test_outputs",
        "LayerOutputs/test_modes",
        "LayerOutputs/test_copies",
    ),
    source="folklore",
)
def outputs_are_normalised(model, x):
    """Representations are compared after their mean is gone."""
    found = []
    for module in model:
        x = module(x)
        found.append(x.reshape(len(x), math.prod(x.shape[1:])) - x.reshape(len(x), math.prod(x.shape[1:])).mean(axis=0))
    return found


@misconception(
    "analysis.similarity._outputs",
    hint="How many modules does the outer one have?",
    fails=("LayerOutputs/test_outputs",),
    source="folklore",
)
def nested_modules_are_opened(model, x):
    """Each layer counts, also within a Sequential."""
    found = []
    for module in [m for part in model for m in (part if isinstance(part, Sequential) else [part])]:
        x = module(x)
        found.append(x.reshape(len(x), math.prod(x.shape[1:])).copy())
    return found


@misconception(
    "analysis.similarity._centred",
    hint="What is the sum of ten numbers, each as large as a number can be?",
    fails=("LinearCKA/test_range",),
    source="a reader of the handout",
)
def scaled_when_it_is_centred(X):
    """What is centred can be scaled."""
    centred = X.astype(np.float64) - X.mean(axis=0, dtype=np.float64)
    largest = np.abs(centred).max(initial=0.0)
    return centred / largest if largest > 1e-14 * np.abs(X).max(initial=0.0) else np.zeros_like(centred)


@misconception(
    "analysis.similarity._centred",
    hint="What is 1 / 1e-310?",
    fails=("LinearCKA/test_range",),
    source="a reader of the handout",
)
def an_inverse_is_enough(X):
    """To divide by a number is to multiply by its inverse."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scaled = X.astype(np.float64) * (1 / (np.abs(X).max(initial=0.0) or 1.0))
        centred = scaled - scaled.mean(axis=0)
    largest = np.abs(centred).max(initial=0.0)
    # What is left of equal rows by rounding is no difference between them.
    return np.zeros_like(centred) if largest <= 1e-14 else centred / largest


@misconception(
    "analysis.similarity_map",
    hint="Is it, if layers and others are of two networks with as many layers?",
    fails=("SimilarityMap/test_values",),
    source="a reader of the handout",
)
def a_square_map_is_symmetric(layers, others):
    """A square map is symmetric."""
    found = np.zeros((len(layers), len(others)))
    for i, j in np.ndindex(found.shape):
        mirrored = len(layers) == len(others) and j < i
        found[i, j] = found[j, i] if mirrored else linear_cka(layers[i], others[j])
    return found


@misconception(
    "analysis.layer_outputs",
    hint="What does train(mode) do to what is within a module?",
    fails=("LayerOutputs/test_modes",),
    source="a reader of the handout",
)
def train_of_each_part_restores(model, x):
    """Each part gets its mode back by its train(mode)."""
    modes = [(module, module.training) for module in [model, *model]]
    model.eval()
    try:
        return _outputs(model, x)
    finally:
        for module, mode in modes:
            module.train(mode)


@misconception(
    "analysis.similarity._outputs",
    hint="What if a later module writes into its input?",
    fails=("LayerOutputs/test_copies",),
    source="a reader of the handout",
)
def copies_at_the_end(model, x):
    """Copies may be made when all outputs are there."""
    found = []
    for module in model:
        x = module(x)
        found.append(x.reshape(len(x), math.prod(x.shape[1:])))
    return [output.copy() for output in found]


@misconception(
    "analysis.similarity._outputs",
    hint="How many columns are left over if there are no rows?",
    fails=("LayerOutputs/test_outputs",),
    source="a reader of the handout",
)
def minus_one_is_the_rest(model, x):
    """reshape finds the other size."""
    found = []
    for module in model:
        x = module(x)
        found.append(x.reshape(len(x), -1).copy())
    return found
