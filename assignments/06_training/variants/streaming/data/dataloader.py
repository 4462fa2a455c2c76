"""Iterators in chains."""

from __future__ import annotations

from itertools import chain, islice
from typing import Any

import numpy as np

from .dataset import Dataset


def default_collate(items: Any) -> Any:
    """Stack the columns."""
    if isinstance(items[0], tuple):
        return tuple(map(default_collate, map(list, zip(*items, strict=True))))
    return np.concatenate([np.asarray(item)[None] for item in items]) if _alike(items) else _refuse(items)


def _alike(items: Any) -> bool:
    return all(np.shape(item) == np.shape(items[0]) for item in items)


def _refuse(items: Any) -> Any:
    raise ValueError(f"examples of shapes {[np.shape(item) for item in items]} make no batch")


class _Epoch:
    """The batches of one epoch."""

    def __init__(self, loader: DataLoader, order: Any) -> None:
        self._loader, self._order = loader, iter(order)

    def __iter__(self) -> _Epoch:
        return self

    def __next__(self) -> Any:
        items = [self._loader.dataset[i] for i in islice(self._order, self._loader.batch_size)]
        if not items or (self._loader.drop_last and len(items) < self._loader.batch_size):
            raise StopIteration
        return self._loader.collate_fn(items)


class DataLoader:
    """Batches of a dataset."""

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        collate_fn: Any = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size}")
        vars(self).update(dataset=dataset, batch_size=batch_size, shuffle=shuffle, drop_last=drop_last)
        self.collate_fn = collate_fn if collate_fn is not None else default_collate
        self.rng = rng if rng is not None else np.random.default_rng()

    def __len__(self) -> int:
        count = len(self.dataset) / self.batch_size
        return int(np.floor(count) if self.drop_last else np.ceil(count))

    def __iter__(self) -> _Epoch:
        n = len(self.dataset)
        order = np.arange(n)
        if self.shuffle:
            self.rng.shuffle(order)
        if self.drop_last:
            order = order[: n - n % self.batch_size]
        return _Epoch(self, chain.from_iterable([order.tolist()]))
