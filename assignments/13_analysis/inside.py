"""What runs beside the student's package: networks to be looked into."""

import numpy as np

from .analysis import layer_outputs
from .nn import BatchNorm1d, Dropout, Flatten, Identity, Linear, Module, ReLU, Sequential


def network():
    """Nested, with modules that behave differently in training; its numbers come from a seed."""
    rng = np.random.default_rng(13)
    inner = Sequential(Linear(8, 5, rng=rng), ReLU())
    model = Sequential(Linear(4, 4, rng=rng), Flatten(), inner, BatchNorm1d(5), Dropout(0.5, rng=rng), Identity())
    for parameter in model.parameters():
        parameter.data[...] = rng.normal(size=parameter.shape)
    return model


class Noting(Module):
    """Adds a number, notes in which mode it was, and can fail."""

    def __init__(self, number, fails=False):
        self.number, self.fails, self.seen = number, fails, []

    def forward(self, x):
        self.seen.append(self.training)
        if self.fails:
            raise ZeroDivisionError("this module fails")
        return x + self.number


class InPlace(Module):
    """Adds one to its input, where that lies."""

    def forward(self, x):
        x += 1
        return x


def modes_of_a_look():
    """See the check of this name."""
    frozen, plain, within = Noting(1.0).eval(), Noting(2.0), Noting(0.0).eval()
    model = Sequential(frozen, Sequential(plain, within))
    found = layer_outputs(model, np.zeros((2, 3)))
    evaluated = frozen.seen == [False] and plain.seen == [False]
    right = (
        len(found) == 2 and np.array_equal(found[0], np.ones((2, 3))) and np.array_equal(found[1], np.full((2, 3), 3.0))
    )
    modes = [module.training for module in model.modules()]
    plain.fails = True
    try:
        layer_outputs(model, np.zeros((2, 3)))
        raised = False
    except ZeroDivisionError:
        raised = True
    again = [module.training for module in model.modules()]
    return [evaluated, right, modes == [True, False, True, True, False], raised, raised and again == modes]


def copies_of_a_look():
    """See the check of this name."""
    x = np.arange(6.0).reshape(2, 3) + 1
    model = Sequential(Identity(), Flatten(), ReLU())
    found = layer_outputs(model, x)
    found[0][...] = -7.0
    others = np.array_equal(found[1], np.arange(6.0).reshape(2, 3) + 1) and np.array_equal(found[2], found[1])
    stays = np.array_equal(x, np.arange(6.0).reshape(2, 3) + 1)
    found[2][...] = -7.0
    again = layer_outputs(model, x)
    kept = layer_outputs(Sequential(Noting(1.0), InPlace(), InPlace()), np.zeros((2, 3)))
    in_place = [array.flat[0] for array in kept] == [1.0, 2.0, 3.0]
    return [others, stays, np.array_equal(again[2], x), in_place]
