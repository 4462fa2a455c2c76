"""Writing with plain Python."""

import math

import numpy as np


def generate(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """One token after the other, in lists."""
    prompt = np.array(prompt)
    if prompt.ndim != 1 or len(prompt) == 0:
        raise ValueError("one prompt with at least one token")
    if max_new_tokens < 0:
        raise ValueError("max_new_tokens")
    if temperature < 0:
        raise ValueError("temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if rng is None:
        rng = np.random.default_rng()
    text = [int(token) for token in prompt]
    mode, cache, known = model.training, None, 0
    model.train(False)
    try:
        while len(text) < len(prompt) + max_new_tokens:
            if use_cache and len(text) <= model.context_length:
                cache = model.new_cache() if cache is None else cache
                logits = model(np.array([text[known:]]), cache)
                known = len(text)
            else:
                logits = model(np.array([text[-model.context_length :]]))
            text.append(_draw([float(z) for z in logits[0, -1]], temperature, top_k, rng))
    finally:
        model.train(mode)
    return np.array(text, dtype=np.int64)


def _draw(logits, temperature, top_k, rng):
    order = sorted(range(len(logits)), key=lambda token: (-logits[token], token))
    if temperature == 0:
        return order[0]
    kept = set(order[:top_k])
    largest = logits[order[0]]
    weights = [math.exp((z - largest) / temperature) if i in kept else 0.0 for i, z in enumerate(logits)]
    total, u, running = sum(weights), rng.random(), 0.0
    for token, weight in enumerate(weights):
        running += weight / total
        if running > u:
            return token
    return max(kept)
