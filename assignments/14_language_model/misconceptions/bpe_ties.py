"""What people believe about which pair is merged."""

from grader.assignment import misconception
from reference.text.bpe import _joined


@misconception(
    "text.bpe._Pieces.merge_best",
    hint="Two pairs occur three times each: what does the handout say?",
    fails=(
        "BPETraining/test_worked_example",
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
    ),
    source="folklore",
    convention="This is what the order of a dict makes of it; the contract asks for the greatest pair.",
)
def first_of_ties(self):
    """Of pairs that occur equally often, the first one met is merged."""
    most = max(self.counts.values())
    best = next((pair for pair, count in self.counts.items() if count == most))
    for number in list(self._where[best]):
        self._discount(number)
        self._tokens[number] = _joined(self._tokens[number], best)
        self._count(number)
    return best


@misconception(
    "text.bpe._Pieces.merge_best",
    hint="Which of two pairs is greater?",
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
def least_of_ties(self):
    """Of pairs that occur equally often, the one that comes first in the alphabet is merged."""
    most = max(self.counts.values())
    best = min((pair for pair, count in self.counts.items() if count == most))
    for number in list(self._where[best]):
        self._discount(number)
        self._tokens[number] = _joined(self._tokens[number], best)
        self._count(number)
    return best


@misconception(
    "text.bpe._Pieces.merge_best",
    hint="Is (b'a', b'z') greater than (b'ab', b'a')? And b'az' than b'aba'?",
    fails=(
        "BPETraining/test_words",
        "BPETraining/test_ties",
        "BPETraining/test_repeats",
        "BPETraining/test_pieces",
        "BPETraining/test_bytes",
        "BPETraining/test_special_tokens",
    ),
    source="folklore",
)
def ties_by_merged_bytes(self):
    """Of pairs that occur equally often, the one that makes the greatest token is merged."""
    most = max(self.counts.values())
    best = max((pair for pair, count in self.counts.items() if count == most), key=lambda pair: pair[0] + pair[1])
    for number in list(self._where[best]):
        self._discount(number)
        self._tokens[number] = _joined(self._tokens[number], best)
        self._count(number)
    return best


@misconception(
    "text.bpe._Pieces.merge_best",
    hint="After (t, h) was merged, how often does (h, e) occur?",
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
def new_pairs_not_counted(self):
    """After a merge the counts of the other pairs stay as they were."""
    most = max(self.counts.values())
    best = max((pair for pair, count in self.counts.items() if count == most))
    for number in list(self._where[best]):
        self._tokens[number] = _joined(self._tokens[number], best)
        self._count(number)
    del self.counts[best]
    return best
