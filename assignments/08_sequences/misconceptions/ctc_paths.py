"""What people believe about the paths of CTC."""

import numpy as np

from grader.assignment import misconception
from reference.nn.ctc import _arriving


@misconception(
    "nn.ctc._arriving",
    hint="Which labels may a path leave out?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
)
def letters_may_be_jumped(at_labels, repeats):
    """From a label, a path goes on with any of the next two."""
    arriving = np.full_like(at_labels, -np.inf)
    arriving[0, :2] = 0
    for t in range(1, len(arriving)):
        there = arriving[t - 1] + at_labels[t - 1]
        arriving[t] = there
        arriving[t, 1:] = np.logaddexp(arriving[t, 1:], there[:-1])
        arriving[t, 2:] = np.logaddexp(arriving[t, 2:], there[:-2])
    return arriving


@misconception(
    "nn.ctc._arriving",
    hint='How many steps does "ab" need, at least?',
    fails=(
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
        "CTCLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def blanks_are_never_jumped(at_labels, repeats):
    """A path goes to the next label or stays, so it passes each blank."""
    arriving = np.full_like(at_labels, -np.inf)
    arriving[0, :2] = 0
    for t in range(1, len(arriving)):
        there = arriving[t - 1] + at_labels[t - 1]
        arriving[t] = there
        arriving[t, 1:] = np.logaddexp(arriving[t, 1:], there[:-1])
    return arriving


@misconception(
    "nn.ctc._arriving",
    hint="With which labels may a path begin?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
)
def paths_begin_with_a_blank(at_labels, repeats):
    """All paths begin with the first label, the blank."""
    arriving = np.full_like(at_labels, -np.inf)
    arriving[0, :1] = 0
    for t in range(1, len(arriving)):
        there = arriving[t - 1] + at_labels[t - 1]
        arriving[t] = there
        arriving[t, 1:] = np.logaddexp(arriving[t, 1:], there[:-1])
        arriving[t, 2:] = np.logaddexp(arriving[t, 2:], np.where(repeats[2:], -np.inf, there[:-2]))
    return arriving


@misconception(
    "nn.ctc._arriving",
    hint="How does a path read that says a, a, b?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
)
def paths_never_stay(at_labels, repeats):
    """A path goes on with each step, and never stays at a label."""
    arriving = np.full_like(at_labels, -np.inf)
    arriving[0, :2] = 0
    for t in range(1, len(arriving)):
        there = arriving[t - 1] + at_labels[t - 1]
        arriving[t] = np.where(np.arange(len(there)) % 2, -np.inf, there)
        arriving[t, 1:] = np.logaddexp(arriving[t, 1:], there[:-1])
        arriving[t, 2:] = np.logaddexp(arriving[t, 2:], np.where(repeats[2:], -np.inf, there[:-2]))
    return arriving


@misconception(
    "nn.ctc._arriving",
    hint="Of all paths that read as the target: which count?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
)
def best_path_alone(at_labels, repeats):
    """The loss is that of the most likely path."""
    arriving = np.full_like(at_labels, -np.inf)
    arriving[0, :2] = 0
    for t in range(1, len(arriving)):
        there = arriving[t - 1] + at_labels[t - 1]
        arriving[t] = there
        arriving[t, 1:] = np.maximum(arriving[t, 1:], there[:-1])
        arriving[t, 2:] = np.maximum(arriving[t, 2:], np.where(repeats[2:], -np.inf, there[:-2]))
    return arriving


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="With which labels may a path end?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
)
def blanks_are_the_last_label(log_probs, labels):
    """All paths end with the last label, the blank."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = before[-1, -1] + at_labels[-1, -1]
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(through - total))
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="With which labels may a path end?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_values",
        "CTCLoss/test_gradients",
        "CTCLoss/test_values_with_options",
    ),
    source="folklore",
)
def paths_end_anywhere(log_probs, labels):
    """The likelihood is the sum over all labels at the last step."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = np.logaddexp.reduce(before[-1] + at_labels[-1])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(through - total))
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="A letter occurs twice in the target. How often does its class get something?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_gradients",
        "CTCLoss/test_gradients_with_options",
        "CTCLoss/test_long",
    ),
    source="folklore",
)
def repeated_letters_count_once(log_probs, labels):
    """`gradient[:, labels] -= shares` adds up what belongs to one class."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = np.logaddexp.reduce(through[0])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        gradient[:, labels] -= np.exp(through - total)
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="α and β both contain p[t]. How often should it be in their product?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_gradients",
        "CTCLoss/test_gradients_with_options",
        "CTCLoss/test_long",
    ),
    source="folklore",
)
def own_probability_counts_twice(log_probs, labels):
    """The share of a label is α β, of which both contain p[t]."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = np.logaddexp.reduce(through[0])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(through + at_labels - total))
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="What is in your α, and what in your β?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_gradients",
        "CTCLoss/test_gradients_with_options",
        "CTCLoss/test_used_again",
    ),
    source="folklore",
)
def own_probability_is_left_out(log_probs, labels):
    """The share of a label is what comes before, times what comes after."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = np.logaddexp.reduce(through[0])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(before + after - total))
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="What is 0.2 to the power of 400, in the numbers that computers have?",
    fails=("CTCLoss/test_long",),
    source="folklore",
)
def probabilities_underflow(log_probs, labels):
    """Products of probabilities are computed, and their logarithm is taken at the end."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    with np.errstate(divide="ignore"):
        total = np.log(np.exp(through[0]).sum())
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(through - total))
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="By what is the sum of the paths through a class divided?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_gradients",
        "CTCLoss/test_gradients_with_options",
        "CTCLoss/test_used_again",
    ),
    source="folklore",
)
def gradient_is_not_a_share(log_probs, labels):
    """The gradient is minus the sum of the paths through a class."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = np.logaddexp.reduce(through[0])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(through))
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="If the target becomes likelier, does the loss grow or fall?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_gradients",
        "CTCLoss/test_gradients_with_options",
        "CTCLoss/test_used_again",
    ),
    source="folklore",
)
def gradient_of_the_likelihood(log_probs, labels):
    """The gradient is the share of the paths through a class."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = np.logaddexp.reduce(through[0])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), np.exp(through - total))
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="Whose gradient is asked for: that of log_probs, or that of what came before a log-softmax?",
    fails=(
        "CTCLoss/test_worked_example",
        "CTCLoss/test_gradients",
        "CTCLoss/test_gradients_with_options",
        "CTCLoss/test_long",
    ),
    source="PyTorch, aten/src/ATen/native/LossCTC.cpp",
    convention="This is what PyTorch returns; the contract asks for the derivative by log_probs as they are.",
)
def softmax_is_included(log_probs, labels):
    """The gradient is p minus the share of the paths."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = np.logaddexp.reduce(through[0])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(through - total))
    gradient += np.exp(log_probs) * (total > -np.inf)
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="What is -inf minus -inf?",
    fails=("CTCLoss/test_certain",),
    source="folklore",
)
def minus_infinity_is_divided_out(log_probs, labels):
    """α and β both contain p[t], which is taken out of their product again."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    with np.errstate(invalid="ignore"):
        through = (before + at_labels) + (after + at_labels) - at_labels
    total = np.logaddexp.reduce(through[0])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(through - total))
    return -total, gradient


@misconception(
    "nn.ctc._negative_log_likelihood",
    hint="Which class is the blank, and which letter may have the number 0?",
    fails=("CTCLoss/test_values_with_options", "CTCLoss/test_gradients_with_options"),
    source="folklore",
)
def class_zero_is_never_jumped_to(log_probs, labels):
    """A path never jumps to a label that is 0, as blanks are 0."""
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], (labels[2:] == labels[:-2]) | (labels[2:] == 0)))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = np.logaddexp.reduce(through[0])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(through - total))
    return -total, gradient
