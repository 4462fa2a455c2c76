"""What all optimizers share: parameter groups, the loop over parameters, and what is remembered.

Conventions shared by every optimizer here:

- A parameter whose gradient is None is left alone, and the step does not count for it. A gradient
  of zeros is a gradient like any other.
- ``p.data`` is changed in place, keeps its dtype and stays the same array; ``p.grad`` is only read.
- Every operation acts on each number of a parameter alone. g is the gradient, lr the learning
  rate, t = 1, 2, ... the number of steps that this one parameter has taken.
- Weight decay is coupled (L2) unless the class says that it is decoupled.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np

from ..nn.parameter import Parameter

Group = dict[str, Any]  # "params" and every option of the optimizer
State = dict[str, Any]  # what is remembered of one parameter
Params = Iterable[Parameter] | Iterable[Group]


def exponential_average(state: State, name: str, beta: float, value: np.ndarray) -> np.ndarray:
    """Move the average that is kept in ``state[name]`` towards a new value.

    Equation: a_t = beta * a_(t-1) + (1 - beta) * value_t,  a_0 = 0

    Args:
        state: what one parameter remembers between steps; its entry ``name`` is replaced.
        name: key of the average; where it is missing, the average starts at 0.
        beta: float in [0, 1); the share of the old average that is kept [1].
        value: array of any shape, the same at every step; not changed.

    Returns:
        The new average, of the shape of ``value``; not corrected for its start at 0.

    >>> state = {}
    >>> exponential_average(state, "a", 0.75, np.array([4.0, 8.0]))
    array([1., 2.])
    >>> exponential_average(state, "a", 0.75, np.array([0.0, 8.0]))
    array([0.75, 3.5 ])
    """
    state[name] = beta * state.get(name, 0.0) + (1 - beta) * value
    return state[name]


def velocity(state: State, momentum: float, value: np.ndarray, dampening: float = 0) -> np.ndarray:
    """Let a value push the velocity that is kept in ``state["momentum_buffer"]``.

    Equation: v_t = momentum * v_(t-1) + (1 - dampening) * value_t,  but v_1 = value_1

    The first value is taken whole, as in PyTorch, whatever the dampening.

    Args:
        state: what one parameter remembers between steps; "momentum_buffer" is replaced, and
            shares no memory with ``value``.
        momentum: float >= 0; the share of the old velocity that is kept [1].
        value: array of any shape, the same at every step; not changed.
        dampening: float; the share of the value that is held back [1].

    Returns:
        The new velocity, of the shape of ``value``.

    >>> state = {}
    >>> velocity(state, 0.5, np.array([4.0]), dampening=0.25)
    array([4.])
    >>> velocity(state, 0.5, np.array([4.0]), dampening=0.25)
    array([5.])
    """
    if "momentum_buffer" in state:
        value = momentum * state["momentum_buffer"] + (1 - dampening) * value
    state["momentum_buffer"] = value.copy()
    return state["momentum_buffer"]


class Optimizer:
    """Base class of all optimizers; a subclass only writes ``update``, for one parameter.

    Args:
        params: the parameters, as any iterable; or an iterable of groups, each a dict with the
            parameters under "params" and options that differ from the defaults for this group.
        defaults: every option of the optimizer, such as "lr", and its value.

    Attributes:
        param_groups: list of dicts, each with "params", a list, and all the options.
        state: dict from each Parameter (the object itself) to a dict of what the optimizer
            remembers of it; "step" there is t.
        decoupled_weight_decay: a class chooses by this how ``decay`` works.

    Raises:
        TypeError: if ``params`` is a single Parameter or has something else than Parameters.
        ValueError: if it is empty, names a parameter twice, or an option cannot be.

    Source: PyTorch, torch.optim.Optimizer.
    """

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
        """Optimize further parameters, with options of their own where ``group`` has them.

        Args:
            group: dict with "params", an iterable of Parameters or one Parameter, and options;
                options that it lacks take the default.

        Raises:
            TypeError: if something else than a Parameter is to be optimized.
            ValueError: if a parameter would be optimized twice, or an option cannot be.
        """
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
        """Set the gradient of every parameter to None."""
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    def step(self) -> None:
        """Change every parameter that has a gradient, once.

        For each of them: count the step in ``state[p]["step"]``, let ``decay`` apply weight
        decay, and ``update`` the rest with the gradient that ``decay`` returned.
        """
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    state = self.state[p]
                    state["step"] = state.get("step", 0) + 1
                    self.update(p, self.decay(p, group), group, state)

    def decay(self, p: Parameter, group: Group) -> np.ndarray:
        """Apply the weight decay w of the group, in the way of this class.

        Equation: coupled (L2):  g = grad + w * p,  and p stays as it is
                  decoupled:     p = (1 - lr * w) * p,  and g = grad

        Args:
            p: a parameter with a gradient; ``p.grad`` is not changed.
            group: its group; without "weight_decay" there is none.

        Returns:
            g: array of the shape and dtype of ``p.data``; with w = 0 it may be ``p.grad`` itself.

        Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), sec. 2.
        """
        weight_decay = group.get("weight_decay", 0)
        if weight_decay == 0:
            return p.grad
        if self.decoupled_weight_decay:
            p.data *= 1 - group["lr"] * weight_decay
            return p.grad
        return p.grad + weight_decay * p.data

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """Change one parameter in place; each optimizer writes its own.

        Args:
            p: the parameter; ``p.data`` is changed in place.
            grad: array of the shape of ``p.data``; its gradient g, after ``decay``; not changed.
            group: the options of its group.
            state: what is remembered of p; "step" is already t >= 1, the rest is the class's own.
        """
        raise NotImplementedError(f"{type(self).__name__}.update")

    def state_dict(self) -> dict[str, Any]:
        """Describe all that the next steps depend on, apart from the parameters themselves.

        Parameters are numbered 0, 1, ... through all the groups, in their order.

        Returns:
            {"state": {number: what is remembered of that parameter},
             "param_groups": [all that is in each group, with "params" a list of numbers]}.
            What schedulers keep in a group, such as "initial_lr", is part of it.
            Everything is copied: later steps do not change what was returned.

        >>> p = Parameter([1.0])
        >>> Optimizer([p], {"lr": 0.1}).state_dict()
        {'state': {}, 'param_groups': [{'lr': 0.1, 'params': [0]}]}
        """
        params = chain.from_iterable(group["params"] for group in self.param_groups)
        number = {p: i for i, p in enumerate(params)}
        return {
            "state": {number[p]: copy.deepcopy(state) for p, state in self.state.items()},
            "param_groups": [
                {
                    **{k: copy.deepcopy(v) for k, v in group.items() if k != "params"},
                    "params": [number[p] for p in group["params"]],
                }
                for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what ``state_dict`` described: options and state, not the parameters.

        The n-th number in the saved groups stands for the n-th parameter of this optimizer.

        Args:
            state_dict: as ``state_dict`` returns it; copied and not changed.

        Raises:
            ValueError: if the number of groups, or of parameters in a group, differs; nothing
                has been changed then.
        """
        saved_groups = copy.deepcopy(state_dict["param_groups"])
        numbers = [group["params"] for group in saved_groups]
        params = [group["params"] for group in self.param_groups]
        sizes, saved_sizes = [len(ps) for ps in params], [len(ns) for ns in numbers]
        if sizes != saved_sizes:
            raise ValueError(f"groups of {sizes} parameters cannot load groups of {saved_sizes}")
        owner = dict(zip(chain.from_iterable(numbers), chain.from_iterable(params)))
        state = {owner[n]: copy.deepcopy(saved) for n, saved in state_dict["state"].items()}
        self.state = defaultdict(dict, state)
        self.param_groups = [{**saved, "params": ps} for saved, ps in zip(saved_groups, params)]


def check_hyperparameters(options: dict[str, Any]) -> None:
    """Refuse values with which no optimizer makes sense.

    Args:
        options: name and value of each; names unknown here are not looked at.

    Raises:
        ValueError: if a rate, eps, momentum or decay is negative or NaN, or if a share of an
            exponential average (betas, alpha) is outside [0, 1).
    """
    for name in ("lr", "eps", "weight_decay", "momentum", "lr_decay", "momentum_decay"):
        if not options.get(name, 0) >= 0:
            raise ValueError(f"{name} must be at least 0, not {options[name]}")
    for beta in (*options.get("betas", ()), options.get("alpha", 0)):
        if not 0 <= beta < 1:
            raise ValueError(f"betas and alpha must be in [0, 1), not {beta}")
