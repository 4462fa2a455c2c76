"""Wrong answers about the vector-Jacobian product where rounding, memory and dtypes matter."""

import numpy as np

from grader.assignment import misconception
from reference.gradcheck import STEP, _moved, _slopes


@misconception(
    "gradcheck.numerical_vjp",
    hint="What is 1e9 + 1e-6, to sixteen digits?",
    fails=("NumericalVjp/test_differences_first",),
)
def sums_first(f, x, dy, eps=None):
    """It is all the same whether the sum or the difference is taken first."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = (np.sum(dy * above) - np.sum(dy * below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="Which element comes second in a transposed array, and which in its ravel?",
    fails=("NumericalVjp/test_layouts",),
)
def in_the_order_of_memory(f, x, dy, eps=None):
    """Arrays of the same shape have their elements in the same order."""
    dx = np.zeros(x.shape)
    for index, slope in _slopes(f, x, eps, np.shape(dy)):
        dx[index] = np.sum(np.ravel(dy, "K") * np.ravel(slope, "K"))
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What is the dtype of x in a float32 network?",
    fails=("NumericalVjp/test_float32",),
)
def result_is_float64(f, x, dy, eps=None):
    """A gradient is float64."""
    dx = np.zeros(x.shape)
    for index, slope in _slopes(f, x, eps, np.shape(dy)):
        dx[index] = np.sum(dy * slope)
    return dx


@misconception(
    "gradcheck.numerical_vjp",
    hint="What is the type of np.array(0.5) / 2?",
    fails=("NumericalVjp/test_shapes",),
)
def a_number_for_no_dimension(f, x, dy, eps=None):
    """What is computed from an array is an array."""
    dx = np.zeros(x.shape)
    for index, slope in _slopes(f, x, eps, np.shape(dy)):
        dx[index] = np.sum(dy * slope) * 2
    return (dx / 2).astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What did f return, if dy has three rows and f gave one?",
    fails=("NumericalVjp/test_errors",),
)
def less_than_dy_will_do(f, x, dy, eps=None):
    """What f returns is meant for every row of dy."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        above, below = np.array(f(up)), np.array(f(down))
        if np.broadcast(above, dy).shape != np.shape(dy):
            raise ValueError(f"f returned {above.shape}, dy has shape {np.shape(dy)}")
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)
