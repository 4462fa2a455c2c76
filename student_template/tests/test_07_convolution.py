"""Public checks of assignment 07: run them on your own machine with `pytest`.

The numbers are those of the handout's worked example. The hidden checks ask the same of other shapes, options and
upstream gradients.
"""

import numpy as np

from grader.checks import compare, fine, raises, weight


def image(*rows):
    """One image of one channel: an array of shape (1, 1, rows, columns)."""
    return np.array([[rows]], float)


def example():
    return image((1, 2, 0, 1), (3, 1, 2, 0), (0, 2, 1, 4))


def upstream():
    return image((1, 3, 2), (0, -1, 4))


def kernel():
    return image((1, 0), (2, -1))


class TestConv1d:
    @weight(1)
    def test_worked_example(self, student):
        """Conv1d with two groups looks at each channel by itself, with dilation 2 at every second number."""
        conv = student.nn.Conv1d(2, 2, kernel_size=2, dilation=2, groups=2, bias=False)
        conv.weight.data = np.array([[[1.0, -1.0]], [[2.0, 1.0]]])
        x = np.array([[[1.0, 2.0, 4.0, 8.0, 16.0], [0.0, 1.0, 0.0, 2.0, 0.0]]])
        dy = np.array([[[1.0, 0.0, 2.0], [1.0, -1.0, 0.0]]])
        y = np.array([[[-3.0, -6.0, -12.0], [0.0, 4.0, 0.0]]])
        dx = np.array([[[1.0, 0.0, 1.0, 0.0, -2.0], [2.0, -2.0, 1.0, -1.0, 0.0]]])
        compare(conv.forward(x), y, "Conv1d(2, 2, 2, dilation=2, groups=2).forward(x)")
        compare(conv.backward(dy), dx, "the same's backward(dy)")
        compare(conv.weight.grad, np.array([[[9.0, 36.0]], [[-1.0, -2.0]]]), "weight.grad")


class TestConv2d:
    def example(self, student, **options):
        conv = student.nn.Conv2d(1, 1, kernel_size=2, **options)
        conv.weight.data, conv.bias.data = kernel(), np.array([0.5])
        return conv

    @weight(1.5)
    def test_worked_example(self, student):
        """Conv2d computes one number for every window, and its gradients are those of the handout."""
        conv = self.example(student)
        compare(conv.forward(example()), image((6.5, 2.5, 4.5), (1.5, 4.5, 0.5)), "Conv2d(1, 1, 2).forward(x)")
        dx = image((1, 3, 2, 0), (2, 4, 5, -2), (0, -2, 9, -4))
        compare(conv.backward(upstream()), dx, "Conv2d(1, 1, 2).backward(dy)")
        compare(conv.weight.grad, image((14, 2), (12, 22)), "weight.grad")
        compare(conv.bias.grad, np.array([9.0]), "bias.grad")

    @weight(0.5)
    def test_stride_and_padding(self, student):
        """With stride 2 and padding 1, the windows of Conv2d begin outside, and what is left over counts for nothing.

        With padding="same", y is as large as x: an odd row is added below, an odd column at the right.
        """
        y = image((-0.5, 4.5, 2.5), (0.5, 4.5, 8.5))
        compare(self.example(student, stride=2, padding=1).forward(example()), y, "with stride 2 and padding 1, y")
        y = image((6.5, 2.5, 4.5, 1.5), (1.5, 4.5, 0.5, 8.5), (0.5, 2.5, 1.5, 4.5))
        compare(self.example(student, padding="same").forward(example()), y, 'with padding "same", y')

    @weight(0.5)
    def test_used_again(self, student, rng):
        """Conv2d's backward belongs to the last forward, of a batch of the same size or of another one; gradients of
        weight and bias are added up.
        """
        conv = self.example(student)
        for images in (3, 1, 2):
            conv.forward(rng.normal(size=(images, 1, 5, 4)))
            conv.backward(rng.normal(size=(images, 1, 4, 3)))
        conv.zero_grad()
        conv.forward(example())
        for times in (1, 2):
            dx = image((1, 3, 2, 0), (2, 4, 5, -2), (0, -2, 9, -4))
            compare(conv.backward(upstream()), dx, "Conv2d(1, 1, 2).backward(dy) after other batches")
            compare(conv.weight.grad, times * image((14, 2), (12, 22)), f"weight.grad after {times} times backward")

    @fine
    @weight(0.25)
    def test_dtypes(self, student):
        """Conv2d gives float32 for an x that is float32, forward and backward; gradients of parameters have theirs."""
        conv = self.example(student)
        y = image((6.5, 2.5, 4.5), (1.5, 4.5, 0.5)).astype(np.float32)
        dx = image((1, 3, 2, 0), (2, 4, 5, -2), (0, -2, 9, -4)).astype(np.float32)
        compare(conv.forward(example().astype(np.float32)), y, "Conv2d(1, 1, 2).forward(x) of a float32 x")
        compare(conv.backward(upstream()), dx, "Conv2d(1, 1, 2).backward(dy) after a float32 x")
        compare(conv.weight.grad, image((14, 2), (12, 22)), "weight.grad after a float32 x")


class TestConvTranspose2d:
    @weight(1)
    def test_worked_example(self, student):
        """ConvTranspose2d with stride 2 puts a multiple of the kernel for every number, and goes back as Conv2d."""
        conv = student.nn.ConvTranspose2d(1, 1, kernel_size=2, stride=2)
        conv.weight.data, conv.bias.data = kernel(), np.array([0.5])
        y = image((1.5, 0.5, 2.5, 0.5), (2.5, -0.5, 4.5, -1.5), (0.5, 0.5, 3.5, 0.5), (0.5, 0.5, 6.5, -2.5))
        dy = image((1, 0, 2, 1), (0, 1, 0, -1), (3, 0, 1, 0), (0, 0, 1, 2))
        compare(conv.forward(image((1, 2), (0, 3))), y, "ConvTranspose2d(1, 1, 2, stride=2).forward(x)")
        compare(conv.backward(dy), image((0, 3), (3, 1)), "the same's backward(dy)")
        compare(conv.weight.grad, image((8, 2), (3, 5)), "weight.grad")
        compare(conv.bias.grad, np.array([11.0]), "bias.grad")

    @fine
    @weight(0.25)
    def test_refuses(self, student):
        """ConvTranspose2d refuses groups that divide no number of channels, backward before forward, and other
        numbers of channels.
        """
        with raises(ValueError, doing="ConvTranspose2d(3, 5, kernel_size=2, groups=2)"):
            student.nn.ConvTranspose2d(3, 5, kernel_size=2, groups=2)
        conv = student.nn.ConvTranspose2d(3, 5, kernel_size=2)
        with raises(RuntimeError, doing="ConvTranspose2d(3, 5, kernel_size=2).backward(dy) before any forward"):
            conv.backward(np.ones((1, 5, 3, 3)))
        with raises(ValueError, doing="its forward(x) with x of shape (1, 4, 2, 2)", naming=((1, 4, 2, 2), 3)):
            conv.forward(np.ones((1, 4, 2, 2)))


class TestMaxPool2d:
    @weight(1)
    def test_worked_example(self, student):
        """MaxPool2d finds the largest number of every window; where windows overlap, gradients add up, and of equal
        numbers the first gets all.
        """
        pool = student.nn.MaxPool2d(2, stride=1)
        compare(pool.forward(example()), image((3, 2, 2), (3, 2, 4)), "MaxPool2d(2, stride=1).forward(x)")
        dx = image((0, 3, 0, 0), (1, 0, 1, 0), (0, 0, 0, 4))
        compare(pool.backward(upstream()), dx, "MaxPool2d(2, stride=1).backward(dy)")

    @fine
    @weight(0.25)
    def test_memory(self, student):
        """Whoever writes into what MaxPool2d returned does not spoil what it kept for backward; neither x nor dy is
        changed.
        """
        pool, x, dy = student.nn.MaxPool2d(2, stride=1), student.array(example()), student.array(upstream())
        student.hold(pool, "forward", x).fill(5.0)
        student.hold(pool, "backward", dy).fill(5.0)
        dx = image((0, 3, 0, 0), (1, 0, 1, 0), (0, 0, 0, 4))
        compare(pool.backward(dy), dx, "MaxPool2d(2, stride=1).backward(dy) after both results were overwritten")
        compare(student.value(x), example(), "x after forward and backward")
        compare(student.value(dy), upstream(), "dy after backward")


class TestAvgPool2d:
    @weight(0.5)
    def test_worked_example(self, student):
        """AvgPool2d takes the mean of every window, and shares a gradient among its numbers."""
        pool = student.nn.AvgPool2d(2, stride=1)
        compare(
            pool.forward(example()), image((1.75, 1.25, 0.75), (1.5, 1.5, 1.75)), "AvgPool2d(2, stride=1).forward(x)"
        )
        dx = image((1, 4, 5, 2), (1, 3, 8, 6), (0, -1, 3, 4)) / 4
        compare(pool.backward(upstream()), dx, "AvgPool2d(2, stride=1).backward(dy)")

    @weight(0.5)
    def test_padding(self, student):
        """With padding, AvgPool2d divides by 4, or without count_include_pad by the numbers that are there."""
        y = image((0.25, 0.5, 0.25), (0.75, 1.5, 1))
        compare(student.nn.AvgPool2d(2, padding=1).forward(example()), y, "AvgPool2d(2, padding=1).forward(x)")
        pool, y = student.nn.AvgPool2d(2, padding=1, count_include_pad=False), image((1, 1, 1), (1.5, 1.5, 2))
        compare(pool.forward(example()), y, "AvgPool2d(2, padding=1, count_include_pad=False).forward(x)")


class TestAdaptiveAvgPool2d:
    @weight(0.5)
    def test_worked_example(self, student):
        """AdaptiveAvgPool2d((2, 3)) takes the means of six windows, which overlap where the sizes do not divide."""
        pool = student.nn.AdaptiveAvgPool2d((2, 3))
        y = image((1.75, 1.25, 0.75), (1.5, 1.5, 1.75))
        compare(pool.forward(example()), y, "AdaptiveAvgPool2d((2, 3)).forward(x)")
        dx = image((1, 4, 5, 2), (1, 3, 8, 6), (0, -1, 3, 4)) / 4
        compare(pool.backward(upstream()), dx, "AdaptiveAvgPool2d((2, 3)).backward(dy)")


class TestUpsample:
    @weight(0.5)
    def test_nearest(self, student):
        """Upsample repeats every number, and its gradient is the sum over the copies."""
        up = student.nn.Upsample(scale_factor=2)
        compare(up.forward(image((1, 5))), image((1, 1, 5, 5), (1, 1, 5, 5)), "Upsample(2).forward(x)")
        compare(up.backward(image((1, 0, 2, 3), (0, 1, 1, -1))), image((2, 5)), "Upsample(2).backward(dy)")

    @weight(0.5)
    def test_bilinear(self, student):
        """Upsample with mode="bilinear" interpolates between the middles of numbers, and its gradient is shared so."""
        up = student.nn.Upsample(scale_factor=2, mode="bilinear")
        compare(up.forward(image((1, 5))), image((1, 2, 4, 5), (1, 2, 4, 5)), "with bilinear, y")
        compare(up.backward(image((1, 0, 2, 3), (0, 1, 1, -1))), image((2.5, 4.5)), "with bilinear, dx")


class TestBatchNorm2d:
    @weight(1)
    def test_worked_example(self, student):
        """BatchNorm2d normalises all numbers of a channel together, and its gradients are those of the handout."""
        batch_norm = student.nn.BatchNorm2d(1, eps=0.5)
        batch_norm.weight.data, batch_norm.bias.data = np.array([2.0]), np.array([1.0])
        y, dx = image((-1, 0), (1, 4)), image((-0.125, -0.8125), (1.5, -0.5625))
        compare(batch_norm.forward(image((1, 2), (3, 6))), y, "BatchNorm2d(1, eps=0.5).forward(x)")
        compare(batch_norm.backward(image((1, 0), (2, -1))), dx, "BatchNorm2d(1, eps=0.5).backward(dy)")
        compare(batch_norm.weight.grad, np.array([-2.5]), "weight.grad")
        compare(batch_norm.running_mean, np.array([0.3]), "running_mean after one batch")


class TestResidualBlock:
    @weight(0.5)
    def test_shortcut(self, student):
        """If the weight of bn2 is 0, a ResidualBlock computes relu(x + bias of bn2), forward and backward."""
        block = student.nn.ResidualBlock(1, 1)
        block.bn2.weight.data, block.bn2.bias.data = np.array([0.0]), np.array([-1.0])
        y, dx = image((0, 1, 0, 0), (2, 0, 1, 0), (0, 1, 0, 3)), image((0, 3, 0, 0), (1, 0, 2, 0), (0, -1, 0, 4))
        dy = image((1, 3, 2, 1), (1, 5, 2, 1), (0, -1, 4, 4))
        compare(block.forward(example()), y, "ResidualBlock(1, 1).forward(x)")
        compare(block.backward(dy), dx, "ResidualBlock(1, 1).backward(dy)")
