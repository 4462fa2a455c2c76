"""What principal components are, and what makes a block."""

import numpy as np

from grader.figures import Axes, Paper

LAYERS, EXAMPLES, UNITS = 9, 100, 30
CELL = 24


def components(framework) -> Paper:
    """A cloud of points and its two components

    Points in an oblong cloud that runs from the lower left to the upper right. An arrow from its middle along it is the
    first component, a shorter one across it the second. Each is as long as two deviations.
    """
    rng = np.random.default_rng(13)
    x = rng.normal(size=(80, 2)) * [2.0, 0.6] @ np.array([[0.8, 0.6], [-0.6, 0.8]]) + [1.0, 2.0]
    pca = framework.analysis.PCA().fit(x)
    paper = Paper(460, 300)
    axes = Axes(paper, 34, 20, 410, 240, x=(-5, 7), y=(-1.5, 5.5))
    axes.frame((-5, 1, 7), (-1, 2, 5), "")
    for point in x:
        paper.dot(*_place(point), 2.5, "soft full")
    for component, variance, looks in zip(
        pca.components_, pca.explained_variance_, ("one wide", "two wide"), strict=True
    ):
        paper.arrow([_place(pca.mean_), _place(pca.mean_ + 2 * np.sqrt(variance) * component)], looks)
    return paper


def _place(point: np.ndarray) -> tuple[float, float]:
    """Of a point on the axes above."""
    return float(34 + 410 * (point[0] + 5) / 12), float(20 + 240 * (5.5 - point[1]) / 7)


def blocks(framework) -> Paper:
    """How a component that is handed on makes a block

    Two squares of 9 by 9 cells, a row and a column for each layer. The larger the mark in a cell, the more similar are
    the two layers. On the left, each layer differs from the one before it a little: the marks are large on the diagonal
    and fade away from it. On the right, layers 2 to 6 hand on one large component: their marks form a full square.
    """
    paper = Paper(560, 276)
    for number, (name, large) in enumerate({"no common component": 0.0, "layers 2 to 6 share one": 40.0}.items()):
        left = 290 * number
        similarity = framework.analysis.similarity_map(*[_layers(large)] * 2)
        paper.words(left, 12, name, "ink strong")
        for (row, column), value in np.ndenumerate(similarity):
            side = (CELL - 2) * float(np.clip(value, 0, 1))
            x, y = left + CELL * (column + 0.5) - side / 2, 30 + CELL * (row + 0.5) - side / 2
            paper.box(x, y, side, side, "one full")
    paper.words(0, 270, "A row and a column for each layer; a full cell is a CKA of 1.", "soft small")
    return paper


def _layers(large: float) -> list[np.ndarray]:
    """Representations that change from layer to layer; the middle ones may have one large component in common."""
    rng = np.random.default_rng(21)
    shared = np.outer(rng.normal(size=EXAMPLES), rng.normal(size=UNITS)) / np.sqrt(UNITS)
    found = [rng.normal(size=(EXAMPLES, UNITS)) / np.sqrt(UNITS)]
    for _ in range(LAYERS - 1):
        found.append(0.8 * found[-1] + 0.6 * rng.normal(size=(EXAMPLES, UNITS)) / np.sqrt(UNITS))
    return [array + large / 10 * shared * (2 <= i <= 6) for i, array in enumerate(found)]
