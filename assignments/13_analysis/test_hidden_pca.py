"""Hidden checks of assignment 13: principal components."""

import numpy as np

from grader.checks import Tolerance, compare, fine, raises, weight

# A right solution may take eigenvectors of the covariance instead of singular vectors: it loses half the digits of what
# is 1e-8 of the largest. Here the smallest variance is 1e-3 of the largest, and neighbours differ by a third or more.
DIRECTIONS = Tolerance(1e-9, 1e-9)
FLOAT32 = Tolerance(1e-4, 1e-4)  # the same, as roundings are 6e-8, and gaps a third


PLACES, AMOUNTS = ("mean_", "components_"), ("explained_variance_", "explained_variance_ratio_")


def spread(rng, rows, columns, count=None):
    """Data whose singular values are 16, 16/1.5, ... and then 0, with a mean that is not 0."""
    count = min(rows - 1, columns) if count is None else count
    left, _ = np.linalg.qr(rng.normal(size=(rows, rows)) - 0.0)
    left = left - left.mean(axis=0)
    left, _ = np.linalg.qr(left[:, : max(count, 1)])
    right, _ = np.linalg.qr(rng.normal(size=(columns, columns)))
    values = 16.0 / 1.5 ** np.arange(count)
    return (left[:, :count] * values) @ right[:count] + rng.normal(size=columns) * 3


def fitted(framework, data, count=None):
    pca = framework.analysis.PCA() if count is None else framework.analysis.PCA(count)
    pca.fit(data)
    return pca


def compare_fit(student, reference, data, count=None, tolerance=DIRECTIONS, what="", names=PLACES):
    """Compare what fit finds, up to the number of components that are told apart."""
    found, expected = fitted(student, data, count), fitted(reference, data, count)
    for name in names:
        compare(getattr(found, name), getattr(expected, name), f"{name}{what}", tolerance)
    return found, expected


class TestPCA:
    @weight(1)
    def test_fit(self, student, reference, rng):
        """Mean and components are right, for more rows than columns, and fewer."""
        for rows, columns in ((20, 5), (6, 9), (7, 6), (2, 1)):
            count = min(rows - 1, columns)
            data = spread(rng, rows, columns)
            compare_fit(student, reference, data, count, what=f" of data of shape {(rows, columns)}")

    @weight(1)
    def test_variances(self, student, reference, rng):
        """The explained variances are right, and their ratios are of all the variance, however many are kept."""
        for rows, columns in ((20, 5), (6, 9), (2, 1)):
            for count in (1, min(rows - 1, columns)):
                data = spread(rng, rows, columns)
                what = f" of data of shape {(rows, columns)}, {count} kept"
                compare_fit(student, reference, data, count, what=what, names=AMOUNTS)

    @weight(1)
    def test_counts(self, student, reference, rng):
        """The first k components are those of all; None means min(n, d)."""
        data = spread(rng, 12, 5)
        for count in (None, 1, 2, 5):
            found, _ = compare_fit(student, reference, data, count, what=f" of PCA({count})")
            compare(np.shape(found.components_), (count or 5, 5), f"the shape of components_ of PCA({count})")
        compare(np.shape(fitted(student, spread(rng, 4, 6)).components_), (4, 6), "the shape for 4 rows of 6")

    @weight(1)
    def test_signs(self, student, rng):
        """In each component the largest entry is positive, and of equally large ones the first is."""
        for _ in range(3):
            components = np.array(fitted(student, spread(rng, 20, 6)).components_)
            largest = np.take_along_axis(components, np.abs(components).argmax(axis=1)[:, None], axis=1)[:, 0]
            compare(np.sign(largest), np.ones(6), "the signs of the largest entries")
        scores = np.array([3.0, -1.0, -2.0, 0.0])
        for direction in ([-1.0, 1.0], [1.0, -1.0, 1.0], [0.5, -1.0, 1.0], [-2.0, 2.0, 1.0, -2.0]):
            line = np.outer(scores, direction)
            first = np.array(direction) * np.sign(direction[int(np.abs(direction).argmax())])
            expected = (first / np.linalg.norm(first))[None]
            for data in (line, -line, line + 5):
                compare(fitted(student, data, 1).components_, expected, f"components_ along {direction}", DIRECTIONS)

    @weight(1)
    def test_eigenvectors(self, student, rng):
        """Components are orthonormal eigenvectors of the covariance, also where eigenvalues are equal or 0."""
        cross = np.vstack([np.eye(4), -np.eye(4)]) * [3.0, 2.0, 2.0, 1.0]
        turn, _ = np.linalg.qr(rng.normal(size=(4, 4)))
        equal = (cross @ turn + 2, np.vstack([np.eye(4), -np.eye(4)]) @ turn)
        for data in (spread(rng, 15, 4), *equal, spread(rng, 5, 8), spread(rng, 9, 5, count=2)):
            pca = fitted(student, data)
            components, variances = np.array(pca.components_), np.array(pca.explained_variance_)
            compare(components @ components.T, np.eye(min(data.shape)), "components_ times their transpose", DIRECTIONS)
            found, expected = np.cov(data.T) @ components.T, components.T * variances
            compare(found, expected, "covariance times components", DIRECTIONS)
            compare(np.sort(variances)[::-1].copy(), variances, "variances, largest first")

    @weight(1)
    def test_transform(self, student, reference, rng):
        """transform describes any data, fitted or not, of any number of rows, with the mean of what was fitted."""
        data = spread(rng, 12, 5)
        found, expected = fitted(student, data, 3), fitted(reference, data, 3)
        for rows in (data, rng.normal(size=(7, 5)), rng.normal(size=(1, 5)) + 9, np.zeros((0, 5))):
            compare(found.transform(rows), expected.transform(rows), f"transform of {len(rows)} rows", DIRECTIONS)

    @weight(1)
    def test_inverse_transform(self, student, reference, rng):
        """inverse_transform of all components is the data again; of fewer, the nearest that they can say."""
        data = spread(rng, 12, 5)
        for count in (1, 3, 5):
            found, expected = fitted(student, data, count), fitted(reference, data, count)
            z = expected.transform(data)
            compare(found.inverse_transform(z), expected.inverse_transform(z), f"inverse, {count} of 5", DIRECTIONS)
            other = rng.normal(size=(3, count))
            compare(found.inverse_transform(other), expected.inverse_transform(other), "inverse of others", DIRECTIONS)
        compare(found.inverse_transform(found.transform(data)), data, "there and back with all", DIRECTIONS)

    @weight(0.5)
    def test_far_from_zero(self, student, reference, rng):
        """Data a million away from 0 have the same components: the mean is taken away before anything is squared."""
        near = Tolerance(1e-8, 1e-8)  # 1e6 rounds to 1e-10, and the smallest singular value is 3
        data = spread(rng, 12, 5)
        found, expected = fitted(student, data + 1e6), fitted(reference, data)
        compare(found.components_, expected.components_, "components_ of data + 1e6", near)

    @weight(0.5)
    def test_flat(self, student, reference, rng):
        """Directions in which nothing differs have the variance 0; if nothing differs at all, so have all."""
        data = spread(rng, 8, 5, count=2)
        found, expected = fitted(student, data), fitted(reference, data)
        zero = Tolerance(1e-9, 1e-9)
        found_ratios, ratios = found.explained_variance_ratio_, expected.explained_variance_ratio_
        compare(found_ratios, ratios, "explained_variance_ratio_ of data on a plane", zero)
        compare(np.array(found.components_)[:2], np.array(expected.components_)[:2], "the first two", DIRECTIONS)
        for row in ([2.5, 2.5, 2.5], [0.1, 0.7, -0.3]):  # three times 0.1, divided by 3, is not 0.1
            flat = fitted(student, np.tile(row, (7, 1)))
            compare(flat.explained_variance_, np.zeros(3), f"explained_variance_ of rows {row}")
            compare(flat.explained_variance_ratio_, np.zeros(3), f"explained_variance_ratio_ of rows {row}")
            compare(flat.mean_, np.array(row), f"mean_ of rows {row}")

    @weight(0.5)
    def test_again(self, student, reference, rng):
        """fit returns the PCA itself, and a second fit forgets the first; another PCA keeps what it has found."""
        pca = student.analysis.PCA()
        before = spread(rng, 9, 6)
        other, kept = fitted(student, before), fitted(reference, before)
        pca.fit(before)
        data = spread(rng, 12, 4)
        compare(pca.fit(data) == pca, True, "`fit(X) is the PCA`")
        expected = fitted(reference, data)
        compare(pca.transform(data[:2]), expected.transform(data[:2]), "transform after a second fit", DIRECTIONS)
        data = spread(rng, 12, 4) * 2  # of the same sizes as before
        pca.fit(data)
        expected = fitted(reference, data)
        for name in PLACES + AMOUNTS:
            compare(getattr(pca, name), getattr(expected, name), f"{name} after a third fit", DIRECTIONS)
        compare(np.array(other.components_)[:5], kept.components_[:5], "components_ of another PCA", DIRECTIONS)
        compare(other.transform(before)[:, :5], kept.transform(before)[:, :5], "transform of another PCA", DIRECTIONS)

    @fine
    @weight(0.5)
    def test_float32(self, student, reference, rng):
        """float32 gives float32, in what fit finds and in what comes back, also where fit was given the other dtype."""
        data = spread(rng, 12, 3).astype(np.float32)
        found, expected = compare_fit(student, reference, data, 3, FLOAT32, " of float32 data", PLACES + AMOUNTS)
        compare(found.transform(data), expected.transform(data), "transform of float32 data", FLOAT32)
        z = expected.transform(data)
        compare(found.inverse_transform(z), expected.inverse_transform(z), "inverse_transform of float32", FLOAT32)
        for fit, then in ((np.float32, np.float64), (np.float64, np.float32)):
            found, expected = fitted(student, data.astype(fit)), fitted(reference, data.astype(fit))
            x, what = data.astype(then), f" of {then.__name__} after a fit of {fit.__name__}"
            z = expected.transform(x)
            compare(found.transform(x), z, f"transform{what}", FLOAT32)
            compare(found.inverse_transform(z), expected.inverse_transform(z), f"inverse_transform{what}", FLOAT32)

    @fine
    @weight(0.5)
    def test_memory(self, student, reference, rng):
        """Neither X nor Z is changed, in whatever layout they lie in memory."""
        data = spread(rng, 10, 4)
        expected = fitted(reference, data, 2)
        for layout in ("C", "F", "strided", "read-only"):
            x, z = student.array(data, layout), student.array(data[:, :2], layout)
            pca = fitted(student, x, 2)
            compare(pca.components_, expected.components_, f"components_, layout {layout}", DIRECTIONS)
            compare(pca.transform(x), expected.transform(data), f"transform, layout {layout}", DIRECTIONS)
            back = expected.inverse_transform(data[:, :2])
            compare(pca.inverse_transform(z), back, f"inverse_transform, layout {layout}", DIRECTIONS)
            compare(student.value(x), data, f"X afterwards, layout {layout}")
            compare(student.value(z), data[:, :2], f"Z afterwards, layout {layout}")

    @fine
    @weight(0.25)
    def test_after_an_error(self, student, reference, rng):
        """A fit that is refused changes nothing: a PCA that had not been fitted still is not, another keeps all."""
        good, broken = spread(rng, 6, 3), spread(rng, 8, 3)
        broken[2, 1] = np.nan
        for data in (broken, np.ones((4, 1)), np.ones((1, 3))):
            new, old = student.analysis.PCA(2), fitted(student, good, 2)
            for pca in (new, old):
                with raises(ValueError, doing=f"fit of shape {data.shape}"):
                    pca.fit(data)
            with raises(RuntimeError, doing="transform after a fit that was refused"):
                new.transform(good)
            compare(old.transform(good), fitted(reference, good, 2).transform(good), "transform afterwards", DIRECTIONS)

    @fine
    @weight(0.25)
    def test_refuses(self, student, rng):
        """Wrong shapes and numbers that are not finite are ValueErrors, and using it before fit a RuntimeError."""
        pca = student.analysis.PCA(2)
        for method in ("transform", "inverse_transform"):
            with raises(RuntimeError, doing=f"{method} before fit"):
                getattr(pca, method)(np.zeros((2, 2)))
        for shape in ((4,), (1, 3), (2, 3, 4), (0, 3), (4, 1)):
            with raises(ValueError, doing=f"fit of shape {shape}", naming=(shape,)):
                pca.fit(np.ones(shape))
        with raises(ValueError, doing="PCA().fit of one row", naming=((1, 3),)):
            student.analysis.PCA().fit(np.ones((1, 3)))
        for bad in (np.nan, np.inf):
            data = spread(rng, 6, 3)
            data[2, 1] = bad
            with raises(ValueError, doing=f"fit of data with {bad}"):
                pca.fit(data)
        pca.fit(spread(rng, 6, 3))
        compare(np.shape(pca.transform(np.ones((2, 3)))), (2, 2), "the shape of Z")
        for shape in ((2, 4), (3,), (1, 2, 3)):
            with raises(ValueError, doing=f"transform of shape {shape}", naming=(shape, 3)):
                pca.transform(np.ones(shape))
        for shape in ((2, 3), (2,), (1, 2, 2)):
            with raises(ValueError, doing=f"inverse_transform of shape {shape}", naming=(shape, 2)):
                pca.inverse_transform(np.ones(shape))
        for count in (0, -1):
            with raises(ValueError, doing=f"PCA({count})"):
                student.analysis.PCA(count)
