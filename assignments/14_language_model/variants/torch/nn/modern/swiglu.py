"""PyTorch's linear and silu, with autograd for the way back."""

import numpy as np
import torch
from torch.nn import functional

from ..linear import Linear
from ..module import Module, accumulate_grad, check_shape
from .attention import to_tensor


class SwiGLU(Module):
    """torch.nn.functional.linear and silu."""

    def __init__(self, dim, hidden_dim, *, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.gate = Linear(dim, hidden_dim, False, rng=rng)
        self.up = Linear(dim, hidden_dim, False, rng=rng)
        self.down = Linear(hidden_dim, dim, False, rng=rng)
        self.dim = dim

    def forward(self, x):
        """In the dtype of x."""
        check_shape("x", x.shape, (*x.shape[:-1], self.dim))
        parameters = [self.gate.weight, self.up.weight, self.down.weight]
        leaves = [to_tensor(x).requires_grad_(), *(to_tensor(p.data, x.dtype).requires_grad_() for p in parameters)]
        x, gate, up, down = leaves
        y = functional.linear(functional.silu(functional.linear(x, gate)) * functional.linear(x, up), down)
        self.save_for_backward(y, leaves, parameters)
        return y.detach().numpy().copy()

    def backward(self, dy):
        """Go back through the graph, which is kept for another time."""
        y, leaves, parameters = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        dx, *gradients = torch.autograd.grad(y, leaves, to_tensor(dy).to(y.dtype), retain_graph=True)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            accumulate_grad(parameter, gradient.numpy())
        return dx.numpy().copy()
