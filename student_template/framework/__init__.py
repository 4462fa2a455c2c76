"""A neural-network framework in NumPy, built step by step.

The names, the defaults and the file layout are those of PyTorch, so that whoever knows this
package already knows the interface of a real framework.
"""

from . import analysis, autograd, data, gradcheck, interop, nn, optim, tests_written, text, training

__all__ = ["analysis", "autograd", "data", "gradcheck", "interop", "nn", "optim", "tests_written", "text", "training"]
