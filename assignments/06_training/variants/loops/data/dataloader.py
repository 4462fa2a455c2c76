"""Items are collected until a batch is full."""

from __future__ import annotations

from typing import Any

import numpy as np

from .dataset import Dataset


def default_collate(items: Any) -> Any:
    """Arrays of items."""
    first = items[0]
    if type(first) is tuple:
        columns = []
        for k in range(len(first)):
            columns.append(default_collate([item[k] for item in items]))
        return tuple(columns)
    for item in items:
        if np.shape(item) != np.shape(first):
            raise ValueError("the examples differ in shape")
    return np.array([np.array(item) for item in items])


class DataLoader:
    """Batches."""

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        collate_fn: Any = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        if batch_size <= 0:
            raise ValueError("batch_size has to be positive")
        self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
        self.collate = collate_fn or default_collate
        self.rng = rng or np.random.default_rng()

    def __len__(self) -> int:
        whole, rest = divmod(len(self.dataset), self.batch_size)
        if rest and not self.drop_last:
            return whole + 1
        return whole

    def __iter__(self) -> Any:
        order = np.arange(len(self.dataset))
        if self.shuffle:
            order = self.rng.permutation(len(self.dataset))
        items = []
        for i in order[: len(self) * self.batch_size]:
            items.append(self.dataset[int(i)])
            if len(items) == self.batch_size:
                yield self.collate(items)
                items = []
        if items:
            yield self.collate(items)
