"""Wrong answers about the vector-Jacobian product where rounding, memory and calls of f matter."""

import numpy as np

from grader.assignment import misconception
from reference.gradcheck import STEP, _moved


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
    hint="How often is f called for x without elements?",
    fails=("NumericalGradient/test_errors", "NumericalVjp/test_errors"),
)
def refuses_where_it_is_used(f, x, dy, eps=None):
    """A wrong step is noticed when a step is taken."""
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        if eps is not None and not eps > 0:
            raise ValueError("eps should be above 0")
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="How many calls does one derivative take?",
    fails=("NumericalGradient/test_calls", "NumericalVjp/test_calls"),
)
def looks_first(f, x, dy, eps=None):
    """To know what f returns, one has to call it at x."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    if np.shape(f(x.astype(np.float64))) != np.shape(dy):
        raise ValueError(f"f returned {np.shape(f(x.astype(np.float64)))}, dy has shape {np.shape(dy)}")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="Which element comes second in a transposed array, and which in its ravel?",
    fails=("NumericalVjp/test_layouts",),
)
def in_the_order_of_memory(f, x, dy, eps=None):
    """Arrays of the same shape have their elements in the same order."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(np.ravel(dy, "K") * np.ravel(above - below, "K")) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What if f writes into the array that it is given?",
    fails=(
        "NumericalGradient/test_what_f_keeps",
        "NumericalGradient/test_what_f_overwrites",
        "NumericalVjp/test_what_f_does",
    ),
)
def keeps_what_f_left(f, x, dy, eps=None):
    """f leaves what it is given as it is."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        point = x.astype(np.float64)
        point[index] = x[index] + h
        above = np.array(f(point))
        point[index] = x[index] - h
        below = np.array(f(point))
        if above.shape != np.shape(dy):
            raise ValueError(f"f returned {above.shape}, dy has shape {np.shape(dy)}")
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck._moved",
    hint="What is the type of np.array(0.5) + 1.0?",
    fails=("NumericalGradient/test_what_f_overwrites", "NumericalVjp/test_what_f_does"),
)
def adds_a_number_to_an_array(f, x, index, by, shape):
    """An array plus a number is an array."""
    direction = np.zeros(x.shape)
    direction[index] = 1.0
    y = np.array(f(x.astype(np.float64) + by * direction))
    if y.shape != shape:
        raise ValueError(f"f returned an array of shape {y.shape}, but dy has shape {shape}")
    return y


@misconception(
    "gradcheck.numerical_vjp",
    hint="Is 0 the same as None?",
    fails=("NumericalGradient/test_errors", "NumericalVjp/test_errors"),
)
def zero_is_no_step(f, x, dy, eps=None):
    """A step of 0 means that none is given."""
    if eps and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = eps or STEP * max(1.0, abs(float(x[index])))
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="How large is the step at 1e-12?",
    fails=("NumericalGradient/test_default_step_near_zero", "NumericalVjp/test_step"),
)
def step_is_a_share_of_x(f, x, dy, eps=None):
    """The step is a share of the number that is moved."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * (abs(float(x[index])) or 1.0) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What is the type of np.array(0.5) / 2?",
    fails=("NumericalGradient/test_shapes", "NumericalVjp/test_shapes"),
)
def a_number_for_no_dimension(f, x, dy, eps=None):
    """What is computed from an array is an array."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / h
    return (dx / 2).astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="When does reshape copy?",
    fails=("NumericalGradient/test_x_is_left_alone", "NumericalVjp/test_layouts"),
)
def reshape_is_a_view(f, x, dy, eps=None):
    """What is written into x.reshape(-1) is written into x."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = x.astype(np.float64), x.astype(np.float64)
        place = int(np.ravel_multi_index(index, x.shape)) if x.ndim else 0
        above.reshape(-1)[place] += h
        below.reshape(-1)[place] -= h
        above, below = np.array(f(above)), np.array(f(below))
        if above.shape != np.shape(dy):
            raise ValueError(f"f returned {above.shape}, dy has shape {np.shape(dy)}")
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What is the dtype of x in a float32 network?",
    fails=("NumericalGradient/test_float32", "NumericalVjp/test_float32"),
)
def result_is_float64(f, x, dy, eps=None):
    """A gradient is float64."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx


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
