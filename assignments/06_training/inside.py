"""What runs beside the student's package: a dataset, a way to make batches, a metric, and one who watches."""

import operator

import numpy as np

from .optim import SGD


class Squares:
    """A dataset without arrays: example i is i squared. It takes ints alone, and notes what it was asked for."""

    def __init__(self, count):
        self.count = count
        self.asked = []

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        index = operator.index(index)
        if not 0 <= index < self.count:
            raise IndexError(f"no example {index} of {self.count}")
        self.asked.append(index)
        return float(index) ** 2


def backwards(items):
    """A batch that is a list of its examples, last one first; and what it was made of."""
    return [type(items).__name__, type(items[0]).__name__, *items[::-1]]


def score(output, target):
    """A metric that is no accuracy: the mean of the outputs of the right classes."""
    return float(np.mean(output[np.arange(len(target)), target]))


def interleaved(loader):
    """The batches of two iterations, the second of which begins after the first batch of the first."""
    first = iter(loader)
    batches = [next(first)]
    for pair in zip(loader, first):
        batches += pair
    return batches


def overwrite(loader):
    """Write into all arrays of all batches."""
    for batch in loader:
        for array in batch:
            array[...] = -1.0


class Watcher:
    """A function for `after_epoch`: it notes what a History has at that time, and the model's mode."""

    def __init__(self, model, scheduler):
        self.model, self.scheduler = model, scheduler
        self.seen = []

    def __call__(self, history):
        lengths = [len(history.train_loss), len(history.validation_loss), len(history.lr)]
        self.seen.append([*lengths, history.best_epoch, self.scheduler.last_epoch, self.model.training])
        return True


class Once:
    """Batches that tell how often they were iterated over."""

    def __init__(self, batches):
        self.batches, self.times = batches, 0

    def __iter__(self):
        self.times += 1
        return iter(self.batches)


class Script:
    """Training data that say where the model y = w x goes.

    SGD with lr = 0.5 and MSELoss has w = goals[i] after epoch i.
    """

    def __init__(self, goals):
        self.goals, self.epoch = goals, 0

    def __iter__(self):
        goal = self.goals[self.epoch]
        self.epoch += 1
        return iter([(np.ones((1, 1)), np.full((1, 1), goal))])


class Replacing(SGD):
    """SGD that puts a new array in the place of each Parameter's."""

    def step(self):
        for parameter in [one for part in self.param_groups for one in part["params"]]:
            parameter.data = parameter.data.copy()
        super().step()


class Changing:
    """Batches that are others in each epoch: the first has the first list, and so on."""

    def __init__(self, epochs):
        self.epochs, self.epoch = epochs, 0

    def __iter__(self):
        self.epoch += 1
        return iter(self.epochs[self.epoch - 1])


class Shuffled:
    """Batches of rows in an order that is drawn anew each time; it counts how often it was iterated over."""

    def __init__(self, x, target, size, rng):
        self.x, self.target, self.size, self.rng, self.times = x, target, size, rng, 0

    def __iter__(self):
        self.times += 1
        order = self.rng.permutation(len(self.x))
        parts = [order[i : i + self.size] for i in range(0, len(order), self.size)]
        return iter([(self.x[part], self.target[part]) for part in parts])
