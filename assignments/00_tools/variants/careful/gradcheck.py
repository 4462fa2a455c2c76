"""The step is rounded so that x + h - x is h; all errors are found first, and told afterwards."""

from contextlib import ExitStack

import numpy as np


class GradientError(AssertionError):
    def __init__(self, argument, index, analytic, numerical):
        super().__init__(f"{argument}{list(index)}: {analytic!r} instead of {numerical!r}")
        self.argument = argument
        self.index = index
        self.analytic = analytic
        self.numerical = numerical


def _points(x, eps):
    for index in np.ndindex(*x.shape):
        here = np.float64(x[index])
        step = 2.0**-17 * np.maximum(1.0, np.abs(here)) if eps is None else np.float64(eps)
        above, below = x.astype(np.float64, order="K"), x.astype(np.float64, order="C")
        above[index], below[index] = here + step, here - step
        yield index, above, below, above[index] - below[index]


def _checked(y, shape):
    y = np.array(y, np.float64, copy=True)
    if y.shape != tuple(shape):
        raise ValueError(f"the function gives shape {y.shape}; it should be {tuple(shape)}")
    return y


def numerical_gradient(f, x, eps=None):
    if eps is not None and not eps > 0:
        raise ValueError("eps > 0")
    gradient = np.zeros(x.shape, np.float64)
    for index, above, below, width in _points(x, eps):
        gradient[index] = (_checked(f(above), ()) - _checked(f(below), ())) / width
    return gradient.astype(x.dtype, copy=False)


def numerical_vjp(f, x, dy, eps=None):
    if eps is not None and not eps > 0:
        raise ValueError("eps > 0")
    dx = np.zeros(x.shape, np.float64)
    for index, above, below, width in _points(x, eps):
        difference = _checked(f(above), np.shape(dy)) - _checked(f(below), np.shape(dy))
        dx[index] = np.vdot(difference / width, dy)
    return dx.astype(x.dtype, copy=False)


def _float64(x):
    return np.array(x, np.float64) if getattr(x, "dtype", np.dtype(int)).kind == "f" else x


def gradcheck(module, *inputs, rng, tolerance=None):
    tolerance = 1e-6 if tolerance is None else tolerance
    names = [name for name, _ in module.named_parameters()]
    parameters = [p for _, p in module.named_parameters()]
    remembered = {name: buffer.copy() for name, buffer in module.named_buffers()}

    def remember():
        for name, buffer in module.named_buffers():
            np.copyto(buffer, remembered[name])

    with ExitStack() as stack:
        stack.callback(remember)
        for p in parameters:
            stack.callback(setattr, p, "data", p.data)
            stack.callback(setattr, p, "grad", p.grad)
            p.data, p.grad = np.float64(p.data) if p.data.ndim == 0 else p.data.astype(np.float64), None
        given = [_float64(x) for x in inputs]

        def run(changed=None, x=None):
            remember()
            values = [v.copy() if hasattr(v, "copy") else v for v in given]
            if changed is not None:
                values[changed] = x
            return module.forward(*values)

        y = run()
        dy = rng.choice((-1.0, 1.0), np.shape(y)) * (1 + rng.random(np.shape(y)))
        back = module.backward(dy.copy() if np.ndim(y) or isinstance(y, np.ndarray) else float(dy))
        back = back if isinstance(back, tuple) else () if back is None else (back,)
        if len(back) > len(given):
            raise ValueError(f"{len(back)} gradients, {len(given)} inputs")
        grads = [p.grad for p in parameters]
        rows = [
            (f"inputs[{i}]", g, lambda i=i: numerical_vjp(lambda x: run(i, x), given[i], dy))
            for i, g in enumerate(back)
        ]
        for name, p, g in zip(names, parameters, grads, strict=True):
            rows.append((name, np.zeros_like(p.data) if g is None else g, lambda p=p: _of(p, run, dy)))
        for name, analytic, numerical in rows:
            _judge(name, np.asarray(analytic), numerical(), tolerance)
        return True


def _of(p, run, dy):
    data = p.data

    def f(value):
        p.data = value
        return run()

    try:
        return numerical_vjp(f, data, dy)
    finally:
        p.data = data


def _judge(name, analytic, numerical, tolerance):
    if analytic.shape != numerical.shape:
        raise ValueError(f"{name} has shape {numerical.shape}, its gradient {analytic.shape}")
    if not numerical.size:
        return
    off = np.nan_to_num(np.abs(analytic - numerical), nan=np.inf)
    if off.max() > tolerance * max(1e-3, np.abs(numerical).max()):
        index = tuple(map(int, np.argwhere(off == off.max())[0]))
        raise GradientError(name, index, float(analytic[index]), float(numerical[index]))
