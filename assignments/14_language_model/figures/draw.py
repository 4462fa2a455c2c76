"""Angles of positions, heads that share, and the learning rate of each step."""

import numpy as np

from grader.figures import Axes, Paper

POSITIONS, DIM = 8, 8
HEADS = 8
STEPS = {"warmup": 20, "total": 120, "maximum": 1.0, "minimum": 0.1}


def angles(framework) -> Paper:
    """How far the pairs of a rotary embedding are turned

    Four rows of dials, one for each pair of RotaryEmbedding(8, base=100), from position 0 to position 7. The hand of
    pair 0 turns by a radian from one dial to the next, and more than once round in all. Each later pair turns more
    slowly. That of pair 3 has hardly moved at position 7.
    """
    rope = framework.nn.modern.RotaryEmbedding(DIM, base=100.0)
    half = DIM // 2
    x = np.concatenate([np.ones(half), np.zeros(half)])
    turned = rope(np.tile(x, (POSITIONS, 1)), np.arange(POSITIONS))
    paper = Paper(720, 258)
    for position in range(POSITIONS):
        paper.words(126 + 68 * position, 14, f"{position}", "soft small middle")
    for pair in range(half):
        y = 50 + 58 * pair
        paper.words(0, y + 5, f"pair {pair}", "ink strong")
        for position in range(POSITIONS):
            _dial(paper, 126 + 68 * position, y, turned[position, [pair, pair + half]])
    return paper


def _dial(paper: Paper, x: float, y: float, hand: np.ndarray) -> None:
    rim = [(round(x + 22 * np.cos(t)), round(y + 22 * np.sin(t))) for t in np.linspace(0, 2 * np.pi, 17)[:-1]]
    paper.path(rim, "faint thin", closed=True)
    paper.path([(x, y), (x + 20 * hand[0], y - 20 * hand[1])], "one")
    paper.dot(x + 20 * hand[0], y - 20 * hand[1], 3, "one full")


def groups(framework) -> Paper:
    """Which heads of queries share keys and values

    Three drawings of eight heads of queries above the heads of keys. For K = 8 each has its own. For K = 2 heads 0 to 3
    share the first and heads 4 to 7 the second. For K = 1 all share one.
    """
    paper = Paper(760, 136)
    for number, kv_heads in enumerate((8, 2, 1)):
        left = 264 * number
        attention = framework.nn.modern.GroupedQueryAttention(HEADS, HEADS, kv_heads)
        paper.words(left, 14, f"K = {attention.num_kv_heads}", "ink strong")
        shared_by = HEADS // attention.num_kv_heads
        for group in range(kv_heads):
            middle = left + 28 * (group * shared_by + (shared_by - 1) / 2)
            paper.box(middle, 100, 20, 26, "two wash", 4)
            for head in range(group * shared_by, (group + 1) * shared_by):
                paper.path([(left + 28 * head + 10, 56), (middle + 10, 100)], "faint thin")
        for head in range(HEADS):
            paper.box(left + 28 * head, 30, 20, 26, "one wash", 4)
    return paper


def schedule(framework) -> Paper:
    """The learning rate of each step

    A straight line from a small value up to the maximum at step 19, then half a wave down to a tenth of it at step 120,
    and from there on a level line.
    """
    paper = Paper(640, 220)
    axes = Axes(paper, 40, 26, 580, 150, x=(0, 140), y=(0, 1))
    axes.frame((0, 20, 120), (0, 0.1, 1), "share of the maximum", along="step")
    steps = np.arange(141)
    rates = np.array([framework.text.warmup_cosine(int(step), **STEPS) for step in steps])
    axes.curve(steps, rates, "one")
    return paper
