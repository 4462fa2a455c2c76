"""What people believe about what generate is given and returns."""

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.generation import _check_arguments, _next_tokens


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
    hint="Which shape does the result for a prompt of shape (L,) have?",
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
    hint="Which shape does the result for a prompt of shape (1, L) have?",
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
    hint="Which dtype does the result have?",
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
    hint="Which prompts are refused?",
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
    hint="Which values of max_new_tokens are refused?",
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
    hint="Which temperatures are refused?",
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
    hint="Which values of top_k are refused?",
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
    hint="Which values of top_p are refused?",
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


@misconception(
    "nn.modern.generate",
    hint="Nothing is added to an int64 prompt: is what you return the caller's own array?",
    fails=("Generate/test_leaves_alone",),
    source="a reader of the handout",
)
def prompt_comes_back(
    model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, *, rng=None, use_cache=True
):
    """Where nothing is added, the prompt itself is the answer."""
    tokens = np.atleast_2d(np.asarray(prompt, dtype=np.int64))
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
    return tokens[0] if np.ndim(prompt) == 1 else tokens
