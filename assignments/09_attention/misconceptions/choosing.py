"""What people believe about the choice of a token."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.transformer.generation._chosen",
    hint="Do likely tokens become likelier at a temperature of 0.5?",
    fails=(
        "Generate/test_temperature",
        "Generate/test_together",
        "Generate/test_of_a_gpt",
        "Generate/test_range",
    ),
    source="Stanford CS336, a planted mistake",
)
def multiplied_by_the_temperature(logits, temperature, top_k, rng):
    """Logits are multiplied by the temperature."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[:top_k])
    scaled = (logits[kept].astype(np.float64) - logits.max()) * temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="What is p / t, divided by its sum?",
    fails=(
        "Generate/test_temperature",
        "Generate/test_together",
        "Generate/test_of_a_gpt",
        "Generate/test_range",
    ),
    source="folklore",
)
def temperature_of_probabilities(logits, temperature, top_k, rng):
    """Probabilities are divided by the temperature."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[:top_k])
    scaled = logits[kept].astype(np.float64) - logits.max()
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="Which tokens does top_k keep?",
    fails=(
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_of_a_gpt",
        "Generate/test_range",
    ),
    source="Stanford CS336, a planted mistake",
)
def smallest_are_kept(logits, temperature, top_k, rng):
    """The top_k tokens with the smallest logits are kept."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(logits, kind="stable")[:top_k])
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="How many tokens may follow, if top_k is 2?",
    fails=(
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_range",
    ),
    source="Stanford CS336, its solution",
)
def top_k_without_effect(logits, temperature, top_k, rng):
    """top_k sorts the tokens."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[:])
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="How many tokens may follow, if three share the second place?",
    fails=("Generate/test_ties",),
    source="github.com/karpathy/nanoGPT, model.py",
    convention="This is the form of many programs; the contract asks for exactly top_k tokens.",
)
def ties_are_all_kept(logits, temperature, top_k, rng):
    """All tokens are kept whose logit is at least the k-th."""
    if temperature == 0:
        return int(np.argmax(logits))
    least = np.sort(logits)[-min(top_k or len(logits), len(logits))]
    kept = np.flatnonzero(logits >= least)
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="Which of two equal logits is the first?",
    fails=("Generate/test_ties",),
    source="folklore",
)
def greedy_takes_the_last(logits, temperature, top_k, rng):
    """Of equal logits, the last one is taken."""
    if temperature == 0:
        return int(len(logits) - 1 - np.argmax(logits[::-1]))
    kept = np.sort(np.argsort(-logits, kind="stable")[:top_k])
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="What does temperature 0 leave to chance?",
    fails=(
        "Generate/test_greedy",
        "Generate/test_ties",
        "Generate/test_beyond_the_context",
        "Generate/test_of_a_gpt",
        "Generate/test_range",
    ),
    source="folklore",
)
def greedy_draws(logits, temperature, top_k, rng):
    """A number is drawn for each token."""
    if temperature == 0:
        rng.random()
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[:top_k])
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="How many numbers does a token take?",
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
def two_numbers_for_a_token(logits, temperature, top_k, rng):
    """The first number warms the generator up."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[:top_k])
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, (rng.random(), rng.random())[1] * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="In which order are the probabilities summed?",
    fails=(
        "Generate/test_draws",
        "Generate/test_draws",
        "Generate/test_temperature",
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
    ),
    source="folklore",
    convention="This is the form of samplers for top-p; the contract asks for the order of the vocabulary.",
)
def likeliest_first(logits, temperature, top_k, rng):
    """Probabilities are summed from the largest one on."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.argsort(-logits, kind="stable")[:top_k]
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="What is the sum of the probabilities of those that are kept?",
    fails=(
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_range",
    ),
    source="folklore",
)
def no_new_division(logits, temperature, top_k, rng):
    """The probabilities of kept tokens are those among all."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[:top_k])
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(
        cumulative, rng.random() * np.exp((logits.astype(np.float64) - logits.max()) / temperature).sum(), side="right"
    )
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="What is e to the 10000?",
    fails=("Generate/test_range",),
    source="folklore",
)
def no_shift_of_logits(logits, temperature, top_k, rng):
    """Probabilities are exp of the logits, divided by their sum."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[:top_k])
    scaled = logits[kept].astype(np.float64) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="How many numbers are drawn for a token?",
    fails=(
        "Generate/test_draws",
        "Generate/test_draws",
        "Generate/test_temperature",
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
    ),
    source="jax.random.categorical",
    convention="This is a right way to sample, as JAX does it; the contract asks for one number for each token.",
)
def gumbel_noise(logits, temperature, top_k, rng):
    """The largest sum of a logit and Gumbel noise follows."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[:top_k])
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    place = int(np.argmax(scaled + rng.gumbel(size=len(kept))))
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="What if both are given?",
    fails=("Generate/test_together",),
    source="folklore",
)
def temperature_only_without_top_k(logits, temperature, top_k, rng):
    """top_k replaces the temperature."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[:top_k])
    scaled = (logits[kept].astype(np.float64) - logits.max()) / (temperature if top_k is None else 1.0)
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])


@misconception(
    "nn.transformer.generation._chosen",
    hint="What if top_k is larger than the vocabulary?",
    fails=("Generate/test_few_tokens",),
    source="folklore",
)
def top_k_is_capped(logits, temperature, top_k, rng):
    """A top_k that is too large keeps one token."""
    if temperature == 0:
        return int(np.argmax(logits))
    kept = np.sort(np.argsort(-logits, kind="stable")[: 1 if top_k is not None and top_k > len(logits) else top_k])
    scaled = (logits[kept].astype(np.float64) - logits.max()) / temperature
    cumulative = np.cumsum(np.exp(scaled))
    place = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return int(kept[min(place, len(kept) - 1)])
