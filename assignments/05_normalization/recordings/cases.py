"""What PyTorch is asked about initial values, dropout and normalisation: gains, values, gradients, running averages.

Not compared: what is drawn, which comes from NumPy's generator, so Dropout is asked where nothing is left to chance;
the types of errors, RuntimeError for most of PyTorch's, where this course raises ValueError; impossible sizes, eps and
momenta, which PyTorch does not check.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case
from grader.recordings.play import built

BATCH_NORM = {"num_features": 3}
BATCH_NORMS: dict[str, dict[str, Any]] = {
    "BatchNorm1d": {},
    "BatchNorm1d(eps=0.3)": {"eps": 0.3},
    "BatchNorm1d(momentum=0.6)": {"momentum": 0.6},
    "BatchNorm1d(affine=False)": {"affine": False},
    "BatchNorm1d(track_running_stats=False)": {"track_running_stats": False},
    "BatchNorm1d with everything else": {
        "eps": 0.3, "momentum": 0.6, "affine": False, "track_running_stats": False,
    },
}  # fmt: skip
MODES = (True, True, False, True)


def cases() -> Iterator[Case]:
    """Gains, then layers."""
    rng = np.random.default_rng(5)
    for name in ("linear", "conv1d", "conv2d", "conv3d", "sigmoid", "tanh", "relu", "selu", "leaky_relu"):
        yield Case(f"gain of {name}", "gain", {"arguments": [name]})
    for transposed in ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"):
        yield Case(f"gain of {transposed}", "gain", {"arguments": [transposed]})
    for slope in (0, 0.2, -0.5, 3.0):
        yield Case(f"gain of leaky_relu with slope {slope}", "gain", {"arguments": ["leaky_relu", slope]})
    for p in (0.0, 1.0):
        yield _case(f"Dropout({p})", rng, ["Dropout", {"p": p}], (4, 3))
        yield _case(f"Dropout2d({p})", rng, ["Dropout2d", {"p": p}], (2, 3, 2, 2))
    yield _in_modes("Dropout in evaluation", rng, ["Dropout", {"p": 0.3}], (4, 3), (False,))
    yield _in_modes("Dropout2d in evaluation", rng, ["Dropout2d", {"p": 0.3}], (2, 3, 2, 2), (False,))
    yield from _batch_norms(rng)
    yield from _within_an_example(rng)
    yield from _that_differ(rng)


def _batch_norms(rng: np.random.Generator) -> Iterator[Case]:
    for name, options in BATCH_NORMS.items():
        module, affine = ["BatchNorm1d", BATCH_NORM | options], options.get("affine", True)
        for shape in ((4, 3), (2, 3, 4)):
            yield _in_modes(f"{name} on {shape}", rng, module, shape, MODES, affine)
    yield _in_modes("BatchNorm1d in float32", rng, ["BatchNorm1d", BATCH_NORM], (4, 3), MODES, True, np.float32)
    yield _in_modes("BatchNorm1d on an empty batch", rng, ["BatchNorm1d", BATCH_NORM], (0, 3), (True, False), True)
    yield _in_modes("BatchNorm1d on one example", rng, ["BatchNorm1d", BATCH_NORM], (1, 3), (False,), True)


def _within_an_example(rng: np.random.Generator) -> Iterator[Case]:
    for shape in ((4, 3), (3,), (2, 4, 3), (0, 3)):
        for options in ({}, {"eps": 0.3}, {"elementwise_affine": False}, {"eps": 0.3, "elementwise_affine": False}):
            module = ["LayerNorm", {"normalized_shape": [3]} | options]
            yield _case(f"LayerNorm {options} on {shape}", rng, module, shape)
        yield _case(f"RMSNorm on {shape}", rng, ["RMSNorm", {"normalized_shape": [3], "eps": 0.3}], shape)
    yield _case("LayerNorm of two dimensions", rng, ["LayerNorm", {"normalized_shape": [4, 3]}], (2, 4, 3))
    yield _case("LayerNorm of all", rng, ["LayerNorm", {"normalized_shape": [2, 3]}], (2, 3))
    yield _case("LayerNorm in float32", rng, ["LayerNorm", {"normalized_shape": [3]}], (4, 3), dtype=np.float32)
    two = {"normalized_shape": [4, 3], "eps": 1e-3}
    yield _case("RMSNorm of two dimensions", rng, ["RMSNorm", two], (2, 4, 3))
    yield _case("RMSNorm in float32", rng, ["RMSNorm", two | {"normalized_shape": [3]}], (4, 3), dtype=np.float32)
    for groups, shape in ((2, (3, 6)), (1, (2, 6, 2)), (3, (2, 6, 2)), (6, (2, 6, 2, 2)), (2, (0, 6))):
        module = ["GroupNorm", {"num_groups": groups, "num_channels": 6}]
        yield _case(f"GroupNorm({groups}, 6) on {shape}", rng, module, shape)
    yield _case(
        "GroupNorm in float32", rng, ["GroupNorm", {"num_groups": 2, "num_channels": 4}], (3, 4, 2), dtype=np.float32
    )


def _that_differ(rng: np.random.Generator) -> Iterator[Case]:
    module = ["RMSNorm", {"normalized_shape": [3]}]
    why = "PyTorch's eps is by default the machine epsilon; here it is 1e-6"
    yield _case("RMSNorm without an eps", rng, module, (4, 3), differs=why)
    why = "PyTorch counts the batches in one more buffer; here momentum is a number, and nothing is counted"
    yield Case("names of BatchNorm1d", "names", {"module": ["BatchNorm1d", BATCH_NORM]}, differs=why)
    why = "PyTorch takes single numbers in groups of several examples; here one number cannot be normalised"
    module = ["GroupNorm", {"num_groups": 3, "num_channels": 3}]
    yield _case("GroupNorm of single numbers", rng, module, (4, 3), differs=why)


def _case(
    name: str, rng: np.random.Generator, module: list, shape: tuple, dtype: Any = np.float64, differs: str = ""
) -> Case:
    arrays = _arrays(rng, {"x": shape, "dy": shape} | _parameters(module), dtype)
    return Case(name, "module", {"module": module}, arrays, differs)


def _in_modes(
    name: str,
    rng: np.random.Generator,
    module: list,
    shape: tuple,
    modes: tuple[bool, ...],
    affine: bool = False,
    dtype: Any = np.float64,
) -> Case:
    shapes = {f"{letter}{i}": shape for i in range(len(modes)) for letter in ("x", "dy")}
    shapes |= {"weight": (3,), "bias": (3,)} if affine else {}
    return Case(name, "modes", {"module": module, "modes": list(modes)}, _arrays(rng, shapes, dtype))


def _arrays(rng: np.random.Generator, shapes: dict[str, tuple], dtype: Any) -> dict[str, np.ndarray]:
    """Numbers of two decimals, around 1: a person can read them."""
    return {name: np.round(rng.normal(1, 1, shape), 2).astype(dtype) for name, shape in shapes.items()}


def _parameters(module: list) -> dict[str, tuple[int, ...]]:
    name, arguments = module
    shape = tuple(arguments.get("normalized_shape", (arguments.get("num_channels"),)))
    if name.startswith("Dropout") or not arguments.get("elementwise_affine", True):
        return {}
    return {"weight": shape} | ({} if name == "RMSNorm" else {"bias": shape})


def _gain(f: Any, spec: dict, _arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    return {"gain": float(f.nn.init.calculate_gain(*spec["arguments"]))}


def _modes(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Forward and backward in each mode, one after the other, with the running averages after each."""
    module, results = built(f, spec["module"]), {}
    for name, p in module.named_parameters():
        p.data = f.tensor(arrays[name])
    if arrays["x0"].dtype == np.float32 and hasattr(module, "running_mean"):  # PyTorch wants one dtype
        for name in ("running_mean", "running_var"):
            module.register_buffer(name, f.tensor(f.array(getattr(module, name)).astype(np.float32)))
    for i, training in enumerate(spec["modes"]):
        module.train(training)
        results[f"y{i}"] = f.forward(module, arrays[f"x{i}"])
        results[f"dx{i}"] = f.backward(module, arrays[f"dy{i}"])
        for name in ("running_mean", "running_var"):
            if getattr(module, name, None) is not None:
                results[f"{name}{i}"] = f.array(getattr(module, name))
    return results | {f"{name}.grad": f.array(p.grad) for name, p in module.named_parameters()}


def _names(f: Any, spec: dict, _arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    module = built(f, spec["module"])
    return {"state_dict": [f"{name} {list(array.shape)}" for name, array in module.state_dict().items()]}


WAYS = {"gain": _gain, "modes": _modes, "names": _names}
