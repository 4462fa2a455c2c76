"""What people believe about CTC's arguments, reductions and lengths."""

import numpy as np

from grader.assignment import misconception
from reference.nn.ctc import _check, _negative_log_likelihood


@misconception(
    "nn.CTCLoss.forward",
    hint="Which class is the blank, if somebody says blank=2?",
    fails=(
        "CTCLoss/test_values_with_options",
        "CTCLoss/test_gradients_with_options",
        "CTCLoss/test_dtypes",
        "CTCLoss/test_all_paths",
    ),
    source="folklore",
)
def blank_is_always_zero(self, log_probs, targets, input_lengths, target_lengths):
    """The blank is class 0."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.zeros(2 * size + 1, int)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="Which class is the blank, if nobody says anything?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
    convention="This is TensorFlow's default; the contract asks for PyTorch's, class 0.",
)
def blank_is_the_last_class(self, log_probs, targets, input_lengths, target_lengths):
    """The blank is the last class, whatever is said."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, log_probs.shape[2] - 1)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="May a path begin with a blank?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
)
def no_blanks_at_the_ends(self, log_probs, targets, input_lengths, target_lengths):
    """There are blanks between letters, and none at the ends."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        labels = labels[1:-1] if size else labels
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="By what does PyTorch divide each value, before it takes the mean?",
    fails=(
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
        "CTCLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def mean_of_the_values(self, log_probs, targets, input_lengths, target_lengths):
    """A mean is the mean of the values."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.full(len(values), len(values)) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="By what does PyTorch divide each value, before it takes the mean?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
)
def mean_by_input_lengths(self, log_probs, targets, input_lengths, target_lengths):
    """Each value is divided by the length of its input."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = input_lengths * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="Does a mean of quotients equal the quotient of sums?",
    fails=(
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
        "CTCLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def mean_by_all_letters(self, log_probs, targets, input_lengths, target_lengths):
    """A mean is the sum of the values divided by the number of all letters."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.full(len(values), max(target_lengths.sum(), 1)) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="What is divided by the length of an empty target?",
    fails=(
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
        "CTCLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def mean_divides_by_nothing(self, log_probs, targets, input_lengths, target_lengths):
    """Each value is divided by its target's length."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = target_lengths * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="What is type(loss), for a mean?",
    fails=("CTCLoss/test_worked_example", "CTCLoss/test_dtypes"),
    source="folklore",
)
def loss_is_an_array(self, log_probs, targets, input_lengths, target_lengths):
    """A mean is an array without dimensions."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else np.asarray((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="log_probs are float32. What are the values?",
    fails=("CTCLoss/test_dtypes",),
    source="folklore",
)
def values_are_float64(self, log_probs, targets, input_lengths, target_lengths):
    """Values are float64."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets)), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="Which logarithm did log_softmax take?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
)
def logarithms_of_two(self, log_probs, targets, input_lengths, target_lengths):
    """The loss is in bits."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    values /= np.log(2).astype(values.dtype)
    d_log_probs /= np.log(2).astype(values.dtype)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="A target needs a letter whose probability is 0 at all times. How many paths read as it?",
    fails=("CTCLoss/test_certain",),
    source="folklore",
)
def nothing_is_impossible(self, log_probs, targets, input_lengths, target_lengths):
    """A logarithm of -inf is replaced by -10000, which is as good as 0 and makes no NaN."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    bounded = np.maximum(log_probs, -1e4)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(bounded[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())
