"""What people believe about how a tokenizer learns."""

import re
from collections import Counter
from itertools import pairwise

from grader.assignment import misconception
from reference.text.bpe import _cut, _Pieces


@misconception(
    "text.bpe._Pieces._count",
    hint="The word `the` occurs a thousand times: how often does (t, h)?",
    fails=(
        "BPETraining/test_worked_example",
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_special_tokens",
    ),
    source="folklore",
)
def ignores_how_often(self, number):
    """Each different word counts once."""
    for pair in pairwise(self._tokens[number]):
        self.counts[pair] += 1
        self._where[pair].add(number)


@misconception(
    "text.bpe._Pieces",
    hint="How many neighbours are there in aaa?",
    fails=(
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
        "BPETraining/test_special_tokens",
    ),
    source="folklore",
    convention="This is how often a merge would take place; the contract counts every pair of neighbours.",
)
class overlaps_count_once:
    """In aaa the pair (a, a) occurs once, as it can be merged once."""

    def _pairs(self, number):
        before = None
        for i, pair in enumerate(pairwise(self._tokens[number])):
            if pair[0] != pair[1] or before != i - 1:
                before = i if pair[0] == pair[1] else None
                yield pair

    def _count(self, number):
        for pair in self._pairs(number):
            self.counts[pair] += self._times[number]
            self._where[pair].add(number)

    def _discount(self, number):
        for pair in self._pairs(number):
            self.counts[pair] -= self._times[number]
            self._where[pair].discard(number)
            if not self.counts[pair]:
                del self.counts[pair]


@misconception(
    "text.bpe._joined",
    hint="How often does (a, b) occur in abab?",
    fails=(
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
        "BPETraining/test_special_tokens",
        "BPETokenizer/test_order",
        "BPETokenizer/test_repeats",
        "BPETokenizer/test_round_trip",
    ),
    source="folklore",
)
def one_place_in_a_word(tokens, pair):
    """A merge joins the pair once in a word."""
    joined = []
    can_join = False
    for token in tokens:
        can_join = can_join and (joined[-1], token) == pair and (pair[0] + pair[1] not in joined)
        if can_join:
            joined[-1] += token
        else:
            joined.append(token)
        can_join = not can_join
    return joined


@misconception(
    "text.bpe._joined",
    hint="From which side is a piece gone through?",
    fails=(
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
        "BPETraining/test_special_tokens",
        "BPETokenizer/test_order",
        "BPETokenizer/test_repeats",
        "BPETokenizer/test_round_trip",
    ),
    source="folklore",
)
def merges_from_the_right(tokens, pair):
    """Pairs that overlap are merged from right to left: aaa becomes a, aa."""
    joined = []
    can_join = False
    for token in reversed(tokens):
        can_join = can_join and (token, joined[-1]) == pair
        if can_join:
            joined[-1] = token + joined[-1]
        else:
            joined.append(token)
        can_join = not can_join
    return joined[::-1]


@misconception(
    "text.bpe._joined",
    hint="aaa with (a, a): is (aa, a) the pair?",
    fails=(
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
        "BPETraining/test_special_tokens",
        "BPETokenizer/test_order",
        "BPETokenizer/test_repeats",
        "BPETokenizer/test_round_trip",
    ),
    source="folklore",
)
def joins_what_was_joined(tokens, pair):
    """What a merge has made can be merged on at once, with the next token."""
    joined = []
    for token in tokens:
        if joined and joined[-1].endswith(pair[0]) and (token == pair[1]):
            joined[-1] += token
        else:
            joined.append(token)
    return joined


@misconception(
    "text.BPETokenizer.train",
    hint="Which pieces does PATTERN make of `a b`?",
    fails=(
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_special_tokens",
        "BPETraining/test_sizes",
    ),
    source="folklore",
)
@classmethod
def across_pieces(cls, text, vocab_size, special_tokens=()):
    """Pairs are counted over the whole text, between words, too."""
    wanted = vocab_size - 256 - len(special_tokens)
    if wanted < 0:
        raise ValueError(f"vocab_size {vocab_size} has no room for 256 bytes and {len(special_tokens)} more")
    pieces = _Pieces(Counter(["".join((piece for piece, is_special in _cut(text, special_tokens) if not is_special))]))
    merges = []
    while len(merges) < wanted and pieces.counts:
        merges.append(pieces.merge_best())
    return cls(merges, special_tokens)


@misconception(
    "text.BPETokenizer.train",
    hint="May a merge be part of <|end|>?",
    fails=("BPETraining/test_special_tokens",),
    source="folklore",
)
@classmethod
def special_tokens_are_counted(cls, text, vocab_size, special_tokens=()):
    """Special tokens are text like any other when merges are learned."""
    wanted = vocab_size - 256 - len(special_tokens)
    if wanted < 0:
        raise ValueError(f"vocab_size {vocab_size} has no room for 256 bytes and {len(special_tokens)} more")
    pieces = _Pieces(Counter((piece for piece, is_special in _cut(text, ()) if not is_special)))
    merges = []
    while len(merges) < wanted and pieces.counts:
        merges.append(pieces.merge_best())
    return cls(merges, special_tokens)


@misconception(
    "text.BPETokenizer.train",
    hint="In `a<|end|>b`, are a and b neighbours?",
    fails=("BPETraining/test_special_tokens",),
    source="folklore",
)
@classmethod
def special_tokens_are_removed(cls, text, vocab_size, special_tokens=()):
    """Special tokens are taken out of the text before it is cut."""
    wanted = vocab_size - 256 - len(special_tokens)
    if wanted < 0:
        raise ValueError(f"vocab_size {vocab_size} has no room for 256 bytes and {len(special_tokens)} more")
    pieces = _Pieces(
        Counter(
            (
                piece
                for piece, is_special in _cut(re.sub("|".join(map(re.escape, special_tokens)) or "(?!)", "", text), ())
                if not is_special
            )
        )
    )
    merges = []
    while len(merges) < wanted and pieces.counts:
        merges.append(pieces.merge_best())
    return cls(merges, special_tokens)


@misconception(
    "text.BPETokenizer.train",
    hint="How many tokens are there in all?",
    fails=(
        "BPETraining/test_worked_example",
        "BPETraining/test_special_tokens",
        "BPETraining/test_sizes",
        "BPETraining/test_refuses",
    ),
    source="folklore",
)
@classmethod
def size_without_special_tokens(cls, text, vocab_size, special_tokens=()):
    """vocab_size counts the bytes and the merges; special tokens come on top."""
    wanted = vocab_size - 256
    if wanted < 0:
        raise ValueError(f"vocab_size {vocab_size} has no room for 256 bytes and {len(special_tokens)} more")
    pieces = _Pieces(Counter((piece for piece, is_special in _cut(text, special_tokens) if not is_special)))
    merges = []
    while len(merges) < wanted and pieces.counts:
        merges.append(pieces.merge_best())
    return cls(merges, special_tokens)


@misconception(
    "text.BPETokenizer.train",
    hint="How many tokens does vocab have, and how many were asked for?",
    fails=(
        "Learning/test_melodies",
        "BPETraining/test_worked_example",
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
    ),
    source="folklore",
)
@classmethod
def one_merge_too_many(cls, text, vocab_size, special_tokens=()):
    """Merges go on until there are more than vocab_size tokens."""
    wanted = vocab_size - 256 - len(special_tokens)
    if wanted < 0:
        raise ValueError(f"vocab_size {vocab_size} has no room for 256 bytes and {len(special_tokens)} more")
    pieces = _Pieces(Counter((piece for piece, is_special in _cut(text, special_tokens) if not is_special)))
    merges = []
    while len(merges) <= wanted and pieces.counts:
        merges.append(pieces.merge_best())
    return cls(merges, special_tokens)


@misconception(
    "text.BPETokenizer.train",
    hint="When does training end?",
    fails=(
        "BPETraining/test_worked_example",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
        "BPETraining/test_special_tokens",
    ),
    source="folklore",
    convention="This is a least frequency of two, as some trainers have it; the contract merges while there is a pair.",
)
@classmethod
def pairs_that_occur_once(cls, text, vocab_size, special_tokens=()):
    """A pair that occurs once is not worth a token."""
    wanted = vocab_size - 256 - len(special_tokens)
    if wanted < 0:
        raise ValueError(f"vocab_size {vocab_size} has no room for 256 bytes and {len(special_tokens)} more")
    pieces = _Pieces(Counter((piece for piece, is_special in _cut(text, special_tokens) if not is_special)))
    merges = []
    while len(merges) < wanted and max(pieces.counts.values(), default=0) > 1:
        merges.append(pieces.merge_best())
    return cls(merges, special_tokens)


@misconception(
    "text.BPETokenizer.train",
    hint="Which sizes are refused?",
    fails=("BPETraining/test_refuses",),
    source="folklore",
)
@classmethod
def too_small_is_no_error(cls, text, vocab_size, special_tokens=()):
    """A vocab_size that is too small means no merges."""
    wanted = vocab_size - 256 - len(special_tokens)
    if False:
        raise ValueError(f"vocab_size {vocab_size} has no room for 256 bytes and {len(special_tokens)} more")
    pieces = _Pieces(Counter((piece for piece, is_special in _cut(text, special_tokens) if not is_special)))
    merges = []
    while len(merges) < wanted and pieces.counts:
        merges.append(pieces.merge_best())
    return cls(merges, special_tokens)


@misconception(
    "text.BPETokenizer.train",
    hint="How many pieces does one merge change?",
    fails=("BPETraining/test_cost",),
    source="folklore",
)
@classmethod
def recounts_everything(cls, text, vocab_size, special_tokens=()):
    """After each merge all pairs are counted again."""
    wanted = vocab_size - 256 - len(special_tokens)
    if wanted < 0:
        raise ValueError(f"vocab_size {vocab_size} has no room for 256 bytes and {len(special_tokens)} more")
    pieces = _Pieces(Counter((piece for piece, is_special in _cut(text, special_tokens) if not is_special)))
    merges = []
    while len(merges) < wanted and pieces.counts:
        pieces.counts.clear()
        for number in range(len(pieces._tokens)):
            pieces._count(number)
        merges.append(pieces.merge_best())
    return cls(merges, special_tokens)


@misconception(
    "text.BPETokenizer.train",
    hint="Of which two parts is a token?",
    fails=(
        "BPETraining/test_worked_example",
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
    ),
    source="folklore",
)
@classmethod
def merges_are_tokens(cls, text, vocab_size, special_tokens=()):
    """merges is the list of new tokens."""
    wanted = vocab_size - 256 - len(special_tokens)
    if wanted < 0:
        raise ValueError(f"vocab_size {vocab_size} has no room for 256 bytes and {len(special_tokens)} more")
    pieces = _Pieces(Counter((piece for piece, is_special in _cut(text, special_tokens) if not is_special)))
    merges = []
    while len(merges) < wanted and pieces.counts:
        merges.append(pieces.merge_best())
    made = cls(merges, special_tokens)
    made.merges = [left + right for left, right in merges]
    return made
