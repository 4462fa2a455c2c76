"""What people believe about how arrays get from a state into a model."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import _array_like, _check_keys, check_shape


@misconception(
    "nn.Module.load_state_dict",
    hint="Two layers share a weight, and a state knows it under its second name only: is it loaded?",
    fails=("Module/test_load_state_dict_not_strict",),
    source="written by readers of the handout",
)
def shared_arrays_are_loaded_once(self, state, strict=True):
    """A shared array is loaded from its first name; its other names need not be looked at."""
    targets = dict(self._module_arrays())
    if strict:
        _check_keys(state, targets)
    seen, firsts = set(), {}
    for name, target in targets.items():
        if id(target) not in seen:
            seen.add(id(target))
            firsts[name] = target
    for name, target in targets.items():
        if name in state:
            check_shape(f"{name} of the state", np.shape(state[name]), target.shape)
    sources = {name: _array_like(name, state[name], target) for name, target in firsts.items() if name in state}
    for name, source in sources.items():
        firsts[name][...] = source


@misconception(
    "nn.Module.load_state_dict",
    hint="A counter of steps comes from a file as floats: what does NumPy say, and what does the handout promise?",
    fails=("Module/test_load_state_dict_writes_in_place",),
    source="written by readers of the handout (np.copyto)",
)
def copyto_converts_everything(self, state, strict=True):
    """np.copyto writes into an array in its own dtype, whichever the other one has."""
    targets = dict(self._module_arrays())
    if strict:
        _check_keys(state, targets)
    for name, target in targets.items():
        if name in state:
            check_shape(f"{name} of the state", np.shape(state[name]), target.shape)
    for name, target in targets.items():
        if name in state:
            np.copyto(target, np.array(state[name]))


@misconception(
    "nn.Module.load_state_dict",
    hint="Whose dict is `state`, and what may the caller still want to do with it?",
    fails=("Module/test_load_state_dict_only_reads_the_state",),
    source="written by readers of the handout",
)
def state_is_used_up(self, state, strict=True):
    """What the model has no place for may be taken out of the state, as strict=False allows it."""
    targets = dict(self._module_arrays())
    if strict:
        _check_keys(state, targets)
    for name in [name for name in state if name not in targets]:
        del state[name]
    sources = {name: _array_like(name, state[name], target) for name, target in targets.items() if name in state}
    for name, source in sources.items():
        targets[name][...] = source
