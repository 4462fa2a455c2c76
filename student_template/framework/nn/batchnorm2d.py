"""Batch normalisation of images: the numbers of a channel at all places are normalised together."""

import math

import numpy as np

from .batchnorm import BatchNorm1d
from .module import check_shape


class BatchNorm2d(BatchNorm1d):
    """Normalise every channel of images over the batch in training, and by the running averages in evaluation.

    Equation, modes, arguments, attributes and errors of the constructor are those of ``BatchNorm1d``; mean and var of a
    channel are those of its n = N * H * W numbers. There is one weight, bias and running average for each channel.

    Source: Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing Internal
    Covariate Shift (2015), sec. 3.2.
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise every channel; in training, move the running averages.

        Args:
            x: (N, C, H, W) float. Nothing at all (N = 0) is allowed, and moves no average.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming the shape of x, if it has other dimensions or another number of channels; if a channel
                has a single number, where mean and var would be those of the batch.
        """
        raise NotImplementedError("nn.BatchNorm2d.forward")

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
        raise NotImplementedError("nn.BatchNorm2d.backward")
