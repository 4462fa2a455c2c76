"""Views of all windows; the mean as an `einsum`, the maximum's way back by adding at indices."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .module import Module, check_shape


def both(value, least):
    """A pair."""
    pair = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if min(pair) < least:
        raise ValueError(f"{value} is below {least}")
    return pair


class _Windowed(Module):
    def _prepare(self, kernel_size, stride, padding):
        self.kernel = both(kernel_size, 1)
        self.stride = both(kernel_size if stride is None else stride, 1)
        self.padding = both(padding, 0)
        if self.padding[0] * 2 > self.kernel[0] or self.padding[1] * 2 > self.kernel[1]:
            raise ValueError(f"padding {padding}, kernel {kernel_size}")

    def _view(self, x, fill):
        if x.ndim != 4:
            raise ValueError(f"x has shape {x.shape}, not (N, C, H, W)")
        (ph, pw), (kh, kw), (sh, sw) = self.padding, self.kernel, self.stride
        padded = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)], constant_values=fill)
        if padded.shape[2] < kh or padded.shape[3] < kw:
            raise ValueError(f"x of shape {x.shape} is smaller than a window")
        places = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
        n, c, down, right = padded.strides
        strides = (n, c, down * sh, right * sw, down, right)
        return as_strided(padded, (*x.shape[:2], *places, kh, kw), strides, writeable=False), padded.shape

    def _inner(self, padded, shape):
        (ph, pw), (height, width) = self.padding, shape[2:]
        return padded[:, :, ph : ph + height, pw : pw + width]


class MaxPool2d(_Windowed):
    """Maxima."""

    def __init__(self, kernel_size, stride=None, padding=0):
        self._prepare(kernel_size, stride, padding)

    def forward(self, x):
        """One argmax."""
        windows, padded = self._view(x, -np.inf)
        flat = windows.reshape(*windows.shape[:4], self.kernel[0] * self.kernel[1])
        where = flat.argmax(-1)
        self.save_for_backward(where, padded, x.shape, x.dtype)
        return np.take_along_axis(flat, where[..., None], -1)[..., 0]

    def backward(self, dy):
        """Counts with weights."""
        where, padded, shape, dtype = self.saved_values
        check_shape("dy", dy.shape, where.shape)
        n, c, i, j = np.indices(where.shape, sparse=True)
        row, column = i * self.stride[0] + where // self.kernel[1], j * self.stride[1] + where % self.kernel[1]
        at = np.ravel_multi_index((n + 0 * where, c + 0 * where, row, column), padded) if where.size else where
        size = int(np.prod(padded))
        dx = np.bincount(at.ravel(), dy.ravel(), minlength=size)[:size].reshape(padded)
        return self._inner(dx, shape).astype(dtype)


class AvgPool2d(_Windowed):
    """Means."""

    def __init__(self, kernel_size, stride=None, padding=0, *, count_include_pad=True):
        self._prepare(kernel_size, stride, padding)
        self.count_include_pad = count_include_pad

    def forward(self, x):
        """One einsum."""
        windows, padded = self._view(x, 0)
        ones = np.ones(x.shape[2:])[None, None]
        inverse = 1 / np.einsum("ncijuv->ij", self._view(ones, float(self.count_include_pad))[0])
        y = np.einsum("ncijuv,ij->ncij", windows, inverse)
        self.save_for_backward(inverse, padded, x.shape, x.dtype, y.shape)
        return y.astype(x.dtype)

    def backward(self, dy):
        """A slice for each place of a window."""
        inverse, padded, shape, dtype, y_shape = self.saved_values
        check_shape("dy", dy.shape, y_shape)
        dx, share = np.zeros(padded), np.einsum("ncij,ij->ncij", dy, inverse)
        (sh, sw), (rows, columns) = self.stride, y_shape[2:]
        for u in range(self.kernel[0]):
            for v in range(self.kernel[1]):
                dx[:, :, u : u + sh * rows : sh, v : v + sw * columns : sw] += share
        return self._inner(dx, shape).astype(dtype)


def _sums(x, axis, first, last):
    """Sums over windows of an axis, from sums of all that is before."""
    before = np.cumsum(np.insert(x.astype(float), 0, 0.0, axis=axis), axis=axis)
    return np.take(before, last, axis=axis) - np.take(before, first, axis=axis)


class AdaptiveAvgPool2d(Module):
    """Means by sums of all that is before."""

    def __init__(self, output_size):
        self.output_size = both(output_size, 1)

    def _edges(self, sizes):
        for size, count in zip(sizes, self.output_size):
            i = np.arange(count)
            yield i * size // count, ((i + 1) * size + count - 1) // count

    def forward(self, x):
        """Two differences."""
        if x.ndim != 4:
            raise ValueError(f"x has shape {x.shape}, not (N, C, H, W)")
        (top, bottom), (left, right) = self._edges(x.shape[2:])
        y = _sums(_sums(x, 2, top, bottom), 3, left, right)
        self.save_for_backward(x.shape, x.dtype)
        return (y / np.outer(bottom - top, right - left)).astype(x.dtype)

    def backward(self, dy):
        """Masks."""
        shape, dtype = self.saved_values
        check_shape("dy", dy.shape, (*shape[:2], *self.output_size))
        shares = []
        for (first, last), size in zip(self._edges(shape[2:]), shape[2:]):
            place = np.arange(size)
            inside = (first[:, None] <= place) & (place < last[:, None])
            shares.append(inside / (last - first)[:, None])
        return np.einsum("ncij,ih,jw->nchw", dy, *shares).astype(dtype)
