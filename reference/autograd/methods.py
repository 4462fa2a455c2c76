"""Gives Tensor its operators and methods: each is the function of the same name.

You receive this file as it is. `x * y`, `x.mul(y)` and `mul(x, y)` are the same; in `2 - x` and `array @ x` the tensor
is at the right. Comparisons give tensors of bool, without gradients.
"""

import operator
from collections.abc import Callable
from typing import Any

from . import arithmetic, elementwise, reductions, shaping
from .tensor import Tensor, operands

# An array at the left leaves an operator to the tensor at the right.
Tensor.__array_ufunc__ = None

for name in ("add", "sub", "mul", "div", "pow", "matmul", "maximum", "minimum"):
    setattr(Tensor, name, getattr(arithmetic, name))
for name in ("neg", "abs", "exp", "log", "sqrt", "tanh", "sigmoid", "relu", "clip"):
    setattr(Tensor, name, getattr(elementwise, name))
for name in ("sum", "mean", "var", "max", "min", "logsumexp", "softmax", "log_softmax"):
    setattr(Tensor, name, getattr(reductions, name))
for name in ("reshape", "transpose", "broadcast_to"):
    setattr(Tensor, name, getattr(shaping, name))


def reflected(function: Callable[[Any, Any], Tensor]) -> Callable[[Tensor, Any], Tensor]:
    """The operator for a tensor at the right."""
    return lambda self, other: function(other, self)


for name, function in {
    "add": arithmetic.add,
    "sub": arithmetic.sub,
    "mul": arithmetic.mul,
    "truediv": arithmetic.div,
    "pow": arithmetic.pow,
    "matmul": arithmetic.matmul,
}.items():
    setattr(Tensor, f"__{name}__", function)
    setattr(Tensor, f"__r{name}__", reflected(function))


def comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Tensor, Any], Tensor]:
    """The operator that compares entries."""
    return lambda self, other: Tensor(compare(self.data, operands(self, other)[1].data))


for name in ("lt", "le", "gt", "ge"):
    setattr(Tensor, f"__{name}__", comparison(getattr(operator, name)))

Tensor.__neg__ = elementwise.neg
Tensor.__abs__ = elementwise.abs
Tensor.__getitem__ = shaping.getitem
Tensor.__len__ = lambda self: len(self.data)
Tensor.__repr__ = lambda self: f"Tensor({self.data!r}, requires_grad={self.requires_grad})"
Tensor.item = lambda self: self.data.item()
Tensor.shape = property(lambda self: self.data.shape)
Tensor.ndim = property(lambda self: self.data.ndim)
Tensor.size = property(lambda self: self.data.size)
Tensor.dtype = property(lambda self: self.data.dtype)
Tensor.T = property(lambda self: self.transpose())
