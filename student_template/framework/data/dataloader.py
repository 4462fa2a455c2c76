"""A loader brings the examples of a dataset in batches, in a new order for every epoch if it is told to shuffle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .dataset import Dataset


def default_collate(items: Sequence[Any]) -> Any:
    """Make one batch of examples.

    Args:
        items: list of at least one example. Either each is an array or a number, or each is a tuple of equally many
            arrays and numbers. What is to be in one array has one shape.

    Returns:
        A new array in which the examples lie along a new first dimension, in their order, with their dtype; of
        Python's ints an int64 array, of its floats a float64 array. Of tuples it is a tuple of such arrays, one for
        each place in the tuples.

    Raises:
        ValueError: if the examples differ in shape.

    Source: PyTorch, torch.utils.data.default_collate.

    >>> default_collate([(np.array([1.0, 2.0]), 3), (np.array([4.0, 5.0]), 6)])
    (array([[1., 2.],
           [4., 5.]]), array([3, 6]))
    """
    raise NotImplementedError("data.default_collate")


class DataLoader:
    """The batches of a dataset, as often as one iterates over it.

    One iteration is one epoch: every example comes exactly once, in batches of ``batch_size``, of which the last one
    may be shorter. Without ``shuffle`` the examples come in the order of their indices. Iterations do not depend on
    each other: a second one may begin while a first one is still going on.

    Draw: with ``shuffle``, one ``rng.permutation(len(dataset))`` for every iteration, at its beginning, and the
    examples come in the order of these indices. Without ``shuffle`` there is none.

    Args:
        dataset: any dataset. It is asked for single examples, ``dataset[i]`` with an int, for each one once an epoch.
        batch_size: int >= 1; the number of examples in a batch.
        shuffle: whether every epoch has an order of its own.
        drop_last: whether a last batch that would be shorter is left out.
        collate_fn: function that makes a batch of a list of examples, by default ``default_collate``. The loader gives
            what it returns.
        rng: source of the draws, by default a fresh ``default_rng()``.

    Raises:
        ValueError: if batch_size is below 1.

    Source: PyTorch, torch.utils.data.DataLoader.

    >>> from .dataset import TensorDataset
    >>> loader = DataLoader(TensorDataset(np.arange(5)), batch_size=2)
    >>> len(loader), [batch.tolist() for (batch,) in loader]
    (3, [[0, 1], [2, 3], [4]])
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("data.DataLoader.__init__")

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        raise NotImplementedError("data.DataLoader.__len__")

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the batches of one epoch."""
        raise NotImplementedError("data.DataLoader.__iter__")
