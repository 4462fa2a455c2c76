"""Public checks of assignment 03: run them on your own machine with `pytest`.

`student` is your framework. Most numbers are those of the worked example in the handout; x is the input, t the target.
The checks after
an example show, for one loss each, what is asked of every one: to be used again, memory, kinds of numbers, errors,
large inputs.
"""

import numpy as np

from grader.checks import check_own_gradients, compare, fine, raises, weight

E = np.array([[-3.0, -0.5], [1.5, 2.0]])  # errors: x = T + E, t = T
T = np.array([[2.0, -1.0], [0.5, 3.0]])

# For each loss: options, values and slopes.
WORKED = {
    "MSELoss": [({}, [9.0, 0.25, 2.25, 4.0], [-6.0, -1.0, 3.0, 4.0])],
    "L1Loss": [({}, [3.0, 0.5, 1.5, 2.0], [-1.0, -1.0, 1.0, 1.0])],
    "SmoothL1Loss": [
        ({"beta": 2.0}, [2.0, 0.0625, 0.5625, 1.0], [-1.0, -0.25, 0.75, 1.0]),
        ({"beta": 0.0}, [3.0, 0.5, 1.5, 2.0], [-1.0, -1.0, 1.0, 1.0]),
    ],
    "HuberLoss": [({"delta": 2.0}, [4.0, 0.125, 1.125, 2.0], [-2.0, -0.5, 1.5, 2.0])],
}

P = np.array([0.09003057317038046, 0.24472847105479764, 0.6652409557748219])  # softmax of (1, 2, 3)
LOG2, LOG3 = 0.6931471805599453, 1.0986122886681098


def written(name, options):
    """How a loss is made, in the words of Python."""
    shown = (f"{k}=..." if isinstance(v, np.ndarray) else f"{k}={v!r}" for k, v in options.items())
    return f"{name}({', '.join(shown)})"


def number(result):
    """A mean or sum as a float: that it is no array without dimensions is asked in a check of its own."""
    return float(result) if isinstance(result, np.ndarray) and result.shape == () else result


def check_example(student, name, options, inputs, result, dx):
    """Compare what forward gives, and backward without an argument (for "none" with ones), with recorded numbers."""
    criterion = getattr(student.nn, name)(**options)
    label = written(name, options)
    x, t = inputs
    y = criterion.forward(x.copy(), t.copy())
    compare(number(y) if isinstance(result, float) else y, result, f"{label}.forward(x, t)")
    if isinstance(result, float):
        compare(criterion.backward(), np.array(dx), f"{label}.backward()")
    else:
        compare(criterion.backward(np.ones(result.shape)), np.array(dx), f"{label}.backward(ones)")


class NumberChecks:
    """What the four losses for numbers have in common."""

    def pytest_generate_tests(self, metafunc):
        if "name" in metafunc.fixturenames:
            metafunc.parametrize("name", [metafunc.cls.__name__.removeprefix("Test")])

    @weight(1)
    def test_worked_example(self, student, name):
        """The loss and its gradient have the numbers of the handout's worked example, for every reduction."""
        inputs = T + E, T
        for options, values, slopes in WORKED[name]:
            values, slopes = np.reshape(values, (2, 2)), np.reshape(slopes, (2, 2))
            check_example(student, name, options | {"reduction": "none"}, inputs, values, slopes)
            check_example(student, name, options | {"reduction": "sum"}, inputs, float(values.sum()), slopes)
            check_example(student, name, options, inputs, float(values.mean()), slopes / 4)


class TestMSELoss(NumberChecks):
    @weight(0.5)
    def test_last_forward_counts(self, student, rng):
        """MSELoss's backward belongs to its last forward, of a batch of the same size or of another one, and may be
        called twice."""
        used = student.nn.MSELoss()
        for shape in ((4, 3), (4, 3), (2, 3), (5, 3)):
            x, t = rng.normal(size=shape), rng.normal(size=shape)
            new = student.nn.MSELoss()
            compare(
                number(used.forward(x, t)),
                number(new.forward(x, t)),
                f"forward of an object that was used before, for x of shape {shape}",
            )
            for time in ("", ", a second time"):
                compare(
                    used.backward(),
                    2 * (x - t) / x.size,
                    f"backward of an object that was used before, for x of shape {shape}{time}",
                )

    @fine
    @weight(0.5)
    def test_unknown_reduction(self, student):
        """A reduction that the loss does not know is a ValueError as soon as the loss is made ("batchmean" is for
        KLDivLoss alone)."""
        for reduction in ("average", "batchmean"):
            with raises(ValueError, doing=f"MSELoss(reduction={reduction!r})"):
                student.nn.MSELoss(reduction=reduction)


class TestL1Loss(NumberChecks):
    @fine
    @weight(0.25)
    def test_no_error(self, student):
        """L1Loss's slope where there is no error is 0."""
        criterion = student.nn.L1Loss()
        compare(
            number(criterion.forward(np.array([1.0, 3.0]), np.array([1.0, 1.0]))),
            1.0,
            "L1Loss().forward((1, 3), (1, 1))",
        )
        compare(criterion.backward(), np.array([0.0, 0.5]), "L1Loss().backward()")


class TestSmoothL1Loss(NumberChecks):
    @fine
    @weight(0.25)
    def test_no_error(self, student):
        """With a beta of 0, SmoothL1Loss is L1Loss where there is no error, too: the value and the slope are 0."""
        criterion = student.nn.SmoothL1Loss(beta=0.0)
        compare(
            number(criterion.forward(np.array([1.0, 3.0]), np.array([1.0, 1.0]))),
            1.0,
            "SmoothL1Loss(beta=0.0).forward((1, 3), (1, 1))",
        )
        compare(criterion.backward(), np.array([0.0, 0.5]), "SmoothL1Loss(beta=0.0).backward()")


class TestHuberLoss(NumberChecks):
    @fine
    @weight(0.25)
    def test_float32(self, student):
        """For a float32 input HuberLoss's mean is a Python float, its values and dx are float32, whatever the dtypes of
        target and dy."""
        x, t = np.array([-3.0, 0.5], np.float32), np.zeros(2)
        criterion = student.nn.HuberLoss(delta=2.0)
        compare(criterion.forward(x, t), 2.0625, "HuberLoss(delta=2.0).forward(float32 x, float64 t)")
        compare(criterion.backward(), np.array([-1.0, 0.25], np.float32), "HuberLoss(delta=2.0).backward()")
        criterion = student.nn.HuberLoss(delta=2.0, reduction="none")
        compare(
            criterion.forward(x, t),
            np.array([4.0, 0.125], np.float32),
            "HuberLoss(delta=2.0, reduction='none').forward(float32 x, t)",
        )
        compare(
            criterion.backward(np.ones(2)),
            np.array([-2.0, 0.5], np.float32),
            "HuberLoss(delta=2.0, reduction='none').backward(ones)",
        )


class TestBCELoss:
    @weight(1)
    def test_worked_example(self, student):
        """BCELoss and its gradient have the numbers of the handout's worked example."""
        inputs = np.array([0.8, 0.4]), np.array([1.0, 0.0])
        values = np.array([0.2231435513142097, 0.5108256237659907])
        check_example(student, "BCELoss", {"reduction": "none"}, inputs, values, [-1.25, 1 / 0.6])
        check_example(student, "BCELoss", {}, inputs, 0.3669845875401002, [-0.625, 1 / 1.2])


class TestBCEWithLogitsLoss:
    @weight(0.5)
    def test_very_sure_and_wrong(self, student):
        """A logit of 1000 for a no has the loss 1000 and the slope 1."""
        criterion = student.nn.BCEWithLogitsLoss()
        compare(
            number(criterion.forward(np.array([1000.0]), np.array([0.0]))),
            1000.0,
            "BCEWithLogitsLoss().forward((1000,), (0,))",
        )
        compare(criterion.backward(), np.array([1.0]), "BCEWithLogitsLoss().backward()")

    @weight(0.5)
    def test_gradient_with_weights(self, student, rng):
        """BCEWithLogitsLoss's gradient agrees with how the loss changes when its input changes a little, also with a
        pos_weight."""
        criterion = student.nn.BCEWithLogitsLoss(pos_weight=np.array([3.0, 0.5, 1.0]))
        compare(
            number(criterion.forward(np.zeros((1, 3)), np.array([[1.0, 1.0, 0.0]]))),
            1.5 * LOG2,
            "the loss of three zeros",
        )
        check_own_gradients(student, criterion, rng.normal(size=(4, 3)), rng.uniform(size=(4, 3)), rng=rng)


class TestNLLLoss:
    @fine
    @weight(0.25)
    def test_everything_is_ignored(self, student):
        """If no target counts, NLLLoss's mean is NaN, and its gradient 0."""
        criterion = student.nn.NLLLoss(ignore_index=-1)
        compare(
            number(criterion.forward(np.log(np.full((2, 3), 1 / 3)), np.array([-1, -1]))),
            np.nan,
            "the mean of two targets that are ignored",
        )
        compare(criterion.backward(), np.zeros((2, 3)), "NLLLoss(ignore_index=-1).backward()")

    @weight(0.75)
    def test_weighted_mean(self, student):
        """With class weights, NLLLoss weights each value, and a mean divides by the total weight of the targets."""
        inputs = np.log([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]]), np.array([1, 2])
        options = {"weight": np.array([1.0, 1.0, 3.0])}
        dx = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -3.0]])
        values = np.array([2 * LOG2, 3 * LOG2])
        check_example(student, "NLLLoss", options | {"reduction": "none"}, inputs, values, dx)
        check_example(student, "NLLLoss", options, inputs, 5 * LOG2 / 4, dx / 4)


class TestCrossEntropyLoss:
    @weight(1)
    def test_worked_example(self, student):
        """CrossEntropyLoss and its gradient have the numbers of the handout's worked example."""
        inputs = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]), np.array([0, 2])
        values = np.array([2.40760596444438, LOG3])
        dx = np.array([P - [1.0, 0.0, 0.0], [1 / 3, 1 / 3, -2 / 3]])
        check_example(student, "CrossEntropyLoss", {"reduction": "none"}, inputs, values, dx)
        check_example(student, "CrossEntropyLoss", {}, inputs, float(values.mean()), dx / 2)

    @weight(1)
    def test_gradient_with_all_options(self, student, rng):
        """With weights, smoothed labels and ignored targets, CrossEntropyLoss's gradient agrees with how the loss
        changes."""
        criterion = student.nn.CrossEntropyLoss(weight=np.array([1.0, 0.5, 2.0]), label_smoothing=0.3)
        # Each class has the value log 3: 0.7 of it, and a tenth of it times each of the three weights.
        compare(number(criterion.forward(np.zeros((1, 3)), np.array([0]))), 1.05 * LOG3, "the loss of three zeros")
        target = np.array([[0, 1], [2, -100], [2, 0], [-100, 1]])
        check_own_gradients(student, criterion, rng.normal(size=(4, 3, 2)), target, rng=rng)

    @fine
    @weight(0.5)
    def test_what_it_keeps_is_its_own(self, student):
        """Whoever writes into what CrossEntropyLoss returned does not spoil what it keeps; scores, targets and dy are
        not changed."""
        criterion = student.nn.CrossEntropyLoss(reduction="none")
        given = {
            "the scores": np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]),
            "the targets": np.array([0, 2]),
            "dy": np.ones(2),
        }
        there = {name: student.array(array) for name, array in given.items()}
        student.hold(criterion, "forward", there["the scores"], there["the targets"]).fill(5.0)
        student.hold(criterion, "backward", there["dy"]).fill(5.0)
        dx = np.array([P - [1.0, 0.0, 0.0], [1 / 3, 1 / 3, -2 / 3]])
        compare(
            criterion.backward(np.ones(2)),
            dx,
            "backward(ones), after 5 was written into what forward and backward returned,",
        )
        for name, array in given.items():
            compare(student.value(there[name]), array, f"{name}, after forward and backward,")

    @fine
    @weight(0.5)
    def test_class_out_of_range(self, student):
        """A target of CrossEntropyLoss that is neither a class nor to be ignored is an IndexError; -1 is not the last
        class."""
        for target in (3, -4, -1):
            criterion = student.nn.CrossEntropyLoss()
            with raises(IndexError, doing=f"CrossEntropyLoss given 3 classes and the target {target}"):
                criterion.forward(np.zeros((2, 3)), np.array([0, target]))


class TestKLDivLoss:
    @weight(1)
    def test_worked_example(self, student):
        """KLDivLoss and its gradient have the numbers of the handout's worked example, where one term is 0 log 0."""
        inputs = np.log([[0.5, 0.25, 0.25]]), np.array([[0.5, 0.5, 0.0]])
        values, slopes = np.array([[0.0, LOG2 / 2, 0.0]]), np.array([[-0.5, -0.5, 0.0]])
        check_example(student, "KLDivLoss", {"reduction": "none"}, inputs, values, slopes)
        check_example(student, "KLDivLoss", {"reduction": "batchmean"}, inputs, LOG2 / 2, slopes)
        check_example(student, "KLDivLoss", {}, inputs, LOG2 / 6, slopes / 3)


class TestMultiMarginLoss:
    @weight(0.75)
    def test_worked_example(self, student):
        """MultiMarginLoss and its gradient have the numbers of the handout's worked example, for p = 1 and p = 2."""
        inputs = np.array([[1.5, 2.0, 3.0]]), np.array([1])
        check_example(student, "MultiMarginLoss", {}, inputs, 2.5 / 3, [[1 / 3, -2 / 3, 1 / 3]])
        check_example(student, "MultiMarginLoss", {"p": 2}, inputs, 4.25 / 3, [[1 / 3, -5 / 3, 4 / 3]])

    @fine
    @weight(0.25)
    def test_margin_just_met(self, student):
        """A score that is below the target's by exactly the margin has no slope."""
        inputs = np.array([[1.0, 2.0, 3.0]]), np.array([1])
        check_example(student, "MultiMarginLoss", {}, inputs, 2 / 3, [[0.0, -1 / 3, 1 / 3]])
