"""Hidden checks of assignment 07: a whole network, and how fast its parts are."""

from dataclasses import dataclass

import numpy as np
import pytest

from grader.calls import Call, follow
from grader.checks import Tolerance, compare, integrated, seconds, weight
from grader.checks.twin import Twin
from grader.compare import refuse_type

EXAMPLES, HELD_OUT, BATCH, EPOCHS = 480, 100, 16, 3
# Right answers add up in orders of their own, and each step makes a difference larger. After these steps, what the
# right variants gave differed by at most 3e-12 in ten runs.
SAME_TRAINING = Tolerance(1e-6, 1e-6)

NUMBERS = 4099  # a prime, so that no row is repeated by the next


@dataclass(frozen=True)
class Job:
    """What a module computes to be measured: `sizes` has shapes of x and y, for many small images and for a large one.

    Loops over the places of a kernel, copies of all windows, strided views, or `einsum` with a convolution, took at
    most 4.8 times as long as the reference with a convolution, and 1.3 times with a pool (`variants/`). A loop over
    images, or over places, took at least 20 times as long with a convolution, and 9 times with a pool.
    """

    arguments: tuple
    sizes: tuple
    at_most: float


CONV, POOL = 10.0, 6.0
WINDOWS = ((1024, 2, 3, 2), (1024, 2, 1, 1)), ((1, 1, 240, 216), (1, 1, 80, 108))
JOBS = {
    "Conv1d": Job((2, 3, 3), (((256, 2, 24), (256, 3, 22)), ((1, 2, 6000), (1, 3, 5998))), CONV),
    "Conv2d": Job((2, 3, (3, 2)), (((256, 2, 6, 5), (256, 3, 4, 4)), ((1, 2, 80, 72), (1, 3, 78, 71))), CONV),
    "ConvTranspose2d": Job((3, 2, (3, 2)), (((256, 3, 4, 4), (256, 2, 6, 5)), ((1, 3, 78, 71), (1, 2, 80, 72))), CONV),
    "MaxPool2d": Job(((3, 2),), WINDOWS, POOL),
    "AvgPool2d": Job(((3, 2),), WINDOWS, POOL),
}


def digits_of(data, rng):
    """Digits to learn from, and others: images of one channel with numbers from 0 to 1, and labels.

    Images get another row, so that they are not square, and a window of a pool does not fit at the end; and a little
    noise, so that no two numbers are equal: who has the gradient of equal maxima is asked elsewhere.
    """
    digits = data("digits.npz")
    chosen = rng.permutation(len(digits["train_labels"]))[: EXAMPLES + HELD_OUT]
    images, labels = digits["train_images"][chosen, None] / 16, digits["train_labels"][chosen]
    images = np.pad(images, ((0, 0), (0, 0), (1, 0), (0, 0)))
    images += rng.normal(0, 0.05, images.shape)
    return (images[:EXAMPLES], labels[:EXAMPLES]), (images[EXAMPLES:], labels[EXAMPLES:])


class TestNetwork:
    @integrated
    @seconds(30)
    @weight(4.5)
    def test_reads_digits(self, twin, data, rng):
        """A small network of all these parts learns to read digits, step by step as it should."""
        train, held_out = (twin("data.TensorDataset", *part) for part in digits_of(data, rng))
        seeds = rng.integers(1 << 30, size=2).tolist()
        loader = twin("data.DataLoader", train, BATCH, shuffle=True, rng=twin.generator(seeds[0]))
        model = twin("inside.network", twin.generator(seeds[1]))
        optimizer = twin("optim.SGD", model.parameters(), lr=0.1, momentum=0.9)
        metric = Twin(twin, follow(twin.student, "training.accuracy"), follow(twin.reference, "training.accuracy"), "")
        trainer = twin("training.Trainer", model, twin("nn.CrossEntropyLoss"), optimizer, metric=metric)
        history = trainer.fit(loader, twin("data.DataLoader", held_out, HELD_OUT), EPOCHS)
        for name in ("grad_norm", "train_loss", "validation_loss", "validation_metric"):
            found = getattr(history, name).read()
            found.judge(lambda actual, expected, name=name: compare_lists(actual, expected, f"history.{name}"))
        model.eval()
        y = model.forward(digits_of(data, rng)[1][0])
        y.name = "what the network gives for other images, in evaluation,"
        y.compare(tolerance=SAME_TRAINING)


def compare_lists(actual, expected, name):
    """Compare a list of numbers as an array, so that a message says which of them differ."""
    if type(actual) is not list:
        refuse_type(actual, name, "a list of numbers")
    compare(len(actual), len(expected), f"len({name})")
    compare(np.array(actual, float), np.array(expected, float), name, SAME_TRAINING)


class TestSpeed:
    @seconds(15)
    @weight(0.8)
    @pytest.mark.parametrize("name", JOBS)
    def test_no_loops(self, measure, name):
        """A convolution or a pool needs no loop over images, and none over places: forward and backward take at most
        ten times as long as they need to, those of a pool six times.
        """
        job = JOBS[name]

        def work(framework):
            generator = {} if "Pool" in name else {"rng": framework.generator(7)}
            layer = framework.make(f"nn.{name}", *job.arguments, **generator)
            jobs = tuple((layer, *shapes) for shapes in job.sizes)
            return lambda rng: Call("call", framework.inside, "both_passes", (rng.normal(size=NUMBERS), *jobs))

        measure(work).require(at_most=job.at_most, what=f"{name}, forward and backward,")
