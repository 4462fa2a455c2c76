"""Pooling: every window of a channel is replaced by one number, its maximum or its mean.

Conventions shared by MaxPool2d and AvgPool2d:

- Sizes, strides and paddings are an int for both directions, or a pair (vertical, horizontal).
- The stride is by default the size of a window, so that windows do not overlap.
- The height is Ho = floor((H + 2 * padding - kh) / stride) + 1, the width likewise. Rows and columns for which there is
  no whole window left count for nothing.
- Each channel is pooled by itself; y and dx have the dtype of x.
"""

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .module import Module, check_shape


class MaxPool2d(Module):
    """The largest number of every window.

    Equation: y[n, c, i, j] = max over u < kh and v < kw of xp[n, c, i * sh + u, j * sw + v]

    where xp is x with ``padding`` rows and columns of -infinity on every side, and (sh, sw) the stride. The gradient of
    a window goes to the number that was largest; of equal ones to the first, row by row.

    Args:
        kernel_size: int >= 1 or pair; (kh, kw), height and width of a window.
        stride: int >= 1 or pair; from one window to the next. None means kernel_size.
        padding: int or pair, from 0 to half of kernel_size.

    Raises:
        ValueError: if a size or stride is below 1, or padding is negative or more than half of kernel_size.

    Source: PyTorch, torch.nn.MaxPool2d.
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        _set_up(self, kernel_size, stride, padding)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Find the largest number of every window.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, C, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it does not have four dimensions, or is too small for a window.
        """
        windows = _windows(self, x, -np.inf)
        flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
        largest = flat.argmax(axis=-1)
        self.save_for_backward(largest, x.shape, x.dtype)
        return np.take_along_axis(flat, largest[..., None], axis=-1)[..., 0]

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Give each number of dy to the place of its window's maximum.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x. Where windows overlap, gradients add up.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        largest, shape, dtype = self.saved_values
        check_shape("dy of MaxPool2d", dy.shape, largest.shape)
        kernel = np.arange(math.prod(self.kernel_size)).reshape(self.kernel_size)
        windows = np.where(largest[..., None, None] == kernel, dy[..., None, None], 0)
        return _add_windows(self, windows, shape).astype(dtype)


class AvgPool2d(Module):
    """The mean of every window.

    Equation: y[n, c, i, j] = 1/k sum over u < kh and v < kw of xp[n, c, i * sh + u, j * sw + v]

    where xp is x with ``padding`` rows and columns of zeros on every side, and (sh, sw) the stride. The divisor k is
    kh * kw or, without ``count_include_pad``, the number of places of the window that are in x.

    Args:
        kernel_size: int >= 1 or pair; (kh, kw), height and width of a window.
        stride: int >= 1 or pair; from one window to the next. None means kernel_size.
        padding: int or pair, from 0 to half of kernel_size.
        count_include_pad: whether the zeros of the padding count as numbers.

    Raises:
        ValueError: if a size or stride is below 1, or padding is negative or more than half of kernel_size.

    Source: PyTorch, torch.nn.AvgPool2d.
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
        *,
        count_include_pad: bool = True,
    ) -> None:
        _set_up(self, kernel_size, stride, padding)
        self.count_include_pad = count_include_pad

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Take the mean of every window.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, C, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it does not have four dimensions, or is too small for a window.
        """
        windows = _windows(self, x, 0.0)
        places = np.ones((1, 1, *x.shape[2:]))
        counted = _windows(self, places, 1.0 if self.count_include_pad else 0.0)
        counts = counted.sum(axis=(-2, -1))
        y = windows.sum(axis=(-2, -1)) / counts
        self.save_for_backward(counts, y.shape, x.shape, x.dtype)
        return y.astype(x.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Share each number of dy among the numbers of its window.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x. Where windows overlap, gradients add up.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        counts, y_shape, shape, dtype = self.saved_values
        check_shape("dy of AvgPool2d", dy.shape, y_shape)
        shares = (dy / counts)[..., None, None]
        windows = np.broadcast_to(shares, (*dy.shape, *self.kernel_size))
        return _add_windows(self, windows, shape).astype(dtype)


class AdaptiveAvgPool2d(Module):
    """Means of as many windows as there should be, whatever the size of the image.

    Equation: y[n, c, i, j] is the mean of x[n, c, top(i) : bottom(i), left(j) : right(j)],
    with top(i) = floor(i * H / Ho) and bottom(i) = ceil((i + 1) * H / Ho), left and right likewise of W and Wo

    Windows may differ in size by one, and overlap by one row or column. An output may also be larger than its input.

    Args:
        output_size: int >= 1 for both, or pair (Ho, Wo).

    Raises:
        ValueError: if a size is below 1.

    Source: PyTorch, torch.nn.AdaptiveAvgPool2d; the windows are those of its ATen/native/AdaptiveAveragePooling.cpp.
    """

    def __init__(self, output_size: int | tuple[int, int]) -> None:
        self.output_size = _pair("output_size", output_size, 1)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Take the means.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, C, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it does not have four dimensions.
        """
        _check_dimensions(self, x)
        rows, columns = (_means(size, count) for size, count in zip(x.shape[2:], self.output_size, strict=True))
        self.save_for_backward(rows, columns, x.shape, x.dtype)
        return (rows @ x @ columns.T).astype(x.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Share each number of dy among the numbers of its window.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x. Where windows overlap, gradients add up.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        rows, columns, shape, dtype = self.saved_values
        check_shape("dy of AdaptiveAvgPool2d", dy.shape, (*shape[:2], *self.output_size))
        return (rows.T @ dy @ columns).astype(dtype, copy=False)


def _set_up(pool: Any, kernel_size: Any, stride: Any, padding: Any) -> None:
    """Check and keep what both kinds of windows have."""
    pool.kernel_size = _pair("kernel_size", kernel_size, 1)
    pool.stride = pool.kernel_size if stride is None else _pair("stride", stride, 1)
    pool.padding = _pair("padding", padding, 0)
    if any(2 * p > k for p, k in zip(pool.padding, pool.kernel_size, strict=True)):
        raise ValueError(f"padding={padding} is more than half of kernel_size={kernel_size}")


def _pair(name: str, value: Any, least: int) -> tuple[int, int]:
    """One number for each direction."""
    vertical, horizontal = (value, value) if isinstance(value, int | np.integer) else value
    if min(vertical, horizontal) < least:
        raise ValueError(f"{name} should be {least} or more, got {value}")
    return vertical, horizontal


def _check_dimensions(pool: Any, x: np.ndarray) -> None:
    if x.ndim != 4:
        raise ValueError(f"x of {type(pool).__name__} has shape {x.shape}, but should have shape (N, C, H, W)")


def _windows(pool: Any, x: np.ndarray, value: float) -> np.ndarray:
    """All windows of x with its padding: (N, C, Ho, Wo, kh, kw)."""
    _check_dimensions(pool, x)
    padded = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in pool.padding)], constant_values=value)
    if any(size < k for size, k in zip(padded.shape[2:], pool.kernel_size, strict=True)):
        raise ValueError(f"x of shape {x.shape} is too small for a window of {pool.kernel_size}")
    (down, right), every = pool.stride, sliding_window_view(padded, pool.kernel_size, axis=(2, 3))
    return every[:, :, ::down, ::right]


def _add_windows(pool: Any, windows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Add up windows where they were taken from, in an array of the shape of x."""
    (top, left), (down, right), (rows, columns) = pool.padding, pool.stride, windows.shape[2:4]
    n, channels, height, width = shape
    padded = np.zeros((n, channels, height + 2 * top, width + 2 * left), windows.dtype)
    for u, v in np.ndindex(pool.kernel_size):
        padded[:, :, u : u + rows * down : down, v : v + columns * right : right] += windows[..., u, v]
    return padded[:, :, top : top + height, left : left + width]


def _means(size: int, count: int) -> np.ndarray:
    """A matrix that takes `count` means of `size` numbers."""
    i, place = np.arange(count)[:, None], np.arange(size)
    inside = (i * size // count <= place) & (place < -(-(i + 1) * size // count))
    return inside / inside.sum(axis=1, keepdims=True)
