"""Batch normalisation: every channel gets mean 0 and variance 1 over the batch, and then a scale of its own."""

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class BatchNorm1d(Module):
    """Normalise every channel over the batch in training, and by what it has learned about it in evaluation.

    Equation: y = (x - mean) / sqrt(var + eps) * weight + bias, with one of each for every channel

    In training, mean and var are those of the channel's n = N (or N * L) numbers in this very batch,
    var being biased (divided by n); gradients flow through both. The running averages then move:

        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var  = (1 - momentum) * running_var  + momentum * var * n / (n - 1)

    In evaluation, mean and var are the running averages, which are constants there and stay as they are.
    Without running averages, evaluation uses those of the batch, as training does.

    Convention: momentum is the weight of the new batch, as in PyTorch; elsewhere often that of the old average.

    Args:
        num_features: int >= 1; the number C of channels.
        eps: float >= 0; keeps the root away from 0.
        momentum: float from 0 to 1; how far the running averages move towards those of a batch.
        affine: whether there are a weight and a bias; otherwise both are None.
        track_running_stats: whether there are running averages; otherwise both are None.

    Attributes:
        num_features, eps, momentum: as given.
        weight, bias: Parameters of shape (C,), float64, ones and zeros at first; or None.
        running_mean, running_var: buffers of shape (C,), float64 whatever the dtype of x, zeros and ones at first;
            or None.

    Raises:
        ValueError: if num_features is below 1, eps is negative, or momentum is not between 0 and 1.

    Source: Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift (2015), algorithms 1 and 2.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        raise NotImplementedError("nn.BatchNorm1d.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise every channel; in training, move the running averages.

        Args:
            x: (N, C) or (N, C, L) float. Nothing at all (N = 0) is allowed, and moves no average.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if x has other dimensions or another number of channels; if a
                channel has a single number, where mean and var would be those of the batch.
        """
        raise NotImplementedError("nn.BatchNorm1d.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x, for the mode of the last forward.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        raise NotImplementedError("nn.BatchNorm1d.backward")
