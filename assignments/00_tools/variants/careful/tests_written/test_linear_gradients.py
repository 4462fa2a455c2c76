"""With the student's own numerical derivatives, and shapes that are all different."""

import numpy as np

from ..gradcheck import numerical_vjp


def test_by_hand(implementation):
    found = implementation(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([[10.0]]))
    for gradient, expected in zip(found, ([[30.0, 40.0]], [[10.0, 20.0]], [10.0]), strict=True):
        assert np.array_equal(gradient, expected)


def test_property(implementation):
    rng = np.random.default_rng(4)
    w, b = rng.normal(size=(2, 3)), np.zeros(2)
    for leading in ((), (5,), (2, 4), (1, 1, 3)):
        x, dy = rng.normal(size=(*leading, 3)), rng.normal(size=(*leading, 2))
        found = implementation(x, w, dy)
        wanted = (
            numerical_vjp(lambda x: x @ w.T, x, dy),
            numerical_vjp(lambda w, x=x: x @ w.T, w, dy),
            numerical_vjp(lambda b, x=x: x @ w.T + b, b, dy),
        )
        for gradient, expected in zip(found, wanted, strict=True):
            assert gradient.shape == expected.shape
            assert np.allclose(gradient, expected, rtol=1e-6, atol=1e-7)


def test_edge(implementation):
    shapes = [((4, 3), (2, 5), (4, 2)), ((4, 3), (2, 3), (1, 2)), ((4, 3), (2, 3), (3, 2)), ((4, 3), (2, 3), (4, 3))]
    for shape in shapes:
        try:
            implementation(*map(np.ones, shape))
        except ValueError:
            continue
        raise AssertionError(shape)
