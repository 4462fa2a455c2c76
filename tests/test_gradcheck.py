"""Gradient checking: right gradients pass, wrong ones are found and named. No table has a miss or a false alarm."""

import numpy as np
import pytest

SEEDS = range(20)


def changed(backward, change):
    """A backward whose gradients then go through `change(cotangent, gradients, arguments)`."""

    def wrong(c, **arguments):
        gradients = dict(backward(c, **arguments))
        change(c, gradients, arguments)
        return gradients

    return wrong


def linear(x, w, b):
    return x @ w.T + b


def linear_backward(c, x, w, b):
    return {"x": c @ w, "w": c.T @ x, "b": c.sum(0)}


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def softmax_backward(c, x):
    p = softmax(x)
    return {"x": p * (c - (c * p).sum(-1, keepdims=True))}


def mse(x, t):
    return np.asarray(np.mean((x - t) ** 2))


def mse_backward(c, x, t):
    dx = c * 2 * (x - t) / x.size
    return {"x": dx, "t": -dx}


def prelu(x, a):
    return np.maximum(x, 0) + a * np.minimum(x, 0)


def prelu_backward(c, x, a):
    return {"x": c * np.where(x > 0, np.ones_like(a), a), "a": np.asarray((c * np.minimum(x, 0)).sum())}


def maximum_pool(x):
    return x.max(-1)


def maximum_pool_backward(c, x):
    chosen = np.zeros_like(x)
    np.put_along_axis(chosen, x.argmax(-1)[..., None], 1, -1)
    return {"x": chosen * c[..., None]}


def normal(*shape):
    return lambda rng: rng.normal(size=shape)


def near_kinks(*shape):
    """Values of either sign from 1e-9 to 1, some exactly 0."""

    def draw(rng):
        x = rng.normal(size=shape) * 10 ** rng.uniform(-9, 0, shape)
        x.flat[::7] = 0
        return x

    return draw


# name -> (forward, backward, how to draw each argument)
LAYERS = {
    "linear": (linear, linear_backward, {"x": normal(7, 5), "w": normal(3, 5), "b": normal(3)}),
    "square linear": (linear, linear_backward, {"x": normal(4, 4), "w": normal(4, 4), "b": normal(4)}),
    "batch of one": (linear, linear_backward, {"x": normal(1, 5), "w": normal(3, 5), "b": normal(3)}),
    "empty batch": (linear, linear_backward, {"x": normal(0, 5), "w": normal(3, 5), "b": normal(3)}),
    "tanh": (lambda x: np.tanh(x), lambda c, x: {"x": c * (1 - np.tanh(x) ** 2)}, {"x": normal(100)}),
    "softmax": (softmax, softmax_backward, {"x": normal(6, 5)}),
    "mse": (mse, mse_backward, {"x": normal(6, 5), "t": normal(6, 5)}),
    "sine": (lambda x: np.sin(x), lambda c, x: {"x": c * np.cos(x)}, {"x": lambda rng: 5 * rng.normal(size=50)}),
    "a constant": (lambda x: np.ones(3, x.dtype), lambda c, x: {"x": np.zeros_like(x)}, {"x": normal(4)}),
    "a sum of softmax": (lambda x: softmax(x).sum(-1), lambda c, x: {"x": np.zeros_like(x)}, {"x": normal(6, 5)}),
    "relu": (lambda x: np.maximum(x, 0), lambda c, x: {"x": c * (x > 0)}, {"x": near_kinks(200)}),
    "absolute value": (lambda x: np.abs(x), lambda c, x: {"x": c * np.sign(x)}, {"x": near_kinks(100)}),
    "prelu": (prelu, prelu_backward, {"x": near_kinks(60), "a": normal()}),
    "maximum with ties": (
        maximum_pool,
        maximum_pool_backward,
        {"x": lambda rng: rng.normal(size=(20, 4)).round(1) + 1e-7 * rng.normal(size=(20, 4))},
    ),
    "cancellation": (
        lambda x, s: 1e6 * x[1:] - 1e6 * x[:-1] + s,
        lambda c, x, s: {"x": 1e6 * (np.append(0, c) - np.append(c, 0)).astype(x.dtype), "s": np.asarray(c.sum())},
        {"x": lambda rng: 1 + 1e-6 * rng.normal(size=9), "s": lambda rng: np.asarray(1e-3 * rng.normal())},
    ),
}


def draw(layer, seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return {name: np.asarray(make(rng), dtype) for name, make in LAYERS[layer][2].items()}


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("layer", LAYERS)
def test_right_gradients_raise_no_alarm(alarm, layer, dtype):
    forward, backward, _ = LAYERS[layer]

    alarms = {seed: str(e) for seed in SEEDS if (e := alarm(forward, backward, draw(layer, seed, dtype), seed))}

    assert not alarms


def put(name, value):
    return lambda c, g, a: g.update({name: value(c, g, a)})


def one_element(factor):
    def change(c, g, a):
        g["w"].flat[7] *= factor

    return change


# bug -> (layer, what it does to the gradients, the argument that is then to be named)
BUGS = {
    "half of it": ("linear", put("w", lambda c, g, a: g["w"] / 2), "w"),
    "one part in ten thousand": ("linear", put("w", lambda c, g, a: g["w"] * 1.0001), "w"),
    "the sign": ("linear", put("x", lambda c, g, a: -g["x"]), "x"),
    "mean instead of sum": ("linear", put("b", lambda c, g, a: c.mean(0)), "b"),
    "zero": ("linear", put("b", lambda c, g, a: 0 * g["b"]), "b"),
    "one element doubled": ("linear", one_element(2), "w"),
    "one element one per cent off": ("linear", one_element(1.01), "w"),
    "a transposed square": ("square linear", put("w", lambda c, g, a: g["w"].T.copy()), "w"),
    "rows in another order": ("linear", put("x", lambda c, g, a: g["x"][::-1].copy()), "x"),
    "the upstream gradient ignored": ("tanh", put("x", lambda c, g, a: 1 - np.tanh(a["x"]) ** 2), "x"),
    "the upstream gradient averaged": ("tanh", put("x", lambda c, g, a: g["x"] / c * c.mean()), "x"),
    "not linear in the upstream gradient": ("tanh", put("x", lambda c, g, a: g["x"] * np.abs(c)), "x"),
    "a lost square": ("tanh", put("x", lambda c, g, a: c * (1 - np.tanh(a["x"]))), "x"),
    "a lost term": ("softmax", put("x", lambda c, g, a: softmax(a["x"]) * c), "x"),
    "N - 1 for N": ("mse", put("x", lambda c, g, a: g["x"] * a["x"].size / (a["x"].size - 1)), "x"),
    "a lost factor 2": ("mse", put("t", lambda c, g, a: g["t"] / 2), "t"),
    "the scalar parameter averaged": ("prelu", put("a", lambda c, g, a: g["a"] / 60), "a"),
    "a kink's wrong side": ("relu", put("x", lambda c, g, a: c * (a["x"] > 0.01)), "x"),
    "the sign forgotten": ("absolute value", put("x", lambda c, g, a: c.copy()), "x"),
    "spread over all": ("maximum with ties", put("x", lambda c, g, a: np.full((20, 4), 0.25) * c[:, None]), "x"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_wrong_gradients_are_found_and_their_argument_named(alarm, bug):
    layer, change, argument = BUGS[bug]
    forward, backward, _ = LAYERS[layer]
    wrong = changed(backward, change)

    named = [getattr(alarm(forward, wrong, draw(layer, seed), seed), "argument", None) for seed in SEEDS]

    assert named == [argument] * len(SEEDS)


@pytest.mark.parametrize(
    "bug", ["half of it", "the sign", "mean instead of sum", "a transposed square", "a lost square"]
)
def test_wrong_gradients_of_float32_code_are_found(alarm, bug):
    layer, change, argument = BUGS[bug]
    forward, backward, _ = LAYERS[layer]
    wrong = changed(backward, change)

    named = [getattr(alarm(forward, wrong, draw(layer, s, np.float32), s), "argument", None) for s in SEEDS]

    assert named == [argument] * len(SEEDS)


def test_float32_inside_float64_is_recognised_and_raises_no_alarm(alarm):
    def forward(x):
        return np.tanh(x.astype(np.float32)).astype(np.float64)

    def backward(c, x):
        return {"x": (c.astype(np.float32) * (1 - np.tanh(x.astype(np.float32)) ** 2)).astype(np.float64)}

    assert not any(alarm(forward, backward, draw("tanh", seed), seed) for seed in SEEDS)


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        (lambda x: np.log(np.abs(x) + 1e-9), lambda c, x: {"x": c / x}),
        (lambda x: x / np.sqrt(x * x + 1), lambda c, x: {"x": c / (x * x + 1 + 1e-7) ** 1.5}),
        (lambda x: 1e6 * x - 1e6, lambda c, x: {"x": 1e6 * c * (1 + 1e-7)}),
    ],
    ids=["an epsilon in the logarithm", "an epsilon in the root", "one part in ten million"],
)
def test_a_small_constant_for_stability_is_no_mistake(alarm, forward, backward):
    def arguments(seed):
        rng = np.random.default_rng(seed)
        return {"x": 1 + rng.uniform(0, 1, 50)}

    assert not any(alarm(forward, backward, arguments(seed), seed) for seed in SEEDS)
