"""Hidden checks of assignment 02."""

from grader.checks import weight


class TestDouble:
    @weight(1)
    def test_double(self, twin, rng):
        """Double doubles whatever it is given."""
        twin("more.Double").forward(rng.normal(size=5)).compare()
