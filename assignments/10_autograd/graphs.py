"""What the checks of graphs share: leaves, and how results and gradients are compared."""

from grader.checks.battery import upstream
from grader.checks.battery.drawing import compare_roughly
from grader.checks.battery.operation import CLOSE

from .operations import compare_data, positive


def leaves(twin, rng, *shapes):
    """Tensors that require a gradient, of positive numbers."""
    return [twin("autograd.Tensor", positive(rng, shape), requires_grad=True) for shape in shapes]


def go_back(y, rng, name, *tensors, names="xyzuvw"):
    """Compare a result, and after a backward the gradients of all tensors."""
    compare_data(y, name)
    y.backward(upstream(rng, y.expected.data.shape))
    compare_gradients(name, *tensors, names=names)


def compare_gradients(name, *tensors, names="xyzuvw"):
    for letter, tensor in zip(names, tensors):
        gradient = tensor.grad.read()
        gradient.name = f"{letter}.grad of {name}"
        if gradient.expected is None:
            gradient.compare()
        else:
            compare_roughly(gradient, CLOSE)
