"""What the checks run beside the student's package."""

import numpy as np

from .nn import Embedding, Linear, Module, RMSNorm, Sequential
from .nn.modern import LanguageModel
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
    """A small model of tokens that notes its mode, and whether it was asked the gradient of a forward in it."""

    def __init__(self, vocab_size, rng):
        self.layers = Sequential(Embedding(vocab_size, 6, rng=rng), RMSNorm(6), Linear(6, vocab_size, rng=rng))
        self.modes = []

    def forward(self, tokens):
        self.modes.append(self.training)
        return self.layers(tokens)

    def backward(self, dy):
        return self.layers.backward(dy)


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


def copied(model):
    """The values of all parameters."""
    return [p.data.copy() for p in model.parameters()]


def overwritten(*arguments):
    """Write into what random_windows gave."""
    for array in random_windows(*arguments):
        array[...] = 7


def length(thing):
    """What len() says."""
    return len(thing)


def learn(text, held_out, vocab_size, sizes, plan, rng):
    """Train a small model on a text; of lines that it has not seen, how many tokens it knows, and of how many."""
    tokenizer = BPETokenizer.train(text, vocab_size)
    model = LanguageModel(vocab_size, **sizes, rng=rng)
    for parameter in model.parameters():
        parameter.data = parameter.data.astype(np.float32)  # half the time
    pretrain(model, tokenizer.encode(text), rng=rng, **plan)
    found = [known(model, tokenizer, line) for line in held_out]
    return int(sum(right for right, _ in found)), int(sum(count for _, count in found))


def known(model, tokenizer, line):
    """How many tokens of a line are the most probable ones after those before, from the second round on."""
    words = line.split()
    first_round = " ".join(words[: len(set(words)) + 1])  # with its first word again
    start, tokens = len(tokenizer.encode(first_round)), tokenizer.encode(line)
    guesses = model(tokens[None, :-1])[0].argmax(axis=1)[start - 1 : -1]  # the line's end is left out
    return np.sum(guesses == tokens[start:-1]), len(guesses)
