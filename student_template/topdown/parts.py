"""Which parts of the first day's program are yours, and which are stand-ins.

Each part is tried once on a small example. It is yours as soon as nothing that it needs raises NotImplementedError.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import stand_ins  # noqa: E402  as it is in this folder
from framework import data, nn, optim, training  # noqa: E402  the same

X, LABELS = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]]), np.array([0, 1, 1])


@dataclass(frozen=True)
class Part:
    """A part of the program: its name, its assignment, yours, the stand-in for it, and how it is tried."""

    name: str
    assignment: str
    yours: Any
    stand_in: Any
    use: Callable[[Any], object]

    @property
    def is_yours(self) -> bool:
        """Whether it is written. One that is written but wrong is yours, too."""
        try:
            self.use(self.yours)
        except NotImplementedError:
            return False
        except Exception:
            return True
        return True

    @property
    def chosen(self) -> Any:
        """Yours, if it is written."""
        return self.yours if self.is_yours else self.stand_in


def _both_ways(layer: Any) -> object:
    return layer.backward(np.ones_like(layer.forward(X)))


def _in_a_row(sequential: Any) -> object:
    layer = stand_ins.Linear(2, 2, rng=np.random.default_rng(0))
    model = sequential(layer)
    model.train()
    return _both_ways(model), list(model.parameters())


def _a_loss(criterion: Any) -> object:
    return criterion.forward(X, LABELS), criterion.backward()


def _a_step(sgd: Any) -> object:
    parameter = nn.Parameter(X.copy())
    parameter.grad = np.ones_like(X)
    optimizer = sgd([parameter], lr=0.1)
    return optimizer.step(), optimizer.zero_grad()


def _a_batch(loader: Any) -> object:
    pairs = stand_ins.TensorDataset(X, LABELS)
    return list(loader(pairs, 2, shuffle=True, rng=np.random.default_rng(0)))


PARTS = (
    Part("nn.Linear", "01", nn.Linear, stand_ins.Linear, lambda c: _both_ways(c(2, 3, rng=np.random.default_rng(0)))),
    Part("nn.Sequential", "01", nn.Sequential, stand_ins.Sequential, _in_a_row),
    Part("nn.Tanh", "02", nn.Tanh, stand_ins.Tanh, lambda c: _both_ways(c())),
    Part("nn.ReLU", "02", nn.ReLU, stand_ins.ReLU, lambda c: _both_ways(c())),
    Part("nn.CrossEntropyLoss", "03", nn.CrossEntropyLoss, stand_ins.CrossEntropyLoss, lambda c: _a_loss(c())),
    Part("optim.SGD", "04", optim.SGD, stand_ins.SGD, _a_step),
    Part("data.TensorDataset", "06", data.TensorDataset, stand_ins.TensorDataset, lambda c: c(X, LABELS)[0]),
    Part("data.DataLoader", "06", data.DataLoader, stand_ins.DataLoader, _a_batch),
    Part("training.accuracy", "06", training.accuracy, stand_ins.accuracy, lambda f: f(X, LABELS)),
)


def told() -> str:
    """A line for each part."""
    lines = [f"  {part.assignment}  {part.name:<22} {'yours' if part.is_yours else 'a stand-in'}" for part in PARTS]
    count = sum(part.is_yours for part in PARTS)
    return "\n".join([*lines, "", f"{count} of {len(PARTS)} parts are yours. {stand_ins.GRADIENTS}"])


if __name__ == "__main__":
    print(told())
