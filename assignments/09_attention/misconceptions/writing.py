"""What people believe about writing a text."""

import numpy as np

from grader.assignment import misconception
from reference.nn.transformer.generation import _chosen, _next_logits


@misconception(
    "nn.transformer.generation._next_logits",
    hint="Which position predicts the next token?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    hint="How many positions has the model?",
    fails=("X/test_x",),
    source="folklore",
)
def all_tokens_in_any_case(model, tokens, cache):
    """All tokens are given, however many."""
    fits = len(tokens) <= model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, :])[0, -1]
    return model.forward(tokens[None, len(cache[0]) :], cache)[0, -1]


@misconception(
    "nn.transformer.generation._next_logits",
    hint="What does a model know of a text without a cache?",
    fails=("X/test_x",),
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
    hint="Which positions have the keys in a cache, once the first token is left out?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
    source="folklore",
)
def prompt_is_not_read(model, tokens, cache):
    """The last token of the prompt begins the cache."""
    fits = len(tokens) <= model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, -model.context_length :])[0, -1]
    return model.forward(tokens[None, -1:], cache)[0, -1]


@misconception(
    "nn.transformer.generation._next_logits",
    hint="Which tokens are new?",
    fails=("X/test_x",),
    source="folklore",
)
def last_prompt_token_twice(model, tokens, cache):
    """The last token is given again each time."""
    fits = len(tokens) <= model.context_length
    if cache is None or not fits:
        return model.forward(tokens[None, -model.context_length :])[0, -1]
    return model.forward(
        tokens[None, max(len(cache[0]) - 1, 0) :]
        if len(tokens) + 1 < model.context_length
        else tokens[None, len(cache[0]) :],
        cache,
    )[0, -1]


@misconception(
    "nn.transformer.generate",
    hint="What does use_cache do?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    "nn.transformer.generate",
    hint="What is dropped while the model writes?",
    fails=("X/test_x",),
    source="folklore",
)
def writes_in_training(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """The mode is the caller's business."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="In which mode was the model before?",
    fails=("X/test_x",),
    source="folklore",
)
def stays_in_evaluation(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """After writing, the model is in evaluation."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    model.eval()
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        pass
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="In which mode was the model before?",
    fails=("X/test_x",),
    source="folklore",
)
def always_back_to_training(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """After writing, the model is in training."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    model.eval()
    try:
        for _ in range(max_new_tokens):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        model.train()
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="What is done after an exception?",
    fails=("X/test_x",),
    source="folklore",
)
def mode_is_lost_by_an_exception(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True
):
    """The mode is restored at the end."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng() if rng is None else rng
    tokens, cache = (tokens.astype(np.int64), model.new_cache() if use_cache else None)
    was_training = model.training
    model.eval()
    for _ in range(max_new_tokens):
        token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
        tokens = np.append(tokens, token)
    model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="How many tokens are new?",
    fails=("X/test_x",),
    source="folklore",
)
def one_token_too_many(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """The last token is predicted, too."""
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
        for _ in range(max_new_tokens + 1):
            token = _chosen(_next_logits(model, tokens, cache), temperature, top_k, rng)
            tokens = np.append(tokens, token)
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="What is at the beginning of the result?",
    fails=("X/test_x",),
    source="folklore",
)
def prompt_is_left_out(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """The new tokens are returned."""
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
    return tokens[-max_new_tokens:] if max_new_tokens else tokens[:0]


@misconception(
    "nn.transformer.generate",
    hint="Which token ends a text here?",
    fails=("X/test_x",),
    source="folklore",
)
def ends_with_token_0(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Token 0 ends the text."""
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
            if token == 0:
                break
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="Are two texts equal?",
    fails=("X/test_x",),
    source="folklore",
)
def writer_seed_is_0(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Without rng, the seed is 0."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.default_rng(0) if rng is None else rng
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
    hint="Who else draws from NumPy's global state?",
    fails=("X/test_x",),
    source="folklore",
)
def writer_global_state(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Without rng, numpy.random is used."""
    tokens = np.asarray(prompt)
    if tokens.ndim != 1 or not tokens.size:
        raise ValueError(f"a prompt has shape (L,) with L >= 1, got {tokens.shape}")
    if max_new_tokens < 0 or temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"cannot generate {max_new_tokens} tokens, temperature {temperature}, top_k {top_k}")
    rng = np.random.mtrand._rand if rng is None else rng
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
    hint="Where does the second token's number come from?",
    fails=("X/test_x",),
    source="folklore",
)
def a_generator_for_each_token(model, prompt, max_new_tokens, temperature=1.0, top_k=None, *, rng=None, use_cache=True):
    """Each token begins with the same numbers."""
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
            token = _chosen(
                _next_logits(model, tokens, cache),
                temperature,
                top_k,
                np.random.default_rng(rng.integers(1 << 30)) if temperature else rng,
            )
            tokens = np.append(tokens, token)
    finally:
        model.train(was_training)
    return tokens


@misconception(
    "nn.transformer.generate",
    hint="Which dtype has the result?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
