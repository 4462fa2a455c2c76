"""PyTorch's product and autograd; the mask comes from NumPy's generator."""

from __future__ import annotations

import numpy as np
import torch

from .module import Module, check_shape


def to_tensor(array: np.ndarray) -> torch.Tensor:
    """A copy as a tensor: torch takes only native byte order, and no negative strides."""
    return torch.from_numpy(np.array(array, dtype=array.dtype.newbyteorder("="), order="C"))


class Dropout(Module):
    """Drop every number by itself."""

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator | None = None) -> None:
        torch.nn.Dropout(p)  # refuses what is no probability
        self.p, self.rng = p, np.random.default_rng() if rng is None else rng

    def _mask(self, x: np.ndarray) -> np.ndarray:
        return self.rng.random(x.shape) >= self.p

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Multiply by the mask, in training, and keep the graph."""
        leaf = to_tensor(x).requires_grad_()
        y = leaf.clone()
        if self.training:
            scale = 0.0 if self.p == 1 else 1.0 / (1.0 - self.p)
            y = leaf * torch.from_numpy(self._mask(x)).to(leaf.dtype) * scale
        self.save_for_backward(y, leaf)
        return y.detach().numpy().copy()

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go back through the graph, which is kept for another time."""
        y, leaf = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        [dx] = torch.autograd.grad(y, leaf, to_tensor(dy).to(y.dtype), retain_graph=True)
        return dx.numpy().copy()


class Dropout2d(Dropout):
    """Drop whole channels."""

    def _mask(self, x: np.ndarray) -> np.ndarray:
        return self.rng.random(x.shape[:2])[:, :, None, None] >= self.p

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Multiply by the mask, in training, and keep the graph."""
        if x.ndim != 4:  # torch takes other numbers of dimensions, with a warning
            raise ValueError(f"x has shape {x.shape}, not (N, C, H, W)")
        return super().forward(x)
