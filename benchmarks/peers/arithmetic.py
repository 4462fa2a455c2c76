"""What the peers' checks compare with: right answers, drawn numbers, central differences."""

import numpy as np

STEP = 1e-5


def close(found, wanted, relative=1e-6, absolute=1e-8):
    assert np.shape(found) == np.shape(wanted), f"shape {np.shape(found)}, expected {np.shape(wanted)}"
    assert np.allclose(found, wanted, rtol=relative, atol=absolute), "values differ"


def numerical_gradient(f, x):
    """The derivative of the number f() with respect to every element of x, which f reads."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + STEP
        above = f()
        x[index] = kept - STEP
        gradient[index] = (above - f()) / (2 * STEP)
        x[index] = kept
    return gradient


def close_gradients(module, x, *targets):
    """Compare the gradients of x and of all parameters with differences of the module's own forward."""
    rng = np.random.default_rng(1)
    dy = np.asarray(rng.standard_normal(np.shape(module.forward(x.copy(), *targets))))
    dx = module.backward(dy if dy.ndim else float(dy))
    arrays = {"x": x} | {name: p.data for name, p in module.named_parameters()}
    found = {"x": dx} | {name: p.grad for name, p in module.named_parameters()}
    for name, array in arrays.items():
        wanted = numerical_gradient(lambda: np.sum(dy * module.forward(x.copy(), *targets)), array)
        close(found[name], wanted, relative=1e-4, absolute=1e-7)


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def classes(number, rows, seed=5):
    return np.random.default_rng(seed).integers(0, number, rows)


def filled(module):
    """The module with random parameters."""
    for seed, (_, p) in enumerate(module.named_parameters(), 10):
        p.data = drawn(*p.data.shape, seed=seed) / np.sqrt(np.prod(p.data.shape[1:]))
    return module


def logistic(x):
    return 0.5 * (1 + np.tanh(x / 2))


def shares(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def convolved(layer, x, stride):
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("nchwij,fcij->nfhw", windows, layer.weight.data) + layer.bias.data[:, None, None]
