"""What the checks of operations share: shapes, what is drawn, and how one result is compared."""

import numpy as np

from grader.checks.battery import Case, Refused, signs, upstream
from grader.checks.battery.drawing import TO_ROUNDING, compare_roughly
from grader.checks.battery.operation import CLOSE
from grader.checks.strict import warnings_as_errors

SHAPES = ((3, 4), (), (5,), (2, 3, 4), (1, 1), (0, 3))
ONE = tuple(Case((shape,)) for shape in SHAPES)
TWO = tuple(Case((shape, shape)) for shape in SHAPES)
# Each direction at the left and at the right: rows, columns, leading axes, single numbers, both at once, empty ones.
BROADCAST = tuple(
    Case(shapes)
    for one, other in (
        ((3, 4), (4,)),
        ((3, 4), (3, 1)),
        ((3, 4), (1, 4)),
        ((3, 4), ()),
        ((3, 4), (1, 1)),
        ((2, 3, 4), (3, 1)),
        ((2, 3, 4), (4,)),
        ((3, 1), (1, 4)),
        ((2, 1, 4), (3, 1)),
        ((3, 3), (3,)),
        ((0, 4), (4,)),
        ((1, 4), (0, 4)),
    )
    for shapes in ((one, other), (other, one))
)


def unfit(*shapes):
    """These shapes do not broadcast, and the error names them."""
    return Refused(ValueError, Case(shapes), naming=shapes)


UNFIT = (unfit((3, 4), (3,)), unfit((2, 3), (3, 2)))


def apart(rng, shape):
    """Numbers of both signs, none of which is near 0, and no two of which are near each other."""
    size = int(np.prod(shape))
    return (signs(rng, size) * (0.3 + rng.permutation(size) * 0.07)).reshape(shape)


def positive(rng, shape):
    return rng.uniform(0.4, 2.5, shape)


def flags(rng, shapes):
    """A condition with both values, of the shape that the operands have together."""
    shape = np.broadcast_shapes(*shapes)
    return (rng.permutation(int(np.prod(shape))).reshape(shape) % 2 == 0,)


def compare_data(y, name):
    data = y.data.read()
    data.name = name
    compare_roughly(data, CLOSE)


def compare_both(y, x, rng, name):
    """A result, and the gradient of what it was made of, for a random dy."""
    compare_data(y, name)
    y.backward(upstream(rng, y.expected.data.shape))
    gradient = x.grad.read()
    gradient.name = f"x.grad of {name}"
    compare_roughly(gradient, CLOSE)


def compare_at(twin, rng, name, values, **options):
    """The derivative at special places."""
    x = twin("autograd.Tensor", values, requires_grad=True)
    twin(f"autograd.{name}", x, **options).backward(upstream(rng, values.shape))
    x.name = f"x in {name}(x) for x = {values.tolist()}"
    x.compare("grad")


def compare_far(twin, rng, name, values, of_gradients=TO_ROUNDING):
    """Values and gradients of large numbers, in both dtypes."""
    for dtype, tolerance in TO_ROUNDING.items():
        with warnings_as_errors(twin.student):
            x = twin("autograd.Tensor", values.astype(dtype), requires_grad=True)
            y = twin(f"autograd.{name}", x)
            y.name = f"{name}(x) for large numbers of {dtype}"
            y.compare("data", tolerance=tolerance)
            y.backward(upstream(rng, y.expected.data.shape).astype(dtype))
            x.name = f"x in {y.name}"
            x.compare("grad", tolerance=of_gradients[dtype])
            twin.finish()
