"""What a layer of attention has computed for the tokens so far, so that it need not do so again."""

from __future__ import annotations

import numpy as np

from ..module import check_shape


class KVCache:
    """The keys and values of one layer, for all positions so far. Each layer has a cache of its own.

    Attributes:
        keys, values: arrays of shape (N, H, T, D) for N texts, H heads and T positions; None before the first
            ``append``.

    Source: Shazeer, Fast Transformer Decoding (2019), sec. 2.4.1.

    >>> cache = KVCache()
    >>> keys, values = cache.append(np.zeros((1, 2, 3, 4)), np.zeros((1, 2, 3, 4)))
    >>> keys, values = cache.append(np.ones((1, 2, 1, 4)), np.ones((1, 2, 1, 4)))
    >>> len(cache), keys.shape
    (4, (1, 2, 4, 4))
    """

    def __init__(self) -> None:
        raise NotImplementedError("nn.transformer.KVCache.__init__")

    def __len__(self) -> int:
        """Count the positions."""
        raise NotImplementedError("nn.transformer.KVCache.__len__")

    def append(self, keys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add new positions behind those that are there.

        Args:
            keys: (N, H, L, D) float, for L new positions.
            values: (N, H, L, D) float.

        Returns:
            (keys, values) of all positions, the new ones last: (N, H, T + L, D) each.

        Raises:
            ValueError: naming both shapes, if keys and values differ in shape, or N, H or D in those that are there.
        """
        raise NotImplementedError("nn.transformer.KVCache.append")
