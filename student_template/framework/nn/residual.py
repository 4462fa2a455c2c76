"""A residual block: two convolutions that compute what is to be added to their input."""

import numpy as np

from .activation import ReLU
from .batchnorm2d import BatchNorm2d
from .conv import Conv2d
from .module import Module, Sequential


class ResidualBlock(Module):
    """Two convolutions with a path around them.

    Equation: y = relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x))

    conv1 and conv2 have kernels of 3 x 3, padding 1 and no bias; conv1 has the stride, conv2 has stride 1. If stride
    is 1 and in_channels = out_channels, shortcut is x itself. Otherwise it is ``downsample``: a convolution with
    kernels of 1 x 1, the stride and no bias, and a BatchNorm2d after it.

    Args:
        in_channels: int >= 1; the number C of input channels.
        out_channels: int >= 1; the number O of output channels.
        stride: int >= 1.
        rng: source of the initial values, by default a fresh ``default_rng()``; conv1 draws first, then conv2, then
            the convolution of downsample.

    Attributes:
        conv1, bn1, conv2, bn2: the modules of the equation, registered in this order.
        downsample: a Sequential of two modules, registered last; or None.

    Raises:
        ValueError: if a number of channels or the stride is below 1.

    Source: He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition (2016), sec. 3.2 and 4.1 (option B);
    names are those of BasicBlock in torchvision.
    """

    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, *, rng: np.random.Generator | None = None
    ) -> None:
        raise NotImplementedError("nn.ResidualBlock.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Add what the convolutions compute to the input.

        Args:
            x: (N, C, H, W) float; N may be 0.

        Returns:
            y, (N, O, Ho, Wo) of the dtype of x, with Ho = ceil(H / stride) and Wo = ceil(W / stride).

        Raises:
            ValueError: as Conv2d and BatchNorm2d do.
        """
        raise NotImplementedError("nn.ResidualBlock.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of all parameters; return that of the input.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x: the sum of what comes through both paths.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        raise NotImplementedError("nn.ResidualBlock.backward")
