"""The family tree of optimizers, from the loop at its root.

What is other here: ``update`` is a template, written once; an optimizer says what its direction is. What several of
them need (moments, their corrections, a velocity) comes from mixins.
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


class Optimizer:
    """The loop, the decay, the state, and a step against a ``direction``."""

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

    def __iter__(self):
        """Go through all parameters, each with its group."""
        for group in self.param_groups:
            for p in group["params"]:
                yield p, group

    def zero_grad(self) -> None:
        for p, _ in self:
            p.grad = None

    def step(self) -> None:
        for p, group in self:
            if p.grad is not None:
                state = self.state[p]
                state["step"] = state.setdefault("step", 0) + 1
                self.update(p, self.decay(p, group), group, state)

    def decay(self, p: Parameter, group: Group) -> np.ndarray:
        """Couple the decay to the gradient; ``Decoupled`` does it in another way."""
        return p.grad + group.get("weight_decay", 0) * p.data if group.get("weight_decay") else p.grad

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        p.data -= self.rate(group, state) * self.direction(grad, group, state)

    def rate(self, group: Group, state: State) -> float:
        return group["lr"]

    def direction(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__}.direction")

    def state_dict(self) -> dict[str, Any]:
        numbers = {p: number for number, (p, _) in enumerate(self)}
        groups = [dict(group, params=[numbers[p] for p in group["params"]]) for group in self.param_groups]
        state = {numbers[p]: memory for p, memory in self.state.items()}
        return copy.deepcopy({"state": state, "param_groups": groups})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        new_groups = copy.deepcopy(state_dict["param_groups"])
        if len(new_groups) != len(self.param_groups):
            raise ValueError(f"there are {len(new_groups)} saved groups, but {len(self.param_groups)} here")
        for new, group in zip(new_groups, self.param_groups):
            if len(new["params"]) != len(group["params"]):
                raise ValueError(f"a saved group has {len(new['params'])} parameters, not {len(group['params'])}")
        numbers = [number for new in new_groups for number in new["params"]]
        memories = copy.deepcopy(state_dict["state"])
        parameters = [p for p, _ in self]
        self.state = defaultdict(dict, {p: memories[n] for p, n in zip(parameters, numbers) if n in memories})
        for new, group in zip(new_groups, self.param_groups):
            group.update(new, params=group["params"])


class Decoupled(Optimizer):
    """Shrinks the parameter and leaves the gradient bare."""

    decoupled_weight_decay = True

    def decay(self, p: Parameter, group: Group) -> np.ndarray:
        p.data -= group["lr"] * group["weight_decay"] * p.data
        return p.grad


class Remembering(Optimizer):
    """Access to what is remembered."""

    @staticmethod
    def average(state: State, name: str, beta: float, value: np.ndarray) -> np.ndarray:
        state[name] = beta * state.get(name, 0.0 * value) + (1.0 - beta) * value
        return state[name]

    @staticmethod
    def velocity(state: State, momentum: float, value: np.ndarray, dampening: float = 0) -> np.ndarray:
        try:
            state["momentum_buffer"] = momentum * state["momentum_buffer"] + (1 - dampening) * value
        except KeyError:
            state["momentum_buffer"] = value.copy()
        return state["momentum_buffer"]


class Moments(Remembering):
    """The first moment, which all relatives of Adam have, with and without correction; and the second."""

    def first(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        return self.average(state, "exp_avg", group["betas"][0], grad)

    def second(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        return self.average(state, "exp_avg_sq", group["betas"][1], np.square(grad))

    def correction(self, which: int, group: Group, state: State) -> float:
        return 1.0 - group["betas"][which] ** state["step"]


class Corrected(Moments):
    """Corrects the first moment by taking a larger rate."""

    def rate(self, group: Group, state: State) -> float:
        return group["lr"] / self.correction(0, group, state)


def check_hyperparameters(options: dict[str, Any]) -> None:
    for name in ("lr", "eps", "weight_decay", "momentum", "lr_decay", "momentum_decay"):
        if not options.get(name, 0) >= 0:
            raise ValueError(f"{name} must be at least 0, not {options[name]}")
    for beta in (*options.get("betas", ()), options.get("alpha", 0)):
        if not 0 <= beta < 1:
            raise ValueError(f"betas and alpha must be in [0, 1), not {beta}")
