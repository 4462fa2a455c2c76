"""What PyTorch is asked about optimizers, clipping and schedules: paths along given gradients, and rates.

This is not compared:

- `centered` RMSprop with a constant gradient. PyTorch takes the root of a variance that is only rounding error. Here
  the variance is at least 0, and this case is not graded.
- `state[p]["step"]`. In PyTorch some classes have it as a tensor, and some do not have it. Here it is an int in every
  class.
- The momentum under OneCycleLR. PyTorch changes it by default, ours changes only the rate. So PyTorch is asked with
  cycle_momentum=False.
- A first scheduler of SequentialLR that has stepped before. PyTorch goes on from there. Here it starts at its own t =
  0, as all the others do in PyTorch, too.
- The result of `clip_grad_norm_`. PyTorch's is a tensor, which is infinite if squares overflow in float32. Ours is a
  float, summed in float64.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case

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
    """Each class and option on two parameters, one of which has no gradient now and then; then special cases."""
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
    yield from _schedules()


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


FUNCTIONS: dict[str, Callable[[int], float]] = {
    "0.9 ** t": lambda t: 0.9**t,
    "1 / (1 + t)": lambda t: 1 / (1 + t),
}
SCHEDULES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("StepLR", {"step_size": 3}),
    ("StepLR", {"step_size": 2, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [2, 5]}),
    ("MultiStepLR", {"milestones": [3, 3, 6], "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.8}),
    ("CosineAnnealingLR", {"T_max": 4}),
    ("CosineAnnealingLR", {"T_max": 5, "eta_min": 0.05}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.25, "end_factor": 0.75, "total_iters": 4}),
    ("LambdaLR", {"lr_lambda": "0.9 ** t"}),
    ("LambdaLR", {"lr_lambda": ["0.9 ** t", "1 / (1 + t)"]}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 11}),
    (
        "OneCycleLR",
        {"max_lr": [1.0, 3.0], "epochs": 3, "steps_per_epoch": 4, "pct_start": 0.4, "anneal_strategy": "linear"},
    ),
    (
        "OneCycleLR",
        {"max_lr": 1.0, "total_steps": 11, "three_phase": True, "div_factor": 10.0, "final_div_factor": 100.0},
    ),
    (
        "SequentialLR",
        {
            "schedulers": [["LinearLR", {"start_factor": 0.1, "total_iters": 3}], ["ExponentialLR", {"gamma": 0.5}]],
            "milestones": [4],
        },
    ),
    (
        "SequentialLR",
        {
            "schedulers": [
                ["StepLR", {"step_size": 2}],
                ["CosineAnnealingLR", {"T_max": 4}],
                ["LambdaLR", {"lr_lambda": "0.9 ** t"}],
            ],
            "milestones": [3, 7],
        },
    ),
)
CHAINS: tuple[list[list], ...] = (
    [["StepLR", {"step_size": 2, "gamma": 0.5}], ["ExponentialLR", {"gamma": 0.9}]],
    [
        ["LinearLR", {"total_iters": 4}],
        ["CosineAnnealingLR", {"T_max": 5, "eta_min": 0.01}],
        ["MultiStepLR", {"milestones": [3]}],
    ],
)
LOSSES = np.array([1.0, 0.9, 0.95, 0.91, 0.9, 0.89995, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, np.nan, 0.4, 0.7, 0.7, 0.7])
PLATEAUS: tuple[dict[str, Any], ...] = (
    {"patience": 1},
    {"patience": 0, "factor": 0.5, "cooldown": 2},
    {"patience": 1, "factor": 0.5, "threshold": 0.2},
    {"patience": 1, "factor": 0.5, "threshold": 0.2, "threshold_mode": "abs"},
    {"patience": 0, "factor": 0.5, "mode": "max"},
    {"patience": 0, "factor": 0.5, "mode": "max", "threshold": 0.1, "threshold_mode": "abs"},
    {"patience": 0, "min_lr": [0.01, 0.2]},
    {"patience": 0, "eps": 0.02},
)
RATES = 11


def _schedules() -> Iterator[Case]:
    """Each schedule by itself, some chained, and the one that listens to a metric."""
    for name, options in SCHEDULES:
        yield _schedule_case([[name, options]])
    for chain in CHAINS:
        yield _schedule_case(chain)
    for options in PLATEAUS:
        yield _schedule_case([["ReduceLROnPlateau", options]], {"metrics": LOSSES})


def _schedule_case(schedulers: list[list], arrays: dict[str, np.ndarray] | None = None) -> Case:
    arrays = arrays or {}
    title = " and ".join(f"{name}({', '.join(f'{k}={v}' for k, v in options.items())})" for name, options in schedulers)
    steps = len(arrays["metrics"]) if arrays else RATES
    return Case(title, "schedule", {"schedulers": schedulers, "lrs": [0.8, 0.3], "steps": steps}, arrays)


def _optimizer(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Steps along given gradients; the parameters after each, and what is remembered in the end."""
    parameters = [f.parameter(arrays[f"p{i}"]) for i in range(len(spec["groups"]))]
    groups = [{"params": [p], **options} for p, options in zip(parameters, spec["groups"], strict=True)]
    optimizer = getattr(f.optim, spec["class"])(groups, **spec["options"])
    paths: list[list[np.ndarray]] = [[] for _ in parameters]
    for t in range(len(arrays["g0"])):
        for i, p in enumerate(parameters):
            p.grad = None if [t, i] in spec["without_gradient"] else f.tensor(arrays[f"g{i}"][t])
        optimizer.step()
        for path, p in zip(paths, parameters, strict=True):
            path.append(f.data(p))
    kept = {
        f"{name} of p{i}": f.array(value)
        for i, p in enumerate(parameters)
        for name, value in sorted(optimizer.state[p].items())
        if name != "step" and value is not None  # PyTorch keeps t as a tensor, and for some classes not at all
    }
    return {f"p{i}": np.stack(path) for i, path in enumerate(paths)} | kept


def _schedule(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """The rates of all groups, before the first step and after each."""
    groups = [{"params": [f.parameter(np.zeros(1))], "lr": lr} for lr in spec["lrs"]]
    optimizer = f.optim.SGD(groups, lr=1.0)
    schedulers = [_scheduler(f, optimizer, one) for one in spec["schedulers"]]
    rates = [[group["lr"] for group in optimizer.param_groups]]
    for t in range(spec["steps"]):
        for scheduler in schedulers:
            scheduler.step(*(float(m) for m in arrays["metrics"][t : t + 1]) if "metrics" in arrays else ())
        rates.append([group["lr"] for group in optimizer.param_groups])
    return {"lr": np.array(rates, np.float64), "last_lr": np.array(schedulers[-1].get_last_lr(), np.float64)}


def _scheduler(f: Any, optimizer: Any, spec: list) -> Any:
    name, options = spec[0], dict(spec[1])
    if "schedulers" in options:
        options["schedulers"] = [_scheduler(f, optimizer, inner) for inner in options["schedulers"]]
    if "lr_lambda" in options:
        given = options["lr_lambda"]
        options["lr_lambda"] = FUNCTIONS[given] if isinstance(given, str) else [FUNCTIONS[one] for one in given]
    return getattr(f.lr_scheduler, name)(optimizer, **options)


def _ask_clip(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Gradients after clipping, and what was returned; a parameter without one stands among the others."""
    parameters = [f.parameter(array) for array in arrays.values()]
    for p, array in zip(parameters, arrays.values(), strict=True):
        p.grad = f.tensor(array)
    returned = getattr(f.utils, spec["function"])([f.parameter(np.zeros(2)), *parameters], **spec["options"])
    norm = {} if returned is None else {"norm": float(returned)}
    return norm | {name: f.array(p.grad) for name, p in zip(arrays, parameters, strict=True)}


WITHOUT_A_TWIN = {
    "Lion": "PyTorch does not have it; the handout's worked example holds it",
    "Optimizer": "a base class: every case of an optimizer goes through it",
    "LRScheduler": "a base class: every case of a schedule goes through it",
}
WAYS = {"optimizer": _optimizer, "schedule": _schedule, "clip": _ask_clip}
