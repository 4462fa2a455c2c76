"""Wrong answers about the loop that both numerical derivatives share."""

import numpy as np

from grader.assignment import misconception
from reference.gradcheck import STEP, _moved


@misconception(
    "gradcheck._slopes",
    hint="How often is f called for x without elements?",
    fails=("NumericalGradient/test_errors", "NumericalVjp/test_errors"),
)
def refuses_where_it_is_used(f, x, eps, shape):
    """A wrong step is noticed when a step is taken."""
    for index in np.ndindex(x.shape):
        if eps is not None and not eps > 0:
            raise ValueError("eps should be above 0")
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        yield index, (_moved(f, x, index, h, shape) - _moved(f, x, index, -h, shape)) / (2 * h)


@misconception(
    "gradcheck._slopes",
    hint="Is 0 the same as None?",
    fails=("NumericalGradient/test_errors", "NumericalVjp/test_errors"),
)
def zero_is_no_step(f, x, eps, shape):
    """A step of 0 means that none is given."""
    if eps and not eps > 0:
        raise ValueError("eps should be above 0")
    for index in np.ndindex(x.shape):
        h = eps or STEP * max(1.0, abs(float(x[index])))
        yield index, (_moved(f, x, index, h, shape) - _moved(f, x, index, -h, shape)) / (2 * h)


@misconception(
    "gradcheck._slopes",
    hint="How large is the step at 1e-12?",
    fails=("NumericalGradient/test_default_step_near_zero", "NumericalVjp/test_step"),
)
def step_is_a_share_of_x(f, x, eps, shape):
    """The step is a share of the number that is moved."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    for index in np.ndindex(x.shape):
        h = STEP * (abs(float(x[index])) or 1.0) if eps is None else eps
        yield index, (_moved(f, x, index, h, shape) - _moved(f, x, index, -h, shape)) / (2 * h)


@misconception(
    "gradcheck._slopes",
    hint="How many calls does one derivative take?",
    fails=("NumericalGradient/test_calls", "NumericalVjp/test_calls"),
)
def looks_first(f, x, eps, shape):
    """To know what f returns, one has to call it at x."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    if np.shape(f(x.astype(np.float64))) != shape:
        raise ValueError(f"f should return an array of shape {shape}")
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        yield index, (_moved(f, x, index, h, shape) - _moved(f, x, index, -h, shape)) / (2 * h)


@misconception(
    "gradcheck._slopes",
    hint="What if f writes into the array that it is given?",
    fails=(
        "NumericalGradient/test_what_f_keeps",
        "NumericalGradient/test_what_f_overwrites",
        "NumericalVjp/test_what_f_does",
    ),
)
def keeps_what_f_left(f, x, eps, shape):
    """f leaves what it is given as it is."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        point = x.astype(np.float64)
        point[index] = x[index] + h
        above = np.array(f(point))
        point[index] = x[index] - h
        below = np.array(f(point))
        if above.shape != shape:
            raise ValueError(f"f returned {above.shape}, but should return {shape}")
        yield index, (above - below) / (2 * h)


@misconception(
    "gradcheck._slopes",
    hint="When does reshape copy?",
    fails=("NumericalGradient/test_x_is_left_alone", "NumericalVjp/test_layouts"),
)
def reshape_is_a_view(f, x, eps, shape):
    """What is written into x.reshape(-1) is written into x."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        place = int(np.ravel_multi_index(index, x.shape)) if x.ndim else 0
        up.reshape(-1)[place] += h
        down.reshape(-1)[place] -= h
        above, below = np.array(f(up)), np.array(f(down))
        if above.shape != shape:
            raise ValueError(f"f returned {above.shape}, but should return {shape}")
        yield index, (above - below) / (2 * h)


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
        raise ValueError(f"f returned an array of shape {y.shape}, but should return one of shape {shape}")
    return y
