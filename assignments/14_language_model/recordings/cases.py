"""What PyTorch is asked about the parts of a modern language model: values and gradients.

PyTorch has none of these classes. It is asked for what its own functions give when they are put together as the handout
says: linear, silu, rms_norm, embedding, and scaled_dot_product_attention, which knows groups of heads. A rotation is a
product with a matrix there.

Not compared: initial values, which come from NumPy's generator; the types of errors; caches, which tests compare with
what is computed without them.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case

BASE = 10000.0
WITHOUT_A_TWIN = {
    "BPETokenizer": "tests/assignment/test_language_model.py compares it with one that counts everything again.",
    "pretrain": "PyTorch has no training loop; its parts are recorded in 03 and 04.",
    "random_windows": "Its places come from NumPy's generator.",
    "warmup_cosine": "tests/assignment/test_language_model.py compares it with schedulers of 04, recorded there.",
    "generate": "Its draws come from NumPy's generator.",
}


def cases() -> Iterator[Case]:
    """Rotations, gates, attention, a block, a model."""
    rng = np.random.default_rng(14)
    for options in ({}, {"interleaved": True}, {"base": 20.0}, {"base": 20.0, "interleaved": True}):
        arrays = _arrays(rng, {"x": (2, 3, 6), "dy": (2, 3, 6)}) | {"positions": np.array([0, 5, 2])}
        yield Case(f"RotaryEmbedding {options}", "rotary", {"module": "RotaryEmbedding", "options": options}, arrays)
    shapes = {"gate.weight": (4, 3), "up.weight": (4, 3), "down.weight": (3, 4)}
    spec = {"module": "SwiGLU", "sizes": [3, 4]}
    for dtype in (np.float64, np.float32):
        arrays = _arrays(rng, {"x": (2, 2, 3), "dy": (2, 2, 3)} | shapes, dtype)
        yield Case(f"SwiGLU of {np.dtype(dtype)}", "modern", spec, arrays)
    for sizes, rope in (((8, 4, 2), None), ((8, 4, 2), False), ((8, 2, 1), True), ((6, 3, 3), False)):
        spec = {"module": "GroupedQueryAttention", "sizes": list(sizes), "interleaved": rope}
        shape = (2, 4, sizes[0])
        arrays = _arrays(rng, {"x": shape, "dy": shape} | _attention(*sizes))
        yield Case(f"GroupedQueryAttention{sizes}, interleaved={rope}", "modern", spec, arrays)
    spec = {"module": "DecoderBlock", "sizes": [4, 2, 1, 3], "interleaved": False}
    arrays = _arrays(rng, {"x": (2, 3, 4), "dy": (2, 3, 4)} | _block(4, 2, 1, 3))
    yield Case("DecoderBlock(4, 2, 1, 3)", "modern", spec, arrays)
    shapes = {"dy": (2, 3, 5), "embedding.weight": (5, 4), "norm.weight": (4,)}
    for i in range(2):
        shapes |= {f"blocks.{i}.{name}": shape for name, shape in _block(4, 2, 1, 3).items()}
    arrays = _arrays(rng, shapes) | {"x": np.array([[1, 4, 1], [0, 2, 2]])}
    yield Case("LanguageModel", "modern", {"module": "LanguageModel", "sizes": [5, 6, 4, 2, 2, 1, 3]}, arrays)


def _attention(embed_dim: int, heads: int, kv_heads: int) -> dict[str, tuple[int, ...]]:
    shared = (kv_heads * embed_dim // heads, embed_dim)
    whole = (embed_dim, embed_dim)
    return {"q_proj.weight": whole, "k_proj.weight": shared, "v_proj.weight": shared, "out_proj.weight": whole}


def _block(embed_dim: int, heads: int, kv_heads: int, hidden: int) -> dict[str, tuple[int, ...]]:
    attention = {f"attention.{name}": shape for name, shape in _attention(embed_dim, heads, kv_heads).items()}
    gates = {f"feed_forward.{name}.weight": (hidden, embed_dim) for name in ("gate", "up")}
    norms = {f"{name}.weight": (embed_dim,) for name in ("attention_norm", "feed_forward_norm")}
    return attention | gates | {"feed_forward.down.weight": (embed_dim, hidden)} | norms


def _arrays(
    rng: np.random.Generator, shapes: dict[str, tuple[int, ...]], dtype: Any = np.float64
) -> dict[str, np.ndarray]:
    """Numbers of two decimals: a person can read them."""
    return {name: np.round(rng.normal(0, 1, shape), 2).astype(dtype) for name, shape in shapes.items()}


def _rotary(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    options, positions = spec["options"], arrays["positions"]
    if hasattr(f.nn, "modern"):
        rope = f.nn.modern.RotaryEmbedding(6, **options)
        y, dx = f.passes(rope, (arrays["x"], positions), (arrays["dy"],))
        return {"y": y, "dx": dx[0] if isinstance(dx, tuple) else dx}
    matrices = f.tensor(_rotations(positions, 6, **options))
    y, dx = f.passes(lambda x: _times(x, matrices), (arrays["x"],), (arrays["dy"],))
    return {"y": y, "dx": dx[0] if isinstance(dx, tuple) else dx}


def _rotations(positions: Any, dim: int, base: float = BASE, interleaved: bool = False) -> np.ndarray:
    """A matrix for each position that turns a column."""
    matrices = np.zeros((len(positions), dim, dim))
    for matrix, position in zip(matrices, positions, strict=True):
        for i in range(dim // 2):
            a, b = (2 * i, 2 * i + 1) if interleaved else (i, i + dim // 2)
            angle = position / base ** (2 * i / dim)
            matrix[a, a] = matrix[b, b] = math.cos(angle)
            matrix[a, b], matrix[b, a] = -math.sin(angle), math.sin(angle)
    return matrices


def _times(x: Any, matrices: Any) -> Any:
    return (matrices @ x[..., None])[..., 0]


def _modern(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """One forward and one backward."""
    if hasattr(f.nn, "modern"):
        module = _ours(f, spec)
        parameters = dict(module.named_parameters())
        for name, p in parameters.items():
            p.data = f.tensor(arrays[name])
    else:
        parameters = {name: f.parameter(array) for name, array in arrays.items() if name.endswith("weight")}
        module = PARTS[spec["module"]](f, parameters, spec)
    y, dx = f.passes(module, (arrays["x"],), (arrays["dy"],))
    dx = dx[0] if isinstance(dx, tuple) else dx
    gradients = {f"{name}.grad": f.array(parameters[name].grad) for name in arrays if name in parameters}
    return {"y": y} | ({} if dx is None else {"dx": dx}) | gradients


def _ours(f: Any, spec: dict) -> Any:
    made = getattr(f.nn.modern, spec["module"])
    if spec.get("interleaved") is None:
        return made(*spec["sizes"])
    head_dim = spec["sizes"][0] // spec["sizes"][1]
    return made(*spec["sizes"], f.nn.modern.RotaryEmbedding(head_dim, interleaved=spec["interleaved"]))


def _swiglu(f: Any, p: dict[str, Any], _spec: dict) -> Callable[[Any], Any]:
    functional = f.nn.functional

    def forward(x: Any) -> Any:
        gate, up = functional.linear(x, p["gate.weight"]), functional.linear(x, p["up.weight"])
        return functional.linear(functional.silu(gate) * up, p["down.weight"])

    return forward


def _attending(f: Any, p: dict[str, Any], spec: dict) -> Callable[[Any], Any]:
    functional, (embed_dim, heads, _kv_heads) = f.nn.functional, spec["sizes"][:3]
    head_dim = embed_dim // heads

    def cut(x: Any, name: str) -> Any:
        return functional.linear(x, p[f"{name}.weight"]).unflatten(-1, (-1, head_dim)).transpose(1, 2)

    def forward(x: Any) -> Any:
        q, k, v = (cut(x, name) for name in ("q_proj", "k_proj", "v_proj"))
        if spec.get("interleaved") is not None:
            matrices = f.tensor(_rotations(range(x.shape[1]), head_dim, interleaved=spec["interleaved"]))
            q, k = _times(q, matrices), _times(k, matrices)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        return functional.linear(mixed.transpose(1, 2).flatten(2), p["out_proj.weight"])

    return forward


def _under(p: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in p.items() if name.startswith(prefix)}


def _normalised(f: Any, x: Any, weight: Any) -> Any:
    return f.nn.functional.rms_norm(x, weight.shape, weight, 1e-6)


def _decoder_block(f: Any, p: dict[str, Any], spec: dict) -> Callable[[Any], Any]:
    attention = _attending(f, _under(p, "attention."), spec)
    feed_forward = _swiglu(f, _under(p, "feed_forward."), spec)

    def forward(x: Any) -> Any:
        h = x + attention(_normalised(f, x, p["attention_norm.weight"]))
        return h + feed_forward(_normalised(f, h, p["feed_forward_norm.weight"]))

    return forward


def _language_model(f: Any, p: dict[str, Any], spec: dict) -> Callable[[Any], Any]:
    _vocab, _context, embed_dim, layers, *heads = spec["sizes"]
    of_block = {"sizes": [embed_dim, *heads], "interleaved": False}
    blocks = [_decoder_block(f, _under(p, f"blocks.{i}."), of_block) for i in range(layers)]

    def forward(tokens: Any) -> Any:
        h = f.nn.functional.embedding(tokens, p["embedding.weight"])
        for block in blocks:
            h = block(h)
        return _normalised(f, h, p["norm.weight"]) @ p["embedding.weight"].T

    return forward


PARTS = {
    "SwiGLU": _swiglu,
    "GroupedQueryAttention": _attending,
    "DecoderBlock": _decoder_block,
    "LanguageModel": _language_model,
}
WAYS = {"rotary": _rotary, "modern": _modern}
