"""Public checks of assignment 05: run them on your own machine with `pytest`.

The numbers are those of the handout's worked example. The hidden checks ask the same of other shapes, options and
generators.
"""

import math

import numpy as np

from grader.checks import compare, fine, raises, weight

X = (1.0, 2.0, 3.0, 6.0)  # of these, each check makes arrays of its own
DY = (1.0, 0.0, 2.0, -1.0)
WEIGHT = (2.0, 1.0, -1.0, 3.0)


def row(numbers):
    """An array of shape (1, 4)."""
    return np.array([numbers])


def column(numbers):
    """An array of shape (4, 1)."""
    return np.array([numbers]).T.copy()


def fill(student, path, shape, draw, **options):
    """Have a function of nn.init fill a Parameter, and compare it with what `draw` takes from an equal generator."""
    p = student.nn.Parameter(np.zeros(shape))
    name = f"{path}(p of shape {shape}{''.join(f', {key}={value!r}' for key, value in options.items())}, rng=rng)"
    student.call(path, p, **options, rng=student.generator(1))
    compare(p.data, draw(np.random.default_rng(1)), f"p.data after {name}")


class TestGain:
    @weight(0.5)
    def test_of_rectifiers(self, student):
        """The gain of ReLU is sqrt(2), and that of a LeakyReLU with slope 0.5 is sqrt(1.6)."""
        gain = student.nn.init.calculate_gain
        compare(gain("relu"), math.sqrt(2), 'calculate_gain("relu")')
        compare(gain("leaky_relu", 0.5), math.sqrt(1.6), 'calculate_gain("leaky_relu", 0.5)')


class TestOnes:
    @fine
    @weight(0.25)
    def test_array_that_is_there(self, student):
        """A function of nn.init writes into the array that is there, keeps its dtype, and returns the Parameter."""
        p = student.nn.Parameter(np.full(3, 7.0, np.float32))
        held = student.hold(p, "data")
        compare(student.nn.init.ones_(p) == p, True, "`nn.init.ones_(p) is p`")
        compare(student.value(held), np.ones(3, np.float32), "the array that was p.data before nn.init.ones_(p)")
        compare(p.data, np.ones(3, np.float32), "p.data after nn.init.ones_(p)")


class TestUniform:
    @weight(0.5)
    def test_draw(self, student):
        """uniform_(p, -2, 3) gives p the numbers that rng.uniform(-2, 3, p.shape) draws."""
        fill(student, "nn.init.uniform_", (3, 2), lambda rng: rng.uniform(-2, 3, (3, 2)), a=-2.0, b=3.0)


class TestNormal:
    @weight(0.5)
    def test_draw(self, student):
        """normal_(p, 1, 0.5) gives p the numbers that rng.normal(1, 0.5, p.shape) draws."""
        fill(student, "nn.init.normal_", (3, 2), lambda rng: rng.normal(1, 0.5, (3, 2)), mean=1.0, std=0.5)


class TestXavierUniform:
    @weight(0.5)
    def test_worked_example(self, student):
        """The bound of xavier_uniform_ is that of the handout, for a matrix and for a weight of a convolution."""
        for shape, bound in (((3, 2), math.sqrt(6 / 5)), ((4, 3, 5, 5), math.sqrt(6 / 175))):
            fill(student, "nn.init.xavier_uniform_", shape, lambda rng, b=bound, s=shape: rng.uniform(-b, b, s))


class TestKaimingUniform:
    @weight(0.5)
    def test_worked_example(self, student):
        """The bound of kaiming_uniform_ is that of the handout, for a matrix and for a weight of a convolution."""
        for shape, bound in (((3, 2), math.sqrt(3)), ((4, 3, 5, 5), math.sqrt(6 / 75))):
            fill(student, "nn.init.kaiming_uniform_", shape, lambda rng, b=bound, s=shape: rng.uniform(-b, b, s))


class TestKaimingNormal:
    @weight(0.5)
    def test_worked_example(self, student):
        """The standard deviation of kaiming_normal_ with mode="fan_out" is that of the handout."""
        for shape, std in (((3, 2), math.sqrt(2 / 3)), ((4, 3, 5, 5), math.sqrt(2 / 100))):
            fill(
                student,
                "nn.init.kaiming_normal_",
                shape,
                lambda rng, s=std, k=shape: rng.normal(0, s, k),
                mode="fan_out",
            )


class TestOrthogonal:
    @weight(0.5)
    def test_columns(self, student):
        """The columns of an orthogonal matrix with gain 2 have the length 2 and are orthogonal to each other."""
        p = student.nn.Parameter(np.zeros((5, 3)))
        student.nn.init.orthogonal_(p, 2.0)
        w = p.data
        compare(w.T @ w, 4 * np.eye(3), "W^T W after orthogonal_(p of shape (5, 3), 2.0)")


class TestDropout:
    @weight(1)
    def test_worked_example(self, student):
        """Dropout(0.25) drops what the generator draws below 0.25
        and divides the rest by 0.75, forward and backward.
        """
        dropout = student.nn.Dropout(p=0.25, rng=student.generator(1))
        compare(dropout.forward(np.array(X)), np.array([4 / 3, 8 / 3, 0.0, 8.0]), "Dropout(0.25).forward((1, 2, 3, 6))")
        compare(
            dropout.backward(np.array(DY)), np.array([4 / 3, 0.0, 0.0, -4 / 3]), "Dropout(0.25).backward((1, 0, 2, -1))"
        )

    @weight(0.5)
    def test_no_change_in_evaluation(self, student):
        """In evaluation Dropout changes nothing, forward and backward."""
        dropout = student.nn.Dropout(p=0.25, rng=student.generator(1))
        dropout.eval()
        compare(dropout.forward(np.array(X)), np.array(X), "Dropout(0.25).forward((1, 2, 3, 6)) in evaluation")
        compare(dropout.backward(np.array(DY)), np.array(DY), "Dropout(0.25).backward((1, 0, 2, -1)) in evaluation")


class TestDropout2d:
    @weight(1)
    def test_whole_channels(self, student):
        """Dropout2d(0.25) drops whole channels: those for which the generator draws a number below 0.25."""
        dropout = student.nn.Dropout2d(p=0.25, rng=student.generator(1))
        x = np.arange(1.0, 25.0).reshape(1, 4, 3, 2)
        y = x * np.array([4 / 3, 4 / 3, 0.0, 4 / 3]).reshape(1, 4, 1, 1)
        compare(dropout.forward(x), y, "Dropout2d(0.25).forward(x) with x of shape (1, 4, 3, 2)")


class TestBatchNorm1d:
    def example(self, student):
        batch_norm = student.nn.BatchNorm1d(1, eps=0.5)
        batch_norm.weight.data = np.array([2.0])
        batch_norm.bias.data = np.array([1.0])
        return batch_norm

    @weight(1)
    def test_worked_example(self, student):
        """In training BatchNorm1d normalises by the batch, and its gradients are those of the handout."""
        batch_norm = self.example(student)
        y, dx = np.array([[-1.0], [0.0], [1.0], [4.0]]), np.array([[-0.125], [-0.8125], [1.5], [-0.5625]])
        compare(batch_norm.forward(column(X)), y, "BatchNorm1d(1, eps=0.5).forward(x)")
        compare(batch_norm.backward(column(DY)), dx, "BatchNorm1d(1, eps=0.5).backward(dy)")
        compare(batch_norm.weight.grad, np.array([-2.5]), "weight.grad")
        compare(batch_norm.bias.grad, np.array([2.0]), "bias.grad")

    @weight(1)
    def test_running_averages(self, student):
        """After a batch in training the running averages have moved a tenth of the way:
        to its mean, and to its unbiased variance.
        """
        batch_norm = self.example(student)
        batch_norm.forward(column(X))
        compare(batch_norm.running_mean, np.array([0.3]), "running_mean after one batch")
        compare(batch_norm.running_var, np.array([0.9 + 0.1 * 14 / 3]), "running_var after one batch")

    @weight(1)
    def test_worked_example_in_evaluation(self, student):
        """In evaluation BatchNorm1d normalises by constants, forward and backward."""
        batch_norm = self.example(student)
        batch_norm.running_mean = np.array([0.3])
        batch_norm.running_var = np.array([1.3666666666666667])
        batch_norm.eval()
        scale = 2 / math.sqrt(1.8666666666666667)
        y = scale * (column(X) - 0.3) + 1
        compare(batch_norm.forward(column(X)), y, "BatchNorm1d(1, eps=0.5).forward(x) in evaluation")
        compare(batch_norm.backward(column(DY)), scale * column(DY), "the same's backward(dy)")

    @fine
    @weight(0.5)
    def test_one_number(self, student):
        """In training BatchNorm1d raises ValueError for a channel with a single number; in evaluation it takes it."""
        batch_norm = student.nn.BatchNorm1d(3)
        with raises(ValueError, doing="BatchNorm1d(3).forward(x) with x of shape (1, 3) in training"):
            batch_norm.forward(np.ones((1, 3)))
        batch_norm.eval()
        compare(batch_norm.forward(np.zeros((1, 3))), np.zeros((1, 3)), "BatchNorm1d(3).forward(zeros) in evaluation")


class TestLayerNorm:
    @weight(1.5)
    def test_worked_example(self, student):
        """LayerNorm normalises a row, and its gradients are those of the handout, also where the weights differ."""
        layer_norm = student.nn.LayerNorm(4, eps=0.5)
        layer_norm.weight.data, layer_norm.bias.data = np.array(WEIGHT), np.array([0.0, 1.0, 2.0, -1.0])
        y, dx = np.array([[-2.0, 0.5, 2.0, 3.5]]), np.array([[0.5625, -0.03125, -0.625, 0.09375]])
        compare(layer_norm.forward(row(X)), y, "LayerNorm(4, eps=0.5).forward(x)")
        compare(layer_norm.backward(row(DY)), dx, "LayerNorm(4, eps=0.5).backward(dy)")
        compare(layer_norm.weight.grad, np.array([-1.0, 0.0, 0.0, -1.5]), "weight.grad")
        compare(layer_norm.bias.grad, np.array(DY), "bias.grad")

    @weight(0.5)
    def test_two_dimensions_together(self, student):
        """LayerNorm((2, 2)) takes one mean and one variance over the last two dimensions together."""
        layer_norm = student.nn.LayerNorm((2, 2), eps=0.5)
        y = np.array([[[-1.0, -0.5], [0.0, 1.5]]])
        compare(layer_norm.forward(row(X).reshape(1, 2, 2)), y, "LayerNorm((2, 2), eps=0.5).forward(x)")


class TestRMSNorm:
    @weight(1.5)
    def test_worked_example(self, student):
        """RMSNorm divides a row by its root mean square, and its gradients are those of the handout."""
        rms_norm = student.nn.RMSNorm(4, eps=3.5)
        rms_norm.weight.data = np.array(WEIGHT)
        y, dx = np.array([[0.5, 0.5, -0.75, 4.5]]), np.array([[0.5859375, 0.171875, -0.2421875, -0.234375]])
        compare(rms_norm.forward(row(X)), y, "RMSNorm(4, eps=3.5).forward(x)")
        compare(rms_norm.backward(row(DY)), dx, "RMSNorm(4, eps=3.5).backward(dy)")
        compare(rms_norm.weight.grad, np.array([0.25, 0.0, 1.5, -1.5]), "weight.grad")


class TestGroupNorm:
    @weight(1)
    def test_worked_example(self, student):
        """GroupNorm(2, 4) normalises channels 0 and 1 together, and channels 2 and 3;
        each has a weight and bias of its own.
        """
        group_norm = student.nn.GroupNorm(2, 4)
        group_norm.weight.data, group_norm.bias.data = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 0.0, 1.0, 1.0])
        x = np.array([[[8.0, 0.0], [2.0, 2.0], [4.0, 2.0], [10.0, 4.0]]])
        z = np.array([[[5.0, -3.0], [-1.0, -1.0], [-1.0, -3.0], [5.0, -1.0]]]) / math.sqrt(9 + 1e-5)
        y = z * np.array([[1.0], [2.0], [3.0], [4.0]]) + np.array([[0.0], [0.0], [1.0], [1.0]])
        compare(group_norm.forward(x), y, "GroupNorm(2, 4).forward(x)")
