"""What runs beside the student's package: a dataset, a way to make batches, a metric, and some who watch."""

import copy
import math
import operator
from dataclasses import dataclass

import numpy as np

from .nn import Module
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


class Examples:
    """A dataset of arrays that is right, so that a mistake in TensorDataset is not seen wherever a dataset is used."""

    def __init__(self, *arrays):
        self.rows = list(zip(*arrays, strict=True))

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.rows[operator.index(index)]


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
        self.left = iter(epochs)

    def __iter__(self):
        return iter(next(self.left))


class Shuffled:
    """Batches of rows in an order that is drawn anew each time; it counts how often it was iterated over."""

    def __init__(self, x, target, size, rng):
        self.x, self.target, self.size, self.rng, self.times = x, target, size, rng, 0

    def __iter__(self):
        self.times += 1
        order = self.rng.permutation(len(self.x))
        parts = [order[i : i + self.size] for i in range(0, len(order), self.size)]
        return iter([(self.x[part], self.target[part]) for part in parts])


# A training that is watched
SAMPLE = 256  # images on which losses are measured
FIRST, EVERY = 20, 7  # the steps that are looked into: the first ones, and then one in so many
MOMENTS = (0, 10, 40)  # the steps at which longer and shorter steps are tried: the first, and two in the first epochs
LENGTHS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # of these, as multiples of the step that was taken
NUDGE, TINY = 1e-4, 1e-300  # so little that no unit wakes up; and what is divided by in place of 0


@dataclass
class Pass:
    """One forward: the model before it, if the step is looked into; what it was given; whether a backward followed."""

    model: Module | None
    x: np.ndarray
    modes: set
    target: np.ndarray | None = None
    is_learned: bool = False


class Told:
    """A loader that tells when somebody begins to iterate over it."""

    def __init__(self, loader, begins):
        self.loader, self.begins = loader, begins

    def __iter__(self):
        self.begins()
        return iter(self.loader)


class Watch:
    """Notes what a model, a criterion and an optimizer do in a training. They do the same as without it.

    `train` and `held_out` are images and labels. By them it knows which examples come, and which labels are theirs.
    """

    def __init__(self, model, criterion, optimizer, train, held_out):
        self.model, self.criterion, self.optimizer = model, criterion, optimizer
        self.train, self.sample = train, (train[0][:SAMPLE], train[1][:SAMPLE])
        self.known = {image.tobytes(): (True, i, train[1][i]) for i, image in enumerate(train[0])}
        self.known |= {image.tobytes(): (False, i, held_out[1][i]) for i, image in enumerate(held_out[0])}
        self.waiting, self.steps, self.lines, self.epochs, self.evaluated = [], [], [], [], []
        self.left = None  # all gradients, as the step before found them
        self.start = values_of(model)
        self.reached = [0.0 for _ in self.start]
        self.measured = {"loss_before": self.loss(self.twin()), "dead_before": self.dead(), **self.slopes()}
        self.surround()

    def surround(self):
        """Put a function around each one that a training calls."""
        forward, backward = self.model.forward, self.model.backward
        loss, step = self.criterion.forward, self.optimizer.step

        def watched_forward(x):
            self.settle()
            modes = {module.training for module in self.model.modules()}
            self.waiting.append(Pass(self.twin() if self.looks else None, np.array(x), modes))
            return forward(x)

        def watched_backward(dy):
            if self.waiting:
                self.waiting[-1].is_learned = True
            return backward(dy)

        def watched_loss(output, target):
            if self.waiting:
                self.waiting[-1].target = np.array(target)
            return loss(output, target)

        self.model.forward, self.model.backward = watched_forward, watched_backward
        self.criterion.forward, self.optimizer.step = watched_loss, lambda: self.take(step)

    def batches(self, loader):
        """The loader, which from now on tells when an epoch begins."""
        return Told(loader, lambda: self.epochs.append([]))

    # During the training

    @property
    def looks(self):
        """Whether the coming step is looked into: its gradient is computed once more, which takes as long as it."""
        return len(self.steps) < FIRST or len(self.steps) % EVERY == 0

    def settle(self):
        """Put the last pass down as one that evaluates, if no backward followed."""
        if self.waiting and not self.waiting[-1].is_learned:
            one = self.waiting.pop()
            found = self.found([one])
            self.evaluated.append([len(one.x), mean(ours for ours, _, _ in found), True in one.modes])

    def found(self, passes):
        """For each image: whether it is one to learn from (None if it is unknown), its number, its label."""
        return [self.known.get(image.tobytes(), (None, -1, None)) for one in passes for image in one.x]

    def take(self, step):
        """Let the optimizer take its step, and note what it was made of."""
        self.settle()
        passes, self.waiting, looks = self.waiting, [], self.looks
        twin = self.twin() if len(self.steps) in MOMENTS else None
        before, used, rate = values_of(self.model), gradients_of(self.model), self.optimizer.param_groups[0]["lr"]
        step()
        self.reached = [max(most, size(one)) for most, one in zip(self.reached, used, strict=True)]
        if twin:
            change = [now - then for now, then in zip(values_of(self.model), before, strict=True)]
            self.lines.append([self.loss(moved(twin, before, change, length)) for length in LENGTHS])
        fresh = flat(self.again(passes)) if looks else None
        made_of = [size(fresh), *shares_of(flat(used), fresh, self.left)] if looks else [math.nan] * 4
        self.left = flat(gradients_of(self.model))
        self.steps.append([len(self.epochs), float(rate), size(flat(used)), *made_of, *self.examples(passes)])

    def examples(self, passes):
        """Shares of the examples of a step: unknown ones, held-out ones, wrong labels, those in evaluation mode."""
        found = self.found(passes)
        labels = [label for one in passes for label in np.ravel(one.target).tolist()]
        pairs = list(zip(found, labels, strict=False))
        if self.epochs:
            self.epochs[-1] += [number for ours, number, _ in found if ours]
        return (
            mean(ours is None for ours, _, _ in found),
            mean(ours is False for ours, _, _ in found),
            mean(ours is not None and own != label for (ours, _, own), label in pairs),
            mean(False in one.modes for one in passes),
        )

    def again(self, passes):
        """The gradients of the mean loss over all examples of these passes, computed anew from the same state."""
        count = sum(len(one.x) for one in passes)
        if not count:
            return [np.zeros_like(one) for one in self.start]
        model, criterion = passes[0].model, unwatched(self.criterion)
        forget(model)
        for one in passes:
            criterion(model(one.x), one.target)
            model.backward(criterion.backward(len(one.x) / count))
        return gradients_of(model)

    # Cheap measurements, on copies

    def twin(self):
        """A copy of the model that nobody watches."""
        return unwatched(self.model)

    def loss(self, model, is_training=True, drops=False):
        """The mean loss of a copy on the sample, without dropout if it does not have to be."""
        set_modes(model, is_training, drops)
        return float(unwatched(self.criterion)(model(self.sample[0]), self.sample[1]))

    def dead(self):
        """For each ReLU, the share of its units that are 0 for all images to learn from."""
        model, outputs = self.twin(), []
        for module in [one for one in model.modules() if type(one).__name__ == "ReLU"]:
            module.forward = noting(module.forward, outputs)
        set_modes(model, False)
        model(self.train[0])
        return [mean((output <= 0).all(axis=0).ravel()) for output in outputs]

    def slopes(self):
        """At the start, for each parameter: how much the loss changes with it, its gradient, and whether that is true.

        `true` is the slope of the loss along the gradient, as a multiple of what the gradient says: 1 if it is right.
        """
        model, criterion, rng = self.twin(), unwatched(self.criterion), np.random.default_rng(0)
        set_modes(model, True)
        criterion(model(self.sample[0]), self.sample[1])
        forget(model)
        model.backward(criterion.backward())
        gradients, felt, true = gradients_of(model), [], []
        for i, gradient in enumerate(gradients):
            way = gradient if gradient.any() else rng.normal(size=gradient.shape)
            change = [np.zeros_like(one) for one in self.start]
            change[i] = NUDGE * way / max(size(way), TINY)
            up, down = (self.loss(moved(model, self.start, change, sign)) for sign in (1, -1))
            felt.append(abs(up - down))
            true.append((up - down) / (2 * NUDGE * size(gradient)) if gradient.any() else 1.0)
        return {"felt": felt, "due": [size(one) for one in gradients], "true": true}

    def report(self):
        """All that was noted, as numbers and lists of numbers."""
        self.settle()
        gap = abs(self.loss(self.twin(), True, drops=True) - self.loss(self.twin(), False))
        return {
            **self.measured,
            **{name: getattr(self, name) for name in ("steps", "lines", "epochs", "evaluated", "reached")},
            "loss_after": self.loss(self.twin()),
            "dead_after": self.dead(),
            "modes_differ": gap,
            "size": len(self.train[0]),
            "lengths": list(LENGTHS),
            "names": [name for name, _ in self.model.named_parameters()],
            "moved": [size(now - then) for now, then in zip(values_of(self.model), self.start, strict=True)],
            "accuracy": self.accuracy(),
        }

    def accuracy(self):
        """The share of the sample whose labels the model finds."""
        model = self.twin()
        set_modes(model, False)
        return mean(model(self.sample[0]).argmax(axis=1) == self.sample[1])


def noting(forward, outputs):
    """The function, which also appends to a list what it returns."""

    def noted(x):
        outputs.append(forward(x))
        return outputs[-1]

    return noted


def unwatched(module):
    """A copy of a module, with no function around its own."""
    twin = copy.deepcopy(module)
    for name in ("forward", "backward"):
        vars(twin).pop(name, None)
    return twin


def set_modes(model, is_training, drops=False):
    """Set the mode. Dropout, which draws, is in evaluation mode, if it does not have to be in the other."""
    for module in model.modules():
        module.training = is_training and (drops or "Dropout" not in type(module).__name__)


def forget(model):
    """Discard all gradients."""
    for parameter in model.parameters():
        parameter.grad = None


def values_of(model):
    return [np.array(parameter.data) for parameter in model.parameters()]


def gradients_of(model):
    """Copies of all gradients; one that is None is 0."""
    return [np.zeros_like(one.data) if one.grad is None else np.array(one.grad) for one in model.parameters()]


def moved(model, start, change, length=1.0):
    """The model, with parameters that are so many changes away from a start."""
    for parameter, value, step in zip(model.parameters(), start, change, strict=True):
        parameter.data = value + length * step
    return model


def flat(arrays):
    """All numbers, one after another."""
    return np.concatenate([array.ravel() for array in arrays])


def size(array):
    """The 2-norm."""
    return float(np.sqrt(np.sum(np.square(array))))


def mean(values):
    """The share of values that are true; 0 if there is none."""
    return float(np.mean([bool(one) for one in values] or [False]))


def shares_of(used, fresh, left):
    """How a gradient is made of a fresh one and of what was left by the step before: used = own fresh + carried left.

    Returns own and carried, by least squares, and the share of the gradient's norm that neither of the two explains.
    """
    left = np.zeros_like(fresh) if left is None else left
    products = np.array([[fresh @ fresh, fresh @ left], [fresh @ left, left @ left]])
    if not np.isfinite(products).all() or not np.isfinite(used).all() or not used.any():
        return 0.0, 0.0, 0.0
    shares = np.linalg.pinv(products, rcond=1e-10, hermitian=True) @ [fresh @ used, left @ used]
    return float(shares[0]), float(shares[1]), size(used - shares[0] * fresh - shares[1] * left) / size(used)
