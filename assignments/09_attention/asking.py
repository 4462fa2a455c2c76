"""What the hidden checks of several files share."""

import numpy as np

from grader.calls import Call
from grader.checks.battery.answers import backward_pass, forward_pass, upstream_of
from grader.checks.battery.drawing import GRADIENTS, compare_roughly


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


def backward_in_the_other_mode(member, twin, rng, options):
    """Compare the gradients of a forward in one mode, if the module is in the other one when backward is called."""
    module, inputs = member.make(twin, options), member.feed(rng, member.sizes[0], options)
    for training in (True, False, True):
        module.train(training)
        y = forward_pass(module, inputs)
        module.train(not training)
        _, dx, *gradients = backward_pass(module, y, upstream_of(y, rng))
        for gradient in (dx, *gradients):
            compare_roughly(gradient, GRADIENTS)
