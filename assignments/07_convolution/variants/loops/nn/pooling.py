"""A loop over the places of a window, with a maximum or a sum that is kept so far; slices for adaptive pooling."""

from __future__ import annotations

import numpy as np

from .module import Module, check_shape


class _Pool(Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        self.k = self._two(kernel_size, 1)
        self.s = self.k if stride is None else self._two(stride, 1)
        self.p = self._two(padding, 0)
        if self.p[0] > self.k[0] / 2 or self.p[1] > self.k[1] / 2:
            raise ValueError(f"padding {padding} is too large for {kernel_size}")

    @staticmethod
    def _two(value, least):
        a, b = value if isinstance(value, (tuple, list)) else (value, value)
        if a < least or b < least:
            raise ValueError(f"{value} is too small")
        return a, b

    def _slices(self, x, fill):
        if x.ndim != 4:
            raise ValueError(f"shape {x.shape} is not (N, C, H, W)")
        padded = np.full((*x.shape[:2], x.shape[2] + 2 * self.p[0], x.shape[3] + 2 * self.p[1]), fill, x.dtype)
        padded[:, :, self.p[0] : self.p[0] + x.shape[2], self.p[1] : self.p[1] + x.shape[3]] = x
        rows = (padded.shape[2] - self.k[0]) // self.s[0] + 1
        columns = (padded.shape[3] - self.k[1]) // self.s[1] + 1
        if rows < 1 or columns < 1:
            raise ValueError(f"shape {x.shape} is too small")
        return padded, rows, columns

    def _part(self, u, v, rows, columns):
        return (
            slice(None),
            slice(None),
            slice(u, u + (rows - 1) * self.s[0] + 1, self.s[0]),
            slice(v, v + (columns - 1) * self.s[1] + 1, self.s[1]),
        )

    def _cut(self, padded, shape, dtype):
        return padded[:, :, self.p[0] : self.p[0] + shape[2], self.p[1] : self.p[1] + shape[3]].astype(dtype)


class MaxPool2d(_Pool):
    """The largest so far, and where it was."""

    def forward(self, x):
        """Look at each place of the window."""
        padded, rows, columns = self._slices(x, -np.inf)
        best = np.full((*x.shape[:2], rows, columns), -np.inf, x.dtype)
        where = np.zeros(best.shape, int)
        for u in range(self.k[0]):
            for v in range(self.k[1]):
                part = padded[self._part(u, v, rows, columns)]
                larger = part > best
                best = np.where(larger, part, best)
                where[larger] = u * self.k[1] + v
        self.save_for_backward(where, padded.shape, x.shape, x.dtype)
        return best

    def backward(self, dy):
        """Give it back."""
        where, padded_shape, shape, dtype = self.saved_values
        check_shape("dy", dy.shape, where.shape)
        dx = np.zeros(padded_shape)
        for place in range(self.k[0] * self.k[1]):
            u, v = divmod(place, self.k[1])
            dx[self._part(u, v, *where.shape[2:])] += dy * (where == place)
        return self._cut(dx, shape, dtype)


class AvgPool2d(_Pool):
    """The sum so far."""

    def __init__(self, kernel_size, stride=None, padding=0, *, count_include_pad=True):
        super().__init__(kernel_size, stride, padding)
        self.count_include_pad = count_include_pad

    def _divisors(self, shape, rows, columns):
        if self.count_include_pad:
            return float(self.k[0] * self.k[1])
        counts = []
        for count, k, s, p, size in zip((rows, columns), self.k, self.s, self.p, shape[2:]):
            first = np.arange(count) * s - p
            counts.append(np.minimum(first + k, size) - np.maximum(first, 0))
        return np.outer(*counts).astype(float)

    def forward(self, x):
        """Look at each place of the window."""
        padded, rows, columns = self._slices(x, 0)
        total = np.zeros((*x.shape[:2], rows, columns))
        for u in range(self.k[0]):
            for v in range(self.k[1]):
                total += padded[self._part(u, v, rows, columns)]
        divisors = self._divisors(x.shape, rows, columns)
        self.save_for_backward(divisors, total.shape, padded.shape, x.shape, x.dtype)
        return (total / divisors).astype(x.dtype)

    def backward(self, dy):
        """Give it back."""
        divisors, y_shape, padded_shape, shape, dtype = self.saved_values
        check_shape("dy", dy.shape, y_shape)
        dx, share = np.zeros(padded_shape), dy / divisors
        for u in range(self.k[0]):
            for v in range(self.k[1]):
                dx[self._part(u, v, *y_shape[2:])] += share
        return self._cut(dx, shape, dtype)


class AdaptiveAvgPool2d(Module):
    """A loop over the windows, which are few."""

    def __init__(self, output_size):
        self.size = _Pool._two(output_size, 1)

    def _windows(self, shape):
        (rows, columns), (height, width) = self.size, shape[2:]
        for i in range(rows):
            for j in range(columns):
                top, bottom = i * height // rows, ((i + 1) * height + rows - 1) // rows
                left, right = j * width // columns, ((j + 1) * width + columns - 1) // columns
                yield i, j, slice(top, bottom), slice(left, right)

    def forward(self, x):
        """A mean for each."""
        if x.ndim != 4:
            raise ValueError(f"shape {x.shape} is not (N, C, H, W)")
        y = np.zeros((*x.shape[:2], *self.size), x.dtype)
        for i, j, rows, columns in self._windows(x.shape):
            y[:, :, i, j] = x[:, :, rows, columns].mean(axis=(2, 3))
        self.save_for_backward(x.shape, x.dtype)
        return y

    def backward(self, dy):
        """A share for each."""
        shape, dtype = self.saved_values
        check_shape("dy", dy.shape, (*shape[:2], *self.size))
        dx = np.zeros(shape)
        for i, j, rows, columns in self._windows(shape):
            size = (rows.stop - rows.start) * (columns.stop - columns.start)
            dx[:, :, rows, columns] += dy[:, :, i : i + 1, j : j + 1] / size
        return dx.astype(dtype)
