"""Schedules: the rates of two groups over some steps."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from playing.case import Case

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
STEPS = 11


def cases() -> Iterator[Case]:
    """Each schedule by itself, some chained, and the one that listens to a metric."""
    for name, options in SCHEDULES:
        yield _case([[name, options]])
    for chain in CHAINS:
        yield _case(chain)
    for options in PLATEAUS:
        yield _case([["ReduceLROnPlateau", options]], {"metrics": LOSSES})


def _case(schedulers: list[list], arrays: dict[str, np.ndarray] | None = None) -> Case:
    arrays = arrays or {}
    title = " and ".join(f"{name}({', '.join(f'{k}={v}' for k, v in options.items())})" for name, options in schedulers)
    steps = len(arrays["metrics"]) if arrays else STEPS
    return Case(title, "schedule", {"schedulers": schedulers, "lrs": [0.8, 0.3], "steps": steps}, arrays)
