"""The two paths as modules of their own, each a Sequential that is not registered."""

from __future__ import annotations

import numpy as np

from .batchnorm2d import BatchNorm2d
from .conv import Conv2d
from .module import Module, Sequential, check_shape


class ResidualBlock(Module):
    """x plus what two convolutions make of it."""

    def __init__(self, in_channels, out_channels, stride=1, *, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        same = in_channels == out_channels and stride == 1
        self.conv1 = Conv2d(
            in_channels, out_channels, (3, 3), stride=(stride, stride), padding=(1, 1), bias=False, rng=rng
        )
        self.bn1 = BatchNorm2d(out_channels)
        self.conv2 = Conv2d(out_channels, out_channels, (3, 3), padding="same", bias=False, rng=rng)
        self.bn2 = BatchNorm2d(out_channels)
        self.downsample = (
            None
            if same
            else Sequential(
                Conv2d(in_channels, out_channels, 1, stride=stride, bias=False, rng=rng), BatchNorm2d(out_channels)
            )
        )

    def forward(self, x):
        """Relu by hand."""
        h = self.bn1.forward(self.conv1.forward(x))
        on = h > 0
        h = self.bn2.forward(self.conv2.forward(h * on))
        total = h + x if self.downsample is None else h + self.downsample.forward(x)
        self.save_for_backward(on, total > 0)
        return np.maximum(total, 0)

    def backward(self, dy):
        """Both ways."""
        on, passed = self.saved_values
        check_shape("dy", dy.shape, passed.shape)
        d = np.where(passed, dy, 0)
        inner = self.conv2.backward(self.bn2.backward(d))
        dx = self.conv1.backward(self.bn1.backward(np.where(on, inner, 0)))
        dx += d if self.downsample is None else self.downsample.backward(d)
        return dx
