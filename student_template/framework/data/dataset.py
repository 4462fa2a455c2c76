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
        raise NotImplementedError("data.TensorDataset.__init__")

    def __len__(self) -> int:
        """Return the number of examples."""
        raise NotImplementedError("data.TensorDataset.__len__")

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
        raise NotImplementedError("data.TensorDataset.__getitem__")


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
        raise NotImplementedError("data.Subset.__init__")

    def __len__(self) -> int:
        """Return the number of indices."""
        raise NotImplementedError("data.Subset.__len__")

    def __getitem__(self, index: int) -> Any:
        """Return one example.

        Args:
            index: int from -n to n - 1, where n is the number of indices.

        Raises:
            IndexError: if there is no such index.
        """
        raise NotImplementedError("data.Subset.__getitem__")


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
    raise NotImplementedError("data.random_split")
