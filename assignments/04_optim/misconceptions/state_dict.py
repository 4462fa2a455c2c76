"""What people believe about saving and loading the state of an optimizer."""

import copy
from collections import defaultdict
from itertools import chain

import numpy as np

from grader.assignment import misconception


@misconception(
    "optim.Optimizer.state_dict",
    hint="You save a state, train on, and look at what you saved: whose velocity is it now?",
    fails=("Optimizer/test_state_dict_copies",),
    source="folklore",
)
def saved_state_is_copied_one_level_deep(self):
    """A copy of each dict is enough: the arrays in them need not be copied."""
    params = chain.from_iterable(group["params"] for group in self.param_groups)
    number = {p: i for i, p in enumerate(params)}
    return {
        "state": {number[p]: dict(state) for p, state in self.state.items()},
        "param_groups": [{**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups],
    }


@misconception(
    "optim.Optimizer.state_dict",
    hint="You build the model anew in another process: which of its parameters are keys of the dict that you saved?",
    fails=(
        "Adagrad/test_resumes",
        "Adam/test_resumes",
        "AdamW/test_resumes",
        "Adamax/test_resumes",
        "Lion/test_resumes",
        "NAdam/test_resumes",
        "Optimizer/test_load_state_dict_copies",
        "Optimizer/test_state_dict_copies",
        "Optimizer/test_state_dict_numbers_the_parameters",
        "RMSprop/test_resumes",
        "SGD/test_resumes",
    ),
    source="folklore",
)
def saved_state_has_parameters_as_keys(self):
    """The saved state names its parameters as the optimizer does: by the Parameter objects themselves."""
    return {
        "state": {p: copy.deepcopy(state) for p, state in self.state.items()},
        "param_groups": [dict(group) for group in self.param_groups],
    }


@misconception(
    "optim.Optimizer.state_dict",
    hint="Two groups have one parameter each: under which two numbers do you find their velocities?",
    fails=(
        "Adagrad/test_resumes",
        "Adam/test_resumes",
        "AdamW/test_resumes",
        "Adamax/test_resumes",
        "Lion/test_resumes",
        "NAdam/test_resumes",
        "Optimizer/test_load_state_dict_goes_by_the_numbers",
        "Optimizer/test_resumes_in_float32",
        "Optimizer/test_state_dict_numbers_the_parameters",
        "RMSprop/test_resumes",
        "SGD/test_resumes",
    ),
    source="folklore",
)
def every_group_counts_from_zero(self):
    """The parameters of each group are numbered from 0."""
    number = {p: i for group in self.param_groups for i, p in enumerate(group["params"])}
    return {
        "state": {number[p]: copy.deepcopy(state) for p, state in self.state.items()},
        "param_groups": [
            {
                **copy.deepcopy({k: v for k, v in group.items() if k != "params"}),
                "params": [number[p] for p in group["params"]],
            }
            for group in self.param_groups
        ],
    }


@misconception(
    "optim.Optimizer.state_dict",
    hint="Besides its arrays, what does Adam have to know to make step 101 rather than step 1?",
    fails=(
        "Adagrad/test_resumes",
        "Adam/test_resumes",
        "AdamW/test_resumes",
        "Adamax/test_resumes",
        "NAdam/test_resumes",
        "Optimizer/test_resumes",
        "Optimizer/test_resumes_in_float32",
        "RMSprop/test_resumes",
        "SGD/test_resumes",
    ),
    source="folklore: np.savez of what is an array",
)
def only_arrays_are_saved(self):
    """What an optimizer remembers of a parameter are arrays; plain numbers need not be saved."""
    params = chain.from_iterable(group["params"] for group in self.param_groups)
    number = {p: i for i, p in enumerate(params)}
    arrays = {
        number[p]: {k: v.copy() for k, v in state.items() if isinstance(v, np.ndarray)}
        for p, state in self.state.items()
    }
    groups = [{**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups]
    return {"state": arrays, "param_groups": groups}


@misconception(
    "optim.Optimizer.state_dict",
    hint="After the first loading, one optimizer has lr 0.02 and the other 0.3: which of them was to be continued?",
    fails=(
        "Adagrad/test_resumes",
        "Adam/test_resumes",
        "AdamW/test_resumes",
        "Adamax/test_resumes",
        "Lion/test_resumes",
        "NAdam/test_resumes",
        "Optimizer/test_load_state_dict_copies",
        "Optimizer/test_state_dict_numbers_the_parameters",
        "RMSprop/test_resumes",
        "SGD/test_resumes",
    ),
    source="folklore",
)
def options_are_not_saved(self):
    """The options come from the program, so the saved groups need only their parameters' numbers."""
    params = chain.from_iterable(group["params"] for group in self.param_groups)
    number = {p: i for i, p in enumerate(params)}
    return {
        "state": {number[p]: copy.deepcopy(state) for p, state in self.state.items()},
        "param_groups": [{"params": [number[p] for p in group["params"]]} for group in self.param_groups],
    }


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="Someone loads one saved dict into two optimizers: how many velocities do the two have then?",
    fails=("Optimizer/test_load_state_dict_copies", "Optimizer/test_load_state_dict_goes_by_the_numbers"),
    source="folklore",
)
def loaded_state_is_the_saved_one(self, state_dict):
    """What is loaded may be used as it is: nobody else needs the saved arrays any more."""
    saved_groups = state_dict["param_groups"]
    if [len(g["params"]) for g in saved_groups] != [len(g["params"]) for g in self.param_groups]:
        raise ValueError("the groups differ in size")
    params = list(chain.from_iterable(group["params"] for group in self.param_groups))
    self.state = defaultdict(dict, {params[n]: saved for n, saved in state_dict["state"].items()})
    self.param_groups = [
        {**saved, "params": own["params"]} for saved, own in zip(saved_groups, self.param_groups, strict=True)
    ]


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="The saved run had another learning rate than the new optimizer: with which one does the training go on?",
    fails=(
        "Adagrad/test_resumes",
        "Adam/test_resumes",
        "AdamW/test_resumes",
        "Adamax/test_resumes",
        "Lion/test_resumes",
        "NAdam/test_resumes",
        "Optimizer/test_whole_groups_are_saved",
        "Optimizer/test_resumes_in_float32",
        "Optimizer/test_load_state_dict_goes_by_the_numbers",
        "RMSprop/test_resumes",
        "SGD/test_resumes",
    ),
    source="folklore",
)
def options_are_not_loaded(self, state_dict):
    """Loading brings back what was remembered of each parameter; the options stay those of the new optimizer."""
    saved_groups = state_dict["param_groups"]
    if [len(g["params"]) for g in saved_groups] != [len(g["params"]) for g in self.param_groups]:
        raise ValueError("the groups differ in size")
    params = list(chain.from_iterable(group["params"] for group in self.param_groups))
    self.state = defaultdict(dict, {params[n]: copy.deepcopy(saved) for n, saved in state_dict["state"].items()})


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="What does the new optimizer know of the velocities that the old one had built up?",
    fails=(
        "Adagrad/test_resumes",
        "Adam/test_resumes",
        "AdamW/test_resumes",
        "Adamax/test_resumes",
        "Lion/test_resumes",
        "NAdam/test_resumes",
        "Optimizer/test_load_state_dict_copies",
        "RMSprop/test_resumes",
        "SGD/test_resumes",
    ),
    source="folklore",
)
def velocities_are_not_loaded(self, state_dict):
    """Loading brings back the options; the averages and velocities build up again by themselves."""
    saved_groups = copy.deepcopy(state_dict["param_groups"])
    if [len(g["params"]) for g in saved_groups] != [len(g["params"]) for g in self.param_groups]:
        raise ValueError("the groups differ in size")
    self.param_groups = [
        {**saved, "params": own["params"]} for saved, own in zip(saved_groups, self.param_groups, strict=True)
    ]


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="What does step() expect to find in the list of a group's params, and what is there after your loading?",
    fails=(
        "Adagrad/test_resumes",
        "Adam/test_resumes",
        "AdamW/test_resumes",
        "Adamax/test_resumes",
        "Lion/test_resumes",
        "NAdam/test_resumes",
        "Optimizer/test_load_state_dict_copies",
        "RMSprop/test_resumes",
        "SGD/test_resumes",
    ),
    source="folklore",
)
def loaded_groups_replace_the_groups(self, state_dict):
    """The saved groups take the place of the optimizer's, just as they are."""
    saved_groups = copy.deepcopy(state_dict["param_groups"])
    if [len(g["params"]) for g in saved_groups] != [len(g["params"]) for g in self.param_groups]:
        raise ValueError("the groups differ in size")
    params = list(chain.from_iterable(group["params"] for group in self.param_groups))
    self.state = defaultdict(dict, {params[n]: copy.deepcopy(saved) for n, saved in state_dict["state"].items()})
    self.param_groups = saved_groups


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="What should happen when the saved optimizer had one parameter and yours has two?",
    fails=(
        "Optimizer/test_load_state_dict_goes_by_the_numbers",
        "Optimizer/test_load_state_dict_refuses_before_it_loads",
        "Optimizer/test_load_state_dict_refuses_other_groups",
    ),
    source="folklore",
)
def saved_groups_always_fit(self, state_dict):
    """The saved state is always that of an equal optimizer, so there is nothing to compare."""
    params = list(chain.from_iterable(group["params"] for group in self.param_groups))
    self.state = defaultdict(dict, {params[n]: copy.deepcopy(saved) for n, saved in state_dict["state"].items()})
    self.param_groups = [
        {**copy.deepcopy(saved), "params": own["params"]}
        for saved, own in zip(state_dict["param_groups"], self.param_groups)
    ]


@misconception(
    "optim.Optimizer.load_state_dict",
    hint="Someone catches the error and trains on: with which options does your optimizer make its next step?",
    fails=(
        "Optimizer/test_load_state_dict_goes_by_the_numbers",
        "Optimizer/test_load_state_dict_refuses_before_it_loads",
        "Optimizer/test_load_state_dict_refuses_other_groups",
    ),
    source="folklore",
)
def groups_are_compared_while_loading(self, state_dict):
    """It is enough to raise at the group that does not fit, after others, or its options, have been loaded."""
    params = list(chain.from_iterable(group["params"] for group in self.param_groups))
    if len(state_dict["param_groups"]) != len(self.param_groups):
        raise ValueError("the number of groups differs")
    for own, saved in zip(self.param_groups, state_dict["param_groups"], strict=True):
        size = len(own["params"])
        own.update(copy.deepcopy({k: v for k, v in saved.items() if k != "params"}))
        if len(saved["params"]) != size:
            raise ValueError(f"a group of {size} parameters cannot load {len(saved['params'])}")
    self.state = defaultdict(dict, {params[n]: copy.deepcopy(saved) for n, saved in state_dict["state"].items()})


@misconception(
    "optim.Optimizer.state_dict",
    hint="What do schedulers keep in a group, and what of it is there after saving and loading?",
    fails=("Optimizer/test_whole_groups_are_saved",),
    source="written by readers of the handout",
)
def only_own_options_are_saved(self):
    """Of each group, the options that the optimizer was built with are saved."""
    params = chain.from_iterable(group["params"] for group in self.param_groups)
    number = {p: i for i, p in enumerate(params)}
    return {
        "state": {number[p]: copy.deepcopy(state) for p, state in self.state.items()},
        "param_groups": [
            {**{k: copy.deepcopy(group[k]) for k in self.defaults}, "params": [number[p] for p in group["params"]]}
            for group in self.param_groups
        ],
    }
