"""What the checks do with several modules of the student's at once."""

import numpy as np

from .nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    CrossEntropyLoss,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    ResidualBlock,
    Sequential,
)
from .optim import SGD


def both_passes(numbers, *jobs):
    """A forward and a backward for each (module, shape of x, shape of y); a sum for each that depends on all of it.

    What goes in repeats these numbers, as moving large arrays would take longer than to compute with them.
    """
    results = []
    for module, x_shape, y_shape in jobs:
        x, dy = np.resize(numbers, x_shape), np.resize(numbers, y_shape)
        results += [np.sum(module.forward(x) * dy), np.sum(module.backward(dy) * x)]
    return np.array(results)


def network(rng):
    """A small network for images of bars, of which there are four kinds."""
    return Sequential(
        Conv2d(1, 4, 3, padding=1, rng=rng),
        BatchNorm2d(4),
        ReLU(),
        MaxPool2d(2),
        ResidualBlock(4, 8, rng=rng),
        AdaptiveAvgPool2d(1),
        Flatten(),
        Linear(8, 4, rng=rng),
    )


def train(model, batches):
    """Take a step for each batch of images and labels; the losses before the steps."""
    criterion, optimizer, losses = CrossEntropyLoss(), SGD(model.parameters(), lr=0.1, momentum=0.9), []
    for images, labels in batches:
        losses.append(criterion(model(images), labels))
        optimizer.zero_grad()
        model.backward(criterion.backward())
        optimizer.step()
    return np.array(losses)
