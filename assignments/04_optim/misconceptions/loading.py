"""What people believe about loading a state into an optimizer that is there."""

import copy
from collections import defaultdict
from itertools import chain

import numpy as np

from grader.assignment import misconception


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="The saved groups say [5, 3]: which of the two saved states belongs to your first parameter?",
    fails=("Optimizer/test_load_state_dict_goes_by_the_numbers",),
    source="written by readers of the handout",
)
def saved_numbers_are_positions(self, state_dict):
    """The state of the n-th parameter is saved under n."""
    saved_groups = copy.deepcopy(state_dict["param_groups"])
    if [len(g["params"]) for g in saved_groups] != [len(g["params"]) for g in self.param_groups]:
        raise ValueError("the groups differ in size")
    params = list(chain.from_iterable(group["params"] for group in self.param_groups))
    self.state = defaultdict(
        dict, {params[n]: copy.deepcopy(saved) for n, saved in state_dict["state"].items() if n < len(params)}
    )
    self.param_groups = [
        {**saved, "params": own["params"]} for saved, own in zip(saved_groups, self.param_groups, strict=True)
    ]


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="A layer was frozen until the state was saved, and gets its first gradient now:"
    " where does its first step look for its state?",
    fails=("Optimizer/test_resumes_without_state",),
    source="written by readers of the handout",
)
def every_parameter_has_a_saved_state(self, state_dict):
    """After loading, state has an entry for each parameter, so it can be a usual dict."""
    saved_groups = copy.deepcopy(state_dict["param_groups"])
    if [len(g["params"]) for g in saved_groups] != [len(g["params"]) for g in self.param_groups]:
        raise ValueError("the groups differ in size")
    params = chain.from_iterable(group["params"] for group in self.param_groups)
    owner = dict(zip(chain.from_iterable(group["params"] for group in saved_groups), params, strict=True))
    self.state = {owner[n]: copy.deepcopy(saved) for n, saved in state_dict["state"].items()}
    self.param_groups = [
        {**saved, "params": own["params"]} for saved, own in zip(saved_groups, self.param_groups, strict=True)
    ]


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="An optimizer has taken a hundred steps before you load a state into it: which of its velocities are left?",
    fails=("Optimizer/test_resumes_without_state",),
    source="written by readers of the handout",
)
def loaded_state_is_added_to_the_old(self, state_dict):
    """Loading writes what was saved over what is there; what was not saved stays."""
    saved_groups = copy.deepcopy(state_dict["param_groups"])
    if [len(g["params"]) for g in saved_groups] != [len(g["params"]) for g in self.param_groups]:
        raise ValueError("the groups differ in size")
    params = chain.from_iterable(group["params"] for group in self.param_groups)
    owner = dict(zip(chain.from_iterable(group["params"] for group in saved_groups), params, strict=True))
    self.state.update({owner[n]: copy.deepcopy(saved) for n, saved in state_dict["state"].items()})
    self.param_groups = [
        {**saved, "params": own["params"]} for saved, own in zip(saved_groups, self.param_groups, strict=True)
    ]


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="Of which dtype is the velocity of a float32 parameter before saving, and of which after loading?",
    fails=("Optimizer/test_resumes_in_float32",),
    source="written by readers of the handout",
)
def loaded_arrays_are_float64(self, state_dict):
    """Saved arrays are loaded as arrays of NumPy's usual dtype."""
    saved_groups = copy.deepcopy(state_dict["param_groups"])
    if [len(g["params"]) for g in saved_groups] != [len(g["params"]) for g in self.param_groups]:
        raise ValueError("the groups differ in size")
    params = chain.from_iterable(group["params"] for group in self.param_groups)
    owner = dict(zip(chain.from_iterable(group["params"] for group in saved_groups), params, strict=True))
    self.state = defaultdict(dict)
    for n, saved in state_dict["state"].items():
        self.state[owner[n]] = {
            k: np.array(v, dtype=float) if isinstance(v, np.ndarray) else v for k, v in saved.items()
        }
    self.param_groups = [
        {**saved, "params": own["params"]} for saved, own in zip(saved_groups, self.param_groups, strict=True)
    ]
