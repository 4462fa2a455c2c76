"""The examples of 08: a table of words, recurrent layers and cells of one number, and the CTC loss of one letter."""

from collections.abc import Iterator
from math import isclose, log, tanh

import numpy as np

from reference import nn
from tests.handouts.writing import n, row

LN2, LN3, LN4 = log(2), log(3), log(4)
ONE = np.ones((1, 1))


def sequences_example() -> Iterator[str]:
    for part in (table, one_direction, both_directions, lstm, gru, ctc):
        yield from part()


def filled(module: nn.Module, **values: object) -> nn.Module:
    """A module whose parameters have these values, and 0 where none is given."""
    for name, parameter in module.named_parameters():
        parameter.data = np.reshape(np.asarray(values.get(name, 0.0 * parameter.data), float), parameter.data.shape)
    return module


def sequence(*numbers: float) -> np.ndarray:
    return np.array(numbers, float).reshape(-1, 1, 1)


def table() -> Iterator[str]:
    embedding = filled(nn.Embedding(3, 2), weight=[[0, 1], [2, 3], [4, 5]])
    y = embedding.forward(np.array([2, 0, 2]))
    embedding.backward(np.array([[1.0, 2], [3, 4], [5, 6]]))
    lines = [[" ".join(map(n, rows[i])) for rows in (y, embedding.weight.grad)] for i in range(3)]
    yield "**Embedding**(3, 2) with the rows (0, 1), (2, 3), (4, 5), x = (2, 0, 2), and dy with the rows (1, 2), (3, 4)"
    yield "(5, 6): y ="
    told = f"y = {lines[0][0]} dW = {lines[0][1]} {' '.join(lines[1])} {' '.join(lines[2])}"
    padded = filled(nn.Embedding(3, 2, padding_idx=2))
    padded.forward(np.array([2, 0, 2]))
    padded.backward(np.array([[1.0, 2], [3, 4], [5, 6]]))
    yield f"{told} with padding_idx=2, the last row of dW would be {' '.join(map(n, padded.weight.grad[2]))}"


def one_direction() -> Iterator[str]:
    rnn = filled(nn.RNN(1, 1), weight_ih_l0=1, weight_hh_l0=0.5)
    out, h_n = rnn.forward(sequence(LN2, LN3 - 0.3))
    dx, d_h0 = rnn.backward(sequence(1, 1.5), sequence(0.5))
    yield "**RNN**(1, 1) with W_ih = 1, W_hh = 0.5, no biases in effect, L = 2, N = 1, x = (ln 2, ln 3 - 0.3)."
    yield f"As tanh(ln 2) = {n(tanh(LN2))} and tanh(ln 3) = {n(tanh(LN3))}:"
    yield f"out = (tanh(ln 2), tanh(ln 3 - 0.3 + 0.5 · {n(out[0])})) = ({row(out)}), h_n = {n(h_n)}"
    slopes = 1 - out.ravel() ** 2
    dh = dx.ravel() / slopes
    yield f"With d_out = (1, 1.5) and d_h_n = 0.5, the gradient of h[1] is {n(dh[1])}, and"
    yield f"da[1] = {n(dh[1])} · {n(slopes[1])} = {n(dx[1])}. The gradient of h[0] is 1 + 0.5 · {n(dx[1])} = {n(dh[0])}"
    yield f"da[0] = {n(dh[0])} · {n(slopes[0])} = {n(dx[0])}."
    assert isclose(rnn.bias_ih_l0.grad.item(), rnn.bias_hh_l0.grad.item())
    yield f"dx = ({row(dx)}) dW_hh = {n(dx[1])} · {n(out[0])} = {n(rnn.weight_hh_l0.grad)}"
    yield f"db_ih = db_hh = {n(rnn.bias_hh_l0.grad)} d_h0 = 0.5 · {n(dx[0])} = {n(d_h0)}"


def both_directions() -> Iterator[str]:
    u = (LN3 - LN2) / 0.6
    weights = {"weight_ih_l0": 1, "weight_hh_l0": u, "weight_ih_l0_reverse": -1, "weight_hh_l0_reverse": u}
    rnn = filled(nn.RNN(1, 1, bidirectional=True), **weights)
    out, h_n = rnn.forward(sequence(LN2, LN2))
    dx, d_h0 = rnn.backward(np.array([[[1.0, -1]], [[2, 3]]]), sequence(0.5, 2))
    yield "**RNN**(1, 1, bidirectional=True) with W_ih = 1 forward and -1 in reverse, W_hh = u = (ln 3 - ln 2) / 0.6"
    yield f"x = (ln 2, ln 2). Forward makes {n(out[0, 0, 0])}, then {n(out[1, 0, 0])}. In reverse, the first step is at"
    yield f"time 1: out[0] = ({row(out[0])}), out[1] = ({row(out[1])}), h_n = ({row(h_n)})"
    yield "Let d_out[0] = (1, -1), d_out[1] = (2, 3) and d_h_n = (0.5, 2). Going back, forward begins at the time 1,"
    yield "reverse at the time 0. There their states get 2 + 0.5 and -1 + 2, so"
    late, early = (1 - out[1, 0, 0] ** 2), (1 - out[0, 0, 0] ** 2)
    first, last = 2.5 * late, 1 * late  # of the first steps back
    assert np.allclose(dx.ravel(), [(1 + first * u) * early - last, first - (3 + last * u) * early])
    assert np.allclose(d_h0.ravel(), [u * (1 + first * u) * early, u * (3 + last * u) * early])
    a, b, c, d = n(late), n(early), n(first), n(last)
    yield f"forward da[1] = 2.5 · {a} = {c} da[0] = (1 + {c} u) · {b}"
    yield f"reverse da[0] = 1 · {a} = {d} da[1] = (3 + {d} u) · {b}"
    yield f"dx = ((1 + {c} u) · {b} - {d}, {c} - (3 + {d} u) · {b})"
    yield f"d_h0 = (u · (1 + {c} u) · {b}, u · (3 + {d} u) · {b})"


def lstm() -> Iterator[str]:
    w_ih, w_hh, c = np.array([LN3, 0, LN2, LN4]), np.array([1, -1, 2, 1]), 2 * LN3 - 0.9
    cell = filled(nn.LSTMCell(1, 1), weight_ih=w_ih, weight_hh=w_hh, bias_hh=-w_hh)
    h, after = cell.forward(ONE, (ONE, c * ONE))
    dx, (_dh, dc) = cell.backward(ONE, 0 * ONE)
    yield "**LSTMCell**(1, 1) with W_ih = (ln 3, 0, ln 2, ln 4), W_hh = (1, -1, 2, 1), b_ih = 0 and b_hh = -W_hh, for"
    yield f"x = h = 1 and c = 2 ln 3 - 0.9 ≈ {n(c, 3)}. Then a = (ln 3, 0, ln 2, ln 4), and"
    i, f, o = (1 / (1 + np.exp(-a)) for a in (LN3, 0, LN4))
    g = tanh(LN2)
    assert isclose(after.item(), LN3)
    yield f"i = {n(i)}, f = {n(f)}, g = {n(g)}, o = {n(o)} c' = {n(f)} c + {n(i * g)} = ln 3"
    yield f"h' = {n(o)} · {n(tanh(after.item()))} = {n(h)} With dh' = 1 and dc' = 0:"
    da, e = cell.bias_ih.grad, dc.item() / f
    assert isclose(dx.item(), da @ w_ih)
    yield f"e = {n(o)} · {n(1 - tanh(after.item()) ** 2)} = {n(e)}, and"
    yield f"da = ({n(da[0])}, {n(da[1] / c)} c, {n(da[2])}, {n(da[3])}), dc = {n(dc)}"


def gru() -> Iterator[str]:
    w_hh, b_hh = np.array([1, -1, 1.5]), np.array([-1, 1, 0.5])
    cell = filled(nn.GRUCell(1, 1), weight_ih=[0, LN3, LN2 - 1], weight_hh=w_hh, bias_hh=b_hh)
    h = cell.forward(ONE, ONE)
    _dx, dh = cell.backward(ONE)
    yield "**GRUCell**(1, 1) with W_ih = (0, ln 3, ln 2 - 1), W_hh = (1, -1, 1.5), b_ih = 0, b_hh = (-1, 1, 0.5), for"
    yield "x = h = 1:"
    r, z = 1 / 2, 1 / (1 + np.exp(-LN3))
    v = w_hh[2] + b_hh[2]
    new = tanh(LN2 - 1 + r * v)
    yield f"r = {n(r)}, z = {n(z)}, v = {n(v)}, n = tanh(ln 2 - 1 + {n(r)} · {n(v)}) = {n(new)}"
    yield f"h' = {n(1 - z)} · {n(new)} + {n(z)} · 1 = {n(h)} With dh' = 1:"
    (da_r, da_z, du), dv = cell.bias_ih.grad, cell.bias_hh.grad[2]
    yield f"q = {n((1 - z) * (1 - new**2))}, da_r = {n(da_r)}, da_z = {n(da_z)}, du = {n(du)}, dv = {n(dv)}, and"
    yield f"dh = 1 · {n(da_r)} - 1 · {n(da_z)} + 1.5 · {n(dv)} + {n(z)} = {n(dh)}"


def ctc() -> Iterator[str]:
    loss = nn.CTCLoss()
    value = loss.forward(np.log(np.full((2, 1, 2), 0.5)), np.array([[1]]), np.array([2]), np.array([1]))
    gradient = loss.backward() * 3
    assert isclose(value, -log(3 / 4))
    assert (gradient[0] == gradient[1]).all()
    yield "of probability 1/2, and a target of this letter."
    yield "the loss is -ln(3/4)."
    yield f"d_log_probs = ({n(gradient[0, 0, 0])}/3, {n(gradient[0, 0, 1])}/3) at both times"
