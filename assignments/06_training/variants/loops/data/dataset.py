"""Plain loops, lists and nothing clever."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np


class Dataset(Protocol):
    """What has a length and items."""

    def __len__(self) -> int:
        """Return the number of examples."""

    def __getitem__(self, index: int) -> Any:
        """Return one example."""


class TensorDataset:
    """Arrays side by side."""

    def __init__(self, *arrays: np.ndarray) -> None:
        lengths = [array.shape[0] for array in arrays]
        if not arrays:
            raise ValueError(f"no arrays: lengths {lengths}")
        for array in arrays:
            if array.shape[0] != arrays[0].shape[0]:
                raise ValueError(f"the arrays differ in length: {lengths}")
        self.tensors = list(arrays)

    def __len__(self) -> int:
        return self.tensors[0].shape[0]

    def __getitem__(self, index: int) -> tuple:
        if index < -len(self) or index >= len(self):
            raise IndexError(f"index {index} of {len(self)}")
        example = []
        for array in self.tensors:
            example.append(array[index])
        return tuple(example)


class Subset:
    """Some examples."""

    def __init__(self, dataset: Dataset, indices: Any) -> None:
        self.dataset = dataset
        self.indices = [int(i) for i in indices]

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Any:
        if index < 0:
            index += len(self)
        if index < 0 or index >= len(self):
            raise IndexError("out of range")
        return self.dataset[self.indices[index]]


def random_split(dataset: Dataset, lengths: Any, rng: np.random.Generator | None = None) -> list[Subset]:
    """Parts of one permutation."""
    n = len(dataset)
    for length in lengths:
        if length < 0:
            raise ValueError("a negative length")
    if abs(sum(lengths) - 1) < 1e-9:
        sizes = []
        for fraction in lengths:
            sizes.append(int(np.floor(n * fraction)))
        i = 0
        while sum(sizes) < n:
            sizes[i] += 1
            i = (i + 1) % len(sizes)
    else:
        sizes = list(lengths)
        if sum(sizes) != n:
            raise ValueError("the lengths do not add up")
    if rng is None:
        rng = np.random.default_rng()
    order = rng.permutation(n)
    parts = []
    begin = 0
    for size in sizes:
        indices = []
        for k in range(begin, begin + int(size)):
            indices.append(order[k])
        parts.append(Subset(dataset, indices))
        begin += int(size)
    return parts
