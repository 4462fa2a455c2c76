"""The checks of the benchmark for graders that run them beside the student's code: plain functions of the module `nn`.

Gradients are compared with central differences over every coordinate, as courses usually do. A check fails by raising.
"""

import numpy as np
from arithmetic import classes, close, close_gradients, convolved, drawn, filled, logistic, shares


def linear_forward(nn):
    layer, x = filled(nn.Linear(16, 12)), drawn(8, 16)
    close(layer.forward(x), np.einsum("ni,oi->no", x, layer.weight.data) + layer.bias.data)


def linear_gradients(nn):
    close_gradients(filled(nn.Linear(16, 12)), drawn(8, 16))


def linear_accumulates(nn):
    layer, x, dy = filled(nn.Linear(16, 12)), drawn(2, 8, 16), drawn(2, 8, 12, seed=1)
    for rows, upstream in zip(x, dy):
        layer.forward(rows)
        layer.backward(upstream)
    close(layer.weight.grad, np.einsum("bno,bni->oi", dy, x))
    close(layer.bias.grad, dy.sum(axis=(0, 1)))


def relu_forward(nn):
    x = drawn(8, 16)
    close(nn.ReLU().forward(x.copy()), np.maximum(x, 0))


def relu_gradients(nn):
    close_gradients(nn.ReLU(), drawn(8, 16))


def relu_leaves_its_input(nn):
    x = drawn(8, 16)
    nn.ReLU().forward(x)
    close(x, drawn(8, 16))


def sigmoid_forward(nn):
    close(nn.Sigmoid().forward(drawn(8, 16)), logistic(drawn(8, 16)))


def sigmoid_gradients(nn):
    close_gradients(nn.Sigmoid(), drawn(8, 16))


def tanh_forward(nn):
    close(nn.Tanh().forward(drawn(8, 16)), np.tanh(drawn(8, 16)))


def tanh_gradients(nn):
    close_gradients(nn.Tanh(), drawn(8, 16))


def silu_forward(nn):
    close(nn.SiLU().forward(drawn(8, 16)), drawn(8, 16) * logistic(drawn(8, 16)))


def silu_gradients(nn):
    close_gradients(nn.SiLU(), drawn(8, 16))


def silu_extremes(nn):
    close(nn.SiLU().forward(np.array([[-1000.0, 0.0, 1000.0]])), np.array([[0.0, 0.0, 1000.0]]))


def softmax_forward(nn):
    close(nn.Softmax().forward(drawn(8, 10)), shares(drawn(8, 10)))


def softmax_gradients(nn):
    close_gradients(nn.Softmax(), drawn(8, 10))


def softmax_extremes(nn):
    close(nn.Softmax().forward(1000 + drawn(4, 6)), shares(drawn(4, 6)))


def conv_forward(nn):
    layer, x = filled(nn.Conv2d(3, 2, 3, padding=1)), drawn(2, 3, 8, 8)
    close(layer.forward(x), convolved(layer, x, 1))


def conv_stride(nn):
    layer, x = filled(nn.Conv2d(3, 2, 3, stride=2, padding=1)), drawn(2, 3, 8, 8)
    close(layer.forward(x), convolved(layer, x, 2))


def conv_gradients(nn):
    close_gradients(filled(nn.Conv2d(3, 2, 3, padding=1)), drawn(2, 3, 8, 8))


def cross_entropy_value(nn):
    x, target = drawn(8, 10), classes(10, 8)
    close(nn.CrossEntropyLoss().forward(x, target), -np.log(shares(x)[np.arange(8), target]).mean())


def cross_entropy_gradients(nn):
    close_gradients(nn.CrossEntropyLoss(), drawn(8, 10), classes(10, 8))


def cross_entropy_extremes(nn):
    x = np.array([[1000.0, 0.0, -1000.0], [0.0, 1000.0, 0.0]])
    close(nn.CrossEntropyLoss().forward(x, np.array([1, 1])), 500.0)


def mse_value(nn):
    close(
        nn.MSELoss().forward(drawn(8, 12), drawn(8, 12, seed=1)),
        ((drawn(8, 12) - drawn(8, 12, seed=1)) ** 2).sum() / 96,
    )


def mse_gradients(nn):
    close_gradients(nn.MSELoss(), drawn(8, 12), drawn(8, 12, seed=1))


def sequential_forward(nn):
    layer, x = filled(nn.Linear(16, 12)), drawn(8, 16)
    close(nn.Sequential(layer, nn.Tanh()).forward(x), np.tanh(x @ layer.weight.data.T + layer.bias.data))


def sequential_backward(nn):
    first, last, x, dy = filled(nn.Linear(16, 12)), filled(nn.Linear(12, 4)), drawn(8, 16), drawn(8, 4, seed=1)
    model = nn.Sequential(first, nn.Tanh(), last)
    model.forward(x)
    y = np.tanh(x @ first.weight.data.T + first.bias.data)
    close(model.backward(dy), ((dy @ last.weight.data) * (1 - y**2)) @ first.weight.data)


def sgd(nn, momentum):
    p, wanted, velocity = nn.Parameter(drawn(4, 3)), drawn(4, 3), 0.0
    optimizer = nn.SGD([p], lr=0.05, momentum=momentum)
    for step in range(5):
        p.grad = drawn(4, 3, seed=step)
        velocity = momentum * velocity + p.grad
        wanted = wanted - 0.05 * velocity
        optimizer.step()
    close(p.data, wanted)


def sgd_steps(nn):
    sgd(nn, 0.0)


def sgd_momentum(nn):
    sgd(nn, 0.9)


def adam_steps(nn):
    p, wanted, m, v = nn.Parameter(drawn(4, 3)), drawn(4, 3), 0.0, 0.0
    optimizer = nn.Adam([p], lr=0.01)
    for step in range(1, 11):
        p.grad = drawn(4, 3, seed=step)
        m, v = 0.9 * m + 0.1 * p.grad, 0.999 * v + 0.001 * p.grad**2
        wanted = wanted - 0.01 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
        optimizer.step()
    close(p.data, wanted)


def training(nn):
    first, last, loss = filled(nn.Linear(16, 12)), filled(nn.Linear(12, 4)), nn.CrossEntropyLoss()
    model, parameters = nn.Sequential(first, nn.ReLU(), last), (first.weight, first.bias, last.weight, last.bias)
    optimizer, x, target = nn.SGD(parameters, lr=0.3), drawn(32, 16), classes(4, 32)
    w1, b1, w2, b2 = (p.data.copy() for p in parameters)
    for _ in range(20):
        hidden = np.maximum(x @ w1.T + b1, 0)
        p = shares(hidden @ w2.T + b2)
        close(loss.forward(model.forward(x), target), -np.log(p[np.arange(32), target]).mean())
        p[np.arange(32), target] -= 1
        dh = (p / 32 @ w2) * (hidden > 0)
        w1, b1, w2, b2 = (
            w1 - 0.3 * dh.T @ x,
            b1 - 0.3 * dh.sum(0),
            w2 - 0.3 * p.T @ hidden / 32,
            b2 - 0.3 * p.sum(0) / 32,
        )
        optimizer.zero_grad()
        model.backward(loss.backward())
        optimizer.step()


CHECKS = (
    *(linear_forward, linear_gradients, linear_accumulates, relu_forward, relu_gradients, relu_leaves_its_input),
    *(sigmoid_forward, sigmoid_gradients, tanh_forward, tanh_gradients, silu_forward, silu_gradients, silu_extremes),
    *(softmax_forward, softmax_gradients, softmax_extremes, conv_forward, conv_stride, conv_gradients),
    *(cross_entropy_value, cross_entropy_gradients, cross_entropy_extremes, mse_value, mse_gradients),
    *(sequential_forward, sequential_backward, sgd_steps, sgd_momentum, adam_steps, training),
)


def trivial(nn, number):
    """One cheap check of many, to see how graders grow with their number."""
    close(nn.ReLU().forward(np.full((2, 3), number + 1.0)), np.full((2, 3), number + 1.0))
