"""What people believe about the vocabulary of a tokenizer."""

from grader.assignment import misconception


@misconception(
    "text.BPETokenizer.__init__",
    hint="What is the order of vocab?",
    fails=(
        "BPETraining/test_worked_example",
        "BPETraining/test_special_tokens",
        "BPETraining/test_sizes",
        "BPETokenizer/test_worked_example",
        "BPETokenizer/test_special_tokens",
        "BPETokenizer/test_round_trip",
        "BPETokenizer/test_any_ids",
        "BPETokenizer/test_kinds",
        "BPETokenizer/test_independent",
    ),
    source="folklore",
    convention="This is the order of some vocabularies; the contract has the special tokens last.",
)
def special_tokens_first_in_ids(self, merges=(), special_tokens=()):
    """Special tokens have the first ids after the bytes."""
    self.merges, self.special_tokens = (list(merges), tuple(special_tokens))
    if "" in self.special_tokens or len(set(self.special_tokens)) < len(self.special_tokens):
        raise ValueError(f"special tokens have to differ, and none may be empty, got {self.special_tokens}")
    tokens = [bytes([value]) for value in range(256)]
    self._ids = {token: i for i, token in enumerate(tokens)}
    tokens += [token.encode() for token in self.special_tokens]
    for left, right in self.merges:
        if left not in self._ids or right not in self._ids or left + right in self._ids:
            raise ValueError(f"({left!r}, {right!r}) does not make a new token of two that are there")
        self._ids[left + right] = len(tokens)
        tokens.append(left + right)
    self._special_ids = {token: 256 + i for i, token in enumerate(self.special_tokens)}
    self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
    self.vocab = dict(enumerate(tokens))


@misconception(
    "text.BPETokenizer.__init__",
    hint="Which token is b'bc' if nothing has made it?",
    fails=("BPETokenizer/test_refuses",),
    source="folklore",
)
def merges_are_not_checked(self, merges=(), special_tokens=()):
    """Whoever gives merges knows that they fit."""
    self.merges = list(merges)
    self.special_tokens = tuple(special_tokens)
    if "" in self.special_tokens or len(set(self.special_tokens)) < len(self.special_tokens):
        raise ValueError(f"special tokens have to differ, and none may be empty, got {self.special_tokens}")
    tokens = [bytes([value]) for value in range(256)]
    self._ids = {token: i for i, token in enumerate(tokens)}
    for left, right in self.merges:
        if False:
            raise ValueError(f"({left!r}, {right!r}) does not make a new token of two that are there")
        self._ids[left + right] = len(tokens)
        tokens.append(left + right)
    self._special_ids = {token: len(tokens) + i for i, token in enumerate(self.special_tokens)}
    self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
    self.vocab = dict(enumerate([*tokens, *(token.encode() for token in self.special_tokens)]))


@misconception(
    "text.BPETokenizer.__init__",
    hint="How many ids would its token have?",
    fails=("BPETokenizer/test_refuses",),
    source="folklore",
)
def merges_may_repeat(self, merges=(), special_tokens=()):
    """A merge may be given twice."""
    self.merges = list(merges)
    self.special_tokens = tuple(special_tokens)
    if "" in self.special_tokens or len(set(self.special_tokens)) < len(self.special_tokens):
        raise ValueError(f"special tokens have to differ, and none may be empty, got {self.special_tokens}")
    tokens = [bytes([value]) for value in range(256)]
    self._ids = {token: i for i, token in enumerate(tokens)}
    for left, right in self.merges:
        if left not in self._ids or right not in self._ids:
            raise ValueError(f"({left!r}, {right!r}) does not make a new token of two that are there")
        self._ids[left + right] = len(tokens)
        tokens.append(left + right)
    self._special_ids = {token: len(tokens) + i for i, token in enumerate(self.special_tokens)}
    self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
    self.vocab = dict(enumerate([*tokens, *(token.encode() for token in self.special_tokens)]))


@misconception(
    "text.BPETokenizer.__init__",
    hint="Can (ab, c) come before (a, b)?",
    fails=("BPETokenizer/test_refuses",),
    source="folklore",
)
def order_of_merges_is_free(self, merges=(), special_tokens=()):
    """All tokens that some merge makes may be part of any merge."""
    self.merges = list(merges)
    self.special_tokens = tuple(special_tokens)
    if "" in self.special_tokens or len(set(self.special_tokens)) < len(self.special_tokens):
        raise ValueError(f"special tokens have to differ, and none may be empty, got {self.special_tokens}")
    tokens = [bytes([value]) for value in range(256)]
    self._ids = {token: i for i, token in enumerate(tokens)}
    made = {left + right for left, right in self.merges} | set(tokens)
    for left, right in self.merges:
        if left not in made or right not in made or left + right in self._ids:
            raise ValueError(f"({left!r}, {right!r}) does not make a new token of two that are there")
        self._ids[left + right] = len(tokens)
        tokens.append(left + right)
    self._special_ids = {token: len(tokens) + i for i, token in enumerate(self.special_tokens)}
    self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
    self.vocab = dict(enumerate([*tokens, *(token.encode() for token in self.special_tokens)]))


@misconception(
    "text.BPETokenizer.__init__",
    hint="Where does an empty text occur?",
    fails=("BPETokenizer/test_refuses",),
    source="folklore",
)
def empty_special_token(self, merges=(), special_tokens=()):
    """A special token may be any text."""
    self.merges = list(merges)
    self.special_tokens = tuple(special_tokens)
    if len(set(self.special_tokens)) < len(self.special_tokens):
        raise ValueError(f"special tokens have to differ, and none may be empty, got {self.special_tokens}")
    tokens = [bytes([value]) for value in range(256)]
    self._ids = {token: i for i, token in enumerate(tokens)}
    for left, right in self.merges:
        if left not in self._ids or right not in self._ids or left + right in self._ids:
            raise ValueError(f"({left!r}, {right!r}) does not make a new token of two that are there")
        self._ids[left + right] = len(tokens)
        tokens.append(left + right)
    self._special_ids = {token: len(tokens) + i for i, token in enumerate(self.special_tokens)}
    self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
    self.vocab = dict(enumerate([*tokens, *(token.encode() for token in self.special_tokens)]))


@misconception(
    "text.BPETokenizer.__init__",
    hint="Which of two ids would it have?",
    fails=("BPETokenizer/test_refuses",),
    source="folklore",
)
def special_tokens_may_repeat(self, merges=(), special_tokens=()):
    """A special token that is given twice is one."""
    self.merges = list(merges)
    self.special_tokens = tuple(special_tokens)
    if "" in self.special_tokens:
        raise ValueError(f"special tokens have to differ, and none may be empty, got {self.special_tokens}")
    tokens = [bytes([value]) for value in range(256)]
    self._ids = {token: i for i, token in enumerate(tokens)}
    for left, right in self.merges:
        if left not in self._ids or right not in self._ids or left + right in self._ids:
            raise ValueError(f"({left!r}, {right!r}) does not make a new token of two that are there")
        self._ids[left + right] = len(tokens)
        tokens.append(left + right)
    self._special_ids = {token: len(tokens) + i for i, token in enumerate(self.special_tokens)}
    self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
    self.vocab = dict(enumerate([*tokens, *(token.encode() for token in self.special_tokens)]))


@misconception(
    "text.BPETokenizer.__init__",
    hint="What does decode make of the id of <|end|>?",
    fails=(
        "BPETraining/test_worked_example",
        "BPETraining/test_special_tokens",
        "BPETraining/test_sizes",
        "BPETokenizer/test_worked_example",
        "BPETokenizer/test_round_trip",
        "BPETokenizer/test_any_ids",
        "BPETokenizer/test_kinds",
    ),
    source="folklore",
)
def special_tokens_not_in_vocab(self, merges=(), special_tokens=()):
    """vocab has the bytes and the merges."""
    self.merges = list(merges)
    self.special_tokens = tuple(special_tokens)
    if "" in self.special_tokens or len(set(self.special_tokens)) < len(self.special_tokens):
        raise ValueError(f"special tokens have to differ, and none may be empty, got {self.special_tokens}")
    tokens = [bytes([value]) for value in range(256)]
    self._ids = {token: i for i, token in enumerate(tokens)}
    for left, right in self.merges:
        if left not in self._ids or right not in self._ids or left + right in self._ids:
            raise ValueError(f"({left!r}, {right!r}) does not make a new token of two that are there")
        self._ids[left + right] = len(tokens)
        tokens.append(left + right)
    self._special_ids = {token: len(tokens) + i for i, token in enumerate(self.special_tokens)}
    self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
    self.vocab = dict(enumerate(tokens))
