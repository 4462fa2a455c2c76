"""Who attends to whom."""

import numpy as np

from grader.figures import Paper

SIZE = 34  # of a cell


def masks(framework) -> Paper:
    """The weights of attention, in per cent

    Three squares of 5 by 5 numbers, a row for each query and a column for each key. Without a mask all of them are
    there. With a causal mask the upper right triangle is empty, and the first query looks at the first key with 100 per
    cent. With padding the last two columns are empty. In each row the sum is 100.
    """
    rng = np.random.default_rng(3)
    q, k = rng.normal(size=(2, 5, 8))
    hidden = np.ones((5, 5), bool)
    hidden[:, 3:] = False
    paper = Paper(620, 216)
    for number, (name, options) in enumerate(
        {"no mask": {}, "is_causal=True": {"is_causal": True}, "two keys of padding": {"attn_mask": hidden}}.items()
    ):
        attention = framework.nn.transformer.ScaledDotProductAttention()
        weights = attention(q, k, np.eye(5), **options)
        paper.words(210 * number, 4, name, "ink strong")
        _cells(paper, 210 * number, 20, weights)
    paper.words(0, 212, "A row for each query, a column for each key.", "soft small")
    return paper


def _cells(paper: Paper, left: float, top: float, weights: np.ndarray) -> None:
    for (row, column), weight in np.ndenumerate(weights):
        x, y = left + SIZE * column, top + SIZE * row
        paper.box(x, y, SIZE - 3, SIZE - 3, "one wash" if weight else "faint thin")
        if weight:
            paper.words(x + SIZE / 2 - 1, y + SIZE / 2 + 3, f"{100 * weight:.0f}", "ink small middle")


def cache(framework) -> Paper:
    """Two new tokens beside a cache of three

    Two rectangles of 2 by 5 cells, a row for each new token, a column for each position. On the left, as it should be:
    the first new token sees four positions, the second one all five. On the right, as is_causal would have it: the
    first new token sees position 0 alone, the second one positions 0 and 1.
    """
    rng = np.random.default_rng(3)
    model = framework.nn.transformer.GPT(5, 5, 4, 1, 1)
    for parameter in model.parameters():
        parameter.data = 0.6 * rng.normal(size=parameter.shape)  # so that no weight is nearly 0
    store = model.new_cache()
    model(np.array([[0, 3, 1]]), store)
    model(np.array([[4, 2]]), store)
    right = model.layers[0].self_attn.attention.saved_values[3][0, 0]
    attention = framework.nn.transformer.ScaledDotProductAttention()
    wrong = attention(rng.normal(size=(2, 4)), store[0].keys[0, 0], np.eye(5), is_causal=True)
    paper = Paper(520, 112)
    for left, name, weights in ((0, "two new tokens and a cache", right), (270, "what is_causal=True would do", wrong)):
        paper.words(left, 4, name, "ink strong")
        _cells(paper, left, 20, weights)
    paper.words(0, 108, "A row for each new token, a column for each position; per cent.", "soft small")
    return paper
