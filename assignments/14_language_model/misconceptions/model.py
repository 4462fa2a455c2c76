"""What people believe about a language model."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.block import DecoderBlock
from reference.nn.modern.cache import KeyValueCache
from reference.nn.modern.rotary import RotaryEmbedding
from reference.nn.module import Sequential, accumulate_grad, check_shape
from reference.nn.normalization import RMSNorm
from reference.nn.sparse import Embedding


@misconception(
    "nn.modern.LanguageModel.backward",
    hint="How many uses has W?",
    fails=(
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_tied",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
    ),
    source="folklore",
)
def embedding_gradient_of_lookup_only(self, dy):
    """The embedding's gradient is that of the rows that were looked up."""
    (h,) = self.saved_values
    weight = self.embedding.weight
    check_shape("dy of LanguageModel", dy.shape, (*h.shape[:2], len(weight.data)))
    dh = self.norm.backward(dy @ weight.data)
    for block in reversed(list(self.blocks)):
        dh = block.backward(dh)
    self.embedding.backward(dh)


@misconception(
    "nn.modern.LanguageModel.backward",
    hint="How many uses has W?",
    fails=(
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_tied",
        "LanguageModel/test_used_again",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
    ),
    source="folklore",
)
def embedding_gradient_of_scores_only(self, dy):
    """The embedding's gradient is that of the scores."""
    (h,) = self.saved_values
    weight = self.embedding.weight
    check_shape("dy of LanguageModel", dy.shape, (*h.shape[:2], len(weight.data)))
    accumulate_grad(weight, np.einsum("nlv,nle->ve", dy, h, optimize=True))
    dh = self.norm.backward(dy @ weight.data)
    for block in reversed(list(self.blocks)):
        dh = block.backward(dh)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="What happens to both when one is trained?",
    fails=(
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_tied",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_causal",
        "Generate/test_model",
    ),
    source="folklore",
)
def weights_are_copied(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """Tied weights are equal at first."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    from ..linear import Linear

    self.norm = RMSNorm(embed_dim)
    self.head = Linear(embed_dim, vocab_size, bias=False, rng=rng)
    self.head.weight.data = self.embedding.weight.data.copy()


@misconception(
    "nn.modern.LanguageModel",
    hint="Which parameters are listed?",
    fails=(
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_tied",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_causal",
        "Generate/test_model",
    ),
    source="folklore",
)
class an_output_layer_of_its_own:
    """A Linear layer makes the logits."""

    def forward(self, tokens, cache=None):
        if tokens.ndim != 2:
            raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
        length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
        if length > self.context_length:
            raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
        if not hasattr(self, "head"):
            from ..linear import Linear

            self.head = Linear(*self.embedding.weight.shape[::-1], bias=False, rng=np.random.default_rng(1))
        h = self.embedding(tokens)
        for i, block in enumerate(self.blocks):
            h = block(h, cache=None if cache is None else cache[i])
        return self.head(self.norm(h))

    def backward(self, dy):
        dh = self.norm.backward(self.head.backward(dy))
        for block in reversed(list(self.blocks)):
            dh = block.backward(dh)
        self.embedding.backward(dh)


@misconception(
    "nn.modern.LanguageModel",
    hint="How many norms are listed?",
    fails=(
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "Generate/test_model",
    ),
    source="folklore",
)
class no_last_norm:
    """The last block's output is what is scored."""

    def forward(self, tokens, cache=None):
        if tokens.ndim != 2:
            raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
        length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
        if length > self.context_length:
            raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
        h = self.embedding(tokens)
        for i, block in enumerate(self.blocks):
            h = block(h, cache=None if cache is None else cache[i])
        self.save_for_backward(h)
        return h @ self.embedding.weight.data.T

    def backward(self, dy):
        (h,) = self.saved_values
        weight = self.embedding.weight
        check_shape("dy of LanguageModel", dy.shape, (*h.shape[:2], len(weight.data)))
        accumulate_grad(weight, np.einsum("nlv,nle->ve", dy, h, optimize=True))
        dh = dy @ weight.data
        for block in reversed(list(self.blocks)):
            dh = block.backward(dh)
        self.embedding.backward(dh)


@misconception(
    "nn.modern.LanguageModel",
    hint="What does the equation say?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
    ),
    source="folklore",
    convention="This is how the first transformers begin; the contract takes the rows as they are.",
)
class embedding_is_scaled:
    """What is looked up is multiplied by the root of embed_dim."""

    def forward(self, tokens, cache=None):
        if tokens.ndim != 2:
            raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
        length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
        if length > self.context_length:
            raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
        h = self.embedding(tokens) * np.sqrt(self.embedding.embedding_dim)
        for i, block in enumerate(self.blocks):
            h = block(h, cache=None if cache is None else cache[i])
        h = self.norm(h)
        self.save_for_backward(h)
        return h @ self.embedding.weight.data.T

    def backward(self, dy):
        (h,) = self.saved_values
        weight = self.embedding.weight
        check_shape("dy of LanguageModel", dy.shape, (*h.shape[:2], len(weight.data)))
        accumulate_grad(weight, np.einsum("nlv,nle->ve", dy, h, optimize=True))
        dh = self.norm.backward(dy @ weight.data)
        for block in reversed(list(self.blocks)):
            dh = block.backward(dh)
        self.embedding.backward(dh * np.sqrt(self.embedding.embedding_dim))


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="How many parameters are listed?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_at_first",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "Generate/test_model",
    ),
    source="folklore",
)
def one_block_for_all(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """All layers are one block, used again."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    block = DecoderBlock(*arguments, rng=rng)
    self.blocks = Sequential(*[block] * num_layers)
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.backward",
    hint="Which block saw the loss first?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
    ),
    source="folklore",
)
def blocks_backward_in_order(self, dy):
    """Blocks are gone through in their order."""
    (h,) = self.saved_values
    weight = self.embedding.weight
    check_shape("dy of LanguageModel", dy.shape, (*h.shape[:2], len(weight.data)))
    accumulate_grad(weight, np.einsum("nlv,nle->ve", dy, h, optimize=True))
    dh = self.norm.backward(dy @ weight.data)
    for block in list(self.blocks):
        dh = block.backward(dh)
    self.embedding.backward(dh)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="Which layout has the model?",
    fails=("LanguageModel/test_sizes", "LanguageModel/test_cache"),
    source="folklore",
    convention="This is the layout of the paper; the contract's model has halves.",
)
def neighbours_are_pairs(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """The rope pairs neighbours."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads, interleaved=True)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="How large are the logits at first?",
    fails=("LanguageModel/test_at_first", "LanguageModel/test_without_a_generator"),
    source="folklore",
)
def embedding_is_large(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """An embedding draws with deviation 1."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="What is the deviation of the embedding?",
    fails=("LanguageModel/test_at_first", "LanguageModel/test_without_a_generator"),
    source="folklore",
    convention="This is the deviation in GPT; the contract's depends on the width.",
)
def embedding_of_gpt(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """The embedding's deviation is 0.02."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data *= 0.02
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="In which order are the parts drawn?",
    fails=("LanguageModel/test_at_first",),
    source="folklore",
)
def blocks_are_drawn_first(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """The embedding is drawn last."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="What does another model get without rng?",
    fails=("LanguageModel/test_without_a_generator",),
    source="folklore",
)
def global_seed(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """A seed makes results the same each time."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng(0) if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="Who else draws from NumPy's global state?",
    fails=("LanguageModel/test_without_a_generator",),
    source="folklore",
)
def global_state(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """np.random.seed makes initial values."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng(np.random.randint(1 << 30)) if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="How many caches has new_cache?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
    ),
    source="folklore",
)
def cache_is_not_passed(self, tokens, cache=None):
    """The cache belongs to the last block."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if i >= 0 else cache)
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="Whose keys are in it?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
    ),
    source="folklore",
)
def one_cache_for_all_blocks(self, tokens, cache=None):
    """All blocks share a cache."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[-1 - 0 * i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.new_cache",
    hint="How many caches are in [cache] * 2?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
    ),
    source="folklore",
)
def one_cache_in_the_list(self):
    """A list of a cache for each block is made by multiplication."""
    return [KeyValueCache()] * len(self.blocks)


@misconception(
    "nn.modern.LanguageModel.new_cache",
    hint="How many texts does it write at once?",
    fails=("LanguageModel/test_cache", "LanguageModel/test_two_caches"),
    source="folklore",
)
def cache_of_the_model(self):
    """A model has one cache."""
    if not hasattr(self, "kept") or len(self.kept[0]) == self.context_length:
        self.kept = [KeyValueCache() for _ in self.blocks]
    return self.kept


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="How many positions are there, with those in the cache?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def cache_is_forgotten_in_context(self, tokens, cache=None):
    """The context is that of the new tokens."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1]
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="How many positions may there be?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def context_is_one_more(self, tokens, cache=None):
    """context_length is the number of steps between positions."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length + 1:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="What is an error?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def long_texts_are_cut(self, tokens, cache=None):
    """Of a text that is too long, the end counts."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    tokens = tokens[:, -self.context_length :]
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="Which tokens are an IndexError?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def negative_tokens_count_from_the_end(self, tokens, cache=None):
    """Token -1 is the last one."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(np.where(tokens < 0, tokens % len(self.embedding.weight.data), tokens))
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="Which shape have tokens?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def one_text_needs_no_batch(self, tokens, cache=None):
    """Tokens of shape (L,) are one text."""
    if tokens.ndim == 1:
        tokens = tokens[None]
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.backward",
    hint="Over what is the sum?",
    fails=("LanguageModel/test_sizes", "LanguageModel/test_gradients"),
    source="folklore",
)
def gradient_of_scores_of_first_text(self, dy):
    """All texts of a batch have the same gradient."""
    (h,) = self.saved_values
    weight = self.embedding.weight
    check_shape("dy of LanguageModel", dy.shape, (*h.shape[:2], len(weight.data)))
    accumulate_grad(weight, np.einsum("lv,le->ve", dy.sum(axis=0), h.mean(axis=0) if len(h) else h.sum(axis=0)))
    dh = self.norm.backward(dy @ weight.data)
    for block in reversed(list(self.blocks)):
        dh = block.backward(dh)
    self.embedding.backward(dh)


@misconception(
    "nn.modern.LanguageModel.backward",
    hint="What is backward before forward?",
    fails=("LanguageModel/test_refuses",),
    source="folklore",
)
def zero_before_forward(self, dy):
    """Before forward there is no gradient."""
    if "_saved" not in vars(self):
        return
    (h,) = self.saved_values
    weight = self.embedding.weight
    check_shape("dy of LanguageModel", dy.shape, (*h.shape[:2], len(weight.data)))
    accumulate_grad(weight, np.einsum("nlv,nle->ve", dy, h, optimize=True))
    dh = self.norm.backward(dy @ weight.data)
    for block in reversed(list(self.blocks)):
        dh = block.backward(dh)
    self.embedding.backward(dh)


@misconception(
    "nn.modern.LanguageModel.backward",
    hint="What is a ValueError?",
    fails=("LanguageModel/test_refuses",),
    source="folklore",
)
def dy_is_not_checked(self, dy):
    """dy has the shape of the logits."""
    (h,) = self.saved_values
    weight = self.embedding.weight
    dy = np.resize(dy, (*h.shape[:2], len(weight.data)))
    accumulate_grad(weight, np.einsum("nlv,nle->ve", dy, h, optimize=True))
    dh = self.norm.backward(dy @ weight.data)
    for block in reversed(list(self.blocks)):
        dh = block.backward(dh)
    self.embedding.backward(dh)


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="Which dtype have logits?",
    fails=("LanguageModel/test_dtypes",),
    source="folklore",
)
def logits_are_float64(self, tokens, cache=None):
    """Logits are float64."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return (h @ self.embedding.weight.data.T).astype(np.float64)


@misconception(
    "nn.modern.LanguageModel.backward",
    hint="Has an integer a gradient?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "LanguageModel/test_refuses",
    ),
    source="folklore",
)
def gradient_is_returned(self, dy):
    """backward returns the gradient of the embedded tokens."""
    (h,) = self.saved_values
    weight = self.embedding.weight
    check_shape("dy of LanguageModel", dy.shape, (*h.shape[:2], len(weight.data)))
    accumulate_grad(weight, np.einsum("nlv,nle->ve", dy, h, optimize=True))
    dh = self.norm.backward(dy @ weight.data)
    for block in reversed(list(self.blocks)):
        dh = block.backward(dh)
    self.embedding.backward(dh)
    return dh


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="Which forward does backward belong to?",
    fails=("LanguageModel/test_used_again",),
    source="folklore",
)
def first_h_is_kept(self, tokens, cache=None):
    """What backward needs is kept at the first forward."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    if "_saved" not in vars(self) or self._saved[0].shape != h.shape:
        self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="Which sizes are refused?",
    fails=("LanguageModel/test_refuses",),
    source="folklore",
)
def sizes_below_one(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """Without layers, the embedding is scored."""
    if num_heads < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="Which sizes are refused?",
    fails=("LanguageModel/test_refuses",),
    source="folklore",
)
def odd_heads(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """A head of odd size leaves one number as it is."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = None if embed_dim // num_heads % 2 else RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="Who keeps the logits of before?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_causal",
        "LanguageModel/test_memory",
    ),
    source="folklore",
)
def logits_are_views(self, tokens, cache=None):
    """The logits are computed into one array."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    logits = h @ self.embedding.weight.data.T
    if not hasattr(self, "out") or self.out.shape != logits.shape or self.out.dtype != logits.dtype:
        self.out = logits
    self.out[...] = logits
    return self.out
