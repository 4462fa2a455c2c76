"""Each program as a class of its own with PyTorch's own names, so that almost nothing has to be renamed."""

import numpy as np

from ..nn import (
    LSTM,
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Embedding,
    Flatten,
    LayerNorm,
    Linear,
    MaxPool2d,
    Module,
    ReLU,
    Sequential,
)
from ..nn.transformer import TransformerEncoderLayer


class List(Module):
    """What torch.nn.ModuleList is: children with numbers for names."""

    def __init__(self, *modules):
        for i, module in enumerate(modules):
            setattr(self, str(i), module)


class Perceptron(Module):
    def __init__(self, shapes):
        self.layers = List(*(Linear(i, o) for o, i in shapes))

    def linears(self):
        return list(self.layers.children())

    def forward(self, x):
        self.saved = []
        *first, last = self.linears()
        for linear in first:
            x = linear(x)
            self.saved.append(x > 0)
            x = np.where(x > 0, x, 0).astype(x.dtype)
        return last(x)

    def backward(self, dy):
        *first, last = self.linears()
        dy = last.backward(dy)
        for linear, active in zip(first[::-1], self.saved[::-1], strict=True):
            dy = linear.backward(dy * active)
        return dy


class Convolutional(Module):
    def __init__(self, c, m, o, k):
        self.features = Sequential(
            Conv2d(c, m, 3, padding=1, bias=False),
            BatchNorm2d(m),
            ReLU(),
            MaxPool2d(2),
            Conv2d(m, o, 3, padding=1),
            BatchNorm2d(o),
            ReLU(),
            AdaptiveAvgPool2d(1),
        )
        self.flatten = Flatten()
        self.classifier = Linear(o, k)

    def forward(self, x):
        return self.classifier(self.flatten(self.features(x)))

    def backward(self, dy):
        return self.features.backward(self.flatten.backward(self.classifier.backward(dy)))


class Reader(Module):
    def __init__(self, v, e, h, k, layers, both):
        self.embedding, self.lstm = Embedding(v, e), LSTM(e, h, layers, bidirectional=both)
        self.fc = Linear(h * (2 if both else 1), k)

    def forward(self, tokens):
        x = np.transpose(self.embedding(tokens), (1, 0, 2))
        out = self.lstm(x)[0]
        self.length = len(out)
        return self.fc(np.add.reduce(out, 0) / self.length)

    def backward(self, dy):
        d = self.fc.backward(dy) / self.length
        dx = self.lstm.backward(np.stack([d] * self.length))[0]
        self.embedding.backward(np.transpose(dx, (1, 0, 2)))


class Transformer(Module):
    """With an output layer of its own, whose weight is the very Parameter of the embedding."""

    def __init__(self, v, t, e, count, heads):
        self.wte, self.wpe = Embedding(v, e), Embedding(t, e)
        self.blocks = Module()
        layers = (TransformerEncoderLayer(e, heads, 4 * e, dropout=0.0, norm_first=True) for _ in range(count))
        self.blocks.layers = List(*layers)
        self.blocks.norm = LayerNorm(e)
        self.head = Linear(e, v, bias=False)
        self.head.weight = self.wte.weight

    def forward(self, tokens):
        n = tokens.shape[1]
        mask = np.arange(n)[:, None] < np.arange(n)
        x = self.wte(tokens) + self.wpe(np.broadcast_to(np.arange(n), tokens.shape))
        for layer in self.blocks.layers.children():
            x = layer(x, mask)
        return self.head(self.blocks.norm(x))

    def backward(self, dy):
        dx = self.blocks.norm.backward(self.head.backward(dy))
        for layer in list(self.blocks.layers.children())[::-1]:
            dx = layer.backward(dx)
        self.wpe.backward(dx)
        self.wte.backward(dx)


def shape_of(state, name, dimensions):
    if name not in state:
        raise KeyError(f"missing: {name}")
    shape = state[name].shape
    if len(shape) != dimensions:
        raise ValueError(f"{name} has shape {shape}")
    return shape


def with_arrays(model, state):
    names = model.state_dict()
    if set(names) != set(state):
        raise KeyError(f"missing or unexpected: {sorted(set(names) ^ set(state))}")
    for name, parameter in model.named_parameters():
        parameter.data = np.zeros(parameter.shape, state[name].dtype)
    model.load_state_dict(state)
    return model


def mlp_from_torch(state):
    count = 1
    while f"layers.{count}.weight" in state:
        count += 1
    return with_arrays(Perceptron([shape_of(state, f"layers.{i}.weight", 2) for i in range(count)]), state)


def mlp_to_torch(model):
    return model.state_dict()


def cnn_from_torch(state):
    state = {name.removeprefix("module."): array for name, array in state.items()}
    state = {name: array for name, array in state.items() if not name.endswith("num_batches_tracked")}
    m, c, *_ = shape_of(state, "features.0.weight", 4)
    o = shape_of(state, "features.4.weight", 4)[0]
    return with_arrays(Convolutional(c, m, o, shape_of(state, "classifier.weight", 2)[0]), state)


def cnn_to_torch(model):
    state = model.state_dict()
    for i in (1, 5):
        state[f"features.{i}.num_batches_tracked"] = np.zeros((), "int64")
    return state


def lstm_from_torch(state):
    v, e = shape_of(state, "embedding.weight", 2)
    k = shape_of(state, "fc.weight", 2)[0]
    h = shape_of(state, "lstm.weight_hh_l0", 2)[1]
    layers = 1
    while any(name.startswith(f"lstm.weight_ih_l{layers}") for name in state):
        layers += 1
    return with_arrays(Reader(v, e, h, k, layers, any(name.endswith("_reverse") for name in state)), state)


def lstm_to_torch(model):
    return model.state_dict()


def gpt_from_torch(state, num_heads):
    state = dict(state)
    v, e = shape_of(state, "wte.weight", 2)
    state.setdefault("head.weight", state["wte.weight"])
    if state["head.weight"].shape != (v, e) or (state["head.weight"] != state["wte.weight"]).any():
        raise ValueError("head.weight is not tied to wte.weight")
    count = 1
    while any(name.startswith(f"blocks.layers.{count}.") for name in state):
        count += 1
    return with_arrays(Transformer(v, shape_of(state, "wpe.weight", 2)[0], e, count, num_heads), state)


def gpt_to_torch(model):
    return model.state_dict()
