"""The base class of optimizers, for updates that are sums of products.

What is other here: ``mix`` writes every average, velocity and step as one contraction of coefficients
with stacked arrays.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..nn.parameter import Parameter

Group = dict[str, Any]
State = dict[str, Any]
Params = Iterable[Parameter] | Iterable[Group]


def mix(coefficients: Iterable[float], *arrays: np.ndarray) -> np.ndarray:
    """Return the sum of arrays, each times its coefficient, in the dtype of the first."""
    stacked = np.stack(np.broadcast_arrays(*arrays))
    return np.asarray(np.einsum("k,k...->...", np.asarray(list(coefficients)), stacked), dtype=arrays[0].dtype)


def exponential_average(state: State, name: str, beta: float, value: np.ndarray) -> np.ndarray:
    old = state.get(name, np.zeros_like(value))
    state[name] = mix((beta, 1 - beta), old, value)
    return state[name]


def velocity(state: State, momentum: float, value: np.ndarray, dampening: float = 0) -> np.ndarray:
    old = state.get("momentum_buffer")
    state["momentum_buffer"] = mix((1,), value) if old is None else mix((momentum, 1 - dampening), old, value)
    return state["momentum_buffer"]


class Optimizer:
    """Base class of all optimizers."""

    decoupled_weight_decay = False

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        check_hyperparameters(defaults)
        if isinstance(params, Parameter):
            raise TypeError("params must be an iterable of Parameters or dicts, not one Parameter")
        groups = list(params)
        if not groups:
            raise ValueError("the optimizer got an empty list of parameters")
        self.defaults = defaults
        self.param_groups: list[Group] = []
        self.state: defaultdict[Parameter, State] = defaultdict(dict)
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, group: Group) -> None:
        check_hyperparameters(group)
        params = group["params"]
        params = [params] if isinstance(params, Parameter) else list(params)
        for p in params:
            if not isinstance(p, Parameter):
                raise TypeError(f"only Parameters can be optimized, not {type(p).__name__}")
        everything = [p for other in self.param_groups for p in other["params"]] + params
        if len(set(everything)) < len(everything):
            raise ValueError("a parameter appears more than once among the parameters")
        self.param_groups.append({**self.defaults, **group, "params": params})

    @property
    def numbered(self) -> list[tuple[Parameter, Group]]:
        """All parameters in their order, each with its group."""
        return [(p, group) for group in self.param_groups for p in group["params"]]

    def zero_grad(self) -> None:
        for p, _ in self.numbered:
            p.grad = None

    def step(self) -> None:
        for p, group in self.numbered:
            if p.grad is None:
                continue
            state = self.state[p]
            state["step"] = state.get("step", 0) + 1
            self.update(p, self.decay(p, group), group, state)

    def decay(self, p: Parameter, group: Group) -> np.ndarray:
        w = group.get("weight_decay", 0)
        if self.decoupled_weight_decay:
            p.data *= np.einsum("k,k->", (1, -group["lr"]), (1, w))
            return p.grad
        return mix((1, w), p.grad, p.data)

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        raise NotImplementedError(f"{type(self).__name__}.update")

    def state_dict(self) -> dict[str, Any]:
        index = {p: i for i, (p, _) in enumerate(self.numbered)}
        return {
            "state": {index[p]: copy.deepcopy(state) for p, state in self.state.items()},
            "param_groups": [
                {k: [index[p] for p in v] if k == "params" else copy.deepcopy(v) for k, v in group.items()}
                for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        saved = copy.deepcopy(state_dict)
        sizes = [len(group["params"]) for group in saved["param_groups"]]
        if sizes != [len(group["params"]) for group in self.param_groups]:
            raise ValueError(f"the saved groups have {sizes} parameters, the optimizer's have others")
        numbers = [number for group in saved["param_groups"] for number in group["params"]]
        parameters = [p for p, _ in self.numbered]
        self.state = defaultdict(dict)
        for p, number in zip(parameters, numbers):
            if number in saved["state"]:
                self.state[p] = saved["state"][number]
        self.param_groups = [
            {**new, "params": old["params"]} for old, new in zip(self.param_groups, saved["param_groups"])
        ]


def check_hyperparameters(options: dict[str, Any]) -> None:
    for name in ("lr", "eps", "weight_decay", "momentum", "lr_decay", "momentum_decay"):
        if not options.get(name, 0) >= 0:
            raise ValueError(f"{name} must be at least 0, not {options[name]}")
    for beta in (*options.get("betas", ()), options.get("alpha", 0)):
        if not 0 <= beta < 1:
            raise ValueError(f"betas and alpha must be in [0, 1), not {beta}")
