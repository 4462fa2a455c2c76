"""What is measured of a module: both passes, in one call."""


def passes(module, *pairs):
    """For each pair (x, dy) one forward and one backward; all that came out."""
    return tuple(result for x, dy in pairs for result in (module.forward(x), module.backward(dy)))
