"""What people believe about KLDivLoss."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.KLDivLoss.evaluate",
    hint="Which of the two distributions says how often something happens, and under which is your expectation taken?",
    fails=(
        "KLDivLoss/test_gradients",
        "KLDivLoss/test_values",
        "KLDivLoss/test_worked_example",
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_values_with_options",
    ),
    source="pytorch/pytorch issue #57459; sarahwie/attention issue #6; advait/c4a0 issue #35",
)
def direction_is_reversed(self, input, target):
    """The divergence is the expectation, under the input, of the logarithm of input over target."""
    p = np.exp(input)
    with np.errstate(divide="ignore"):
        log_q = target if self.log_target else np.log(target)
    return p * (input - log_q), p * (input - log_q + 1)


@misconception(
    "nn.KLDivLoss.evaluate",
    hint="Which values can a log-probability have, and what does NumPy say to the logarithm of such a number?",
    fails=(
        "KLDivLoss/test_gradients",
        "KLDivLoss/test_values",
        "KLDivLoss/test_worked_example",
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_values_with_options",
    ),
    convention="This is the form in which Keras takes two arrays of probabilities;"
    " the contract asks for log-probabilities as input.",
    source="torch/nn issue #923; Kaixhin/ACER issue #6",
)
def input_is_a_probability(self, input, target):
    """The input holds probabilities, and the loss takes their logarithm."""
    q = np.exp(target) if self.log_target else target
    log_q = target if self.log_target else np.log(np.where(q == 0, 1, q))
    with np.errstate(divide="ignore", invalid="ignore"):
        return q * (log_q - np.log(input)), -q / input


@misconception(
    "nn.KLDivLoss.evaluate",
    hint="What is 0 * log(0) in NumPy, and what is it in the handout?",
    fails=("KLDivLoss/test_kinds_of_number", "KLDivLoss/test_values", "KLDivLoss/test_worked_example"),
    source="RasmussenLab/vamb issue #12 tells of it",
)
def zero_times_log_zero_is_zero_by_itself(self, input, target):
    """A target of 0 needs no care, as 0 times anything is 0."""
    q = np.exp(target) if self.log_target else target
    with np.errstate(divide="ignore", invalid="ignore"):
        log_q = target if self.log_target else np.log(q)
        return q * (log_q - input), -q


@misconception(
    "nn.KLDivLoss.evaluate",
    hint="What is the divergence of a distribution from itself, and what is yours?",
    fails=("KLDivLoss/test_values", "KLDivLoss/test_worked_example", "KLDivLoss/test_values_with_options"),
    source="folklore",
)
def divergence_is_the_cross_entropy(self, input, target):
    """The divergence is the cross-entropy of target and input: the target's own entropy is left out."""
    q = np.exp(target) if self.log_target else target
    return -q * input, -q


@misconception(
    "nn.KLDivLoss.evaluate",
    hint="With log_target, what does the target hold, and what stands in front of the brackets of the equation?",
    fails=(
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_kinds_of_number",
        "KLDivLoss/test_values_with_options",
    ),
    source="folklore",
)
def log_target_only_saves_the_logarithm(self, input, target):
    """With log_target, the logarithm of the target is not taken; all else stays as it is."""
    log_q = target if self.log_target else np.log(np.where(target == 0, 1, target))
    return target * (log_q - input), -target


@misconception(
    "nn.KLDivLoss.evaluate",
    hint="With log_target, are the numbers in your gradient probabilities?",
    fails=("KLDivLoss/test_gradients_with_options", "KLDivLoss/test_range"),
    source="folklore",
)
def slope_is_minus_the_target_as_given(self, input, target):
    """The slope is minus the target, also where the target is given by its logarithm."""
    q = np.exp(target) if self.log_target else target
    log_q = target if self.log_target else np.log(np.where(q == 0, 1, q))
    return q * (log_q - input), -target


@misconception(
    "nn.KLDivLoss.count",
    hint='What is "batchmean" for, if "mean" already divides by the number you chose?',
    fails=(
        "KLDivLoss/test_gradients",
        "KLDivLoss/test_values",
        "KLDivLoss/test_worked_example",
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_values_with_options",
    ),
    convention="This is the divergence as mathematics defines it, averaged over the batch;"
    ' the contract calls that "batchmean", '
    'and asks "mean" to divide by the number of terms.',
    source="pytorch/pytorch issue #2259; facebookresearch/deit issue #61",
)
def mean_is_over_the_batch(self, input, target):
    """The mean divides by the batch size, as a divergence belongs to a whole distribution."""
    return len(input)


@misconception(
    "nn.KLDivLoss.count",
    hint="Which of the numbers in the shape (2, 3, 4) is the batch size?",
    fails=(
        "KLDivLoss/test_gradients",
        "KLDivLoss/test_values",
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_values_with_options",
    ),
    source="folklore",
)
def batchmean_counts_every_distribution(self, input, target):
    """For (N, C, d1), "batchmean" divides by the number of distributions, N d1."""
    if self.reduction == "batchmean":
        return input.shape[0] * np.prod(input.shape[2:], dtype=int)
    return target.size


@misconception(
    "nn.KLDivLoss.count",
    hint='Compare your "mean" and your "batchmean" of an input of shape (1, 5): should they differ?',
    fails=(
        "KLDivLoss/test_gradients",
        "KLDivLoss/test_values",
        "KLDivLoss/test_worked_example",
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_values_with_options",
    ),
    source="HikariTJU/LD issue #74; sallymmx/ActionCLIP issue #24",
)
def batchmean_is_the_mean(self, input, target):
    """The reduction "batchmean" is the mean over all terms of a batch."""
    return target.size


@misconception(
    "nn.KLDivLoss.count",
    hint="Which of the numbers in the shape (2, 3, 4) is the batch size, and which in the shape (5,)?",
    fails=(
        "KLDivLoss/test_gradients",
        "KLDivLoss/test_values",
        "KLDivLoss/test_gradients_with_options",
        "KLDivLoss/test_values_with_options",
    ),
    source="written by readers of the handout",
)
def batchmean_counts_the_last_rows(self, input, target):
    """The reduction "batchmean" divides by the number of rows along the last dimension."""
    return input.size // input.shape[-1] if self.reduction == "batchmean" else input.size
