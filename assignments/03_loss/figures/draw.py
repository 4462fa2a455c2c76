"""Losses with their slopes: for numbers, for a logit, for scores of classes."""

import numpy as np

from grader.figures import Axes, Paper, key

JUMP = 0.3  # between neighbouring points: no slope is that steep, so it is a corner


def regression(framework) -> Paper:
    """Four losses for numbers, and their slopes

    Two plots over the error e from -4 to 4. On the left the values: MSE is a parabola, L1 two straight lines, Huber
    with delta 2 and SmoothL1 with beta 2 are parabolas in the middle and straight outside. On the right the slopes:
    that of MSE is a straight line, that of L1 jumps from -1 to 1, those of Huber and SmoothL1 are held back at 2
    and at 1.
    """
    nn = framework.nn
    losses = {
        "one": ("MSE", nn.MSELoss(reduction="none")),
        "two dash": ("L1", nn.L1Loss(reduction="none")),
        "three": ("Huber, δ = 2", nn.HuberLoss(delta=2.0, reduction="none")),
        "four dash": ("SmoothL1, β = 2", nn.SmoothL1Loss(beta=2.0, reduction="none")),
    }
    paper = Paper(750, 336)
    e = np.linspace(-4, 4, 801)
    values = Axes(paper, 34, 26, 320, 240, (-4, 4), (0, 8))
    slopes = Axes(paper, 416, 26, 320, 240, (-4, 4), (-4, 4))
    values.frame(range(-4, 5, 2), range(0, 9, 2), "v, the value", "error e = x − t")
    slopes.frame(range(-4, 5, 2), range(-4, 5, 2), "∂v/∂x, the slope", "error e = x − t")
    slopes.axis()
    for looks, (_name, loss) in losses.items():
        values.curve(e, loss(e, np.zeros_like(e)), looks)
        slopes.curve(e, loss.backward(np.ones_like(e)), looks, JUMP)
    key(paper, 34, 330, {looks: name for looks, (name, _loss) in losses.items()}, 180)
    return paper


def logits(framework) -> Paper:
    """A wrong and confident prediction, from the logit and through the probability

    Two plots over the logit z from 0 to 60, for the target 0. On the left the loss: from the logit it grows like z,
    through the probability it jumps to 100 where float64 rounds the probability to 1, near z = 37. On the right the
    gradient: from the logit it stays at 1, through the probability it becomes too small from z = 28 on, and then 0.
    """
    nn = framework.nn
    z = np.linspace(0, 60, 1201)
    zeros, ones = np.zeros_like(z), np.ones_like(z)
    direct, sigmoid, loss = nn.BCEWithLogitsLoss(reduction="none"), nn.Sigmoid(), nn.BCELoss(reduction="none")
    paper = Paper(750, 306)
    left = Axes(paper, 40, 26, 320, 210, (0, 60), (0, 110))
    right = Axes(paper, 416, 26, 320, 210, (0, 60), (0, 1.2))
    left.frame(range(0, 61, 20), range(0, 101, 25), "the loss for the target 0", "logit z")
    right.frame(range(0, 61, 20), (0, 0.5, 1), "its gradient ∂L/∂z", "logit z")
    left.curve(z, direct(z, zeros), "one wide")
    left.curve(z, loss(sigmoid(z), zeros), "two", 30)
    right.curve(z, direct.backward(ones), "one wide")
    right.curve(z, sigmoid.backward(loss.backward(ones)), "two")
    key(paper, 40, 300, {"one wide": "BCEWithLogitsLoss of z", "two": "BCELoss of Sigmoid of z"}, 220)
    return paper


def cross_entropy(framework) -> Paper:
    """What the network says minus what was seen

    Three groups of bars for the scores (1, 2, 3) and the target 0: the probabilities p, 0.090, 0.245 and 0.665; the
    one-hot target q; and the gradient of CrossEntropyLoss, p - q, which is -0.910, 0.245 and 0.665 and adds up to 0.
    """
    z = np.array([[1.0, 2.0, 3.0]])
    loss = framework.nn.CrossEntropyLoss()
    loss(z, np.array([0]))
    groups = {
        "p = softmax of (1, 2, 3)": (framework.nn.Softmax()(z)[0], "one wash"),
        "q, for the target 0": (np.eye(3)[0], "three wash"),
        "∂L/∂z = p − q": (loss.backward()[0], "two wash"),
    }
    paper = Paper(750, 250)
    for k, (title, (heights, looks)) in enumerate(groups.items()):
        axes = Axes(paper, 30 + 248 * k, 30, 204, 190, (-0.5, 2.5), (-1.2, 1.2))
        axes.frame({i: f"class {i}" for i in range(3)}, (-0.5, 0, 0.5, 1), title)
        paper.path([axes.at(-0.5, 0), axes.at(2.5, 0)], "soft thin")
        for i, height in enumerate(heights):
            axes.bar(i, height, looks)
    return paper
