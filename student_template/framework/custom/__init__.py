"""What is your own: a layer and an optimizer."""

from .layer import OwnLayer
from .optimizer import OwnOptimizer

__all__ = ["OwnLayer", "OwnOptimizer"]
