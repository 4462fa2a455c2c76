"""Numerical derivatives, and the check that a module's gradients agree with them.

The derivative of a function is known before anybody has derived it: change one number of the
input a little, and see what the output does. That takes two calls of the function for every
number, so nobody trains a network with it. It is how gradients are checked.

The step is a compromise, see the handout: the formula itself is off by about step² for a smooth
function of usual size, and rounding adds about 1e-16 / step. Their sum is smallest near
step = cbrt(1e-16), where both are about 1e-11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

STEP = float(np.cbrt(np.finfo(np.float64).eps))  # 6.1e-6
TOLERANCE = 1e-6  # a wrong term is rarely that small, the error of a numerical derivative never that large
SMALLEST = 1e-3  # gradients below count as this large: rounding of the difference is no error of backward


class GradientError(AssertionError):
    """A gradient is not the derivative of the forward pass.

    Attributes:
        argument: what it is the gradient of: "inputs[0]" or the name of a parameter.
        index: tuple of int; the element that is furthest off.
        analytic: float; what ``backward`` gave there.
        numerical: float; what the forward pass gives there.
    """

    def __init__(self, argument: str, index: tuple[int, ...], analytic: float, numerical: float) -> None:
        self.argument = argument
        self.index = index
        self.analytic = analytic
        self.numerical = numerical
        super().__init__(
            f"the gradient of {argument} at {index} is {analytic}, but the forward pass changes at a rate of"
            f" {numerical} there"
        )


def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray, eps: float | None = None) -> np.ndarray:
    """The gradient of a function that gives one number, by central differences.

        g[i] = (f(x + h_i e_i) - f(x - h_i e_i)) / (2 h_i)

    where e_i is 1 at element i and 0 elsewhere.

    Args:
        f: takes an array of x's shape, also if that is (), always float64, and returns a float. It gets
            an array of its own in every call, which it may change or keep. It is called twice for each
            element of x.
        x: float array of any shape; it is not changed, also not if f raises.
        eps: the step h_i of every element, above 0. None takes h_i = cbrt(2.2e-16) * max(1, |x_i|),
            which is about 6e-6 for elements of usual size.

    Returns:
        Array of x's shape and dtype; an array also for shape ().

    Raises:
        ValueError: if eps is not above 0, also if x has no elements; or if f returns an array that is
            not of shape (), also one of shape (1,).

    >>> numerical_gradient(lambda x: float(np.sum(x**2)), np.array([1.0, -2.0])).round(6)
    array([ 2., -4.])
    """
    gradient = np.zeros(x.shape)
    for index, slope in _slopes(f, x, eps, ()):
        gradient[index] = slope
    return gradient.astype(x.dtype)


def numerical_vjp(
    f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, dy: np.ndarray, eps: float | None = None
) -> np.ndarray:
    """What ``backward(dy)`` should return for ``forward = f``, by central differences.

        dx[i] = sum(dy * (f(x + h_i e_i) - f(x - h_i e_i)) / (2 h_i))

    This is the vector-Jacobian product: the gradient of sum(dy * f(x)) with respect to x.

    Args:
        f: as for ``numerical_gradient``, but it returns an array (or a number) of dy's shape.
        x: float array of any shape; it is not changed, also not if f raises.
        dy: float array of any shape; the upstream gradient; it is not changed.
        eps: as for ``numerical_gradient``.

    Returns:
        Array of x's shape and dtype; an array also for shape ().

    Raises:
        ValueError: if eps is not above 0; or if f returns another shape than dy's, naming both.

    >>> numerical_vjp(lambda x: 3 * x, np.array([1.0, 2.0]), np.array([1.0, -1.0])).round(6)
    array([ 3., -3.])
    """
    dx = np.zeros(x.shape)
    for index, slope in _slopes(f, x, eps, np.shape(dy)):
        dx[index] = np.sum(dy * slope)
    return dx.astype(x.dtype)


def _slopes(
    f: Callable[[np.ndarray], Any], x: np.ndarray, eps: float | None, shape: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    """Each index of x, and the central difference of f there, which has to be of this shape."""
    if eps is not None and not eps > 0:
        raise ValueError(f"eps should be above 0, but is {eps}")
    for index in np.ndindex(x.shape):
        step = STEP * max(1.0, abs(float(x[index]))) if eps is None else eps
        yield index, (_moved(f, x, index, step, shape) - _moved(f, x, index, -step, shape)) / (2 * step)


def _moved(
    f: Callable[[np.ndarray], Any], x: np.ndarray, index: tuple[int, ...], by: float, shape: tuple[int, ...]
) -> np.ndarray:
    """f at x with one element moved, which has to be of this shape."""
    point = x.astype(np.float64)
    point[index] += by
    y = np.array(f(point))
    if y.shape != shape:
        raise ValueError(f"f returned an array of shape {y.shape}, but should return one of shape {shape}")
    return y


def gradcheck(module: Any, *inputs: Any, rng: np.random.Generator, tolerance: float | None = None) -> bool:
    """Check that a module's ``backward`` gives the derivatives of its ``forward``.

    The module is run forward once, and backward once for a random upstream gradient. What comes
    back is compared with ``numerical_vjp``, for every element: first the inputs, then the
    parameters. An element is wrong if

        |analytic - numerical| > tolerance * max(largest |numerical| of its argument, 1e-3)

    Parameters, and inputs that are float arrays, are float64 while it lasts, whatever they are
    before and after. One argument is moved at a time. The module finds the same values in its
    buffers in every forward, of the dtype that they have. Afterwards its parameters have the arrays,
    and the gradients, that they had before, and its buffers the values; also after an exception.

    Args:
        module: has ``forward``, ``backward``, ``named_parameters()`` and ``named_buffers()``. It must
            give the same for the same input.
        inputs: what forward takes. If backward returns an array, that is the gradient of the first
            one; a tuple has those of the first ones, in order, and no None; None is returned where no
            input has one. The others are constants. What is no float array (integers, numbers) is
            given as it is, and has no gradient. Inputs are not changed.
        rng: what the upstream gradient is drawn from.
        tolerance: None takes 1e-6.

    Returns:
        True. A parameter whose ``grad`` is None after backward has the gradient 0.

    Raises:
        GradientError: for the element of the first wrong argument that is furthest off; NaN is
            further off than any number.
        ValueError: if a gradient does not have the shape of its argument, naming the argument and both
            shapes; or if backward returns more gradients than there are inputs.
    """
    inputs = tuple(_in_float64(value) for value in inputs)
    allowed = TOLERANCE if tolerance is None else tolerance
    parameters = dict(module.named_parameters())
    with _restoring(module, parameters) as reset:
        dy, gradients = _analytic(module, inputs, parameters, rng)
        values = {_name(i): x for i, x in enumerate(inputs)} | {n: p.data for n, p in parameters.items()}
        for argument, gradient in gradients.items():
            forward = partial(_forward, module, inputs, parameters, reset, argument)
            _compare(argument, gradient, numerical_vjp(forward, values[argument], dy), allowed)
    return True


def _analytic(
    module: Any, inputs: tuple[Any, ...], parameters: dict[str, Any], rng: np.random.Generator
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """An upstream gradient, and what backward makes of it, by name: for inputs, then for parameters."""
    y = module.forward(*_copies(inputs))
    dy = _upstream(np.shape(y), rng)
    returned = _as_tuple(module.backward(dy.copy() if isinstance(y, np.ndarray) else float(dy)))
    if len(returned) > len(inputs):
        raise ValueError(f"backward returned {len(returned)} gradients for {len(inputs)} inputs")
    of_inputs = {_name(i): gradient for i, gradient in enumerate(returned)}
    return dy, of_inputs | {name: _of_parameter(p) for name, p in parameters.items()}


def _of_parameter(p: Any) -> np.ndarray:
    """The gradient that backward has left: that of a parameter which was not used is 0."""
    return np.zeros(p.data.shape) if p.grad is None else p.grad


def _name(i: int) -> str:
    """What an input is called."""
    return f"inputs[{i}]"


def _forward(
    module: Any,
    inputs: tuple[Any, ...],
    parameters: dict[str, Any],
    reset: Callable[[], None],
    argument: str,
    point: np.ndarray,
) -> Any:
    """What forward gives if one argument is this point, and all others are as they are."""
    reset()
    given = [point if _name(i) == argument else value for i, value in enumerate(_copies(inputs))]
    if argument not in parameters:
        return module.forward(*given)
    p = parameters[argument]
    kept, p.data = p.data, point
    try:
        return module.forward(*given)
    finally:
        p.data = kept


def _upstream(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Numbers of both signs and of different sizes, none of them small."""
    return rng.uniform(0.5, 1.5, shape) * np.sign(rng.random(shape) - 0.5)


def _compare(argument: str, analytic: np.ndarray, numerical: np.ndarray, tolerance: float) -> None:
    """Raise GradientError if an element is wrong, ValueError if the shape is."""
    if np.shape(analytic) != numerical.shape:
        raise ValueError(
            f"the gradient of {argument} has shape {np.shape(analytic)}, but should have shape {numerical.shape}"
        )
    off = np.abs(analytic - numerical)
    if not np.all(off <= tolerance * np.max(np.abs(numerical), initial=SMALLEST)):
        furthest = np.argmax(np.where(np.isnan(off), np.inf, off))
        index = tuple(int(i) for i in np.unravel_index(furthest, off.shape))
        raise GradientError(argument, index, float(analytic[index]), float(numerical[index]))


@contextmanager
def _restoring(module: Any, parameters: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Parameters in float64 and without gradients; what brings the buffers back; and all as it was, at the end."""
    kept = [(p, p.data, p.grad) for p in parameters.values()]
    buffers = {name: np.array(buffer) for name, buffer in module.named_buffers()}

    def reset() -> None:
        for name, buffer in module.named_buffers():
            buffer[...] = buffers[name]

    for p, data, _grad in kept:
        p.data, p.grad = data.astype(np.float64), None
    try:
        yield reset
    finally:
        for p, data, grad in kept:
            p.data, p.grad = data, grad
        reset()


def _as_tuple(gradients: Any) -> tuple[Any, ...]:
    """What backward returned, as one gradient for each of the first inputs."""
    if gradients is None:
        return ()
    return gradients if isinstance(gradients, tuple) else (gradients,)


def _in_float64(value: Any) -> Any:
    """A float array in float64; anything else as it is."""
    return value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def _copies(values: tuple[Any, ...]) -> list[Any]:
    """The values, with arrays of their own."""
    return [value.copy() if isinstance(value, np.ndarray) else value for value in values]
