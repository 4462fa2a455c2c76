"""Training: the loop that brings data, model, loss and optimizer together."""

from .history import History
from .metrics import accuracy
from .trainer import Trainer

__all__ = ["History", "Trainer", "accuracy"]
