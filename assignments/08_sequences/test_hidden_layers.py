"""Hidden checks of assignment 08: whole sequences, in layers and in both directions."""

from grader.checks.battery import Layer, law
from grader.checks.battery.answers import upstream_of
from grader.checks.battery.drawing import TO_ROUNDING, compare_roughly, wide
from grader.checks.battery.module import Refusal
from grader.checks.strict import warnings_as_errors

from .recurrent import GATES, HIDDEN, INPUTS, NAMES, Recurrent, compare_passes, kind, one_large

STEPS = 30
EVERYTHING = {"num_layers": 2, "bias": False, "bidirectional": True}


def cells(options):
    """The ends of the names of each cell's parameters, in the order of their rows in a state."""
    directions = ("", "_reverse") if options.get("bidirectional") else ("",)
    return [f"l{layer}{end}" for layer in range(options.get("num_layers", 1)) for end in directions]


def states(path):
    def draw(rng, shape, options, hidden=HIDDEN):
        shape = (len(cells(options)), shape[1], hidden)
        arrays = tuple(wide(rng, shape) for _ in range(2 if "LSTM" in path else 1))
        return (arrays,) if "LSTM" in path else arrays

    return draw


class Unrolled(Recurrent):
    """For layers: x is (L, N, I), and a state (D * num_layers, N, H)."""

    def states(self, rng, shape, options, hidden):
        return states(self.member.path)(rng, shape, options, hidden)

    def parameters(self, options):
        found, ways = {}, 2 if options.get("bidirectional") else 1
        rows = GATES[kind(self.member.path)] * HIDDEN
        for name in cells(options):
            size = INPUTS if "l0" in name else ways * HIDDEN
            shapes = zip(NAMES, ((rows, size), (rows, HIDDEN), (rows,), (rows,)), strict=True)
            with_bias = options.get("bias", True)
            found |= {f"{key}_{name}": shape for key, shape in shapes if "weight" in key or with_bias}
        return found

    @law("{name}.backward takes None in the place of a gradient that is zeros, and the state's may be left out.")
    def test_one_gradient_alone(self, twin, rng):
        for options in ({}, EVERYTHING):
            for shape in self.member.sizes[:2]:
                module, inputs = self.member.make(twin, options), self.member.feed(rng, shape, options)
                d_out, d_state = upstream_of(module.forward(*inputs), rng)
                for dy in ((d_out,), (None, d_state), (d_out, d_state), (d_out, None), *_parts(d_out, d_state)):
                    compare_passes(module, inputs, dy)

    @law("{name} is exact to rounding over a long sequence, forward and backward, without a warning.")
    def test_long(self, twin, rng):
        for options in ({}, {"num_layers": 2, "bidirectional": True}):
            module, inputs = self.member.make(twin, options), self.member.feed(rng, (STEPS, 2, INPUTS), options)
            with warnings_as_errors(twin.student):
                y = module.forward(*inputs)
                compare_roughly(y, TO_ROUNDING["float64"])
                compare_roughly(module.backward(*upstream_of(y, rng)))


def _parts(d_out, d_state):
    """Of the two gradients of an LSTM's state, one alone."""
    if type(d_state) is not tuple:
        return
    d_h, d_c = d_state
    yield from ((d_out, (d_h, None)), (None, (None, d_c)))


def layer(path):
    return Layer(
        path,
        arguments=(INPUTS, HIDDEN),
        options=({"num_layers": 2}, {"bias": False}, {"bidirectional": True}),
        together=(EVERYTHING, {"num_layers": 3, "bidirectional": True}),
        shapes=((3, 2, 3), (1, 2, 3), (4, 1, 3), (1, 1, 3), (3, 3, 3), (2, 0, 3)),
        sizes=((3, 2, 3), (3, 4, 3), (3, 1, 3), (1, 1, 3)),
        shapes_with_options=((3, 2, 3), (1, 3, 3), (2, 1, 3), (2, 0, 3)),
        further=states(path),
        inputs=("x", "state" if "LSTM" in path else "h0"),
        differentiable=2,
        extremes=lambda rng: one_large(rng, (3, 4, INPUTS)),
        impossible=(((0, 4), {}), ((3, 0), {}), ((3, 4), {"num_layers": 0})),
        refused=(
            Refusal(ValueError, (3, 2, 4), naming=((3, 2, 4), 3)),
            Refusal(ValueError, (3, 2, 1), naming=((3, 2, 1), 3)),
            Refusal(ValueError, (0, 2, 3), naming=((0, 2, 3),)),
            Refusal(ValueError, (2, 3), naming=((2, 3),)),
            Refusal(ValueError, (1, 4, 2, 3), naming=((1, 4, 2, 3),)),
        ),
    )


class TestRNN(Unrolled, member=layer("nn.RNN"), points=11): ...


class TestLSTM(Unrolled, member=layer("nn.LSTM"), points=13): ...


class TestGRU(Unrolled, member=layer("nn.GRU"), points=12): ...
