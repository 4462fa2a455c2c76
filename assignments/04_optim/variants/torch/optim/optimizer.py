"""The base class of adapters to ``torch.optim``.

What is other here: for every step of a parameter a PyTorch optimizer of one tensor is built, given what is remembered,
and asked for one step. So t is counted for each parameter, and groups and state stay ours.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from ..nn.parameter import Parameter

Group = dict[str, Any]
State = dict[str, Any]
Params = Iterable[Parameter] | Iterable[Group]


def tensor(array: np.ndarray) -> torch.Tensor:
    """Copy an array, whatever its byte order and memory layout, into a tensor."""
    return torch.from_numpy(np.array(array, dtype=array.dtype.newbyteorder("="), order="C"))


@contextmanager
def scalars_in_float64() -> Iterator[None]:
    """Let PyTorch keep t and NAdam's product in float64; by default it rounds them to float32."""
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(default)


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
        leaf = tensor(p.data).requires_grad_()
        leaf.grad = tensor(grad.astype(p.data.dtype))
        options = {k: v for k, v in group.items() if k in self.defaults}
        twin = self.twin([leaf], **options)
        if state["step"] > 1:
            twin.state[leaf] = {
                k: tensor(v) if isinstance(v, np.ndarray) else torch.tensor(v, dtype=torch.float64)
                for k, v in (state | {"step": state["step"] - 1}).items()
            }
        with scalars_in_float64():
            twin.step()
        p.data[...] = leaf.detach().numpy()
        for name, value in twin.state[leaf].items():
            if name != "step" and value is not None:
                state[name] = np.array(value.detach().numpy())

    def twin(self, params: list[torch.Tensor], **options: Any) -> torch.optim.Optimizer:
        """Build the PyTorch optimizer that does the work."""
        raise NotImplementedError(f"{type(self).__name__}.twin")

    def state_dict(self) -> dict[str, Any]:
        parameters = [p for group in self.param_groups for p in group["params"]]
        number = {p: i for i, p in enumerate(parameters)}
        groups = [group | {"params": [number[p] for p in group["params"]]} for group in self.param_groups]
        state = {number[p]: s for p, s in self.state.items()}
        return copy.deepcopy({"state": state, "param_groups": groups})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        new = copy.deepcopy(state_dict)
        if [len(g["params"]) for g in new["param_groups"]] != [len(g["params"]) for g in self.param_groups]:
            raise ValueError("loaded state dict contains other parameter groups than this optimizer")
        self.state.clear()
        for group, saved in zip(self.param_groups, new["param_groups"]):
            for p, number in zip(group["params"], saved.pop("params")):
                if number in new["state"]:
                    self.state[p] = new["state"][number]
            group.update(saved)


def check_hyperparameters(options: dict[str, Any]) -> None:
    for name in ("lr", "eps", "weight_decay", "momentum", "lr_decay", "momentum_decay"):
        if not options.get(name, 0) >= 0:
            raise ValueError(f"{name} must be at least 0, not {options[name]}")
    for beta in (*options.get("betas", ()), options.get("alpha", 0)):
        if not 0 <= beta < 1:
            raise ValueError(f"betas and alpha must be in [0, 1), not {beta}")
