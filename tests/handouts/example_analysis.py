"""The examples of 13: four points, and three examples of two networks."""

from collections.abc import Iterator

import numpy as np

from reference import analysis
from tests.handouts.writing import n, row


def analysis_example() -> Iterator[str]:
    X = np.array([[3.4, 3.8], [-1.4, 0.2], [0.4, 2.8], [1.6, 1.2]])
    pca = analysis.PCA().fit(X)
    centred, z = X - X.mean(axis=0), pca.transform(X)
    yield f"four points, with mean ({row(X.mean(axis=0))})"
    told = []
    for i, (x, c) in enumerate(zip(X, centred, strict=True)):
        k = np.abs(z[i]).argmax()
        both = f"= {n(z[i, k])} ({row(pca.components_[k])})"
        told.append(f"{'X = ' * (i == 0)}{n(x[0])} {n(x[1])} {'Xc = ' * (i == 0)}{n(c[0])} {n(c[1])} {both}")
    yield " ".join(told)
    s2 = pca.explained_variance_ * 3
    for i, size in enumerate((9, 1)):
        assert np.isclose(np.sort(z[:, i] ** 2)[-2:], size).all()
        yield f"s_{i}² = {size} + {size} = {n(s2[i])}"
    ratios = row(pca.explained_variance_ratio_)
    yield f"explained_variance_ = {n(s2[0])}/3, {n(s2[1])}/3 = {row(pca.explained_variance_, 4)}"
    yield f"explained_variance_ratio_ = {ratios}"
    largest = [f"({row(c)}) the largest entry is {n(c.max())}" for c in pca.components_]
    yield "components_ = ( " + " ".join(largest)[1:]
    one = analysis.PCA(1).fit(X)
    back = ", ".join(f"({row(v)})" for v in one.inverse_transform(one.transform(X)))
    yield f"With k = 1, transform gives {row(one.transform(X))}, and back come {back}."
    yield from similarity()


def similarity() -> Iterator[str]:
    x, y, other = (np.array(v, float)[:, None] for v in ((1, -1, 0), (1, 0, -1), (1, 1, -2)))
    yield f"X = ({row(x)}) and Y = ({row(y)}), each one number for three examples, with mean {n(x.mean() + y.mean())}"
    products = f"Y^T X = {n(y.T @ x)} X^T X = {n(x.T @ x)} Y^T Y = {n(y.T @ y)}"
    yield f"{products} CKA = 1² / (2 · 2) = {n(analysis.linear_cka(x, y))}"
    yield f"With Y = ({row(other)}) it is {n(analysis.linear_cka(x, other))}: Y^T X = {n(other.T @ x)}."
