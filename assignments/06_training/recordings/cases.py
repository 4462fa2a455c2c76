"""What PyTorch is asked about data and training: examples, sizes of parts, batches; and a plain loop of PyTorch's own.

PyTorch has no Trainer, so the cases of one are asked of a loop that is written out here with PyTorch's own parts. Not
compared: what is drawn, which comes from NumPy's generator; the types of errors but for one; that PyTorch's batches are
lists.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case

LENGTHS = ([4, 3], [1, 0, 6], [7], [0.5, 0.5], [0.7, 0.2, 0.1], [0.25, 0.25, 0.5], [1], [0.3, 0.3, 0.4])
LOADERS: tuple[dict[str, Any], ...] = (
    {}, {"batch_size": 3}, {"batch_size": 3, "drop_last": True}, {"batch_size": 7}, {"batch_size": 9},
    {"batch_size": 9, "drop_last": True},
)  # fmt: skip
TRAININGS: dict[str, dict[str, Any]] = {
    "Trainer": {},
    "Trainer with clipping": {"max_grad_norm": 0.5},
    "Trainer with accumulation": {"accumulate": 2},
    "Trainer with clipping and accumulation": {"max_grad_norm": 0.5, "accumulate": 2},
}


def cases() -> Iterator[Case]:
    """Datasets, splits, loaders, training loops."""
    rng = np.random.default_rng(6)
    arrays = {"x": np.round(rng.normal(size=(7, 2)), 2), "target": rng.integers(5, size=7)}
    yield Case("TensorDataset", "dataset", {"indices": [], "asked": [0, 6, 3, -1, -7]}, arrays)
    yield Case("Subset", "dataset", {"indices": [[4, 1, 1, 6]], "asked": [0, 1, 2, 3, -1, -4]}, arrays)
    yield Case("Subset of a Subset", "dataset", {"indices": [[4, 1, 0, 6], [3, 0]], "asked": [0, 1, -1]}, arrays)
    for lengths in LENGTHS:
        yield Case(
            "random_split" if lengths == LENGTHS[0] else f"random_split {lengths}",
            "split",
            {"lengths": lengths},
            arrays,
        )
    for options in LOADERS:
        yield Case(f"DataLoader {options}" if options else "DataLoader", "loader", {"options": options}, arrays)
    yield Case("default_collate", "collate", {}, arrays)
    for name, options in TRAININGS.items():
        yield Case(name, "training", {"options": options}, _of_training(rng))
    unequal = {"x": arrays["x"], "target": arrays["target"][:5]}
    why = "PyTorch has an assertion there; here it is a ValueError"
    yield Case("TensorDataset of unequal lengths", "dataset", {"indices": [], "asked": [0]}, unequal, why)


def _of_training(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Thirteen examples, and first values of a network with two layers."""
    shapes = {"x": (13, 4), "0.weight": (5, 4), "0.bias": (5,), "2.weight": (3, 5), "2.bias": (3,)}
    arrays = {name: np.round(rng.normal(size=shape), 2) for name, shape in shapes.items()}
    return arrays | {"target": rng.integers(3, size=13)}


def _tensors(f: Any, arrays: dict[str, np.ndarray]) -> Any:
    return f.datasets.TensorDataset(f.tensor(arrays["x"]), f.tensor(arrays["target"]))


def _numbers(f: Any, example: Any) -> np.ndarray:
    """An example or a batch, as one array of floats."""
    parts = [np.asarray(part if isinstance(part, np.generic) else f.array(part), float) for part in example]
    return np.concatenate([part.reshape((*parts[0].shape[:-1], -1)) for part in parts], axis=-1)


def _dataset(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    dataset = _tensors(f, arrays)
    for indices in spec["indices"]:
        dataset = f.datasets.Subset(dataset, indices)
    return {"length": float(len(dataset))} | {f"example {i}": _numbers(f, dataset[i]) for i in spec["asked"]}


def _split(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    parts = f.datasets.random_split(_tensors(f, arrays), spec["lengths"])
    return {"lengths": np.array([len(part) for part in parts])}


def _loader(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    loader = f.datasets.DataLoader(_tensors(f, arrays), **spec["options"])
    return {"length": float(len(loader))} | {f"batch {i}": _numbers(f, batch) for i, batch in enumerate(loader)}


def _collate(f: Any, _spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    rows = [f.tensor(row) for row in arrays["x"]]
    pairs = list(zip(rows, arrays["target"].tolist(), strict=True))
    collate = f.datasets.default_collate
    x, target = collate(pairs)
    numbers = f.array(collate([1.5, 2.0]))
    return {"rows": f.array(collate(rows)), "x": f.array(x), "target": f.array(target), "numbers": numbers}


def _training(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Three epochs of batches of five, five and three; the parameters and losses."""
    model = f.nn.Sequential(f.nn.Linear(4, 5), f.nn.Tanh(), f.nn.Linear(5, 3))
    for name, p in model.named_parameters():
        p.data = f.tensor(arrays[name])
    optimizer = f.optim.SGD(model.parameters(), lr=0.2, momentum=0.8)
    scheduler = f.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    loader = f.datasets.DataLoader(_tensors(f, arrays), batch_size=5)
    if f.trainer:
        trainer = f.trainer(model, f.nn.CrossEntropyLoss(), optimizer, scheduler, **spec["options"])
        losses = trainer.fit(loader, epochs=3).train_loss
    else:
        losses = _loop(f, model, optimizer, scheduler, list(loader), **spec["options"])
    return {"train_loss": np.array(losses)} | {name: f.array(p.data) for name, p in model.named_parameters()}


def _loop(
    f: Any,
    model: Any,
    optimizer: Any,
    scheduler: Any,
    batches: list,
    max_grad_norm: float | None = None,
    accumulate: int = 1,
) -> list[float]:
    """The loop in PyTorch, for three epochs."""
    criterion, losses = f.nn.CrossEntropyLoss(), []
    for _ in range(3):
        total = 0.0
        for begin in range(0, len(batches), accumulate):
            group = batches[begin : begin + accumulate]
            optimizer.zero_grad()
            for x, target in group:
                loss = criterion(model(x), target) * len(target)
                (loss / sum(len(other) for _, other in group)).backward()
                total += loss.item()
            if max_grad_norm is not None:
                f.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
            optimizer.step()
        scheduler.step()
        losses.append(total / 13)
    return losses


WITHOUT_A_TWIN = {"accuracy": "PyTorch has it in a package of its own, torchmetrics; checks compare it with numbers"}
WAYS = {"dataset": _dataset, "split": _split, "loader": _loader, "collate": _collate, "training": _training}
