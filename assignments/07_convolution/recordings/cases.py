"""What PyTorch is asked about convolutions, pools, upsampling and batch normalisation of images: values and gradients.

Not compared: initial values, which come from NumPy's generator; the types of errors, RuntimeError for most of
PyTorch's, where this course raises ValueError; impossible sizes, some of which PyTorch does not check; what PyTorch
computes of an image without a batch, which is not part of this course.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case
from grader.recordings.play import built

CHANNELS = {"in_channels": 2, "out_channels": 4}
CONV_2D: tuple[dict[str, Any], ...] = (
    {},
    {"stride": [1, 3]},
    {"padding": [2, 1]},
    {"padding": "same"},
    {"dilation": [2, 1]},
    {"dilation": [2, 3], "padding": "same"},
    {"groups": 2},
    {"bias": False},
    {"stride": [2, 1], "padding": [1, 2], "dilation": [1, 2], "groups": 2, "bias": False},
)
CONV_1D: tuple[dict[str, Any], ...] = (
    {},
    {"stride": 2, "padding": 1},
    {"padding": "same", "dilation": 3},
    {"groups": 2},
    {"stride": 2, "padding": 1, "dilation": 2, "groups": 2, "bias": False},
)
TRANSPOSED: tuple[dict[str, Any], ...] = (
    {},
    {"stride": [1, 3]},
    {"padding": [1, 0]},
    {"stride": [2, 3], "output_padding": [1, 2]},
    {"dilation": [3, 2], "output_padding": [2, 0]},
    {"groups": 2},
    {"stride": [3, 2], "padding": [1, 0], "output_padding": [2, 1], "dilation": [1, 2], "groups": 2, "bias": False},
)
POOLS: tuple[dict[str, Any], ...] = (
    {"kernel_size": 2},
    {"kernel_size": [3, 2]},
    {"kernel_size": [3, 2], "stride": 1},
    {"kernel_size": 3, "stride": [1, 2], "padding": 1},
    {"kernel_size": [2, 4], "stride": 3, "padding": [1, 2]},
)
MODES = (True, True, False)
# ResidualBlock is not PyTorch's but torchvision's. PyTorch is asked for the sum that its modules make.
RESIDUAL: dict[str, tuple[str, dict[str, Any]]] = {
    "conv1": ("Conv2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "stride": 2, "padding": 1}),
    "bn1": ("BatchNorm2d", {"num_features": 3}),
    "conv2": ("Conv2d", {"in_channels": 3, "out_channels": 3, "kernel_size": 3, "padding": 1}),
    "bn2": ("BatchNorm2d", {"num_features": 3}),
    "downsample.0": ("Conv2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 1, "stride": 2}),
    "downsample.1": ("BatchNorm2d", {"num_features": 3}),
}


def cases() -> Iterator[Case]:
    """Convolutions, windows, sizes, normalisation."""
    rng = np.random.default_rng(7)
    yield from _convolutions(rng)
    yield from _pools(rng)
    for size in (1, [3, 2], [7, 6], [9, 4]):
        yield _case(f"AdaptiveAvgPool2d({size})", rng, ["AdaptiveAvgPool2d", {"output_size": size}], (1, 1, 7, 5))
    for mode in ("nearest", "bilinear"):
        for factor in (1, 2, [3, 2]):
            spec = {"module": ["Upsample", {"scale_factor": factor, "mode": mode}]}
            arrays = _arrays(rng, {"x": (1, 1, 3, 2)})
            yield Case(f"Upsample({factor}, mode={mode!r})", "larger", spec, arrays)
    for options in ({}, {"eps": 0.3, "momentum": 0.6}, {"affine": False}, {"track_running_stats": False}):
        yield _norm(f"BatchNorm2d {options}", rng, options, (2, 3, 1, 2))
    yield _norm("BatchNorm2d on an empty batch", rng, {}, (0, 3, 1, 2))
    shapes = {"x": (2, 2, 3, 4), "conv1.weight": (3, 2, 3, 3), "conv2.weight": (3, 3, 3, 3)}
    shapes |= {"downsample.0.weight": (3, 2, 1, 1)}
    norms = ("bn1", "bn2", "downsample.1")
    shapes |= {f"{norm}.{name}": (3,) for norm in norms for name in ("weight", "bias")}
    yield Case("ResidualBlock(2, 3, stride=2)", "residual", {"module": "ResidualBlock"}, _arrays(rng, shapes))


def _convolutions(rng: np.random.Generator) -> Iterator[Case]:
    for options in CONV_1D:
        yield _convolution(f"Conv1d {options}", rng, "Conv1d", options | {"kernel_size": 3}, (2, 2, 7), (4, 2, 3))
    for options in CONV_2D:
        module = options | {"kernel_size": [3, 2]}
        yield _convolution(f"Conv2d {options}", rng, "Conv2d", module, (2, 2, 5, 4), (4, 2, 3, 2))
    for options in TRANSPOSED:
        module = options | {"kernel_size": [3, 2]}
        yield _convolution(f"ConvTranspose2d {options}", rng, "ConvTranspose2d", module, (2, 2, 3, 2), (2, 4, 3, 2))
    for name, shape in (("Conv2d", (4, 2, 2, 2)), ("ConvTranspose2d", (2, 4, 2, 2))):
        for n, dtype in ((0, np.float64), (1, np.float32)):
            label = f"{name}, {n} images of {np.dtype(dtype)}"
            yield _convolution(label, rng, name, {"kernel_size": 2}, (n, 2, 4, 3), shape, dtype)


def _convolution(
    label: str,
    rng: np.random.Generator,
    name: str,
    options: dict[str, Any],
    x: tuple[int, ...],
    weight: tuple[int, ...],
    dtype: Any = np.float64,
) -> Case:
    grouped = (weight[0], weight[1] // options.get("groups", 1), *weight[2:])
    shapes = {"x": x, "weight": grouped} | ({"bias": (4,)} if options.get("bias", True) else {})
    return Case(label, "any shape", {"module": [name, CHANNELS | options]}, _arrays(rng, shapes, dtype))


def _pools(rng: np.random.Generator) -> Iterator[Case]:
    for options in POOLS:
        yield _case(f"MaxPool2d {options}", rng, ["MaxPool2d", options], (1, 1, 7, 6))
        for counted in (True, False):
            module = ["AvgPool2d", options | {"count_include_pad": counted}]
            yield _case(f"AvgPool2d {options}, count_include_pad={counted}", rng, module, (1, 1, 7, 6))
    ties = {"x": rng.integers(0, 2, (1, 2, 5, 4)).astype(float)}
    module = {"module": ["MaxPool2d", {"kernel_size": [3, 2], "stride": 1, "padding": 1}]}
    yield Case("MaxPool2d of equal numbers", "any shape", module, ties)
    yield _case("MaxPool2d of no images", rng, ["MaxPool2d", {"kernel_size": 2}], (0, 2, 5, 4))
    yield _case("AvgPool2d of no images", rng, ["AvgPool2d", {"kernel_size": 2}], (0, 2, 5, 4))


def _case(name: str, rng: np.random.Generator, module: list, x: tuple[int, ...]) -> Case:
    return Case(name, "any shape", {"module": module}, _arrays(rng, {"x": x}))


def _norm(name: str, rng: np.random.Generator, options: dict[str, Any], shape: tuple[int, ...]) -> Case:
    shapes = {f"{letter}{i}": shape for i in range(len(MODES)) for letter in ("x", "dy")}
    shapes |= {"weight": (3,), "bias": (3,)} if options.get("affine", True) else {}
    spec = {"module": ["BatchNorm2d", {"num_features": 3} | options], "modes": list(MODES)}
    return Case(name, "modes", spec, _arrays(rng, shapes))


def _arrays(
    rng: np.random.Generator, shapes: dict[str, tuple[int, ...]], dtype: Any = np.float64
) -> dict[str, np.ndarray]:
    """Numbers of two decimals: a person can read them."""
    return {name: np.round(rng.normal(0, 1, shape), 2).astype(dtype) for name, shape in shapes.items()}


def _any_shape(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Forward, and backward of a dy that counts from -2 upwards, whatever shape y has."""
    return _both_ways(f, built(f, spec["module"]), arrays)


def _larger(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """The same of Upsample, of which a pair of factors has to be a tuple in PyTorch."""
    [_, options] = spec["module"]
    factor = options["scale_factor"]
    options = options | {"scale_factor": tuple(factor) if isinstance(factor, list) else factor}
    return _both_ways(f, f.nn.Upsample(**options), arrays)


def _residual(f: Any, _spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    if hasattr(f.nn, "ResidualBlock"):
        return _both_ways(f, f.nn.ResidualBlock(2, 3, stride=2), arrays)
    parts = {
        name: built(f, [kind, options | ({"bias": False} if kind == "Conv2d" else {})])
        for name, (kind, options) in RESIDUAL.items()
    }
    relu = f.nn.ReLU()

    def block(x: Any) -> Any:
        inner = parts["bn2"](parts["conv2"](relu(parts["bn1"](parts["conv1"](x)))))
        return relu(inner + parts["downsample.1"](parts["downsample.0"](x)))

    parameters = {f"{part}.{name}": p for part, module in parts.items() for name, p in module.named_parameters()}
    return _both_ways(f, block, arrays, parameters)


def _both_ways(f: Any, module: Any, arrays: dict[str, np.ndarray], parameters: Any = None) -> dict[str, Any]:
    parameters = dict(module.named_parameters()) if parameters is None else parameters
    for name, p in parameters.items():
        p.data = f.tensor(arrays[name])
    y = f.forward(module, arrays["x"])
    dy = (np.arange(y.size) % 7 - 2.0).reshape(y.shape).astype(y.dtype)
    dx = f.backward(module, dy)
    return {"y": y, "dx": dx} | {f"{name}.grad": f.array(p.grad) for name, p in parameters.items()}


def _modes(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Forward and backward in each mode, one after the other, with the running averages after each."""
    module, results = built(f, spec["module"]), {}
    for name, p in module.named_parameters():
        p.data = f.tensor(arrays[name])
    for i, training in enumerate(spec["modes"]):
        module.train(training)
        results[f"y{i}"] = f.forward(module, arrays[f"x{i}"])
        results[f"dx{i}"] = f.backward(module, arrays[f"dy{i}"])
        for name in ("running_mean", "running_var"):
            if getattr(module, name, None) is not None:
                results[f"{name}{i}"] = f.array(getattr(module, name))
    return results | {f"{name}.grad": f.array(p.grad) for name, p in module.named_parameters()}


WAYS = {"any shape": _any_shape, "larger": _larger, "residual": _residual, "modes": _modes}
