"""What PyTorch is asked about attention and a transformer's layer: values and gradients, with every kind of mask.

Not compared: initial values, which come from NumPy's generator; dropout, which in PyTorch also drops weights of
attention; the types of errors, RuntimeError for most of PyTorch's, where this course raises ValueError; caches, which
PyTorch has none of.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from grader.recordings.case import Case

MASK = np.array([[True, False, True, True], [False, True, False, False], [True, True, True, True]])
FUTURE = np.triu(np.ones((3, 3), bool), 1)
PADDING = np.array([[False, False, False], [False, True, True]])
LAYER: dict[str, Any] = {"d_model": 4, "nhead": 2, "dim_feedforward": 3, "dropout": 0.0}


def cases() -> Iterator[Case]:
    """Attention as a function, with heads, in a layer."""
    rng = np.random.default_rng(9)
    yield from _functions(rng)
    yield from _heads(rng)
    yield from _layers(rng)


def _functions(rng: np.random.Generator) -> Iterator[Case]:
    floats = np.round(rng.normal(0, 1, (3, 4)), 2)
    floats[0, 1] = -np.inf
    empty = MASK.copy()
    empty[1] = False
    for name, masks in {
        "no mask": {},
        "a boolean mask": {"attn_mask": MASK},
        "a float mask": {"attn_mask": floats},
        "a query without keys": {"attn_mask": empty},
        "a mask for each text": {"attn_mask": np.stack([MASK, ~MASK])},
    }.items():
        yield _function(f"attention with {name}", rng, (2, 3, 2), (2, 4), masks)
    for length, keys in ((3, 3), (2, 4), (4, 2)):
        yield _function(f"causal attention, {length} by {keys}", rng, (1, length, 2), (1, keys), {}, is_causal=True)
    yield _function("attention of float32", rng, (1, 3, 2), (1, 4), {}, dtype=np.float32)


def _function(
    name: str,
    rng: np.random.Generator,
    q: tuple[int, ...],
    keys: tuple[int, ...],
    masks: dict[str, np.ndarray],
    dtype: Any = np.float64,
    **options: bool,
) -> Case:
    """The function is named in the spec, for the test that looks for what was not recorded."""
    arrays = _arrays(rng, {"q": q, "k": (*keys, q[-1]), "v": (*keys, 3), "dy": (*q[:-1], 3)}, dtype)
    return Case(name, "function", {"function": "scaled_dot_product_attention", "options": options}, arrays | masks)


def _heads(rng: np.random.Generator) -> Iterator[Case]:
    floats, empty = np.round(rng.normal(0, 1, (3, 3)), 2), PADDING.copy()
    empty[0] = True
    for name, masks in {
        "no mask": {},
        "a boolean mask": {"attn_mask": FUTURE},
        "a mask for each head": {"attn_mask": rng.random((4, 3, 3)) < [[0.5, 0.5, 0.0]]},
        "a float mask": {"attn_mask": floats},
        "padding": {"key_padding_mask": PADDING},
        "both masks": {"attn_mask": FUTURE, "key_padding_mask": PADDING},
    }.items():
        yield _multihead(f"MultiheadAttention with {name}", rng, masks)
    yield _multihead("MultiheadAttention of padding alone", rng, {"key_padding_mask": empty})
    yield _multihead("MultiheadAttention without a bias, of float32", rng, {}, bias=False, dtype=np.float32)
    yield _multihead("MultiheadAttention to a longer text", rng, {}, keys=5)


def _multihead(
    name: str,
    rng: np.random.Generator,
    masks: dict[str, np.ndarray],
    keys: int = 3,
    bias: bool = True,
    dtype: Any = np.float64,
) -> Case:
    shapes: dict[str, tuple[int, ...]] = {"query": (2, 3, 4), "key": (2, keys, 4), "value": (2, keys, 4)}
    shapes |= {"dy": (2, 3, 4)} | _attention("", bias)
    spec = {"module": ["MultiheadAttention", {"embed_dim": 4, "num_heads": 2, "bias": bias}]}
    return Case(name, "attention", spec, _arrays(rng, shapes, dtype) | masks)


def _layers(rng: np.random.Generator) -> Iterator[Case]:
    for options in ({}, {"norm_first": True}, {"activation": "gelu"}, {"activation": "gelu", "norm_first": True}):
        for masks in ({}, {"src_mask": FUTURE, "src_key_padding_mask": PADDING}):
            shapes = {"x": (2, 3, 4), "dy": (2, 3, 4)} | _attention("self_attn.", bias=True)
            shapes |= {"linear1.weight": (3, 4), "linear1.bias": (3,), "linear2.weight": (4, 3), "linear2.bias": (4,)}
            shapes |= {f"{norm}.{part}": (4,) for norm in ("norm1", "norm2") for part in ("weight", "bias")}
            spec = {"module": ["TransformerEncoderLayer", LAYER | options]}
            yield Case(f"TransformerEncoderLayer {options} {list(masks)}", "layer", spec, _arrays(rng, shapes) | masks)


def _attention(prefix: str, bias: bool) -> dict[str, tuple[int, ...]]:
    weights = {f"{prefix}in_proj_weight": (12, 4), f"{prefix}out_proj.weight": (4, 4)}
    return weights | ({f"{prefix}in_proj_bias": (12,), f"{prefix}out_proj.bias": (4,)} if bias else {})


def _arrays(
    rng: np.random.Generator, shapes: dict[str, tuple[int, ...]], dtype: Any = np.float64
) -> dict[str, np.ndarray]:
    """Numbers of two decimals: a person can read them."""
    return {name: np.round(rng.normal(0, 1, shape), 2).astype(dtype) for name, shape in shapes.items()}


def _is_pytorch(f: Any) -> bool:
    return hasattr(f.nn, "functional")


def _function_way(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """PyTorch's function with autograd, or the module that has the function's backward."""
    masks = {"attn_mask": f.tensor(arrays["attn_mask"])} if "attn_mask" in arrays else {}
    if _is_pytorch(f):
        asked = partial(f.nn.functional.scaled_dot_product_attention, **masks, **spec["options"])
    else:
        asked = f.nn.transformer.ScaledDotProductAttention()
        asked.forward = partial(asked.forward, **masks, **spec["options"])
    y, dx = f.passes(asked, tuple(arrays[name] for name in "qkv"), (arrays["dy"],))
    return {"y": y} | dict(zip(("dq", "dk", "dv"), dx, strict=True))


def _attention_way(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """PyTorch's module returns weights, too; and if it does, NaN for a query without keys."""
    options = {"need_weights": False} if _is_pytorch(f) else {}
    return _asked(f, spec, arrays, ("query", "key", "value"), ("attn_mask", "key_padding_mask"), options)


def _layer_way(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    return _asked(f, spec, arrays, ("x",), ("src_mask", "src_key_padding_mask"), {})


def _asked(f: Any, spec: dict, arrays: dict, inputs: tuple, masks: tuple, options: dict[str, Any]) -> dict[str, Any]:
    """One forward and one backward, with the masks that are there."""
    name, arguments = spec["module"]
    batch_first = {"batch_first": True} if _is_pytorch(f) else {}
    module = getattr(f.nn if _is_pytorch(f) else f.nn.transformer, name)(**arguments, **batch_first)
    for key, p in module.named_parameters():
        p.data = f.tensor(arrays[key])
    options |= {key: f.tensor(arrays[key]) for key in masks if key in arrays}
    asked = module
    if _is_pytorch(f):

        def asked(*x: Any) -> Any:
            y = module(*x, **options)
            return y[0] if isinstance(y, tuple) else y

    else:
        module.forward = partial(module.forward, **options)
    y, dx = f.passes(asked, tuple(arrays[key] for key in inputs), (arrays["dy"],))
    results = {"y": y} | dict(zip([f"d_{key}" for key in inputs], dx if isinstance(dx, tuple) else (dx,), strict=True))
    return results | {f"{key}.grad": f.array(p.grad) for key, p in module.named_parameters()}


WITHOUT_A_TWIN = {
    "ScaledDotProductAttention": "PyTorch has a function with autograd: the cases of the function are asked of it",
    "KVCache": "PyTorch has none; checks compare a text in pieces with the whole text",
    "PositionalEncoding": "PyTorch has it in a tutorial only; checks compare it with its equation",
    "GPT": "PyTorch has none; tests hold it by differences, and the handout's worked example",
    "generate": "PyTorch has none; checks compare tokens with those that its numbers choose",
}
WAYS = {"function": _function_way, "attention": _attention_way, "layer": _layer_way}
