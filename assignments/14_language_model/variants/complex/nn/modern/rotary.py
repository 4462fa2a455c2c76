"""A pair of numbers is one complex number, and a rotation is a product."""

import numpy as np

from ..module import Module, check_shape


class RotaryEmbedding(Module):
    """See the handout."""

    def __init__(self, dim, base=10000.0, interleaved=False):
        if dim <= 0 or dim % 2 != 0 or not base > 0:
            raise ValueError(f"dim={dim}, base={base}")
        self.dim, self.base, self.interleaved = dim, base, interleaved
        self.speeds = np.power(float(base), -np.arange(0, dim, 2) / dim)

    def forward(self, x, positions):
        """See the handout."""
        if x.ndim < 1 or x.shape[-1] != self.dim:
            raise ValueError(f"x has shape {x.shape}, which does not end in {self.dim}")
        try:
            everywhere = np.broadcast_to(positions, x.shape[:-1])
        except ValueError:
            raise ValueError(f"positions {positions.shape} do not fit x {x.shape[:-1]}") from None
        self.hands = np.exp(1j * everywhere[..., np.newaxis] * self.speeds)
        self.kind = x.dtype
        return self._real(self._complex(x) * self.hands)

    def backward(self, dy):
        """See the handout."""
        if not hasattr(self, "hands"):
            raise RuntimeError("backward before forward")
        check_shape("dy", dy.shape, (*self.hands.shape[:-1], self.dim))
        return self._real(self._complex(dy) * self.hands.conj())

    def _complex(self, x):
        if self.interleaved:
            pairs = x.reshape(*x.shape[:-1], self.dim // 2, 2)
            return pairs[..., 0] + 1j * pairs[..., 1]
        return x[..., : self.dim // 2] + 1j * x[..., self.dim // 2 :]

    def _real(self, z):
        if self.interleaved:
            y = np.stack([z.real, z.imag], axis=-1).reshape(*z.shape[:-1], self.dim)
        else:
            y = np.concatenate([z.real, z.imag], axis=-1)
        return y.astype(self.kind)
