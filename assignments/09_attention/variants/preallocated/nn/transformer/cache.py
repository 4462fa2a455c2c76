"""A cache with room to grow."""

import numpy as np


class KVCache:
    """Arrays that are larger than what is in them, and doubled if they are full."""

    def __init__(self):
        self._arrays, self._used = None, 0

    def __len__(self):
        return self._used

    @property
    def keys(self):
        """What is there."""
        return None if self._arrays is None else self._arrays[0][:, :, : self._used]

    @property
    def values(self):
        """What is there."""
        return None if self._arrays is None else self._arrays[1][:, :, : self._used]

    def append(self, keys, values):
        """Write behind what is there."""
        if keys.shape != values.shape:
            raise ValueError(f"keys of shape {keys.shape}, values of shape {values.shape}")
        n, heads, length, size = keys.shape
        if self._arrays is None:
            self._arrays = [np.zeros((n, heads, 2 * length, size), keys.dtype) for _ in range(2)]
        there = self._arrays[0].shape
        if (n, heads, size) != (there[0], there[1], there[3]):
            raise ValueError(f"keys of shape {keys.shape} after {there}")
        if self._used + length > there[2]:
            more = np.zeros((n, heads, self._used + length, size), keys.dtype)
            self._arrays = [np.concatenate([array, more], axis=2) for array in self._arrays]
        for array, new in zip(self._arrays, (keys, values), strict=True):
            array[:, :, self._used : self._used + length] = new
        self._used += length
        return self.keys, self.values
