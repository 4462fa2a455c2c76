"""What people believe about the context and the cache of a text."""

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.generation import _check_arguments, _next_tokens


@misconception(
    "nn.modern.generate",
    hint="Which token has not gone through the model?",
    fails=(
        "Generate/test_samples",
        "Generate/test_temperature",
        "Generate/test_greedy",
        "Generate/test_top_k",
        "Generate/test_top_p",
        "Generate/test_together",
    ),
    source="folklore",
)
def cache_without_the_last_token(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """The prompt is in the cache; each new token is drawn from what it says."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1] - 0 if tokens.shape[1] == np.shape(prompt)[-1] else tokens.shape[1] - 1
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens[0] if np.ndim(prompt) == 1 else tokens


@misconception(
    "nn.modern.generate",
    hint="How many tokens are new?",
    fails=("Generate/test_use_cache",),
    source="folklore",
)
def prompt_again_each_time(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """With a cache, the whole text goes through the model."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, _seen = (model.new_cache() if use_cache else None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            cache = model.new_cache()
            logits = model(tokens, cache)
            tokens.shape[1]
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens[0] if np.ndim(prompt) == 1 else tokens


@misconception(
    "nn.modern.generate",
    hint="How often does each token go through the model?",
    fails=("Generate/test_use_cache",),
    source="folklore",
)
def cache_is_never_used(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """use_cache changes nothing."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens[0] if np.ndim(prompt) == 1 else tokens


@misconception(
    "nn.modern.generate",
    hint="What have the other positions computed from the one that was dropped?",
    fails=("Generate/test_long", "Generate/test_model"),
    source="folklore",
)
def cache_goes_on_beyond_the_context(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """If the text is too long, the cache drops its first position."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        elif cache is not None and tokens.shape[1] > model.context_length + 1:
            logits = (
                model(tokens[:, -model.context_length + 1 :]) if model.context_length > 1 else model(tokens[:, -1:])
            )
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens[0] if np.ndim(prompt) == 1 else tokens


@misconception(
    "nn.modern.generate",
    hint="How many tokens does the model see?",
    fails=("Generate/test_long", "Generate/test_model"),
    source="folklore",
)
def window_is_one_less(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """One place is kept for the new token."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        else:
            logits = model(
                tokens[:, -model.context_length + 1 :] if tokens.shape[1] >= model.context_length > 1 else tokens
            )
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens[0] if np.ndim(prompt) == 1 else tokens


@misconception(
    "nn.modern.generate",
    hint="What does the model see beyond context_length?",
    fails=("Generate/test_long", "Generate/test_model"),
    source="folklore",
)
def too_long_is_an_error(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """A text cannot be longer than the context."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
    if tokens.shape[1] + max_new_tokens > model.context_length:
        raise ValueError("too long")
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens[0] if np.ndim(prompt) == 1 else tokens
