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


def modes_of_a_look():
    """See the check of this name."""
    frozen, plain = Noting(1.0).eval(), Noting(2.0)
    model = Sequential(frozen, Sequential(plain))
    found = layer_outputs(model, np.zeros((2, 3)))
    evaluated = frozen.seen == [False] and plain.seen == [False]
    right = (
        len(found) == 2 and np.array_equal(found[0], np.ones((2, 3))) and np.array_equal(found[1], np.full((2, 3), 3.0))
    )
    modes = [model.training, frozen.training, model[1].training, plain.training]
    plain.fails = True
    try:
        layer_outputs(model, np.zeros((2, 3)))
        raised = False
    except ZeroDivisionError:
        raised = True
    again = [model.training, frozen.training, model[1].training, plain.training]
    return [evaluated, right, modes == [True, False, True, True], raised, raised and again == modes]


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
    return [others, stays, np.array_equal(again[2], x)]
