"""What PyTorch is asked about sequences: values, gradients, states.

Not compared: initial values, which come from NumPy's generator; the types of errors, RuntimeError for most of
PyTorch's, where this course raises ValueError; what PyTorch computes of a sequence without a batch, which is not part
of this course; the gradient of an infinite loss, which PyTorch gives as NaN.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case
from grader.recordings.play import built

GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
LAYERS: tuple[dict[str, Any], ...] = (
    {},
    {"num_layers": 2},
    {"bias": False},
    {"bidirectional": True},
    {"num_layers": 2, "bias": False, "bidirectional": True},
)
LOSSES: tuple[dict[str, Any], ...] = (
    {},
    {"reduction": "sum"},
    {"reduction": "none"},
    {"blank": 2},
    {"zero_infinity": True, "reduction": "none"},
)


def cases() -> Iterator[Case]:
    """Tables of words, cells, layers, and a loss."""
    rng = np.random.default_rng(8)
    for options in ({}, {"padding_idx": 1}, {"padding_idx": -1}):
        for shape in ((6,), (2, 3), (0,), ()):
            yield _words(f"Embedding {options} of {shape}", rng, options, shape)
    for kind in GATES:
        for options in ({}, {"bias": False}):
            yield _cell(f"{kind}Cell {options}", rng, kind, options, 2)
        yield _cell(f"{kind}Cell without a state", rng, kind, {}, 2, given=False)
        yield _cell(f"{kind}Cell of no examples", rng, kind, {}, 0)
        yield _cell(f"{kind}Cell in float32", rng, kind, {}, 1, dtype=np.float32)
    for kind in GATES:
        for options in LAYERS:
            yield _layer(f"{kind} {options}", rng, kind, options, (3, 2))
        yield _layer(f"{kind} without a state", rng, kind, {}, (2, 2), missing=("h0", "c0"))
        yield _layer(f"{kind}, gradient of the state alone", rng, kind, {}, (2, 1), missing=("dout",))
        yield _layer(f"{kind}, gradient of the outputs alone", rng, kind, {}, (2, 1), missing=("dh", "dc"))
        yield _layer(f"{kind} of one step, no examples", rng, kind, {}, (1, 0))
    for options in LOSSES:
        yield _loss(f"CTCLoss {options}", rng, "after log_softmax", options)
    yield _loss("CTCLoss by itself", rng, "loss alone", {}, "PyTorch adds exp(log_probs) to the gradient")


def _words(name: str, rng: np.random.Generator, options: dict[str, Any], shape: tuple[int, ...]) -> Case:
    spec = {"module": ["Embedding", {"num_embeddings": 4, "embedding_dim": 3} | options]}
    arrays = {"x": np.array(rng.integers(0, 4, shape))} | _arrays(rng, {"dy": (*shape, 3), "weight": (4, 3)})
    return Case(name, "passes", spec | {"inputs": ["x"], "outputs": ["y"]}, arrays)


def _cell(
    name: str,
    rng: np.random.Generator,
    kind: str,
    options: dict[str, Any],
    examples: int,
    *,
    given: bool = True,
    dtype: Any = np.float64,
) -> Case:
    spec: dict[str, Any] = {"module": [f"{kind}Cell", {"input_size": 3, "hidden_size": 2} | options]}
    spec |= {"inputs": ["x", ["h0", "c0"]], "outputs": ["h", "c"]} if kind == "LSTM" else {}
    spec = {"inputs": ["x", "h0"], "outputs": ["h"]} | spec
    states = ("h0", "c0") if kind == "LSTM" else ("h0",)
    upstream = ("dh", "dc") if kind == "LSTM" else ("dh",)
    shapes = {"x": (examples, 3)} | dict.fromkeys((*states, *upstream) if given else upstream, (examples, 2))
    return Case(name, "passes", spec, _arrays(rng, shapes | _weights(kind, options, 3, ""), dtype))


def _layer(
    name: str,
    rng: np.random.Generator,
    kind: str,
    options: dict[str, Any],
    size: tuple[int, int],
    missing: tuple[str, ...] = (),
) -> Case:
    spec: dict[str, Any] = {"module": [kind, {"input_size": 3, "hidden_size": 2} | options]}
    ways, layers = 1 + options.get("bidirectional", False), options.get("num_layers", 1)
    shapes = {"x": (*size, 3), "dout": (*size, 2 * ways)}
    if kind == "LSTM":
        spec |= {"inputs": ["x", ["h0", "c0"]], "outputs": ["out", ["h", "c"]]}
    else:
        spec |= {"inputs": ["x", "h0"], "outputs": ["out", "h"]}
    states = ("h0", "c0", "dh", "dc") if kind == "LSTM" else ("h0", "dh")
    shapes |= dict.fromkeys(states, (ways * layers, size[1], 2))
    shapes = {key: shape for key, shape in shapes.items() if key not in missing}
    for layer in range(layers):
        for end in ("", "_reverse")[:ways]:
            shapes |= _weights(kind, options, 2 * ways if layer else 3, f"_l{layer}{end}")
    return Case(name, "passes", spec, _arrays(rng, shapes))


def _weights(kind: str, options: dict[str, Any], size: int, end: str) -> dict[str, tuple[int, ...]]:
    rows = 2 * GATES[kind]
    shapes: dict[str, tuple[int, ...]] = {f"weight_ih{end}": (rows, size), f"weight_hh{end}": (rows, 2)}
    return shapes | ({f"bias_{b}h{end}": (rows,) for b in "ih"} if options.get("bias", True) else {})


def _loss(name: str, rng: np.random.Generator, way: str, options: dict[str, Any], differs: str = "") -> Case:
    """The last target cannot be read, but counts only if that is a matter of the case."""
    targets = np.array([[1, 3, 3], [3, 1, 1], [4, 4, 4]])
    lengths = {"input_lengths": np.array([5, 4, 4]), "target_lengths": np.array([2, 0, 3])}
    if not options.get("zero_infinity"):
        lengths["target_lengths"][2] = 2
    arrays = _arrays(rng, {"x": (5, 3, 5)}) | {"targets": targets} | lengths
    if options.get("reduction") == "none":
        arrays |= _arrays(rng, {"dy": (3,)})
    return Case(name, way, {"module": ["CTCLoss", options]}, arrays, differs)


def _after_log_softmax(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """The loss of scores that pass through a log-softmax first, and the gradient of the scores."""
    first = f.nn.LogSoftmax(dim=-1)
    return _with_gradient(f, spec, arrays, first)


def _loss_alone(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    x = arrays["x"]
    return _with_gradient(f, spec, arrays | {"x": x - np.logaddexp.reduce(x, axis=-1, keepdims=True)}, None)


def _with_gradient(f: Any, spec: dict, arrays: dict[str, np.ndarray], first: Any) -> dict[str, Any]:
    loss, given = built(f, spec["module"]), [arrays[key] for key in ("targets", "input_lengths", "target_lengths")]
    y, dx = f.passes(_Chain(first, loss), (arrays["x"], *given), (arrays.get("dy", np.array(1.0)),))
    return {"loss": np.asarray(y), "dx": dx[0] if isinstance(dx, tuple) else dx}


class _Chain:
    """A module, or none, before a loss that takes more."""

    def __init__(self, first: Any, loss: Any) -> None:
        self.first, self.loss = first, loss

    def __call__(self, x: Any, *others: Any) -> Any:
        return self.loss(x if self.first is None else self.first(x), *others)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        dx = self.loss.backward(dy)
        return dx if self.first is None else self.first.backward(dx)


def _arrays(
    rng: np.random.Generator, shapes: dict[str, tuple[int, ...]], dtype: Any = np.float64
) -> dict[str, np.ndarray]:
    """Numbers of two decimals: a person can read them."""
    return {name: np.round(rng.normal(0, 1, shape), 2).astype(dtype) for name, shape in shapes.items()}


WAYS = {"after log_softmax": _after_log_softmax, "loss alone": _loss_alone}
