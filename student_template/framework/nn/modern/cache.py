"""What an attention has computed for earlier positions, so that it need not do so again."""

import numpy as np


class KeyValueCache:
    """Keys and values of one attention, for all positions so far.

    It begins empty. It belongs to one attention and to one batch of sequences.

    Attributes:
        keys, values: arrays (N, K, T, D) for N sequences, K heads and T positions; None at first.

    Source: Shazeer, Fast Transformer Decoding: One Write-Head is All You Need (2019), sec. 2.4.
    """

    def __init__(self) -> None:
        raise NotImplementedError("nn.modern.KeyValueCache.__init__")

    def __len__(self) -> int:
        """The number T of positions."""
        raise NotImplementedError("nn.modern.KeyValueCache.__len__")

    def append(self, keys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add keys and values of L more positions, after those that are there.

        Args:
            keys, values: (N, K, L, D) float; must not change afterwards.

        Returns:
            All keys and all values so far, (N, K, T, D) each, with these at the end.

        Raises:
            ValueError: if N, K or D are not those of the keys that are there.
        """
        raise NotImplementedError("nn.modern.KeyValueCache.append")
