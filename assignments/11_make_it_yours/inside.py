"""What runs beside the student's package: a training whose parts can be saved and loaded."""

import inspect
import io

import numpy as np

from . import custom, nn, optim, serialization


class Run:
    """A training that depends on everything: dropout, random batches, two parameter groups, momenta and a schedule."""

    def __init__(self, seed, x, target):
        self.rng, self.masks = np.random.default_rng(seed), np.random.default_rng(seed + 1)
        initial = np.random.default_rng(seed + 2)
        self.model = nn.Sequential(
            nn.Linear(4, 8, rng=initial), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.3, rng=self.masks),
            nn.Linear(8, 2, rng=initial),
        )  # fmt: skip
        weights, others = [], []
        for name, p in self.model.named_parameters():
            (weights if name.endswith("weight") else others).append(p)
        groups = [{"params": weights, "lr": 0.03}, {"params": others, "lr": 0.01, "weight_decay": 0.1}]
        self.optimizer = optim.AdamW(groups, lr=0.02)
        first = optim.lr_scheduler.LinearLR(self.optimizer, total_iters=5)
        second = optim.lr_scheduler.CosineAnnealingLR(self.optimizer, 9)
        self.scheduler = optim.lr_scheduler.SequentialLR(self.optimizer, [first, second], milestones=[6])
        self.criterion = nn.MSELoss()
        self.x, self.target = x, target

    def parts(self):
        """All that later steps depend on, by name."""
        return {
            "model": self.model,
            "optimizer": self.optimizer,
            "scheduler": self.scheduler,
            "rng": self.rng,
            "masks": self.masks,
        }

    def steps(self, count):
        """Take steps; the losses before each."""
        losses = []
        for _ in range(count):
            batch = self.rng.permutation(len(self.x))[:6]
            self.model.zero_grad()
            losses.append(self.criterion(self.model(self.x[batch]), self.target[batch]))
            self.model.backward(self.criterion.backward())
            for moving in (self.optimizer, self.scheduler):
                moving.step()
        return losses

    def all_of_it(self):
        """Parameters, buffers, rates and what the generators draw next; nothing of it changes."""
        drawn = [np.random.Generator(type(g.bit_generator)()) for g in (self.rng, self.masks)]
        for copy, g in zip(drawn, (self.rng, self.masks)):
            copy.bit_generator.state = g.bit_generator.state
        rates = [group["lr"] for group in self.optimizer.param_groups]
        return {**self.model.state_dict(), "rates": np.array(rates), "draws": np.array([c.random() for c in drawn])}


class Fragile:
    """A part whose state says which state it refuses."""

    def __init__(self, number):
        self.number = number

    def state_dict(self):
        return {"number": self.number}

    def load_state_dict(self, state):
        if state["number"] == 13:
            raise ArithmeticError("13 is refused")
        self.number = state["number"]


def generators():
    """One of each kind of generator that NumPy has, each of which has drawn something."""
    found = [np.random.Generator(kind(5)) for kind in KINDS]
    for generator in found:
        generator.integers(10, size=3, dtype=np.int32)
    return found


def save_objects(file):
    """Save an array of Python objects."""
    serialization.save(file, {"x": np.array([{}, None], object)})


def kinds_of_scalars():
    """The types of NumPy's scalars, before and after they were saved and loaded. Some are Python's numbers, too."""
    scalars = [kind(1) for kind in (np.float64, np.float32, np.int64, np.uint8, np.bool_, np.complex128, np.str_)]
    file = io.BytesIO()
    serialization.save(file, scalars)
    found = serialization.load(io.BytesIO(file.getvalue()))
    return [[type(value).__name__ for value in each] for each in (scalars, found)]


KINDS = (np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64)


def options():
    """The options of the student's optimizer that are numbers or tuples of them, and their defaults."""
    known = inspect.signature(custom.OwnOptimizer).parameters.values()
    return {each.name: each.default for each in known if isinstance(each.default, (float, tuple))}


class Telling(optim.SGD):
    """An optimizer whose step tells what it was given."""

    def __init__(self, gradient):
        parameter = nn.Parameter(np.ones(1))
        parameter.grad = gradient
        super().__init__([parameter], lr=0.1)

    def step(self, number, word):
        super().step()
        return [2 * number, f"{word}!"]
