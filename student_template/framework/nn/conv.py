"""Convolutions: every output number looks at a small window of the input, and all windows share the same weights.

Conventions shared by all classes:

- Cross-correlation, as in PyTorch: the kernel is not flipped. Images are (N, C, H, W), sequences (N, C, L).
- Of a size, stride, padding or dilation, a Conv2d takes an int for both directions, or a pair (vertical, horizontal).
- Groups cut the channels into equal parts of neighbours: output channels of one part see input channels of that part.
- y has the dtype of x, and dx too. Gradients of weight and bias are sums over the batch and all places, never averages.
- Initial values: all weights are drawn first, then all biases, uniformly from [-1/sqrt(fan), 1/sqrt(fan)), where fan is
  the number of entries of ``weight[0]``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class Conv1d(Module):
    """A convolution over sequences.

    Equation: y[n, o, j] = b[o] + sum_{i, u} W[o, i, u] xp[n, first(o) + i, j * stride + u * dilation]

    where xp is x with ``padding`` zeros at both ends and first(o) the first input channel of o's group.
    The length is Lo = floor((L + 2 * padding - dilation * (K - 1) - 1) / stride) + 1.

    Args:
        in_channels, out_channels, kernel_size: int >= 1; C, O, and K, how many numbers of a channel a window has.
        stride, padding, dilation, groups, bias, rng: as in ``Conv2d``, for one direction.

    Attributes:
        weight, bias: Parameters of shapes (O, C / groups, K) and (O,), float64; bias may be None.

    Raises:
        ValueError: as ``Conv2d``.

    Source: PyTorch, torch.nn.Conv1d.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int | str = 0,
        dilation: int = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("nn.Conv1d.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Compute the sum of the equation for every window.

        Args:
            x: (N, C, L) float; N may be 0.

        Returns:
            y, (N, O, Lo) of the dtype of x. Raises as ``Conv2d.forward`` does.
        """
        raise NotImplementedError("nn.Conv1d.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x. Raises as ``Conv2d.backward`` does.
        """
        raise NotImplementedError("nn.Conv1d.backward")


class Conv2d(Module):
    """A convolution over images.

    Equation: y[n, o, i, j] = b[o] + sum_{c, u, v} W[o, c, u, v] xp[n, first(o) + c, i * sh + u * dh, j * sw + v * dw]

    where xp is x with ``padding`` zeros on every side, (sh, sw) the stride, (dh, dw) the dilation, and first(o) the
    first input channel of o's group. Sizes are those of ``Conv1d`` in each direction, by the numbers of that direction.

    Args:
        in_channels, out_channels: int >= 1; C and O.
        kernel_size: int >= 1 or pair; (kh, kw), height and width of a window.
        stride: int >= 1 or pair; from one window to the next.
        padding: int >= 0 or pair; rows of zeros above and below, columns of zeros left and right. Or "valid": none.
            Or "same": so many that y is as large as x, with stride 1 only; of dilation * (k - 1) zeros half are
            above (left), and an odd one is below (right).
        dilation: int >= 1 or pair; from one number of a window to the next.
        groups: int >= 1; divides both numbers of channels.
        bias: whether there is a b; without it the attribute ``bias`` is None.
        rng: source of the initial values, by default a fresh ``default_rng()``.

    Attributes:
        weight: Parameter of shape (O, C / groups, kh, kw), float64.
        bias: Parameter of shape (O,), float64, or None.

    Raises:
        ValueError: if a number is below its minimum, groups does not divide both numbers of channels, padding is
            another text, or "same" with a stride that is not 1.

    Source: LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition (1998),
    sec. II.A; for all arguments: PyTorch, torch.nn.Conv2d.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] | str = 0,
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("nn.Conv2d.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Compute the sum of the equation for every window.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, O, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it has other dimensions or another number of channels, or is
                too small for a single window.
        """
        raise NotImplementedError("nn.Conv2d.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        raise NotImplementedError("nn.Conv2d.backward")


class ConvTranspose2d(Module):
    """The way back of a convolution, as a layer: every input number adds a multiple of the kernel to the output.

    Equation: yp[n, first(c) + o, i * sh + u * dh, j * sw + v * dw] += W[c, o, u, v] x[n, c, i, j]

    for all indices, from zeros; first(c) is the first output channel of c's group. y is yp without ``padding`` rows and
    columns at its sides, plus b. The height is Ho = (H - 1) * sh - 2 * padding + dh * (kh - 1) + output_padding + 1,
    the width likewise: of those sizes that a Conv2d turns into (H, W), output_padding chooses one.

    Args:
        in_channels, out_channels: int >= 1; C and O.
        kernel_size: int >= 1 or pair; (kh, kw).
        stride: int >= 1 or pair; from one kernel's place in the output to the next.
        padding: int >= 0 or pair; rows and columns that are cut off at every side.
        output_padding: int >= 0 or pair, below the stride or below the dilation; rows more at the lower end, columns
            more at the right one.
        groups: int >= 1; divides both numbers of channels.
        bias, rng: as in ``Conv2d``.
        dilation: int >= 1 or pair; from one number of a kernel's place in the output to the next.

    Attributes:
        weight, bias: Parameters of shapes (C, O / groups, kh, kw) and (O,), float64; bias may be None.

    Raises:
        ValueError: if a number is below its minimum, groups does not divide both numbers of channels, or
            output_padding is neither below the stride nor below the dilation.

    Source: Dumoulin and Visin, A Guide to Convolution Arithmetic for Deep Learning (2016), ch. 4; for all arguments and
    their order: PyTorch, torch.nn.ConvTranspose2d.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        output_padding: int | tuple[int, int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, int] = 1,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("nn.ConvTranspose2d.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Add up the kernels, one for each input number.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, O, Ho, Wo) of the dtype of x.

        Raises:
            ValueError: naming the shape of x, if it has other dimensions or another number of channels, or so
                much is cut off that nothing is left.
        """
        raise NotImplementedError("nn.ConvTranspose2d.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x. Raises as ``Conv2d.backward`` does.
        """
        raise NotImplementedError("nn.ConvTranspose2d.backward")
