"""What modules are: a box that values and gradients pass through, a chain of them, and a tree."""

import numpy as np

from grader.figures import Paper

FORWARD, BACK = "one", "two"  # what flows from the input to the loss, and what comes back
BOX = "ink hollow"


def module(framework) -> Paper:
    """A module and what passes through it

    A box named module. From the left x enters, and y leaves to the right: this is forward. From the right dy enters,
    and dx leaves to the left: this is backward. Inside, forward saves what backward needs, and backward adds the
    gradient of each parameter to the grad of that parameter.
    """
    paper = Paper(740, 230)
    paper.box(220, 10, 300, 210, BOX, 10)
    paper.words(370, 36, "module", "ink strong middle")
    _flow(paper, 78, ("x", "y"), FORWARD, "forward(x)")
    _flow(paper, 186, ("dx", "dy"), BACK, "backward(dy)")
    paper.arrow([(290, 94), (290, 160)], "soft dash")
    paper.words(280, 132, "saved", "soft small end")
    paper.box(330, 106, 166, 44, "three wash", 6)
    paper.words(413, 124, "parameters", "three small middle")
    paper.words(413, 141, "p.data    p.grad", "three small code middle")
    paper.arrow([(452, 168), (452, 151)], BACK)
    paper.arrow([(374, 106), (374, 92)], FORWARD)
    paper.words(464, 166, "+=", "two strong small")
    for x, y, text in ((96, 56, "input"), (644, 56, "output")):
        paper.words(x, y, text, "soft small middle")
    paper.words(96, 212, "∂L/∂x, returned", "soft small middle")
    paper.words(644, 212, "∂L/∂y, arrives", "soft small middle")
    return paper


def _flow(paper: Paper, y: float, names: tuple[str, str], looks: str, call: str) -> None:
    """A line through the box at height y: forward runs to the right, backward to the left."""
    for left, right in ((124, 216), (524, 616)):
        paper.arrow([(left, y), (right, y)] if looks == FORWARD else [(right, y), (left, y)], looks)
    paper.words(110, y + 5, names[0], f"{looks} strong end")
    paper.words(630, y + 5, names[1], f"{looks} strong")
    paper.words(370, y + 5, call, f"{looks} code middle")


def chain(framework) -> Paper:
    """A chain of modules, forward and backward

    Three modules and the loss in a row. Above, x goes through all of them and becomes the number L. Below, gradients of
    the shape of each value come back in the opposite order, from dy = 1 at the loss to dx.
    """
    paper = Paper(740, 150)
    names = ("Linear", "Tanh", "Linear", "loss")
    lefts = [70 + 176 * k for k in range(4)]
    values = ("x", "h₁", "h₂", "y", "L")
    for left, name in zip(lefts, names):
        paper.box(left, 40, 96, 70, BOX, 8)
        paper.words(left + 48, 80, name, "ink middle")
    for k, value in enumerate(values):
        start, end = (lefts[k - 1] + 96 if k else 20), (lefts[k] if k < 4 else 740)
        middle = (start + end) / 2
        paper.arrow([(start + 4, 56), (end - 4, 56)], FORWARD)
        paper.words(middle, 34, value, f"{FORWARD} strong middle")
        paper.arrow([(end - 4, 94), (start + 4, 94)], BACK)
        paper.words(middle, 128, "1" if value == "L" else f"d{value}", f"{BACK} strong middle")
    paper.words(20, 10, "forward", f"{FORWARD} small")
    paper.words(20, 148, "backward", f"{BACK} small")
    return paper


def tree(framework) -> Paper:
    """The tree of modules in the worked example, with its names

    The root Tied has the parameter scale, the buffer mean and the child first, a Sequential. Its children 0, 1 and 2
    are Linear, Identity and Linear. The weight of 2 is the same object as that of 0. Numbers show the order in which
    named_parameters gives the three parameters.
    """
    model = _tied(framework)
    order = {name: str(k) for k, (name, _p) in enumerate(model.named_parameters(), 1)}
    paper = Paper(740, 262)
    _node(paper, 370, 0, "Tied")
    _node(paper, 500, 78, "Sequential", "first")
    for x, k in ((310, 0), (500, 1), (676, 2)):
        _edge(paper, (500, 112), (x, 156))
        _node(paper, x, 156, type(model.first[k]).__name__, str(k))
    for x, name in ((80, "scale"), (224, "mean")):
        _edge(paper, (370, 34), (x, 82))
        _leaf(paper, x, 82, name, order.get(name))
    _edge(paper, (370, 34), (500, 78))
    for x, top, full in ((236, 310, "first.0.weight"), (380, 310, "first.0.bias")):
        _edge(paper, (top, 190), (x, 230))
        _leaf(paper, x, 230, full.rpartition(".")[2], order.get(full))
    _edge(paper, (676, 190), (676, 226), "three dash")
    paper.path([(676, 226), (676, 258), (236, 258), (236, 252)], "three dash")
    paper.words(560, 252, "the same weight", "three small middle")
    return paper


def _tied(framework):
    class Tied(framework.nn.Module):
        def __init__(self):
            self.first = framework.nn.Sequential(
                framework.nn.Linear(2, 2), framework.nn.Identity(), framework.nn.Linear(2, 2, bias=False)
            )
            self.scale = framework.nn.Parameter(np.ones(2))
            self.first[2].weight = self.first[0].weight
            self.register_buffer("mean", np.zeros(2))

    return Tied()


def _node(paper: Paper, x: float, y: float, text: str, name: str = "") -> None:
    paper.box(x - 54, y, 108, 34, BOX, 8)
    paper.words(x, y + 22, text, "ink middle")
    if name:
        paper.words(x + 60, y + 12, name, "one code small")


def _leaf(paper: Paper, x: float, y: float, name: str, order: str | None) -> None:
    looks = "three" if order else "four"
    paper.box(x - 62, y, 124, 22, f"{looks} wash", 11)
    paper.words(x, y + 16, f"{order}  {name}" if order else f"{name} (buffer)", f"{looks} small code middle")


def _edge(paper: Paper, start: tuple[float, float], end: tuple[float, float], looks: str = "soft thin") -> None:
    paper.path([start, end], looks)
