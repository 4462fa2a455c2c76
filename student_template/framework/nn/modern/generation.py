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
    raise NotImplementedError("nn.modern.generate")
