"""All moved points are made first; the differences are a matrix, and one product with dy gives the result."""

import numpy as np


class GradientError(AssertionError):
    def __init__(self, argument, index, analytic, numerical):
        super().__init__(f"gradient of {argument} at {index}")
        vars(self).update(argument=argument, index=index, analytic=analytic, numerical=numerical)


def numerical_gradient(f, x, eps=None):
    return numerical_vjp(f, x, np.float64(1.0), eps)


def numerical_vjp(f, x, dy, eps=None):
    if not (eps is None or eps > 0):
        raise ValueError("the step has to be above 0")
    flat = np.asarray(x, np.float64).reshape(-1)
    h = np.cbrt(2.2e-16) * np.maximum(1.0, np.abs(flat)) if eps is None else np.full(flat.shape, float(eps))
    moves = np.diag(h)
    rows = []
    for point in [*(flat + moves), *(flat - moves)]:
        y = np.array(f(np.array(point.reshape(x.shape))))
        if y.shape != np.shape(dy):
            raise ValueError(f"shape {y.shape} for dy of shape {np.shape(dy)}")
        rows.append(y.reshape(-1))
    values = np.array(rows).reshape(2, flat.size, np.size(dy))
    slopes = (values[0] - values[1]) / (2 * h[:, None])
    return np.einsum("no,o->n", slopes, np.reshape(dy, -1)).reshape(x.shape).astype(x.dtype)


class Kept:
    """What a module had, to be brought back."""

    def __init__(self, module):
        self.module = module
        self.parameters = dict(module.named_parameters())
        self.before = {name: (p.data, p.grad) for name, p in self.parameters.items()}
        self.buffers = {name: np.array(b) for name, b in module.named_buffers()}

    def __enter__(self):
        for p in self.parameters.values():
            p.data, p.grad = np.array(p.data, np.float64), None
        return self

    def reset(self):
        for name, buffer in self.module.named_buffers():
            buffer[:] = self.buffers[name]

    def __exit__(self, *_):
        self.reset()
        for name, p in self.parameters.items():
            p.data, p.grad = self.before[name]

    def forward(self, inputs, **points):
        self.reset()
        given = [points.get(f"i{k}", x.copy() if isinstance(x, np.ndarray) else x) for k, x in enumerate(inputs)]
        return self.module.forward(*given)


def gradcheck(module, *inputs, rng, tolerance=None):
    inputs = [
        x.astype(float) if isinstance(x, np.ndarray) and np.issubdtype(x.dtype, np.floating) else x for x in inputs
    ]
    tolerance = 1e-6 if tolerance is None else tolerance
    with Kept(module) as kept:
        y = kept.forward(inputs)
        dy = rng.uniform(0.5, 1.5, np.shape(y)) * np.where(rng.random(np.shape(y)) < 0.5, -1.0, 1.0)
        gradients = module.backward(+dy if isinstance(y, np.ndarray) else float(dy))
        gradients = (gradients,) if isinstance(gradients, np.ndarray) else gradients or ()
        if len(gradients) > len(inputs):
            raise ValueError("more gradients than inputs")
        analytic = {n: p.grad if p.grad is not None else np.zeros(p.shape) for n, p in kept.parameters.items()}
        for k, gradient in enumerate(gradients):
            f = lambda point, k=k: kept.forward(inputs, **{f"i{k}": point})  # noqa: E731
            require(f"inputs[{k}]", gradient, numerical_vjp(f, inputs[k], dy), tolerance)
        for name, p in kept.parameters.items():
            data = p.data

            def f(point, p=p):
                p.data = point
                return kept.forward(inputs)

            numerical = numerical_vjp(f, data, dy)
            p.data = data
            require(name, analytic[name], numerical, tolerance)
    return True


def require(name, analytic, numerical, tolerance):
    if analytic.shape != numerical.shape:
        raise ValueError(f"{name}: shapes {analytic.shape} and {numerical.shape}")
    apart = np.abs(analytic - numerical)
    apart[np.isnan(apart)] = np.inf
    if np.any(apart > tolerance * np.fmax(np.abs(numerical).max(initial=0.0), 1e-3)):
        at = tuple(int(k) for k in np.unravel_index(apart.argmax(), apart.shape))
        raise GradientError(name, at, analytic[at].item(), numerical[at].item())
