"""What people believe about pieces, bytes and special tokens."""

import re

from grader.assignment import misconception
from reference.text.bpe import PATTERN


@misconception(
    "text.bpe._cut",
    hint="What has to come out of all pieces put together?",
    fails=(
        "Learning/test_melodies",
        "BPETraining/test_worked_example",
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_special_tokens",
        "BPETokenizer/test_worked_example",
        "BPETokenizer/test_any_text",
        "BPETokenizer/test_order",
        "BPETokenizer/test_repeats",
        "BPETokenizer/test_pieces",
        "BPETokenizer/test_special_tokens",
    ),
    source="folklore",
)
def pieces_are_words(text, special_tokens):
    """Pieces are words, cut at white space; the space is lost."""
    longest_first = sorted(special_tokens, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text) if special_tokens else [text]
    for i, part in enumerate(parts):
        if i % 2:
            yield (part, True)
        else:
            yield from ((piece, False) for piece in part.split())


@misconception(
    "text.bpe._cut",
    hint="Which alternatives of PATTERN begin with a space?",
    fails=(
        "BPETraining/test_worked_example",
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_sizes",
        "BPETokenizer/test_order",
        "BPETokenizer/test_pieces",
        "BPETokenizer/test_round_trip",
    ),
    source="folklore",
)
def space_is_a_piece(text, special_tokens):
    """A space is a piece of its own, and a word begins after it."""
    longest_first = sorted(special_tokens, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text) if special_tokens else [text]
    for i, part in enumerate(parts):
        if i % 2:
            yield (part, True)
        else:
            yield from ((piece, False) for piece in re.findall(PATTERN.replace("| ?", "|"), part))


@misconception(
    "text.bpe._cut",
    hint="What is é for the pattern?",
    fails=("BPETraining/test_ties", "BPETraining/test_pieces", "BPETokenizer/test_round_trip"),
    source="folklore",
)
def ascii_only(text, special_tokens):
    """Letters are a to z."""
    longest_first = sorted(special_tokens, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text) if special_tokens else [text]
    for i, part in enumerate(parts):
        if i % 2:
            yield (part, True)
        else:
            yield from ((piece, False) for piece in re.findall(PATTERN, part, re.ASCII))


@misconception(
    "text.bpe._cut",
    hint="Is the underscore in \\w or not?",
    fails=("BPETokenizer/test_any_text", "BPETokenizer/test_pieces"),
    source="folklore",
)
def underscore_is_lost(text, special_tokens):
    """Signs are what is neither white space nor of a word."""
    longest_first = sorted(special_tokens, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text) if special_tokens else [text]
    for i, part in enumerate(parts):
        if i % 2:
            yield (part, True)
        else:
            yield from ((piece, False) for piece in re.findall(PATTERN.replace("(?:[^\\s\\w]|_)", "[^\\s\\w]"), part))


@misconception(
    "text.bpe._cut",
    hint="Whose is the last space before a word?",
    fails=(
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_special_tokens",
        "BPETokenizer/test_pieces",
    ),
    source="folklore",
)
def white_space_whole(text, special_tokens):
    """White space is one piece, however long it is."""
    longest_first = sorted(special_tokens, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text) if special_tokens else [text]
    for i, part in enumerate(parts):
        if i % 2:
            yield (part, True)
        else:
            yield from ((piece, False) for piece in re.findall(PATTERN.replace("\\s+(?!\\S)|", ""), part))


@misconception(
    "text.bpe._single_bytes",
    hint="How many bytes does é have, and what is in vocab for them?",
    fails=(
        "BPETokenizer/test_any_text",
        "BPETokenizer/test_round_trip",
        "BPETraining/test_ties",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
    ),
    source="folklore",
)
def characters_not_bytes(piece):
    """At first each character is a token."""
    return [character.encode() for character in piece]


@misconception(
    "text.bpe._single_bytes",
    hint="Which encoding does the handout name?",
    fails=(
        "BPETokenizer/test_any_text",
        "BPETokenizer/test_round_trip",
        "BPETraining/test_ties",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
    ),
    source="folklore",
)
def latin_bytes(piece):
    """The bytes of a text are the codes of its characters."""
    return [bytes([value]) for value in piece.encode("latin-1", errors="replace")]


@misconception(
    "text.bpe._cut",
    hint="What does | mean in a pattern?",
    fails=(
        "BPETraining/test_special_tokens",
        "BPETokenizer/test_special_tokens",
        "BPETokenizer/test_round_trip",
        "BPETokenizer/test_kinds",
        "BPETokenizer/test_independent",
    ),
    source="folklore",
)
def special_tokens_as_patterns(text, special_tokens):
    """A special token can be put into a regular expression as it is."""
    longest_first = sorted(special_tokens, key=len, reverse=True)
    parts = re.split(f"({'|'.join(longest_first)})", text) if special_tokens else [text]
    for i, part in enumerate(parts):
        if i % 2:
            yield (part, True)
        else:
            yield from ((piece, False) for piece in re.findall(PATTERN, part))


@misconception(
    "text.bpe._cut",
    hint="`<|end|><|end|>` is a special token, too: which is longer?",
    fails=("BPETokenizer/test_special_tokens",),
    source="folklore",
)
def special_tokens_in_their_order(text, special_tokens):
    """Of special tokens that begin at one place, the first in the list counts."""
    longest_first = list(special_tokens)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text) if special_tokens else [text]
    for i, part in enumerate(parts):
        if i % 2:
            yield (part, True)
        else:
            yield from ((piece, False) for piece in re.findall(PATTERN, part))


@misconception(
    "text.bpe._cut",
    hint="`aa` and `a` are special tokens: what is aa?",
    fails=("BPETokenizer/test_special_tokens",),
    source="folklore",
)
def shortest_special_token(text, special_tokens):
    """Of special tokens that begin at one place, the shorter one counts."""
    longest_first = sorted(special_tokens, key=len, reverse=False)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text) if special_tokens else [text]
    for i, part in enumerate(parts):
        if i % 2:
            yield (part, True)
        else:
            yield from ((piece, False) for piece in re.findall(PATTERN, part))
