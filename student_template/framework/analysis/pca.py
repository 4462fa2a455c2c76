"""Principal component analysis: the directions in which data differ most."""

from __future__ import annotations

import numpy as np


class PCA:
    """The first k principal components of data.

    Equations, for X of n rows and d columns, with the mean m of its rows and Xc = X - m:

    - Xc = U S V^T, the singular value decomposition, with s_0 >= s_1 >= ...
    - components_ = the first k rows of V^T, each with the sign of the convention
    - explained_variance_[i] = s_i^2 / (n - 1), and explained_variance_ratio_[i] = s_i^2 / (sum of all s_j^2)

    The components are the eigenvectors of the covariance Xc^T Xc / (n - 1), and its eigenvalues are the explained
    variances, largest first.

    Conventions:

    - Sign: in each component, the entry with the largest absolute value is positive. If several entries are as large,
      to a relative 1e-6, it is the first of these.
    - Where singular values are equal, any orthonormal directions of the same space are right.
    - If all rows of X are equal, the explained variances and their ratios are 0.

    Args:
        n_components: int >= 1; k, the number of components. None means as many as there can be, min(n, d).

    Attributes:
        components_: (k, d); orthonormal rows. explained_variance_, explained_variance_ratio_: (k,). mean_: (d,). They
            are there after ``fit``, and have the dtype of X.

    Raises:
        ValueError: if n_components is below 1.

    Source: Pearson, On Lines and Planes of Closest Fit to Systems of Points in Space (1901); names are those of
    scikit-learn, and so is the rule for signs.

    >>> pca = PCA(1).fit(np.array([[1.0, 1.0], [3.0, 3.0], [5.0, 5.0]]))
    >>> pca.mean_, pca.explained_variance_.round(6), pca.explained_variance_ratio_.round(6)
    (array([3., 3.]), array([8.]), array([1.]))
    """

    components_: np.ndarray
    explained_variance_: np.ndarray
    explained_variance_ratio_: np.ndarray
    mean_: np.ndarray

    def __init__(self, n_components: int | None = None) -> None:
        raise NotImplementedError("analysis.PCA.__init__")

    def fit(self, X: np.ndarray) -> PCA:
        """Find the components of data.

        Args:
            X: (n, d) float, with n >= 2 rows; not changed.

        Returns:
            This PCA. Fitting again forgets what was there before.

        Raises:
            ValueError: naming the shape of X, if it is not (n, d) with n >= 2, or k is above min(n, d); if a number
                is not finite. Then the PCA stays as it was.
        """
        raise NotImplementedError("analysis.PCA.fit")

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Describe data by the components.

        Equation: Z = (X - mean_) components_^T

        Args:
            X: (m, d) float; not changed. It need not be what was fitted, and m may be 0.

        Returns:
            Z: (m, k) of the dtype of X.

        Raises:
            RuntimeError: before ``fit``.
            ValueError: naming both shapes, if X is not (m, d).
        """
        raise NotImplementedError("analysis.PCA.transform")

    def inverse_transform(self, Z: np.ndarray) -> np.ndarray:
        """Give the data that a description stands for: the nearest that the components can say.

        Equation: X = Z components_ + mean_

        Args:
            Z: (m, k) float; not changed.

        Returns:
            X: (m, d) of the dtype of Z.

        Raises:
            RuntimeError: before ``fit``.
            ValueError: naming both shapes, if Z is not (m, k).
        """
        raise NotImplementedError("analysis.PCA.inverse_transform")
