"""What people believe about pairs and angles."""

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.rotary import _check_positions
from reference.nn.module import check_shape


@misconception(
    "nn.modern.RotaryEmbedding._halves",
    hint="Which of the two is the default?",
    fails=(
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def layouts_are_swapped(self, x):
    """A pair are neighbours, unless interleaved says that they are half of dim apart."""
    half = self.dim // 2
    return (x[..., ::2], x[..., 1::2]) if not self.interleaved else (x[..., :half], x[..., half:])


@misconception(
    "nn.modern.RotaryEmbedding._halves",
    hint="Which numbers does interleaved=False pair?",
    fails=(
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
    convention="This is the layout of the paper; the contract has it with interleaved=True alone.",
)
def always_neighbours(self, x):
    """A pair are neighbours, as in the paper."""
    half = self.dim // 2
    return (x[..., ::2], x[..., 1::2]) if True else (x[..., :half], x[..., half:])


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="Where is the minus sign in (1)?",
    fails=(
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_used_again",
        "GroupedQueryAttention/test_memory",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_values_with_options",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def turns_the_other_way(self, x, positions):
    """The rotation is clockwise."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = positions[..., None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, -sin, x.shape, x.dtype)
    return self._turned(x, cos, -sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="What is base for?",
    fails=(
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_values_with_options",
        "RotaryEmbedding/test_gradients_with_options",
        "RotaryEmbedding/test_dtypes",
    ),
    source="folklore",
)
def base_hard_coded(self, x, positions):
    """The base is 10000."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = positions[..., None] * 10000.0 ** (-2 * np.arange(self.dim // 2) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="What is the exponent of the last pair?",
    fails=(
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def exponent_of_a_half(self, x, positions):
    """The exponents go from 0 to 1, both included."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = positions[..., None] * self.base ** (-np.linspace(0, 1, self.dim // 2))
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="By how much does the first pair turn?",
    fails=(
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_used_again",
        "GroupedQueryAttention/test_memory",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_values_with_options",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def pairs_from_one(self, x, positions):
    """Pairs are counted from 1."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = positions[..., None] * self.base ** (-2 * np.arange(1, self.dim // 2 + 1) / self.dim)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding._turned",
    hint="Which x_a does the second line of (1) have?",
    fails=(
        "Learning/test_melodies",
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_used_again",
        "GroupedQueryAttention/test_memory",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_values_with_options",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def second_of_a_pair_uses_the_first(self, x, cos, sin):
    """The pair is turned in place, one number after the other."""
    y = np.empty(x.shape, np.result_type(x, cos))
    first, second = self._halves(x)
    y_first, y_second = self._halves(y)
    y_first[...] = first * cos - second * sin
    y_second[...] = y_first * sin + second * cos
    return y


@misconception(
    "nn.modern.RotaryEmbedding._turned",
    hint="Where is the minus sign in (1)?",
    fails=(
        "Learning/test_melodies",
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_used_again",
        "GroupedQueryAttention/test_memory",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_values_with_options",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def sum_in_both(self, x, cos, sin):
    """Both numbers of a pair have a plus."""
    y = np.empty(x.shape, np.result_type(x, cos))
    first, second = self._halves(x)
    y_first, y_second = self._halves(y)
    y_first[...] = first * cos + second * sin
    y_second[...] = first * sin + second * cos
    return y


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="How exact is a million radians in float32?",
    fails=("RotaryEmbedding/test_far",),
    source="folklore",
)
def angles_in_float32(self, x, positions):
    """Angles have the dtype of x."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    angles = positions[..., None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
    angles = angles.astype(x.dtype)
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.__init__",
    hint="What is its partner?",
    fails=("LanguageModel/test_refuses", "RotaryEmbedding/test_refuses"),
    source="folklore",
)
def odd_dims_are_rounded(self, dim, base=10000.0, interleaved=False):
    """Of an odd dim one number is left as it is."""
    if dim < 2 or base <= 0:
        raise ValueError(f"RotaryEmbedding needs an even dim >= 2 and a base above 0, got {dim} and {base}")
    self.dim = dim
    self.base = float(base)
    self.interleaved = interleaved


@misconception(
    "nn.modern.RotaryEmbedding.__init__",
    hint="What is 0 to a negative power?",
    fails=("RotaryEmbedding/test_refuses",),
    source="folklore",
)
def any_base(self, dim, base=10000.0, interleaved=False):
    """Any base makes angles."""
    if dim < 2 or dim % 2:
        raise ValueError(f"RotaryEmbedding needs an even dim >= 2 and a base above 0, got {dim} and {base}")
    self.dim = dim
    self.base = float(base)
    self.interleaved = interleaved


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="What if the next positions are others?",
    fails=(
        "Learning/test_melodies",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "Generate/test_model",
        "RotaryEmbedding/test_apart",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "RotaryEmbedding/test_dtypes",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_cache",
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
def angles_are_kept(self, x, positions):
    """The angles of some positions are computed once and kept."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    if not hasattr(self, "angles") or self.angles.shape[:-1] != positions.shape:
        self.angles = positions[..., None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
    angles = self.angles
    cos, sin = (np.cos(angles), np.sin(angles))
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)
