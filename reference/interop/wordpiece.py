"""WordPiece, the tokenizer of BERT without capital letters. It is given: nothing here is to be written.

Source: Devlin, Chang, Lee and Toutanova, BERT (2019), sec. 3; Wu and others, Google's Neural Machine Translation System
(2016), sec. 4.1, for word pieces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

PADDING, UNKNOWN, FIRST, LAST = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 100  # characters; a longer word is unknown
IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2CEAF), (0x2F800, 0x2FA1F))


class WordPiece:
    """Cuts texts into words, and words into the longest pieces that a vocabulary has.

    Args:
        vocabulary: the tokens, in the order of their ids. A token that continues a word begins with ##.

    >>> tokenizer = WordPiece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "fire", "##works", "!"])
    >>> ids, mask = tokenizer(["Fireworks!", "Fire"])
    >>> ids.tolist()
    [[2, 4, 5, 6, 3], [2, 4, 3, 0, 0]]
    >>> mask.tolist()
    [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self.ids = {token: number for number, token in enumerate(vocabulary)}

    def __call__(self, texts: Sequence[str], max_length: int = 256) -> tuple[np.ndarray, np.ndarray]:
        """Encode texts, and pad them to the length of the longest.

        Args:
            texts: one text or more.
            max_length: int >= 2; a longer text loses its end.

        Returns:
            ids: (N, L) int64. attention_mask: (N, L) int64, 1 for a token and 0 for padding.
        """
        rows = [[self.ids[FIRST], *self.encode(text)[: max_length - 2], self.ids[LAST]] for text in texts]
        longest = max(map(len, rows))
        ids = [row + [self.ids[PADDING]] * (longest - len(row)) for row in rows]
        mask = [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
        return np.array(ids, np.int64), np.array(mask, np.int64)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without the tokens at its two ends."""
        return [self.ids[piece] for word in words(text) for piece in self._pieces(word)]

    def _pieces(self, word: str) -> list[str]:
        pieces: list[str] = []
        begin = 0
        while begin < len(word):
            marked = ["##" * (begin > 0) + word[begin:end] for end in range(len(word), begin, -1)]
            piece = next((piece for piece in marked if piece in self.ids), None)
            if piece is None or len(word) > LONGEST_WORD:
                return [UNKNOWN]
            pieces.append(piece)
            begin += len(piece) - 2 * (begin > 0)
        return pieces


def words(text: str) -> list[str]:
    """Lower case without accents, cut at white space and around each sign of punctuation.

    >>> words("Café-crème, please!")
    ['cafe', '-', 'creme', ',', 'please', '!']
    """
    spaced = "".join(f" {c} " if _is_ideograph(c) else c for c in map(_cleaned, text))
    plain = (c for c in unicodedata.normalize("NFD", spaced.lower()) if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _is_punctuation(c) else c for c in plain).split()


def _cleaned(character: str) -> str:
    if character in "\t\n\r" or unicodedata.category(character) == "Zs":
        return " "
    is_control = character in "\0\ufffd" or unicodedata.category(character).startswith("C")
    return "" if is_control else character


def _is_ideograph(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in IDEOGRAPHS)


def _is_punctuation(character: str) -> bool:
    is_ascii_sign = character.isascii() and character.isprintable() and not character.isalnum() and character != " "
    return is_ascii_sign or unicodedata.category(character).startswith("P")
