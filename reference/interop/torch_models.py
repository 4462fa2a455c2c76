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
    weights = [_needed(state, f"layers.{i}.weight") for i in range(_count(state, r"layers\.(\d+)\..*"))]
    model = Sequential()
    for weight in weights:
        if len(model):
            model.append(ReLU())
        model.append(Linear(*_sizes("layers", weight, 2)[::-1]))
    return _filled(model, rename(state, [(rf"layers\.{i}\.(.*)", rf"{2 * i}.\1") for i in range(len(weights))]))


def mlp_to_torch(model: Module) -> dict[str, np.ndarray]:
    """Give back the state of an MLP.

    Args:
        model: what ``mlp_from_torch`` made; it may have been trained since.
    """
    state = model.state_dict()
    count = sum(name.endswith("weight") for name in state)
    return rename(state, [(rf"{2 * i}\.(.*)", rf"layers.{i}.\1") for i in range(count)])


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
    state = rename(state, [(r".*\.num_batches_tracked", None), (r"module\.(.*)", r"\1")])
    first, second, last = (_needed(state, name) for name in ("features.0.weight", "features.4.weight", _CLASSIFIER))
    (middle, channels, *_), out = _sizes("features.0.weight", first, 4), len(_sized("features.4.weight", second, 4))
    features = Sequential(
        Conv2d(channels, middle, 3, padding=1, bias=False),
        BatchNorm2d(middle),
        ReLU(),
        MaxPool2d(2),
        Conv2d(middle, out, 3, padding=1),
        BatchNorm2d(out),
        ReLU(),
        AdaptiveAvgPool2d(1),
    )
    model = Sequential(features, Flatten(), Linear(out, len(_sized(_CLASSIFIER, last, 2))))
    return _filled(model, rename(state, [(r"features\.(.*)", r"0.\1"), (r"classifier\.(.*)", r"2.\1")]))


def cnn_to_torch(model: Module) -> dict[str, np.ndarray]:
    """Give back the state of a CNN, without "module.".

    Args:
        model: what ``cnn_from_torch`` made; it may have been trained since.

    Returns:
        Names to copies; each ``num_batches_tracked`` is an int64 array without dimensions, and 0, as nobody has
        counted.
    """
    state = rename(model.state_dict(), [(r"0\.(.*)", r"features.\1"), (r"2\.(.*)", r"classifier.\1")])
    return state | {f"features.{i}.num_batches_tracked": np.array(0, np.int64) for i in (1, 5)}


def lstm_from_torch(state: State) -> Module:
    """Make an LSTM that reads tokens and classifies the whole: see the program Reader.

    Args:
        state: of the program Reader. The number of layers, and whether there are two directions, is told by its names.

    Returns:
        The model: tokens (N, L), integers, to logits (N, O). Its ``backward`` returns None.

    Raises:
        KeyError, ValueError: see the module's docstring.
    """
    return _filled(_Reader(state), state)


def lstm_to_torch(model: Module) -> dict[str, np.ndarray]:
    """Give back the state of a Reader.

    Args:
        model: what ``lstm_from_torch`` made; it may have been trained since.
    """
    return model.state_dict()


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
    tokens, positions = (_needed(state, f"{name}.weight") for name in ("wte", "wpe"))
    if "head.weight" in state and not np.array_equal(state["head.weight"], tokens):
        raise ValueError("head.weight differs from wte.weight, but this model has one array for both")
    (vocab_size, embed_dim), layers = _sizes("wte.weight", tokens, 2), _count(state, r"blocks\.layers\.(\d+)\..*")
    model = GPT(vocab_size, len(_sized("wpe.weight", positions, 2)), embed_dim, layers, num_heads)
    return _filled(model, rename(state, _GPT))


def gpt_to_torch(model: Module) -> dict[str, np.ndarray]:
    """Give back the state of a GPT, ``head.weight`` included.

    Args:
        model: what ``gpt_from_torch`` made; it may have been trained since.
    """
    state = rename(model.state_dict(), [(new.replace(r"\1", "(.*)"), _plain(old)) for old, new in _GPT if new])
    return state | {"head.weight": state["wte.weight"].copy()}


_CLASSIFIER = "classifier.weight"
_GPT: list[tuple[str, str | None]] = [
    (r"head\.weight", None),
    (r"wte\.(.*)", r"token_embedding.\1"),
    (r"wpe\.(.*)", r"position_embedding.\1"),
    (r"blocks\.layers\.(.*)", r"layers.\1"),
    (r"blocks\.norm\.(.*)", r"norm.\1"),
]


class _Reader(Module):
    """Tokens (N, L) to logits (N, O): the mean over the times of what an LSTM gives, through a linear layer."""

    def __init__(self, state: State) -> None:
        vocab_size, embed_dim = _sizes("embedding.weight", _needed(state, "embedding.weight"), 2)
        hidden = _sizes("lstm.weight_hh_l0", _needed(state, "lstm.weight_hh_l0"), 2)[1]
        classes, read = _sizes("fc.weight", _needed(state, "fc.weight"), 2)
        self.embedding = Embedding(vocab_size, embed_dim)
        layers = _count(state, r"lstm\.weight_ih_l(\d+)")
        self.lstm = LSTM(embed_dim, hidden, layers, bidirectional="lstm.weight_ih_l0_reverse" in state)
        self.fc = Linear(read, classes)

    def forward(self, tokens: np.ndarray) -> np.ndarray:
        out, _ = self.lstm(self.embedding(tokens).swapaxes(0, 1))
        self.save_for_backward(out.shape)
        y: np.ndarray = self.fc(out.mean(axis=0))
        return y

    def backward(self, dy: np.ndarray) -> None:
        (shape,) = self.saved_values
        d_out = np.broadcast_to(self.fc.backward(dy) / shape[0], shape)
        dx, _ = self.lstm.backward(d_out)
        self.embedding.backward(dx.swapaxes(0, 1))


def _filled(model: Module, state: State) -> Module:
    """Load all of a state, whose dtypes the parameters get."""
    for name, parameter in model.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    model.load_state_dict(state)
    return model


def _needed(state: State, name: str) -> np.ndarray:
    if name not in state:
        raise KeyError(f"missing keys: {[name]}")
    return state[name]


def _sized(name: str, array: np.ndarray, dimensions: int) -> np.ndarray:
    if array.ndim != dimensions:
        raise ValueError(f"{name} has shape {array.shape}, but should have {dimensions} dimensions")
    return array


def _sizes(name: str, array: np.ndarray, dimensions: int) -> tuple[int, ...]:
    return _sized(name, array, dimensions).shape


def _count(state: State, pattern: str) -> int:
    """One more than the largest number in a name, and at least 1: what is missing then is named later."""
    found = [int(match[1]) for name in state if (match := re.fullmatch(pattern, name))]
    return max(found, default=0) + 1


def _plain(pattern: str) -> str:
    """What a pattern with one group matches, as a replacement."""
    return pattern.replace("(.*)", r"\1").replace(r"\.", ".")
