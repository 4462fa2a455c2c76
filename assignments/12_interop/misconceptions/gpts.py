"""What people believe about the GPT."""

import numpy as np

from grader.assignment import misconception
from reference.interop.renaming import rename
from reference.interop.torch_models import _GPT, _count, _filled, _needed, _plain, _sized, _sizes
from reference.nn.transformer import GPT


@misconception(
    "interop.gpt_from_torch",
    hint="What does a model do whose head is another array?",
    fails=("GPT/test_head",),
    source="folklore",
)
def the_head_is_not_looked_at(state, num_heads):
    """head.weight is left out, whatever it is."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Which array is it once more?",
    fails=("GPT/test_head",),
    source="folklore",
)
def the_head_has_to_be_there(state, num_heads):
    """Each name of the program has to be there."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" not in state:
        raise KeyError("head.weight")
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="What does a model do whose head is another array?",
    fails=("GPT/test_head",),
    source="folklore",
)
def the_shape_of_the_head_is_enough(state, num_heads):
    """Two arrays of one shape are tied."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and state["head.weight"].shape != tokens.shape:
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Do two arrays have the same sum if their rows are exchanged?",
    fails=("GPT/test_head",),
    source="folklore",
)
def the_sum_of_the_head_is_enough(state, num_heads):
    """Arrays with one sum are the same."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.isclose(state["head.weight"].sum(), tokens.sum()):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Which argument tells the number of heads?",
    fails=("GPT/test_heads", "GPT/test_refuses_heads"),
    source="folklore",
)
def two_heads(state, num_heads):
    """The GPT has two heads, as that of the checkpoint."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, 2)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Which numbers of q meet which numbers of k?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_heads",
        "GPT/test_head",
        "GPT/test_refuses_heads",
    ),
    source="folklore",
)
def one_head(state, num_heads):
    """The number of heads changes no shape, so it does not matter."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, 1)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="What is E divided by?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_heads",
    ),
    source="folklore",
)
def heads_are_a_size(state, num_heads):
    """num_heads is the size of a head."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(
        vocab_size,
        len(_sized("wpe.weight", positions, 2)),
        embed_dim,
        layers,
        embed_dim // num_heads if num_heads and embed_dim % num_heads == 0 else num_heads,
    )
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Which array has a row for each position?",
    fails=(
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_memory",
        "GPT/test_missing",
        "GPT/test_refuses",
        "GPT/test_heads",
        "GPT/test_head",
        "GPT/test_refuses_heads",
    ),
    source="folklore",
)
def the_context_is_that_of_the_checkpoint(state, num_heads):
    """The context has 16 tokens."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, max(16, len(positions)), embed_dim, layers, num_heads)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="What is the largest number in a name?",
    fails=(
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_memory",
        "GPT/test_missing",
        "GPT/test_refuses",
        "GPT/test_head",
        "GPT/test_refuses_heads",
    ),
    source="folklore",
)
def two_blocks(state, num_heads):
    """There are two blocks, as in the checkpoint."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), 2
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Which activation does TransformerEncoderLayer have by default?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_heads",
        "GPT/test_head",
    ),
    source="folklore",
)
def the_activation_is_gelu(state, num_heads):
    """A GPT has GELUs."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    for layer in model.layers:
        other = type(layer)(embed_dim, num_heads, 4 * embed_dim, 0.0, "gelu", norm_first=True)
        layer.activation = other.activation
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="What does norm_first say?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_heads",
        "GPT/test_head",
    ),
    source="folklore",
)
def norms_come_last(state, num_heads):
    """Each sum is normalised, as in the first transformer."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    for layer in model.layers:
        layer.norm_first = False
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="What is norm= in the program?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_heads",
        "GPT/test_head",
    ),
    source="folklore",
)
def logits_have_no_norm(state, num_heads):
    """The last block gives the logits."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    state = {k: np.ones_like(v) if k == "blocks.norm.weight" else v for k, v in state.items()}
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Which rows of in_proj_weight are q?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_heads",
        "GPT/test_head",
    ),
    source="folklore",
)
def queries_come_last(state, num_heads):
    """in_proj_weight is v, k, q."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    state = {
        k: v.reshape(3, -1, *v.shape[1:])[::-1].reshape(v.shape) if "in_proj" in k and len(v) % 3 == 0 else v
        for k, v in state.items()
    }
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Which row of wpe does the first token get?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_heads",
        "GPT/test_head",
    ),
    source="folklore",
)
def positions_count_from_one(state, num_heads):
    """The first position is 1."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    state = dict(state)
    state["wpe.weight"] = np.roll(state["wpe.weight"], -1, axis=0)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Which dropout does the program set?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_heads",
        "GPT/test_head",
    ),
    source="folklore",
)
def dropout_is_the_default(state, num_heads):
    """A layer drops a tenth, as PyTorch does by default."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads, dropout=0.1)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_from_torch",
    hint="Where does the gradient of a tied weight come from?",
    fails=("GPT/test_recorded", "GPT/test_step"),
    source="folklore",
)
def tokens_have_no_gradient(state, num_heads):
    """Only the blocks learn."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    model.position_embedding.backward = lambda dy: None
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_to_torch",
    hint="Which names does the program load?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_head",
    ),
    source="folklore",
)
def the_head_is_not_given_back(model):
    """A tied weight is given back once."""
    state = rename(model.state_dict(), [(new.replace(r"\1", "(.*)"), _plain(old)) for old, new in _GPT if new])
    return {name: array for name, array in state.items() if name != "head.weight"}


@misconception(
    "interop.gpt_to_torch",
    hint="Are both copies?",
    fails=("GPT/test_memory",),
    source="folklore",
)
def the_head_is_the_same_array(model):
    """A tied weight is one array under two names."""
    state = rename(model.state_dict(), [(new.replace(r"\1", "(.*)"), _plain(old)) for old, new in _GPT if new])
    return state | {
        "head.weight": next(p.data for name, p in model.named_parameters() if name == "token_embedding.weight")
    }


@misconception(
    "interop.gpt_to_torch",
    hint="Which names does the program load?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
    ),
    source="folklore",
)
def names_stay(model):
    """A state has the names that it has."""
    state = rename(model.state_dict(), [(new.replace(r"\1", "(.*)"), _plain(old)) for old, new in _GPT if new])
    state = {name.replace("blocks.layers", "layers"): array for name, array in state.items()}
    return state | {"head.weight": state["wte.weight"].copy()}


@misconception(
    "interop.gpt_to_torch",
    hint="Which shape does the weight of Linear(E, V) have?",
    fails=(
        "GPT/test_recorded",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_head",
    ),
    source="folklore",
)
def the_head_is_transposed(model):
    """The head goes from E to V, so it is (E, V)."""
    state = rename(model.state_dict(), [(new.replace(r"\1", "(.*)"), _plain(old)) for old, new in _GPT if new])
    return state | {"head.weight": state["wte.weight"].T.copy()}


@misconception(
    "interop.gpt_from_torch",
    hint="Do two arrays that differ in one rounding belong to one array?",
    fails=("GPT/test_head",),
    source="a reader of the handout",
)
def tied_to_rounding(state, num_heads):
    """Tied arrays are equal to rounding."""
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state:
        head = state["head.weight"]
        if head.shape != tokens.shape or not np.allclose(head, tokens):
            raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    return _filled(model, rename(state, _GPT))


@misconception(
    "interop.gpt_to_torch",
    hint="What if one of the two is written into?",
    fails=("GPT/test_memory",),
    source="a reader of the handout",
)
def one_copy_has_two_names(model):
    """A tied weight is one copy under two names, as in PyTorch."""
    state = rename(model.state_dict(), [(new.replace(r"\1", "(.*)"), _plain(old)) for old, new in _GPT if new])
    return state | {"head.weight": state["wte.weight"]}
