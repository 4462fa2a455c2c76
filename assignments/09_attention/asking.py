"""What the hidden checks of several files share."""

import numpy as np

from grader.calls import Call


def in_pieces(module, x, sizes, cache, further=None):
    """Twins of what forward gives for each piece of x, along positions, with a cache.

    further: what is given before the cache, from the number of positions before the piece and after it.
    """
    results, first = [], 0
    for size in sizes:
        piece = x[:, first : first + size]
        arguments = further(piece, first, first + size) if further else {}
        [y] = module.run([Call("call", module, "forward", (piece, *arguments.pop("args", ())), {**arguments, **cache})])
        y.name = f"{module.name}.forward of positions {first} to {first + size - 1}, with a cache"
        results.append(y)
        first += size
    return results


def future(first, last):
    """The mask of `MultiheadAttention` for queries at positions `first` to `last` - 1: True may not be attended to."""
    return np.arange(last) > np.arange(first, last)[:, None]
