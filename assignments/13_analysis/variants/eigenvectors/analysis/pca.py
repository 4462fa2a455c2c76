"""By eigenvectors: of the covariance if there are more rows than columns, else of the inner products of the rows."""

import numpy as np


class PCA:
    def __init__(self, n_components=None):
        if n_components is not None and not n_components > 0:
            raise ValueError(f"n_components is {n_components}")
        self.n_components = n_components

    def fit(self, X):
        if X.ndim != 2 or X.shape[0] < 2:
            raise ValueError(f"X has shape {X.shape}, not (n, d)")
        n, d = X.shape
        k = self.n_components or min(n, d)
        if k > min(n, d):
            raise ValueError(f"{k} components of data of shape {X.shape}")
        if np.isnan(X).any() or np.isinf(X).any():
            raise ValueError("not finite")
        centred = X.astype(np.float64)
        flat = (centred == centred[0]).all()
        mean = centred[0] if flat else np.add.reduce(centred, axis=0) / n
        centred = centred - mean
        vectors, values = self.eigen(centred)
        rows = np.empty((k, d))
        for i in range(k):
            row = vectors[i]
            sizes = [abs(float(entry)) for entry in row]
            place = next(j for j, size in enumerate(sizes) if size > max(sizes) * 0.999999)
            rows[i] = -row if row[place] < 0 else row
        total = (centred * centred).sum() / (n - 1)
        self.mean_ = mean.astype(X.dtype)
        self.components_ = rows.astype(X.dtype)
        self.explained_variance_ = values[:k].astype(X.dtype)
        self.explained_variance_ratio_ = (values[:k] / total if total > 0 else np.zeros(k)).astype(X.dtype)
        return self

    @staticmethod
    def eigen(centred):
        """Rows that are eigenvectors, and their variances, largest first."""
        n, d = centred.shape
        if d <= n:
            values, vectors = np.linalg.eigh(centred.T @ centred / (n - 1))
            return vectors.T[::-1], np.clip(values[::-1], 0, None)
        values, left = np.linalg.eigh(centred @ centred.T / (n - 1))
        rows = left.T[::-1] @ centred
        rows, _ = np.linalg.qr(rows.T)  # rows of length almost 0 become directions of what is left
        return rows.T, np.clip(values[::-1], 0, None)

    def transform(self, X):
        if not hasattr(self, "mean_"):
            raise RuntimeError("not fitted")
        if X.ndim != 2 or X.shape[1] != self.mean_.shape[0]:
            raise ValueError(f"X has shape {X.shape}, but {self.mean_.shape[0]} columns were fitted")
        return np.einsum("md,kd->mk", X - self.mean_, self.components_).astype(X.dtype)

    def inverse_transform(self, Z):
        if not hasattr(self, "mean_"):
            raise RuntimeError("not fitted")
        if Z.ndim != 2 or Z.shape[1] != self.components_.shape[0]:
            raise ValueError(f"Z has shape {Z.shape}, but there are {self.components_.shape[0]} components")
        return (self.mean_ + np.einsum("mk,kd->md", Z, self.components_)).astype(Z.dtype)
