"""The examples of 09: two queries, two heads of one number, and a GPT whose layers add nothing."""

from collections.abc import Iterator
from fractions import Fraction
from math import cos, exp, isclose, log, sin, sqrt

import numpy as np

from reference.nn import transformer
from tests.handouts.writing import n

LN3 = log(3)


def attention_example() -> Iterator[str]:
    for part in (two_queries, masks, two_heads, gradients_of_heads, positions_and_layer, gpt):
        yield from part()


def cells(values: np.ndarray) -> str:
    return " ".join(map(n, np.ravel(values)))


def share(value: float) -> str:
    return str(Fraction(float(value)).limit_denominator(100))


def logs(value: float) -> str:
    """A multiple of ln 3."""
    return "0" if value == 0 else f"{n(value / LN3)} ln 3".removeprefix("1 ")


def of_two_queries() -> tuple[np.ndarray, ...]:
    q, k = np.zeros((2, 4)), np.zeros((2, 4))
    q[0, 0], k[1, 0] = 2, LN3
    return q, k, np.array([[4.0, 0], [0, 8]])


def two_queries() -> Iterator[str]:
    q, k, v = of_two_queries()
    module = transformer.ScaledDotProductAttention()
    y, s = module.forward(q, k, v), q @ k.T / sqrt(4)
    w = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    assert np.allclose(w @ v, y)
    assert isclose(exp(LN3), 3)
    yield f"with E = 4, so √E = {n(sqrt(4))}. As e^(ln 3) = 3, the weights of the first query are"
    yield f"the first query are {share(w[0, 0])} and {share(w[0, 1])}:"
    for i, key in enumerate((cells(k[0]), f"ln 3 {cells(k[1, 1:])}")):
        names = ("q = ", "k = ", "v = ", "s = ", "w = ", "y = ") if i == 0 else [""] * 6
        scores, weights = " ".join(map(logs, s[i])), " ".join(map(share, w[i]))
        columns = (cells(q[i]), key, cells(v[i]), scores, weights, cells(y[i]))
        yield " ".join(name + column for name, column in zip(names, columns, strict=True))
    dy = np.array([[4.0, 0], [0, 1]])
    dw = dy @ v.T
    means = (w * dw).sum(axis=1)
    ds = w * (dw - means[:, None])
    yield f"For dy = (4 0 / 0 1), dw = dy vᵀ = ({cells(dw[0])} / {cells(dw[1])}). The weighted means of its rows are"
    yield f"rows are {n(means[0])} and {n(means[1])}. By (2), row 0 of ds is"
    terms = ", ".join(f"{share(a)} · {n(b) if b > 0 else f'({n(b)})'}" for a, b in zip(w[0], dw[0] - means[0]))
    yield f"({terms}) = ({n(ds[0, 0])}, {n(ds[0, 1])}), and row 1 is ({n(ds[1, 0])}, {n(ds[1, 1])}). By (3):"
    dq, dk, dv = module.backward(dy)
    first, second = (f"{d[0] / LN3:.1f} ln 3 {cells(d[1:])}" for d in dq)
    yield f"dq = {first} dk = {cells(dk[0])} dv = {cells(dv[0])} {second} {cells(dk[1])} {cells(dv[1])}"


def rows(y: np.ndarray) -> str:
    return " / ".join(map(cells, y))


def masks() -> Iterator[str]:
    attend, given = transformer.scaled_dot_product_attention, of_two_queries()
    boolean = np.array([[False, True], [False, False]])
    number = np.array([[0.0, -np.inf], [LN3, 0]])
    yield f"(False True / False False), y = ({rows(attend(*given, attn_mask=boolean))}). With the float mask"
    yield f"(0 -inf / ln 3 0), y = ({rows(attend(*given, attn_mask=number))})."
    yield f"With `is_causal=True`, y = ({rows(attend(*given, is_causal=True))})."


def heads() -> transformer.MultiheadAttention:
    module = transformer.MultiheadAttention(2, 2)
    module.in_proj_weight.data = np.concatenate([np.eye(2), LN3 * np.eye(2), 4 * np.eye(2)])
    module.in_proj_bias.data = np.zeros(6)
    module.out_proj.weight.data, module.out_proj.bias.data = np.array([[1.0, 1], [0, 1]]), np.array([0.0, 1])
    return module


def two_heads() -> Iterator[str]:
    module, x = heads(), np.eye(2)[None]
    yield "**MultiheadAttention**(2, 2): each head has one number, and √D = 1."
    yield "Let Wq = I, Wk = ln 3 · I, Wv = 4 I, all biases 0 but bo = (0 1), and Wo = (1 1 / 0 1)."
    yield "The text is x = (1 0 / 0 1). Head 0 has q = (1 0), k = (ln 3 0), v = (4 0): its weights are"
    y = module.forward(x, x, x)[0]
    found = np.linalg.solve(module.out_proj.weight.data, (y - module.out_proj.bias.data).T).T
    w = np.array([[3, 1], [1, 1]]) / [[4], [2]]
    assert np.allclose(w @ [4, 0], found[:, 0])
    first, second = (" ".join(map(share, weights)) for weights in w)
    yield f"weights are ({first}) for position 0 and ({second}) for position 1, and it gives"
    yield f"it gives {n(found[0, 0])} and {n(found[1, 0])}. Head 1 gives {n(found[0, 1])} and {n(found[1, 1])}. So"
    future = np.array([[False, True], [False, False]])
    masked = module.forward(x, x, x, attn_mask=future)[0]
    line = f"heads = {cells(found[0])} y = {cells(y[0])} with attn_mask = (False True / False False): y ="
    yield f"{line} {cells(masked[0])} {cells(found[1])} {cells(y[1])} {cells(masked[1])}"
    padded = module.forward(x, x, x, key_padding_mask=np.array([[True, False]]))[0]
    yield f"with key_padding_mask = (True False): y = {rows(padded)}"


def gradients_of_heads() -> Iterator[str]:
    module, x = heads(), np.eye(2)[None]
    module.forward(x, x, x)
    dy = np.array([[[4.0, -4], [0, 0]]])
    of_heads = dy[0] @ module.out_proj.weight.data
    yield f"For dy = (4 -4 / 0 0), the gradient of heads is dy Wo = ({rows(of_heads)}): head 1 gets nothing, and"
    dw, w = of_heads[0, 0] * np.array([4.0, 0]), np.array([0.75, 0.25])
    ds = w * (dw - w @ dw)
    yield f"and head 0 at position 0 gets {n(of_heads[0, 0])}. There dw = ({cells(dw)}), with the mean {n(w @ dw)};"
    yield f"ds = ({n(ds[0])}, {n(ds[1])})."
    d_query, d_key, d_value = (
        d[0]
        for d in module.backward(
            dy,
        )
    )
    out = module.out_proj.weight.grad
    for i in range(2):
        names = ("d_query = ", "d_key = ", "d_value = ", "out_proj.weight.grad = ") if i == 0 else [""] * 4
        columns = (*(" ".join(map(logs, d[i])) for d in (d_query, d_key)), cells(d_value[i]), cells(out[i]))
        yield " ".join(name + column for name, column in zip(names, columns, strict=True))
    wq, wk, wv = np.split(module.in_proj_weight.grad, 3)
    lines = [f"{'Wq = ' * (i == 0)}{' '.join(map(logs, wq[i]))} {'Wk = ' * (i == 0)}{cells(wk[i])} " for i in (0, 1)]
    yield f"in_proj_weight.grad: {lines[0]}Wv = {cells(wv[0])} {lines[1]}{cells(wv[1])}"


def positions_and_layer() -> Iterator[str]:
    encoding = transformer.PositionalEncoding(4).forward(np.zeros((1, 3, 4)))[0]
    for t in range(3):
        assert np.allclose(encoding[t], [sin(t), cos(t), sin(0.01 * t), cos(0.01 * t)])
    yield "**PositionalEncoding**(4): rows 0, 1, 2 of pe are (sin t, cos t, sin 0.01 t, cos 0.01 t)."
    layer = transformer.TransformerEncoderLayer(3, 1, dim_feedforward=4, dropout=0.0, norm_first=True)
    for linear, bias in ((layer.self_attn.out_proj, 1.0), (layer.linear2, 2.0)):
        linear.weight.data, linear.bias.data = np.zeros(linear.weight.shape), np.full(3, bias)
    added = layer.forward(np.ones((1, 1, 3))) - 1
    assert np.ptp(added) == 0
    yield "if attention gives 1 everywhere and the feed-forward network 2 (their last weights are 0,"
    yield f"their last biases 1 and 2), then y = x + {n(added.flat[0])} with"


def gpt() -> Iterator[str]:
    model = transformer.GPT(3, 4, 2, 2, 1)
    for layer in model.layers:
        for linear in (layer.self_attn.out_proj, layer.linear2):
            linear.weight.data, linear.bias.data = np.zeros(linear.weight.shape), np.zeros(2)
    model.token_embedding.weight.data = np.array([[0.0, 0], [1, 0], [0, 2]])
    model.position_embedding.weight.data = np.array([[3.0, 1], [1, 3], [5, 1], [0, 4]])
    model.norm.bias.data = np.array([0.0, 1.0])
    logits, a = model.forward(np.array([[0, 0]]))[0], 1 / sqrt(1 + 1e-5)
    model.backward(np.array([[[1.0, 0, 0], [0, 0, 0]]]))
    grad = model.token_embedding.weight.grad
    # The handout's numbers are exact; what differs is the rounding of float64.
    assert np.allclose(logits, [[0, a, 2 - 2 * a], [0, -a, 2 + 2 * a]], rtol=0, atol=1e-12)
    assert np.allclose(grad, [[a, 1 - a], [0, 0], [0, 0]], rtol=0, atol=1e-12)
    x = model.position_embedding.weight.data[:2]
    yield "**GPT**(3, 4, 2, 2, 1), whose layers add nothing, with"
    yield "T = 0 0 P = 3 1 norm.weight = 1 1 tokens = 0 0 1 0 1 3 norm.bias = 0 1 0 2 ..."
    yield f"x is ({cells(x[0])}) and ({cells(x[1])}). Their mean is {n(x.mean())}, and their variance {n(x[0].var())}."
    yield "With a = 1 / √(1 + 10⁻⁵), as eps is below the root, h = (a, 1 - a) and (-a, 1 + a)."
    yield "The logits are h Tᵀ = (0, a, 2 - 2a) and (0, -a, 2 + 2a)."
    yield "has a gradient, and it is 1, the table gets h = (a, 1 - a) in row 0 as the last layer."
    yield "row 0 of T, through which the gradient would go back, is 0."
