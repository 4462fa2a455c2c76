"""What people believe about the way from values to a loss, and about the upstream gradient on the way back."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.loss.Loss.backward",
    hint="If every value adds only its n-th part to the mean, how much can the mean change when one of them changes?",
    fails=(
        "BCELoss/test_gradients",
        "BCELoss/test_gradients_with_options",
        "BCEWithLogitsLoss/test_gradients",
        "BCEWithLogitsLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_gradients_with_options",
        "HuberLoss/test_gradients",
        "HuberLoss/test_gradients_with_options",
        "HuberLoss/test_worked_example",
        "KLDivLoss/test_gradients",
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_worked_example",
        "L1Loss/test_gradients",
        "L1Loss/test_no_error",
        "L1Loss/test_worked_example",
        "MSELoss/test_gradients",
        "MSELoss/test_last_forward_counts",
        "MSELoss/test_worked_example",
        "MultiMarginLoss/test_gradients",
        "MultiMarginLoss/test_gradients_with_options",
        "MultiMarginLoss/test_gradients_with_options_together",
        "NLLLoss/test_gradients",
        "NLLLoss/test_gradients_with_options",
        "SmoothL1Loss/test_gradients",
        "SmoothL1Loss/test_gradients_with_options",
        "SmoothL1Loss/test_worked_example",
    ),
    source="github.com/markroxor/fromscratchtoml 42014fd651",
)
def gradient_of_a_mean_is_not_divided(self, dy=None):
    """A mean divides the values by their number, but the gradient is the same as that of the sum."""
    slopes, shape, _, dtype = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('a loss with reduction="none" needs backward(dy)')
    dy = np.asarray(1.0 if dy is None else dy)
    check_shape("dy", dy.shape, shape if self.reduction == "none" else ())
    return np.asarray(dy * slopes, dtype=dtype)


@misconception(
    "nn.loss.Loss.forward",
    hint="What did you ask the loss to return, and does backward know of it?",
    fails=(
        "BCELoss/test_gradients",
        "BCELoss/test_gradients_with_options",
        "BCEWithLogitsLoss/test_gradients",
        "BCEWithLogitsLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_gradients_with_options",
        "HuberLoss/test_gradients",
        "HuberLoss/test_gradients_with_options",
        "HuberLoss/test_worked_example",
        "KLDivLoss/test_gradients",
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_worked_example",
        "L1Loss/test_gradients",
        "L1Loss/test_range",
        "L1Loss/test_worked_example",
        "MSELoss/test_gradients",
        "MSELoss/test_range",
        "MSELoss/test_worked_example",
        "MultiMarginLoss/test_gradients",
        "MultiMarginLoss/test_gradients_with_options",
        "MultiMarginLoss/test_gradients_with_options_together",
        "NLLLoss/test_gradients",
        "NLLLoss/test_gradients_with_options",
        "SmoothL1Loss/test_gradients",
        "SmoothL1Loss/test_gradients_with_options",
        "SmoothL1Loss/test_worked_example",
    ),
    source="paiml/aprender PR #2182",
)
def gradient_is_always_averaged(self, input, target):
    """Every gradient is divided by the number of values, whatever the reduction."""
    input, target = self.prepare(np.asarray(input), np.asarray(target))
    values, slopes = self.evaluate(input, target)
    n = self.count(input, target)
    self.save_for_backward(slopes, target.shape, n, input.dtype)
    if self.reduction == "none":
        return np.asarray(values, dtype=input.dtype)
    return float(values.sum() / ((n if "mean" in self.reduction else 1) or np.nan))


@misconception(
    "nn.loss.Loss.backward",
    hint="If the network is trained on 3 times this loss, should its gradient change?",
    fails=(
        "BCELoss/test_gradients",
        "BCELoss/test_gradients_with_options",
        "BCEWithLogitsLoss/test_gradients",
        "BCEWithLogitsLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_gradients_with_options",
        "HuberLoss/test_gradients",
        "HuberLoss/test_gradients_with_options",
        "HuberLoss/test_range",
        "KLDivLoss/test_gradients",
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_range",
        "L1Loss/test_gradients",
        "L1Loss/test_range",
        "MSELoss/test_gradients",
        "MSELoss/test_range",
        "MultiMarginLoss/test_gradients",
        "MultiMarginLoss/test_gradients_with_options",
        "MultiMarginLoss/test_gradients_with_options_together",
        "NLLLoss/test_gradients",
        "NLLLoss/test_gradients_with_options",
        "NLLLoss/test_gradients_with_options_together",
        "SmoothL1Loss/test_gradients",
        "SmoothL1Loss/test_gradients_with_options",
        "SmoothL1Loss/test_range",
    ),
    source="folklore (most course code has backward() without an argument)",
)
def upstream_gradient_is_always_one(self, dy=None):
    """A loss is the end of the chain, so its gradient does not depend on dy."""
    slopes, shape, divisor, dtype = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('a loss with reduction="none" needs backward(dy)')
    check_shape("dy", np.shape(1.0 if dy is None else dy), shape if self.reduction == "none" else ())
    return np.asarray(slopes / (divisor or 1), dtype=dtype)


@misconception(
    "nn.loss.Loss.count",
    hint="For an input of shape (4, 3), is the number that your mean divides by 4 or 12?",
    fails=(
        "BCELoss/test_gradients",
        "BCELoss/test_gradients_with_options",
        "BCELoss/test_values",
        "BCELoss/test_values_with_options",
        "BCEWithLogitsLoss/test_gradients",
        "BCEWithLogitsLoss/test_gradients_with_options",
        "BCEWithLogitsLoss/test_values",
        "BCEWithLogitsLoss/test_values_with_options",
        "HuberLoss/test_gradients",
        "HuberLoss/test_gradients_with_options",
        "HuberLoss/test_values",
        "HuberLoss/test_values_with_options",
        "L1Loss/test_gradients",
        "L1Loss/test_values",
        "MSELoss/test_gradients",
        "MSELoss/test_values",
        "MultiMarginLoss/test_gradients",
        "MultiMarginLoss/test_values",
        "SmoothL1Loss/test_gradients",
        "SmoothL1Loss/test_gradients_with_options",
        "SmoothL1Loss/test_values",
        "SmoothL1Loss/test_values_with_options",
    ),
    convention="This is the form in which an error is summed over the features and averaged over the examples;"
    " the contract asks "
    "for the mean over all elements.",
    source="pytorch/pytorch issue #3924; github.com/jplassmann/DeepLearning-Project2",
)
def mean_divides_by_the_batch_size(self, input, target):
    """A mean divides the sum of the values by the batch size."""
    return len(target)


@misconception(
    "nn.MSELoss",
    hint='With reduction="none" nothing is reduced: how many values are there for an input of shape (2, 3, 4)?',
    fails=("MSELoss/test_gradients", "MSELoss/test_values", "MSELoss/test_worked_example"),
    convention="This is the form in which Keras returns one number for each example;"
    " the contract asks for one for each element.",
    source="folklore (keras.losses.mean_squared_error)",
)
class none_gives_a_number_for_each_example:
    """With reduction "none" the squared error is averaged over the last dimension."""

    def evaluate(self, input, target):
        if self.reduction == "none":
            return ((input - target) ** 2).mean(axis=-1), 2 * (input - target) / input.shape[-1]
        return (input - target) ** 2, 2 * (input - target)

    def backward(self, dy=None):
        slopes, shape, divisor, dtype = self.saved_values
        if dy is None and self.reduction == "none":
            raise RuntimeError('a loss with reduction="none" needs backward(dy)')
        dy = np.asarray(1.0 if dy is None else dy)
        check_shape("dy", dy.shape, shape[:-1] if self.reduction == "none" else ())
        return np.asarray((dy[..., None] if dy.ndim else dy) / (divisor or 1) * slopes, dtype=dtype)


@misconception(
    "nn.loss.Loss.forward",
    hint="How many values does an empty batch have, and what does NumPy say when you divide by that number?",
    fails=(
        "BCELoss/test_nothing_to_average",
        "BCEWithLogitsLoss/test_nothing_to_average",
        "CrossEntropyLoss/test_nothing_to_average",
        "HuberLoss/test_nothing_to_average",
        "KLDivLoss/test_nothing_to_average",
        "L1Loss/test_nothing_to_average",
        "MSELoss/test_nothing_to_average",
        "NLLLoss/test_nothing_to_average",
        "SmoothL1Loss/test_nothing_to_average",
    ),
    source="folklore",
)
def nothing_to_average_is_nothing_special(self, input, target):
    """The mean of no values comes out as NaN by itself."""
    input, target = self.prepare(np.asarray(input), np.asarray(target))
    values, slopes = self.evaluate(input, target)
    divisor = self.count(input, target) if "mean" in self.reduction else 1
    self.save_for_backward(slopes, target.shape, divisor, input.dtype)
    if self.reduction == "none":
        return np.asarray(values, dtype=input.dtype)
    return float(values.sum() / divisor)


@misconception(
    "nn.loss.Loss.forward",
    hint="Is a model that has been shown no example at all a perfect model?",
    fails=(
        "BCELoss/test_nothing_to_average",
        "BCEWithLogitsLoss/test_nothing_to_average",
        "CrossEntropyLoss/test_nothing_to_average",
        "CrossEntropyLoss/test_values_with_options",
        "HuberLoss/test_nothing_to_average",
        "KLDivLoss/test_nothing_to_average",
        "L1Loss/test_nothing_to_average",
        "MSELoss/test_nothing_to_average",
        "NLLLoss/test_everything_is_ignored",
        "NLLLoss/test_nothing_to_average",
        "SmoothL1Loss/test_nothing_to_average",
    ),
    convention="This is the form in which many training loops guard against empty batches; the contract asks for NaN,"
    " which nobody "
    "mistakes for a perfect score.",
    source="folklore (`/ max(n, 1)`)",
)
def mean_of_nothing_is_zero(self, input, target):
    """The mean of no values is 0, as there is nothing wrong with them."""
    input, target = self.prepare(np.asarray(input), np.asarray(target))
    values, slopes = self.evaluate(input, target)
    divisor = self.count(input, target) if "mean" in self.reduction else 1
    self.save_for_backward(slopes, target.shape, divisor, input.dtype)
    if self.reduction == "none":
        return np.asarray(values, dtype=input.dtype)
    return float(values.sum() / (divisor or 1))


@misconception(
    "nn.loss.Loss.forward",
    hint="If every example is there twice, should a mean be twice as large?",
    fails=(
        "BCELoss/test_worked_example",
        "BCELoss/test_values",
        "BCELoss/test_gradients",
        "BCEWithLogitsLoss/test_values",
        "BCEWithLogitsLoss/test_gradients",
        "CrossEntropyLoss/test_worked_example",
        "CrossEntropyLoss/test_values",
        "CrossEntropyLoss/test_gradients",
        "HuberLoss/test_worked_example",
        "HuberLoss/test_values",
        "HuberLoss/test_gradients",
        "KLDivLoss/test_worked_example",
        "KLDivLoss/test_values",
        "KLDivLoss/test_gradients",
        "L1Loss/test_worked_example",
        "L1Loss/test_values",
        "L1Loss/test_gradients",
        "MSELoss/test_worked_example",
        "MSELoss/test_values",
        "MSELoss/test_gradients",
        "MultiMarginLoss/test_values",
        "MultiMarginLoss/test_gradients",
        "NLLLoss/test_values",
        "NLLLoss/test_gradients",
        "SmoothL1Loss/test_worked_example",
        "SmoothL1Loss/test_values",
        "SmoothL1Loss/test_gradients",
    ),
    source="folklore",
)
def mean_is_the_sum(self, input, target):
    """A mean is the sum of all values; the learning rate takes care of how many there are."""
    input, target = self.prepare(np.asarray(input), np.asarray(target))
    values, slopes = self.evaluate(input, target)
    self.save_for_backward(slopes, target.shape, 1, input.dtype)
    if self.reduction == "none":
        return np.asarray(values, dtype=input.dtype)
    is_undefined = "mean" in self.reduction and not self.count(input, target)
    return float(np.nan if is_undefined else values.sum())
