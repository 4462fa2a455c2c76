"""Two moons (2020), with your engine and your optimizer.

Andrej Karpathy, micrograd (2020), github.com/karpathy/micrograd: an engine for automatic differentiation of numbers, in
about a hundred lines.

What was reported. A network of 2, 16, 16 and 1 units with ReLUs, 337 parameters in all, separates 100 points of two
moons. The loss is the mean of max(0, 1 - y s) over all points, where s is the score and y is 1 or -1, plus 0.0001 times
the squares of all parameters. After 100 steps of gradient descent, with a rate that falls from 1.0 to 0.1, all points
are on their side.

Here your Tensors do the same, once with your optimizer and once with Adam.

    python milestones/2020_two_moons.py
"""

from itertools import pairwise

import numpy as np
from board import SHORT, curve, picture, run, save_plot, say
from framework import autograd, custom, nn, optim

STEPS = 60 if SHORT else 100
POINTS, UNITS = 100, 16


def main():
    """Both optimizers, from the same start."""
    x, y = moons(np.random.default_rng(2020))
    say(f"Two moons of {POINTS // 2} points each, a network with two hidden layers, {STEPS} steps.\n")
    rivals = {"your optimizer": custom.OwnOptimizer, "Adam": lambda params: optim.Adam(params, lr=0.1)}
    told = {}
    for name, make in rivals.items():
        parameters = network(np.random.default_rng(7))
        told[name] = parameters, learn(parameters, make(parameters), x, y)
        right = np.mean(np.sign(scores(parameters, x).data[:, 0]) == y)
        say(f"  {name:15} loss {told[name][1][-1]:.4f}, {right:.0%} of the points on their side")
    (parameters, losses), (_, others) = told.values()
    right = np.mean(np.sign(scores(parameters, x).data[:, 0]) == y)
    say("\nThe logarithm of the loss, to base 10, with your optimizer:\n")
    curve(np.log10(losses), -3, 0.5, f"steps 1 to {STEPS}")
    say("\nThe same with Adam:\n")
    curve(np.log10(others), -3, 0.5, f"steps 1 to {STEPS}")
    say("\nThe plane as your network divides it, and the points:\n")
    picture(plane(parameters), points(x, y))
    say("2020:  100 % of the points on their side, after 100 steps")
    say(f"yours: {right:.0%} of the points on their side, after {STEPS} steps")
    save_plot("2020_two_moons.png", lambda axes: drawn(axes, losses, others))


def moons(rng):
    """Two half circles that reach into each other, and their names, 1 and -1."""
    angle = np.pi * rng.uniform(size=POINTS // 2)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.concatenate([upper, np.array([1.0, 0.5]) - upper])
    return x + 0.1 * rng.normal(size=x.shape), np.repeat([1.0, -1.0], POINTS // 2)


def network(rng):
    """Weights and biases of three layers."""
    sizes = (2, UNITS, UNITS, 1)
    pairs = list(pairwise(sizes))
    weights = [nn.Parameter(rng.normal(size=pair) * np.sqrt(2 / pair[0])) for pair in pairs]
    biases = [nn.Parameter(np.zeros(out)) for _, out in pairs]
    return [p for both in zip(weights, biases) for p in both]


def scores(parameters, x, tensors=None):
    """What the network gives for each row of x, as a Tensor."""
    h = autograd.Tensor(x)
    tensors = tensors or [autograd.Tensor(p.data) for p in parameters]
    for k in range(0, len(tensors), 2):
        h = h @ tensors[k] + tensors[k + 1]
        h = h.relu() if k + 2 < len(tensors) else h
    return h


def learn(parameters, optimizer, x, y):
    """Take the steps; the loss before each of them."""
    losses = []
    for _ in range(STEPS):
        tensors = [autograd.Tensor(p.data, requires_grad=True) for p in parameters]
        margins = 1 - scores(parameters, x, tensors) * y[:, None]
        loss = margins.relu().mean()
        for tensor in tensors:
            loss = loss + (tensor * tensor).sum() * 1e-4
        loss.backward()
        for p, tensor in zip(parameters, tensors):
            p.grad = tensor.grad
        optimizer.step()
        losses.append(float(loss.data))
    return losses


def grid():
    """A grid over the plane: the numbers of its rows and columns, and its points."""
    across, down = np.linspace(-1.5, 2.5, 33), np.linspace(1.5, -1.0, 17)
    return np.stack(np.meshgrid(across, down), axis=-1)


def plane(parameters):
    """1 where the network gives a positive score, and 0 elsewhere."""
    places = grid()
    found = scores(parameters, places.reshape(-1, 2)).data
    return 1.0 * (found > 0).reshape(places.shape[:2])


def points(x, y):
    """The points on the same grid: full for 1, light for -1."""
    places, cells = grid(), np.zeros(grid().shape[:2])
    for point, name in zip(x, y):
        away = np.abs(places - point).sum(axis=2)
        cells[np.unravel_index(np.argmin(away), cells.shape)] = 1.0 if name > 0 else 0.4
    return cells


def drawn(axes, losses, others):
    """The picture."""
    axes.semilogy(losses, label="your optimizer")
    axes.semilogy(others, label="Adam")
    axes.set(xlabel="step", ylabel="loss", title="Two moons, with your engine")
    axes.legend()


if __name__ == "__main__":
    run(main)
