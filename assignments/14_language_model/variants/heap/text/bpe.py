"""Ids instead of bytes, a heap for the best pair, and positions in linked pieces."""

from __future__ import annotations

import heapq
import itertools
import re
from collections import Counter

import numpy as np

PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+"
Pair = tuple[bytes, bytes]


class _Backwards:
    """A pair of bytes that is less where it is greater: heapq gives the least."""

    def __init__(self, pair):
        self.pair = pair

    def __lt__(self, other):
        return self.pair > other.pair


class BPETokenizer:
    """See the handout."""

    def __init__(self, merges=(), special_tokens=()):
        self.merges = [(bytes(left), bytes(right)) for left, right in merges]
        self.special_tokens = tuple(special_tokens)
        self.vocab = {i: bytes((i,)) for i in range(256)}
        ids = {token: i for i, token in self.vocab.items()}
        self._rank = {}
        for left, right in self.merges:
            token = left + right
            if token in ids or not {left, right} <= ids.keys():
                raise ValueError(f"({left!r}, {right!r}) is no merge here")
            self._rank[ids[left], ids[right]] = ids[token] = len(self.vocab)
            self.vocab[len(self.vocab)] = token
        self._special = {}
        for text in self.special_tokens:
            if not text or text in self._special:
                raise ValueError(f"{text!r} cannot be a special token, or is one")
            self._special[text] = len(self.vocab)
            self.vocab[len(self.vocab)] = text.encode("utf-8")

    @classmethod
    def train(cls, text, vocab_size, special_tokens=()):
        """See the handout."""
        if vocab_size < 256 + len(special_tokens):
            raise ValueError(f"vocab_size={vocab_size} is too small")
        words, times = [], []
        for piece, count in Counter(p for p in _parts(text, special_tokens) if isinstance(p, bytes)).items():
            words.append(list(piece))
            times.append(count)
        names = [bytes((i,)) for i in range(256)]
        counts, homes = {}, {}
        for i, word in enumerate(words):
            for pair in itertools.pairwise(word):
                counts[pair] = counts.get(pair, 0) + times[i]
                homes.setdefault(pair, set()).add(i)

        def entry(pair):
            return -counts[pair], _Backwards((names[pair[0]], names[pair[1]])), pair

        heap = [entry(pair) for pair in counts]
        heapq.heapify(heap)
        merges = []
        while heap and len(merges) < vocab_size - 256 - len(special_tokens):
            count, _, pair = heapq.heappop(heap)
            if -count != counts.get(pair, 0) or count == 0:
                continue  # it was pushed again since
            merges.append((names[pair[0]], names[pair[1]]))
            names.append(names[pair[0]] + names[pair[1]])
            changed = set()
            for i in homes.pop(pair):
                old = words[i]
                words[i] = new = _merge(old, pair, len(names) - 1)
                for some, sign in ((old, -times[i]), (new, times[i])):
                    for each in itertools.pairwise(some):
                        counts[each] = counts.get(each, 0) + sign
                        changed.add(each)
                        if sign > 0:
                            homes.setdefault(each, set()).add(i)
            for each in changed - {pair}:
                if counts[each] > 0:
                    heapq.heappush(heap, entry(each))
        return cls(merges, special_tokens)

    def encode(self, text):
        """See the handout."""
        ids = []
        for part in _parts(text, self.special_tokens):
            ids.extend([self._special[part]] if isinstance(part, str) else self._encoded(list(part)))
        return np.fromiter(ids, np.int64, len(ids))

    def _encoded(self, word):
        while len(word) > 1:
            ranks = [self._rank.get(pair, 1 << 60) for pair in itertools.pairwise(word)]
            best = min(ranks)
            if best == 1 << 60:
                break
            at = ranks.index(best)
            word = _merge(word, (word[at], word[at + 1]), best)
        return word

    def decode(self, ids):
        """See the handout."""
        data = bytearray()
        for i in np.asarray(ids, dtype=np.int64).tolist():
            data += self.vocab[i]
        return str(data, "utf-8", "replace")


def _merge(word, pair, new):
    out, i = [], 0
    while i < len(word):
        if i + 1 < len(word) and word[i] == pair[0] and word[i + 1] == pair[1]:
            out.append(new)
            i += 2
        else:
            out.append(word[i])
            i += 1
    return out


def _parts(text, special_tokens):
    """Bytes for pieces, texts for special tokens."""
    start, stop = 0, 0
    while stop < len(text):
        found = max((t for t in special_tokens if text.startswith(t, stop)), key=len, default="")
        if found:
            yield from _pieces(text[start:stop])
            yield found
            stop += len(found)
            start = stop
        else:
            stop += 1
    yield from _pieces(text[start:])


def _pieces(text):
    return (found.group().encode("utf-8") for found in re.finditer(PATTERN, text))
