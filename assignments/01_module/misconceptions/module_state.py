"""What people believe about state_dict and load_state_dict."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, _check_keys, check_shape
from reference.nn.parameter import Parameter


@misconception(
    "nn.Module.state_dict",
    hint="You keep the best state so far and train on: which values does it hold at the end?",
    fails=("Module/test_state_dict_copies",),
    source="folklore (also true of PyTorch's state_dict, a known trap)",
    convention="This is the form of PyTorch, whose state_dict refers to the model's own arrays;"
    " the contract asks for copies.",
)
def state_refers_to_the_model(self):
    """A state_dict holds the arrays of the model themselves."""
    return dict(self._module_arrays())


@misconception(
    "nn.Module.state_dict",
    hint="What besides its parameters does a model need to give the same results again?",
    fails=(
        "Module/test_state_dict_lists_everything",
        "Module/test_state_dict_copies",
        "Module/test_without_the_base_constructor",
    ),
    source="folklore",
)
def state_is_parameters(self):
    """The state of a model is what it has learned: its parameters."""
    return {
        prefix + name: parameter.data.copy()
        for prefix, module in self._module_walk()
        for name, parameter in module._module_values(Parameter)
    }


@misconception(
    "nn.Module.state_dict",
    hint="The tie between two layers is undone later: does the saved state still have a weight for both of them?",
    fails=("Module/test_load_state_dict_not_strict", "Module/test_state_dict_lists_everything"),
    source="folklore",
)
def shared_arrays_are_saved_once(self):
    """A shared parameter is saved once, under its first name."""
    state = {name: parameter.data for name, parameter in self.named_parameters()} | dict(self.named_buffers())
    return {name: state[name].copy() for name, _ in self._module_arrays() if name in state}


@misconception(
    "nn.Module.state_dict",
    hint="In the handout's example, where does `mean` stand among the keys?",
    fails=(
        "Module/test_a_large_tree",
        "Module/test_state_dict_lists_everything",
        "Module/test_without_the_base_constructor",
    ),
    source="folklore",
)
def buffers_come_last(self):
    """A state_dict gives all parameters of the model, then all buffers."""
    state = {
        prefix + name: parameter.data.copy()
        for prefix, module in self._module_walk()
        for name, parameter in module._module_values(Parameter)
    }
    for prefix, module in self._module_walk():
        state |= {prefix + name: buffer.copy() for name, buffer in module._module_buffers()}
    return state


@misconception(
    "nn.Module.state_dict",
    hint="What is the type of one value of the dict, and does it still change when the model is trained?",
    fails=(
        "Linear/test_used_again",
        "Module/test_state_dict_copies",
        "Module/test_state_goes_from_one_model_to_another",
        "Sequential/test_of_twelve_modules",
        "Sequential/test_used_again",
    ),
    source="folklore",
)
def state_holds_parameters(self):
    """A state_dict maps names to Parameter objects."""
    state = {}
    for prefix, module in self._module_walk():
        state |= {prefix + name: parameter for name, parameter in module._module_values(Parameter)}
        state |= {prefix + name: buffer.copy() for name, buffer in module._module_buffers()}
    return state


@misconception(
    "nn.Module.state_dict",
    hint="What are the keys of the state_dict in the handout's example?",
    fails=(
        "Module/test_state_dict_lists_everything",
        "Module/test_state_goes_from_one_model_to_another",
        "Sequential/test_of_twelve_modules",
        "Sequential/test_used_again",
    ),
    convention="This is the form in which Flax keeps parameters; the contract asks for one dict with dotted names.",
    source="Flax",
)
def state_is_nested(self):
    """The state of a child is a dict of its own inside that of its parent."""
    state = {name: parameter.data.copy() for name, parameter in self._module_values(Parameter)}
    state |= {name: buffer.copy() for name, buffer in self._module_buffers()}
    return state | {name: child.state_dict() for name, child in self._module_values(Module)}


@misconception(
    "nn.Module.load_state_dict",
    hint="Two models load one state, and the first is trained on: what happens to the second, and to the state?",
    fails=("Module/test_load_state_dict_writes_in_place", "Module/test_loading_a_large_tree"),
    source="folklore",
)
def loading_assigns_the_arrays(self, state, strict=True):
    """Loading assigns the arrays of the state to the model's parameters and buffers."""
    targets = dict(self._module_arrays())
    if strict:
        _check_keys(state, targets)
    for name, target in targets.items():
        if name in state:
            check_shape(f"{name} of the state", np.shape(state[name]), target.shape)
    for prefix, module in self._module_walk():
        for name, parameter in module._module_values(Parameter):
            parameter.data = state.get(prefix + name, parameter.data)
        for name, buffer in module._module_buffers():
            setattr(module, name, state.get(prefix + name, buffer))
