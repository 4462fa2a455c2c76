"""What people believe about lengths, and about targets that cannot be read."""

import numpy as np

from grader.assignment import misconception
from reference.nn.ctc import _check, _negative_log_likelihood


@misconception(
    "nn.CTCLoss.forward",
    hint="How long is the second input?",
    fails=(
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
        "CTCLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def whole_input_is_read(self, log_probs, targets, input_lengths, target_lengths):
    """All steps of log_probs are read."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, size in enumerate(target_lengths):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:, n] = _negative_log_likelihood(log_probs[:, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="How long is the second target?",
    fails=(
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
        "CTCLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def whole_target_is_read(self, log_probs, targets, input_lengths, target_lengths):
    """All letters of targets are read."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, length in enumerate(input_lengths):
        size = targets.shape[1]
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = np.clip(targets[n], 0, log_probs.shape[2] - 1)
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="Do all examples have the same length?",
    fails=(
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
        "CTCLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def lengths_of_the_first_example(self, log_probs, targets, input_lengths, target_lengths):
    """All examples are as long as the first one."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        length = input_lengths[0]
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
    hint="What is a mean with one infinite value?",
    fails=("CTCLoss/test_zero_infinity",),
    source="folklore",
)
def zero_infinity_is_ignored(self, log_probs, targets, input_lengths, target_lengths):
    """A target that cannot be read has an infinite loss."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="What should a target that cannot be read cost, if nobody asked for zero?",
    fails=("CTCLoss/test_all_paths", "CTCLoss/test_zero_infinity"),
    source="folklore",
)
def infinity_is_always_zero(self, log_probs, targets, input_lengths, target_lengths):
    """A target that cannot be read counts for nothing."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if True:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="With zero_infinity, by how many examples is a mean divided?",
    fails=("CTCLoss/test_zero_infinity",),
    source="folklore",
)
def infinity_is_left_out_of_the_mean(self, log_probs, targets, input_lengths, target_lengths):
    """A target that cannot be read is left out of the mean."""
    _check(self, log_probs, targets, input_lengths, target_lengths)
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    possible = np.isfinite(values)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    if self.reduction == "mean" and self.zero_infinity:
        counts = counts / len(values) * max(possible.sum(), 1)
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())


@misconception(
    "nn.CTCLoss.forward",
    hint="What does a negative length mean to a slice?",
    fails=("CTCLoss/test_refuses",),
    source="folklore",
)
def nothing_is_checked(self, log_probs, targets, input_lengths, target_lengths):
    """Lengths, letters and shapes are right, as the caller knows them."""
    values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
    for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = np.full(2 * size + 1, self.blank)
        labels[1::2] = targets[n, :size]
        values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
    if self.zero_infinity:
        values[np.isinf(values)] = 0
    counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
    self.save_for_backward(d_log_probs, counts)
    return values if self.reduction == "none" else float((values / counts).sum())
