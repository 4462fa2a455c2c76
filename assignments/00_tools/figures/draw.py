"""The error of a difference quotient, and what it gives at a kink."""

import numpy as np

from grader.figures import Axes, Paper, key

PLACE = 1.3
DIGITS = (
    "1.02",
    "1.27",
    "1.61",
    "2.03",
    "2.53",
    "3.19",
    "4.01",
    "5.03",
    "6.29",
    "7.93",
)  # ten steps for each power of ten


def steps(framework) -> Paper:
    """The error of a difference quotient for each step

    Both axes are logarithmic: the step h from 1e-14 to 1, and the error of two quotients of x³ at 1.3. That of the
    central difference falls like h squared from the right, is smallest, about 3e-11, near h = 6e-6, and to the left of
    that rises again, ragged, like 1/h: that is rounding. The error of the forward difference falls only like h, and is
    smallest, about 1e-8, near h = 1e-8.
    """
    paper = Paper(750, 346)
    axes = Axes(paper, 56, 26, 680, 250, (-14, 0), (-13, 0))
    powers = {k: f"1e{k}".replace("-", "−") if k else "1" for k in range(-14, 1, 2)}
    axes.frame(
        powers, {k: label for k, label in powers.items() if k >= -12}, "error of f′(1.3), for f(x) = x³", "step h"
    )
    h = np.array([float(f"{digits}e-{power}") for power in range(14, 0, -1) for digits in DIGITS])
    central = [framework.gradcheck.numerical_gradient(_cube, np.array(PLACE), eps=float(step)) for step in h]
    axes.curve(np.log10(h), _error([(_cube(PLACE + step) - _cube(PLACE)) / step for step in h]), "two thin")
    axes.curve(np.log10(h), _error(central), "one")
    best = np.log10(np.cbrt(np.finfo(float).eps))
    paper.path([axes.at(best, -13), axes.at(best, -4.4)], "three dash")
    axes.note(best, -4.1, "∛ε = 6e−6", "three small middle")
    axes.note(0, -8.2, "truncation, h²", "one small end", -50)
    axes.note(-10.5, -9.2, "rounding, about ε/h", "soft small end")
    key(paper, 56, 340, {"one": "numerical_gradient, central", "two thin": "(f(x + h) − f(x)) / h, forward"}, 250)
    return paper


def _cube(x: float) -> float:
    """Products are rounded in the same way on every machine; what NumPy's exp gives in its last digit is not."""
    return float(x * x * x)


def _error(quotients: list[float]) -> np.ndarray:
    """The logarithm of each error, which counts as at least 1e-13."""
    return np.log10([max(abs(float(quotient) - 3 * PLACE**2), 1e-13) for quotient in quotients])


def kink(framework) -> Paper:
    """A central difference at a kink

    The graph of ReLU near 0. The points at -h and h are joined by a line of slope 1/2: that is the central difference,
    while the slope is 0 on the left and 1 on the right. At x = 2h the same difference is exactly 1.
    """
    paper = Paper(560, 250)
    axes = Axes(paper, 20, 26, 520, 186, (-2.5, 3.5), (-0.4, 3.1))
    axes.frame(
        {-1: "−h", 0: "0", 1: "h", 2: "2h", 3: "3h"}, (), "max(0, x), and its central differences at 0 and at 2h"
    )
    axes.axis()
    x = np.linspace(-2.5, 3.05, 112)
    axes.curve(x, np.maximum(x, 0), "one")
    for middle, looks, dx in ((0.0, "two wide", -6), (2.0, "three wide", 12)):
        slope = framework.gradcheck.numerical_gradient(lambda x: float(max(x, 0)), np.array(middle), eps=1.0)
        ends = [(middle + step, max(middle + step, 0.0)) for step in (-1, 1)]
        paper.path([axes.at(*end) for end in ends], looks)
        for end in ends:
            paper.dot(*axes.at(*end), 4.5, f"{looks.split()[0]} full")
        across, up = np.mean(ends, axis=0)
        side, dy = ("end", -6) if dx < 0 else ("start", 14)
        axes.note(across, up, f"slope {float(slope):g}", f"{looks.split()[0]} small {side}", dx, dy)
    return paper
