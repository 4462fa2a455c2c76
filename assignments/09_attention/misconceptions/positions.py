"""What people believe about the encoding of positions."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="Which column is the first cosine in?",
    fails=(
        "PositionalEncoding/test_worked_example",
        "PositionalEncoding/test_sizes",
        "PositionalEncoding/test_is_a_buffer",
        "PositionalEncoding/test_values",
        "PositionalEncoding/test_values_with_options",
        "PositionalEncoding/test_used_again",
    ),
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
    hint="Which two columns share a wavelength?",
    fails=(
        "PositionalEncoding/test_worked_example",
        "PositionalEncoding/test_sizes",
        "PositionalEncoding/test_values",
        "PositionalEncoding/test_values_with_options",
        "PositionalEncoding/test_used_again",
        "PositionalEncoding/test_memory",
    ),
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
    hint="What is the number of the first position?",
    fails=(
        "PositionalEncoding/test_worked_example",
        "PositionalEncoding/test_sizes",
        "PositionalEncoding/test_is_a_buffer",
        "PositionalEncoding/test_values",
        "PositionalEncoding/test_values_with_options",
        "PositionalEncoding/test_used_again",
    ),
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
    fails=("PositionalEncoding/test_sizes",),
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
    hint="How many digits does float32 have at position 5000?",
    fails=("PositionalEncoding/test_worked_example",),
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
    fails=("PositionalEncoding/test_is_a_buffer",),
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
    hint="How many rows does pe have?",
    fails=(
        "PositionalEncoding/test_is_a_buffer",
        "PositionalEncoding/test_refuses",
    ),
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
    fails=("PositionalEncoding/test_refuses",),
    source="folklore",
)
def positions_sizes_are_not_checked(self, d_model, max_len=5000):
    """Sizes are what the caller says."""
    columns = np.arange(d_model)
    angles = np.arange(max_len)[:, None] / 10000.0 ** ((columns - columns % 2) / d_model)
    self.register_buffer("pe", np.where(columns % 2 == 0, np.sin(angles), np.cos(angles)))


@misconception(
    "nn.transformer.PositionalEncoding.__init__",
    hint="How many columns are sines, and how many cosines, if there are five?",
    fails=("PositionalEncoding/test_sizes",),
    source="folklore",
)
def as_many_sines_as_cosines(self, d_model, max_len=5000):
    """There are as many sines as cosines."""
    if d_model < 1 or max_len < 1:
        raise ValueError(f"PositionalEncoding needs sizes of at least 1, got {d_model}, {max_len}")
    angles = np.arange(max_len)[:, None] / 10000.0 ** (np.arange(0, d_model, 2) / d_model)
    pe = np.zeros((max_len, d_model))
    pe[:, 0::2], pe[:, 1::2] = np.sin(angles), np.cos(angles)
    self.register_buffer("pe", pe)
