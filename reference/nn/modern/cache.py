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
        self.keys: np.ndarray | None = None
        self.values: np.ndarray | None = None

    def __len__(self) -> int:
        """The number T of positions."""
        return 0 if self.keys is None else self.keys.shape[2]

    def append(self, keys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add keys and values of L more positions, after those that are there.

        Args:
            keys, values: (N, K, L, D) float; must not change afterwards.

        Returns:
            All keys and all values so far, (N, K, T, D) each, with these at the end.

        Raises:
            ValueError: if N, K or D are not those of the keys that are there.
        """
        if self.keys is None or self.values is None:
            self.keys, self.values = keys, values
        else:
            self.keys = np.concatenate([self.keys, keys], axis=2)
            self.values = np.concatenate([self.values, values], axis=2)
        return self.keys, self.values
