"""PyTorch's own losses behind our interface; autograd is the backward.

What is other here: nothing is computed by us. Errors, and the refusal to broadcast, are ours: PyTorch
accepts more.
"""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that PyTorch's documentation gives it

from .module import Module, check_shape

Array = np.ndarray
Weight = np.ndarray | None


def tensor(array: Array, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Copy an array, whatever its byte order and memory layout, into a tensor."""
    array = np.asarray(array)
    return torch.tensor(array.astype(array.dtype.newbyteorder("="), order="C"), dtype=dtype)


class Loss(Module):
    """Run ``torch_loss`` on leaves of a graph, and keep the graph."""

    reductions: tuple[str, ...] = ("none", "mean", "sum")

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"{reduction} is not a reduction of {type(self).__name__}")
        self.reduction = reduction

    def forward(self, input: Array, target: Array) -> float | Array:
        self.check(input, target)
        x = tensor(input).requires_grad_()
        y = self.torch_loss(x, self.torch_target(target, x))
        self.save_for_backward(x, y)
        return y.item() if self.reduction != "none" else np.array(y.detach().numpy())

    def backward(self, dy: float | Array | None = None) -> Array:
        x, y = self.saved_values
        if dy is None and self.reduction == "none":
            raise RuntimeError("dy is missing; grad can be implicitly created only for scalar outputs")
        dy = tensor(1.0 if dy is None else dy, y.dtype)
        check_shape("dy", tuple(dy.shape), tuple(y.shape))
        [dx] = torch.autograd.grad(y, x, dy, retain_graph=True)
        return np.array(dx.numpy())

    def check(self, input: Array, target: Array) -> None:
        check_shape("target", target.shape, input.shape)

    def torch_target(self, target: Array, x: torch.Tensor) -> torch.Tensor:
        return tensor(target, x.dtype)

    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError(f"{type(self).__name__}.torch_loss")


class MSELoss(Loss):
    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return F.mse_loss(x, t, reduction=self.reduction)


class L1Loss(Loss):
    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return F.l1_loss(x, t, reduction=self.reduction)


class SmoothL1Loss(Loss):
    def __init__(self, beta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if beta < 0:
            raise ValueError(f"beta is {beta}, below 0")
        self.beta = beta

    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return F.smooth_l1_loss(x, t, beta=self.beta, reduction=self.reduction)


class HuberLoss(Loss):
    def __init__(self, delta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if delta <= 0:
            raise ValueError(f"delta is {delta}, not above 0")
        self.delta = delta

    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return F.huber_loss(x, t, delta=self.delta, reduction=self.reduction)


class BinaryLoss(Loss):
    """What has weights that broadcast to the input."""

    def fitted(self, weight: Weight, x: torch.Tensor) -> torch.Tensor | None:
        return None if weight is None else tensor(np.broadcast_to(weight, tuple(x.shape)), x.dtype)


class Guarded(torch.autograd.Function):
    """Nothing, forward; backward, correct PyTorch's smallest p (1 - p), which is 1e-12 rounded to float32."""

    @staticmethod
    def forward(ctx, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return x.clone()

    @staticmethod
    def backward(ctx, dy: torch.Tensor) -> torch.Tensor:
        [x] = ctx.saved_tensors
        product = x * (1 - x)
        rounded = torch.tensor(1e-12, dtype=torch.float32).to(x.dtype)
        return dy * product.clamp(min=rounded) / product.clamp(min=1e-12)


class BCELoss(BinaryLoss):
    def __init__(self, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def check(self, input: Array, target: Array) -> None:
        super().check(input, target)
        for name, array in (("input", input), ("target", target)):
            if ((array < 0) | (array > 1)).any():
                raise ValueError(f"all elements of {name} should be between 0 and 1")

    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return F.binary_cross_entropy(Guarded.apply(x), t, self.fitted(self.weight, x), reduction=self.reduction)


class BCEWithLogitsLoss(BinaryLoss):
    def __init__(self, weight: Weight = None, pos_weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        weight, pos_weight = self.fitted(self.weight, x), self.fitted(self.pos_weight, x)
        return F.binary_cross_entropy_with_logits(x, t, weight, reduction=self.reduction, pos_weight=pos_weight)


class KLDivLoss(Loss):
    reductions = ("none", "mean", "sum", "batchmean")

    def __init__(self, log_target: bool = False, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        if self.reduction == "mean":  # kl_div warns that this is no divergence
            return F.kl_div(x, t, reduction="none", log_target=self.log_target).mean()
        return F.kl_div(x, t, reduction=self.reduction, log_target=self.log_target)


class ClassLoss(Loss):
    def __init__(self, weight: Weight = None, ignore_index: int | None = -100, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def check(self, input: Array, target: Array) -> None:
        if input.ndim == 0:
            raise ValueError("input has shape (), which leaves no dimension for the classes")
        axis = min(1, input.ndim - 1)
        check_shape("target", target.shape, input.shape[:axis] + input.shape[axis + 1 :])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"expected integers as a target, but got {target.dtype}")
        if self.weight is not None:
            check_shape("weight", np.shape(self.weight), (input.shape[axis],))
        classes = [t for t in target.ravel().tolist() if t != self.ignore_index]
        if any(not 0 <= t < input.shape[axis] for t in classes):
            raise IndexError(f"a target is out of bounds for {input.shape[axis]} classes")

    def torch_target(self, target: Array, x: torch.Tensor) -> torch.Tensor:
        return tensor(target, torch.int64)

    def class_weights(self, x: torch.Tensor) -> torch.Tensor | None:
        return None if self.weight is None else tensor(self.weight, x.dtype)


class NLLLoss(ClassLoss):
    label_smoothing: float = 0.0

    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return F.nll_loss(x, t, self.class_weights(x), ignore_index=self.ignore_index, reduction=self.reduction)


class CrossEntropyLoss(NLLLoss):
    def __init__(
        self,
        weight: Weight = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        *,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, ignore_index, reduction=reduction)
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"label_smoothing must be between 0 and 1, got {label_smoothing}")
        self.label_smoothing = label_smoothing

    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(
            x,
            t,
            self.class_weights(x),
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class MultiMarginLoss(ClassLoss):
    def __init__(self, p: int = 1, margin: float = 1.0, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, None, reduction=reduction)
        if p not in (1, 2):
            raise ValueError(f"p is {p}, but only 1 and 2 are supported")
        self.p = p
        self.margin = margin

    def torch_loss(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return F.multi_margin_loss(x, t, self.p, self.margin, self.class_weights(x), reduction=self.reduction)
