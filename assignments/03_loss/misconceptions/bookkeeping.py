"""What people believe about types, shapes, memory and errors of every loss."""

import numpy as np

from grader.assignment import misconception
from reference.nn.loss import Loss
from reference.nn.module import check_shape


@misconception(
    "nn.loss.Loss",
    hint="What is the dtype of float32 minus float64 in NumPy, and which of the two decides according to the handout?",
    fails=(
        "BCELoss/test_kinds_of_number",
        "BCEWithLogitsLoss/test_kinds_of_number",
        "CrossEntropyLoss/test_kinds_of_number",
        "HuberLoss/test_float32",
        "HuberLoss/test_kinds_of_number",
        "KLDivLoss/test_kinds_of_number",
        "L1Loss/test_kinds_of_number",
        "MSELoss/test_kinds_of_number",
        "MultiMarginLoss/test_kinds_of_number",
        "NLLLoss/test_kinds_of_number",
        "SmoothL1Loss/test_kinds_of_number",
    ),
    source="folklore",
)
class numpy_chooses_the_dtype:
    """Results have the dtype that NumPy finds for input, target and weights together."""

    def prepare(self, input, target):
        check_shape("target", target.shape, input.shape)
        return input, target

    def forward(self, input, target):
        input, target = self.prepare(np.asarray(input), np.asarray(target))
        values, slopes = self.evaluate(input, target)
        divisor = self.count(input, target) if "mean" in self.reduction else 1
        self.save_for_backward(slopes, target.shape, divisor, values.dtype)
        return values if self.reduction == "none" else float(values.sum() / (divisor or np.nan))


@misconception(
    "nn.loss.Loss.backward",
    hint="If x is float32 and dy happens to be float64, which dtype does the layer before this one expect?",
    fails=(
        "BCELoss/test_kinds_of_number",
        "BCEWithLogitsLoss/test_kinds_of_number",
        "CrossEntropyLoss/test_kinds_of_number",
        "HuberLoss/test_float32",
        "HuberLoss/test_kinds_of_number",
        "KLDivLoss/test_kinds_of_number",
        "L1Loss/test_kinds_of_number",
        "MSELoss/test_kinds_of_number",
        "MultiMarginLoss/test_kinds_of_number",
        "NLLLoss/test_kinds_of_number",
        "SmoothL1Loss/test_kinds_of_number",
    ),
    source="folklore",
)
def dy_decides_the_dtype(self, dy=None):
    """The gradient has the dtype of the product with dy, whatever the dtype of the input."""
    slopes, shape, divisor, _ = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('a loss with reduction="none" needs backward(dy)')
    dy = np.asarray(1.0 if dy is None else dy)
    check_shape("dy", dy.shape, shape if self.reduction == "none" else ())
    return dy / (divisor or 1) * slopes


@misconception(
    "nn.loss.Loss.forward",
    hint="What does `type(loss)` say for a float32 input?",
    fails=(
        "BCELoss/test_kinds_of_number",
        "BCEWithLogitsLoss/test_kinds_of_number",
        "CrossEntropyLoss/test_kinds_of_number",
        "HuberLoss/test_float32",
        "HuberLoss/test_kinds_of_number",
        "KLDivLoss/test_kinds_of_number",
        "L1Loss/test_kinds_of_number",
        "MSELoss/test_kinds_of_number",
        "MultiMarginLoss/test_kinds_of_number",
        "NLLLoss/test_kinds_of_number",
        "SmoothL1Loss/test_kinds_of_number",
    ),
    source="folklore",
)
def scalar_stays_a_numpy_number(self, input, target):
    """A mean or sum is what NumPy returns for it, a number with the dtype of the input."""
    input, target = self.prepare(np.asarray(input), np.asarray(target))
    values, slopes = self.evaluate(input, target)
    divisor = self.count(input, target) if "mean" in self.reduction else 1
    self.save_for_backward(slopes, target.shape, divisor, input.dtype)
    if self.reduction == "none":
        return np.asarray(values, dtype=input.dtype)
    return values.sum() / input.dtype.type(divisor or np.nan)


@misconception(
    "nn.loss.Loss.backward",
    hint="Call backward(2.0) twice after one forward: why does the second gradient differ from the first?",
    fails=(
        "BCELoss/test_memory",
        "BCELoss/test_used_again",
        "BCEWithLogitsLoss/test_memory",
        "BCEWithLogitsLoss/test_used_again",
        "CrossEntropyLoss/test_memory",
        "CrossEntropyLoss/test_used_again",
        "HuberLoss/test_memory",
        "HuberLoss/test_used_again",
        "KLDivLoss/test_memory",
        "KLDivLoss/test_used_again",
        "L1Loss/test_memory",
        "L1Loss/test_used_again",
        "MSELoss/test_last_forward_counts",
        "MSELoss/test_memory",
        "MSELoss/test_used_again",
        "MultiMarginLoss/test_memory",
        "MultiMarginLoss/test_used_again",
        "NLLLoss/test_memory",
        "NLLLoss/test_used_again",
        "SmoothL1Loss/test_memory",
        "SmoothL1Loss/test_used_again",
    ),
    source="folklore (`self.grad *= dy; return self.grad`)",
)
def kept_slopes_are_scaled(self, dy=None):
    """What was kept for backward may be multiplied by dy in place, as it is needed only once."""
    slopes, shape, divisor, dtype = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('a loss with reduction="none" needs backward(dy)')
    dy = np.asarray(1.0 if dy is None else dy)
    check_shape("dy", dy.shape, shape if self.reduction == "none" else ())
    slopes *= dy / (divisor or 1)
    return np.array(slopes, dtype=dtype)


@misconception(
    "nn.loss.Loss.prepare",
    hint="What shape does the difference of an array of shape (4, 1) and one of shape (4,) have?",
    fails=(
        "BCELoss/test_refuses",
        "BCEWithLogitsLoss/test_refuses",
        "HuberLoss/test_refuses",
        "KLDivLoss/test_refuses",
        "L1Loss/test_refuses",
        "MSELoss/test_refuses",
        "SmoothL1Loss/test_refuses",
    ),
    convention="This is the form in which PyTorch's MSELoss broadcasts, with a warning;"
    " the contract asks for equal shapes.",
    source="pytorch/pytorch issues #4938, #16045; LAMDA-Tabular/TALENT PR #92",
)
def target_may_broadcast(self, input, target):
    """Input and target fit if NumPy can broadcast them."""
    return input, np.broadcast_to(target, np.broadcast_shapes(input.shape, target.shape)).astype(
        input.dtype, copy=False
    )


@misconception(
    "nn.loss.Loss.backward",
    hint="Which shape did forward return, and what would a dy with one number for each column be the gradient of?",
    fails=(
        "BCELoss/test_refuses",
        "BCEWithLogitsLoss/test_refuses",
        "CrossEntropyLoss/test_refuses",
        "HuberLoss/test_refuses",
        "KLDivLoss/test_refuses",
        "L1Loss/test_refuses",
        "MSELoss/test_refuses",
        "MultiMarginLoss/test_refuses",
        "NLLLoss/test_refuses",
        "SmoothL1Loss/test_refuses",
    ),
    source="folklore",
)
def dy_may_broadcast(self, dy=None):
    """Any dy fits that NumPy can multiply with the slopes."""
    slopes, _, divisor, dtype = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('a loss with reduction="none" needs backward(dy)')
    return np.asarray(np.asarray(1.0 if dy is None else dy) / (divisor or 1) * slopes, dtype=dtype)


@misconception(
    "nn.loss.Loss.backward",
    hint='For "mean", dy = 1 is the derivative of a number by itself; which number would that be for an array of'
    " values?",
    fails=(
        "BCELoss/test_refuses",
        "BCEWithLogitsLoss/test_refuses",
        "CrossEntropyLoss/test_refuses",
        "HuberLoss/test_refuses",
        "KLDivLoss/test_refuses",
        "L1Loss/test_refuses",
        "MSELoss/test_refuses",
        "MultiMarginLoss/test_refuses",
        "NLLLoss/test_refuses",
        "SmoothL1Loss/test_refuses",
    ),
    source="folklore",
)
def missing_dy_is_an_array_of_ones(self, dy=None):
    """A dy that is left out stands for ones, whatever the reduction."""
    slopes, shape, divisor, dtype = self.saved_values
    wanted = shape if self.reduction == "none" else ()
    dy = np.ones(wanted) if dy is None else np.asarray(dy)
    check_shape("dy", dy.shape, wanted)
    return np.asarray(dy / (divisor or 1) * slopes, dtype=dtype)


@misconception(
    "nn.loss.Loss",
    hint="What does somebody see who calls backward first, and would they know from it what to do?",
    fails=(
        "BCELoss/test_refuses",
        "BCEWithLogitsLoss/test_refuses",
        "CrossEntropyLoss/test_refuses",
        "HuberLoss/test_refuses",
        "KLDivLoss/test_refuses",
        "L1Loss/test_refuses",
        "MSELoss/test_refuses",
        "MultiMarginLoss/test_refuses",
        "NLLLoss/test_refuses",
        "SmoothL1Loss/test_refuses",
    ),
    source="folklore",
)
class attribute_error_says_enough:
    """A backward before any forward needs no care: the missing attribute is an error anyway."""

    def save_for_backward(self, *values):
        self.kept = values

    @property
    def saved_values(self):
        return self.kept


@misconception(
    "nn.loss.Loss",
    hint="When would you like to hear about a misspelt reduction: as you write it, or after an hour of loading data?",
    fails=(
        "BCELoss/test_refuses",
        "BCEWithLogitsLoss/test_refuses",
        "CrossEntropyLoss/test_refuses",
        "HuberLoss/test_refuses",
        "KLDivLoss/test_refuses",
        "L1Loss/test_refuses",
        "MSELoss/test_refuses",
        "MSELoss/test_unknown_reduction",
        "MultiMarginLoss/test_refuses",
        "NLLLoss/test_refuses",
        "SmoothL1Loss/test_refuses",
    ),
    source="folklore",
)
class reduction_is_looked_at_in_forward:
    """An unknown reduction is found by forward, when it is needed."""

    def __init__(self, *, reduction="mean"):
        self.reduction = reduction

    def forward(self, input, target):
        input, target = self.prepare(np.asarray(input), np.asarray(target))
        values, slopes = self.evaluate(input, target)
        divisor = self.count(input, target) if "mean" in self.reduction else 1
        self.save_for_backward(slopes, target.shape, divisor, input.dtype)
        if self.reduction == "none":
            return np.asarray(values, dtype=input.dtype)
        if self.reduction not in self.reductions:
            raise ValueError(f"unknown reduction {self.reduction!r}")
        return float(values.sum() / (divisor or np.nan))


@misconception(
    "nn.loss.Loss",
    hint='What would "batchmean" divide a squared error by, and does the handout list it for that loss?',
    fails=(
        "BCELoss/test_refuses",
        "BCEWithLogitsLoss/test_refuses",
        "CrossEntropyLoss/test_refuses",
        "HuberLoss/test_refuses",
        "L1Loss/test_refuses",
        "MSELoss/test_refuses",
        "MSELoss/test_unknown_reduction",
        "MultiMarginLoss/test_refuses",
        "NLLLoss/test_refuses",
        "SmoothL1Loss/test_refuses",
    ),
    source="folklore",
)
class every_loss_knows_batchmean:
    """The reductions are the same four in every loss: "none", "mean", "sum" and "batchmean"."""

    reductions = ("none", "mean", "sum", "batchmean")


@misconception(
    "nn.loss.Loss.forward",
    hint="What does `type(loss)` say, and what does the page on conventions?",
    fails=(
        "BCELoss/test_kinds_of_number",
        "BCEWithLogitsLoss/test_kinds_of_number",
        "CrossEntropyLoss/test_kinds_of_number",
        "HuberLoss/test_float32",
        "HuberLoss/test_kinds_of_number",
        "KLDivLoss/test_kinds_of_number",
        "L1Loss/test_kinds_of_number",
        "MSELoss/test_kinds_of_number",
        "MultiMarginLoss/test_kinds_of_number",
        "NLLLoss/test_kinds_of_number",
        "SmoothL1Loss/test_kinds_of_number",
    ),
    source="folklore (`return np.asarray(values.mean())`)",
)
def number_is_an_array_without_dimensions(self, input, target):
    """A mean or sum is an array like all results, one without dimensions."""
    input, target = self.prepare(np.asarray(input), np.asarray(target))
    values, slopes = self.evaluate(input, target)
    divisor = self.count(input, target) if "mean" in self.reduction else 1
    self.save_for_backward(slopes, target.shape, divisor, input.dtype)
    if self.reduction == "none":
        return np.asarray(values, dtype=input.dtype)
    return np.asarray(values.sum() / (divisor or np.nan), dtype=input.dtype)


@misconception(
    "nn.loss.Loss.forward",
    hint='With reduction="none" and an input without dimensions, what is `type(y)`?',
    fails=(
        "BCELoss/test_kinds_of_number",
        "BCEWithLogitsLoss/test_kinds_of_number",
        "CrossEntropyLoss/test_kinds_of_number",
        "HuberLoss/test_kinds_of_number",
        "KLDivLoss/test_kinds_of_number",
        "L1Loss/test_kinds_of_number",
        "MSELoss/test_kinds_of_number",
        "MultiMarginLoss/test_kinds_of_number",
        "NLLLoss/test_kinds_of_number",
        "SmoothL1Loss/test_kinds_of_number",
    ),
    source="written by readers of the handout",
)
def single_value_is_a_number(self, input, target):
    """A single value is a number, also if nothing is reduced."""
    input, target = self.prepare(np.asarray(input), np.asarray(target))
    values, slopes = self.evaluate(input, target)
    divisor = self.count(input, target) if "mean" in self.reduction else 1
    self.save_for_backward(slopes, target.shape, divisor, input.dtype)
    if self.reduction == "none":
        return np.asarray(values, dtype=input.dtype)[()]
    return float(values.sum() / (divisor or np.nan))


@misconception(
    "nn.KLDivLoss.__init__",
    hint='Make a KLDivLoss, and then an MSELoss with "batchmean": which list do both look into?',
    fails=(
        "BCELoss/test_refuses",
        "BCEWithLogitsLoss/test_refuses",
        "CrossEntropyLoss/test_refuses",
        "HuberLoss/test_refuses",
        "L1Loss/test_refuses",
        "MSELoss/test_refuses",
        "MultiMarginLoss/test_refuses",
        "NLLLoss/test_refuses",
        "SmoothL1Loss/test_refuses",
    ),
    source="written by readers of the handout",
)
def list_of_reductions_is_shared(self, log_target=False, *, reduction="mean"):
    """KLDivLoss may add its "batchmean" to the reductions that all losses look into."""
    Loss.reductions = (*Loss.reductions, "batchmean")
    super().__init__(reduction=reduction)
    self.log_target = log_target
