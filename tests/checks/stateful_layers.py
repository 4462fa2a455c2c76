"""Layers with state, with random numbers, and with several inputs and outputs: the text of a package for both sides."""

import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = None


class Module:
    training = True

    def train(self, mode=True):
        self.training = mode
        return self

    def eval(self):
        return self.train(False)

    def named_parameters(self):
        return iter([(name, value) for name, value in vars(self).items() if isinstance(value, Parameter)])

    def named_buffers(self):
        return iter([(name, value) for name, value in vars(self).items() if name.startswith("running_")])

    def state_dict(self):
        values = {name: parameter.data for name, parameter in self.named_parameters()} | dict(self.named_buffers())
        return {name: value.copy() for name, value in values.items()}

    def load_state_dict(self, state):
        for name, parameter in self.named_parameters():
            parameter.data = state[name].copy()
        for name, _ in list(self.named_buffers()):
            setattr(self, name, state[name].copy())

    def add(self, name, gradient):
        parameter = getattr(self, name)
        parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient

    def need(self, dy):
        if not hasattr(self, "saved"):
            raise RuntimeError("backward before forward")
        if dy.shape != self.shape:
            raise ValueError(f"dy has shape {dy.shape}, but should have shape {self.shape}")


class Dropout(Module):
    def __init__(self, p=0.5, *, rng):
        if not 0 <= p <= 1:
            raise ValueError(p)
        self.p = p
        self.rng = rng

    def forward(self, x):
        self.shape = x.shape
        self.saved = np.ones_like(x)
        if self.training:
            self.saved = ((self.rng.random(x.shape) >= self.p) / (1 - self.p)).astype(x.dtype)
        return x * self.saved

    def backward(self, dy):
        self.need(dy)
        return (dy * self.saved).astype(self.saved.dtype)


class BatchNorm1d(Module):
    def __init__(self, size, momentum=0.1):
        self.weight = Parameter(np.ones(size))
        self.bias = Parameter(np.zeros(size))
        self.running_mean = np.zeros(size)
        self.running_var = np.ones(size)
        self.momentum = momentum

    def forward(self, x):
        self.shape = x.shape
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean(0), x.var(0)
            new = {"running_mean": mean, "running_var": x.var(0, ddof=1)}
            for name, value in new.items():
                setattr(self, name, (1 - self.momentum) * getattr(self, name) + self.momentum * value)
        inverse = 1 / np.sqrt(var + 1e-5)
        normal = (x - mean) * inverse
        self.saved = normal, inverse, self.training, x.dtype
        return (self.weight.data * normal + self.bias.data).astype(x.dtype)

    def backward(self, dy):
        self.need(dy)
        normal, inverse, training, dtype = self.saved
        self.add("weight", (dy * normal).sum(0).astype(self.weight.data.dtype))
        self.add("bias", dy.sum(0).astype(self.bias.data.dtype))
        dn = dy * self.weight.data
        if training:
            dn = dn - dn.mean(0) - normal * (dn * normal).mean(0)
        return (dn * inverse).astype(dtype)


class Recurrent(Module):
    """h = tanh(x w + h0), c = c0 h: forward(x, (h0, c0)) -> (h c, (h, c))."""

    def __init__(self, size):
        self.w = Parameter(np.ones(size))

    def forward(self, x, state=None):
        h0, c0 = state or (np.zeros_like(x), np.zeros_like(x))
        h = np.tanh(x * self.w.data + h0)
        self.saved = x, h, c0
        return (h * c0 * h).astype(x.dtype), (h.astype(x.dtype), (c0 * h).astype(x.dtype))

    def backward(self, d_out, d_state):
        if not hasattr(self, "saved"):
            raise RuntimeError("backward before forward")
        x, h, c0 = self.saved
        d_h, d_c = d_state
        for dy in (d_out, d_h, d_c):
            if dy.shape != x.shape:
                raise ValueError(f"dy has shape {dy.shape}, but should have shape {x.shape}")
        d_hidden = (2 * h * c0 * d_out + d_h + c0 * d_c) * (1 - h**2)
        self.add("w", (d_hidden * x).sum(0).astype(self.w.data.dtype))
        dx, d_h0, d_c0 = d_hidden * self.w.data, d_hidden, h * h * d_out + h * d_c
        return dx.astype(x.dtype), (d_h0.astype(x.dtype), d_c0.astype(x.dtype))


class Smoothed(Module):
    """y = x (1 + m), where m is a mean that every forward moves: a state on which what is computed depends."""

    def __init__(self):
        self.running_mean = np.ones(())

    def forward(self, x):
        self.running_mean = 0.5 * self.running_mean + 0.5 * x.mean()
        self.saved = self.running_mean, x
        return x * (1 + self.running_mean)

    def backward(self, dy):
        mean, x = self.saved
        return dy * (1 + mean) + 0.5 * (dy * x).mean()


class Table(Module):
    """Row i for index i: it has no gradient for its input, and gives none."""

    def __init__(self, size):
        self.w = Parameter(np.ones((size, 2)))

    def forward(self, indices):
        self.saved = indices
        self.shape = (*indices.shape, 2)
        return self.w.data[indices]

    def backward(self, dy):
        self.need(dy)
        gradient = np.zeros_like(self.w.data)
        np.add.at(gradient, self.saved, dy)
        self.add("w", gradient)
