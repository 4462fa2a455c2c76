"""What is measured of a module: both passes, several times in one call, as moving arrays takes time, too."""

TIMES = 6


def passes(module, *pairs):
    """For each pair (x, dy) some forwards and backwards, each of other numbers; the sums of what came out."""
    results = []
    for x, dy in pairs:
        y_sum, dx_sum = 0.0, 0.0
        for k in range(TIMES):
            y_sum = y_sum + module.forward(x * (k - 2.5))
            dx_sum = dx_sum + module.backward(dy + k)
        results += [y_sum, dx_sum]
    return tuple(results)
