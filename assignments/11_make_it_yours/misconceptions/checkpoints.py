"""What people believe a training depends on, and about loading all of it or nothing."""

import copy

import numpy as np

from grader.assignment import misconception
from reference.serialization import (
    _restore,
    _state,
    load,
    save,
)


@misconception(
    "serialization.load_checkpoint",
    hint="One part refuses its state: what about the parts that were loaded before?",
    fails=("Checkpoint/test_all_or_none",),
    source="folklore",
)
def no_way_back(path, **parts):
    """If a part refuses its state, the training is lost anyway."""
    states = load(path)
    if not isinstance(states, dict) or set(states) != set(parts):
        raise KeyError(f"the file has other parts: {sorted(states)}, not {sorted(parts)}")
    for name, part in parts.items():
        _state(name, part)
        _restore(part, states[name])


@misconception(
    "serialization.load_checkpoint",
    hint="What is in the variable that was to keep the generator, after it has drawn?",
    fails=("Checkpoint/test_all_or_none",),
    source="folklore",
)
def generators_are_remembered_by_name(path, **parts):
    """A generator that is kept in a variable keeps its state."""
    states = load(path)
    if not isinstance(states, dict) or set(states) != set(parts):
        raise KeyError(f"the file has other parts: {sorted(states)}, not {sorted(parts)}")
    before = {name: _state(name, part) for name, part in parts.items()}
    try:
        for name, part in parts.items():
            _restore(part, states[name])
    except BaseException:
        for name, part in parts.items():
            _restore(part, before[name])
        raise


@misconception(
    "serialization.load_checkpoint",
    hint="A part was saved, and nobody asks for it: how does the training go on?",
    fails=("Checkpoint/test_names",),
    source="folklore",
)
def loads_what_is_asked_for(path, **parts):
    """Who asks for fewer parts gets fewer."""
    states = load(path)
    if not set(parts) <= set(states):
        raise KeyError(f"the file lacks {sorted(set(parts) - set(states))}")
    before = {name: copy.deepcopy(_state(name, part)) for name, part in parts.items()}
    try:
        for name, part in parts.items():
            _restore(part, states[name])
    except BaseException:
        for name, part in parts.items():
            _restore(part, before[name])
        raise


@misconception(
    "serialization.load_checkpoint",
    hint="A part is not in the file: in which state is it after loading?",
    fails=("Checkpoint/test_names",),
    source="folklore",
)
def loads_what_is_in_the_file(path, **parts):
    """Parts that the file lacks stay as they are."""
    states = load(path)
    if not set(states) <= set(parts):
        raise KeyError(f"nobody asked for {sorted(set(states) - set(parts))}")
    before = {name: copy.deepcopy(_state(name, part)) for name, part in parts.items()}
    try:
        for name, part in parts.items():
            _restore(part, states.get(name, before[name]))
    except BaseException:
        for name, part in parts.items():
            _restore(part, before[name])
        raise


@misconception(
    "serialization.load_checkpoint",
    hint="In which order are parts given, and in which were they saved?",
    fails=("Checkpoint/test_names",),
    source="folklore",
)
def parts_go_by_their_order(path, **parts):
    """Parts come in the order in which they were saved."""
    states = load(path)
    if set(states) != set(parts):
        raise KeyError(f"the file has other parts: {sorted(states)}, not {sorted(parts)}")
    before = {name: copy.deepcopy(_state(name, part)) for name, part in parts.items()}
    try:
        for part, state in zip(parts.values(), states.values(), strict=True):
            _restore(part, state)
    except BaseException:
        for name, part in parts.items():
            _restore(part, before[name])
        raise


@misconception(
    "serialization.save_checkpoint",
    hint="Which batch comes next, and who says so?",
    fails=(
        "Checkpoint/test_optimizer_and_generator",
        "Checkpoint/test_resumes_exactly",
        "Checkpoint/test_saving_changes_nothing",
        "Checkpoint/test_all_or_none",
    ),
    source="folklore",
)
def generators_are_left_out(path, **parts):
    """Random numbers are random, before and after."""
    for name, part in parts.items():
        _state(name, part)
    fresh = {name: np.random.default_rng(0) for name, part in parts.items() if isinstance(part, np.random.Generator)}
    save(path, {name: _state(name, part) for name, part in {**parts, **fresh}.items()})


@misconception(
    "serialization.save_checkpoint",
    hint="Which numbers of a model are no parameters?",
    fails=(
        "Checkpoint/test_resumes_exactly",
        "Checkpoint/test_saving_changes_nothing",
        "Checkpoint/test_all_or_none",
    ),
    source="folklore",
)
def only_parameters_count(path, **parts):
    """The state of a model is its parameters."""
    states = {name: _state(name, part) for name, part in parts.items()}
    for name, part in parts.items():
        for key, _ in part.named_buffers() if hasattr(part, "named_buffers") else ():
            states[name][key] = np.zeros_like(states[name][key])
    save(path, states)


@misconception(
    "serialization.save_checkpoint",
    hint="What does the next step of Adam divide by?",
    fails=(
        "Checkpoint/test_optimizer_and_generator",
        "Checkpoint/test_resumes_exactly",
    ),
    source="folklore",
)
def averages_grow_back(path, **parts):
    """The averages of an optimizer grow back in a few steps."""
    states = {name: _state(name, part) for name, part in parts.items()}
    for name, part in parts.items():
        if hasattr(part, "param_groups"):
            states[name] = {**states[name], "state": {}}
    save(path, states)


@misconception(
    "serialization.save_checkpoint",
    hint="A part has no state: what was saved of it?",
    fails=("Checkpoint/test_names",),
    source="folklore",
)
def parts_without_state_are_left_out(path, **parts):
    """What has no state need not be saved."""
    known = {k: p for k, p in parts.items() if hasattr(p, "state_dict") or isinstance(p, np.random.Generator)}
    save(path, {name: _state(name, part) for name, part in known.items()})


@misconception(
    "serialization._state",
    hint="Does a training that is saved go on like one that is not?",
    fails=(
        "Checkpoint/test_resumes_exactly",
        "Checkpoint/test_saving_changes_nothing",
        "Checkpoint/test_all_or_none",
    ),
    source="folklore",
)
def saving_draws(name, part):
    """To know where a generator is, one has it draw."""
    if isinstance(part, np.random.Generator):
        part.random()
        return part
    if not (hasattr(part, "state_dict") and hasattr(part, "load_state_dict")):
        raise TypeError(f"{name} is a {type(part).__name__}, which has no state_dict and is no generator")
    return part.state_dict()


@misconception(
    "serialization._restore",
    hint="Who else refers to this generator?",
    fails=(
        "Checkpoint/test_optimizer_and_generator",
        "Checkpoint/test_resumes_exactly",
        "Checkpoint/test_saving_changes_nothing",
        "Checkpoint/test_all_or_none",
    ),
    source="folklore",
)
def generators_are_exchanged(part, state):
    """A loaded generator takes the place of the old one."""
    if isinstance(part, np.random.Generator):
        part = state
    else:
        part.load_state_dict(state)
