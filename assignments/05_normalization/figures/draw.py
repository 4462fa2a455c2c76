"""The size of signals, what dropout does in its two modes, and what each normalisation takes together."""

import numpy as np

from grader.figures import Axes, Paper, key

EXAMPLES, CHANNELS, LENGTH = 4, 4, 3  # of the x that is normalised
ASKED = (1, 2, 1)  # example, channel and position of the output that is looked at


def signals(framework) -> Paper:
    """The mean square of a signal through fifty layers

    The mean square of what leaves each of 50 linear layers with ReLU, 100 units wide, on a logarithmic scale from 1e-20
    to 1e20. With the standard deviation 1 it leaves the plot after about a dozen layers. With that of Xavier it falls
    to about 1e-15, as each ReLU takes half. With that of Kaiming it stays near 1.
    """
    initial = framework.nn.init
    fills = {
        "two": ("normal, std 1", lambda p, rng: initial.normal_(p, rng=rng)),
        "four dash": ("Xavier, std √(1/100)", lambda p, rng: initial.xavier_normal_(p, rng=rng)),
        "one wide": ("Kaiming, std √(2/100)", lambda p, rng: initial.kaiming_normal_(p, rng=rng)),
    }
    paper = Paper(750, 290)
    axes = Axes(paper, 50, 26, 684, 200, (0, 50), (-20, 20))
    powers = {k: f"1e{k}".replace("-", "−") if k else "1" for k in range(-20, 21, 10)}
    axes.frame(range(0, 51, 10), powers, "mean square of the signal", "layer")
    for looks, (_name, fill) in fills.items():
        sizes = np.log10(_sizes(framework, fill))
        axes.curve(np.arange(len(sizes)), sizes, looks)
    key(paper, 50, 284, {looks: name for looks, (name, _fill) in fills.items()}, 220)
    return paper


def _sizes(framework, fill) -> list[float]:
    """The mean square of a batch of 64 before the first layer, and after each."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(64, 100))
    sizes = [float(np.mean(x**2))]
    for _ in range(50):
        layer = framework.nn.Linear(100, 100, bias=False, rng=rng)
        fill(layer.weight, rng)
        x = framework.nn.ReLU()(layer(x))
        sizes.append(float(np.mean(x**2)))
    return sizes


def dropout(framework) -> Paper:
    """Dropout in training and in evaluation

    Three rows of twelve bars. The input x. In training with p = 0.25, three of the twelve numbers have become 0, and
    the others are 4/3 as large. In evaluation y is x.
    """
    rng = np.random.default_rng(8)
    x = np.round(rng.uniform(0.4, 1.5, 12), 1)
    layer = framework.nn.Dropout(0.25, rng=rng)
    rows = {
        "x": (x, "ink wash"),
        "y in training": (layer(x), "two wash"),
        "y in evaluation": (layer.eval()(x), "one wash"),
    }
    paper = Paper(750, 250)
    for k, (name, (values, looks)) in enumerate(rows.items()):
        axes = Axes(paper, 150, 4 + 84 * k, 590, 70, (-0.5, 11.5), (0, 2.2))
        paper.path([axes.at(-0.5, 0), axes.at(11.5, 0)], "soft thin")
        paper.words(0, 70 + 84 * k, name, f"{looks.split()[0]} strong")
        for i, value in enumerate(values):
            (left, top), (right, bottom) = axes.at(i - 0.3, value), axes.at(i + 0.3, 0)
            if value:
                paper.box(left, top, right - left, bottom - top, looks)
            paper.words((left + right) / 2, (top if value else bottom) - 4, f"{value:.3g}", "soft small middle")
    return paper


def together(framework) -> Paper:
    """What each normalisation takes together

    Six grids of four examples with four channels of three positions each. In each grid one number of the output is
    marked, and all numbers of the input are coloured that it depends on. BatchNorm1d: the channel in all examples.
    LayerNorm over (4, 3): the whole example. LayerNorm(3) and RMSNorm(3): the three positions of one channel of one
    example. RMSNorm over (4, 3): the whole example. GroupNorm with two groups: two neighbouring channels of the
    example.
    """
    nn = framework.nn
    layers = {
        "BatchNorm1d(4), training": nn.BatchNorm1d(CHANNELS),
        "LayerNorm((4, 3))": nn.LayerNorm((CHANNELS, LENGTH)),
        "LayerNorm(3)": nn.LayerNorm(LENGTH),
        "GroupNorm(2, 4)": nn.GroupNorm(2, CHANNELS),
        "RMSNorm((4, 3))": nn.RMSNorm((CHANNELS, LENGTH)),
        "RMSNorm(3)": nn.RMSNorm(LENGTH),
    }
    paper = Paper(750, 330)
    for k, (name, layer) in enumerate(layers.items()):
        left, top = 34 + 246 * (k % 3), 24 + 164 * (k // 3)
        paper.words(left, top - 10, name, "ink strong")
        _grid(paper, left, top, _reached(layer))
        for n in range(EXAMPLES):
            if k % 3 == 0:
                paper.words(left - 10, top + 13 + 24 * n, str(n), "soft small end")
        for c in range(CHANNELS):
            paper.words(
                left + 52 * c + 23, top + 24 * EXAMPLES + 12, f"channel {c}" if c == 0 else str(c), "soft small middle"
            )
    paper.words(0, 326, "Rows are examples. The number with the frame depends on all that are coloured.", "soft small")
    return paper


def _reached(layer) -> np.ndarray:
    """Which numbers of x one number of y depends on: where its gradient is not 0."""
    x = np.random.default_rng(4).normal(size=(EXAMPLES, CHANNELS, LENGTH))
    layer(x)
    dy = np.zeros_like(x)
    dy[ASKED] = 1
    return layer.backward(dy) != 0


def _grid(paper: Paper, left: float, top: float, reached: np.ndarray) -> None:
    places = {(n, c, k): (left + 52 * c + 16 * k, top + 24 * n) for n, c, k in np.ndindex(reached.shape)}
    for looks, wanted in (("faint thin", False), ("one wash thin", True)):
        paper.boxes([place for index, place in places.items() if reached[index] == wanted], 14, 18, looks)
    paper.box(*places[ASKED], 14, 18, "two wide")
