"""What people believe about writing a text."""

import numpy as np

from grader.assignment import misconception
from reference.nn.transformer.generation import _chosen, _next_logits


@misconception(
    "nn.transformer.generation._next_logits",
    hint="Which position predicts the next token?",
    fails=(
        "Generate/test_greedy",
        "Generate/test_greedy",
        "Generate/test_draws",
        "Generate/test_temperature",
        "Generate/test_top_k",
        "Generate/test_together",
    ),
    source="folklore",
)
def logits_of_the_first_position(model, tokens, cache):
    """The logits of the first position count."""
    fits = len(tokens) <= model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, -model.context_length :])[0, 0]
    return model.forward(tokens[None, len(cache[0]) :], cache)[0, 0]


@misconception(
    "nn.transformer.generation._next_logits",
    hint="Of a text that is too long: which part matters for the next token?",
    fails=("Generate/test_beyond_the_context",),
    source="folklore",
)
def first_tokens_count(model, tokens, cache):
    """Of a long text the first tokens count."""
    fits = len(tokens) <= model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, : model.context_length])[0, -1]
    return model.forward(tokens[None, len(cache[0]) :], cache)[0, -1]


@misconception(
    "nn.transformer.generation._next_logits",
    hint="Without a cache, what does the model know of the tokens before the last one?",
    fails=(
        "Generate/test_greedy",
        "Generate/test_together",
        "Generate/test_few_tokens",
        "Generate/test_without_a_cache",
        "Generate/test_beyond_the_context",
    ),
    source="folklore",
)
def last_token_alone(model, tokens, cache):
    """The last token is enough."""
    fits = len(tokens) <= model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, -1:])[0, -1]
    return model.forward(tokens[None, len(cache[0]) :], cache)[0, -1]


@misconception(
    "nn.transformer.generation._next_logits",
    hint="Which positions do the keys in a cache have, once the first token is left out?",
    fails=("Generate/test_beyond_the_context",),
    source="folklore",
)
def newest_token_beyond_the_context(model, tokens, cache):
    """Beyond the context, a new cache is begun with the newest token."""
    fits = len(tokens) <= model.context_length
    if cache is not None and (not fits):
        return model.forward(tokens[None, -1:])[0, -1]
    if cache is None or not fits:
        return model.forward(tokens[None, -model.context_length :])[0, -1]
    return model.forward(tokens[None, len(cache[0]) :], cache)[0, -1]


@misconception(
    "nn.transformer.generation._next_logits",
    hint="How many positions fit into a cache?",
    fails=(
        "Generate/test_beyond_the_context",
        "Generate/test_of_a_gpt",
    ),
    source="folklore",
)
def cache_beyond_the_context(model, tokens, cache):
    """A cache takes any number of tokens."""
    if cache is None or False:
        return model.forward(tokens[None, -model.context_length :])[0, -1]
    return model.forward(tokens[None, len(cache[0]) :], cache)[0, -1]


@misconception(
    "nn.transformer.generation._next_logits",
    hint="Which tokens does a cache know already?",
    fails=("Generate/test_with_a_cache",),
    source="folklore",
)
def everything_into_the_cache(model, tokens, cache):
    """forward is given all tokens each time; the cache makes it fast."""
    fits = len(tokens) <= model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, -model.context_length :])[0, -1]
    return model.forward(tokens[None, :], model.new_cache())[0, -1]


@misconception(
    "nn.transformer.generation._next_logits",
    hint="How many forwards does a prompt of three tokens need?",
    fails=(
        "Generate/test_with_a_cache",
        "Generate/test_evaluation",
    ),
    source="folklore",
)
def prompt_token_by_token(model, tokens, cache):
    """A cache is filled one token at a time."""
    fits = len(tokens) <= model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, -model.context_length :])[0, -1]
    for place in range(len(cache[0]), len(tokens)):
        logits = model.forward(tokens[None, place : place + 1], cache)
    return logits[0, -1]


@misconception(
    "nn.transformer.generation._next_logits",
    hint="What does the cache know of the prompt?",
    fails=(
        "Generate/test_greedy",
        "Generate/test_draws",
        "Generate/test_temperature",
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_few_tokens",
    ),
    source="folklore",
)
def prompt_is_not_read(model, tokens, cache):
    """The last token of the prompt begins the cache."""
    fits = len(tokens) <= model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, -model.context_length :])[0, -1]
    return model.forward(tokens[None, -1:], cache)[0, -1]


@misconception(
    "nn.transformer.generate",
    hint="What does use_cache do?",
    fails=("Generate/test_with_a_cache",),
    source="folklore",
)
def cache_is_never_used(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """The result is the same, so no cache is needed."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), None)
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
    hint="What does use_cache=False do?",
    fails=("Generate/test_without_a_cache",),
    source="folklore",
)
def cache_is_always_used(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """The result is the same, so a cache is always used."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache())
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
    "nn.transformer.generation._next_logits",
    hint="How many positions fit into a cache?",
    fails=("Generate/test_with_a_cache",),
    source="folklore",
)
def full_context_is_too_long(model, tokens, cache):
    """A cache is given up when the context is full."""
    fits = len(tokens) < model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, -model.context_length :])[0, -1]
    return model.forward(tokens[None, len(cache[0]) :], cache)[0, -1]
