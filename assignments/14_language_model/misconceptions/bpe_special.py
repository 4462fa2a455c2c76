"""What people believe about special tokens that overlap."""

import re

from grader.assignment import misconception
from reference.text.bpe import PATTERN


@misconception(
    "text.bpe._cut",
    hint="The special tokens are ab and bcd: which of them begins first in abcd?",
    fails=("BPETraining/test_special_tokens", "BPETokenizer/test_special_tokens"),
    source="a reader of the handout",
)
def longest_special_token_everywhere(text, special_tokens):
    """The longest special token is cut out of the whole text first, then the next one out of what is left."""
    parts = [(text, False)]
    for token in sorted(special_tokens, key=len, reverse=True):
        cut = []
        for part, is_special in parts:
            between = [part] if is_special else part.split(token)
            cut.append((between[0], is_special))
            for rest in between[1:]:
                cut += [(token, True), (rest, False)]
        parts = cut
    for part, is_special in parts:
        if is_special:
            yield (part, True)
        else:
            yield from ((piece, False) for piece in re.findall(PATTERN, part))


@misconception(
    "text.bpe._cut",
    hint="In `! <end>`, where does PATTERN stop, if it does not know what a special token is?",
    fails=("BPETokenizer/test_special_tokens", "BPETraining/test_special_tokens"),
    source="a reader of the handout",
)
def special_tokens_are_one_more_piece(text, special_tokens):
    """Special tokens are the first alternative of PATTERN, so that one search finds both kinds of pieces."""
    longest_first = sorted(special_tokens, key=len, reverse=True)
    for piece in re.findall("|".join([*map(re.escape, longest_first), PATTERN]), text):
        yield (piece, piece in special_tokens)
