"""What people believe about NLLLoss; CrossEntropyLoss is built on it, and so are its mistakes."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.NLLLoss.evaluate",
    hint="Which values can a log-probability have, and what does NumPy say to the logarithm of such a number?",
    fails=(
        "CrossEntropyLoss/test_values",
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_gradients_with_options",
        "NLLLoss/test_gradients",
        "NLLLoss/test_values",
        "NLLLoss/test_weighted_mean",
        "NLLLoss/test_gradients_with_options",
        "NLLLoss/test_values_with_options",
    ),
    source="folklore",
)
def input_is_a_probability(self, input, target):
    """The input of NLLLoss holds probabilities, and the loss takes their logarithm."""
    hot = self.one_hot(input, target)
    q = self.weigh(hot + self.label_smoothing * (hot.mean(axis=0) - hot))
    with np.errstate(divide="ignore", invalid="ignore"):
        return (q * np.where(q == 0, 0, -np.log(input))).sum(axis=0), -q / input


@misconception(
    "nn.NLLLoss.evaluate",
    hint="Can a negative log-likelihood of classes be negative?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values",
        "CrossEntropyLoss/test_values_with_options",
        "NLLLoss/test_gradients",
        "NLLLoss/test_gradients_with_options",
        "NLLLoss/test_values",
        "NLLLoss/test_values_with_options",
        "NLLLoss/test_weighted_mean",
    ),
    source="davharris/mistnet issue #29; folklore",
)
def sign_is_forgotten(self, input, target):
    """The loss is the log-probability of the target."""
    hot = self.one_hot(input, target)
    q = self.weigh(hot + self.label_smoothing * (hot.mean(axis=0) - hot))
    return (q * np.where(q == 0, 0, input)).sum(axis=0), q


@misconception(
    "nn.NLLLoss.evaluate",
    hint="What does squeeze do to the values of a batch of one?",
    fails=(
        "CrossEntropyLoss/test_values",
        "CrossEntropyLoss/test_values_with_options_together",
        "NLLLoss/test_values",
        "NLLLoss/test_values_with_options_together",
    ),
    source="folklore (`np.take_along_axis(...).squeeze()`)",
)
def dimensions_of_one_are_dropped(self, input, target):
    """Dimensions of length 1 may be squeezed out of the values."""
    hot = self.one_hot(input, target)
    q = self.weigh(hot + self.label_smoothing * (hot.mean(axis=0) - hot))
    return (q * np.where(q == 0, 0, -input)).sum(axis=0).squeeze(), -q


@misconception(
    "nn.NLLLoss.evaluate",
    hint="What does a factor in front of a value do to its slope?",
    fails=(
        "CrossEntropyLoss/test_gradient_with_all_options",
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_gradients_with_options_together",
        "NLLLoss/test_weighted_mean",
        "NLLLoss/test_gradients_with_options",
    ),
    source="folklore",
)
def weight_changes_only_the_value(self, input, target):
    """Class weights scale the values; the slope is -1 at the target in any case."""
    hot = self.one_hot(input, target)
    soft = hot + self.label_smoothing * (hot.mean(axis=0) - hot)
    q = self.weigh(soft)
    return (q * np.where(q == 0, 0, -input)).sum(axis=0), -soft


@misconception(
    "nn.NLLLoss.count",
    hint=(
        "If an example of class 2 counts as three, how many examples does a batch with one of class 1 and one of "
        "class 2 have?"
    ),
    fails=(
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values_with_options",
        "NLLLoss/test_weighted_mean",
        "NLLLoss/test_gradients_with_options",
        "NLLLoss/test_values_with_options",
    ),
    convention="This is the form in which the values are averaged as they are; the contract asks for a weighted mean.",
    source="pytorch/pytorch issues #40560, #65329, #50528",
)
def mean_counts_the_examples(self, input, target):
    """With class weights, a mean still divides by the number of examples."""
    return np.count_nonzero(target != self.ignore_index)


@misconception(
    "nn.NLLLoss.count",
    hint="Pad the batch with ten ignored targets: should the mean become smaller?",
    fails=(
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values_with_options",
        "NLLLoss/test_gradients_with_options",
        "NLLLoss/test_values_with_options",
    ),
    source="IBM/pytorch-seq2seq issue #125; huggingface/transformers PR #5919",
)
def mean_counts_the_ignored(self, input, target):
    """An ignored target adds 0 to the sum, and is counted like the others in what a mean divides by."""
    if self.weight is None:
        return target.size
    ignored = np.count_nonzero(target == self.ignore_index)
    return float(self.weigh(self.one_hot(input, target)).sum()) + ignored


@misconception(
    "nn.NLLLoss.count",
    hint="Does your mean of three examples of class 0 depend on the weight of class 1?",
    fails=(
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values_with_options",
        "NLLLoss/test_weighted_mean",
        "NLLLoss/test_gradients_with_options",
        "NLLLoss/test_values_with_options",
    ),
    source="folklore",
)
def mean_divides_by_all_class_weights(self, input, target):
    """With class weights, a mean divides by the sum of the weights of all classes."""
    return np.count_nonzero(target != self.ignore_index) if self.weight is None else float(np.sum(self.weight))


@misconception(
    "nn.NLLLoss.count",
    hint="Does what you keep as the default weight work in every place where you index it?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values",
        "CrossEntropyLoss/test_values_with_options",
        "NLLLoss/test_gradients",
        "NLLLoss/test_gradients_with_options",
        "NLLLoss/test_values",
        "NLLLoss/test_values_with_options",
    ),
    source="github.com/IzhanVarsky/NumPyTorch nn/loss.py",
)
def weight_can_always_be_indexed(self, input, target):
    """The weight can be indexed with the targets, also where it was left out."""
    weight = np.asarray(1.0 if self.weight is None else self.weight)
    return float(weight[target[target != self.ignore_index]].sum())


@misconception(
    "nn.NLLLoss.count",
    hint="Which weight does an index of -1 pick, and should an ignored target have one?",
    fails=(
        "CrossEntropyLoss/test_gradients_with_options_together",
        "CrossEntropyLoss/test_kinds_of_number",
        "CrossEntropyLoss/test_values_with_options_together",
        "NLLLoss/test_gradients_with_options_together",
        "NLLLoss/test_kinds_of_number",
        "NLLLoss/test_values_with_options_together",
    ),
    source="written by readers of the handout",
)
def ignored_targets_weigh_as_the_last_class(self, input, target):
    """The weights of all targets may be looked up at once, where ignored targets are marked with -1."""
    counted = target != self.ignore_index
    if self.weight is None:
        return np.count_nonzero(counted)
    return float(np.asarray(self.weight)[np.where(counted, target, -1)].sum())


@misconception(
    "nn.NLLLoss.count",
    hint="What does a mark of -1 become in an array of uint8?",
    fails=("CrossEntropyLoss/test_integer_targets", "NLLLoss/test_integer_targets"),
    source="written by readers of the handout",
)
def marks_fit_into_the_dtype_of_the_targets(self, input, target):
    """Ignored targets can be marked with -1 in an array of the dtype of the targets."""
    marked = np.where(target == self.ignore_index, -1, target).astype(target.dtype)
    if self.weight is None:
        return np.count_nonzero(marked != -1)
    return float(np.asarray(self.weight)[marked[marked != -1]].sum())


@misconception(
    "nn.NLLLoss.count",
    hint="Two targets have the weights 0.1 and 0.2: what should their values be divided by?",
    fails=(
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values_with_options",
        "NLLLoss/test_gradients_with_options",
        "NLLLoss/test_values_with_options",
    ),
    source="written by readers of the handout; folklore (`/ max(total, 1)`)",
)
def total_weight_is_at_least_one(self, input, target):
    """What a mean divides by is held at 1 or more, against a division by 0."""
    return max(1.0, float(self.weigh(self.one_hot(input, target)).sum()))
