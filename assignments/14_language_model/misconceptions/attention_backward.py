"""What people believe about the gradients of attention."""

import math

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="How often is a key used?",
    fails=(
        "GroupedQueryAttention/test_worked_example",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_large",
        "GroupedQueryAttention/test_gradients",
        "LanguageModel/test_sizes",
        "LanguageModel/test_gradients",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
)
def key_gradients_are_means(self, dy):
    """Heads that share a key have its mean gradient."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).mean(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).mean(axis=2)
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="How often is a value used?",
    fails=(
        "GroupedQueryAttention/test_worked_example",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_large",
        "GroupedQueryAttention/test_used_again",
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def value_gradient_of_first_head(self, dy):
    """A value belongs to the first head of its group."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed)[:, :, 0]
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="Does one score change the other weights?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_gradients",
        "GroupedQueryAttention/test_gradients_with_options",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def softmax_has_a_diagonal_derivative(self, dy):
    """The derivative of softmax is a (1 - a)."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = d_mixed @ v[:, :, None].swapaxes(-1, -2) * weights * (1 - weights) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="What is q made of?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_gradients",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_gradients",
        "GroupedQueryAttention/test_gradients_with_options",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
)
def gradient_of_q_is_dropped(self, dy):
    """dx comes back through keys and values."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = 0 * self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="Which way is the gradient turned?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_used_again",
        "GroupedQueryAttention/test_gradients_with_options",
        "GroupedQueryAttention/test_dtypes",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def gradients_are_not_turned_back(self, dy):
    """A rotation does not matter for the gradient."""
    q, k, v, weights, _positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = self.q_proj.backward(self._merged(dq))
    dx = dx + self.k_proj.backward(self._merged(dk))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="Which dtype does dx have?",
    fails=("GroupedQueryAttention/test_dtypes",),
    source="folklore",
)
def gradient_is_float64(self, dy):
    """dx is float64."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return (dx + self.v_proj.backward(self._merged(dv))).astype(np.float64)


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="What does the contract say of backward before forward?",
    fails=("GroupedQueryAttention/test_refuses",),
    source="folklore",
)
def zero_before_forward(self, dy):
    """Before forward there is no gradient."""
    if "_saved" not in vars(self):
        return np.zeros_like(dy)
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))
