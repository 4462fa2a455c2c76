"""Optimizers: trajectories along given gradients; and clipping."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from playing.case import Case

# Rates are large for their kind, so that a slip in any term shows in the parameters.
OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.5, "weight_decay": 0.1, "eps": 0.1}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.7, "weight_decay": 0.1, "eps": 0.1}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.7, "momentum": 0.9}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.7, "momentum": 0.5, "centered": True, "eps": 0.1}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": (0.7, 0.8), "eps": 0.1, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "betas": (0.7, 0.8), "amsgrad": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "betas": (0.7, 0.8), "eps": 0.1, "weight_decay": 0.3}),
    ("AdamW", {"lr": 0.1, "betas": (0.7, 0.8), "amsgrad": True, "weight_decay": 0.3}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.1, "betas": (0.7, 0.8), "eps": 0.1, "weight_decay": 0.1}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.1, "betas": (0.7, 0.8), "eps": 0.1, "weight_decay": 0.1, "momentum_decay": 0.5}),
)
STEPS = 5
LONG = 60


def cases() -> Iterator[Case]:
    """Each class and option on two parameters, one of which is now and then without a gradient; then what is special."""
    rng = np.random.default_rng(4)
    for name, options in OPTIONS:
        title = f"{name}({', '.join(f'{k}={v}' for k, v in options.items())})"
        yield _case(title, name, options, _arrays(rng, STEPS), without_gradient=[[0, 1], [2, 1]])
    for name, options in (("Adam", {"lr": 0.1}), ("NAdam", {"lr": 0.1}), ("SGD", {"lr": 0.1, "momentum": 0.9})):
        yield _case(
            f"{name}: {LONG} steps", name, options, {"p0": rng.normal(size=1), "g0": rng.normal(size=(LONG, 1))}
        )
        single = {k: v.astype(np.float32) for k, v in _arrays(rng, STEPS).items()}
        yield _case(f"{name} in float32", name, options, single)
    for name in ("Adam", "Adamax", "RMSprop", "Adagrad"):
        zeros = _arrays(rng, STEPS)
        zeros["g0"][0] = zeros["g0"][3] = 0.0
        yield _case(f"{name}: a gradient of zeros is a gradient", name, {"lr": 0.1}, zeros)
    groups = [{}, {"lr": 0.5, "weight_decay": 0.2}]
    yield _case("Adam: a group with options of its own", "Adam", {"lr": 0.1}, _arrays(rng, STEPS), groups)
    yield _case("SGD: a group with options of its own", "SGD", {"lr": 0.1}, _arrays(rng, STEPS), groups)
    yield from _clipping(rng)


def _arrays(rng: np.random.Generator, steps: int) -> dict[str, np.ndarray]:
    """Two parameters and their gradients, whose sizes differ from step to step, as a maximum has to notice."""
    sizes = np.geomspace(8, 0.05, steps)
    arrays = {"p0": rng.normal(size=(1, 2)), "p1": rng.normal(size=2)}
    return arrays | {
        f"g{i}": rng.normal(size=(steps, *arrays[f"p{i}"].shape)) * sizes.reshape(-1, *[1] * (2 - i)) for i in (0, 1)
    }


def _case(
    title: str,
    name: str,
    options: dict[str, Any],
    arrays: dict[str, np.ndarray],
    groups: list[dict] | None = None,
    without_gradient: list[list[int]] | None = None,
) -> Case:
    """`groups` has the options of each parameter's own group, `without_gradient` the pairs [step, parameter]."""
    count = sum(key[0] == "p" for key in arrays)
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in options.items()}
    spec = {
        "class": name,
        "options": plain,
        "groups": groups or [{}] * count,
        "without_gradient": without_gradient or [],
    }
    return Case(title, "optimizer", spec, arrays)


def _clipping(rng: np.random.Generator) -> Iterator[Case]:
    grads = {"g0": rng.normal(0, 3, (2, 3)), "g1": rng.normal(0, 3, 2)}
    norms = ({}, {"norm_type": 1.0}, {"norm_type": 3.0}, {"norm_type": math.inf})
    for options in norms:
        title = f"clip_grad_norm_({', '.join(f'{k}={v}' for k, v in options.items())})"
        yield _clip(title, "clip_grad_norm_", {"max_norm": 1.5} | options, grads)
    yield _clip("clip_grad_norm_ of what is short enough", "clip_grad_norm_", {"max_norm": 100.0}, grads)
    exact = {"g0": np.array([3.0, -4.0])}
    yield _clip("clip_grad_norm_ at exactly the norm", "clip_grad_norm_", {"max_norm": 5.0}, exact)
    yield _clip("clip_grad_norm_ of zeros", "clip_grad_norm_", {"max_norm": 1.0}, {"g0": np.zeros(3)})
    yield _clip("clip_grad_norm_ to nothing", "clip_grad_norm_", {"max_norm": 0.0}, grads)
    yield _clip("clip_grad_value_", "clip_grad_value_", {"clip_value": 1.5}, grads)
    yield _clip("clip_grad_value_ to nothing", "clip_grad_value_", {"clip_value": 0.0}, grads)


def _clip(title: str, function: str, options: dict[str, Any], grads: dict[str, np.ndarray]) -> Case:
    return Case(title, "clip", {"function": function, "options": options}, grads)
