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
    raise NotImplementedError("gradcheck.numerical_gradient")


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
    raise NotImplementedError("gradcheck.numerical_vjp")


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
    raise NotImplementedError("gradcheck.gradcheck")
