"""Writing: choose the next token, append it, and ask again."""

from __future__ import annotations

import numpy as np

from .gpt import GPT


def generate(
    model: GPT,
    prompt: np.ndarray,
    max_new_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    *,
    rng: np.random.Generator | None = None,
    use_cache: bool = True,
) -> np.ndarray:
    """Continue a text, one token after the other.

    Equation: p = softmax(logits / temperature) over the top_k tokens with the largest logits; the next token is the
    first one, in the order of the vocabulary, for which p_0 + p_1 + ... + p_token > u

    Draw: u = ``rng.random()``, once for each token; none if temperature is 0.

    The logits are those of the last position of ``model.forward`` for all tokens so far, or for the last
    ``model.context_length`` of them if there are more. They are computed in evaluation mode; at the end, also after an
    exception, the model is in the mode that it was in before.

    Args:
        model: a GPT.
        prompt: (L,) integers, at least one; not changed.
        max_new_tokens: int >= 0; how many tokens are appended.
        temperature: float >= 0. Below 1, likely tokens become likelier. With 0 it is always the one with the largest
            logit, the first of equal ones.
        top_k: int >= 1, or None for all. Exactly so many tokens are kept, the first ones of equal ones; all of them
            if there are fewer.
        rng: source of the draws, by default a fresh ``default_rng()``.
        use_cache: whether each forward is given only the tokens that a cache from ``model.new_cache`` does not know:
            first the prompt, then one token at a time. Once there are more than context_length tokens, all positions
            change, and no cache can be used. The result is the same without it.

    Returns:
        (L + max_new_tokens,) int64: the prompt and what follows.

    Raises:
        ValueError: if prompt is empty or not one-dimensional, max_new_tokens or temperature is negative, or top_k is
            below 1.

    Source: Holtzman, Buys, Du, Forbes and Choi, The Curious Case of Neural Text Degeneration (2020), sec. 5, for
    temperature and top-k.
    """
    raise NotImplementedError("nn.transformer.generate")
