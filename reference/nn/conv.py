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
        _set_up(self, 1, in_channels, out_channels, kernel_size, stride, dilation, groups)
        self.padding = _ends(self, padding)
        _draw(self, (out_channels, in_channels // groups, *self.kernel_size), out_channels, bias, rng)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Compute the sum of the equation for every window.

        Args:
            x: (N, C, L) float; N may be 0.

        Returns:
            y, (N, O, Lo) of the dtype of x. Raises as ``Conv2d.forward`` does.
        """
        return _correlate(self, x)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x. Raises as ``Conv2d.backward`` does.
        """
        return _correlate_backward(self, dy)


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
        _set_up(self, 2, in_channels, out_channels, kernel_size, stride, dilation, groups)
        self.padding = _ends(self, padding)
        _draw(self, (out_channels, in_channels // groups, *self.kernel_size), out_channels, bias, rng)

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
        return _correlate(self, x)

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
        return _correlate_backward(self, dy)


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
        _set_up(self, 2, in_channels, out_channels, kernel_size, stride, dilation, groups)
        self.padding = _each(self, "padding", padding, 0)
        self.output_padding = _each(self, "output_padding", output_padding, 0)
        if any(more >= max(s, d) for more, s, d in zip(self.output_padding, self.stride, self.dilation, strict=True)):
            raise ValueError(f"output_padding={output_padding} is neither below the stride nor below the dilation")
        _draw(self, (in_channels, out_channels // groups, *self.kernel_size), out_channels, bias, rng)

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
        _check_input(self, x)
        numbers = zip(x.shape[2:], self.stride, self.dilation, self.kernel_size, self.output_padding, strict=True)
        sizes = [(n - 1) * s + d * (k - 1) + 1 + more for n, s, d, k, more in numbers]
        if any(size <= 2 * p for size, p in zip(sizes, self.padding, strict=True)):
            raise ValueError(
                f"of x of shape {x.shape}, {type(self).__name__} with padding {self.padding} leaves nothing"
            )
        rows = _to_rows(x, self.groups)
        columns = rows @ _by_groups(self)
        windows = _from_columns(columns, (len(x), self.out_channels, *x.shape[2:], *self.kernel_size))
        y = _add_windows(windows, (len(x), self.out_channels, *sizes), self.stride, self.dilation)
        y = _add_bias(self, _without_ends(y, [(p, p) for p in self.padding]))
        self.save_for_backward(rows, x.shape, x.dtype, y.shape)
        return y.astype(x.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x. Raises as ``Conv2d.backward`` does.
        """
        rows, shape, dtype, y_shape = self.saved_values
        check_shape(f"dy of {type(self).__name__}", dy.shape, y_shape)
        padded = np.pad(dy, [(0, 0), (0, 0), *((p, p) for p in self.padding)])
        windows = _windows(padded, self.kernel_size, self.stride, self.dilation)
        windows = windows[:, :, : shape[2], : shape[3]]  # output_padding may leave room for more
        columns = _to_columns(windows, self.groups)
        _accumulate(self, rows.swapaxes(1, 2) @ columns, dy)
        return _from_rows(columns @ _by_groups(self).swapaxes(1, 2), shape).astype(dtype, copy=False)


def _correlate(conv: Any, x: np.ndarray) -> np.ndarray:
    """Conv1d and Conv2d: one matrix product for each group, of all windows with all kernels."""
    _check_input(conv, x)
    padded = np.pad(x, [(0, 0), (0, 0), *conv.padding])
    spans = tuple(d * (k - 1) + 1 for d, k in zip(conv.dilation, conv.kernel_size, strict=True))
    if any(size < span for size, span in zip(padded.shape[2:], spans, strict=True)):
        name = type(conv).__name__
        raise ValueError(f"x of {name} has shape {x.shape}, with padding {padded.shape}: no window of {spans} fits in")
    windows = _windows(padded, conv.kernel_size, conv.stride, conv.dilation)
    columns = _to_columns(windows, conv.groups)
    y_shape = (len(x), conv.out_channels, *windows.shape[2 : x.ndim])
    y = _add_bias(conv, _from_rows(columns @ _by_groups(conv).swapaxes(1, 2), y_shape))
    conv.save_for_backward(columns, padded.shape, x.dtype, y_shape)
    return y.astype(x.dtype, copy=False)


def _correlate_backward(conv: Any, dy: np.ndarray) -> np.ndarray:
    columns, padded_shape, dtype, y_shape = conv.saved_values
    check_shape(f"dy of {type(conv).__name__}", dy.shape, y_shape)
    rows = _to_rows(dy, conv.groups)
    _accumulate(conv, rows.swapaxes(1, 2) @ columns, dy)
    windows = _from_columns(rows @ _by_groups(conv), (*padded_shape[:2], *y_shape[2:], *conv.kernel_size))
    dx = _add_windows(windows, padded_shape, conv.stride, conv.dilation)
    return _without_ends(dx, conv.padding).astype(dtype)


def _set_up(
    conv: Any, dimensions: int, in_channels: int, out_channels: int, size: Any, stride: Any, dilation: Any, groups: int
) -> None:
    """Check and keep what all convolutions have."""
    if in_channels < 1 or out_channels < 1 or groups < 1 or in_channels % groups or out_channels % groups:
        given = f"in_channels={in_channels}, out_channels={out_channels}, groups={groups}"
        raise ValueError(f"{type(conv).__name__} needs channels >= 1 that groups divides, got {given}")
    conv.dimensions, conv.groups = dimensions, groups
    conv.in_channels, conv.out_channels = in_channels, out_channels
    conv.kernel_size = _each(conv, "kernel_size", size, 1)
    conv.stride = _each(conv, "stride", stride, 1)
    conv.dilation = _each(conv, "dilation", dilation, 1)


def _each(conv: Any, name: str, value: Any, least: int) -> tuple[int, ...]:
    """One number for each direction."""
    values = (value,) * conv.dimensions if isinstance(value, int | np.integer) else tuple(value)
    if len(values) != conv.dimensions or min(values) < least:
        raise ValueError(f"{type(conv).__name__} needs {name} >= {least} in {conv.dimensions} directions, got {value}")
    return values


def _ends(conv: Any, padding: Any) -> list[tuple[int, int]]:
    """How many zeros there are before and after, in each direction."""
    if not isinstance(padding, str):
        return [(p, p) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid") or (padding == "same" and max(conv.stride) > 1):
        raise ValueError(f'padding is a number, "valid", or with stride 1 "same", not {padding!r}, {conv.stride}')
    totals = [d * (k - 1) * (padding == "same") for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


def _draw(conv: Any, shape: tuple[int, ...], out_channels: int, bias: bool, rng: np.random.Generator | None) -> None:
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(rng.uniform(-bound, bound, out_channels)) if bias else None


def _check_input(conv: Any, x: np.ndarray) -> None:
    if x.ndim != conv.dimensions + 2 or x.shape[1] != conv.in_channels:
        wanted = f"(N, {conv.in_channels}, {'L' if conv.dimensions == 1 else 'H, W'})"
        raise ValueError(f"x of {type(conv).__name__} has shape {x.shape}, but should have shape {wanted}")


def _without_ends(x: np.ndarray, ends: list[tuple[int, int]]) -> np.ndarray:
    return x[(..., *(slice(first, size - last) for size, (first, last) in zip(x.shape[2:], ends, strict=True)))]


def _windows(x: np.ndarray, size: Any, stride: Any, dilation: Any) -> np.ndarray:
    """All windows, without a copy: (N, C, places ..., size ...)."""
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True))
    every = sliding_window_view(x, spans, axis=tuple(range(2, x.ndim)))
    return every[(..., *(slice(None, None, step) for step in (*stride, *dilation)))]


def _add_windows(windows: np.ndarray, shape: tuple[int, ...], stride: Any, dilation: Any) -> np.ndarray:
    """Add up windows where they were taken from, in an array of a shape."""
    x = np.zeros(shape, windows.dtype)
    places, size = windows.shape[2 : len(shape)], windows.shape[len(shape) :]
    for offset in np.ndindex(size):
        numbers = zip(offset, places, stride, dilation, strict=True)
        x[(..., *(slice(k * d, k * d + (n - 1) * s + 1, s) for k, n, s, d in numbers))] += windows[(..., *offset)]
    return x


def _to_columns(windows: np.ndarray, groups: int) -> np.ndarray:
    """(N, C, places ..., size ...) as a matrix for each group: a row for each place, its numbers in columns."""
    n, channels, *rest = windows.shape
    places, size = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    split = windows.reshape(n, groups, channels // groups, *places, *size)
    rows = np.moveaxis(split, 2, 2 + len(places)).swapaxes(0, 1)
    return rows.reshape(groups, n * math.prod(places), channels // groups * math.prod(size))


def _from_columns(columns: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The inverse of `_to_columns`, for windows of a shape."""
    n, channels, *rest = shape
    places, size = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    split = columns.reshape(len(columns), n, *places, channels // len(columns), *size).swapaxes(0, 1)
    return np.moveaxis(split, 2 + len(places), 2).reshape(shape)


def _to_rows(y: np.ndarray, groups: int) -> np.ndarray:
    """(N, C, places ...) as a matrix for each group: a row for each place, a column for each channel."""
    return _to_columns(y.reshape(*y.shape, *(1,) * (y.ndim - 2)), groups)


def _from_rows(rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The inverse of `_to_rows`."""
    return _from_columns(rows, (*shape, *(1,) * (len(shape) - 2))).reshape(shape)


def _by_groups(conv: Any) -> np.ndarray:
    """The weight as a matrix for each group."""
    first, *rest = conv.weight.shape
    matrices: np.ndarray = conv.weight.data.reshape(conv.groups, first // conv.groups, math.prod(rest))
    return matrices


def _add_bias(conv: Any, y: np.ndarray) -> np.ndarray:
    return y if conv.bias is None else y + conv.bias.data.reshape(-1, *(1,) * conv.dimensions)


def _accumulate(conv: Any, gradient: np.ndarray, dy: np.ndarray) -> None:
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape))
    if conv.bias is not None:
        accumulate_grad(conv.bias, dy.sum(axis=(0, *range(2, dy.ndim))))
