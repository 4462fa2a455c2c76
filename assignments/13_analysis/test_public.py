"""Public checks of assignment 13: run them on your own machine with `pytest`.

The numbers are those of the handout's worked example. The hidden checks ask the same of other data.
"""

import numpy as np

from grader.checks import Tolerance, compare, raises, weight

# The largest eigenvalue is ten times the other here: roundings of 1e-16 become 1e-15 in every direction.
ROUNDED = Tolerance(1e-10, 1e-10)
ROUNDED_0 = Tolerance(0.0, 0.0, absolute=1e-10)


def points():
    """The four points of the handout."""
    return np.array([[3.4, 3.8], [-1.4, 0.2], [0.4, 2.8], [1.6, 1.2]])


class TestPCA:
    @weight(1)
    def test_worked_example(self, student):
        """fit finds mean, components and variances of the four points of the handout."""
        pca = student.analysis.PCA(2)
        pca.fit(points())
        compare(pca.mean_, np.array([1.0, 2.0]), "mean_", ROUNDED)
        compare(pca.components_, np.array([[0.8, 0.6], [-0.6, 0.8]]), "components_", ROUNDED)
        compare(pca.explained_variance_, np.array([6.0, 2 / 3]), "explained_variance_", ROUNDED)
        compare(pca.explained_variance_ratio_, np.array([0.9, 0.1]), "explained_variance_ratio_", ROUNDED)

    @weight(0.5)
    def test_there_and_back(self, student):
        """transform describes the points by one number, and inverse_transform gives the nearest points on a line."""
        pca = student.analysis.PCA(1)
        pca.fit(points())
        compare(pca.transform(points()), np.array([[3.0], [-3.0], [0.0], [0.0]]), "transform(X)", ROUNDED)
        back = np.array([[3.4, 3.8], [-1.4, 0.2], [1.0, 2.0], [1.0, 2.0]])
        compare(pca.inverse_transform(np.array([[3.0], [-3.0], [0.0], [0.0]])), back, "inverse_transform", ROUNDED)

    @weight(0.5)
    def test_eigenvectors(self, student, rng):
        """Each component is an eigenvector of the covariance, and its explained variance is the eigenvalue."""
        data = rng.normal(size=(30, 4)) * [8.0, 4.0, 2.0, 1.0]
        pca = student.analysis.PCA()
        pca.fit(data)
        for component, variance in zip(pca.components_, pca.explained_variance_, strict=True):
            compare(np.cov(data.T) @ component, variance * component, "covariance times a component", ROUNDED)
            compare(float(component @ component), 1.0, "its length", ROUNDED)


class TestLinearCKA:
    @weight(1)
    def test_worked_example(self, student):
        """The two representations of three examples in the handout have a CKA of 1/4."""
        one, other = np.array([[1.0], [-1.0], [0.0]]), np.array([[1.0], [1.0], [-2.0]])
        compare(
            student.analysis.linear_cka(one, other), 0.0, "linear_cka of two that have nothing in common", ROUNDED_0
        )
        both = np.array([[1.0], [0.0], [-1.0]])
        compare(student.analysis.linear_cka(one, both), 0.25, "linear_cka(X, Y)", ROUNDED)

    @weight(0.5)
    def test_invariances(self, student, rng):
        """Turning, scaling and shifting change nothing; stretching one direction does."""
        one, other = rng.normal(size=(20, 3)), rng.normal(size=(20, 4))
        turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        value = student.analysis.linear_cka(one, other)
        compare(student.analysis.linear_cka(one, one), 1.0, "linear_cka(X, X)", ROUNDED)
        compare(student.analysis.linear_cka(-5 * one @ turn + 7, other), value, "of X turned, scaled, shifted", ROUNDED)
        stretched = student.analysis.linear_cka(one * [1.0, 1.0, 9.0], one)
        compare(stretched < 0.99, True, f"`linear_cka of X and X stretched is below 0.99` ({stretched:.3f})")

    @weight(0.25)
    def test_refuses(self, student):
        """linear_cka of other numbers of examples is a ValueError."""
        compare(student.analysis.linear_cka(np.eye(3), np.eye(3)), 1.0, "linear_cka(eye, eye)", ROUNDED)
        with raises(ValueError, doing="linear_cka of 3 and 4 examples", naming=((3, 2), (4, 2))):
            student.analysis.linear_cka(np.ones((3, 2)), np.ones((4, 2)))


class TestSimilarityMap:
    @weight(0.5)
    def test_worked_example(self, student):
        """The map has a row for each of the one, and a column for each of the others."""
        one, other = np.array([[1.0], [-1.0], [0.0]]), np.array([[1.0], [0.0], [-1.0]])
        found = student.analysis.similarity_map([one, other], [one, other, -3 * one])
        compare(found, np.array([[1.0, 0.25, 1.0], [0.25, 1.0, 0.25]]), "similarity_map", ROUNDED)


class TestLayerOutputs:
    @weight(0.5)
    def test_each_module(self, student):
        """There is an output for each module, in evaluation mode, and the mode of before comes back."""
        model = student.nn.Sequential(student.nn.Flatten(), student.nn.Dropout(0.5), student.nn.ReLU())
        x = np.arange(-4.0, 4.0).reshape(2, 2, 2)
        found = student.analysis.layer_outputs(model, x)
        compare(len(found), 3, "the number of outputs")
        for i, expected in enumerate((x, x, np.maximum(x, 0))):
            compare(found[i], expected.reshape(2, 4), f"output {i}")
        compare(model.training, True, "model.training afterwards")
