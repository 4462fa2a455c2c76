"""Everything is checked, and an index is brought into its range first."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np


class Dataset(Protocol):
    """What has a length and items."""

    def __len__(self) -> int:
        """Return the number of examples."""

    def __getitem__(self, index: int) -> Any:
        """Return one example."""


class _Indexed:
    """Turns an index into one from 0 to n - 1."""

    def _place(self, index: int) -> int:
        index = operator.index(index)
        count = len(self)  # type: ignore[arg-type]
        place = index + count if index < 0 else index
        if not 0 <= place < count:
            raise IndexError(f"{type(self).__name__} with {count} examples has no example {index}")
        return place


class TensorDataset(_Indexed):
    """Arrays side by side."""

    def __init__(self, *arrays: np.ndarray) -> None:
        self._lengths = tuple(map(len, arrays))
        if not arrays or min(self._lengths) != max(self._lengths):
            raise ValueError(f"TensorDataset: {self._lengths} are not the lengths of arrays that belong together")
        self._arrays = arrays

    def __len__(self) -> int:
        return self._lengths[0]

    def __getitem__(self, index: int) -> tuple:
        place = self._place(index)
        return tuple(np.copy(array[place])[()] for array in self._arrays)


class Subset(_Indexed):
    """Some examples; what is below a subset of a subset is found at once."""

    def __init__(self, dataset: Dataset, indices: Sequence[int]) -> None:
        self._indices = tuple(operator.index(index) for index in indices)
        self._dataset = dataset
        if isinstance(dataset, Subset):
            self._indices = tuple(dataset._indices[index] for index in self._indices)
            self._dataset = dataset._dataset

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, index: int) -> Any:
        return self._dataset[self._indices[self._place(index)]]


def random_split(dataset: Dataset, lengths: Sequence[float], rng: np.random.Generator | None = None) -> list[Subset]:
    """Parts of one permutation."""
    count = len(dataset)
    sizes = np.asarray(lengths, dtype=float)
    if (sizes < 0).any():
        raise ValueError(f"negative lengths in {list(lengths)}")
    if abs(float(sum(map(Fraction, lengths))) - 1) < 1e-9:
        sizes = np.floor(sizes * count)
        rest = int(count - sizes.sum())
        sizes += np.bincount(np.arange(rest) % len(sizes), minlength=len(sizes))
    elif sizes.sum() != count:
        raise ValueError(f"{list(lengths)} do not add up to {count}")
    generator = np.random.default_rng() if rng is None else rng
    cuts = np.cumsum(sizes).astype(int)[:-1]
    return [Subset(dataset, part) for part in np.split(generator.permutation(count), cuts)]
