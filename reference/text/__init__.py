"""Text: as tokens, in windows, and what a model learns from it."""

from .bpe import BPETokenizer
from .pretraining import pretrain, warmup_cosine
from .windows import random_windows

__all__ = ["BPETokenizer", "pretrain", "random_windows", "warmup_cosine"]
