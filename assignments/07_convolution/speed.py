"""How fast a module is, on many small images and on few large ones: a loop over the batch or over places is slow."""

from grader.calls import Call

# A loop over 256 images, or over some thousand places, takes ten times as long as the reference, and more. Loops over
# the places of a kernel, copies of all windows, and another order of products stay below three; see also `variants/`.
AT_MOST = 6.0


def require_no_loops(measure, made, shapes, what):
    """Measure both passes of `made(framework)` on shapes of x and y; all are measured together."""

    def work(framework):
        module = made(framework)
        return lambda rng: Call(
            "call",
            framework.inside,
            "passes",
            (module, *((rng.normal(size=x), rng.normal(size=y)) for x, y in shapes)),
        )

    measure(work).require(at_most=AT_MOST, what=what)
