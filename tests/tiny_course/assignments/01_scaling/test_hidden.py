"""Hidden checks of assignment 01."""

from grader.checks import hide_errors, weight


class TestScale:
    @weight(2)
    def test_forward(self, twin, rng):
        """Scale.forward works in two dimensions."""
        twin("nn.Scale", 7.25).forward(rng.normal(size=(2, 3))).compare()

    @weight(2)
    @hide_errors("What does the factor do to a gradient?")
    def test_backward(self, twin, rng):
        """Scale.backward multiplies the upstream gradient."""
        twin("nn.Scale", 7.25).backward(rng.normal(size=(2, 3))).compare()


class TestShift:
    @weight(2)
    def test_forward(self, twin, rng):
        """Shift.forward works in two dimensions."""
        twin("nn.Shift", 7.25).forward(rng.normal(size=(2, 3))).compare()
