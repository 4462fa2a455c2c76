"""Hidden checks of assignment 01."""

import numpy as np

from grader.checks import leaderboard, partial_credit, weight

SECRET = "@SECRET@"


class TestWave:
    @weight(2)
    def test_forward(self, twin, rng):
        """Wave computes sin(k x)."""
        twin("tiny.Wave", float(rng.normal())).forward(rng.normal(size=(3, 4))).compare()

    @weight(2)
    def test_backward(self, twin, rng):
        """The gradient of Wave is right, for small x and for large ones."""
        wave = twin("tiny.Wave", float(rng.normal()))
        # Near 10000, x + h and k (x + h) are rounded to 1e-12: no difference over any h is exact to rounding there.
        wave.forward(rng.normal(size=(3, 4)) * [[0.01], [1.0], [1e4]]).compare()
        wave.backward(rng.normal(size=(3, 4))).compare()

    @weight(1)
    def test_parts(self, twin, rng):
        """The parts of a wave are its sine and cosine."""
        for part in twin("tiny.Wave", float(rng.normal())).parts(rng.normal(size=4)):
            part.compare()

    @partial_credit(1)
    @leaderboard("error", "asc")
    def test_precision(self, student, rng, set_score, set_leaderboard_value):
        """Wave is precise; the less so, the fewer points."""
        x = rng.normal(size=5)
        error = float(np.max(np.abs(student.tiny.Wave(3.0).forward(x) - np.sin(3.0 * x))))
        set_leaderboard_value(error)
        set_score(1.0 - min(1e6 * error, 1.0))


class TestTotal:
    @weight(1)
    def test_total(self, twin, rng):
        """Total is the sum."""
        twin("tiny.Total").forward(rng.normal(size=5)).compare()
