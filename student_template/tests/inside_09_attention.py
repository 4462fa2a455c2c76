"""What runs beside the student's package: a model whose logits are in two tables, and who trains a model."""

import numpy as np

from .nn import CrossEntropyLoss
from .nn.module import Module
from .nn.transformer import KVCache
from .nn.utils import clip_grad_norm_
from .optim import AdamW
from .optim.lr_scheduler import OneCycleLR


class Tables(Module):
    """Logits are those of the token, and those of its position. It notes what each forward was given, and its mode."""

    def __init__(self, tokens, positions):
        self.tokens, self.positions = tokens, positions
        self.context_length = len(positions)
        self.given, self.modes = [], []

    def new_cache(self):
        """A cache for a single layer."""
        return [KVCache()]

    def forward(self, tokens, cache=None):
        """As a GPT: (N, L) integers, whose positions come after those in the cache."""
        before = len(cache[0]) if cache else 0
        self.given.append([*tokens.shape, before])
        self.modes.append(self.training)
        if before + tokens.shape[1] > self.context_length:
            raise ValueError(f"{before} + {tokens.shape[1]} positions are more than {self.context_length}")
        if cache is not None:
            cache[0].append(np.zeros((1, 1, tokens.shape[1], 1)), np.zeros((1, 1, tokens.shape[1], 1)))
        return self.tokens[tokens] + self.positions[before : before + tokens.shape[1]]


class Failing(Tables):
    """The same, whose second forward fails."""

    def forward(self, tokens, cache=None):
        """Fail if this has been asked before."""
        if self.given:
            raise ArithmeticError("the second forward")
        return super().forward(tokens, cache)


def train(model, text, steps, batch, length, rate, rng):
    """Train a language model on windows of a text that are drawn at random; return the losses."""
    criterion, losses = CrossEntropyLoss(), []
    optimizer = AdamW(model.parameters(), lr=rate)
    schedule = OneCycleLR(optimizer, max_lr=rate, total_steps=steps + 1)
    for _ in range(steps):
        windows = text[rng.integers(len(text) - length, size=(batch, 1)) + np.arange(length + 1)]
        optimizer.zero_grad()
        logits = model.forward(windows[:, :-1])
        losses.append(criterion.forward(logits.transpose(0, 2, 1), windows[:, 1:]))
        model.backward(criterion.backward().transpose(0, 2, 1))
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return losses
