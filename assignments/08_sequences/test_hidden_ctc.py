"""Hidden checks of assignment 08: the loss of sequences that nobody has aligned."""

from itertools import groupby, product

import numpy as np

from grader.checks import compare, raises, weight
from grader.checks.battery import Layer, ModuleLaws, law
from grader.checks.battery.drawing import GRADIENTS, compare_numbers, compare_roughly, upstream

LETTERS = 3  # at most so many in a target


def log_softmax(z):
    return z - np.logaddexp.reduce(z, axis=-1, keepdims=True)


def log_probs(rng, shape):
    return log_softmax(2 * rng.normal(size=shape))


def readable(rng, shape, options):
    """Targets, input lengths and target lengths such that each target can be read."""
    steps, batch, classes = shape
    blank = options.get("blank", 0)
    letters = np.delete(np.arange(classes), blank)
    targets = rng.choice(letters, (batch, LETTERS))
    target_lengths = rng.integers(0, min(LETTERS, (steps + 1) // 2) + 1, batch)
    target_lengths[0] = min(LETTERS, (steps + 1) // 2)
    needed = [_needed(row[:n]) for row, n in zip(targets, target_lengths, strict=True)]
    input_lengths = np.array([rng.integers(least, steps + 1) for least in needed])
    return targets, input_lengths, target_lengths


def _needed(target):
    """So many steps a target needs: one for each letter, and a blank between equal ones."""
    return max(1, len(target) + int(np.sum(target[1:] == target[:-1])))


def read(path, blank):
    return [label for label, _ in groupby(path) if label != blank]


def by_all_paths(log_p, target, blank):
    """Minus the logarithm of the probability of a target, as the sum over all paths; log_p is (T, C)."""
    steps, classes = log_p.shape
    paths = [p for p in product(range(classes), repeat=steps) if read(p, blank) == list(target)]
    return -np.logaddexp.reduce([log_p[np.arange(steps), list(path)].sum() for path in paths] or [-np.inf])


CTC = Layer(
    "nn.CTCLoss",
    options=({"blank": 2}, {"reduction": "sum"}, {"reduction": "none"}, {"zero_infinity": True}),
    together=(
        {"blank": 3, "reduction": "none", "zero_infinity": True},
        {"blank": 1, "reduction": "sum"},
    ),
    shapes=((6, 2, 4), (1, 3, 4), (7, 1, 5), (4, 4, 4), (9, 3, 2)),
    sizes=((6, 2, 4), (6, 3, 4), (6, 1, 4), (7, 1, 4), (7, 1, 5)),
    shapes_with_options=((6, 4, 5), (5, 1, 4)),
    draw=log_probs,
    further=readable,
    inputs=("log_probs", "targets", "input_lengths", "target_lengths"),
)


class TestCTCLoss(ModuleLaws, member=CTC, points=6):
    @weight(1)
    def test_all_paths(self, student, rng):
        """CTCLoss gives minus the logarithm of the sum over all paths that read as the target."""
        for steps, classes, blank in ((1, 3, 0), (3, 2, 1), (4, 3, 2), (5, 3, 0)):
            letters = [label for label in range(classes) if label != blank]
            targets = [t for n in range(4) for t in product(letters, repeat=n)][:12]
            p = log_probs(rng, (steps, len(targets), classes))
            padded = np.array([[*target, *[blank] * (3 - len(target))] for target in targets])
            lengths = np.array([len(target) for target in targets])
            loss = student.nn.CTCLoss(blank, reduction="none")
            y = loss.forward(p, padded, np.full(len(targets), steps), lengths)
            expected = np.array([by_all_paths(p[:, n], target, blank) for n, target in enumerate(targets)])
            name = f'CTCLoss(blank={blank}, reduction="none").forward of {steps} steps and all short targets'
            possible = np.isfinite(expected)
            compare_numbers(np.isinf(y).astype(float), (~possible).astype(float), f"what is infinite in {name}")
            compare_numbers(y[possible], expected[possible], name)

    @weight(0.5)
    def test_mean(self, student, rng):
        """A mean divides each value by its target's length, or 1 for an empty target, and then by the batch."""
        p, targets = log_probs(rng, (6, 3, 4)), np.array([[1, 3, 2], [2, 1, 1], [3, 3, 1]])
        inputs, lengths = np.array([6, 5, 6]), np.array([3, 0, 2])
        values = [
            by_all_paths(p[:t, n], targets[n, :s], 0) for n, (t, s) in enumerate(zip(inputs, lengths, strict=True))
        ]
        y = student.nn.CTCLoss().forward(p, targets, inputs, lengths)
        compare_numbers(y, (values[0] / 3 + values[1] + values[2] / 2) / 3, "CTCLoss().forward")

    @weight(0.5)
    def test_zero_infinity(self, twin, rng):
        """Where no path reads as the target, the value is inf, or with zero_infinity 0, and its gradient is zeros."""
        p, targets = log_probs(rng, (4, 3, 4)), np.array([[1, 1, 1], [1, 2, 3], [2, 2, 3]])
        given = (p, targets, np.array([4, 4, 3]), np.array([3, 3, 3]))
        compare_roughly(twin("nn.CTCLoss", reduction="none").forward(*given))
        for reduction, dy in (("none", upstream(rng, 3)), ("mean", 0.7), ("sum", 1.3)):
            loss = twin("nn.CTCLoss", reduction=reduction, zero_infinity=True)
            compare_roughly(loss.forward(*given))
            compare_roughly(loss.backward(dy), GRADIENTS)

    @weight(0.5)
    def test_what_is_not_read(self, twin, rng):
        """Whatever stands after a length changes nothing, and what stands there in log_probs has no gradient."""
        p, targets = log_probs(rng, (7, 2, 4)), np.array([[1, 3, 9], [2, -5, 0]])
        p[5:, 0], p[3:, 1] = 50.0, -np.inf
        loss = twin("nn.CTCLoss", reduction="none")
        compare_roughly(loss.forward(p, targets, np.array([5, 3]), np.array([2, 1])))
        compare_roughly(loss.backward(upstream(rng, 2)), GRADIENTS)

    @weight(0.5)
    def test_long(self, twin, rng):
        """CTCLoss of a long sequence is right, though the probability of every path is too small for a float."""
        p, targets = log_softmax(6 * rng.normal(size=(400, 2, 5))), rng.integers(1, 5, (2, 60))
        loss = twin("nn.CTCLoss", reduction="sum")
        compare_roughly(loss.forward(p, targets, np.array([400, 350]), np.array([60, 45])))
        compare_roughly(loss.backward(), GRADIENTS)

    @weight(0.5)
    def test_certain(self, twin, rng):
        """A logarithm of -inf, a class that cannot be, is allowed: paths with it do not count, and none may be left."""
        p = log_probs(rng, (5, 2, 4))
        p[1, :, 0], p[3, 0, 2], p[0, 1, 3] = -np.inf, -np.inf, -np.inf
        loss = twin("nn.CTCLoss", reduction="none")
        given = np.array([[1, 2], [3, 1]]), np.array([5, 5]), np.array([2, 2])
        compare_roughly(loss.forward(p, *given))
        compare_roughly(loss.backward(upstream(rng, 2)), GRADIENTS)
        p[:, 1, 3] = -np.inf  # now no path reads as the second target
        compare_roughly(loss.forward(p, *given))
        loss = twin("nn.CTCLoss", reduction="none", zero_infinity=True)
        compare_roughly(loss.forward(p, *given))
        compare_roughly(loss.backward(upstream(rng, 2)), GRADIENTS)

    @law("{name} refuses what cannot be, with the kind of error that the handout names.", fine=True)
    def test_refuses(self, student, twin, rng):
        for options in ({"reduction": "batchmean"}, {"reduction": "average"}, {"blank": -1}):
            with raises(ValueError, doing=CTC.called((), options)):
                student.nn.CTCLoss(**options)
        with raises(RuntimeError, doing="CTCLoss().backward() before any forward"):
            student.nn.CTCLoss().backward()
        p, targets = log_probs(rng, (5, 2, 4)), np.array([[1, 2, 3], [3, 1, 1]])
        inputs, lengths = np.array([5, 4]), np.array([2, 3])
        for wrong, what in (
            ((p[0], targets, inputs, lengths), "log_probs of shape (2, 4)"),
            ((p, targets[0], inputs, lengths), "targets of shape (3,)"),
            ((p, targets[:1], inputs, lengths), "targets of shape (1, 3)"),
            ((p, targets, inputs[:1], lengths), "input_lengths of shape (1,)"),
            ((p, targets, inputs, lengths[:1]), "target_lengths of shape (1,)"),
            ((p, targets, np.array([6, 5]), lengths), "an input length of 6"),
            ((p, targets, np.array([0, 5]), lengths), "an input length of 0"),
            ((p, targets, inputs, np.array([4, 3])), "a target length of 4"),
            ((p, targets, inputs, np.array([-1, 3])), "a target length of -1"),
        ):
            with raises(ValueError, doing=f"CTCLoss().forward with 5 steps, 2 examples and {what}"):
                student.nn.CTCLoss().forward(*wrong)
        for label in (4, -1):
            with raises(IndexError, doing=f"CTCLoss().forward with 4 classes and {label} in a target"):
                student.nn.CTCLoss().forward(p, np.array([[1, label, 3], [3, 1, 1]]), inputs, lengths)
        with raises(IndexError, doing="CTCLoss(blank=4).forward with 4 classes"):
            student.nn.CTCLoss(blank=4).forward(p, targets, inputs, lengths)
        for reduction, right in (("none", (2,)), ("mean", ())):
            loss = student.nn.CTCLoss(reduction=reduction)
            compare(np.shape(loss.forward(p, targets, inputs, lengths)), right, f"the shape of a loss, {reduction}")
            for shape in {(), (1,), (2,), (2, 1)} - {right}:
                with raises(
                    ValueError, doing=f"CTCLoss(reduction={reduction!r}).backward of {shape}", naming=(shape, right)
                ):
                    loss.backward(np.ones(shape))
        loss = student.nn.CTCLoss(reduction="none")
        loss.forward(p, targets, inputs, lengths)
        with raises(RuntimeError, doing='CTCLoss(reduction="none").backward() without dy'):
            loss.backward()

    @law("A mean or sum of {name} is a Python float; values and gradients have the dtype of log_probs.", fine=True)
    def test_dtypes(self, twin, rng):
        super().test_dtypes(twin, rng)
