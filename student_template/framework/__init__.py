"""A neural-network framework in NumPy, built step by step.

The names, the defaults and the file layout are those of PyTorch, so that whoever knows this
package already knows the interface of a real framework.
"""

from . import (
    amp,
    analysis,
    autograd,
    custom,
    data,
    gradcheck,
    interop,
    nn,
    optim,
    serialization,
    tests_written,
    text,
    training,
)

__all__ = [
    "amp",
    "analysis",
    "autograd",
    "custom",
    "data",
    "gradcheck",
    "interop",
    "nn",
    "optim",
    "serialization",
    "tests_written",
    "text",
    "training",
]
