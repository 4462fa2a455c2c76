"""A race of optimizers (2023), with yours in it.

George Dahl and others, Benchmarking Neural Network Training Algorithms (2023): AlgoPerf.

What was reported. Optimizers are compared by the time to a target, on tasks that differ, and each with the same options
on all of them. The score is the area under the performance profile, up to a factor of 4. Of the baselines of the paper,
none was the best on all tasks.

Here your optimizer runs against five of yours of assignment 04, on tasks like those that are graded: other ones, with
other targets, and without Shampoo. So the score is not the one that you will get.

    python milestones/2023_race.py
"""

import numpy as np
from board import SHORT, curve, data, run, save_plot, say
from framework import custom, nn, optim

STEPS = 60 if SHORT else 200
INSTANCES = 1 if SHORT else 3
LARGEST = 4.0
FIELD = {
    "SGD": lambda params: optim.SGD(params, lr=0.3),
    "momentum": lambda params: optim.SGD(params, lr=0.1, momentum=0.9),
    "Adam": lambda params: optim.Adam(params, lr=0.03),
    "AdamW": lambda params: optim.AdamW(params, lr=0.1, weight_decay=0.01),
    "Lion": lambda params: optim.Lion(params, lr=0.03),
}
YOURS = "yours"


def main():
    """Run all of them on all tasks."""
    rng = np.random.default_rng(2023)
    tasks = [task for _ in range(INSTANCES) for task in drawn_tasks(rng)]
    say(f"{len(tasks)} tasks, {STEPS} steps each. Steps to the target; - if it is not reached.\n")
    racers = {YOURS: custom.OwnOptimizer, **FIELD}
    say(" " * 24 + "".join(f"{name:>10}" for name in racers))
    rows = []
    for number, (name, start, gradient) in enumerate(tasks, start=1):
        curves = [losses(start, gradient, make) for make in racers.values()]
        target = sorted(np.nanmin(c) for c in curves[1:])[-2]
        rows.append([steps_to(c, target) for c in curves])
        say(f"{number:3}  {name:19}" + "".join(f"{s:10.0f}" if np.isfinite(s) else f"{'-':>10}" for s in rows[-1]))
    factors = np.array(rows) / np.min(rows, axis=1, keepdims=True)
    scores = dict(zip(racers, np.mean(np.maximum(LARGEST - factors, 0), axis=0) / (LARGEST - 1)))
    say("\nScores, from 0 to 1:\n")
    for name in sorted(scores, key=lambda name: -scores[name]):
        say(f"  {name:10}{scores[name]:6.3f}")
    say("\nYour profile: the share of tasks that you finish within t times the steps of the fastest, t from 1 to 4.\n")
    curve(profile(factors[:, 0]), 0, 1, "t from 1 to 4")
    best = sum(bool(row[0] == min(row)) and np.isfinite(row[0]) for row in rows)
    say("\n2023:  no optimizer was the best on all tasks")
    say(f"yours: the best on {best} of {len(rows)} tasks")
    save_plot("2023_race.png", lambda axes: drawn(axes, dict(zip(racers, factors.T))))


def drawn_tasks(rng):
    """One of each family: name, first parameters, and what gives loss and gradients for parameters."""
    for condition in (10, 100, 1000):
        yield quadratic(condition, rng)
    yield valley(rng)
    known = data("digits.npz")
    chosen = rng.permutation(len(known["train_images"]))[:128]
    x, labels = known["train_images"][chosen].reshape(-1, 64) / 16, known["train_labels"][chosen]
    x = (x - x.mean(axis=0)) @ turned(64, rng)
    hidden = int(rng.integers(12, 21))
    yield network("logistic regression", nn.Linear(64, 10, rng=rng), nn.CrossEntropyLoss(), x, labels)
    classifier = nn.Sequential(nn.Linear(64, hidden, rng=rng), nn.Tanh(), nn.Linear(hidden, 10, rng=rng))
    yield network("digits", classifier, nn.CrossEntropyLoss(), x, labels)
    encoder = nn.Sequential(nn.Linear(64, 8, rng=rng), nn.Tanh(), nn.Linear(8, 64, rng=rng))
    yield network("autoencoder", encoder, nn.MSELoss(), x, x)


def turned(size, rng):
    """A random rotation."""
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


def quadratic(condition, rng):
    """(w - c)^T A (w - c) / 2, with eigenvalues of A from 1 / condition to 1."""
    turn = turned(12, rng)
    matrix, best = (turn * np.geomspace(1 / condition, 1.0, 12)) @ turn.T, rng.normal(size=12)

    def gradient(arrays):
        away = arrays[0] - best
        return away @ matrix @ away / 2, [matrix @ away]

    return f"quadratic {condition}", [best + rng.choice([-1.0, 1.0], 12)], gradient


def valley(rng):
    """Rosenbrock's function, turned and moved."""
    turn, moved, steep = turned(2, rng), rng.normal(size=2), rng.uniform(10, 30)

    def gradient(arrays):
        u, v = turn @ arrays[0] + moved
        across = v - u * u
        slopes = np.array([-2 * (1 - u) - 4 * steep * u * across, 2 * steep * across]) / (10 * steep)
        return ((1 - u) ** 2 + steep * across**2) / (10 * steep), [turn.T @ slopes]

    return "rosenbrock", [turn.T @ (np.array([-1.2, 1.0]) - moved)], gradient


def network(name, model, criterion, x, target):
    """A model and a loss of yours, on all examples at once."""
    weights = list(model.parameters())

    def gradient(arrays):
        for p, array in zip(weights, arrays):
            p.data, p.grad = array, None
        loss = criterion(model(x), target)
        model.backward(criterion.backward())
        return loss, [p.grad for p in weights]

    return name, [p.data.copy() for p in weights], gradient


@np.errstate(all="ignore")  # some diverge on some tasks
def losses(start, gradient, make):
    """The loss before each step, and after the last one."""
    parameters = [nn.Parameter(array.copy()) for array in start]
    optimizer = make(parameters)
    found = []
    for step in range(STEPS + 1):
        loss, gradients = gradient([p.data.copy() for p in parameters])
        found.append(float(loss) if np.isfinite(loss) else np.inf)
        if not np.isfinite(loss):
            break
        for p, grad in zip(parameters, gradients):
            p.grad = grad
        if step < STEPS:
            optimizer.step()
    return np.array(found)


def steps_to(found, target):
    """The number of the first loss that is low enough; infinity without one."""
    reached = np.flatnonzero(found <= target)
    return max(float(reached[0]), 1.0) if len(reached) else np.inf


def profile(factors):
    """The share of tasks within t, for t from 1 to 4."""
    return [np.mean(factors <= t) for t in np.linspace(1, LARGEST, 60)]


def drawn(axes, factors):
    """The picture: all profiles."""
    for name, values in factors.items():
        axes.plot(np.linspace(1, LARGEST, 60), profile(values), label=name, linewidth=3 if name == YOURS else 1)
    axes.set(xlabel="times the steps of the fastest", ylabel="share of tasks", title="Profiles", ylim=(0, 1.02))
    axes.legend()


if __name__ == "__main__":
    run(main)
