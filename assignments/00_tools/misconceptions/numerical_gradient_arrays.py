"""Wrong answers about what a numerical gradient does to arrays, and what it refuses."""

import numpy as np

from grader.assignment import misconception
from reference.gradcheck import STEP, numerical_vjp


@misconception(
    "gradcheck.numerical_gradient",
    hint="How many digits of f(x + h) are there in float32?",
    fails=("NumericalGradient/test_float32",),
)
def in_float32(f, x, eps=None):
    """f is given the dtype of x."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What is the dtype of x in a float32 network?",
    fails=("NumericalGradient/test_float32",),
)
def result_is_float64(f, x, eps=None):
    """A gradient is float64."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


@misconception(
    "gradcheck.numerical_gradient",
    hint="What is x if f raises in between, or keeps what it was given?",
    fails=(
        "NumericalGradient/test_x_after_an_exception",
        "NumericalGradient/test_what_f_keeps",
        "NumericalGradient/test_what_f_overwrites",
    ),
)
def moves_x_itself(f, x, eps=None):
    """x can be moved and moved back."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        kept = x[index].copy()
        x[index] = kept + h
        up = f(x)
        x[index] = kept - h
        down = f(x)
        x[index] = kept
        gradient[index] = (up - down) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="Is 0.1 + h - 2h + h the same as 0.1, to the last digit?",
    fails=(
        "NumericalGradient/test_float32",
        "NumericalGradient/test_memory",
        "NumericalGradient/test_x_after_an_exception",
    ),
)
def adds_and_subtracts(f, x, eps=None):
    """To add h, and to subtract it again, changes nothing."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        x[index] += h
        up = f(x.astype(np.float64))
        x[index] -= 2 * h
        down = f(x.astype(np.float64))
        x[index] += h
        gradient[index] = (up - down) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What does a function have that keeps every array it was given?",
    fails=(
        "NumericalGradient/test_float32",
        "NumericalGradient/test_what_f_keeps",
        "NumericalGradient/test_what_f_overwrites",
    ),
)
def one_copy_for_all(f, x, eps=None):
    """One copy of x is enough for all calls."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient, point = np.zeros(x.shape), x.astype(np.float64)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        point[index] = x[index] + h
        up = f(point)
        point[index] = x[index] - h
        down = f(point)
        point[index] = x[index]
        gradient[index] = (up - down) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What if f writes into the array that it is given?",
    fails=("NumericalGradient/test_what_f_keeps", "NumericalGradient/test_what_f_overwrites"),
)
def keeps_what_f_left(f, x, eps=None):
    """f leaves what it is given as it is."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        point = x.astype(np.float64)
        point[index] = x[index] + h
        up = f(point)
        point[index] = x[index] - h
        gradient[index] = (up - f(point)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What if x is a matrix, or a single number?",
    fails=("NumericalGradient/test_values",),
)
def vectors_only(f, x, eps=None):
    """x is a vector."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(len(x))
    for index in range(len(x)):
        h = STEP * max(1.0, abs(x[index])) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What shape does the gradient of a matrix have?",
    fails=("NumericalGradient/test_values",),
)
def result_is_flat(f, x, eps=None):
    """A gradient is a vector."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient.ravel().astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="In what order do the elements of a transposed array lie?",
    fails=("NumericalGradient/test_x_is_left_alone",),
)
def in_the_order_of_memory(f, x, eps=None):
    """The elements can be taken in the order in which they lie in memory."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    flat, slopes = x.ravel(order="K").astype(np.float64), []
    for i in range(x.size):
        h = STEP * max(1.0, abs(flat[i])) if eps is None else eps
        up, down = flat.copy(), flat.copy()
        up[i] += h
        down[i] -= h
        slopes.append((f(up.reshape(x.shape)) - f(down.reshape(x.shape))) / (2 * h))
    return np.array(slopes).reshape(x.shape).astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What does ravel return if the array is not in C order?",
    fails=(
        "NumericalGradient/test_float32",
        "NumericalGradient/test_memory",
        "NumericalGradient/test_x_is_left_alone",
    ),
)
def writes_through_a_view(f, x, eps=None):
    """A view of x, taken as a vector, is as good as x."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient, flat = np.zeros(x.size), x.ravel()
    for i in range(x.size):
        kept = float(flat[i])
        h = STEP * max(1.0, abs(kept)) if eps is None else eps
        try:
            flat[i] = kept + h
            up = f(x.astype(np.float64))
            flat[i] = kept - h
            gradient[i] = (up - f(x.astype(np.float64))) / (2 * h)
        finally:
            flat[i] = kept
    return gradient.reshape(x.shape).astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What does the view of a big-endian array as float64 contain?",
    fails=("NumericalGradient/test_memory",),
)
def needs_native_bytes(f, x, eps=None):
    """The bytes of every array are in the order of this machine."""
    if x.dtype.itemsize == 8:
        x = x.view(np.float64)
    return numerical_vjp(f, x, np.ones(()), eps)


@misconception(
    "gradcheck.numerical_gradient",
    hint="Who learns then that f has raised, and what?",
    fails=("NumericalGradient/test_x_after_an_exception",),
)
def swallows_exceptions(f, x, eps=None):
    """Where f cannot be evaluated, the derivative is NaN."""
    try:
        return numerical_vjp(f, x, np.ones(()), eps)
    except ArithmeticError:
        return np.full(x.shape, np.nan)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What is (f(x) - f(x)) / 0?",
    fails=("NumericalGradient/test_errors",),
)
def takes_any_step(f, x, eps=None):
    """Whoever gives a step knows what it is for."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        found = f(up), f(down)
        if np.shape(found[0]) != ():
            raise ValueError("one number")
        gradient[index] = (found[0] - found[1]) / (2 * h or 1.0)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="Whose gradient is asked for if f returns an array?",
    fails=("NumericalGradient/test_errors",),
)
def adds_up_arrays(f, x, eps=None):
    """If f returns several numbers, their sum is meant."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = np.sum(f(up) - f(down)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What does float() say of an array of shape (1,)?",
    fails=("NumericalGradient/test_errors",),
)
def one_element_is_a_number(f, x, eps=None):
    """An array with one element is a number."""
    return numerical_vjp(lambda point: np.asarray(f(point)).item(), x, np.ones(()), eps)


@misconception(
    "gradcheck.numerical_gradient",
    hint="In which dtype is f computed for x in float32?",
    fails=("NumericalGradient/test_float32",),
)
def step_suits_the_dtype(f, x, eps=None):
    """For x in float32 the step has to be larger."""
    if eps is not None and not eps > 0:
        raise ValueError("eps should be above 0")
    step = float(np.cbrt(np.finfo(x.dtype).eps))
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        h = step * max(1.0, abs(float(x[index]))) if eps is None else eps
        up, down = x.astype(np.float64), x.astype(np.float64)
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient.astype(x.dtype)


@misconception(
    "gradcheck.numerical_gradient",
    hint="What is the type of np.array(0.5) / 2?",
    fails=("NumericalGradient/test_shapes",),
)
def a_number_for_no_dimension(f, x, eps=None):
    """What is computed from an array is an array."""
    return numerical_vjp(f, x, np.ones(()), eps) * 1.0
