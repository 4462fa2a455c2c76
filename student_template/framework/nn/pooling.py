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
        raise NotImplementedError("nn.MaxPool2d.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Find the largest number of every window.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, C, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it does not have four dimensions, or is too small for a window.
        """
        raise NotImplementedError("nn.MaxPool2d.forward")

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
        raise NotImplementedError("nn.MaxPool2d.backward")


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
        raise NotImplementedError("nn.AvgPool2d.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Take the mean of every window.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, C, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it does not have four dimensions, or is too small for a window.
        """
        raise NotImplementedError("nn.AvgPool2d.forward")

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
        raise NotImplementedError("nn.AvgPool2d.backward")


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
        raise NotImplementedError("nn.AdaptiveAvgPool2d.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Take the means.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, C, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it does not have four dimensions.
        """
        raise NotImplementedError("nn.AdaptiveAvgPool2d.forward")

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
        raise NotImplementedError("nn.AdaptiveAvgPool2d.backward")
