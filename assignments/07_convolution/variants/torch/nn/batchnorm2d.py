"""PyTorch itself: `torch.nn.functional.batch_norm`, with autograd for the way back."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def to_tensor(array: np.ndarray, dtype: np.dtype | None = None) -> torch.Tensor:
    """A copy as a tensor, of its own dtype or another: torch takes only native byte order, and no negative strides."""
    native = np.dtype(array.dtype if dtype is None else dtype).newbyteorder("=")
    return torch.from_numpy(np.array(array, dtype=native, order="C"))


class BatchNorm2d(Module):
    """Normalise every channel over the batch."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:  # torch takes them
            raise ValueError(f"impossible: {num_features}, {eps}, {momentum}")
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features)) if affine else None
        self.bias = Parameter(np.zeros(num_features)) if affine else None
        self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
        self.register_buffer("running_var", np.ones(num_features) if track_running_stats else None)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """torch.nn.functional.batch_norm, in the dtype of x; the running averages are copied there and back."""
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ValueError(f"x has shape {x.shape}, not (N, {self.num_features}, H, W)")
        names = ["running_mean", "running_var"] if self.running_mean is not None else []
        running = [to_tensor(getattr(self, name), x.dtype) for name in names] or [None, None]
        parameters = [self.weight, self.bias] if self.weight is not None and self.bias is not None else []
        leaf = to_tensor(x).requires_grad_()
        leaves = [to_tensor(p.data, x.dtype).requires_grad_() for p in parameters]
        by_batch = self.training or not names
        y = functional.batch_norm(leaf, *running, *(leaves or [None, None]), by_batch, self.momentum, self.eps)
        for name, values in zip(names, running, strict=False):
            if self.training and values is not None:
                getattr(self, name)[...] = values.numpy()
        self.save_for_backward(y, [leaf, *leaves], parameters)
        return y.detach().numpy().copy()

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go back through the graph, which is kept for another time."""
        y, leaves, parameters = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        dx, *gradients = torch.autograd.grad(y, leaves, to_tensor(dy).to(y.dtype), retain_graph=True)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            accumulate_grad(parameter, gradient.numpy())
        return dx.numpy().copy()
