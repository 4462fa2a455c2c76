"""What people believe about positions."""

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.rotary import _check_positions
from reference.nn.module import check_shape


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="What are positions for?",
    fails=(
        "Learning/test_melodies",
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_refuses_shapes",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "Generate/test_model",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_used_again",
        "GroupedQueryAttention/test_gradients_with_options",
        "GroupedQueryAttention/test_dtypes",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def positions_are_ignored(self, x, positions):
    """Rows are at the positions 0, 1, 2 and so on."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = np.arange(x.shape[-2])[:, None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="What does a row at position 7 alone look like?",
    fails=(
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "Generate/test_model",
        "GroupedQueryAttention/test_cache",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def positions_from_their_first(self, x, positions):
    """Positions count from the first row."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = (positions - positions.flat[0] if positions.size else positions)[..., None] * self.base ** (
        -2 * np.arange(self.dim // 2) / self.dim
    )
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="Which dtype does y have, if x is float32?",
    fails=(
        "LanguageModel/test_dtypes",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_dtypes",
        "GroupedQueryAttention/test_dtypes",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def result_is_float64(self, x, positions):
    """The result has the dtype of the angles."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = positions[..., None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin)


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="Which shapes broadcast to x.shape[:-1]?",
    fails=(
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_used_again",
        "RotaryEmbedding/test_values",
        "RotaryEmbedding/test_values_with_options",
        "RotaryEmbedding/test_gradients",
        "RotaryEmbedding/test_gradients_with_options",
        "GroupedQueryAttention/test_positions",
    ),
    source="folklore",
)
def positions_of_one_dimension(self, x, positions):
    """Positions are a row for all sequences."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    positions = positions.reshape(-1)[-x.shape[-2] :] if positions.ndim else positions
    angles = positions[..., None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="Which positions are allowed?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "RotaryEmbedding/test_far",
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
def positions_not_below_zero(self, x, positions):
    """There is no position below 0."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = np.maximum(positions, 0)[..., None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="Is there a largest position?",
    fails=(
        "Learning/test_melodies",
        "LanguageModel/test_sizes",
        "LanguageModel/test_gradients",
        "RotaryEmbedding/test_far",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_gradients_with_options",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
)
def positions_wrap(self, x, positions):
    """There are 1024 positions."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = (positions % 1024)[..., None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.rotary._check_positions",
    hint="May y be larger than x?",
    fails=("RotaryEmbedding/test_refuses_shapes",),
    source="folklore",
)
def positions_may_be_missing_a_row(positions, x):
    """Whatever NumPy broadcasts is right."""
    try:
        fits = bool(np.broadcast_shapes(positions.shape, x.shape[:-1])) or True
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"positions of shape {positions.shape} do not broadcast to {x.shape[:-1]}")


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="Which dimension is dim?",
    fails=("RotaryEmbedding/test_refuses_shapes",),
    source="folklore",
)
def last_dimension_is_not_checked(self, x, positions):
    """The last dimension is halved, whatever it is."""
    _check_positions(positions, x)
    angles = positions[..., None] * self.base ** (-2 * np.arange(x.shape[-1] // 2) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="Whose array is x?",
    fails=("RotaryEmbedding/test_worked_example", "RotaryEmbedding/test_apart", "RotaryEmbedding/test_memory"),
    source="folklore",
)
def turned_in_place(self, x, positions):
    """x is turned in place."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = positions[..., None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    y = self._turned(x, cos, sin).astype(x.dtype, copy=False)
    if x.flags.writeable:
        x[...] = y
    return y
