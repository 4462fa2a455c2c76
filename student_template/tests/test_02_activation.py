"""Public checks of assignment 02: run them on your own machine with `pytest`.

The numbers are those of the handout's worked example, with more digits. The checks after an example show, for one
module each, what is
asked of every one: to be used again, to leave memory alone, dtypes, errors, arguments.
"""

import numpy as np

from grader.checks import compare, fine, raises, weight


def check_example(module, name, y, dx):
    """Compare one forward and one backward pass with the handout's table."""
    compare(module.forward(np.array([-2.0, 0.0, 1.0])), np.array(y), f"{name}.forward((-2, 0, 1))")
    compare(module.backward(np.full(3, 10.0)), np.array(dx), f"{name}.backward((10, 10, 10))")


def check_example_beside_the_corner(module, name, y, dx):
    """The same for x = -2 and 1: the corner at 0 has a check of its own."""
    compare(module.forward(np.array([-2.0, 1.0])), np.array(y), f"{name}.forward((-2, 1))")
    compare(module.backward(np.full(2, 10.0)), np.array(dx), f"{name}.backward((10, 10))")


class TestReLU:
    @weight(1)
    def test_worked_example(self, student):
        """ReLU passes what is positive and blocks the rest, forward and backward."""
        check_example_beside_the_corner(student.nn.ReLU(), "ReLU()", y=[0.0, 1.0], dx=[0.0, 10.0])

    @fine
    @weight(0.5)
    def test_derivative_at_zero(self, student):
        """ReLU's derivative at exactly 0 is 0."""
        check_example(student.nn.ReLU(), "ReLU()", y=[0.0, 0.0, 1.0], dx=[0.0, 0.0, 10.0])


class TestLeakyReLU:
    @weight(1)
    def test_worked_example(self, student):
        """LeakyReLU(0.1) lets a tenth of what is negative through, forward and backward."""
        check_example_beside_the_corner(student.nn.LeakyReLU(0.1), "LeakyReLU(0.1)", y=[-0.2, 1.0], dx=[1.0, 10.0])

    @weight(0.5)
    def test_other_arguments(self, student):
        """LeakyReLU takes any slope, such as 2 and -1 (and each module any argument that the handout allows)."""
        for slope, y, dx in ((2.0, [-4.0, 1.0], [20.0, 10.0]), (-1.0, [2.0, 1.0], [-10.0, 10.0])):
            name = f"LeakyReLU({slope})"
            check_example_beside_the_corner(student.nn.LeakyReLU(slope), name, y, dx)


class TestELU:
    @weight(1)
    def test_worked_example(self, student):
        """ELU(2.0) is 2 (exp(x) - 1) left of zero and x right of it, and backward is the derivative of that."""
        y, dx = [-1.729329433526775, 1.0], [2.706705664732254, 10.0]
        check_example_beside_the_corner(student.nn.ELU(2.0), "ELU(2.0)", y, dx)


class TestSigmoid:
    @weight(1)
    def test_worked_example(self, student):
        """Sigmoid is 1 / (1 + exp(-x)), and backward is the derivative of that."""
        y, dx = [0.1192029220221176, 0.5, 0.7310585786300049], [1.049935854035065, 2.5, 1.966119332414819]
        check_example(student.nn.Sigmoid(), "Sigmoid()", y, dx)

    @weight(0.5)
    def test_used_again(self, student, rng):
        """Sigmoid's backward belongs to the last forward, of a batch of the same size or of another one, and may be
        called twice."""
        sigmoid = student.nn.Sigmoid()
        for shape in ((4, 3), (4, 3), (2, 3), (5, 3), (2, 4, 3)):
            x, dy = rng.normal(0, 2, shape), rng.normal(0, 1, shape)
            y = 1 / (1 + np.exp(-x))
            compare(sigmoid.forward(x), y, f"forward of an object that was used before, for x of shape {shape}")
            for time in ("", ", a second time"):
                compare(
                    sigmoid.backward(dy),
                    dy * y * (1 - y),
                    f"backward of an object that was used before, for dy of shape {shape}{time}",
                )


class TestTanh:
    @weight(1)
    def test_worked_example(self, student):
        """Tanh is the hyperbolic tangent, and backward is the derivative of that."""
        y, dx = [-0.9640275800758169, 0.0, 0.7615941559557649], [0.7065082485316447, 10.0, 4.199743416140261]
        check_example(student.nn.Tanh(), "Tanh()", y, dx)

    @fine
    @weight(0.25)
    def test_memory(self, student):
        """Whoever writes into what Tanh returned does not spoil what it kept for backward; neither x nor dy is
        changed."""
        tanh, x, dy = student.nn.Tanh(), student.array(np.array([-2.0, 0.0, 1.0])), student.array(np.full(3, 10.0))
        student.hold(tanh, "forward", x).fill(5.0)
        student.hold(tanh, "backward", dy).fill(5.0)
        dx = np.array([0.7065082485316447, 10.0, 4.199743416140261])
        compare(
            tanh.backward(dy),
            dx,
            "Tanh().backward((10, 10, 10)), after 5 was written into what forward and backward returned,",
        )
        compare(student.value(x), np.array([-2.0, 0.0, 1.0]), "x after forward and backward")
        compare(student.value(dy), np.full(3, 10.0), "dy after backward")


class TestSoftplus:
    @weight(1)
    def test_worked_example(self, student):
        """Softplus(2.0) is log(1 + exp(2 x)) / 2, and backward is the derivative of that."""
        y, dx = (
            [0.00907496395890487, 0.3465735902799727, 1.063464005521486],
            [0.1798620996209156, 5.0, 8.807970779778824],
        )
        check_example(student.nn.Softplus(2.0), "Softplus(2.0)", y, dx)

    @fine
    @weight(0.25)
    def test_refuses(self, student):
        """Softplus refuses a beta of 0, backward before forward, and a dy that does not have the shape of y."""
        with raises(ValueError, doing="Softplus(beta=0)"):
            student.make("nn.Softplus", beta=0)
        softplus = student.nn.Softplus()
        with raises(RuntimeError, doing="Softplus().backward(dy) before any forward"):
            softplus.backward(np.ones((2, 3)))
        softplus.forward(np.zeros((2, 3)))
        with raises(
            ValueError,
            doing="Softplus().backward(dy) with dy of shape (3,) and y of shape (2, 3)",
            naming=((3,), (2, 3)),
        ):
            softplus.backward(np.ones(3))


class TestSiLU:
    @weight(1)
    def test_worked_example(self, student):
        """SiLU is x times the sigmoid of x, and backward is the derivative of that."""
        y, dx = [-0.2384058440442351, 0.0, 0.7310585786300049], [-0.9078424878489548, 5.0, 9.276705118714867]
        check_example(student.nn.SiLU(), "SiLU()", y, dx)

    @fine
    @weight(0.25)
    def test_dtypes(self, student):
        """SiLU gives float32 for an x that is float32, forward and backward, whatever the dtype of dy."""
        silu, x = student.nn.SiLU(), np.array([-2.0, 0.0, 1.0], np.float32)
        y, dx = (
            np.array([-0.23840584, 0.0, 0.73105858], np.float32),
            np.array([-0.90784249, 5.0, 9.27670512], np.float32),
        )
        compare(silu.forward(x), y, "SiLU().forward(float32 array)")
        compare(silu.backward(np.full(3, 10.0)), dx, "SiLU().backward(float64 array)")


class TestGELU:
    @weight(0.5)
    def test_worked_example(self, student):
        """GELU is x times the standard normal distribution function of x, and backward is the derivative of that."""
        y, dx = [-0.04550026389635841, 0.0, 0.8413447460685429], [-0.852318010781969, 5.0, 10.83315470587686]
        check_example(student.nn.GELU(), "GELU()", y, dx)

    @weight(0.5)
    def test_tanh_form(self, student):
        """GELU(approximate="tanh") has the gate with tanh, and backward is the derivative of that."""
        y, dx = [-0.04540230591222494, 0.0, 0.8411919906082768], [-0.8609925662361826, 5.0, 10.829640838457825]
        check_example(student.nn.GELU(approximate="tanh"), 'GELU(approximate="tanh")', y, dx)


class TestSoftmax:
    @weight(0.5)
    def test_worked_example(self, student):
        """Softmax turns the scores (1, 2, 3) into the handout's probabilities, and (2, -1, 3) back into its dx."""
        softmax = student.nn.Softmax()
        y = np.array([0.09003057317038046, 0.2447284710547977, 0.6652409557748219])
        dx = np.array([0.006207109015703956, -0.7173127415197406, 0.7111056325040366])
        compare(softmax.forward(np.array([1.0, 2.0, 3.0])), y, "Softmax().forward((1, 2, 3))")
        compare(softmax.backward(np.array([2.0, -1.0, 3.0])), dx, "Softmax().backward((2, -1, 3))")

    @weight(0.5)
    def test_large_scores_in_a_column(self, student):
        """Softmax(dim=0) gives every column probabilities of its own, also where exp of a score would overflow."""
        y = student.nn.Softmax(dim=0).forward(np.array([[1e4, 0.0], [1e4, -1e4]]))
        compare(y, np.array([[0.5, 1.0], [0.5, 0.0]]), "Softmax(dim=0).forward(((10000, 0), (10000, -10000)))")

    @weight(0.5)
    def test_an_impossible_score(self, student):
        """A score of -inf has the probability 0, and the others share the rest."""
        y = student.nn.Softmax().forward(np.array([[7.0, -np.inf, 7.0]]))
        compare(y, np.array([[0.5, 0.0, 0.5]]), "Softmax().forward(((7, -inf, 7),))")


class TestLogSoftmax:
    @weight(1)
    def test_worked_example(self, student):
        """LogSoftmax turns the scores (1, 2, 3) into the handout's log-probabilities, and (2, -1, 3) back into its
        dx."""
        log_softmax = student.nn.LogSoftmax()
        y = np.array([-2.40760596444438, -1.40760596444438, -0.4076059644443803])
        dx = np.array([1.639877707318478, -1.978913884219191, 0.3390361769007124])
        compare(log_softmax.forward(np.array([1.0, 2.0, 3.0])), y, "LogSoftmax().forward((1, 2, 3))")
        compare(log_softmax.backward(np.array([2.0, -1.0, 3.0])), dx, "LogSoftmax().backward((2, -1, 3))")

    @weight(1)
    def test_an_improbable_class_keeps_its_logarithm(self, student):
        """LogSoftmax of the scores (7, -9993) is (0, -10000), although the second probability rounds to 0."""
        y = student.nn.LogSoftmax().forward(np.array([7.0, -9993.0]))
        compare(y, np.array([0.0, -1e4]), "LogSoftmax().forward((7, -9993))")


class TestLogsumexp:
    @weight(1)
    def test_adds_numbers_given_by_their_logarithms(self, student):
        """logsumexp gives the logarithms of the sums of the numbers whose logarithms it is given, along dim."""
        x = np.log([[1.0, 2.0], [3.0, 5.0]])
        compare(student.nn.logsumexp(x, dim=0), np.log([4.0, 7.0]), "logsumexp(log([[1, 2], [3, 5]]), dim=0)")
        compare(student.nn.logsumexp(x), np.log([3.0, 8.0]), "logsumexp(log([[1, 2], [3, 5]]))")
