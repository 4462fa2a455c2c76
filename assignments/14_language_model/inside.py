"""What the checks run beside the student's package."""

import numpy as np

from .nn import Embedding, Linear, Module, Parameter, RMSNorm, Sequential
from .nn.module import accumulate_grad
from .text import BPETokenizer, pretrain, random_windows

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Table(Module):
    """Stands for a language model. Its logits depend on every token that it has seen, and on their places.

    The logits at a place are row h of a table, where h is the sum of all tokens up to it, each times its place, modulo
    the number of rows. It notes how many tokens each forward was given.
    """

    def __init__(self, scores, context_length):
        self.scores, self.context_length = scores, context_length
        self.lengths = []

    def new_cache(self):
        return [Seen()]

    def forward(self, tokens, cache=None):
        self.lengths.append(tokens.shape[1])
        start = 0
        if cache is not None:
            start = len(cache[0])
            tokens = cache[0].extended(tokens)
        if tokens.shape[1] > self.context_length:
            raise ValueError(f"{tokens.shape[1]} positions are more than {self.context_length}")
        sums = np.cumsum(tokens * np.arange(1, tokens.shape[1] + 1), axis=1)
        return self.scores[sums[:, start:] % len(self.scores)]


class Seen:
    """The cache of a Table."""

    def __init__(self):
        self.tokens = None

    def __len__(self):
        return 0 if self.tokens is None else self.tokens.shape[1]

    def extended(self, tokens):
        """All tokens so far, with these."""
        self.tokens = tokens if self.tokens is None else np.concatenate([self.tokens, tokens], axis=1)
        return self.tokens


class Watched(Module):
    """A small model of tokens that notes its mode. Its own parameters have names that say nothing of their shapes."""

    def __init__(self, vocab_size, rng):
        self.weight = Parameter(np.ones(vocab_size))
        self.norm_bias = Parameter(np.ones((1, vocab_size)))
        self.layers = Sequential(Embedding(vocab_size, 6, rng=rng), RMSNorm(6), Linear(6, vocab_size, rng=rng))
        self.modes = []

    def forward(self, tokens):
        self.modes.append(self.training)
        return self.layers(tokens) + self.weight.data + self.norm_bias.data

    def backward(self, dy):
        summed = dy.sum(axis=(0, 1))
        accumulate_grad(self.weight, summed)
        accumulate_grad(self.norm_bias, summed[None])
        return self.layers.backward(dy)


def left_from_before(vocab_size, rng):
    """A Watched in evaluation mode that has gradients."""
    model = Watched(vocab_size, rng).eval()
    for parameter in model.parameters():
        parameter.grad = np.ones_like(parameter.data)
    return model


def all_of(model):
    """Copies of the values and the gradients of all parameters, and the modes of all modules."""
    pairs = [(p.data.copy(), None if p.grad is None else p.grad.copy()) for p in model.parameters()]
    return pairs, [module.training for module in model.modules()]


class Highest(np.random.Generator):
    """A generator whose numbers are always the greatest below 1."""

    def __init__(self):
        super().__init__(np.random.PCG64())

    def random(self, size=None):
        return np.nextafter(np.ones(() if size is None else size), 0.0)[()]


def in_parts(model, tokens, lengths):
    """The logits of one model, given tokens part by part, with a cache."""
    cache, parts, start = model.new_cache(), [], 0
    for length in lengths:
        parts.append(model(tokens[:, start : start + length], cache))
        start += length
    return np.concatenate(parts, axis=1)


def both_in_turn(model, one, other):
    """Two texts, token by token in turn, each with a cache of its own."""
    caches, parts = (model.new_cache(), model.new_cache()), ([], [])
    for i in range(one.shape[1]):
        for tokens, cache, part in zip((one, other), caches, parts):
            part.append(model(tokens[:, i : i + 1], cache))
    return [np.concatenate(part, axis=1) for part in parts]


def learned(letters, order, vocab_size):
    """The merges learned from words of these letters, in this order."""
    words = ["".join(LETTERS[i] for i in word) for word in letters.tolist()]
    merges = BPETokenizer.train(" ".join(words[i] for i in order.tolist()), vocab_size).merges
    return [left + right for left, right in merges]


def overwritten(*arguments):
    """Write into the x that random_windows gave, then into the target; the target between the two."""
    x, target = random_windows(*arguments)
    x[...] = 7
    left = target.copy()
    target[...] = 7
    return left


def learn(model, tokens, plan, rng):
    """Train a model on a text, in float32, which takes half the time."""
    for parameter in model.parameters():
        parameter.data = parameter.data.astype(np.float32)
    pretrain(model, tokens, rng=rng, **plan)
