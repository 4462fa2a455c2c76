from grader.assignment import misconception
@misconception("nn.HuberLoss", hint="?", fails=("HuberLoss/test_values",))
class delta_unchecked:
    """x"""
    def __init__(self, delta=1.0, *, reduction="mean"):
        super().__init__(reduction=reduction)
        self.delta = delta
@misconception("nn.loss.ClassLoss", hint="?", fails=("HuberLoss/test_values",))
class weight_attr:
    """x"""
    def __init__(self, weight=None, ignore_index=-100, *, reduction="mean"):
        super().__init__(reduction=reduction)
        self.weight = weight
        self.ignore_index = ignore_index
@misconception("nn.loss.ClassLoss.prepare", hint="?", fails=("HuberLoss/test_values",))
def weight_shape_unchecked(self, input, target):
    """x"""
    scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
    check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
    if not np.issubdtype(target.dtype, np.integer):
        raise ValueError(f"target must hold integers, got {target.dtype}")
    wrong = ((target < 0) | (target >= len(scores))) & (target != self.ignore_index)
    if wrong.any():
        raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
    return scores, target
@misconception("nn.loss.Loss.backward", hint="?", fails=("HuberLoss/test_values",))
def gradient_is_handed_out(self, dy=None):
    """x"""
    slopes, shape, divisor, dtype = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('a loss with reduction="none" needs backward(dy)')
    if dy is None:
        grad = slopes if divisor in (0, 1) else slopes / divisor
        self.save_for_backward(grad, shape, 1, dtype)
        return np.asarray(grad, dtype=dtype)
    dy = np.asarray(dy)
    check_shape("dy", dy.shape, shape if self.reduction == "none" else ())
    return np.asarray(dy / (divisor or 1) * slopes, dtype=dtype)
@misconception("nn.L1Loss.evaluate", hint="?", fails=("HuberLoss/test_values",))
def rt(self, input, target):
    """x"""
    if input.ndim > 2: raise ValueError("2-D only")
    return np.abs(input - target), np.sign(input - target)
@misconception("nn.MultiMarginLoss", hint="?", fails=("HuberLoss/test_values",))
class mm_single:
    """x"""
    def prepare(self, input, target):
        if input.ndim == 1:
            raise ValueError("x")
        return super().prepare(input, target)
@misconception("nn.MSELoss", hint="?", fails=("HuberLoss/test_values",))
class mse_0d:
    """x"""
    def prepare(self, input, target):
        if input.ndim == 0:
            raise ValueError("x")
        return super().prepare(input, target)
@misconception("nn.BCELoss", hint="?", fails=("HuberLoss/test_values",))
class bce_weight_misfit:
    """x"""
    def evaluate(self, input, target):
        w = self.weight
        if w is not None and np.shape(w) != input.shape[-np.ndim(w):]:
            raise RuntimeError("x")
        return super().evaluate(input, target) if False else self._ev(input, target)
    def _ev(self, input, target):
        if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
            raise ValueError("input and target of BCELoss must lie between 0 and 1")
        with np.errstate(divide="ignore"):
            if_yes, if_no = np.minimum(-np.log(input), 100), np.minimum(-np.log1p(-input), 100)
        weight = _fit(self.weight, input)
        slopes = (input - target) / np.maximum(input * (1 - input), 1e-12)
        return weight * (target * if_yes + (1 - target) * if_no), weight * slopes
