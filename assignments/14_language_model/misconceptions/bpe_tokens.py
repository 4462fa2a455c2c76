"""What people believe about encoding and decoding."""

from itertools import pairwise

import numpy as np

from grader.assignment import misconception
from reference.text.bpe import BPETokenizer, _cut, _joined, _single_bytes


@misconception(
    "text.BPETokenizer._merged",
    hint="(b, c) is merge 0 and (a, b) merge 1: what is abc?",
    fails=(
        "BPETokenizer/test_order",
        "BPETokenizer/test_repeats",
        "BPETokenizer/test_pieces",
        "BPETokenizer/test_round_trip",
    ),
    source="folklore",
    convention="This is how WordPiece encodes; the contract applies the merges in their order.",
)
def longest_token_first(self, piece):
    """Each piece is cut into the longest tokens that fit, from left to right."""
    data, tokens = (piece.encode(), [])
    while data:
        end = next(end for end in range(len(data), 0, -1) if data[:end] in self._ids)
        tokens.append(data[:end])
        data = data[end:]
    return tokens


@misconception(
    "text.BPETokenizer._merged",
    hint="Which of two merges comes first: that of the left pair, or the earlier one?",
    fails=(
        "BPETokenizer/test_order",
        "BPETokenizer/test_repeats",
        "BPETokenizer/test_pieces",
        "BPETokenizer/test_round_trip",
    ),
    source="folklore",
)
def first_pair_that_fits(self, piece):
    """The first pair of a piece that is a merge is merged, then the next."""
    tokens = _single_bytes(piece)
    while True:
        first = next((pair for pair in pairwise(tokens) if pair in self._ranks), None)
        if first not in self._ranks:
            return tokens
        tokens = _joined(tokens, first)


@misconception(
    "text.BPETokenizer._merged",
    hint="In which order were the merges learned?",
    fails=(
        "BPETokenizer/test_worked_example",
        "BPETokenizer/test_order",
        "BPETokenizer/test_repeats",
        "BPETokenizer/test_pieces",
        "BPETokenizer/test_round_trip",
    ),
    source="folklore",
)
def latest_merge_first(self, piece):
    """The latest merge that fits comes first, as it makes the longest token."""
    tokens = _single_bytes(piece)
    while True:
        first = max((pair for pair in pairwise(tokens) if pair in self._ranks), key=self._rank, default=None)
        if first not in self._ranks:
            return tokens
        tokens = _joined(tokens, first)


@misconception(
    "text.BPETokenizer.encode",
    hint="Where were pairs counted in training?",
    fails=(
        "BPETokenizer/test_worked_example",
        "BPETokenizer/test_pieces",
        "BPETokenizer/test_special_tokens",
        "BPETokenizer/test_round_trip",
        "BPETokenizer/test_kinds",
        "BPETokenizer/test_independent",
    ),
    source="folklore",
)
def text_in_one_piece(self, text):
    """encode applies the merges to the whole text."""
    ids = []
    known = {}
    for piece, is_special in ((part, special) for part, special in [(text, False)]):
        if is_special:
            ids.append(self._special_ids[piece])
            continue
        if piece not in known:
            known[piece] = [self._ids[token] for token in self._merged(piece)]
        ids += known[piece]
    return np.array(ids, dtype=np.int64)


@misconception(
    "text.BPETokenizer.encode",
    hint="What is the id of <|end|>?",
    fails=(
        "BPETokenizer/test_worked_example",
        "BPETokenizer/test_special_tokens",
        "BPETokenizer/test_round_trip",
        "BPETokenizer/test_kinds",
        "BPETokenizer/test_independent",
    ),
    source="folklore",
)
def special_tokens_are_text(self, text):
    """encode looks for merges only; a special token is encoded as its bytes."""
    ids = []
    known = {}
    for piece, is_special in _cut(text, ()):
        if is_special:
            ids.append(self._special_ids[piece])
            continue
        if piece not in known:
            known[piece] = [self._ids[token] for token in self._merged(piece)]
        ids += known[piece]
    return np.array(ids, dtype=np.int64)


@misconception(
    "text.BPETokenizer.encode",
    hint="What does decode(encode(text)) give?",
    fails=(
        "BPETokenizer/test_worked_example",
        "BPETokenizer/test_special_tokens",
        "BPETokenizer/test_round_trip",
        "BPETokenizer/test_kinds",
        "BPETokenizer/test_independent",
    ),
    source="folklore",
)
def special_tokens_are_dropped(self, text):
    """Special tokens are not part of the text, so encode leaves them out."""
    ids = []
    known = {}
    for piece, is_special in _cut(text, self.special_tokens):
        if is_special:
            continue
        if piece not in known:
            known[piece] = [self._ids[token] for token in self._merged(piece)]
        ids += known[piece]
    return np.array(ids, dtype=np.int64)


@misconception(
    "text.BPETokenizer.decode",
    hint="Two tokens are the two bytes of é: what is each alone?",
    fails=("BPETokenizer/test_any_text", "BPETokenizer/test_round_trip", "BPETokenizer/test_any_ids"),
    source="folklore",
)
def decodes_each_token(self, ids):
    """Each token is decoded, and the texts are put together."""
    return "".join(self.vocab[int(i)].decode(errors="replace") for i in ids)


@misconception(
    "text.BPETokenizer.decode",
    hint="What stands in the place of a byte that is no UTF-8?",
    fails=("BPETokenizer/test_any_text", "BPETokenizer/test_any_ids"),
    source="folklore",
)
def drops_broken_bytes(self, ids):
    """Bytes that are no text are left out."""
    return b"".join(self.vocab[int(i)] for i in ids).decode(errors="ignore")


@misconception(
    "text.BPETokenizer.decode",
    hint="Which ids may a model write?",
    fails=("BPETokenizer/test_any_text", "BPETokenizer/test_any_ids"),
    source="folklore",
)
def refuses_broken_bytes(self, ids):
    """Bytes that are no text are an error."""
    return b"".join(self.vocab[int(i)] for i in ids).decode(errors="strict")


@misconception(
    "text.BPETokenizer.encode",
    hint="What comes back of \\r\\n?",
    fails=("BPETokenizer/test_any_text", "BPETokenizer/test_round_trip"),
    source="folklore",
)
def normalises_line_ends(self, text):
    """Line ends are the same on every system."""
    text = text.replace("\r\n", "\n")
    ids = []
    known = {}
    for piece, is_special in _cut(text, self.special_tokens):
        if is_special:
            ids.append(self._special_ids[piece])
            continue
        if piece not in known:
            known[piece] = [self._ids[token] for token in self._merged(piece)]
        ids += known[piece]
    return np.array(ids, dtype=np.int64)


@misconception(
    "text.BPETokenizer.encode",
    hint="Which dtype does the handout name?",
    fails=(
        "BPETokenizer/test_worked_example",
        "BPETokenizer/test_order",
        "BPETokenizer/test_repeats",
        "BPETokenizer/test_pieces",
        "BPETokenizer/test_special_tokens",
        "BPETokenizer/test_round_trip",
    ),
    source="folklore",
)
def ids_are_small(self, text):
    """Ids are int32, which is enough."""
    ids = []
    known = {}
    for piece, is_special in _cut(text, self.special_tokens):
        if is_special:
            ids.append(self._special_ids[piece])
            continue
        if piece not in known:
            known[piece] = [self._ids[token] for token in self._merged(piece)]
        ids += known[piece]
    return np.array(ids, dtype=np.int32)


@misconception(
    "text.BPETokenizer.encode",
    hint="What does NumPy make of an empty list?",
    fails=("BPETokenizer/test_kinds",),
    source="folklore",
)
def no_ids_are_floats(self, text):
    """NumPy finds out the dtype of the ids."""
    ids = []
    known = {}
    for piece, is_special in _cut(text, self.special_tokens):
        if is_special:
            ids.append(self._special_ids[piece])
            continue
        if piece not in known:
            known[piece] = [self._ids[token] for token in self._merged(piece)]
        ids += known[piece]
    return np.array(ids)


@misconception(
    "text.BPETokenizer.decode",
    hint="What does the contract say of an id that is not in vocab?",
    fails=("BPETokenizer/test_refuses",),
    source="folklore",
)
def unknown_ids_are_skipped(self, ids):
    """An id that is not in vocab is left out."""
    return b"".join(self.vocab.get(int(i), b"") for i in ids).decode(errors="replace")


@misconception(
    "text.BPETokenizer.decode",
    hint="Is -1 in vocab?",
    fails=("BPETokenizer/test_refuses",),
    source="folklore",
)
def negative_ids_count_from_the_end(self, ids):
    """vocab is a list, so id -1 is its last token."""
    return b"".join(list(self.vocab.values())[int(i)] for i in ids).decode(errors="replace")


@misconception(
    "text.BPETokenizer._merged",
    hint="Do two tokenizers have the same merges?",
    fails=("BPETokenizer/test_order", "BPETokenizer/test_independent"),
    source="folklore",
)
def cache_for_all(self, piece):
    """What a piece becomes is remembered for good."""
    known = vars(BPETokenizer).get("_known_pieces")
    if known is None:
        known = BPETokenizer._known_pieces = {}
    if piece in known:
        return known[piece]
    tokens = _single_bytes(piece)
    while True:
        first = min(pairwise(tokens), key=self._rank, default=None)
        if first not in self._ranks:
            known[piece] = tokens
            return tokens
        tokens = _joined(tokens, first)


@misconception(
    "text.BPETokenizer.encode",
    hint="Which ids does the same piece have with other merges?",
    fails=("BPETokenizer/test_order", "BPETokenizer/test_independent"),
    source="folklore",
)
def ids_known_to_all_tokenizers(self, text):
    """The ids of a piece are remembered in the class, so that no tokenizer needs to look for them again."""
    known = vars(BPETokenizer).get("_known_ids")
    if known is None:
        known = BPETokenizer._known_ids = {}
    ids = []
    for piece, is_special in _cut(text, self.special_tokens):
        if is_special:
            ids.append(self._special_ids[piece])
            continue
        if piece not in known:
            known[piece] = [self._ids[token] for token in self._merged(piece)]
        ids += known[piece]
    return np.array(ids, dtype=np.int64)
