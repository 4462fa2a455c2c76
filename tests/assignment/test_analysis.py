"""Assignment 13 of the reference: held by power iteration, by the definition of CKA, and by its invariances."""

from pathlib import Path

import numpy as np
import pytest

import reference
from grader.assignment.loading import module_of
from reference import nn
from reference.analysis import PCA, layer_outputs, linear_cka, similarity_map

FOLDER = Path(__file__).parents[2] / "assignments" / "13_analysis"
spread = module_of(FOLDER / "test_hidden_pca.py").spread
CLOSE = {"rtol": 1e-9, "atol": 1e-9}  # power iteration stops at 1e-12, of vectors whose eigenvalues differ by 2.25


def by_power_iteration(covariance, count, rng):
    """Eigenvectors and eigenvalues, largest first: multiply, normalise, take out."""
    rest, vectors, values = covariance.copy(), [], []
    for _ in range(count):
        vector = rng.normal(size=len(rest))
        for _ in range(200):
            vector = rest @ vector
            vector /= np.linalg.norm(vector)
        values.append(vector @ rest @ vector)
        vectors.append(vector)
        rest -= values[-1] * np.outer(vector, vector)
    return np.array(vectors), np.array(values)


@pytest.mark.parametrize("shape", [(20, 5), (6, 9), (5, 5)])
def test_components_are_those_of_power_iteration_but_for_signs(shape):
    rng = np.random.default_rng(13)
    data = spread(rng, *shape)
    count = min(shape[0] - 1, shape[1])

    pca = PCA(count).fit(data)
    vectors, values = by_power_iteration(np.cov(data.T), count, rng)

    np.testing.assert_allclose(np.abs((pca.components_ * vectors).sum(axis=1)), 1, **CLOSE)
    np.testing.assert_allclose(pca.explained_variance_, values, **CLOSE)
    np.testing.assert_allclose(pca.explained_variance_ratio_, values / np.trace(np.cov(data.T)), **CLOSE)


def test_signs_do_not_depend_on_those_that_the_svd_gives(monkeypatch):
    rng = np.random.default_rng(13)
    data, svd = spread(rng, 12, 5), np.linalg.svd
    expected = PCA().fit(data).components_
    for signs in (np.array([1, -1, -1, 1, -1]), -np.ones(5)):

        def turned(x, signs=signs, **options):
            u, values, vt = svd(x, **options)
            return u * signs, values, vt * signs[:, None]

        monkeypatch.setattr(np.linalg, "svd", turned)

        np.testing.assert_array_equal(PCA().fit(data).components_, expected)


def test_pca_agrees_with_scikit_learn_where_it_is_installed():
    theirs = pytest.importorskip("sklearn.decomposition").PCA(svd_solver="full")
    data = spread(np.random.default_rng(13), 20, 5)
    ours = PCA().fit(data)
    theirs.fit(data)

    for name in ("components_", "explained_variance_", "explained_variance_ratio_", "mean_"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), **CLOSE)


def test_cka_is_the_cosine_of_the_inner_products_of_examples():
    rng = np.random.default_rng(13)
    for n, d, e in ((20, 3, 5), (8, 30, 2), (5, 40, 60), (2, 1, 1)):
        one, other = rng.normal(size=(n, d)) + 3, rng.normal(size=(n, e)) - 1
        centre = np.eye(n) - 1 / n
        k, m = (centre @ x @ x.T @ centre for x in (one, other))

        expected = (k * m).sum() / np.sqrt((k**2).sum() * (m**2).sum())
        assert linear_cka(one, other) == pytest.approx(expected, rel=1e-12)


def test_cka_is_the_sum_over_components_that_the_handout_derives():
    rng = np.random.default_rng(13)
    one, other = rng.normal(size=(9, 4)), rng.normal(size=(9, 3))
    (u, s, _), (w, t, _) = (np.linalg.svd(x - x.mean(axis=0), full_matrices=False) for x in (one, other))

    total = (np.outer(s**2, t**2) * (u.T @ w) ** 2).sum()
    assert linear_cka(one, other) == pytest.approx(total / np.sqrt((s**4).sum() * (t**4).sum()), rel=1e-12)


def test_a_map_of_a_network_has_ones_on_its_diagonal_and_is_symmetric():
    rng = np.random.default_rng(13)
    model = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.ReLU(), nn.Linear(8, 3, rng=rng))
    found = layer_outputs(model, rng.normal(size=(20, 4)))

    similarity = similarity_map(found, found)

    assert [array.shape for array in found] == [(20, 8), (20, 8), (20, 3)]
    np.testing.assert_allclose(np.diag(similarity), 1, rtol=1e-12)
    np.testing.assert_allclose(similarity, similarity.T, rtol=1e-12)


def test_the_package_offers_what_the_handout_names():
    handout = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert [name for name in reference.analysis.__all__ if f"`{name}" not in handout] == []


@pytest.mark.parametrize("row", [[0.1, 0.7, -0.3], [1e6 + 0.1], [-3e8, 1 / 3]])
def test_rows_that_are_equal_have_no_variance_whatever_their_numbers_are(row):
    pca = PCA().fit(np.tile(row, (7, 1)))

    np.testing.assert_array_equal(pca.mean_, row)
    np.testing.assert_array_equal(pca.explained_variance_, 0)
    np.testing.assert_array_equal(pca.explained_variance_ratio_, 0)


def test_no_examples_have_outputs_of_no_rows_and_the_same_columns():
    model = nn.Sequential(nn.ReLU(), nn.Flatten())

    assert [array.shape for array in layer_outputs(model, np.zeros((0, 2, 3)))] == [(0, 6), (0, 6)]
