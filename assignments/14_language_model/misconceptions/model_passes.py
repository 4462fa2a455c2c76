"""What people believe about the two passes of a language model."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape


@misconception(
    "nn.modern.LanguageModel.backward",
    hint="How many uses does W have?",
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
    hint="How many uses does W have?",
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
    "nn.modern.LanguageModel",
    hint="Which parameters are listed?",
    fails=(
        "Learning/test_melodies",
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
    "nn.modern.LanguageModel.backward",
    hint="Over which axes of h does the gradient of W sum?",
    fails=("LanguageModel/test_sizes", "LanguageModel/test_gradients"),
    source="folklore",
)
def gradient_of_scores_of_first_text(self, dy):
    """All texts of a batch have the same h, so its mean is enough for the gradient of W."""
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
    hint="What does the contract say of backward before forward?",
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
    hint="What does the contract say of a dy of another shape?",
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
    hint="Which dtype do logits have?",
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
