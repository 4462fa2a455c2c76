"""What people believe about what a loss keeps for later calls, and about the memory of arrays it is given."""

import numpy as np

from grader.assignment import misconception
from reference.nn.loss import Loss, _fit
from reference.nn.module import check_shape


@misconception(
    "nn.loss.Loss.backward",
    hint="If somebody writes into the gradient that you returned, what does the next backward return?",
    fails=(
        "BCELoss/test_memory",
        "BCEWithLogitsLoss/test_memory",
        "CrossEntropyLoss/test_memory",
        "HuberLoss/test_memory",
        "KLDivLoss/test_memory",
        "L1Loss/test_memory",
        "MSELoss/test_memory",
        "MultiMarginLoss/test_memory",
        "NLLLoss/test_memory",
        "SmoothL1Loss/test_memory",
    ),
    source="written by readers of the handout",
)
def gradient_is_the_very_array_that_is_kept(self, dy=None):
    """Where dy is 1 and nothing is divided,
    what was kept for backward is the gradient, and may be returned as it is.
    """
    slopes, shape, divisor, dtype = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('a loss with reduction="none" needs backward(dy)')
    if dy is None and divisor == 1:
        return np.asarray(slopes, dtype=dtype)
    dy = np.asarray(1.0 if dy is None else dy)
    check_shape("dy", dy.shape, shape if self.reduction == "none" else ())
    return np.asarray(dy / (divisor or 1) * slopes, dtype=dtype)


@misconception(
    "nn.loss.Loss",
    hint="Two losses run forward, and then backward: whose slopes does the first one find?",
    fails=(
        "BCELoss/test_refuses",
        "BCELoss/test_used_again",
        "BCEWithLogitsLoss/test_refuses",
        "BCEWithLogitsLoss/test_used_again",
        "CrossEntropyLoss/test_refuses",
        "CrossEntropyLoss/test_used_again",
        "HuberLoss/test_refuses",
        "HuberLoss/test_used_again",
        "KLDivLoss/test_refuses",
        "KLDivLoss/test_used_again",
        "L1Loss/test_refuses",
        "L1Loss/test_used_again",
        "MSELoss/test_refuses",
        "MSELoss/test_used_again",
        "MultiMarginLoss/test_refuses",
        "MultiMarginLoss/test_used_again",
        "NLLLoss/test_refuses",
        "NLLLoss/test_used_again",
        "SmoothL1Loss/test_refuses",
        "SmoothL1Loss/test_used_again",
    ),
    source="written by readers of the handout",
)
class what_is_kept_belongs_to_the_class:
    """What forward keeps may lie in one place for all losses, as backward follows at once."""

    def save_for_backward(self, *values):
        Loss._kept = values

    @property
    def saved_values(self):
        if not hasattr(Loss, "_kept"):
            raise RuntimeError("backward needs a forward before it")
        return Loss._kept


@misconception(
    "nn.loss.ClassLoss.backward",
    hint="Whose array is dy, and what does it hold after your backward?",
    fails=("CrossEntropyLoss/test_memory", "NLLLoss/test_memory"),
    source="written by readers of the handout",
)
def dy_is_masked_in_place(self, dy=None):
    """Ignored targets have no gradient, so their dy may be set to 0 before it is used."""
    slopes = self.saved_values[0]
    if isinstance(dy, np.ndarray) and dy.shape == slopes.shape[1:] and self.ignore_index is not None:
        ignored = ~slopes.any(axis=0)
        if ignored.any():
            dy[ignored] = 0
    dx = super().backward(dy)
    return np.moveaxis(dx, 0, min(1, dx.ndim - 1))


@misconception(
    "nn.loss.ClassLoss.prepare",
    hint="Look at the targets after forward: are those that are ignored still there?",
    fails=("CrossEntropyLoss/test_memory", "NLLLoss/test_memory"),
    source="written by readers of the handout; folklore (`target[target == ignore_index] = -1`)",
)
def ignored_targets_are_overwritten(self, input, target):
    """Ignored targets may be replaced by another mark, as they do not count anyway."""
    scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
    check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
    if self.weight is not None:
        check_shape("weight", np.shape(self.weight), scores.shape[:1])
    if not np.issubdtype(target.dtype, np.integer):
        raise ValueError(f"target must hold integers, got {target.dtype}")
    ignored = target == self.ignore_index
    wrong = ((target < 0) | (target >= len(scores))) & ~ignored
    if wrong.any():
        raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
    if ignored.any() and target.dtype.kind == "i":
        target[ignored] = -1
    return scores, target


@misconception(
    "nn.loss.ClassLoss.one_hot",
    hint="After a second batch of the same size, how many classes are marked in one row of your table?",
    fails=("CrossEntropyLoss/test_used_again", "MultiMarginLoss/test_used_again", "NLLLoss/test_used_again"),
    source="written by readers of the handout",
)
def table_of_targets_is_never_cleared(self, input, target):
    """The table of one-hot targets can be made once, and each batch marks its classes in it."""
    hot = np.equal.outer(np.arange(len(input)), target) & (target != self.ignore_index)
    table = getattr(self, "_table", None)
    if table is None or table.shape != hot.shape:
        table = np.zeros(hot.shape, bool)
    self._table = table | hot
    return self._table.astype(input.dtype)


@misconception(
    "nn.BCELoss.evaluate",
    hint="A state with another weight is loaded: which weight does your loss use for the next batch?",
    fails=("BCELoss/test_used_again",),
    source="written by readers of the handout",
)
def weight_is_fitted_once(self, input, target):
    """The weight of BCELoss has to be brought to the input's shape only once for each shape."""
    if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
        raise ValueError("input and target of BCELoss must lie between 0 and 1")
    with np.errstate(divide="ignore"):
        if_yes, if_no = np.minimum(-np.log(input), 100), np.minimum(-np.log1p(-input), 100)
    if getattr(self, "_fitted", np.zeros(0)).shape != input.shape or not input.shape:
        self._fitted = _fit(self.weight, input.astype(float)).copy()
    weight = self._fitted.astype(input.dtype)
    slopes = (input - target) / np.maximum(input * (1 - input), 1e-12)
    return weight * (target * if_yes + (1 - target) * if_no), weight * slopes


@misconception(
    "nn.BCEWithLogitsLoss.evaluate",
    hint="A state with another weight is loaded: which weight does your loss use for the next batch?",
    fails=("BCEWithLogitsLoss/test_used_again",),
    source="written by readers of the handout",
)
def weights_of_logits_are_fitted_once(self, input, target):
    """The weights of BCEWithLogitsLoss have to be brought to the input's shape only once for each shape."""
    if getattr(self, "_fitted", np.zeros((2, 0))).shape[1:] != input.shape or not input.shape:
        self._fitted = np.stack([_fit(weight, input.astype(float)) for weight in (self.weight, self.pos_weight)])
    weight, pos_weight = self._fitted.astype(input.dtype)
    yes, no = weight * pos_weight * target, weight * (1 - target)
    if_yes, if_no = np.logaddexp(0, -input), np.logaddexp(0, input)
    return yes * if_yes + no * if_no, no * np.exp(-if_yes) - yes * np.exp(-if_no)


@misconception(
    "nn.BCEWithLogitsLoss.__init__",
    hint="Which names does the state_dict of your loss have, and which of its arrays can be loaded?",
    fails=("BCEWithLogitsLoss/test_used_again",),
    source="written by readers of the handout",
)
def pos_weight_is_a_plain_attribute(self, weight=None, pos_weight=None, *, reduction="mean"):
    """An array that is no parameter, as pos_weight, is kept as an attribute like any other."""
    super().__init__(reduction=reduction)
    self.register_buffer("weight", weight)
    self.pos_weight = pos_weight


@misconception(
    "nn.BCELoss.__init__",
    hint="How many digits of a weight of 0.1 are left in your buffer, and how many has the input?",
    fails=("BCELoss/test_kinds_of_number",),
    source="written by readers of the handout",
)
def weight_is_kept_in_float32(self, weight=None, *, reduction="mean"):
    """The weight of BCELoss is kept in float32, the dtype of deep learning."""
    super().__init__(reduction=reduction)
    self.register_buffer("weight", None if weight is None else np.asarray(weight, np.float32))


@misconception(
    "nn.loss.ClassLoss.__init__",
    hint="How many digits of a class weight of 0.1 are left in your buffer, and how many has the input?",
    fails=(
        "CrossEntropyLoss/test_kinds_of_number",
        "MultiMarginLoss/test_kinds_of_number",
        "NLLLoss/test_kinds_of_number",
    ),
    source="written by readers of the handout",
)
def class_weights_are_kept_in_float32(self, weight=None, ignore_index=-100, *, reduction="mean"):
    """Class weights are kept in float32, the dtype of deep learning."""
    super().__init__(reduction=reduction)
    self.register_buffer("weight", None if weight is None else np.asarray(weight, np.float32))
    self.ignore_index = ignore_index


@misconception(
    "nn.loss.Loss.prepare",
    hint="For x.T, in which order do your elements come, and in which those of a target that is not transposed?",
    fails=(
        "BCELoss/test_memory",
        "BCEWithLogitsLoss/test_memory",
        "HuberLoss/test_memory",
        "KLDivLoss/test_memory",
        "L1Loss/test_memory",
        "MSELoss/test_memory",
        "SmoothL1Loss/test_memory",
    ),
    source="written by readers of the handout",
)
def memory_has_the_order_of_the_elements(self, input, target):
    """Input and target may be flattened in the order in which they lie in memory."""
    check_shape("target", target.shape, input.shape)
    input, target = (array.ravel(order="K").reshape(array.shape) for array in (input, target))
    return input, target.astype(input.dtype, copy=False)
