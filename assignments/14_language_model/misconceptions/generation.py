"""What people believe about writing with a language model."""

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.generation import _check_arguments, _next_tokens


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
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


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
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="What does argmax say?",
    fails=("Generate/test_greedy", "Generate/test_refuses"),
    source="folklore",
)
def greedy_takes_the_last(logits, temperature, top_k, top_p, rng):
    """Of equal logits, the last one is next."""
    if temperature == 0:
        return logits.shape[1] - 1 - logits[:, ::-1].argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


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
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="Which tokens may be next?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_model",
    ),
    source="folklore",
)
def top_k_is_ignored(logits, temperature, top_k, top_p, rng):
    """top_k is an option for large vocabularies."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None and top_k > 1000:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="Which tokens may be next?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_top_k",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_model",
    ),
    source="folklore",
)
def top_k_is_inverted(logits, temperature, top_k, top_p, rng):
    """The k most probable tokens are left out."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, :top_k] = 0 if top_k < kept.shape[1] else kept[:, :top_k]
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="Which tokens may be next?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_top_p",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_large",
    ),
    source="folklore",
)
def top_p_is_ignored(logits, temperature, top_k, top_p, rng):
    """top_p is an option for large vocabularies."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None and top_p > 1:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="Which token reaches top_p?",
    fails=("Generate/test_top_p", "Generate/test_together", "Generate/test_ties", "Generate/test_large"),
    source="folklore",
    convention="This is the form in which the sum stays below top_p; the contract keeps the token that reaches it.",
)
def top_p_leaves_out_the_last(logits, temperature, top_k, top_p, rng):
    """Only tokens whose sum is at most top_p are kept."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        over = np.cumsum(kept, axis=1) > top_p
        over[:, 0] = False
        kept[over] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="Of what is top_p a sum?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_top_p",
        "Generate/test_together",
        "Generate/test_ties",
        "Generate/test_large",
    ),
    source="folklore",
    convention="This is min-p sampling; the contract has top-p.",
)
def top_p_relative_to_the_first(logits, temperature, top_k, top_p, rng):
    """Tokens at least top_p times as probable as the first may be next."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[kept < top_p * kept[:, :1]] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="In which order do the three come?",
    fails=("Generate/test_together",),
    source="folklore",
)
def top_p_before_top_k(logits, temperature, top_k, top_p, rng):
    """top_p is of all probabilities, and top_k comes after it."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    if top_k is not None:
        kept[:, top_k:] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="Of what is top_p a share?",
    fails=("Generate/test_together",),
    source="folklore",
)
def top_p_of_what_top_k_left_undivided(logits, temperature, top_k, top_p, rng):
    """After top_k the probabilities stay as they are."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    kept /= kept.sum(axis=1, keepdims=True)
    if top_k is not None:
        kept[:, top_k:] = 0
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
    hint="Which id comes first?",
    fails=("Generate/test_ties",),
    source="folklore",
)
def ties_in_no_order(logits, temperature, top_k, top_p, rng):
    """Of equal probabilities any may come first."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(probabilities, axis=1, kind="stable")[:, ::-1]
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generation._next_tokens",
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
def draws_in_order_of_probability(logits, temperature, top_k, top_p, rng):
    """Sums run from the most probable token on."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(kept, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    place = (sums > drawn[:, None]).argmax(axis=1)
    return np.take_along_axis(order, place[:, None], axis=1)[:, 0]


@misconception(
    "nn.modern.generation._next_tokens",
    hint="Which draw has the docstring?",
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
def choice_of_the_generator(logits, temperature, top_k, top_p, rng):
    """rng.choice draws a token."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    rows = probabilities / probabilities.sum(axis=1, keepdims=True)
    return np.array([rng.choice(len(row), p=row, size=2)[1] for row in rows])


@misconception(
    "nn.modern.generation._next_tokens",
    hint="How many prompts are there?",
    fails=("Generate/test_prompts", "Generate/test_model"),
    source="folklore",
)
def one_number_for_all_prompts(logits, temperature, top_k, top_p, rng):
    """One number is drawn for each step."""
    if temperature == 0:
        return logits.argmax(axis=1)
    scores = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
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
    probabilities = np.exp(scores)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    kept = np.take_along_axis(probabilities, order, axis=1)
    if top_k is not None:
        kept[:, top_k:] = 0
    kept /= kept.sum(axis=1, keepdims=True)
    if top_p is not None:
        kept[np.cumsum(kept, axis=1) - kept >= top_p] = 0
    np.put_along_axis(probabilities, order, kept, axis=1)
    sums = np.cumsum(probabilities, axis=1)
    drawn = rng.random(len(logits)) * sums[:, -1]
    return (sums > drawn[:, None]).argmax(axis=1)


@misconception(
    "nn.modern.generate",
    hint="What comes first in what is returned?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_samples",
        "Generate/test_temperature",
        "Generate/test_greedy",
        "Generate/test_top_k",
        "Generate/test_top_p",
    ),
    source="folklore",
    convention="This is what some libraries return; the contract has the prompt first.",
)
def prompt_is_left_out(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """generate returns the new tokens."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    tokens = tokens[:, -max_new_tokens:] if max_new_tokens else tokens[:, :0]
    return tokens[0] if np.ndim(prompt) == 1 else tokens


@misconception(
    "nn.modern.generate",
    hint="Which shape has the result for a prompt of shape (L,)?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_samples",
        "Generate/test_temperature",
        "Generate/test_greedy",
        "Generate/test_top_k",
        "Generate/test_top_p",
    ),
    source="folklore",
)
def always_a_batch(model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True):
    """A prompt is a batch of one."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens


@misconception(
    "nn.modern.generate",
    hint="Which shape has the result for a prompt of shape (1, L)?",
    fails=("Generate/test_prompts",),
    source="folklore",
)
def batch_of_one_is_squeezed(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """A batch of one is one text."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return tokens[0] if len(tokens) == 1 else tokens


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
    hint="What have the others computed with the dropped one?",
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


@misconception(
    "nn.modern.generate",
    hint="Are two texts the same?",
    fails=("Generate/test_leaves_alone",),
    source="folklore",
)
def fixed_seed(model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True):
    """Without rng, the seed is 0."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng(0) if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
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
    hint="Who else draws from NumPy's global state?",
    fails=("Generate/test_leaves_alone",),
    source="folklore",
)
def global_state(model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True):
    """Without rng, NumPy's state is used."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng(np.random.randint(1 << 30)) if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
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
    hint="In which mode is the model afterwards?",
    fails=("Generate/test_leaves_alone",),
    source="folklore",
)
def model_is_left_in_evaluation(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """Writing is evaluation, so the model is set to it."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    model.eval()
    cache, seen = (model.new_cache() if use_cache else None, 0)
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
    hint="Whose array is the prompt?",
    fails=("Generate/test_leaves_alone",),
    source="folklore",
)
def prompt_is_overwritten(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """New tokens may be written into the prompt."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    if isinstance(prompt, np.ndarray) and prompt.flags.writeable:
        prompt[...] = tokens[..., -1:] if prompt.ndim == 2 else tokens[0, -1]
    return tokens[0] if np.ndim(prompt) == 1 else tokens


@misconception(
    "nn.modern.generate",
    hint="Which dtype has the result?",
    fails=(
        "Generate/test_worked_example",
        "Generate/test_samples",
        "Generate/test_temperature",
        "Generate/test_greedy",
        "Generate/test_top_k",
        "Generate/test_top_p",
    ),
    source="folklore",
)
def tokens_have_the_dtype_of_the_prompt(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """Tokens are int32, which is enough."""
    tokens = np.array(prompt, dtype=np.int64, ndmin=2)
    _check_arguments(tokens, max_new_tokens, temperature, top_k, top_p)
    rng = np.random.default_rng() if rng is None else rng
    cache, seen = (model.new_cache() if use_cache else None, 0)
    for _ in range(max_new_tokens):
        if cache is not None and tokens.shape[1] <= model.context_length:
            logits = model(tokens[:, seen:], cache)
            seen = tokens.shape[1]
        else:
            logits = model(tokens[:, -model.context_length :])
        new = _next_tokens(logits[:, -1], temperature, top_k, top_p, rng)
        tokens = np.concatenate([tokens, new[:, None]], axis=1)
    return (tokens[0] if np.ndim(prompt) == 1 else tokens).astype(np.int32)


@misconception(
    "nn.modern.generation._check_arguments",
    hint="What is refused?",
    fails=("Generate/test_refuses",),
    source="folklore",
)
def empty_prompts_begin_with_zero(tokens, max_new_tokens, temperature, top_k, top_p):
    """An empty prompt means that the text begins."""
    if tokens.ndim != 2:
        raise ValueError(f"a prompt has shape (L,) or (N, L) with L >= 1, not {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0:
        raise ValueError(f"max_new_tokens={max_new_tokens} and temperature={temperature} may not be negative")
    if (top_k is not None and top_k < 1) or (top_p is not None and (not 0 < top_p <= 1)):
        raise ValueError(f"top_k has to be at least 1, and top_p in (0, 1], got {top_k} and {top_p}")


@misconception(
    "nn.modern.generation._check_arguments",
    hint="What is refused?",
    fails=("Generate/test_refuses",),
    source="folklore",
)
def negative_counts(tokens, max_new_tokens, temperature, top_k, top_p):
    """Fewer than no tokens are none."""
    if tokens.ndim != 2 or not tokens.shape[1]:
        raise ValueError(f"a prompt has shape (L,) or (N, L) with L >= 1, not {tokens.shape}")
    if temperature < 0:
        raise ValueError(f"max_new_tokens={max_new_tokens} and temperature={temperature} may not be negative")
    if (top_k is not None and top_k < 1) or (top_p is not None and (not 0 < top_p <= 1)):
        raise ValueError(f"top_k has to be at least 1, and top_p in (0, 1], got {top_k} and {top_p}")


@misconception(
    "nn.modern.generation._check_arguments",
    hint="What is refused?",
    fails=("Generate/test_refuses",),
    source="folklore",
)
def negative_temperatures(tokens, max_new_tokens, temperature, top_k, top_p):
    """A negative temperature prefers what is improbable."""
    if tokens.ndim != 2 or not tokens.shape[1]:
        raise ValueError(f"a prompt has shape (L,) or (N, L) with L >= 1, not {tokens.shape}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens={max_new_tokens} and temperature={temperature} may not be negative")
    if (top_k is not None and top_k < 1) or (top_p is not None and (not 0 < top_p <= 1)):
        raise ValueError(f"top_k has to be at least 1, and top_p in (0, 1], got {top_k} and {top_p}")


@misconception(
    "nn.modern.generation._check_arguments",
    hint="What is refused?",
    fails=("Generate/test_refuses",),
    source="folklore",
)
def top_k_of_zero(tokens, max_new_tokens, temperature, top_k, top_p):
    """top_k = 0 means all."""
    if tokens.ndim != 2 or not tokens.shape[1]:
        raise ValueError(f"a prompt has shape (L,) or (N, L) with L >= 1, not {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0:
        raise ValueError(f"max_new_tokens={max_new_tokens} and temperature={temperature} may not be negative")
    if top_p is not None and (not 0 < top_p <= 1):
        raise ValueError(f"top_k has to be at least 1, and top_p in (0, 1], got {top_k} and {top_p}")


@misconception(
    "nn.modern.generation._check_arguments",
    hint="What is refused?",
    fails=("Generate/test_refuses",),
    source="folklore",
)
def top_p_of_zero(tokens, max_new_tokens, temperature, top_k, top_p):
    """top_p = 0 keeps the most probable token."""
    if tokens.ndim != 2 or not tokens.shape[1]:
        raise ValueError(f"a prompt has shape (L,) or (N, L) with L >= 1, not {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0:
        raise ValueError(f"max_new_tokens={max_new_tokens} and temperature={temperature} may not be negative")
    if (top_k is not None and top_k < 1) or (top_p is not None and (not 0 <= top_p <= 1)):
        raise ValueError(f"top_k has to be at least 1, and top_p in (0, 1], got {top_k} and {top_p}")
