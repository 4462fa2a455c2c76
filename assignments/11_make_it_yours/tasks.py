"""The tasks of the race: what is minimised, where it starts, and its gradients. All of it stays in the grader.

Every instance is drawn: no submission can know where its optimum is, nor carry weights that fit it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Arrays = list[np.ndarray]
STEPS = 200  # the budget of each task
BATCH = 64  # images for the gradient of one step
IMAGES = 192  # of one task

# (parameters, number of the step) -> the loss, and the gradients of it or of a batch's
Objective = Callable[[Arrays, int], tuple[float, Arrays]]


@dataclass(frozen=True)
class Task:
    """name: of the family. start: the first parameters. objective: see there."""

    name: str
    start: Arrays
    objective: Objective


def drawn_tasks(digits: dict[str, np.ndarray], rng: np.random.Generator, instances: int = 4) -> list[Task]:
    """So many instances of each family."""
    return [task for _ in range(instances) for task in _one_of_each(digits, rng)]


def _one_of_each(digits: dict[str, np.ndarray], rng: np.random.Generator) -> Iterator[Task]:
    for condition in (10, 100, 1000):
        yield _quadratic(condition, rng)
    yield _rosenbrock(rng)
    x, labels = _turned(digits, rng)
    batches = rng.integers(IMAGES, size=(STEPS + 1, BATCH))
    yield Task("logistic regression", _layers([64, 10], 0.0, rng), _classifying(x, labels, batches))
    hidden = int(rng.integers(12, 21))
    yield Task("digits", _layers([64, hidden, 10], 1.0, rng), _classifying(x, labels, batches))
    code = int(rng.integers(6, 13))
    yield Task("autoencoder", _layers([64, code, 64], 1.0, rng), _encoding(x, batches))


def easy_tasks(rng: np.random.Generator) -> list[Task]:
    """Three quadratics that are easy for everybody."""
    return [_quadratic(condition, rng) for condition in (2, 4, 8)]


def rotation(size: int, rng: np.random.Generator) -> np.ndarray:
    """A random orthogonal matrix."""
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    return q * np.sign(np.diag(r))


def _quadratic(condition: float, rng: np.random.Generator) -> Task:
    """L = (w - c)^T A (w - c) / 2; the eigenvalues of A go from 1 / condition to 1, in equal ratios."""
    size = 12
    turn = rotation(size, rng)
    matrix = rng.uniform(0.5, 2.0) * (turn * np.geomspace(1 / condition, 1.0, size)) @ turn.T
    best = rng.normal(size=size)

    def objective(parameters: Arrays, _step: int) -> tuple[float, Arrays]:
        away = parameters[0] - best
        return float(away @ matrix @ away) / 2, [matrix @ away]

    return Task(f"quadratic {condition}", [best + rng.choice([-1.0, 1.0], size)], objective)


def _rosenbrock(rng: np.random.Generator) -> Task:
    """L = ((1 - u)^2 + b (v - u^2)^2) / 10 b for (u, v), which is the parameters turned and moved."""
    turn, moved, steep = rotation(2, rng), rng.normal(size=2), rng.uniform(10, 30)
    start = np.array([-1.2, 1.0]) + 0.1 * rng.normal(size=2)

    def objective(parameters: Arrays, _step: int) -> tuple[float, Arrays]:
        u, v = turn @ parameters[0] + moved
        across = v - u * u
        slopes = np.array([-2 * (1 - u) - 4 * steep * u * across, 2 * steep * across]) / (10 * steep)
        return float((1 - u) ** 2 + steep * across**2) / (10 * steep), [turn.T @ slopes]

    return Task("rosenbrock", [turn.T @ (start - moved)], objective)


def _turned(digits: dict[str, np.ndarray], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Some images as rows, in a random order, turned in the space of their 64 pixels; the labels by other numbers."""
    chosen = rng.permutation(len(digits["train_images"]))[:IMAGES]
    rows = digits["train_images"][chosen].reshape(-1, 64) / 16
    return (rows - rows.mean(axis=0)) @ rotation(64, rng), rng.permutation(10)[digits["train_labels"][chosen]]


def _layers(sizes: list[int], scale: float, rng: np.random.Generator) -> Arrays:
    """A weight (out, in) and a bias for each two sizes that follow one another."""
    pairs = pairwise(sizes)
    return [
        array
        for fan_in, out in pairs
        for array in (scale * rng.normal(size=(out, fan_in)) / np.sqrt(fan_in), np.zeros(out))
    ]


def _forward(parameters: Arrays, x: np.ndarray) -> list[np.ndarray]:
    """The input and the output of every layer; between two layers there is a tanh."""
    values = [x]
    for k in range(0, len(parameters), 2):
        inner = np.tanh(values[-1]) if k else values[-1]
        values += [inner @ parameters[k].T + parameters[k + 1]]
    return values


def _backward(parameters: Arrays, values: list[np.ndarray], dy: np.ndarray) -> Arrays:
    """The gradients of the parameters, for that of the output."""
    gradients: Arrays = []
    for k in reversed(range(0, len(parameters), 2)):
        inner = np.tanh(values[k // 2]) if k else values[0]
        gradients = [dy.T @ inner, dy.sum(axis=0), *gradients]
        dy = dy @ parameters[k] * (1 - inner * inner)
    return gradients


def _classifying(x: np.ndarray, labels: np.ndarray, batches: np.ndarray) -> Objective:
    """Cross-entropy: of all images, with the gradient of a batch."""

    def objective(parameters: Arrays, step: int) -> tuple[float, Arrays]:
        values = _forward(parameters, x)
        logits = values[-1] - values[-1].max(axis=1, keepdims=True)
        log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        loss = -float(np.mean(log_p[np.arange(len(labels)), labels]))
        chosen = batches[step]
        dy = np.exp(log_p[chosen])
        dy[np.arange(BATCH), labels[chosen]] -= 1
        return loss, _backward(parameters, [value[chosen] for value in values], dy / BATCH)

    return objective


def _encoding(x: np.ndarray, batches: np.ndarray) -> Objective:
    """Half the squared distance of an image and what comes out: the mean of all, with the gradient of a batch."""

    def objective(parameters: Arrays, step: int) -> tuple[float, Arrays]:
        values = _forward(parameters, x)
        away = values[-1] - x
        chosen = batches[step]
        dy = away[chosen] / BATCH
        return float(np.mean(np.sum(away * away, axis=1))) / 2, _backward(parameters, [v[chosen] for v in values], dy)

    return objective
