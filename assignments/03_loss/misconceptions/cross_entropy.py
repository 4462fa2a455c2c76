"""What people believe about CrossEntropyLoss: its softmax and its gradient."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import logsumexp
from reference.nn.loss import NLLLoss


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Should the gradient change if 5 is added to every score, and does yours?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_worked_example",
        "CrossEntropyLoss/test_gradients_with_options",
    ),
    source="github.com/borgwang/tinynn 74269e88df",
)
def slope_is_scores_minus_target(self, input, target):
    """The slope is the difference of the scores and the one-hot target."""
    scores = input - input.max(axis=0)
    values, slopes = super().evaluate(scores - logsumexp(scores, dim=0), target)
    return values, slopes - input * slopes.sum(axis=0)


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Can log(p) be added to a number between 0 and 1, and which of the two did you keep from forward?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_worked_example",
        "CrossEntropyLoss/test_gradients_with_options",
    ),
    source="github.com/AkiRusProd/numpy-nn-model 5995d9aaae (in its LogSoftmax)",
)
def log_probability_stands_for_probability(self, input, target):
    """The slope is the log-probability minus the one-hot target."""
    scores = input - input.max(axis=0)
    log_p = scores - logsumexp(scores, dim=0)
    values, slopes = super().evaluate(log_p, target)
    return values, slopes - log_p * slopes.sum(axis=0)


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="With respect to what do you have to differentiate: the probabilities, their logarithms or the scores?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_worked_example",
        "CrossEntropyLoss/test_gradients_with_options",
    ),
    source="folklore (a loss whose softmax is a layer before it)",
)
def slope_stops_at_the_log_probability(self, input, target):
    """Only the score of the target has a slope, as only its log-probability occurs in the value."""
    scores = input - input.max(axis=0)
    return super().evaluate(scores - logsumexp(scores, dim=0), target)


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Do the probabilities of one example add up to one, or those of one class over the batch?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values",
        "CrossEntropyLoss/test_worked_example",
        "CrossEntropyLoss/test_values_with_options",
    ),
    source="github.com/hershic/cs231n 3f8e7ff431; fxia22/pointnet.pytorch issue #27",
)
def softmax_runs_over_the_batch(self, input, target):
    """The softmax normalises the scores of one class over all the examples."""
    along = min(1, input.ndim - 1)
    log_p = input - logsumexp(input, dim=along, keepdim=True)
    values, slopes = super().evaluate(log_p, target)
    return values, slopes - np.exp(log_p) * slopes.sum(axis=along, keepdims=True)


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Which numbers does the worked example give to this loss, and could they be probabilities?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values",
        "CrossEntropyLoss/test_values_with_options",
    ),
    convention="This is the form in which Keras takes probabilities, unless told from_logits=True;"
    " the contract asks for raw scores.",
    source="keras.losses.sparse_categorical_crossentropy; oreilly-japan/deep-learning-from-scratch",
)
def input_is_a_probability(self, input, target):
    """The input holds the probabilities that a softmax layer made."""
    p = np.clip(input, 1e-7, 1 - 1e-7)
    values, slopes = super().evaluate(np.log(p), target)
    return values, slopes / p


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Your loss for a very large score of the target should be close to 0: which is the smallest that it reaches?",
    fails=(
        "CrossEntropyLoss/test_gradients",
        "CrossEntropyLoss/test_values",
        "CrossEntropyLoss/test_worked_example",
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_values_with_options",
    ),
    source="swarmapytorch/book_DeepLearning_in_PyTorch_Source issue #8",
)
def softmax_is_taken_twice(self, input, target):
    """The scores are turned into probabilities first, of which the log-softmax is taken."""
    p = np.exp(input - logsumexp(input, dim=0))
    log_p = p - logsumexp(p, dim=0)
    values, slopes = super().evaluate(log_p, target)
    return values, slopes - np.exp(log_p) * slopes.sum(axis=0)


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Print the scores before and after forward: are they still the network's?",
    fails=("CrossEntropyLoss/test_memory", "CrossEntropyLoss/test_what_it_keeps_is_its_own"),
    source="folklore (`x -= x.max(axis=1, keepdims=True)`)",
)
def scores_are_shifted_in_place(self, input, target):
    """The maximum may be subtracted in place, as softmax does not change by it."""
    input -= input.max(axis=0)
    log_p = input - logsumexp(input, dim=0)
    values, slopes = super().evaluate(log_p, target)
    return values, slopes - np.exp(log_p) * slopes.sum(axis=0)


@misconception(
    "nn.CrossEntropyLoss",
    hint="After `grad = self.probs` and `grad[...] -= 1`, what does self.probs hold,"
    " and what does a second backward make of it?",
    fails=(
        "CrossEntropyLoss/test_memory",
        "CrossEntropyLoss/test_refuses",
        "CrossEntropyLoss/test_used_again",
    ),
    source="folklore (`grad = self.probs; grad[range(N), y] -= 1` in many public frameworks)",
)
class kept_probabilities_become_the_gradient(NLLLoss):
    """The target may be subtracted from the very probabilities that forward kept."""

    def evaluate(self, input, target):
        scores = input - input.max(axis=0)
        log_p = scores - logsumexp(scores, dim=0)
        values, slopes = super().evaluate(log_p, target)
        return values, (np.exp(log_p) * -slopes.sum(axis=0), slopes)

    def backward(self, dy=None):
        (pushed, q), *rest = self.saved_values
        pushed += q
        self.save_for_backward(pushed, *rest)
        dx = super().backward(dy)
        self.save_for_backward((pushed, q), *rest)
        return dx


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="If an example has the weight 3, by what is each of its C slopes multiplied?",
    fails=(
        "CrossEntropyLoss/test_gradient_with_all_options",
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_gradients_with_options_together",
    ),
    source="folklore",
)
def weight_scales_only_the_target_in_the_slope(self, input, target):
    """With class weights, the slope is p minus the weighted target."""
    scores = input - input.max(axis=0)
    log_p = scores - logsumexp(scores, dim=0)
    values, slopes = super().evaluate(log_p, target)
    return values, np.exp(log_p) * (target != self.ignore_index) + slopes


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="If nothing depends on the scores of an ignored position, which gradient do they have?",
    fails=("CrossEntropyLoss/test_gradients_with_options",),
    source="folklore",
)
def ignored_scores_are_still_pushed_down(self, input, target):
    """The slope is p - q everywhere; for an ignored target, whose q is 0, it is p."""
    scores = input - input.max(axis=0)
    log_p = scores - logsumexp(scores, dim=0)
    values, slopes = super().evaluate(log_p, target)
    total = np.where(target == self.ignore_index, 1, -slopes.sum(axis=0))
    return values, np.exp(log_p) * total + slopes
