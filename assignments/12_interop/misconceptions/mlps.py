"""What people believe about the MLP."""

from grader.assignment import misconception
from reference.interop.renaming import rename
from reference.interop.torch_models import _count, _filled, _needed, _sizes
from reference.nn import Linear, ReLU, Sequential


@misconception(
    "interop.mlp_from_torch",
    hint="Can a logit be negative?",
    fails=(
        "MLP/test_recorded",
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_float32",
    ),
    source="folklore",
)
def relu_comes_after_each_layer(state):
    """Each layer is followed by a ReLU."""
    weights = [_needed(state, f"layers.{i}.weight") for i in range(_count(state, r"layers\.(\d+)\..*"))]
    model = Sequential()
    for weight in weights:
        if len(model):
            model.append(ReLU())
        model.append(Linear(*_sizes("layers", weight, 2)[::-1]))
    model.append(ReLU())
    return _filled(model, rename(state, [(rf"layers\.{i}\.(.*)", rf"{2 * i}.\1") for i in range(len(weights))]))


@misconception(
    "interop.mlp_from_torch",
    hint="Which line of the program is between two layers?",
    fails=(
        "MLP/test_recorded",
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_float32",
    ),
    source="folklore",
)
def layers_are_all_linear(state):
    """Linear layers follow each other, with nothing in between."""
    weights = [_needed(state, f"layers.{i}.weight") for i in range(_count(state, r"layers\.(\d+)\..*"))]
    model = Sequential()
    for weight in weights:
        if len(model):
            model.append(Sequential())
        model.append(Linear(*_sizes("layers", weight, 2)[::-1]))
    return _filled(model, rename(state, [(rf"layers\.{i}\.(.*)", rf"{2 * i}.\1") for i in range(len(weights))]))


@misconception(
    "interop.mlp_from_torch",
    hint="Where is the number of layers to be read?",
    fails=(
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
        "MLP/test_memory",
        "MLP/test_missing",
        "MLP/test_refuses",
    ),
    source="folklore",
)
def three_layers(state):
    """The MLP has three layers, as the checkpoint has."""
    weights = [_needed(state, f"layers.{i}.weight") for i in range(3)]
    model = Sequential()
    for weight in weights:
        if len(model):
            model.append(ReLU())
        model.append(Linear(*_sizes("layers", weight, 2)[::-1]))
    return _filled(model, rename(state, [(rf"layers\.{i}\.(.*)", rf"{2 * i}.\1") for i in range(len(weights))]))


@misconception(
    "interop.mlp_from_torch",
    hint="Which module of a Sequential is the second Linear?",
    fails=(
        "MLP/test_recorded",
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
        "MLP/test_memory",
        "MLP/test_missing",
        "MLP/test_refuses",
    ),
    source="folklore",
)
def names_are_counted_in_steps_of_one(state):
    """Layer 1 is module 1."""
    weights = [_needed(state, f"layers.{i}.weight") for i in range(_count(state, r"layers\.(\d+)\..*"))]
    model = Sequential()
    for weight in weights:
        if len(model):
            model.append(ReLU())
        model.append(Linear(*_sizes("layers", weight, 2)[::-1]))
    return _filled(model, rename(state, [(rf"layers\.{i}\.(.*)", rf"{i}.\1") for i in range(len(weights))]))


@misconception(
    "interop.mlp_from_torch",
    hint="Which size of a weight is that of the output?",
    fails=(
        "MLP/test_recorded",
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
        "MLP/test_memory",
        "MLP/test_missing",
        "MLP/test_refuses",
    ),
    source="folklore",
)
def sizes_are_in_out(state):
    """A weight has the shape (in, out)."""
    weights = [_needed(state, f"layers.{i}.weight") for i in range(_count(state, r"layers\.(\d+)\..*"))]
    model = Sequential()
    for weight in weights:
        if len(model):
            model.append(ReLU())
        model.append(Linear(*_sizes("layers", weight, 2)))
    return _filled(model, rename(state, [(rf"layers\.{i}\.(.*)", rf"{2 * i}.\1") for i in range(len(weights))]))


@misconception(
    "interop.mlp_from_torch",
    hint="Which shape does the weight of Linear(3, 5) have there?",
    fails=("MLP/test_round_trip",),
    source="folklore",
)
def weights_are_transposed(state):
    """PyTorch has its weights the other way round."""
    weights = [_needed(state, f"layers.{i}.weight") for i in range(_count(state, r"layers\.(\d+)\..*"))]
    model = Sequential()
    for weight in weights:
        if len(model):
            model.append(ReLU())
        model.append(Linear(*_sizes("layers", weight, 2)[::-1]))
    state = {k: v.T.copy() if v.ndim == 2 and v.shape[0] == v.shape[1] else v for k, v in state.items()}
    return _filled(model, rename(state, [(rf"layers\.{i}\.(.*)", rf"{2 * i}.\1") for i in range(len(weights))]))


@misconception(
    "interop.mlp_from_torch",
    hint="Whose dict is it?",
    fails=(
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
        "MLP/test_memory",
        "MLP/test_refuses",
    ),
    source="folklore",
)
def the_state_is_emptied(state):
    """What is loaded is taken from the state."""
    weights = [_needed(state, f"layers.{i}.weight") for i in range(_count(state, r"layers\.(\d+)\..*"))]
    state, given = dict(state), state
    if isinstance(given, dict):
        given.pop("layers.0.bias", None)
    model = Sequential()
    for weight in weights:
        if len(model):
            model.append(ReLU())
        model.append(Linear(*_sizes("layers", weight, 2)[::-1]))
    return _filled(model, rename(state, [(rf"layers\.{i}\.(.*)", rf"{2 * i}.\1") for i in range(len(weights))]))


@misconception(
    "interop.mlp_to_torch",
    hint="Which names does the program load?",
    fails=(
        "MLP/test_recorded",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
    ),
    source="folklore",
)
def names_stay_those_of_the_course(model):
    """A state has the names that it has."""
    state = model.state_dict()
    count = sum(name.endswith("weight") for name in state)
    return state or rename(state, [(rf"{2 * i}\.(.*)", rf"layers.{i}.\1") for i in range(count)])


@misconception(
    "interop.mlp_to_torch",
    hint="What is the first name of the program's state?",
    fails=(
        "MLP/test_recorded",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
    ),
    source="folklore",
)
def layers_are_counted_from_one(model):
    """The first layer is layer 1."""
    state = model.state_dict()
    count = sum(name.endswith("weight") for name in state)
    return rename(state, [(rf"{2 * i}\.(.*)", rf"layers.{i + 1}.\1") for i in range(count)])


@misconception(
    "interop.mlp_to_torch",
    hint="Which names does the program load?",
    fails=(
        "MLP/test_recorded",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
    ),
    source="folklore",
)
def biases_are_left_out(model):
    """Weights are what was learned."""
    state = model.state_dict()
    count = sum(name.endswith("weight") for name in state)
    return rename(
        {k: v for k, v in state.items() if "bias" not in k},
        [(rf"{2 * i}\.(.*)", rf"layers.{i}.\1") for i in range(count)],
    )


@misconception(
    "interop.mlp_to_torch",
    hint="What happens to it in the next step?",
    fails=("MLP/test_memory",),
    source="folklore",
)
def the_parameters_themselves_are_given(model):
    """A state refers to the parameters."""
    state = {k: p.data for k, p in model.named_parameters()}
    count = sum(name.endswith("weight") for name in state)
    return rename(state, [(rf"{2 * i}\.(.*)", rf"layers.{i}.\1") for i in range(count)])
