"""Which numbers belong together in a convolution, in its transpose, and in pools."""

import numpy as np

from grader.figures import Paper

SIZE = 22  # of a cell


def windows(framework) -> Paper:
    """Which numbers of the input one number of the output sees

    Four images of 6 by 7, each with the windows of two numbers of the output, for kernels of 3 by 3. Without options
    the window is a block of 3 by 3. With stride 2 the windows are two places apart. With padding 1 a window may
    reach beyond the edge. With dilation 2 it has gaps. Below each image is the output, whose size follows from (1).
    """
    plots = {
        "3 × 3": {},
        "stride = 2": {"stride": 2},
        "padding = 1": {"padding": 1},
        "dilation = 2": {"dilation": 2},
    }
    paper = Paper(770, 376)
    for k, (name, options) in enumerate(plots.items()):
        layer = framework.nn.Conv2d(1, 1, 3, **options)
        layer.weight.data = np.ones((1, 1, 3, 3))
        _windows(paper, 20 + 192 * k, layer, name, options.get("padding", 0))
    paper.words(
        20, 370, "Above x, below y. Two numbers of y are coloured, and the windows that they see.", "soft small"
    )
    return paper


def _windows(paper: Paper, left: float, layer, name: str, padding: int) -> None:
    x = np.ones((1, 1, 6, 7))
    y = layer(x)[0, 0]
    paper.words(left, 4, name, "ink strong")
    top = 20 + SIZE
    if padding:
        paper.box(left - SIZE + 1, top - SIZE + 1, SIZE * 9 - 4, SIZE * 8 - 4, "faint dash")
    asked = {"one wash": (0, 0), "two wash": (min(1, y.shape[0] - 1), min(2, y.shape[1] - 1))}
    _grid(paper, left, top, x.shape[2:], {looks: _seen(layer, place) for looks, place in asked.items()})
    below = top + 7.5 * SIZE
    _grid(paper, left, below, y.shape, {looks: {place} for looks, place in asked.items()})


def _seen(layer, place: tuple[int, int]) -> set[tuple[int, int]]:
    """Where the gradient of one number of y is not 0."""
    dy = np.zeros_like(layer(np.ones((1, 1, 6, 7))))
    dy[0, 0][place] = 1
    return set(zip(*map(list, np.nonzero(layer.backward(dy)[0, 0]))))


def _grid(paper: Paper, left: float, top: float, shape, marked: dict[str, set[tuple[int, int]]]) -> None:
    def corners(places):
        return [(left + SIZE * column, top + SIZE * row) for row, column in places]

    paper.boxes(corners(np.ndindex(*shape)), SIZE - 3, SIZE - 3, "faint thin")
    for looks, places in marked.items():
        paper.boxes(corners(sorted(places)), SIZE - 3, SIZE - 3, looks)


def transposed(framework) -> Paper:
    """A transposed convolution: every number of the input adds a kernel to the output

    On the left x, of 2 by 3, with two marked numbers. On the right y, for a kernel of 3 by 3 and stride 2, of 5 by 7.
    Each of the two adds a block of 3 by 3 to y. The blocks share a column, where both add up.
    """
    layer = framework.nn.ConvTranspose2d(1, 1, 3, stride=2, bias=False)
    layer.weight.data = np.ones((1, 1, 3, 3))
    paper = Paper(620, 136)
    asked = {"one wash": (0, 0), "two wash": (0, 1)}
    paper.words(0, 4, "x", "ink strong")
    _grid(paper, 0, 20, (2, 3), {looks: {place} for looks, place in asked.items()})
    paper.words(240, 4, "y = ConvTranspose2d(1, 1, 3, stride=2) of x", "ink strong")
    shape = layer(np.ones((1, 1, 2, 3))).shape[2:]
    _grid(paper, 240, 20, shape, {looks: _reached(layer, place) for looks, place in asked.items()})
    paper.arrow([(90, 41), (220, 60)], "soft")
    return paper


def _reached(layer, place: tuple[int, int]) -> set[tuple[int, int]]:
    x = np.zeros((1, 1, 2, 3))
    x[0, 0][place] = 1
    return set(zip(*map(list, np.nonzero(layer(x)[0, 0]))))


def pools(framework) -> Paper:
    """Where a pool sends its gradient

    An image of 4 by 6 with numbers. For MaxPool2d(2), the largest number of each block of 2 by 2 is coloured: it gets
    the whole gradient. For AdaptiveAvgPool2d((1, 4)), the columns of the first and of the second window are coloured:
    0 and 1, and 1 and 2, so that column 1 belongs to both.
    """
    x = np.random.default_rng(7).permutation(24).reshape(1, 1, 4, 6).astype(float)
    paper = Paper(760, 136)
    pool = framework.nn.MaxPool2d(2)
    largest = np.nonzero(pool.backward(np.ones_like(pool(x)))[0, 0])
    _numbers(paper, 0, "MaxPool2d(2): the largest of each window", x[0, 0], {"one wash": set(zip(*map(list, largest)))})
    mean = framework.nn.AdaptiveAvgPool2d((1, 4))
    seen = {}
    for window, looks in enumerate(("one wash", "two wash")):
        dy = np.zeros_like(mean(x))
        dy[0, 0, 0, window] = 1
        seen[looks] = set(zip(*map(list, np.nonzero(mean.backward(dy)[0, 0]))))
    _numbers(paper, 380, "AdaptiveAvgPool2d((1, 4)): windows 0 and 1", x[0, 0], seen)
    return paper


def _numbers(paper: Paper, left: float, name: str, x: np.ndarray, marked: dict[str, set[tuple[int, int]]]) -> None:
    paper.words(left, 4, name, "ink strong")
    for (row, column), value in np.ndenumerate(x):
        x0, y0 = left + 34 * column, 20 + 30 * row
        looks = [looks for looks, places in marked.items() if (row, column) in places]
        for each in looks or ["faint thin"]:
            paper.box(x0, y0, 30, 26, each, 3)
        paper.words(x0 + 15, y0 + 18, f"{value:g}", "ink small middle")
