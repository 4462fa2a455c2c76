"""Gradients of whatever is computed with tensors, by going back through what was recorded."""

from . import methods
from .arithmetic import add, div, matmul, maximum, minimum, mul, pow, sub
from .elementwise import abs, clip, exp, log, neg, relu, sigmoid, sqrt, tanh, where
from .function import Context, Function
from .grad_mode import enable_grad, is_grad_enabled, no_grad
from .reductions import log_softmax, logsumexp, max, mean, min, softmax, sum, var
from .shaping import broadcast_to, concatenate, getitem, reshape, stack, transpose
from .tensor import Tensor, operands, record

__all__ = [
    "Context",
    "Function",
    "Tensor",
    "abs",
    "add",
    "broadcast_to",
    "clip",
    "concatenate",
    "div",
    "enable_grad",
    "exp",
    "getitem",
    "is_grad_enabled",
    "log",
    "log_softmax",
    "logsumexp",
    "matmul",
    "max",
    "maximum",
    "mean",
    "methods",
    "min",
    "minimum",
    "mul",
    "neg",
    "no_grad",
    "operands",
    "pow",
    "record",
    "relu",
    "reshape",
    "sigmoid",
    "softmax",
    "sqrt",
    "stack",
    "sub",
    "sum",
    "tanh",
    "transpose",
    "var",
    "where",
]
