"""Datasets: what has a length and gives one example for each index.

Conventions of every dataset, said once:

- ``len(dataset)`` is the number n of examples. ``dataset[i]`` is example i, for an int from 0 to n - 1, or from -n to
  -1 to count from the end; any other int raises IndexError.
- An example is what was put in: here a tuple of arrays and numbers, such as (image, label).
- Nothing is copied before it is asked for. An example may share memory with what the dataset was made of.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np


class Dataset(Protocol):
    """Anything with these two methods is a dataset. A class of your own need not inherit from this one."""

    def __len__(self) -> int:
        """Return the number of examples."""

    def __getitem__(self, index: int) -> Any:
        """Return one example."""


class TensorDataset:
    """Arrays side by side: example i is row i of each of them.

    Args:
        arrays: one or more arrays of at least one dimension, whose first dimension is the number n of examples. They
            are kept as they are.

    Raises:
        ValueError: if there is no array; naming their lengths, if the arrays are not equally long.

    Source: PyTorch, torch.utils.data.TensorDataset.

    >>> dataset = TensorDataset(np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([7, 8]))
    >>> len(dataset)
    2
    >>> x, label = dataset[1]
    >>> x, int(label)
    (array([2., 3.]), 8)
    """

    def __init__(self, *arrays: np.ndarray) -> None:
        lengths = [len(array) for array in arrays]
        if len(set(lengths)) != 1:
            raise ValueError(f"TensorDataset needs arrays of one length, got lengths {lengths}")
        self.arrays = arrays

    def __len__(self) -> int:
        """Return the number of examples."""
        return len(self.arrays[0])

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        """Return one example.

        Args:
            index: int from -n to n - 1.

        Returns:
            A tuple with row ``index`` of each array, in their order: an array of one dimension less, with the array's
            dtype; of an array of one dimension, a number.

        Raises:
            IndexError: if there is no such row.
        """
        return tuple(array[index] for array in self.arrays)


class Subset:
    """Some examples of another dataset, in an order of their own.

    Example i is ``dataset[indices[i]]``. Nothing is read before it is asked for.

    Args:
        dataset: any dataset, also a Subset.
        indices: sequence of ints; list, tuple or array. An index may be there several times, or not at all.

    Source: PyTorch, torch.utils.data.Subset.

    >>> subset = Subset(TensorDataset(np.array([5, 6, 7])), [2, 0])
    >>> len(subset), int(subset[0][0]), int(subset[-1][0])
    (2, 7, 5)
    """

    def __init__(self, dataset: Dataset, indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = indices

    def __len__(self) -> int:
        """Return the number of indices."""
        return len(self.indices)

    def __getitem__(self, index: int) -> Any:
        """Return one example.

        Args:
            index: int from -n to n - 1, where n is the number of indices.

        Raises:
            IndexError: if there is no such index.
        """
        return self.dataset[int(self.indices[index])]


def random_split(dataset: Dataset, lengths: Sequence[float], rng: np.random.Generator | None = None) -> list[Subset]:
    """Divide a dataset at random into parts that have no example in common.

    Draw: one ``rng.permutation(n)``, n = len(dataset). The first part has its first ``lengths[0]`` indices, in their
    order, the second part the next ``lengths[1]``, and so on.

    Args:
        dataset: any dataset.
        lengths: either ints >= 0 that add up to n, or fractions from 0 to 1 that add up to 1, but for rounding
            (``math.isclose``). A part with the fraction f gets ``floor(f * n)`` examples. What is then left goes to
            the parts from the first on, one example each. Numbers that add up to 1 are fractions, whatever their type.
        rng: source of the draw, by default a fresh ``default_rng()``.

    Returns:
        A list of Subsets of ``dataset``, one for each length.

    Raises:
        ValueError: if a length is negative, or if they add up neither to n nor to 1.

    Source: PyTorch, torch.utils.data.random_split.

    >>> parts = random_split(TensorDataset(np.arange(10)), [0.5, 0.25, 0.25])
    >>> [len(part) for part in parts]
    [6, 2, 2]
    """
    sizes = _sizes(len(dataset), lengths)
    order = (np.random.default_rng() if rng is None else rng).permutation(len(dataset)).tolist()
    ends = np.cumsum(sizes).tolist()
    return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


def _sizes(count: int, lengths: Sequence[float]) -> list[int]:
    """The number of examples of each part."""
    total = sum(lengths)
    if any(length < 0 for length in lengths) or not (math.isclose(total, 1) or total == count):
        raise ValueError(f"lengths {list(lengths)} of a split have to add up to {count}, or as fractions to 1")
    return _of_fractions(count, lengths) if math.isclose(total, 1) else [int(length) for length in lengths]


def _of_fractions(count: int, fractions: Sequence[float]) -> list[int]:
    """As many examples as the fractions say, rounded down; what is left goes to the parts from the first on."""
    sizes = [math.floor(fraction * count) for fraction in fractions]
    for place in range(count - sum(sizes)):
        sizes[place % len(sizes)] += 1
    return sizes
