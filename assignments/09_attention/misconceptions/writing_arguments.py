"""What people believe about what a writer is given, and what it returns."""

import numpy as np

from grader.assignment import misconception
from reference.nn.transformer.generation import _chosen, _next_logits


@misconception(
    "nn.transformer.generate",
    hint="Which dtype does the result have?",
    fails=("Generate/test_result",),
    source="folklore",
)
def dtype_of_the_prompt(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Tokens keep the dtype of the prompt."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.copy(), model.new_cache() if use_cache else None)
    was_training = model.training
    model.eval()
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, tokens.dtype.type(token))
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="Whose array is the prompt?",
    fails=("Generate/test_result",),
    source="folklore",
)
def prompt_itself_is_returned(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Without new tokens, the prompt is returned."""
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
    return prompt if max_new_tokens == 0 else tokens


@misconception(
    "nn.transformer.generate",
    hint="What follows nothing?",
    fails=("Generate/test_refuses",),
    source="folklore",
)
def nothing_can_be_continued(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """An empty prompt begins with token 0."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens = tokens if tokens.size else np.zeros(1)
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
    hint="How many prompts does generate take?",
    fails=("Generate/test_refuses",),
    source="folklore",
)
def prompts_are_flattened(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """A batch of one is a prompt."""
    tokens = np.ravel(prompt)
    if not tokens.size:
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
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="What is a temperature of -1?",
    fails=("Generate/test_refuses",),
    source="folklore",
)
def numbers_are_not_checked(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Numbers are what the caller says."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
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
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="How many tokens does a top_k of 0 keep?",
    fails=("Generate/test_refuses",),
    source="github.com/huggingface/transformers",
    convention="This is the form of Hugging Face's generate; the contract asks for None.",
)
def top_k_of_0_is_all(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """A top_k of 0 keeps all."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 0):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    top_k = top_k or None
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
    return tokens
