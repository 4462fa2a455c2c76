"""A neural-network framework in NumPy, built step by step.

The names, the defaults and the file layout are those of PyTorch, so that whoever knows this
package already knows the interface of a real framework.
"""

from . import gradcheck, nn, optim, tests_written

__all__ = ["gradcheck", "nn", "optim", "tests_written"]
