"""Checkpoints of a real framework: read them, run them in models of your own, and give yours back."""

from .encoder import SentenceEncoder, encoder_from_torch
from .renaming import rename
from .safetensors import load, load_file, save, save_file
from .torch_models import (
    cnn_from_torch,
    cnn_to_torch,
    gpt_from_torch,
    gpt_to_torch,
    lstm_from_torch,
    lstm_to_torch,
    mlp_from_torch,
    mlp_to_torch,
)
from .wordpiece import WordPiece

__all__ = [
    "SentenceEncoder",
    "WordPiece",
    "cnn_from_torch",
    "cnn_to_torch",
    "encoder_from_torch",
    "gpt_from_torch",
    "gpt_to_torch",
    "load",
    "load_file",
    "lstm_from_torch",
    "lstm_to_torch",
    "mlp_from_torch",
    "mlp_to_torch",
    "rename",
    "save",
    "save_file",
]
