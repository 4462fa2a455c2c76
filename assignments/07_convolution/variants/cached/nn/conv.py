"""Index arrays that are made once for each shape: one gather, one product, and `bincount` for the way back."""

from __future__ import annotations

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def _pair(value, least):
    pair = (value, value) if isinstance(value, (int, np.integer)) else tuple(value)
    if any(v < least for v in pair):
        raise ValueError(f"{value} is below {least}")
    return pair


def _indices(shape, kernel, stride, dilation, places):
    """For each (channel, place, place of the kernel) where it is in a flat image: (C, P, K)."""
    channels, height, width = shape
    rows = np.add.outer(np.arange(places[0]) * stride[0], np.arange(kernel[0]) * dilation[0])
    columns = np.add.outer(np.arange(places[1]) * stride[1], np.arange(kernel[1]) * dilation[1])
    flat = rows[:, None, :, None] * width + columns[None, :, None, :]
    flat = flat.reshape(places[0] * places[1], kernel[0] * kernel[1])
    return np.arange(channels)[:, None, None] * (height * width) + flat


class _Indexed(Module):
    def _set(self, in_channels, out_channels, kernel_size, stride, dilation, groups):
        if in_channels <= 0 or out_channels <= 0 or groups <= 0:
            raise ValueError("channels and groups have to be positive")
        if in_channels % groups != 0 or out_channels % groups != 0:
            raise ValueError("groups have to divide the channels")
        self.ins, self.outs, self.groups = in_channels, out_channels, groups
        self.kernel, self.stride, self.dilation = _pair(kernel_size, 1), _pair(stride, 1), _pair(dilation, 1)
        self._index = {}

    def _init(self, shape, bias, rng):
        generator = rng if rng is not None else np.random.default_rng()
        bound = np.sqrt(1 / (shape[1] * shape[2] * shape[3]))
        self.weight = Parameter(generator.uniform(-bound, bound, size=shape))
        self.bias = Parameter(generator.uniform(-bound, bound, size=self.outs)) if bias else None

    def _at(self, shape, places):
        key = (tuple(shape), tuple(places))
        if key not in self._index:
            self._index[key] = _indices(shape, self.kernel, self.stride, self.dilation, places)
        return self._index[key]

    def _gather(self, image, places):
        """(groups, N * P, C / groups * K)."""
        n, channels = image.shape[:2]
        at = self._at(image.shape[1:], places)
        found = image.reshape(n, int(np.prod(image.shape[1:])))[:, at]
        per = channels // self.groups
        found = found.reshape(n, self.groups, per, at.shape[1], at.shape[2]).transpose(1, 0, 3, 2, 4)
        return found.reshape(self.groups, n * at.shape[1], per * at.shape[2])

    def _scatter(self, columns, shape, places):
        """The transpose of that: a sum for each number of an image."""
        n, channels = shape[:2]
        at = self._at(shape[1:], places)
        per = channels // self.groups
        values = columns.reshape(self.groups, n, at.shape[1], per, at.shape[2]).transpose(1, 0, 3, 2, 4)
        size = int(np.prod(shape[1:]))
        where = np.arange(n)[:, None] * size + at.reshape(1, at.size)
        total = np.bincount(where.ravel(), weights=values.ravel(), minlength=n * size)
        return total[: n * size].reshape(shape)

    def _rows(self, maps):
        n, channels = maps.shape[:2]
        per, count = channels // self.groups, maps.shape[2] * maps.shape[3]
        return maps.reshape(n, self.groups, per, count).transpose(1, 0, 3, 2).reshape(self.groups, n * count, per)

    def _maps(self, rows, n, places):
        per = rows.shape[2]
        maps = rows.reshape(self.groups, n, places[0] * places[1], per).transpose(1, 0, 3, 2)
        return maps.reshape(n, self.groups * per, *places)

    def _matrix(self):
        w = self.weight.data
        return w.reshape(self.groups, w.shape[0] // self.groups, w[0].size)

    def _check(self, x):
        if x.ndim != 4 or x.shape[1] != self.ins:
            raise ValueError(f"shape {x.shape} should be (N, {self.ins}, H, W)")


class Conv2d(_Indexed):
    """One product."""

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, *, rng=None
    ):
        self._set(in_channels, out_channels, kernel_size, stride, dilation, groups)
        if padding == "valid":
            padding = 0
        if padding == "same":
            if max(self.stride) != 1:
                raise ValueError("same and a stride")
            need = [d * (k - 1) for d, k in zip(self.dilation, self.kernel, strict=True)]
            self.pads = tuple((n // 2, n - n // 2) for n in need)
        elif isinstance(padding, str):
            raise ValueError(f"unknown padding {padding}")
        else:
            self.pads = tuple((p, p) for p in _pair(padding, 0))
        self._init((out_channels, in_channels // groups, *self.kernel), bias, rng)

    def forward(self, x):
        """Gather, multiply."""
        self._check(x)
        (top, bottom), (left, right) = self.pads
        n, channels, height, width = x.shape
        image = np.zeros((n, channels, height + top + bottom, width + left + right), x.dtype)
        image[:, :, top : top + height, left : left + width] = x
        places = []
        for size, k, s, d in zip(image.shape[2:], self.kernel, self.stride, self.dilation, strict=True):
            if size < d * (k - 1) + 1:
                raise ValueError(f"shape {x.shape} is too small")
            places.append((size - d * (k - 1) - 1) // s + 1)
        columns = self._gather(image, places)
        rows = columns @ self._matrix().transpose(0, 2, 1)
        y = self._maps(rows, n, places)
        if self.bias is not None:
            y = y + self.bias.data[None, :, None, None]
        self.save_for_backward(columns, image.shape, x.shape, places, x.dtype)
        return np.array(y, dtype=x.dtype)

    def backward(self, dy):
        """Multiply, scatter."""
        columns, image_shape, shape, places, dtype = self.saved_values
        check_shape("dy", dy.shape, (shape[0], self.outs, *places))
        rows = self._rows(dy)
        accumulate_grad(self.weight, (rows.transpose(0, 2, 1) @ columns).reshape(self.weight.shape))
        if self.bias is not None:
            accumulate_grad(self.bias, dy.sum((0, 2, 3)))
        image = self._scatter(rows @ self._matrix(), image_shape, places)
        (top, _), (left, _) = self.pads
        return image[:, :, top : top + shape[2], left : left + shape[3]].astype(dtype)


class ConvTranspose2d(_Indexed):
    """The other way."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        *,
        rng=None,
    ):
        self._set(in_channels, out_channels, kernel_size, stride, dilation, groups)
        self.cut, self.extra = _pair(padding, 0), _pair(output_padding, 0)
        for extra, s, d in zip(self.extra, self.stride, self.dilation, strict=True):
            if extra >= max(s, d):
                raise ValueError("output_padding is too large")
        self._init((in_channels, out_channels // groups, *self.kernel), bias, rng)

    def forward(self, x):
        """Multiply, scatter."""
        self._check(x)
        n, places = x.shape[0], x.shape[2:]
        sizes = []
        for size, k, s, d, e in zip(places, self.kernel, self.stride, self.dilation, self.extra, strict=True):
            sizes.append((size - 1) * s + d * (k - 1) + 1 + e)
        (cut_h, cut_w), (height, width) = self.cut, sizes
        if height - 2 * cut_h <= 0 or width - 2 * cut_w <= 0:
            raise ValueError(f"shape {x.shape} leaves nothing")
        rows = self._rows(x)
        y = self._scatter(rows @ self._matrix(), (n, self.outs, *sizes), places)
        y = y[:, :, cut_h : height - cut_h, cut_w : width - cut_w]
        if self.bias is not None:
            y = y + self.bias.data[None, :, None, None]
        self.save_for_backward(rows, x.shape, y.shape, x.dtype)
        return np.array(y, dtype=x.dtype)

    def backward(self, dy):
        """Gather, multiply."""
        rows, shape, y_shape, dtype = self.saved_values
        check_shape("dy", dy.shape, y_shape)
        cut_h, cut_w = self.cut
        n, outs, height, width = dy.shape
        image = np.zeros((n, outs, height + 2 * cut_h, width + 2 * cut_w), dy.dtype)
        image[:, :, cut_h : cut_h + height, cut_w : cut_w + width] = dy
        columns = self._gather(image, shape[2:])
        accumulate_grad(self.weight, (rows.transpose(0, 2, 1) @ columns).reshape(self.weight.shape))
        if self.bias is not None:
            accumulate_grad(self.bias, dy.sum((0, 2, 3)))
        return self._maps(columns @ self._matrix().transpose(0, 2, 1), n, shape[2:]).astype(dtype)


class Conv1d(Module):
    """One sum for each place of the kernel; there are few."""

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, *, rng=None
    ):
        if min(in_channels, out_channels, kernel_size, stride, dilation, groups) < 1:
            raise ValueError("all of these have to be positive")
        if in_channels % groups or out_channels % groups:
            raise ValueError("groups have to divide the channels")
        reach = dilation * (kernel_size - 1)
        if isinstance(padding, str):
            if padding == "same" and stride == 1:
                self.pads = (reach // 2, reach - reach // 2)
            elif padding == "valid":
                self.pads = (0, 0)
            else:
                raise ValueError(f"padding {padding} with stride {stride}")
        elif padding < 0:
            raise ValueError("padding is negative")
        else:
            self.pads = (padding, padding)
        self.ins, self.outs, self.groups = in_channels, out_channels, groups
        self.size, self.stride, self.dilation, self.reach = kernel_size, stride, dilation, reach
        generator = rng if rng is not None else np.random.default_rng()
        shape = (out_channels, in_channels // groups, kernel_size)
        bound = np.sqrt(1 / (shape[1] * shape[2]))
        self.weight = Parameter(generator.uniform(-bound, bound, size=shape))
        self.bias = Parameter(generator.uniform(-bound, bound, size=out_channels)) if bias else None

    def _slice(self, place, count):
        first = place * self.dilation
        return slice(first, first + (count - 1) * self.stride + 1, self.stride)

    def forward(self, x):
        """Sum up."""
        if x.ndim != 3 or x.shape[1] != self.ins:
            raise ValueError(f"shape {x.shape} should be (N, {self.ins}, L)")
        line = np.pad(x, ((0, 0), (0, 0), self.pads))
        count = (line.shape[2] - self.reach - 1) // self.stride + 1
        if count < 1:
            raise ValueError(f"shape {x.shape} is too short")
        n, w = len(x), self.weight.data.reshape(self.groups, -1, *self.weight.shape[1:])
        grouped = line.reshape(n, self.groups, self.ins // self.groups, line.shape[2])
        y = sum(w[None, ..., u] @ grouped[..., self._slice(u, count)] for u in range(self.size))
        y = y.reshape(n, self.outs, count)
        if self.bias is not None:
            y = y + self.bias.data[:, None]
        self.save_for_backward(grouped, line.shape, x.shape, count, x.dtype)
        return np.array(y, dtype=x.dtype)

    def backward(self, dy):
        """Sum up."""
        grouped, line_shape, shape, count, dtype = self.saved_values
        check_shape("dy", dy.shape, (shape[0], self.outs, count))
        w = self.weight.data.reshape(self.groups, -1, *self.weight.shape[1:])
        maps = dy.reshape(len(dy), self.groups, self.outs // self.groups, count)
        dw, dx = np.zeros_like(w, dtype=float), np.zeros(grouped.shape)
        for u in range(self.size):
            part = self._slice(u, count)
            dw[..., u] = (maps @ grouped[..., part].swapaxes(-1, -2)).sum(axis=0)
            dx[..., part] += w[None, ..., u].swapaxes(-1, -2) @ maps
        accumulate_grad(self.weight, dw.reshape(self.weight.shape))
        if self.bias is not None:
            accumulate_grad(self.bias, dy.sum(axis=(0, 2)))
        return dx.reshape(line_shape)[:, :, self.pads[0] : self.pads[0] + shape[2]].astype(dtype)
