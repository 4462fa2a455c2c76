"""The base class of optimizers, which computes in float64 and in place.

What is other here: ``move`` works on a float64 copy of the parameter that is cast back at the end of the step; what is
remembered is allocated once, in the dtype of the parameter, and changed in place with ``out=``.
"""

from __future__ import annotations

import copy
import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..nn.parameter import Parameter

Group = dict[str, Any]
State = dict[str, Any]
Params = Iterable[Parameter] | Iterable[Group]

WIDE = np.float64


def buffer(state: State, name: str, like: np.ndarray) -> np.ndarray:
    """Return the array of that name; it starts at 0 and stays the same array."""
    return state.setdefault(name, np.zeros_like(like))


def move_average(average: np.ndarray, beta: float, value: np.ndarray) -> np.ndarray:
    """Move an average in place, and return it in float64."""
    new = average.astype(WIDE)
    np.multiply(new, beta, out=new)
    new += value * (1.0 - beta)
    np.copyto(average, new, casting="same_kind")
    return new


def share(beta: float, t: int) -> float:
    """Return 1 - beta^t without cancellation for a beta near 1."""
    return -math.expm1(t * math.log(beta)) if beta > 0.0 else 1.0


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

    def zero_grad(self) -> None:
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    def step(self) -> None:
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                state["step"] = int(state.get("step", 0)) + 1
                data, grad = p.data.astype(WIDE), p.grad.astype(WIDE)
                self.decay(data, grad, group)
                self.move(data, grad, group, state, p.data)
                np.copyto(p.data, data, casting="same_kind")

    def decay(self, data: np.ndarray, grad: np.ndarray, group: Group) -> None:
        """Apply the weight decay to our own copies, in place."""
        w = float(group.get("weight_decay", 0.0))
        if self.decoupled_weight_decay:
            np.multiply(data, 1.0 - group["lr"] * w, out=data)
        elif w != 0.0:
            np.add(grad, w * data, out=grad)

    def move(self, data: np.ndarray, grad: np.ndarray, group: Group, state: State, like: np.ndarray) -> None:
        """Change ``data`` in place; arrays to be remembered have the dtype of ``like``."""
        raise NotImplementedError(f"{type(self).__name__}.move")

    def state_dict(self) -> dict[str, Any]:
        numbers: dict[int, int] = {}
        for group in self.param_groups:
            for p in group["params"]:
                numbers[id(p)] = len(numbers)
        groups = []
        for group in self.param_groups:
            saved = {key: copy.deepcopy(value) for key, value in group.items() if key != "params"}
            groups.append({**saved, "params": [numbers[id(p)] for p in group["params"]]})
        state = {numbers[id(p)]: {key: copy.copy(value) for key, value in s.items()} for p, s in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        saved_groups = state_dict["param_groups"]
        if len(saved_groups) != len(self.param_groups):
            raise ValueError(f"expected {len(self.param_groups)} groups, but {len(saved_groups)} were saved")
        for i, (saved, group) in enumerate(zip(saved_groups, self.param_groups)):
            if len(saved["params"]) != len(group["params"]):
                raise ValueError(f"expected {len(group['params'])} parameters in group {i}")
        state: defaultdict[Parameter, State] = defaultdict(dict)
        for saved, group in zip(saved_groups, self.param_groups):
            for number, p in zip(saved["params"], group["params"]):
                if number in state_dict["state"]:
                    state[p] = copy.deepcopy(state_dict["state"][number])
            group.update(copy.deepcopy({key: saved[key] for key in saved if key != "params"}))
        self.state = state


def check_hyperparameters(options: dict[str, Any]) -> None:
    for name in ("lr", "eps", "weight_decay", "momentum", "lr_decay", "momentum_decay"):
        if not options.get(name, 0) >= 0:
            raise ValueError(f"{name} must be at least 0, not {options[name]}")
    for beta in (*options.get("betas", ()), options.get("alpha", 0)):
        if not 0 <= beta < 1:
            raise ValueError(f"betas and alpha must be in [0, 1), not {beta}")
