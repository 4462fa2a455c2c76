"""What people believe about states, whatever the program."""

import re

from grader.assignment import misconception


@misconception(
    "interop.torch_models._filled",
    hint="Which dtype do the arrays of the state have, and which the parameters?",
    fails=(
        "MLP/test_recorded",
        "CNN/test_recorded",
        "LSTM/test_recorded",
        "GPT/test_recorded",
        "MLP/test_float32",
        "CNN/test_float32",
        "LSTM/test_float32",
        "GPT/test_float32",
    ),
    source="folklore",
)
def parameters_stay_float64(model, state):
    """load_state_dict takes care of dtypes."""
    model.load_state_dict(state)
    return model


@misconception(
    "interop.torch_models._filled",
    hint="Which dtype do the arrays of the state have?",
    fails=(
        "MLP/test_recorded",
        "CNN/test_recorded",
        "LSTM/test_recorded",
        "GPT/test_recorded",
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_round_trip",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_round_trip",
        "CNN/test_prefix",
        "CNN/test_counts",
        "LSTM/test_sizes",
        "LSTM/test_step",
        "LSTM/test_round_trip",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_round_trip",
        "GPT/test_heads",
        "GPT/test_head",
    ),
    source="folklore",
)
def parameters_are_float32(model, state):
    """Models are float32."""
    for name, parameter in model.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype("float32")
    model.load_state_dict(state)
    return model


@misconception(
    "interop.torch_models._filled",
    hint="Whose arrays does a step of training change then?",
    fails=(
        "MLP/test_memory",
        "MLP/test_refuses",
        "CNN/test_memory",
        "CNN/test_refuses",
        "LSTM/test_memory",
        "LSTM/test_refuses",
        "GPT/test_memory",
        "GPT/test_refuses",
    ),
    source="folklore",
)
def arrays_of_the_state_are_used(model, state):
    """The arrays of the state become the parameters."""
    for name, parameter in model.named_parameters():
        if name in state:
            parameter.data = state[name]
    model.load_state_dict(state, strict=True) if state.keys() != model.state_dict().keys() else None
    for name, buffer in model.named_buffers():
        buffer[...] = state[name]
    return model


@misconception(
    "interop.torch_models._filled",
    hint="What is in an array whose name was missing?",
    fails=(
        "MLP/test_missing",
        "CNN/test_missing",
        "LSTM/test_missing",
        "GPT/test_missing",
    ),
    source="folklore",
)
def what_fits_is_loaded(model, state):
    """strict=False loads what fits, and the rest does not matter."""
    for name, parameter in model.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    model.load_state_dict(state, strict=False)
    return model


@misconception(
    "interop.torch_models._filled",
    hint="In which mode is a new Module?",
    fails=(
        "CNN/test_float32",
        "CNN/test_prefix",
        "CNN/test_counts",
    ),
    source="folklore",
)
def a_model_is_for_use(model, state):
    """A model that was loaded is in evaluation mode."""
    for name, parameter in model.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    model.load_state_dict(state)
    return model.eval()


@misconception(
    "interop.torch_models._filled",
    hint="What is a wrong shape a sign of?",
    fails=(
        "MLP/test_refuses",
        "CNN/test_refuses",
        "LSTM/test_refuses",
        "GPT/test_refuses",
    ),
    source="folklore",
)
def shapes_are_made_to_fit(model, state):
    """An array that is too long is cut."""
    for name, parameter in model.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    own = model.state_dict()
    state = {
        k: v[tuple(map(slice, own[k].shape))] if k in own and v.ndim == own[k].ndim else v for k, v in state.items()
    }
    model.load_state_dict(state)
    return model


@misconception(
    "interop.torch_models._count",
    hint="Which name follows layers.9?",
    fails=(
        "MLP/test_sizes",
        "MLP/test_round_trip",
        "GPT/test_sizes",
        "GPT/test_round_trip",
    ),
    source="folklore",
)
def numbers_have_one_digit(state, pattern):
    """The number of a layer is one digit."""
    found = [int(match[1]) for name in state if (match := re.fullmatch(pattern.replace(r"\d+", r"\d"), name))]
    return max(found, default=0) + 1


@misconception(
    "interop.torch_models._count",
    hint="In which order do names come?",
    fails=(
        "MLP/test_sizes",
        "LSTM/test_sizes",
        "GPT/test_sizes",
    ),
    source="folklore",
)
def names_come_in_order(state, pattern):
    """The last name has the largest number."""
    found = [int(match[1]) for name in state if (match := re.fullmatch(pattern, name))]
    return (found or [0])[-1] + 1


@misconception(
    "interop.torch_models._count",
    hint='Which comes first, "10" or "9"?',
    fails=(
        "MLP/test_sizes",
        "MLP/test_round_trip",
        "GPT/test_sizes",
        "GPT/test_round_trip",
    ),
    source="folklore",
)
def layers_are_counted_by_alphabet(state, pattern):
    """The largest number comes last in the alphabet."""
    found = [int(match[1]) for name in state if (match := re.fullmatch(pattern, name))]
    return max(found, key=str, default=0) + 1


@misconception(
    "interop.torch_models._needed",
    hint="Which error does the contract want for a name that is missing?",
    fails=(
        "MLP/test_missing",
        "CNN/test_missing",
        "LSTM/test_missing",
        "GPT/test_missing",
    ),
    source="folklore",
)
def a_missing_size_is_a_value_error(state, name):
    """Without its size, a model cannot be made, which is a ValueError."""
    if name not in state:
        raise ValueError(f"missing keys: {[name]}")
    return state[name]


@misconception(
    "interop.torch_models._filled",
    hint="What if some arrays are float32, and others float64?",
    fails=("MLP/test_round_trip", "CNN/test_round_trip", "LSTM/test_round_trip", "GPT/test_round_trip"),
    source="a reader of the handout",
)
def one_dtype_is_that_of_all(model, state):
    """A model has the dtype of its first array."""
    dtype = next(array.dtype for array in state.values() if array.dtype.kind == "f")
    for _name, parameter in model.named_parameters():
        parameter.data = parameter.data.astype(dtype)
    model.load_state_dict(state)
    return model
