"""The examples of 14, from a tokenizer to how the next token is drawn."""

import math
from collections.abc import Iterator

import numpy as np

from reference.nn import modern
from reference.nn.modern.generation import _drawn, _kept
from reference.text import BPETokenizer, warmup_cosine
from tests.handouts.writing import n, row


def language_model_example() -> Iterator[str]:
    for part in (tokenizer, rates, rotary, gated, attention, model, generated):
        yield from part()


def tokenizer() -> Iterator[str]:
    shown = {bytes([i]): chr(i) for i in range(128)} | {b" ": "␣"}
    trained = BPETokenizer.train("the tea at the sea: tea!", 256 + 5)
    as_text = lambda token: "".join(shown[bytes([b])] for b in token)  # noqa: E731  it is short
    yield " ".join(f"({as_text(a)}, {as_text(b)})" for a, b in trained.merges)
    given = BPETokenizer([(b"e", b"a"), (b"t", b"h"), (b"th", b"e"), (b"a", b"t")], ["<end>"])
    yield f"the ids are 256 to {len(given.vocab) - 2} and {len(given.vocab) - 1}:"
    yield f'"eat the<end>a" → {" ".join(map(str, given.encode("eat the<end>a").tolist()))}'


def rates() -> Iterator[str]:
    plan = {"warmup": 2, "total": 6, "maximum": 0.4, "minimum": 0.1}
    yield "with warmup 2, total 6, maximum 0.4, minimum 0.1, for steps 0 to 7:"
    yield " ".join(n(warmup_cosine(step, **plan), 4) for step in range(8))


def rotary() -> Iterator[str]:
    x, positions = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([2])
    halves = modern.RotaryEmbedding(4, base=100)
    neighbours = modern.RotaryEmbedding(4, base=100, interleaved=True)
    assert np.allclose(halves.forward(np.eye(4)[:1], np.array([1])), [[math.cos(1), 0, math.sin(1), 0]])
    assert np.allclose(halves.forward(np.eye(4)[1:2], np.array([1])), [[0, math.cos(0.1), 0, math.sin(0.1)]])
    yield "**RotaryEmbedding**(4, base=100) turns pair 0 by p and pair 1 by p / 10. For x = (1, 2, 3, 4) at p = 2:"
    for rope, terms in (
        (halves, ("cos 2 - 3 sin 2", "2 cos 0.2 - 4 sin 0.2", "sin 2 + 3 cos 2", "2 sin 0.2 + 4 cos 0.2")),
        (neighbours, ("cos 2 - 2 sin 2", "sin 2 + 2 cos 2", "3 cos 0.2 - 4 sin 0.2", "3 sin 0.2 + 4 cos 0.2")),
    ):
        y = rope.forward(x, positions)[0]
        assert np.allclose(y, list(map(value, terms)))
        yield f"({', '.join(terms)}) = ({', '.join(f'{v:.4f}' for v in y)})"


def value(term: str) -> float:
    """The value of "3 cos 0.2 - 4 sin 0.2"."""
    total, sign = 0.0, 1.0
    words = term.split()
    while words:
        word = words.pop(0)
        if word in "+-":
            sign = 1.0 if word == "+" else -1.0
            continue
        factor, function = (float(word), words.pop(0)) if word[0].isdigit() else (1.0, word)
        total += sign * factor * getattr(math, function)(float(words.pop(0)))
    return total


def gated() -> Iterator[str]:
    module, log = modern.SwiGLU(1, 1), math.log(3)
    for linear, weight in ((module.gate, log), (module.up, 2), (module.down, 4)):
        linear.weight.data[:] = weight
    y, dx = module.forward(np.ones((1, 1))), module.backward(np.ones((1, 1)))
    up, gate, down = (linear.weight.grad.item() for linear in (module.up, module.gate, module.down))
    assert np.isclose(gate, 8 * 0.75 * (1 + 0.25 * log))
    yield "**SwiGLU**(1, 1) with G = log 3, U = 2, D = 4, for x = 1 and dy = 1."
    yield "sigmoid(log 3) = 3/4, so silu is 0.75 log 3 and its"
    yield "slope 0.75 (1 + 0.25 log 3):"
    yield f"h = {n(down / log)} log 3 y = {n(y / log)} log 3 = {n(y, 4)} dU = {n(up / log)} log 3 = {n(up, 4)}"
    yield f"dG = {n(gate, 4)} dD = {n(down / log)} log 3 = {n(down, 4)}"
    yield f"dx = {n(gate, 4)} log 3 + 2 · {n(up, 4)} = {n(dx, 4)}"


def attention() -> Iterator[str]:
    module = modern.GroupedQueryAttention(2, 2, 1)
    module.q_proj.weight.data[:] = 0
    module.v_proj.weight.data[:] = [[1, 0]]
    module.out_proj.weight.data[:] = np.diag([1, 2])
    x, dy = np.array([[[2.0, 0], [4, 0], [9, 1]]]), np.array([[[1.0, 0], [0, 1], [3, 0]]])
    y, dx = module.forward(x)[0], module.backward(dy)[0]
    v, heads = x[0, :, :1], y / [1, 2]
    yield "**GroupedQueryAttention**(2, 2, 1), D = 1. q_proj is 0, so all scores are equal and a_ij is 1 / (i + 1)"
    yield "counts from 0. v_proj is (1, 0), and out_proj has 1 and 2 on its diagonal:"
    # v is x's first number, so its gradient is dx's.
    columns = {"x": x[0], "v": v, "o": heads, "y": y, "dy": dy[0], "dv": dx[:, :1], "dx": dx}
    for i in range(3):
        cells = (" ".join(map(n, rows[i])) for rows in columns.values())
        yield " ".join(f"{name} = {cell}" if i == 0 else cell for name, cell in zip(columns, cells, strict=True))
    terms = [dy[0, i] @ [1, 2] for i in range(3)]
    assert math.isclose(sum(term / (i + 1) for i, term in enumerate(terms)), dx[0, 0])
    told = " + ".join(f"{n(term)} · {'1' if i == 0 else f'1/{i + 1}'}" for i, term in enumerate(terms))
    yield f"dv[0] = {told}, where the 2 is dy's 1 of the second head times out_proj's 2."


def model() -> Iterator[str]:
    network = modern.LanguageModel(3, 4, 2, 1, 1, 1, 2)
    network.blocks[0].attention.out_proj.weight.data[:] = 0
    network.blocks[0].feed_forward.down.weight.data[:] = 0
    weight = network.embedding.weight
    weight.data[:] = [[3, 4], [0, 1], [-1, 1]]
    logits = network.forward(np.array([[0, 1]]))[0] / math.sqrt(2)
    network.backward(np.array([[[0.0, 0, 1], [0, 0, 0]]]))
    gradient = weight.grad / math.sqrt(2)
    yield "**LanguageModel**, V = 3 and E = 2, where both parts of the only block give 0. W has the rows (3, 4), (0, 1)"
    yield "(-1, 1). For tokens 0, 1 the"
    rows = weight.data / np.sqrt((weight.data**2).mean(axis=1, keepdims=True)) / math.sqrt(2)
    yield f"√2 ({row(rows[0])}) and √2 ({row(rows[1])}) but for eps"
    yield f"√2 ({row(logits[0], 4)}) √2 ({row(logits[1], 4)})"  # eps, 1e-6, is seen from the sixth digit on
    yield f"If dy is 1 for token 2 at the first place, row 2 of W gets √2 ({row(gradient[2], 4)}) as a score. Row 0,"
    yield f"√2 ({row(gradient[0], 4)}) through"


def generated() -> Iterator[str]:
    p, number = np.array([[0.1, 0.2, 0.3, 0.4]]), np.random.default_rng(2).random()
    yield f"are {row(p)}, and {n(number, 4)} is drawn. The sums are {row(p.cumsum())}, so token {drawn(p)} is next"
    top_k = _kept(p, 2, None)
    assert np.allclose(top_k.cumsum(), [0, 0, 3 / 7, 1])
    yield f"With top_k = 2 they are 0, 0, 3/7, 1: token {drawn(top_k)}."
    top_p = _kept(p, None, 0.3)
    assert np.count_nonzero(top_p) == 1
    yield f"With top_p = 0.3 only token {drawn(top_p)} is left."
    squared = p**2 / (p**2).sum()
    yield "With temperature 0.5 the probabilities are squared and divided by their sum, the sums are"
    yield f"{row(squared.cumsum(), 4)}: token {drawn(squared)}."


def drawn(weights: np.ndarray) -> int:
    return int(_drawn(weights, np.random.default_rng(2))[0])
