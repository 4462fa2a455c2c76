"""The base class of optimizers, with what is remembered in a data class while a step lasts.

What is other here: ``rule`` makes a new parameter value from an immutable ``Context`` and hands its new memory back;
writing anything into arrays and dicts is done in one place. State and gradients are never changed, only replaced.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from ..nn.parameter import Parameter

Group = dict[str, Any]
State = dict[str, Any]
Params = Iterable[Parameter] | Iterable[Group]


@dataclass(frozen=True)
class Context:
    """All that a rule may look at."""

    g: np.ndarray
    t: int
    options: Group
    memory: State

    def recall(self, name: str) -> Any:
        """Return what is remembered under a name; zeros at the start."""
        return self.memory.get(name, np.zeros_like(self.g))

    def average(self, name: str, beta: float, value: np.ndarray) -> np.ndarray:
        """Return where the exponential average of that name moves."""
        old = self.recall(name)
        return old + (1 - beta) * (value - old)


@cache
def correction(beta: float, t: int) -> float:
    """Return the share of the weights of an average that is not on its start at 0."""
    return 1 - beta**t


class Optimizer:
    """Base class of all optimizers; ``rule`` returns the step, and what is to be remembered."""

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
        for p in self._parameters():
            p.grad = None

    def _parameters(self) -> list[Parameter]:
        return [p for group in self.param_groups for p in group["params"]]

    def step(self) -> None:
        moves = [self.move(p, group) for group in self.param_groups for p in group["params"] if p.grad is not None]
        for p, data, memory in moves:
            np.copyto(p.data, data)
            self.state[p].update(memory)

    def move(self, p: Parameter, group: Group) -> tuple[Parameter, np.ndarray, State]:
        """Find out where a parameter goes, and change nothing."""
        memory = self.state.get(p, {})
        decay = group.get("weight_decay", 0)
        if self.decoupled_weight_decay:
            start, g = p.data * (1 - group["lr"] * decay), p.grad
        else:
            start, g = p.data, p.grad + decay * p.data
        context = Context(np.asarray(g, dtype=p.data.dtype), memory.get("step", 0) + 1, group, memory)
        step, new_memory = self.rule(context)
        return p, start - step, {**new_memory, "step": context.t}

    def rule(self, context: Context) -> tuple[np.ndarray, State]:
        raise NotImplementedError(f"{type(self).__name__}.rule")

    def state_dict(self) -> dict[str, Any]:
        parameters = self._parameters()
        groups, first = [], 0
        for group in self.param_groups:
            last = first + len(group["params"])
            options = {k: v for k, v in group.items() if k != "params"}
            groups.append({**options, "params": list(range(first, last))})
            first = last
        state = {i: self.state[p] for i, p in enumerate(parameters) if self.state.get(p)}
        return copy.deepcopy({"state": state, "param_groups": groups})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        new = copy.deepcopy(state_dict)
        pairs = list(zip(self.param_groups, new["param_groups"]))
        fits = len(self.param_groups) == len(new["param_groups"])
        if not fits or any(len(old["params"]) != len(saved["params"]) for old, saved in pairs):
            raise ValueError("the saved groups and those of the optimizer differ in number or size")
        self.state = defaultdict(dict)
        for old, saved in pairs:
            for p, number in zip(old["params"], saved.pop("params")):
                self.state[p] |= new["state"].get(number, {})
            old.update(saved)


def check_hyperparameters(options: dict[str, Any]) -> None:
    for name in ("lr", "eps", "weight_decay", "momentum", "lr_decay", "momentum_decay"):
        if not options.get(name, 0) >= 0:
            raise ValueError(f"{name} must be at least 0, not {options[name]}")
    for beta in (*options.get("betas", ()), options.get("alpha", 0)):
        if not 0 <= beta < 1:
            raise ValueError(f"betas and alpha must be in [0, 1), not {beta}")
