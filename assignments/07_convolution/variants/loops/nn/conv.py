"""A loop over the places of the kernel, forward and backward; nothing is copied but one slice at a time."""

from __future__ import annotations

import math

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class _Convolving(Module):
    directions = 2

    def _begin(self, into, out, kernel_size, stride, dilation, groups):
        if into < 1 or out < 1 or groups < 1 or into % groups or out % groups:
            raise ValueError(f"{into} and {out} channels in {groups} groups")
        self.into, self.out, self.groups = into, out, groups
        self.k = self._numbers(kernel_size, 1)
        self.s = self._numbers(stride, 1)
        self.d = self._numbers(dilation, 1)

    def _numbers(self, value, least):
        values = [value] * self.directions if np.ndim(value) == 0 else list(value)
        for v in values:
            if v < least:
                raise ValueError(f"{value} is less than {least}")
        return [*(1 if least else 0 for _ in range(2 - self.directions)), *values]

    def _parameters(self, first, second, bias, rng):
        if rng is None:
            rng = np.random.default_rng()
        shape = (first, second // self.groups, *self.k[2 - self.directions :])
        bound = 1 / math.sqrt(math.prod(shape[1:]))
        self.weight = Parameter(rng.uniform(-bound, bound, shape))
        self.bias = None
        if bias:
            self.bias = Parameter(rng.uniform(-bound, bound, self.out))

    def _image(self, x):
        if x.ndim != self.directions + 2 or x.shape[1] != self.into:
            raise ValueError(f"x has shape {x.shape}, but {self.into} channels are expected")
        return x if self.directions == 2 else x[:, :, None]

    def _flat(self, y):
        return y if self.directions == 2 else y[:, :, 0]

    def _kernel(self):
        w = self.weight.data if self.directions == 2 else self.weight.data[:, :, None]
        return w.reshape(self.groups, -1, *w.shape[1:])

    def _offsets(self, places):
        """Each place of the kernel, with the slice of an image that it meets."""
        for u in range(self.k[0]):
            for v in range(self.k[1]):
                top, left = u * self.d[0], v * self.d[1]
                bottom = top + (places[0] - 1) * self.s[0] + 1
                right = left + (places[1] - 1) * self.s[1] + 1
                yield u, v, (Ellipsis, slice(top, bottom, self.s[0]), slice(left, right, self.s[1]))

    def _grouped(self, x):
        return x.reshape(x.shape[0], self.groups, x.shape[1] // self.groups, *x.shape[2:])

    def _finish_gradients(self, dw, dy):
        accumulate_grad(self.weight, dw.reshape(self.weight.shape))
        if self.bias is not None:
            accumulate_grad(self.bias, dy.sum(axis=tuple(i for i in range(dy.ndim) if i != 1)))


class Conv2d(_Convolving):
    """A convolution of images."""

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, *, rng=None
    ):
        self._begin(in_channels, out_channels, kernel_size, stride, dilation, groups)
        if isinstance(padding, str):
            if padding not in {"same", "valid"} or (padding == "same" and self.s != [1, 1]):
                raise ValueError(f"padding {padding}")
            total = [d * (k - 1) if padding == "same" else 0 for d, k in zip(self.d, self.k)]
            self.before, self.after = [t // 2 for t in total], [(t + 1) // 2 for t in total]
        else:
            self.before = self.after = self._numbers(padding, 0)
        self._parameters(out_channels, in_channels, bias, rng)

    def forward(self, x):
        """Add up, for each place of the kernel."""
        image = self._image(x)
        padded = np.pad(image, ((0, 0), (0, 0), *zip(self.before, self.after)))
        places = [(n - d * (k - 1) - 1) // s + 1 for n, d, k, s in zip(padded.shape[2:], self.d, self.k, self.s)]
        if min(places) <= 0:
            raise ValueError(f"x of shape {x.shape} holds no window")
        parts, w = self._grouped(padded), self._kernel()
        y = np.zeros((len(x), self.groups, self.out // self.groups, *places))
        for u, v, part in self._offsets(places):
            y += np.einsum("ngcij,goc->ngoij", parts[part], w[..., u, v])
        y = y.reshape(len(x), self.out, *places)
        if self.bias is not None:
            y += self.bias.data.reshape(-1, 1, 1)
        self.save_for_backward(padded, x.shape, places, x.dtype)
        return self._flat(y).astype(x.dtype)

    def backward(self, dy):
        """Add up, for each place of the kernel."""
        padded, shape, places, dtype = self.saved_values
        check_shape("dy", dy.shape, (shape[0], self.out, *places[2 - self.directions :]))
        parts, w = self._grouped(padded), self._kernel()
        maps = self._grouped(dy if self.directions == 2 else dy[:, :, None])
        dw, dx = np.zeros(w.shape), np.zeros(parts.shape)
        for u, v, part in self._offsets(places):
            dw[..., u, v] = np.einsum("ngoij,ngcij->goc", maps, parts[part])
            dx[part] += np.einsum("ngoij,goc->ngcij", maps, w[..., u, v])
        self._finish_gradients(dw, dy)
        rows, columns = (slice(b, n - a) for b, n, a in zip(self.before, padded.shape[2:], self.after))
        return self._flat(dx.reshape(padded.shape)[:, :, rows, columns]).astype(dtype)


class Conv1d(Conv2d):
    """The same with one direction: images of a single row."""

    directions = 1


class ConvTranspose2d(_Convolving):
    """The way back."""

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
        self._begin(in_channels, out_channels, kernel_size, stride, dilation, groups)
        self.p, self.more = self._numbers(padding, 0), self._numbers(output_padding, 0)
        if not all(m < s or m < d for m, s, d in zip(self.more, self.s, self.d)):
            raise ValueError(f"output_padding {output_padding}")
        self._parameters(in_channels, out_channels, bias, rng)

    def forward(self, x):
        """Add up, for each place of the kernel."""
        x_image = self._image(x)
        places = x.shape[2:]
        sizes = [(n - 1) * s + d * (k - 1) + 1 + m for n, s, d, k, m in zip(places, self.s, self.d, self.k, self.more)]
        if any(n - 2 * p < 1 for n, p in zip(sizes, self.p)):
            raise ValueError(f"x of shape {x.shape} leaves nothing")
        parts, w = self._grouped(x_image), self._kernel()
        y = np.zeros((len(x), self.groups, self.out // self.groups, *sizes))
        for u, v, part in self._offsets(places):
            y[part] += np.einsum("ngcij,gco->ngoij", parts, w[..., u, v])
        rows, columns = (slice(p, n - p) for p, n in zip(self.p, sizes))
        y = y.reshape(len(x), self.out, *sizes)[:, :, rows, columns]
        if self.bias is not None:
            y = y + self.bias.data.reshape(-1, 1, 1)
        self.save_for_backward(np.array(x), y.shape, x.dtype)
        return np.array(y, x.dtype)

    def backward(self, dy):
        """Add up, for each place of the kernel."""
        x, y_shape, dtype = self.saved_values
        check_shape("dy", dy.shape, y_shape)
        places = x.shape[2:]
        parts, w = self._grouped(x), self._kernel()
        maps = self._grouped(np.pad(dy, ((0, 0), (0, 0), *((p, p) for p in self.p))))
        dw, dx = np.zeros(w.shape), np.zeros(parts.shape)
        for u, v, part in self._offsets(places):
            dw[..., u, v] = np.einsum("ngoij,ngcij->gco", maps[part], parts)
            dx += np.einsum("ngoij,gco->ngcij", maps[part], w[..., u, v])
        self._finish_gradients(dw, dy)
        return dx.reshape(x.shape).astype(dtype)
