"""Hidden checks of assignment 07: a whole network, and how fast its parts are."""

import numpy as np

from grader.calls import Call
from grader.checks import seconds, weight
from grader.compare import Tolerance

STEPS, BATCH = 12, 24
# Right answers add up in orders of their own, and each step makes a difference larger. After these steps, losses of the
# right variants differed by at most 1e-15 in ten runs, and what the networks gave by 4e-15.
SAME_TRAINING = Tolerance(1e-6, 1e-6)

# (module, its arguments, shapes of x and y): many small images, and a few large ones. A loop over images or places in
# one of them takes five times what all together take in the reference, or more. Loops over the places of a kernel,
# copies of all windows, and `einsum` take at most 1.9 times as long, see `variants/`.
AT_MOST = 4.0
NUMBERS = 4099  # a prime, so that no row is repeated by the next
JOBS = (
    ("nn.Conv2d", (2, 3, (3, 2)), ((256, 2, 6, 5), (256, 3, 4, 4)), ((1, 2, 80, 72), (1, 3, 78, 71))),
    ("nn.ConvTranspose2d", (3, 2, (3, 2)), ((256, 3, 4, 4), (256, 2, 6, 5)), ((1, 3, 78, 71), (1, 2, 80, 72))),
    ("nn.MaxPool2d", ((3, 2),), ((2048, 2, 6, 4), (2048, 2, 2, 2)), ((1, 1, 240, 216), (1, 1, 80, 108))),
)


def bars(rng, count):
    """Images of one bar at a random place, level, upright or slanting, in noise; and which it is."""
    row, column = np.indices((9, 8))
    images, labels = rng.normal(0, 0.3, (count, 1, 9, 8)), rng.integers(0, 4, count)
    for image, label in zip(images, labels, strict=True):
        down, right = row - rng.integers(2, 7), column - rng.integers(2, 6)
        on_the_line = (down, right, down - right, down + right)[label] == 0
        image[0] += on_the_line & (np.abs(down) <= 2) & (np.abs(right) <= 2)
    return images, labels


class TestNetwork:
    @seconds(30)
    @weight(4.5)
    def test_learns_bars(self, twin, rng):
        """A small network of all these parts learns to tell bars of four directions, step by step as it should."""
        model = twin("inside.network", twin.generator(int(rng.integers(1 << 30))))
        model.name = "the network"
        losses = twin("inside.train", model, [bars(rng, BATCH) for _ in range(STEPS)])
        losses.name = f"the losses of {STEPS} steps of the network"
        losses.compare(tolerance=SAME_TRAINING)
        model.eval()
        y = model.forward(bars(rng, 100)[0])
        y.name = "what the network gives for new images, in evaluation,"
        y.compare(tolerance=SAME_TRAINING)


class TestSpeed:
    @seconds(30)
    @weight(4)
    def test_no_loops(self, measure):
        """Conv2d, ConvTranspose2d and MaxPool2d need no loop over images, and none over places: their two passes take
        at most four times as long as they need to.
        """

        def work(framework):
            jobs = tuple(
                (framework.make(path, *arguments, **_generator(framework, path)), *shapes)
                for path, arguments, *sizes in JOBS
                for shapes in sizes
            )
            return lambda rng: Call("call", framework.inside, "both_passes", (rng.normal(size=NUMBERS), *jobs))

        measure(work).require(at_most=AT_MOST, what="Conv2d, ConvTranspose2d and MaxPool2d, forward and backward,")


def _generator(framework, path):
    return {} if "Pool" in path else {"rng": framework.generator(7)}
