"""What people believe about adding the encoding of positions."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="What is y at position 0, if x is 1 everywhere?",
    fails=(
        "PositionalEncoding/test_worked_example",
        "PositionalEncoding/test_values",
        "PositionalEncoding/test_values_with_options",
        "PositionalEncoding/test_used_again",
        "PositionalEncoding/test_memory",
        "PositionalEncoding/test_dtypes",
    ),
    source="Vaswani and others (2017), sec. 3.4",
    convention="This is how the paper scales embeddings, sec. 3.4; the contract asks for x + pe alone.",
)
def x_is_scaled(self, x):
    """x is multiplied by the root of E first."""
    positions, size = self.pe.shape
    if x.ndim < 2 or x.shape[-1] != size or x.shape[-2] > positions:
        raise ValueError(f"x has shape {x.shape}, but should end in L <= {positions} and {size}")
    self.save_for_backward(x.shape, x.dtype)
    return (x * np.sqrt(size) + self.pe[: x.shape[-2]]).astype(x.dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="Does text 1 begin at position 1?",
    fails=(
        "PositionalEncoding/test_worked_example",
        "PositionalEncoding/test_sizes",
        "PositionalEncoding/test_values",
        "PositionalEncoding/test_values_with_options",
        "PositionalEncoding/test_used_again",
        "PositionalEncoding/test_dtypes",
    ),
    source="PyTorch's tutorial on transformers",
    convention="This is the form for (L, N, E); the contract asks for (N, L, E), batch first.",
)
def encoding_by_text(self, x):
    """The first axis is that of positions."""
    positions, size = self.pe.shape
    if x.ndim < 2 or x.shape[-1] != size or x.shape[-2] > positions:
        raise ValueError(f"x has shape {x.shape}, but should end in L <= {positions} and {size}")
    self.save_for_backward(x.shape, x.dtype)
    return (x + (self.pe[: x.shape[0], None] if x.ndim == 3 else self.pe[: x.shape[-2]])).astype(x.dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="Where does the next text begin?",
    fails=(
        "PositionalEncoding/test_used_again",
        "PositionalEncoding/test_dtypes",
    ),
    source="folklore",
)
def positions_go_on(self, x):
    """Positions go on where the last forward ended."""
    positions, size = self.pe.shape
    if x.ndim < 2 or x.shape[-1] != size or x.shape[-2] > positions:
        raise ValueError(f"x has shape {x.shape}, but should end in L <= {positions} and {size}")
    self.save_for_backward(x.shape, x.dtype)
    start = getattr(self, "_start", 0) % max(positions - x.shape[-2], 1)
    self._start = start + x.shape[-2]
    return (x + self.pe[start : start + x.shape[-2]]).astype(x.dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="Which dtype does y have, if x is float32?",
    fails=("PositionalEncoding/test_dtypes",),
    source="folklore",
)
def positional_y_is_float64(self, x):
    """y is float64, as pe is."""
    positions, size = self.pe.shape
    if x.ndim < 2 or x.shape[-1] != size or x.shape[-2] > positions:
        raise ValueError(f"x has shape {x.shape}, but should end in L <= {positions} and {size}")
    self.save_for_backward(x.shape, x.dtype)
    return x + self.pe[: x.shape[-2]]


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="Whose array is x?",
    fails=("PositionalEncoding/test_memory",),
    source="folklore",
)
def x_is_changed(self, x):
    """pe is added to x in place."""
    positions, size = self.pe.shape
    if x.ndim < 2 or x.shape[-1] != size or x.shape[-2] > positions:
        raise ValueError(f"x has shape {x.shape}, but should end in L <= {positions} and {size}")
    self.save_for_backward(x.shape, x.dtype)
    if x.flags.writeable and x.dtype == self.pe.dtype:
        x += self.pe[: x.shape[-2]]
        return x.copy()
    return (x + self.pe[: x.shape[-2]]).astype(x.dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="What is at position max_len?",
    fails=("PositionalEncoding/test_refuses",),
    source="folklore",
)
def longer_texts_repeat(self, x):
    """Beyond max_len, positions begin again."""
    positions, size = self.pe.shape
    if x.ndim < 2 or x.shape[-1] != size:
        raise ValueError(f"x has shape {x.shape}, but should end in L <= {positions} and {size}")
    self.save_for_backward(x.shape, x.dtype)
    return (x + self.pe[np.arange(x.shape[-2]) % positions]).astype(x.dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="Which shapes does the table of the handout have?",
    fails=(
        "PositionalEncoding/test_values",
        "PositionalEncoding/test_values_with_options",
        "PositionalEncoding/test_gradients",
        "PositionalEncoding/test_gradients_with_options",
        "PositionalEncoding/test_used_again",
        "PositionalEncoding/test_memory",
    ),
    source="folklore",
)
def three_dimensions_alone(self, x):
    """x has three dimensions."""
    positions, size = self.pe.shape
    if x.ndim != 3 or x.shape[-1] != size or x.shape[-2] > positions:
        raise ValueError(f"x has shape {x.shape}, but should end in L <= {positions} and {size}")
    self.save_for_backward(x.shape, x.dtype)
    return (x + self.pe[: x.shape[-2]]).astype(x.dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.backward",
    hint="y = x + pe: what is the derivative of y by x?",
    fails=(
        "PositionalEncoding/test_worked_example",
        "PositionalEncoding/test_gradients",
        "PositionalEncoding/test_gradients_with_options",
    ),
    source="folklore",
)
def gradient_is_that_of_the_waves(self, dy):
    """dx is dy times the encoding."""
    shape, dtype = self.saved_values
    check_shape("dy of PositionalEncoding", dy.shape, shape)
    return (dy * self.pe[: shape[-2]]).astype(dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.backward",
    hint="What shape does dy have?",
    fails=("PositionalEncoding/test_refuses",),
    source="folklore",
)
def gradient_of_any_shape(self, dy):
    """dy is returned as it is."""
    _shape, dtype = self.saved_values
    return dy.astype(dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.backward",
    hint="Which dtype does dx have, if x is float32?",
    fails=("PositionalEncoding/test_dtypes",),
    source="folklore",
)
def gradient_has_the_dtype_of_dy(self, dy):
    """dx is dy."""
    shape, _dtype = self.saved_values
    check_shape("dy of PositionalEncoding", dy.shape, shape)
    return dy


@misconception(
    "nn.transformer.PositionalEncoding.backward",
    hint="What does backward know before any forward?",
    fails=("PositionalEncoding/test_refuses",),
    source="folklore",
)
def gradient_before_forward(self, dy):
    """dx is dy, whatever has been before."""
    shape, dtype = vars(self).get("_saved", (dy.shape, dy.dtype))
    check_shape("dy of PositionalEncoding", dy.shape, shape)
    return dy.astype(dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="What does NumPy do with a table of a single row, or of a single column?",
    fails=("PositionalEncoding/test_refuses",),
    source="folklore (broadcasting)",
)
def sum_finds_out_what_fits(self, x):
    """If the sum is possible, x fits."""
    if x.ndim < 2:
        raise ValueError(f"x has shape {x.shape}")
    try:
        y = x + self.pe[: x.shape[-2]]
    except ValueError as error:
        raise ValueError(f"x of shape {x.shape} and pe of shape {self.pe.shape} do not fit") from error
    if y.shape != x.shape:
        raise ValueError(f"x of shape {x.shape} and pe of shape {self.pe.shape} do not fit")
    self.save_for_backward(x.shape, x.dtype)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="A state with another table was loaded. Which one is added now?",
    fails=("PositionalEncoding/test_is_a_buffer",),
    source="folklore",
)
def buffer_is_only_kept(self, x):
    """The buffer pe is there for others to read; forward adds the waves, which it knows."""
    positions, size = self.pe.shape
    if x.ndim < 2 or x.shape[-1] != size or x.shape[-2] > positions:
        raise ValueError(f"x has shape {x.shape}, but should end in L <= {positions} and {size}")
    self.save_for_backward(x.shape, x.dtype)
    waves = type(self)(size, positions).pe
    return (x + waves[: x.shape[-2]]).astype(x.dtype, copy=False)
