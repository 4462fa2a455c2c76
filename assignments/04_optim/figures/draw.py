"""Momentum in a valley, the correction of an average's start, schedules, and two ways of clipping."""

import math

import numpy as np

from grader.figures import Axes, Paper, key

EPOCHS = 60  # of the schedules


def valley(framework) -> Paper:
    """Gradient descent and momentum in a valley

    On the left, a map of f(p) = (p0² + 20 p1²) / 2 with lines of equal height. From (-1, 1), gradient descent jumps
    from one side of the valley to the other and creeps along it. Momentum swings out further and reaches the middle in
    fewer steps. On the right, for curvatures 1 and 100, the larger of |p0| and |p1| on a logarithmic scale: 691 steps
    of gradient descent, or 95 with momentum, until both are below 1e-6.
    """
    paper = Paper(750, 336)
    left = Axes(paper, 34, 26, 320, 250, (-1.1, 0.5), (-2, 2))
    left.frame((-1, -0.5, 0, 0.5), range(-2, 3), "25 steps, curvatures 1 and 20")
    across = np.linspace(-1.1, 0.5, 801)
    for height in (0.2, 1, 3, 6, 10, 16, 24, 34):
        with np.errstate(invalid="ignore"):  # NaN where the line does not get to: the curve ends there
            away = np.sqrt((2 * height - across**2) / 20)
        left.curve(across, away, "soft thin")
        left.curve(across, -away, "soft thin")
    right = Axes(paper, 416, 26, 320, 250, (0, 700), (-8, 0.5))
    powers = {k: f"1e{k}".replace("-", "−") if k else "1" for k in range(-8, 1, 2)}
    right.frame(range(0, 701, 100), powers, "max(|p₀|, |p₁|), curvatures 1 and 100", "steps")
    right.paper.path([right.at(0, -6), right.at(700, -6)], "soft dash thin")
    for looks, best in (("two", _plain), ("one", _momentum)):
        path = _descent(framework, 20, 25, *best(20))
        left.curve(path[:, 0], path[:, 1], f"{looks} thin")
        for point in path:
            paper.dot(*left.at(*point), 2.6, f"{looks} full")
        size = np.log10(np.abs(_descent(framework, 100, 700, *best(100))).max(axis=1))
        right.curve(np.arange(len(size)), size, looks)
        steps = int(np.flatnonzero(size < -6)[0])
        side, dx = ("start", 6) if steps < 350 else ("end", -14)
        right.note(steps, -6, f"{steps} steps", f"{looks} small {side}", dx, -8 if side == "start" else 16)
    key(paper, 34, 330, {"two": "gradient descent, best rate", "one": "with momentum, best rate and μ"}, 240)
    return paper


def _plain(steep: float) -> tuple[float, float]:
    """The best rate for curvatures 1 and `steep`, and no momentum."""
    return 2 / (1 + steep), 0.0


def _momentum(steep: float) -> tuple[float, float]:
    """The best rate and momentum for curvatures 1 and `steep` (Polyak 1964)."""
    root = math.sqrt(steep)
    return (2 / (root + 1)) ** 2, ((root - 1) / (root + 1)) ** 2


def _descent(framework, steep: float, steps: int, lr: float, momentum: float) -> np.ndarray:
    """The positions, of shape (steps + 1, 2), by the reference's SGD."""
    p = framework.nn.Parameter(np.array([-1.0, 1.0]))
    optimizer = framework.optim.SGD([p], lr=lr, momentum=momentum)
    path = [p.data.copy()]
    for _ in range(steps):
        p.grad = p.data * (1.0, steep)
        optimizer.step()
        path.append(p.data.copy())
    return np.array(path)


def correction(framework) -> Paper:
    """How long Adam's steps are, with the bias correction and without

    The length of each of the first 100 steps, in units of lr, if the gradient is always 1. With the correction it is
    1 from the first step on. Without it, the first step has the length 3.16, the longest, at the twelfth step, is about
    6.6, and at step 100 it is still 3.2.
    """
    betas = (0.9, 0.999)
    p = framework.nn.Parameter(np.zeros(1))
    adam = framework.optim.Adam([p], lr=1.0, betas=betas)
    places = [0.0]
    for _ in range(100):
        p.grad = np.ones(1)
        adam.step()
        places.append(float(p.data[0]))
    t = np.arange(1, 101)
    corrected = -np.diff(places)
    plain = corrected * (1 - betas[0] ** t) / np.sqrt(1 - betas[1] ** t)
    paper = Paper(750, 250)
    axes = Axes(paper, 34, 26, 700, 176, (0, 100), (0, 8))
    axes.frame(range(0, 101, 20), range(0, 9, 2), "length of a step / lr, where every gradient is 1", "step t")
    axes.curve(t, corrected, "one wide")
    axes.curve(t, plain, "two dash")
    axes.note(100, 1, "m̂ / √v̂, corrected", "one small end", -4, -9)
    axes.note(100, plain[-1], "m / √v, not corrected", "two small end", -4, -14)
    return paper


def schedules(framework) -> Paper:
    """Eight schedules for the learning rate

    Eight small plots of the rate over 60 epochs, from a base of 1. StepLR and MultiStepLR go down in stairs,
    ExponentialLR in a smooth curve, LinearLR rises from 0.1 to 1 and stays. CosineAnnealingLR falls along half a wave
    until epoch 40 and climbs again. SequentialLR warms up and then falls along a cosine. OneCycleLR rises to its peak
    and falls nearly to 0. ReduceLROnPlateau divides by 3 whenever its metric has stopped improving.
    """
    schedule = framework.optim.lr_scheduler
    makers = {
        "StepLR(15)": lambda o: schedule.StepLR(o, 15, gamma=0.5),
        "MultiStepLR(20, 45)": lambda o: schedule.MultiStepLR(o, (20, 45), gamma=0.3),
        "ExponentialLR(0.95)": lambda o: schedule.ExponentialLR(o, 0.95),
        "LinearLR(0.1, 1, 20)": lambda o: schedule.LinearLR(o, 0.1, 1.0, 20),
        "CosineAnnealingLR(40)": lambda o: schedule.CosineAnnealingLR(o, 40),
        "SequentialLR": lambda o: _warm(schedule, o),
        "OneCycleLR(1.0)": lambda o: schedule.OneCycleLR(o, 1.0, EPOCHS),
        "ReduceLROnPlateau": lambda o: schedule.ReduceLROnPlateau(o, factor=1 / 3, patience=5),
    }
    paper = Paper(750, 400)
    for k, (name, make) in enumerate(makers.items()):
        axes = Axes(paper, 24 + 188 * (k % 4), 26 + 200 * (k // 4), 156, 130, (0, EPOCHS), (0, 1.1))
        axes.frame((0, 20, 40, 60), (0, 0.5, 1), name)
        rates, metrics = _rates(framework, make, takes_metric=name == "ReduceLROnPlateau")
        if name == "ReduceLROnPlateau":
            axes.curve(np.arange(EPOCHS), metrics, "two dots")
            axes.note(EPOCHS, 0.8, "the metric", "two small end", -2)
        axes.steps(rates, "one")
    paper.words(24 + 188 * 3 + 156, 396, "epoch", "soft small end")
    return paper


def _warm(schedule, optimizer):
    first = schedule.LinearLR(optimizer, 0.1, 1.0, 10)
    return schedule.SequentialLR(optimizer, [first, schedule.CosineAnnealingLR(optimizer, 50)], [10])


def _rates(framework, make, takes_metric: bool) -> tuple[np.ndarray, np.ndarray]:
    """The rate in each epoch, and a metric that falls in three stages, each of which ends in a plateau."""
    optimizer = framework.optim.SGD([framework.nn.Parameter(np.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    epochs = np.arange(EPOCHS)
    metrics = 0.4 + 0.2 * sum(np.maximum(1 - np.maximum(epochs - start, 0) / 8, 0) for start in (0, 18, 38))
    rates = []
    for metric in metrics:
        rates.append(optimizer.param_groups[0]["lr"])
        scheduler.step(metric) if takes_metric else scheduler.step()
    return np.array(rates), metrics


def clipping(framework) -> Paper:
    """Clipping by norm keeps the direction, clipping by value does not

    The gradient (3, 1.5) as an arrow from the origin. Clipped to norm 1 it ends on the unit circle and points in the
    same direction, at (0.894, 0.447). Clipped to value 1 it ends at the corner (1, 1) of the square around the origin,
    and points elsewhere.
    """
    paper = Paper(560, 262)
    axes = Axes(paper, 34, 10, 510, 218, (-1.3, 3.38), (-0.2, 1.8))
    axes.frame((-1, 0, 1, 2, 3), (0, 1))
    axes.axis()
    turn = np.linspace(0, 2 * np.pi, 361)
    axes.curve(np.cos(turn), np.sin(turn), "one dash thin")
    axes.curve(np.array([-1, -1, 1, 1.0]), np.array([-0.2, 1, 1, -0.2]), "two dash thin")
    gradient = np.array([3.0, 1.5])
    ends = {
        "soft": (gradient, "gradient", 4, -8, "end"),
        "one wide": (_clipped(framework, framework.nn.utils.clip_grad_norm_, gradient), "by norm", 16, 14, "start"),
        "two wide": (_clipped(framework, framework.nn.utils.clip_grad_value_, gradient), "by value", 0, -10, "middle"),
    }
    for looks, (end, name, dx, dy, side) in ends.items():
        paper.arrow([axes.at(0, 0), axes.at(*end)], looks)
        text = f"{name} ({end[0]:.3g}, {end[1]:.3g})"
        axes.note(*end, text, f"{looks.split()[0]} small {side}", dx, dy)
    return paper


def _clipped(framework, clip, gradient: np.ndarray) -> np.ndarray:
    p = framework.nn.Parameter(np.zeros(2))
    p.grad = gradient.copy()
    clip([p], 1.0)
    return p.grad
