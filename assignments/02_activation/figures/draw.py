"""Activations with their slopes, softmax, and log-softmax computed in one step and in two."""

import numpy as np

from grader.figures import Axes, Paper, key

EDGE = 4.0  # of the curves
JUMP = 0.05  # between neighbouring points: no slope is that steep, so it is a corner


def activations(framework) -> Paper:
    """The eight elementwise activations and their slopes

    Eight small plots over x from -4 to 4. Each has two curves, the function and its derivative. ReLU and LeakyReLU have
    a corner at 0, where the derivative jumps. Sigmoid and Tanh flatten out on both sides, and their derivatives are
    bells. The derivative of Softplus is the sigmoid. SiLU and GELU dip below 0, and their slopes exceed 1 a little.
    """
    nn = framework.nn
    plots = {
        "ReLU": nn.ReLU(),
        "LeakyReLU, slope 0.1": nn.LeakyReLU(0.1),
        "ELU, α = 1.5": nn.ELU(1.5),
        "Softplus": nn.Softplus(),
        "Sigmoid": nn.Sigmoid(),
        "Tanh": nn.Tanh(),
        "SiLU": nn.SiLU(),
        "GELU": nn.GELU(),
    }
    paper = Paper(750, 422)
    x = np.linspace(-EDGE, EDGE, 801)
    for k, (name, activation) in enumerate(plots.items()):
        axes = Axes(paper, 24 + 187 * (k % 4), 24 + 200 * (k // 4), 160, 140, (-EDGE, EDGE), (-1.6, 2.4))
        axes.frame((-4, -2, 0, 2, 4), (-1, 0, 1, 2), name)
        axes.axis()
        y = activation(x)
        axes.curve(x, y, "one")
        axes.curve(x, activation.backward(np.ones_like(x)), "two dash", JUMP)
    key(paper, 24, 418, {"one": "f(x), by forward", "two dash": "f′(x), by backward with ones"}, 180)
    return paper


def softmax(framework) -> Paper:
    """Softmax turns differences of scores into ratios of probabilities

    Three groups of bars, the probabilities of the scores (1, 2, 3), (1, 3, 3) and (11, 12, 13). One more point for the
    second score multiplies its odds against each other one by e. Ten more points for all scores change nothing.
    """
    paper = Paper(750, 210)
    for k, scores in enumerate(((1, 2, 3), (1, 3, 3), (11, 12, 13))):
        axes = Axes(paper, 40 + 248 * k, 30, 200, 150, (-0.5, 2.5), (0, 0.8))
        axes.frame({i: str(score) for i, score in enumerate(scores)}, (0, 0.2, 0.4, 0.6, 0.8), f"softmax of {scores}")
        for i, p in enumerate(framework.nn.Softmax()(np.array(scores, float))):
            axes.bar(i, p, "two wash" if (k, i) == (1, 1) else "one wash")
    return paper


def logarithms(framework) -> Paper:
    """The log-probability of a score that lies s below the other one, computed in three ways

    Two scores, 0 and -s, with s from 0 to 1000. LogSoftmax gives a straight line from about 0 to -1000. The logarithm
    of Softmax follows it to s = 745, where the probability underflows, and is minus infinity after that. With 1e-12
    added inside the logarithm the curve is level at -27.6 from s = 28 on.
    """
    paper = Paper(750, 262)
    s = np.arange(0.0, 1001.0)
    scores = np.stack([np.zeros_like(s), -s], axis=1)
    p = framework.nn.Softmax()(scores)[:, 1]
    with np.errstate(divide="ignore"):
        plain = np.log(p)
    axes = Axes(paper, 50, 26, 680, 200, (0, 1000), (-1000, 0))
    axes.frame(range(0, 1001, 200), range(-1000, 1, 250), "log-probability of the score −s beside the score 0", "s")
    axes.curve(s, framework.nn.LogSoftmax()(scores)[:, 1], "one wide")
    axes.curve(s, plain, "two dash wide")
    axes.curve(s, np.log(p + 1e-12), "four wide")
    end = int(s[np.isfinite(plain)][-1])
    paper.dot(*axes.at(end, plain[end]), 5, "two full")
    axes.note(end, plain[end], f"log(softmax): −∞ after s = {end}", "two small end", -14, 14)
    axes.note(1000, -1000, "log-softmax", "one small end", -14, -42)
    axes.note(1000, -27.6, "log(softmax + 1e-12): −27.6, however large s is", "four small end", -6, 22)
    return paper
