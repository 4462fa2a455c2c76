"""Normalisation within one example: no number depends on the rest of the batch.

So training and evaluation are the same.

Conventions shared by every class here:

- Mean and variance are those of the numbers that are normalised together; the variance is biased
  (divided by how many there are), and eps is added to it under the root.
- y and dx have the shape and dtype of x.
"""

import math
from collections.abc import Sequence

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class LayerNorm(Module):
    """Normalise all numbers of an example, or those of its last dimensions, to mean 0 and variance 1.

    Equation: y = (x - mean) / sqrt(var + eps) * weight + bias

    Mean and var are taken over the last dimensions, those of ``normalized_shape``, all together;
    weight and bias have an entry for each position in them.

    Args:
        normalized_shape: the last dimension or dimensions of x, as an int or a sequence of ints >= 1.
        eps: float >= 0; keeps the root away from 0.
        elementwise_affine: whether there are a weight and a bias; otherwise both are None.

    Attributes:
        normalized_shape: a tuple.
        weight, bias: Parameters of that shape, float64, ones and zeros at first; or None.

    Raises:
        ValueError: if normalized_shape is empty or has a size below 1, or eps is negative.

    Source: Ba, Kiros and Hinton, Layer Normalization (2016), sec. 3.
    """

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True
    ) -> None:
        raise NotImplementedError("nn.LayerNorm.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each example.

        Args:
            x: (..., *normalized_shape) float, with any number of leading dimensions.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if the last dimensions of x are not normalized_shape.
        """
        raise NotImplementedError("nn.LayerNorm.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        raise NotImplementedError("nn.LayerNorm.backward")


class RMSNorm(Module):
    """Divide all numbers of an example, or those of its last dimensions, by their root mean square.

    Equation: y = x / sqrt(mean(x^2) + eps) * weight

    The mean is taken over the last dimensions, those of ``normalized_shape``, all together; weight has
    an entry for each position in them. Nothing is subtracted, and there is no bias.

    Convention: eps is 1e-6 by default; in PyTorch it is the machine epsilon of the dtype.

    Args:
        normalized_shape: the last dimension or dimensions of x, as an int or a sequence of ints >= 1.
        eps: float >= 0; keeps the root away from 0.

    Attributes:
        normalized_shape: a tuple.
        weight: Parameter of that shape, float64, ones at first.

    Raises:
        ValueError: if normalized_shape is empty or has a size below 1, or eps is negative.

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization (2019), sec. 4.
    """

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-6) -> None:
        raise NotImplementedError("nn.RMSNorm.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Divide each example by its root mean square.

        Args:
            x: (..., *normalized_shape) float, with any number of leading dimensions.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if the last dimensions of x are not normalized_shape.
        """
        raise NotImplementedError("nn.RMSNorm.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradient of weight; return that of the input.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        raise NotImplementedError("nn.RMSNorm.backward")


class GroupNorm(Module):
    """Normalise groups of neighbouring channels within an example: between LayerNorm and one channel at a time.

    Equation: y = (x - mean) / sqrt(var + 1e-5) * weight + bias

    The C channels are divided, in their order, into G groups of C / G: channels 0 to C/G - 1 are group 0,
    and so on. Mean and var are those of all numbers of one group in one example; weight and
    bias have an entry for each channel.

    Args:
        num_groups: int >= 1; the number G of groups.
        num_channels: int >= 1; the number C of channels, a multiple of num_groups.

    Attributes:
        weight, bias: Parameters of shape (C,), float64, ones and zeros at first.

    Raises:
        ValueError: if a number is below 1, or num_channels is no multiple of num_groups.

    Source: Wu and He, Group Normalization (2018), sec. 3.
    """

    eps = 1e-5

    def __init__(self, num_groups: int, num_channels: int) -> None:
        raise NotImplementedError("nn.GroupNorm.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each group of each example.

        Args:
            x: (N, C, ...) float, with any number of dimensions after the channels.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if x does not have C channels; if a group has a single number.
        """
        raise NotImplementedError("nn.GroupNorm.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        raise NotImplementedError("nn.GroupNorm.backward")
