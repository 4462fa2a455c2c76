"""Wrong answers about the formula and the step of a numerical gradient."""

import numpy as np

from grader.assignment import misconception
from reference.gradcheck import STEP


@misconception(
    "gradcheck.numerical_gradient",
    hint="For x³ at 2 with a step of 0.5, what does your formula give, and what does the handout's?",
    fails=("NumericalGradient/test_values",),
)
def one_sided(f, x, eps=None):
    """A derivative is (f(x + h) - f(x)) / h."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up = x.astype(np.float64)
        up[index] += h
        gradient[index] = (f(up) - f(x.astype(np.float64))) / h
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="With eps=0.5, at which two points is f called?",
    fails=("NumericalGradient/test_error_of_the_formula", "NumericalGradient/test_step"),
)
def step_is_the_whole_width(f, x, eps=None):
    """The step is the distance between the two points at which f is called."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h / 2
        down[index] -= h / 2
        gradient[index] = (f(up) - f(down)) / h
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="How far apart are x + h and x - h?",
    fails=("NumericalGradient/test_values",),
)
def divides_by_the_step(f, x, eps=None):
    """The difference is divided by the step."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / h
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="Who asks for a step of 0.5, and what should happen then?",
    fails=(
        "NumericalGradient/test_error_of_the_formula",
        "NumericalGradient/test_step",
        "NumericalGradient/test_worked_example",
    ),
)
def eps_is_ignored(f, x, eps=None):
    """The step is always the best one."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index])))
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="For your h, how large is h²/6, and how large is 1e-16 / h?",
    fails=("NumericalGradient/test_values",),
)
def any_small_step(f, x, eps=None):
    """Any small number is a good step."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = 1e-12 * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What is 1e6 + 6e-6, rounded, and how large is f there?",
    fails=("NumericalGradient/test_default_step_of_large_numbers",),
)
def one_step_for_all(f, x, eps=None):
    """One step is right for numbers of any size."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="How large is the step where x is 0?",
    fails=("NumericalGradient/test_default_step_near_zero",),
)
def step_is_a_share_of_x(f, x, eps=None):
    """The step is a share of the number that is moved."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * abs(float(x[index])) + 1e-300 if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="With eps=0.5, at which points is f called if x is 3?",
    fails=("NumericalGradient/test_error_of_the_formula", "NumericalGradient/test_step"),
)
def given_step_is_a_share(f, x, eps=None):
    """A given step is a share of the number that is moved."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = (STEP if eps is None else eps) * max(1.0, abs(float(x[index])))
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="For x0² x1, which of the two derivatives does one difference give?",
    fails=("NumericalGradient/test_values",),
)
def all_at_once(f, x, eps=None):
    """All elements of x can be moved at once."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    h = STEP if eps is None else eps
    slope = (f(x.astype(np.float64) + h) - f(x.astype(np.float64) - h)) / (2 * h)
    return np.full(x.shape, slope).astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="How often may f be called for each element?",
    fails=("NumericalGradient/test_calls",),
)
def five_points(f, x, eps=None):
    """Four values of f are better than two."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        values = []
        for share in (1, -1, 0.5, -0.5):
            point = x.astype(np.float64)
            point[index] += share * h
            values.append(f(point))
        wide, narrow = values[0] - values[1], values[2] - values[3]
        gradient[index] = (8 * narrow - wide) / (6 * h) if eps is None else wide / (2 * h)
    return gradient.astype(x.dtype)
