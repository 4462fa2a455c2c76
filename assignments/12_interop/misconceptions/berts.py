"""What people believe about the names of BERT."""

import re

import numpy as np

from grader.assignment import misconception
from reference.interop.encoder import _RULES, SentenceEncoder, _joined, _stacked
from reference.interop.renaming import rename


@misconception(
    "interop.encoder._joined",
    hint="Which rows of in_proj_weight are q?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def keys_come_first(state):
    """in_proj_weight is k, q, v."""
    for name in [name for name in state if ".self_attn.query." in name]:
        three = [name.replace(".query.", f".{part}.") for part in ("key", "query", "value")]
        missing = [part for part in three if part not in state]
        if missing:
            raise KeyError(f"missing keys: {missing}")
        joined = name.replace("query.weight", "in_proj_weight").replace("query.bias", "in_proj_bias")
        state[joined] = _stacked([state.pop(part) for part in three])
    return state


@misconception(
    "interop.encoder._joined",
    hint="Which rows of in_proj_weight are v?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def values_come_second(state):
    """in_proj_weight is q, v, k."""
    for name in [name for name in state if ".self_attn.query." in name]:
        three = [name.replace(".query.", f".{part}.") for part in ("query", "value", "key")]
        missing = [part for part in three if part not in state]
        if missing:
            raise KeyError(f"missing keys: {missing}")
        joined = name.replace("query.weight", "in_proj_weight").replace("query.bias", "in_proj_bias")
        state[joined] = _stacked([state.pop(part) for part in three])
    return state


@misconception(
    "interop.encoder._joined",
    hint="Which row comes after the first row of q?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def rows_take_turns(state):
    """The three are packed row by row."""
    for name in [name for name in state if ".self_attn.query." in name]:
        three = [name.replace(".query.", f".{part}.") for part in ("query", "key", "value")]
        missing = [part for part in three if part not in state]
        if missing:
            raise KeyError(f"missing keys: {missing}")
        joined = name.replace("query.weight", "in_proj_weight").replace("query.bias", "in_proj_bias")
        state[joined] = (
            np.stack([state.pop(part) for part in three], axis=1).reshape(
                -1, *state.get("", np.zeros((1, 1))).shape[2:]
            )
            if "bias" in name
            else np.stack([state.pop(part) for part in three], axis=1).reshape(-1, state["tokens.weight"].shape[1])
        )
    return state


@misconception(
    "interop.encoder._joined",
    hint="Which shape does a weight have there, and which meaning does its first size have?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def weights_are_transposed_on_the_way(state):
    """A Linear of another library is transposed."""
    for name in [name for name in state if ".self_attn.query." in name]:
        three = [name.replace(".query.", f".{part}.") for part in ("query", "key", "value")]
        missing = [part for part in three if part not in state]
        if missing:
            raise KeyError(f"missing keys: {missing}")
        joined = name.replace("query.weight", "in_proj_weight").replace("query.bias", "in_proj_bias")
        state[joined] = _stacked([state.pop(part).T for part in three])
    return state


@misconception(
    "interop.encoder._joined",
    hint="Which biases does BERT have?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def biases_are_zero(state):
    """Queries and keys need no bias."""
    for name in [name for name in state if ".self_attn.query." in name]:
        three = [name.replace(".query.", f".{part}.") for part in ("query", "key", "value")]
        missing = [part for part in three if part not in state]
        if missing:
            raise KeyError(f"missing keys: {missing}")
        joined = name.replace("query.weight", "in_proj_weight").replace("query.bias", "in_proj_bias")
        state[joined] = _stacked([state.pop(part) * ("bias" not in name) for part in three])
    return state


@misconception(
    "interop.encoder._joined",
    hint="Which error does the contract want for a name that is missing?",
    fails=("EncoderFromTorch/test_missing",),
    source="folklore",
)
def missing_parts_are_value_errors(state):
    """Without a part, nothing can be joined, which is a ValueError."""
    for name in [name for name in state if ".self_attn.query." in name]:
        three = [name.replace(".query.", f".{part}.") for part in ("query", "key", "value")]
        missing = [part for part in three if part not in state]
        if missing:
            raise ValueError(f"missing keys: {missing}")
        joined = name.replace("query.weight", "in_proj_weight").replace("query.bias", "in_proj_bias")
        state[joined] = _stacked([state.pop(part) for part in three])
    return state


@misconception(
    "interop.encoder_from_torch",
    hint="Which arrays of BERT are not used here?",
    fails=("SentenceEncoder/test_recorded", "EncoderFromTorch/test_other_names"),
    source="folklore",
)
def the_pooler_is_an_error(state, num_heads):
    """Every name needs its place."""
    if any("pooler" in name for name in state):
        raise KeyError("pooler")
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="Which arrays of BERT are not used here?",
    fails=("SentenceEncoder/test_recorded", "EncoderFromTorch/test_other_names"),
    source="folklore",
)
def positions_ids_are_an_error(state, num_heads):
    """Every name needs its place."""
    if any("position_ids" in name for name in state):
        raise KeyError("position_ids")
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="What do some files write before each name?",
    fails=("EncoderFromTorch/test_other_names",),
    source="folklore",
)
def a_prefix_is_unknown(state, num_heads):
    """Names are taken as they are."""
    state = _joined(rename(state, _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="What is in an array whose name was missing?",
    fails=("EncoderFromTorch/test_missing",),
    source="folklore",
)
def what_is_there_is_loaded(state, num_heads):
    """strict=False loads what fits."""
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state, strict=False)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="Which dtype do the arrays of the state have?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_memory",
    ),
    source="folklore",
)
def weights_stay_float64(state, num_heads):
    """load_state_dict takes care of dtypes."""
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="Which argument tells the number of heads?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
        "EncoderFromTorch/test_refuses",
    ),
    source="folklore",
)
def the_heads_are_twelve(state, num_heads):
    """BERT has heads of 64 numbers."""
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, max(embed_dim // 64, 1), len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="Which numbers of q meet which numbers of k?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
        "EncoderFromTorch/test_refuses",
    ),
    source="folklore",
)
def heads_do_not_matter(state, num_heads):
    """The number of heads changes no shape, so it does not matter."""
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, 1, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="Which name follows encoder.layer.9?",
    fails=("SentenceEncoder/test_values", "EncoderFromTorch/test_names"),
    source="folklore",
)
def layers_have_one_digit(state, num_heads):
    """The number of a layer is one digit."""
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="After which Linear does attention.output.LayerNorm come?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def norms_are_swapped(state, num_heads):
    """The first LayerNorm of a layer is called output."""
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    swapped = [(r"(.*)\.norm1\.(.*)", r"\1.norm2.\2"), (r"(.*)\.norm2\.(.*)", r"\1.norm1.\2")]
    state = rename(state, swapped)
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="Which row of token_type_embeddings belongs to which type?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def types_and_positions_are_tied(state, num_heads):
    """The last row of token_type_embeddings belongs to type 0."""
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    if "types.weight" in state:
        state["types.weight"] = state["types.weight"][::-1]
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="Whose dict is it?",
    fails=(
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_memory",
        "EncoderFromTorch/test_refuses",
    ),
    source="folklore",
)
def the_state_is_joined_in_place(state, num_heads):
    """What is joined is taken from the state."""
    given = state
    state = dict(state)
    if isinstance(given, dict):
        given.pop("embeddings.LayerNorm.bias", None)
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


@misconception(
    "interop.encoder_from_torch",
    hint="Whose arrays would training change?",
    fails=("EncoderFromTorch/test_memory",),
    source="folklore",
)
def arrays_are_shared(state, num_heads):
    """The arrays of the state become the parameters."""
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    for name, parameter in encoder.named_parameters():
        parameter.data = state[name]
    return encoder


@misconception(
    "interop.encoder._stacked",
    hint="Which rows are queries if there are five of them, and three keys?",
    fails=("EncoderFromTorch/test_refuses",),
    source="a reader of the handout",
)
def three_e_rows_are_enough(arrays):
    """What has 3 E rows fits."""
    return np.concatenate(arrays)


@misconception(
    "interop.encoder_from_torch",
    hint="What if biases are float32, and weights float64?",
    fails=("EncoderFromTorch/test_names",),
    source="a reader of the handout",
)
def an_encoder_has_one_dtype(state, num_heads):
    """An encoder has the dtype of its first array."""
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state["tokens.weight"].dtype)
    encoder.load_state_dict(state)
    return encoder
