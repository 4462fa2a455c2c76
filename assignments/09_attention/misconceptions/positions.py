"""What people believe about the encoding of positions."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="Which column is the first cosine in?",
    fails=("X/test_x",),
    source="github.com/tensorflow/tensor2tensor, get_timing_signal_1d",
    convention="This is the form of tensor2tensor, by the paper's own authors; the contract asks for sines and "
    "cosines in turn, as the paper says.",
)
def sines_before_cosines(self, d_model, max_len=5000):
    """The left half are sines, the right half cosines."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, None] / 10000.0 ** ((columns - columns % 2) / d_model)
    self.register_buffer("pe", np.concatenate([np.sin(angles[:, ::2]), np.cos(angles[:, 1::2])], axis=1))


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="What is the encoding of position 0?",
    fails=("X/test_x",),
    source="folklore",
)
def cosines_first(self, d_model, max_len=5000):
    """Even columns are cosines."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, None] / 10000.0 ** ((columns - columns % 2) / d_model)
    self.register_buffer("pe", np.where(columns % 2 == 1, np.sin(angles), np.cos(angles)))


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="Which two columns share a wavelength?",
    fails=("X/test_x",),
    source="folklore",
)
def a_wave_for_each_column(self, d_model, max_len=5000):
    """Column i has the exponent i / E."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, None] / 10000.0 ** (columns / d_model)
    self.register_buffer("pe", np.where(columns % 2 == 0, np.sin(angles), np.cos(angles)))


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="How long is the slowest wave?",
    fails=("X/test_x",),
    source="folklore",
)
def base_1000(self, d_model, max_len=5000):
    """The base is 1000."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, None] / 1000.0 ** ((columns - columns % 2) / d_model)
    self.register_buffer("pe", np.where(columns % 2 == 0, np.sin(angles), np.cos(angles)))


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="What is the number of the first position?",
    fails=("X/test_x",),
    source="folklore",
)
def counted_from_1(self, d_model, max_len=5000):
    """Positions are 1, 2, 3, ..."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    columns = np.arange(d_model)
    angles = np.arange(1, max_len + 1)[:, None] / 10000.0 ** ((columns - columns % 2) / d_model)
    self.register_buffer("pe", np.where(columns % 2 == 0, np.sin(angles), np.cos(angles)))


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="What has the last column of an odd d_model?",
    fails=("X/test_x",),
    source="folklore",
)
def odd_sizes_lose_a_column(self, d_model, max_len=5000):
    """Columns come in pairs; a last one alone stays 0."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, None] / 10000.0 ** ((columns - columns % 2) / d_model)
    self.register_buffer(
        "pe", np.where(columns % 2 == 0, np.sin(angles), np.cos(angles)) * (columns < d_model - d_model % 2)
    )


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="How many digits has float32 at position 5000?",
    fails=("X/test_x",),
    source="folklore",
)
def in_float32(self, d_model, max_len=5000):
    """float32 is enough for sines."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, None] / 10000.0 ** ((columns - columns % 2) / d_model)
    self.register_buffer(
        "pe", np.where(columns % 2 == 0, np.sin(angles), np.cos(angles)).astype(np.float32).astype(np.float64)
    )


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="What is in the state_dict?",
    fails=("X/test_x",),
    source="folklore",
)
def table_is_no_buffer(self, d_model, max_len=5000):
    """pe is an attribute."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, None] / 10000.0 ** ((columns - columns % 2) / d_model)
    self.pe = np.where(columns % 2 == 0, np.sin(angles), np.cos(angles))


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="How many rows has pe?",
    fails=("X/test_x",),
    source="folklore",
)
def table_is_larger(self, d_model, max_len=5000):
    """pe has 5000 rows in any case."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    columns = np.arange(d_model)
    angles = np.arange(max(max_len, 5000))[:, None] / 10000.0 ** ((columns - columns % 2) / d_model)
    self.register_buffer("pe", np.where(columns % 2 == 0, np.sin(angles), np.cos(angles)))


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="What is a table of no rows?",
    fails=("X/test_x",),
    source="folklore",
)
def positions_sizes_are_not_checked(self, d_model, max_len=5000):
    """Sizes are what the caller says."""
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, None] / 10000.0 ** ((columns - columns % 2) / d_model)
    self.register_buffer("pe", np.where(columns % 2 == 0, np.sin(angles), np.cos(angles)))


@misconception(
    "nn.transformer.PositionalEncoding.forward",
    hint="What is y at position 0, if x is 1 everywhere?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    hint="Which dtype has y, if x is float32?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
    source="folklore",
)
def gradient_is_that_of_the_waves(self, dy):
    """dx is dy times the encoding."""
    shape, dtype = self.saved_values
    check_shape("dy of PositionalEncoding", dy.shape, shape)
    return (dy * self.pe[: shape[-2]]).astype(dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.backward",
    hint="What shape has dy?",
    fails=("X/test_x",),
    source="folklore",
)
def gradient_of_any_shape(self, dy):
    """dy is returned as it is."""
    _shape, dtype = self.saved_values
    return dy.astype(dtype, copy=False)


@misconception(
    "nn.transformer.PositionalEncoding.backward",
    hint="Which dtype has dx, if x is float32?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
    source="folklore",
)
def gradient_before_forward(self, dy):
    """dx is dy, whatever has been before."""
    shape, dtype = vars(self).get("_saved", (dy.shape, dy.dtype))
    check_shape("dy of PositionalEncoding", dy.shape, shape)
    return dy.astype(dtype, copy=False)
