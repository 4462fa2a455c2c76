"""What regimes are, how a score comes from a profile, and how a scale finds its size."""

import numpy as np

from grader.figures import Axes, Paper

FACTORS = (1.0, 2.0, 2.5)  # of the worked example; a fourth task is never done
OTHERS = (1.0, 1.0, 1.5, 3.0)
UPDATES = 60


def regimes(framework) -> Paper:
    """Where a layer has more than one regime

    Two plots of the derivative of y by x, from -4 to 4. Left: for y = 0.6 x it is one level line; for PReLU it is 0.25
    to the left of 0 and 1 to the right: two regimes. Right: for Swish it rises smoothly from 0 to 1, with a dip below 0
    and a hump above 1; for a sine it goes up and down.
    """
    x = np.linspace(-4, 4, 161)
    silu, dy = framework.nn.SiLU(), np.ones_like(x)
    silu.forward(x)
    lines = {
        "PReLU and a line": (("y = 0.6 x", 0.6 + 0 * x, "two dash"), ("PReLU", np.where(x < 0, 0.25, 1.0), "one wide")),
        "Swish and a sine": (("sin(x)", np.cos(x), "two dash"), ("Swish", silu.backward(dy), "one wide")),
    }
    paper = Paper(750, 250)
    for k, (title, curves) in enumerate(lines.items()):
        axes = Axes(paper, 34 + 380 * k, 26, 330, 176, (-4, 4), (-1.1, 1.3))
        axes.frame(range(-4, 5, 2), (-1, 0, 1), f"dy/dx: {title}", "x")
        for name, values, looks in curves:
            axes.curve(x, values, looks)
            axes.note(4, values[-1], name, f"{looks.split()[0]} small end", -4, -8 if values[-1] > 0.7 else 16)
    return paper


def profile(framework) -> Paper:
    """The profile of the worked example, and of another optimizer

    The share of four tasks whose factor is at most t, for t from 1 to 4. Yours is 1/4 from t = 1 on, 1/2 from 2 on and
    3/4 from 2.5 on; the area below it is filled. The other one is 1/2 from 1 on, 3/4 from 1.5 and 1 from 3 on.
    """
    paper = Paper(750, 250)
    axes = Axes(paper, 34, 26, 700, 176, (1, 4), (0, 1.1))
    axes.frame((1, 2, 3, 4), (0, 0.25, 0.5, 0.75, 1), "share of tasks", "t: so many times the steps of the best")
    for factors, looks, name in ((FACTORS, "one wide", "yours"), (OTHERS, "two dash", "another one")):
        t = np.repeat([*sorted(set(factors)), 4.0], 2)[1:-1]
        share = np.repeat([sum(f <= at for f in factors) / 4 for at in sorted(set(factors))], 2)
        axes.curve(t, share, looks)
        axes.note(4, share[-1], name, f"{looks.split()[0]} small end", -4, -8)
    return paper


def scale(framework) -> Paper:
    """A scale that finds its size by trial

    The scale over 60 updates, on a logarithmic axis. It doubles after every five updates without overflow, from 64 on.
    Above a level that falls once, where gradients grow, the scaled gradients overflow: then the scale is halved, and
    waits again.
    """
    p = framework.nn.Parameter(np.zeros(1))
    optimizer = framework.optim.SGD([p], lr=0.0)
    scaler = framework.amp.GradScaler(init_scale=64.0, growth_interval=5)
    scales, levels = [], []
    for update in range(UPDATES):
        gradient = 100.0 if update < UPDATES // 2 else 900.0
        scales.append(np.log2(scaler.get_scale()))
        levels.append(np.log2(65504 / gradient))
        scaled = scaler.scale(gradient)
        p.grad = np.array([scaled if scaled <= 65504 else np.inf])
        scaler.step(optimizer)
        scaler.update()
    paper = Paper(750, 250)
    axes = Axes(paper, 34, 26, 700, 176, (0, UPDATES), (4, 12))
    axes.frame(range(0, UPDATES + 1, 10), range(4, 13, 2), "logarithm of the scale, to base 2", "update")
    axes.steps(scales, "one wide")
    axes.steps(levels, "two dash")
    axes.note(UPDATES / 2, levels[0], "above this, float16 overflows", "two small end", -4, -8)
    return paper
