"""A graph and the order of going back, many ways through diamonds, and what memory is kept."""

import tracemalloc

import numpy as np

from grader.figures import Axes, Paper

WIDE, HIGH = 118, 46  # a box


def graph(framework) -> Paper:
    """A graph, and the order in which it is gone back through

    Boxes for x = 0.5, h = exp(x), log(h), m = h log(h) and y = m + h, with arrows from each to what it is used in. h is
    used three times: by the logarithm, by the product and by the sum. The gradients are written below, and the turn in
    which each box is gone back through: y, m, the logarithm, h, and at last x.
    """
    values, gradients, turns = _gone_back(framework)
    places = {"x": (0, 78), "h": (158, 78), "log(h)": (316, 18), "m": (474, 48), "y": (632, 78)}
    made_of = {"x": "0.5", "h": "exp(x)", "log(h)": "", "m": "h · log(h)", "y": "m + h"}
    paper = Paper(750, 190)
    for start, end in (("x", "h"), ("h", "log(h)"), ("log(h)", "m"), ("m", "y")):
        (x0, y0), (x1, y1) = places[start], places[end]
        paper.arrow([(x0 + WIDE, y0 + HIGH / 2), (x1, y1 + HIGH / 2)], "ink")
    paper.arrow([(158 + WIDE, 108), (474, 80)], "one")
    paper.arrow([(158 + WIDE, 116), (632, 116)], "two")
    for name, (x, y) in places.items():
        paper.box(x, y, WIDE, HIGH, "hollow ink", 5)
        paper.words(x + 8, y + 19, f"{name} = {made_of[name]}" if made_of[name] else name, "ink small strong")
        paper.words(x + 8, y + 37, f"{values[name]:.3f}", "soft small")
        below = y - 7 if name in ("log(h)", "m") else y + HIGH + 20
        paper.words(x, below, f"{turns.index(name) + 1}. dy/d{name} = {gradients[name]:.2f}", "three small")
    paper.words(0, 184, "Green: the turn in which each is gone back through, and its gradient then.", "soft small")
    return paper


def _gone_back(framework):
    """The values and gradients by name, and the order in which `backward` came by."""
    tensor, turns = framework.autograd.Tensor, []

    def noted(name, x):
        """The same number; it notes when its gradient comes."""

        def pull(dy, _y):
            turns.append(name)
            return (dy,)

        y = framework.autograd.record(x.data, (x,), pull)
        y.retain_grad()
        return y

    found = {"x": noted("x", tensor(0.5, requires_grad=True))}
    found["h"] = noted("h", found["x"].exp())
    found["log(h)"] = noted("log(h)", found["h"].log())
    found["m"] = noted("m", found["h"] * found["log(h)"])
    found["y"] = noted("y", found["m"] + found["h"])
    found["y"].backward()
    return {name: y.item() for name, y in found.items()}, {name: y.grad.item() for name, y in found.items()}, turns


def diamonds(framework) -> Paper:
    """Diamonds: few operations, and many ways back

    A row of six tensors. Each is made of the one before, which is used twice, so that two arrows lead from each to the
    next. Above them stands how many ways lead from the last one back to it: 1, 2, 4, 8, 16, 32. Below stands how often
    it is gone back through: once.
    """
    times = _visits(framework, 5)
    paper = Paper(750, 128)
    for place, count in enumerate(reversed(times)):
        x, ways = 60 + 118 * place, 2 ** (len(times) - 1 - place)
        paper.words(x, 14, f"{ways}", "two middle strong")
        paper.words(x, 122, f"{count}", "three middle strong")
        if place + 1 < len(times):
            for bend in (-26, 26):
                paper.arrow([(x + 14, 62), (x + 59, 62 + bend), (x + 103, 62 + bend / 6)], "soft")
        paper.dot(x, 62, 12, "hollow ink")
        paper.words(x, 67, f"h{place}" if place else "x", "ink small middle")
    paper.words(0, 14, "ways", "two small")
    paper.words(0, 122, "turns", "three small")
    return paper


def _visits(framework, length: int) -> list[int]:
    """How often `backward` comes by each of so many diamonds, the last one first."""
    counts = [0] * (length + 1)

    def counted(place, x):
        def pull(dy, _y):
            counts[place] += 1
            return (dy,)

        return framework.autograd.record(x.data, (x,), pull)

    y = counted(length, framework.autograd.Tensor(1.0, requires_grad=True))
    for place in reversed(range(length)):
        y = counted(place, y * 0.5 + y.tanh())
    y.backward()
    return counts


LENGTH, SIZE = 8, 50_000  # operations, and numbers of an array


def kept(framework) -> Paper:
    """Memory while a chain is built, and while it is gone back through

    A curve of memory against time, counted in arrays. While eight operations are done it climbs by one array each. With
    retain_graph=True it stays there while backward is run. With retain_graph=False it falls by one array with each
    operation that was gone back through.
    """
    paper = Paper(750, 236)
    axes = Axes(paper, 40, 20, 500, 180, x=(0, 2 * LENGTH), y=(0, LENGTH + 4))
    ticks = {place: f"{place}" for place in range(0, LENGTH + 1, 2)}
    back = {2 * LENGTH - place: f"{place}" for place in range(0, LENGTH, 2)}
    axes.frame(ticks | back, range(0, LENGTH + 4, 2), along="operations done, then still to go back through")
    for looks, retain in (("one", True), ("two dash", False)):
        found = _memory(framework, retain)
        axes.curve(np.arange(len(found)), np.array(found), looks)
        name = f"retain_graph={retain}"
        paper.words(*np.add(axes.at(2 * LENGTH, found[-1]), (10, 5)), name, f"{looks.split()[0]} small code")
    paper.words(40, 10, "arrays in memory", "soft small")
    return paper


def _memory(framework, retain: bool) -> list[int]:
    """After each operation, and whenever `backward` comes by one, in arrays."""
    found = []
    tracemalloc.start()

    def note():
        found.append(round(tracemalloc.get_traced_memory()[0] / (8 * SIZE)))

    def doubled(x):
        def pull(dy, _y):
            note()
            return (dy * 2.0,)

        return framework.autograd.record(x.data * 2.0, (x,), pull)

    y = framework.autograd.Tensor(np.ones(SIZE), requires_grad=True)
    note()
    for _ in range(LENGTH):
        y = doubled(y)
        note()
    y.backward(np.ones(SIZE), retain_graph=retain)
    tracemalloc.stop()
    return found
