"""The names that cells may use, beside the inputs. A library is imported when its names are asked for."""

from typing import Any

import numpy as np

Names = dict[str, Any]
STEPS = 6  # of a schedule


def nhwc(image: Any) -> Any:
    """Channels last."""
    return image.transpose(0, 2, 3, 1)


def nchw(image: Any) -> Any:
    """Channels first."""
    return np.asarray(image).transpose(0, 3, 1, 2)


def hwio(kernel: Any) -> Any:
    """(out, in, height, width) as (height, width, in, out)."""
    return kernel.transpose(2, 3, 1, 0)


def heads(seq: Any) -> Any:
    """(N, L, E) with two heads of E / 2, positions first; and back."""
    array = np.asarray(seq)
    return array[:, :, None, :] if array.ndim == 3 else array[:, :, 0]


COMMON: Names = {"nhwc": nhwc, "nchw": nchw, "hwio": hwio, "heads": heads}


def ours(given: Names) -> Names:
    """The reference, with the interface that it shares with PyTorch."""
    import reference as framework

    def put(module: Any, *arrays: Any) -> Any:
        for parameter, array in zip(module.parameters(), arrays, strict=True):
            parameter.data = array.copy()
        return module

    def steps(optimizer: Any, **options: Any) -> Any:
        parameter = framework.nn.Parameter(given["start"].copy())
        rule = optimizer([parameter], **options)
        for gradient in given["gradients"]:
            parameter.grad = gradient.copy()
            rule.step()
        return parameter.data

    def rates(schedule: Any, **options: Any) -> list[float]:
        rule = framework.optim.SGD([framework.nn.Parameter(0.0)], lr=0.1)
        return _rates(rule, schedule(rule, **options))

    def clipped(norm: float) -> Any:
        parameter = framework.nn.Parameter(given["start"].copy())
        parameter.grad = given["gradients"][0] * 9
        framework.nn.utils.clip_grad_norm_([parameter], norm)
        return parameter.grad

    def attention(module: Any) -> Any:
        put(module, given["in_proj"], given["in_bias"], given["out_proj"], given["out_bias"])
        return module(given["seq"], given["seq"], given["seq"])

    found = {"nn": framework.nn, "optim": framework.optim, "lr_scheduler": framework.optim.lr_scheduler, "put": put}
    found |= {"steps": steps, "rates": rates, "clipped": clipped, "attention": attention}
    return found | _recurrent(given, put) | _averages(given)


def pytorch(given: Names) -> Names:
    """PyTorch; arrays are tensors."""
    import torch

    tensors = {name: torch.tensor(array) for name, array in given.items()}

    def put(module: Any, *arrays: Any) -> Any:
        with torch.no_grad():
            for parameter, array in zip(module.parameters(), arrays, strict=True):
                parameter.copy_(torch.as_tensor(array))
        return module

    def steps(optimizer: Any, **options: Any) -> Any:
        parameter = torch.nn.Parameter(tensors["start"].clone())
        rule = optimizer([parameter], **options)
        for gradient in tensors["gradients"]:
            parameter.grad = gradient.clone()
            rule.step()
        return parameter

    def rates(schedule: Any, **options: Any) -> list[float]:
        rule = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
        return _rates(rule, schedule(rule, **options))

    def clipped(norm: float) -> Any:
        parameter = torch.nn.Parameter(tensors["start"])
        parameter.grad = tensors["gradients"][0] * 9
        torch.nn.utils.clip_grad_norm_([parameter], norm)
        return parameter.grad

    def attention(module: Any) -> Any:
        put(module, *(given[name] for name in ("in_proj", "in_bias", "out_proj", "out_bias")))
        return module(*[tensors["seq"]] * 3)[0]

    found = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "optim": torch.optim, "put": put}
    found |= {"lr_scheduler": torch.optim.lr_scheduler, "steps": steps, "rates": rates, "clipped": clipped}
    return tensors | found | {"attention": attention} | _recurrent(tensors, put) | _averages(tensors)


def flax(given: Names) -> Names:
    """JAX with Flax's nnx, and optax for losses and optimizers."""
    import jax
    import jax.numpy as jnp
    import optax
    from flax import nnx

    arrays = {name: jnp.asarray(array) for name, array in given.items()}

    def put(module: Any, **values: Any) -> Any:
        for name, array in values.items():
            getattr(module, name)[...] = array
        return module

    def steps(rule: Any) -> Any:
        parameter = arrays["start"]
        state = rule.init(parameter)
        for gradient in arrays["gradients"]:
            change, state = rule.update(gradient, state, parameter)
            parameter = optax.apply_updates(parameter, change)
        return parameter

    def clipped(norm: float) -> Any:
        rule = optax.clip_by_global_norm(norm)
        return rule.update(arrays["gradients"][0] * 9, rule.init(arrays["start"]))[0]

    def run(rnn: Any, name: str) -> Any:
        put(rnn.cell.dense_i, kernel=given[f"{name}_ih"].T)
        put(rnn.cell.dense_h, kernel=given[f"{name}_hh"].T)
        return rnn(arrays["sequence"].swapaxes(0, 1)).swapaxes(0, 1)

    def lstm(rnn: Any) -> Any:
        put(rnn.cell.dense_h, bias=2 * given["lstm_b"])
        return run(rnn, "lstm")

    def gru(rnn: Any) -> Any:
        put(rnn.cell.dense_i, bias=given["gru_bi"] + given["gru_bh"])
        return run(rnn, "gru")

    def attention(module: Any) -> Any:
        weights, biases = (np.split(given[name], 3) for name in ("in_proj", "in_bias"))
        for part, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
            put(getattr(module, part), kernel=weight.T.reshape(4, 2, 2), bias=bias.reshape(2, 2))
        put(module.out, kernel=given["out_proj"].T.reshape(2, 2, 4), bias=given["out_bias"])
        return module(arrays["seq"])

    found = {"jax": jax, "jnp": jnp, "nnx": nnx, "optax": optax, "rngs": nnx.Rngs(0), "put": put, "steps": steps}
    found |= {"rates": lambda schedule: [float(schedule(i)) for i in range(STEPS)], "clipped": clipped}
    found |= {"trained": lambda module: module(arrays["x"]), "running": lambda module: _var(module, arrays["x"])}
    return arrays | found | {"lstm": lstm, "gru": gru, "attention": attention}


def keras(given: Names) -> Names:
    """Keras 3."""
    import keras

    def put(layer: Any, x: Any, *arrays: Any) -> Any:
        layer.build(np.shape(x))
        layer.set_weights([np.asarray(array) for array in arrays])
        return layer

    def steps(rule: Any) -> Any:
        variable = keras.Variable(given["start"].copy())
        for gradient in given["gradients"]:
            rule.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        return variable.value

    def clipped(norm: float) -> Any:
        variable = keras.Variable(given["start"] * 0)
        rule = keras.optimizers.SGD(1.0, global_clipnorm=norm)
        rule.apply([keras.ops.convert_to_tensor(given["gradients"][0] * 9)], [variable])
        return -variable.value

    def trained(layer: Any, gamma: Any, beta: Any) -> Any:
        put(layer, given["x"], gamma, beta, np.zeros(3), np.ones(3))
        return layer(given["x"], training=True)

    def running(layer: Any) -> Any:
        layer(given["x"], training=True)
        return layer.moving_variance.value

    def recurrent(layer: Any, *weights: Any) -> Any:
        x = given["sequence"].swapaxes(0, 1)
        return np.asarray(put(layer, x, *weights)(x)).swapaxes(0, 1)

    def lstm(layer: Any) -> Any:
        return recurrent(layer, given["lstm_ih"].T, given["lstm_hh"].T, 2 * given["lstm_b"])

    def gru(layer: Any) -> Any:
        ih, hh, bi, bh = (_z_first(given[f"gru_{name}"]) for name in ("ih", "hh", "bi", "bh"))
        return recurrent(layer, ih.T, hh.T, np.stack([bi, bh]))

    def attention(layer: Any) -> Any:
        weights, biases = (np.split(given[name], 3) for name in ("in_proj", "in_bias"))
        q, k, v = ((w.T.reshape(4, 2, 2), b.reshape(2, 2)) for w, b in zip(weights, biases, strict=True))
        layer.build(*[(2, 4, 4)] * 3)
        layer.set_weights([*q, *k, *v, given["out_proj"].T.reshape(2, 2, 4), given["out_bias"]])
        return layer(*[given["seq"]] * 3)

    found = {"keras": keras, "layers": keras.layers, "optimizers": keras.optimizers, "put": put, "steps": steps}
    found |= {"schedules": keras.optimizers.schedules, "clipped": clipped, "trained": trained, "running": running}
    found |= {"rates": lambda schedule: [float(schedule(i)) for i in range(STEPS)]}
    found |= {"padded": lambda image: np.pad(image, ((0, 0), (1, 1), (1, 1), (0, 0)))}
    return found | {"lstm": lstm, "gru": gru, "attention": attention}


def _rates(rule: Any, schedule: Any) -> list[float]:
    found = []
    for _ in range(STEPS):
        found.append(schedule.get_last_lr()[0])
        rule.step()
        schedule.step()
    return found


def _recurrent(given: Names, put: Any) -> Names:
    """For the two libraries that share names and layouts."""

    def lstm(module: Any) -> Any:
        weights = [given[f"lstm_{name}"] for name in ("ih", "hh", "b", "b")]
        return put(module, *weights)(given["sequence"])[0]

    def gru(module: Any) -> Any:
        return put(module, *(given[f"gru_{name}"] for name in ("ih", "hh", "bi", "bh")))(given["sequence"])[0]

    return {"lstm": lstm, "gru": gru}


def _averages(given: Names) -> Names:
    def running(module: Any) -> Any:
        module(given["x"])
        return module.running_var

    return {"trained": lambda module: module(given["x"]), "running": running}


def _var(module: Any, x: Any) -> Any:
    module(x)
    return module.var.get_value()


def _z_first(array: np.ndarray) -> np.ndarray:
    r, z, n = np.split(array, 3)
    return np.concatenate([z, r, n])


LIBRARIES = {"torch": pytorch, "flax": flax, "keras": keras}
