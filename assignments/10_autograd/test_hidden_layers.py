"""Hidden checks of assignment 10: layers of earlier assignments, made of operations."""

import numpy as np

from grader.checks import Tolerance, compare, weight
from grader.checks.battery import upstream
from grader.checks.battery.operation import CLOSE


def compare_ways(student, rng, name, module, arrays, parameters=(), constants=(), function=""):
    """A layer made of operations gives what the module of the reference gives, in both directions."""
    x = arrays[0]
    for path, array in zip(parameters, arrays[1:], strict=True):
        getattr(module, path).data = array
    y = module.forward(x, *constants)
    dy = upstream(rng, np.shape(y)) if np.ndim(y) else None
    dx = module.backward() if dy is None else module.backward(dy)
    expected = [np.asarray(y), dx, *(getattr(module, path).grad for path in parameters)]
    found = student.call("inside.both_ways", name, list(arrays), list(constants), dy)
    what = ("the result", "the gradient of x", *(f"the gradient of {path}" for path in parameters))
    for one, other, part in zip(found, expected, what, strict=True):
        compare(one, other, f"{part} of {function or name}, made of operations,", CLOSE)


class TestLayers:
    @weight(0.5)
    def test_linear(self, student, reference, rng):
        """A linear layer made of tensors gives the gradients of nn.Linear."""
        for shape in ((4, 3), (2, 4, 3), (1, 3)):
            arrays = rng.normal(size=shape), rng.normal(size=(5, 3)), rng.normal(size=5)
            compare_ways(student, rng, "linear", reference.nn.Linear(3, 5), arrays, ("weight", "bias"))

    @weight(1)
    def test_activations(self, student, reference, rng):
        """Activations made of tensors give the gradients of those of nn."""
        nn = reference.nn
        for name, module in {
            "relu": nn.ReLU(),
            "leaky_relu": nn.LeakyReLU(0.01),
            "elu": nn.ELU(1.3),
            "sigmoid": nn.Sigmoid(),
            "tanh": nn.Tanh(),
            "softplus": nn.Softplus(),
            "silu": nn.SiLU(),
            "gelu": nn.GELU("tanh"),
            "softmax": nn.Softmax(),
            "log_softmax": nn.LogSoftmax(),
        }.items():
            compare_ways(student, rng, name, module, (rng.normal(size=(4, 3)) * 2,))

    @weight(1)
    def test_losses(self, student, reference, rng):
        """Losses made of tensors give the gradients of those of nn."""
        nn, x = reference.nn, rng.normal(size=(4, 3)) * 2
        target = rng.normal(size=(4, 3))
        for name, criterion in {
            "squared_error": nn.MSELoss(),
            "absolute_error": nn.L1Loss(),
            "huber": nn.HuberLoss(),
        }.items():
            compare_ways(student, rng, name, criterion, (x,), constants=(target,))
        flags = rng.integers(0, 2, (4, 3)).astype(float)
        compare_ways(student, rng, "with_logits", nn.BCEWithLogitsLoss(), (x,), constants=(flags,))
        labels = rng.integers(0, 3, 4)
        compare_ways(student, rng, "cross_entropy", nn.CrossEntropyLoss(), (x,), constants=(labels,))

    @weight(1)
    def test_normalisation(self, student, reference, rng):
        """Normalisation made of tensors gives the gradients of nn: through the mean and the variance, too."""
        nn, both = reference.nn, ("weight", "bias")
        x = rng.normal(size=(5, 4)) * 2 + 1
        weight, bias = rng.normal(size=(2, 4))
        compare_ways(student, rng, "layer_norm", nn.LayerNorm(4), (x, weight, bias), both)
        compare_ways(student, rng, "rms_norm", nn.RMSNorm(4), (x, weight), both[:1])
        compare_ways(student, rng, "batch_norm", nn.BatchNorm1d(4), (x, weight, bias), both)
        images = rng.normal(size=(2, 4, 3))
        compare_ways(student, rng, "group_norm", nn.GroupNorm(2, 4), (images, weight, bias), both)

    @weight(1)
    def test_convolution(self, student, reference, rng):
        """A convolution and its pooling, made of indexing, give the gradients of nn."""
        arrays = rng.normal(size=(2, 3, 7)), rng.normal(size=(4, 3, 3)), rng.normal(size=4)
        compare_ways(student, rng, "convolution", reference.nn.Conv1d(3, 4, 3), arrays, ("weight", "bias"))
        compare_ways(student, rng, "max_pool", reference.nn.MaxPool2d(2), (rng.normal(size=(2, 3, 4, 6)),))

    @weight(1)
    def test_attention_and_recurrence(self, twin, rng):
        """Attention that looks back, and a recurrent network, have gradients for all that they are made of."""
        arrays = [rng.normal(size=(2, 4, 3)) for _ in range(3)]
        _compare_both(twin, "attention", arrays, upstream(rng, (2, 4, 3)), "qkv")
        shapes = (4, 2, 3), (5, 3), (5, 5), (5,)
        arrays = [rng.normal(size=shape) * 0.5 for shape in shapes]
        _compare_both(twin, "recurrent", arrays, upstream(rng, (4, 2, 5)), ("x", "weight_ih", "weight_hh", "bias"))

    @weight(1)
    def test_a_network_learns(self, twin, rng):
        """A network of tensors is trained by gradient descent: its losses are right, step by step."""
        arrays = [rng.normal(size=shape) * 0.5 for shape in ((8, 3), (8,), (4, 8), (4,))]
        x, labels = rng.normal(size=(12, 3)), rng.integers(0, 4, 12)
        batches = [[x[rows], labels[rows]] for rows in np.split(rng.permutation(12), 3) * 5]
        losses = twin("inside.trained_network", arrays, batches, 0.3)
        losses.name = "the losses of a network of two layers"
        losses.compare(tolerance=Tolerance(1e-9, 1e-9))  # each step enlarges roundings


def _compare_both(twin, name, arrays, dy, names):
    found = twin("inside.both_ways", name, arrays, [], dy)
    for letter, part in zip(("the result", *(f"the gradient of {one}" for one in names)), found, strict=True):
        part.name = f"{letter} of {name}, made of operations,"
        part.compare(tolerance=CLOSE)
