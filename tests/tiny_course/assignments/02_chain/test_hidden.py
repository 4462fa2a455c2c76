"""Hidden checks of assignment 02."""

from grader.checks import weight


class TestChain:
    @weight(2)
    def test_order(self, twin, rng):
        """Chain applies its layers in the order given."""
        layers = twin("nn.Scale", 2.0), twin("nn.Shift", 1.0)
        twin("nn.Chain", *layers).forward(rng.normal(size=3)).compare()
