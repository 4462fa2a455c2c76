"""Normalisation within one example: no number depends on the rest of the batch.

So training and evaluation are the same.

Conventions shared by every class here:

- Mean and variance are those of the numbers that are normalised together; the variance is biased
  (divided by how many there are), and eps is added to it under the root.
- y and dx have the shape and dtype of x.
"""

import math
from collections.abc import Sequence

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class LayerNorm(Module):
    """Normalise all numbers of an example, or those of its last dimensions, to mean 0 and variance 1.

    Equation: y = (x - mean) / sqrt(var + eps) * weight + bias

    Mean and var are taken over the last dimensions, those of ``normalized_shape``, all together;
    weight and bias have an entry for each position in them.

    Args:
        normalized_shape: the last dimension or dimensions of x, as an int or a sequence of ints >= 1.
        eps: float >= 0; keeps the root away from 0.
        elementwise_affine: whether there are a weight and a bias; otherwise both are None.

    Attributes:
        normalized_shape: a tuple.
        weight, bias: Parameters of that shape, float64, ones and zeros at first; or None.

    Raises:
        ValueError: if normalized_shape is empty or has a size below 1, or eps is negative.

    Source: Ba, Kiros and Hinton, Layer Normalization (2016), sec. 3.
    """

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True
    ) -> None:
        self.normalized_shape = _checked("LayerNorm", normalized_shape, eps)
        self.eps = float(eps)
        self.weight = Parameter(np.ones(self.normalized_shape)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape)) if elementwise_affine else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each example.

        Args:
            x: (..., *normalized_shape) float, with any number of leading dimensions.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if the last dimensions of x are not normalized_shape.
        """
        axes = _last(x, self.normalized_shape, "x of LayerNorm")
        normal, inverse = _standardized(x, axes, self.eps)
        self.save_for_backward(normal, inverse, axes, x.dtype)
        y = normal
        if self.weight is not None and self.bias is not None:
            y = normal * self.weight.data + self.bias.data
        return y.astype(x.dtype)  # a copy in any case: `normal` is kept

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        normal, inverse, axes, dtype = self.saved_values
        check_shape("dy of LayerNorm", dy.shape, normal.shape)
        d_normal = dy
        if self.weight is not None and self.bias is not None:
            accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
            accumulate_grad(self.bias, dy.sum(axis=_others(dy, axes)))
            d_normal = dy * self.weight.data
        return _standardized_backward(d_normal, normal, inverse, axes).astype(dtype, copy=False)


class RMSNorm(Module):
    """Divide all numbers of an example, or those of its last dimensions, by their root mean square.

    Equation: y = x / sqrt(mean(x^2) + eps) * weight

    The mean is taken over the last dimensions, those of ``normalized_shape``, all together; weight has
    an entry for each position in them. Nothing is subtracted, and there is no bias.

    Convention: eps is 1e-6 by default; in PyTorch it is the machine epsilon of the dtype.

    Args:
        normalized_shape: the last dimension or dimensions of x, as an int or a sequence of ints >= 1.
        eps: float >= 0; keeps the root away from 0.

    Attributes:
        normalized_shape: a tuple.
        weight: Parameter of that shape, float64, ones at first.

    Raises:
        ValueError: if normalized_shape is empty or has a size below 1, or eps is negative.

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization (2019), sec. 4.
    """

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-6) -> None:
        self.normalized_shape = _checked("RMSNorm", normalized_shape, eps)
        self.eps = float(eps)
        self.weight = Parameter(np.ones(self.normalized_shape))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Divide each example by its root mean square.

        Args:
            x: (..., *normalized_shape) float, with any number of leading dimensions.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if the last dimensions of x are not normalized_shape.
        """
        axes = _last(x, self.normalized_shape, "x of RMSNorm")
        inverse = 1 / np.sqrt((x**2).mean(axis=axes, keepdims=True) + self.eps)
        normal = x * inverse
        self.save_for_backward(normal, inverse, axes, x.dtype)
        return (normal * self.weight.data).astype(x.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradient of weight; return that of the input.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        normal, inverse, axes, dtype = self.saved_values
        check_shape("dy of RMSNorm", dy.shape, normal.shape)
        accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
        d_normal = dy * self.weight.data
        along = (d_normal * normal).mean(axis=axes, keepdims=True)
        return (inverse * (d_normal - normal * along)).astype(dtype, copy=False)


class GroupNorm(Module):
    """Normalise groups of neighbouring channels within an example: between LayerNorm and one channel at a time.

    Equation: y = (x - mean) / sqrt(var + 1e-5) * weight + bias

    The C channels are divided, in their order, into G groups of C / G: channels 0 to C/G - 1 are group 0,
    and so on. Mean and var are those of all numbers of one group in one example; weight and
    bias have an entry for each channel.

    Args:
        num_groups: int >= 1; the number G of groups.
        num_channels: int >= 1; the number C of channels, a multiple of num_groups.

    Attributes:
        weight, bias: Parameters of shape (C,), float64, ones and zeros at first.

    Raises:
        ValueError: if a number is below 1, or num_channels is no multiple of num_groups.

    Source: Wu and He, Group Normalization (2018), sec. 3.
    """

    eps = 1e-5

    def __init__(self, num_groups: int, num_channels: int) -> None:
        if num_groups < 1 or num_channels < 1 or num_channels % num_groups:
            given = f"num_groups={num_groups}, num_channels={num_channels}"
            raise ValueError(f"GroupNorm needs a number of channels that its groups can share, got {given}")
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.weight = Parameter(np.ones(num_channels))
        self.bias = Parameter(np.zeros(num_channels))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each group of each example.

        Args:
            x: (N, C, ...) float, with any number of dimensions after the channels.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if x does not have C channels; if a group has a single number.
        """
        check_shape("x of GroupNorm", x.shape, (*x.shape[:1], self.num_channels, *x.shape[2:]))
        groups = x.reshape(self._grouped(x))
        if groups.shape[2] == 1:
            raise ValueError(f"GroupNorm needs more than one number in a group, but x has shape {x.shape}")
        normal, inverse = _standardized(groups, (2,), self.eps)
        normal = normal.reshape(x.shape)
        self.save_for_backward(normal, inverse, x.dtype)
        y = normal * self._per_channel(self.weight, x) + self._per_channel(self.bias, x)
        return y.astype(x.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        normal, inverse, dtype = self.saved_values
        check_shape("dy of GroupNorm", dy.shape, normal.shape)
        axes = _others(dy, (1,))
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        shape = self._grouped(dy)
        d_normal = dy * self._per_channel(self.weight, dy)
        dx = _standardized_backward(d_normal.reshape(shape), normal.reshape(shape), inverse, (2,))
        return dx.reshape(dy.shape).astype(dtype, copy=False)

    def _grouped(self, x: np.ndarray) -> tuple[int, int, int]:
        """(examples, groups, numbers in a group)."""
        in_a_channel = math.prod(x.shape[2:])
        return len(x), self.num_groups, self.num_channels // self.num_groups * in_a_channel

    @staticmethod
    def _per_channel(parameter: Parameter, x: np.ndarray) -> np.ndarray:
        """Values of the channels, so that they meet those of x."""
        return parameter.data.reshape(-1, *(1,) * (x.ndim - 2))


def _checked(name: str, normalized_shape: int | Sequence[int], eps: float) -> tuple[int, ...]:
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not shape or min(shape) < 1 or eps < 0:
        raise ValueError(f"{name} needs sizes of at least 1 and eps >= 0, got {shape} and eps={eps}")
    return shape


def _last(x: np.ndarray, shape: tuple[int, ...], name: str) -> tuple[int, ...]:
    """The axes of x that have this shape, which have to be its last."""
    check_shape(name, x.shape, (*x.shape[: -len(shape)], *shape))
    return tuple(range(x.ndim - len(shape), x.ndim))


def _others(x: np.ndarray, axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis for axis in range(x.ndim) if axis not in axes)


def _standardized(x: np.ndarray, axes: tuple[int, ...], eps: float) -> tuple[np.ndarray, np.ndarray]:
    """The numbers with mean 0 and variance 1 along axes, and the inverse of the root that they were divided by."""
    centred = x - x.mean(axis=axes, keepdims=True)
    inverse = 1 / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + eps)
    return centred * inverse, inverse


def _standardized_backward(
    d_normal: np.ndarray, normal: np.ndarray, inverse: np.ndarray, axes: tuple[int, ...]
) -> np.ndarray:
    """The way back through `_standardized`: without the parts of d_normal that mean and variance take out."""
    mean = d_normal.mean(axis=axes, keepdims=True)
    along = (d_normal * normal).mean(axis=axes, keepdims=True)
    dx: np.ndarray = inverse * (d_normal - mean - normal * along)
    return dx
