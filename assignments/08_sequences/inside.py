"""What the checks do with several modules of the student's at once."""

import numpy as np

from .nn import GRU, LSTM, CrossEntropyLoss, Embedding, Linear, Module
from .optim import Adam


class Reader(Module):
    """Says of each time of a text which word came some times ago."""

    def __init__(self, words, rng):
        self.table = Embedding(words, 5, padding_idx=0, rng=rng)
        self.first = LSTM(5, 6, bidirectional=True, rng=rng)
        self.second = GRU(12, 6, num_layers=2, rng=rng)
        self.last = Linear(6, words, rng=rng)

    def forward(self, x):
        """(L, N) words as (L, N, words) scores."""
        out, _ = self.first(self.table(x))
        out, _ = self.second(out)
        return self.last(out)

    def backward(self, dy):
        """All the way back to the table."""
        d_out, _ = self.second.backward(self.last.backward(dy))
        d_out, _ = self.first.backward(d_out)
        self.table.backward(d_out)


def train(model, texts, words):
    """Take a step for each batch of texts and targets; the losses before the steps."""
    criterion, optimizer, losses = CrossEntropyLoss(), Adam(model.parameters(), lr=0.02), []
    for x, target in texts:
        scores = model(x)
        losses.append(criterion(scores.reshape(-1, words), target.reshape(-1)))
        optimizer.zero_grad()
        model.backward(criterion.backward().reshape(scores.shape))
        optimizer.step()
    return np.array(losses)
