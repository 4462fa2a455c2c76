"""Array tricks: `einsum` adds, the mean is a matrix product, and backward multiplies by the whole Jacobian of a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def _centring(n: int) -> np.ndarray:
    """The matrix that subtracts the mean."""
    return np.eye(n) - 1 / n


def _projected(rows: np.ndarray, matrix: np.ndarray, eps: float) -> tuple[np.ndarray, np.ndarray]:
    """z and the inverse root of each row, for z = matrix x / sqrt(|matrix x|^2 / n + eps)."""
    moved = np.einsum("ij,rj->ri", matrix, rows)
    inverse = np.reciprocal(np.sqrt(np.einsum("ri,ri->r", moved, moved) / rows.shape[1] + eps))
    return np.einsum("ri,r->ri", moved, inverse), inverse


def _jacobian_product(d_normal: np.ndarray, normal: np.ndarray, inverse: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    outer = np.einsum("ri,rk->rik", normal, normal) / normal.shape[1]
    jacobian = np.einsum("r,rik->rik", inverse, matrix - outer)
    return np.einsum("ri,rik->rk", d_normal, jacobian)


class _Rows(Module):
    """Rows of `size` numbers each, with what multiplies and what is added to them."""

    matrix: np.ndarray

    def _forward(self, x: np.ndarray, size: int, eps: float) -> tuple[np.ndarray, np.ndarray]:
        rows = x.reshape(x.size // size, size)
        return _projected(rows, self.matrix, eps)

    def _backward(self, d_normal: np.ndarray, normal: np.ndarray, inverse: np.ndarray) -> np.ndarray:
        return _jacobian_product(d_normal, normal, inverse, self.matrix)


def _sizes(normalized_shape: int | Sequence[int], eps: float) -> tuple[int, ...]:
    shape = np.shape(np.empty(normalized_shape, dtype=bool)) if np.size(normalized_shape) else ()
    if np.prod(shape, dtype=int) < 1 or not shape or eps < 0:
        raise ValueError(f"normalized_shape {normalized_shape} or eps {eps} is impossible")
    return shape


class LayerNorm(_Rows):
    """Normalise the last dimensions together."""

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True
    ) -> None:
        self.normalized_shape, self.eps = _sizes(normalized_shape, eps), eps
        self.matrix = _centring(int(np.prod(self.normalized_shape)))
        self.weight = Parameter(np.ones(self.normalized_shape)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape)) if elementwise_affine else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Project each row."""
        if x.shape[-len(self.normalized_shape) :] != self.normalized_shape:
            raise ValueError(f"{x.shape} does not end with {self.normalized_shape}")
        normal, inverse = self._forward(x, len(self.matrix), self.eps)
        self.save_for_backward(normal, inverse, x.shape, x.dtype)
        y = normal
        if self.weight is not None and self.bias is not None:
            y = np.einsum("ri,i->ri", normal, self.weight.data.ravel()) + self.bias.data.ravel()
        return y.reshape(x.shape).astype(x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Multiply by the Jacobian of each row."""
        normal, inverse, shape, dtype = self.saved_values
        check_shape("dy", dy.shape, shape)
        slopes = dy.reshape(normal.shape)
        if self.weight is not None and self.bias is not None:
            accumulate_grad(self.weight, np.einsum("ri,ri->i", slopes, normal).reshape(self.weight.shape))
            accumulate_grad(self.bias, np.einsum("ri->i", slopes).reshape(self.bias.shape))
            slopes = np.einsum("ri,i->ri", slopes, self.weight.data.ravel())
        return self._backward(slopes, normal, inverse).reshape(shape).astype(dtype)


class RMSNorm(_Rows):
    """Divide the last dimensions together."""

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-6) -> None:
        self.normalized_shape, self.eps = _sizes(normalized_shape, eps), eps
        self.matrix = np.eye(int(np.prod(self.normalized_shape)))
        self.weight = Parameter(np.ones(self.normalized_shape))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Project each row."""
        if x.shape[-len(self.normalized_shape) :] != self.normalized_shape:
            raise ValueError(f"{x.shape} does not end with {self.normalized_shape}")
        normal, inverse = self._forward(x, len(self.matrix), self.eps)
        self.save_for_backward(normal, inverse, x.shape, x.dtype)
        return np.einsum("ri,i->ri", normal, self.weight.data.ravel()).reshape(x.shape).astype(x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Multiply by the Jacobian of each row."""
        normal, inverse, shape, dtype = self.saved_values
        check_shape("dy", dy.shape, shape)
        slopes = dy.reshape(normal.shape)
        accumulate_grad(self.weight, np.einsum("ri,ri->i", slopes, normal).reshape(self.weight.shape))
        slopes = np.einsum("ri,i->ri", slopes, self.weight.data.ravel())
        return self._backward(slopes, normal, inverse).reshape(shape).astype(dtype)


class GroupNorm(Module):
    """Normalise with a membership matrix: which channel is in which group."""

    def __init__(self, num_groups: int, num_channels: int) -> None:
        if num_groups < 1 or num_channels < 1 or num_channels % num_groups:
            raise ValueError(f"{num_groups} groups of {num_channels} channels are impossible")
        self.members = np.repeat(np.eye(num_groups), num_channels // num_groups, axis=1)
        self.weight = Parameter(np.ones(num_channels))
        self.bias = Parameter(np.zeros(num_channels))

    def _mean(self, x: np.ndarray) -> np.ndarray:
        """The mean of each group, at each of its channels; x has the shape (N, C, M)."""
        sums = np.einsum("gc,ncm->ng", self.members, x) / (self.members[0].sum() * x.shape[2])
        return np.einsum("gc,ng->nc", self.members, sums)[:, :, np.newaxis]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each group."""
        channels = self.members.shape[1]
        if x.shape[1:2] != (channels,):
            raise ValueError(f"{x.shape} does not have {channels} channels")
        flat = x.reshape(*x.shape[:2], int(np.prod(x.shape[2:])))
        if self.members[0].sum() * flat.shape[2] == 1:
            raise ValueError(f"a group of {x.shape} has a single number")
        centred = flat - self._mean(flat)
        inverse = np.reciprocal(np.sqrt(self._mean(np.square(centred)) + 1e-5))
        normal = centred * inverse
        self.save_for_backward(normal, inverse, x.shape, x.dtype)
        y = np.einsum("ncm,c->ncm", normal, self.weight.data) + self.bias.data[:, np.newaxis]
        return y.reshape(x.shape).astype(x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Take away the mean and the part along z."""
        normal, inverse, shape, dtype = self.saved_values
        check_shape("dy", dy.shape, shape)
        slopes = dy.reshape(normal.shape)
        accumulate_grad(self.weight, np.einsum("ncm,ncm->c", slopes, normal))
        accumulate_grad(self.bias, np.einsum("ncm->c", slopes))
        slopes = np.einsum("ncm,c->ncm", slopes, self.weight.data)
        dx = inverse * (slopes - self._mean(slopes) - normal * self._mean(slopes * normal))
        return dx.reshape(shape).astype(dtype)
