"""Faults of a training, planted in the solution's: each is a function that changes a `Setup` before it is run.

The key is the name that `grader.diagnosis.training` gives to such a fault; "" are faults that it does not know.
"""

import copy
from types import MethodType

import numpy as np

from reference import data, nn, optim, training


class Twice(training.Trainer):
    """A loop whose parts can be replaced one by one."""

    def discard(self):
        self.optimizer.zero_grad()

    def begin(self):
        self.discard()

    def take(self):
        self.optimizer.step()

    def one(self, x, target):
        self.begin()
        loss = self.criterion(self.model(x), target)
        self.model.backward(self.criterion.backward(1.0))
        self.take()
        return loss

    def enter(self):
        self.model.train()

    def _train_epoch(self, train, history):
        self.enter()
        self.epochs_begun = vars(self).get("epochs_begun", 0) + 1
        losses = [(self.one(x, target), len(target)) for x, target in train]
        return sum(loss * count for loss, count in losses) / max(sum(count for _, count in losses), 1)


def method(setup, name, function):
    """Replace a method of the trainer."""
    setattr(setup.trainer, name, MethodType(function, setup.trainer))


def nothing(*_arguments):
    """Do nothing."""


# Labels


def labels_of_others(setup, rng):
    x, labels = setup.train
    setup.dataset = data.TensorDataset(x, labels[rng.permutation(len(labels))])


def labels_half_wrong(setup, rng):
    x, labels = setup.train
    wrong = rng.random(len(labels)) < 0.5
    setup.dataset = data.TensorDataset(x, np.where(wrong, labels[rng.permutation(len(labels))], labels))


def labels_are_next(setup, rng):
    setup.collate = lambda items: (np.stack([x for x, _ in items]), np.roll([label for _, label in items], 1))


def labels_sorted(setup, rng):
    setup.collate = lambda items: (np.stack([x for x, _ in items]), np.sort([label for _, label in items]))


# Examples


class Fixed(data.DataLoader):
    """A loader with an order of its own."""

    indices = None

    def _order(self):
        return self.indices(len(self.dataset))

    def __len__(self):
        return -(-len(self.indices(len(self.dataset))) // self.batch_size)


def fixed(setup, indices):
    setup.loader_class = type("Loader", (Fixed,), {"indices": staticmethod(indices)})


def never_shuffled(setup, rng):
    fixed(setup, lambda count: list(range(count)))


def shuffled_once(setup, rng):
    order = rng.permutation(len(setup.train[0])).tolist()
    fixed(setup, lambda count: order)


def with_replacement(setup, rng):
    fixed(setup, lambda count: rng.integers(count, size=count).tolist())


def first_half(setup, rng):
    fixed(setup, lambda count: rng.permutation(count // 2).tolist())


def one_batch(setup, rng):
    fixed(setup, lambda count: rng.permutation(count)[:32].tolist() * (count // 32))


def held_out_learned(setup, rng):
    def validate(self, validation, history):
        self._train_epoch(validation, history)
        type(self)._validate(self, validation, history)

    method(setup, "_validate", validate)


def held_out_beside(setup, rng):
    (x, labels), (more, others) = setup.train, setup.held_out
    setup.dataset = data.TensorDataset(np.concatenate([x, more]), np.concatenate([labels, others]))


def evaluated_on_train(setup, rng):
    setup.validation = setup.dataset


def other_images(setup, rng):
    setup.collate = lambda items: (
        np.stack([x[::-1] for x, _ in items]) * rng.uniform(0, 2),
        np.stack([t for _, t in items]),
    )


# Steps


def no_step(setup, rng):
    method(setup, "take", nothing)


def steps_on_copies(setup, rng):
    setup.parameters = [copy.deepcopy(one) for one in setup.model.parameters()]


def discarded_before_the_step(setup, rng):
    def take(self):
        self.discard()
        self.optimizer.step()

    method(setup, "take", take)


def no_rate(setup, rng):
    setup.lr = 0.0


def never_discarded(setup, rng):
    method(setup, "begin", nothing)


def discarded_once_an_epoch(setup, rng):
    def enter(self):
        self.model.train()
        self.discard()

    method(setup, "begin", nothing)
    method(setup, "enter", enter)


def discarded_in_the_first_epoch(setup, rng):
    method(setup, "begin", lambda self: self.discard() if self.epochs_begun < 2 else None)


def step_before_backward(setup, rng):
    def one(self, x, target):
        loss = self.criterion(self.model(x), target)
        self.optimizer.step()
        self.discard()
        self.model.backward(self.criterion.backward(1.0))
        return loss

    method(setup, "one", one)


def gradients_reused(setup, rng):
    """Backward only with every fourth batch."""

    def one(self, x, target):
        self.count = vars(self).get("count", -1) + 1
        loss = self.criterion(self.model(x), target)
        if self.count % 4 == 0:
            self.discard()
            self.model.backward(self.criterion.backward(1.0))
        self.optimizer.step()
        return loss

    method(setup, "one", one)


def scaled(factor):
    def plant(setup, rng):
        def one(self, x, target):
            self.begin()
            loss = self.criterion(self.model(x), target)
            self.model.backward(self.criterion.backward(factor(len(target))))
            self.take()
            return loss

        method(setup, "one", one)

    return plant


# Gradients


def change_backward(module, backward):
    """Give an object another backward: by a class of its own, as the object is copied."""
    cls = type(module)
    module.__class__ = type(cls.__name__, (cls,), {"backward": lambda self, dy: backward(self, cls, dy)})


def linears(setup):
    """Its linear layers."""
    return [module for module in setup.model if type(module).__name__ == "Linear"]


def first_layer_detached(setup, rng):
    def backward(self, cls, dy):
        for module in reversed(list(self)[1:]):
            dy = module.backward(dy)
        return dy

    change_backward(setup.model, backward)


def one_layer_keeps_none(setup, rng):
    layers = linears(setup)
    change_backward(layers[rng.integers(len(layers))], lambda self, cls, dy: dy @ self.weight.data)


def only_some_parameters(setup, rng):
    parameters = list(setup.model.parameters())
    setup.parameters = parameters[-2:] if rng.random() < 0.5 else parameters[:-2]


def no_bias_gradient(setup, rng):
    def backward(self, cls, dy):
        dx = cls.backward(self, dy)
        self.bias.grad = np.zeros_like(self.bias.data)
        return dx

    for layer in linears(setup):
        change_backward(layer, backward)


def activation_forgotten_in_backward(setup, rng):
    for module in setup.model:
        if type(module).__name__ in ("ReLU", "Tanh"):
            change_backward(module, lambda self, cls, dy: dy)


def mean_of_the_weights(setup, rng):
    def backward(self, cls, dy):
        dx = cls.backward(self, dy)
        self.weight.grad = self.weight.grad / len(dy)
        return dx

    for layer in linears(setup):
        change_backward(layer, backward)


def wrong_sign(setup, rng):
    for layer in linears(setup):
        change_backward(layer, lambda self, cls, dy: -cls.backward(self, dy))


# Modes


def stays_in_evaluation(setup, rng):
    def evaluate(self, loader):
        found = type(self).evaluate(self, loader)
        self.model.eval()
        return found

    method(setup, "enter", nothing)
    method(setup, "evaluate", evaluate)


def always_in_evaluation(setup, rng):
    method(setup, "enter", lambda self: self.model.eval())


def evaluates_in_training(setup, rng):
    setup.model.eval = lambda: setup.model


# Rates


def scheduler_with_each_batch(setup, rng):
    def take(self):
        self.optimizer.step()
        self.scheduler.step()

    method(setup, "take", take)
    method(setup, "_step_scheduler", nothing)


def scheduler_never(setup, rng):
    method(setup, "_step_scheduler", nothing)


def times(low, high):
    """The rate by a factor between these."""

    def plant(setup, rng):
        setup.lr *= float(np.exp(rng.uniform(np.log(low), np.log(high))))

    return plant


# Units


def biases_far_below(setup, rng):
    for layer in list(setup.model)[:-1]:
        if type(layer).__name__ == "Linear":
            layer.bias.data[...] = -rng.uniform(8, 20)


def weights_below_zero(setup, rng):
    layer = setup.model[0]
    layer.weight.data[...] = -np.abs(layer.weight.data)
    layer.bias.data[...] = -np.abs(layer.bias.data)


# What is not known


def noise_in_the_data(setup, rng):
    x, labels = setup.train
    labels = np.where(rng.random(len(labels)) < 0.7, rng.integers(10, size=len(labels)), labels)
    setup.train = x, labels
    setup.dataset = data.TensorDataset(x, labels)


def one_epoch(setup, rng):
    setup.epochs = 1


def noise_for_images(setup, rng):
    x, labels = setup.train
    setup.train = rng.random(x.shape), labels
    setup.dataset = data.TensorDataset(*setup.train)


def narrow(setup, rng):
    setup.model = nn.Sequential(nn.Linear(64, 1, rng=rng), nn.Tanh(), nn.Linear(1, 10, rng=rng))


def much_decay(setup, rng):
    setup.decay = 0.3


PLANTS = {
    "labels": (labels_of_others, labels_half_wrong, labels_are_next, labels_sorted),
    "held out": (held_out_learned, held_out_beside),
    "validation": (evaluated_on_train,),
    "images": (other_images,),
    "missing": (with_replacement, first_half, one_batch),
    "order": (never_shuffled, shuffled_once),
    "no step": (no_step, steps_on_copies, discarded_before_the_step, no_rate),
    "no zero_grad": (never_discarded, discarded_once_an_epoch, discarded_in_the_first_epoch),
    "stale": (step_before_backward, gradients_reused),
    "scaled": (scaled(lambda count: count), scaled(lambda count: -1.0), scaled(lambda count: 1 / count)),
    "detached": (first_layer_detached, one_layer_keeps_none, only_some_parameters, no_bias_gradient),
    "backward": (activation_forgotten_in_backward, mean_of_the_weights, wrong_sign),
    "evaluation mode": (stays_in_evaluation, always_in_evaluation),
    "training mode": (evaluates_in_training,),
    "schedule": (scheduler_with_each_batch, scheduler_never),
    "too large": (times(10, 50), times(50, 500), times(500, 5000)),
    "too small": (times(0.001, 0.003), times(0.003, 0.01), times(1e-5, 1e-3)),
    "dead": (biases_far_below, weights_below_zero),
    "": (noise_in_the_data, one_epoch, noise_for_images, narrow, much_decay),
}
assert optim
