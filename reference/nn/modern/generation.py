"""Text from a language model: token by token, each drawn from what the model expects next."""

import numpy as np

from .language_model import LanguageModel


def generate(
    model: LanguageModel,
    prompt: np.ndarray,
    max_new_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    *,
    rng: np.random.Generator | None = None,
    use_cache: bool = True,
) -> np.ndarray:
    """Continue a prompt.

    For each new token, the model sees the last ``context_length`` tokens, at positions from 0. Of the logits at the
    last of them, in this order:

    1. they are divided by the temperature, and softmax makes probabilities of them;
    2. with top_k, all but the k most probable tokens get probability 0, and the others are divided by their sum;
    3. with top_p, all but the most probable tokens that together have at least top_p get 0; as few as possible are
       kept, at least one. The others are divided by their sum;
    4. of u = rng.random(), the new token is the first, by its id, for which the sum of the probabilities up to and
       including its own is above u. Where rounding leaves no sum above u, it is the last one that has a probability.

    Of equal probabilities, the one of the lower id comes first. With temperature 0, the most probable token is the new
    one, and nothing is drawn. Several prompts draw in their order, one number each, before the next token.

    Args:
        model: a LanguageModel, or anything with its ``forward``, ``new_cache`` and ``context_length``.
        prompt: (L,) integers, or (N, L) for N prompts of one length; L >= 1.
        max_new_tokens: int >= 0; how many tokens are added.
        temperature: float >= 0.
        top_k: int >= 1, or None for all; more than there are is all.
        top_p: float above 0 and at most 1, or None for all.
        rng: source of what is drawn, by default a fresh ``default_rng()``.
        use_cache: whether each token goes through the model once, as long as all fit into ``context_length``, and not
            again for each later one. It changes nothing but the time that this takes.

    Returns:
        The prompt and the new tokens after it, (L + max_new_tokens,) or (N, L + max_new_tokens), int64; always an
        array of its own, also without new tokens.

    Raises:
        ValueError: if the prompt is empty, or an argument cannot be.

    Source: top-p: Holtzman and others, The Curious Case of Neural Text Degeneration (2020), sec. 3.1.
    """
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = model.new_cache() if use_cache else None, 0
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        else:  # all positions have moved, and with them all that could have been kept
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens[0] if np.ndim(prompt) == 1 else tokens


def _check_arguments(
    tokens: np.ndarray, max_new_tokens: int, temperature: float, top_k: int | None, top_p: float | None
) -> None:
    if tokens.ndim != 2 or not tokens.shape[1]:
        raise ValueError(f"a prompt has shape (L,) or (N, L) with L >= 1, not {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0:
        raise ValueError(f"max_new_tokens={max_new_tokens} and temperature={temperature} may not be negative")
    if (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError(f"top_k has to be at least 1, and top_p in (0, 1], got {top_k} and {top_p}")


def _next_tokens(
    logits: np.ndarray, temperature: float, top_k: int | None, top_p: float | None, rng: np.random.Generator
) -> np.ndarray:
    """The new token of each row."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    return _drawn(_kept(np.exp(scores), top_k, top_p), rng)


def _kept(weights: np.ndarray, top_k: int | None, top_p: float | None) -> np.ndarray:
    """Weights of each row that may have any sum, with 0 for tokens that are left out."""
    order = np.argsort(-weights, axis=1, kind="stable")  # the most probable first, of equal ones the lower id
    ordered = np.take_along_axis(weights, order, axis=1)
    if top_k is not None:
        ordered[:, top_k:] = 0
    ordered /= ordered.sum(axis=1, keepdims=True)
    if top_p is not None:
        ordered[np.cumsum(ordered, axis=1) - ordered >= top_p] = 0  # those before it are enough
    kept = np.empty_like(ordered)
    np.put_along_axis(kept, order, ordered, axis=1)
    return kept


def _drawn(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A token of each row, by the weights of the tokens."""
    sums = np.cumsum(weights, axis=1)
    drawn = rng.random(len(weights)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)
