"""What people believe about what load_state_dict may refuse, and what it leaves behind."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import _array_like, _check_keys, check_shape
from reference.nn.parameter import Parameter


@misconception(
    "nn.Module.load_state_dict",
    hint="An optimizer holds on to the array of a parameter: does it still hold the right one after loading?",
    fails=("Module/test_load_state_dict_writes_in_place", "Module/test_loading_a_large_tree"),
    source="folklore",
)
def loading_replaces_by_copies(self, state, strict=True):
    """Loading gives the parameters new arrays, copies of those of the state."""
    targets = dict(self._module_arrays())
    if strict:
        _check_keys(state, targets)
    for name, target in targets.items():
        if name in state:
            check_shape(f"{name} of the state", np.shape(state[name]), target.shape)
    for prefix, module in self._module_walk():
        for name, parameter in module._module_values(Parameter):
            parameter.data = np.array(state.get(prefix + name, parameter.data), dtype=parameter.data.dtype)
        for name, buffer in module._module_buffers():
            setattr(module, name, np.array(state.get(prefix + name, buffer), dtype=buffer.dtype))


@misconception(
    "nn.Module.load_state_dict",
    hint="What besides its parameters does a model need to give the same results again?",
    fails=("Module/test_load_state_dict_writes_in_place", "Module/test_loading_a_large_tree"),
    source="folklore",
)
def buffers_are_not_loaded(self, state, strict=True):
    """Loading restores the parameters."""
    if strict:
        _check_keys(state, dict(self._module_arrays()))
    targets = {
        prefix + name: p.data for prefix, module in self._module_walk() for name, p in module._module_values(Parameter)
    }
    sources = {name: _array_like(name, state[name], target) for name, target in targets.items() if name in state}
    for name, source in sources.items():
        targets[name][...] = source


@misconception(
    "nn.Module.load_state_dict",
    hint="Somebody loads the state of another model by mistake: how, and when, does your code say so?",
    fails=("Module/test_load_state_dict_changes_all_or_nothing", "Module/test_load_state_dict_refuses"),
    source="folklore",
)
def other_keys_are_ignored(self, state, strict=True):
    """Loading takes what fits by name; a missing or unexpected key does no harm."""
    targets = dict(self._module_arrays())
    sources = {name: _array_like(name, state[name], target) for name, target in targets.items() if name in state}
    for name, source in sources.items():
        targets[name][...] = source


@misconception(
    "nn.Module.load_state_dict",
    hint="Five keys are missing and three are too many: how many runs does it take until your user knows all of them?",
    fails=("Module/test_load_state_dict_changes_all_or_nothing", "Module/test_load_state_dict_refuses"),
    source="folklore",
)
def first_missing_key_is_named(self, state, strict=True):
    """The first key that is missing is enough for the message."""
    targets = dict(self._module_arrays())
    if strict:
        for name in targets:
            if name not in state:
                raise KeyError(f"missing key: {name}")
    sources = {name: _array_like(name, state[name], target) for name, target in targets.items() if name in state}
    for name, source in sources.items():
        targets[name][...] = source


@misconception(
    "nn.Module.load_state_dict",
    hint="The state has a key for which the model has no place: does strict=True mind?",
    fails=("Module/test_load_state_dict_changes_all_or_nothing", "Module/test_load_state_dict_refuses"),
    source="folklore",
)
def unexpected_keys_are_welcome(self, state, strict=True):
    """A state must have every key of the model; more keys do no harm."""
    targets = dict(self._module_arrays())
    missing = [name for name in targets if name not in state]
    if strict and missing:
        raise KeyError(f"missing keys: {missing}")
    sources = {name: _array_like(name, state[name], target) for name, target in targets.items() if name in state}
    for name, source in sources.items():
        targets[name][...] = source


@misconception(
    "nn.Module.load_state_dict",
    hint="The last of the arrays does not fit: what has happened to the first one by then?",
    fails=("Module/test_load_state_dict_changes_all_or_nothing",),
    source="folklore",
    convention="This is the form of PyTorch, which may have loaded some arrays when it raises;"
    " the contract asks for all or nothing.",
)
def loading_stops_at_an_error(self, state, strict=True):
    """Arrays are checked and written one after the other, until one does not fit."""
    targets = dict(self._module_arrays())
    if strict:
        _check_keys(state, targets)
    for name, target in targets.items():
        if name in state:
            target[...] = _array_like(name, state[name], target)


@misconception(
    "nn.Module.load_state_dict",
    hint="Which shapes does the assignment a[...] = b take without complaint?",
    fails=("Module/test_load_state_dict_changes_all_or_nothing", "Module/test_load_state_dict_refuses"),
    source="folklore",
)
def shapes_may_broadcast(self, state, strict=True):
    """NumPy sees to it that an array of the wrong shape cannot be written."""
    targets = dict(self._module_arrays())
    if strict:
        _check_keys(state, targets)
    for name, target in targets.items():
        if name in state:
            target[...] = state[name]


@misconception(
    "nn.Module.load_state_dict",
    hint="What does strict=False forgive: a key too many or too few, or also an array that does not fit?",
    fails=("Module/test_load_state_dict_changes_all_or_nothing", "Module/test_load_state_dict_refuses"),
    source="folklore (a question that PyTorch's users ask again and again)",
)
def not_strict_skips_wrong_shapes(self, state, strict=True):
    """With strict=False everything is loaded that fits; an array of another shape is skipped."""
    targets = dict(self._module_arrays())
    if strict:
        _check_keys(state, targets)
    fitting = {n: t for n, t in targets.items() if n in state and (strict or np.shape(state[n]) == t.shape)}
    sources = {name: _array_like(name, state[name], target) for name, target in fitting.items()}
    for name, source in sources.items():
        targets[name][...] = source


@misconception(
    "nn.Module.load_state_dict",
    hint="With strict=False, which keys are loaded if the state lacks one that the model has?",
    fails=("Module/test_load_state_dict_not_strict", "Module/test_load_state_dict_refuses"),
    source="folklore",
)
def not_strict_allows_more_only(self, state, strict=True):
    """strict=False allows a state with more keys than the model has, but not with fewer."""
    targets = dict(self._module_arrays())
    if strict:
        _check_keys(state, targets)
    sources = {name: _array_like(name, state[name], target) for name, target in targets.items()}
    for name, source in sources.items():
        targets[name][...] = source


@misconception(
    "nn.Module.load_state_dict",
    hint="Which exception, with what in its message, does the handout ask for when keys are missing?",
    fails=("Module/test_load_state_dict_refuses",),
    convention="This is the form of PyTorch, which raises RuntimeError; the contract asks for KeyError,"
    " and ValueError for shapes.",
    source="PyTorch",
)
def runtime_error_for_keys(self, state, strict=True):
    """A state with the wrong keys is a RuntimeError."""
    targets = dict(self._module_arrays())
    if strict and state.keys() != targets.keys():
        missing = [name for name in targets if name not in state]
        unexpected = [name for name in state if name not in targets]
        raise RuntimeError(f"missing keys: {missing}, unexpected keys: {unexpected}")
    sources = {name: _array_like(name, state[name], target) for name, target in targets.items() if name in state}
    for name, source in sources.items():
        targets[name][...] = source
