"""What people believe about the result of writing, and the model's mode."""

import numpy as np

from grader.assignment import misconception
from reference.nn.transformer.generation import _chosen, _next_logits


@misconception(
    "nn.transformer.generate",
    hint="What is dropped while the model writes?",
    fails=(
        "Generate/test_without_dropout",
        "Generate/test_evaluation",
    ),
    source="folklore",
)
def writes_in_training(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """The mode is the caller's business."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="In which mode was the model before?",
    fails=(
        "Generate/test_without_dropout",
        "Generate/test_after_an_exception",
        "Generate/test_evaluation",
    ),
    source="folklore",
)
def stays_in_evaluation(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """After writing, the model is in evaluation."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    model.eval()
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        pass
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="What is done after an exception?",
    fails=("Generate/test_after_an_exception",),
    source="folklore",
)
def mode_is_lost_by_an_exception(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True
):
    """The mode is restored at the end."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    model.eval()
    for _ in range(max_new_tokens):
        token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
        tokens = np.append(tokens, token)
    model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="How many tokens are new?",
    fails=(
        "Generate/test_greedy",
        "Generate/test_draws",
        "Generate/test_greedy",
        "Generate/test_draws",
        "Generate/test_temperature",
        "Generate/test_top_k",
    ),
    source="folklore",
)
def one_token_too_many(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """The last token is predicted, too."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    model.eval()
    try:
        for _ in range(max_new_tokens + 1):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="What is at the beginning of the result?",
    fails=(
        "Generate/test_greedy",
        "Generate/test_draws",
        "Generate/test_greedy",
        "Generate/test_draws",
        "Generate/test_temperature",
        "Generate/test_top_k",
    ),
    source="folklore",
)
def prompt_is_left_out(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """The new tokens are returned."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    model.eval()
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        model.train(was_training)
    return tokens[-max_new_tokens:] if max_new_tokens else tokens[:0]


@misconception(
    "nn.transformer.generate",
    hint="Which token ends a text here?",
    fails=(
        "Generate/test_greedy",
        "Generate/test_draws",
        "Generate/test_greedy",
        "Generate/test_draws",
        "Generate/test_temperature",
        "Generate/test_top_k",
    ),
    source="folklore",
)
def ends_with_token_0(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Token 0 ends the text."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    model.eval()
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
            if token == 0:
                break
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="Are two texts equal?",
    fails=("Generate/test_without_a_generator",),
    source="folklore",
)
def writer_seed_is_0(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Without rng, the seed is 0."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng(0) if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    model.eval()
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="Who else draws from NumPy's global state?",
    fails=("Generate/test_without_a_generator",),
    source="folklore",
)
def writer_global_state(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Without rng, numpy.random is used."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.mtrand._rand if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    model.eval()
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="Where does the second token's number come from?",
    fails=(
        "Generate/test_draws",
        "Generate/test_draws",
        "Generate/test_temperature",
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
    ),
    source="folklore",
)
def a_generator_for_each_token(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Each token begins with the same numbers."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    model.eval()
    try:
        for _ in range(max_new_tokens):
            token = _chosen(
                _next_logits(model, tokens, cache),
                temperature,
                top_k,
                np.random.default_rng(rng.integers(1 << 30)) if temperature else rng,
            )
            tokens = np.append(tokens, token)
    finally:
        model.train(was_training)
    return tokens
