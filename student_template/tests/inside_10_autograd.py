"""What runs beside the student's package: graphs that are too large to be built from outside, and layers of tensors."""

import gc
import tracemalloc

import numpy as np

from . import autograd
from .autograd import Function, Tensor, enable_grad, is_grad_enabled, no_grad

# Deep graphs


def chain(x, length):
    """A graph in which each operation uses what the one before gave."""
    for number in range(length):
        x = x * 1.0001 if number % 2 else x + 0.001
    return x


def ladder(x, length):
    """Each rung uses the one before twice: there are 2 to the power of the length ways from the end to x."""
    for _ in range(length):
        x = x * 0.4 + (x * 0.3).tanh()
    return x


def left_behind(x, length):
    """A long chain, each link of which also goes straight into the result."""
    links = [x]
    for number in range(length):
        links.append(links[-1] * (1.0 + 0.1 / (number + 1)))
    total = links[0]
    for link in links[1:]:
        total = total + link * link
    return total


def scalars(x, length):
    """The sum of the entries, one after another."""
    total = 0.0
    for number in range(length):
        total = total + x[number] * x[number]
    return total


# Memory, in bytes


def long_chain(x, length):
    """A graph of `length` arrays of the size of x."""
    for _ in range(length):
        x = (x * 1.01).tanh()
    return x


def _measured(function):
    """What a function returns that asks how much memory is used now, and at most; nothing is collected meanwhile."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        return function(lambda: tracemalloc.get_traced_memory()[0], lambda: tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
        gc.enable()


def peak_of_repetitions(array, length, times):
    """The largest memory after one graph, and after several, each of which takes the place of the one before."""

    def run(_now, peak):
        peaks = []
        for _ in range(times):
            x = Tensor(array, requires_grad=True)
            y = long_chain(x, length)
            y.sum().backward()
            peaks.append(peak())
        return peaks[1], peaks[-1], x.grad

    return _measured(run)


def left_after_backward(array, length, retain_graph):
    """The memory before and after a backward, while the result is still there."""

    def run(now, _peak):
        x = Tensor(array, requires_grad=True)
        y = long_chain(x, length).sum()
        before = now()
        y.backward(retain_graph=retain_graph)
        return before, now(), x.grad

    return _measured(run)


def left_inside_no_grad(array, length):
    """The largest memory of a chain that is not recorded."""

    def run(_now, peak):
        with no_grad():
            y = long_chain(Tensor(array, requires_grad=True), length)
        return peak(), y.data

    return _measured(run)


# Contexts


@no_grad()
def evaluated(x):
    return x * 2.0


@enable_grad()
def trained(x):
    return x * 2.0


@no_grad()
def countdown(x, number):
    """It calls itself, and says at every depth whether anything is recorded."""
    return [is_grad_enabled()] + (countdown(x, number - 1) if number else [])


@no_grad()
def failing():
    raise ValueError("on purpose")


def states_around_a_failure():
    """Whether operations are recorded before, inside and after contexts that an exception leaves."""
    states = [is_grad_enabled()]
    for fail in (failing, _fail_inside, _fail_deep_inside):
        try:
            fail()
        except ValueError:
            states.append(is_grad_enabled())
    return states


def _fail_inside():
    with no_grad():
        raise ValueError("on purpose")


def _fail_deep_inside():
    with no_grad(), enable_grad(), no_grad():
        raise ValueError("on purpose")


# Operations of one's own

NOTES = []  # of `Mixed`


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, dy):
        [x] = ctx.saved_tensors
        return 3 * x**2 * dy


class Scaled(Function):
    """x times a number that is no tensor, kept as an attribute."""

    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, dy):
        return dy * ctx.factor, None


class Mixed(Function):
    """x y + z, with z that gets no gradient; it tells what it was given."""

    @staticmethod
    def forward(ctx, x, y, z):
        ctx.save_for_backward(x, y)
        NOTES.append([type(x).__name__, type(y).__name__, type(z).__name__, list(ctx.needs_input_grad)])
        return x * y + z

    @staticmethod
    def backward(ctx, dy):
        x, y = ctx.saved_tensors
        NOTES.append([type(dy).__name__, dy.dtype.name, list(dy.shape)])
        return dy * y, dy * x, None


class TooFew(Scaled):
    @staticmethod
    def backward(ctx, dy):
        return dy


class WrongShape(Cube):
    @staticmethod
    def backward(ctx, dy):
        return dy.sum(axis=0)


class Turned(Cube):
    @staticmethod
    def backward(ctx, dy):
        return dy.T


class InFloat64(Cube):
    @staticmethod
    def backward(ctx, dy):
        return np.full(dy.shape, 0.1)


class Nothing(Cube):
    @staticmethod
    def backward(ctx, dy):
        return None


def applied(name, *inputs):
    """The result of an operation of one's own."""
    return globals()[name].apply(*inputs)


def seen():
    """What `Mixed` has noted since it was asked last."""
    notes = list(NOTES)
    NOTES.clear()
    return notes


# Layers of earlier assignments, made of operations


def linear(x, weight, bias):
    return x @ weight.T + bias


def leaky_relu(x):
    return autograd.where(x > 0, x, 0.01 * x)


def elu(x):
    return autograd.where(x > 0, x, 1.3 * (x.clip(max=0.0).exp() - 1))


def softplus(x):
    return x.relu() + (1 + (-x.abs()).exp()).log()


def silu(x):
    return x * x.sigmoid()


def gelu(x):
    return 0.5 * x * (1 + (0.7978845608028654 * (x + 0.044715 * x**3)).tanh())


def squared_error(x, target):
    return ((x - target) ** 2).mean()


def absolute_error(x, target):
    return (x - target).abs().mean()


def huber(x, target):
    distance = (x - target).abs()
    return autograd.where(distance < 1.0, 0.5 * distance * distance, distance - 0.5).mean()


def with_logits(x, target):
    return (x.relu() - x * target + (1 + (-x.abs()).exp()).log()).mean()


def cross_entropy(x, target):
    return -x.log_softmax(1)[np.arange(len(target)), target].mean()


def layer_norm(x, weight, bias):
    distance = x - x.mean(-1, keepdims=True)
    return distance / ((distance**2).mean(-1, keepdims=True) + 1e-5).sqrt() * weight + bias


def rms_norm(x, weight):
    return x / ((x * x).mean(axis=-1, keepdims=True) + 1e-6).sqrt() * weight


def batch_norm(x, weight, bias):
    return (x - x.mean(0)) / (x.var(0, correction=0) + 1e-5) ** 0.5 * weight + bias


def group_norm(x, weight, bias):
    groups = x.reshape(x.shape[0], 2, -1)
    scale = (groups.var(axis=2, keepdims=True, correction=0) + 1e-5).sqrt()
    normal = ((groups - groups.mean(axis=2, keepdims=True)) / scale).reshape(*x.shape)
    return normal * weight.reshape(1, -1, 1) + bias.reshape(1, -1, 1)


def convolution(x, weight, bias):
    """By indexing: windows[n, c, i, u] = x[n, c, i + u]."""
    places = np.arange(x.shape[2] - weight.shape[2] + 1)[:, None] + np.arange(weight.shape[2])
    windows = x[:, :, places].transpose(0, 2, 1, 3).reshape(x.shape[0], len(places), -1)
    return (windows @ weight.reshape(weight.shape[0], -1).T).transpose(0, 2, 1) + bias[:, None]


def max_pool(x):
    """Of windows of 2 x 2 that do not overlap."""
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))


def attention(q, k, v):
    """With several heads at once, and scores that are hidden where a key comes after its query."""
    scores = q @ k.transpose(0, 2, 1) / q.shape[-1] ** 0.5
    later = np.triu(np.ones(scores.shape[1:], bool), 1)
    return autograd.where(later, -np.inf, scores).softmax() @ v


def recurrent(x, weight_ih, weight_hh, bias):
    """The states of all steps, one after another."""
    h, states = np.zeros((x.shape[1], weight_hh.shape[0])), []
    for step in range(x.shape[0]):
        h = (x[step] @ weight_ih.T + h @ weight_hh.T + bias).tanh()
        states.append(h)
    return autograd.stack(states)


def both_ways(name, arrays, constants, dy):
    """The result of one of these functions, and the gradients of the arrays, for a gradient dy of the result."""
    leaves = [Tensor(array, requires_grad=True) for array in arrays]
    function = globals().get(name) or getattr(Tensor, name)
    y = function(*leaves, *constants)
    y.backward(dy)
    return [y.data, *(leaf.grad for leaf in leaves)]


def trained_network(arrays, batches, lr):
    """The losses of a network of two layers, step by step, by gradient descent on these arrays themselves."""
    leaves = [Tensor(array, requires_grad=True) for array in arrays]
    losses = []
    for examples, labels in batches:
        loss = cross_entropy(linear(linear(Tensor(examples), *leaves[:2]).tanh(), *leaves[2:]), labels)
        loss.backward(retain_graph=False)
        losses.append(loss.item())
        with no_grad():
            for leaf in leaves:
                leaf.data -= lr * leaf.grad
                leaf.grad = None
    return losses


# Random graphs


def run_programs(programs):
    """What each program of `programs.py` gives: its value and the gradients of its leaves, or the text of an error."""
    return [_answer(*program) for program in programs]


def _answer(leaves, steps, dy):
    try:
        return _run(leaves, steps, dy)
    except NotImplementedError:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _run(leaves, steps, dy):
    tensors = [Tensor(array, requires_grad=wanted) for array, wanted in leaves]
    results = list(tensors)
    for step in steps:
        results.append(_step(results, *step))
    results[-1].backward(dy)
    return [results[-1].data, [tensor.grad for tensor in tensors]]


def _step(results, name, places, arguments, options, how):
    operands = [results[place] if isinstance(place, int) else place for place in places]
    if how == "list":
        return getattr(autograd, name)(operands, *arguments, **options)
    if how == "last":
        return getattr(autograd, name)(*arguments, *operands, **options)
    return getattr(autograd, name)(*operands, *arguments, **options)
