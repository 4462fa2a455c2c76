"""What people believe about components and how they are found."""

import numpy as np

from grader.assignment import misconception
from reference.analysis.pca import _mean_of_rows, _with_signs


@misconception(
    "analysis.PCA.fit",
    hint="What is a variance measured from?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_there_and_back",
        "PCA/test_eigenvectors",
        "PCA/test_fit",
        "PCA/test_variances",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def the_mean_stays(self, X):
    """Directions are those of the data as they are."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="How many means does a table of d columns have?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_there_and_back",
        "PCA/test_eigenvectors",
        "PCA/test_fit",
        "PCA/test_variances",
        "PCA/test_counts",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def the_mean_is_of_all_numbers(self, X):
    """The mean is a number."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = np.full(X.shape[1], X.mean(dtype=np.float64))
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="Of which axis is the mean?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_there_and_back",
        "PCA/test_eigenvectors",
        "PCA/test_fit",
        "PCA/test_variances",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def rows_are_centred(self, X):
    """Each example loses its own mean."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - X.mean(axis=1, keepdims=True), full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="Which variances would all columns have then?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_there_and_back",
        "PCA/test_eigenvectors",
        "PCA/test_fit",
        "PCA/test_variances",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def columns_are_standardised(self, X):
    """Columns are divided by their deviation first."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd((X - mean) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1), full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="Which shape does components_ have?",
    fails=(
        "PCA/test_eigenvectors",
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def components_are_columns(self, X):
    """The components are the columns of V^T."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt.T[:count] if vt.shape[0] == vt.shape[1] else vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="Which axis of what eigh gives is a vector?",
    fails=(
        "PCA/test_eigenvectors",
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def columns_of_eigh_are_rows(self, X):
    """eigh gives the eigenvectors as rows."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    covariance = np.cov(X.T).reshape(X.shape[1], -1)
    values, vectors = np.linalg.eigh(covariance)
    s = np.sqrt(np.maximum(values[::-1], 0) * (len(X) - 1))[: min(X.shape)]
    vt = vectors[::-1][: min(X.shape)]
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="In which order does eigh sort?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_there_and_back",
        "PCA/test_fit",
        "PCA/test_variances",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_eigenvectors",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def smallest_come_first(self, X):
    """Eigenvalues come in the order of eigh."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    s, vt = s[::-1], vt[::-1]
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="By what does the covariance divide?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_eigenvectors",
        "PCA/test_variances",
        "PCA/test_float32",
    ),
    source="folklore",
)
def variance_is_divided_by_n(self, X):
    """A variance is a mean of squares."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / len(X)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="By what does the covariance divide?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_eigenvectors",
        "PCA/test_variances",
        "PCA/test_float32",
    ),
    source="folklore",
)
def variance_is_divided_by_the_columns(self, X):
    """A variance is divided by the degrees of freedom of a row."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / max(X.shape[1] - 1, 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What is s_0 of the worked example, and what its variance?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_eigenvectors",
        "PCA/test_variances",
        "PCA/test_flat",
        "PCA/test_float32",
    ),
    source="folklore",
)
def variance_is_the_singular_value(self, X):
    """Singular values are eigenvalues."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What is s_0 squared of the worked example, and what its variance?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_eigenvectors",
        "PCA/test_variances",
        "PCA/test_float32",
    ),
    source="folklore",
)
def variance_is_not_divided(self, X):
    """Squares of singular values are the variances."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="Which unit does a variance have?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_eigenvectors",
        "PCA/test_variances",
        "PCA/test_flat",
        "PCA/test_float32",
    ),
    source="folklore",
)
def deviations_are_variances(self, X):
    """What is explained is a deviation."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s / np.sqrt(len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What do the ratios say if one component of five is kept?",
    fails=("PCA/test_variances",),
    source="folklore",
)
def ratios_are_of_the_kept(self, X):
    """The ratios add up to 1."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / (variance[:count].sum() or 1.0)).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What are the ratios of the worked example?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_variances",
        "PCA/test_flat",
        "PCA/test_float32",
    ),
    source="folklore",
)
def ratios_are_of_singular_values(self, X):
    """A ratio is that of the singular values."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (s[:count] / (s.sum() or 1.0)).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What does the second ratio of the worked example say?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_variances",
        "PCA/test_flat",
        "PCA/test_float32",
    ),
    source="folklore",
)
def ratios_add_up(self, X):
    """A ratio is that of all components so far."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count].cumsum() / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What is 0 / 0?",
    fails=("PCA/test_flat",),
    source="folklore",
)
def nothing_over_nothing(self, X):
    """Data always differ, so their variance is not 0."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum()
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What is left of a small difference of two large numbers?",
    fails=("PCA/test_far_from_zero",),
    source="folklore",
)
def covariance_by_moments(self, X):
    """The covariance is E[x x^T] - m m^T."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    moments = X.T.astype(float) @ X / len(X) - np.outer(mean, mean)
    values, vectors = np.linalg.eigh(moments * len(X) / (len(X) - 1))
    s = np.sqrt(np.maximum(values[::-1], 0) * (len(X) - 1))[: min(X.shape)]
    vt = vectors.T[::-1][: min(X.shape)]
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What does the contract say of more components than there can be?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def too_many_are_cut(self, X):
    """More components than there are cannot be, so there are fewer."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="How many singular values does a table of 4 rows have?",
    fails=("PCA/test_counts",),
    source="folklore",
)
def all_means_all_columns(self, X):
    """None means d components."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = X.shape[1] if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What does None mean?",
    fails=("PCA/test_counts",),
    source="folklore",
)
def all_means_n_minus_one(self, X):
    """After centring, n - 1 components are left."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(len(X) - 1, X.shape[1]) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What if the next data have other sizes?",
    fails=("PCA/test_again",),
    source="folklore",
)
def n_components_is_found_once(self, X):
    """The first fit decides how many components there are."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    self.n_components = count
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What is divided by n - 1?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def one_row_is_enough(self, X):
    """One example is enough for a variance, as it has a mean."""
    if X.ndim != 2 or len(X) < 1:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / max(len(X) - 1, 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What is the mean of a column with a NaN?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def nan_is_a_number(self, X):
    """A NaN counts as 0."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    X = np.nan_to_num(X, posinf=0.0)
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="Has infinity a variance?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def nan_alone_is_refused(self, X):
    """NaN is the one that is no number."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if np.isnan(X).any():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(np.nan_to_num(X - mean), full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What does PCA(1).fit(X).transform(X) need?",
    fails=("PCA/test_again",),
    source="folklore",
)
def fit_returns_nothing(self, X):
    """fit returns nothing, as it keeps what it has found."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self.n_components


@misconception(
    "analysis.PCA.fit",
    hint="Which dtype does the contract name for float32 data?",
    fails=("PCA/test_float32",),
    source="folklore",
)
def components_are_float64(self, X):
    """The components are float64, which is more exact."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(float)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="Whose array is X?",
    fails=(
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def x_is_centred_in_place(self, X):
    """The mean is taken out of X."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    centred = X - mean
    if X.flags.writeable:
        X[...] = centred
    _, s, vt = np.linalg.svd(centred, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="How long is a component?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_there_and_back",
        "PCA/test_eigenvectors",
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def components_are_scaled(self, X):
    """A component is as long as its deviation."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]) * s[:count, None].astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What if two machines are to be compared?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_there_and_back",
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_again",
        "PCA/test_memory",
    ),
    source="folklore",
)
def signs_are_those_of_the_svd(self, X):
    """A sign does not matter, so it stays as the SVD gives it."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = vt[:count].astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.pca._with_signs",
    hint="Which entry decides?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_eigenvectors",
        "PCA/test_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
    ),
    source="folklore",
)
def the_first_entry_is_positive(rows):
    """The first entry of a component is positive."""
    sizes = np.abs(rows)
    first = (sizes >= sizes.max(axis=1, keepdims=True) * (1 - 1e-6)).argmax(axis=1)
    signs = np.sign(rows[:, :1] + 0.0 * first[:, None])
    return rows * signs


@misconception(
    "analysis.pca._with_signs",
    hint="Which entry decides?",
    fails=(
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_inverse_transform",
        "PCA/test_again",
    ),
    source="folklore",
)
def the_sum_is_positive(rows):
    """The entries of a component have a positive sum."""
    sizes = np.abs(rows)
    first = (sizes >= sizes.max(axis=1, keepdims=True) * (1 - 1e-6)).argmax(axis=1)
    signs = np.where(rows.sum(axis=1, keepdims=True) < 0, -1.0, 1.0) + 0.0 * first[:, None]
    return rows * signs


@misconception(
    "analysis.pca._with_signs",
    hint="What is the largest entry of (-0.8, -0.6) by absolute value?",
    fails=(
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_eigenvectors",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_again",
        "PCA/test_memory",
    ),
    source="folklore",
)
def the_largest_is_without_a_sign(rows):
    """The largest entry is positive anyway."""
    sizes = rows.copy()
    first = (sizes == sizes.max(axis=1, keepdims=True)).argmax(axis=1)
    signs = np.sign(np.take_along_axis(rows, first[:, None], axis=1))
    return rows * signs


@misconception(
    "analysis.pca._with_signs",
    hint="Which of two equal entries comes first?",
    fails=("PCA/test_signs",),
    source="folklore",
)
def the_last_of_equals_decides(rows):
    """Of equal entries any one decides."""
    sizes = np.abs(rows)
    last = (sizes >= sizes.max(axis=1, keepdims=True) * (1 - 1e-6))[:, ::-1].argmax(axis=1)
    first = rows.shape[1] - 1 - last
    signs = np.sign(np.take_along_axis(rows, first[:, None], axis=1))
    return rows * signs


@misconception(
    "analysis.pca._with_signs",
    hint="What does argmax say of two entries that differ by rounding?",
    fails=("PCA/test_signs",),
    source="folklore",
)
def rounding_decides(rows):
    """The largest entry is where argmax says."""
    sizes = np.abs(rows)
    first = (sizes + 1e-14 * np.arange(rows.shape[1])).argmax(axis=1)
    signs = np.sign(np.take_along_axis(rows, first[:, None], axis=1))
    return rows * signs


@misconception(
    "analysis.pca._with_signs",
    hint="Which sign does the entry 0.8 of the worked example have?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_there_and_back",
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def the_largest_is_negative(rows):
    """The largest entry is negative."""
    sizes = np.abs(rows)
    first = (sizes >= sizes.max(axis=1, keepdims=True) * (1 - 1e-6)).argmax(axis=1)
    signs = np.sign(np.take_along_axis(rows, first[:, None], axis=1))
    return -rows * signs


@misconception(
    "analysis.pca._with_signs",
    hint="Has each component a sign of its own?",
    fails=(
        "PCA/test_worked_example",
        "PCA/test_fit",
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_inverse_transform",
        "PCA/test_far_from_zero",
        "PCA/test_again",
        "PCA/test_memory",
    ),
    source="folklore",
)
def one_sign_for_all(rows):
    """The largest entry of all decides for all."""
    sizes = np.abs(rows)
    first = (sizes >= sizes.max(axis=1, keepdims=True) * (1 - 1e-6)).argmax(axis=1)
    signs = np.sign(np.take_along_axis(rows, first[:, None], axis=1))
    return rows * signs[:1]


@misconception(
    "analysis.PCA.__init__",
    hint="What does None mean?",
    fails=(
        "PCA/test_counts",
        "PCA/test_signs",
        "PCA/test_eigenvectors",
        "PCA/test_far_from_zero",
        "PCA/test_flat",
        "PCA/test_again",
    ),
    source="folklore",
)
def none_is_two(self, n_components=None):
    """Two components can be drawn."""
    if n_components is not None and n_components < 1:
        raise ValueError(f"PCA needs at least one component, got {n_components}")
    self.n_components = 2 if n_components is None else n_components


@misconception(
    "analysis.PCA.__init__",
    hint="Which k is refused?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def zero_components_are_none(self, n_components=None):
    """0 means all."""
    self.n_components = n_components


@misconception(
    "analysis.PCA.transform",
    hint="Where does the mean go?",
    fails=(
        "PCA/test_there_and_back",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def the_mean_is_not_taken_away(self, X):
    """transform is a product with the components."""
    mean, components = self._fitted()
    if X.ndim != 2 or X.shape[1] != len(mean):
        raise ValueError(f"X has shape {X.shape}, but should have shape (m, {len(mean)})")
    return ((X - 0 * mean) @ components.T).astype(X.dtype, copy=False)


@misconception(
    "analysis.PCA.transform",
    hint="Which mean does inverse_transform have?",
    fails=(
        "PCA/test_transform",
        "PCA/test_again",
    ),
    source="folklore",
)
def new_data_have_their_own_mean(self, X):
    """Data are centred by their own mean."""
    mean, components = self._fitted()
    if X.ndim != 2 or X.shape[1] != len(mean):
        raise ValueError(f"X has shape {X.shape}, but should have shape (m, {len(mean)})")
    return ((X - (X.mean(axis=0) if len(X) else mean)) @ components.T).astype(X.dtype, copy=False)


@misconception(
    "analysis.PCA.transform",
    hint="What is the variance of the first column of the worked example?",
    fails=(
        "PCA/test_there_and_back",
        "PCA/test_transform",
        "PCA/test_inverse_transform",
        "PCA/test_again",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def components_are_whitened(self, X):
    """Each number of Z has the variance 1."""
    mean, components = self._fitted()
    if X.ndim != 2 or X.shape[1] != len(mean):
        raise ValueError(f"X has shape {X.shape}, but should have shape (m, {len(mean)})")
    return (
        (X - mean) @ components.T / np.sqrt(np.where(self.explained_variance_ > 0, self.explained_variance_, 1))
    ).astype(X.dtype, copy=False)


@misconception(
    "analysis.PCA.transform",
    hint="Which shape does X have?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def any_width_is_cut(self, X):
    """Columns that are too many are left out."""
    mean, components = self._fitted()
    X = X[..., : len(mean)]
    if X.ndim != 2 or X.shape[1] != len(mean):
        raise ValueError(f"X has shape {X.shape}, but should have shape (m, {len(mean)})")
    return ((X - mean) @ components.T).astype(X.dtype, copy=False)


@misconception(
    "analysis.PCA.transform",
    hint="Which shapes does the table name?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def one_row_may_come_alone(self, X):
    """A vector is one example."""
    mean, components = self._fitted()
    if X.ndim == 1 and len(X) == len(mean):
        return self.transform(X[None])[0]
    if X.ndim != 2 or X.shape[1] != len(mean):
        raise ValueError(f"X has shape {X.shape}, but should have shape (m, {len(mean)})")
    return ((X - mean) @ components.T).astype(X.dtype, copy=False)


@misconception(
    "analysis.PCA.transform",
    hint="Which dtype does Z have for float32 data?",
    fails=("PCA/test_float32",),
    source="folklore",
)
def z_is_float64(self, X):
    """Z is float64, which is more exact."""
    mean, components = self._fitted()
    if X.ndim != 2 or X.shape[1] != len(mean):
        raise ValueError(f"X has shape {X.shape}, but should have shape (m, {len(mean)})")
    return ((X - mean) @ components.T).astype(float)


@misconception(
    "analysis.PCA.transform",
    hint="Which m may be 0?",
    fails=("PCA/test_transform",),
    source="folklore",
)
def nothing_to_transform_is_an_error(self, X):
    """No rows are an error."""
    mean, components = self._fitted()
    if len(X) < 1 or X.ndim != 2 or X.shape[1] != len(mean):
        raise ValueError(f"X has shape {X.shape}, but should have shape (m, {len(mean)})")
    return ((X - mean) @ components.T).astype(X.dtype, copy=False)


@misconception(
    "analysis.PCA.inverse_transform",
    hint="Where is the middle of the data?",
    fails=(
        "PCA/test_there_and_back",
        "PCA/test_inverse_transform",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def the_mean_is_forgotten(self, Z):
    """What comes back is a sum of components."""
    mean, components = self._fitted()
    if Z.ndim != 2 or Z.shape[1] != len(components):
        raise ValueError(f"Z has shape {Z.shape}, but should have shape (m, {len(components)})")
    return (Z @ components + 0 * mean).astype(Z.dtype, copy=False)


@misconception(
    "analysis.PCA.inverse_transform",
    hint="Which way was it taken away?",
    fails=(
        "PCA/test_there_and_back",
        "PCA/test_inverse_transform",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def the_mean_is_taken_away_again(self, Z):
    """The mean is taken away on both ways."""
    mean, components = self._fitted()
    if Z.ndim != 2 or Z.shape[1] != len(components):
        raise ValueError(f"Z has shape {Z.shape}, but should have shape (m, {len(components)})")
    return (Z @ components - mean).astype(Z.dtype, copy=False)


@misconception(
    "analysis.PCA.inverse_transform",
    hint="Were they divided by anything?",
    fails=(
        "PCA/test_there_and_back",
        "PCA/test_inverse_transform",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def variances_come_back(self, Z):
    """Each component counts with its deviation."""
    mean, components = self._fitted()
    if Z.ndim != 2 or Z.shape[1] != len(components):
        raise ValueError(f"Z has shape {Z.shape}, but should have shape (m, {len(components)})")
    return (Z * np.sqrt(self.explained_variance_) @ components + mean).astype(Z.dtype, copy=False)


@misconception(
    "analysis.PCA.inverse_transform",
    hint="Which shape does Z have?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def z_may_be_narrow(self, Z):
    """Components that are missing are 0."""
    mean, components = self._fitted()
    components = components[: Z.shape[-1]]
    if Z.ndim != 2 or Z.shape[1] < len(components):
        raise ValueError(f"Z has shape {Z.shape}, but should have shape (m, {len(components)})")
    return (Z @ components + mean).astype(Z.dtype, copy=False)


@misconception(
    "analysis.PCA.inverse_transform",
    hint="Which shapes does the table name?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def one_z_may_come_alone(self, Z):
    """A vector is one description."""
    mean, components = self._fitted()
    if Z.ndim == 1 and len(Z) == len(components):
        return self.inverse_transform(Z[None])[0]
    if Z.ndim != 2 or Z.shape[1] != len(components):
        raise ValueError(f"Z has shape {Z.shape}, but should have shape (m, {len(components)})")
    return (Z @ components + mean).astype(Z.dtype, copy=False)


@misconception(
    "analysis.PCA.inverse_transform",
    hint="Which dtype does X have for a float32 Z?",
    fails=("PCA/test_float32",),
    source="folklore",
)
def x_is_float64(self, Z):
    """X is float64, which is more exact."""
    mean, components = self._fitted()
    if Z.ndim != 2 or Z.shape[1] != len(components):
        raise ValueError(f"Z has shape {Z.shape}, but should have shape (m, {len(components)})")
    return (Z @ components + mean).astype(float)


@misconception(
    "analysis.PCA.inverse_transform",
    hint="Whose array is Z?",
    fails=(
        "PCA/test_inverse_transform",
        "PCA/test_float32",
        "PCA/test_memory",
    ),
    source="folklore",
)
def z_is_written_into(self, Z):
    """Z is not needed any more."""
    mean, components = self._fitted()
    if Z.ndim != 2 or Z.shape[1] != len(components):
        raise ValueError(f"Z has shape {Z.shape}, but should have shape (m, {len(components)})")
    product = Z @ components + mean
    if Z.flags.writeable:
        Z[...] = 0
    return product.astype(Z.dtype, copy=False)


@misconception(
    "analysis.PCA._fitted",
    hint="Which error does the contract want before fit?",
    fails=("PCA/test_refuses",),
    source="folklore",
)
def it_is_an_attribute_error(self):
    """What is not there is an AttributeError."""
    return self.mean_, self.components_


@misconception(
    "analysis.pca._mean_of_rows",
    hint="What is 0.1 + 0.1 + 0.1, divided by 3?",
    fails=("PCA/test_flat",),
    source="a reader of the handout",
)
def equal_rows_have_the_mean_of_a_row(X):
    """Equal rows have the mean of a row."""
    return X.mean(axis=0, dtype=np.float64)


@misconception(
    "analysis.PCA.fit",
    hint="What does transform find after a fit that was refused?",
    fails=("PCA/test_after_an_error",),
    source="a reader of the handout",
)
def the_mean_is_kept_at_once(self, X):
    """What is found is kept at once."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    self.mean_ = _mean_of_rows(X).astype(X.dtype)
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="What does a PCA know after a fit that was refused?",
    fails=("PCA/test_after_an_error",),
    source="a reader of the handout",
)
def a_fit_begins_with_nothing(self, X):
    """Each fit begins by forgetting what was there."""
    vars(self).pop("components_", None)
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.fit",
    hint="How long is a row that is nearly 0, divided by its length?",
    fails=("PCA/test_eigenvectors",),
    source="a reader of the handout",
)
def wide_data_need_the_small_matrix(self, X):
    """For wide data the components are Xc^T u / s."""
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
    count = min(X.shape) if self.n_components is None else self.n_components
    if count > min(X.shape):
        raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
    if not np.isfinite(X).all():
        raise ValueError("X has numbers that are not finite")
    mean = _mean_of_rows(X)
    if len(X) < X.shape[1]:
        values, u = np.linalg.eigh((X - mean) @ (X - mean).T)
        s = np.sqrt(np.maximum(values[::-1], 0))
        vt = u[:, ::-1].T @ (X - mean) / np.where(s > 0, s, 1)[:, None]
    else:
        _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
    variance = s**2 / (len(X) - 1)
    total = variance.sum() or 1.0
    self.components_ = _with_signs(vt[:count]).astype(X.dtype)
    self.explained_variance_ = variance[:count].astype(X.dtype)
    self.explained_variance_ratio_ = (variance[:count] / total).astype(X.dtype)
    self.mean_ = mean.astype(X.dtype)
    return self


@misconception(
    "analysis.PCA.transform",
    hint="Which dtype does X have, and which do the components have?",
    fails=("PCA/test_float32",),
    source="a reader of the handout",
)
def z_has_the_dtype_of_the_fit(self, X):
    """Z has the dtype of what was fitted."""
    mean, components = self._fitted()
    if X.ndim != 2 or X.shape[1] != len(mean):
        raise ValueError(f"X has shape {X.shape}, but should have shape (m, {len(mean)})")
    return ((X - mean) @ components.T).astype(components.dtype, copy=False)


@misconception(
    "analysis.PCA.inverse_transform",
    hint="Which dtype does Z have, and which do the components have?",
    fails=("PCA/test_float32",),
    source="a reader of the handout",
)
def x_has_the_dtype_of_the_fit(self, Z):
    """X comes back in the dtype of what was fitted."""
    mean, components = self._fitted()
    if Z.ndim != 2 or Z.shape[1] != len(components):
        raise ValueError(f"Z has shape {Z.shape}, but should have shape (m, {len(components)})")
    return (Z @ components + mean).astype(components.dtype, copy=False)


@misconception(
    "analysis.PCA",
    hint="What if somebody has two of them?",
    fails=("PCA/test_again",),
    source="a reader of the handout",
)
class results_belong_to_the_class:
    """There is one PCA."""

    def __init__(self, n_components=None):
        if n_components is not None and n_components < 1:
            raise ValueError(f"PCA needs at least one component, got {n_components}")
        self.n_components = n_components

    def fit(self, X):
        if X.ndim != 2 or len(X) < 2:
            raise ValueError(f"X has shape {X.shape}, but should have shape (n, d) with n >= 2")
        count = min(X.shape) if self.n_components is None else self.n_components
        if count > min(X.shape):
            raise ValueError(f"X has shape {X.shape}, which has fewer than {count} components")
        if not np.isfinite(X).all():
            raise ValueError("X has numbers that are not finite")
        found, mean = type(self), _mean_of_rows(X)
        _, s, vt = np.linalg.svd(X - mean, full_matrices=False)
        variance = s**2 / (len(X) - 1)
        found.components_ = _with_signs(vt[:count]).astype(X.dtype)
        found.explained_variance_ = variance[:count].astype(X.dtype)
        found.explained_variance_ratio_ = (variance[:count] / (variance.sum() or 1.0)).astype(X.dtype)
        found.mean_ = mean.astype(X.dtype)
        return self

    def transform(self, X):
        mean, components = self._fitted()
        if X.ndim != 2 or X.shape[1] != len(mean):
            raise ValueError(f"X has shape {X.shape}, but should have shape (m, {len(mean)})")
        return ((X - mean) @ components.T).astype(X.dtype, copy=False)

    def inverse_transform(self, Z):
        mean, components = self._fitted()
        if Z.ndim != 2 or Z.shape[1] != len(components):
            raise ValueError(f"Z has shape {Z.shape}, but should have shape (m, {len(components)})")
        return (Z @ components + mean).astype(Z.dtype, copy=False)

    def _fitted(self):
        if not hasattr(self, "components_"):
            raise RuntimeError("PCA has to be fitted before it can transform")
        return self.mean_, self.components_
