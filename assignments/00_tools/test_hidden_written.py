"""Hidden checks of assignment 00: the tests that students write. The last file, as each check takes many workers."""

from grader.checks import weight

from . import linear_layers, softmaxes, squared_errors


class TestSoftmaxTests:
    @weight(6)
    def test_they_tell_right_from_wrong(self, written):
        """Your tests of softmax accept every right implementation, and each wrong one is rejected by one of them."""
        written("test_softmax", softmaxes.RIGHT, softmaxes.WRONG)


class TestMeanSquaredErrorTests:
    @weight(6)
    def test_they_tell_right_from_wrong(self, written):
        """Your tests of mean_squared_error accept every right implementation, and each wrong one is rejected by one of
        them.
        """
        written("test_mean_squared_error", squared_errors.RIGHT, squared_errors.WRONG)


class TestLinearGradientsTests:
    @weight(6)
    def test_they_tell_right_from_wrong(self, written):
        """Your tests of linear_gradients accept every right implementation, and each wrong one is rejected by one of
        them.
        """
        written("test_linear_gradients", linear_layers.RIGHT, linear_layers.WRONG)
