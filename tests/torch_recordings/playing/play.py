"""Asks a framework one case. The names of classes and options are PyTorch's in both, so this is written once."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from playing.case import Case
from playing.layers import MODELS
from playing.schedules import FUNCTIONS

Array = np.ndarray


class Framework(Protocol):
    """In what PyTorch and this course differ: tensors, and how one goes backward."""

    nn: Any
    optim: Any
    lr_scheduler: Any
    utils: Any

    def tensor(self, array: Array) -> Any: ...
    def array(self, tensor: Any) -> Array: ...
    def parameter(self, array: Array) -> Any: ...
    def data(self, parameter: Any) -> Array: ...
    def forward(self, module: Any, *inputs: Array) -> Any: ...
    def backward(self, module: Any, dy: Array | None) -> Array: ...
    def logsumexp(self, x: Array, **options: Any) -> Array: ...


def play(framework: Framework, case: Case) -> dict[str, Any]:
    """The results of a case, by name: arrays, floats and lists of names."""
    return WAYS[case.way](framework, case.spec, case.arrays)


def _module(f: Framework, spec: dict, arrays: dict[str, Array]) -> dict[str, Any]:
    """Forward and, as often as `times` says, backward; with parameters "weight", "0.bias" and so on from the arrays."""
    module = _built(f, spec["module"])
    for name, p in module.named_parameters():
        p.data = f.tensor(arrays[name])
    y = f.forward(module, arrays["x"])
    for _ in range(spec.get("times", 1)):
        dx = f.backward(module, arrays["dy"])
    grads = {f"{name}.grad": f.array(p.grad) for name, p in module.named_parameters()}
    return {"y": y, "dx": dx} | grads


def _built(f: Framework, spec: list) -> Any:
    name, arguments = spec
    if isinstance(arguments, list):
        return getattr(f.nn, name)(*(_built(f, inner) for inner in arguments))
    return getattr(f.nn, name)(**arguments)


def _loss(f: Framework, spec: dict, arrays: dict[str, Array]) -> dict[str, Any]:
    """A loss, and unless only the value is to be seen, its gradient."""
    weights = {name: f.tensor(arrays[name]) for name in ("weight", "pos_weight") if name in arrays}
    criterion = getattr(f.nn, spec["class"])(**spec["options"], **weights)
    y = f.forward(criterion, arrays["input"], arrays["target"])
    return {"loss": y} if spec.get("value_only") else {"loss": y, "dx": f.backward(criterion, arrays.get("dy"))}


def _logsumexp(f: Framework, spec: dict, arrays: dict[str, Array]) -> dict[str, Any]:
    return {"y": f.logsumexp(arrays["x"], **spec)}


def _names(f: Framework, spec: dict, _arrays: dict[str, Array]) -> dict[str, Any]:
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


def _optimizer(f: Framework, spec: dict, arrays: dict[str, Array]) -> dict[str, Any]:
    """Steps along given gradients; the parameters after each, and what is remembered in the end."""
    parameters = [f.parameter(arrays[f"p{i}"]) for i in range(len(spec["groups"]))]
    groups = [{"params": [p], **options} for p, options in zip(parameters, spec["groups"], strict=True)]
    optimizer = getattr(f.optim, spec["class"])(groups, **spec["options"])
    paths: list[list[Array]] = [[] for _ in parameters]
    for t in range(len(arrays["g0"])):
        for i, p in enumerate(parameters):
            p.grad = None if [t, i] in spec["without_gradient"] else f.tensor(arrays[f"g{i}"][t])
        optimizer.step()
        for path, p in zip(paths, parameters, strict=True):
            path.append(f.data(p))
    kept = {
        f"{name} of p{i}": f.array(value)
        for i, p in enumerate(parameters)
        for name, value in sorted(optimizer.state[p].items())
        if name != "step" and value is not None  # PyTorch keeps t as a tensor, and for some classes not at all
    }
    return {f"p{i}": np.stack(path) for i, path in enumerate(paths)} | kept


def _schedule(f: Framework, spec: dict, arrays: dict[str, Array]) -> dict[str, Any]:
    """The rates of all groups, before the first step and after each."""
    groups = [{"params": [f.parameter(np.zeros(1))], "lr": lr} for lr in spec["lrs"]]
    optimizer = f.optim.SGD(groups, lr=1.0)
    schedulers = [_scheduler(f, optimizer, one) for one in spec["schedulers"]]
    rates = [[group["lr"] for group in optimizer.param_groups]]
    for t in range(spec["steps"]):
        for scheduler in schedulers:
            scheduler.step(*(float(m) for m in arrays["metrics"][t : t + 1]) if "metrics" in arrays else ())
        rates.append([group["lr"] for group in optimizer.param_groups])
    return {"lr": np.array(rates, np.float64), "last_lr": np.array(schedulers[-1].get_last_lr(), np.float64)}


def _scheduler(f: Framework, optimizer: Any, spec: list) -> Any:
    name, options = spec[0], dict(spec[1])
    if "schedulers" in options:
        options["schedulers"] = [_scheduler(f, optimizer, inner) for inner in options["schedulers"]]
    if "lr_lambda" in options:
        given = options["lr_lambda"]
        options["lr_lambda"] = FUNCTIONS[given] if isinstance(given, str) else [FUNCTIONS[one] for one in given]
    return getattr(f.lr_scheduler, name)(optimizer, **options)


def _clip(f: Framework, spec: dict, arrays: dict[str, Array]) -> dict[str, Any]:
    """Gradients after clipping, and what was returned; a parameter without one stands among the others."""
    parameters = [f.parameter(array) for array in arrays.values()]
    for p, array in zip(parameters, arrays.values(), strict=True):
        p.grad = f.tensor(array)
    returned = getattr(f.utils, spec["function"])([f.parameter(np.zeros(2)), *parameters], **spec["options"])
    norm = {} if returned is None else {"norm": float(returned)}
    return norm | {name: f.array(p.grad) for name, p in zip(arrays, parameters, strict=True)}


WAYS: dict[str, Callable[[Framework, dict, dict[str, Array]], dict[str, Any]]] = {
    "module": _module,
    "loss": _loss,
    "logsumexp": _logsumexp,
    "names": _names,
    "optimizer": _optimizer,
    "schedule": _schedule,
    "clip": _clip,
}
