"""In plain steps: flat copies, one element after the other, and a list of what has to be brought back."""

import numpy as np


class GradientError(AssertionError):
    def __init__(self, argument, index, analytic, numerical):
        super().__init__(argument, index, analytic, numerical)
        self.argument, self.index, self.analytic, self.numerical = argument, index, analytic, numerical


def numerical_gradient(f, x, eps=None):
    def g(point):
        value = f(point)
        if np.shape(value):
            raise ValueError(f"f should return a number, but its value has shape {np.shape(value)}")
        return float(value)

    return numerical_vjp(g, x, 1.0, eps)


def numerical_vjp(f, x, dy, eps=None):
    if eps is not None and eps <= 0:
        raise ValueError(f"a step of {eps}")
    slopes = []
    for i in range(x.size):
        values = []
        for sign in (-1.0, 1.0):
            point = np.array(x, dtype=np.float64)
            step = eps if eps is not None else 6e-6 * max(abs(point.flat[i]), 1.0)
            point.flat[i] = point.flat[i] + sign * step
            values.append(np.array(f(point), dtype=np.float64))
            if values[-1].shape != np.shape(dy):
                raise ValueError(f"f gives {values[-1].shape}, dy is {np.shape(dy)}")
        slopes.append(((values[1] - values[0]) * np.asarray(dy)).sum() / (2 * step))
    result = np.empty(x.shape, x.dtype)
    result.flat = slopes
    return result


def wide(value):
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.array(value, dtype=np.float64)
    return value


def gradcheck(module, *inputs, rng, tolerance=None):
    tolerance = 1e-6 if tolerance is None else tolerance
    before = [(p, p.data, p.grad) for _, p in module.named_parameters()]
    buffers = [np.array(b) for _, b in module.named_buffers()]

    def bring_back():
        for (_, buffer), value in zip(module.named_buffers(), buffers):
            buffer[...] = value

    try:
        for p, data, _grad in before:
            p.data, p.grad = wide(data), None
        y = module.forward(*map(wide, inputs))
        dy = rng.normal(size=np.shape(y))
        found = module.backward(np.array(dy) if isinstance(y, np.ndarray) else float(dy))
        found = [] if found is None else list(found) if isinstance(found, tuple) else [found]
        if len(found) > len(inputs):
            raise ValueError("backward returns too many gradients")
        parameters = [(name, p, p.grad) for name, p in module.named_parameters()]
        for i, gradient in enumerate(found):

            def f(point, i=i):
                bring_back()
                given = [wide(value) for value in inputs]
                given[i] = point
                return module.forward(*given)

            judge(f"inputs[{i}]", gradient, numerical_vjp(f, wide(inputs[i]), dy), tolerance)
        for name, p, gradient in parameters:
            present = p.data

            def f(point, p=p):
                bring_back()
                p.data = point
                return module.forward(*map(wide, inputs))

            judge(name, present * 0 if gradient is None else gradient, numerical_vjp(f, present, dy), tolerance)
            p.data = present
    finally:
        for p, data, grad in before:
            p.data, p.grad = data, grad
        bring_back()
    return True


def judge(name, analytic, numerical, tolerance):
    if np.shape(analytic) != np.shape(numerical):
        raise ValueError(f"{name}: {np.shape(analytic)} instead of {np.shape(numerical)}")
    allowed = tolerance * max([0.001, *np.abs(numerical).ravel().tolist()])
    worst, place = 0.0, None
    for index in np.ndindex(numerical.shape):
        off = abs(float(analytic[index]) - float(numerical[index]))
        off = off if off == off else float("inf")
        if off > allowed and off > worst:
            worst, place = off, index
    if place is not None:
        raise GradientError(name, place, float(analytic[place]), float(numerical[place]))
