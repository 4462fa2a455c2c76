"""Views of all windows and `einsum`, without a copy of them; the way back by a dilated dy and a flipped kernel."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def view_of_windows(x, kernel, stride, dilation, places):
    """(N, C, Ho, Wo, kh, kw), by strides."""
    n, c, down, right = x.strides
    strides = (n, c, down * stride[0], right * stride[1], down * dilation[0], right * dilation[1])
    return as_strided(x, (*x.shape[:2], *places, *kernel), strides, writeable=False)


def correlate(x, w, stride, dilation, groups, places):
    """Windows of a padded x times kernels."""
    windows = view_of_windows(x, w.shape[2:], stride, dilation, places)
    n, channels = x.shape[:2]
    split = windows.reshape(n, groups, channels // groups, *windows.shape[2:])
    kernels = w.reshape(groups, w.shape[0] // groups, *w.shape[1:])
    y = np.einsum("ngcijuv,gocuv->ngoij", split, kernels)
    return y.reshape(n, w.shape[0], *places)


def spread(dy, stride, more):
    """dy with zeros in between, and `more` zeros around."""
    n, channels, rows, columns = dy.shape
    shape = ((rows - 1) * stride[0] + 1, (columns - 1) * stride[1] + 1)
    wide = np.zeros((n, channels, *(size + 2 * m for size, m in zip(shape, more))), dy.dtype)
    wide[:, :, more[0] : more[0] + shape[0] : stride[0], more[1] : more[1] + shape[1] : stride[1]] = dy
    return wide


def full(dy, w, stride, dilation, groups):
    """The way back: a correlation of the spread dy with the flipped kernel, of which in and out change places."""
    more = [d * (k - 1) for d, k in zip(dilation, w.shape[2:])]
    wide = spread(dy, stride, more)
    per = w.shape[0] // groups
    flipped = w.reshape(groups, per, *w.shape[1:]).swapaxes(1, 2)[..., ::-1, ::-1]
    flipped = flipped.reshape(groups * w.shape[1], per, *w.shape[2:])
    places = [size - m for size, m in zip(wide.shape[2:], more)]
    return correlate(wide, flipped, (1, 1), dilation, groups, places)


def kernel_gradient(x, dy, shape, stride, dilation, groups):
    """Windows of a padded x times dy."""
    windows = view_of_windows(x, shape[2:], stride, dilation, dy.shape[2:])
    n, channels = x.shape[:2]
    split = windows.reshape(n, groups, channels // groups, *windows.shape[2:])
    maps = dy.reshape(n, groups, dy.shape[1] // groups, *dy.shape[2:])
    return np.einsum("ngoij,ngcijuv->gocuv", maps, split).reshape(shape)


def both(value, least=1):
    """A pair of numbers that are large enough."""
    pair = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if min(pair) < least:
        raise ValueError(f"{value} is below {least}")
    return pair


class Conv2d(Module):
    """A convolution."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        *,
        rng=None,
    ):
        if min(in_channels, out_channels, groups) < 1:
            raise ValueError(f"{in_channels}, {out_channels} and {groups} have to be positive")
        if in_channels % groups or out_channels % groups:
            raise ValueError(f"{groups} groups do not divide {in_channels} and {out_channels}")
        self.channels, self.groups = in_channels, groups
        self.kernel, self.stride, self.dilation = both(kernel_size), both(stride), both(dilation)
        if padding == "same":
            if self.stride != (1, 1):
                raise ValueError("same needs stride 1")
            spans = [d * (k - 1) for d, k in zip(self.dilation, self.kernel)]
            self.ends = [(span // 2, span - span // 2) for span in spans]
        elif padding == "valid":
            self.ends = [(0, 0), (0, 0)]
        elif isinstance(padding, str):
            raise ValueError(f"there is no padding {padding!r}")
        else:
            self.ends = [(p, p) for p in both(padding, 0)]
        rng = np.random.default_rng() if rng is None else rng
        shape = (out_channels, in_channels // groups, *self.kernel)
        bound = np.prod(shape[1:]) ** -0.5
        self.weight = Parameter(rng.uniform(-bound, bound, shape))
        self.bias = Parameter(rng.uniform(-bound, bound, (out_channels,))) if bias else None

    def forward(self, x):
        """Correlate."""
        if x.ndim != 4 or x.shape[1] != self.channels:
            raise ValueError(f"x has shape {x.shape}, not (N, {self.channels}, H, W)")
        padded = np.pad(x, [(0, 0), (0, 0), *self.ends])
        spans = [d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel)]
        places = [(n - span) // s + 1 for n, span, s in zip(padded.shape[2:], spans, self.stride)]
        if min(places) < 1:
            raise ValueError(f"x of shape {x.shape} is too small")
        y = correlate(padded, self.weight.data, self.stride, self.dilation, self.groups, places)
        if self.bias is not None:
            y += self.bias.data[:, None, None]
        self.save_for_backward(padded, x.shape, x.dtype, y.shape)
        return y.astype(x.dtype)

    def backward(self, dy):
        """Correlate the other way."""
        padded, shape, dtype, y_shape = self.saved_values
        check_shape("dy", dy.shape, y_shape)
        w = self.weight.data
        accumulate_grad(self.weight, kernel_gradient(padded, dy, w.shape, self.stride, self.dilation, self.groups))
        if self.bias is not None:
            accumulate_grad(self.bias, np.einsum("noij->o", dy))
        dx = np.zeros(padded.shape)
        reached = full(dy, w, self.stride, self.dilation, self.groups)
        dx[:, :, : reached.shape[2], : reached.shape[3]] = reached
        (top, _), (left, _) = self.ends
        return dx[:, :, top : top + shape[2], left : left + shape[3]].astype(dtype)


class Conv1d(Module):
    """A convolution of images with one row."""

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, *, rng=None
    ):
        if not isinstance(padding, str):
            padding = (0, padding)
        inner = Conv2d(
            in_channels,
            out_channels,
            (1, kernel_size),
            (1, stride),
            padding,
            (1, dilation),
            groups,
            bias,
            rng=rng,
        )
        vars(self)["inner"] = [inner]  # in a list, so that it is no child
        self.weight, self.bias = Parameter(inner.weight.data[:, :, 0]), inner.bias

    def forward(self, x):
        """Add a row."""
        [inner] = self.inner
        if x.ndim != 3:
            raise ValueError(f"x has shape {x.shape}, not (N, {inner.channels}, L)")
        inner.weight.data = self.weight.data[:, :, None]
        self._saved = True
        try:
            return inner.forward(x[:, :, None])[:, :, 0]
        except ValueError as error:
            raise ValueError(f"x has shape {x.shape}, not (N, {inner.channels}, L)") from error

    def backward(self, dy):
        """Take it away again."""
        [inner] = self.inner
        y_shape = inner.saved_values[3]
        check_shape("dy", dy.shape, (*y_shape[:2], y_shape[3]))
        inner.weight.grad = None
        dx = inner.backward(dy[:, :, None])[:, :, 0]
        accumulate_grad(self.weight, inner.weight.grad[:, :, 0])
        return dx


class ConvTranspose2d(Module):
    """The way back, as a layer."""

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
        if min(in_channels, out_channels, groups) < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(f"{groups} groups do not divide {in_channels} and {out_channels}")
        self.channels, self.groups = in_channels, groups
        self.kernel, self.stride, self.dilation = both(kernel_size), both(stride), both(dilation)
        self.padding, self.more = both(padding, 0), both(output_padding, 0)
        for m, s, d in zip(self.more, self.stride, self.dilation):
            if m >= s and m >= d:
                raise ValueError(f"output_padding {output_padding} is too large")
        rng = np.random.default_rng() if rng is None else rng
        shape = (in_channels, out_channels // groups, *self.kernel)
        bound = np.prod(shape[1:]) ** -0.5
        self.weight = Parameter(rng.uniform(-bound, bound, shape))
        self.bias = Parameter(rng.uniform(-bound, bound, (out_channels,))) if bias else None

    def forward(self, x):
        """Correlate with flipped kernels."""
        if x.ndim != 4 or x.shape[1] != self.channels:
            raise ValueError(f"x has shape {x.shape}, not (N, {self.channels}, H, W)")
        y = full(x, self.weight.data, self.stride, self.dilation, self.groups)
        y = np.pad(y, [(0, 0), (0, 0), *((0, m) for m in self.more)])
        (ph, pw), (height, width) = self.padding, y.shape[2:]
        if height <= 2 * ph or width <= 2 * pw:
            raise ValueError(f"nothing is left of x of shape {x.shape}")
        y = y[:, :, ph : height - ph, pw : width - pw]
        if self.bias is not None:
            y = y + self.bias.data[:, None, None]
        self.save_for_backward(x.copy(), y.shape)
        return y.astype(x.dtype)

    def backward(self, dy):
        """Correlate."""
        x, y_shape = self.saved_values
        check_shape("dy", dy.shape, y_shape)
        w, (ph, pw) = self.weight.data, self.padding
        padded = np.pad(dy, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
        accumulate_grad(self.weight, kernel_gradient(padded, x, w.shape, self.stride, self.dilation, self.groups))
        if self.bias is not None:
            accumulate_grad(self.bias, np.einsum("noij->o", dy))
        return correlate(padded, w, self.stride, self.dilation, self.groups, x.shape[2:]).astype(x.dtype)
