"""Wrong answers about the vector-Jacobian product."""

import numpy as np

from grader.assignment import misconception
from reference.gradcheck import STEP, _moved


@misconception(
    "gradcheck.numerical_vjp",
    hint="What changes if dy is doubled?",
    fails=(
        "Gradcheck/test_gradient_error",
        "Gradcheck/test_names",
        "Gradcheck/test_furthest_of_the_first",
        "NumericalVjp/test_values",
    ),
)
def ignores_dy(f, x, dy, eps=None):
    """The derivatives of all outputs are added up."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(above - below) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="Is the sum over the outputs in (2) divided by anything?",
    fails=(
        "Gradcheck/test_names",
        "Gradcheck/test_furthest_of_the_first",
        "Gradcheck/test_nan",
        "NumericalVjp/test_values",
    ),
)
def averages(f, x, dy, eps=None):
    """The outputs are averaged."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.mean(dy * (above - below)) / (2 * h) if np.size(dy) else 0.0
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="For x³ with a step of 0.5, what does your formula give, and what does the handout's?",
    fails=("NumericalVjp/test_values",),
)
def one_sided(f, x, dy, eps=None):
    """A derivative is (f(x + h) - f(x)) / h."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, middle = (_moved(f, x, index, by, np.shape(dy)) for by in (h, 0.0))
        dx[index] = np.sum(dy * (above - middle)) / h
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="Does f grow to the right if its derivative is positive?",
    fails=(
        "Gradcheck/test_names",
        "Gradcheck/test_furthest_of_the_first",
        "Gradcheck/test_nan",
        "NumericalVjp/test_values",
    ),
)
def subtracts_the_wrong_way(f, x, dy, eps=None):
    """The difference is f(x - h) - f(x + h)."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (below - above)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="How far apart are x + h and x - h?",
    fails=(
        "Gradcheck/test_names",
        "Gradcheck/test_furthest_of_the_first",
        "Gradcheck/test_nan",
        "NumericalVjp/test_values",
    ),
)
def divides_by_the_step(f, x, dy, eps=None):
    """The difference is divided by the step."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / h
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="Which inputs does one output of x @ A depend on?",
    fails=(
        "Gradcheck/test_names",
        "Gradcheck/test_furthest_of_the_first",
        "Gradcheck/test_nan",
        "NumericalVjp/test_values",
    ),
)
def every_output_has_its_input(f, x, dy, eps=None):
    """An output depends on the input at the same place alone."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    if not x.size:
        return np.zeros(x.shape, x.dtype)
    point = x.astype(np.float64)
    h = STEP * np.maximum(1.0, np.abs(point)) if eps is None else eps
    above, below = np.array(f(point + h)), np.array(f(point - h))
    if above.shape != np.shape(dy):
        raise ValueError(f"f returned {above.shape}, dy has shape {np.shape(dy)}")
    return (dy * (above - below) / (2 * h)).astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What shape does a gradient with respect to x have?",
    fails=(
        "Gradcheck/test_gradient_error",
        "Gradcheck/test_upstream",
        "Gradcheck/test_names",
        "NumericalVjp/test_values",
    ),
)
def gives_the_jacobian(f, x, dy, eps=None):
    """The result has a row for each output."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return np.tensordot(np.ones(np.shape(dy)), dx, axes=0).astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What if f returns its own array, and uses it again in the next call?",
    fails=("NumericalVjp/test_one_array_for_all_answers",),
)
def keeps_the_first_answer(f, x, dy, eps=None):
    """What f returned stays what it is."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        above, below = f(up), f(down)
        if np.shape(above) != np.shape(dy):
            raise ValueError(f"f returned {np.shape(above)}, dy has shape {np.shape(dy)}")
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What is dy * y for shapes (3, 1) and (3,)?",
    fails=("NumericalVjp/test_errors",),
)
def broadcasts(f, x, dy, eps=None):
    """Shapes that NumPy can combine fit together."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        above, below = np.array(f(up)), np.array(f(down))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="Which two shapes would you like to read in that message?",
    fails=("NumericalVjp/test_errors",),
)
def names_one_shape(f, x, dy, eps=None):
    """The message of a ValueError says that the shapes do not fit."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    try:
        dx = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
            above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
            dx[index] = np.sum(dy * (above - below)) / (2 * h)
        return dx.astype(x.dtype)
    except ValueError as error:
        raise ValueError("the shapes do not fit") from error


@misconception(
    "gradcheck.numerical_vjp",
    hint="What does a step of -1 mean?",
    fails=("NumericalVjp/test_errors",),
)
def takes_any_step(f, x, dy, eps=None):
    """Whoever gives a step knows what it is for."""
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h or 1.0)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="Which array is dx added to?",
    fails=("NumericalVjp/test_float32",),
)
def dtype_of_dy(f, x, dy, eps=None):
    """The result has the dtype of dy."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(np.asarray(dy).dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="How many digits of f(x + h) are there in float32?",
    fails=("NumericalVjp/test_float32",),
)
def in_float32(f, x, dy, eps=None):
    """f is given the dtype of x."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        above, below = np.array(f(up)), np.array(f(down))
        if above.shape != np.shape(dy):
            raise ValueError(f"f returned {above.shape}, dy has shape {np.shape(dy)}")
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What is 1e6 + 6e-6, rounded, and how large is f there?",
    fails=("NumericalVjp/test_step",),
)
def one_step_for_all(f, x, dy, eps=None):
    """One step is right for numbers of any size."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP if eps is None else eps
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="Who asks for a step of 0.5, and what should happen then?",
    fails=("NumericalVjp/test_step",),
)
def eps_is_ignored(f, x, dy, eps=None):
    """The step is always the best one."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index])))
        above, below = (_moved(f, x, index, by, np.shape(dy)) for by in (h, -h))
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What is x if f raises in between?",
    fails=(
        "NumericalVjp/test_arrays_are_left_alone",
        "NumericalVjp/test_float32",
    ),
)
def moves_x_itself(f, x, dy, eps=None):
    """x can be moved and moved back."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        kept = x[index].copy()
        x[index] = kept + h
        above = np.array(f(x.astype(np.float64)))
        x[index] = kept - h
        below = np.array(f(x.astype(np.float64)))
        x[index] = kept
        if above.shape != np.shape(dy):
            raise ValueError(f"f returned {above.shape}, dy has shape {np.shape(dy)}")
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)


@misconception(
    "gradcheck.numerical_vjp",
    hint="What does a loss return?",
    fails=("Gradcheck/test_constants", "NumericalVjp/test_shapes"),
)
def needs_arrays(f, x, dy, eps=None):
    """f returns an array."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        above, below = f(up).copy(), f(down).copy()
        if above.shape != np.shape(dy):
            raise ValueError(f"f returned {above.shape}, dy has shape {np.shape(dy)}")
        dx[index] = np.sum(dy * (above - below)) / (2 * h)
    return dx.astype(x.dtype)
