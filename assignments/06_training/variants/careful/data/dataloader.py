"""A batch is a row of a table of indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .dataset import Dataset


def default_collate(items: list) -> Any:
    """Arrays that are allocated first and then filled."""
    if isinstance(items[0], tuple):
        return tuple(_filled([item[place] for item in items]) for place in range(len(items[0])))
    return _filled(items)


def _filled(values: list) -> np.ndarray:
    arrays = list(map(np.asarray, values))
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        raise ValueError(f"examples have the shapes {sorted(shapes)}, which do not fit into one batch")
    batch = np.empty((len(arrays), *shapes.pop()), np.result_type(*arrays))
    for place, array in enumerate(arrays):
        batch[place] = array
    return batch


class DataLoader:
    """Batches."""

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        collate_fn: Callable[[list], Any] | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        if not batch_size > 0:
            raise ValueError(f"a batch of {batch_size} examples is none")
        self._dataset, self._size, self._drops = dataset, int(batch_size), bool(drop_last)
        self._make = default_collate if collate_fn is None else collate_fn
        generator = np.random.default_rng() if rng is None else rng
        self._order = generator.permutation if shuffle else np.arange

    def _ends(self) -> range:
        """The end of each batch; that of the last may be behind the last example."""
        count = len(self._dataset)
        return range(self._size, count + (1 if self._drops else self._size), self._size)

    def __len__(self) -> int:
        return len(self._ends())

    def __iter__(self) -> Iterator[Any]:
        order = self._order(len(self._dataset))
        batches = [order[end - self._size : end] for end in self._ends()]
        return (self._make([self._dataset[int(i)] for i in batch]) for batch in batches)
