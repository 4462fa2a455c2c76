"""What people believe about BCEWithLogitsLoss, which is given scores."""

import numpy as np

from grader.assignment import misconception
from reference.nn.loss import _fit


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="What is the sigmoid of 40 in float64, and what is left of 1 - p then?",
    fails=("BCEWithLogitsLoss/test_large_logits", "BCEWithLogitsLoss/test_very_sure_and_wrong"),
    source="keras-team/keras issue #9247; folklore",
)
def sigmoid_and_then_bce(self, input, target):
    """The loss of a logit is BCELoss of its sigmoid, computed in these two steps."""
    p = np.exp(-np.logaddexp(0, -input))
    with np.errstate(divide="ignore"):
        if_yes, if_no = np.minimum(-np.log(p), 100), np.minimum(-np.log1p(-p), 100)
    weight = _fit(self.weight, input)
    yes, no = weight * _fit(self.pos_weight, input) * target, weight * (1 - target)
    return yes * if_yes + no * if_no, no * p - yes * (1 - p)


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="What is exp(1000) in NumPy, and which of your exponentials can meet such a number?",
    fails=("BCEWithLogitsLoss/test_large_logits", "BCEWithLogitsLoss/test_very_sure_and_wrong"),
    source="folklore",
)
def softplus_is_log_of_one_plus_exp(self, input, target):
    """The logarithm of 1 + exp(z) may be computed as it is written, for every logit."""
    weight = _fit(self.weight, input)
    yes, no = weight * _fit(self.pos_weight, input) * target, weight * (1 - target)
    if_yes, if_no = np.log(1 + np.exp(-input)), np.log(1 + np.exp(input))
    return yes * if_yes + no * if_no, no / (1 + np.exp(-input)) - yes / (1 + np.exp(input))


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="What should the loss of a no at z = 1000 be, and what is yours?",
    fails=("BCEWithLogitsLoss/test_large_logits", "BCEWithLogitsLoss/test_very_sure_and_wrong"),
    source="folklore (`np.clip(z, -500, 500)`)",
)
def large_logits_are_clipped(self, input, target):
    """Logits beyond 500 are as good as 500, so they may be clipped before exp can overflow."""
    z = np.clip(input, -500, 500)
    weight = _fit(self.weight, input)
    yes, no = weight * _fit(self.pos_weight, input) * target, weight * (1 - target)
    if_yes, if_no = np.logaddexp(0, -z), np.logaddexp(0, z)
    return yes * if_yes + no * if_no, no * np.exp(-if_yes) - yes * np.exp(-if_no)


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="If a no is certain (t = 0) and pos_weight doubles, should the loss change, and should it for t = 0.5?",
    fails=("BCEWithLogitsLoss/test_gradients_with_options", "BCEWithLogitsLoss/test_values_with_options"),
    source="paiml/aprender PR #2204",
)
def pos_weight_scales_the_whole_value(self, input, target):
    """A pos_weight scales the whole value of a target, the more the closer the target is to yes."""
    scale = _fit(self.weight, input) * (1 + (_fit(self.pos_weight, input) - 1) * target)
    values = target * np.logaddexp(0, -input) + (1 - target) * np.logaddexp(0, input)
    return scale * values, scale * (np.exp(-np.logaddexp(0, -input)) - target)


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="Which of the two terms of the value did pos_weight change, and what is the derivative of that term alone?",
    fails=("BCEWithLogitsLoss/test_gradient_with_weights", "BCEWithLogitsLoss/test_gradients_with_options"),
    source="folklore",
)
def slope_is_p_minus_t_with_any_pos_weight(self, input, target):
    """The slope is p - t, whatever pos_weight is."""
    weight = _fit(self.weight, input)
    yes, no = weight * _fit(self.pos_weight, input) * target, weight * (1 - target)
    if_yes, if_no = np.logaddexp(0, -input), np.logaddexp(0, input)
    return yes * if_yes + no * if_no, weight * (np.exp(-if_yes) - target)


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="For t = 1 and a logit that is large and right, what should the slope be close to, and what is yours?",
    fails=("BCEWithLogitsLoss/test_gradient_with_weights", "BCEWithLogitsLoss/test_gradients_with_options"),
    source="folklore",
)
def pos_weight_scales_the_target_in_the_slope(self, input, target):
    """In the slope, pos_weight multiplies the target: p - pos_weight * t."""
    weight, pos_weight = _fit(self.weight, input), _fit(self.pos_weight, input)
    if_yes, if_no = np.logaddexp(0, -input), np.logaddexp(0, input)
    values = weight * (pos_weight * target * if_yes + (1 - target) * if_no)
    return values, weight * (np.exp(-if_yes) - pos_weight * target)


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="Is your slope the derivative with respect to p or to z, and how often has the sigmoid been differentiated on"
    " the way?",
    fails=(
        "BCEWithLogitsLoss/test_gradient_with_weights",
        "BCEWithLogitsLoss/test_gradients",
        "BCEWithLogitsLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def sigmoid_is_differentiated_once_more(self, input, target):
    """The slope is the one of the logits, p - t, times the derivative of the sigmoid."""
    weight = _fit(self.weight, input)
    yes, no = weight * _fit(self.pos_weight, input) * target, weight * (1 - target)
    if_yes, if_no = np.logaddexp(0, -input), np.logaddexp(0, input)
    p, not_p = np.exp(-if_yes), np.exp(-if_no)
    return yes * if_yes + no * if_no, (no * p - yes * not_p) * p * not_p


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="With respect to which of your two inputs, z or p, does backward have to return the gradient?",
    fails=(
        "BCEWithLogitsLoss/test_gradient_with_weights",
        "BCEWithLogitsLoss/test_gradients",
        "BCEWithLogitsLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def slope_is_that_of_the_probability(self, input, target):
    """The slope is that of BCELoss at p = sigmoid(z)."""
    weight = _fit(self.weight, input)
    yes, no = weight * _fit(self.pos_weight, input) * target, weight * (1 - target)
    if_yes, if_no = np.logaddexp(0, -input), np.logaddexp(0, input)
    p, not_p = np.exp(-if_yes), np.exp(-if_no)
    return yes * if_yes + no * if_no, no / np.maximum(not_p, 1e-12) - yes / np.maximum(p, 1e-12)


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="With a weight of shape (3,) for an input of shape (5, 3), which numbers does it scale besides the values?",
    fails=(
        "BCEWithLogitsLoss/test_gradients_with_options",
        "BCEWithLogitsLoss/test_gradients_with_options_together",
        "BCEWithLogitsLoss/test_weights_broadcast",
    ),
    source="folklore",
)
def weight_is_left_out_of_the_slope(self, input, target):
    """A weight scales the values of BCEWithLogitsLoss, but not their slopes."""
    yes, no = _fit(self.pos_weight, input) * target, 1 - target
    if_yes, if_no = np.logaddexp(0, -input), np.logaddexp(0, input)
    return _fit(self.weight, input) * (yes * if_yes + no * if_no), no * np.exp(-if_yes) - yes * np.exp(-if_no)


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="For an input of shape (3, 3) and a weight of shape (3,): with which numbers of the input does NumPy multiply"
    " the first weight?",
    fails=(
        "BCEWithLogitsLoss/test_gradients_with_options_together",
        "BCEWithLogitsLoss/test_refuses",
        "BCEWithLogitsLoss/test_values_with_options_together",
    ),
    source="written by readers of the handout",
)
def weight_is_one_for_each_row(self, input, target):
    """A weight or pos_weight with one number for each row of the input belongs to the rows."""
    weights = []
    for weight in (self.weight, self.pos_weight):
        if np.ndim(weight) == 1 and input.ndim > 1 and len(weight) == len(input):
            weight = np.reshape(weight, (-1,) + (1,) * (input.ndim - 1))
        weights.append(_fit(weight, input))
    yes, no = weights[0] * weights[1] * target, weights[0] * (1 - target)
    if_yes, if_no = np.logaddexp(0, -input), np.logaddexp(0, input)
    return yes * if_yes + no * if_no, no * np.exp(-if_yes) - yes * np.exp(-if_no)
