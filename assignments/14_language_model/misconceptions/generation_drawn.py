"""What people believe about the temperature, and how a token is drawn."""

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.generation import _drawn, _kept


@misconception(
    "nn.modern.generation._next_tokens",
    hint="What does a low temperature make of small differences?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_temperature",
        "Generate/test_together",
        "Generate/test_large",
    ),
    source="folklore",
)
def multiplies_by_the_temperature(logits, temperature, top_k, top_p, rng):
    """The logits are multiplied by the temperature."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) * temperature
    return _drawn(_kept(np.exp(scores), top_k, top_p), rng)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="In which order do the three come?",
    fails=("Generate/test_together",),
    source="folklore",
)
def temperature_is_ignored_with_top_k(logits, temperature, top_k, top_p, rng):
    """top_k takes the place of the temperature."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / (temperature if top_k is None else 1.0)
    return _drawn(_kept(np.exp(scores), top_k, top_p), rng)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="Which of two equal numbers does argmax name?",
    fails=("Generate/test_greedy", "Generate/test_refuses"),
    source="folklore",
)
def greedy_takes_the_last(logits, temperature, top_k, top_p, rng):
    """Of equal logits, the last one is next."""
    if temperature == 0:
        return logits.shape[1] - 1 - logits[:, ::-1].argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    return _drawn(_kept(np.exp(scores), top_k, top_p), rng)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="What is drawn with temperature 0?",
    fails=("Generate/test_greedy",),
    source="folklore",
)
def greedy_draws_too(logits, temperature, top_k, top_p, rng):
    """Each token uses a number of the generator."""
    if temperature == 0:
        rng.random(len(logits))
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    return _drawn(_kept(np.exp(scores), top_k, top_p), rng)


@misconception(
    "nn.modern.generation._drawn",
    hint="In which order are the probabilities added?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_samples",
        "Generate/test_temperature",
        "Generate/test_top_k",
        "Generate/test_top_p",
        "Generate/test_together",
    ),
    source="folklore",
)
def draws_in_order_of_probability(weights, rng):
    """Sums run from the most probable token on."""
    order = np.argsort(-weights, axis=1, kind="stable")
    sums = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    drawn = rng.random(len(weights)) * sums[:, -1]
    place = (sums > drawn[:, None]).argmax(axis=1)
    return np.take_along_axis(order, place[:, None], axis=1)[:, 0]


@misconception(
    "nn.modern.generation._drawn",
    hint="Which draw does the docstring name?",
    fails=(
        "Generate/test_samples",
        "Generate/test_temperature",
        "Generate/test_top_k",
        "Generate/test_top_p",
        "Generate/test_together",
        "Generate/test_ties",
    ),
    source="folklore",
)
def choice_of_the_generator(weights, rng):
    """rng.choice draws a token."""
    rows = weights / weights.sum(axis=1, keepdims=True)
    return np.array([rng.choice(len(row), p=row, size=2)[1] for row in rows])


@misconception(
    "nn.modern.generation._drawn",
    hint="How many prompts are there?",
    fails=("Generate/test_prompts", "Generate/test_model"),
    source="folklore",
)
def one_number_for_all_prompts(weights, rng):
    """One number is drawn for each step."""
    sums = np.cumsum(weights, axis=1)
    drawn = rng.random() * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="What is exp(10000)?",
    fails=("Generate/test_large",),
    source="folklore",
)
def overflows(logits, temperature, top_k, top_p, rng):
    """softmax is exp over the sum of exp."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = logits.astype(np.float64) / temperature
    return _drawn(_kept(np.exp(scores), top_k, top_p), rng)


@misconception(
    "nn.modern.generation._drawn",
    hint="What is the sum of all probabilities as a float, and what does argmax give if nothing is True?",
    fails=("Generate/test_rounding",),
    source="folklore",
)
def sums_end_at_one(weights, rng):
    """The sum of all probabilities is 1, so some sum is always above the number drawn."""
    sums = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    return (sums > rng.random(len(weights))[:, None]).argmax(axis=1)
