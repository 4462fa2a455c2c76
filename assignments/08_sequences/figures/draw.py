"""How far back a gradient reaches."""

import numpy as np

from grader.figures import Axes, Paper, key

STEPS, INPUTS, HIDDEN, BATCH = 60, 8, 32, 16


def reach(framework) -> Paper:
    """How large the gradient of an early input is

    The size of the gradient of each of 60 inputs, if something arrives at the last output alone, in the mean over 16
    sequences, on a logarithmic scale from 1e-16 to 1. With weights as they are drawn, the gradient falls by about the
    same factor with each step back: to between 1e-12 and 1e-15 at the first input, in an RNN, a GRU and an LSTM, whose
    gates f are half open. In an LSTM with 3 added to the bias of f, it is near 0.1 even there.
    """
    open_gate = slice(HIDDEN, 2 * HIDDEN)
    lines = {
        "two": ("RNN", "RNN", 0.0),
        "four dash": ("GRU", "GRU", 0.0),
        "ink": ("LSTM", "LSTM", 0.0),
        "one wide": ("LSTM, bias of f raised by 3", "LSTM", 3.0),
    }
    paper = Paper(750, 290)
    axes = Axes(paper, 50, 26, 684, 200, (1, STEPS), (-16, 0))
    powers = {k: f"1e{k}".replace("-", "−") if k else "1" for k in range(-16, 1, 4)}
    axes.frame((1, *range(10, STEPS + 1, 10)), powers, "size of the gradient of x[t]", "t")
    for looks, (_name, kind, more) in lines.items():
        layer = getattr(framework.nn, kind)(INPUTS, HIDDEN, rng=np.random.default_rng(1))
        if more:
            layer.bias_ih_l0.data[open_gate] += more
        axes.curve(np.arange(1, STEPS + 1), np.log10(_sizes(layer)), looks)
    key(paper, 50, 284, {looks: name for looks, (name, _kind, _more) in lines.items()}, 150)
    return paper


def _sizes(layer) -> np.ndarray:
    """The root mean square of the gradient of each input, for a random gradient at the last output."""
    rng = np.random.default_rng(2)
    out, _ = layer(rng.normal(size=(STEPS, BATCH, INPUTS)))
    d_out = np.zeros(out.shape)
    d_out[-1] = rng.normal(size=out.shape[1:])
    dx, _ = layer.backward(d_out)
    return np.sqrt(np.mean(dx**2, axis=(1, 2)))
