"""What PyTorch is asked about modules and the linear layer: values, gradients, and the names of everything.

This is not compared:

- Initial values, as ours come from NumPy's generator.
- The types of errors. Most of PyTorch's are RuntimeError; ValueError, IndexError and KeyError say more.
- Memory and errors of loading. PyTorch's `state_dict` refers to the parameters, ours copies them. When PyTorch's
  `load_state_dict` raises, it may have loaded some arrays, and it returns the keys. Ours loads all or nothing, and
  returns nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from grader.recordings.case import Case


def cases() -> Iterator[Case]:
    """Layers by numbers, models by names."""
    rng = np.random.default_rng(1)
    linear, plain = (
        ["Linear", {"in_features": 3, "out_features": 2}],
        ["Linear", {"in_features": 3, "out_features": 2, "bias": False}],
    )
    yield _case("Linear", rng, linear, (4, 3), (4, 2))
    yield _case("Linear in float32", rng, linear, (4, 3), (4, 2), dtype=np.float32)
    yield _case("Linear without a bias", rng, plain, (4, 3), (4, 2))
    yield _case("Linear on a vector", rng, linear, (3,), (2,))
    yield _case("Linear on two leading dimensions", rng, linear, (2, 4, 3), (2, 4, 2))
    yield _case("Linear on a batch of one", rng, linear, (1, 3), (1, 2))
    yield _case("Linear on an empty batch", rng, linear, (0, 3), (0, 2))
    yield _case("Linear.backward twice adds up the gradients", rng, linear, (4, 3), (4, 2), times=2)
    yield _case("Identity", rng, ["Identity", {}], (2, 3), (2, 3))
    yield _case("Flatten", rng, ["Flatten", {}], (2, 3, 4), (2, 12))
    yield _case("Flatten(start_dim=0)", rng, ["Flatten", {"start_dim": 0}], (2, 3, 2), (12,))
    yield _case("Flatten(1, -2)", rng, ["Flatten", {"start_dim": 1, "end_dim": -2}], (2, 3, 2, 2), (2, 6, 2))
    yield _case("Flatten of a number", rng, ["Flatten", {"start_dim": 0}], (), (1,))
    last = ["Linear", {"in_features": 2, "out_features": 2}]
    inner = ["Sequential", [linear, ["Tanh", {}], last]]
    yield _case(
        "Sequential in a Sequential",
        rng,
        ["Sequential", [["Flatten", {}], inner, ["LogSoftmax", {"dim": -1}]]],
        (4, 3),
        (4, 2),
    )
    yield from (Case(name, "names", {"model": name}, differs=DIFFERS.get(name, "")) for name in MODELS)
    mixed = _case("Linear in float32 on float64", rng, linear, (4, 3), (4, 2), dtype=np.float32)
    arrays = mixed.arrays | {name: mixed.arrays[name].astype(np.float64) for name in ("x", "dy")}
    why = "PyTorch refuses dtypes that are mixed; here the output has the input's, and p.grad the parameter's"
    yield replace(mixed, arrays=arrays, differs=why)


def _case(
    name: str, rng: np.random.Generator, module: list, x: tuple, y: tuple, times: int = 1, dtype: Any = np.float64
) -> Case:
    shapes = {"x": x, "dy": y} | dict(_parameters(module))
    arrays = {k: np.asarray(rng.normal(size=shape)).astype(dtype) for k, shape in shapes.items()}
    return Case(name, "module", {"module": module, "times": times}, arrays)


def _parameters(module: list, prefix: str = "") -> Iterator[tuple[str, tuple[int, ...]]]:
    name, arguments = module
    if name == "Sequential":
        for i, inner in enumerate(arguments):
            yield from _parameters(inner, f"{prefix}{i}.")
    elif name == "Linear":
        yield f"{prefix}weight", (arguments["out_features"], arguments["in_features"])
        if arguments.get("bias", True):
            yield f"{prefix}bias", (arguments["out_features"],)


def _nested(f: Any) -> Any:
    inner = f.nn.Sequential(f.nn.Linear(2, 3), f.nn.ReLU(), f.nn.Linear(3, 1, bias=False))
    return f.nn.Sequential(inner, f.nn.Identity(), f.nn.Sequential(f.nn.Linear(1, 2)))


def _tied(f: Any) -> Any:
    model = f.nn.Sequential(f.nn.Linear(2, 2), f.nn.ReLU(), f.nn.Linear(2, 2))
    model[2].weight = model[0].weight
    return model


def _shared_module(f: Any) -> Any:
    model, layer = f.nn.Module(), f.nn.Linear(2, 2)
    model.first, model.second, model.again = layer, f.nn.Sequential(layer, f.nn.Tanh()), layer
    return model


def _mixed(f: Any) -> Any:
    """A parameter and buffers that were assigned after a child, one of them twice, and one that is None."""
    model = f.nn.Module()
    model.layer = f.nn.Linear(1, 2)
    model.register_buffer("mean", f.tensor(np.zeros(3)))
    model.scale = f.parameter(np.ones(4))
    model.register_buffer("nothing", None)
    model.register_buffer("count", f.tensor(np.zeros(())))
    model.mean = f.tensor(np.ones(5))
    model.layer = f.nn.Linear(1, 3, bias=False)
    return model


def _appended(f: Any) -> Any:
    return f.nn.Sequential(f.nn.Flatten()).append(f.nn.Linear(1, 1)).append(f.nn.Sequential())


MODELS: dict[str, Callable[[Any], Any]] = {
    "names of a nested model": _nested,
    "names of a shared parameter": _tied,
    "names of a shared module": _shared_module,
    "names of parameters and buffers beside children": _mixed,
    "names after append": _appended,
    "names in a slice": lambda f: f.nn.Sequential(f.nn.Flatten(), f.nn.Linear(1, 2), f.nn.Linear(2, 1))[1:],
}
DIFFERS = {"names in a slice": "PyTorch keeps the old numbers; here it is numbered from 0, as any other Sequential"}


def _names(f: Any, spec: dict, _arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """What a model consists of, in order."""
    model = MODELS[spec["model"]](f)
    model.eval()
    return {
        "state_dict": [f"{name} {list(array.shape)}" for name, array in model.state_dict().items()],
        "parameters": [name for name, _ in model.named_parameters()],
        "buffers": [name for name, _ in model.named_buffers()],
        "children": [type(child).__name__ for child in model.children()],
        "modules": [type(module).__name__ for module in model.modules()],
        "training": [str(module.training) for module in model.modules()],
    }


WAYS = {"names": _names}
