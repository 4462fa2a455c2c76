"""One prompt, one token, one probability at a time."""

import math

import numpy as np


def generate(model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True):
    """See the handout."""
    if max_new_tokens < 0 or temperature < 0:
        raise ValueError("negative")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and (top_p <= 0 or top_p > 1):
        raise ValueError("top_p")
    prompt = np.asarray(prompt)
    if (prompt.size == 0 and prompt.shape[:1] != (0,)) or prompt.shape[-1] == 0:
        raise ValueError("empty")
    texts = [[int(t) for t in row] for row in (prompt if prompt.ndim == 2 else [prompt])]
    rng = rng if rng is not None else np.random.default_rng()
    cache = model.new_cache()
    waiting = [list(text) for text in texts]
    for _ in range(max_new_tokens):
        if use_cache and len(texts[0]) <= model.context_length:
            logits = model.forward(np.array(waiting), cache)
        else:
            logits = model.forward(np.array([text[-model.context_length :] for text in texts]))
        waiting = []
        for text, row in zip(texts, logits[:, -1, :].tolist()):
            token = _choose(row, temperature, top_k, top_p, rng)
            text.append(token)
            waiting.append([token])
    result = np.array(texts, dtype=np.int64)
    return result if prompt.ndim == 2 else result[0]


def _choose(row, temperature, top_k, top_p, rng):
    best = max(row)
    if temperature == 0:
        return row.index(best)
    weights = [math.exp((score - best) / temperature) for score in row]
    order = sorted(range(len(row)), key=lambda i: (-weights[i], i))
    kept = order[: len(order) if top_k is None else top_k]
    if top_p is not None:
        total, reached = math.fsum(weights[i] for i in kept), 0.0
        enough = []
        for i in kept:
            if reached >= top_p * total:
                break
            enough.append(i)
            reached += weights[i]
        kept = enough
    total = sum(weights[i] for i in kept)
    u, reached = rng.random(), 0.0
    for i in sorted(kept):
        reached += weights[i] / total
        if reached > u:
            return i
    return max(kept)
