"""What people believe about BCELoss, which is given probabilities."""

import numpy as np

from grader.assignment import misconception
from reference.nn.loss import _fit


@misconception(
    "nn.BCELoss.evaluate",
    hint="If the target is 1, which way should the probability move, and which sign does your slope have there?",
    fails=("BCELoss/test_gradients", "BCELoss/test_worked_example", "BCELoss/test_gradients_with_options"),
    source="manassharma07/crysx_nn losses, which cites math.stackexchange 2503428",
)
def slope_has_the_other_sign(self, input, target):
    """The slope of BCELoss is target / p - (1 - target) / (1 - p)."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    with np.errstate(divide="ignore"):
        if_yes, if_no = np.minimum(-np.log(input), 100), np.minimum(-np.log1p(-input), 100)
    weight = _fit(self.weight, input)
    slopes = (target - input) / np.maximum(input * (1 - input), 1e-12)
    return weight * (target * if_yes + (1 - target) * if_no), weight * slopes


@misconception(
    "nn.BCELoss.evaluate",
    hint="With respect to what is p - t the derivative, and what is the input of this loss?",
    fails=(
        "BCELoss/test_gradients",
        "BCELoss/test_nearly_certain",
        "BCELoss/test_worked_example",
        "BCELoss/test_gradients_with_options",
    ),
    source="folklore",
)
def slope_is_that_of_the_logit(self, input, target):
    """The slope of BCELoss is prediction minus target, as everywhere in classification."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    with np.errstate(divide="ignore"):
        if_yes, if_no = np.minimum(-np.log(input), 100), np.minimum(-np.log1p(-input), 100)
    weight = _fit(self.weight, input)
    return weight * (target * if_yes + (1 - target) * if_no), weight * (input - target)


@misconception(
    "nn.BCELoss.evaluate",
    hint="What should the loss be for a certain no where the truth is yes, and what is yours?",
    fails=("BCELoss/test_logarithm_stops_at_minus_100", "BCELoss/test_nearly_certain"),
    convention="This is the form in which Keras clips probabilities at 1e-7;"
    " the contract asks for logarithms that stop at -100.",
    source="keras.losses.binary_crossentropy; keras-team/keras issue #377",
)
def probabilities_are_clipped(self, input, target):
    """Probabilities are moved away from 0 and 1, to at least 1e-7, before their logarithm is taken."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    p = np.clip(input, 1e-7, 1 - 1e-7)
    weight = _fit(self.weight, input)
    values = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    return weight * values, weight * (p - target) / (p * (1 - p))


@misconception(
    "nn.BCELoss.evaluate",
    hint="In float32, what is 1 - 1e-12?",
    fails=(
        "BCELoss/test_logarithm_stops_at_minus_100",
        "BCELoss/test_nearly_certain",
        "BCELoss/test_worked_example",
    ),
    source="github.com/minhdang26403/tinytorch 67094533ac; snipsco/ntm-lasagne issue #20",
)
def tiny_epsilon_is_enough(self, input, target):
    """Adding 1e-12 inside each logarithm keeps it finite."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    eps = input.dtype.type(1e-12)
    weight = _fit(self.weight, input)
    values = -(target * np.log(input + eps) + (1 - target) * np.log(1 - input + eps))
    return weight * values, weight * (input - target) / np.maximum(input * (1 - input), eps)


@misconception(
    "nn.BCELoss.evaluate",
    hint="What is log(0) in NumPy, and what becomes of it when it is multiplied by a target of 0?",
    fails=("BCELoss/test_logarithm_stops_at_minus_100",),
    source="manassharma07/crysx_nn issue #7",
)
def probabilities_are_never_certain(self, input, target):
    """A probability of exactly 0 or 1 does not occur, so the logarithm needs no care."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    weight = _fit(self.weight, input)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = -(target * np.log(input) + (1 - target) * np.log1p(-input))
        return weight * values, weight * (input - target) / (input * (1 - input))


@misconception(
    "nn.BCELoss.evaluate",
    hint="What is your loss if the target is 0.8?",
    fails=(
        "BCELoss/test_gradients",
        "BCELoss/test_values",
        "BCELoss/test_gradients_with_options",
        "BCELoss/test_values_with_options",
    ),
    source="folklore",
)
def target_is_either_yes_or_no(self, input, target):
    """Every target is 0 or 1, so one of the two logarithms can be picked."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    yes = target > 0.5
    with np.errstate(divide="ignore"):
        values = np.minimum(-np.where(yes, np.log(input), np.log1p(-input)), 100)
    weight = _fit(self.weight, input)
    return weight * values, weight * (input - yes) / np.maximum(input * (1 - input), 1e-12)


@misconception(
    "nn.BCELoss.evaluate",
    hint="A weight of 3 makes a value 3 times as large: what does it make of the slope?",
    fails=("BCELoss/test_gradients_with_options",),
    source="folklore",
)
def weight_changes_only_the_value(self, input, target):
    """A weight scales the values of BCELoss; the slopes are those of the equation without it."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    with np.errstate(divide="ignore"):
        if_yes, if_no = np.minimum(-np.log(input), 100), np.minimum(-np.log1p(-input), 100)
    slopes = (input - target) / np.maximum(input * (1 - input), 1e-12)
    return _fit(self.weight, input) * (target * if_yes + (1 - target) * if_no), slopes


@misconception(
    "nn.BCELoss.count",
    hint="Which losses have a mean that is weighted, and does the handout count this one among them?",
    fails=(
        "BCELoss/test_gradients_with_options",
        "BCELoss/test_kinds_of_number",
        "BCELoss/test_values_with_options",
    ),
    convention="This is the form in which NLLLoss and CrossEntropyLoss take their mean;"
    " the contract asks BCELoss to divide by the "
    "number of values.",
    source="pytorch/pytorch issue #54843 expects it",
)
def mean_is_weighted(self, input, target):
    """With a weight, the mean of BCELoss is divided by the sum of the weights."""
    return float(_fit(self.weight, input).sum())


@misconception(
    "nn.BCELoss.evaluate",
    hint="If a model without a sigmoid returns 7.3, would you rather hear about it or see a small loss?",
    fails=("BCELoss/test_refuses",),
    source="keras-team/keras issue #4744",
)
def outsiders_are_moved_to_the_border(self, input, target):
    """An input below 0 counts as 0, and one above 1 as 1."""
    p = np.clip(input, 0, 1)
    with np.errstate(divide="ignore"):
        if_yes, if_no = np.minimum(-np.log(p), 100), np.minimum(-np.log1p(-p), 100)
    weight = _fit(self.weight, input)
    slopes = (p - target) / np.maximum(p * (1 - p), 1e-12)
    return weight * (target * if_yes + (1 - target) * if_no), weight * slopes


@misconception(
    "nn.BCELoss.evaluate",
    hint="Labels are -1 and 1 in some data sets: what does your loss say to a target of -1?",
    fails=("BCELoss/test_refuses",),
    source="folklore",
)
def targets_need_no_check(self, input, target):
    """Only the input of BCELoss can lie outside [0, 1], as targets are known to be right."""
    if not np.all((input >= 0) & (input <= 1)):
        raise ValueError("the input of BCELoss must lie between 0 and 1")
    with np.errstate(divide="ignore"):
        if_yes, if_no = np.minimum(-np.log(input), 100), np.minimum(-np.log1p(-input), 100)
    weight = _fit(self.weight, input)
    slopes = (input - target) / np.maximum(input * (1 - input), 1e-12)
    return weight * (target * if_yes + (1 - target) * if_no), weight * slopes


@misconception(
    "nn.BCELoss.evaluate",
    hint="Does the handout cut the slope where it cuts the logarithm?",
    fails=("BCELoss/test_logarithm_stops_at_minus_100",),
    source="written by readers of the handout",
)
def slope_stops_with_the_logarithm(self, input, target):
    """Where the logarithm counts as -100 it is a constant, so the slope is 0 there."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    with np.errstate(divide="ignore"):
        if_yes, if_no = np.minimum(-np.log(input), 100), np.minimum(-np.log1p(-input), 100)
    weight = _fit(self.weight, input)
    constant = ((if_yes == 100) & (target > 0)) | ((if_no == 100) & (target < 1))
    slopes = np.where(constant, 0, (input - target) / np.maximum(input * (1 - input), 1e-12))
    return weight * (target * if_yes + (1 - target) * if_no), weight * slopes


@misconception(
    "nn.BCELoss.evaluate",
    hint="For an input of shape (3, 3) and a weight of shape (3,): with which numbers of the input does NumPy multiply"
    " the first weight?",
    fails=("BCELoss/test_gradients_with_options", "BCELoss/test_refuses", "BCELoss/test_values_with_options"),
    source="written by readers of the handout",
)
def weight_of_bce_is_one_for_each_row(self, input, target):
    """A weight of BCELoss with one number for each row of the input scales the rows."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    with np.errstate(divide="ignore"):
        if_yes, if_no = np.minimum(-np.log(input), 100), np.minimum(-np.log1p(-input), 100)
    weight = self.weight
    if np.ndim(weight) == 1 and input.ndim > 1 and len(weight) == len(input):
        weight = np.reshape(weight, (-1,) + (1,) * (input.ndim - 1))
    weight = _fit(weight, input)
    slopes = (input - target) / np.maximum(input * (1 - input), 1e-12)
    return weight * (target * if_yes + (1 - target) * if_no), weight * slopes
