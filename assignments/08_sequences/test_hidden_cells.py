"""Hidden checks of assignment 08: one step in time."""

from grader.checks import weight
from grader.checks.battery import Layer
from grader.checks.battery.drawing import upstream, wide
from grader.checks.battery.module import Refusal

from .recurrent import GATES, HIDDEN, INPUTS, NAMES, Recurrent, compare_passes, kind, one_large


class Cell(Recurrent):
    """For cells: x is (N, I), and a state (N, H)."""

    def states(self, rng, shape, options, hidden):
        return states(self.member.path)(rng, shape, options, hidden)

    def parameters(self, options):
        rows = GATES[kind(self.member.path)] * HIDDEN
        shapes = zip(NAMES, ((rows, INPUTS), (rows, HIDDEN), (rows,), (rows,)), strict=True)
        return {name: shape for name, shape in shapes if "weight" in name or options.get("bias", True)}


def states(path):
    def draw(rng, shape, options, hidden=HIDDEN):
        arrays = tuple(wide(rng, (shape[0], hidden)) for _ in range(2 if "LSTM" in path else 1))
        return (arrays,) if "LSTM" in path else arrays

    return draw


def cell(path):
    return Layer(
        path,
        arguments=(INPUTS, HIDDEN),
        options=({"bias": False},),
        shapes=((2, 3), (1, 3), (3, 3), (5, 3), (0, 3)),
        sizes=((2, 3), (1, 3), (4, 3)),
        shapes_with_options=((2, 3), (1, 3), (0, 3)),
        further=states(path),
        inputs=("x", "state" if "LSTM" in path else "h"),
        differentiable=2,
        extremes=lambda rng: one_large(rng, (5, INPUTS)),
        impossible=(((0, 4), {}), ((3, 0), {})),
        refused=(
            Refusal(ValueError, (2, 4), naming=((2, 4), 3)),
            Refusal(ValueError, (2, 1), naming=((2, 1), 3)),
            Refusal(ValueError, (3,), naming=((3,),)),
            Refusal(ValueError, (1, 2, 3), naming=((1, 2, 3),)),
        ),
    )


class TestRNNCell(Cell, member=cell("nn.RNNCell"), points=6): ...


class TestLSTMCell(Cell, member=cell("nn.LSTMCell"), points=8):
    @weight(0.5)
    def test_one_gradient_alone(self, twin, rng):
        """LSTMCell.backward takes None in the place of a gradient that is zeros, and dc may be left out."""
        shape = (3, INPUTS)
        lstm, (x, state) = self.member.make(twin, {}), self.member.feed(rng, shape, {})
        for arriving in (2, 1, 0):
            dh, dc = upstream(rng, (3, HIDDEN)), upstream(rng, (3, HIDDEN))
            compare_passes(lstm, (x, state), ((dh, dc), (dh,), (None, dc))[arriving])


class TestGRUCell(Cell, member=cell("nn.GRUCell"), points=8): ...
