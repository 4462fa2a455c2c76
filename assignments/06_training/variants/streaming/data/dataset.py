"""Closures and functions of functions."""

from __future__ import annotations

import math
from itertools import islice
from operator import itemgetter
from typing import Any, Protocol

import numpy as np


class Dataset(Protocol):
    """What has a length and items."""

    def __len__(self) -> int:
        """Return the number of examples."""

    def __getitem__(self, index: int) -> Any:
        """Return one example."""


class _Mapped:
    """Example i is `read(i)`, for the `count` indices of a range."""

    def __init__(self, count: int, read: Any) -> None:
        self._range, self._read = range(count), read

    def __len__(self) -> int:
        return len(self._range)

    def __getitem__(self, index: int) -> Any:
        return self._read(self._range[index])


class TensorDataset(_Mapped):
    """Arrays side by side."""

    def __init__(self, *arrays: np.ndarray) -> None:
        lengths = {len(array): None for array in arrays}
        if len(lengths) != 1:
            raise ValueError(f"lengths {[len(array) for array in arrays]} are not one length")
        super().__init__(*lengths, lambda index: tuple(map(itemgetter(index), arrays)))
        self.arrays = arrays


class Subset(_Mapped):
    """Some examples."""

    def __init__(self, dataset: Dataset, indices: Any) -> None:
        super().__init__(len(indices), lambda index: dataset[int(indices[index])])
        self.dataset, self.indices = dataset, indices


def random_split(dataset: Dataset, lengths: Any, rng: np.random.Generator | None = None) -> list[Subset]:
    """Slices of one permutation."""
    n, total = len(dataset), math.fsum(lengths)
    if min(lengths) < 0 or (not (is_share := math.isclose(total, 1)) and total != n):
        raise ValueError(f"{lengths} are no lengths for {n} examples")
    floors = [math.floor(length * n) for length in lengths] if is_share else list(map(int, lengths))
    more, some = divmod(n - sum(floors), len(floors))
    sizes = [floor + more + (place < some) for place, floor in enumerate(floors)]
    order = iter((rng or np.random.default_rng()).permutation(n))
    return [Subset(dataset, list(islice(order, size))) for size in sizes]
