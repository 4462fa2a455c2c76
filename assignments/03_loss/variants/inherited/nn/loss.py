"""Losses as a family tree: what a loss is made of says its list of base classes.

What is other here: mixins for what some losses share (an error, weights, a range to stay in), options that check
themselves, and a decorator that sees to dtypes; the losses at the leaves have hardly more than their equation.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .module import Module, check_shape

Array = np.ndarray
Weight = np.ndarray | None


class Option:
    """An attribute that refuses values which it cannot have."""

    def __init__(self, allowed: Callable[[Any, Any], bool], what: str) -> None:
        self.allowed, self.what = allowed, what

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else vars(instance)["_option_" + self.name]

    def __set__(self, instance: Any, value: Any) -> None:
        if not self.allowed(instance, value):
            raise ValueError(f"{self.name} should be {self.what}, not {value!r}")
        vars(instance)["_option_" + self.name] = value


def in_dtype_of_input(method: Callable[..., Array]) -> Callable[..., Array]:
    """Make what a method returns an array in the dtype of its second argument."""

    @wraps(method)
    def wrapped(self: Any, x: Array, *others: Any) -> Array:
        return np.asarray(method(self, x, *others), dtype=x.dtype)

    return wrapped


class Loss(Module):
    """The frame: forward and backward call ``check``, ``value``, ``slope`` and ``count``."""

    reductions: tuple[str, ...] = ("none", "mean", "sum")
    reduction = Option(lambda loss, name: name in loss.reductions, "a reduction that the loss knows")

    def __init__(self, *, reduction: str = "mean") -> None:
        self.reduction = reduction

    @property
    def reduced(self) -> bool:
        return self.reduction != "none"

    def forward(self, input: Array, target: Array) -> float | Array:
        target = self.check(input, target)
        values = self.value(input, target)
        divisor = 1 if self.reduction in ("none", "sum") else self.count(input, target)
        self.save_for_backward(input, target, divisor, values.shape)
        if not self.reduced:
            return values
        return float(values.sum()) / float(divisor) if divisor else float("nan")

    def backward(self, dy: float | Array | None = None) -> Array:
        input, target, divisor, shape = self.saved_values
        if dy is None and not self.reduced:
            raise RuntimeError("backward needs dy: the loss is not reduced to a number")
        dy = np.asarray(1 if dy is None else dy, dtype=input.dtype)
        check_shape("dy", dy.shape, () if self.reduced else shape)
        return self.chain(np.broadcast_to(dy / (divisor or 1), shape), self.slope(input, target))

    @in_dtype_of_input
    def chain(self, dy: Array, slope: Array) -> Array:
        return dy * slope

    def check(self, input: Array, target: Array) -> Array:
        """Return the target as ``value`` and ``slope`` want it."""
        check_shape("target", target.shape, input.shape)
        return target.astype(input.dtype)

    def count(self, input: Array, target: Array) -> float:
        return target.size

    def value(self, x: Array, t: Array) -> Array:
        raise NotImplementedError(f"{type(self).__name__}.value")

    def slope(self, x: Array, t: Array) -> Array:
        raise NotImplementedError(f"{type(self).__name__}.slope")


class ErrorLoss(Loss):
    """A function rho of the error alone."""

    @in_dtype_of_input
    def value(self, x: Array, t: Array) -> Array:
        return self.rho(np.abs(x - t))

    @in_dtype_of_input
    def slope(self, x: Array, t: Array) -> Array:
        return np.sign(x - t) * self.rho_slope(np.abs(x - t))


class MSELoss(ErrorLoss):
    def rho(self, e: Array) -> Array:
        return e**2

    def rho_slope(self, e: Array) -> Array:
        return 2 * e


class L1Loss(ErrorLoss):
    def rho(self, e: Array) -> Array:
        return e

    def rho_slope(self, e: Array) -> Array:
        return np.ones_like(e)


class HuberLoss(ErrorLoss):
    delta = Option(lambda _, value: value > 0, "above 0")

    def __init__(self, delta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def rho(self, e: Array) -> Array:
        return np.where(e <= self.delta, e**2 / 2, self.delta * (e - self.delta / 2))

    def rho_slope(self, e: Array) -> Array:
        return np.minimum(e, self.delta)


class SmoothL1Loss(HuberLoss):
    """Huber's loss divided by its border, which becomes the absolute error at a border of 0."""

    delta = Option(lambda _, value: value >= 0, "at least 0")

    def __init__(self, beta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(beta, reduction=reduction)

    def rho(self, e: Array) -> Array:
        return super().rho(e) / self.delta if self.delta else e

    def rho_slope(self, e: Array) -> Array:
        return super().rho_slope(e) / self.delta if self.delta else np.ones_like(e)


class Weighted(Loss):
    """Values and slopes times a weight that broadcasts to the input."""

    def __init__(self, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    @staticmethod
    def fitted(weight: Weight, x: Array) -> Array:
        return np.broadcast_to(np.asarray(1 if weight is None else weight, dtype=x.dtype), x.shape)

    @in_dtype_of_input
    def value(self, x: Array, t: Array) -> Array:
        return self.fitted(self.weight, x) * self.plain_value(x, t)

    @in_dtype_of_input
    def slope(self, x: Array, t: Array) -> Array:
        return self.fitted(self.weight, x) * self.plain_slope(x, t)


class OnProbabilities(Loss):
    """Insists on an input and a target in [0, 1]."""

    def check(self, input: Array, target: Array) -> Array:
        target = super().check(input, target)
        for name, array in {"input": input, "target": target}.items():
            if np.any(array < 0) or np.any(array > 1):
                raise ValueError(f"{name} has numbers that are no probabilities: they are outside [0, 1]")
        return target


class BCELoss(OnProbabilities, Weighted):
    @staticmethod
    def log(p: Array, function: Callable[[Array], Array]) -> Array:
        with np.errstate(divide="ignore"):
            return np.maximum(function(p), -100)

    def plain_value(self, x: Array, t: Array) -> Array:
        return (t - 1) * self.log(-x, np.log1p) - t * self.log(x, np.log)

    def plain_slope(self, x: Array, t: Array) -> Array:
        return (x - t) / np.maximum(x * (1 - x), 1e-12)


class BCEWithLogitsLoss(Weighted):
    def __init__(self, weight: Weight = None, pos_weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, reduction=reduction)
        self.register_buffer("pos_weight", pos_weight)

    def shares(self, x: Array, t: Array) -> tuple[Array, Array]:
        """Return how much a yes and a no count."""
        return self.fitted(self.pos_weight, x) * t, 1 - t

    def plain_value(self, x: Array, t: Array) -> Array:
        yes, no = self.shares(x, t)
        return yes * np.logaddexp(0, -x) + no * np.logaddexp(0, x)

    def plain_slope(self, x: Array, t: Array) -> Array:
        yes, no = self.shares(x, t)
        return no * np.exp(-np.logaddexp(0, -x)) - yes * np.exp(-np.logaddexp(0, x))


class KLDivLoss(Loss):
    reductions = (*Loss.reductions, "batchmean")

    def __init__(self, log_target: bool = False, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def count(self, input: Array, target: Array) -> float:
        return len(input) if self.reduction == "batchmean" else super().count(input, target)

    @in_dtype_of_input
    def value(self, x: Array, t: Array) -> Array:
        if self.log_target:
            return np.exp(t) * (t - x)
        return np.where(t > 0, t * (np.log(np.where(t > 0, t, 1)) - x), 0)

    @in_dtype_of_input
    def slope(self, x: Array, t: Array) -> Array:
        return -np.exp(t) if self.log_target else -t


class ClassLoss(Loss):
    """Losses with the classes in the last dimension; ``value`` and ``slope`` turn it there and back."""

    def __init__(self, weight: Weight = None, ignore_index: int | None = -100, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    @staticmethod
    def axis(x: Array) -> int:
        return 1 if x.ndim > 1 else 0

    def check(self, input: Array, target: Array) -> Array:
        if not input.shape:
            raise ValueError("input has shape (), without a dimension for the classes")
        check_shape("target", target.shape, tuple(np.delete(input.shape, self.axis(input)).tolist()))
        if target.dtype.kind not in "iu":
            raise ValueError(f"target has dtype {target.dtype}, but classes are integers")
        classes = input.shape[self.axis(input)]
        if self.weight is not None:
            check_shape("weight", np.shape(self.weight), (classes,))
        ignored = np.zeros(target.shape, dtype=bool) if self.ignore_index is None else target == self.ignore_index
        if not np.all(ignored | ((target >= 0) & (target < classes))):
            raise IndexError(f"target has a class that is none of 0 ... {classes - 1}")
        return np.where(ignored, -1, target.astype(np.int64))

    def parts(self, x: Array, t: Array) -> tuple[Array, Array, Array]:
        """Return scores, one-hot targets and the weights of the classes, all with the classes last."""
        scores = np.moveaxis(x, self.axis(x), -1)
        hot = np.equal(t[..., None], np.arange(scores.shape[-1])).astype(x.dtype)
        weights = np.ones(scores.shape[-1]) if self.weight is None else self.weight
        return scores, hot, np.asarray(weights, dtype=x.dtype)

    @in_dtype_of_input
    def value(self, x: Array, t: Array) -> Array:
        return self.class_value(*self.parts(x, t))

    @in_dtype_of_input
    def slope(self, x: Array, t: Array) -> Array:
        return np.moveaxis(self.class_slope(*self.parts(x, t)), -1, self.axis(x))

    def chain(self, dy: Array, slope: Array) -> Array:
        return super().chain(np.expand_dims(dy, self.axis(slope)), slope)


class NLLLoss(ClassLoss):
    label_smoothing: float = 0.0

    def count(self, input: Array, target: Array) -> float:
        _, hot, weights = self.parts(input, target)
        return (hot @ weights).sum()

    def shares(self, hot: Array, weights: Array) -> Array:
        """Return how much the log-probability of each class counts."""
        even = hot.sum(axis=-1, keepdims=True) / hot.shape[-1]  # 0 for what is ignored
        return weights * (hot + self.label_smoothing * (even - hot))

    def class_value(self, scores: Array, hot: Array, weights: Array) -> Array:
        # not a product with all log-probabilities: 0 times a large one is fine, but one that is -inf would be NaN
        counted = self.shares(hot, weights)
        return -np.where(counted != 0, counted * self.log_p(scores), 0).sum(axis=-1)

    def class_slope(self, scores: Array, hot: Array, weights: Array) -> Array:
        return -self.shares(hot, weights)

    def log_p(self, scores: Array) -> Array:
        return scores


class CrossEntropyLoss(NLLLoss):
    label_smoothing = Option(lambda _, value: 0 <= value <= 1, "in [0, 1]")

    def __init__(
        self,
        weight: Weight = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        *,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, ignore_index, reduction=reduction)
        self.label_smoothing = label_smoothing

    def log_p(self, scores: Array) -> Array:
        shifted = scores - scores.max(axis=-1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))

    def class_slope(self, scores: Array, hot: Array, weights: Array) -> Array:
        upstream = super().class_slope(scores, hot, weights)
        return upstream - np.exp(self.log_p(scores)) * upstream.sum(axis=-1, keepdims=True)


class MultiMarginLoss(ClassLoss):
    p = Option(lambda _, value: value in (1, 2), "1 or 2")

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, None, reduction=reduction)
        self.p = p
        self.margin = margin

    def violations(self, scores: Array, hot: Array) -> Array:
        own = (scores * hot).sum(axis=-1, keepdims=True)
        return (1 - hot) * np.maximum(self.margin - own + scores, 0)

    def class_value(self, scores: Array, hot: Array, weights: Array) -> Array:
        return hot @ weights * (self.violations(scores, hot) ** self.p).mean(axis=-1)

    def class_slope(self, scores: Array, hot: Array, weights: Array) -> Array:
        h = self.violations(scores, hot)
        each = (h > 0) * self.p * h ** (self.p - 1) * (hot @ weights)[..., None] / hot.shape[-1]
        return each - hot * each.sum(axis=-1, keepdims=True)
