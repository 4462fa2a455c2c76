"""Four programs of PyTorch, which the handout prints, with the layers of this package.

For each there is a function that makes a model from a ``state_dict`` of the program, and one that gives it back.
Conventions of all of them:

- ``state`` has the names of PyTorch. It is not changed, and the model shares no memory with it. All sizes are those of
  its arrays, and the parameters get its dtypes.
- The model is a Module: ``forward`` and ``backward`` compute what the program and its autograd do. At first it is in
  training mode. How it is built, and what its own parameters are called, is free.
- Names that are missing, or that the program does not have, are a ``KeyError`` that lists them. Arrays whose shapes do
  not fit together, or not the program, are a ``ValueError``: its kernels are 3 by 3.
- ``..._to_torch(model)`` returns copies, under exactly the names that the program's own ``state_dict`` has. Each is in
  memory of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from ..nn import LSTM, BatchNorm2d, Conv2d, Embedding, Flatten, Linear, MaxPool2d, Module, ReLU, Sequential
from ..nn.pooling import AdaptiveAvgPool2d
from ..nn.transformer import GPT
from .renaming import rename

State = Mapping[str, np.ndarray]


def mlp_from_torch(state: State) -> Module:
    """Make an MLP: linear layers ``layers.0``, ``layers.1``, ... with a ReLU between any two.

    Args:
        state: of the program MLP; one layer or more.

    Returns:
        The model: x (N, I) float to logits (N, O).

    Raises:
        KeyError, ValueError: see the module's docstring.
    """
    raise NotImplementedError("interop.mlp_from_torch")


def mlp_to_torch(model: Module) -> dict[str, np.ndarray]:
    """Give back the state of an MLP.

    Args:
        model: what ``mlp_from_torch`` made; it may have been trained since.
    """
    raise NotImplementedError("interop.mlp_to_torch")


def cnn_from_torch(state: State) -> Module:
    """Make a CNN: two convolutions with batch normalisation, and a linear layer.

    Args:
        state: of the program CNN. It may have been saved from ``DataParallel``, which writes "module." before each
            name. ``num_batches_tracked`` counts steps; nothing here depends on it, and it may be missing.

    Returns:
        The model: x (N, C, H, W) float to logits (N, O).

    Raises:
        KeyError, ValueError: see the module's docstring.
    """
    raise NotImplementedError("interop.cnn_from_torch")


def cnn_to_torch(model: Module) -> dict[str, np.ndarray]:
    """Give back the state of a CNN, without "module.".

    Args:
        model: what ``cnn_from_torch`` made; it may have been trained since.

    Returns:
        Names to copies; each ``num_batches_tracked`` is an int64 array without dimensions, and 0, as nobody has
        counted.
    """
    raise NotImplementedError("interop.cnn_to_torch")


def lstm_from_torch(state: State) -> Module:
    """Make an LSTM that reads tokens and classifies the whole: see the program Reader.

    Args:
        state: of the program Reader. The number of layers, and whether there are two directions, is told by its names.

    Returns:
        The model: tokens (N, L), integers, to logits (N, O). Its ``backward`` returns None.

    Raises:
        KeyError, ValueError: see the module's docstring.
    """
    raise NotImplementedError("interop.lstm_from_torch")


def lstm_to_torch(model: Module) -> dict[str, np.ndarray]:
    """Give back the state of a Reader.

    Args:
        model: what ``lstm_from_torch`` made; it may have been trained since.
    """
    raise NotImplementedError("interop.lstm_to_torch")


def gpt_from_torch(state: State, num_heads: int) -> Module:
    """Make the GPT of ``nn.transformer`` from the state of the program of this name.

    Args:
        state: of the program GPT. ``head.weight`` is ``wte.weight`` once more; it may be missing.
        num_heads: int >= 1; no array tells it.

    Returns:
        The model: tokens (N, L), integers, to logits (N, L, V). Its ``backward`` returns None.

    Raises:
        KeyError, ValueError: see the module's docstring; ValueError also if ``head.weight`` differs from
            ``wte.weight``: such a model is another one.
    """
    raise NotImplementedError("interop.gpt_from_torch")


def gpt_to_torch(model: Module) -> dict[str, np.ndarray]:
    """Give back the state of a GPT, ``head.weight`` included.

    Args:
        model: what ``gpt_from_torch`` made; it may have been trained since.
    """
    raise NotImplementedError("interop.gpt_to_torch")
