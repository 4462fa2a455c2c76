"""PyTorch's cells, with autograd for the way back."""

from __future__ import annotations

import numpy as np
import torch

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def to_tensor(array, dtype=None):
    """A copy as a tensor: torch takes only native byte order, and no negative strides."""
    native = np.dtype(array.dtype if dtype is None else dtype).newbyteorder("=")
    return torch.from_numpy(np.array(array, dtype=native, order="C"))


class Recurrent(Module):
    """One of torch's modules: its parameters in NumPy, and its forward on tensors."""

    two_states = False

    def build(self, made, rng, hidden_size):
        """Take over what torch has made; its values are drawn anew."""
        self.made, self.hidden_size = made, hidden_size
        rng = np.random.default_rng() if rng is None else rng
        bound = 1 / np.sqrt(hidden_size)
        for name, parameter in made.named_parameters():
            setattr(self, name, Parameter(rng.uniform(-bound, bound, tuple(parameter.shape))))

    def compute(self, x, state, shape):
        """torch's forward in the dtype of x; the outputs are flat."""
        given = state if self.two_states and state is not None else (state,) * (1 + self.two_states)
        for part in given:
            check_shape("the state", shape if part is None else part.shape, shape)
        parts = [np.zeros(shape, x.dtype) if part is None else part for part in given]
        leaves = [to_tensor(array, x.dtype).requires_grad_() for array in (x, *parts)]
        names = [name for name, _ in self.named_parameters()]
        weights = {n: to_tensor(getattr(self, n).data, x.dtype).requires_grad_() for n in names}
        self.made.to(leaves[0].dtype)
        hx = tuple(leaves[1:]) if self.two_states else leaves[1]
        y = torch.func.functional_call(self.made, weights, (leaves[0], hx))
        outputs = flat(y)
        self.save_for_backward(outputs, leaves, weights)
        return [output.detach().numpy().copy() for output in outputs]

    def back(self, *upstream):
        """Through the graph, which is kept for another time; gradients of x and of the states."""
        outputs, leaves, weights = self.saved_values
        for output, dy in zip(outputs, upstream, strict=True):
            check_shape("the gradient", tuple(output.shape) if dy is None else dy.shape, tuple(output.shape))
        dys = [
            torch.zeros_like(y) if dy is None else to_tensor(dy).to(y.dtype)
            for y, dy in zip(outputs, upstream, strict=True)
        ]
        found = torch.autograd.grad(
            outputs, [*leaves, *weights.values()], dys, retain_graph=True, allow_unused=True, materialize_grads=True
        )
        for name, gradient in zip(weights, found[len(leaves) :], strict=True):
            accumulate_grad(getattr(self, name), gradient.numpy())
        dx, *states = (gradient.numpy().copy() for gradient in found[: len(leaves)])
        return dx, (tuple(states) if self.two_states else states[0])


def flat(y):
    """The leaves of nested tuples."""
    return [leaf for part in y for leaf in flat(part)] if isinstance(y, tuple) else [y]


class _Cell(Recurrent):
    kind = "RNNCell"

    def __init__(self, input_size, hidden_size, bias=True, *, rng=None):
        if input_size < 1 or hidden_size < 1:
            raise ValueError(f"{input_size}, {hidden_size}")
        self.input_size = input_size
        self.build(getattr(torch.nn, self.kind)(input_size, hidden_size, bias), rng, hidden_size)

    def forward(self, x, state=None):
        """One step."""
        if x.ndim != 2 or x.shape[1] != self.input_size:
            raise ValueError(f"x has shape {x.shape}, but should have (N, {self.input_size})")
        states = self.compute(x, state, (len(x), self.hidden_size))
        return tuple(states) if self.two_states else states[0]

    def backward(self, dh, dc=None):
        """One step back."""
        return self.back(dh, dc) if self.two_states else self.back(dh)


class RNNCell(_Cell):
    """torch.nn.RNNCell."""


class LSTMCell(_Cell):
    """torch.nn.LSTMCell."""

    kind, two_states = "LSTMCell", True


class GRUCell(_Cell):
    """torch.nn.GRUCell."""

    kind = "GRUCell"
