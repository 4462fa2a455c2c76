"""From text to numbers and back: byte-level byte-pair encoding.

A text is bytes (UTF-8). At first each of the 256 bytes is a token. Training makes tokens that are longer: again and
again it joins the two neighbours that occur together most often. So no text is unknown, and frequent words are short.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

# A contraction, letters, digits, other signs (each with at most one space before it), or white space. Every character
# is in one of these, so the pieces of a text together are the text.
PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+"

Pair = tuple[bytes, bytes]


class BPETokenizer:
    """Turns text into the ids of tokens by merges that it was given or has learned.

    A text is cut in three steps. First at the special tokens: each is one token, whatever is in it; of two that begin
    at the same place, the longer one counts. What is between them is cut into pieces by ``re.findall(PATTERN, ...)``.
    Each piece, as bytes of UTF-8, is at first cut into single bytes. Then the merges are applied in their order, each
    to all places of the piece, from left to right. A merge never reaches beyond a piece.

    Convention: ids are those of the 256 bytes (0 to 255), then of the merges in their order, then of the special tokens
    in theirs.

    Args:
        merges: pairs of tokens; each pair becomes a new token, which later pairs may contain.
        special_tokens: texts that are never cut and never part of a merge.

    Attributes:
        vocab: dict from id to the bytes of the token, in the order of ids.
        merges: list of pairs of bytes.
        special_tokens: tuple of texts.

    Raises:
        ValueError: if a merge has a part that is no token by then, or makes one that is there; if a special token is
            empty or occurs twice.

    Source: Sennrich, Haddow and Birch, Neural Machine Translation of Rare Words with Subword Units (2016), sec. 3.2;
    bytes and the pattern: Radford and others, Language Models are Unsupervised Multitask Learners (2019), sec. 2.2.

    >>> tokenizer = BPETokenizer([(b"a", b"b"), (b"ab", b"c")], special_tokens=["<end>"])
    >>> tokenizer.encode("abcab<end>").tolist()
    [257, 256, 258]
    >>> tokenizer.decode([257, 256, 258])
    'abcab<end>'
    """

    def __init__(self, merges: Iterable[Pair] = (), special_tokens: Sequence[str] = ()) -> None:
        raise NotImplementedError("text.BPETokenizer.__init__")

    @classmethod
    def train(cls, text: str, vocab_size: int, special_tokens: Sequence[str] = ()) -> BPETokenizer:
        """Learn merges from a text.

        Each merge is of the pair of neighbouring tokens that occurs most often in the pieces of the text, as they are
        by then. A piece counts as often as it occurs, and a pair as often as it occurs in it: aaa has (a, a) twice. Of
        pairs that occur equally often, it is the greatest, compared as Python compares pairs of bytes. The pair is
        merged wherever it occurs, in each piece from left to right: aaa becomes aa, a.

        The cost of a merge depends on the pieces that contain its pair, not on the length of the text.

        Args:
            text: what to learn from. Special tokens in it are not counted; what is before one is no neighbour of what
                is after it.
            vocab_size: int; the number of tokens, special ones included. If no pair is left before, there are fewer.
            special_tokens: texts that are never cut and never part of a merge.

        Returns:
            A tokenizer with these merges.

        Raises:
            ValueError: if vocab_size is below 256 and the number of special tokens.

        >>> BPETokenizer.train("aaa aaa ab", 258).merges
        [(b'a', b'a'), (b'aa', b'a')]
        """
        raise NotImplementedError("text.BPETokenizer.train")

    def encode(self, text: str) -> np.ndarray:
        """Turn a text into ids.

        Args:
            text: any text that UTF-8 can express.

        Returns:
            The ids, (number of tokens,) int64.
        """
        raise NotImplementedError("text.BPETokenizer.encode")

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into a text.

        Args:
            ids: the ids of tokens; a list, or an array of one dimension.

        Returns:
            The text of all their bytes together. Bytes that are no UTF-8 become U+FFFD, as ``bytes.decode`` with
            ``errors="replace"`` has it.

        Raises:
            LookupError: if an id is not in ``vocab``.
        """
        raise NotImplementedError("text.BPETokenizer.decode")
