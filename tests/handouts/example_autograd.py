"""The example of 10: a mean of squares, and a second derivative."""

from collections.abc import Iterator

from reference.autograd import Tensor
from tests.handouts.writing import n, row


def autograd_example() -> Iterator[str]:
    w, b = Tensor([1, -2], requires_grad=True), Tensor(0.5, requires_grad=True)
    x = Tensor([[3, 1], [0, 2], [1, -1]])
    yield "w = Tensor([1, -2], requires_grad=True) x = 3 1 b = Tensor(0.5, requires_grad=True) 0 2 1 -1"
    h = x @ w + b
    h.retain_grad()
    y = (h * h).mean()
    squares = " + ".join(n(v, 2) for v in h.data**2)
    yield f"h = x @ w + b = {row(h.data)} y = mean(h * h) = ({squares}) / 3 = {n((h.data**2).sum(), 2)} / 3"
    y.backward()
    yield "begins with dy = 1. The mean passes 1/3 to each entry"
    thirds = h.grad * 3
    yield f"each gets h / 3, together dh = 2 h / 3 = {n(h.grad[0])}, {n(thirds[1])}/3, {n(thirds[2])}/3. Then"
    yield f"dw = xᵀ dh = 3 · 1 + 0 + 7/3, 1 - 14/3 - 7/3 = {n(3 * w.grad[0])}/3, {n(w.grad[1])}"
    yield f"db = 1 - 7/3 + 7/3 = {n(b.grad)}"
    y.backward()
    yield f"adds the same again: db = {n(b.grad)}"
    x = Tensor(2.0, requires_grad=True)
    (x**3).backward(create_graph=True)
    g, x.grad = x.grad, None
    yield f"for y = x³ at x = 2, `y.backward(create_graph=True)` gives `x.grad` = 3 x² = {n(g.data)}, a tensor g"
    g.backward()
    yield f"gives `x.grad` = 6 x = {n(x.grad.data if isinstance(x.grad, Tensor) else x.grad)}"
