"""The base class of optimizers, number by number.

What is other here: a subclass writes a rule for one number; ``update`` applies it in a Python loop. What is
remembered of a parameter is an array for each name, which the rule reads and writes at one index.
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


class Memory:
    """What is remembered of one number: a view on the arrays of its parameter, with attributes for items."""

    def __init__(self, state: State, p: Parameter) -> None:
        self.state, self.p = state, p
        self.known = set(state)  # what there was before this step

    def at(self, name: str, index: tuple[int, ...]) -> float:
        if name not in self.state:
            self.state[name] = np.zeros_like(self.p.data)
        return float(self.state[name][index])

    def put(self, name: str, index: tuple[int, ...], value: float) -> float:
        self.at(name, index)
        self.state[name][index] = value
        return value

    def average(self, name: str, index: tuple[int, ...], beta: float, value: float) -> float:
        """Move the exponential average of that name."""
        return self.put(name, index, beta * self.at(name, index) + (1 - beta) * value)


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
                if p.grad is not None:
                    state = self.state[p]
                    state["step"] = state.get("step", 0) + 1
                    self.update(p, p.grad, group, state)

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        memory = Memory(state, p)
        w = group.get("weight_decay", 0)
        for index in np.ndindex(p.data.shape):
            number, g = float(p.data[index]), float(grad[index])
            if self.decoupled_weight_decay:
                number -= group["lr"] * w * number
            else:
                g += w * number
            p.data[index] = number - self.rule(g, group, memory, index, state["step"])
        self.after(group, state)

    def rule(self, g: float, group: Group, memory: Memory, index: tuple[int, ...], t: int) -> float:
        """Return what is to be subtracted from the number at an index."""
        raise NotImplementedError(f"{type(self).__name__}.rule")

    def after(self, group: Group, state: State) -> None:
        """What is to be done once for a parameter, after all its numbers."""

    def state_dict(self) -> dict[str, Any]:
        numbers: dict[Parameter, int] = {}
        groups = []
        for group in self.param_groups:
            for p in group["params"]:
                numbers[p] = len(numbers)
            saved = {name: copy.deepcopy(value) for name, value in group.items() if name != "params"}
            saved["params"] = [numbers[p] for p in group["params"]]
            groups.append(saved)
        state = {}
        for p, number in numbers.items():
            if p in self.state:
                state[number] = copy.deepcopy(self.state[p])
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        saved_groups = state_dict["param_groups"]
        if [len(g["params"]) for g in saved_groups] != [len(g["params"]) for g in self.param_groups]:
            raise ValueError("the saved groups are not as many, or not as large, as those of this optimizer")
        self.state.clear()
        for group, saved in zip(self.param_groups, saved_groups):
            for name in saved:
                if name != "params":
                    group[name] = copy.deepcopy(saved[name])
            for p, number in zip(group["params"], saved["params"]):
                if number in state_dict["state"]:
                    self.state[p] = copy.deepcopy(state_dict["state"][number])


def check_hyperparameters(options: dict[str, Any]) -> None:
    for name in ("lr", "eps", "weight_decay", "momentum", "lr_decay", "momentum_decay"):
        if not options.get(name, 0) >= 0:
            raise ValueError(f"{name} must be at least 0, not {options[name]}")
    for beta in (*options.get("betas", ()), options.get("alpha", 0)):
        if not 0 <= beta < 1:
            raise ValueError(f"betas and alpha must be in [0, 1), not {beta}")
