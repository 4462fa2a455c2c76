"""The same checks as an ordinary grader has them: test, reference and student's code share one process.

They are for the positive controls.
"""

import framework
import numpy as np

import reference

SECRET = "@SECRET@"


class TestWave:
    def test_forward(self):
        """Compares with `allclose`."""
        k, x = 1.5, np.random.default_rng().normal(size=(3, 4))
        expected = reference.tiny.Wave(k).forward(x)
        assert np.allclose(framework.tiny.Wave(k).forward(x), expected)

    def test_backward(self):
        """Compares with `assert_allclose`, as gradient checks do."""
        k, x, dy = 1.5, np.random.default_rng().normal(size=(3, 4)), np.random.default_rng().normal(size=(3, 4))
        ours, theirs = reference.tiny.Wave(k), framework.tiny.Wave(k)
        ours.forward(x)
        theirs.forward(x)
        np.testing.assert_allclose(theirs.backward(dy), ours.backward(dy), rtol=1e-5)

    def test_parts(self):
        """Compares with `==`, and after the student's code has had its hands on the input."""
        k, x = 1.5, np.random.default_rng().normal(size=4)
        actual = framework.tiny.Wave(k).parts(x)
        expected = reference.tiny.Wave(k).parts(x)
        assert len(actual) == 2
        assert all(np.all(a == e) for a, e in zip(actual, expected, strict=True))

    def test_precision(self):
        """Compares with a bound, after the student's code has had its hands on the input."""
        x = np.random.default_rng().normal(size=5)
        actual = framework.tiny.Wave(3.0).forward(x)
        error = np.max(np.abs(actual - reference.tiny.Wave(3.0).forward(x)))
        assert not error > 1e-6

    def test_public(self):
        """Compares with `==`."""
        x = np.full(3, 0.25)
        expected = reference.tiny.Wave(2.0).forward(x)
        assert (framework.tiny.Wave(2.0).forward(x) == expected).all()


class TestTotal:
    def test_total(self):
        """Compares floats."""
        x = np.random.default_rng().normal(size=5)
        assert abs(framework.tiny.Total().forward(x) - reference.tiny.Total().forward(x)) < 1e-9


class TestDouble:
    def test_double(self):
        """Compares with `assert_array_equal`."""
        x = np.random.default_rng().normal(size=5)
        np.testing.assert_array_equal(framework.more.Double().forward(x), reference.more.Double().forward(x))

    def test_double_public(self):
        """Compares with `allclose`."""
        assert np.allclose(framework.more.Double().forward(np.ones(2)), np.full(2, 2.0))
