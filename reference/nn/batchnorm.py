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
        if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:
            given = f"num_features={num_features}, eps={eps}, momentum={momentum}"
            raise ValueError(f"BatchNorm1d needs num_features >= 1, eps >= 0 and a momentum from 0 to 1, got {given}")
        self.num_features = num_features
        self.eps = float(eps)
        self.momentum = float(momentum)
        self.weight = Parameter(np.ones(num_features)) if affine else None
        self.bias = Parameter(np.zeros(num_features)) if affine else None
        self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
        self.register_buffer("running_var", np.ones(num_features) if track_running_stats else None)

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
        check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
        is_by_batch = self.training or self.running_mean is None
        mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
        mean, var = _per_channel(mean, x), _per_channel(var, x)
        inverse = 1 / np.sqrt(var + self.eps)
        normal = (x - mean) * inverse
        self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
        y = normal
        if self.weight is not None and self.bias is not None:
            y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
        return y.astype(x.dtype)  # a copy in any case: `normal` is kept

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
        normal, inverse, is_by_batch, dtype = self.saved_values
        check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
        axes = _all_but_channels(dy)
        d_normal = dy
        if self.weight is not None and self.bias is not None:
            accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
            accumulate_grad(self.bias, dy.sum(axis=axes))
            d_normal = dy * _per_channel(self.weight.data, dy)
        if is_by_batch:
            along = _per_channel(_mean(d_normal * normal), dy)
            d_normal = d_normal - _per_channel(_mean(d_normal), dy) - normal * along
        return (d_normal * inverse).astype(dtype, copy=False)

    def _batch_norm_statistics(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        count = x.size // self.num_features
        if count == 1:
            raise ValueError(f"BatchNorm1d needs more than one number in a channel, but x has shape {x.shape}")
        mean = _mean(x)
        var = _mean((x - _per_channel(mean, x)) ** 2)
        if self.training and count:
            self._batch_norm_move("running_mean", mean)
            self._batch_norm_move("running_var", var * (count / (count - 1)))
        return mean, var

    def _batch_norm_move(self, name: str, new: np.ndarray) -> None:
        running = getattr(self, name)
        if running is not None:
            running[...] = (1 - self.momentum) * running + self.momentum * new


def _all_but_channels(x: np.ndarray) -> tuple[int, ...]:
    return (0, *range(2, x.ndim))


def _per_channel(values: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Values of the channels, so that they meet those of x."""
    return values.reshape(-1, *(1,) * (x.ndim - 2))


def _mean(x: np.ndarray) -> np.ndarray:
    """The mean of every channel; of nothing it is 0, without a warning."""
    sums: np.ndarray = x.sum(axis=_all_but_channels(x))
    return sums / max(1, x.size // x.shape[1])
