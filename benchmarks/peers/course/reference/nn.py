"""Layers, losses and optimizers of assignments 01 to 04 in their shortest form, and a vectorised convolution."""

import numpy as np


class Parameter:
    """An array and its gradient."""

    def __init__(self, data):
        self.data = np.asarray(data, dtype=float)
        self.grad = None

    def accumulate(self, gradient):
        """Add to the gradient."""
        self.grad = gradient if self.grad is None else self.grad + gradient


class Module:
    """What has parameters, a forward and a backward pass."""

    def named_parameters(self):
        """Return pairs of a name and a Parameter."""
        own = [(name, value) for name, value in vars(self).items() if isinstance(value, Parameter)]
        parts = [(name, value) for name, value in vars(self).items() if isinstance(value, Module)]
        return own + [(f"{name}.{inner}", p) for name, part in parts for inner, p in part.named_parameters()]


class Linear(Module):
    """y = x W^T + b"""

    def __init__(self, in_features, out_features):
        self.weight = Parameter(np.zeros((out_features, in_features)))
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, x):
        self.x = x
        return x @ self.weight.data.T + self.bias.data

    def backward(self, dy):
        self.weight.accumulate(dy.T @ self.x)
        self.bias.accumulate(dy.sum(axis=0))
        return dy @ self.weight.data


class ReLU(Module):
    """y = max(x, 0)"""

    def forward(self, x):
        self.positive = x > 0
        return np.where(self.positive, x, 0.0)

    def backward(self, dy):
        return dy * self.positive


def logistic(x):
    """Return 1 / (1 + exp(-x)) without overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0 / (1.0 + e), e / (1.0 + e))


class Sigmoid(Module):
    """y = 1 / (1 + exp(-x))"""

    def forward(self, x):
        self.y = logistic(x)
        return self.y.copy()

    def backward(self, dy):
        return dy * self.y * (1.0 - self.y)


class Tanh(Module):
    """y = tanh(x)"""

    def forward(self, x):
        self.y = np.tanh(x)
        return self.y.copy()

    def backward(self, dy):
        return dy * (1.0 - self.y**2)


class SiLU(Module):
    """y = x / (1 + exp(-x))"""

    def forward(self, x):
        self.x, self.s = x, logistic(x)
        return x * self.s

    def backward(self, dy):
        return dy * self.s * (1.0 + self.x * (1.0 - self.s))


def normalised(x):
    """Return exp(x), each row divided by its sum."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class Softmax(Module):
    """y = exp(x) / sum exp(x), over the last dimension"""

    def forward(self, x):
        self.y = normalised(x)
        return self.y.copy()

    def backward(self, dy):
        inner = (dy * self.y).sum(axis=-1, keepdims=True)
        return self.y * (dy - inner)


class Conv2d(Module):
    """Cross-correlation of (N, C, H, W) with F square kernels."""

    def __init__(self, channels, kernels, size, stride=1, padding=0):
        self.weight = Parameter(np.zeros((kernels, channels, size, size)))
        self.bias = Parameter(np.zeros(kernels))
        self.size, self.stride, self.padding = size, stride, padding

    def forward(self, x):
        p, k, s = self.padding, self.size, self.stride
        self.padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        windows = np.lib.stride_tricks.sliding_window_view(self.padded, (k, k), axis=(2, 3))[:, :, ::s, ::s]
        n, c, h, w = windows.shape[:4]
        self.rows = windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * h * w, c * k * k)
        y = self.rows @ self.weight.data.reshape(len(self.bias.data), -1).T + self.bias.data
        return np.ascontiguousarray(y.reshape(n, h, w, -1).transpose(0, 3, 1, 2))

    def backward(self, dy):
        p, k, s = self.padding, self.size, self.stride
        n, f, h, w = dy.shape
        flat = dy.transpose(0, 2, 3, 1).reshape(-1, f)
        self.weight.accumulate((flat.T @ self.rows).reshape(self.weight.data.shape))
        self.bias.accumulate(flat.sum(axis=0))
        patches = (flat @ self.weight.data.reshape(f, -1)).reshape(n, h, w, -1, k, k).transpose(0, 3, 1, 2, 4, 5)
        dx = np.zeros_like(self.padded)
        for i in range(k):
            for j in range(k):
                dx[:, :, i : i + s * h : s, j : j + s * w : s] += patches[..., i, j]
        return np.ascontiguousarray(dx[:, :, p : dx.shape[2] - p, p : dx.shape[3] - p])


class Sequential(Module):
    """Modules one after the other."""

    def __init__(self, *parts):
        self.parts = parts

    def named_parameters(self):
        return [(f"parts.{i}.{name}", p) for i, part in enumerate(self.parts) for name, p in part.named_parameters()]

    def forward(self, x):
        for part in self.parts:
            x = part.forward(x)
        return x

    def backward(self, dy):
        for part in reversed(self.parts):
            dy = part.backward(dy)
        return dy


class CrossEntropyLoss(Module):
    """The mean over rows of -log softmax(x)[target]"""

    def forward(self, x, target):
        self.y, self.target = normalised(x), target
        shifted = x - x.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return float(-logarithms[np.arange(len(target)), target].mean())

    def backward(self, dy=1.0):
        dx = self.y.copy()
        dx[np.arange(len(self.target)), self.target] -= 1.0
        return dy * dx / len(self.target)


class MSELoss(Module):
    """The mean of (x - target)^2"""

    def forward(self, x, target):
        self.difference = x - target
        return float((self.difference**2).mean())

    def backward(self, dy=1.0):
        return dy * 2.0 * self.difference / self.difference.size


class SGD:
    """p = p - lr v, with v = momentum v + gradient"""

    def __init__(self, parameters, lr, momentum=0.0):
        self.parameters, self.lr, self.momentum = list(parameters), lr, momentum
        self.velocities = [np.zeros_like(p.data) for p in self.parameters]

    def step(self):
        """Change every parameter by its gradient."""
        for p, v in zip(self.parameters, self.velocities):
            v *= self.momentum
            v += p.grad
            p.data -= self.lr * v

    def zero_grad(self):
        """Forget the gradients."""
        for p in self.parameters:
            p.grad = None


class Adam:
    """p = p - lr m / (sqrt(v) + eps), with means m and v of gradients and their squares, corrected for their start"""

    def __init__(self, parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.parameters, self.lr, self.betas, self.eps, self.t = list(parameters), lr, betas, eps, 0
        self.means = [(np.zeros_like(p.data), np.zeros_like(p.data)) for p in self.parameters]

    def step(self):
        """Change every parameter by its gradient."""
        self.t += 1
        a, b = self.betas
        for p, (m, v) in zip(self.parameters, self.means):
            m += (1.0 - a) * (p.grad - m)
            v += (1.0 - b) * (p.grad**2 - v)
            corrected = m / (1.0 - a**self.t)
            p.data -= self.lr * corrected / (np.sqrt(v / (1.0 - b**self.t)) + self.eps)
