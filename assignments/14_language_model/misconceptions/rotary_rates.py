"""What people believe about keeping what several rotary embeddings have in common."""

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.rotary import _check_positions
from reference.nn.module import check_shape


@misconception(
    "nn.modern.RotaryEmbedding.forward",
    hint="Two embeddings of one dim have bases 100 and 10,000. Do their pairs turn equally fast?",
    fails=("RotaryEmbedding/test_values_with_options", "RotaryEmbedding/test_gradients_with_options"),
    source="a reader of the handout",
)
def rates_are_shared_by_dim(self, x, positions):
    """How fast each pair turns is computed once for each dim, and shared by all rotary embeddings."""
    check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
    _check_positions(positions, x)
    kind = type(self)
    kind._rates = getattr(kind, "_rates", {})
    rates = kind._rates.setdefault(self.dim, self.base ** (-2 * np.arange(self.dim // 2) / self.dim))
    angles = positions[..., None] * rates
    cos, sin = np.cos(angles), np.sin(angles)
    self.save_for_backward(cos, sin, x.shape, x.dtype)
    return self._turned(x, cos, sin).astype(x.dtype, copy=False)
