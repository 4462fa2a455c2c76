"""Clipping: limit how large the gradients may be before an optimizer uses them.

Both functions take the parameters as any iterable, or a single Parameter, leave out those whose
gradient is None, and change the others' ``p.grad`` in place, keeping its dtype.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..parameter import Parameter


def clip_grad_norm_(params: Iterable[Parameter] | Parameter, max_norm: float, norm_type: float = 2.0) -> float:
    """Scale all gradients by one factor, so that their common norm is at most max_norm.

    Equation: norm = (sum over every number g of every gradient of |g|^q)^(1/q),  q = norm_type,
              or max |g| for q = inf
              g = g * min(1, max_norm / (norm + 1e-6))

    Convention: the 1e-6 is PyTorch's; where the minimum is 1, nothing is changed.

    Args:
        params: the parameters.
        max_norm: float >= 0; the largest norm allowed.
        norm_type: float > 0 or inf; q.

    Returns:
        The norm before clipping, as a Python float; 0.0 where there is no gradient.

    Source: Pascanu, Mikolov and Bengio, On the Difficulty of Training Recurrent Neural Networks
    (2013), algorithm 1; PyTorch, torch.nn.utils.clip_grad_norm_.

    >>> p, q = Parameter([0.0]), Parameter([0.0])
    >>> p.grad, q.grad = np.array([3.0]), np.array([-4.0])
    >>> clip_grad_norm_([p, q], max_norm=2.5)
    5.0
    >>> p.grad.round(4), q.grad.round(4)
    (array([1.5]), array([-2.]))
    """
    raise NotImplementedError("nn.utils.clip_grad_norm_")


def clip_grad_value_(params: Iterable[Parameter] | Parameter, clip_value: float) -> None:
    """Limit each number of each gradient by itself to the range from -clip_value to clip_value.

    Equation: g = min(max(g, -clip_value), clip_value)

    Args:
        params: the parameters.
        clip_value: float >= 0; the largest absolute value allowed.

    Source: PyTorch, torch.nn.utils.clip_grad_value_.

    >>> p = Parameter([0.0, 0.0])
    >>> p.grad = np.array([3.0, -0.5])
    >>> clip_grad_value_([p], 1.0)
    >>> p.grad
    array([ 1. , -0.5])
    """
    raise NotImplementedError("nn.utils.clip_grad_value_")
